"""Checks: each finds its contradiction, shows the arithmetic, and edits nothing."""

import msgspec
import pytest

from cellstudy.check import check
from cellstudy.schema import (
    Arm,
    Evidence,
    PipelineInfo,
    Regimen,
    Result,
    Source,
    StudyRecord,
    Value,
)

INFO = PipelineInfo(name="test", version="0", model="none", model_sha256="")
SOURCE = Source(id="TEST:1", title="A title", sha256="")


def leaf(value, text="", start=0):
    evidence = (Evidence(start, start + len(text), text),) if text else ()
    return Value(status="reported", value=value, evidence=evidence, made_by="t", confidence=1.0)


def result(**fields):
    return Result(**{name: leaf(value) for name, value in fields.items()})


def share(n, total, text):
    return Result(
        outcome=leaf("relapse"), kind=leaf("count"), value=leaf(n, text), high=leaf(total, text)
    )


def percent(value, text):
    number = leaf(value, text, start=8)
    return Result(outcome=leaf("relapse"), kind=leaf("percent"), value=number, high=number)


def regimen(**fields):
    return Regimen(**{name: leaf(value) for name, value in fields.items()})


def dose(number, unit, per=None):
    fields = {"dose_low": number, "dose_high": number, "dose_unit": unit}
    return regimen(**fields, **({"dose_per": per} if per else {}))


def record(*, results=(), regimens=(), arms=(), **fields):
    return StudyRecord(
        source=SOURCE,
        pipeline=INFO,
        results=tuple(results),
        regimens=tuple(regimens),
        arms=tuple(arms),
        **{name: leaf(value) for name, value in fields.items()},
    )


def arms(*sizes):
    return [Arm(label=leaf(f"arm {i}"), n=leaf(n)) for i, n in enumerate(sizes)]


CONTRADICTIONS = {
    "fraction_against_percent": (
        {"results": [share(12, 20, "12/20"), percent(65, "65%")]},
        "12/20 = 60.00 %, but 65 % is reported",
    ),
    "fraction_above_one": ({"results": [share(25, 20, "25/20")]}, "25/20 > 1"),
    "denominator_above_total": (
        {"results": [share(5, 30, "5/30")], "n_total": 20},
        "5/30: the denominator 30 > n_total 20",
    ),
    "arm_sum": ({"arms": arms(20, 22), "n_total": 40}, "20 + 22 = 42, but n_total is 40"),
    "estimate_outside_interval": (
        {"results": [result(value=2.5, high=2.5, ci_low=0.4, ci_high=1.9)]},
        "2.5 is outside 0.4 to 1.9",
    ),
    "interval_order": ({"results": [result(ci_low=3.0, ci_high=1.0)]}, "3 > 1"),
    "p_against_interval": (
        {"results": [result(kind="ratio", ci_low=0.8, ci_high=2.1, ci_level=95.0, p="<0.01")]},
        "the 95 % interval 0.8 to 2.1 covers 1, but p is <0.01",
    ),
    "p_range": ({"results": [result(p="1.4")]}, "p = 1.4 is not in 0 to 1"),
    "dose_range": (
        {"regimens": [dose(1200.0, "{cells}")]},
        "1200 to 1200 {cells} is outside 10000 to 1e+12",
    ),
    "dose_order": (
        {"regimens": [regimen(dose_low=3.0, dose_high=1.0, dose_unit="mg")]},
        "3 > 1",
    ),
    "interval_range": ({"regimens": [regimen(interval="P9Y")]}, "P9Y is 3287.25 days"),
    "interval_above_duration": (
        {"regimens": [regimen(interval="P1M", duration="P2W")]},
        "P1M for P2W: the interval 30.4375 d > the duration 14 d",
    ),
    "schedule_against_n_doses": (
        {"regimens": [regimen(interval="P1W", duration="P4W", n_doses=8)]},
        "P1W for P4W: 28 d / 7 d = 4 doses (or 5), but 8 are reported: 7 d x (8 - 1) = 49 d",
    ),
    "days_against_n_doses": (
        {"regimens": [regimen(administration_times=("P0D", "P1W", "P2W"), n_doses=4)]},
        "P0D, P1W, P2W: 3 days are listed, but 4 doses are reported",
    ),
    "days_against_interval": (
        {"regimens": [regimen(administration_times=("P0D", "P1W", "P2W"), interval="P1M")]},
        "P0D, P1W, P2W: gaps of 7 d, but P1M is 30.4375 d",
    ),
    "days_beyond_duration": (
        {"regimens": [regimen(administration_times=("P0D", "P6M"), duration="P12W")]},
        "P6M: 182.625 d > the duration P12W",
    ),
    "time_after_follow_up": (
        {"results": [result(time="P52W")], "follow_up": "P24W"},
        "P52W > P24W",
    ),
}


@pytest.mark.parametrize(("name", "case"), CONTRADICTIONS.items(), ids=CONTRADICTIONS)
def test_contradictions(name, case):
    fields, message = case
    assert [(flag.name, flag.message) for flag in check(record(**fields)).flags] == [
        (name, message)
    ]


CONSISTENT = {
    "percent rounded": {"results": [share(2, 3, "2/3"), percent(67, "67%")]},
    "percent with a digit": {"results": [share(1, 3, "1/3"), percent(33.3, "33.3%")]},
    "plain count": {"results": [share(6, 6, "6")], "n_total": 3},
    "arms": {"arms": arms(20, 20), "n_total": 40},
    "arm without size": {"arms": [*arms(20), Arm(label=leaf("b"))], "n_total": 40},
    "estimate": {"results": [result(value=1.2, high=1.2, ci_low=0.4, ci_high=1.9)]},
    "p and interval": {
        "results": [result(kind="ratio", ci_low=1.2, ci_high=2.1, ci_level=95.0, p="0.01")]
    },
    "p printed with a mark": {"results": [result(p="0·16"), result(p=".049"), result(p="≤0.01")]},
    "dose": {"regimens": [dose(1e6, "{cells}", "kg"), dose(5.0, "mL")]},
    "weekly for four weeks": {
        "regimens": [regimen(interval="P1W", duration="P4W", n_doses=n) for n in (4, 5)]
    },
    "four weekly days are monthly": {
        "regimens": [regimen(administration_times=("P0D", "P4W", "P8W"), interval="P1M")]
    },
    "loading days and maintenance": {
        "regimens": [regimen(administration_times=("P0D", "P2W", "P6W"), interval="P8W")]
    },
    "listed days that agree": {
        "regimens": [
            regimen(
                administration_times=("P0D", "P1W", "P2W"),
                interval="P1W",
                n_doses=3,
                duration="P2W",
            )
        ]
    },
    "four weeks are a month": {"regimens": [regimen(interval="P1M", duration="P1M", n_doses=1)]},
    "time in words": {"results": [result(time="baseline")], "follow_up": "P24W"},
    "a year is twelve months": {"results": [result(time="P12M")], "follow_up": "P1Y"},
    "empty": {},
}


@pytest.mark.parametrize("fields", CONSISTENT.values(), ids=CONSISTENT)
def test_consistent_records_get_no_flag(fields):
    assert check(record(**fields)).flags == ()


def test_a_small_deviation_is_only_for_information():
    found = check(record(results=[share(12, 20, "12/20"), percent(60.6, "60.6%")]))
    assert [flag.severity for flag in found.flags] == ["info"]


def test_values_are_not_edited():
    fields, _ = CONTRADICTIONS["fraction_against_percent"]
    before = record(**fields)
    assert msgspec.structs.replace(check(before), flags=()) == before
