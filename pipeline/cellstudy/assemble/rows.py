"""Rows: each value, and each p-value that stands alone, with what it is linked to."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from cellstudy.assemble.allocation import find_trial_arms, is_control
from cellstudy.assemble.arms import ArmHit, Arms
from cellstudy.assemble.clauses import Clause, Event, find_value_runs, read_clause
from cellstudy.assemble.comparisons import NO_ARM, ArmLink, find_contrast, link_run
from cellstudy.assemble.directions import Cue, cue_of_outcome, decide_direction
from cellstudy.assemble.layout import Layout
from cellstudy.assemble.moments import NO_TIME, TimeLink, find_endpoint_times, link_times
from cellstudy.assemble.outcomes import (
    NOTHING,
    Linked,
    link_outcomes,
    link_p_outcomes,
    pick_outcomes,
)
from cellstudy.assemble.pvalues import link_p
from cellstudy.assemble.statistics import is_effect, is_fold
from cellstudy.terms import fold_name

_THRESHOLD = re.compile(
    r"\bP\b[^.]{0,30}\b(?:considered|taken|regarded|deemed)\b"
    r"|\bsignifican(?:ce|t) (?:level|at|was set)\b|\btests?\b[^.]{0,10}[(*]+P"
)
"""A level of significance that the methods state is no result."""

_COUNTS = re.compile(
    r"V(?: [(\[][^)\]]*[)\]])? (?:of )?(?:\w+ )?(?:patients?|users|respondents|women|men)\b"
)
_BETWEEN = re.compile(
    r"(?:[\w ]+: )?(?:the |these )?two groups\b"
    r"|\bbetween[- ](?:the )?(?:two |study |treatment )?groups?\b"
)
_DIFFERS = re.compile(r"\bdiffer(?:ed|ence|ences|ent)?\b")
_COMPARES = re.compile(
    r"\b(?:higher|lower|greater|more|fewer|less|better|worse|shorter|longer|larger|smaller|superior"
    r"|inferior|favou?r\w*|than|compared)\b"
)
"""One arm stands against another, named or not."""

_BESIDE = re.compile(r"\s?[(\[]\s?")


MAX_NUMBERS: Final = 60
"""A sentence with more values and p-values is a table: its numbers stay without links."""


class Row(NamedTuple):
    """A value or lone p-value (`event`) and its links."""

    clause: Clause
    event: Event
    outcome: Event | None
    linked: Linked
    arm: ArmLink
    time: TimeLink
    cue: Cue | None
    p: Event | None
    cue_clause: Clause
    """The clause of the direction word, which may be that of the next sentence."""
    run: Sequence[Event] = ()
    """The values of the run that the event belongs to."""
    sure: Mapping[str, float] = {}
    """Probabilities of the links that the trained scorer reviewed, by kind."""


class _State:
    """What one sentence leaves to the next: the outcome and the arms compared."""

    def __init__(self, arms: Sequence[ArmHit]) -> None:
        self.arms = list(arms)
        self.outcome = NOTHING
        self.sentence = 0

    def carry(self, clause: Clause, linked: Linked) -> Linked:
        """Return `linked`, or the outcome of the sentence before where it is empty.

        A sentence that counts people has an outcome of its own, named or not.
        """
        if linked.outcomes:
            self.outcome = linked._replace(rule="result.outcome_carried")
            self.sentence = clause.sentence
        follows = clause.sentence - self.sentence <= 1
        if linked.outcomes or linked.phrase or not follows or _COUNTS.search(clause.masked):
            return linked
        return self.outcome

    def remember(self, rows: Sequence[Row]) -> None:
        """Keep the arms that a sentence sets side by side."""
        named = {row.arm.arm.key: row.arm.arm for row in rows if row.arm.arm and not row.arm.other}
        if len(named) > 1:
            self.arms = list(named.values())


def find_rows(layout: Layout, arms: Arms) -> list[Row]:
    """Find the rows of an article, in the order of the text."""
    state = _State(find_trial_arms(layout, arms) or arms.compared())
    declared = find_endpoint_times(layout)
    rows: list[Row] = []
    last: list[Row] = []
    for index in layout.sentences_with("VALUE", "P_VALUE"):
        found = list(_read_rows(read_clause(layout, arms, index), state))
        tested = [any(_tests(layout, other, row) for other in found) for row in last]
        rows += [
            _complete(layout, row, found) if is_tested else row
            for row, is_tested in zip(last, tested, strict=True)
        ]
        last = [row for row in found if not any(_tests(layout, row, other) for other in last)]
    return [_with_declared_time(layout, row, declared) for row in rows + last]


def _with_declared_time(layout: Layout, row: Row, declared: dict[str, Event]) -> Row:
    """Give a row without a time that at which the methods declare its outcome."""
    time = declared.get(_outcome_name(layout, row))
    if row.time != NO_TIME or time is None:
        return row
    return row._replace(time=TimeLink(time, "result.time_endpoint"))


def _tests(layout: Layout, p_row: Row, row: Row) -> bool:
    """Say whether a lone p-value tests a number that the sentence before gave without one."""
    if p_row.event.symbol != "P" or row.event.symbol == "P" or row.p is not None:
        return False
    if p_row.clause.sentence - row.clause.sentence != 1:
        return False
    name = _outcome_name(layout, p_row)
    return bool(name) and name == _outcome_name(layout, row)


def _outcome_name(layout: Layout, row: Row) -> str:
    mention = row.outcome.mention if row.outcome else None
    return fold_name(layout.full_name(mention)) if mention else ""


def _complete(layout: Layout, row: Row, found: Sequence[Row]) -> Row:
    """Give a number the p-value of the next sentence, and its direction if the arm is the same."""
    other = next(other for other in found if _tests(layout, other, row))
    same = row.arm.arm and other.arm.arm and row.arm.arm.key == other.arm.arm.key
    if row.cue is not None or not same:
        return row._replace(p=other.p)
    return row._replace(p=other.p, cue=other.cue, cue_clause=other.clause)


def _read_rows(clause: Clause, state: _State) -> Iterable[Row]:
    if len(clause.of("V", "v", "P")) > MAX_NUMBERS:
        yield from (_bare_row(clause, event) for event in clause.of("V", "v"))
        return
    runs = [_read_run(clause, run, state) for run in find_value_runs(clause)]
    p_values = link_p(clause, [at for run in runs for at in run.controls()])
    rows = [row for run in runs for row in _rows_of_run(clause, run, p_values)]
    state.remember(rows)
    yield from rows
    if _THRESHOLD.search(clause.masked):
        return
    used = {p.at for p in p_values.values()}
    for p in clause.of("P"):
        if p.at not in used:
            yield from _rows_of_p(clause, p, state)


def _bare_row(clause: Clause, value: Event) -> Row:
    return Row(clause, value, None, NOTHING, NO_ARM, NO_TIME, None, None, clause, (value,))


class _Run(NamedTuple):
    """Neighbouring values with their outcomes and arms."""

    values: Sequence[Event]
    linked: Linked
    arms: Sequence[ArmLink]

    def controls(self) -> list[int]:
        """Places of the values of control arms."""
        pairs = zip(self.values, self.arms, strict=True)
        return [value.at for value, link in pairs if link.arm and is_control(link.arm)]


def _read_run(clause: Clause, run: Sequence[Event], state: _State) -> _Run:
    linked = state.carry(clause, link_outcomes(clause, run))
    return _Run(run, linked, _link_arms(clause, run, linked, state))


def _rows_of_run(clause: Clause, run: _Run, p_values: dict[int, Event]) -> Iterable[Row]:
    times = link_times(clause, run.values)
    for i, value in enumerate(run.values):
        cue = decide_direction(clause, run.values, i, run.arms)
        p = p_values.get(value.at)
        for outcome in pick_outcomes(run.linked, i, len(run.values)) or (None,):
            for event in clause.twins(value):
                yield Row(
                    clause=clause,
                    event=event,
                    outcome=outcome,
                    linked=run.linked,
                    arm=run.arms[i],
                    time=times[i],
                    cue=cue,
                    p=p,
                    cue_clause=clause,
                    run=run.values,
                )


def _link_arms(
    clause: Clause, run: Sequence[Event], linked: Linked, state: _State
) -> list[ArmLink]:
    """Link the arms of a run; where it lists several outcomes, those of each outcome apart."""
    n_outcomes = len(linked.outcomes)
    if linked.alternative or n_outcomes < 2 or len(run) % n_outcomes:
        n_outcomes = 1
    size = len(run) // n_outcomes
    if size == 1:  # one number for each outcome: all of one arm
        size = len(run)
    links: list[ArmLink] = []
    for start in range(0, len(run), size):
        links.extend(link_run(clause, run[start : start + size], known=state.arms))
    return [
        _link_effect(clause, value, state) or link if is_effect(clause, value) else link
        for value, link in zip(run, links, strict=True)
    ]


def _link_effect(clause: Clause, value: Event, state: _State) -> ArmLink | None:
    """Link an effect size to the arms of its sentence, else to the two of the comparison before."""
    found = find_contrast(clause)
    if found is None and not is_fold(value):
        return _main_arms(state) if len(state.arms) == 2 else None
    return found


def _rows_of_p(clause: Clause, p: Event, state: _State) -> Iterable[Row]:
    linked = state.carry(clause, link_p_outcomes(clause, p))
    arm = _link_p_arm(clause, p, state)
    time = link_times(clause, [p])[0]
    for outcome in linked.outcomes or (None,):
        cue = cue_of_outcome(clause, p, outcome)
        yield Row(clause, p, outcome, linked, arm, time, cue, p, clause)


def _link_p_arm(clause: Clause, p: Event, state: _State) -> ArmLink:
    """Link a lone p-value: to the arms compared, the two of the study, or the arm before it."""
    floor = max((e.at for e in clause.of("P", "V") if e.at < p.at), default=0)
    found = find_contrast(clause, floor, p.at)
    if found:
        return found
    main = _main_arms(state)
    if _BETWEEN.search(clause.masked, floor, p.at) or _BETWEEN.match(clause.masked):
        return main
    since = [arm for arm in clause.of("A") if floor <= arm.at < p.at]
    before = since or [arm for arm in clause.of("A") if arm.at < p.at]
    contrast = None if since else find_contrast(clause)
    if contrast or not before:
        return contrast or (main if _DIFFERS.search(clause.masked) else NO_ARM)
    arm = before[-1]
    keys = [hit.key for hit in state.arms]
    if main.arm and arm.arm and arm.arm.key in keys and _COMPARES.search(clause.masked):
        other = state.arms[1 - keys.index(arm.arm.key)]
        return ArmLink(arm.arm, "result.arm_main", other)
    beside = _BESIDE.fullmatch(clause.gap(arm, p))
    return ArmLink(arm.arm, "result.arm_before" if beside else "result.arm_sentence")


def _main_arms(state: _State) -> ArmLink:
    """The two arms of the study, if it has two."""
    if len(state.arms) != 2:
        return NO_ARM
    return ArmLink(state.arms[0], "result.arm_main", state.arms[1])
