"""Paired comparison of two systems on the same documents, by bootstrap."""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np

from cellstudy.score import records, spans
from cellstudy.score.bootstrap import draw_weights, find_interval, find_p_value
from cellstudy.score.counts import F1, Counts, compute_table, or_none
from cellstudy.score.gold import GoldDocument, Prediction
from cellstudy.score.report import count_documents

_LAYOUTS: Final = {"spans": spans.LAYOUT, "records": records.LAYOUT}


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """F1 of two systems and their difference (second - first) with its 95 % interval."""

    table: str
    """spans (strict) or records"""
    name: str
    first: float | None
    second: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float
    """Two-sided bootstrap p-value of no difference."""


def compare_systems(
    gold: Sequence[GoldDocument],
    first: Sequence[Prediction],
    second: Sequence[Prediction],
    *,
    seed: int = 0,
    resamples: int = 1000,
) -> tuple[Difference, ...]:
    """Compare strict F1 of each label and sum, then F1 of each record slot.

    Both systems are resampled with the same documents.
    """
    one, other = count_documents(gold, first), count_documents(gold, second)
    weights = draw_weights(len(one.pairing.pairs), seed=seed, resamples=resamples)
    strict = spans.MEASURES.index("strict")
    return (
        *_compare("spans", one.spans[:, strict], other.spans[:, strict], weights=weights),
        *_compare("records", one.records, other.records, weights=weights),
    )


def _compare(table: str, one: Counts, other: Counts, *, weights: Counts) -> list[Difference]:
    layout = _LAYOUTS[table]
    first, second = (compute_table(item.sum(axis=0), layout)[:, F1] for item in (one, other))
    drawn, others = (
        compute_table(np.tensordot(weights, item, axes=1), layout)[..., F1] for item in (one, other)
    )
    changes = others - drawn
    return [
        _make_difference(table, name, rates=(first[row], second[row]), drawn=changes[:, row])
        for row, name in enumerate(layout.row_names)
    ]


def _make_difference(
    table: str, name: str, *, rates: tuple[float, float], drawn: Counts
) -> Difference:
    low, high = find_interval(drawn)
    first, second = rates
    return Difference(
        table=table,
        name=name,
        first=or_none(first),
        second=or_none(second),
        difference=or_none(second - first),
        low=low,
        high=high,
        p=find_p_value(drawn),
    )
