"""Leaves of the record: a value with its places in the text, its maker and its confidence.

The confidence of a leaf is that of its weakest mention times the factor of the rule that linked
it; the factors stand in `data/assembly/linking.tsv` with the reason for each.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from cellstudy.assemble.layout import Layout
from cellstudy.errors import ConfigError
from cellstudy.schema import Evidence, Mention, Status, Value
from cellstudy.terms import read_rows

Place = tuple[int, int]
"""Half-open characters of the text: evidence that is no mention."""

RULE_PREFIX: Final = "rule:assemble."
MODEL: Final = "model:links"
MODEL_LINK: Final = "result.model"
"""A link that no rule made, but the trained scorer."""


def leaf(
    layout: Layout,
    value: Any,
    rule: str,
    *mentions: Mention,
    places: Sequence[Place] = (),
    status: Status = "reported",
    sure: float | None = None,
) -> Value[Any]:
    """Make a leaf that `rule` draws from `mentions` and, beside them, from `places`.

    `sure` is the probability of a link that the trained scorer reviewed; it goes before the factor
    of the rule.
    """
    spans = {(m.start, m.end) for m in mentions}.union(places)
    makers = dict.fromkeys(m.made_by for m in mentions if m.made_by)
    weakest = min((m.confidence for m in mentions), default=1.0)
    return Value(
        status=status,
        value=value,
        evidence=tuple(cite(layout, *span) for span in sorted(spans)),
        made_by="+".join([*makers, *_name_makers(rule, sure)]),
        confidence=round(weakest * (link_factor(rule) if sure is None else sure), 4),
    )


def _name_makers(rule: str, sure: float | None) -> list[str]:
    rules = [] if rule == MODEL_LINK else [RULE_PREFIX + rule]
    return rules if sure is None else [*rules, MODEL]


def combine(value: Any, rule: str, *parts: Value[Any]) -> Value[Any]:
    """Make a derived leaf that `rule` computes from other leaves."""
    makers = dict.fromkeys(part.made_by for part in parts)
    return Value(
        status="derived",
        value=value,
        evidence=tuple(dict.fromkeys(place for part in parts for place in part.evidence)),
        made_by="+".join([*makers, RULE_PREFIX + rule]),
        confidence=round(min(part.confidence for part in parts) * link_factor(rule), 4),
    )


def cite(layout: Layout, start: int, end: int) -> Evidence:
    """Cite the characters `start` to `end` of the article."""
    section = next((s.label for s in layout.article.sections if s.start <= start < s.end), None)
    return Evidence(start, end, layout.text[start:end], section)


def link_factor(rule: str) -> float:
    """How far `rule` can be trusted, in (0, 1]."""
    try:
        return _read_factors()[rule]
    except KeyError:
        raise ConfigError(f"assembly/linking.tsv has no rule {rule!r}") from None


@cache
def _read_factors() -> dict[str, float]:
    return {name: float(factor) for name, factor, *_ in read_rows("assembly/linking.tsv")}
