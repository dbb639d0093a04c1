"""Dispersions in brackets after a number: "(SD 6.1)", "[IQR 2–7]", "(±9.76)", "(1.44)"."""

import re
from typing import Final, NamedTuple

from cellstudy.tag.measures import Measure
from cellstudy.tag.numbers import Number, match_number
from cellstudy.tag.units import match_unit_apart


class Spread(NamedTuple):
    """A dispersion that ends, with its bracket, at `end`."""

    end: int
    low: float
    high: float | None
    kind: str


_NAMED: Final = (
    r"(?:SDs?|S\.D\.|standard deviations?|std\.? ?dev\.?|SEM?|S\.E\.M?\.?"
    r"|standard errors?(?: of the mean)?|IQRs?|I\.Q\.R\.|inter-?quartile ranges?"
)
_OPEN = re.compile(
    rf"\s?[(\[]\s?(?P<cue>±|\+/[-−]|{_NAMED}|quartiles|Q1[-–,] ?Q3|range)(?![a-z]))?"
    r"(?:\sfrom)?\s?[:=,]?\s?±?\s?(?=[-−–‐]?\s?[\d.])",
    re.I,
)
_LISTED = re.compile(
    rf"[,;]\s(?P<cue>{_NAMED})(?![a-z]))\s?(?:[:=,]|of)?\s?(?=[-−–‐]?\s?[\d.])", re.I
)
"""A dispersion without brackets: "300 mL; interquartile range, 200 to 400 mL"."""
_JOIN = re.compile(r"\s?(?:[-–—−‐‑~,;]|to|and)\s?(?=[-−–‐]?\s?[\d.])")
_CLOSE = re.compile(r"\s?[)\]]")
_PERCENT = re.compile(r"\s?%")
_UNIT_AFTER = re.compile(
    r"\s?(?:hours?|days?|weeks?|months?|years?|min(?:utes?)?|h|mg|ml|mL|kg|points?)\b"
)
_UNIT_AFTER_SQUARE = re.compile(rf"\]{_UNIT_AFTER.pattern}")
_DOSED: Final = ("cells", "particles", "activity", "mass", "volume")
"""Dimensions of which a percentage is a tolerance: "10^6 cells (±20%)"."""
_MEDIAN = re.compile(r"\b(?:medians?|IQR|interquartile|quartiles?)\b", re.I)
_INTERVAL = re.compile(r"\bCIs?\b|confidence|credible", re.I)
_SENTENCE = re.compile(r"[.!?]\s(?=[A-Z])|\n")
_MEAN = re.compile(r"(?:\bSD\b|±|standard deviation|s\.d\.)[^.;]{0,60}$", re.I)


def match_spread(text: str, measure: Measure) -> Spread | None:
    """Read the dispersion directly after `measure`, in brackets or with its name."""
    mark = _OPEN.match(text, measure.end) or _LISTED.match(text, measure.end)
    first = match_number(text, mark.end()) if mark else None
    if mark is None or first is None:
        return None
    pos, second = _skip_unit(text, first.end), None
    if join := _JOIN.match(text, pos):
        second = match_number(text, join.end())
        pos = _skip_unit(text, second.end) if second else pos
    if mark.re is _LISTED:
        return Spread(pos, first.value, second.value if second else None, _name(mark["cue"]))
    close = _CLOSE.match(text, pos)
    if close is None or (_PERCENT.match(text, first.end) and measure.dimension in _DOSED):
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
        return "iqr" if held and _holds_quartiles(text, measure, second.end) else None
    before = text[max(0, measure.start - 100) : measure.start]
    if measure.unit == "%" or text[measure.end : measure.end + 1] == "%":
        return None
    similar = measure.decimals > 0 < first.decimals and first.value < abs(measure.low)
    return "sd" if similar or (measure.unit is None and _MEAN.search(before)) else None


def _holds_quartiles(text: str, measure: Measure, pos: int) -> bool:
    """Whether medians are named, or the unit follows as in "3.5 [2.0–7.3] days"."""
    if measure.unit is None and _UNIT_AFTER_SQUARE.match(text, pos):
        return not _INTERVAL.search(text, max(0, measure.start - 60), measure.start)
    return _speaks_of_medians(text, measure.start)


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
