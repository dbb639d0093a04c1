"""When a value was measured: the time of its sentence, of a list of times, or baseline."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from cellstudy.assemble.clauses import Clause, Event
from cellstudy.assemble.comparisons import is_change
from cellstudy.assemble.layout import Layout
from cellstudy.schema import Mention
from cellstudy.terms import fold_name

BASELINE: Final = "baseline"

_AT_BASELINE = re.compile(r"^(?:\w+: )?(?:at )?baseline\b|\bat baseline\b")
_BASELINE_BEFORE = re.compile(
    r"(?<!from )(?<!at )\bbaseline(?: values?| levels?| mean)?\s?(?:[(\[,:]|of|was|were)?\s?$"
)
_BASELINE_AFTER = re.compile(r"(?:\s?[(\[][^)\]V]*[)\]])?\sat baseline\b")
_AT = re.compile(
    r"(?:\s?[(\[][^)\]V]*[)\]])?\s(?:patients |eyes |children )?"
    r"(?:at|by|after|on|within|in)\s(?:the\s)?(?:end of\s)?"
)
_LIST = re.compile(r"[\s,]*(?:and|or|to)?[\s,]*")
_ENDPOINT = re.compile(r"\b(?:primary|co-?primary|main|key)\b", re.IGNORECASE)
_DECLARED = re.compile(r"\s\(?(?:at|by|after|over|from baseline to|\(at)?\s?(?:the end of )?")
_NOT_DECLARED: Final = ("background", "conclusions")


class TimeLink(NamedTuple):
    """The time of a value: a mention, or the place of the word baseline in the masked text."""

    event: Event | None
    rule: str
    place: tuple[int, int] | None = None


NO_TIME: Final = TimeLink(None, "")


def link_times(clause: Clause, run: Sequence[Event]) -> list[TimeLink]:
    """Link each value of a run to a time of its sentence."""
    listed = _listed(clause, run)
    if len(run) > 1 and len(listed) == len(run):
        return [TimeLink(time, "result.time") for time in listed]
    links = [_link(clause, value) for value in run]
    from_first = clause.before(run[0]).rstrip().endswith(("from", "from a mean of"))
    if is_change(clause, run) and from_first and not _follows(clause, run[0]):
        links[0] = _link_baseline(clause, run[0])
    return links


def _link_baseline(clause: Clause, value: Event) -> TimeLink:
    """The first of two numbers of a change was taken at baseline, said or not."""
    said = clause.masked.find(BASELINE)
    place = (said, said + len(BASELINE)) if said >= 0 else (value.at, value.at + 1)
    return TimeLink(None, "result.baseline" if said >= 0 else "result.baseline_implied", place)


def _follows(clause: Clause, value: Event) -> Event | None:
    """The time directly after a value: `V at T`."""
    following = next((time for time in clause.of("T") if time.at > value.at), None)
    directly = following and _AT.fullmatch(clause.gap(value, following))
    return following if directly else None


def find_endpoint_times(layout: Layout) -> dict[str, Event]:
    """Map outcomes to the one time at which the methods declare them: `PASI at week 12`."""
    found: dict[str, Event] = {}
    reported = set(layout.sentences_with("VALUE", "P_VALUE"))
    for index in layout.sentences_with("OUTCOME"):
        times = layout.in_sentence(index, "TIME")
        declares = _ENDPOINT.search(layout.sentence_text(index))
        if index in reported or not times or not declares:
            continue
        for outcome in layout.in_sentence(index, "OUTCOME"):
            time = _declared_time(layout, outcome, times)
            if time is not None and layout.part_of(outcome) not in _NOT_DECLARED:
                found.setdefault(fold_name(layout.full_name(outcome)), Event("T", 0, time))
    return found


def _declared_time(layout: Layout, outcome: Mention, times: Sequence[Mention]) -> Mention | None:
    """The time directly after an outcome, else the only one of the sentence."""
    following = next((time for time in times if time.start > outcome.end), None)
    if following and _DECLARED.fullmatch(layout.text, outcome.end, following.start):
        return following
    return times[0] if len(times) == 1 else None


def _listed(clause: Clause, run: Sequence[Event]) -> list[Event]:
    """The times before the run that form a list with the last of them."""
    before = [time for time in clause.of("T") if time.at < run[0].at]
    listed = before[-1:]
    for time in reversed(before[:-1]):
        if not _LIST.fullmatch(clause.gap(time, listed[0])):
            break
        listed.insert(0, time)
    return listed


def _link(clause: Clause, value: Event) -> TimeLink:
    """The word baseline beside the value, else the last time before it, else the next after it."""
    directly = _follows(clause, value)
    if directly:
        return TimeLink(directly, "result.time")
    baseline = _BASELINE_BEFORE.search(clause.before(value))
    baseline = baseline or _BASELINE_AFTER.match(clause.masked, value.at + 1)
    times = clause.of("T")
    if baseline is None and not times:
        baseline = _AT_BASELINE.search(clause.masked)
    if baseline is not None:
        start = clause.masked.index(BASELINE, baseline.start())
        return TimeLink(None, "result.baseline", (start, start + len(BASELINE)))
    before = [time for time in times if time.at < value.at]
    if times:
        return TimeLink((before or times[:1])[-1], "result.time")
    return NO_TIME
