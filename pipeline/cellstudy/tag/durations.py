"""Durations in ISO 8601, in the unit in which the text gives them."""

import re
from functools import cache
from typing import Final

_DESIGNATORS: Final = {
    "year": "P{}Y",
    "month": "P{}M",
    "week": "P{}W",
    "day": "P{}D",
    "hour": "PT{}H",
    "minute": "PT{}M",
    "second": "PT{}S",
}

DAYS: Final = {
    "year": 365.25,
    "month": 365.25 / 12,
    "week": 7.0,
    "day": 1.0,
    "hour": 1 / 24,
    "minute": 1 / 1440,
    "second": 1 / 86400,
}
"""Length of a time unit in days; a month is a twelfth of a year of 365.25 days."""

_ISO = re.compile(
    r"P(?:(?P<year>[\d.]+)Y)?(?:(?P<month>[\d.]+)M)?(?:(?P<week>[\d.]+)W)?(?:(?P<day>[\d.]+)D)?"
    r"(?:T(?:(?P<hour>[\d.]+)H)?(?:(?P<minute>[\d.]+)M)?(?:(?P<second>[\d.]+)S)?)?"
)


def format_duration(value: float, unit: str) -> str:
    """Write `value` of `unit` (second .. year) as ISO 8601: 12, "month" -> P12M."""
    return _DESIGNATORS[unit].format(f"{round(value, 4):g}" if value < 1e5 else f"{value:.0f}")


def divide_duration(value: float, unit: str, times: float) -> str:
    """Write a `times`-th of `value` `unit` in a unit that gives a short number.

    A day is divided into hours (twice daily -> PT12H), a week into days (twice a week -> P3.5D).
    """
    part = value / times
    finer = {"day": ("hour", 24), "week": ("day", 7), "year": ("month", 12)}
    if part == int(part) or unit not in finer:
        return format_duration(part, unit)
    name, count = finer[unit]
    return format_duration(part * count, name)


@cache
def duration_days(iso: str) -> float:
    """Length in days of an ISO 8601 duration; raises ValueError when `iso` is none."""
    match = _ISO.fullmatch(iso)
    if match is None or not any(match.groups()):
        raise ValueError(f"not an ISO 8601 duration: {iso!r}")
    return sum(float(value) * DAYS[unit] for unit, value in match.groupdict().items() if value)
