"""A saved web page of one abstract, as text: the record that the page embeds, else its lines.

Pages of literature portals carry the record as a line of JSON, with HTML in the abstract and, where
the portal shows a translation, the English record as a JSON string inside; the English version is
taken. Pages without such a line (PubMed's) have the abstract below a heading `Abstract`.
Paragraphs are joined by a space.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from cellstudy.errors import InputError
from cellstudy.read.articles import Metadata, Place, build_article, collapse_spaces, join_sections
from cellstudy.read.identifiers import find_doi
from cellstudy.read.language import guess_language
from cellstudy.read.markup import split_paragraphs, strip_markup
from cellstudy.read.page_lines import (
    find_abstract,
    find_heading,
    find_title,
    is_marker,
    visible_lines,
)
from cellstudy.read.source import Head, Source
from cellstudy.schema import Article

_EMBEDDED = re.compile(r'\{(?=.*"title"\s*:)(?=.*"abstract"\s*:)')
_PMID = re.compile(r"PMID:\s*(\d{4,8})\b")
_PMCID = re.compile(r"PMCID:\s*(PMC\d+)")
_DATE = re.compile(r"\b((?:19|20)\d\d) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b")
_JOURNAL = re.compile(r"\bet al\. (\S[^.]*)\.")
_MIN_MARKERS = 2


def recognise(head: Head) -> bool:
    """Whether a record is embedded among lines of text, or the page furniture is there."""
    lines = [line for line in head.text.split("\n") if line.strip()]
    embedded = [line for line in lines if _EMBEDDED.match(line)]
    if head.suffix in (".jsonl", ".ndjson") or head.shape == "xml":
        return False
    if embedded:
        return len(lines) > 2 * len(embedded)
    markers = {line.strip() for line in lines if is_marker(line)}
    return find_heading(lines) is not None and len(markers) >= _MIN_MARKERS


def read_articles(source: Source) -> Iterator[Article | InputError]:
    """Yield the one article."""
    raw_lines = re.split(r"\r\n|\n|\r", source.read_text())
    records = [record for line in raw_lines for record in _find_records(line)]
    lines = visible_lines(raw_lines)
    place = Place(source.name, 1)
    parts = _choose_abstract(records, lines)
    abstract, sections = join_sections(parts, separator=" ")
    title = _choose_title(records, lines, abstract)
    if not abstract:
        yield place.error("no abstract found on the page", "abstract")
        return
    metadata = _read_metadata(records, raw_lines)
    yield build_article(place, metadata, title=title, abstract=abstract, sections=sections)


def _find_records(line: str) -> Iterator[dict[str, Any]]:
    """Decode the record in a line of JSON and those in JSON strings inside it, outer first."""
    if not _EMBEDDED.match(line):
        return
    try:
        record = msgspec.json.decode(line, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        return
    yield record
    for value in record.values():
        if isinstance(value, str):
            yield from _find_records(value)


def _is_english(text: str) -> bool:
    return bool(text) and guess_language(text) in ("en", None)


def _choose_abstract(
    records: Sequence[dict[str, Any]], lines: Sequence[str]
) -> list[tuple[str | None, str]]:
    """Choose paragraphs (label, text): the first English record, the lines, or any record."""
    texts = [text for record in records if (text := _text_of(record, "abstract"))]
    english = [text for text in texts if _is_english(strip_markup(text))]
    if english:
        return split_paragraphs(english[0])
    visible = find_abstract(lines)
    if visible or not texts:
        return [(None, line) for line in visible]
    return split_paragraphs(texts[0])


def _choose_title(records: Sequence[dict[str, Any]], lines: Sequence[str], abstract: str) -> str:
    """Choose the first title in the language of the abstract, else the title among the lines."""
    titles = [collapse_spaces(strip_markup(_text_of(record, "title"))) for record in records]
    if not _is_english(abstract):
        return next(filter(None, titles), "")
    english = next(filter(_is_english, titles), "")
    return english or find_title(lines, abstract)


def _read_metadata(records: Sequence[dict[str, Any]], lines: Sequence[str]) -> Metadata:
    """Metadata of the embedded record, else what the page states above its references."""
    if records:
        return _read_record_metadata(records[0])
    page = "\n".join(lines).partition("\nReferences\n")[0]
    pmid, pmcid, date, journal = (
        match.group(1) if (match := pattern.search(page)) else None
        for pattern in (_PMID, _PMCID, _DATE, _JOURNAL)
    )
    return Metadata(pmid=pmid, doi=find_doi(page), pmcid=pmcid, journal=journal, year=date)


def _read_record_metadata(record: dict[str, Any]) -> Metadata:
    return Metadata(
        doi=_text_of(record, "doi") or _text_of(record, "DOI"),
        pmid=_text_of(record, "pmid"),
        pmcid=_text_of(record, "PMCID") or _text_of(record, "pmcid"),
        journal=_text_of(record, "PeriodicalName") or _text_of(record, "journal"),
        year=_text_of(record, "publicationDate") or _text_of(record, "year"),
        publication_types=[*filter(None, _text_of(record, "publicationTypes").split(","))],
    )


def _text_of(record: dict[str, Any], key: str) -> str:
    value = record.get(key)
    return value if isinstance(value, str) else ""
