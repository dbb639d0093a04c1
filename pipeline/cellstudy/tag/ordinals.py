"""Times that an ordinal gives: "12th week", "first and second postoperative days"."""

import re
from typing import Final

from cellstudy.schema import Quantity
from cellstudy.tag.durations import format_duration
from cellstudy.tag.numbers import ORDINAL, parse_ordinal

_BEGIN = re.compile(
    r"[\dFfSsTtEeNn](?:st|nd|rd|th|irst|econd|hird|ourth|ifth|ixth|eventh|ighth|inth|enth|leventh|welfth"
    r"|hirteenth|ourteenth|ifteenth|ixteenth|eventeenth|ighteenth|ineteenth|wentieth)(?!\w)"
)
_TIME = re.compile(
    rf"(?P<list>{ORDINAL}(?:(?:, (?:and |or )?| and | or | to |[-–])(?:the )?{ORDINAL})"
    r"{0,20})[\s-]"
    r"(?:(?:post-?\s?)?(?:operative|treatment|follow-?up|study|full|consecutive)\s)?"
    r"(?P<unit>day|week|month|year|hour|minute|h)s?\b",
    re.I,
)
_UNITS: Final = {"h": "hour"}
_MEMBER = re.compile(ORDINAL, re.I)


def find_ordinal_times(text: str) -> list[Quantity]:
    """Every ordinal before a time unit; of a list each member, the last with the unit."""
    found: list[Quantity] = []
    for begin in _BEGIN.finditer(text):
        start = begin.start()
        while start and text[start].isdigit() and text[start - 1].isdigit():
            start -= 1
        if (start and text[start - 1].isalnum()) or (found and start < found[-1].end):
            continue
        match = _TIME.match(text, start)
        if match is not None:
            found.extend(_read_members(text, match))
    return found


def _read_members(text: str, match: "re.Match[str]") -> list[Quantity]:
    unit = _UNITS.get(match["unit"].lower(), match["unit"].lower())
    members = list(_MEMBER.finditer(text, *match.span("list")))
    ends = [*(member.end() for member in members[:-1]), match.end()]
    values = [parse_ordinal(member.group()) for member in members]
    return [
        Quantity(
            start=member.start(),
            end=end,
            kind="time",
            low=value,
            high=value,
            unit=unit,
            duration=format_duration(value, unit),
            confidence=0.7,
            rule="quantity.time.ordinal",
        )
        for member, end, value in zip(members, ends, values, strict=True)
    ]
