"""The pure parts of the benchmarks of quantities and drug doses."""

import numpy as np
import pytest
from benchmarks.ade_dose import count_overlapped, holds_number, show_share
from benchmarks.corpora import Document
from benchmarks.measeval import read_grammar, trim_span
from benchmarks.peers import keep_first

from cellstudy.schema import GoldSpan


def test_the_grammar_reads_quantities_but_no_names_and_p_values():
    text = "In May 2010, 12 rats got 5 mg of IL-10 (p = 0.03)."
    assert [text[s.start : s.end] for s in read_grammar(text)] == ["12", "5 mg"]


@pytest.mark.parametrize(
    ("text", "found", "left"),
    [
        ("It was 3 K. Then", "3 K.", "3 K"),
        ("It was (3 K), then", "3 K),", "3 K)"),
        ("about 5 mg, or", "about 5 mg,", "about 5 mg"),
        ("some 5 vol. of it", "5 vol.", "5 vol."),
        ("so ,", ",", ","),
    ],
)
def test_trimming(text, found, left):
    start = text.index(found)
    span = trim_span(text, GoldSpan(start=start, end=start + len(found), label="Quantity"))
    assert text[span.start : span.end] == left


def test_the_first_of_overlapping_spans_is_kept():
    assert keep_first([(4, 9), (0, 3), (2, 5), (9, 10)]) == [(0, 3), (4, 9), (9, 10)]


@pytest.mark.parametrize(
    ("dose", "numbered"),
    [("5 mg", True), ("twenty units", True), ("high-dose", False), ("overdose", False)],
)
def test_doses_with_a_number(dose, numbered):
    assert holds_number(dose) is numbered


def test_overlapped_doses_are_counted_by_document():
    spans = tuple(GoldSpan(start=a, end=b, label="DOSE") for a, b in ((0, 4), (9, 18)))
    document = Document("a", "5 mg and high-dose", spans, {})
    for numbered, hits, total in ((False, 1, 2), (True, 1, 1)):
        counts = count_overlapped([document], [[(2, 4)]], numbered=numbered)
        assert [list(part) for part in counts] == [[hits], [total]]


def test_a_share_shows_its_interval():
    assert show_share(np.array([1, 1]), np.array([1, 1])) == "1.000 [1.000-1.000]"
    assert show_share(np.array([0]), np.array([0])) == "–"
