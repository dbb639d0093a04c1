"""Places of numbers, their labels and extents, and the features of arms."""

import numpy as np
import pytest
import spacy
from benchmarks.place_features import join_dense, mark_arms, name_columns
from benchmarks.places import find_places, label_places, make_views
from benchmarks.typing_places import count_features, fit_offsets

from cellstudy.schema import GoldSpan
from cellstudy.tag.extensions import register_extensions
from cellstudy.tag.number_features import hash_features, read_templates

TEXT = "Pain fell by 41.5±12.2 points with gel and 12/20 (60%) with placebo once daily."


@pytest.fixture(scope="module")
def nlp():
    register_extensions()
    nlp = spacy.blank(
        "en", config={"nlp": {"tokenizer": {"@tokenizers": "cellstudy.tokenizer.v1"}}}
    )
    for name in ("sentences", "sections", "quantities", "schedules"):
        nlp.add_pipe(f"cellstudy_{name}")
    return nlp


def span(part, label, confidence=0.9):
    start = TEXT.index(part)
    return GoldSpan(start=start, end=start + len(part), label=label, confidence=confidence)


def test_every_number_and_schedule_is_a_place(nlp):
    places = find_places(nlp(TEXT), [])
    texts = [TEXT[p.candidate.start : p.candidate.end] for p in places]
    assert texts == ["41.5", "12.2", "12", "20", "60", "once daily"]
    percent = {TEXT[slice(*extent)] for extent in places[4].extents.values()}
    assert percent == {"60", "60%"}


def test_a_span_labels_its_first_place(nlp):
    (view,) = make_views(nlp, [TEXT], tagged=[[]])
    gold = [span("41.5±12.2", "mean"), span("60%", "percent")]
    labels = label_places(view, gold, "none")
    assert labels == ["mean", "none", "none", "none", "percent", "none"]


def test_arms_are_marked_by_tagged_and_general_words(nlp):
    (view,) = make_views(nlp, [TEXT], tagged=[[span("gel", "intervention")]])
    marks = dict(zip(view.words.texts, mark_arms(view, ["intervention", "control"]), strict=True))
    assert (marks["gel"], marks["placebo"], marks["Pain"]) == ("intervention", "control", "")


def test_features_are_as_wide_as_counted(nlp):
    (view,) = make_views(nlp, [TEXT], tagged=[[span("12", "count")]])
    columns = name_columns(view, [])
    hashes = hash_features(columns, read_templates())
    assert hashes.shape == (len(view.places), count_features(read_templates()))
    dense = join_dense(view, np.full((len(view.places), 3), 1 / 3))
    assert len(dense) == len(view.places)
    assert np.isfinite(dense).all()


def test_offsets_help_a_label_that_is_never_first():
    probabilities = np.asarray([[0.55, 0.45]] * 6 + [[0.9, 0.1]] * 6)
    targets = np.asarray([1] * 5 + [0] * 7)
    offsets = fit_offsets(probabilities, targets)
    best = (np.log(probabilities) + offsets).argmax(axis=1)
    assert best.tolist() == [1] * 6 + [0] * 6
