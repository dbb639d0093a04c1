"""What a sample size counts: all, those randomised, one arm, those analysed, completing, lost.

Rules (data/patterns/sample_size_roles.tsv) say it alone where no classifier is trained; where one
is, the row that fits is one of its features.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

import numpy as np

from cellstudy.tag.number_features import (
    Columns,
    Ids,
    Template,
    hash_features,
    name_ids,
    read_templates,
)
from cellstudy.terms import read_rows

ROLES: Final = (
    "total",
    "randomised",
    "arm",
    "screened",
    "analysed",
    "completed",
    "lost",
)
UNTRAINED_CONFIDENCE: Final = 0.7
"""Confidence of a role that a rule says alone."""

_PEOPLE: Final = (
    r"(?: (?:[\w/-]+ ){0,3}?(?:patients?|participants?|subjects?|individuals?|people|persons?|"
    r"volunteers?|women|men|children|adults|infants|mice|rats|rabbits|animals|cases|recipients|eyes))"
)
_BEFORE: Final = 60
CROSSED: Final = (
    *("shape", "sum", "largest", "rank"),
    *("left1", "right1", "left_class1", "right_class1"),
)
"""Columns that are features together with the rule."""
_TEMPLATES: Final[tuple[Template, ...]] = (
    ("role_rule",),
    *(("role_rule", name) for name in CROSSED),
)


class RoleRule(NamedTuple):
    """A row of the table."""

    role: str
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None


@cache
def read_role_rules() -> tuple[RoleRule, ...]:
    """Read and compile the rules, in their order."""
    return tuple(
        RoleRule(
            row[0],
            _compile(f"(?:{row[1]})\\Z") if row[1] else None,
            _compile(row[2]) if len(row) > 2 and row[2] else None,
        )
        for row in read_rows("patterns/sample_size_roles.tsv")
    )


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("{PEOPLE}", _PEOPLE), re.IGNORECASE)


def find_role(text: str, start: int, end: int) -> str:
    """The role that the words around text[start:end] tell; empty where they tell none."""
    window = text[max(0, start - _BEFORE) : start]
    for rule in read_role_rules():
        if rule.after is not None and not rule.after.match(text, end):
            continue
        if rule.before is None or rule.before.search(window):
            return rule.role
    return ""


def hash_roles(columns: Columns, base: Ids, roles: Sequence[str]) -> Ids:
    """Features for the classifier of roles: those of numbers (`base`), and the rule that fits."""
    with_rule = {name: columns[name] for name in CROSSED} | {"role_rule": name_ids(roles)}
    begin = len(read_templates()) + 100
    return np.concatenate([base, hash_features(with_rule, _TEMPLATES, begin=begin)], axis=1)
