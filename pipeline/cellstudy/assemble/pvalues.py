"""Which numbers a p-value is about."""

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from cellstudy.assemble.clauses import Clause, Event, find_value_runs

_OWN = re.compile(r"\s(?:vs|versus|compared|against)\b")
_VERSUS = re.compile(r"\b(?:vs|versus|compared (?:to|with))\b")
_GOES_ON = re.compile(r"[\s,;:\])]*(?:and )?[\s(\[]*O[\s:]*(?:by |of |was |were )?")
"""From one value to the next of the same comparison: `by V and O by V`, `[O: V; O: V]`."""

_BRACKETED = re.compile(r"V\s?[(\[]\s?$")
_NEXT = re.compile(r"[\s,;]*(?:and\s)?")


def link_p(clause: Clause, controls: Collection[int]) -> dict[int, Event]:
    """Link p-values to values: place of the value in the masked text -> event of its p-value.

    The p-value of a comparison belongs to every number compared since the last p-value; where
    several values of one list have p-values of their own, each belongs to the value before it.
    `controls` are the places of the values of control arms: a list of p-values passes them over.
    """
    linked: dict[int, Event] = {}
    floor = -1
    for group in _groups(clause):
        near = [value for value in clause.of("V") if floor < value.at < group[0].at]
        linked.update(_spread(clause, near, group, controls))
        floor = group[-1].at
    return linked


def _groups(clause: Clause) -> list[list[Event]]:
    """P-values that stand side by side: `P and P`."""
    groups: list[list[Event]] = []
    for p in clause.of("P"):
        if groups and _NEXT.fullmatch(clause.gap(groups[-1][-1], p)):
            groups[-1].append(p)
        else:
            groups.append([p])
    return groups


def _spread(
    clause: Clause, near: Sequence[Event], group: Sequence[Event], controls: Collection[int]
) -> dict[int, Event]:
    """Give each value its p-value: all the one, or each its own where there are several."""
    if len(group) == 1:
        return {value.at: group[0] for value in _compared(clause, near, group[0])}
    runs = [run for run in find_value_runs(clause) if run[-1] in near]
    if len(runs) == len(group):
        return {value.at: p for run, p in zip(runs, group, strict=True) for value in run}
    chain = _chain(clause, near)
    tested = [value for value in chain if value.at not in controls]
    if len(chain) == len(tested) == len(group) + 1 and _OWN.match(clause.after(group[-1])):
        tested = tested[:-1]
    for chosen in (tested, chain):
        if chosen and len(chosen) % len(group) == 0:
            size = len(chosen) // len(group)
            return {value.at: group[i // size] for i, value in enumerate(chosen)}
    return {}


def _compared(clause: Clause, near: Sequence[Event], p: Event) -> list[Event]:
    """Of the values before a p-value, those that it is about."""
    if not near or not _reaches(clause, near[-1], p):
        return []
    if _OWN.match(clause.after(p)) or _is_one_of_list(clause, near) or _is_beside(clause, near, p):
        return [near[-1]]
    return _chain(clause, near)


def _reaches(clause: Clause, value: Event, p: Event) -> bool:
    """Say whether no other outcome comes between, except within the same bracket."""
    gap = clause.gap(value, p)
    inside = clause.depth(value) > 0 and not re.search(r"[)\]]", gap)
    return "O" not in gap or inside


def _chain(clause: Clause, near: Sequence[Event]) -> list[Event]:
    """The last value and those before it of the same comparison."""
    found = list(near[-1:])
    for value in reversed(near[:-1]):
        if not _same_comparison(clause.gap(value, found[0])):
            break
        found.insert(0, value)
    return found


def _is_one_of_list(clause: Clause, near: Sequence[Event]) -> bool:
    """Say whether the value before the p-value belongs to `V, V (P), and V (P)`."""
    run = next(run for run in find_value_runs(clause) if near[-1] in run)
    inside = [p for p in clause.of("P") if run[0].at < p.at]
    versus = any(_VERSUS.search(clause.gap(a, b)) for a, b in pairwise(run))
    return len(run) > 2 and len(inside) > 1 and len(inside) >= len(run) - 1 and not versus


def _is_beside(clause: Clause, near: Sequence[Event], p: Event) -> bool:
    """Say whether values of one outcome have p-values of their own: `V for A, V (P) for A`."""
    others = [other for other in clause.of("P") if other.at != p.at and _touches(clause, other)]
    same = any("O" not in clause.gap(p, other) for other in others)
    apart = len(near) > 1 and "A" in clause.gap(near[-2], near[-1])
    return same and apart and _touches(clause, p)


def _touches(clause: Clause, p: Event) -> bool:
    return _BRACKETED.search(clause.before(p)) is not None


def _same_comparison(gap: str) -> bool:
    return "O" not in gap or bool(_GOES_ON.fullmatch(gap) or _VERSUS.search(gap))
