"""When a value was measured: the time of its sentence, of a list of times, or baseline."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from cellstudy.assemble.clauses import Clause, Event

BASELINE: Final = "baseline"

_AT_BASELINE = re.compile(r"^(?:\w+: )?(?:at )?baseline\b|\bat baseline\b")
_BASELINE_BEFORE = re.compile(
    r"(?<!from )(?<!at )\bbaseline(?: values?| levels?| mean)?\s?(?:[(\[,:]|of|was|were)?\s?$"
)
_LIST = re.compile(r"[\s,]*(?:and|or|to)?[\s,]*")
_OPENING = re.compile(
    r"(?:[\w /]{3,40}: )?(?:(?:at|after|by|within|during|until|over|on|from) )?(?:the )?"
    r"(?:end of (?:the )?|follow-up of |a follow-up of )?"
)
"""Before a time that opens a sentence and so sets the scene for those after it."""


class TimeLink(NamedTuple):
    """The time of a value: a mention, or the place of the word baseline in the masked text."""

    event: Event | None
    rule: str
    place: tuple[int, int] | None = None


NO_TIME: Final = TimeLink(None, "")


def link_times(clause: Clause, run: Sequence[Event], carried: TimeLink) -> list[TimeLink]:
    """Link each value of a run; `carried` is the time that an earlier sentence opened with."""
    listed = _listed(clause, run)
    if len(run) > 1 and len(listed) == len(run):
        return [TimeLink(time, "result.time") for time in listed]
    return [_link(clause, value, carried) for value in run]


def opening_time(clause: Clause) -> TimeLink | None:
    """The time with which a sentence opens, None where it opens otherwise."""
    first = next(iter(clause.of("T")), None)
    if first is None or not _OPENING.fullmatch(clause.before(first)):
        return None
    return TimeLink(first, "result.time_carried")


def _listed(clause: Clause, run: Sequence[Event]) -> list[Event]:
    """The times before the run that form a list with the last of them."""
    before = [time for time in clause.of("T") if time.at < run[0].at]
    listed = before[-1:]
    for time in reversed(before[:-1]):
        if not _LIST.fullmatch(clause.gap(time, listed[0])):
            break
        listed.insert(0, time)
    return listed


def _link(clause: Clause, value: Event, carried: TimeLink) -> TimeLink:
    """The word baseline beside the value, else the last time before it, else the next after it."""
    baseline = _BASELINE_BEFORE.search(clause.before(value))
    times = clause.of("T")
    if baseline is None and not times:
        baseline = _AT_BASELINE.search(clause.masked)
    if baseline is not None:
        start = clause.masked.index(BASELINE, baseline.start())
        return TimeLink(None, "result.baseline", (start, start + len(BASELINE)))
    before = [time for time in times if time.at < value.at]
    if times:
        return TimeLink((before or times[:1])[-1], "result.time")
    return carried
