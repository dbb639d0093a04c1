"""Units that a text leaves out: "1-2×10^7 were given" after a sentence about MSCs.

A power of ten without a unit is an amount of cells or particles where the same sentence names such
a product, less surely where only the document does and the sentence is about a dose. A guess
lowers the confidence; a number that may count something else keeps no unit.
"""

import re
from bisect import bisect_left, bisect_right
from functools import cache
from typing import Final, NamedTuple

from cellstudy.tag.measures import Measure
from cellstudy.terms import read_rows

_SENTENCE_END = re.compile(r"[.;!?]\s(?=[A-Z(])|\n")
_PLACED: Final = ("cells", "particles", "dosing")
_LEAST: Final = 1e4
_REACH: Final = 240
_SAME_SENTENCE: Final = 0.7
_SAME_DOCUMENT: Final = 0.5
_OTHER_BASES: Final = ("L", "mm3", "day", "minute")
"""What nothing that is given as cells is counted by."""


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    rows = read_rows("patterns/implied_units.tsv")
    words = {kind: "|".join(word for row, word in rows if row == kind) for kind, _ in rows}
    products = {kind: re.compile(rf"\b(?:{words[kind]})\b") for kind in ("cells", "particles")}
    return products | {
        "other_after": re.compile(rf"\s?(?:per |/|of )?\s?(?:{words['other_after']})\b"),
        "other_before": re.compile(
            rf"(?:\b(?:{words['other_before']})\b[^.;]{{0,25}}|[$€£])$", re.I
        ),
        "dosing": re.compile(rf"\b(?:{words['dosing']})\b", re.I),
    }


class _Places(NamedTuple):
    """Where products, words of dosing and ends of sentences begin in a text."""

    cells: list[int]
    particles: list[int]
    dosing: list[int]
    sentences: list[int]


def imply_units(text: str, measures: list[Measure]) -> None:
    """Give powers of ten without a unit that of the product around them, in place."""
    lacking = [measure for measure in measures if _lacks_unit(measure)]
    if not lacking:
        return
    places = _find_places(text)
    if not (places.cells or places.particles):
        return
    for measure in lacking:
        found = None if _counts_other(text, measure) else _find_product(places, measure)
        if found is not None:
            measure.unit = measure.dimension = found[0]
            measure.confidence = min(measure.confidence, found[1])
            measure.rule = f"{measure.rule}.implied"


def _find_places(text: str) -> _Places:
    cells, particles, dosing = (
        [match.start() for match in _patterns()[kind].finditer(text)] for kind in _PLACED
    )
    return _Places(cells, particles, dosing, [m.end() for m in _SENTENCE_END.finditer(text)])


def _lacks_unit(measure: Measure) -> bool:
    if measure.unit is not None or measure.kind is not None or measure.low <= 0:
        return False
    basis = measure.per.split("/")[0] if measure.per else None
    powered = measure.factor >= _LEAST or (basis == "kg" and measure.high >= _LEAST)
    return powered and basis not in _OTHER_BASES


def _counts_other(text: str, measure: Measure) -> bool:
    patterns = _patterns()
    before = patterns["other_before"].search(text, max(0, measure.start - 50), measure.start)
    return before is not None or patterns["other_after"].match(text, measure.end) is not None


def _find_product(places: _Places, measure: Measure) -> tuple[str, float] | None:
    """Unit and confidence from the products that the sentence names, or else the text."""
    after = bisect_right(places.sentences, measure.start)
    low = max([measure.start - _REACH, *places.sentences[max(0, after - 1) : after]])
    high = min([measure.end + _REACH, *places.sentences[after : after + 1]])
    if _stands(places.cells, low, high):
        return "cells", _SAME_SENTENCE
    if _stands(places.particles, low, high):
        return "particles", _SAME_SENTENCE
    if _stands(places.dosing, low, high) and not places.particles:
        return "cells", _SAME_DOCUMENT
    return None


def _stands(starts: list[int], low: int, high: int) -> bool:
    """Whether one of the sorted `starts` lies from `low` up to `high`."""
    index = bisect_left(starts, low)
    return index < len(starts) and starts[index] < high
