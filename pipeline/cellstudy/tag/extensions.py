"""The Doc extensions of labels.py, and the one way to write a span group with its scores."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from weakref import WeakKeyDictionary

from spacy.tokens import Doc, Span, SpanGroup

from cellstudy.labels import (
    CONVENTION,
    EXT_ABBREVIATIONS,
    EXT_CONCEPTS,
    EXT_CONTEXT,
    EXT_CONVENTION,
    EXTENSIONS,
)

_TEXTS: WeakKeyDictionary[Doc, str] = WeakKeyDictionary()
_DICTS = (EXT_ABBREVIATIONS, EXT_CONTEXT, EXT_CONCEPTS)


class ScoredSpan(NamedTuple):
    """A labelled character span with what made it and how sure that is."""

    start: int
    end: int
    label: str
    confidence: float
    made_by: str


def register_extensions() -> None:
    """Register every Doc extension; calling it again changes nothing."""
    for name in EXTENSIONS:
        if not Doc.has_extension(name):
            if name == EXT_CONVENTION:
                Doc.set_extension(name, default=CONVENTION)
            elif name in _DICTS:
                Doc.set_extension(name, default={})
            else:
                Doc.set_extension(name, default=[])


def read_text(doc: Doc) -> str:
    """The text of `doc`, which spaCy joins anew at each access to `Doc.text`."""
    text = _TEXTS.get(doc)
    if text is None:
        text = _TEXTS[doc] = doc.text
    return text


def set_spans(doc: Doc, key: str, spans: Iterable[ScoredSpan]) -> None:
    """Write `spans` to the span group `key`, sorted; confidence and made_by go to its attrs.

    A span that does not fall on token boundaries is widened to the tokens it touches.
    """
    ordered = sorted(spans)
    found: list[Span] = []
    for item in ordered:
        span = doc.char_span(item.start, item.end, label=item.label, alignment_mode="expand")
        if span is None:
            raise ValueError(f"span {item} lies outside the text of {len(doc.text)} characters")
        found.append(span)
    doc.spans[key] = SpanGroup(
        doc,
        name=key,
        spans=found,
        attrs={
            "confidence": [round(item.confidence, 4) for item in ordered],
            "made_by": [item.made_by for item in ordered],
        },
    )


def get_spans(doc: Doc, key: str) -> Sequence[ScoredSpan]:
    """Read the span group `key` back; an unset group is empty."""
    if key not in doc.spans:
        return []
    group = doc.spans[key]
    return [
        ScoredSpan(span.start_char, span.end_char, span.label_, confidence, made_by)
        for span, confidence, made_by in zip(
            group, group.attrs["confidence"], group.attrs["made_by"], strict=True
        )
    ]
