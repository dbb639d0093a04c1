"""The kind of a number, and the p-value and confidence interval that belong to it."""

import re
from collections.abc import Sequence
from typing import Final

from cellstudy.assemble.clauses import Clause, Event
from cellstudy.schema import Quantity

P_ONLY: Final = "p_only"
FOLDS: Final = ("fold", "times", "×")

_RATIO = re.compile(
    r"\b(?:ratio|relative risk)\b[^V.;]{0,80}$"
    r"|[(\[\s,;](?:hr|or|rr|aor|ahr|irr|arr|ehr)\b\s?[=:;,(]?\s?"
    r"(?:95% ci:?|of|was)?\s?$"
)
_FOLD = re.compile(r"^[\s-]*(?:fold|times|-?x\b)")
_MEDIAN = re.compile(r"\bmedians?\b(?!(?: [\w-]+){0,2} follow)")
_MEAN = re.compile(
    r"(?<!standardised )(?<!standardized )\b(?:means?|averages?|changes? (?:from|in))\b"
)
_PEOPLE = re.compile(
    r"(?:\s?[(\[][^)\]V]*[)\]])?(?:,? (?:and |or |vs\.? |versus )?V(?:\s?[(\[][^)\]V]*[)\]])?)*"
    r" (?:of (?:the |those )?)?(?:[\w-]+ ){0,2}?(?:patients?|participants?|subjects?|cases|events?"
    r"|deaths?|child(?:ren)?|wom[ae]n|m[ae]n|adults|eyes?|knees|animals?|mice|rats|studies|episodes"
    r"|users?|respondents|responders|volunteers|serious|died)\b"
)
"""What is counted, after the last number of a list: `V and V patients`."""

_EVENTS = re.compile(
    r"\b(?:fewer|more|number of|total of|deaths?|events?)\b[^VO]*$"
    r"|D (?:\w+ ){0,4}(?:in|by|affected|occurred in|\() ?$|D \($|D, $"
)
_POINTS = re.compile(r"^ (?:percentage )?points?\b")
_DIFFERENCE = re.compile(r"\bdifference\b[^VO.;]{0,25}$|\bsmd\b[^VO.;]{0,6}$")
_ASIDE = r"(?: [(\[][^)\]]*[)\]])?"
_EFFECT = re.compile(rf"{_ASIDE}(?: and V{_ASIDE})? (?:reduction|increase|decrease)\b")


def decide_kind(clause: Clause, value: Event, quantity: Quantity) -> str:
    """Decide the kind of a value: mean, median, percent, count, ratio, range or other."""
    before, after = clause.before(value), clause.after(value)
    if quantity.kind == "fraction":
        return "count"
    if _is_ratio(before, after, quantity):
        return "ratio"
    if quantity.low != quantity.high:
        return "range"
    return _average(before, quantity) or _plain_kind(clause, value, quantity)


def _average(before: str, quantity: Quantity) -> str | None:
    """Mean or median, by the dispersion or the words before the number."""
    if _MEDIAN.search(before) or quantity.dispersion_kind == "iqr":
        return "median"
    if quantity.dispersion is not None and quantity.dispersion_kind != "range":
        return "mean"
    percent_mean = quantity.unit == "%" and "percent" not in before
    return "mean" if _MEAN.search(before) and not percent_mean else None


def _plain_kind(clause: Clause, value: Event, quantity: Quantity) -> str:
    after = clause.after(value)
    if quantity.unit == "%":
        return "other" if _POINTS.match(after) else "percent"
    return "count" if _is_count(clause, value, quantity) else "other"


def _is_ratio(before: str, after: str, quantity: Quantity) -> bool:
    named = quantity.kind == "ratio" or quantity.unit in FOLDS
    return named or bool(_FOLD.match(after) or _RATIO.search(before))


def _is_count(clause: Clause, value: Event, quantity: Quantity) -> bool:
    """Say whether a bare whole number counts people or events."""
    whole = quantity.low == int(quantity.low) and quantity.low >= 0
    if quantity.unit is not None or not whole or value.mention is None:
        return False
    if value.mention.text.isalpha() or _PEOPLE.match(clause.after(value)):
        return True
    return bool(_EVENTS.search(clause.before(value)[-60:]))


def is_fold(value: Event) -> bool:
    """Say whether a number is a multiple (`2-fold`), which may be of an earlier value."""
    quantity = value.mention.quantity if value.mention else None
    return quantity is not None and quantity.unit in FOLDS


def is_effect(clause: Clause, value: Event) -> bool:
    """Say whether a number compares two arms: a ratio, or a difference between them."""
    quantity = value.mention.quantity if value.mention else None
    if quantity is None:
        return False
    ratio = decide_kind(clause, value, quantity) == "ratio"
    return ratio or is_difference(clause, value) or bool(_EFFECT.match(clause.after(value)))


def is_difference(clause: Clause, value: Event) -> bool:
    """Say whether a number is the difference of two arms."""
    return _DIFFERENCE.search(clause.before(value)) is not None


def link_interval(clause: Clause, value: Event, run: Sequence[Event]) -> Event | None:
    """Return the interval that follows a value directly, unless it is one of a `run` of values."""
    if len(run) > 1:
        return None
    following = next((e for e in clause.of("C", "V", "v") if e.at > value.at), None)
    if following is None or following.symbol != "C":
        return None
    gap = clause.gap(value, following)
    return following if re.fullmatch(r"[\s,;:(\[]*(?:P[\s,;]*)?", gap) else None
