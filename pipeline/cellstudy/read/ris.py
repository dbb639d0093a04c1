"""RIS reference lists, parsed record by record with rispy.

rispy drops what it cannot read without a word (a record without `ER`, a second abstract), so the
records are split here, every tag is kept as a list, and each record must come back as one.
"""

import re
from collections.abc import Iterator

import rispy
from rispy.config import TAG_KEY_MAPPING

from cellstudy.errors import InputError
from cellstudy.read.articles import Metadata, Place, build_article, collapse_spaces
from cellstudy.read.identifiers import find_doi, find_nct
from cellstudy.read.markup import strip_markup
from cellstudy.read.source import Head, Line, Source
from cellstudy.schema import Article

_START = re.compile(r"TY  ?-")
_END = re.compile(r"ER  ?-")
_RECOGNISED = re.compile(r"^TY  ?- *[A-Z]", re.M)
_PMID_NOTE = re.compile(r"PMID:?\s*(\d{1,8})", re.I)
_PUBMED = re.compile(r"pubmed|medline", re.I)


def recognise(head: Head) -> bool:
    """Whether a `TY  - JOUR` line stands at the start of a line."""
    return head.shape == "text" and bool(_RECOGNISED.search(head.text))


def read_articles(source: Source) -> Iterator[Article | InputError]:
    """Yield the articles in order."""
    for position, lines in enumerate(_split_records(source.read_lines()), 1):
        place = Place(source.name, position)
        bad = next((line.bad_byte for line in lines if line.bad_byte is not None), None)
        if bad is not None:
            yield source.encoding_error(bad, record=str(position))
        elif not _END.match(lines[-1].text):
            yield place.error("no ER line: the record is cut off", "ER")
        else:
            yield _read_record(lines, place)


def _split_records(lines: Iterator[Line]) -> Iterator[list[Line]]:
    """Group lines to records from `TY` to `ER`; lines between records are ignored."""
    record: list[Line] = []
    for line in lines:
        if record and _START.match(line.text):
            yield record
            record = []
        if record or _START.match(line.text):
            record.append(line)
        if record and _END.match(line.text):
            yield record
            record = []
    if record:
        yield record


def _read_record(lines: list[Line], place: Place) -> Article | InputError:
    text = "\n".join(line.text.rstrip("\r\n") for line in lines)
    parsed = rispy.loads(
        text, list_tags=[*TAG_KEY_MAPPING], delimiter_tags_mapping={}, skip_unknown_tags=True
    )
    if len(parsed) != 1:
        return place.error(f"{len(parsed)} references between TY and ER")
    fields: dict[str, list[str]] = parsed[0]

    def join(*names: str) -> str:
        values = (" ".join(fields.get(name, [])) for name in names)
        return next(filter(None, (collapse_spaces(strip_markup(value)) for value in values)), "")

    metadata = Metadata(
        pmid=_find_pmid(fields),
        doi=find_doi(join("doi")) or find_doi(join("urls")),
        pmcid=join("custom2") if "PMC" in join("custom2") else None,
        nct=find_nct(join("accession_number")),
        journal=join("alternate_title3", "journal_name", "secondary_title", "alternate_title2"),
        year=join("year", "publication_year", "date"),
        language=join("language"),
    )
    abstract = join("abstract", "notes_abstract")
    return build_article(place, metadata, title=join("title", "primary_title"), abstract=abstract)


def _find_pmid(fields: dict[str, list[str]]) -> str | None:
    """Find the PubMed id: a note that says so, else the accession number of a PubMed export."""
    note = _PMID_NOTE.search(" ".join(fields.get("notes", [])))
    databases = fields.get("name_of_database", []) + fields.get("database_provider", [])
    if note:
        return note.group(1)
    if _PUBMED.search(" ".join(databases)):
        return next(iter(fields.get("accession_number", [])), None)
    return None
