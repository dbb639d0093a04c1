"""Number expressions without their unit: digits, words, powers of ten, scale words.

`find_numbers` returns every one of a text; `match_power` and `match_scale` read what multiplies
a number at a place.
"""

import re
from typing import Final, NamedTuple


class Number(NamedTuple):
    """A number in the text; `decimals` counts the digits after the decimal mark."""

    start: int
    end: int
    value: float
    decimals: int
    rule: str
    confidence: float = 1.0


class Factor(NamedTuple):
    """What multiplies a number, up to `end`: 10^6, million."""

    end: int
    value: float
    rule: str
    confidence: float = 1.0


_SMALL: Final = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS: Final = {
    word: 10 * value
    for value, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
} | {"fourty": 40}
_ADVERBS: Final = {
    **{"single": 1, "once": 1, "double": 2, "twice": 2, "both": 2, "dual": 2},
    **{"triple": 3, "thrice": 3},
}
_ORDINALS: Final = {
    word: value
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(),
        start=1,
    )
}

_DASH = "-\u2010\u2011\u2012\u2013\u2212"
_THIN = "\u00a0\u2000-\u200a\u202f"
_POINT = ".·∙⋅"
SIGN = r"[-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d]"
"""Any dash that may stand for a minus sign."""

DIGITS = (
    r"(?:[1-9]\d{0,2}(?:,\d{3})+(?!\d)(?:[.·]\d+)?"
    rf"|[1-9]\d{{0,2}}(?:[{_THIN}]\d{{3}})+(?!\d)"
    r"|[1-9]\d{0,2}(?: \d{3}){2,}(?!\d)"
    r"|[1-9]\d{0,2} 000(?!\d)"
    rf"|\d+(?:[{_POINT}](?!10(?:\^|\*\*|[⁰¹²³⁴-⁹]|[eE]\d))\d+)?"
    r"|\.\d+)"
)
"""Digits with any decimal mark and thousands separator; a list "1,2,3" is three of them."""

_TEEN = "|".join(sorted(_SMALL, key=len, reverse=True))
_TEN = "|".join(_TENS)
_UP_TO_99 = rf"(?:(?:{_TEN})(?:[{_DASH} ](?:{_TEEN}))?|{_TEEN})"
_UP_TO_999 = rf"{_UP_TO_99}(?:[ -]hundred(?:(?: and)?[ -]{_UP_TO_99})?)?"
WORDS = (
    rf"(?:(?:{_UP_TO_999}|an?(?=[ -](?:hundred|thousand)))(?:[ -]hundred(?: and {_UP_TO_99})?)?"
    rf"(?:[ -]thousand(?:,?(?: and)?[ -]{_UP_TO_999})?)?)"
)
"""A number in words, up to the hundred thousands."""

_NUMBER = re.compile(
    rf"(?<![^\W_])(?P<digits>{DIGITS})"
    rf"|\b(?i:(?P<words>{WORDS})(?=\b|folds?\b)|(?P<adverb>{'|'.join(_ADVERBS)})\b)"
    r"|(?P<vulgar>[½¼¾⅓⅔])"
)
_SIGN_AT = re.compile(
    rf"(?:^|(?<=[(\[{{=:,;<>≤≥~∼≈])|(?<=[(\[{{=:,;<>≤≥~∼≈]\s))(?P<apart>{SIGN}[{_THIN} ])$"
    rf"|(?:^|(?<=[(\[{{=:,;<>≤≥/~∼≈])|(?<=[^\d%\s]\s))(?P<sign>{SIGN}|\+)$"
)
_DESIGN_ADVERB = re.compile(
    r"[-\u2010\u2011\u2013 ](?:\w*blind|mask|dummy|arm|cent|group|site|label|strand|layer|lumen)",
    re.I,
)
_SCHEDULED = re.compile(
    r"[- ](?:daily|weekly|monthly|yearly|nightly|per\b|an?\b|every|each|in \w+ \w*(?:day|week)s)",
    re.I,
)
_FRACTIONS: Final = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3}
_SUPERSCRIPT: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")

TIMES = r"[×xX✕✖⨯∗╳*·⋅∙•хХ]"
"""A multiplication sign, as publishers and registries write it."""

_EXPONENT = (
    r"(?:\s?(?:\^|\*\*|∧|ˆ)\s?[(\[{]?\s?(?P<mark>[-−–]?\d{1,2})[)\]}]?"
    r"|\s?[(\[](?P<paren>[-−–]?\d{1,2})[)\]]"
    r"|(?P<raised>⁻?[⁰¹²³⁴-⁹]{1,2})"
    r"|\s?<sup>\s?(?P<sup>[-−–]?\d{1,2})\s?</sup>"
    r"|\s?[eE][+]?\s?(?P<e>[-−–]?\d{1,2})"
    r"|\*(?P<star>\d{1,2})"
    r"|(?P<minus>[-−–]\d{1,2})(?=\s?[A-Za-zµμ])"
    r"|\s?to the (?:power (?:of )?)?(?P<power>\d{1,2})(?:th)?(?: power)?)(?![\d.]\d)"
)
_POWER = re.compile(rf"\s?{TIMES}\s?10{_EXPONENT}")
_BARE_POWER = re.compile(rf"10{_EXPONENT}")
_LOST = re.compile(rf"(\s?){TIMES}(\s?)10(?P<lost>[2-9]|1[0-5])(?![\d.,]\d|\d)")
_LOST_APART = re.compile(rf"\s?{TIMES}\s?10\s(?P<lost>[2-9]|1[0-5])(?![\d.,]\d|\d)")
_SHORT_E = re.compile(r"[eE][+]?(\d{1,2})(?![\w.])")
_LITERAL = re.compile(rf"\s?{TIMES}\s?(10{{3,}}|10{{0,2}}(?:,000)+)(?![\d.,]\d|\d)")
_SCALE = re.compile(
    r"[\s\u00a0]?[-–]?[\s\u00a0]?(?i:(?P<word>million|billion|trillion|thousand|millions|mio\b|mln\b|mill\b))(?![a-z])"
    r"|(?P<letter>M)(?![\w%])"
)
_SCALES: Final = {
    **{"million": 1e6, "millions": 1e6, "mio": 1e6, "mln": 1e6, "mill": 1e6, "M": 1e6},
    **{"billion": 1e9, "trillion": 1e12, "thousand": 1e3},
}


def find_numbers(text: str) -> list[Number]:
    """Every number of `text`, by start; a sign belongs to it, a power or a unit does not."""
    found = (_read_number(text, match) for match in _NUMBER.finditer(text))
    return [number for number in found if number is not None]


def match_number(text: str, pos: int) -> Number | None:
    """The number that begins exactly at `pos`, with or without a sign."""
    start = pos
    if sign := re.compile(rf"{SIGN}[{_THIN} ]?(?=[\d.])|\+(?=\d)").match(text, pos):
        pos = sign.end()
    match = _NUMBER.match(text, pos)
    number = match and _read_number(text, match)
    if number is None or not sign:
        return number
    value = -abs(number.value) if text[start] != "+" else number.value
    return number._replace(start=start, value=value)


def parse_digits(digits: str) -> tuple[float, int]:
    """Value of `DIGITS` and how many decimals it has."""
    plain = re.sub(rf"[, {_THIN}]", "", digits)
    whole, mark, decimals = re.sub(rf"[{_POINT}]", ".", plain).partition(".")
    return float(f"{whole or 0}{mark}{decimals}"), len(decimals)


def parse_words(words: str) -> float:
    """Value of a number in words: "six hundred and ten" -> 610."""
    total = group = 0
    for word in re.split(rf"[{_DASH},\s]+", words.lower()):
        if word == "hundred":
            group = max(group, 1) * 100
        elif word == "thousand":
            total, group = total + max(group, 1) * 1000, 0
        elif word in ("a", "an"):
            group = 1
        else:
            group += _SMALL.get(word, 0) + _TENS.get(word, 0)
    return float(total + group)


def parse_ordinal(word: str) -> float:
    """Value of "12th" or "second"."""
    return float(_ORDINALS.get(word.lower()) or re.sub(r"\D", "", word))


ORDINAL = rf"(?:\d{{1,3}}(?:st|nd|rd|th)|{'|'.join(_ORDINALS)})"
"""An ordinal in digits or words."""


def _read_number(text: str, match: "re.Match[str]") -> Number | None:
    start, end = match.span()
    if match["digits"]:
        value, decimals = parse_digits(match["digits"])
        sign = _SIGN_AT.search(text, max(0, start - 4), start)
        if sign is None:
            return Number(start, end, value, decimals, "digits")
        value = value if sign.group() == "+" else -value
        return Number(sign.start(), end, value, decimals, "signed")
    if match["words"]:
        return Number(start, end, parse_words(match["words"]), 0, "words", 0.9)
    if match["vulgar"]:
        return Number(start, end, _FRACTIONS[match["vulgar"]], 2, "vulgar")
    if _DESIGN_ADVERB.match(text, end) or _SCHEDULED.match(text, end):
        return None
    return Number(start, end, float(_ADVERBS[match["adverb"].lower()]), 0, "adverb", 0.6)


def match_power(text: str, pos: int) -> Factor | None:
    """The power of ten that multiplies a number which ends at `pos`: "×10^6", " x 10(7)", "E6"."""
    if match := _POWER.match(text, pos):
        return Factor(match.end(), 10.0 ** _exponent(match), "power")
    if match := _LITERAL.match(text, pos):
        return Factor(match.end(), float(match.group(1).replace(",", "")), "power.literal")
    if match := _SHORT_E.match(text, pos):
        return Factor(match.end(), 10.0 ** int(match.group(1)), "power.e")
    return None


def match_lost_power(text: str, pos: int) -> Factor | None:
    """A power whose superscript was lost, "x 106" or "× 10 6"; what follows must confirm it."""
    if match := _LOST.match(text, pos):
        return Factor(match.end(), 10.0 ** int(match["lost"]), "power.lost", 0.8)
    if match := _LOST_APART.match(text, pos):
        return Factor(match.end(), 10.0 ** int(match["lost"]), "power.apart", 0.8)
    return None


def match_bare_power(text: str, pos: int) -> Factor | None:
    """A power without a mantissa at `pos`: "10^8", "10⁸", "10(8)"."""
    if match := _BARE_POWER.match(text, pos):
        rule = (
            "power.bare" if match["mark"] or match["raised"] or match["sup"] else "power.unmarked"
        )
        return Factor(match.end(), 10.0 ** _exponent(match), rule)
    return None


def match_scale(text: str, pos: int) -> Factor | None:
    """A scale word after a number: "million", "-million", "M"."""
    match = _SCALE.match(text, pos)
    if match is None:
        return None
    if match["letter"]:
        return Factor(match.end(), 1e6, "scale.letter", 0.7)
    return Factor(match.end(), _SCALES[match["word"].lower()], "scale")


def _exponent(match: "re.Match[str]") -> int:
    written = next(value for value in match.groupdict().values() if value is not None)
    return int(re.sub("[−–]", "-", written.translate(_SUPERSCRIPT)))
