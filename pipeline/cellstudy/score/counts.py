"""Counts per document and row, and the rates that follow from them.

A count table has the shape (documents, rows, 4); the four columns are named below. The two columns
of right ones differ only where a span counts as right under another label.
"""

from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from cellstudy.score.bootstrap import find_interval

GOLD, PREDICTED, RIGHT_GOLD, RIGHT_PREDICTED = range(4)
PRECISION, RECALL, F1 = range(3)

Counts = NDArray[np.float64]


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a table of scores.

    `support` counts gold, `right` the gold that was found (half for a half credit); `low` and
    `high` are the 95 % interval of F1. Rates are None where neither gold nor prediction has any.
    """

    name: str
    support: int
    predicted: int
    right: float
    precision: float | None
    recall: float | None
    f1: float | None
    low: float | None
    high: float | None


class Layout(NamedTuple):
    """Names of the rows, and sums of rows (name and row numbers) that follow them."""

    names: tuple[str, ...]
    sums: tuple[tuple[str, tuple[int, ...]], ...]
    macro: bool
    """Whether the mean over the rows that occur ends the table."""

    @property
    def row_names(self) -> tuple[str, ...]:
        """Names of all rows of a table: rows, sums, macro."""
        ending = ("macro",) if self.macro else ()
        return (*self.names, *(name for name, _ in self.sums), *ending)


def add_sums(counts: Counts, layout: Layout) -> Counts:
    """Append the sums of the layout to the rows (the last axis but one)."""
    sums = [counts[..., list(rows), :].sum(axis=-2, keepdims=True) for _, rows in layout.sums]
    return np.concatenate([counts, *sums], axis=-2)


def compute_rates(counts: Counts) -> Counts:
    """Return precision, recall and F1 along the last axis; NaN where nothing occurs.

    A rate without denominator is 0 where the other side has something.
    """
    gold, predicted = counts[..., GOLD], counts[..., PREDICTED]
    precision = counts[..., RIGHT_PREDICTED] / np.maximum(predicted, 1.0)
    recall = counts[..., RIGHT_GOLD] / np.maximum(gold, 1.0)
    total = precision + recall
    f1 = 2 * precision * recall / np.where(total > 0, total, 1.0)
    rates = np.stack([precision, recall, f1], axis=-1)
    return np.where((gold + predicted > 0)[..., None], rates, np.nan)


def compute_table(counts: Counts, layout: Layout) -> Counts:
    """Return the rates of rows, sums and, if the layout wants it, their macro mean."""
    rates = compute_rates(add_sums(counts, layout))
    if not layout.macro:
        return rates
    rows = rates[..., : len(layout.names), :]
    occurs = ~np.isnan(rows)
    total = np.where(occurs, rows, 0.0).sum(axis=-2, keepdims=True)
    n_rows = occurs.sum(axis=-2, keepdims=True)
    macro = np.where(n_rows > 0, total / np.maximum(n_rows, 1), np.nan)
    return np.concatenate([rates, macro], axis=-2)


def add_totals(counts: Counts, layout: Layout) -> Counts:
    """Append the sums, and for the macro mean the sum of all rows: one row for each name."""
    totals = add_sums(counts, layout)
    if not layout.macro:
        return totals
    return np.concatenate([totals, counts.sum(axis=-2, keepdims=True)], axis=-2)


def score_table(counts: Counts, layout: Layout, *, weights: Counts) -> tuple[Score, ...]:
    """Score documents x rows x 4 counts; `weights` (resamples x documents) draws the intervals."""
    total = counts.sum(axis=0)
    totals, rates = add_totals(total, layout), compute_table(total, layout)
    drawn = compute_table(np.tensordot(weights, counts, axes=1), layout)
    return tuple(
        _make_score(name, totals[row], rates=rates[row], drawn=drawn[:, row, F1])
        for row, name in enumerate(layout.row_names)
    )


def _make_score(name: str, total: Counts, *, rates: Counts, drawn: Counts) -> Score:
    low, high = find_interval(drawn)
    return Score(
        name=name,
        support=int(total[GOLD]),
        predicted=int(total[PREDICTED]),
        right=float(total[RIGHT_GOLD]),
        precision=or_none(rates[PRECISION]),
        recall=or_none(rates[RECALL]),
        f1=or_none(rates[F1]),
        low=low,
        high=high,
    )


def or_none(rate: float) -> float | None:
    """Return the rate, None for NaN."""
    return None if np.isnan(rate) else float(rate)
