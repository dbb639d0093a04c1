"""What the words around a number say about its label; the rules are in data/patterns."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from cellstudy.tag.extensions import ScoredSpan
from cellstudy.terms import read_rows

_SPELLED = {
    "{PEOPLE}": (
        r"(?:patients?|participants?|subjects?|individuals?|people|persons?|volunteers?|women|men|"
        r"children|adults|infants|mice|rats|rabbits|animals|cases)\b"
    ),
    "{EVENT}": (
        r"(?:died|withdrew|discontinued|dropped|experienced|developed|suffered|relapsed|achieved|"
        r"responded|reported|showed|had)\b"
    ),
}
_BEFORE = 100
_CONFIDENCE = 0.9
_SURE_DAYS = 0.7
"""Days that are listed one by one, among words of dosing and hardly any of visits."""


class ContextRule(NamedTuple):
    """A row of the table."""

    name: str
    forced: bool
    kind: str
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    labels: tuple[str, ...]
    inside: re.Pattern[str] | None = None

    def fits(self, text: str, start: int, end: int) -> bool:
        """Whether text[start:end] and the words around it are those of the rule."""
        if self.after is not None and not self.after.match(text, end):
            return False
        if self.inside is not None and not self.inside.search(text[start:end]):
            return False
        return self.before is None or bool(self.before.search(text, max(0, start - _BEFORE), start))


@cache
def read_context_rules() -> tuple[ContextRule, ...]:
    """Read and compile the rules, in their order."""
    return tuple(
        ContextRule(
            name,
            action == "is",
            kind,
            re.compile(f"(?:{_spell(before)})\\Z", re.IGNORECASE) if before else None,
            re.compile(_spell(after), re.IGNORECASE) if after else None,
            tuple(labels.split()),
            re.compile(inside[0], re.IGNORECASE) if inside else None,
        )
        for name, action, kind, before, after, labels, *inside in read_rows(
            "patterns/number_context.tsv"
        )
    )


def _spell(pattern: str) -> str:
    for name, words in _SPELLED.items():
        pattern = pattern.replace(name, words)
    return pattern


@cache
def _rules_of(kind: str) -> tuple[ContextRule, ...]:
    return tuple(rule for rule in read_context_rules() if rule.kind == kind)


@lru_cache(maxsize=2048)  # several components ask for the same number
def find_rule(text: str, start: int, end: int, *, kind: str) -> ContextRule | None:
    """Find the first rule that fits the number text[start:end]."""
    return next((rule for rule in _rules_of(kind) if rule.fits(text, start, end)), None)


def label_numbers(
    text: str, quantities: Iterable[ScoredSpan], schedules: Iterable[ScoredSpan] = ()
) -> list[ScoredSpan]:
    """Label what the context leaves no choice for; the span label of a quantity is its kind.

    A list of days among words of dosing is a schedule.
    """
    found = []
    for item in quantities:
        rule = find_rule(text, item.start, item.end, kind=item.label)
        if rule is not None and rule.forced:
            made_by = f"rule:number_context.{rule.name}+{item.made_by}"
            found.append(ScoredSpan(item.start, item.end, rule.labels[0], _CONFIDENCE, made_by))
    return found + [
        item._replace(label="DOSING_INTERVAL", confidence=_CONFIDENCE)
        for item in schedules
        if is_sure_schedule(item.label, item.confidence)
    ]


def is_sure_schedule(kind: str, confidence: float) -> bool:
    """Whether a schedule expression is one of doses whatever the recogniser says."""
    return kind == "days" and confidence >= _SURE_DAYS


def holds_numbers(kind: str, confidence: float) -> bool:
    """Whether the numbers in a schedule expression are no mentions of their own."""
    return kind == "frequency" or is_sure_schedule(kind, confidence)
