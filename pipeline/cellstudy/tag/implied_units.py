"""Units that a text leaves out: "1-2×10^7 were given" after a sentence about MSCs.

A power of ten without a unit is an amount of cells or particles where the same sentence names such
a product, less surely where only the document does and the sentence is about a dose. A guess
lowers the confidence; a number that may count something else keeps no unit.
"""

import re
from functools import cache
from typing import Final

from cellstudy.tag.measures import Measure
from cellstudy.terms import read_rows

_SENTENCE_END = re.compile(r"[.;!?]\s(?=[A-Z(])|\n")
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


def imply_units(text: str, measures: list[Measure]) -> None:
    """Give powers of ten without a unit that of the product around them, in place."""
    for measure in measures:
        if _lacks_unit(measure) and not _counts_other(text, measure):
            found = _find_product(text, measure)
            if found is not None:
                measure.unit = measure.dimension = found[0]
                measure.confidence = min(measure.confidence, found[1])
                measure.rule = f"{measure.rule}.implied"


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


def _find_product(text: str, measure: Measure) -> tuple[str, float] | None:
    """Unit and confidence from the products that the sentence names, or else the text."""
    patterns, (low, high) = _patterns(), _sentence_around(text, measure)
    cells = patterns["cells"].search(text, low, high)
    particles = patterns["particles"].search(text, low, high)
    if cells or particles:
        return ("cells" if cells else "particles"), _SAME_SENTENCE
    if not patterns["dosing"].search(text, low, high) or patterns["particles"].search(text):
        return None
    return ("cells", _SAME_DOCUMENT) if patterns["cells"].search(text) else None


def _sentence_around(text: str, measure: Measure) -> tuple[int, int]:
    low, high = max(0, measure.start - _REACH), min(len(text), measure.end + _REACH)
    begins = [match.end() for match in _SENTENCE_END.finditer(text, low, measure.start)]
    end = _SENTENCE_END.search(text, measure.end, high)
    return max([low, *begins]), end.start() if end else high
