"""P-values and confidence intervals; both are final, as their form leaves no doubt."""

import re
from typing import Final, Literal

import msgspec

from cellstudy.schema import Quantity
from cellstudy.tag.numbers import DIGITS, SIGN, match_power, parse_digits
from cellstudy.tag.units import match_unit

_BOUNDS: Final[dict[str, Literal["<", ">", "<=", ">="]]] = {
    **{"<": "<", "less than": "<", "below": "<", ">": ">", "greater than": ">", "more than": ">"},
    **{"≤": "<=", "<=": "<=", "=<": "<=", "≦": "<=", "⩽": "<=", "≥": ">=", ">=": ">=", "=>": ">="},
    **{"≧": ">=", "⩾": ">=", "&lt;": "<", "&gt;": ">"},
}
_NUMBER = rf"(?:{SIGN}\s?)?{DIGITS}"
_P = re.compile(
    r"(?<![\w-])[pP](?:[-\s]?(?i:values?))?(?:\s?[\[(][^()\[\]]{1,25}[)\]]|[-\s_]?(?:for\s)?(?:trend|interaction|int|het|log-?rank|adj))?"
    r"(?:\s?(?:of|was|were|is|=)(?=\s?(?:<|>|≤|≥|less|below|\.?\d)))?"
    r"\s?(?P<sign>&lt;|&gt;|<=|>=|=<|=>|[<>=≤≥≦≧⩽⩾]|(?<=of|is)(?=\s)|(?<=was)(?=\s)|less than|greater than|below)\s?"
    rf"(?P<value>{DIGITS})(?![\w])"
)
_LEVEL = r"(?P<level>\d{2}(?:[.·]\d+)?)\s?%?[\s-]?"
_CI_WORD = (
    r"(?:CIs?|C\.I\.|CrIs?|(?i:confidence[- ]intervals?|credible intervals?|confidence limits?))"
)
_UNITS = r"(?:\s?(?:%|[A-Za-zµμ/]{1,12}(?:\s(?=to\b|and\b))?))?"
_CI = re.compile(
    rf"(?:(?<![\w.]){_LEVEL})?(?<![A-Za-z]){_CI_WORD}(?:\s?[-:]?\s?(?P<level2>\d{{2}})\s?%)?(?:\s?[\[(]\s?(?:95%\s?)?CI\s?[\])])?"
    r"\s?(?:[:=,;]|of|was|were|from|ranged? from|between)?\s?"
    rf"(?P<open>[\[(])?\s?(?P<low>{_NUMBER})(?P<unit>{_UNITS})"
    rf"\s?(?:,|;|to|and|[-–—−‐‑~])\s?(?P<high>{_NUMBER})"
)
_CLOSE = re.compile(r"\s?[\])]")
_CI_NAMED = re.compile(rf"{_CI_WORD}")
_OTHER_SPREAD = re.compile(r"\b(?:medians?|IQR|interquartile|range|quartile)\b", re.I)
_BEFORE_BOUNDS = re.compile(r"\s?(?:[\[(]{1,2}|;)\s?")


def find_p_values(text: str) -> list[Quantity]:
    """Every p-value of `text` from its "p" to its last digit."""
    return [_read_p(text, match) for match in _P.finditer(text)]


def _read_p(text: str, match: "re.Match[str]") -> Quantity:
    value, _ = parse_digits(match["value"])
    end = match.end()
    if power := match_power(text, end):
        value, end = value * power.value, power.end
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
    found = (_read_interval(text, match) for match in _CI.finditer(text))
    return [interval for interval in found if interval is not None]


def _read_interval(text: str, match: "re.Match[str]") -> Quantity | None:
    low, high = _signed(match["low"]), _signed(match["high"])
    if low > high:
        return None
    end, unit = _read_interval_unit(text, match)
    if match["open"] and (close := _CLOSE.match(text, end)):
        end = close.end()
    level = match["level"] or match["level2"]
    return Quantity(
        start=match.start(),
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
    found = match_unit(text, end + (text[end : end + 1] == " "))
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
