"""Contexts of mentions; in a case [brackets] mark the mentions and {braces} their contexts."""

import re

import pytest
import spacy

from cellstudy.labels import EXT_CONTEXT, EXT_SECTIONS, MENTIONS
from cellstudy.tag.context import Target, find_context
from cellstudy.tag.extensions import ScoredSpan, set_spans
from cellstudy.tag.sentences import find_sentence_starts

MARKED = re.compile(r"\[([^]]+)\](?:\{([a-z,]*)\})?")

CASES = [
    "No [fever]{negated} was seen, but [nausea] was common.",
    "No significant [toxicity]{negated} was observed.",
    "Treatment was safe without [fever]{negated}, [rash]{negated} or [tumor formation]{negated}.",
    "Neither [fever]{negated} nor [rash]{negated} occurred.",
    "[Fever]{negated} and [rash]{negated} were not observed.",
    "[Pain] fell and [infection]{negated} did not occur.",
    "There was no evidence of [graft rejection]{negated}.",
    "There was no difference in [pain] between the groups.",
    "There was no significant change of [hair density].",
    "No [fever]{negated} and no [pain] differences were found.",
    "People with and without [asthma] took part.",
    "There was no [recurrence]{negated} in patients with [psoriasis].",
    "Without effective therapy, [osteoarthritis] gets worse.",
    "Not only [pain] but also [swelling] fell.",
    "No. 5 [fever] and NO [oxygenation] were noted.",
    "[MSCs]{planned} will be given to [knee osteoarthritis]{planned}.",
    "[MSCs] were given. The [pain score]{planned} is planned to be taken.",
    "Inflammation may cause [fibrosis]{hypothetical}.",
    "Cells may be useful for [fibrosis].",
    "Cells lowered the risk of [stroke]{hypothetical}.",
]


@pytest.mark.parametrize("marked", CASES, ids=str)
def test_qualifies_mentions(marked: str) -> None:
    check(marked, label="DISEASE")


COMPARED = [
    "The score was [5.2]{comparator} in the placebo group.",
    "Pain was [12%] with MSCs and [45%]{comparator} in the control group.",
    "The placebo group received [2 mL]{comparator} once.",
    "MSCs ([12] vs. placebo) were given.",
    "The score was lower than with placebo ([12] vs. 15).",
    "In the MSC and placebo groups it was [12] and [15], respectively.",
    "This placebo-controlled study of [12] women ended.",
    "MSCs were given in addition to standard care with [2 mL] gel.",
]


@pytest.mark.parametrize("marked", COMPARED, ids=str)
def test_qualifies_numbers_of_the_comparator(marked: str) -> None:
    check(marked, label="VALUE")


BACKGROUND = [
    "Cells for hair\n[Alopecia]{background} is a common disorder. We gave [MSCs]. It is a success.",
    "Cells for hair\n[MSCs] were given. Previous studies used [exosomes]{background}.",
    "[Alopecia] is a disorder\nWe gave [MSCs].",
]


@pytest.mark.parametrize("marked", BACKGROUND, ids=repr)
def test_qualifies_what_was_known_before(marked: str) -> None:
    check(marked, label="CELL_PRODUCT")


def check(marked: str, *, label: str) -> None:
    """Compare the contexts that a marked text states with those that are found."""
    text, targets, expected = "", [], {}
    position = 0
    for match in MARKED.finditer(marked):
        text += marked[position : match.start()]
        targets.append(Target(len(text), len(text) + len(match[1]), label))
        expected[len(text)] = (match[2] or "").split(",") if match[2] else []
        text += match[1]
        position = match.end()
    text += marked[position:]
    starts = find_sentence_starts(text)
    found = find_context(text, list(zip(starts, [*starts[1:], len(text)], strict=True)), targets)
    got = {
        target.start: [f.context for f in found if f.start == target.start] for target in targets
    }
    assert got == expected


def test_finding_explains_its_cue() -> None:
    text = "There was no evidence of tumor."
    (finding,) = find_context(text, [(0, len(text))], [Target(25, 30, "DISEASE")])
    assert text[finding.cue_start : finding.cue_end] == "no evidence of"


def test_sections_qualify_what_they_hold() -> None:
    text = "BACKGROUND: acne hurts. RESULTS: acne fell."
    sections = [
        {"label": "BACKGROUND", "start": 0, "end": 23},
        {"label": "RESULTS", "start": 24, "end": 43},
    ]
    targets = [Target(12, 16, "DISEASE"), Target(33, 37, "DISEASE")]
    found = find_context(text, [(0, 23), (24, 43)], targets, sections=sections)
    assert [(f.start, f.context) for f in found] == [(12, "background")]


def test_arms_of_a_plan_are_planned() -> None:
    text = "Cells: one infusion\nPrimary outcome: pain"
    sections = [
        {"label": "ARMS", "start": 0, "end": 19},
        {"label": "PRIMARY_OUTCOME", "start": 20, "end": 41},
    ]
    targets = [Target(7, 10, "N_DOSES"), Target(37, 41, "OUTCOME")]
    found = find_context(text, [(0, 19), (20, 41)], targets, sections=sections)
    assert [f.context for f in found] == ["planned", "planned"]
    with_results = [*sections, {"label": "RESULTS", "start": 41, "end": 41}]
    assert find_context(text, [(0, 19), (20, 41)], targets, sections=with_results) == []


@pytest.mark.parametrize("text", ["no " * 20_000, "no fever, " * 8_000, "placebo 5 " * 8_000])
@pytest.mark.timeout(10)
def test_long_texts_end(text: str) -> None:
    find_context(text, [(0, len(text))], [Target(3, 8, "DISEASE")])


def test_component_writes_plain_data() -> None:
    nlp = spacy.blank("en")
    for name in ("cellstudy_sentences", "cellstudy_sections", "cellstudy_context"):
        nlp.add_pipe(name)
    doc = nlp.make_doc("No fever was seen. Acne fell.")
    spans = [ScoredSpan(3, 8, "DISEASE", 1.0, "test"), ScoredSpan(19, 23, "DISEASE", 1.0, "test")]
    set_spans(doc, MENTIONS, spans)
    doc = nlp(doc)
    assert doc._.get(EXT_SECTIONS) == []
    assert doc._.get(EXT_CONTEXT) == {3: ["negated"]}
    assert nlp("")._.get(EXT_CONTEXT) == {}
