"""The words that every schedule is made of: counts, time units, events, and the listed words."""

import re
from functools import cache
from typing import Final, NamedTuple

from cellstudy.tag.numbers import SPACES, WORDS, parse_words
from cellstudy.terms import read_rows

COUNT: Final = rf"(?!zero|0+(?:\.0+)?(?![\d.]))(?:\d{{1,5}}(?:\.\d{{1,5}})?|{WORDS})"
"""A number above zero, in digits or words."""
RANGE: Final = rf"{COUNT}(?:\s?(?:[-‐‑–]|to|or)\s?{COUNT})?"
UNIT: Final = r"(?:second|minute|min|hour|hr|h|day|d|night|week|wk|month|mo|year|yr)s?"
JOINT: Final = rf"(?:\s?[-‐‑–]\s?|[{SPACES}\n])"
"""What joins the words of one expression: a space or a hyphen, which may stand between spaces."""
CLOSE: Final = rf"(?:{JOINT}|(?<=\d))"
"""The same between a number and its unit, which may also touch: "every 2weeks"."""
SPREAD: Final = r"(?:\s?\(?(?:±|\+/-|\+-)\s?\d{1,2}(?:\s?(?:days?|d|weeks?|hours?|h))?\)?)?"
"""A tolerance: "1 month (±4 days) apart"."""

_MARK = re.compile(r"\s?,\s?(?:or\s)?|\s(?:up\s)?(?:to|or)\s")
_DASH = re.compile(r"\s?[-‐‑–]\s?")
_WORDS = re.compile(WORDS, re.I)
_FIRST_LETTERS: Final = {"h": "hour", "d": "day", "w": "week", "y": "year", "n": "day"}


class Rate(NamedTuple):
    """A number of administrations in a number of units of time."""

    unit: str
    units: float
    times: float


@cache
def read_rates(kind: str) -> dict[str, Rate]:
    """The listed words of one class (adverb, code, unsure, moment) with their rates."""
    rows = read_rows("patterns/schedule_words.tsv")
    return {
        word: Rate(values[0], float(values[1]), float(values[2]))
        for row, word, *values in rows
        if row == kind
    }


@cache
def spell_words(kind: str) -> str:
    """The listed words of one class as alternatives of a pattern, long ones first."""
    words = {row[1] for row in read_rows("patterns/schedule_words.tsv") if row[0] == kind}
    return "(?:" + "|".join(sorted(words, key=lambda word: (-len(word), word))) + ")"


def read_unit(word: str) -> str:
    """Plain name of a time unit: "wks" -> week, "mo" -> month, "nights" -> day."""
    plain = word.lower()
    if plain.startswith("m"):
        return "minute" if plain.startswith("mi") else "month"
    return "second" if plain.startswith("s") else _FIRST_LETTERS[plain[0]]


def read_range(written: str) -> tuple[float, float]:
    """Read the bounds of "2", "two", "2-3", "one or two" or "4, 6 or 8"; "a" is one."""
    numbers = [number for part in _MARK.split(written.strip()) for number in _read_part(part)]
    return min(numbers), max(numbers)


def _read_part(part: str) -> list[float]:
    """Read "2-3" as two numbers, but "twenty-one" as one."""
    if part.lower() in ("a", "an"):
        return [1.0]
    if part.lower() == "half":
        return [0.5]
    if _WORDS.fullmatch(part):
        return [parse_words(part)]
    return [float(n) if n[0].isdigit() else parse_words(n) for n in _DASH.split(part)]
