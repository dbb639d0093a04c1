"""Lengths of ISO 8601 durations, so that P12M equals P1Y and P2W equals P14D."""

import re
from fractions import Fraction
from typing import Final

_NUMBER = r"(\d{1,9}(?:[.,]\d{1,9})?)"
_DURATION = re.compile(
    rf"P(?=\w)(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}W)?(?:{_NUMBER}D)?"
    rf"(?:T(?=\d)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?",
    re.ASCII,
)

_AMOUNT = re.compile(r"\d+(?:\.\d+)?")

DAY: Final = 86_400
MONTH: Final = 2_629_800
"""A twelfth of 365.25 days (30.4375 days), in seconds."""

_SECONDS: Final = (12 * MONTH, MONTH, 7 * DAY, DAY, 3_600, 60, 1)


def measure_duration(text: str) -> Fraction | None:
    """Return the exact length of an ISO 8601 duration in seconds, None for any other text."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        return None
    parts = zip(match.groups(), _SECONDS, strict=True)
    return sum(
        (Fraction(number.replace(",", ".")) * length for number, length in parts if number),
        Fraction(0),
    )


def scale_duration(text: str, times: float) -> str:
    """Multiply an ISO 8601 duration in its own units: three times P1W is P3W."""
    return _AMOUNT.sub(lambda match: f"{round(float(match.group()) * times, 4):.12g}", text)
