"""P-values and confidence intervals; both are final, as their form leaves no doubt."""

import re
from typing import Final, Literal

from cellstudy.schema import Quantity
from cellstudy.tag.numbers import DIGITS, SIGN, match_power, parse_digits

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
    rf"\s?(?:,|;|to|and|[-–—−‐‑~])\s?(?P<high>{_NUMBER})(?P<unit2>\s?%)?(?P<close>\s?[\])])?"
)


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
    found = (_read_interval(match) for match in _CI.finditer(text))
    return [interval for interval in found if interval is not None]


def _read_interval(match: "re.Match[str]") -> Quantity | None:
    low, high = _signed(match["low"]), _signed(match["high"])
    if low > high:
        return None
    end = match.end()
    if match["close"] and not match["open"]:
        end = match.start("close")
    level = match["level"] or match["level2"]
    return Quantity(
        start=match.start(),
        end=end,
        kind="ci",
        low=low,
        high=high,
        unit="%" if "%" in (match["unit"] or "") + (match["unit2"] or "") else None,
        level=parse_digits(level)[0] if level else None,
        rule="ci",
    )


def _signed(written: str) -> float:
    value, _ = parse_digits(re.sub(rf"^{SIGN}\s?", "", written))
    return -value if re.match(SIGN, written) else value
