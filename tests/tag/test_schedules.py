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
    ("given quarterly", "quarterly", "P3M"),
    ("given semiannually", "semiannually", "P6M"),
    ("given biweekly", "biweekly", "P2W"),
    ("given thrice-weekly", "thrice-weekly", "P2.3333D"),
    ("given daily once", "daily once", "P1D"),
    ("given once - daily", "once - daily", "P1D"),
    ("given 4-weekly", "4-weekly", "P4W"),
    ("given as 4 weekly infusions", "weekly", "P1W"),
    ("given weekly x 4", "weekly", "P1W"),
    ("given on a monthly basis", "monthly", "P1M"),
    ("given 4 times per day", "4 times per day", "PT6H"),
    ("given twice/day", "twice/day", "PT12H"),
    ("given 2x/week", "2x/week", "P3.5D"),
    ("given once-a-week", "once-a-week", "P1W"),
    ("given 5 days a week", "5 days a week", "P1.4D"),
    ("given once every other day", "once every other day", "P2D"),
    ("given every 21 days for 6 cycles", "every 21 days", "P21D"),
    ("given every 2weeks", "every 2weeks", "P2W"),
    ("given every 28 (±2) days", "every 28 (±2) days", "P28D"),
    ("given every third day", "every third day", "P3D"),
    ("given every evening", "every evening", "P1D"),
    ("three injections every 2 weeks", "every 2 weeks", "P2W"),
    ("an injection of cells every 12 h", "every 12 h", "PT12H"),
    ("two infusions of cells per week", "two infusions of cells per week", "P3.5D"),
    ("the interval time is 3 months", "3 months", "P3M"),
    ("doses separated by approximately 10 days", "10 days", "P10D"),
    ("two infusions per week", "two infusions per week", "P3.5D"),
    ("given TID per day", "TID per day", "PT8H"),
    ("given q6h", "q6h", "PT6H"),
    ("given q 12 h", "q 12 h", "PT12H"),
    ("given q.w. in", "q.w.", "P1W"),
    ("20 mg OD", "OD", "P1D"),
    ("given on alternate days", "on alternate days", "P2D"),
    ("given on 3 consecutive days", "on 3 consecutive days", "P1D"),
    ("two injections 3 months apart", "3 months apart", "P3M"),
    ("given a week apart", "a week apart", "P1W"),
    ("given 1 month (±4 days) apart", "1 month (±4 days) apart", "P1M"),
    ("given with a gap of 4 hours", "gap of 4 hours", "PT4H"),
    ("given with a 1-week interval", "1-week interval", "P1W"),
    ("given with 5 days of interval", "5 days of interval", "P5D"),
    ("given at 3-monthly intervals", "at 3-monthly intervals", "P3M"),
    ("doses separated by 10 days", "separated by 10 days", "P10D"),
    ("doses seperated by 10 days", "seperated by 10 days", "P10D"),
    ("doses separeted by one week", "separeted by one week", "P1W"),
    ("twenty-one days apart", "twenty-one days apart", "P21D"),
]


@pytest.mark.parametrize(
    ("text", "part", "interval"), FREQUENCIES, ids=[case[0] for case in FREQUENCIES]
)
def test_frequency(text, part, interval):
    [schedule] = find_schedules(text)
    assert text[schedule.start : schedule.end] == part
    assert (schedule.kind, schedule.interval) == ("frequency", interval)


RANGES = [
    ("given every 3-4 weeks", "P3W", "P4W"),
    ("given every 4, 6 or 8 weeks", "P4W", "P8W"),
    ("given two or three times a week", "P2.3333D", "P3.5D"),
    ("given once or twice daily", "PT12H", "P1D"),
    ("given q8-12h", "PT8H", "PT12H"),
]


@pytest.mark.parametrize(("text", "low", "high"), RANGES, ids=[case[0] for case in RANGES])
def test_range(text, low, high):
    [schedule] = find_schedules(text)
    assert (schedule.interval_low, schedule.interval) == (low, high)


def test_loading_and_maintenance_are_two_schedules():
    loading, maintenance = find_schedules("at weeks 0, 2 and 6, then every 8 weeks")
    assert loading.times == ("P0D", "P2W", "P6W")
    assert maintenance.interval == "P8W"


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
    (
        "given on postoperative days 1, 2 and 3",
        "on postoperative days 1, 2 and 3",
        "P1D",
        (0, 1, 2),
    ),
    ("given at months 0, 1, 3", "at months 0, 1, 3", None, (0, 30.44, 91.31)),
    ("given on 5, 10, and 15 POD", "on 5, 10, and 15 POD", "P5D", (0, 5, 10)),
    ("given at baseline and 4 weeks", "at baseline and 4 weeks", "P4W", (0, 28)),
    ("given on D0, D7 and D14", "on D0, D7 and D14", "P1W", (0, 7, 14)),
    ("given on the 1st, 8th and 15th day", "on the 1st, 8th and 15th day", "P1W", (0, 7, 14)),
    ("given on days 1 (±1) and 8 (±1)", "on days 1 (±1) and 8 (±1)", "P1W", (0, 7)),
    ("cells (0, 4 and 8 weeks)", "0, 4 and 8 weeks", "P4W", (0, 28, 56)),
    ("given on Day 1，Day 3，Day5", "on Day 1，Day 3，Day5", "P2D", (0, 2, 4)),
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
    ("text", "times"),
    [
        ("on days 0, 7 and 14", ("P0D", "P7D", "P14D")),
        ("on days 1, 8 and 15", ("P0D", "P7D", "P14D")),
        ("at months 0, 1 and 6", ("P0D", "P1M", "P6M")),
        ("on day 0, month 3 and month 6", ("P0D", "P3M", "P6M")),
        ("on day 1 and at week 4", ("P0D", "P27D")),
        ("at baseline and 4 weeks", ("P0D", "P4W")),
    ],
)
def test_times_count_from_the_first(text, times):
    [schedule] = find_schedules(text)
    assert schedule.times == times


def test_days_of_each_cycle_are_no_number_of_doses():
    [schedule] = find_schedules("given on days 1, 8 and 15 of each 28-day cycle")
    assert (schedule.interval, schedule.n_doses) == ("P1W", None)


@pytest.mark.parametrize(
    ("text", "part", "interval"),
    [
        ("a second injection 3 weeks later", "3 weeks later", "P3W"),
        ("a repeat injection at 3 months if needed", "at 3 months", "P3M"),
        ("injected again after 6 weeks", "6 weeks", "P6W"),
        ("a second dose after 1 month", "1 month", "P1M"),
        ("a second injection in 2 weeks", "2 weeks", "P2W"),
        ("a booster at 6 months", "at 6 months", "P6M"),
        ("infused again on day 90", "on day 90", "P90D"),
        ("a second dose 4 weeks after the first", "4 weeks after the first", "P4W"),
        (
            "The second infusion came between 10 to 20 days after the first infusion",
            "between 10 to 20 days after the first infusion",
            "P20D",
        ),
        ("one dose at month 0 and one dose of saline at month 4", "at month 4", "P4M"),
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
        "a 95% confidence interval of 2 to 3 months",
        "M1, M2 macrophages",
        "on day 3 or 4",
        "between day 3 and 7",
        "OD 600 was read",
        "40 mg/day",
        "20 drops per minute",
        "daily weight gain",
        "a score at week 0 (week 0 to week 48)",
        "Primary outcome: Blood sugar (every month)",
        "infused; seen at 3 and 6 months after transplantation",
        "fludarabine on days -5 to -2",
        "one score at month 0 and one score at month 4",
        "",
    ],
)
def test_no_schedule(text):
    assert find_schedules(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Follow-up visits with blood tests took place every 4 weeks.",
        "Pain was assessed at baseline, 3 months and 6 months.",
        "Serum samples were collected weekly.",
    ],
)
def test_visits_and_measurements_are_no_schedules(text):
    assert find_schedules(text) == []


def test_words_of_dosing_make_sure():
    [dose] = find_schedules("Patients received injections of cells every 4 weeks.")
    [open_] = find_schedules("It was done every 4 weeks.")
    assert dose.confidence > 0.8 > open_.confidence


def test_component_writes_plain_data():
    nlp = spacy.blank("en")
    nlp.add_pipe("cellstudy_schedules")
    doc = nlp("They gave 5 mg twice daily.")
    [item] = doc._.get(EXT_SCHEDULES)
    assert msgspec.convert(item, Schedule).interval == "PT12H"
    assert [(span.text, span.label_) for span in doc.spans[SCHEDULES]] == [
        ("twice daily", "frequency")
    ]
