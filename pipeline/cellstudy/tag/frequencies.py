"""Frequency expressions: "twice daily", "every 2 weeks", "one infusion per week", "q2w".

Each pattern is tried only around its trigger, a word that it cannot do without: most texts
hold few triggers, and the patterns begin with numbers, which would cost at every word.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from cellstudy.tag.durations import divide_duration, format_duration
from cellstudy.tag.numbers import WORDS, parse_words


class Frequency(NamedTuple):
    """A frequency expression and the duration between two administrations."""

    start: int
    end: int
    interval: str
    rule: str


Match = re.Match[str]

COUNT: Final = rf"(?!zero|0+(?:\.0+)?(?![\d.]))(?:\d{{1,5}}(?:\.\d{{1,5}})?|{WORDS})"
"""A number above zero, in digits or words."""
RANGE: Final = rf"{COUNT}(?:\s?(?:[-–]|to|or)\s?{COUNT})?"
UNIT: Final = r"(?:second|minute|min|hour|hr|h|day|d|night|week|wk|month|mo|year|yr)s?"
_TIMES: Final = rf"(?:once|twice|thrice|{RANGE}[\s-]times?|{RANGE}\s?[x×])"
_LY: Final = r"(?:hourly|daily|nightly|weekly|monthly|yearly|annually)"
_EVENT: Final = (
    r"(?:injection|infusion|dose|session|administration|treatment|application|transplantation"
    r"|transfusion|tablet|capsule|cycle|course|vial)s?"
)
_EACH: Final = r"(?:an?|per|each|every|in(?: each| a| every)?)"

_ADVERB = re.compile(
    rf"(?<!\w)(?:(?P<times>{_TIMES})[\s-]?|(?P<prefix>bi|tri|semi)-?)?"
    rf"(?:(?:every|each|other) (?P<second>second |other )?)?(?P<ly>{_LY})"
    r"(?!\w|[ -](?:activit|living|life|diar|function|practice|routine|liv|task|symptom|score))"
    r"|(?<!\w)(?P<fortnight>fortnightly)(?!\w)",
    re.I,
)
_PER = re.compile(
    rf"(?<!\w)(?P<times>{_TIMES}|(?P<events>{COUNT})\s(?:\w+\s)?{_EVENT})(?:[\s-]{_EACH}[\s-]|\s?/\s?)"
    rf"(?P<other>other |second |alternate )?(?:(?P<count>{COUNT})[\s-])?(?P<unit>{UNIT})(?![\w-])",
    re.I,
)
_EVERY = re.compile(
    rf"(?<!\w)(?:every|each)[\s-](?:(?P<other>other|second|alternate)[\s-])?"
    rf"(?:(?P<low>{COUNT})(?:\s?(?:[-–]|to|or)\s?(?P<high>{COUNT}))?(?:st|nd|rd|th)?[\s-])?"
    rf"(?P<unit>{UNIT})(?!\w)",
    re.I,
)
_INTERVAL = re.compile(
    r"(?<!\w)(?:at\s)?(?:(?:an?|regular)\s)?"
    rf"(?:(?:intervals?|gaps?) of (?P<count2>{RANGE})[\s-](?P<unit2>{UNIT})(?!\w)"
    rf"|(?P<count>{RANGE})[\s-](?P<unit>{UNIT})[\s-]intervals?\b|(?P<ly>{_LY}) intervals?\b)",
    re.I,
)
_APART = re.compile(
    rf"(?<!\w)(?P<count>{RANGE})[\s-](?P<unit>{UNIT})[\s-](?:apart|between (?:each )?{_EVENT})\b",
    re.I,
)
_CODE = re.compile(
    r"(?<![\w-])(?:[qQ]\.?\s?(?P<count>\d{1,2})?[-\s]?"
    r"(?P<unit>[hHdDwWmM]|wk|wks|weeks?|days?|hours?|hrs?|months?)"
    r"|(?P<latin>[bBtTqQ]\.[iI]\.[dD]\.?|[qQ]\.[oO]\.[dD]\.?|[qQoO]\.[dD]\.?"
    r"|[bBtTqQ][iI][dD]|OD|QD|QOD|qd|qod))(?!\w)"
)
_ALTERNATE = re.compile(rf"(?<!\w)(?:on )?alternat(?:e|ing)[\s-](?P<unit>{UNIT})(?!\w)", re.I)
_LATIN: Final = {
    "bid": ("day", 2), "tid": ("day", 3), "qid": ("day", 4), "od": ("day", 1), "qd": ("day", 1),
    "qod": ("day", 0.5),
}  # fmt: skip
_LY_UNITS: Final = {
    "hourly": "hour", "daily": "day", "nightly": "day", "weekly": "week", "monthly": "month",
    "yearly": "year", "annually": "year",
}  # fmt: skip
_FIRST_LETTERS: Final = {
    "h": "hour",
    "d": "day",
    "w": "week",
    "m": "month",
    "y": "year",
    "n": "day",
}


def read_unit(word: str) -> str:
    """Plain name of a time unit: "wks" -> week, "mo" -> month, "nights" -> day."""
    plain = word.lower()
    if plain.startswith("mi"):
        return "minute"
    return "second" if plain.startswith("s") else _FIRST_LETTERS[plain[0]]


def read_count(written: str) -> float:
    """Read the number of "2" or "two"; of a range "2-3" its upper end."""
    parts = re.split(r"\s?[-–]\s?|\s(?:to|or)\s", written.strip())
    return max(float(part) if part[0].isdigit() else parse_words(part) for part in parts if part)


def _read_times(written: str) -> float:
    word = written.lower()
    named = {"once": 1.0, "twice": 2.0, "thrice": 3.0}
    return named.get(word) or read_count(re.sub(r"[\s-]times?$|\s?[x×]$", "", word))


def _read_per(match: Match) -> str | None:
    if match["count"] and not match["events"] and _read_times(match["times"]) > 3:
        return None  # "seven times every 3 days": a number of doses, then the interval
    times = read_count(match["events"]) if match["events"] else _read_times(match["times"])
    count = read_count(match["count"]) if match["count"] else 1.0
    return divide_duration(count * (2 if match["other"] else 1), read_unit(match["unit"]), times)


def _read_adverb(match: Match) -> str | None:
    if match["fortnight"]:
        return "P2W"
    if match.group() == match["ly"] and match.string[match.start() - 1 : match.start()] == "/":
        return None  # the denominator of "5 mg/daily"
    unit = _LY_UNITS[match["ly"].lower()]
    prefix = (match["prefix"] or "").lower()
    times = 2.0 if prefix == "semi" else _read_times(match["times"]) if match["times"] else 1.0
    count = {"bi": 2.0, "tri": 3.0}.get(prefix, 2.0 if match["second"] else 1.0)
    return divide_duration(count, unit, times)


def _read_every(match: Match) -> str:
    count = read_count(match["high"] or match["low"]) if match["low"] else 1.0
    return format_duration(2.0 if match["other"] else count, read_unit(match["unit"]))


def _read_interval(match: Match) -> str:
    if match["ly"]:
        return format_duration(1, _LY_UNITS[match["ly"].lower()])
    count = read_count(match["count"] or match["count2"])
    return format_duration(count, read_unit(match["unit"] or match["unit2"]))


def _read_apart(match: Match) -> str:
    return format_duration(read_count(match["count"]), read_unit(match["unit"]))


def _read_code(match: Match) -> str:
    if match["latin"]:
        unit, times = _LATIN[match["latin"].lower().replace(".", "")]
        return divide_duration(1, unit, times)
    return format_duration(float(match["count"] or 1), read_unit(match["unit"]))


def _read_alternate(match: Match) -> str:
    return format_duration(2, read_unit(match["unit"]))


class _Rule(NamedTuple):
    """A pattern with its trigger, how far before the trigger it may begin, and its reader."""

    name: str
    trigger: "re.Pattern[str]"
    before: int
    pattern: "re.Pattern[str]"
    read: Callable[[Match], str | None]


_RULES: Final = (
    _Rule(
        "per",
        re.compile(
            r"[\s/-](?:(?:[Aa]n?|[Pp]er|[Ee]ach|[Ee]very|[Ii]n(?: an?| each| every)?)[\s-]"
            r"|(?<=/)\s?)"
            rf"(?:(?i:other|second|alternate|{COUNT})[\s-])?(?i:{UNIT})(?![\w-])"
        ),
        40,
        _PER,
        _read_per,
    ),
    _Rule(
        "adverb",
        re.compile(r"(?:ly\b)(?<=hourly|.daily|weekly|yearly|ightly|onthly|nually)", re.I),
        30,
        _ADVERB,
        _read_adverb,
    ),
    _Rule("every", re.compile(r"[Ee](?:very|ach)\b"), 0, _EVERY, _read_every),
    _Rule("interval", re.compile(r"[Ii]nterval|[Gg]aps? of"), 40, _INTERVAL, _read_interval),
    _Rule("apart", re.compile(r"[AaBb](?:part|etween)\b"), 30, _APART, _read_apart),
    _Rule(
        "code",
        re.compile(
            r"(?<![\w-])(?=[BTQOq](?:I?D|OD)\b|[btq]id\b|qo?d\b|[A-Za-z]\.[IiDdOo]\.|[qQ]\.?\s?\d|[qQ][hdwHDW]\b)"
        ),
        0,
        _CODE,
        _read_code,
    ),
    _Rule("alternate", re.compile(r"[Aa]lternat"), 3, _ALTERNATE, _read_alternate),
)
_REACH: Final = 60


def find_frequencies(text: str) -> Iterator[Frequency]:
    """Every frequency expression of `text`; those of different rules may overlap."""
    for rule in _RULES:
        done = 0
        for trigger in rule.trigger.finditer(text):
            start = max(done, trigger.start() - rule.before)
            match = _search(
                text, rule.pattern, start=start, floor=done, stop=trigger.end() + _REACH
            )
            interval = match and rule.read(match)
            if match and interval:
                done = match.end()
                yield Frequency(match.start(), done, interval, f"schedule.{rule.name}")


def _search(
    text: str, pattern: "re.Pattern[str]", *, start: int, floor: int, stop: int
) -> Match | None:
    """Search a window that begins at a word and ends with one, so that no word is cut."""
    while floor < start and text[start - 1].isalnum():
        start -= 1
    while stop < len(text) and text[stop].isalnum():
        stop += 1
    return pattern.search(text, start, stop)
