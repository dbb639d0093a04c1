"""Directions that no word gives: worked out from the numbers, p-values and intervals."""

import re
from collections.abc import Sequence
from typing import Final

from cellstudy.assemble.allocation import is_control
from cellstudy.assemble.clauses import Event
from cellstudy.assemble.comparisons import is_change
from cellstudy.assemble.rows import Row
from cellstudy.assemble.statistics import decide_kind, is_difference, link_interval
from cellstudy.schema import Quantity

INCREASE: Final = "increase"
DECREASE: Final = "decrease"
NO_DIFFERENCE: Final = "no_difference"
ALPHA: Final = 0.05

_CORRELATION = re.compile(r"\br\s?=\s?$|\bcorrelat")
_CHANGE_FROM = re.compile(r"\bchanges? (?:from baseline|in)\b[^.;]{0,60}$")


def derive_direction(row: Row, rows: Sequence[Row]) -> str | None:
    """Work out the direction of a number among the `rows` of its clause; None where unsafe."""
    quantity = _quantity(row.event)
    if quantity is None or row.event.symbol == "P":
        return None
    p = _quantity(row.p)
    first_of_change = is_change(row.clause, row.run) and row.event.at == row.run[0].at
    if first_of_change or row.time.rule.startswith("result.baseline"):
        return None
    if is_not_significant(p):
        return NO_DIFFERENCE
    kind = decide_kind(row.clause, row.event, quantity)
    difference = is_difference(row.clause, row.event)
    if kind == "ratio" or difference:
        interval = _quantity(link_interval(row.clause, row.event, row.run))
        return _of_effect(quantity, p, interval, null=0 if difference else 1)
    if is_change(row.clause, row.run):
        return _of_change(row)
    return _of_sign(row, quantity, kind) or _of_baseline(row, rows) or _of_comparison(row, rows)


def _of_baseline(row: Row, rows: Sequence[Row]) -> str | None:
    """A number against that of the same measure and arm at baseline."""
    own = _quantity(row.event)
    for other in rows if row.outcome else ():
        first = _quantity(other.event)
        same = other.outcome == row.outcome and other.arm == row.arm
        if same and first and own and other.time.rule.startswith("result.baseline"):
            return _compare(own.low, first.low) if first.unit == own.unit else None
    return None


def _of_sign(row: Row, quantity: Quantity, kind: str) -> str | None:
    """A number below zero is a fall; one above it a rise where it is said to be a change."""
    before = row.clause.before(row.event)
    if _CORRELATION.search(before):
        return None
    if quantity.high < 0 and kind != "range":
        return DECREASE
    rises = quantity.low > 0 and _CHANGE_FROM.search(before)
    return INCREASE if rises else None


def is_not_significant(p: Quantity | None) -> bool:
    """Say whether a p-value is above 0.05, and said to be so rather than to be below a bound."""
    return p is not None and p.low > ALPHA and p.bound not in ("<", "<=")


def _quantity(event: Event | None) -> Quantity | None:
    return event.mention.quantity if event and event.mention else None


def _of_effect(
    quantity: Quantity, p: Quantity | None, interval: Quantity | None, *, null: float
) -> str | None:
    """An effect with p below 0.05, or with an interval that leaves out the `null` value."""
    clear = p is not None and p.high <= ALPHA
    if interval is not None:
        clear = clear or not interval.low <= null <= interval.high
    return _compare(quantity.low, null) if clear else None


def _of_change(row: Row) -> str | None:
    """The second of two numbers of one arm, against the first."""
    before, after = (_quantity(event) for event in row.run)
    return _compare(after.low, before.low) if before and after else None


def _of_comparison(row: Row, rows: Sequence[Row]) -> str | None:
    """A number of a treated arm against that of the control, or of the arm named second."""
    p = _quantity(row.p)
    significant = p is not None and p.high <= ALPHA
    if row.arm.arm is None or is_control(row.arm.arm) or not significant:
        return None
    others = [other for other in rows if _is_rival(row, other)]
    controls = [other for other in others if other.arm.arm and is_control(other.arm.arm)]
    rivals = controls or [other for other in others if other.event.at > row.event.at]
    if len(rivals) != 1:
        return None
    own, rival = _quantity(row.event), _quantity(rivals[0].event)
    if own is None or rival is None:
        return None
    return _compare(_share(own), _share(rival))


def _is_rival(row: Row, other: Row) -> bool:
    """Say whether two numbers are the same measure of different arms."""
    own, rival = _quantity(row.event), _quantity(other.event)
    if own is None or rival is None or other.arm.arm is None or row.arm.arm is None:
        return False
    same = row.outcome == other.outcome and (own.kind, own.unit) == (rival.kind, rival.unit)
    return same and other.arm.arm.key != row.arm.arm.key and other.arm.other is None


def _share(quantity: Quantity) -> float:
    """The number of a quantity, n/N as a share."""
    is_share = quantity.kind == "fraction" and quantity.high > 0
    return quantity.low / quantity.high if is_share else quantity.low


def _compare(own: float, other: float) -> str | None:
    if own == other:
        return None
    return INCREASE if own > other else DECREASE
