"""Every single error of a prediction, with the place in the text where there is one.

Spans are matched once for this list: same place and label first, then same place (`wrong_label`),
then overlap with the same label (`wrong_boundary`), then any overlap (`wrong_label`).
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import msgspec
import numpy as np

from cellstudy.schema import GoldSpan
from cellstudy.score.alignment import assign, rank
from cellstudy.score.gold import GoldDocument, Prediction
from cellstudy.score.records import Comparison
from cellstudy.score.spans import compare_spans
from cellstudy.score.values import JudgedValue

Kind = Literal["missed", "spurious", "wrong_label", "wrong_boundary", "wrong_value"]

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^a-z\s])|\n+")


class Mistake(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One error: of a span (offsets, label), of its value, or of a record field (`slot`).

    A side that has nothing (missed: the prediction, spurious: the gold) is left out.
    """

    kind: Kind
    id: str
    start: int | None = None
    end: int | None = None
    label: str | None = None
    text: str | None = None
    predicted_start: int | None = None
    predicted_end: int | None = None
    predicted_label: str | None = None
    predicted_text: str | None = None
    sentence: str | None = None
    slot: str | None = None
    value: Any = None
    predicted_value: Any = None


def list_mistakes(
    gold: GoldDocument,
    predicted: Prediction,
    *,
    judged: Sequence[JudgedValue],
    compared: Sequence[Comparison],
) -> list[Mistake]:
    """List the errors of one document: spans by place, then values, then record fields."""
    spans = sorted(_compare(gold, predicted), key=_place)
    values = [_make_value(gold, item) for item in judged if item.given and not item.right]
    return [*spans, *values, *_list_fields(gold.id, compared)]


def _compare(gold: GoldDocument, predicted: Prediction) -> Iterator[Mistake]:
    shared, same_place, same_label = compare_spans(gold.spans, predicted.spans)
    strict = same_place & same_label
    pairs = assign(rank(shared > 0, strict, same_place, same_label, shared > 0, shared))
    rows, columns = {row for row, _ in pairs}, {column for _, column in pairs}
    for row, column in pairs:
        if not strict[row, column]:
            kind: Kind = "wrong_boundary" if same_label[row, column] else "wrong_label"
            yield _make(kind, gold, gold.spans[row], predicted.spans[column])
    for row in np.setdiff1d(np.arange(len(gold.spans)), list(rows)):
        yield _make("missed", gold, gold.spans[row], None)
    for column in np.setdiff1d(np.arange(len(predicted.spans)), list(columns)):
        yield _make("spurious", gold, None, predicted.spans[column])


def _make(
    kind: Kind, document: GoldDocument, span: GoldSpan | None, other: GoldSpan | None
) -> Mistake:
    place = span or other
    assert place is not None
    return Mistake(
        kind=kind,
        id=document.id,
        start=span.start if span else None,
        end=span.end if span else None,
        label=span.label if span else None,
        text=document.text[span.start : span.end] if span else None,
        predicted_start=other.start if other else None,
        predicted_end=other.end if other else None,
        predicted_label=other.label if other else None,
        predicted_text=document.text[other.start : other.end] if other else None,
        sentence=find_sentence(document.text, place.start, place.end),
    )


def _make_value(document: GoldDocument, item: JudgedValue) -> Mistake:
    span = item.span
    return Mistake(
        kind="wrong_value",
        id=document.id,
        start=span.start,
        end=span.end,
        label=span.label,
        text=document.text[span.start : span.end],
        sentence=find_sentence(document.text, span.start, span.end),
        value=item.carried,
        predicted_value=span.value,
    )


def _list_fields(document: str, compared: Sequence[Comparison]) -> Iterator[Mistake]:
    for item in compared:
        if item.right:
            continue
        kind: Kind = "wrong_value"
        if item.predicted is None:
            kind = "missed"
        elif item.gold is None:
            kind = "spurious"
        yield Mistake(
            kind=kind,
            id=document,
            slot=item.slot,
            value=item.gold,
            predicted_value=item.predicted,
        )


def _place(mistake: Mistake) -> tuple[int, int]:
    start = mistake.predicted_start if mistake.start is None else mistake.start
    end = mistake.predicted_end if mistake.end is None else mistake.end
    return start or 0, end or 0


def find_sentence(text: str, start: int, end: int) -> str:
    """Return the line part around a span, from one plain sentence end to the next."""
    breaks = [(match.start(), match.end()) for match in _SENTENCE_END.finditer(text)]
    first = max((after for _, after in breaks if after <= start), default=0)
    last = min((before for before, _ in breaks if before >= end), default=len(text))
    return text[first:last]
