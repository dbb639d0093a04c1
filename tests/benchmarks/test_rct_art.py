"""Result tables: their rows, their scores, and the links that a scorer learns, on invented text."""

import pytest
from benchmarks.corpora import Document
from benchmarks.rct_art import close_up, link_spans, mend_measures, read_tables, train_links
from benchmarks.result_rows import Row, make_rows, score_rows, split_rows

from cellstudy.schema import GoldSpan

TEXT = "Pain was 5 % ( 2/40 ) with alpha and 9 % with beta ; sleep did not change ."
SPANS = [("OC", "Pain", 0), ("MEAS", "5 % ( 2/40 )", 6), ("INTV", "alpha", 8)]
SPANS += [("MEAS", "9 %", 11), ("INTV", "beta", 13), ("OC", "sleep", 15)]
RELATIONS = [(0, 6, "OC_RES"), (0, 11, "OC_RES"), (8, 6, "A1_RES"), (13, 11, "A2_RES")]


def document():
    spans = [
        {"start": TEXT.index(words), "end": TEXT.index(words) + len(words), "label": label}
        | {"token_start": 0, "token_end": end}
        for label, words, end in SPANS
    ]
    relations = [{"head": h, "child": c, "label": label} for h, c, label in RELATIONS]
    gold = tuple(GoldSpan(start=s["start"], end=s["end"], label=s["label"]) for s in spans)
    return Document("invented:1", TEXT, gold, {"spans": spans, "relations": relations})


def words(text, rows):
    return [tuple(cell and text[slice(*cell)] for cell in row) for row in rows]


def test_a_table_has_a_row_for_each_measure_with_its_cells():
    (table,) = read_tables([document()])
    assert table.text == "Pain was 5% (2/40) with alpha and 9% with beta; sleep did not change."
    expected = [("Pain", "alpha", "5% (2/40)"), ("Pain", "beta", "9%")]
    assert words(table.text, table.rows) == expected


def test_a_measure_without_links_is_no_row_and_one_link_leaves_a_cell_empty():
    assert make_rows([(0, 1)], {}, {}) == []
    assert make_rows([(0, 1)], {(0, 1): [(5, 6)]}, {}) == [Row((5, 6), None, (0, 1))]


def test_two_outcomes_make_two_rows():
    rows = make_rows([(0, 1)], {(0, 1): [(5, 6), (7, 8)]}, {(0, 1): [(2, 3)]})
    assert rows == [Row((5, 6), (2, 3), (0, 1)), Row((7, 8), (2, 3), (0, 1))]


def test_links_of_rows_are_counted_once():
    rows = [Row((0, 1), (2, 3), (4, 5)), Row((6, 7), (2, 3), (4, 5))]
    expected = [Row((0, 1), None, (4, 5)), Row(None, (2, 3), (4, 5)), Row((6, 7), None, (4, 5))]
    assert split_rows(rows) == expected


@pytest.mark.parametrize(
    ("found", "strict", "overlap"),
    [
        ([Row((0, 4), (10, 15), (5, 8))], 1.0, 1.0),
        ([Row((0, 3), (10, 15), (5, 8))], 0.0, 1.0),
        ([Row(None, (10, 15), (5, 8))], 0.0, 0.0),
        ([Row((0, 4), (10, 15), (8, 9))], 0.0, 0.0),
        ([Row((0, 4), (10, 15), (5, 8)), Row((0, 4), (10, 15), (5, 7))], 0.5, 0.5),
    ],
    ids=["same", "shorter", "empty cell", "touching", "matched once"],
)
def test_row_scores(found, strict, overlap):
    score = score_rows([[Row((0, 4), (10, 15), (5, 8))]], [found])
    assert score.strict.precision == strict
    assert score.overlap.precision == overlap


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 % ( 2/40 ) .", "5% (2/40)."),
        ("a , b ; c", "a, b; c"),
        ("[ 1 ]", "[1]"),
        ("no change", "no change"),
        ("", ""),
    ],
)
def test_spaces_of_tokenisation_go(text, expected):
    closed, places = close_up(text)
    assert closed == expected
    assert len(places) == len(text) + 1
    assert places[-1] == len(closed)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (["5% (2/40"], ["5% (2/40)"]),
        (["5%", "2/40)"], ["5% (2/40)"]),
        (["(2/40"], ["(2/40)"]),
        (["5%"], ["5%"]),
    ],
    ids=["left open", "apart", "half", "plain"],
)
def test_measures_hold_whole_brackets(found, expected):
    text = "Pain was 5% (2/40) here."
    spans = [
        GoldSpan(start=text.index(part), end=text.index(part) + len(part), label="MEAS")
        for part in found
    ]
    assert [text[s.start : s.end] for s in mend_measures(text, spans)] == expected


def test_the_scorer_learns_the_order_of_its_examples():
    tables = read_tables([document()])
    weights = train_links(tables)
    (table,) = tables
    assert link_spans(table.text, table.spans, weights) == table.rows
