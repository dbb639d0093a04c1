"""Taggings built by hand: spans are marked inline as [LABEL words], the first line is the title."""

import re

from cellstudy.assemble import assemble
from cellstudy.schema import Article, Mention, PipelineInfo, Section, StudyRecord, Tagging
from cellstudy.tag.abbreviations import collect_short_forms
from cellstudy.tag.dose_values import settle_doses
from cellstudy.tag.quantities import find_quantities
from cellstudy.tag.schedules import find_schedules
from cellstudy.tag.sections import find_sections
from cellstudy.tag.sentences import find_sentence_starts

SPAN = re.compile(r"\[([A-Z_]+) ([^\[\]]*)\]")
MAKER = "rule:test"
INFO = PipelineInfo(name="test", version="0", model="none", model_sha256="")


def tag(marked: str, *, doc_id: str = "TEST:1", confidence: float = 0.9) -> Tagging:
    """Make a Tagging of the marked text."""
    parts, spans, length, done = [], [], 0, 0
    for match in SPAN.finditer(marked):
        parts += [marked[done : match.start()], match.group(2)]
        start = length + match.start() - done
        length = start + len(match.group(2))
        spans.append((start, length, match.group(1)))
        done = match.end()
    text = "".join([*parts, marked[done:]])
    starts = find_sentence_starts(text)
    sections = tuple(Section(p.label, p.start, p.end) for p in find_sections(text, starts))
    title, _, abstract = text.partition("\n")
    article = Article(id=doc_id, title=title, abstract=abstract, text=text, sections=sections)
    sentences = tuple(zip(starts, [*starts[1:], len(text)], strict=True))
    quantities, schedules = find_quantities(text), find_schedules(text)

    def mention(start: int, end: int, label: str) -> Mention:
        return Mention(
            start=start,
            end=end,
            text=text[start:end],
            label=label,
            confidence=confidence,
            made_by=MAKER,
            sentence=max(i for i, at in enumerate(starts) if at <= start),
            section=next((s.label for s in sections if s.start <= start < s.end), None),
            quantity=best(quantities, start, end),
            schedule=best(schedules, start, end),
        )

    found = [mention(*span) for span in spans]
    return Tagging(
        article=article,
        sentences=sentences,
        mentions=settle_doses(tuple(m for m in found if m.label != "DONOR")),
        quantities=tuple(quantities),
        donors=tuple(m for m in found if m.label == "DONOR"),
        abbreviations=collect_short_forms(text),
    )


def best(items, start, end):
    """The item that shares most characters with the span."""
    touching = [item for item in items if item.start < end and start < item.end]
    return max(touching, key=lambda i: min(i.end, end) - max(i.start, start), default=None)


def record(marked: str, **options) -> StudyRecord:
    """Assemble the record of the marked text."""
    return assemble(tag(marked, **options), INFO)
