"""CSV and TSV tables: columns are found by name, in any order and case.

A `text` column is taken as it is; in `title` and `abstract` HTML tags are removed and powers
written with `^`. The record number counts rows below the header.
"""

import csv
from collections.abc import Iterator
from functools import cache

from cellstudy.errors import InputError
from cellstudy.read.articles import (
    Metadata,
    Place,
    build_article,
    build_article_from_text,
    collapse_spaces,
)
from cellstudy.read.markup import strip_markup
from cellstudy.read.source import Head, Line, Source
from cellstudy.schema import Article
from cellstudy.terms import read_rows

SUFFIXES = (".csv", ".tsv", ".tab")

_DELIMITERS = (",", "\t", ";", "|")
_CONTENT = ("text", "title", "abstract")


def recognise(head: Head) -> bool:
    """Whether the first line names at least two known columns, one of them with text.

    One column is enough, and any header will do, where the suffix says that it is a table.
    """
    if head.shape != "text":
        return False
    fields = _match_columns(_split_header(head.text.split("\n", 1)[0]))
    return head.suffix in SUFFIXES or (len(fields) > 1 and any(f in fields for f in _CONTENT))


def read_articles(source: Source) -> Iterator[Article | InputError]:
    """Yield an article a row; a row of another width than the header is an error."""
    bad_bytes: list[int] = []
    lines = _watch_encoding(source.read_lines(), bad_bytes)
    header_line = next((line for line in lines if line.strip()), "")
    header = _split_header(header_line)
    columns = _match_columns(header)
    if bad_bytes:
        raise source.encoding_error(bad_bytes[0], record="header")
    if not any(field in columns for field in _CONTENT):
        raise InputError(
            f"no column named text, title or abstract among {', '.join(header)[:200]!r}",
            source=source.name,
            record="header",
        )
    rows = csv.reader(lines, delimiter=_find_delimiter(header_line), strict=True)
    position = 0
    while (row := _next_row(rows)) is not None:
        if row == []:
            continue
        position += 1
        place = Place(source.name, position)
        if bad_bytes:
            yield source.encoding_error(bad_bytes[0], record=str(position))
            bad_bytes.clear()
        elif isinstance(row, str):
            yield place.error(row)
        elif len(row) != len(header):
            yield place.error(f"{len(row)} fields where the header has {len(header)}")
        else:
            yield _read_row(row, columns, place)


def _watch_encoding(lines: Iterator[Line], bad_bytes: list[int]) -> Iterator[str]:
    """Give the texts of `lines`; offsets of bytes outside UTF-8 are appended to `bad_bytes`."""
    for line in lines:
        if line.bad_byte is not None:
            bad_bytes.append(line.bad_byte)
        yield line.text


def _next_row(rows: Iterator[list[str]]) -> list[str] | str | None:
    """Read the next row, the reason why it cannot be read, or None at the end."""
    try:
        return next(rows, None)
    except csv.Error as error:
        return f"not a table row: {error}"


def _find_delimiter(header_line: str) -> str:
    """Choose the delimiter that finds most known columns, then the one that occurs most often."""
    return max(
        _DELIMITERS,
        key=lambda mark: (
            len(_match_columns(_split(header_line, mark))),
            header_line.count(mark),
        ),
    )


def _split_header(line: str) -> list[str]:
    return _split(line, _find_delimiter(line))


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _match_columns(header: list[str]) -> dict[str, list[int]]:
    """Field -> its column numbers, the preferred name first."""
    names = [" ".join(name.lower().replace("_", " ").split()) for name in header]
    found: dict[str, list[int]] = {}
    for field, name in _column_names():
        found.setdefault(field, []).extend(i for i, other in enumerate(names) if other == name)
    return {field: columns for field, columns in found.items() if columns}


@cache
def _column_names() -> tuple[tuple[str, str], ...]:
    return tuple((field, name) for field, name in read_rows("read/columns.tsv"))


def _read_row(row: list[str], columns: dict[str, list[int]], place: Place) -> Article | InputError:
    def value(field: str) -> str:
        filled = (row[column] for column in columns.get(field, []) if row[column].strip())
        return next(filled, "")

    metadata = Metadata(
        id=value("id").strip(),
        pmid=value("pmid"),
        doi=value("doi"),
        pmcid=value("pmcid"),
        nct=value("nct"),
        journal=value("journal"),
        year=value("year"),
        language=value("language"),
    )
    if value("text"):
        return build_article_from_text(place, metadata, value("text"))
    return build_article(
        place,
        metadata,
        title=collapse_spaces(strip_markup(value("title"))),
        abstract=strip_markup(value("abstract")).strip(),
    )
