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
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth",
    start=1,
)

SPACES: Final = " \u00a0\u2000-\u200a\u202f"
"""Every space that stands within an expression, for a character class."""
_THIN: Final = "\u00a0\u2000-\u200a\u202f"
_DASH: Final = "-\u2010\u2011\u2012\u2013\u2212"
_POINT: Final = ".·∙⋅"
SIGN: Final = r"[-\ufe63\u2010\u2011\u2012\u2013\u2014\u2212\uff0d]"
"""Any dash that may stand for a minus sign."""

_COUNTED: Final = r" (?:[a-z]{2,12} )?(?:cells|MSCs?|particles|IU|UI|units)\b"
"""What is counted in whole numbers, after digits."""

DIGITS: Final = (
    r"(?:[1-9]\d{0,2}(?:,\d{3})+(?!\d)(?:[.·]\d+)?"
    rf"|[1-9]\d{{0,2}}(?:[{_THIN}]\d{{3}})+(?!\d)"
    r"|[1-9]\d{0,2}(?: \d{3}){2,}(?!\d)"
    r"|[1-9]\d{0,2} 000(?!\d)"
    rf"|[1-9]\d{{0,2}}(?:\.\d{{3}})*\.[05]00(?={_COUNTED})"
    r"|(?:0,\d{1,3}|[1-9]\d{0,2},\d{1,2})(?![\d,]|\.\d)"
    r"(?=(?:\s?[-–]\s?\d{1,3}(?:,\d{1,2})?)?\s?(?:[×x*]?\s?10[Ee^]?|[×x*]\s?10|%|mg|ml|mL|kg|cc)(?![a-z]))"
    r"|[1-9]\d{0,2}(?:\.\d{3}){2,}(?![\d.])"
    rf"|\d+(?:[{_POINT}](?!10(?:\^|\*\*|[⁰¹²³⁴-⁹]|[eE]\d))\d+)?"
    r"|\.\d+)"
)
"""Digits with any decimal mark and thousands separator; a list "1,2,3" is three of them.

"500.000 cells" are thousands and "1,5 mg" has a decimal comma, as what follows shows.
"""

_UNDER_20 = "|".join(sorted(_SMALL, key=len, reverse=True))
_UNDER_100 = rf"(?:(?:{'|'.join(_TENS)})(?:[{_DASH} ](?:{_UNDER_20}))?|{_UNDER_20})"
_UNDER_1000 = rf"{_UNDER_100}(?:[ -]hundred(?:(?: and)?[ -]{_UNDER_100})?)?"
WORDS: Final = rf"(?:{_UNDER_1000}(?:[ -]thousand(?:,?(?: and)?[ -]{_UNDER_1000})?)?)"
"""A number in words, up to the hundred thousands."""

_PARTS: Final = {"hal": 2, "thi": 3, "qua": 4, "fou": 4, "fif": 5, "six": 6, "eig": 8, "ten": 10}
"""Denominators by the first letters of their words."""
_TAIL = re.compile(
    r"(?P<half>[ -]and[ -]a[ -]half(?!\w))"
    r"|[ -](?P<part>half|halves|(?:third|quarter|fourth|fifth|sixth|eighth|tenth)(?P<plural>s?))"
    r"(?![\w-]| (?:day|week|month|year|visit|dose|injection|infusion|and|or)\b)",
    re.I,
)
_LARGE: Final = ("dozen", "hundred", "thousand", "million", "billion")
_ARTICLE = re.compile(r"(?<![\w-])(?P<half>half[ -])?an?[ -]$|(?<![\w-])half[ -]$", re.I)

ORDINAL: Final = rf"(?:\d{{1,3}}(?:st|nd|rd|th)|{'|'.join(_ORDINALS)})"
"""An ordinal in digits or words."""

_DIGIT_START = re.compile(r"[.\d]\d*")
_DIGITS = re.compile(DIGITS)
_WORD_START = re.compile(r"[A-Za-z]{3,}")
_WORDS = re.compile(rf"{WORDS}(?=\b|folds?\b)", re.I)
_VULGAR = re.compile(r"[½¼¾⅓⅔]")
_COMMA_DECIMAL = re.compile(r"\d+,\d{1,2}|0,\d{3}")
_POINT_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})*\.[05]00")
_COUNTABLE = re.compile(_COUNTED)
_FOREIGN: Final = 0.8
"""Confidence of separators as much of Europe writes them."""
_LARGEST: Final = 1e15
"""A longer number in digits is no quantity but a name."""
_ORDINAL_SUFFIX = re.compile(r"(?:st|nd|rd|th)(?![a-z])")
_TIME_BEFORE = re.compile(r"(?:day|week|month|year)s? $", re.I)
"""Before "day 7th"; other ordinals are no numbers."""
_FRACTIONS: Final = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3}
_SIGN_BEFORE = re.compile(
    rf"(?:^|(?<=[(\[{{=:,;<>≤≥~∼≈])|(?<=[(\[{{=:,;<>≤≥~∼≈]\s))(?:{SIGN}[{SPACES}])$"
    rf"|(?:^|(?<=[(\[{{=:,;<>≤≥/~∼≈])|(?<=[^\d%\s]\s))(?:{SIGN}|\+)$"
    rf"|(?<=[a-z]\s)\u2212[{SPACES}]$"
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
        if not text[match.start() - 1 : match.start()].isdigit()
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
                suffix = _ORDINAL_SUFFIX.match(text, done)
                if suffix is None:
                    yield number
                elif _TIME_BEFORE.search(text, max(0, start - 7), start):
                    yield number._replace(end=suffix.end())


def _read_digits(text: str, match: "re.Match[str]") -> Number | None:
    number = _measure_digits(text, match)
    if number.value > _LARGEST:
        return None
    sign = _SIGN_BEFORE.search(text, max(0, number.start - 4), number.start)
    if sign is None:
        return number
    signed = number.value if sign.group() == "+" else -number.value
    return number._replace(start=sign.start(), value=signed, rule="signed")


def _measure_digits(text: str, match: "re.Match[str]") -> Number:
    """Value of digits as `text` shows it: "500.000 cells", "1,5 mg", "1½"."""
    (start, end), written = match.span(), match.group()
    if written == "1" and _is_one_single(text, end, 1):
        return Number(start, end + len(" single"), 1, 0, "words")
    if written.isdecimal():
        part = _FRACTIONS.get(text[end : end + 1])
        if part is None:
            return Number(start, end, float(written), 0, "digits")
        return Number(start, end + 1, float(written) + part, 2, "vulgar")
    if "," in written and _COMMA_DECIMAL.fullmatch(written):
        value, decimals = parse_digits(written.replace(",", "."))
        return Number(start, end, value, decimals, "digits", _FOREIGN)
    if "." in written and _is_thousands(text, match):
        return Number(start, end, float(written.replace(".", "")), 0, "digits", _FOREIGN)
    return Number(start, end, *parse_digits(written), "digits")


def _is_thousands(text: str, match: "re.Match[str]") -> bool:
    """Whether the point is no decimal mark: nobody gives cells to three decimals."""
    return bool(_POINT_THOUSANDS.fullmatch(match.group()) and _COUNTABLE.match(text, match.end()))


def _find_words(text: str) -> Iterator[Number]:
    done = 0
    for begin in _WORD_START.finditer(text):
        start, word = begin.start(), begin.group().lower().removesuffix("fold")
        if start < done or (start and text[start - 1].isdigit()):
            continue
        number = None
        if word in _SMALL or word in _TENS:
            number = _match_words(text, start)
        elif word in _LARGE:
            number = _read_article(text, start)
        elif word in _ADVERBS:
            number = _read_adverb(text, start, begin.end())
        if number is not None:
            done = number.end
            yield number


def _match_words(text: str, start: int) -> Number | None:
    match = _WORDS.match(text, start)
    if match is None:
        return None
    value, tail = parse_words(match.group()), _TAIL.match(text, match.end())
    if tail is None:
        end = match.end() + (len(" single") if _is_one_single(text, match.end(), value) else 0)
        return Number(start, end, value, 0, "words", 0.9)
    if tail["half"]:
        return Number(start, tail.end(), value + 0.5, 1, "words", 0.9)
    if value < 10 and (value == 1) == (not tail["plural"] and tail["part"].lower() != "halves"):
        return Number(start, tail.end(), value / _PARTS[tail["part"][:3].lower()], 2, "words", 0.8)
    return Number(start, match.end(), value, 0, "words", 0.9)


def _is_one_single(text: str, pos: int, value: float) -> bool:
    """Whether "one single" counts once."""
    return value == 1 and text.startswith(" single ", pos)


def _read_article(text: str, start: int) -> Number | None:
    """Read the "a" of "a dozen" and the "half a" of "half a million"; the scale word follows."""
    match = _ARTICLE.search(text, max(0, start - 8), start)
    if match is None:
        return None
    half = match.group()[0] in "hH"
    return Number(match.start(), match.end() - 1, 0.5 if half else 1.0, 0, "words", 0.9)


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
        number = _measure_digits(text, match)
        negative = sign is not None and text[pos] != "+"
        return number._replace(start=pos, value=-number.value if negative else number.value)
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
