"""Properties of the schedule grammar: what is written is read back, and nothing breaks it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from cellstudy.durations import DAY, measure_duration
from cellstudy.tag.durations import divide_duration, format_duration
from cellstudy.tag.schedules import find_schedules

WORDS = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
UNITS = ("hour", "day", "week", "month", "year")
ADVERBS = {
    "hourly": ("hour", 1),
    "daily": ("day", 1),
    "weekly": ("week", 1),
    "fortnightly": ("week", 2),
    "monthly": ("month", 1),
    "quarterly": ("month", 3),
    "yearly": ("year", 1),
}
TIMES = {"once": 1, "twice": 2, "thrice": 3, "three times": 3, "4 times": 4, "five times": 5}
CODES = {"bid": ("day", 2), "tid": ("day", 3), "qid": ("day", 4), "qd": ("day", 1)}
Q_UNITS = {"h": "hour", "d": "day", "w": "week", "wk": "week", "m": "month"}

counts = st.integers(min_value=1, max_value=52)
units = st.sampled_from(UNITS)
joints = st.sampled_from([" ", "-", "\u00a0", " - ", "\u2011"])
leads = st.sampled_from(["Cells were given ", "given (", "5 mg ", "injected, ", ""])
ends = st.sampled_from(["", ".", " for a year", ")", ", then stopped"])


def spell(count, written):
    return WORDS[count - 1] if written and count <= len(WORDS) else str(count)


def name(count, unit):
    return unit if count == 1 else f"{unit}s"


def read_one(lead, expression, end):
    """The only schedule of a text, with the text of its span."""
    text = lead + expression + end
    [found] = find_schedules(text)
    return text[found.start : found.end], found


@given(leads, ends, counts, units, st.booleans(), st.booleans())
def test_every(lead, end, count, unit, written, once):
    expression = f"{'once ' * once}every {spell(count, written)} {name(count, unit)}"
    span, found = read_one(lead, expression, end)
    assert (span, found.interval) == (expression, format_duration(count, unit))


@given(leads, ends, counts, st.integers(1, 20), units, st.sampled_from([" to ", "-", "\u2013"]))
def test_every_range(lead, end, low, more, unit, dash):
    expression = f"every {low}{dash}{low + more} {unit}s"
    span, found = read_one(lead, expression, end)
    assert span == expression
    bounds = (format_duration(low, unit), format_duration(low + more, unit))
    assert (found.interval_low, found.interval) == bounds


@given(leads, ends, st.sampled_from(sorted(TIMES)), st.sampled_from(sorted(ADVERBS)), joints)
def test_times_and_adverb(lead, end, times, adverb, joint):
    expression = f"{times}{joint}{adverb}"
    span, found = read_one(lead, expression, end)
    unit, count = ADVERBS[adverb]
    assert (span, found.interval) == (expression, divide_duration(count, unit, TIMES[times]))


@given(
    leads,
    ends,
    st.sampled_from(sorted(TIMES)),
    st.sampled_from([" a ", " per ", "/", "-a-"]),
    st.sampled_from(["day", "week", "month", "year"]),
)
def test_times_per_unit(lead, end, times, joint, unit):
    expression = f"{times}{joint}{unit}"
    span, found = read_one(lead, expression, end)
    assert (span, found.interval) == (expression, divide_duration(1, unit, TIMES[times]))


@given(leads, ends, st.sampled_from(sorted(CODES)), st.sampled_from([str.upper, str.lower, None]))
def test_codes(lead, end, code, style):
    expression = style(code) if style else "".join(f"{letter}." for letter in code)
    span, found = read_one(lead, expression, end if style else end.replace(".", ""))
    unit, times = CODES[code]
    assert (span, found.interval) == (expression, divide_duration(1, unit, times))


@given(leads, ends, st.integers(1, 24), st.sampled_from(sorted(Q_UNITS)), st.booleans())
def test_q_abbreviations(lead, end, count, unit, upper):
    expression = f"q{count}{unit}"
    expression = expression.upper() if upper else expression
    span, found = read_one(lead, expression, end)
    assert (span, found.interval) == (expression, format_duration(count, Q_UNITS[unit]))


@given(leads, ends, counts, units, joints, st.booleans())
def test_apart(lead, end, count, unit, joint, written):
    expression = f"{spell(count, written)}{joint}{name(count, unit)} apart"
    span, found = read_one(lead, expression, end)
    assert (span, found.interval) == (expression, format_duration(count, unit))


@given(
    leads, ends, counts, units, st.sampled_from(["at {}-{} intervals", "at an interval of {} {}"])
)
def test_intervals(lead, end, count, unit, form):
    expression = form.format(count, unit if "-" in form else name(count, unit))
    span, found = read_one(lead, expression, end)
    assert (span, found.interval) == (expression, format_duration(count, unit))


@given(
    leads,
    st.sampled_from(["on {}s {}", "at {}s {}", "on {0} {1}"]),
    st.sampled_from(["day", "week", "month"]),
    st.integers(0, 30),
    st.lists(st.integers(1, 30), min_size=1, max_size=8),
    st.booleans(),
)
def test_day_lists(lead, form, unit, first, gaps, oxford):
    days = [first]
    for gap in gaps:
        days.append(days[-1] + gap)
    listed = ", ".join(map(str, days[:-1])) + ("," * oxford) + f" and {days[-1]}"
    expression = form.format(unit, listed)
    span, found = read_one(lead, expression, ".")
    assert span == expression
    assert found.times == ("P0D", *(format_duration(day - first, unit) for day in days[1:]))
    assert found.n_doses == len(days)
    length = measure_duration(found.times[-1]) / DAY
    assert abs(float(length) - found.offsets[-1]) < 0.01
    assert (found.interval is not None) == (len(set(gaps)) == 1)


FRAGMENTS = st.sampled_from(
    [
        "every",
        "each",
        "per",
        "a",
        "an",
        "in",
        "at",
        "on",
        "of",
        "or",
        "to",
        "and",
        "the",
        ",",
        ".",
        ";",
        ":",
        "-",
        "/",
        "(",
        ")",
        "±",
        "0",
        "1",
        "2",
        "7",
        "14",
        "21",
        "100",
        "q",
        "bid",
        "b.i.d.",
        "QD",
        "Q2W",
        "day",
        "days",
        "week",
        "weeks",
        "month",
        "hours",
        "d",
        "w",
        "mo",
        "once",
        "twice",
        "times",
        "x",
        "daily",
        "weekly",
        "monthly",
        "interval",
        "intervals",
        "apart",
        "between",
        "separated",
        "later",
        "repeat",
        "again",
        "second",
        "dose",
        "injections",
        "baseline",
        "alternate",
        "consecutive",
        "cycle",
        "\n",
        "1st",
        "28-day",
        "D0",
        "D7",
    ]
)


@settings(max_examples=400)
@given(st.lists(FRAGMENTS, max_size=40), st.sampled_from(["", " ", "  "]))
def test_any_order_of_its_words_is_read_without_error(parts, joint):
    check_found(joint.join(parts))


@settings(max_examples=200)
@given(st.text(max_size=200))
def test_any_text_is_read_without_error(text):
    check_found(text)


def check_found(text):
    """Spans are ordered, flat and inside the text, their values well formed."""
    done = 0
    for found in find_schedules(text):
        assert done <= found.start < found.end <= len(text)
        assert text[found.start : found.end].strip() == text[found.start : found.end]
        for duration in (found.interval, found.interval_low, *found.times):
            assert duration is None or measure_duration(duration) is not None
        assert len(found.times) == len(found.offsets)
        assert 0 <= found.confidence <= 1
        done = found.end
