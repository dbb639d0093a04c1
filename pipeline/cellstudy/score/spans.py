"""Scores of spans: strict, exact, partial and type.

- strict: same offsets and label          - exact: same offsets
- partial: any overlap, half credit unless the offsets are the same, label not looked at
- type: any overlap and the same label

Each measure has its own one-to-one matching: most exact matches first, then most matches, then most
equal labels, then the largest overlap. Offsets are half-open, so touching spans don't overlap.
In `exact` and `partial` a label's precision counts the spans predicted with it, its recall the
gold spans with it, whatever label stands on the other side.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cellstudy.labels import CORE_LABELS, LABELS
from cellstudy.schema import GoldSpan
from cellstudy.score.alignment import assign, rank
from cellstudy.score.counts import (
    GOLD,
    PREDICTED,
    RIGHT_GOLD,
    RIGHT_PREDICTED,
    Counts,
    Layout,
)

MEASURES: Final = ("strict", "exact", "partial", "type")

LAYOUT: Final = Layout(
    names=LABELS,
    sums=(
        ("core", tuple(LABELS.index(label) for label in CORE_LABELS)),
        ("micro", tuple(range(len(LABELS)))),
    ),
    macro=True,
)


class Overlap(NamedTuple):
    """How each gold span (row) meets each predicted span (column)."""

    shared: NDArray[np.float64]
    """Characters in common, as a part of the characters that either covers."""
    same_place: NDArray[np.bool_]
    same_label: NDArray[np.bool_]


def compare_spans(gold: Sequence[GoldSpan], predicted: Sequence[GoldSpan]) -> Overlap:
    """Compare every gold span with every predicted span."""
    starts, ends = _offsets(gold)[:, :, None]
    other_starts, other_ends = _offsets(predicted)[:, None, :]
    common = np.minimum(ends, other_ends) - np.maximum(starts, other_starts)
    union = np.maximum(ends, other_ends) - np.minimum(starts, other_starts)
    rows = np.array([span.label for span in gold], dtype=np.str_)
    columns = np.array([span.label for span in predicted], dtype=np.str_)
    return Overlap(
        shared=np.maximum(common, 0) / np.maximum(union, 1),
        same_place=(starts == other_starts) & (ends == other_ends),
        same_label=rows[:, None] == columns[None, :],
    )


def match_spans(overlap: Overlap, measure: str) -> list[tuple[int, int]]:
    """Match gold with predicted spans, as pairs of indices, by the rule of one measure."""
    shared, same_place, same_label = overlap
    allowed = {
        "strict": same_place & same_label,
        "exact": same_place,
        "partial": shared > 0,
        "type": (shared > 0) & same_label,
    }[measure]
    return assign(rank(allowed, same_place, allowed, same_label, shared))


def count_spans(
    gold: Sequence[GoldSpan], predicted: Sequence[GoldSpan], *, labels: Sequence[str] = LABELS
) -> Counts:
    """Count one document: measures x labels x 4 (the columns of `counts`).

    Every span must have one of `labels`: those of the guidelines, or of another corpus.
    """
    gold, predicted = _sort(gold), _sort(predicted)
    row_of = {label: row for row, label in enumerate(labels)}
    counts = np.zeros((len(MEASURES), len(labels), 4))
    for span in gold:
        counts[:, row_of[span.label], GOLD] += 1
    for span in predicted:
        counts[:, row_of[span.label], PREDICTED] += 1
    overlap = compare_spans(gold, predicted)
    for table, measure in zip(counts, MEASURES, strict=True):
        for row, column in match_spans(overlap, measure):
            half = measure == "partial" and not overlap.same_place[row, column]
            credit = 0.5 if half else 1.0
            table[row_of[gold[row].label], RIGHT_GOLD] += credit
            table[row_of[predicted[column].label], RIGHT_PREDICTED] += credit
    return counts


def _sort(spans: Sequence[GoldSpan]) -> list[GoldSpan]:
    """Bring spans into one order, so that the matching of equals depends on nothing else."""
    return sorted(spans, key=lambda span: (span.start, span.end, span.label))


def _offsets(spans: Sequence[GoldSpan]) -> NDArray[np.int64]:
    """Return starts and ends as two rows."""
    pairs = [(span.start, span.end) for span in spans]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2).T
