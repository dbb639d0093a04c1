"""Resolution of recognised spans against the grammars."""

import pytest
import spacy

from cellstudy.labels import EXT_ABBREVIATIONS, MENTIONS, QUANTITIES, RECOGNISED, RULES, SCHEDULES
from cellstudy.tag.extensions import ScoredSpan, get_spans, register_extensions, set_spans
from cellstudy.tag.mentions import MentionResolver, choose_flat
from cellstudy.tag.tokenizer import build_tokenizer


@pytest.fixture(scope="module")
def nlp():
    blank = spacy.blank("en")
    blank.tokenizer = build_tokenizer(blank)
    register_extensions()
    return blank


def span(text, part, label, confidence=0.9, made_by="model:recogniser"):
    start = text.index(part)
    return ScoredSpan(start, start + len(part), label, confidence, made_by)


def resolve(nlp, text, short_forms=None, **groups):
    doc = nlp(text)
    keys = {
        "recognised": RECOGNISED,
        "quantities": QUANTITIES,
        "schedules": SCHEDULES,
        "rules": RULES,
    }
    for name, spans in groups.items():
        set_spans(doc, keys[name], spans)
    doc._.set(EXT_ABBREVIATIONS, short_forms or {})
    found = get_spans(MentionResolver()(doc), MENTIONS)
    return [(text[s.start : s.end], s.label) for s in found]


def test_the_rule_that_found_a_number_is_named(nlp):
    text = "Mice got 2 x 10^6 cells/kg once."
    doc = nlp(text)
    set_spans(doc, RECOGNISED, [span(text, "2 x 10^6 cells/kg", "DOSE")])
    set_spans(doc, QUANTITIES, [span(text, "2 x 10^6 cells/kg", "amount", 1.0, "rule:q.power")])
    (found,) = get_spans(MentionResolver()(doc), MENTIONS)
    assert found.made_by == "model:recogniser+rule:q.power"


def test_p_values_and_intervals_need_no_model(nlp):
    text = "It fell (p<0.01; 95% CI 1.2-3.4)."
    found = resolve(
        nlp,
        text,
        recognised=[],
        quantities=[
            span(text, "p<0.01", "p_value", 1.0, "rule:quantity.p_value"),
            span(text, "95% CI 1.2-3.4", "ci", 1.0, "rule:quantity.ci"),
        ],
    )
    assert found == [("p<0.01", "P_VALUE"), ("95% CI 1.2-3.4", "CI")]


def test_a_name_grows_to_the_long_form_of_an_abbreviation(nlp):
    text = "He had acquired trichorrhexis nodosa (ATN)."
    found = resolve(
        nlp,
        text,
        short_forms={"ATN": "acquired trichorrhexis nodosa"},
        recognised=[span(text, "trichorrhexis nodosa", "DISEASE")],
    )
    assert found == [("acquired trichorrhexis nodosa", "DISEASE"), ("ATN", "DISEASE")]


def test_a_label_spreads_to_the_abbreviation(nlp):
    text = "Alopecia areata (AA) was treated. AA improved; AAV did not."
    found = resolve(
        nlp,
        text,
        short_forms={"AA": "Alopecia areata"},
        recognised=[span(text, "Alopecia areata", "DISEASE")],
    )
    assert found == [("Alopecia areata", "DISEASE"), ("AA", "DISEASE"), ("AA", "DISEASE")]


@pytest.mark.parametrize(
    ("text", "part", "label", "expected"),
    [
        ("Ten cirrhotic patients came.", "cirrhotic", "DISEASE", []),
        ("Cirrhotic changes came.", "Cirrhotic", "DISEASE", [("Cirrhotic", "DISEASE")]),
        ("We gave UC-MSCs.", "MSCs", "CELL_PRODUCT", [("UC-MSCs", "CELL_PRODUCT")]),
        ("Non-exosome", "exosome", "CELL_PRODUCT", [("exosome", "CELL_PRODUCT")]),
        ("The PRP gel set.", "PRP", "CELL_PRODUCT", [("PRP gel", "CELL_PRODUCT")]),
    ],
)
def test_the_guidelines_decide_what_belongs_to_a_name(nlp, text, part, label, expected):
    assert resolve(nlp, text, recognised=[span(text, part, label)]) == expected


def test_the_surest_of_overlapping_spans_stays_whatever_their_order():
    low, high = ScoredSpan(0, 9, "VALUE", 0.4, "a"), ScoredSpan(5, 9, "TIME", 0.8, "b")
    touching = ScoredSpan(9, 12, "TIME", 0.1, "c")
    expected = [high, touching]
    assert choose_flat([low, high, touching]) == choose_flat([touching, high, low]) == expected


@pytest.mark.parametrize(
    ("text", "parts", "expected"),
    [
        ("MSC-derived exosomes heal.", ["MSC", "exosomes"], ["MSC-derived exosomes"]),
        ("The hMSC exosomes heal.", ["hMSC", "exosomes"], ["hMSC exosomes"]),
        (
            "A stem cell (MSC)-derived exosome.",
            ["stem cell", "MSC", "exosome"],
            ["stem cell (MSC)-derived exosome"],
        ),
        ("Exosomes of MSCs heal.", ["Exosomes", "MSCs"], ["Exosomes", "MSCs"]),
    ],
)
def test_vesicles_take_their_parent_cells_in(nlp, text, parts, expected):
    spans = [span(text, part, "CELL_PRODUCT") for part in parts]
    assert [name for name, _ in resolve(nlp, text, recognised=spans)] == expected


def test_a_growth_factor_is_no_cell_product(nlp):
    text = "They had granulocyte colony-stimulating factor."
    name = span(text, "granulocyte colony-stimulating factor", "CELL_PRODUCT")
    assert resolve(nlp, text, recognised=[name]) == []
