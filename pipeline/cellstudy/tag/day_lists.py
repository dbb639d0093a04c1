"""Lists of dosing days: "on days 0, 7 and 14", "at week 0, week 2", "on 0 day and on 12 weeks"."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from cellstudy.tag.durations import DAYS, format_duration
from cellstudy.tag.schedule_words import read_unit


class DayList(NamedTuple):
    """Days that are listed one by one; `offsets` (days) and `times` count from the first.

    `n_doses` is None where the list is one of each cycle.
    """

    start: int
    end: int
    interval: str | None
    offsets: tuple[float, ...]
    times: tuple[str, ...]
    n_doses: int | None


_SPREAD: Final = r"(?:\s?\(?(?:±|\+/-|\+|\+-)\s?\d{1,2}(?:\s?(?:days?|d|weeks?))?\)?)?"
_MEMBER: Final = rf"[-−]?\d{{1,3}}(?:st|nd|rd|th)?{_SPREAD}"
_JOIN: Final = (
    r"(?:\s?[,，、]\s?(?:and |or |& |then )?|\s?(?:and|or|&|to|/)\s?|\s?[-–]\s?)"
    r"(?:then )?(?:(?:on|at) )?"
)
_NAME: Final = r"[DdWwMm](?:ays?|eeks?|onths?|ks?|AYS?|EEKS?|ONTHS?)?[\s-]?"
_AFTER: Final = r"(?:[DdWwMm](?:ays?|eeks?|onths?)|PODs?)"
_NO_AMOUNT: Final = r"(?![\w.]*\d|\s?(?:%|mg|ml|cells|patients))"
_PATTERNS: Final = (
    re.compile(rf"{_NAME}{_MEMBER}(?:{_JOIN}(?:{_NAME})?{_MEMBER}{_NO_AMOUNT}){{1,40}}"),
    re.compile(
        rf"(?:[OoAa][nt]\s(?:the\s)?|[(\[](?=0\s?,)){_MEMBER}"
        rf"(?:(?:[\s-]{_AFTER})?{_JOIN}{_MEMBER}){{1,40}}[\s-]{_AFTER}(?!\w)"
    ),
    re.compile(
        rf"[Bb]aseline(?:(?!\s?to\b){_JOIN}(?:after )?(?:{_NAME})?{_MEMBER}"
        rf"(?:\s?{_AFTER}(?:\slater\b)?)?){{1,40}}"
        r"(?!\w|\.\d|\s?%)"
    ),
)
_BETWEEN = re.compile(r"\b(?:between|end of) (?:the )?$", re.I)
_LEAD = re.compile(r"(?<!\w)(?:on|at)\s(?:(?:study|the|treatment|post-?operative)\s)?$", re.I)
_WINDOW = re.compile(
    r"(\d+)(?:\s?[-–]\s?|\s(?:to|through)\s(?:days? |weeks? |months? )?)[-−]?\d+"
    r"|\s?\(?(?:±|\+/-|\+|\+-)\s?\d{1,2}(?:\s?(?:days?|d|weeks?))?\)?"
)
_NUMBER = re.compile(r"(?:(?<=[\s,])[-−])?\d+")
_UNIT = re.compile(r"days?|weeks?|months?|wks?|(?<![A-Za-z])[DWM](?=[\s-]?\d)|(?<=PO)D", re.I)
_MONTHS = re.compile(r"months?|(?<!\w)M", re.I)
_CHOICE = re.compile(r"\d\s?,?\sor\s")
_OPEN = re.compile(r"\s?,?\sor\s\d")
"""One day or the other, which is no list."""
_CYCLES = re.compile(r" of (?:each|every|the|all) ")
_LONGEST_LEAD: Final = 18
_LEAST_MONTH: Final = 3
_EVEN: Final = 0.02
"""How far, in days, equal gaps may differ after rounding."""


def find_day_lists(text: str) -> Iterator[DayList]:
    """Every list of at least two rising days, weeks or months in `text`."""
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start = match.start()
            start += text[start] in "(["
            if start and (text[start - 1].isalnum() or text[start - 1] == "/"):
                continue
            days = _read_list(text, start, match.end())
            if days is not None:
                yield days


def _read_list(text: str, start: int, end: int) -> DayList | None:
    listed = _WINDOW.sub(r"\1", text[start:end])
    between = _BETWEEN.search(text, max(0, start - 12), start)
    if between or _CHOICE.search(listed) or _OPEN.match(text, end):
        return None
    members = _read_members(listed)
    offsets = [number * DAYS[unit] for number, unit in members]
    gaps = [after - before for before, after in pairwise(offsets)]
    if not gaps or min(gaps) <= 0 or _is_name(listed, members):
        return None
    lead = _LEAD.search(text, max(0, start - _LONGEST_LEAD), start)
    interval = _name_gap(gaps[0], listed) if max(gaps) - min(gaps) < _EVEN else None
    days = tuple(round(offset - offsets[0], 2) for offset in offsets)
    n_doses = None if _CYCLES.match(text, end) else len(days)
    times = _name_times(members)
    return DayList(lead.start() if lead else start, end, interval, days, times, n_doses)


def _read_members(listed: str) -> list[tuple[float, str]]:
    """Numbers with their units: "weeks 0 and 2" -> 0 week, 2 week; the baseline is 0."""
    units = list(_UNIT.finditer(listed))
    baseline = listed.lower().startswith("baseline")
    named_first = bool(units) and units[0].start() == 0
    members = []
    for number in _NUMBER.finditer(listed):
        if named_first:
            near = [unit for unit in reversed(units) if unit.end() <= number.start()]
        else:
            near = [unit for unit in units if unit.start() >= number.end()] or units
        name = read_unit(near[0].group()) if near else "day"
        members.append((float(number.group().replace("−", "-")), name))
    return [(0.0, members[0][1]), *members] if baseline and members else members


def _is_name(listed: str, members: Sequence[tuple[float, str]]) -> bool:
    """Whether the list rather names things, such as M1 and M2 cells."""
    return listed[:1] == "M" and listed[1:2].isdigit() and max(members)[0] < _LEAST_MONTH


def _name_times(members: Sequence[tuple[float, str]]) -> tuple[str, ...]:
    """Times since the first of the list, each in its own unit where the first is zero."""
    first, unit = members[0]
    if first == 0:
        times = [format_duration(number, name) for number, name in members]
    elif all(name == unit for _, name in members):
        times = [format_duration(number - first, unit) for number, _ in members]
    else:
        days = [round(number * DAYS[name] - first * DAYS[unit], 2) for number, name in members]
        times = [format_duration(day, "day") for day in days]
    return ("P0D", *times[1:])


def _name_gap(days: float, listed: str) -> str:
    """Name the gap in the largest unit that divides it; in months only where the list says so."""
    for unit in ("month", "week") if _MONTHS.search(listed) else ("week",):
        count = days / DAYS[unit]
        if round(count) and abs(count - round(count)) < _EVEN:
            return format_duration(round(count), unit)
    return format_duration(days, "day")
