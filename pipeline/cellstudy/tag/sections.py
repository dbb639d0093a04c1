"""Sections of structured abstracts and registrations, from their headings.

A heading is a known word group (`data/context/headings.tsv`) before a colon, in capitals or in
square brackets, or - where an abstract was flattened - with a capital at the start of a sentence
("Methods A total of ...").
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from cellstudy.labels import EXT_SECTIONS
from cellstudy.tag.extensions import read_text, register_extensions
from cellstudy.terms import read_rows

_MAX_WORDS = 7
_LONGEST = 90
_PREFIX = re.compile(r"(?:(?:ABSTRACT|SUMMARY)[.:]\s?){0,2}\[?")
_PREFIX_BEFORE = re.compile(r"(?:(?:ABSTRACT|SUMMARY)[.:]\s?){1,2}\Z")
_WORDS = re.compile(r"[^\W\d_][\w’'/&()-]*(?:,? [\w’'/&()-]+)*\Z")
_BEFORE_TEXT = re.compile(r"\s+(?=[A-Z0-9])")
_AFTER_CAPITALS = re.compile(r"[\].:;–—-]*")
_REGISTRY_LINE = re.compile(r"[^:\n]{1,200}: ")


class Heading(NamedTuple):
    """A heading with the canonical label of its section; `is_bare` without colon or capitals."""

    start: int
    end: int
    label: str
    is_bare: bool = False


class Part(NamedTuple):
    """A labelled part of a text."""

    label: str
    start: int
    end: int


def find_colon_headings(text: str) -> Iterator[Heading]:
    """Find headings before a colon, wherever they stand, by the known words to its left."""
    colon = text.find(":")
    while colon >= 0:
        line = text.rfind("\n", max(0, colon - _LONGEST), colon) + 1
        words = _WORDS.search(text, max(line, colon - _LONGEST), colon)
        if words is not None:
            heading = _match_before(text, words.start(), colon)
            if heading is not None:
                yield heading
        colon = text.find(":", colon + 1)


def _match_before(text: str, start: int, colon: int) -> Heading | None:
    """Find the longest known heading with a capital that ends at `colon`."""
    words = list(re.finditer(r"\S+", text[start:colon]))[-_MAX_WORDS:]
    for word in words:
        begin = start + word.start()
        known = _read_headings().get(text[begin:colon].lower())
        if known is None or not text[begin].isupper():
            continue
        if begin == 0 or text[begin - 1].isspace() or text[begin - 1] in ".])":
            prefix = _PREFIX_BEFORE.search(text, max(0, begin - 20), begin)
            return Heading(prefix.start() if prefix else begin, colon + 1, known[0])
    return None


def find_start_headings(text: str, starts: Iterable[int]) -> Iterator[Heading]:
    """Find headings without a colon at sentence starts: in capitals, or before a capital."""
    pattern = _compile_headings()
    for start in starts:
        prefix = _PREFIX.match(text, start)
        match = pattern.match(text, prefix.end() if prefix else start)
        if match is None:
            continue
        label, is_bare = _read_headings()[match.group().lower()]
        if match.group().isupper() or text[start] + text[match.end() : match.end() + 1] == "[]":
            end = _AFTER_CAPITALS.match(text, match.end())
            yield Heading(start, end.end() if end else match.end(), label)
        elif is_bare and _BEFORE_TEXT.match(text, match.end()):
            yield Heading(start, match.end(), label, is_bare=True)


def find_sections(text: str, starts: Iterable[int]) -> list[Part]:
    """Divide `text` at its headings; `starts` are sentence starts.

    Bare headings count only where the text has two headings or more: a sentence may begin
    with "Results". What stands before the first heading is no section, except the title.
    """
    title_end = max(text.find("\n"), 0)
    found = {heading.start: heading for heading in find_start_headings(text, starts)}
    found.update((heading.start, heading) for heading in find_colon_headings(text))
    headings = [found[start] for start in sorted(found) if start == 0 or start >= title_end]
    if len({heading.label for heading in headings}) < 2:
        headings = [heading for heading in headings if not heading.is_bare]
    if title_end and not (headings and headings[0].start == 0):
        headings.insert(0, Heading(0, 0, "TITLE"))
    return _close_parts(text, headings, title_end)


def _close_parts(text: str, headings: list[Heading], title_end: int) -> list[Part]:
    """Let each section end where the next one begins; neighbours of one label are joined."""
    if not headings:
        return []
    ends = [heading.start for heading in headings[1:]] + [len(text)]
    parts: list[Part] = []
    for heading, following in zip(headings, ends, strict=True):
        end = title_end if heading.label == "TITLE" else following
        start = heading.start
        if parts and parts[-1].label == heading.label:
            start = parts.pop().start
        parts.append(Part(heading.label, start, _strip_end(text, start, end)))
    return _insert_arms(text, parts)


def _strip_end(text: str, start: int, end: int) -> int:
    return start + len(text[start:end].rstrip())


def _insert_arms(text: str, parts: list[Part]) -> list[Part]:
    """Add the ARMS of a registration: the `label: description` lines before its outcomes."""
    outcome = next((p for p in parts if p.label == "PRIMARY_OUTCOME"), None)
    if outcome is None or any(p.label in ("METHODS", "RESULTS", "ARMS") for p in parts):
        return parts
    start = outcome.start
    while (line := text.rfind("\n", 0, max(start - 1, 0)) + 1) and line < start:
        if not _REGISTRY_LINE.match(text, line):
            break
        start = line
    if start == outcome.start:
        return parts
    before = [Part(p.label, p.start, min(p.end, _strip_end(text, p.start, start))) for p in parts]
    arms = Part("ARMS", start, _strip_end(text, start, outcome.start))
    return sorted(
        [*(p for p in parts if p.start >= start), arms, *before[: parts.index(outcome)]],
        key=lambda part: part.start,
    )


@cache
def _read_headings() -> dict[str, tuple[str, bool]]:
    """Map a heading in lower case to its label and whether it may stand bare."""
    return {row[0]: (row[1], row[2] == "bare") for row in read_rows("context/headings.tsv")}


@cache
def _compile_headings() -> re.Pattern[str]:
    """Match a heading that begins with a capital: wholly in capitals, or only its first letter."""
    names = sorted(_read_headings(), key=len, reverse=True)
    forms = [form for name in names for form in (name.upper(), name.capitalize(), name.title())]
    return re.compile(rf"(?:{'|'.join(map(re.escape, dict.fromkeys(forms)))})(?![\w-])")


@Language.factory("cellstudy_sections", requires=["doc.sents"], assigns=[f"doc._.{EXT_SECTIONS}"])
def create_sections(nlp: Language, name: str) -> "SectionFinder":  # noqa: ARG001
    """Make the component."""
    register_extensions()
    return SectionFinder()


class SectionFinder:
    """Sets `doc._.sections`.

    They come from the text alone, also where the format named sections: the same text gives the
    same tagging whatever file it came in.
    """

    def __call__(self, doc: Doc) -> Doc:
        """Find the sections of `doc`, whose sentences must be set."""
        found = find_sections(read_text(doc), [sent.start_char for sent in doc.sents])
        doc._.set(EXT_SECTIONS, [part._asdict() for part in found])
        return doc
