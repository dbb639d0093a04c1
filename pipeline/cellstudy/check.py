"""Arithmetic and plausibility checks of a record: they add flags and never edit a value.

Each check is a function from a record to flags; the message shows the arithmetic, so that a reader
can follow it without the code.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Final

import msgspec

from cellstudy.durations import DAY, measure_duration
from cellstudy.schema import Flag, Regimen, Result, StudyRecord, Value

DOSE_RANGES: Final = {
    ("{cells}", "kg"): (1e3, 1e9),
    ("{cells}", None): (1e4, 1e12),
    ("mL", None): (1e-3, 5e3),
    ("ug", None): (1e-3, 1e6),
    ("mg", None): (1e-3, 1e5),
    ("g", None): (1e-6, 1e3),
    ("{particles}", None): (1e5, 1e15),
}
"""Doses of one administration that occur in trials, by unit and basis."""

SHORTEST_INTERVAL: Final = 1 / 24
LONGEST_INTERVAL: Final = 5 * 365.25
_SLACK: Final = 0.011
"""Relative slack of lengths of time: four weeks are called a month."""


_MONTH_SLACK: Final = 0.09
"""The same for gaps between days: a month may be of 28 days."""


def check(record: StudyRecord) -> StudyRecord:
    """Return the record with the flags of every check added to those that it has."""
    found = [flag for run in CHECKS for flag in run(record)]
    return msgspec.structs.replace(record, flags=(*record.flags, *found))


def check_fractions(record: StudyRecord) -> Iterable[Flag]:
    """Compare n/N with the percentage of the same outcome, arm and time, to the printed digits."""
    for row in record.results:
        n, total = row.value.value, row.high.value
        if row.kind.value != "count" or n is None or total is None or _is_plain_count(row):
            continue
        if n > total:
            yield Flag(name="fraction_above_one", severity="error", message=f"{n:g}/{total:g} > 1")
            continue
        for other in record.results:
            if other.kind.value == "percent" and _same_place(row, other):
                yield from _compare_percent(n, total, other)


def _is_plain_count(row: Result) -> bool:
    """Say whether a count is a number without a denominator, so that value equals high."""
    return row.value.value == row.high.value and "/" not in _text(row.value)


def _same_place(row: Result, other: Result) -> bool:
    """Say whether two results are neighbours in the text about the same outcome, arm and time."""
    names = ("outcome", "arm", "time", "condition")
    same = all(getattr(row, n).value == getattr(other, n).value for n in names)
    places = row.value.evidence, other.value.evidence
    return same and all(places) and abs(places[0][0].start - places[1][0].start) < 40


def _compare_percent(n: float, total: float, other: Result) -> Iterable[Flag]:
    percent = other.value.value
    if percent is None or total == 0:
        return
    digits = re.search(r"[.·](\d+)", _text(other.value))
    tolerance = 0.5 * 10 ** -len(digits.group(1)) if digits else 0.5
    exact = 100 * n / total
    if abs(exact - percent) > tolerance * 1.001:
        message = f"{n:g}/{total:g} = {exact:.2f} %, but {percent:g} % is reported"
        if abs(exact - percent) > 1:
            yield Flag(name="fraction_against_percent", severity="warning", message=message)
        else:
            yield Flag(name="fraction_against_percent", severity="info", message=message)


def check_arm_sum(record: StudyRecord) -> Iterable[Flag]:
    """Compare the sum of the arms with the total, where every arm has a size."""
    sizes = [arm.n.value for arm in record.arms]
    total = record.n_total.value
    if total is None or len(sizes) < 2 or None in sizes:
        return
    summed = sum(size for size in sizes if size is not None)
    if summed != total:
        terms = " + ".join(f"{size}" for size in sizes)
        message = f"{terms} = {summed}, but n_total is {total}"
        yield Flag(name="arm_sum", severity="warning", message=message)


def check_denominators(record: StudyRecord) -> Iterable[Flag]:
    """Find fractions of more participants than were studied."""
    total = record.n_total.value
    for row in record.results:
        high = row.high.value
        fraction = row.kind.value == "count" and "/" in _text(row.value)
        if fraction and total is not None and high is not None and high > total:
            message = f"{_text(row.value)}: the denominator {high:g} > n_total {total}"
            yield Flag(name="denominator_above_total", severity="warning", message=message)


def check_intervals(record: StudyRecord) -> Iterable[Flag]:
    """Find estimates outside their confidence interval, and bounds in the wrong order."""
    for row in record.results:
        low, high, value = row.ci_low.value, row.ci_high.value, row.value.value
        if low is None or high is None:
            continue
        if low > high:
            yield Flag(name="interval_order", severity="error", message=f"{low:g} > {high:g}")
        elif value is not None and not low <= value <= high:
            message = f"{value:g} is outside {low:g} to {high:g}"
            yield Flag(name="estimate_outside_interval", severity="error", message=message)


def check_p_values(record: StudyRecord) -> Iterable[Flag]:
    """Find p-values outside 0 to 1, and those that contradict the interval of a ratio."""
    for row in record.results:
        sign, p = _read_p(row.p.value)
        if p is None:
            continue
        if not 0 <= p <= 1:
            yield Flag(name="p_range", severity="error", message=f"p = {p:g} is not in 0 to 1")
        yield from _compare_p(row, sign, p)


def _compare_p(row: Result, sign: str, p: float) -> Iterable[Flag]:
    low, high, level = row.ci_low.value, row.ci_high.value, row.ci_level.value
    if row.kind.value != "ratio" or low is None or high is None or level != 95:
        return
    covers_one = low <= 1 <= high
    significant = p < 0.05 or (p == 0.05 and sign == "<")
    clear = not (sign == "<" and p > 0.05)
    if clear and significant == covers_one:
        relation = "covers" if covers_one else "leaves out"
        message = f"the 95 % interval {low:g} to {high:g} {relation} 1, but p is {sign}{p:g}"
        yield Flag(name="p_against_interval", severity="warning", message=message)


def _read_p(text: str | None) -> tuple[str, float | None]:
    match = re.fullmatch(r"([<>≤≥]?=?)\s*(\d*[.·]?\d+)", text or "")
    if match is None:
        return "", None
    return match.group(1), float(match.group(2).replace("·", "."))


def check_doses(record: StudyRecord) -> Iterable[Flag]:
    """Find doses that no trial gives, and ranges in the wrong order."""
    for regimen in record.regimens:
        low, high = regimen.dose_low.value, regimen.dose_high.value
        if low is None or high is None:
            continue
        if low > high:
            yield Flag(name="dose_order", severity="error", message=f"{low:g} > {high:g}")
        unit, per = regimen.dose_unit.value, regimen.dose_per.value
        limits = DOSE_RANGES.get((unit or "", per if per == "kg" else None))
        if limits and not (limits[0] <= low and high <= limits[1]):
            basis = f"{unit}/{per}" if per else f"{unit}"
            message = f"{low:g} to {high:g} {basis} is outside {limits[0]:g} to {limits[1]:g}"
            yield Flag(name="dose_range", severity="warning", message=message)


def check_schedules(record: StudyRecord) -> Iterable[Flag]:
    """Find intervals out of range or longer than the treatment, and counts that do not fit."""
    for regimen in record.regimens:
        interval = _days(regimen.interval.value)
        duration = _days(regimen.duration.value)
        if interval is None:
            continue
        if not SHORTEST_INTERVAL <= interval <= LONGEST_INTERVAL:
            message = f"{regimen.interval.value} is {interval:g} days"
            yield Flag(name="interval_range", severity="warning", message=message)
        if duration is not None:
            yield from _compare_schedule(regimen, interval, duration)


def _compare_schedule(regimen: Regimen, interval: float, duration: float) -> Iterable[Flag]:
    """Weekly for four weeks makes four doses, or five with one at the start."""
    stated = f"{regimen.interval.value} for {regimen.duration.value}"
    if interval > duration * (1 + _SLACK):
        message = f"{stated}: the interval {interval:g} d > the duration {duration:g} d"
        yield Flag(name="interval_above_duration", severity="warning", message=message)
        return
    n_doses = regimen.n_doses.value
    expected = int(duration / interval * (1 + _SLACK))
    if n_doses is None or n_doses in (expected, expected + 1):
        return
    message = (
        f"{stated}: {duration:g} d / {interval:g} d = {expected} doses "
        f"(or {expected + 1}), but {n_doses} are reported"
    )
    if n_doses > expected:
        message += f": {interval:g} d x ({n_doses} - 1) = {interval * (n_doses - 1):g} d"
    yield Flag(name="schedule_against_n_doses", severity="warning", message=message)


def check_days(record: StudyRecord) -> Iterable[Flag]:
    """Compare days that the text lists with the number of doses, interval and duration."""
    for regimen in record.regimens:
        times = regimen.administration_times
        if times.value is not None and times.status == "reported":
            yield from _compare_days(regimen, times.value)


def _compare_days(regimen: Regimen, times: Sequence[str]) -> Iterable[Flag]:
    listed, n_doses = ", ".join(times), regimen.n_doses.value
    if n_doses is not None and n_doses != len(times):
        message = f"{listed}: {len(times)} days are listed, but {n_doses} doses are reported"
        yield Flag(name="days_against_n_doses", severity="warning", message=message)
    days = [_days(time) or 0.0 for time in times]
    interval, duration = _days(regimen.interval.value), _days(regimen.duration.value)
    gaps = [after - before for before, after in pairwise(days)]
    even = len(gaps) > 1 and max(gaps) <= min(gaps) * (1 + _MONTH_SLACK)
    if even and interval is not None and abs(gaps[0] - interval) > interval * _MONTH_SLACK:
        message = f"{listed}: gaps of {gaps[0]:g} d, but {regimen.interval.value} is {interval:g} d"
        yield Flag(name="days_against_interval", severity="warning", message=message)
    if duration is not None and days[-1] > duration * (1 + _SLACK):
        message = f"{times[-1]}: {days[-1]:g} d > the duration {regimen.duration.value}"
        yield Flag(name="days_beyond_duration", severity="warning", message=message)


def check_times(record: StudyRecord) -> Iterable[Flag]:
    """Find results from after the end of the follow-up."""
    end = _days(record.follow_up.value)
    for row in record.results:
        time = _days(row.time.value)
        if end is not None and time is not None and time > end * (1 + _SLACK):
            message = f"{row.time.value} > {record.follow_up.value}"
            yield Flag(name="time_after_follow_up", severity="warning", message=message)


def _days(text: str | None) -> float | None:
    """Length of an ISO 8601 duration in days; None for other text ("baseline")."""
    length = measure_duration(text) if text else None
    return None if length is None else float(length / DAY)


def _text(value: Value[float]) -> str:
    return value.evidence[0].text if value.evidence else ""


CHECKS: Final[Sequence[Callable[[StudyRecord], Iterable[Flag]]]] = (
    check_fractions,
    check_arm_sum,
    check_denominators,
    check_intervals,
    check_p_values,
    check_doses,
    check_schedules,
    check_days,
    check_times,
)
