"""Dispersions in brackets after a number: "(SD 6.1)", "[IQR 2–7]", "(±9.76)", "(1.44)"."""

import re
from typing import NamedTuple

from cellstudy.tag.measures import Measure
from cellstudy.tag.numbers import Number, match_number
from cellstudy.tag.units import match_unit_apart


class Spread(NamedTuple):
    """A dispersion that ends, with its bracket, at `end`."""

    end: int
    low: float
    high: float | None
    kind: str


_OPEN = re.compile(
    r"\s?[(\[]\s?(?P<cue>±|\+/[-−]"
    r"|(?:SDs?|S\.D\.|standard deviations?|std\.? ?dev\.?|SEM?|S\.E\.M?\.?"
    r"|standard errors?(?: of the mean)?|IQRs?|I\.Q\.R\.|inter-?quartile ranges?|quartiles"
    r"|Q1[-–,] ?Q3|range)(?![a-z]))?\s?[:=,]?\s?±?\s?(?=[-−–‐]?\s?[\d.])",
    re.I,
)
_JOIN = re.compile(r"\s?(?:[-–—−‐‑~,;]|to|and)\s?(?=[-−–‐]?\s?[\d.])")
_CLOSE = re.compile(r"\s?[)\]]")
_UNIT_AFTER = re.compile(
    r"\s?(?:hours?|days?|weeks?|months?|years?|min(?:utes?)?|h|mg|ml|mL|kg|points?)\b"
)
_MEDIAN = re.compile(r"\b(?:medians?|IQR|interquartile|quartiles?)\b", re.I)
_INTERVAL = re.compile(r"\bCIs?\b|confidence|credible", re.I)
_SENTENCE = re.compile(r"[.!?]\s(?=[A-Z])|\n")
_MEAN = re.compile(r"(?:\bSD\b|±|standard deviation|s\.d\.)[^.;]{0,60}$", re.I)


def match_spread(text: str, measure: Measure) -> Spread | None:
    """Read the dispersion in brackets directly after `measure`."""
    mark = _OPEN.match(text, measure.end)
    first = match_number(text, mark.end()) if mark else None
    if mark is None or first is None:
        return None
    pos, second = _skip_unit(text, first.end), None
    if join := _JOIN.match(text, pos):
        second = match_number(text, join.end())
        pos = _skip_unit(text, second.end) if second else pos
    close = _CLOSE.match(text, pos)
    if close is None:
        return None
    kind = _name(mark["cue"]) if mark["cue"] else _guess(text, measure, first, second)
    if kind is None and second is None and measure.unit is None:
        kind = "sd" if _UNIT_AFTER.match(text, close.end()) else None
    high = second.value if second else None
    return Spread(close.end(), first.value, high, kind) if kind else None


def _guess(text: str, measure: Measure, first: Number, second: Number | None) -> str | None:
    """Name what a bracket without a cue holds, None when it may be an interval or a count."""
    if second is not None:
        held = first.value <= measure.low <= second.value
        return "iqr" if held and _speaks_of_medians(text, measure.start) else None
    before = text[max(0, measure.start - 100) : measure.start]
    if measure.unit == "%" or text[measure.end : measure.end + 1] == "%":
        return None
    similar = measure.decimals > 0 < first.decimals and first.value < abs(measure.low)
    return "sd" if similar or (measure.unit is None and _MEAN.search(before)) else None


def _speaks_of_medians(text: str, pos: int) -> bool:
    """Whether the sentence names medians or quartiles, and no confidence interval, before `pos`."""
    before = _SENTENCE.split(text[max(0, pos - 250) : pos])[-1]
    return _MEDIAN.search(before) is not None and _INTERVAL.search(before) is None


def _name(cue: str) -> str:
    plain = cue.lower().replace(".", "")
    if plain.startswith(("±", "+")):
        return "plus_minus"
    if plain.startswith(("i", "q")):
        return "iqr"
    if plain.startswith("r"):
        return "range"
    return "se" if plain.startswith(("se", "standard err")) else "sd"


def _skip_unit(text: str, pos: int) -> int:
    found = match_unit_apart(text, pos)
    return found.end if found else pos
