"""Scores of normalised values: whether the number behind a correctly found span is right.

Looked at are the predicted DOSE and DOSING_INTERVAL spans that match a gold span strictly, in
documents whose gold regimens carry such a value. Each different value of the gold regimens counts
once: it is right if one of these spans gives it (low, high, unit and per of a dose; the length of
an interval), and wrong if none does though a span is left that gives another value. So the doses
of comparators, which get no regimen in the gold, count neither way unless a value is missed.
"""

from collections.abc import Hashable, Sequence
from typing import Final, NamedTuple

import msgspec
import numpy as np

from cellstudy.schema import FlatRegimen, GoldSpan, SpanValue
from cellstudy.score.bootstrap import find_interval
from cellstudy.score.counts import Counts
from cellstudy.score.equality import fold_dose, fold_duration
from cellstudy.score.gold import GoldDocument, Prediction
from cellstudy.score.spans import compare_spans, match_spans

VALUE_LABELS: Final = ("DOSE", "DOSING_INTERVAL")

FOUND, GIVEN, RIGHT = range(3)


class ValueScore(msgspec.Struct, frozen=True, kw_only=True):
    """Right values of a label: `support` spans found, `given` of them with a value, `right` right.

    `rate` is right / support with its 95 % interval; None where the system gives no value at all.
    """

    label: str
    support: int
    given: int
    right: int
    rate: float | None
    low: float | None
    high: float | None


class JudgedValue(NamedTuple):
    """The value of one strictly found span against the values that the gold regimens carry."""

    span: GoldSpan
    carried: tuple[SpanValue, ...]
    given: bool
    right: bool


def judge_values(gold: GoldDocument, predicted: Prediction) -> list[JudgedValue]:
    """Judge the values of the gold regimens that strictly found spans can give, by label."""
    pairs = match_spans(compare_spans(gold.spans, predicted.spans), "strict")
    found = sorted((predicted.spans[column] for _, column in pairs), key=lambda span: span.start)
    return [
        item
        for label in VALUE_LABELS
        for item in _judge([s for s in found if s.label == label], gold.record.regimens, label)
    ]


def _judge(
    spans: Sequence[GoldSpan], regimens: Sequence[FlatRegimen], label: str
) -> list[JudgedValue]:
    values = [_read_value(label, regimen) for regimen in regimens]
    carried = {_fold(value): value for value in values if _fold(value) is not None}
    given = [(span, _fold(span.value or SpanValue())) for span in spans]
    right = {value: span for span, value in reversed(given) if value in carried}
    wrong = [(span, value) for span, value in given if value not in carried]
    listed = tuple(carried.values())
    return [
        *(JudgedValue(span, listed, given=True, right=True) for span in right.values()),
        *(
            JudgedValue(span, listed, given=value is not None, right=False)
            for span, value in wrong[: len(carried) - len(right)]
        ),
    ]


def _read_value(label: str, regimen: FlatRegimen) -> SpanValue:
    if label == "DOSING_INTERVAL":
        return SpanValue(interval=regimen.interval)
    return SpanValue(
        low=regimen.dose_low,
        high=regimen.dose_high,
        unit=regimen.dose_unit,
        per=regimen.dose_per,
    )


def _fold(value: SpanValue) -> Hashable | None:
    """Fold an interval or a dose; None where there is neither."""
    if value.interval is not None:
        return fold_duration(value.interval)
    if value.low is None and value.high is None:
        return None
    return fold_dose((value.low, value.high, value.unit, value.per))


def count_values(judged: Sequence[JudgedValue]) -> Counts:
    """Count one document: labels x found, given, right."""
    counts = np.zeros((len(VALUE_LABELS), 3))
    for item in judged:
        row = counts[VALUE_LABELS.index(item.span.label)]
        row += (1, item.given, item.right)
    return counts


def score_values(counts: Counts, *, weights: Counts) -> tuple[ValueScore, ...]:
    """Score documents x labels x 3 counts; `weights` is resamples x documents."""
    totals = counts.sum(axis=0)
    drawn = np.tensordot(weights, counts, axes=1)
    return tuple(
        _make_score(label, totals[row], drawn[:, row]) for row, label in enumerate(VALUE_LABELS)
    )


def _make_score(label: str, total: Counts, drawn: Counts) -> ValueScore:
    found, given, right = (int(number) for number in total)
    n_found = np.where(drawn[:, FOUND] > 0, drawn[:, FOUND], np.nan)
    low, high = find_interval(drawn[:, RIGHT] / n_found) if given else (None, None)
    return ValueScore(
        label=label,
        support=found,
        given=given,
        right=right,
        rate=right / found if given else None,
        low=low,
        high=high,
    )
