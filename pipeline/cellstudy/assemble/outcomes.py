"""Which outcome a value or p-value belongs to."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from cellstudy.assemble.clauses import Clause, Event

_LIST_GAP = re.compile(
    r"(?:\s?\([OD]\))?[\s,/()\[\]]*(?:\b(?:and|or|as well as)\b)?[\s,/()\[\]]*(?:the\s)?"
)
"""Between outcomes of a list; the short form of the first may stand in brackets."""
_ALIAS_GAP = re.compile(r"\s?[(\[]\s?")
_HAD = re.compile(
    r"[)\]]?\s[^VOP.;:()]{0,90}\b(?:had|with|achiev\w+|report\w+|experienc\w+|show\w+|develop\w+"
    r"|were|was|for|from|fewer|more|reduction in|decrease in|increase in|met|to|of|refer\w+)"
    r"(?:\s[^VOP.;:()]{0,30})?\s$|\s$"
)
"""Between a value and the outcome after it: `V of patients had O`, `V reduction in O`, `V O`."""

_DONE = re.compile(
    r"(?:\s?[(\[][^)\]VO]*[)\]])?\s(?:of (?:the )?)?(?:\w+ )?"
    r"(?:patients?|participants?|subjects?|animals?|mice|rats|wom[ae]n|m[ae]n|child(?:ren)?|A)"
    r"(?: (?:in|on) (?:the )?A)?\s(?:were |was |had |have |has )?(?P<what>lost to follow-up|died"
    r"|discontinued(?: treatment)?|stopped [a-z]+(?: [a-z]+)?|withdrew|dropped out|relapsed"
    r"|recovered|survived|responded)\b"
)
"""People after a number and what became of them."""

_NOT_MEASURED: Final = re.compile(
    r"(?:\b(?:in|for|with|of|treat\w*|having|from|against|on|among|to|between)\s"
    r"(?:\w+ ){0,2}|[(\[])$"
)
_MEASURED: Final = re.compile(
    r"\b(?:incidences?|rates?|prevalence|risk|frequency|occurrence|episodes|cases|proportion"
    r"|effects?|number|reduction|increase|most common)\b[^VPA.;]{0,30}$"
)
_CLOSED = re.compile(r"[.;:]|\band\b|,|[)\]]")
_ALTERNATIVE = re.compile(r"\bor\b")

_OF_ALL: Final = re.compile(r"\b(?:all|both|each)[\s(\[]{1,2}$")
_ALIKE: Final = re.compile(r"[^VPAT.,;:]{0,60}\b(?:and|or)\b[^VPAT.,;:]{0,40}")
"""Between outcomes of one statement: `O increased and O decreased (P)`."""


class Linked(NamedTuple):
    """Outcomes of a value: several where one number stands for each of them."""

    outcomes: tuple[Event, ...]
    rule: str
    alternative: bool = False
    """One number for one outcome or the other: a single result."""
    phrase: tuple[int, int] | None = None
    """Place of a verb that stands for the outcome: `two patients died`."""


NOTHING: Final = Linked((), "")


def link_outcomes(clause: Clause, run: Sequence[Event]) -> Linked:
    """Link a run of values to the outcome, or the list of outcomes, that it reports."""
    candidates = _candidates(clause)
    before = [o for o in candidates if o.at < run[0].at]
    after = [o for o in candidates if o.at > run[-1].at]
    if _is_following(clause, run, before, after):
        return _link(clause, _list_from(clause, after), "result.outcome_after")
    done = _DONE.match(clause.masked, run[-1].at + 1)
    if done and (not before or _CLOSED.search(clause.gap(before[-1], run[0]))):
        return Linked((), "result.outcome_verb", phrase=done.span("what"))
    if not before:
        return NOTHING
    return _link(clause, _list_to(clause, before), "result.outcome_before")


def link_p_outcomes(clause: Clause, p: Event) -> Linked:
    """Link a lone p-value to the outcomes that it is said of, since the last number."""
    floor = max((e.at for e in clause.of("V", "P") if e.at < p.at), default=-1)
    candidates = [o for o in _candidates(clause) if o.at < p.at and not clause.depth(o)]
    if not candidates:
        return NOTHING
    since = [o for o in candidates if o.at > floor] or candidates[-1:]
    chosen = since if _OF_ALL.search(clause.before(p)) else _joined_to(clause, since)
    return Linked(tuple(chosen), "result.outcome_before")


def pick_outcomes(linked: Linked, position: int, size: int) -> tuple[Event, ...]:
    """The outcomes of the `position`-th of `size` values: one each where the numbers fit."""
    listed = linked.outcomes
    if len(listed) < 2 or linked.alternative:
        return listed[:1]
    if size % len(listed) == 0:
        return (listed[position * len(listed) // size],)
    return listed


def _link(clause: Clause, listed: Sequence[Event], rule: str) -> Linked:
    gaps = (clause.gap(first, second) for first, second in pairwise(listed))
    return Linked(tuple(listed), rule, any(_ALTERNATIVE.search(gap) for gap in gaps))


def _candidates(clause: Clause) -> list[Event]:
    """Outcomes, and diseases that are counted; the short form after a long one is left out."""
    named = [e for e in clause.of("O", "D") if e.symbol == "O" or _is_measured(clause, e)]
    return [e for i, e in enumerate(named) if not (i and _is_alias(clause, named[i - 1], e))]


def _is_alias(clause: Clause, first: Event, second: Event) -> bool:
    closed = clause.after(second)[:1] in (")", "]", ",", ";")
    gap = _ALIAS_GAP.fullmatch(clause.gap(first, second))
    return bool(gap) and closed and first.symbol == second.symbol and _is_short(second)


def _is_short(event: Event) -> bool:
    return event.mention is not None and sum(map(str.isupper, event.mention.text)) > 1


def _is_measured(clause: Clause, disease: Event) -> bool:
    before = clause.before(disease)
    return bool(_MEASURED.search(before)) or not _NOT_MEASURED.search(before)


def _is_following(
    clause: Clause, run: Sequence[Event], before: Sequence[Event], after: Sequence[Event]
) -> bool:
    """Say whether the outcome stands after the run, as in `V of patients had O`."""
    last = clause.twins(run[-1])[-1]  # "Two patients (6.7%) had fever": the words follow the share
    if not after or not _HAD.fullmatch(clause.gap(last, after[0])):
        return False
    return not before or bool(_CLOSED.search(clause.gap(before[-1], run[0])))


def _list_to(clause: Clause, before: Sequence[Event]) -> list[Event]:
    """The outcomes that form a list ending with the last of `before`."""
    listed = [before[-1]]
    for outcome in reversed(before[:-1]):
        if not _LIST_GAP.fullmatch(clause.gap(outcome, listed[0])):
            break
        listed.insert(0, outcome)
    return listed


def _joined_to(clause: Clause, before: Sequence[Event]) -> list[Event]:
    """The list that ends with the last of `before`, through all that is said alike of it."""
    joined = _list_to(clause, before)
    for outcome in reversed(before[: -len(joined)]):
        if not _ALIKE.fullmatch(clause.gap(outcome, joined[0])):
            break
        joined.insert(0, outcome)
    return joined


def _list_from(clause: Clause, after: Sequence[Event]) -> list[Event]:
    listed = [after[0]]
    for outcome in after[1:]:
        if not _LIST_GAP.fullmatch(clause.gap(listed[-1], outcome)):
            break
        listed.append(outcome)
    return listed
