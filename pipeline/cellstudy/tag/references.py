"""Numbers that are names: dates, identifiers, list marks and scales.

They are claimed before anything else is read, so that no later step takes one for a value.
"""

import re
from collections.abc import Iterator
from functools import cache

from cellstudy.schema import Quantity
from cellstudy.tag.numbers import SIGN
from cellstudy.tag.tables import read_table

_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?"
    r"|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_YEAR = r"(?:19[5-9]\d|20[0-4]\d)"
_DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ -](?:of )?{_MONTH},?[ -](?P<year>{_YEAR})"
    rf"|{_MONTH}[ -](?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?:[,.]? (?P<year2>{_YEAR}))?(?![\d:])"
    rf"|{_MONTH},? (?:of )?(?P<year3>{_YEAR})"
    rf"|(?P<day4>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH}(?! \d)"
    rf"|(?P<iso>{_YEAR})-[01]\d-[0-3]\d|[0-3]?\d[/.][0-3]?\d[/.](?P<year4>{_YEAR}))\b"
    rf"|(?:\b(?:in|since|from|until|till|to|between|during|by|of|year|and|through|before|after|early|late|mid"
    rf"|[Cc]opyright|©)[ -]|[(–-]){{1,2}}(?P<only>{_YEAR})\b"
    r"(?![\d,.]\d|%| ?(?:±|patient|participant|subject|women|men|children|people|adult|m[lg]\b|kg|cell|IU|days?\b|USD|×|x))"
)
_REGISTRY = (
    r"(?:NCT ?\d{5,8}|ISRCTN ?\d+|EudraCT[^\d]{0,12}\d[\d-]+|ACTRN ?\d+|UMIN\d*|ChiCTR[-\w]*\d|CTRI/[\d/]+|JPRN[-\w]+"
    r"|IRCT\w+|DRKS\d+|NTR\d+|PROSPERO[^\d]{0,12}CRD\d+|CRD\d+|PMC\d+|\b10\.\d{4,}/[^\s,;)]+)"
)
_NOT_NAME = (
    r"(?:n|N|p|P|r|R|x|X|to|and|or|of|in|at|by|with|for|from|vs|than|is|was|the|days?|weeks?|months?|years?|hours?"
    r"|wks?|h|a|about|only|least|Days?|Weeks?|Months?|Years?|Hours?|At|In|USD|EUR|CI|OR|HR|RR|SD|aged?|ratio|score|dose|m|cm|mm|km|µm|μm|um|min|minute|sq)"
)
_NAME = re.compile(
    rf"{_REGISTRY}"
    rf"|(?<![\w.-])(?!{_NOT_NAME}[-\u2010\u2011–−]?\d)[A-Za-zα-ω]*[A-Za-zα-ωΔ][-\u2010\u2011]?\d+(?:[.-]\d+)?"
    r"(?:[A-Za-zα-ω]+\d*)?(?:[-\u2010\u2011]\d+)?[+]?(?![\d])"
    r"|(?<![\w.])\d+(?:[.-]\d+)?(?:[DTF]|st|nd|rd|th|′|')?-[A-Z]{2,}\b"
    r"|(?<![\w.])[1-9](?:D|G|T|F|α|β)(?!\w)"
    r"|(?<![\w.])\d+\.\d+\.\d+(?:\.\d+)*"
)
_NAME_HYPHEN = re.compile(r"[-\u2010\u2011/](?P<number>\d+(?:\.\d+)?)$")
_UNIT_AFTER = re.compile(
    r"\s?(?:mg|g|µg|μg|mcg|ml|mL|IU|days?|weeks?|months?|years?|hours?|h|million|%|[x×*]\s?10)(?!\w)"
)
_MEMBERS = r"\d+[a-zA-Z]?(?:(?:, ?(?:and |or )?|\s?[-–/&+]\s?| (?:and|or|to|versus|vs\.?) )\d+[a-zA-Z]?(?![.\d%]|\s?(?:m[lg]|kg|%)))*"
_SCALE = re.compile(
    r"(?<![\w.])(?:\d+(?:\s?[-–]\s?|\sto\s))?\d+(?:[- ]?(?:point|item|grade|level|cm|mm|step|question)s?)?"
    r"[- ](?:(?:numeric\w*|visual|verbal|Likert|ordinal|analog\w*|rating|pain|VAS|NRS)[- ]?){0,4}"
    r"(?:scales?|questionnaires?|VAS|Likert|inventory|instrument)\b"
    r"|(?<=scale of )\d+\s?(?:to|[-–])\s?\d+|(?<=scale from )\d+\s?(?:to|[-–])\s?\d+"
    r"|(?<=\bscale \()\d+\s?(?:to|[-–])\s?\d+|(?<=\bscale, )\d+\s?(?:to|[-–])\s?\d+(?=[);,])"
    r"|(?<![\w.])(?:6|six)[- ]?min(?:ute)?s?[- ]walk\w*|(?<![\w.])(?:\d+|five|six)[- ](?:min(?:ute)?|m)[- ]walk\w*"
)
_MARK = re.compile(
    r"(?:(?<=[;,:.]\s)|(?<=[;,:.])|(?<=and\s)|(?<=or\s)|^)\(?(?P<number>\d{1,2})\)(?=\s[A-Za-z])"
)
_OPEN = re.compile(r"[(\[][^()\[\]]*$")


@cache
def _label_pattern() -> "re.Pattern[str]":
    words: dict[str, list[str]] = {"any": [], "title": []}
    for case, word in read_table("patterns/identifier.tsv"):
        words[case].append(re.escape(word))
    people = r"(?!\s?(?:patients?|participants?|subjects?|women|men|children|adults?|people|cases|healthy|mg|ml|%|days?|weeks?|months?|years?|hours?|h|min)\b)"
    return re.compile(
        rf"\b(?:(?i:{'|'.join(words['any'])})|(?:{'|'.join(words['title'])}))"
        rf"(?:[ \u00a0]|-)(?P<number>{_MEMBERS})(?![\d%]|[.,·]\d)(?P<people>{people})"
    )


def find_references(text: str) -> list[Quantity]:
    """Dates, identifiers, list marks and scales of `text`, by start, without overlap."""
    found: list[Quantity] = []
    for item in sorted(_find_all(text), key=lambda item: (item.start, -item.end)):
        if not found or item.start >= found[-1].end:
            found.append(item)
    return found


def _find_all(text: str) -> Iterator[Quantity]:
    for match in _DATE.finditer(text):
        start = match.start("only") if match["only"] else match.start()
        year = next((float(v) for k, v in match.groupdict().items() if v and "day" not in k), 0.0)
        yield _reference(start, match.end(), "date", "date", year)
    for match in _NAME.finditer(text):
        if not (_NAME_HYPHEN.search(match.group()) and _UNIT_AFTER.match(text, match.end())):
            yield _reference(match.start(), match.end(), "identifier", "identifier.name")
    for match in _label_pattern().finditer(text):
        start, end = match.span("number")
        yield _reference(start, end, "identifier", "identifier.label")
    for match in _SCALE.finditer(text):
        yield _reference(match.start(), match.end(), "identifier", "identifier.scale")
    for match in _MARK.finditer(text):
        if not match.group().startswith("(") and _OPEN.search(text, 0, match.start()):
            continue
        start, end = match.span("number")
        yield _reference(start, end, "identifier", "identifier.mark", confidence=0.7)


def _reference(
    start: int, end: int, kind: str, rule: str, value: float = 0.0, *, confidence: float = 1.0
) -> Quantity:
    return Quantity(
        start=start, end=end, kind=kind, low=value, high=value, confidence=confidence, rule=rule
    )
