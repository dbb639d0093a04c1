"""The direction of a result: increase, decrease or no difference, from the words beside it."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from cellstudy.terms import read_rows

NO_DIFFERENCE: Final = "no_difference"


class Cue(NamedTuple):
    """A word that tells the direction; `kind` is change, contrast or none."""

    start: int
    end: int
    direction: str
    kind: str


def find_cues(text: str) -> list[Cue]:
    """Find the direction words of masked text, by start; a longer phrase covers its words."""
    found = []
    end = 0
    for match in _pattern().finditer(text):
        if match.start() >= end and match.lastgroup:
            _, direction, kind = _rows()[int(match.lastgroup[1:])]
            found.append(Cue(match.start(), match.end(), direction, kind))
            end = match.end()
    return found


def nearest_cue(cues: Sequence[Cue], start: int, end: int, *, stop: int = 0) -> Cue | None:
    """The last cue before the run of values `start` to `end` (after `stop`), else the next one."""
    before = [cue for cue in cues if stop <= cue.start and cue.end <= start]
    if before:
        return before[-1]
    after = [cue for cue in cues if end <= cue.start <= end + 25]
    return after[0] if after else None


@cache
def _rows() -> tuple[tuple[str, ...], ...]:
    return read_rows("assembly/directions.tsv")


@cache
def _pattern() -> re.Pattern[str]:
    parts = (f"(?P<r{i}>{row[0]})" for i, row in enumerate(_rows()))
    return re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?![\w])")
