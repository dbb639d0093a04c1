"""The record of a number expression while it is read, and what may join two numbers in one."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from cellstudy.tag.numbers import SIGN, SPACES, Number, match_number

Bound = Literal["<", ">", "<=", ">="]


@dataclass(slots=True)
class Measure:
    """A number expression under construction; `end` moves right as more of it is read."""

    start: int
    end: int
    low: float
    high: float
    decimals: int
    rule: str
    confidence: float
    factor: float = 1.0
    """The power or scale word that already multiplies `low` and `high`."""
    unit: str | None = None
    dimension: str | None = None
    per: str | None = None
    dispersion: float | None = None
    dispersion_high: float | None = None
    dispersion_kind: str | None = None
    kind: str | None = None
    """Set where the form alone decides it (fraction, ratio, time)."""

    @property
    def bare(self) -> bool:
        """Whether nothing but digits was read."""
        return self.unit is None and self.factor == 1 and self.kind is None


_S: Final = f"[{SPACES}]"
_WORD: Final = r"(?:two|three|four|five|six|seven|eight|nine|ten|twelve)\b"
_DASH = re.compile(rf"{_S}?[-–—−‐‑~∼]{_S}?(?=[\d.½]|{_WORD})")
_TO = re.compile(rf"(?:{_S}|[-–]{_S}?)to(?:{_S}|[-–])(?=(?:{SIGN}|\+)?[\d.]|{_WORD})")
_AND = re.compile(rf"{_S}and{_S}(?={SIGN}?[\d.])")
_BETWEEN = re.compile(r"\bbetween\s(?:[^\W\d]+\s){0,2}$", re.I)
_FROM = re.compile(r"\bfrom\s(?:[^\W\d]+\s){0,4}$", re.I)
_RANGING = re.compile(
    r"\b(?:rang\w+|var(?:y|ied|ies|ying)|aged?|ages)\s(?:\w+\s)?from\s|between\s$"
    r"|from\s(?:day|week|month|year)s?\s$",
    re.I,
)
_PLUS_MINUS = re.compile(r"\s?(?:±|∓|\+/[-−–]|\+[-−–]|\(±\))\s?")


def begin_measure(number: Number) -> Measure:
    """Start a measure with `number` alone."""
    start, end, value, decimals, rule, confidence = number
    return Measure(start, end, value, value, decimals, rule, confidence)


def match_range_mark(text: str, start: int, end: int) -> int | None:
    """Read the dash, "to" or (after "between") "and" of a range whose lower number is given.

    "to" between two states, "from 7.6 to 5.2", makes no range.
    """
    if (mark := _DASH.match(text, end)) is not None:
        return mark.end()
    if (mark := _TO.match(text, end)) is not None:
        return None if _changes(text, start) else mark.end()
    mark = _AND.match(text, end)
    between = mark is not None and _BETWEEN.search(text, max(0, start - 40), start)
    return mark.end() if mark and between else None


def match_dash(text: str, pos: int) -> int | None:
    """Read the dash of a range, or None."""
    mark = _DASH.match(text, pos)
    return mark and mark.end()


def _changes(text: str, start: int) -> bool:
    """Whether "to" after the number leads to a later state."""
    window = max(0, start - 45)
    return bool(_FROM.search(text, window, start)) and not _RANGING.search(text, window, start)


def read_range(text: str, measure: Measure) -> None:
    """Read the upper end of "5–10", "9.5 to 35", "two to three"."""
    if measure.dispersion is not None:
        return
    mark = match_range_mark(text, measure.start, measure.end)
    upper = match_number(text, mark) if mark else None
    if upper is None or upper.value <= measure.high or _PLUS_MINUS.match(text, upper.end):
        return
    measure.end, measure.high, measure.rule = upper.end, upper.value, "range"
    measure.decimals = max(measure.decimals, upper.decimals)


def match_plus_minus(text: str, pos: int) -> int | None:
    """Read the sign of "± 12.2": where the number after it begins."""
    mark = _PLUS_MINUS.match(text, pos)
    return mark and mark.end()


def read_plus_minus(text: str, measure: Measure) -> bool:
    """Read "±12.2"; say whether there was one."""
    mark = _PLUS_MINUS.match(text, measure.end)
    spread = match_number(text, mark.end()) if mark else None
    if spread is None:
        return False
    measure.end, measure.dispersion = spread.end, spread.value * measure.factor
    measure.dispersion_kind = "plus_minus"
    measure.decimals = max(measure.decimals, 1)
    return True
