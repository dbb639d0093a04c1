"""Durations in ISO 8601, in the unit in which the text gives them."""

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
