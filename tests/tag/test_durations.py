"""ISO 8601 durations."""

import pytest

from cellstudy.durations import DAY, measure_duration, scale_duration
from cellstudy.tag.durations import divide_duration, format_duration


@pytest.mark.parametrize(
    ("value", "unit", "iso"),
    [
        (12, "month", "P12M"),
        (24, "week", "P24W"),
        (6, "hour", "PT6H"),
        (90, "minute", "PT90M"),
        (1.5, "year", "P1.5Y"),
    ],
)
def test_format(value, unit, iso):
    assert format_duration(value, unit) == iso


@pytest.mark.parametrize(
    ("value", "unit", "times", "iso"),
    [(1, "day", 2, "PT12H"), (1, "week", 2, "P3.5D"), (2, "week", 1, "P2W"), (1, "year", 4, "P3M")],
)
def test_divide(value, unit, times, iso):
    assert divide_duration(value, unit, times) == iso


@pytest.mark.parametrize(
    ("iso", "days"),
    [("P2W", 14), ("PT12H", 0.5), ("P1Y", 365.25), ("P3.5D", 3.5), ("P1DT6H", 1.25)],
)
def test_days(iso, days):
    assert measure_duration(iso) / DAY == pytest.approx(days)


def test_a_year_is_twelve_months():
    assert measure_duration("P12M") == measure_duration("P1Y")


@pytest.mark.parametrize("text", ["", "P", "12 months", "PT", "P1X"])
def test_no_duration(text):
    assert measure_duration(text) is None


@pytest.mark.parametrize(
    ("iso", "times", "scaled"),
    [("P1W", 3, "P3W"), ("P3.5D", 2, "P7D"), ("PT12H", 3, "PT36H"), ("P1Y6M", 2, "P2Y12M")],
)
def test_scale(iso, times, scaled):
    assert scale_duration(iso, times) == scaled
