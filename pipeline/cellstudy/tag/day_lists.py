"""Lists of dosing days: "on days 0, 7 and 14", "at week 0, week 2", "on 0 day and on 12 weeks"."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from cellstudy.tag.durations import DAYS, format_duration
from cellstudy.tag.frequencies import read_unit


class DayList(NamedTuple):
    """Days that are listed one by one; `offsets` count from the first of them."""

    start: int
    end: int
    interval: str | None
    offsets: tuple[float, ...]


_MEMBER: Final = r"[-−]?\d{1,3}(?:st|nd|rd|th)?"
_JOIN: Final = r"(?:\s?,\s?(?:and |or |& )?|\s?(?:and|or|&|to|\+|/)\s?|\s?[-–]\s?)(?:(?:on|at) )?"
_NAME: Final = r"[DdWwMm](?:ays?|eeks?|onths?|ks?|AYS?|EEKS?|ONTHS?)?[\s-]?"
_AFTER: Final = r"[DdWwMm](?:ays?|eeks?|onths?)"
_NO_AMOUNT: Final = r"(?![\w.]*\d|\s?(?:%|mg|ml|cells|patients))"
_PATTERNS: Final = (
    re.compile(rf"{_NAME}{_MEMBER}(?:{_JOIN}(?:{_NAME})?{_MEMBER}{_NO_AMOUNT}){{1,40}}"),
    re.compile(
        rf"(?:[Oo]n|[Aa]t)\s{_MEMBER}(?:(?:\s{_AFTER})?{_JOIN}{_MEMBER}){{1,40}}"
        rf"\s{_AFTER}(?!\w)"
    ),
    re.compile(
        rf"[Bb]aseline(?:(?!\s?to\b){_JOIN}(?:after )?(?:{_NAME})?{_MEMBER}"
        rf"(?:\s?{_AFTER})?){{1,40}}"
        r"(?!\w|\.\d|\s?%)"
    ),
)
_LEAD = re.compile(r"(?<!\w)(?:on|at)\s(?:study\s|the\s)?$", re.I)
_WINDOW = re.compile(r"(\d+)(?:\s?[-–]\s?|\sto\s)\d+")
_NUMBER = re.compile(r"(?:(?<=[\s,])[-−])?\d+")
_UNIT = re.compile(r"days?|weeks?|months?|wks?|(?<![A-Za-z])[DWM](?=[\s-]?\d)", re.I)
_MONTHS = re.compile(r"months?|(?<!\w)M", re.I)
_EVEN: Final = 0.02
"""How far, in days, equal gaps may differ after rounding."""


def find_day_lists(text: str) -> Iterator[DayList]:
    """Every list of at least two rising days, weeks or months in `text`."""
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start = match.start()
            if start and (text[start - 1].isalnum() or text[start - 1] == "/"):
                continue
            days = _read_list(text, start, match.end())
            if days is not None:
                yield days


def _read_list(text: str, start: int, end: int) -> DayList | None:
    listed = _WINDOW.sub(r"\1", text[start:end])
    offsets = _read_offsets(listed)
    gaps = [after - before for before, after in pairwise(offsets)]
    if not gaps or min(gaps) <= 0:
        return None
    lead = _LEAD.search(text, max(0, start - 12), start)
    interval = _name_gap(gaps[0], listed) if max(gaps) - min(gaps) < _EVEN else None
    return DayList(lead.start() if lead else start, end, interval, offsets)


def _read_offsets(listed: str) -> tuple[float, ...]:
    """Days from the first administration: "weeks 0, 2 and 4" -> 0, 14, 28."""
    units = list(_UNIT.finditer(listed))
    baseline = listed.lower().startswith("baseline")
    named_first = not baseline and not listed.lower().startswith(("on ", "at "))
    offsets = [0.0] if baseline else []
    for number in _NUMBER.finditer(listed):
        if named_first:
            near = [unit for unit in reversed(units) if unit.end() <= number.start()]
        else:
            near = [unit for unit in units if unit.start() >= number.end()] or units
        name = read_unit(near[0].group()) if near else "day"
        offsets.append(float(number.group().replace("−", "-")) * DAYS[name])
    return tuple(round(offset - offsets[0], 2) for offset in offsets)


def _name_gap(days: float, listed: str) -> str:
    """Name the gap in the largest unit that divides it; in months only where the list says so."""
    for unit in ("month", "week") if _MONTHS.search(listed) else ("week",):
        count = days / DAYS[unit]
        if round(count) and abs(count - round(count)) < _EVEN:
            return format_duration(round(count), unit)
    return format_duration(days, "day")
