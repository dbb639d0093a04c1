"""Spacings: "2 weeks apart", "at 4-week intervals", "separated by 10 days", "3 weeks later".

The further administration ("a repeat injection at 3 months") is told apart from a visit by the
words before it.
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

_ABOUT: Final = r"(?:(?:at least|about|approximately|around|a minimum of|no less than|~) ?)?"
_LENGTH: Final = rf"(?P<count>{RANGE}|an?){SPREAD}{CLOSE}(?P<unit>{UNIT}){SPREAD}"
_OTHER_LENGTH: Final = rf"(?P<count2>{RANGE}|an?){CLOSE}(?P<unit2>{UNIT})(?!\w)"
_MORE: Final = r"second|2nd|third|3rd|another|further|additional|booster"
_SEPARATED: Final = r"sep[aer]{1,3}[a-z]{2,4}ed?"
"""The most misspelt word of its kind: "seperated", "separeted"."""
_EARLIER: Final = r"(?:first|initial|previous|preceding|last)"
_ALONE: Final = r"(?![\w-]|\.\d|,? ?(?:and|or|to|,) ?\d)"
"""After a number of a day: it is not the first of a list or a range."""
_NO_GAP: Final = r"(?<!confidence )(?<!credible )"


def _interval() -> "re.Pattern[str]":
    event, ly = spell_words("event"), spell_words("adverb")
    events = rf"(?:the |each |every |two |successive |consecutive |{event}s?(?: and )?)"
    verb = r"(?P<verb>was|were|is|are|will be)"
    link = rf"\s?(?:time )?(?:(?:between {events}{{1,4}} ?)?(?:of|{verb}|:|=)|\()?\s?"
    named = rf"(?:time |dosing |{event} )?"
    return re.compile(
        rf"(?<!\w)(?:at (?:(?:an?|regular) )?)?"
        rf"(?:{_NO_GAP}{named}(?:intervals?|gaps?)\b{link}{_ABOUT}{_OTHER_LENGTH}"
        rf"|{_LENGTH}(?:{JOINT}of)?{JOINT}(?:time )?(?:intervals?|gaps?)\b"
        rf"|(?:(?P<every>{COUNT})[-‐‑–]|(?P<prefix>bi|tri)-?)?(?P<ly>{ly}) intervals?\b)",
        re.I,
    )


def _apart() -> "re.Pattern[str]":
    return re.compile(
        rf"(?<!\w){_LENGTH}{JOINT}(?:apart(?! from (?!each|one|the))"
        rf"|between (?:(?:the|each|two) )?{spell_words('event')}s?)\b",
        re.I,
    )


def _separated() -> "re.Pattern[str]":
    return re.compile(
        rf"(?<!\w)(?:{_SEPARATED}|spaced)(?: out)? (?:by |at )?(?P<about>{_ABOUT}){_LENGTH}"
        rf"(?!\w|{JOINT}(?:apart|interval))",
        re.I,
    )


def _later() -> "re.Pattern[str]":
    return re.compile(rf"(?<!\w){_LENGTH}\slater\b", re.I)


def _repeat() -> "re.Pattern[str]":
    event = spell_words("event")
    again = rf"(?:repeat(?:ed|ing)?|again|booster|(?:{_MORE})(?: \w+)? {event}s?)"
    first = rf"(?: after the {_EARLIER}(?: {event})?)"
    day = rf"(?P<day>\b(?:at|in|on) (?:day|week|month)\s(?P<nth>\d{{1,3}}){_ALONE})"
    length = rf"(?P<count>{RANGE}|an?) ?(?P<unit>{UNIT})"
    return re.compile(
        rf"(?<!\w){again}(?!\w)[^.;:()\d\n]{{0,40}}?"
        rf"(?:(?:(?P<at>\bat )|\b(?:after|in) ){length}{first}?(?!\w)|{day})",
        re.I,
    )


def _after_first() -> "re.Pattern[str]":
    event = spell_words("event")
    again = rf"(?:{_MORE}|repeat)(?: \w+)? {event}s?"
    return re.compile(
        rf"(?<!\w){again}[^.;:()\n]{{0,40}}?(?<!\w)(?P<between>between )?"
        rf"(?P<count>{RANGE}){CLOSE}(?P<unit>{UNIT})"
        rf" after (?:the )?{_EARLIER}"
        rf"(?:(?: cell| MSC)? {event})?(?!\w)",
        re.I,
    )


def _from_zero() -> "re.Pattern[str]":
    event = spell_words("event")
    return re.compile(
        rf"(?<!\w)(?:at|on) (?P<unit>day|week|month) 0,? and (?:one|an?|another|the)(?!\w)"
        rf"[^.;:()\d\n]{{0,40}}? {event}(?!\w)[^.;:()\d\n]{{0,40}}?"
        rf"(?P<at>\b(?:at|on) (?P=unit) (?P<count>[1-9]\d{{0,2}})){_ALONE}",
        re.I,
    )


def _read_interval(match: Match) -> Spacing:
    if match["ly"]:
        rate = read_rates("adverb")[match["ly"].lower()]
        count = read_range(match["every"])[0] if match["every"] else 1.0
        count = {"bi": 2.0, "tri": 3.0}.get((match["prefix"] or "").lower(), count)
        return divide(match, Rate(rate.unit, rate.units * count, 1), (1.0, 1.0))
    if match["count"]:
        return _read_apart(match)
    start = match.start("count2") if match["verb"] else match.start()
    return space(match, read_range(match["count2"]), read_unit(match["unit2"]), start=start)


def _read_apart(match: Match) -> Spacing:
    return space(match, read_range(match["count"]), read_unit(match["unit"]))


def _read_separated(match: Match) -> Spacing:
    """Read "separated by 10 days"; after "approximately" the length stands alone."""
    return _read_from_count(match) if match["about"] else _read_apart(match)


def _read_repeat(match: Match) -> Spacing | None:
    if match["count"]:
        start = match.start("at") if match["at"] else match.start("count")
        return space(match, read_range(match["count"]), read_unit(match["unit"]), start=start)
    if match.group()[:1] in "tT3":
        return None  # the day of a third dose says nothing of the time since the second
    start = match.start("day") if match["day"][:2] != "in" else match.start("day") + 3
    return space(match, read_range(match["nth"]), read_unit(match["day"].split()[1]), start=start)


def _read_from_zero(match: Match) -> Spacing:
    bounds = read_range(match["count"])
    return space(match, bounds, read_unit(match["unit"]), start=match.start("at"))


def _read_from_count(match: Match) -> Spacing:
    start = match.start("count")
    return space(match, read_range(match["count"]), read_unit(match["unit"]), start=start)


def _read_after_first(match: Match) -> Spacing:
    found = _read_from_count(match)
    return found._replace(start=match.start("between")) if match["between"] else found


@cache
def _apart_rules() -> tuple[Rule, ...]:
    return (
        Rule("interval", re.compile(r"nterval|[Gg]aps?\b"), 40, _interval(), _read_interval),
        Rule("apart", re.compile(r"apart\b|between\b"), 40, _apart(), _read_apart),
        Rule(
            "separated",
            re.compile(rf"[Ss](?:{_SEPARATED[1:]}|paced)\b"),
            0,
            _separated(),
            _read_separated,
        ),
    )


@cache
def _further_rules() -> tuple[Rule, ...]:
    return (
        Rule("later", re.compile(r"later\b"), 25, _later(), _read_apart),
        Rule(
            "after_first",
            re.compile(r"after (?:the )?(?=first|init|pre[vc]|last)"),
            90,
            _after_first(),
            _read_after_first,
        ),
        Rule(
            "from_zero",
            re.compile(r"(?:day|week|month) 0,? and "),
            4,
            _from_zero(),
            _read_from_zero,
        ),
        Rule(
            "repeat",
            re.compile(
                r"[RrAaSsTtBbFf23](?<!\w.)(?:epeat|gain\b|econd\b|hird\b|nother\b|ooster\b|urther\b"
                r"|dditional\b|(?<=2)nd\b|(?<=3)rd\b)"
            ),
            0,
            _repeat(),
            _read_repeat,
        ),
    )


def find_spacings(text: str) -> Iterator[Spacing]:
    """Every time that lies between two administrations by the words of the text."""
    return find_by_rules(text, _apart_rules())


def find_further(text: str) -> Iterator[Spacing]:
    """Every time of a further administration, counted from the one before."""
    return find_by_rules(text, _further_rules())
