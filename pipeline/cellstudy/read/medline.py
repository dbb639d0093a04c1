"""MEDLINE text as PubMed saves it (`.nbib`): `TAG - value`, further lines indented.

Records start at `PMID-`. Powers arrive as PubMed writes them there (`10(6)`).
"""

import re
from collections.abc import Iterator

from cellstudy.errors import InputError
from cellstudy.read.articles import Metadata, Place, build_article, collapse_spaces
from cellstudy.read.identifiers import find_doi, find_nct
from cellstudy.read.source import Head, Line, Source
from cellstudy.schema import Article

_FIELD = re.compile(r"([A-Z][A-Z0-9]{1,3}) *- ?(.*)")
_START = re.compile(r"PMID *-")
_RECOGNISED = re.compile(r"^PMID *- *\d+\s*$", re.M)


def recognise(head: Head) -> bool:
    """Whether a line `PMID- 123` stands at the start of a field list."""
    return bool(_FIELD.match(head.text) and _RECOGNISED.search(head.text))


def read_articles(source: Source) -> Iterator[Article | InputError]:
    """Yield the articles in order."""
    for position, lines in enumerate(_split_records(source.read_lines()), 1):
        place = Place(source.name, position)
        bad = next((line.bad_byte for line in lines if line.bad_byte is not None), None)
        if bad is not None:
            yield source.encoding_error(bad, record=str(position))
        else:
            yield _read_record(lines, place)


def _split_records(lines: Iterator[Line]) -> Iterator[list[Line]]:
    """Group lines to records, which a blank line or the next `PMID-` ends."""
    record: list[Line] = []
    for line in lines:
        blank = not line.text.strip()
        if record and (blank or _START.match(line.text)):
            yield record
            record = []
        if not blank:
            record.append(line)
    if record:
        yield record


def _read_record(lines: list[Line], place: Place) -> Article | InputError:
    fields: dict[str, list[str]] = {}
    tag = ""
    for line in lines:
        match = _FIELD.match(line.text)
        if match:
            tag = match.group(1)
            fields.setdefault(tag, []).append(match.group(2))
        elif tag and line.text[0] in " \t":
            fields[tag][-1] += f" {line.text}"
        else:
            return place.error(f"line {line.number} is neither a field nor indented", tag)
    if "PMID" not in fields:
        return place.error("no PMID", "PMID")
    return _build(fields, place)


def _build(fields: dict[str, list[str]], place: Place) -> Article | InputError:
    def first(*tags: str) -> str:
        values = (value for tag in tags for value in fields.get(tag, []))
        return next(filter(None, map(collapse_spaces, values)), "")

    located = [value for value in fields.get("LID", []) + fields.get("AID", []) if "[doi]" in value]
    registered = map(find_nct, fields.get("SI", []))
    metadata = Metadata(
        pmid=first("PMID"),
        doi=next(filter(None, map(find_doi, located)), None),
        pmcid=first("PMC"),
        nct=next(filter(None, registered), None),
        journal=first("JT", "TA"),
        year=first("DP", "DEP"),
        language=first("LA"),
        publication_types=[collapse_spaces(value) for value in fields.get("PT", [])],
    )
    return build_article(place, metadata, title=first("TI", "BTI", "TT"), abstract=first("AB"))
