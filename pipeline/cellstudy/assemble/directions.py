"""The direction of a result: increase, decrease or no difference, from the words beside it.

A comparison gives its direction to the arm that it is about, and none to the other; a change, or
a lack of difference, holds for every number of the statement.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

from cellstudy.assemble.clauses import Clause, Event
from cellstudy.assemble.comparisons import ArmLink, is_change
from cellstudy.terms import read_rows

_STATEMENT = re.compile(r";|\b(?:while|whereas|but|although|however|by contrast|in contrast)\b")
_SUBJECT_AFTER = re.compile(r"[^VOPT.;,]{0,25}?\b(?:in|with|for|by|among|on)\s(?:both\s|the\s)*$")
_VERSUS = re.compile(r"\b(?:versus|vs|compared)\b")
_LIST = re.compile(r"[\s,]*(?:\([^()]*\))?[\s,]*(?:and )?O (?:by|of|to) ")
_THAN_OUTCOME = re.compile(r"[^VAPT.;,]{0,20}\bthan O")
"""One outcome set against another says nothing of a direction."""
_AFTER: Final = 25


class Cue(NamedTuple):
    """A direction word at a place of the masked text."""

    start: int
    end: int
    direction: str
    kind: str


def decide_direction(
    clause: Clause, run: Sequence[Event], position: int, links: Sequence[ArmLink]
) -> Cue | None:
    """The direction word that holds for the `position`-th value of a run, None without one."""
    cue = _nearest(clause, run)
    if cue is None or cue.kind in ("none", "noun"):
        return cue
    if is_change(clause, run):
        return cue if position == 1 else None
    link = links[position]
    if link.other:
        return cue
    subject = _subject(clause, cue)
    arms = {other.arm.key for other in links if other.arm}
    if link.arm and subject and len(arms) + len(clause.of("A")) > 1:
        return cue if link.arm.key == subject else None
    if cue.kind == "contrast":
        return cue if position == 0 and (link.arm or clause.of("A")) else None
    return cue


def cue_of_outcome(clause: Clause, p: Event, outcome: Event | None) -> Cue | None:
    """The direction word for an outcome that only a p-value is given for."""
    start = _statement_start(clause, p, 0)
    cues = [cue for cue in _find_cues(clause.masked) if start <= cue.start < p.at]
    floor = max((e.at for e in clause.of("P", "V") if e.at < p.at), default=0)
    cues = [cue for cue in cues if cue.start >= floor] or cues
    plain = [cue for cue in cues if cue.kind == "none"]
    if plain or not cues:
        return plain[-1] if plain else None
    if outcome is None or outcome not in clause.of("O", "D") or outcome.at > p.at:
        return cues[-1]
    after = [cue for cue in cues if cue.start > outcome.at]
    if after and "O" not in clause.masked[outcome.at + 1 : after[0].start]:
        return after[0]
    before = [cue for cue in cues if cue.start < outcome.at]
    return (before or cues)[-1]


def _nearest(clause: Clause, run: Sequence[Event]) -> Cue | None:
    """The cue that decides for a run: a change noun, else the last one before, else one after."""
    first, last = run[0].at, run[-1].at
    start = _statement_start(clause, run[0], _floor(clause, run[0]))
    cues = _find_cues(clause.masked)
    before = [cue for cue in cues if start <= cue.start < first]
    nouns = [cue for cue in before if cue.kind == "noun"]
    if nouns:
        return nouns[-1]
    after = [cue for cue in cues if last <= cue.start <= last + _AFTER]
    noun_after = bool(after) and after[0].kind == "noun" and after[0].start == last
    if noun_after and not any(cue.kind == "none" for cue in before):
        return after[0]
    return before[-1] if before else next(iter(after), None)


def _floor(clause: Clause, value: Event) -> int:
    """Words before an earlier value do not count where another outcome stands between."""
    earlier = [v for v in clause.of("V") if v.at < value.at]
    if not earlier or clause.depth(value):
        return 0
    gap = clause.gap(earlier[-1], value)
    goes_on = _VERSUS.search(gap) or _LIST.fullmatch(gap)
    return earlier[-1].at if "O" in gap and not goes_on else 0


def _statement_start(clause: Clause, event: Event, floor: int) -> int:
    """Where the statement begins that the event belongs to; brackets are no new statement."""
    starts = [m.end() for m in _STATEMENT.finditer(clause.masked, floor, event.at)]
    outer = [at for at in starts if not clause.depth_at(at)]
    return outer[-1] if outer else floor


def _subject(clause: Clause, cue: Cue) -> str | None:
    """The arm that a cue speaks of: `higher in the A`, else the last arm before the cue."""
    arms = [event for event in clause.of("A") if event.arm]
    following = next((arm for arm in arms if arm.at > cue.end), None)
    named = following and _SUBJECT_AFTER.fullmatch(clause.masked, cue.end, following.at)
    if named and following and following.arm:
        return following.arm.key
    before = [arm for arm in arms if arm.at < cue.start]
    return before[-1].arm.key if before and before[-1].arm else None


@lru_cache(maxsize=256)  # each value of a sentence asks for them
def _find_cues(text: str) -> tuple[Cue, ...]:
    """Find the direction words of masked text, by start; a longer phrase covers its words."""
    found: list[Cue] = []
    for match in _pattern().finditer(text):
        if match.lastgroup and not _THAN_OUTCOME.match(text, match.end()):
            _, direction, kind = _rows()[int(match.lastgroup[1:])]
            found.append(Cue(match.start(), match.end(), direction, kind))
    return tuple(found)


@cache
def _rows() -> tuple[tuple[str, ...], ...]:
    return read_rows("assembly/directions.tsv")


@cache
def _pattern() -> re.Pattern[str]:
    parts = (f"(?P<r{i}>{row[0]})" for i, row in enumerate(_rows()))
    return re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?![\w])")
