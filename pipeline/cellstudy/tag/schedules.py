"""The schedule grammar: how often, or how far apart in time, something is given.

`find_schedules` is pure; the component `cellstudy_schedules` writes what it finds to a Doc.
"""

import re
from collections.abc import Iterator
from typing import Final

import msgspec
from spacy.language import Language
from spacy.tokens import Doc

from cellstudy.labels import EXT_SCHEDULES, SCHEDULES
from cellstudy.schema import Schedule
from cellstudy.tag.durations import DAYS, divide_duration, format_duration
from cellstudy.tag.extensions import ScoredSpan, register_extensions, set_spans
from cellstudy.tag.numbers import WORDS, parse_words

_COUNT = rf"(?:\d+(?:\.\d+)?|{WORDS})"
_RANGE = rf"{_COUNT}(?:\s?(?:[-–]|to|or)\s?{_COUNT})?"
_TIMES = rf"(?:once|twice|thrice|{_RANGE}[\s-]times?|{_RANGE}x|{_RANGE} ×)"
_UNIT = r"(?:second|minute|min|hour|hr|h|day|d|night|week|wk|month|mo|year|yr)s?"
_LY = r"(?:hourly|daily|nightly|weekly|monthly|yearly|annually)"
_EVENT = (
    r"(?:injection|infusion|dose|session|administration|treatment|application|transplantation|transfusion|"
    r"tablet|capsule|cycle|course|vial)s?"
)
_ADVERB = re.compile(
    rf"(?<![\w])(?:(?P<times>{_TIMES})[\s-]?|(?P<prefix>bi|tri|semi)-?)?"
    rf"(?:(?P<every>every|each|other) (?P<second>second |other )?)?(?P<ly>{_LY})(?![\w])"
    rf"|(?<![\w])(?P<fortnight>fortnightly)(?![\w])",
    re.I,
)
_PER = re.compile(
    rf"(?<![\w])(?P<times>{_TIMES}|(?P<events>{_COUNT})\s(?:\w+\s)?{_EVENT})[\s-]"
    rf"(?:an?|per|each|every|in(?: each| a| every)?)[\s-](?P<other>other |second |alternate )?(?:(?P<count>{_COUNT})[\s-])?(?P<unit>{_UNIT})(?![\w-])",
    re.I,
)
_PER_SLASH = re.compile(rf"(?<![\w])(?P<times>{_TIMES})\s?/\s?(?P<unit>{_UNIT})(?![\w])", re.I)
_EVERY = re.compile(
    rf"(?<![\w])every[\s-](?:(?P<other>other|second|alternate)[\s-])?(?:(?P<low>{_COUNT})(?:\s?(?:[-–]|to|or)\s?(?P<high>{_COUNT}))?(?:st|nd|rd|th)?[\s-])?(?P<unit>{_UNIT})(?![\w])",
    re.I,
)
_INTERVAL = re.compile(
    rf"(?<![\w])(?:at\s)?(?:(?:an?|regular)\s)?(?:intervals? of (?P<count2>{_RANGE})[\s-](?P<unit2>{_UNIT})(?![\w])|"
    rf"(?P<count>{_RANGE})[\s-](?P<unit>{_UNIT})[\s-]intervals?\b|(?P<ly>{_LY}) intervals?\b)",
    re.I,
)
_APART = re.compile(
    rf"(?<![\w])(?P<count>{_RANGE})[\s-](?P<unit>{_UNIT})[\s-](?P<word>apart|between (?:each )?{_EVENT})\b",
    re.I,
)
_LATER = re.compile(rf"(?<![\w])(?P<count>{_RANGE})[\s-](?P<unit>{_UNIT})\slater\b", re.I)
_CODE = re.compile(
    r"(?<![\w])(?:(?P<q>[qQ])\.?\s?(?P<count>\d{1,2})?[-\s]?(?P<unit>[hHdDwWmM]|wk|wks|weeks?|days?|hours?|hrs?|months?)"
    r"|(?P<latin>[bB]\.?[iI]\.?[dD]|[tT]\.?[iI]\.?[dD]|[qQ]\.?[iI]\.?[dD]|[oO]\.[dD]|OD|QD|[qQ]\.[dD]|QOD|[qQ]\.[oO]\.[dD]|qd|qod))\b\.?(?![\w])"
)
_ALTERNATE = re.compile(
    rf"(?<![\w])(?:on )?alternat(?:e|ing)[\s-](?P<unit>{_UNIT})(?![\w])|(?<![\w])(?P<days>every other day)\b",
    re.I,
)
_MEMBER = r"[-−]?\d{1,3}(?:st|nd|rd|th)?"
_LIST_JOIN = r"(?:\s?,\s?(?:and |or |& )?|\s?(?:and|or|&|to|\+|/)\s?|\s?[-–]\s?)"
_NAMED = r"(?:days?|weeks?|months?|wks?|D|W|M)[\s-]?"
_DAYS = re.compile(
    rf"(?<![\w])(?P<lead>(?:on|at|in)\s)?(?:study\s|the\s)?(?P<list>{_NAMED}{_MEMBER}(?:{_LIST_JOIN}(?:(?:on|at) )?(?:{_NAMED})?{_MEMBER}(?![\w.]*\d|\s?(?:%|mg|ml|cells|patients)))+)",
    re.I,
)
_DAYS_AFTER = re.compile(
    rf"(?<![\w])(?P<lead>(?:on|at)\s)(?P<list>{_MEMBER}(?:{_LIST_JOIN}(?:(?:on|at) )?{_MEMBER}|\s(?:days?|weeks?|months?)(?=\s?(?:,|and|&)))*\s(?:days?|weeks?|months?))(?![\w])",
    re.I,
)
_BASELINE = re.compile(
    rf"(?<![\w])(?P<lead>(?:at|on)\s)?(?P<list>baseline(?:{_LIST_JOIN}(?:(?:on|at|after) )?(?:{_NAMED})?{_MEMBER}\s?(?:days?|weeks?|months?)?)+)(?![\w])",
    re.I,
)
_WINDOW = re.compile(r"(\d+)\s?[-–]\s?\d+")
_NUMBER = re.compile(r"\d+")
_UNIT_WORD = re.compile(r"days?|weeks?|months?|wks?|[DWM](?=[\s-]?\d)", re.I)
_DOSING: Final = re.compile(
    r"\b(?:inject|infus|dos(?:e|ing)|administ|receiv|given|giv|treat|transplant|transfus|deliver|therapy|mg|ml|cells?|MSCs?|µg|μg|tablet|capsule|"
    r"oral|intraven|IV|appl|daily|session|repeat|booster|course|cycle|vaccin|medication|drug|placebo|supplement)\w*",
    re.I,
)
_VISIT: Final = re.compile(
    r"\b(?:follow(?:ed)?[- ]?up|visit|assess|evaluat|measur|monitor|examin|sampl|collect|score|outcome|baseline|record|record|assay|scan|MRI|"
    r"imaging|test|questionnaire|survey|analy[sz]|timepoint|time point|endpoint|observ|blood|serum|biops|culture|harvest)\w*",
    re.I,
)
_LATIN: Final = {
    "bid": ("day", 2),
    "tid": ("day", 3),
    "qid": ("day", 4),
    "od": ("day", 1),
    "qd": ("day", 1),
    "qod": ("day", 0.5),
}
_UNITS: Final = {"h": "hour", "d": "day", "w": "week", "m": "month", "y": "year", "n": "day"}
_LY_UNITS: Final = {
    "hourly": "hour",
    "daily": "day",
    "nightly": "day",
    "weekly": "week",
    "monthly": "month",
    "yearly": "year",
    "annually": "year",
}


def find_schedules(text: str) -> list[Schedule]:
    """Every schedule expression of `text`, by start, flat, offsets in characters."""
    found: list[Schedule] = []
    candidates = sorted(_find_all(text), key=lambda item: (item.start, -item.end))
    for item in candidates:
        if not found or item.start >= found[-1].end:
            found.append(item)
        elif item.end > found[-1].end and item.start == found[-1].start:
            found[-1] = item
    return found


def _find_all(text: str) -> Iterator[Schedule]:
    for match in _PER.finditer(text):
        if match["count"] and match["times"][0].isalnum() and _many(match):
            continue
        yield _frequency(text, match, _per_interval(match), "schedule.per")
    for match in _PER_SLASH.finditer(text):
        unit = _unit(match["unit"])
        yield _frequency(
            text, match, divide_duration(1, unit, _times(match["times"])), "schedule.per"
        )
    for match in _ADVERB.finditer(text):
        yield _frequency(text, match, _adverb_interval(match), "schedule.adverb")
    for match in _EVERY.finditer(text):
        yield _frequency(text, match, _every_interval(match), "schedule.every")
    for match in _INTERVAL.finditer(text):
        unit = (
            _LY_UNITS[match["ly"].lower()]
            if match["ly"]
            else _unit(match["unit"] or match["unit2"])
        )
        count = 1.0 if match["ly"] else _count(match["count"] or match["count2"])
        yield _frequency(text, match, format_duration(count, unit), "schedule.interval")
    for match in _APART.finditer(text):
        interval = format_duration(_count(match["count"]), _unit(match["unit"]))
        yield _frequency(text, match, interval, "schedule.apart")
    for match in _LATER.finditer(text):
        yield _later(text, match)
    for match in _CODE.finditer(text):
        yield _code(text, match)
    for match in _ALTERNATE.finditer(text):
        unit = "day" if match["days"] else _unit(match["unit"])
        yield _frequency(text, match, format_duration(2, unit), "schedule.alternate")
    for pattern in (_DAYS, _DAYS_AFTER, _BASELINE):
        for match in pattern.finditer(text):
            days = _days(text, match)
            if days is not None:
                yield days


def _frequency(text: str, match: "re.Match[str]", interval: str, rule: str) -> Schedule:
    return Schedule(
        start=match.start(),
        end=match.end(),
        kind="frequency",
        interval=interval,
        confidence=_confidence(text, match.start(), match.end()),
        rule=rule,
    )


def _confidence(text: str, start: int, end: int) -> float:
    """How sure it is that a dose, and no visit, is scheduled, from the words around."""
    left = max(text.rfind(". ", 0, start), text.rfind("\n", 0, start), start - 150)
    right = min(
        [stop for stop in (text.find(". ", end), text.find("\n", end)) if stop >= 0] + [end + 60]
    )
    around = text[max(0, left) : start] + " " + text[end:right]
    dosing = len(_DOSING.findall(around))
    visit = len(_VISIT.findall(around))
    return round((dosing + 0.5) / (dosing + visit + 0.7), 2) if dosing or visit else 0.5


def _unit(word: str) -> str:
    return (
        "month"
        if word.lower() == "mo"
        else "minute"
        if word.lower().startswith("mi")
        else "second"
        if word.lower().startswith("s")
        else _UNITS[word[0].lower()]
    )


def _count(written: str) -> float:
    """The number of "2", "two" or, its upper end, "2-3"."""
    parts = re.split(r"\s?[-–]\s?|\s(?:to|or)\s", written.strip())
    numbers = [float(part) if part[0].isdigit() else parse_words(part) for part in parts if part]
    return max(numbers)


def _times(written: str) -> float:
    word = written.lower()
    named = {"once": 1.0, "twice": 2.0, "thrice": 3.0}
    return named.get(word) or _count(re.sub(r"[\s-]times?$|\s?[x×]$", "", word))


def _many(match: "re.Match[str]") -> bool:
    """Whether "seven times every 3 days" gives the number of doses and, apart, the interval."""
    return not match["events"] and _times(match["times"]) > 3


def _per_interval(match: "re.Match[str]") -> str:
    times = _count(match["events"]) if match["events"] else _times(match["times"])
    count = _count(match["count"]) if match["count"] else 1.0
    return divide_duration(count * (2 if match["other"] else 1), _unit(match["unit"]), times)


def _adverb_interval(match: "re.Match[str]") -> str:
    if match["fortnight"]:
        return "P2W"
    unit = _LY_UNITS[match["ly"].lower()]
    times = _times(match["times"]) if match["times"] else 1.0
    prefix = (match["prefix"] or "").lower()
    if prefix == "semi":
        times = 2.0
    count = {"bi": 2.0, "tri": 3.0}.get(prefix, 2.0 if match["second"] else 1.0)
    return divide_duration(count, unit, times)


def _every_interval(match: "re.Match[str]") -> str:
    count = _count(match["high"] or match["low"]) if match["low"] else 1.0
    return format_duration(2.0 if match["other"] else count, _unit(match["unit"]))


def _later(text: str, match: "re.Match[str]") -> Schedule:
    confidence = _confidence(text, match.start(), match.end())
    return Schedule(
        start=match.start(),
        end=match.end(),
        kind="further",
        interval=format_duration(_count(match["count"]), _unit(match["unit"])),
        confidence=round(0.7 * confidence, 2),
        rule="schedule.later",
    )


def _code(text: str, match: "re.Match[str]") -> Schedule:
    if match["latin"]:
        unit, times = _LATIN[match["latin"].lower().replace(".", "")]
        interval = divide_duration(1, unit, times)
    else:
        interval = format_duration(float(match["count"] or 1), _unit(match["unit"]))
    return _frequency(text, match, interval, "schedule.code")


def _days(text: str, match: "re.Match[str]") -> Schedule | None:
    """Days, weeks or months that are listed one by one."""
    listed = _WINDOW.sub(r"\1", match["list"])
    offsets = _offsets(listed)
    if len(offsets) < 2 or any(b <= a for a, b in zip(offsets, offsets[1:], strict=False)):
        return None
    start = (
        match.start("lead")
        if match["lead"] and match["lead"].strip().lower() != "in"
        else match.start("list")
    )
    gaps = {round(b - a, 3) for a, b in zip(offsets, offsets[1:], strict=False)}
    return Schedule(
        start=start,
        end=match.end("list"),
        kind="days",
        interval=_even(gaps.pop(), listed) if len(gaps) == 1 else None,
        offsets=offsets,
        n_doses=len(offsets),
        confidence=_confidence(text, start, match.end()),
        rule="schedule.days",
    )


def _offsets(listed: str) -> tuple[float, ...]:
    """Days from the first administration: "weeks 0, 2 and 4" -> 0, 14, 28."""
    offsets: list[float] = []
    units = list(_UNIT_WORD.finditer(listed))
    if listed.lower().startswith("baseline"):
        offsets.append(0.0)
    after = not listed[0].isalpha() or listed.lower().startswith("baseline")
    for number in _NUMBER.finditer(listed):
        if after:
            unit = next(
                (u for u in units if u.start() >= number.end()), units[-1] if units else None
            )
        else:
            unit = next((u for u in reversed(units) if u.end() <= number.start()), None)
        name = _unit(unit.group()) if unit else "day"
        offsets.append(round(float(number.group()) * DAYS[name], 2))
    return tuple(offset - offsets[0] for offset in offsets) if offsets else ()


def _even(days: float, listed: str) -> str:
    """The even gap between days in the largest unit that divides it; months only if written."""
    units = ("month", "week") if re.search(r"month|M", listed) else ("week",)
    for unit in units:
        count = days / DAYS[unit]
        if abs(count - round(count)) < 0.02:
            return format_duration(float(round(count)), unit)
    return format_duration(days, "day")


@Language.factory("cellstudy_schedules", assigns=["doc.spans", f"doc._.{EXT_SCHEDULES}"])
def create_schedules(nlp: Language, name: str) -> "ScheduleFinder":
    """Make the component that finds schedule expressions."""
    return ScheduleFinder(nlp, name)


class ScheduleFinder:
    """Write `find_schedules` to `doc._.schedules` and the span group `schedules`."""

    def __init__(self, nlp: Language, name: str = "cellstudy_schedules") -> None:
        register_extensions()
        self.nlp = nlp
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        found = find_schedules(doc.text)
        doc._.set(EXT_SCHEDULES, [msgspec.to_builtins(item) for item in found])
        set_spans(
            doc,
            SCHEDULES,
            [
                ScoredSpan(item.start, item.end, item.kind, item.confidence, f"rule:{item.rule}")
                for item in found
            ],
        )
        return doc
