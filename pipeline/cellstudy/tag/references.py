"""Numbers that are names: dates, identifiers, list marks and scales.

They are claimed before anything else is read, so that no later step takes one for a value.
Patterns begin with the digit or letter that they need, which keeps the search fast.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from cellstudy.schema import Quantity
from cellstudy.terms import read_rows

_MONTH: Final = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?"
    r"|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_YEAR: Final = r"(?:19[5-9]\d|20[0-4]\d)"
_DAY: Final = r"\d{1,2}(?:st|nd|rd|th)?"
_MONTH_NAME = re.compile(r"[JFMASOND](?:an|eb|ar|pr|ay|un|ul|ug|ep|ct|ov|ec)(?<![A-Za-z]...)")
_DAY_BEFORE = re.compile(rf"(?<![\w.]){_DAY}[ -](?:of )?$")
_FROM_MONTH = re.compile(
    rf"{_MONTH}(?:[ -]{_DAY}(?![\d:%.])(?:[,.]? (?P<year1>{_YEAR}))?|,? (?:of )?(?P<year2>{_YEAR})"
    r"(?!\d))?(?!\w)"
)
_NUMERIC_DATE = re.compile(
    rf"\d{{1,4}}(?<![\w.]\d)(?<![\w.]\d\d)(?<![\w.]\d\d\d\d)[-/.][01]?\d[-/.](?:{_YEAR}|[0-3]?\d)(?![\w]|[-/.]\d)"
)
_YEAR_ALONE = re.compile(
    r"[12][90][0-9]\d(?<![\w.,]\d{4})(?<=19[5-9]\d|20[0-4]\d)"
    r"(?!\w|[,.]?\d|%| ?(?:±|patient|participant|subject|women|men|children|people|adult"
    r"|m[lg]\b|kg|cell|IU|days?\b|×|x))"
)
_YEAR_LEAD = re.compile(
    r"(?:\b(?:in|since|from|until|till|to|between|during|by|of|year|and|through|before|after"
    r"|early|late|mid|copyright|©)[ -]|[(–-])$",
    re.I,
)
_REGISTRY = re.compile(
    r"[NIEAUCJDPT10](?:CT ?\d{5,8}|SRCTN ?\d+|udraCT[^\d]{0,12}\d[\d-]+|CTRN ?\d+|MIN\d+"
    r"|hiCTR[-\w]*\d|TRI/[\d/]+|PRN[-\w]+|RCT\w+|RKS\d+|TR\d+|ROSPERO[^\d]{0,12}CRD\d+|RD\d+|MC\d+"
    r"|0\.\d{4,}/[^\s,;)]+)(?<!\w\.)"
)
_REGISTRY_NUMBER = re.compile(
    r"\d(?<![\w.,·]\d)(?:\d{3}-\d{6}-\d\d|\d{6,})"
    r"(?![\w]|[.,·]\d| ?(?:cell|MSC|particle|vesicle|[/×%]|x ))"
)
"""EudraCT, or a whole number of seven digits or more without separators: nobody counts so."""

_GLUED = re.compile(r"[A-Za-zα-ωΔ][-\u2010\u2011*]?\d")
_NAME = re.compile(
    r"(?P<word>[A-Za-zα-ωΔ]+(?:-[A-Za-z]+)*)(?P<hyphen>[-\u2010\u2011*])?\d+(?:[.-]\d+)?(?:[A-Za-zα-ω]+\d*)?"
    r"(?:[-\u2010\u2011]\d+)?\+?(?!\d)"
)
_NUMBER_NAME = re.compile(
    r"\d(?<![\w.]\d)(?:\d*(?:[.-]\d+)?(?:[DTF]|′|')?-[A-Z]{2,}\w*|[DGTFαβ](?!\w)|\d*[A-DF-WYZ]\d+(?!\w)|(?!\d{0,2}(?:\.\d{3})+(?![\d.]))\d*\.\d+\.\d+(?:\.\d+)*)"
)
_NO_NAME: Final = frozenset(
    re.findall(
        r"\S+",
        "n p r x to and or of in at by with for from vs than is was the day days week weeks month "
        "months year years hour hours wks h a about only least usd eur ci hr rr sd age aged ratio "
        "score dose m cm mm km µm μm um min minute sq pre post ph time per",
    )
)
"""Words after which digits are a quantity, not a part of a name."""
_UNIT_AFTER = re.compile(
    r"\s?(?:mg|g|µg|μg|mcg|ml|mL|IU|days?|weeks?|months?|years?|hours?|h|million|%|[x×*]\s?10)(?!\w)"
)
_INVERSE = re.compile(r"(?:kg|g|[dmµμ]?[lL]|min|hr?|d|day|c?m|s|mol)[-\u2010\u2011][123]")
_EXPONENTS: Final = ("e", "E", "ee", "EE", "exp")
_LABELLED = re.compile(r"[A-Za-z]\.?[ \u00a0-]\d")
_MEMBERS = re.compile(
    r"\d+(?:[a-zA-Z](?!\w))?(?:(?:, ?(?:and |or )?|\s?[-–/&+]\s?| (?:and|or|to|versus|vs\.?) )"
    r"\d+(?:[a-zA-Z](?!\w))?(?![.\d%]|\s?(?:m[lg]|kg|%)))*(?![\d%]|[.,·]\d)"
)
_COUNTED = re.compile(
    r"\s?(?:(?:patients?|participants?|subjects?|women|men|children|adults?|people|cases|healthy"
    r"|mg|ml|kg|days?|weeks?|months?|years?|hours?|h|min|[mb]illions?|[xX×])\b|[%×*])"
)
_SCALE_CUE = re.compile(r"scale|questionnaire|VAS\b|[Ll]ikert|inventory|walk")
_SCALE = re.compile(
    r"(?<![\w.])(?:\d+(?:\s?[-–]\s?|\sto\s))?\d+"
    r"(?:[- ]?(?:point|item|grade|level|cm|mm|step|question)s?)?"
    r"[- ](?:(?:numeric\w*|visual|verbal|Likert|ordinal|analog\w*|rating|pain|VAS|NRS)[- ]?){0,4}"
    r"(?:scales?|questionnaires?|VAS|Likert|inventory|instrument)\b"
    r"|(?<![\w.])(?:\d{1,3}|five|six)[- ]?(?:min(?:ute)?s?|m|meter|metre)[- ]walk\w*"
)
_SCALE_RANGE = re.compile(
    r"\bscale (?:of |from |\()(?P<number>\d+\s?(?:to|[-–])\s?\d+)(?![\d.]\d|%)", re.I
)
_MARK = re.compile(r"\d{1,2}\)(?=\s[A-Za-z])")
_MARK_LEAD = re.compile(r"(?:(?:[;,:.]\s?|\b(?:and|or)\s|\n)\(?|^\(?)$")
_OPEN = re.compile(r"[(\[][^()\[\]]*$")
_LEVEL = re.compile(r"\d\d(?:\.\d)?(?=\s?%\s?(?:CI|Cr[Ii]|confidence|credible)(?![a-z]))")


def find_references(text: str) -> list[Quantity]:
    """Dates, identifiers, list marks and scales of `text`, by start, without overlap."""
    found: list[Quantity] = []
    for item in sorted(_find_all(text), key=lambda item: (item.start, -item.end)):
        if not found or item.start >= found[-1].end:
            found.append(item)
    return found


def _find_all(text: str) -> Iterator[Quantity]:
    yield from _find_dates(text)
    yield from _find_names(text)
    yield from _find_labelled(text)
    yield from _find_scales(text)
    yield from _find_marks(text)
    for match in _LEVEL.finditer(text):
        yield _reference(match.start(), text.index("%", match.end()) + 1, "identifier.level")


def _find_dates(text: str) -> Iterator[Quantity]:
    for month in _MONTH_NAME.finditer(text):
        match = _FROM_MONTH.match(text, month.start())
        day = _DAY_BEFORE.search(text, max(0, month.start() - 8), month.start())
        if match is not None and (day or match.group() != match.group().rstrip("0123456789")):
            year = match["year1"] or match["year2"] or 0
            start = day.start() if day else match.start()
            yield _reference(start, match.end(), "date", value=float(year))
    for match in _NUMERIC_DATE.finditer(text):
        if year_in := re.search(_YEAR, match.group()):
            yield _reference(*match.span(), "date", value=float(year_in.group()))
    for match in _YEAR_ALONE.finditer(text):
        if _YEAR_LEAD.search(text, max(0, match.start() - 10), match.start()):
            yield _reference(*match.span(), "date", value=float(match.group()), confidence=0.9)


def _find_names(text: str) -> Iterator[Quantity]:
    for pattern in (_REGISTRY, _NUMBER_NAME, _REGISTRY_NUMBER):
        for match in pattern.finditer(text):
            yield _reference(*match.span(), "identifier.name")
    for glued in _GLUED.finditer(text):
        start = _word_start(text, glued.start())
        if start and (text[start - 1].isdigit() or text[start - 1] in "_.-"):
            continue
        match_name = _NAME.match(text, start)
        if match_name is not None and not _is_quantity(text, match_name):
            yield _reference(*match_name.span(), "identifier.name")


def _word_start(text: str, pos: int) -> int:
    """Where the word at `pos` begins; hyphens between letters belong to it."""
    while pos and (text[pos - 1].isalpha() or (text[pos - 1] == "-" and text[pos - 2].isalpha())):
        pos -= 1
    return pos


def _is_quantity(text: str, match: "re.Match[str]") -> bool:
    """Whether digits glued to a word are a number all the same: "at12", "pH-2.4 g"."""
    word = match["word"].rpartition("-")[2]
    if match["hyphen"] != "*" and word.lower() in _NO_NAME:
        return True
    if _INVERSE.fullmatch(match.group()) or (
        word in _EXPONENTS and text[: match.start()][-3:].strip() == "10"
    ):
        return True
    return match["hyphen"] is not None and _UNIT_AFTER.match(text, match.end()) is not None


@cache
def _label_words() -> tuple[frozenset[str], frozenset[str]]:
    rows = read_rows("patterns/identifier.tsv")
    titles = frozenset(word for case, word in rows if case == "title")
    return frozenset(word for case, word in rows if case == "any"), titles


def _find_labelled(text: str) -> Iterator[Quantity]:
    """Find the 2 of "type 2", "1 and 2" of "groups 1 and 2"."""
    words, titles = _label_words()
    for joint in _LABELLED.finditer(text):
        start, end = joint.start(), joint.end() - 1
        while start and text[start - 1].isalpha():
            start -= 1
        word = text[start : joint.start() + 1]
        match = _MEMBERS.match(text, end) if word.lower() in words or word in titles else None
        if match is not None and not _COUNTED.match(text, match.end()):
            yield _reference(*match.span(), "identifier.label")


def _find_scales(text: str) -> Iterator[Quantity]:
    if _SCALE_CUE.search(text) is None:
        return
    for match in _SCALE.finditer(text):
        yield _reference(*match.span(), "identifier.scale")
    for match in _SCALE_RANGE.finditer(text):
        yield _reference(*match.span("number"), "identifier.scale")


def _find_marks(text: str) -> Iterator[Quantity]:
    """Find the 1 of "(1) safety" and of "1) safety", unless it closes an open bracket."""
    for match in _MARK.finditer(text):
        start = match.start()
        lead = _MARK_LEAD.search(text, max(0, start - 6), start)
        if lead is None or (start and text[start - 1].isalnum()):
            continue
        if text[start - 1 : start] == "(" or not _OPEN.search(text, max(0, start - 300), start):
            yield _reference(start, match.end() - 1, "identifier.mark", confidence=0.7)


def _reference(
    start: int, end: int, rule: str, *, value: float = 0.0, confidence: float = 1.0
) -> Quantity:
    return Quantity(
        start=start,
        end=end,
        kind=rule.partition(".")[0],
        low=value,
        high=value,
        confidence=confidence,
        rule=f"quantity.{rule}",
    )
