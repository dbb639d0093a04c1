"""The two passes that type the candidate numbers of a text, as pure functions on columns.

The second pass also sees what the first said of a candidate and of its neighbours: stacked
sequential learning (Cohen & Carvalho 2005). It is trained on what the first pass says of texts
that it was not trained on.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cellstudy.tag.linear import (
    Floats,
    LinearModel,
    cross_fit,
    fit_linear,
    fit_temperature,
    softmax,
)
from cellstudy.tag.number_features import Columns, Template, hash_features, name_ids, read_templates

NONE: Final = "none"
FOLDS: Final = 5
_SURE: Final = (0.5, 0.7, 0.9)
_STACKED: Final[tuple[Template, ...]] = (
    ("first",),
    ("first_sure",),
    ("first_before",),
    ("first_after",),
    ("first", "first_before"),
    ("first", "first_after"),
    ("first", "first_before", "first_after"),
    ("first", "first_before2", "first_before"),
    ("first", "first_after", "first_after2"),
    ("first", "kind"),
    ("first", "sum"),
    ("first", "rank"),
    ("first", "before_gap", "first_before"),
    ("first", "after_gap", "first_after"),
    ("first", "left_class1", "right_class1"),
)


class Stack(NamedTuple):
    """Both passes; the second is calibrated."""

    first: LinearModel
    second: LinearModel

    def predict(self, columns: Columns, base: NDArray[np.uint64]) -> Floats:
        """(candidates, labels) probabilities, from columns and the hashes of their features."""
        stacked = add_first_pass(columns, self.first.predict(base), self.first.labels)
        return self.second.predict(join_passes(base, stacked))


def add_first_pass(columns: Columns, probabilities: Floats, labels: Sequence[str]) -> Columns:
    """The columns with the labels that the first pass gives to a candidate and beside it."""
    best = probabilities.argmax(axis=1)
    names = [labels[i] for i in best]
    top = probabilities.max(axis=1)
    sure = np.searchsorted(_SURE, top)
    added = {
        "first": name_ids(names),
        "first_sure": name_ids([f"{n}{s}" for n, s in zip(names, sure, strict=True)]),
    }
    for name, step in (("before", -1), ("before2", -2), ("after", 1), ("after2", 2)):
        shifted = [names[i + step] if 0 <= i + step < len(names) else "" for i in range(len(names))]
        near = columns[name] != 0
        added[f"first_{name}"] = np.where(near, name_ids(shifted), np.uint64(0))
    return {**columns, **added}


def join_passes(base: NDArray[np.uint64], stacked: Columns) -> NDArray[np.uint64]:
    """The feature hashes of the second pass."""
    # The numbers of the templates go on, so that no feature of one pass is one of the other.
    begin = len(read_templates())
    return np.concatenate([base, hash_features(stacked, _STACKED, begin=begin)], axis=1)


def fit_stack(
    texts: Sequence[Columns],
    targets: Sequence[Sequence[str]],
    labels: Sequence[str],
    *,
    strength: float = 0.1,
) -> tuple[Stack, Floats]:
    """Fit both passes; also return the held-out probabilities of all candidates, calibrated."""
    names = (NONE, *labels)
    filled = [(c, t) for c, t in zip(texts, targets, strict=True) if c]
    goal = np.asarray([names.index(label) for _, t in filled for label in t], dtype=np.int64)
    owner = np.repeat(np.arange(len(filled)), [len(t) for _, t in filled])
    folds = np.random.default_rng(0).permutation(len(filled))[owner] % FOLDS
    base = np.concatenate([hash_features(columns, read_templates()) for columns, _ in filled])
    held_out = softmax(cross_fit(base, goal, names, folds=folds, strength=strength))
    rows = np.concatenate(
        [
            join_passes(base[owner == i], add_first_pass(columns, held_out[owner == i], names))
            for i, (columns, _) in enumerate(filled)
        ]
    )
    scores: Any = cross_fit(rows, goal, names, folds=folds, strength=strength)
    second = fit_linear(rows, goal, names, strength=strength)
    second.temperature = fit_temperature(scores, goal)
    stack = Stack(fit_linear(base, goal, names, strength=strength), second)
    return stack, softmax(scores / second.temperature)


def fit_roles(
    texts: Sequence[tuple[NDArray[np.uint64], Sequence[str]]], *, strength: float = 0.3
) -> LinearModel:
    """Fit roles to rows of feature hashes with a role each, calibrated on held-out texts."""
    hashes = np.concatenate([rows for rows, _ in texts])
    labels = [label for _, names in texts for label in names]
    roles = sorted(set(labels))
    goal = np.asarray([roles.index(label) for label in labels], dtype=np.int64)
    owner = np.repeat(np.arange(len(texts)), [len(rows) for rows, _ in texts])
    folds = np.random.default_rng(0).permutation(len(texts))[owner] % FOLDS
    model = fit_linear(hashes, goal, roles, strength=strength)
    scores = cross_fit(hashes, goal, roles, folds=folds, strength=strength)
    model.temperature = fit_temperature(scores, goal)
    return model
