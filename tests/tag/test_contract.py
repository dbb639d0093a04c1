"""What every component promises: built from config, empty Docs, round trips, pipe = one by one."""

import msgspec
import pytest
import spacy

from cellstudy.labels import (
    CONVENTION,
    EXT_CONVENTION,
    EXTENSIONS,
    LEXICON,
    MENTIONS,
    QUANTITIES,
    RECOGNISED,
    RULES,
    SCHEDULES,
)
from cellstudy.tag.extensions import ScoredSpan, get_spans, register_extensions, set_spans

FACTORIES = (
    "cellstudy_sentences",
    "cellstudy_sections",
    "cellstudy_abbreviations",
    "cellstudy_lexicon",
    "cellstudy_quantities",
    "cellstudy_schedules",
    "cellstudy_rules",
    "cellstudy_number_typer",
    "cellstudy_mentions",
    "cellstudy_context",
    "cellstudy_linker",
)
GROUPS = (LEXICON, QUANTITIES, SCHEDULES, RULES, RECOGNISED, MENTIONS)

TEXTS = [
    "Exosomes for alopecia areata (AA): a case series\nBACKGROUND: AA is common. METHODS: Ten "
    "patients had 2 x 10^6 cells/kg intravenously every 2 weeks. RESULTS: Hair density rose by "
    "12.5 ± 3.1 hairs/cm² (p<0.01); no patient had fever.",
    "",
    "Nothing to find here.",
    "é漢字 😀 PRP 5 mL\n\n  odd   spaces ",
]


@pytest.fixture(scope="module")
def full():
    nlp = spacy.blank(
        "en", config={"nlp": {"tokenizer": {"@tokenizers": "cellstudy.tokenizer.v1"}}}
    )
    for factory in FACTORIES:
        nlp.add_pipe(factory)
    return nlp


def make_doc(nlp, text):
    """A Doc with a recognised span, so that the later components have work."""
    register_extensions()
    doc = nlp.make_doc(text)
    start = text.find("alopecia")
    spans = [ScoredSpan(start, start + 15, "DISEASE", 0.9, "model:recogniser")] if start > 0 else []
    set_spans(doc, RECOGNISED, spans)
    return doc


def contents(doc):
    """All that components write, as bytes (a tuple comes back from a file as a list)."""
    return msgspec.json.encode(
        [
            [get_spans(doc, key) for key in GROUPS],
            [doc._.get(name) for name in EXTENSIONS],
            [token.is_sent_start for token in doc],
        ]
    )


@pytest.mark.parametrize("factory", FACTORIES)
def test_a_component_is_built_from_its_config(factory, full):
    config = full.config["components"][factory]
    assert config["factory"] == factory
    again = spacy.blank("en")
    again.add_pipe(factory)
    assert again.pipe_names == [factory]


@pytest.mark.parametrize("text", TEXTS)
def test_pipe_equals_one_by_one(full, text):
    docs = list(full.pipe([make_doc(full, item) for item in TEXTS]))
    alone = full(make_doc(full, text))
    assert contents(docs[TEXTS.index(text)]) == contents(alone)


@pytest.mark.parametrize("text", TEXTS)
def test_a_tagged_doc_survives_serialisation(full, text):
    from spacy.tokens import Doc

    doc = full(make_doc(full, text))
    again = Doc(full.vocab).from_bytes(doc.to_bytes())
    assert contents(again) == contents(doc)


@pytest.mark.parametrize("text", TEXTS)
def test_extensions_hold_plain_data(full, text):
    doc = full(make_doc(full, text))
    for name in EXTENSIONS:
        assert msgspec.json.decode(msgspec.json.encode(doc._.get(name))) is not None


def test_the_pipeline_survives_disk(full, tmp_path):
    full.to_disk(tmp_path / "nlp")
    again = spacy.load(tmp_path / "nlp")
    text = TEXTS[0]
    assert contents(again(make_doc(again, text))) == contents(full(make_doc(full, text)))


def test_extensions_do_not_leak_between_docs(full):
    full(make_doc(full, TEXTS[0]))
    fresh = {name: full.make_doc("x")._.get(name) for name in EXTENSIONS}
    assert fresh.pop(EXT_CONVENTION) == CONVENTION
    assert not any(fresh.values())


def test_nothing_is_written_to_entities(full):
    assert full(make_doc(full, TEXTS[0])).ents == ()
