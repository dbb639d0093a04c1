"""Find title and abstract among the lines of a saved page, between menus, authors and notices."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from cellstudy.read.articles import collapse_spaces
from cellstudy.read.identifiers import find_doi
from cellstudy.read.language import guess_language
from cellstudy.terms import read_rows

_MIN_PROSE_WORDS = 30
_MIN_TITLE_WORDS = 4
_MAX_TITLE_CHARACTERS = 500
_NO_TITLE = re.compile(r"https?://|\bdoi:|\bet al\b|@|[,;]$", re.I)
_AUTHOR = re.compile(
    r"\s*(?:and |& )?(?:[A-Z][\w.'’-]*|de|da|di|del|van|von|der|den|al|el|bin|la|le|du|dos)"
    r"(?: (?:[A-Z][\w.'’-]*|de|da|di|del|van|von|der|den|al|el|bin|la|le|du|dos)){1,4}[\d\s*†#]*"
)


def visible_lines(raw_lines: Sequence[str]) -> list[str]:
    """Give the lines as a reader sees them: embedded records left out, white space collapsed."""
    return [collapse_spaces(line) for line in raw_lines if not line.startswith('{"')]


def is_marker(line: str) -> bool:
    """Whether `line` is furniture that only a saved page has."""
    return line.strip().lower() in _lines_of("marker")


def find_heading(lines: Sequence[str]) -> int | None:
    """Index of the heading above the abstract, or None."""
    headings = (i for i, line in enumerate(lines) if line.strip().lower() in _lines_of("heading"))
    return next(headings, None)


def find_abstract(lines: Sequence[str]) -> list[str]:
    """Paragraphs below the heading, or the first run of long English lines; empty if none."""
    heading = find_heading(lines)
    start = _find_prose(lines) if heading is None else heading + 1
    if start is None:
        return []
    found: list[str] = []
    for line in lines[start:]:
        if _is_stop(line):
            break
        if line:
            found.append(line)
    return found


def find_title(lines: Sequence[str], abstract: str) -> str:
    """Find the title: a line that stands twice above the abstract, or the first after a DOI.

    Else the first line that could be a title; empty if there is none.
    """
    above = lines[: _find_end_of_front(lines, abstract)]
    candidates = [line for line in above if _could_be_title(line)]
    repeated = [line for line, n in Counter(candidates).items() if n > 1]
    cited = next((i for i, line in enumerate(above) if find_doi(line)), 0)
    after_citation = [line for line in above[cited:] if _could_be_title(line)]
    return next(iter([*repeated, *after_citation, *candidates]), "")


def _find_end_of_front(lines: Sequence[str], abstract: str) -> int:
    """Index of the heading, or of the line with which the abstract starts."""
    heading = find_heading(lines)
    if heading is not None:
        return heading
    starts = (i for i, line in enumerate(lines) if line and abstract.startswith(line[:60]))
    return next(starts, len(lines))


def _find_prose(lines: Sequence[str]) -> int | None:
    long = (i for i, line in enumerate(lines) if len(line.split()) >= _MIN_PROSE_WORDS)
    return next((i for i in long if guess_language(lines[i]) == "en"), None)


def _is_stop(line: str) -> bool:
    lower = line.lower()
    return (
        lower in _lines_of("stop")
        or lower in _lines_of("marker")
        or lower.startswith(_lines_of("stop_start"))
        or guess_language(line) in ("zh", "ja", "ko")
    )


def _could_be_title(line: str) -> bool:
    fits = len(line) <= _MAX_TITLE_CHARACTERS and len(line.split()) >= _MIN_TITLE_WORDS
    english = fits and guess_language(line) in ("en", None)
    return english and not _NO_TITLE.search(line) and not _are_authors(line)


def _are_authors(line: str) -> bool:
    names = line.split(",")
    return len(names) > 1 and all(_AUTHOR.fullmatch(name) for name in names)


@cache
def _lines_of(kind: str) -> tuple[str, ...]:
    return tuple(line for row_kind, line in read_rows("read/page_lines.tsv") if row_kind == kind)
