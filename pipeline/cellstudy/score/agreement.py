"""Agreement of two annotators: F1 of spans by label, and of record slots."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from cellstudy.score import records, spans
from cellstudy.score.counts import (
    F1,
    GOLD,
    PREDICTED,
    Counts,
    Layout,
    add_totals,
    compute_table,
    or_none,
)
from cellstudy.score.gold import GoldDocument, as_predictions
from cellstudy.score.report import count_documents


class LabelAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Spans of both annotators and F1 of the same spans and of overlapping ones."""

    label: str
    n_first: int
    n_second: int
    strict: float | None
    overlap: float | None
    """Any overlap with the same label."""


class SlotAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Fillings of both annotators and the F1 of equal ones."""

    slot: str
    n_first: int
    n_second: int
    f1: float | None


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """Agreement on the documents that both annotated; `only_one` lists the others."""

    n_documents: int
    only_one: tuple[str, ...]
    spans: tuple[LabelAgreement, ...]
    records: tuple[SlotAgreement, ...]


def score_agreement(first: Sequence[GoldDocument], second: Sequence[GoldDocument]) -> Agreement:
    """Compare two annotators; exchanging them changes no F1 of a label, a sum or the micro."""
    names = {item.id for item in first}, {item.id for item in second}
    shared = names[0] & names[1]
    scored = count_documents(
        [item for item in first if item.id in shared],
        as_predictions([item for item in second if item.id in shared]),
    )
    counts = scored.spans.sum(axis=0)
    strict, overlap = (counts[spans.MEASURES.index(name)] for name in ("strict", "type"))
    overlapping = (row.f1 for row in _list_rows(overlap, spans.LAYOUT))
    return Agreement(
        n_documents=len(shared),
        only_one=tuple(sorted(names[0] ^ names[1])),
        spans=tuple(
            LabelAgreement(
                label=row.name, n_first=row.first, n_second=row.second, strict=row.f1, overlap=f1
            )
            for row, f1 in zip(_list_rows(strict, spans.LAYOUT), overlapping, strict=True)
        ),
        records=tuple(
            SlotAgreement(slot=row.name, n_first=row.first, n_second=row.second, f1=row.f1)
            for row in _list_rows(scored.records.sum(axis=0), records.LAYOUT)
        ),
    )


class _Row(NamedTuple):
    name: str
    first: int
    second: int
    f1: float | None


def _list_rows(counts: Counts, layout: Layout) -> list[_Row]:
    totals, rates = add_totals(counts, layout), compute_table(counts, layout)
    return [
        _Row(name, int(total[GOLD]), int(total[PREDICTED]), or_none(rate[F1]))
        for name, total, rate in zip(layout.row_names, totals, rates, strict=True)
    ]
