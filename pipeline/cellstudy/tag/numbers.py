"""Number expressions without power or unit: digits with any separators, signs, number words."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple


class Number(NamedTuple):
    """A number in the text; `decimals` counts the digits after the decimal mark."""

    start: int
    end: int
    value: float
    decimals: int
    rule: str
    confidence: float = 1.0


def _enumerate(words: str, *, start: int, step: int = 1) -> dict[str, int]:
    return {word: step * value for value, word in enumerate(words.split(), start=start)}


_SMALL: Final = _enumerate(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen",
    start=0,
)
_TENS: Final = _enumerate(
    "twenty thirty forty fifty sixty seventy eighty ninety", start=2, step=10
) | {"fourty": 40}
_ADVERBS: Final = {"single": 1, "once": 1, "double": 2, "twice": 2, "both": 2, "dual": 2} | {
    "triple": 3,
    "thrice": 3,
}
_ORDINALS: Final = _enumerate(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth", start=1
)

SPACES: Final = " \u00a0\u2000-\u200a\u202f"
"""Every space that stands within an expression, for a character class."""
_THIN: Final = "\u00a0\u2000-\u200a\u202f"
_DASH: Final = "-\u2010\u2011\u2012\u2013\u2212"
_POINT: Final = ".·∙⋅"
SIGN: Final = r"[-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d]"
"""Any dash that may stand for a minus sign."""

DIGITS: Final = (
    r"(?:[1-9]\d{0,2}(?:,\d{3})+(?!\d)(?:[.·]\d+)?"
    rf"|[1-9]\d{{0,2}}(?:[{_THIN}]\d{{3}})+(?!\d)"
    r"|[1-9]\d{0,2}(?: \d{3}){2,}(?!\d)"
    r"|[1-9]\d{0,2} 000(?!\d)"
    r"|[1-9]\d{0,2}(?:\.\d{3}){2,}(?![\d.])"
    rf"|\d+(?:[{_POINT}](?!10(?:\^|\*\*|[⁰¹²³⁴-⁹]|[eE]\d))\d+)?"
    r"|\.\d+)"
)
"""Digits with any decimal mark and thousands separator; a list "1,2,3" is three of them."""

_UNDER_20 = "|".join(sorted(_SMALL, key=len, reverse=True))
_UNDER_100 = rf"(?:(?:{'|'.join(_TENS)})(?:[{_DASH} ](?:{_UNDER_20}))?|{_UNDER_20})"
_UNDER_1000 = rf"{_UNDER_100}(?:[ -]hundred(?:(?: and)?[ -]{_UNDER_100})?)?"
WORDS: Final = rf"(?:{_UNDER_1000}(?:[ -]thousand(?:,?(?: and)?[ -]{_UNDER_1000})?)?)"
"""A number in words, up to the hundred thousands."""

ORDINAL: Final = rf"(?:\d{{1,3}}(?:st|nd|rd|th)|{'|'.join(_ORDINALS)})"
"""An ordinal in digits or words."""

_DIGIT_START = re.compile(r"[.\d]\d*")
_DIGITS = re.compile(DIGITS)
_WORD_START = re.compile(r"[A-Za-z]{3,}")
_WORDS = re.compile(rf"{WORDS}(?=\b|folds?\b)", re.I)
_VULGAR = re.compile(r"[½¼¾⅓⅔]")
_LARGEST: Final = 1e15
"""A longer number in digits is no quantity but a name."""
_FRACTIONS: Final = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3}
_SIGN_BEFORE = re.compile(
    rf"(?:^|(?<=[(\[{{=:,;<>≤≥~∼≈])|(?<=[(\[{{=:,;<>≤≥~∼≈]\s))(?:{SIGN}[{SPACES}])$"
    rf"|(?:^|(?<=[(\[{{=:,;<>≤≥/~∼≈])|(?<=[^\d%\s]\s))(?:{SIGN}|\+)$"
)
_SIGN_AT = re.compile(rf"{SIGN}[{SPACES}]?(?=[\d.])|\+(?=\d)")
_DESIGN_ADVERB = re.compile(
    rf"[{_DASH} ](?:\w*blind|mask|dummy|arm|cent|group|site|label|strand|layer|lumen)", re.I
)
_SCHEDULED = re.compile(
    r"[- ](?:daily|weekly|monthly|yearly|nightly|per\b|an?\b|every|each|in \w+ \w*(?:day|week)s)",
    re.I,
)


def find_numbers(text: str) -> list[Number]:
    """Every number of `text`, by start; a sign belongs to it, a power or a unit does not."""
    found = [*_find_digits(text), *_find_words(text)]
    found += [
        Number(*match.span(), _FRACTIONS[match.group()], 2, "vulgar")
        for match in _VULGAR.finditer(text)
    ]
    return sorted(found)


def _find_digits(text: str) -> Iterator[Number]:
    done = 0
    for begin in _DIGIT_START.finditer(text):
        start = begin.start()
        if text[start] == "." and text[start - 1 : start].isalpha():
            start += 1
        elif text[start - 1 : start].isalnum():
            continue
        if start < done:
            continue
        match = _DIGITS.match(text, start)
        if match is not None:
            done = match.end()
            number = _read_digits(text, match)
            if number is not None:
                yield number


def _read_digits(text: str, match: "re.Match[str]") -> Number | None:
    start, end = match.span()
    value, decimals = parse_digits(match.group())
    if value > _LARGEST:
        return None
    sign = _SIGN_BEFORE.search(text, max(0, start - 4), start)
    if sign is None:
        return Number(start, end, value, decimals, "digits")
    signed = value if sign.group() == "+" else -value
    return Number(sign.start(), end, signed, decimals, "signed")


def _find_words(text: str) -> Iterator[Number]:
    done = 0
    for begin in _WORD_START.finditer(text):
        start, word = begin.start(), begin.group().lower().removesuffix("fold")
        if start < done or (start and text[start - 1].isdigit()):
            continue
        number = None
        if word in _SMALL or word in _TENS:
            number = _match_words(text, start)
        elif word in _ADVERBS:
            number = _read_adverb(text, start, begin.end())
        if number is not None:
            done = number.end
            yield number


def _match_words(text: str, start: int) -> Number | None:
    match = _WORDS.match(text, start)
    return match and Number(start, match.end(), parse_words(match.group()), 0, "words", 0.9)


def _read_adverb(text: str, start: int, end: int) -> Number | None:
    """Read "single" and the like, unless it belongs to a design or to a schedule."""
    if _DESIGN_ADVERB.match(text, end) or _SCHEDULED.match(text, end):
        return None
    return Number(start, end, float(_ADVERBS[text[start:end].lower()]), 0, "adverb", 0.6)


def match_number(text: str, pos: int) -> Number | None:
    """Read the number that begins exactly at `pos`, with or without a sign."""
    sign = _SIGN_AT.match(text, pos)
    match = _DIGITS.match(text, sign.end() if sign else pos)
    if match is not None:
        value, decimals = parse_digits(match.group())
        negative = sign is not None and text[pos] != "+"
        return Number(pos, match.end(), -value if negative else value, decimals, "digits")
    return _match_words(text, pos)


def parse_digits(digits: str) -> tuple[float, int]:
    """Value of what `DIGITS` matched, and how many decimals it has."""
    if digits.isdecimal():
        return float(digits), 0
    separators = rf"[,.{SPACES}]" if digits.count(".") > 1 else rf"[,{SPACES}]"
    plain = re.sub(separators, "", digits)
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
        else:
            group += _SMALL.get(word, 0) + _TENS.get(word, 0)
    return float(total + group)


def parse_ordinal(word: str) -> float:
    """Value of "12th" or "second"."""
    return float(_ORDINALS.get(word.lower()) or re.sub(r"\D", "", word))
