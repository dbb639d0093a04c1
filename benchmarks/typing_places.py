"""A trained classifier of places: labels in two passes, extents by what the train part does.

The first pass is the linear classifier of the package; the second, gradient-boosted trees, sees the
first pass of a place and of its neighbours (Cohen & Carvalho 2005, "Stacked sequential learning"):
what the first pass says of a training text comes from the other folds.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from benchmarks.corpora import Document
from benchmarks.place_features import Floats, join_dense, name_columns
from benchmarks.places import View, label_places
from benchmarks.retraining import Recipe, tag_texts, train_tagger
from cellstudy.schema import GoldSpan
from cellstudy.tag.linear import LinearModel, cross_fit, fit_linear, softmax
from cellstudy.tag.number_features import hash_features, read_templates

NONE = "none"
HALVES = 2
"""Each half of a train part is tagged by a tagger that was trained on the other half."""
FOLDS = 4
STRENGTH = 0.1
OFFSETS = np.linspace(-1.0, 2.0, 13)
_LEAST = 1e-6
TREES = {
    "max_iter": 150,
    "learning_rate": 0.05,
    "max_leaf_nodes": 8,
    "min_samples_leaf": 20,
    "l2_regularization": 5.0,
    "random_state": 0,
}

_TAGS = ("tag", "tag_sure", "known", "known_sure")
_ARMS = ("left_mark", "right_mark", "left_mark_far", "right_mark_far", "order")
FURTHER: list[tuple[str, ...]] = [
    *((name,) for name in (*_TAGS, *_ARMS, "extents")),
    *product(("tag", "known"), ("kind", "left1", "right1", "rank", "sum", "largest", "tenth")),
    ("tag_before", "tag"),
    ("tag", "tag_after"),
    ("tag_before", "tag", "tag_after"),
    ("tag", "known", "extents"),
    ("tag", "left_mark", "right_mark"),
    ("left_mark", "right_mark"),
    ("left_mark_far", "right_mark_far"),
    ("left_mark", "right_mark", "rank"),
    ("order", "rank"),
    ("order", "kind", "rank"),
    ("order", "left_mark", "right_mark"),
    ("order", "rank", "left_mark", "right_mark"),
    ("extents", "kind", "unit"),
    ("extents", "left1"),
    ("extents", "left_class1", "right_class1"),
]
"""Templates beside those of the package."""


class Typer(NamedTuple):
    """What was learnt: both passes, and how often a label takes an extent."""

    labels: tuple[str, ...]
    arms: tuple[str, ...]
    first: LinearModel
    second: HistGradientBoostingClassifier
    offsets: Floats
    """Added to the log-probability of each label, so that micro F1 is best on held-out texts."""
    extents: dict[tuple[str, ...], str]


def train_typer(
    views: Sequence[View],
    gold: Sequence[Sequence[GoldSpan]],
    labels: Sequence[str],
    *,
    arms: Sequence[str] = (),
    strength: float = STRENGTH,
) -> Typer:
    """Learn the labels and extents of places from views whose tags come from other folds.

    `strength` is the inverse regularisation of the first pass.
    """
    names = (NONE, *labels)
    texts = np.repeat(np.arange(len(views)), [len(view.places) for view in views])
    wanted = [
        label
        for view, spans in zip(views, gold, strict=True)
        for label in label_places(view, _keep(spans, labels), NONE)
    ]
    targets = np.asarray([names.index(label) for label in wanted], dtype=np.int64)
    hashes = np.concatenate([_hash(view, arms) for view in views])
    folds = np.random.default_rng(0).permutation(len(views))[texts] % FOLDS
    probabilities = softmax(cross_fit(hashes, targets, names, folds=folds, strength=strength))
    rows = np.concatenate(
        [join_dense(view, probabilities[texts == i]) for i, view in enumerate(views) if view.places]
    )
    held_out = np.zeros_like(probabilities)
    for fold in range(FOLDS):
        out = folds == fold
        trees = HistGradientBoostingClassifier(**TREES).fit(rows[~out], targets[~out])
        held_out[np.ix_(out, trees.classes_)] = trees.predict_proba(rows[out])
    offsets = fit_offsets((probabilities + held_out) / 2, targets)
    second = HistGradientBoostingClassifier(**TREES).fit(rows, targets)
    first = fit_linear(hashes, targets, names, strength=strength)
    extents = _count_extents(views, gold, labels)
    return Typer(names, tuple(arms), first, second, offsets, extents)


def fit_offsets(probabilities: Floats, targets: NDArray[np.int64]) -> Floats:
    """Log-odds to add to each label for the best micro F1, one label after the other, twice."""
    logs = np.log(probabilities + _LEAST)
    offsets = np.zeros(logs.shape[1])
    n_gold = int((targets > 0).sum())
    for label in [*range(1, len(offsets))] * 2:
        scores = []
        for step in OFFSETS:
            offsets[label] = step
            best = (logs + offsets).argmax(axis=1)
            right = int(((best == targets) & (targets > 0)).sum())
            scores.append(2 * right / max(n_gold + int((best > 0).sum()), 1))
        top = np.flatnonzero(np.asarray(scores) == max(scores))
        offsets[label] = OFFSETS[min(top, key=lambda i: abs(OFFSETS[i]))]
    return offsets


def _keep(spans: Sequence[GoldSpan], labels: Sequence[str]) -> list[GoldSpan]:
    return [span for span in spans if span.label in labels]


def _hash(view: View, arms: Sequence[str]) -> NDArray[np.uint64]:
    columns = name_columns(view, arms)
    templates = [*read_templates(), *FURTHER]
    if not columns:
        return np.zeros((0, 0), dtype=np.uint64).reshape(0, count_features(templates))
    return hash_features(columns, templates)


def count_features(templates: Sequence[tuple[str, ...]]) -> int:
    """Columns of a hashed row: one a template, one a word of each bag."""
    return len(templates) + 11 * sum(name[0].endswith(("_bag", "_classes")) for name in templates)


def type_places(typer: Typer, views: Sequence[View]) -> list[list[GoldSpan]]:
    """The labelled spans of each view with their probabilities; none overlap."""
    return [_choose(typer, view, score_places(typer, view)) for view in views]


def score_places(typer: Typer, view: View) -> Floats:
    """(places, labels) probabilities: the mean of both passes, weighed by the offsets."""
    if not view.places:
        return np.zeros((0, len(typer.labels)))
    first = typer.first.predict(_hash(view, typer.arms))
    second = np.zeros_like(first)
    known: Any = typer.second.classes_
    second[:, known] = typer.second.predict_proba(join_dense(view, first))
    weighed = (first + second) / 2 * np.exp(typer.offsets)
    return np.asarray(weighed / weighed.sum(axis=1, keepdims=True))


def _choose(typer: Typer, view: View, probabilities: Floats) -> list[GoldSpan]:
    found: list[GoldSpan] = []
    for place, row in zip(view.places, probabilities, strict=True):
        best = int(row.argmax())
        if not best:
            continue
        label = typer.labels[best]
        name = _choose_extent(typer.extents, label, place.extents, place.candidate.unit)
        start, end = place.extents[name]
        found.append(GoldSpan(start=start, end=end, label=label, confidence=float(row[best])))
    return _without_overlap(found)


def _without_overlap(spans: Sequence[GoldSpan]) -> list[GoldSpan]:
    kept: list[GoldSpan] = []
    for span in sorted(spans, key=lambda s: (-(s.confidence or 0.0), s.start)):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda s: s.start)


def _count_extents(
    views: Sequence[View], gold: Sequence[Sequence[GoldSpan]], labels: Sequence[str]
) -> dict[tuple[str, ...], str]:
    """For each label and offer of different extents, the extent that is right most often."""
    tallies: dict[tuple[str, ...], Counter[str]] = {}
    for view, spans in zip(views, gold, strict=True):
        kept = _keep(spans, labels)
        right = {(span.start, span.end) for span in kept}
        for place, label in zip(view.places, label_places(view, kept, NONE), strict=True):
            if label == NONE:
                continue
            hits = [name for name, extent in place.extents.items() if extent in right]
            for key in _extent_keys(label, place.extents, place.candidate.unit):
                tallies.setdefault(key, Counter()).update(hits)
    return {key: tally.most_common(1)[0][0] for key, tally in tallies.items() if tally}


def _extent_keys(
    label: str, extents: dict[str, tuple[int, int]], unit: str
) -> list[tuple[str, ...]]:
    """From the most to the least special: label, unit and offer; label and offer; label."""
    different = {extent: name for name, extent in reversed(list(extents.items()))}
    offer = tuple(sorted(different.values()))
    agreed = tuple(sorted(f"{n}={different[e]}" for n, e in extents.items() if different[e] != n))
    return [
        (label, unit, *offer, *agreed),
        (label, *offer, *agreed),
        (label, *offer),
        (label,),
    ]


def _choose_extent(
    known: dict[tuple[str, ...], str],
    label: str,
    extents: dict[str, tuple[int, int]],
    unit: str,
) -> str:
    names = (known.get(key) for key in _extent_keys(label, extents, unit))
    return next((name for name in names if name in extents), "bare")


def tag_by_halves(
    name: str,
    train: Sequence[Document],
    labels: Sequence[str],
    *,
    recipe: Recipe,
    model: Path | None,
) -> list[list[GoldSpan]]:
    """Tag each training text by a tagger that was trained on the other half."""
    half = np.random.default_rng(1).permutation(len(train)) % HALVES
    tagged: list[list[GoldSpan]] = [[] for _ in train]
    for number in range(HALVES):
        others = [train[i] for i in np.flatnonzero(half != number)]
        mine = np.flatnonzero(half == number)
        nlp = train_tagger(f"{name}-{number}", others, labels, recipe=recipe, model=model)
        for i, spans in zip(mine, tag_texts(nlp, [train[i].text for i in mine]), strict=True):
            tagged[i] = spans
    return tagged
