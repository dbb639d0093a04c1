"""Which arm a value belongs to: the arm beside it, or the arms of the sentence in their order."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from cellstudy.assemble.arms import ArmHit
from cellstudy.assemble.clauses import Clause, Event

_PEOPLE = (
    r"(?:\s(?:of\s(?:the\s)?)?(?:patients?|participants?|subjects?|cases|child(?:ren)?|wom[ae]n"
    r"|m[ae]n|adults?|eyes?|knees?|wounds?|mice|rats?|animals?|infusions|those))?"
)
_ASIDE = r"(?:\s?[(\[][^)\]V]*[PvC][^)\]V]*[)\]])?"
_AFTER = re.compile(
    rf"{_PEOPLE}{_ASIDE}{_PEOPLE}(?:\s?[(\[]|\s(?=$)|,?\s(?:treated\s)?"
    r"(?:in|with|for|of|among|on|at|from|after|given|receiving|by)\s)(?:the\s|both\s)?(?:[a-zX-]+\s){0,2}"
)
"""Between a value and the arm after it: `V of patients in the A`, `V (A)`, `V (P vs A) for A`."""

_BEFORE = re.compile(
    r"[\s-]*(?:patients|animals|mice|rats|group|recipients)?\s?"
    r"(?:[(\[]|[:=,]|(?:was|were|had|showed|and)\b)?\s?"
    r"(?:(?:r|hr|or|rr|mean|median|of|by|an?|average|about|approximately|only|to|increased"
    r"|decreased|from)\s?=?\s?){0,3}"
)
"""Between an arm and the value after it: `A: V`, `the A was V`, `A (V`."""

_CONTRAST = re.compile(
    r"\b(?:than|vs\.?|versus|compared|comparison|relative to|superior|inferior)\b"
)
_SUBJECT: Final = 25
"""Characters before an arm in which `compared to` makes it the lesser of two."""

_VERSUS = re.compile(r"\b(?:vs|versus|compared|than)\b")
_LIST = re.compile(r"[\s,]*(?:and|or)?\s?(?:in |with |of |the )?")
_TO = re.compile(
    r"(?:\s?[(\[][^)\]V]*[)\]])?(?:\s(?:at baseline|before treatment|before))?"
    r"\s?(?:up |down )?to\s?(?:a mean of\s)?"
)


class ArmLink(NamedTuple):
    """The arm of one value and the rule that found it; `other` for a comparison of two arms."""

    arm: ArmHit | None
    rule: str
    other: ArmHit | None = None


NO_ARM: Final = ArmLink(None, "")


def link_run(clause: Clause, run: Sequence[Event], *, known: Sequence[ArmHit]) -> list[ArmLink]:
    """Link each value of `run`; `known` are the arms of the comparison before, in order."""
    arms = clause.of("A")
    local = _link_locally(clause, run, arms)
    if local:
        return local
    named = _before_run(clause, run[0], arms)
    shared = _shared_arm(clause, run, arms)
    if shared:
        return [ArmLink(shared.arm, "result.arm_shared") for _ in run]
    if is_change(clause, run) or _is_block(clause, run, arms):
        return [_single(named) for _ in run]
    ordered = _in_order(clause, run, arms, named)
    if ordered:
        return ordered
    if len(run) == 1:
        return [_single(named)]
    return _from_known(run, named, known)


def is_change(clause: Clause, run: Sequence[Event]) -> bool:
    """Say whether the run gives one number before and one after: `from V to V`."""
    return len(run) == 2 and _TO.fullmatch(clause.gap(run[0], run[1])) is not None


def find_contrast(clause: Clause, start: int = 0, end: int | None = None) -> ArmLink | None:
    """Find the two arms set against each other from `start` to `end`, the subject first."""
    stop = len(clause.masked) if end is None else end
    arms = [event for event in clause.of("A") if start <= event.at < stop]
    for first, second in pairwise(arms):
        if first.arm and second.arm and first.arm.key != second.arm.key:
            if _CONTRAST.search(clause.gap(first, second)):
                return ArmLink(first.arm, "result.arm_contrast", second.arm)
            if _CONTRAST.search(clause.before(first)[-_SUBJECT:]):
                return ArmLink(second.arm, "result.arm_contrast", first.arm)
    return None


def _single(named: Sequence[Event]) -> ArmLink:
    """The arm of a sentence that names only one."""
    return ArmLink(named[0].arm, "result.arm_sentence") if len(named) == 1 else NO_ARM


def _link_locally(clause: Clause, run: Sequence[Event], arms: Sequence[Event]) -> list[ArmLink]:
    """Arms that stand beside each value, all after or all before their values."""
    if is_change(clause, run):
        arm = _arm_after(clause, run[1], arms) or _arm_before(clause, run[0], arms)
        return [ArmLink(arm.arm, "result.arm_before") for _ in run] if arm else []
    after = [_arm_after(clause, value, arms) for value in run]
    if all(after) and len({arm.at for arm in after if arm}) == len(run):
        return [ArmLink(arm.arm, "result.arm_after") for arm in after if arm]
    before = [_arm_before(clause, value, arms) for value in run]
    if all(before) and len({arm.at for arm in before if arm}) == len(run):
        return [ArmLink(arm.arm, "result.arm_before") for arm in before if arm]
    return []


def _arm_after(clause: Clause, value: Event, arms: Sequence[Event]) -> Event | None:
    depth = clause.depth(value)
    for arm in arms:
        if arm.at > value.at:
            gap = clause.gap(value, arm)
            directly = gap.strip() in ("(", "[")
            if clause.depth(arm) > depth and not directly:
                continue
            return arm if _AFTER.fullmatch(gap) else None
    return None


def _arm_before(clause: Clause, value: Event, arms: Sequence[Event]) -> Event | None:
    earlier = [arm for arm in arms if arm.at < value.at]
    if not earlier or not _BEFORE.fullmatch(clause.gap(earlier[-1], value)):
        return None
    return earlier[-1]


def _before_run(clause: Clause, first: Event, arms: Sequence[Event]) -> list[Event]:
    """Distinct arms of the same statement before the run, in order of their last mention."""
    floor = max(clause.masked.rfind(mark, 0, first.at) for mark in (";", ". "))
    if clause.depth(first):
        floor = -1
    found: dict[str, Event] = {}
    for arm in arms:
        if arm.arm and floor < arm.at < first.at:
            found.setdefault(arm.arm.key, arm)
    return list(found.values())


def _is_block(clause: Clause, run: Sequence[Event], arms: Sequence[Event]) -> bool:
    """Say whether a bracketed run belongs to one arm: `A [V and V] versus A [V and V]`."""
    inside = clause.masked[run[0].at : run[-1].at]
    if len(run) < 2 or not clause.depth(run[0]) or _VERSUS.search(inside):
        return False
    following = next((arm for arm in arms if arm.at > run[-1].at), None)
    if following is None:
        earlier = [value for value in clause.of("V") if value.at < run[0].at]
        return bool(earlier) and any(earlier[-1].at < arm.at < run[0].at for arm in arms)
    return any(value.at > following.at for value in clause.of("V"))


def _shared_arm(clause: Clause, run: Sequence[Event], arms: Sequence[Event]) -> Event | None:
    """The one arm of several values: `the A was V, V and the A V, V`, `V and V for A`."""
    if len(run) < 2 or _VERSUS.search(clause.masked[run[0].at : run[-1].at]):
        return None
    after = _arm_after(clause, run[-1], arms)
    following = [arm for arm in arms if after and arm.at > after.at]
    listed = following and _LIST.fullmatch(clause.gap(after, following[0])) if after else None
    if after and not listed:
        return after
    before = _arm_before(clause, run[0], arms)
    others = [value for value in clause.of("V") if value not in run]
    paired = any(_arm_before(clause, value, arms) not in (None, before) for value in others)
    return before if before and paired else None


def _in_order(
    clause: Clause, run: Sequence[Event], arms: Sequence[Event], named: Sequence[Event]
) -> list[ArmLink]:
    """As many arms as values, listed after them or before them."""
    size = len(run)
    if size < 2:
        return []
    later = [arm for arm in arms if arm.at > run[-1].at][:size]
    listed = len(later) == size and not re.search(r"[.;VO]", clause.gap(run[-1], later[-1]))
    if listed and re.search(r"\b(?:of|in|with|for|among)\b", clause.gap(run[-1], later[0])):
        return [ArmLink(arm.arm, "result.arm_order") for arm in later]
    if len(named) >= size:
        return [ArmLink(arm.arm, "result.arm_order") for arm in named[-size:]]
    closing = _closing_arms(clause, arms)
    return [ArmLink(arm.arm, "result.arm_order") for arm in closing] if len(closing) == size else []


def _closing_arms(clause: Clause, arms: Sequence[Event]) -> list[Event]:
    """Arms that a sentence ends with, for all its lists: `V and V, respectively, in A and A`."""
    last = max(value.at for value in clause.of("V"))
    closing = [arm for arm in arms if arm.at > last]
    return closing if "respectively" in clause.masked[last:] else []


def _from_known(
    run: Sequence[Event], named: Sequence[Event], known: Sequence[ArmHit]
) -> list[ArmLink]:
    """The arms of the comparison before; one arm that is named here comes first."""
    if len(known) != len(run):
        return [NO_ARM for _ in run]
    order = list(known)
    if named and named[0].arm:
        key = named[0].arm.key
        order.sort(key=lambda hit: hit.key != key)
    return [ArmLink(hit, "result.arm_known") for hit in order]
