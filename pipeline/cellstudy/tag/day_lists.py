"""Lists of dosing days: "on days 0, 7 and 14", "at week 0, week 2, week 4", "on 0 day and on 12 weeks"."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from cellstudy.tag.durations import DAYS, format_duration
from cellstudy.tag.frequencies import read_unit


class DayList(NamedTuple):
    """Days that are listed one by one; `offsets` count from the first of them."""

    start: int
    end: int
    interval: str | None
    offsets: tuple[float, ...]


_MEMBER = r"[-−]?\d{1,3}(?:st|nd|rd|th)?"
_JOIN = r"(?:\s?,\s?(?:and |or |& )?|\s?(?:and|or|&|to|\+|/)\s?|\s?[-–]\s?)(?:(?:on|at) )?"
_NAME = r"(?:days?|weeks?|months?|wks?|D|W|M)[\s-]?"
_AFTER = r"(?:days?|weeks?|months?)"
_NAMED_FIRST = re.compile(
    rf"(?<![\w/])(?P<lead>(?:on|at)\s)?(?:study\s|the\s)?(?P<list>{_NAME}{_MEMBER}"
    rf"(?:{_JOIN}(?:{_NAME})?{_MEMBER}(?![\w.]*\d|\s?(?:%|mg|ml|cells|patients)))+)",
    re.I,
)
_NAMED_LAST = re.compile(
    rf"(?<!\w)(?P<lead>(?:on|at)\s)(?P<list>{_MEMBER}(?:(?:\s{_AFTER})?{_JOIN}{_MEMBER})+\s{_AFTER})(?!\w)",
    re.I,
)
_FROM_BASELINE = re.compile(
    rf"(?<!\w)(?P<lead>(?:at|on)\s)?(?P<list>baseline"
    rf"(?:(?!\s?to\b){_JOIN}(?:after )?(?:{_NAME})?{_MEMBER}(?:\s?{_AFTER})?)+)(?!\w|\.\d|\s?%)",
    re.I,
)
_WINDOW = re.compile(r"(\d+)\s?[-–]\s?\d+")
_NUMBER = re.compile(r"\d+")
_UNIT = re.compile(r"days?|weeks?|months?|wks?|[DWM](?=[\s-]?\d)", re.I)
_MONTHS = re.compile(r"months?|\bM", re.I)


def find_day_lists(text: str) -> Iterator[DayList]:
    """Every list of at least two rising days, weeks or months in `text`."""
    for pattern in (_NAMED_FIRST, _NAMED_LAST, _FROM_BASELINE):
        for match in pattern.finditer(text):
            listed = _WINDOW.sub(r"\1", match["list"])
            offsets = _read_offsets(listed)
            gaps = [after - before for before, after in zip(offsets, offsets[1:], strict=False)]
            if gaps and min(gaps) > 0:
                start = match.start("lead") if match["lead"] else match.start("list")
                even = max(gaps) - min(gaps) < 0.02
                interval = _name_gap(gaps[0], listed) if even else None
                yield DayList(start, match.end("list"), interval, offsets)


def _read_offsets(listed: str) -> tuple[float, ...]:
    """Days from the first administration: "weeks 0, 2 and 4" -> 0, 14, 28."""
    units = list(_UNIT.finditer(listed))
    baseline = listed.lower().startswith("baseline")
    offsets = [0.0] if baseline else []
    for number in _NUMBER.finditer(listed):
        if baseline or not listed[0].isalpha():
            near = [unit for unit in units if unit.start() >= number.end()] or units
        else:
            near = [unit for unit in reversed(units) if unit.end() <= number.start()]
        name = read_unit(near[0].group()) if near else "day"
        offsets.append(float(number.group()) * DAYS[name])
    return tuple(round(offset - offsets[0], 2) for offset in offsets)


def _name_gap(days: float, listed: str) -> str:
    """The gap in the largest unit that divides it; in months only where the list says so."""
    for unit in ("month", "week") if _MONTHS.search(listed) else ("week",):
        count = days / DAYS[unit]
        if round(count) and abs(count - round(count)) < 0.02:
            return format_duration(round(count), unit)
    return format_duration(days, "day")
