"""JSON lines: an object a line with `id` and `text`, or `title` and `abstract`.

`text` is taken exactly as it is, its first line being the title; so are `title` and `abstract`.
Other keys (spans, record, sha256 of gold files) are ignored. The record number is the line.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from cellstudy.errors import InputError
from cellstudy.read.articles import Metadata, Place, build_article, build_article_from_text
from cellstudy.read.source import Head, Source
from cellstudy.schema import Article

SUFFIXES = (".jsonl", ".ndjson")

_OBJECT_LINE = re.compile(r'\{\s*"[^\n]*\}\s*(?:\n|$)')
_FIELD = re.compile(r" - at `\$\.(\w+)")


class _Record(msgspec.Struct, frozen=True):
    id: str | int | None = None
    text: str | None = None
    title: str | None = None
    abstract: str | None = None
    pmid: Any = None
    doi: Any = None
    pmcid: Any = None
    nct: Any = None
    journal: Any = None
    year: Any = None
    language: Any = None


def recognise(head: Head) -> bool:
    """Whether the first line is an object by itself, or the suffix says JSON lines."""
    return head.suffix in SUFFIXES or bool(_OBJECT_LINE.match(head.text))


def read_articles(source: Source) -> Iterator[Article | InputError]:
    """Yield the articles in order; blank lines are skipped."""
    decoder = msgspec.json.Decoder(_Record)
    for line in source.read_lines():
        place = Place(source.name, line.number)
        if line.bad_byte is not None:
            yield source.encoding_error(line.bad_byte, record=str(line.number))
        elif line.text.strip():
            yield _read_line(decoder, line.text.strip(), place)


def _read_line(
    decoder: msgspec.json.Decoder[_Record], line: str, place: Place
) -> Article | InputError:
    try:
        record = decoder.decode(line)
    except (msgspec.DecodeError, RecursionError) as error:
        field = _FIELD.search(str(error))
        return place.error(f"not a JSON article: {error}", field.group(1) if field else "")
    metadata = Metadata(
        id="" if record.id is None else str(record.id),
        pmid=record.pmid,
        doi=record.doi,
        pmcid=record.pmcid,
        nct=record.nct,
        journal=record.journal,
        year=record.year,
        language=record.language,
    )
    if record.text is not None:
        return build_article_from_text(place, metadata, record.text)
    return build_article(place, metadata, title=record.title or "", abstract=record.abstract or "")
