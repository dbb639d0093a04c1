"""spans.jsonl: the final spans of each document as stand-off annotation."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from cellstudy.export.files import write_file
from cellstudy.labels import NUMERIC_LABELS
from cellstudy.schema import GoldSpan, Mention, SpanValue, Tagging


class SpansLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of spans.jsonl."""

    id: str
    spans: tuple[GoldSpan, ...]


def list_spans(tagging: Tagging) -> tuple[GoldSpan, ...]:
    """Return the spans with confidence and maker; those with a number with their value."""
    return tuple(
        GoldSpan(
            start=mention.start,
            end=mention.end,
            label=mention.label,
            confidence=round(mention.confidence, 4),
            made_by=mention.made_by,
            value=_read_value(mention),
        )
        for mention in tagging.mentions
    )


def encode_spans(tagging: Tagging) -> bytes:
    """Encode one line of spans.jsonl."""
    line = SpansLine(id=tagging.article.id, spans=list_spans(tagging))
    return msgspec.json.encode(line) + b"\n"


def write_spans(taggings: Iterable[Tagging], path: Path) -> None:
    """Write spans.jsonl, one {id, spans} a line."""
    write_file(map(encode_spans, taggings), path)


def _read_value(mention: Mention) -> SpanValue | None:
    if mention.label == "DOSING_INTERVAL" and mention.schedule is not None:
        schedule = mention.schedule
        return SpanValue(
            interval=schedule.interval, interval_low=schedule.interval_low, times=schedule.times
        )
    number = mention.quantity
    if mention.label not in NUMERIC_LABELS or number is None:
        return None
    return SpanValue(
        low=number.low,
        high=number.high,
        unit=number.unit,
        per=number.per,
        bound=number.bound,
        dispersion=number.dispersion,
        dispersion_high=number.dispersion_high,
        dispersion_kind=number.dispersion_kind,
        level=number.level,
        duration=number.duration,
        role=mention.role,
    )
