"""Marks of the document and dilated windows."""

import numpy as np
import pytest
import spacy
from benchmarks.wide import PLACE, SEEN, dilated_window, mark_document, mark_repeats, name_place


@pytest.mark.parametrize(
    ("index", "name"), [(0, "place_first"), (1, "place_2"), (3, "place_6"), (4, "place_last")]
)
def test_a_sentence_has_its_place_in_the_text(index, name):
    assert name_place(index, 5) == name


def test_words_that_came_before_are_marked_and_their_company():
    text = "gel against placebo ; 12 on gel , 9 gel against none , gel"
    words = text.split()
    marks = dict(enumerate(mark_repeats(words)))
    assert [marks[i] for i in (0, 1, 2, 3, 4, 5)] == ["seen0", "seen0", "seen0", "", "", ""]
    assert [marks[i] for i in (6, 9, 10, 11, 13)] == ["seen1", "seen2+", "seen1+", "seen0", "seen2"]


def test_marks_are_span_groups_of_the_document():
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    doc = mark_document(nlp("Gel helps. Does gel help?"))
    assert [span.label_ for span in doc.spans[PLACE]] == ["place_first", "place_last"]
    assert {span.text: span.label_ for span in doc.spans[SEEN]}["gel"] == "seen1"


@pytest.mark.parametrize("n_rows", [1, 2, 5])
def test_a_window_joins_rows_at_its_distance(n_rows):
    rows = np.arange(1.0, n_rows + 1, dtype="f").reshape(-1, 1)
    joined, _ = dilated_window(2)(rows, is_train=True)
    expected = [
        [i - 2 if i > 2 else 0, i, i + 2 if i + 2 <= n_rows else 0] for i in range(1, n_rows + 1)
    ]
    assert joined.tolist() == expected


def test_the_gradient_of_a_window_is_its_transpose():
    rng = np.random.default_rng(0)
    rows, other = rng.normal(size=(7, 3)).astype("f"), rng.normal(size=(7, 9)).astype("f")
    joined, backprop = dilated_window(2)(rows, is_train=True)
    assert np.sum(joined * other) == pytest.approx(np.sum(rows * backprop(other)), rel=1e-5)
