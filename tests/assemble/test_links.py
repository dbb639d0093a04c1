"""The trained scorer of links: its features, its decisions, and what it adds to the rules."""

import pytest

from cellstudy.assemble.arms import Arms
from cellstudy.assemble.clauses import Event, read_clause
from cellstudy.assemble.layout import Layout
from cellstudy.assemble.links import BIAS, Frame, Opinion, describe, read_weights, score
from cellstudy.assemble.review import (
    ARM,
    BOUNDS,
    KINDS,
    OUTCOME,
    Bounds,
    Pair,
    decide,
    review_rows,
)
from cellstudy.assemble.rivals import find_treatments
from cellstudy.assemble.rows import find_rows
from cellstudy.terms import read_rows

from .marked import record, tag

NO_OPINION = Opinion(chosen=False, rule="")
TITLE = "[CELL_PRODUCT Stem cells] for [DISEASE acne]\n"


def frame_of(text):
    layout = Layout(tag(TITLE + text))
    return Frame(read_clause(layout, Arms(layout), len(layout.tagging.sentences) - 1))


def features_of(text, symbol, *, value=0, candidate=0):
    frame = frame_of(text)
    chosen = frame.clause.of("V")[value], frame.clause.of(symbol)[candidate]
    return describe(frame, *chosen, NO_OPINION)


@pytest.mark.parametrize(
    ("text", "symbol", "expected"),
    [
        ("[OUTCOME Pain] was [VALUE 5].", "O", {"side<", "gap<was", "rank<0", "far<1"}),
        ("[VALUE 5%] had [OUTCOME fever].", "O", {"side>", "gap>had", "by value>had"}),
        ("[OUTCOME Pain] was low ([VALUE 5]).", "O", {"depth<1", "word<low"}),
        ("[OUTCOME Pain] fell; it was [VALUE 5].", "O", {"break<"}),
        (
            "[OUTCOME Pain] was [VALUE 5] versus [VALUE 7].",
            "O",
            {"place 0/2 0/1", "listed<0/2 0/1"},
        ),
    ],
    ids=["before", "after", "brackets", "break", "list"],
)
def test_features_name_how_two_mentions_stand(text, symbol, expected):
    assert expected <= set(features_of(text, symbol))


def test_numbers_between_are_all_alike():
    one, two = (features_of(f"[OUTCOME Pain] at 4{n} was [VALUE 5].", "O") for n in (1, 2))
    assert one == two


def test_the_weights_are_small_numbers_for_each_kind():
    assert set(read_weights()) == set(KINDS)
    for weights in read_weights().values():
        assert all(abs(weight) < 20 for weight in weights.values())


def test_each_weight_is_given_once():
    rows = [row[:2] for row in read_rows("assembly/links.tsv")]
    assert len(rows) == len(set(rows))


def test_a_score_is_a_probability():
    assert score({"a": 1000.0}, ["a"]) <= 1
    assert score({"a": -1000.0}, ["a"]) >= 0
    assert score({}, ["a"]) == 0.5


def pair(name, *, chosen=False):
    return Pair(Event("O", ord(name)), chosen, [])


@pytest.mark.parametrize(
    ("scored", "expected"),
    [
        ([(0.9, pair("a")), (0.3, pair("b"))], ("a", False)),
        ([(0.4, pair("a"))], (None, False)),
        ([(0.9, pair("a")), (0.8, pair("b", chosen=True))], ("b", True)),
        ([(0.9, pair("a")), (0.2, pair("b", chosen=True))], ("a", False)),
        ([(0.05, pair("b", chosen=True))], (None, False)),
    ],
    ids=["taken", "too low", "rules stay", "rules overruled", "rules dropped"],
)
def test_decisions(scored, expected):
    verdict = decide(scored, Bounds(take=0.5, change=0.3, drop=0.1))
    assert (verdict.event and chr(verdict.event.at), verdict.by_rules) == expected


def test_a_candidate_that_may_not_be_there_is_not_taken():
    def read(confidence):
        layout = Layout(
            tag(TITLE + "[VALUE 5%] showed some [OUTCOME itch].", confidence=confidence)
        )
        rows = [row._replace(outcome=None) for row in find_rows(layout, Arms(layout))]
        weights = {OUTCOME: {BIAS: 2.0}}
        return [row.outcome is not None for row in review_rows(rows, weights)]

    assert read(0.9) == [True]
    assert read(0.9 * BOUNDS[OUTCOME].take) == [False]


def test_a_link_of_the_model_names_it():
    text = (
        "[OUTCOME Scar size] in the SCF group and in the SCX group was [VALUE 12 mm] in all, and "
        "then [VALUE 18 mm]."
    )
    layout = Layout(tag(TITLE + text))
    rows = find_rows(layout, Arms(layout))
    reviewed = review_rows(rows, {ARM: {BIAS: 3.0}})
    assert all(row.sure[ARM] > 0.9 for row in reviewed)


def test_a_reviewed_leaf_has_the_probability_of_its_link():
    leaf = record(TITLE + "[OUTCOME Pain] was [VALUE 5].").results[0].outcome
    assert leaf.value == "Pain"
    assert leaf.made_by.endswith("+model:links")
    assert 0.5 < leaf.confidence <= 0.9


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Patients were randomized to receive oral drugone (n = 20) or drugtwo. The drugone "
            "users did well, those on drugtwo did not.",
            ["drugone", "drugtwo"],
        ),
        ("We compared drugone and drugtwo. Drugone beat drugtwo.", ["drugone", "drugtwo"]),
        ("Healing with drugone versus drugtwo: drugone did better.", ["drugone"]),
        ("Patients were randomized to drugone. They did well.", []),
        ("It was 20 mm versus 30 mm, later 10 mm.", []),
    ],
    ids=["assigned", "compared", "before versus", "named once", "unit"],
)
def test_names_of_treatments(text, expected):
    assert find_treatments(Layout(tag(TITLE + text))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It was seen in groups A and B.", ["groups A", "B"]),
        ("It was seen in arms A/B/C.", ["arms A", "B", "C"]),
        ("It was seen in group E5.", ["group E5"]),
        ("It was seen in group A and B cells.", ["group A"]),
    ],
    ids=["plural", "slashes", "letter and digit", "singular"],
)
def test_lettered_arms(text, expected):
    tagging = tag(TITLE + text)
    hits = Arms(Layout(tagging)).hits
    found = [tagging.article.text[hit.start : hit.end] for hit in hits]
    assert [words for words in found if words.lower() != "stem cells"] == expected
