"""spans.jsonl: the final spans of each document as stand-off annotation."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from cellstudy.export.files import write_file
from cellstudy.schema import GoldSpan, Mention, SpanValue, Tagging


class SpansLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of spans.jsonl."""

    id: str
    spans: tuple[GoldSpan, ...]


def list_spans(tagging: Tagging) -> tuple[GoldSpan, ...]:
    """Return the spans with confidence and maker; doses and intervals with their value."""
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
    if mention.label == "DOSE" and mention.quantity is not None:
        dose = mention.quantity
        return SpanValue(low=dose.low, high=dose.high, unit=dose.unit, per=dose.per)
    if mention.label == "DOSING_INTERVAL" and mention.schedule is not None:
        return SpanValue(interval=mention.schedule.interval)
    return None
