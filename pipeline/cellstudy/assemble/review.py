"""The links that rules made, reviewed by the trained scorer of `links`.

The rules decide first. The scorer sees their decision among its features, says how sure a link is,
puts a candidate of the same sentence in its place where it is clearly the better one, and drops
what it holds for wrong.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from cellstudy.assemble.clauses import Clause, Event
from cellstudy.assemble.comparisons import NO_ARM, ArmLink
from cellstudy.assemble.directions import decide_direction
from cellstudy.assemble.evidence import MODEL_LINK
from cellstudy.assemble.links import Frame, Opinion, describe, score
from cellstudy.assemble.outcomes import NOTHING, Linked
from cellstudy.assemble.rows import Row

OUTCOME: Final = "outcome"
ARM: Final = "arm"
P_VALUE: Final = "p"
KINDS: Final = {OUTCOME: ("O", "D"), ARM: ("A",), P_VALUE: ("P",)}
"""Kinds of links, each with the symbols of its candidates."""

_BRACKET = re.compile(r"[()\[\]]")

MAX_EVENTS: Final = 60
"""A sentence with more mentions is a table, and stays as the rules leave it."""

MAX_CANDIDATES: Final = 12
"""Candidates of one value: the nearest ones, so that long lists stay cheap."""


class Bounds(NamedTuple):
    """Probabilities by which the scorer overrules the rules; chosen by cross-validation."""

    take: float
    """A candidate that rules did not choose is taken from here on, times its own confidence."""
    change: float
    """How much more probable it is to be than one that rules chose."""
    drop: float
    """The link of the rules is dropped below this."""


BOUNDS: Final = {
    OUTCOME: Bounds(take=0.4, change=0.3, drop=0.05),
    ARM: Bounds(take=0.5, change=0.3, drop=0.05),
    P_VALUE: Bounds(take=0.5, change=0.5, drop=0.0),
}

Weights = Mapping[str, Mapping[str, float]]


class Pair(NamedTuple):
    """A candidate of a value, whether the rules chose it, and the features of the pair."""

    candidate: Event
    chosen: bool
    features: list[str]


class Verdict(NamedTuple):
    """The candidate to link (None: none), its probability, and whether the rules chose it."""

    event: Event | None
    probability: float
    by_rules: bool


def review_rows(rows: Sequence[Row], weights: Weights) -> list[Row]:
    """Review the outcome, arm and p-value of each row that has a value.

    A direction that follows from the arms is decided anew, and a p-value that a number got stands
    no longer alone.
    """
    frames: dict[int, Frame] = {}
    reviewed = [
        row
        if row.event.symbol == "P" or len(row.clause.events) > MAX_EVENTS
        else _review(_frame_of(row, frames), row, weights)
        for row in rows
    ]
    reviewed = [
        row if row.arm == old.arm else _turn(row, reviewed)
        for row, old in zip(reviewed, rows, strict=True)
    ]
    used = {row.p.span for row in reviewed if row.p and row.event.symbol != "P"}
    return [row for row in reviewed if row.event.symbol != "P" or row.event.span not in used]


def _frame_of(row: Row, frames: dict[int, Frame]) -> Frame:
    """The frame of a row's sentence, made once."""
    if row.clause.sentence not in frames:
        frames[row.clause.sentence] = Frame(row.clause)
    return frames[row.clause.sentence]


def _turn(row: Row, rows: Sequence[Row]) -> Row:
    """Decide the direction of a row with the arms that its run has now."""
    if row.cue_clause is not row.clause or row.event not in row.run:
        return row
    arms = {r.event.at: r.arm for r in rows if r.clause is row.clause}
    links = [arms.get(value.at, NO_ARM) for value in row.run]
    return row._replace(cue=decide_direction(row.clause, row.run, row.run.index(row.event), links))


def list_pairs(frame: Frame, row: Row, kind: str) -> list[Pair]:
    """Describe the pairs of the value of a row; none where its link is not for review."""
    value = _main_value(row)
    if value is None or _is_settled(row, kind):
        return []
    rule, chosen = _read_link(row, kind)
    events = frame.clause.of(*KINDS[kind])
    if kind == P_VALUE:
        events = [event for event in events if _may_test(frame.clause, event, value)]
    if len(events) > MAX_CANDIDATES:
        events = sorted(events, key=lambda e: abs(e.at - value.at))[:MAX_CANDIDATES]
    names = {identify(event): identify(event) == chosen for event in events}
    return [
        Pair(event, by_rules, describe(frame, value, event, Opinion(by_rules, rule)))
        for event in events
        for by_rules in (names[identify(event)],)
    ]


def _may_test(clause: Clause, p: Event, value: Event) -> bool:
    """A p-value is said of numbers before it, or beside it in the same brackets."""
    inside = clause.depth(value) > 0 and not _BRACKET.search(clause.gap(p, value))
    return p.at > value.at or inside


def identify(event: Event) -> str | int:
    """What makes two candidates one: the arm that is named, else the place."""
    return event.arm.key if event.arm else event.span[0]


def decide(scored: Iterable[tuple[float, Pair]], bounds: Bounds) -> Verdict:
    """Weigh the best candidate against that of the rules."""
    ranked = sorted(scored, key=lambda item: -item[0])
    best, pair = ranked[0]
    own = next(((p, other.candidate) for p, other in ranked if other.chosen), None)
    better = not own or best - own[0] >= bounds.change
    if not pair.chosen and better and best * _trust(pair.candidate) >= bounds.take:
        return Verdict(pair.candidate, best, False)
    if own is None or own[0] < bounds.drop:
        return Verdict(None, best, False)
    return Verdict(own[1], own[0], True)


def _trust(event: Event) -> float:
    """How sure it is that a candidate is there at all."""
    return event.mention.confidence if event.mention else 1.0


def _main_value(row: Row) -> Event | None:
    """The value of a row; for a percentage beside its n/N, the first of the two."""
    if row.event.symbol == "V":
        return row.event
    earlier = [value for value in row.run if value.at < row.event.at]
    return earlier[-1] if earlier else None


def _is_settled(row: Row, kind: str) -> bool:
    """Say whether a link is none between one value and one candidate."""
    if kind == ARM:
        return row.arm.other is not None
    if kind == OUTCOME:
        listed = len(row.linked.outcomes)
        several = listed > 1 and len(row.run) % listed > 0
        return several or row.linked.alternative or row.linked.phrase is not None
    return False


def _read_link(row: Row, kind: str) -> tuple[str, str | int | None]:
    """The rule and the candidate of what the rules linked."""
    if kind == ARM:
        return row.arm.rule, row.arm.arm.key if row.arm.arm else None
    if kind == OUTCOME:
        return row.linked.rule, identify(row.outcome) if row.outcome else None
    return ("result.p", identify(row.p)) if row.p else ("", None)


def _review(frame: Frame, row: Row, weights: Weights) -> Row:
    sure: dict[str, float] = {}
    for kind in weights:
        pairs = list_pairs(frame, row, kind)
        if not pairs:
            continue
        scored = [(score(weights[kind], pair.features), pair) for pair in pairs]
        verdict = decide(scored, BOUNDS[kind])
        outside = _read_link(row, kind)[1] is not None and not any(p.chosen for p in pairs)
        if verdict.event is None and outside:
            continue
        if not verdict.by_rules:
            row = _relink(row, kind, verdict.event)
        if verdict.event is not None:
            sure[kind] = verdict.probability
    return row._replace(sure=sure)


def _relink(row: Row, kind: str, event: Event | None) -> Row:
    """Put a link of the scorer in the place of that of the rules."""
    if kind == ARM:
        return row._replace(arm=ArmLink(event.arm, MODEL_LINK) if event else NO_ARM)
    if kind == OUTCOME:
        linked = Linked((event,), MODEL_LINK) if event else NOTHING
        return row._replace(outcome=event, linked=linked)
    return row._replace(p=event)
