"""What multiplies a number: powers of ten in every spelling, and scale words.

Abstract services lose superscripts: "10^6" may arrive as "106", "10 6", "10(6)", "10e6". The
functions read what is written at a place; where the writing alone leaves doubt the caller must
confirm it by what follows (see `expressions`).
"""

import re
from typing import Final, NamedTuple

from cellstudy.tag.numbers import SPACES


class Factor(NamedTuple):
    """A multiplier that ends at `end`: 10^6, million."""

    end: int
    value: float
    rule: str
    confidence: float = 1.0


_TIMES: Final = r"[×xX✕✖⨯∗╳*·⋅∙•хХ]"
"""A multiplication sign, as publishers and registries write it."""
_S: Final = f"[{SPACES}]"

_EXPONENT: Final = (
    rf"(?:{_S}?(?:\^|\*\*|∧|ˆ){_S}?(?:(?P<mark>[-−–]?\d{{1,2}})|[(\[{{]{_S}?(?P<held>[-−–]?\d{{1,2}})[)\]}}])"
    rf"|{_S}?[(\[](?P<paren>[-−–]?\d{{1,2}})[)\]]"
    r"|(?P<raised>⁻?[⁰¹²³⁴-⁹]{1,2})"
    r"|<sup>\s?(?P<sup>[-−–]?\d{1,2})\s?</sup>"
    rf"|{_S}?[eE]\+?{_S}?(?P<e>[-−–]?\d{{1,2}})"
    r"|(?P<minus>[-−–]\d)(?=\s?[A-Za-zµμ])"
    r"|\sto the (?:power (?:of )?)?(?P<power>\d{1,2})(?:th)?(?: power)?)(?![\d.]\d)"
)
_POWER = re.compile(
    rf"(?:{_S}?{_TIMES}{_S}?|\.(?=10(?!\d)))10(?:{_EXPONENT}|[*~](?P<star>\d{{1,2}})(?!\d))"
)
_BARE_POWER = re.compile(rf"10{_EXPONENT}")
_LOST = re.compile(rf"{_S}?{_TIMES}{_S}?10(?P<apart>{_S})?(?P<lost>[2-9]|1[0-5])(?![\d.,]\d|\d)")
_SHORT = re.compile(r"[eE]\+?(\d{1,2})(?![\w.])")
_LITERAL = re.compile(
    rf"{_S}?{_TIMES}{_S}?(10{{3,}}|(?:10{{0,2}},)(?:000,?)+(?<!,))(?![\d.,]\d|\d)"
)
_SCALE = re.compile(
    rf"{_S}?[-–]?{_S}?(?P<word>(?i:(?:m|b|tr)illions?|thousands?|mio|mln|mill))(?![A-Za-z])"
    r"|(?P<letter>M)(?![\w%])"
)
_SCALES: Final = {"mi": 1e6, "ml": 1e6, "bi": 1e9, "tr": 1e12, "th": 1e3}
_SUPERSCRIPT: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−–", "0123456789---")


def match_power(text: str, pos: int) -> Factor | None:
    """Read the power of ten after a number that ends at `pos`: "×10^6", " x 10(7)", "E6"."""
    if match := _POWER.match(text, pos):
        return Factor(match.end(), 10.0 ** _exponent(match), "power")
    if match := _LITERAL.match(text, pos):
        return Factor(match.end(), float(match.group(1).replace(",", "")), "power.literal")
    if match := _SHORT.match(text, pos):
        return Factor(match.end(), 10.0 ** int(match.group(1)), "power.short")
    return None


def match_lost_power(text: str, pos: int) -> Factor | None:
    """Read a power whose superscript was lost, "x 106" or "× 10 6"; the caller confirms it."""
    match = _LOST.match(text, pos)
    if match is None:
        return None
    rule = "power.apart" if match["apart"] else "power.lost"
    return Factor(match.end(), 10.0 ** int(match["lost"]), rule, 0.8)


def match_bare_power(text: str, pos: int) -> Factor | None:
    """Read a power without a mantissa at `pos`: "10^8", "10⁸"; "10(8)" has rule `unmarked`."""
    match = _BARE_POWER.match(text, pos)
    if match is None:
        return None
    marked = match["mark"] or match["held"] or match["raised"] or match["sup"]
    rule = "power.bare" if marked else "power.unmarked"
    return Factor(match.end(), 10.0 ** _exponent(match), rule, 1.0 if marked else 0.8)


def match_scale(text: str, pos: int) -> Factor | None:
    """Read a scale word after a number: "million", "-million", "M"."""
    match = _SCALE.match(text, pos)
    if match is None:
        return None
    if match["letter"]:
        return Factor(match.end(), 1e6, "scale.letter", 0.7)
    return Factor(match.end(), _SCALES[match["word"][:2].lower()], "scale")


def _exponent(match: "re.Match[str]") -> int:
    written = next(value for value in match.groupdict().values() if value is not None)
    return int(written.translate(_SUPERSCRIPT))
