"""Times: the longest follow-up, and which time mentions are measurement times at all."""

import re
from typing import Final

from cellstudy.assemble.evidence import leaf
from cellstudy.assemble.layout import Layout
from cellstudy.schema import Mention, Value, absent

_NOT_FOLLOWED_BEFORE = re.compile(
    r"\b(?:infus\w+|inject\w+|administered|delivered|given|dissolved|incubat\w+)\b"
    r"[^.;()]{0,30}\b(?:over|during|within|in)\s(?:approximately |about |a period of )?$"
    r"|\bwithin (?:the )?(?:first |last |past )?$"
    r"|\b(?:prior|previous|preceding|past|last|previously)\b[^.;,]{0,25}$"
    r"|\bat least $",
    re.IGNORECASE,
)
_NOT_FOLLOWED_AFTER = re.compile(
    r"^[^.;,()]{0,25}?\b(?:prior|before|previous(?:ly)?|wash-?out|run-?in|ago|old|of age"
    r"|history|interim)\b",
    re.IGNORECASE,
)
_DAYS: Final = {
    "year": 365.25,
    "month": 365.25 / 12,
    "week": 7.0,
    "day": 1.0,
    "hour": 1 / 24,
    "minute": 1 / 1440,
    "second": 1 / 86400,
}
_OVER = re.compile(r"\bover (?:\w+ ){0,2}$", re.IGNORECASE)
_FOLLOW_UP = re.compile(r"\bfollow(?:ed|ing)?[- ]?(?:up)?\b|\bup to\b|\bmonitor", re.IGNORECASE)


def find_follow_up(layout: Layout, design: str | None) -> Value[str]:
    """Find the longest time that subjects were (or will be) followed.

    In cultures only times of a treatment or of a number count.
    """
    times = [m for m in layout.of("TIME") if mention_duration(m) and is_follow_up(layout, m)]
    if design == "in_vitro":
        times = [m for m in times if layout.in_sentence(m.sentence, "VALUE", "DOSE")]
    if not times:
        return absent()
    best = max(times, key=lambda m: (_length(m), -m.start))
    named = _FOLLOW_UP.search(layout.before(best) + layout.after(best, 20))
    rule = "time.follow_up" if named else "time.longest"
    return leaf(layout, mention_duration(best), rule, best)


def is_follow_up(layout: Layout, mention: Mention) -> bool:
    """Say whether a time is one of the study: not that of an infusion or before treatment."""
    if "background" in mention.context or layout.part_of(mention) == "background":
        return False
    if _NOT_FOLLOWED_AFTER.match(layout.after(mention)):
        return False
    minutes = mention.quantity is not None and mention.quantity.unit in ("minute", "second")
    if minutes and _OVER.search(layout.before(mention)):
        return False
    return not _NOT_FOLLOWED_BEFORE.search(layout.before(mention, 60))


def mention_duration(mention: Mention) -> str | None:
    """The ISO 8601 duration of a time mention, None where it has no length ("final visit")."""
    return mention.quantity.duration if mention.quantity else None


def _length(mention: Mention) -> float:
    """The length of a time mention in days."""
    quantity = mention.quantity
    if quantity is None or quantity.unit is None:
        return 0.0
    return quantity.high * _DAYS.get(quantity.unit, 0.0)
