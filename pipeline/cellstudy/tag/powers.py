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


_TIMES: Final = r"[×xX✕✖⨯∗╳*·⋅∙•хХⅹⅩ]"
"""A multiplication sign, as publishers and registries write it."""
_S: Final = f"[{SPACES}]"

_EXPONENT: Final = (
    rf"(?:{_S}?(?:\^|\*\*|∧|ˆ){_S}?(?:(?P<mark>[-−–]?\d{{1,2}})|[(\[{{]{_S}?(?P<held>[-−–]?\d{{1,2}})[)\]}}])"
    rf"|{_S}?[(\[](?P<paren>[-−–]?\d{{1,2}})[)\]]"
    r"|(?P<raised>⁻?[⁰¹²³⁴-⁹]{1,2})"
    r"|<sup>\s?(?P<sup>[-−–]?\d{1,2})\s?</sup>"
    rf"|{_S}?(?:[eE]{{1,2}}|exp{_S}?)\+?{_S}?(?P<e>[-−–]?\d{{1,2}})"
    r"|(?P<minus>[-−–]\d)(?=\s?[A-Za-zµμ])"
    r"|\s(?:raised )?to the (?:power (?:of )?)?(?:(?P<power>\d{1,2})(?:th)?"
    r"|(?P<word>fourth|fifth|sixth|seventh|eighth|ninth|tenth)(?!\w))(?: power)?)(?![\d.]\d)"
)
_POWER = re.compile(
    rf"(?:{_S}?{_TIMES}{_S}?|\.(?=10(?!\d)))10(?:{_EXPONENT}|[*~](?P<star>\d{{1,2}})(?!\d))"
)
_BARE_POWER = re.compile(rf"10{_EXPONENT}")
_LOST = re.compile(
    rf"{_S}?{_TIMES}{_S}?10(?P<apart>{_S})?(?P<lost>[2-9]|1[0-5])(?![\d.]\d|\d|,\d(?!\d*\.\d))"
)
_SHORT = re.compile(r"[eE]\+?(\d{1,2})(?:(?![\w.])|(?=cells|MSC))")
_LITERAL = re.compile(
    rf"{_S}?{_TIMES}{_S}?(10{{3,}}|10{{1,2}}(?={_S}millions?\b)|(?:10{{0,2}},)(?:000,?)+(?<!,))"
    r"(?![\d.,]\d|\d)"
)
_ODD = re.compile(
    rf"(?:{_S}?{_TIMES}{_S}?10(?:['’´`\"”/.]|{_S}-){_S}?|{_S}10(?:\^|[eE]))(?P<odd>[4-9]|1[0-2])"
    r"(?![\d.,]\d|\d)"
)
_SCALE = re.compile(
    rf"{_S}?[-–]?{_S}?(?P<hundred>hundred{_S})?(?P<word>(?i:(?:m|b|tr)illions?|thousands?|mio|mln\.(?=\sof\s)|mln"
    rf"|mill|mil(?=\.?{_S}?/{_S}?kg\b|\.?{_S}(?:cells|MSCs?)\b)\.?|lakhs?|crores?|dozens?))(?![A-Za-z])"
    rf"|{_S}(?P<plain>hundred)(?![A-Za-z]|{_S}thousand)"
    rf"|(?P<letter>{_S}?(?:MM?|[kK]))(?={_S}(?:(?:allogen\w{{2,4}}|autologous|human|viable|live|total){_S})?(?:cells|[A-Za-z-]{{0,6}}(?:SC|PC|NC)s?)\b)|(?P<glued>M)(?![\w%])"
)
_SCALES: Final = {"mi": 1e6, "ml": 1e6, "bi": 1e9, "tr": 1e12, "th": 1e3} | {
    "la": 1e5,
    "cr": 1e7,
    "do": 12.0,
}
_SEXES = re.compile(r"\s?[,/;]\s?\d{1,4}\s?F\b")
_FEMALE_BEFORE = re.compile(r"\d\s?F\s?[,/;]\s?\d+$")
_WORDS: Final = {"fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9} | {
    "tenth": 10
}
_SUPERSCRIPT: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−–", "0123456789---")


def match_power(text: str, pos: int) -> Factor | None:
    """Read the power of ten after a number that ends at `pos`: "×10^6", " x 10(7)", "E6"."""
    if match := _POWER.match(text, pos):
        return Factor(match.end(), 10.0 ** _exponent(match), "power")
    if match := _LITERAL.match(text, pos):
        return _read_literal(text, match)
    if match := _SHORT.match(text, pos):
        return Factor(match.end(), 10.0 ** int(match.group(1)), "power.short")
    return None


def _read_literal(text: str, match: "re.Match[str]") -> Factor:
    """Read "x 1,000,000" and, less surely, "x10 million"."""
    factor = Factor(match.end(), float(match.group(1).replace(",", "")), "power.literal")
    scale = match_scale(text, factor.end)
    if scale is None:
        return factor
    return Factor(scale.end, factor.value * scale.value, "power.literal", 0.5)


def match_odd_power(text: str, pos: int) -> Factor | None:
    """Read a power with a mistyped or missing mark, "x10'6", "*10/7", " 10E6"; to be confirmed."""
    match = _ODD.match(text, pos)
    return match and Factor(match.end(), 10.0 ** int(match["odd"]), "power.odd", 0.5)


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
    if match["plain"]:
        return Factor(match.end(), 100.0, "scale")
    if match["word"]:
        value = _SCALES[match["word"][:2].lower()] * (100 if match["hundred"] else 1)
        return Factor(match.end(), value, "scale")
    if match["glued"] and counts_men(text, pos, match.end()):
        return None
    thousand = (match["letter"] or "").strip() in ("k", "K")
    return Factor(match.end(), 1e3 if thousand else 1e6, "scale.letter", 0.7)


def counts_men(text: str, pos: int, end: int) -> bool:
    """Whether the M of "11F, 9M" counts the other sex."""
    before = _FEMALE_BEFORE.search(text, max(0, pos - 12), pos)
    return bool(before or _SEXES.match(text, end))


def _exponent(match: "re.Match[str]") -> int:
    written = next(value for value in match.groupdict().values() if value is not None)
    return _WORDS.get(written) or int(written.translate(_SUPERSCRIPT))
