"""Results: one row for each reported number, and for p-values that stand alone."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from cellstudy.assemble.arms import ArmHit, Arms
from cellstudy.assemble.clauses import Clause, Event, find_value_runs, read_clause
from cellstudy.assemble.comparisons import NO_ARM, ArmLink, contrast, link_run
from cellstudy.assemble.conditions import condition_name
from cellstudy.assemble.directions import NO_DIFFERENCE, Cue, find_cues, nearest_cue
from cellstudy.assemble.evidence import leaf
from cellstudy.assemble.layout import Layout
from cellstudy.assemble.outcomes import NOTHING, Linked, link_outcomes, link_p_outcomes, pick_outcomes
from cellstudy.assemble.statistics import P_ONLY, decide_kind, link_interval, link_p
from cellstudy.assemble.time import mention_duration
from cellstudy.assemble.units import ucum
from cellstudy.terms import fold_name
from cellstudy.schema import Condition, Mention, Quantity, Result, Value, absent

_THRESHOLD = re.compile(
    r"\bP\b[^.]{0,30}\bconsidered\b|\bsignifican(?:ce|t) (?:level|at|was set)\b|\btests?\b[^.]{0,10}[(*]+P"
)
_ALPHA: Final = 0.05


class _Row(NamedTuple):
    """What was linked to a value or lone p-value, before it is made a `Result`."""

    clause: Clause
    event: Event
    outcome: Event | None
    outcome_rule: str
    arm: ArmLink
    time: Event | None
    cue: Cue | None
    p: Event | None


def find_results(layout: Layout, arms: Arms, conditions: Sequence[Condition]) -> tuple[Result, ...]:
    """Find the results of the study, in the order of the text."""
    state = _State()
    rows: list[_Row] = []
    for index in range(len(layout.tagging.sentences)):
        if layout.in_sentence(index, "VALUE", "P_VALUE"):
            clause = read_clause(layout, arms, index)
            found = list(_read_rows(clause, state))
            rows = [*_complete(layout, rows, found), *_without_repeats(layout, rows, found)]
    return tuple(_make_result(layout, row, conditions) for row in rows)


def _complete(layout: Layout, rows: Sequence[_Row], found: Sequence[_Row]) -> list[_Row]:
    """Give rows of the sentence before the p-value that a lone p-value row adds to them."""
    return [_with_p(layout, row, found) for row in rows]


def _with_p(layout: Layout, row: _Row, found: Sequence[_Row]) -> _Row:
    if row.p is None:
        for other in found:
            if _restates(layout, other, row):
                return row._replace(p=other.p)
    return row


def _without_repeats(
    layout: Layout, rows: Sequence[_Row], found: Sequence[_Row]
) -> list[_Row]:
    """Leave out lone p-values that belong to rows of the sentence before."""
    return [o for o in found if not any(_restates(layout, o, row) for row in rows)]


def _restates(layout: Layout, p_row: _Row, row: _Row) -> bool:
    """Say whether a lone p-value tests the numbers that the sentence before gave."""
    if p_row.event.symbol != "P" or row.event.symbol != "V":
        return False
    if p_row.clause.index - row.clause.index != 1 or row.p is not None:
        return False
    names = [fold_name(_outcome_name(layout, r)) for r in (p_row, row)]
    return names[0] != "" and names[0] == names[1]


def _outcome_name(layout: Layout, row: _Row) -> str:
    mention = row.outcome.mention if row.outcome else None
    return layout.full_name(mention) if mention else ""


class _State:
    """What one sentence leaves to the next: the outcome, the time and the arms compared."""

    def __init__(self) -> None:
        self.outcome: Linked = NOTHING
        self.time: Event | None = None
        self.arms: list[ArmHit] = []


def _read_rows(clause: Clause, state: _State) -> Iterable[_Row]:
    runs = find_value_runs(clause)
    p_values = link_p(clause)
    cues = find_cues(clause.masked)
    for run in runs:
        yield from _rows_of_run(clause, run, state, p_values, cues)
    used = {p.at for p in p_values.values()}
    if not _THRESHOLD.search(clause.masked):
        for p in clause.of("P"):
            if p.at not in used:
                yield from _rows_of_p(clause, p, cues, state)


def _rows_of_run(
    clause: Clause,
    run: Sequence[Event],
    state: _State,
    p_values: dict[int, Event],
    cues: Sequence[Cue],
) -> Iterable[_Row]:
    linked = link_outcomes(clause, run)
    linked = linked if linked.outcomes else state.outcome._replace(rule="result.outcome_carried")
    state.outcome = linked
    links = _link_arms(clause, run, linked, state)
    for position, (value, arm) in enumerate(zip(run, links, strict=True)):
        time = _link_time(clause, value)
        cue = _link_cue(run, position, cues)
        p = p_values.get(value.at)
        outcomes = pick_outcomes(linked, position, len(run))
        for outcome in outcomes or (None,):
            yield _Row(clause, value, outcome, linked.rule, arm, time, cue, p)


def _link_arms(
    clause: Clause, run: Sequence[Event], linked: Linked, state: _State
) -> list[ArmLink]:
    """Link the arms of a run; where it lists several outcomes, those of each outcome apart."""
    n_outcomes = len(linked.outcomes)
    if linked.alternative or n_outcomes < 2 or len(run) % n_outcomes:
        n_outcomes = 1
    size = len(run) // n_outcomes
    links: list[ArmLink] = []
    for start in range(0, len(run), size):
        links.extend(link_run(clause, run[start : start + size], known=state.arms))
    named = [link.arm for link in links if link.arm]
    if len({hit.key for hit in named}) > 1:
        state.arms = list({hit.key: hit for hit in named}.values())
    return links


def _rows_of_p(
    clause: Clause, p: Event, cues: Sequence[Cue], state: _State
) -> Iterable[_Row]:
    linked = link_p_outcomes(clause, p)
    linked = linked if linked.outcomes else state.outcome._replace(rule="result.outcome_carried")
    arms = [arm for arm in clause.of("A") if arm.at < p.at]
    pair = contrast(clause)
    link = NO_ARM
    if pair:
        link = ArmLink(pair[0], "result.arm_sentence", pair[1])
    elif arms:
        link = ArmLink(arms[-1].arm, "result.arm_sentence")
    cue = nearest_cue(cues, p.at, p.at)
    time = _link_time(clause, p)
    for outcome in linked.outcomes or (None,):
        yield _Row(clause, p, outcome, linked.rule, link, time, cue, p)


def _link_time(clause: Clause, event: Event) -> Event | None:
    """The last time before the value, else the next one after it in the sentence."""
    times = clause.of("T")
    before = [time for time in times if time.at < event.at]
    if before:
        return before[-1]
    return times[0] if times else None


def _link_cue(run: Sequence[Event], position: int, cues: Sequence[Cue]) -> Cue | None:
    """The direction of a value: a contrast belongs to the first arm of a comparison only."""
    cue = nearest_cue(cues, run[0].at, run[-1].at + 1)
    if cue is None or cue.kind != "contrast":
        return cue
    return cue if position == 0 else None


def _make_result(layout: Layout, row: _Row, conditions: Sequence[Condition]) -> Result:
    mention = row.event.mention
    quantity = mention.quantity if mention and mention.label == "VALUE" else None
    values = _number_leaves(layout, row, quantity) if mention and quantity else {}
    kind = decide_kind(row.clause, row.event, quantity) if quantity else P_ONLY
    return Result(
        outcome=_outcome_leaf(layout, row),
        arm=_arm_leaf(layout, row.arm),
        condition=_condition_leaf(layout, row, conditions),
        time=_time_leaf(layout, row.time),
        kind=leaf(layout, kind, "result.kind", *([mention] if mention else [])),
        direction=_direction_leaf(layout, row),
        p=_p_leaf(layout, row),
        **values,
    )


def _number_leaves(layout: Layout, row: _Row, quantity: Quantity) -> dict[str, Value[object]]:
    mention = row.event.mention
    assert mention is not None
    leaves: dict[str, Value[object]] = {
        "value": leaf(layout, quantity.low, "result.number", mention),
        "high": leaf(layout, quantity.high, "result.number", mention),
    }
    if quantity.unit:
        leaves["unit"] = leaf(layout, ucum(quantity.unit, quantity.per), "result.number", mention)
    if quantity.bound:
        leaves["bound"] = leaf(layout, quantity.bound, "result.number", mention)
    if quantity.dispersion is not None and quantity.dispersion_high is None:
        leaves["dispersion"] = leaf(layout, quantity.dispersion, "result.number", mention)
        leaves["dispersion_kind"] = leaf(layout, quantity.dispersion_kind, "result.number", mention)
    interval = link_interval(row.clause, row.event)
    if interval and interval.mention and interval.mention.quantity:
        found = interval.mention
        bounds = found.quantity
        assert bounds is not None
        leaves["ci_low"] = leaf(layout, bounds.low, "result.interval", found)
        leaves["ci_high"] = leaf(layout, bounds.high, "result.interval", found)
        if bounds.level is not None:
            leaves["ci_level"] = leaf(layout, bounds.level, "result.interval", found)
    return leaves


def _outcome_leaf(layout: Layout, row: _Row) -> Value[str]:
    if row.outcome is None or row.outcome.mention is None:
        return absent()
    mention = row.outcome.mention
    return leaf(layout, layout.full_name(mention), row.outcome_rule, mention)


def _arm_leaf(layout: Layout, link: ArmLink) -> Value[str]:
    if link.arm is None:
        return absent()
    places = [(link.arm.start, link.arm.end)]
    name = link.arm.name
    if link.other:
        name = f"{name} vs {link.other.name}"
        places.append((link.other.start, link.other.end))
    return leaf(layout, name, link.rule, places=places)


def _condition_leaf(layout: Layout, row: _Row, conditions: Sequence[Condition]) -> Value[str]:
    if len(conditions) == 1:
        only = conditions[0].name
        mentions = [m for m in layout.of("DISEASE") if (m.start, m.end) == _place(only)]
        return leaf(layout, only.value, "result.condition_only", *mentions)
    return absent()


def _place(value: Value[str]) -> tuple[int, int]:
    first = value.evidence[0]
    return first.start, first.end


def _time_leaf(layout: Layout, time: Event | None) -> Value[str]:
    if time is None or time.mention is None:
        return absent()
    duration = mention_duration(time.mention)
    return leaf(layout, duration or time.mention.text, "result.time", time.mention)


def _direction_leaf(layout: Layout, row: _Row) -> Value[str]:
    start = layout.tagging.sentences[row.clause.index][0]
    if row.cue is None:
        return absent()
    return leaf(layout, row.cue.direction, "result.direction")


def _p_leaf(layout: Layout, row: _Row) -> Value[str]:
    if row.p is None or row.p.mention is None:
        return absent()
    return leaf(layout, write_p(row.p.mention.text), "result.p", row.p.mention)


def write_p(text: str) -> str:
    """A p-value without p and equals sign, digits as printed: `P = 0.002` -> 0.002."""
    plain = re.sub(r"\s", "", text)
    match = re.search(r"(?:[<>≤≥]=?|=)?[\d.·]*\d", plain)
    return match.group().lstrip("=") if match else plain
