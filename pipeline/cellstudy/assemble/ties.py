"""Which of several conditions a number is tied to: the one beside it, or in its outcome's name."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from cellstudy.assemble.clauses import Clause, Event
from cellstudy.assemble.conditions import condition_key
from cellstudy.assemble.layout import Layout
from cellstudy.schema import Condition, Mention
from cellstudy.terms import fold_name

_BESIDE = re.compile(
    r"\s?(?:\([^()VD]*\)\s?)?(?:of |among )?(?:the )?(?:\w+ )?"
    r"(?:patients|cases|participants|subjects)?"
    r"\s?(?:in|with|for|of|among)\s(?:the |patients with |cases of )?"
)
"""Between a number and its condition: `V in D`, `V of cases for D`, `V patients with D`."""

_LIST = re.compile(r"[\s,]*(?:and|or|as well as)?[\s,]*")


class Tie(NamedTuple):
    """Names of the conditions of a number, their mentions and the rule that found them."""

    names: tuple[str, ...]
    mentions: tuple[Mention, ...]
    rule: str


UNTIED: Final = Tie((), (), "")


def tie_condition(
    layout: Layout,
    clause: Clause,
    event: Event,
    outcome: Event | None,
    conditions: Sequence[Condition],
) -> Tie:
    """Tie a value or p-value to one or more of the record's `conditions`."""
    known = _known(layout, conditions)
    if len(conditions) == 1:
        return _only(layout, conditions[0])
    beside = [d.mention for d in _beside(clause, event) if d.mention]
    named = [m for m in beside if condition_key(layout, m) in known]
    if named:
        names = dict.fromkeys(known[condition_key(layout, m)] for m in named)
        return Tie(tuple(names), tuple(named), "result.condition_near")
    tie = _in_outcome(layout, outcome, known)
    return tie if tie.names else _in_title(layout, conditions)


def _known(layout: Layout, conditions: Sequence[Condition]) -> dict[str, str]:
    """Map the key of each condition's mentions to its name."""
    places = {
        (place.start, place.end): condition.name.value
        for condition in conditions
        for place in condition.name.evidence
    }
    return {
        condition_key(layout, m): name
        for m in layout.of("DISEASE")
        if (name := places.get((m.start, m.end))) is not None
    }


def _only(layout: Layout, condition: Condition) -> Tie:
    first = condition.name.evidence[0]
    mentions = tuple(m for m in layout.of("DISEASE") if m.start == first.start)
    return Tie((str(condition.name.value),), mentions, "result.condition_only")


def _beside(clause: Clause, event: Event) -> list[Event]:
    """The diseases directly after a number, as a list."""
    found: list[Event] = []
    for disease in clause.of("D"):
        if disease.at < event.at:
            continue
        gap = clause.gap(found[-1] if found else event, disease)
        if not (_LIST if found else _BESIDE).fullmatch(gap):
            break
        found.append(disease)
    return found


def _in_outcome(layout: Layout, outcome: Event | None, known: dict[str, str]) -> Tie:
    """The one condition whose name is in the name of the outcome."""
    mention = outcome.mention if outcome else None
    if mention is None:
        return UNTIED
    words = f" {fold_name(layout.full_name(mention))} "
    named = [name for name in dict.fromkeys(known.values()) if f" {fold_name(name)} " in words]
    if len(named) != 1:
        return UNTIED
    return Tie((named[0],), (mention,), "result.condition_outcome")


def _in_title(layout: Layout, conditions: Sequence[Condition]) -> Tie:
    """The only condition of the title: what the study as a whole is about."""
    titled = [c for c in conditions if c.name.evidence[0].start < layout.title_end]
    if len(titled) != 1:
        return UNTIED
    return _only(layout, titled[0])._replace(rule="result.condition_title")
