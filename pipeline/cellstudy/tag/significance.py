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
_NUMBER: Final = rf"(?:(?:{SIGN}|\+)\s?)?{DIGITS}"
_RELATION: Final = r"&lt;|&gt;|<=|>=|=<|=>|[<>=≤≥≦≧⩽⩾]|less than|greater than|below"
_P = re.compile(
    r"[pP](?<![\w-].)(?:[-\s]?(?i:values?))?"
    r"(?:\s?[\[(][^()\[\]]{1,25}[)\]]|\s(?:versus|vs\.?)\s[\w-]{1,20}"
    r"|[-\s_]?(?:for\s)?(?:trend|interaction|int|het|log-?rank|adj))?"
    rf"(?:\s?(?:of|was|were|is)(?=\s?(?:{_RELATION}|\.?\d)))?"
    rf"\s?(?P<sign>{_RELATION}|(?<=of|is)(?=\s)|(?<=was)(?=\s)|(?<=were)(?=\s)|(?<=value)(?=\s))\s?"
    rf"(?P<value>0/0\d+|{DIGITS})(?!\w)"
)
_PART: Final = rf"(?:(?P<sign>{_RELATION})\s?)?(?P<value>0?\.\d{{1,6}})(?![\d%]|[.,·]\d)"
_MEMBER = re.compile(_PART)
_BARE_PART: Final = re.sub(r"\?P<\w+>", "?:", _PART)
_FURTHER = re.compile(
    r"(?:(?:\sfor\s[\w-]{1,30}(?:\s[\w-]{1,30})?)?"
    rf"(?:\s?,\s?(?:and\s|or\s)?|\s(?:and|or)\s){_BARE_PART}){{1,20}}"
    r"(?=\s?[)\]]|,?\s?respectively|\sfor\s|[.;](?:\s|$))"
)
"""The other members of "P = 0.33 and 0.13", "p=0.01, 0.02, and <0.001", up to what closes them."""
_LEVEL_SET = re.compile(
    r"[Ss]ignifican(?:ce|t)(?: level)?(?: (?:was|is|were))?(?: (?:set|fixed|defined|established))"
    r" (?:at|to|as) (?:an? )?(?:level of )?(?P<value>0?\.\d{1,4})(?![\d%]|\.\d)"
    r"|(?:α|\b[Aa]lpha)\s?=\s?(?P<alpha>0?\.(?:0\d{1,3}|10?))(?!\d)"
)
"""The level of a test; a Cronbach's alpha is larger."""
_LOST_MINUS = re.compile(r"\s?[×xX*·]\s?10\s?[-\u2010-\u2014\u2212]\s?(\d{1,2})(?![\d.])")
"""The power of "P = 4.9 × 10−7", whose exponent is no more raised."""
_CI_WORD: Final = (
    r"[Cc](?<![A-Za-z].)(?:Is?|\.I\.|rIs?|onfiden(?:ce|tial)[- ](?:[Ii]ntervals?|[Ll]imits?)"
    r"|redible [Ii]ntervals?|ONFIDENCE INTERVALS?)(?![a-z])"
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
_BETWEEN_BOUNDS = re.compile(r"\s?[,;]\s?|\sto\s")
_OPENING: Final = ("(", "[")
_RATIO = re.compile(r"(?:\b(?:a?HR|a?OR|RR|IRR|SHR)|[Rr]atios?)\b")
_RATIO_BEFORE = re.compile(
    r"(?:\b(?:a?HR|a?OR|RR|IRR|SHR)|(?:hazards?|odds|risk|rate) ratios?)\b"
    r"[\s\[\](),:=]{0,4}(?:of |was )?$",
    re.I,
)
_LONGEST_GAP: Final = 20
_LONGEST_RATIO: Final = 30
_BEFORE_BOUNDS = re.compile(r"\s?(?:[\[(]{1,2}|;)\s?")


def find_p_values(text: str) -> list[Quantity]:
    """Every p-value of `text` from its "p" to its last digit; of several each by itself."""
    found: list[Quantity] = []
    for match in _P.finditer(text):
        first = _read_p(text, match)
        found += [first, *_read_further(text, first.end)]
    return sorted([*found, *_find_levels(text)], key=lambda item: item.start)


def _read_further(text: str, pos: int) -> list[Quantity]:
    further = _FURTHER.match(text, pos)
    if further is None:
        return []
    return [
        _make_p(member.span(), parse_digits(member["value"])[0], member["sign"])
        for member in _MEMBER.finditer(text, *further.span())
    ]


def _find_levels(text: str) -> list[Quantity]:
    """Find the level of significance: the number, or "α = 0.05"."""
    return [
        _make_p(
            match.span("value") if match["value"] else match.span(),
            parse_digits(match["value"] or match["alpha"])[0],
        )
        for match in _LEVEL_SET.finditer(text)
    ]


def _make_p(span: tuple[int, int], value: float, sign: str | None = None) -> Quantity:
    return Quantity(
        start=span[0],
        end=span[1],
        kind="p_value",
        low=value,
        high=value,
        bound=_BOUNDS.get(sign or ""),
        rule="p_value",
    )


def _read_p(text: str, match: "re.Match[str]") -> Quantity:
    value, _ = parse_digits(match["value"].replace("/", "."))
    end = match.end()
    if power := match_power(text, end):
        value, end = value * power.value, power.end
    elif lost := _LOST_MINUS.match(text, end):
        value, end = value * 10.0 ** -int(lost[1]), lost.end()
    return _make_p((match.start(), end), value, match["sign"])


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
    value, _ = parse_digits(re.sub(rf"^(?:{SIGN}|\+)\s?", "", written))
    return -value if re.match(SIGN, written) else value


def find_bracketed_intervals(text: str, quantities: list[Quantity]) -> list[Quantity]:
    """Turn "(0.57–0.96)" or "[0.57, 0.96]" after an estimate into an interval.

    The text must speak of intervals, or the estimate be a ratio of hazards, odds or risks; the
    estimate must lie within the bounds. The quantities come back with their new kind.
    """
    announced = _CI_NAMED.search(text) is not None
    if not announced and _RATIO.search(text) is None:
        return quantities
    settled: list[Quantity] = []
    for group in _group_bounds(text, quantities):
        item = _span_group(group)
        before = settled[-1] if settled else None
        if before is not None and _bounds_of(text, before, item, announced=announced):
            settled.append(_as_interval(item))
        else:
            settled += group
    return settled


def _group_bounds(text: str, quantities: list[Quantity]) -> list[list[Quantity]]:
    """Put the two numbers of "[0.64, 1.02]" in one group, every other in its own."""
    groups: list[list[Quantity]] = []
    for item in quantities:
        if groups and len(groups[-1]) == 1 and _are_bounds(text, groups[-1][0], item):
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


def _span_group(group: list[Quantity]) -> Quantity:
    first, last = group[0], group[-1]
    if first is last:
        return first
    return msgspec.structs.replace(first, end=last.end, high=last.high, unit=last.unit)


def _are_bounds(text: str, left: Quantity, right: Quantity) -> bool:
    if left.kind not in ("number", "percent") or right.kind not in ("number", "percent"):
        return False
    if left.low != left.high or right.low != right.high or left.low >= right.low:
        return False
    if not _BETWEEN_BOUNDS.fullmatch(text, left.end, right.start):
        return False
    return text[left.start - 1 : left.start] in _OPENING and bool(_CLOSE.match(text, right.end))


def _bounds_of(text: str, estimate: Quantity, item: Quantity, *, announced: bool) -> bool:
    if item.kind not in ("number", "percent") or item.low >= item.high:
        return False
    if estimate.kind not in ("number", "percent", "amount") or estimate.low != estimate.high:
        return False
    gap = text[estimate.end : item.start]
    if (
        not _BEFORE_BOUNDS.search(gap[-3:])
        or len(gap) > _LONGEST_GAP
        or not item.low <= estimate.low <= item.high
    ):
        return False
    if not announced and not _RATIO_BEFORE.search(
        text, max(0, estimate.start - _LONGEST_RATIO), estimate.start
    ):
        return False
    return not _OTHER_SPREAD.search(text, max(0, estimate.start - 60), item.start)


def _as_interval(item: Quantity) -> Quantity:
    return msgspec.structs.replace(item, kind="ci", level=None, confidence=0.8, rule="ci.bracket")
