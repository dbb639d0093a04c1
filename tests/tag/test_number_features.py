"""Columns that describe candidate numbers, and their hashes."""

import numpy as np
import pytest

from cellstudy.tag.number_features import (
    Candidate,
    Words,
    class_id,
    describe,
    hash_features,
    name_id,
    read_templates,
    stem_id,
)

TEXT = "We enrolled 30 men . Of 20 treated and 10 given placebo , 5 ( 25 % ) died ."


def view(text=TEXT, marks=None):
    texts, starts, place, sentence, sentences = [], [], 0, 0, []
    for word in text.split():
        start = text.index(word, place)
        texts.append(word)
        starts.append(start)
        sentences.append(sentence)
        sentence += word == "."
        place = start + len(word)
    return Words(texts, starts, sentences, [""] * len(texts), marks or [""] * len(texts))


def number(part, kind="number", text=TEXT):
    start = text.index(part)
    return Candidate(start, start + len(part), kind, float(part), float(part))


CANDIDATES = [number("30"), number("20"), number("10"), number("5 ".strip())]


def test_words_count_only_within_the_sentence():
    columns = describe(view(), CANDIDATES, TEXT)
    assert columns["left1"][0] == stem_id("enrolled")
    assert columns["right3"][0] == 0
    assert columns["left_class1"][0] == class_id("enrolled") == name_id("enrol")


def test_a_number_knows_that_others_add_up_to_it():
    columns = describe(view(), CANDIDATES, TEXT)
    assert columns["sum"].tolist()[:3] == [name_id("s"), name_id("p"), name_id("p")]
    assert columns["largest"].tolist() == [name_id("y"), 0, 0, 0]


def test_neighbours_and_rank_are_those_of_the_sentence():
    columns = describe(view(), CANDIDATES, TEXT)
    assert columns["before"][1] == 0
    assert columns["before_gap"][2] == name_id("| treate and")
    assert columns["rank"].tolist()[1:3] == [name_id("0/3"), name_id("1/3")]


def test_the_nearest_mark_of_each_side_counts():
    words = view()
    marks = ["control" if text == "placebo" else "" for text in words.texts]
    columns = describe(view(marks=marks), CANDIDATES, TEXT)
    assert columns["right_mark"].tolist() == [0, name_id("control"), name_id("control"), 0]
    assert columns["left_mark"].tolist() == [0, 0, 0, name_id("control")]


def test_hashes_tell_templates_apart_and_leave_out_what_is_empty():
    columns = {"a": np.asarray([1, 0], np.uint64), "b": np.asarray([1, 5], np.uint64)}
    hashes = hash_features(columns, [("a",), ("b",), ("a", "b")])
    assert hashes.shape == (2, 3)
    assert hashes[1, 0] == 0
    assert hashes[0, 0] != hashes[0, 1]
    assert (hashes[:, 2] != 0).all()
    assert hashes.max() < 2**32


def test_hashes_do_not_depend_on_other_candidates_of_another_sentence():
    columns = describe(view(), CANDIDATES, TEXT)
    assert hash_features(columns, read_templates()).shape[0] == len(CANDIDATES)


def test_no_candidate_has_no_columns():
    assert describe(view(), [], TEXT) == {}


@pytest.mark.parametrize("word", ["", "·", "12,5", "\ud800"])
def test_any_word_has_a_number(word):
    assert stem_id(word) >= 0
    assert class_id(word) == 0
