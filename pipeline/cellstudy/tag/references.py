"""Numbers that are names: dates, identifiers, list marks and scales.

They are claimed before anything else is read, so that no later step takes one for a value.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from cellstudy.schema import Quantity
from cellstudy.tag.tables import read_table

_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?"
    r"|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_YEAR = r"(?:19[5-9]\d|20[0-4]\d)"
_DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?[ -](?:of )?{_MONTH},?[ -](?P<year1>{_YEAR})"
    rf"|{_MONTH}[ -]\d{{1,2}}(?:st|nd|rd|th)?(?![\d:])(?:[,.]? (?P<year2>{_YEAR}))?"
    rf"|{_MONTH},? (?:of )?(?P<year3>{_YEAR})"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}(?! \d)"
    rf"|(?P<year4>{_YEAR})-[01]\d-[0-3]\d|[0-3]?\d[/.][0-3]?\d[/.](?P<year5>{_YEAR}))\b"
)
_YEAR_ALONE = re.compile(
    rf"(?<![\w.,]){_YEAR}\b(?![,.]?\d|%| ?(?:±|patient|participant|subject|women|men|children|people|adult"
    r"|m[lg]\b|kg|cell|IU|days?\b|×|x))"
)
_YEAR_LEAD = re.compile(
    r"(?:\b(?:in|since|from|until|till|to|between|during|by|of|year|and|through|before|after|early|late|mid"
    r"|copyright|©)[ -]|[(–-])$",
    re.I,
)
_REGISTRY = re.compile(
    r"NCT ?\d{5,8}|ISRCTN ?\d+|EudraCT[^\d]{0,12}\d[\d-]+|ACTRN ?\d+|UMIN\d+|ChiCTR[-\w]*\d|CTRI/[\d/]+"
    r"|JPRN[-\w]+|IRCT\w+|DRKS\d+|NTR\d+|PROSPERO[^\d]{0,12}CRD\d+|CRD\d+|PMC\d+|\b10\.\d{4,}/[^\s,;)]+"
)
_NAME = re.compile(
    r"(?<![\w.-])(?P<word>[A-Za-zα-ωΔ]+)(?P<hyphen>[-\u2010\u2011])?\d+(?:[.-]\d+)?(?:[A-Za-zα-ω]+\d*)?"
    r"(?:[-\u2010\u2011]\d+)?[+]?(?![\d])"
)
_NUMBER_NAME = re.compile(
    r"(?<![\w.])(?:\d+(?:[.-]\d+)?(?:[DTF]|′|')?-[A-Z]{2,}\b|[1-9][DGTFαβ](?!\w)|\d+\.\d+\.\d+(?:\.\d+)*)"
)
_NO_NAME: Final = frozenset(
    "n p r x to and or of in at by with for from vs than is was the day days week weeks month months year years "
    "hour hours wks h a about only least usd eur ci or hr rr sd age aged ratio score dose m cm mm km µm μm um min "
    "minute sq pre post week ph time".split()
)
"""Words after which digits are a quantity, not a part of a name."""
_UNIT_AFTER = re.compile(
    r"\s?(?:mg|g|µg|μg|mcg|ml|mL|IU|days?|weeks?|months?|years?|hours?|h|million|%|[x×*]\s?10)(?!\w)"
)
_LABEL = re.compile(
    r"(?<![\w-])(?P<word>[A-Za-z]+)\.?[ \u00a0-](?P<number>\d+(?:[a-zA-Z](?!\w))?(?:(?:, ?(?:and |or )?|\s?[-–/&+]\s?"
    r"| (?:and|or|to|versus|vs\.?) )\d+(?:[a-zA-Z](?!\w))?(?![.\d%]|\s?(?:m[lg]|kg|%)))*)"
    r"(?![\d%]|[.,·]\d)"
)
_COUNTED = re.compile(
    r"\s?(?:(?:patients?|participants?|subjects?|women|men|children|adults?|people|cases|healthy|mg|ml|kg|days?"
    r"|weeks?|months?|years?|hours?|h|min|[x×])\b|%)"
)
_SCALE_CUE = re.compile(r"scale|questionnaire|VAS\b|Likert|inventory|walk", re.I)
_SCALE = re.compile(
    r"(?<![\w.])(?:\d+(?:\s?[-–]\s?|\sto\s))?\d+(?:[- ]?(?:point|item|grade|level|cm|mm|step|question)s?)?"
    r"[- ](?:(?:numeric\w*|visual|verbal|Likert|ordinal|analog\w*|rating|pain|VAS|NRS)[- ]?){0,4}"
    r"(?:scales?|questionnaires?|VAS|Likert|inventory|instrument)\b"
    r"|(?<![\w.])(?:\d{1,3}|five|six)[- ]?(?:min(?:ute)?s?|m|meter|metre)[- ]walk\w*"
)
_SCALE_RANGE = re.compile(
    r"\bscale (?:of |from |\()(?P<number>\d+\s?(?:to|[-–])\s?\d+)(?![\d.]\d|%)", re.I
)
_MARK = re.compile(
    r"(?:(?<=[;,:.]\s)|(?<=[;,:.])|(?<=and\s)|(?<=or\s)|^)\(?(?P<number>\d{1,2})\)(?=\s[A-Za-z])"
)
_OPEN = re.compile(r"[(\[][^()\[\]]*$")


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
    yield from _find_labels(text)
    yield from _find_scales(text)
    yield from _find_marks(text)


def _find_dates(text: str) -> Iterator[Quantity]:
    for match in _DATE.finditer(text):
        year = next((float(group) for group in match.groups() if group), 0.0)
        yield _reference(*match.span(), "date", value=year)
    for match in _YEAR_ALONE.finditer(text):
        if _YEAR_LEAD.search(text, max(0, match.start() - 10), match.start()):
            yield _reference(*match.span(), "date", value=float(match.group()), confidence=0.9)


def _find_names(text: str) -> Iterator[Quantity]:
    for pattern in (_REGISTRY, _NUMBER_NAME):
        for match in pattern.finditer(text):
            yield _reference(*match.span(), "identifier.name")
    for match in _NAME.finditer(text):
        amount = match["hyphen"] and _UNIT_AFTER.match(text, match.end())
        if not amount and match["word"].lower() not in _NO_NAME:
            yield _reference(*match.span(), "identifier.name")


@cache
def _label_words() -> tuple[frozenset[str], frozenset[str]]:
    rows = read_table("patterns/identifier.tsv")
    titles = frozenset(word for case, word in rows if case == "title")
    return frozenset(word for case, word in rows if case == "any"), titles


def _find_labels(text: str) -> Iterator[Quantity]:
    words, titles = _label_words()
    for match in _LABEL.finditer(text):
        word = match["word"]
        named = word.lower() in words or word in titles
        if named and not _COUNTED.match(text, match.end()):
            yield _reference(*match.span("number"), "identifier.label")


def _find_scales(text: str) -> Iterator[Quantity]:
    if _SCALE_CUE.search(text) is None:
        return
    for match in _SCALE.finditer(text):
        yield _reference(*match.span(), "identifier.scale")
    for match in _SCALE_RANGE.finditer(text):
        yield _reference(*match.span("number"), "identifier.scale")


def _find_marks(text: str) -> Iterator[Quantity]:
    """The 1 of "(1) safety" and of "1) safety", unless it closes an open bracket."""
    for match in _MARK.finditer(text):
        window = max(0, match.start() - 300)
        if match.group().startswith("(") or not _OPEN.search(text, window, match.start()):
            yield _reference(*match.span("number"), "identifier.mark", confidence=0.7)


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
