"""Product phrases that serve as the unit of a dose: "million allogeneic mesenchymal stem cells"."""

import re
from functools import cache
from typing import Final

from cellstudy.tag.tables import read_table

_WORD = re.compile(
    r"[ \u00a0]?(?P<word>(?:CD\d+[+-]?(?:/CD\d+[+-]?)*|[A-Za-z][A-Za-z0-9'’]*(?:[-‐‑][A-Za-z0-9]+)*))"
    r"(?P<plus>\+)?(?P<paren> ?\([A-Za-z-]{1,12}\)(?= [A-Za-z]))?"
)
_ACRONYM = re.compile(
    r"(?:[A-Za-z]+[-‐‑/])*[A-Za-z]{0,6}(?:MSC|MNC|ASC|DSC|DRC|PSC|SC|HSC|EPC|MPC|BMC|PMC|CDC|TNC|WBC|MC|Treg)s?"
)
_NAME = re.compile(r"[A-Z][a-z]+|[A-Za-z]+-[A-Z0-9]\w*|[A-Z]{2,}\w*")
_MOST_WORDS: Final = 10
_MOST_NAMES: Final = 1
_WEAK_MODIFIERS: Final = 5


@cache
def _words() -> tuple[frozenset[str], frozenset[str]]:
    heads: set[str] = set()
    modifiers: set[str] = set()
    for kind, word in read_table("patterns/cell_phrase.tsv"):
        (heads if kind == "head" else modifiers).add(word)
    return frozenset(heads), frozenset(modifiers)


def match_cells(text: str, pos: int, *, named: bool) -> int | None:
    """End of the product phrase that begins at `pos` (a space before it allowed), or None.

    `named` allows one word that the table does not know, such as a brand name, before the head.
    """
    end: int | None = None
    names = _MOST_NAMES if named else 0
    for _ in range(_MOST_WORDS):
        match = _WORD.match(text, pos)
        if match is None:
            break
        kind = _classify(match["word"])
        if kind is None and names and _NAME.fullmatch(match["word"]):
            names -= 1
            kind = "modifier"
        if kind is None:
            break
        pos = match.end()
        if kind == "head":
            end = match.end("plus") if match["plus"] else match.end("word")
            if not _continues(text, end):
                break
    return end


def is_cell_unit(word: str) -> bool:
    """Whether `word` alone is a head: "cells", "MSCs", "hUC-MSC"."""
    return _classify(word) == "head"


def _continues(text: str, pos: int) -> bool:
    """Whether the head that ends at `pos` only modifies a later one ("MSC-derived exosomes")."""
    match = _WORD.match(text, pos)
    return match is not None and (
        _classify(match["word"]) == "head" or match["word"].lower() in ("derived", "positive")
    )


def _classify(word: str) -> str | None:
    heads, modifiers = _words()
    plain = word.lower().replace("’", "'")
    last = re.split(r"[-‐‑/]", plain)[-1]
    if plain in heads or last in heads or _ACRONYM.fullmatch(word):
        return "head"
    if (
        plain in modifiers
        or last in ("derived", "positive", "expanded", "cultured")
        or word.startswith("CD")
    ):
        return "modifier"
    parts = re.split(r"[-‐‑/]", plain)
    return "modifier" if all(part in modifiers for part in parts) else None
