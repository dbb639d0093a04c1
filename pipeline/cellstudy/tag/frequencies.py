"""Frequency expressions: "twice daily", "every 2 weeks", "one infusion per week", "q2w".

Each pattern is tried only around its trigger, a word that it cannot do without: most texts
hold few triggers, and the patterns begin with numbers, which would cost at every word.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from cellstudy.tag.schedule_rules import Match, Rule, Spacing, divide, find_by_rules, space
from cellstudy.tag.schedule_words import (
    CLOSE,
    COUNT,
    JOINT,
    RANGE,
    SPREAD,
    UNIT,
    Rate,
    read_range,
    read_rates,
    read_unit,
    spell_words,
)

_ONCE: Final = r"(?:once|twice|thrice)"
_TIMES: Final = (
    rf"(?:{_ONCE}(?:{JOINT}?(?:or|to|up{JOINT}to){JOINT}(?:{_ONCE}|{COUNT}{JOINT}times?))?"
    rf"|{RANGE}{JOINT}times?|{RANGE}\s?[x×])"
)
_SHORT: Final = r"(?:d|w|wk)"
_AFTER_DOSE = re.compile(
    r"(?:\d\s?(?:[mµμkn]?g|mcg|m?[lL]|IU|units?|U|%|tablets?|capsules?|drops?)|\bdos(?:e|ed|ing))"
    r"[\s(\[]{1,2}$|daily [(\[]$"
)
_CYCLE_AFTER = re.compile(r"[\s-]cycle")
_LIST_BEFORE = re.compile(r"(?:,|and|&|to|-|–)\s?\d{1,2} (?:of|in) $")
_REGIMEN_AFTER = re.compile(r" ?(?:/|and|or|versus|vs\.?)? ?(?:BID|BD|TDS|regimen|dos)")
_NAMED: Final = {"once": 1.0, "twice": 2.0, "thrice": 3.0}


def _event() -> str:
    return rf"{spell_words('event')}s?"


def _adverb() -> "re.Pattern[str]":
    ly = spell_words("adverb")
    return re.compile(
        rf"(?<!\w)(?:(?P<times>{_TIMES}){JOINT}?|(?P<every>{COUNT})[-‐‑–]|(?P<prefix>bi|tri|semi)-?)?"
        rf"(?:(?:every|each|other) (?P<second>second |other )?)?(?P<ly>{ly})"
        rf"(?:{JOINT}(?P<again>{_ONCE})(?!\s(?:a|per|every)\b))?"
        rf"(?!\w|[ -]{spell_words('measured')})",
        re.I,
    )


def _per() -> "re.Pattern[str]":
    each = r"(?:an?|per|each|every|in(?: each| an?| every)?|within an?)"
    events = rf"(?P<events>{COUNT}|an?|single)\s(?:\w+\s)?{_event()}(?: of [\w-]+)?"
    return re.compile(
        rf"(?<!\w)(?:(?P<times>{_TIMES}|{events})"
        rf"|(?P<days>{RANGE}){JOINT}(?:days?|nights?|d))"
        rf"(?:{JOINT}(?P<each>{each}){JOINT}|\s?/\s?)"
        rf"(?P<other>other |second |alternate )?(?:(?P<count>{COUNT}){CLOSE})?"
        rf"(?P<unit>{UNIT}|{_SHORT})(?![\w-])",
        re.I,
    )


def _every() -> "re.Pattern[str]":
    several = rf"{COUNT}(?:\s?,\s?{COUNT}){{0,4}}(?:(?:\s?(?:[-‐‑–]|to|,?\sor)\s?){COUNT})?"
    ordinal = r"third|fourth|fifth|sixth|seventh|tenth"
    return re.compile(
        rf"(?<!\w)(?:(?:once|one{JOINT}time){JOINT})?(?:every|each){JOINT}"
        rf"(?:(?P<moment>{spell_words('moment')})(?!\w)"
        rf"|(?:(?P<other>other|second|alternate){JOINT}|(?P<ordinal>{ordinal}){JOINT}"
        rf"|(?P<half>half)(?:{JOINT}an?)?{JOINT}"
        rf"|(?P<count>{several})(?:st|nd|rd|th)?(?:\s?\(\w{{1,6}}\))?{SPREAD}{CLOSE})?"
        rf"(?P<unit>{UNIT}|(?<=\d)[dw]|(?<=\d\s)[dw])(?!\w))",
        re.I,
    )


def _code() -> "re.Pattern[str]":
    dotted = r"\s?\.\s?".join
    latin = "|".join(
        rf"{dotted(word)}\s?\.|{dotted(word)}|{word}"
        for word in (*read_rates("code"), *read_rates("unsure"))
    )
    unit = r"(?:h|d|w|m|wks?|weeks?|days?|hours?|hrs?|months?|mo)"
    return re.compile(
        rf"(?<![\w-])(?:q[\s.]{{0,2}}(?P<count>{RANGE})[-\s.]{{0,2}}(?P<unit>{unit})"
        rf"|q[\s.]{{0,3}}(?P<alone>[hwm])(?:\s?\.)?|(?P<latin>{latin}))(?: (?:per|a) day)?(?!\w)",
        re.I,
    )


def _alternate() -> "re.Pattern[str]":
    return re.compile(
        rf"(?<!\w)(?:(?:once )?on )?(?:every )?alternat(?:e|ing|ive){JOINT}(?P<unit>{UNIT})(?!\w)",
        re.I,
    )


def _consecutive() -> "re.Pattern[str]":
    return re.compile(
        rf"(?<!\w)on (?:each of )?(?P<count>{COUNT}) (?:consecutive|successive) "
        rf"(?P<unit>{UNIT})(?!\w)",
        re.I,
    )


def _read_times(written: str) -> tuple[float, float]:
    plain = re.sub(rf"{JOINT}times?$|\s?[x×]$", "", written.lower())
    for name, number in _NAMED.items():
        plain = re.sub(rf"\b{name}\b", f"{number:g}", plain)
    return read_range(re.sub(rf"{JOINT}?(?:or|up{JOINT}to|to){JOINT}", " to ", plain))


def _read_adverb(match: Match) -> Spacing | None:
    rate = read_rates("adverb")[match["ly"].lower()]
    if match.group() == match["ly"] and match.string[match.start() - 1 : match.start()] == "/":
        return None  # the denominator of "5 mg/daily"
    prefix = (match["prefix"] or "").lower()
    written = match["times"] or match["again"]
    times = _read_times(written) if written else (rate.times, rate.times)
    if prefix == "semi" or (prefix == "bi" and match["ly"].lower() in ("daily", "annually")):
        times = (2.0, 2.0)
        prefix = ""
    count = {"bi": 2.0, "tri": 3.0}.get(prefix, 2.0 if match["second"] else 1.0)
    if match["every"]:
        count = read_range(match["every"])[0]
    return divide(match, Rate(rate.unit, rate.units * count, 1), times)


def _read_per(match: Match) -> Spacing | None:
    """Read a rate; "3 infusions every 2 weeks" is a number of doses and then an interval."""
    unit = read_unit(match["unit"])
    count = read_range(match["count"])[0] if match["count"] else 1.0
    each = (match["each"] or "").lower()
    if match["days"]:
        times = read_range(match["days"])
        if unit not in ("week", "month") or times[1] > 31 or match["count"]:
            return None
        return divide(match, Rate(unit, 1, 1), times)
    if match["events"]:
        number = 1.0 if match["events"].lower() == "single" else read_range(match["events"])[0]
        times = (number, number)
    else:
        times = _read_times(match["times"])
    if match["events"] and unit in ("second", "minute"):
        return None
    spaced = each in ("every", "each") and bool(match["count"])
    if match["events"] and each in ("every", "each", "in"):
        return None
    if times[1] > 1 and (spaced or (each == "in" and match["count"])):
        return None
    return divide(match, Rate(unit, count * (2 if match["other"] else 1), 1), times)


def _read_every(match: Match) -> Spacing | None:
    if _CYCLE_AFTER.match(match.string, match.end()) and _LIST_BEFORE.search(
        match.string, max(0, match.start() - 12), match.start()
    ):
        return None  # "days 1, 8 and 15 of each 28-day cycle"
    if match["moment"]:
        return divide(match, read_rates("moment")[match["moment"].lower()], (1.0, 1.0))
    unit = read_unit(match["unit"])
    low = high = 1.0
    if match["count"]:
        low, high = read_range(match["count"])
    elif match["other"]:
        low = high = 2.0
    elif match["half"]:
        low = high = 0.5
    elif match["ordinal"]:
        low = high = _ORDINALS[match["ordinal"].lower()]
    return space(match, (low, high), unit)


_ORDINALS: Final = {
    "third": 3.0,
    "fourth": 4.0,
    "fifth": 5.0,
    "sixth": 6.0,
    "seventh": 7.0,
    "tenth": 10.0,
}


def _read_code(match: Match) -> Spacing | None:
    if match["latin"]:
        word = re.sub(r"[\s.]", "", match["latin"]).lower()
        rate = read_rates("code").get(word)
        if rate is None:
            before = match.string[max(0, match.start() - 14) : match.start()]
            if not (_AFTER_DOSE.search(before) or _REGIMEN_AFTER.match(match.string, match.end())):
                return None
            rate = read_rates("unsure")[word]
        return divide(match, rate, (rate.times, rate.times))
    if match["alone"]:
        unit = {"h": "hour", "w": "week", "m": "month"}[match["alone"].lower()]
        return space(match, (1.0, 1.0), unit)
    low, high = read_range(match["count"])
    return space(match, (low, high), read_unit(match["unit"]))


def _read_alternate(match: Match) -> Spacing:
    return space(match, (2.0, 2.0), read_unit(match["unit"]))


def _read_consecutive(match: Match) -> Spacing:
    return space(match, (1.0, 1.0), read_unit(match["unit"]))


@cache
def _rules() -> tuple[Rule, ...]:
    per_trigger = (
        r"[\s/-](?:(?:[Aa]n?|[Pp]er|[Ee]ach|[Ee]very|[Ii]n(?: an?| each| every)?)[\s-]|(?<=/)\s?)"
        rf"(?:(?i:other|second|alternate|{COUNT})[\s-]?)?(?i:{UNIT}|{_SHORT})(?![\w-])"
    )
    return (
        Rule("per", re.compile(per_trigger), 40, _per(), _read_per),
        Rule(
            "adverb",
            re.compile(
                r"ly\b(?:(?<=daily)|(?<=hourly|weekly|yearly|ightly|onthly|nually|rterly))", re.I
            ),
            30,
            _adverb(),
            _read_adverb,
        ),
        Rule("every", re.compile(r"[Ee](?:very|ach)\b"), 10, _every(), _read_every),
        Rule(
            "code",
            re.compile(
                r"[BTQEO](?<![\w-].)(?:[DIOQWH]{0,2}[DWS]\b|\s?\.\s?[IDOW]|(?<=Q)[\s.]{0,2}\d|(?<=Q)[HWM]\b)"
                r"|q(?<![\w-].)(?:[\s.]{0,2}\d|[hw]\b|o?d\b|id\b|hs\b|\s?\.\s?[idow])"
                r"|[bt](?<![\w-].)(?:id\b|ds\b|\s?\.\s?i)"
            ),
            0,
            _code(),
            _read_code,
        ),
        Rule("alternate", re.compile(r"[Aa]lternat"), 15, _alternate(), _read_alternate),
        Rule(
            "consecutive",
            re.compile(r"(?:cons|succ)e(?:cu|ss)[it]ive"),
            30,
            _consecutive(),
            _read_consecutive,
        ),
    )


def find_frequencies(text: str) -> Iterator[Spacing]:
    """Every frequency expression of `text`; those of different rules may overlap."""
    return find_by_rules(text, _rules())
