"""Facts of a schedule: what the text says nearest to a dose."""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from cellstudy.assemble.doses import in_control
from cellstudy.assemble.evidence import leaf
from cellstudy.assemble.layout import Layout
from cellstudy.assemble.time import mention_duration
from cellstudy.schema import Mention, Value, absent

_TREATED_FOR = re.compile(
    r"\b(?:for|over|in|during|throughout)\s(?:up to |a total of |the |a |next |\w+ )?[(\[]?$",
    re.IGNORECASE,
)
_TREATED_FAR = re.compile(
    r"\b(?:treat|receiv|giv|administ|tak|dos)\w*\b[^.;]{0,120}\bfor (?:up to |a total of )?$", re.I
)
_FOLLOWED = re.compile(
    r"\bfollow(?!ed by)|\bobserv|\bmonitor|\bevaluat|\bassess|\bmeasured|\bcollect|\brecord",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    r"^[\s-](?:(?!after|post|following|from)[\w-]+ ){0,2}?"
    r"(?:treatment|therapy|course|maintenance|intervention) (?:period|phase|course)?",
    re.IGNORECASE,
)
_OF_TREATMENT = re.compile(
    r"^ of (?:[\w-]+ ){0,4}?(?:treatment|therapy|administration|dosing)\b", re.IGNORECASE
)
_STUDY = re.compile(r"^[-\s,]+(?:[\w-]+,? ){0,5}?(?:stud(?:y|ies)|trials?)\b", re.IGNORECASE)
_NOT_COUNTED = re.compile(
    r"\b(?:after|first|following|previous|every|repeated)\s(?:the )?$", re.IGNORECASE
)
_INJECTIONS = re.compile(r"\s(?:[\w-]+ ){0,2}injections\b", re.IGNORECASE)

_DIRECTLY = 15
"""Characters between a dose and what belongs to it alone."""


class Fact(NamedTuple):
    """A value of a schedule with the mention that states it."""

    value: Any
    mention: Mention


Reader = Callable[[Layout, Mention], Any]


def find_fact(
    layout: Layout,
    anchors: Sequence[Mention],
    label: str,
    read: Reader,
    *,
    far: Reader | None = None,
) -> Fact | None:
    """Look in the sentences of the dose, then on its lines, then anywhere if all agree.

    `far` reads the mentions that stand elsewhere, by default like those nearby.
    """
    own = [m for m in layout.of(label) if not in_control(layout, m)]
    own = [m for m in own if not _of_other(layout, m, anchors)]
    sentences = {anchor.sentence for anchor in anchors}
    lines = {layout.line_of(anchor.start).start for anchor in anchors}
    near = [m for m in own if m.sentence in sentences]
    on_line = [m for m in own if layout.line_of(m.start).start in lines]
    for scope in (near, on_line if layout.is_registration() else []):
        facts = _facts(layout, scope, read)
        if facts:
            return min(facts, key=lambda fact: distance(fact.mention, anchors))
    facts = _facts(layout, own, far or read)
    return facts[0] if len({fact.value for fact in facts}) == 1 else None


def _of_other(layout: Layout, mention: Mention, anchors: Sequence[Mention]) -> bool:
    """Say whether a mention directly follows the dose of something else, in another unit."""
    if mention.label == "N_DOSES":
        return False
    doses = layout.in_sentence(mention.sentence, "DOSE")
    before = [dose for dose in doses if 0 <= mention.start - dose.end <= _DIRECTLY]
    if not before or before[-1] in anchors:
        return False
    other, units = before[-1].quantity, [a.quantity.unit for a in anchors if a.quantity]
    return other is not None and other.unit is not None and other.unit not in units and any(units)


def _facts(layout: Layout, mentions: Sequence[Mention], read: Reader) -> list[Fact]:
    found = [Fact(read(layout, m), m) for m in mentions]
    return [fact for fact in found if fact.value is not None]


def distance(mention: Mention, anchors: Sequence[Mention]) -> int:
    """Count the characters between a mention and the nearest of `anchors`."""
    return min(max(anchor.start - mention.end, mention.start - anchor.end, 0) for anchor in anchors)


def fact_leaf(
    layout: Layout, fact: Fact | None, rule: str, anchors: Sequence[Mention]
) -> Value[Any]:
    """A leaf whose rule says how near to the dose the fact stands."""
    if fact is None:
        return absent()
    near = any(anchor.sentence == fact.mention.sentence for anchor in anchors)
    return leaf(layout, fact.value, rule if near else f"{rule}_far", fact.mention)


def read_n_doses(layout: Layout, mention: Mention) -> int | None:
    """Read a number of administrations; the injections of one session are none."""
    if _INJECTIONS.match(layout.after(mention)):
        return None
    return read_n_injections(layout, mention)


def read_n_injections(layout: Layout, mention: Mention) -> int | None:
    """The number of injections of one session, used where no number of doses is stated."""
    quantity = mention.quantity
    if quantity is None or _NOT_COUNTED.search(layout.before(mention, 20)):
        return None
    return int(quantity.low) if quantity.low == quantity.high else None


def read_interval(_: Layout, mention: Mention) -> str | None:
    """Read the time between administrations, None where they are uneven."""
    if mention.schedule:
        return mention.schedule.interval
    return mention_duration(mention)


def read_n_days(_: Layout, mention: Mention) -> int | None:
    """Count the days of a schedule that lists them: `on days 0, 7 and 14`."""
    return mention.schedule.n_doses if mention.schedule else None


def read_duration(layout: Layout, mention: Mention) -> str | None:
    """The length of a treatment: `for 12 weeks`, `24-week treatment period`."""
    before = layout.before(mention, 60)
    quantity = mention.quantity
    if quantity is None or quantity.unit in ("minute", "second") or _FOLLOWED.search(before):
        return None
    after = layout.after(mention)
    if _PERIOD.match(after) or _OF_TREATMENT.match(after) or _TREATED_FOR.search(before):
        return quantity.duration
    return None


def read_period(layout: Layout, mention: Mention) -> str | None:
    """The length of the treatment by words that leave no doubt: `treated for 12 weeks`.

    The length of a drug study is that of the treatment.
    """
    before = layout.before(mention, 140)
    scheduled = layout.in_sentence(mention.sentence, "N_DOSES", "DOSING_INTERVAL")
    if layout.part_of(mention) in ("background", "results", "conclusions"):
        return None
    after = layout.after(mention, 80)
    if _STUDY.match(after) and mention.quantity and not layout.of("CELL_PRODUCT"):
        return mention.quantity.duration
    clear = _PERIOD.match(after) or _OF_TREATMENT.match(after) or _TREATED_FAR.search(before)
    return read_duration(layout, mention) if scheduled or clear else None
