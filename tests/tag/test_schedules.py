"""Schedule expressions with their intervals."""

import msgspec
import pytest
import spacy

from cellstudy.labels import EXT_SCHEDULES, SCHEDULES
from cellstudy.schema import Schedule
from cellstudy.tag.schedules import find_schedules

FREQUENCIES = [
    ("given monthly", "monthly", "P1M"),
    ("given twice daily", "twice daily", "PT12H"),
    ("a once-daily dose", "once-daily", "P1D"),
    ("given three times daily", "three times daily", "PT8H"),
    ("given every 2 weeks", "every 2 weeks", "P2W"),
    ("given every four weeks", "every four weeks", "P4W"),
    ("given every 8-12 hours", "every 8-12 hours", "PT12H"),
    ("given every other day", "every other day", "P2D"),
    ("given every second week", "every second week", "P2W"),
    ("given one infusion per week", "one infusion per week", "P1W"),
    ("given 2 weeks apart", "2 weeks apart", "P2W"),
    ("given at 4-week intervals", "at 4-week intervals", "P4W"),
    ("given at an interval of 2 weeks", "at an interval of 2 weeks", "P2W"),
    ("given at monthly intervals", "at monthly intervals", "P1M"),
    ("given once a week", "once a week", "P1W"),
    ("given once every week", "once every week", "P1W"),
    ("given once per three months", "once per three months", "P3M"),
    ("given once every 4 days", "once every 4 days", "P4D"),
    ("given twice per week", "twice per week", "P3.5D"),
    ("given 2 times/week", "2 times/week", "P3.5D"),
    ("600 mg/twice daily", "twice daily", "PT12H"),
    ("seven times every 3 days", "every 3 days", "P3D"),
    ("given q2w", "q2w", "P2W"),
    ("given (Q4W)", "Q4W", "P4W"),
    ("given q12h", "q12h", "PT12H"),
    ("given t.i.d. for a week", "t.i.d.", "PT8H"),
    ("10 mg BID.", "BID", "PT12H"),
    ("given on alternate days", "on alternate days", "P2D"),
    ("given each week", "each week", "P1W"),
    ("given fortnightly", "fortnightly", "P2W"),
]


@pytest.mark.parametrize(
    ("text", "part", "interval"), FREQUENCIES, ids=[case[0] for case in FREQUENCIES]
)
def test_frequency(text, part, interval):
    [schedule] = find_schedules(text)
    assert text[schedule.start : schedule.end] == part
    assert (schedule.kind, schedule.interval) == ("frequency", interval)


DAYS = [
    ("injected on days 0, 7 and 14", "on days 0, 7 and 14", "P1W", (0, 7, 14)),
    ("given at week 0, week 2, week 4", "at week 0, week 2, week 4", "P2W", (0, 14, 28)),
    ("given at weeks 0, 2 and 6", "at weeks 0, 2 and 6", None, (0, 14, 42)),
    ("given on Days 0, 30, 60, and 90.", "on Days 0, 30, 60, and 90", "P30D", (0, 30, 60, 90)),
    ("given on 0 day and on 12 weeks", "on 0 day and on 12 weeks", "P12W", (0, 84)),
    ("given on days 42-45, 84-87", "on days 42-45, 84-87", "P6W", (0, 42)),
    (
        "given (baseline, 3 months and 6 months)",
        "baseline, 3 months and 6 months",
        "P3M",
        (0, 91.31, 182.62),
    ),
    ("given on days -4, -3 and -2", "on days -4, -3 and -2", "P1D", (0, 1, 2)),
]


@pytest.mark.parametrize(
    ("text", "part", "interval", "offsets"), DAYS, ids=[case[0] for case in DAYS]
)
def test_days(text, part, interval, offsets):
    [schedule] = find_schedules(text)
    assert text[schedule.start : schedule.end] == part
    assert (schedule.kind, schedule.interval) == ("days", interval)
    assert schedule.offsets == offsets
    assert schedule.n_doses == len(offsets)


@pytest.mark.parametrize(
    ("text", "part", "interval"),
    [
        ("a second injection 3 weeks later", "3 weeks later", "P3W"),
        ("a repeat injection at 3 months if needed", "at 3 months", "P3M"),
        ("injected again after 6 weeks", "6 weeks", "P6W"),
    ],
)
def test_further(text, part, interval):
    [schedule] = find_schedules(text)
    assert text[schedule.start : schedule.end] == part
    assert (schedule.kind, schedule.interval) == ("further", interval)


@pytest.mark.parametrize(
    "text",
    [
        "injected at 0.5-1 cm intervals",
        "daily activities and daily living",
        "5–10 mg/daily",
        "followed on day 0",
        "from day -3 to 100",
        "every patient in a week",
        "At baseline, 56.6% had pain",
        "every 0 weeks",
        "",
    ],
)
def test_no_schedule(text):
    assert find_schedules(text) == []


def test_doses_are_surer_than_visits():
    [dose] = find_schedules("Patients received injections of cells every 4 weeks.")
    [visit] = find_schedules("Follow-up visits with blood tests took place every 4 weeks.")
    assert dose.confidence > 0.8
    assert visit.confidence < 0.3


def test_component_writes_plain_data():
    nlp = spacy.blank("en")
    nlp.add_pipe("cellstudy_schedules")
    doc = nlp("They gave 5 mg twice daily.")
    [item] = doc._.get(EXT_SCHEDULES)
    assert msgspec.convert(item, Schedule).interval == "PT12H"
    assert [(span.text, span.label_) for span in doc.spans[SCHEDULES]] == [
        ("twice daily", "frequency")
    ]
