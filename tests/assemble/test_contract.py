"""What holds for every record: evidence, makers, confidences, order, odd input."""

import re
from pathlib import Path

import msgspec
import pytest

from cellstudy.assemble import assemble
from cellstudy.assemble.evidence import link_factor
from cellstudy.errors import ConfigError
from cellstudy.schema import Article, Tagging, Value
from cellstudy.terms import read_rows

from .marked import INFO, MAKER, record, tag

TEXT = (
    "[DONOR Allogeneic] [CELL_SOURCE adipose]-derived [CELL_PRODUCT stem cells] ([CELL_PRODUCT "
    "ASCs]) for [DISEASE acne scars]: "
    "a [DESIGN randomized] trial\n"
    "METHODS: [SAMPLE_SIZE 40] patients were [DESIGN randomized] to [CELL_PRODUCT ASCs] (n = "
    "[SAMPLE_SIZE 20]) or placebo (n = [SAMPLE_SIZE 20]). "
    "[N_DOSES Two] [ROUTE intradermal] injections of [DOSE 5 x 10^6 cells] were given "
    "[DOSING_INTERVAL 2 weeks apart]. "
    "Follow-up was [TIME 6 months].\n"
    "RESULTS: [OUTCOME Scar size] fell from [VALUE 19.1±2.0 mm] to [VALUE 12.4±1.9 mm] at [TIME "
    "3 months] with [CELL_PRODUCT ASCs] ([P_VALUE p < 0.01]). "
    "[OUTCOME Healing] was seen in [VALUE 12/20] ([VALUE 60%]) and [VALUE 5/20] ([VALUE 25%]) "
    "patients (odds ratio [VALUE 4.5]; [CI 95% CI 1.2 to 17.4]; [P_VALUE p = 0.02])."
)


def leaves(item):
    """Every Value of a record, at any depth."""
    if isinstance(item, Value):
        yield item
    elif isinstance(item, tuple):
        for part in item:
            yield from leaves(part)
    elif isinstance(item, msgspec.Struct):
        for field in msgspec.structs.fields(item):
            yield from leaves(getattr(item, field.name))


def test_evidence_is_the_text_at_its_place():
    tagging = tag(TEXT)
    cited = [e for value in leaves(assemble(tagging, INFO)) for e in value.evidence]
    assert len(cited) > 60
    assert {e.text for e in cited if tagging.article.text[e.start : e.end] != e.text} == set()


def test_every_filled_leaf_says_who_made_it_and_how_sure_that_is():
    filled = [v for v in leaves(record(TEXT)) if v.status != "not_reported"]
    assert len(filled) > 60
    for value in filled:
        assert value.value is not None
        assert value.evidence
        assert re.fullmatch(r"(?:[\w:.]+\+)*(?:rule:assemble\.[\w.]+|model:links)", value.made_by)
        assert 0 < value.confidence <= 1


def test_absent_leaves_are_empty():
    empty = [v for v in leaves(record("Cells\nCells.")) if v.status == "not_reported"]
    assert all(v == Value(status="not_reported") for v in empty)


def test_confidence_is_that_of_the_mention_times_the_rule():
    route = record(TEXT, confidence=0.5).regimens[0].route
    assert route.made_by == f"{MAKER}+rule:assemble.regimen.route"
    assert route.confidence == pytest.approx(0.5 * link_factor("regimen.route"))


def test_same_tagging_gives_the_same_record():
    tagging = tag(TEXT)
    first, second = (msgspec.json.encode(assemble(tagging, INFO)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("text", ["", "\n", "A title alone", "Title\nText without mentions."])
def test_texts_with_nothing_in_them(text):
    article = Article(id="TEST:0", title=text, abstract="", text=text)
    sentences = ((0, len(text)),) if text else ()
    found = assemble(Tagging(article=article, sentences=sentences, mentions=()), INFO)
    assert (found.products, found.regimens, found.results) == ((), (), ())


def test_mentions_without_a_quantity_are_passed_over():
    tagging = tag(TEXT)
    bare = tuple(msgspec.structs.replace(m, quantity=None) for m in tagging.mentions)
    found = assemble(msgspec.structs.replace(tagging, mentions=bare, quantities=()), INFO)
    assert found.n_total.value is None
    assert [row.value.value for row in found.results] == [None] * len(found.results)


def test_one_row_for_each_number():
    values = [m.text for m in tag(TEXT).mentions if m.label == "VALUE"]
    assert len(record(TEXT).results) == len(values)


def test_unknown_rule():
    with pytest.raises(ConfigError, match=r"no rule 'made\.up'"):
        link_factor("made.up")


def test_every_linking_rule_is_used():
    folder = Path(__file__).resolve().parents[2] / "pipeline" / "cellstudy" / "assemble"
    code = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    rules = [row[0] for row in read_rows("assembly/linking.tsv")]
    assert len(rules) == len(set(rules))
    suffixed = {rule for rule in rules if rule.startswith("design.") or rule.endswith("_far")}
    assert [rule for rule in rules if f'"{rule}"' not in code and rule not in suffixed] == []
