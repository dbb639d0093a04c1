"""P-values and confidence intervals; both are final, as their form leaves no doubt."""

import re
from typing import Final, Literal

import msgspec

from cellstudy.schema import Quantity
from cellstudy.tag.numbers import DIGITS, SIGN, parse_digits
from cellstudy.tag.powers import match_power
from cellstudy.tag.units import match_unit_apart

_BOUNDS: Final[dict[str, Literal["<", ">", "<=", ">="]]] = {
    "<": "<", "&lt;": "<", "less than": "<", "below": "<", ">": ">", "&gt;": ">",
    "greater than": ">", "≤": "<=", "<=": "<=", "=<": "<=", "≦": "<=", "⩽": "<=", "≥": ">=",
    ">=": ">=", "=>": ">=", "≧": ">=", "⩾": ">=",
}  # fmt: skip
_NUMBER: Final = rf"(?:{SIGN}\s?)?{DIGITS}"
_RELATION: Final = r"&lt;|&gt;|<=|>=|=<|=>|[<>=≤≥≦≧⩽⩾]|less than|greater than|below"
_P = re.compile(
    r"[pP](?<![\w-].)(?:[-\s]?(?i:values?))?"
    r"(?:\s?[\[(][^()\[\]]{1,25}[)\]]|[-\s_]?(?:for\s)?(?:trend|interaction|int|het|log-?rank|adj))?"
    rf"(?:\s?(?:of|was|were|is)(?=\s?(?:{_RELATION}|\.?\d)))?"
    rf"\s?(?P<sign>{_RELATION}|(?<=of|is)(?=\s)|(?<=was)(?=\s)|(?<=were)(?=\s)|(?<=value)(?=\s))\s?"
    rf"(?P<value>0/0\d+|{DIGITS})(?!\w)"
)
_LOST_MINUS = re.compile(r"\s?[×xX*·]\s?10\s?[-\u2010-\u2014\u2212]\s?(\d{1,2})(?![\d.])")
"""The power of "P = 4.9 × 10−7", whose exponent is no more raised."""
_CI_WORD: Final = (
    r"[Cc](?:Is?|\.I\.|rIs?|onfidence[- ](?:[Ii]ntervals?|[Ll]imits?)|redible [Ii]ntervals?"
    r"|ONFIDENCE INTERVALS?)(?![a-z])"
)
_CI_NAMED = re.compile(_CI_WORD)
_LEVEL = re.compile(r"(?<![\w.])(?P<level>\d{2}(?:[.·]\d+)?)\s?%?[\s-]?$")
_UNITS: Final = r"(?:\s?(?:%|(?!to\b|and\b)[A-Za-zµμ/]{1,12}(?:\s(?=to\b|and\b))?))?"
_CI = re.compile(
    rf"{_CI_WORD}(?:\s?[-:]?\s?(?P<level>\d{{2}})\s?%)?(?:\s?[\[(]\s?(?:95%\s?)?CI\s?[\])])?"
    r"\s?(?:[:=,;]|of|was|were|from|ranged? from|between)?\s?"
    rf"(?P<open>[\[(])?\s?(?P<low>{_NUMBER})(?P<unit>{_UNITS})"
    rf"\s?(?:,|;|to|and|[-–—−‐‑~])\s?(?P<high>{_NUMBER})"
)
_CLOSE = re.compile(r"\s?[\])]")
_OTHER_SPREAD = re.compile(r"\b(?:medians?|IQR|interquartile|range|quartile)\b", re.I)
_BEFORE_BOUNDS = re.compile(r"\s?(?:[\[(]{1,2}|;)\s?")


def find_p_values(text: str) -> list[Quantity]:
    """Every p-value of `text` from its "p" to its last digit."""
    return [_read_p(text, match) for match in _P.finditer(text)]


def _read_p(text: str, match: "re.Match[str]") -> Quantity:
    value, _ = parse_digits(match["value"].replace("/", "."))
    end = match.end()
    if power := match_power(text, end):
        value, end = value * power.value, power.end
    elif lost := _LOST_MINUS.match(text, end):
        value, end = value * 10.0 ** -int(lost[1]), lost.end()
    return Quantity(
        start=match.start(),
        end=end,
        kind="p_value",
        low=value,
        high=value,
        bound=_BOUNDS.get(match["sign"]),
        rule="p_value",
    )


def find_intervals(text: str) -> list[Quantity]:
    """Every confidence interval of `text` that is written with its name."""
    found: list[Quantity] = []
    for name in _CI_NAMED.finditer(text):
        match = _CI.match(text, name.start())
        interval = match and _read_interval(text, match)
        if interval and (not found or interval.start >= found[-1].end):
            found.append(interval)
    return found


def _read_interval(text: str, match: "re.Match[str]") -> Quantity | None:
    low, high = _signed(match["low"]), _signed(match["high"])
    if low > high:
        return None
    end, unit = _read_interval_unit(text, match)
    if match["open"] and (close := _CLOSE.match(text, end)):
        end = close.end()
    before = _LEVEL.search(text, max(0, match.start() - 8), match.start())
    level = before["level"] if before else match["level"]
    return Quantity(
        start=before.start() if before else match.start(),
        end=end,
        kind="ci",
        low=low,
        high=high,
        unit=unit,
        level=parse_digits(level)[0] if level else None,
        rule="ci",
    )


def _read_interval_unit(text: str, match: "re.Match[str]") -> tuple[int, str | None]:
    """Where the interval ends with the unit of its upper bound, and that unit or the lower's."""
    end = match.end()
    found = match_unit_apart(text, end)
    if found is not None:
        return found.end, found.unit.name
    return end, "%" if "%" in match["unit"] else None


def _signed(written: str) -> float:
    value, _ = parse_digits(re.sub(rf"^{SIGN}\s?", "", written))
    return -value if re.match(SIGN, written) else value


def find_bracketed_intervals(text: str, quantities: list[Quantity]) -> list[Quantity]:
    """Turn "(0.57–0.96)" after an estimate into an interval, where the text speaks of intervals.

    The estimate must lie within the bounds; the quantities come back with their new kind.
    """
    if _CI_NAMED.search(text) is None:
        return quantities
    settled: list[Quantity] = []
    for item in quantities:
        before = settled[-1] if settled else None
        interval = before is not None and _bounds_of(text, before, item)
        settled.append(_as_interval(item) if interval else item)
    return settled


def _bounds_of(text: str, estimate: Quantity, item: Quantity) -> bool:
    if item.kind not in ("number", "percent") or item.low >= item.high:
        return False
    if estimate.kind not in ("number", "percent", "amount") or estimate.low != estimate.high:
        return False
    gap = text[estimate.end : item.start]
    if (
        not _BEFORE_BOUNDS.search(gap[-3:])
        or len(gap) > 20
        or not item.low <= estimate.low <= item.high
    ):
        return False
    return not _OTHER_SPREAD.search(text, max(0, estimate.start - 60), item.start)


def _as_interval(item: Quantity) -> Quantity:
    return msgspec.structs.replace(item, kind="ci", level=None, confidence=0.8, rule="ci.bracket")
