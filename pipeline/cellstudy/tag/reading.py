"""Doc -> Tagging: the plain-data view of a tagged Doc that assembly works on."""

from typing import Any

import msgspec
from spacy.tokens import Doc

from cellstudy.labels import (
    EXT_ABBREVIATIONS,
    EXT_CONCEPTS,
    EXT_CONTEXT,
    EXT_NUMBER_TYPES,
    EXT_QUANTITIES,
    EXT_SCHEDULES,
    EXT_SECTIONS,
    MENTIONS,
    RULES,
)
from cellstudy.schema import Article, Concept, Mention, Quantity, Schedule, Section, Tagging
from cellstudy.tag.dose_values import settle_doses
from cellstudy.tag.extensions import ScoredSpan, get_spans


def read_tagging(doc: Doc, article: Article) -> Tagging:
    """Collect what the components wrote to `doc`, the tagged text of `article`.

    Sections that the format of the article named stay; else those found in the text are added.
    """
    found = tuple(msgspec.convert(item, Section) for item in doc._.get(EXT_SECTIONS))
    article = msgspec.structs.replace(article, sections=article.sections or found)
    sentences = tuple((sent.start_char, sent.end_char) for sent in doc.sents)
    quantities = tuple(msgspec.convert(item, Quantity) for item in doc._.get(EXT_QUANTITIES))
    schedules = tuple(msgspec.convert(item, Schedule) for item in doc._.get(EXT_SCHEDULES))
    view = _View(doc, article, found, sentences, quantities, schedules)
    donors = [span for span in get_spans(doc, RULES) if span.label == "DONOR"]
    return Tagging(
        article=article,
        sentences=sentences,
        mentions=settle_doses(tuple(view.mention(span) for span in get_spans(doc, MENTIONS))),
        quantities=quantities,
        donors=tuple(view.mention(span) for span in donors),
        abbreviations=dict(doc._.get(EXT_ABBREVIATIONS)),
    )


class _View:
    """Look-up tables over one Doc, so that each mention is completed in one place."""

    def __init__(
        self,
        doc: Doc,
        article: Article,
        sections: tuple[Section, ...],
        sentences: tuple[tuple[int, int], ...],
        quantities: tuple[Quantity, ...],
        schedules: tuple[Schedule, ...],
    ) -> None:
        self.text = article.text
        self.sections = sections
        self.sentences = sentences
        self.quantities = quantities
        self.schedules = schedules
        self.concepts: dict[int, dict[str, Any]] = doc._.get(EXT_CONCEPTS)
        self.context: dict[int, list[str]] = doc._.get(EXT_CONTEXT)
        types = doc._.get(EXT_NUMBER_TYPES)
        self.roles = {(item["start"], item["end"]): item.get("role") for item in types}

    def mention(self, span: ScoredSpan) -> Mention:
        concept = self.concepts.get(span.start)
        return Mention(
            start=span.start,
            end=span.end,
            text=self.text[span.start : span.end],
            label=span.label,
            confidence=span.confidence,
            made_by=span.made_by,
            sentence=self._sentence(span.start),
            section=self._section(span.start),
            quantity=_best_overlap(self.quantities, span),
            schedule=_best_overlap(self.schedules, span),
            concept=msgspec.convert(concept, Concept) if concept else None,
            context=tuple(self.context.get(span.start, ())),
            role=self.roles.get(span[:2]) if span.label == "SAMPLE_SIZE" else None,
        )

    def _sentence(self, start: int) -> int:
        inside = [i for i, (low, high) in enumerate(self.sentences) if low <= start < high]
        return inside[0] if inside else max(len(self.sentences) - 1, 0)

    def _section(self, start: int) -> str | None:
        return next((s.label for s in self.sections if s.start <= start < s.end), None)


def _best_overlap(items: tuple[Any, ...], span: ScoredSpan) -> Any:
    """The item that shares most characters with `span`; the first of equals."""
    touching = [item for item in items if item.start < span.end and span.start < item.end]
    return max(
        touching,
        key=lambda item: min(item.end, span.end) - max(item.start, span.start),
        default=None,
    )
