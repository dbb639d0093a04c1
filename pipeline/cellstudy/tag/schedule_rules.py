"""How the rules of the schedule grammar run: each around its trigger, on a window of the text."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from cellstudy.tag.durations import divide_duration, format_duration
from cellstudy.tag.schedule_words import Rate

Match = re.Match[str]

_REACH: Final = 60
"""Characters after a trigger in which its expression ends."""


class Spacing(NamedTuple):
    """An expression with the shortest and the longest time between two administrations."""

    start: int
    end: int
    low: str
    high: str
    rule: str = ""


class Rule(NamedTuple):
    """A pattern with its trigger, how far before the trigger it may begin, and its reader."""

    name: str
    trigger: "re.Pattern[str]"
    before: int
    pattern: "re.Pattern[str]"
    read: Callable[[Match], Spacing | None]


def space(match: Match, bounds: tuple[float, float], unit: str, *, start: int = -1) -> Spacing:
    """Make the spacing of "every `low` to `high` units"."""
    low, high = (format_duration(bound, unit) for bound in bounds)
    return Spacing(match.start() if start < 0 else start, match.end(), low, high)


def divide(match: Match, rate: Rate, times: tuple[float, float]) -> Spacing:
    """Make the spacing of `times` administrations in the time of `rate`."""
    few, many = times
    low, high = (divide_duration(rate.units, rate.unit, number) for number in (many, few))
    return Spacing(*match.span(), low, high)


def find_by_rules(text: str, rules: Iterable[Rule]) -> Iterator[Spacing]:
    """Every expression of `text` that a rule reads; those of different rules may overlap."""
    for rule in rules:
        done = 0
        for trigger in rule.trigger.finditer(text):
            if trigger.start() < done:
                continue
            start = max(done, trigger.start() - rule.before)
            match = _search(
                text, rule.pattern, start=start, floor=done, stop=trigger.end() + _REACH
            )
            found = rule.read(match) if match else None
            if found:
                done = found.end
                yield found._replace(rule=f"schedule.{rule.name}")


def _search(
    text: str, pattern: "re.Pattern[str]", *, start: int, floor: int, stop: int
) -> Match | None:
    """Search a window that begins at a word and ends with one, so that no word is cut."""
    floor, roof = max(floor, start - _REACH), stop + _REACH
    while floor < start and text[start - 1].isalnum():
        start -= 1
    while stop < min(len(text), roof) and text[stop].isalnum():
        stop += 1
    return pattern.search(text, start, stop)
