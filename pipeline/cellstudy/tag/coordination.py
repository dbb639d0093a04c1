"""What numbers share: n/N, ratios, "50 or 100 mg", "weeks 0, 2 and 4"."""

import re
from typing import Final

from cellstudy.tag.measures import Measure

_SLASH = re.compile(r" ?[/∕⁄] ?")
_COLON = re.compile(r":| : ")
_OF = re.compile(r" (?:out )?of (?:the )?", re.I)
_NO_WHOLE = re.compile(
    r"[- ](?:\w+[- ]){0,2}(?:groups?|arms?|treatments?|doses?|regimens?|cohorts?|schedules?"
    r"|sequences?|conditions?|interventions?|cent(?:er|re)s?|sites|times|days|weeks|months|years"
    r"|hours)\b"
)
"""What is chosen from, not counted, after "1 of 3"."""
_RATIO_AFTER = re.compile(r"[- ](?:\w+ )?ratio\b", re.I)
_RATIO_BEFORE = re.compile(r"\bratio (?:of )?$", re.I)
_CONJUNCTION = re.compile(
    r"(?:[-‐–]|%)?,?;?\s?(?:\(\w{1,12}\)\s)?"
    r"(?:and/or|and|or|vs\.?|versus|v\.?|&|/|compared (?:with|to)|to)\s?(?:either\s)?[<>≤≥~∼≈]?\s?",
    re.I,
)
_COMMA = re.compile(r"[-‐]?\s?[,;/]\s?")
_LIST_GAP = re.compile(r",? ?(?:and|or|&|,|to|through) ?", re.I)
_LIST_END = re.compile(
    r"\s?(?:$|[).;:,\]/–-]"
    r"|(?:and|or|after|post|of|in|from|to|follow|during|postop|&|for|with|by)\w*\b)",
    re.I,
)
_TIME_PREFIX = re.compile(
    r"(?<![\w/])(?P<unit>day|week|month|year|hour|minute|wk)(?P<plural>s?)"
    r"(?:\s?\(s\))?[\s\u00a0-]$",
    re.I,
)
_FUSED_PREFIX = re.compile(r"(?<=[a-z])(?P<unit>Day|Week|Month|Year)(?P<plural>s?)[\s\u00a0-]$")
_NO_TIME_PREFIX = re.compile(r"\b(?:per|each|every|an?|one|last|same|\d)[\s\u00a0-]$", re.I)
_COMBINATION = re.compile(r"\w/\w[^\s]*(?:\s[^\s\d]+){0,2}\s?\(?$")
_PRESSURE: Final = ("pressure",)
_PARTED: Final = ("container", "length")
_SEVERAL: Final = 2
"""Fewer in words, "one of the two", choose and do not count."""
_LONGEST_JOINT: Final = len(" out of the ")


def join_pairs(text: str, measures: list[Measure]) -> list[Measure]:
    """Merge "12/20" into a fraction, "1:1" into a ratio, "120/80 mmHg" into one amount."""
    joined: list[Measure] = []
    for measure in measures:
        left = joined[-1] if joined else None
        if left is None or not _merge_pair(text, left, measure):
            joined.append(measure)
    return joined


def _merge_pair(text: str, left: Measure, right: Measure) -> bool:
    gap = text[left.end : right.start]
    if len(gap) > _LONGEST_JOINT or not (left.bare or left.kind == "ratio"):
        return False
    if _SLASH.fullmatch(gap) and left.kind is None:
        return _merge_slash(text, left, right)
    if _COLON.fullmatch(gap) and right.bare and left.dispersion is None:
        return _join(left, right, "ratio")
    if left.kind is None and _is_proportion(text, gap, left, right):
        return _join(left, right, "ratio")
    if left.kind is None and _is_share(text, gap, left, right):
        return _join(left, right, "fraction")
    return False


def _join(left: Measure, right: Measure, kind: str) -> bool:
    left.end, left.high, left.kind, left.rule = right.end, right.high, kind, kind
    return True


def _is_proportion(text: str, gap: str, left: Measure, right: Measure) -> bool:
    """Whether "2 to 1" is a ratio by its name."""
    if gap != " to " or not right.bare:
        return False
    named_before = _RATIO_BEFORE.search(text, max(0, left.start - 9), left.start)
    return bool(named_before or _RATIO_AFTER.match(text, right.end))


def _is_share(text: str, gap: str, left: Measure, right: Measure) -> bool:
    """Whether "35 of 203" counts some of all."""
    forms = (left.rule, right.rule)
    spelled = forms == ("words", "digits") or (forms == ("words", "words") and left.low >= _SEVERAL)
    counted = (forms == ("digits", "digits") or spelled) and right.bare and left.low <= right.low
    if not counted or left.decimals or right.decimals or not _OF.fullmatch(gap):
        return False
    prefix = _TIME_PREFIX.search(text, max(0, left.start - 12), left.start)
    return prefix is None and not _NO_WHOLE.match(text, right.end)


def _merge_slash(text: str, left: Measure, right: Measure) -> bool:
    if right.bare and not left.decimals and not right.decimals:
        counts = left.low <= right.low
        left.kind, left.rule = ("fraction" if counts else "ratio"), "fraction"
        left.end, left.high = right.end, right.high
        return True
    if right.dimension in _PARTED and left.low < right.low <= 8 and right.low == right.high:
        if left.decimals or right.decimals:
            return False
        left.low = left.high = left.low / right.low  # "1/2 tablet"
        left.end, left.per = right.end, right.per
        left.unit, left.dimension = right.unit, right.dimension
        return True
    pair = right.dimension in _PRESSURE or (
        right.dimension in ("mass", "volume", "activity")
        and _COMBINATION.search(text, max(0, left.start - 60), left.start)
    )
    if pair and right.low == right.high:
        left.end, left.high, left.rule = right.end, right.high, "pair"
        left.unit, left.dimension, left.per = right.unit, right.dimension, right.per
        left.confidence = 0.7
    return bool(pair)


def share_units(text: str, measures: list[Measure]) -> None:
    """Give the members of a coordination the unit and the power of its last member, in place."""
    chained = False
    for left, right in zip(reversed(measures[:-1]), reversed(measures[1:]), strict=True):
        chained = _shares(text, left, right, chained=chained)
        if chained:
            if left.factor == 1 and right.factor != 1:
                left.low, left.high = left.low * right.factor, left.high * right.factor
                left.factor = right.factor
            left.unit, left.dimension, left.per = right.unit, right.dimension, right.per
            left.confidence = min(left.confidence, right.confidence, 0.9)
            left.rule = f"{left.rule}.shared"


def _shares(text: str, left: Measure, right: Measure, *, chained: bool) -> bool:
    if left.unit is not None or left.kind is not None or left.rule == "adverb":
        return False
    if right.kind is not None or right.start - left.end > 25:
        return False
    if right.unit is None and (right.factor == 1 or left.factor != 1 or left.high >= 1000):
        return False
    gap = text[left.end : right.start]
    if _COMMA.fullmatch(gap):
        return chained or gap == "/" or (left.factor != 1 and right.factor != 1)
    return bool(_CONJUNCTION.fullmatch(gap))


def read_time_prefixes(text: str, measures: list[Measure]) -> None:
    """Make "week 24" and each member of "weeks 0, 2 and 4" a time, in place."""
    previous: Measure | None = None
    listing = False
    for measure in measures:
        if measure.bare and measure.rule != "adverb" and not measure.decimals:
            floor = previous.end if previous else 0
            if prefix := _find_prefix(text, measure.start, floor):
                start, unit, listing = prefix
                measure.start, measure.unit, measure.dimension = start, unit, "time"
                measure.kind, measure.rule = "time", "time.prefix"
            elif (
                previous
                and previous.kind == "time"
                and _continues_list(text, previous, measure, plural=listing)
            ):
                measure.unit, measure.dimension = previous.unit, "time"
                measure.kind, measure.rule = "time", "time.list"
        previous = measure


def _find_prefix(text: str, start: int, floor: int) -> tuple[int, str, bool] | None:
    window = max(floor, start - 12)
    match = _TIME_PREFIX.search(text, window, start) or _FUSED_PREFIX.search(text, window, start)
    if match is None or _NO_TIME_PREFIX.search(text, max(0, match.start() - 8), match.start()):
        return None
    unit = match["unit"].lower().replace("wk", "week")
    return match.start(), unit, bool(match["plural"])


def _continues_list(text: str, previous: Measure, measure: Measure, *, plural: bool) -> bool:
    gap = text[previous.end : measure.start]
    if not _LIST_GAP.fullmatch(gap) or measure.low <= previous.high or measure.decimals > 1:
        return False
    word = gap.strip(" ,").lower()
    return (plural or bool(word)) and bool(_LIST_END.match(text, measure.end))
