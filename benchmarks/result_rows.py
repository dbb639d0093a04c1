"""Rows of a result table: what was measured, in which arm, with which number; and their scores."""

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from benchmarks.scoring import RESAMPLES, SEED, LabelScore
from cellstudy.score.alignment import assign, rank
from cellstudy.score.bootstrap import draw_weights
from cellstudy.score.counts import GOLD, PREDICTED, RIGHT_GOLD, RIGHT_PREDICTED, Layout, score_table

Span = tuple[int, int]
"""Half-open characters of the text."""


class Row(NamedTuple):
    """One row of the table of a text; a cell that the text does not fill is None."""

    outcome: Span | None
    arm: Span | None
    measure: Span


Tables = Sequence[Sequence[Row]]
"""The rows of each text."""


def make_rows(
    measures: Sequence[Span],
    outcomes: Mapping[Span, Sequence[Span]],
    arms: Mapping[Span, Sequence[Span]],
) -> list[Row]:
    """Make a row of each measure with each of its outcomes and arms; none of an unlinked one."""
    rows = []
    for measure in measures:
        ends = outcomes.get(measure, ()), arms.get(measure, ())
        if any(ends):
            rows += [Row(o, a, measure) for o, a in product(ends[0] or (None,), ends[1] or (None,))]
    return rows


def split_rows(rows: Sequence[Row]) -> list[Row]:
    """Split rows into single links: a measure with one outcome, or with one arm, each once."""
    links = [
        link
        for row in rows
        for link in (Row(row.outcome, None, row.measure), Row(None, row.arm, row.measure))
        if link[:2] != (None, None)
    ]
    return list(dict.fromkeys(links))


def score_rows(gold: Tables, found: Tables, *, label: str = "rows") -> LabelScore:
    """Score rows under both conventions, with intervals by resampling texts.

    Strict: all cells have the same offsets, or are empty on both sides. Overlap: all filled cells
    have a character in common. Rows are matched one to one.
    """
    strict, overlap = (_score(gold, found, same) for same in (_is_same, _overlaps))
    return LabelScore(label, strict, overlap)


def _score(gold: Tables, found: Tables, same: Callable[[Row, Row], bool]) -> Any:
    counts = np.stack(
        [_count(rows, others, same) for rows, others in zip(gold, found, strict=True)]
    )
    layout = Layout(names=("rows",), sums=(), macro=False)
    weights = draw_weights(len(gold), seed=SEED, resamples=RESAMPLES)
    return score_table(counts, layout, weights=weights)[0]


def _count(
    rows: Sequence[Row], others: Sequence[Row], same: Callable[[Row, Row], bool]
) -> np.ndarray:
    allowed = np.array([[same(row, other) for other in others] for row in rows], dtype=np.bool_)
    exact = np.array([[row == other for other in others] for row in rows], dtype=np.bool_)
    shape = len(rows), len(others)
    pairs = assign(rank(allowed.reshape(shape), allowed.reshape(shape), exact.reshape(shape)))
    counts = np.zeros((1, 4))
    counts[0, [GOLD, PREDICTED]] = shape
    counts[0, [RIGHT_GOLD, RIGHT_PREDICTED]] = len(pairs)
    return counts


def _is_same(row: Row, other: Row) -> bool:
    return row == other


def _overlaps(row: Row, other: Row) -> bool:
    return all(_meet(one, two) for one, two in zip(row, other, strict=True))


def _meet(one: Span | None, two: Span | None) -> bool:
    if one is None or two is None:
        return one is two
    return one[0] < two[1] and two[0] < one[1]
