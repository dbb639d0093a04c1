"""How well confidences say how often what they stand on is right.

Judged are predicted spans (right: a gold span with the same place and label) and predicted fillings
of record slots (right: as in the scores of records). Figures:

- reliability: ten bins of equally many predictions by confidence, each with its mean confidence and
  the share of right ones (its precision)
- ECE, the expected calibration error: the mean over these bins of the distance between the two,
  weighted by size (Naeini and others 2015); also for ten bins of equal width (Guo and others 2017)
- Brier score: mean squared distance of the confidence from 1 (right) or 0
- coverage: the share of predictions at or above a threshold, beside their precision

Intervals are percentiles of a bootstrap over documents; bins keep their edges in it. The ECE of few
predictions is too high even for perfect confidences, and so are the resampled ones.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from cellstudy.labels import LABELS, NUMERIC_LABELS
from cellstudy.schema import GoldSpan
from cellstudy.score.bootstrap import find_interval
from cellstudy.score.counts import Counts
from cellstudy.score.records import SLOTS, Comparison

N_BINS: Final = 10
LEAST_IN_BIN: Final = 10
"""A label with few predictions gets fewer bins."""

ALL: Final = "all"
NUMBERS: Final = "numbers"
"""Row of all labels that the typing of numbers decides."""

THRESHOLDS: Final = (*(round(0.05 * step, 2) for step in range(20)), 0.97, 0.99)
KEPT_FROM: Final = 0.9
"""The threshold whose precision the tables show."""


class Judgement(NamedTuple):
    """A predicted span or slot filling: its document, label or slot, confidence, and its truth."""

    document: int
    name: str
    confidence: float
    right: bool


class Bin(msgspec.Struct, frozen=True, kw_only=True):
    """One bar of a reliability diagram; `low` and `high` are the interval of the precision."""

    count: int
    confidence: float
    precision: float
    low: float | None
    high: float | None


class Reliability(msgspec.Struct, frozen=True, kw_only=True):
    """How reliable the confidences of a label, a slot or all of them are."""

    name: str
    support: int
    confidence: float
    """Mean confidence; `precision` is what it should be."""
    precision: float
    ece: float
    low: float | None
    high: float | None
    """95 % interval of `ece`."""
    ece_width: float
    """With bins of equal width."""
    brier: float
    kept: float
    """Share of predictions with a confidence of 0.9 or more, and their precision."""
    kept_precision: float | None
    bins: tuple[Bin, ...]


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """What is left at a threshold: share of predictions, precision with interval, recall."""

    threshold: float
    coverage: float
    precision: float | None
    low: float | None
    high: float | None
    recall: float
    """Right ones that are kept, as a share of the gold."""


class Confidences(msgspec.Struct, frozen=True, kw_only=True):
    """Reliability by name and of all, and what thresholds leave."""

    rows: tuple[Reliability, ...]
    curve: tuple[Coverage, ...]


class CalibrationReport(msgspec.Struct, frozen=True, kw_only=True):
    """Calibration of spans and of record slots; None where a system gives no confidence."""

    spans: Confidences | None
    slots: Confidences | None


def judge_spans(
    document: int, gold: Iterable[GoldSpan], predicted: Iterable[GoldSpan]
) -> list[Judgement]:
    """Judge the predicted spans of a document that have a confidence."""
    known = {(span.start, span.end, span.label) for span in gold}
    return [
        Judgement(document, s.label, s.confidence, (s.start, s.end, s.label) in known)
        for s in predicted
        if s.confidence is not None
    ]


def judge_slots(document: int, compared: Iterable[Comparison]) -> list[Judgement]:
    """Judge the predicted slot fillings of a document that have a confidence."""
    return [
        Judgement(document, item.slot, item.confidence, item.right)
        for item in compared
        if item.confidence is not None
    ]


def report_calibration(
    spans: Sequence[Judgement],
    slots: Sequence[Judgement],
    *,
    n_gold: tuple[int, int],
    weights: Counts,
) -> CalibrationReport:
    """Measure spans and slots; `n_gold` counts both in the gold, for the recall."""
    numbers = {NUMBERS: NUMERIC_LABELS}
    return CalibrationReport(
        spans=measure(spans, LABELS, sums=numbers, n_gold=n_gold[0], weights=weights),
        slots=measure(slots, SLOTS, n_gold=n_gold[1], weights=weights),
    )


def measure(
    judged: Sequence[Judgement],
    names: Sequence[str],
    *,
    sums: Mapping[str, Sequence[str]] | None = None,
    n_gold: int,
    weights: Counts,
) -> Confidences | None:
    """Measure by name, then sums of names, then all; `weights` is resamples x documents."""
    if not judged:
        return None
    groups = {name: (name,) for name in names} | dict(sums or {}) | {ALL: tuple(names)}
    tables = {
        name: _Table([item for item in judged if item.name in members], weights)
        for name, members in groups.items()
    }
    rows = tuple(_rate(name, table) for name, table in tables.items() if len(table.right))
    curve = tuple(_cover(tables[ALL], threshold, n_gold) for threshold in THRESHOLDS)
    return Confidences(rows=rows, curve=curve)


class _Table:
    """Judgements as arrays, by rising confidence."""

    def __init__(self, judged: Iterable[Judgement], weights: Counts) -> None:
        ordered = sorted(judged, key=lambda item: (item.confidence, item))
        self.confidence = np.array([item.confidence for item in ordered], dtype=np.float64)
        self.right = np.array([item.right for item in ordered], dtype=np.float64)
        self.document = np.array([item.document for item in ordered], dtype=np.int64)
        self.weights = weights

    def draw(self, kept: NDArray[np.bool_]) -> Counts:
        """Count, sum of confidences and number of right ones in each resample."""
        counts = np.zeros((self.weights.shape[1], 3))
        columns = np.stack([kept, self.confidence * kept, self.right * kept], axis=1)
        np.add.at(counts, self.document, columns)
        return np.asarray(self.weights @ counts)

    def split(self) -> list[NDArray[np.bool_]]:
        """Divide into bins of equal mass; equal confidences stay together."""
        n_bins = int(np.clip(len(self.right) // LEAST_IN_BIN, 1, N_BINS))
        edges = self.confidence[[len(self.right) * i // n_bins for i in range(1, n_bins)]]
        place = np.searchsorted(np.unique(edges), self.confidence, side="right")
        return [place == i for i in np.unique(place)]

    def split_evenly(self) -> list[NDArray[np.bool_]]:
        """Divide into bins of equal width."""
        place = np.minimum((self.confidence * N_BINS).astype(np.int64), N_BINS - 1)
        return [place == i for i in np.unique(place)]


def _rate(name: str, table: _Table) -> Reliability:
    bins = table.split()
    drawn = np.stack([table.draw(kept) for kept in bins], axis=1)
    sizes = drawn[:, :, 0].sum(axis=1)
    gaps = np.abs(drawn[:, :, 1] - drawn[:, :, 2]).sum(axis=1)
    low, high = find_interval(_divide(gaps, sizes))
    kept = table.confidence >= KEPT_FROM
    return Reliability(
        name=name,
        support=len(table.right),
        confidence=float(table.confidence.mean()),
        precision=float(table.right.mean()),
        ece=_find_ece(table, bins),
        low=low,
        high=high,
        ece_width=_find_ece(table, table.split_evenly()),
        brier=float(((table.confidence - table.right) ** 2).mean()),
        kept=float(kept.mean()),
        kept_precision=float(table.right[kept].mean()) if kept.any() else None,
        bins=tuple(_make_bin(table, one, drawn[:, i]) for i, one in enumerate(bins)),
    )


def _find_ece(table: _Table, bins: Iterable[NDArray[np.bool_]]) -> float:
    gap = table.confidence - table.right
    return float(sum(abs(gap[kept].sum()) for kept in bins) / len(gap))


def _make_bin(table: _Table, kept: NDArray[np.bool_], drawn: Counts) -> Bin:
    low, high = find_interval(_divide(drawn[:, 2], drawn[:, 0]))
    return Bin(
        count=int(kept.sum()),
        confidence=float(table.confidence[kept].mean()),
        precision=float(table.right[kept].mean()),
        low=low,
        high=high,
    )


def _cover(table: _Table, threshold: float, n_gold: int) -> Coverage:
    kept = table.confidence >= threshold
    drawn = table.draw(kept)
    low, high = find_interval(_divide(drawn[:, 2], drawn[:, 0]))
    return Coverage(
        threshold=threshold,
        coverage=float(kept.mean()),
        precision=float(table.right[kept].mean()) if kept.any() else None,
        low=low,
        high=high,
        recall=float(table.right[kept].sum()) / max(n_gold, 1),
    )


def _divide(part: Counts, whole: Counts) -> Counts:
    """Divide; a resample without any gives NaN."""
    return np.where(whole > 0, part / np.maximum(whole, 1.0), np.nan)
