"""Product phrases that serve as the unit of a dose: "million allogeneic mesenchymal stem cells"."""

import re
from functools import cache, lru_cache
from typing import Final

from cellstudy.tag.numbers import SPACES
from cellstudy.terms import read_rows

_WORD = re.compile(
    rf"[{SPACES}]?(?P<word>CD\d+[+-]?(?:/CD\d+[+-]?)*|[A-Za-z][A-Za-z0-9'’]*(?:[-‐‑][A-Za-z0-9]+)*)"
    r"(?P<plus>\+)?(?: ?\([A-Za-z-]{1,12}\)(?= [A-Za-z]))?"
)
_ACRONYM = re.compile(
    r"(?:[A-Za-z0-9]+[-‐‑])*[A-Za-z]{0,6}"
    r"(?:MSC|MNC|ASC|DSC|DRC|PSC|SC|HSC|EPC|MPC|BMC|PMC|CDC|TNC|WBC|MC|Treg)(?:['’]?s)?"
)
_NAME = re.compile(r"[A-Z][a-z]+|[A-Za-z]+-[A-Z0-9]\w*|[A-Z]{2,}\w*")
_UNKNOWN = re.compile(
    rf"[{SPACES}]?[A-Za-z-]{{0,8}}[A-Z]{{2,6}}s?(?=[{SPACES}]?/[{SPACES}]?[Kk][Gg]\b)"
)
_OF = re.compile(rf"[{SPACES}]of(?: the)?(?=[{SPACES}])")
_COMMA = re.compile(r",(?= [A-Za-z])")
_HYPHEN = re.compile(r"[-‐‑]")
_PROCESSED: Final = ("derived", "positive", "expanded", "cultured", "specific", "enriched")
_MOST_WORDS: Final = 10


@cache
def _words() -> tuple[frozenset[str], frozenset[str]]:
    rows = read_rows("patterns/cell_phrase.tsv")
    heads = frozenset(word for kind, word in rows if kind == "head")
    return heads, frozenset(word for kind, word in rows if kind == "modifier")


def match_cells(text: str, pos: int, *, named: bool) -> int | None:
    """End of the product phrase that begins at `pos` (a space before it allowed), or None.

    `named`, for a number in powers or millions, allows "of" and one word that the table does not
    know, such as a brand name, before the head.
    """
    names = 1 if named else 0
    end: int | None = None
    if named and (link := _OF.match(text, pos)):
        pos = link.end()
    for _ in range(_MOST_WORDS):
        match = _WORD.match(text, pos)
        if match is None:
            break
        kind = _classify(match["word"])
        if kind is None and named and match["plus"]:
            kind = "modifier"  # a marker: "c-kit+"
        if kind is None and names and _NAME.fullmatch(match["word"]):
            names, kind = 0, "modifier"
        if kind is None:
            break
        pos = match.end()
        if kind == "head":
            end = match.end("plus" if match["plus"] else "word")
            if not _continues(text, end):
                break
        elif comma := _COMMA.match(text, pos):
            pos = comma.end()
    return end


def match_unknown_product(text: str, pos: int) -> int | None:
    """End of an acronym that stands for cells because "/kg" follows: "8 x 10^6 CSM/kg"."""
    match = _UNKNOWN.match(text, pos)
    return match and match.end()


def _continues(text: str, pos: int) -> bool:
    """Whether the head that ends at `pos` only modifies a later one ("MSC-derived exosomes")."""
    match = _WORD.match(text, pos)
    return match is not None and (
        _classify(match["word"]) == "head" or match["word"].lower() in _PROCESSED
    )


@lru_cache(maxsize=1 << 12)
def _classify(word: str) -> str | None:
    heads, modifiers = _words()
    parts = _HYPHEN.split(word.lower().replace("’", "'"))
    plain = "-".join(parts)
    if plain in heads or parts[-1] in heads or _ACRONYM.fullmatch(word):
        return "head"
    known = plain in modifiers or parts[-1] in _PROCESSED or word.startswith("CD")
    return (
        "modifier"
        if known or all(part in modifiers or part.startswith("mesench") for part in parts)
        else None
    )
