"""Build an Article from what a format gives, with the checks that hold for every format."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cellstudy.errors import InputError
from cellstudy.read.identifiers import (
    find_doi,
    find_nct,
    find_year,
    normalise_pmcid,
    normalise_pmid,
)
from cellstudy.read.language import guess_language, normalise_language
from cellstudy.schema import Article, Section

MAX_TEXT_CHARACTERS = 1_000_000
"""Longer texts are whole files read by mistake; spaCy refuses them too."""

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_SPACES = re.compile(r"[ \t\r\n]+")


class Place(NamedTuple):
    """Where a record stands: file name and position, counted from 1 (JSON lines: the line)."""

    file: str
    record: int

    def __str__(self) -> str:
        return f"{self.file}#{self.record}"

    def error(self, reason: str, field: str = "") -> InputError:
        """Make the error for this record."""
        return InputError(reason, source=self.file, record=str(self.record), field=field)


class Metadata(NamedTuple):
    """Bibliographic data as a format writes it; `build_article` normalises it."""

    id: str = ""
    pmid: object = None
    doi: object = None
    pmcid: object = None
    nct: object = None
    journal: object = None
    year: object = None
    language: object = None
    publication_types: Sequence[str] = ()


def build_article(
    place: Place, metadata: Metadata, *, title: str, abstract: str, sections: Sequence[Section] = ()
) -> Article | InputError:
    """Make the article whose text is title, newline, abstract (the title alone without abstract).

    `sections` have offsets into the abstract.
    """
    text = f"{title}\n{abstract}" if abstract else title
    shift = len(title) + 1
    moved = tuple(Section(s.label, s.start + shift, s.end + shift) for s in sections)
    return _check_article(
        place, metadata, title=title, abstract=abstract, text=text, sections=moved
    )


def build_article_from_text(place: Place, metadata: Metadata, text: str) -> Article | InputError:
    """Make the article of a text taken exactly as it is; its first line is the title."""
    title, _, abstract = text.partition("\n")
    return _check_article(place, metadata, title=title, abstract=abstract, text=text, sections=())


def join_sections(
    parts: Iterable[tuple[str | None, str]], *, separator: str = "\n"
) -> tuple[str, tuple[Section, ...]]:
    """Join (label, shown text) parts to an abstract; labelled parts become sections of it.

    A section covers the shown text of its part, including a label that is part of that text.
    """
    shown: list[str] = []
    sections: list[Section] = []
    start = 0
    for label, text in parts:
        if label:
            sections.append(Section(label.upper(), start, start + len(text)))
        shown.append(text)
        start += len(text) + len(separator)
    return separator.join(shown), tuple(sections)


def collapse_spaces(text: str) -> str:
    """One space for every run of ASCII white space; typographic spaces are kept."""
    return _SPACES.sub(" ", text).strip()


def _check_article(
    place: Place,
    metadata: Metadata,
    *,
    title: str,
    abstract: str,
    text: str,
    sections: tuple[Section, ...],
) -> Article | InputError:
    if not text.strip():
        return place.error("neither title nor abstract", "text")
    if len(text) > MAX_TEXT_CHARACTERS:
        return place.error(f"{len(text)} characters are too many for an abstract", "text")
    surrogate = _SURROGATE.search(text)
    if surrogate:
        return place.error(f"half of a surrogate pair at character {surrogate.start()}", "text")
    ids = _normalise_ids(metadata)
    return Article(
        id=metadata.id or _choose_id(ids) or str(place),
        title=title,
        abstract=abstract,
        text=text,
        pmid=ids.pmid,
        doi=ids.doi,
        pmcid=ids.pmcid,
        nct=ids.nct,
        journal=_clean_journal(metadata.journal),
        year=find_year(metadata.year),
        language=normalise_language(metadata.language) or guess_language(text),
        publication_types=tuple(metadata.publication_types),
        sections=sections,
        source=str(place),
    )


class _Ids(NamedTuple):
    pmid: str | None
    doi: str | None
    pmcid: str | None
    nct: str | None


def _normalise_ids(metadata: Metadata) -> _Ids:
    """Normalise the identifiers, also those that the record's own id states (`PMID:1`)."""
    own = metadata.id
    prefix = own[:5].upper()
    return _Ids(
        normalise_pmid(metadata.pmid) or (normalise_pmid(own) if prefix == "PMID:" else None),
        find_doi(metadata.doi) or (find_doi(own) if prefix.startswith(("DOI:", "10.")) else None),
        normalise_pmcid(metadata.pmcid) or (normalise_pmcid(own) if own[:3] == "PMC" else None),
        find_nct(metadata.nct) or (find_nct(own) if own[:3] == "NCT" else None),
    )


def _choose_id(ids: _Ids) -> str | None:
    if ids.pmid:
        return f"PMID:{ids.pmid}"
    if ids.doi:
        return f"DOI:{ids.doi}"
    return ids.pmcid or ids.nct


def _clean_journal(value: object) -> str | None:
    return (collapse_spaces(value) or None) if isinstance(value, str) else None
