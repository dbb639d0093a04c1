"""Results: one for each reported number, and for p-values that stand alone."""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from cellstudy.assemble.arms import Arms
from cellstudy.assemble.evidence import leaf
from cellstudy.assemble.layout import Layout
from cellstudy.assemble.links import read_weights
from cellstudy.assemble.moments import BASELINE
from cellstudy.assemble.review import ARM, OUTCOME, P_VALUE, review_rows
from cellstudy.assemble.rows import Row, find_rows
from cellstudy.assemble.statistics import P_ONLY, decide_kind, link_interval
from cellstudy.assemble.ties import tie_condition
from cellstudy.assemble.time import mention_duration
from cellstudy.assemble.trends import NO_DIFFERENCE, derive_direction
from cellstudy.schema import Condition, Mention, Result, Value, absent
from cellstudy.units import ucum

_P_NAME = re.compile(r"^[^<>≤≥=\d.·]*")
_CHANGE = re.compile(r"\b(changes?)(?: from baseline)?(?: in| of)?(?: the)? $", re.IGNORECASE)


def find_results(
    layout: Layout, arms: Arms, conditions: Sequence[Condition], design: str | None
) -> tuple[Result, ...]:
    """Find the results of the study, in the order of the text; a plan has none."""
    if design == "trial_protocol":
        return ()
    rows = review_rows(find_rows(layout, arms), read_weights())
    clauses: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        clauses[row.clause.sentence].append(row)
    return tuple(
        _make_result(layout, row, clauses[row.clause.sentence], conditions) for row in rows
    )


def _make_result(
    layout: Layout, row: Row, neighbours: Sequence[Row], conditions: Sequence[Condition]
) -> Result:
    number = None if row.event.symbol == "P" else row.event.mention
    found = link_interval(row.clause, row.event, row.run)
    interval = found.mention if found else None
    return Result(
        outcome=_outcome_leaf(layout, row),
        arm=_arm_leaf(layout, row),
        condition=_condition_leaf(layout, row, conditions),
        time=_time_leaf(layout, row),
        kind=_kind_leaf(layout, row, number),
        value=_quantity_leaf(layout, number, "low"),
        high=_quantity_leaf(layout, number, "high"),
        unit=_unit_leaf(layout, number),
        bound=_quantity_leaf(layout, number, "bound"),
        dispersion=_dispersion_leaf(layout, number, "dispersion"),
        dispersion_kind=_dispersion_leaf(layout, number, "dispersion_kind"),
        direction=_direction_leaf(layout, row, neighbours),
        p=_p_leaf(layout, row),
        ci_low=_quantity_leaf(layout, interval, "low", rule="result.interval"),
        ci_high=_quantity_leaf(layout, interval, "high", rule="result.interval"),
        ci_level=_quantity_leaf(layout, interval, "level", rule="result.interval"),
    )


def _quantity_leaf(
    layout: Layout, mention: Mention | None, field: str, *, rule: str = "result.number"
) -> Value[Any]:
    """Make a leaf of one field of a mention's quantity; absent where either is."""
    if mention is None or mention.quantity is None:
        return absent()
    value = getattr(mention.quantity, field)
    return absent() if value is None else leaf(layout, value, rule, mention)


def _dispersion_leaf(layout: Layout, mention: Mention | None, field: str) -> Value[Any]:
    """A dispersion that is a range stays out: it has no one number."""
    quantity = mention.quantity if mention else None
    if quantity is None or quantity.dispersion is None or quantity.dispersion_high is not None:
        return absent()
    return _quantity_leaf(layout, mention, field)


def _unit_leaf(layout: Layout, mention: Mention | None) -> Value[str]:
    quantity = mention.quantity if mention else None
    if mention is None or quantity is None or quantity.unit is None:
        return absent()
    return leaf(layout, ucum(quantity.unit, quantity.per), "result.number", mention)


def _kind_leaf(layout: Layout, row: Row, number: Mention | None) -> Value[str]:
    kind = P_ONLY
    if number is not None and number.quantity is not None:
        kind = decide_kind(row.clause, row.event, number.quantity)
    mentions = [row.event.mention] if row.event.mention else []
    return leaf(layout, kind, "result.kind", *mentions)


def _outcome_leaf(layout: Layout, row: Row) -> Value[str]:
    """The outcome in full words; `change in` stays, since the number is then one of change."""
    events = row.linked.outcomes if row.linked.alternative else (row.outcome,)
    mentions = [event.mention for event in events if event and event.mention]
    if row.linked.phrase:
        start, end = row.clause.place(layout, *row.linked.phrase)
        return leaf(layout, layout.text[start:end], row.linked.rule, places=[(start, end)])
    if not mentions:
        return absent()
    name = " or ".join(layout.full_name(mention) for mention in mentions)
    change = _CHANGE.search(layout.before(mentions[0]))
    sure = row.sure.get(OUTCOME)
    if change is None:
        return leaf(layout, name, row.linked.rule, *mentions, sure=sure)
    start = mentions[0].start - len(change.group())
    places = [(start, start + len(change.group(1)))]
    return leaf(layout, f"change in {name}", row.linked.rule, *mentions, places=places, sure=sure)


def _arm_leaf(layout: Layout, row: Row) -> Value[str]:
    hits = [hit for hit in (row.arm.arm, row.arm.other) if hit]
    if not hits:
        return absent()
    places = [(hit.start, hit.end) for hit in hits]
    name = " vs ".join(hit.name for hit in hits)
    return leaf(layout, name, row.arm.rule, places=places, sure=row.sure.get(ARM))


def _condition_leaf(layout: Layout, row: Row, conditions: Sequence[Condition]) -> Value[str]:
    tie = tie_condition(layout, row.clause, row.event, row.outcome, conditions)
    if not tie.names:
        return absent()
    return leaf(layout, ", ".join(tie.names), tie.rule, *tie.mentions)


def _time_leaf(layout: Layout, row: Row) -> Value[str]:
    """The time as ISO 8601, else its words; or `baseline`."""
    time = row.time
    mention = time.event.mention if time.event else None
    if mention is not None:
        return leaf(layout, mention_duration(mention) or mention.text, time.rule, mention)
    if time.place is None:
        return absent()
    return leaf(layout, BASELINE, time.rule, places=[row.clause.place(layout, *time.place)])


def _direction_leaf(layout: Layout, row: Row, neighbours: Sequence[Row]) -> Value[str]:
    """The direction by the words of the clause, unless the numbers say that there is none."""
    found = derive_direction(row, neighbours)
    changed = row.cue is not None and row.cue.kind != "change"
    if row.cue is not None and (changed or found != NO_DIFFERENCE):
        place = row.cue_clause.place(layout, row.cue.start, row.cue.end)
        return leaf(layout, row.cue.direction, "result.direction", places=[place])
    mentions = [event.mention for event in (row.event, row.p) if event and event.mention]
    if found is None:
        return absent()
    return leaf(layout, found, "result.direction_derived", *mentions, status="derived")


def _p_leaf(layout: Layout, row: Row) -> Value[str]:
    mention = row.p.mention if row.p else None
    if mention is None:
        return absent()
    return leaf(layout, write_p(mention.text), "result.p", mention, sure=row.sure.get(P_VALUE))


def write_p(text: str) -> str:
    """Write a p-value without p and equals sign, digits as printed: `P = 0.002` -> 0.002."""
    return _P_NAME.sub("", re.sub(r"\s", "", text)).removeprefix("=")
