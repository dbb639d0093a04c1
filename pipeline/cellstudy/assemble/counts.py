"""How many were studied: participants (or animals, donors), and the studies of a review."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from cellstudy.assemble.design import classify_words
from cellstudy.assemble.evidence import leaf
from cellstudy.assemble.layout import Layout, read_pairs
from cellstudy.schema import IncludedStudies, Mention, Value, absent

_STUDIES: Final = "studies"
_SITES: Final = "sites"
_OF_ALL: Final = ("total", "randomised")
"""Roles of a sample size that speak for the whole study."""
_NOT_ALL: Final = ("screened", "lost")
"""Roles of a sample size that never do."""
_NOUN = re.compile(r"[A-Za-z]+")
_STUDY_PHRASE = re.compile(
    r"\s+((?:[^\s,.;:()]+\s){0,6}?"
    r"(?:trials?|stud(?:y|ies)|series|reports?|RCTs?|articles?|papers?|publications?))\b"
)
_CLAUSE_END = re.compile(r"[.;:]")
_IN_GROUP = re.compile(r"\b[nN]\s*=\s*[\[(]?$|\b(?:first|last|next|remaining|subsequent|other)\s$")
_OF_ARM = re.compile(
    r"^[^.;,]{0,40}?\b(?:to receive|received|receiving|(?:in|to) (?:the|each)|per (?:group|arm)"
    r"|were assigned|assigned to|to (?:the )?\w+ (?:group|arm)|to be treated)\b",
    re.IGNORECASE,
)
_NOT_TOTAL_BEFORE = re.compile(
    r"\b(?:screened|excluded|withdr\w+|dropped|lost|remaining|of (?:these|whom|which)|healthy"
    r"|responders|re-?randomi[sz]ed)\b(?:\W+(?!and\b)\w+){0,3}\W*$"
    r"|\b(?:men|women|males?|females?)(?: and|,) $"
    r"|\b(?:study|trial|subset|subgroup|set|population)\s*[(\[][nN]\s*=\s*$",
    re.IGNORECASE,
)
_NOT_TOTAL_AFTER = re.compile(
    r"^[^.;,]{0,50}?\b(?:complet\w+|withdr\w+|dropped|discontinued|were screened|screened for"
    r"|were lost|were excluded|were analy[sz]ed|analy[sz]able|per[- ]protocol|met the inclusion)"
    r"|^\s*(?:(?:fe)?males?\b(?! (?:[\w/-]+ ){0,2}(?:mice|rats|rabbits|pigs|minipigs|dogs"
    r"|patients|subjects|participants|volunteers|adults)\b)|(?:wo)?men (?:and|\())",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"\btotal of\s$|\b(?:enrol|recruit|includ|randomi[sz])\w* (?:\w+ )?$", re.I)


class _Count(NamedTuple):
    mention: Mention
    n: int


def find_n_total(layout: Layout, design: str | None) -> Value[int]:
    """Find the number of participants: stated as a whole, else the sum of the groups."""
    if design == "case_report":
        return leaf(layout, 1, "count.case", places=[(0, layout.title_end)], status="derived")
    others = (_STUDIES, _SITES)
    counted = [c for c in _counts(layout) if _noun_after(layout, c.mention) not in others]
    counted = _distinct(layout, [c for c in counted if _counts_studied(layout, c.mention)])
    whole = _without_parts(counted)
    totals = [c for c in whole if not _is_group(layout, c, whole)]
    if design == "case_control" and len(whole) > 1:
        totals = []
    if totals or len(whole) == 1 < len(counted):
        best = _best_total(layout, totals or whole)
        return leaf(layout, best.n, "count.total", best.mention)
    if not whole:
        return absent()
    mentions = [group.mention for group in whole]
    if len(whole) == 1:
        return leaf(layout, whole[0].n, "count.group", *mentions, status="ambiguous")
    return leaf(layout, sum(c.n for c in whole), "count.sum", *mentions, status="derived")


def find_n_studies(layout: Layout) -> Value[int]:
    """Find the number of studies that a review includes: stated, else the sum of the kinds."""
    counted = _study_counts(layout)
    if not counted:
        return absent()
    first = counted[0]
    parts = [c for c in counted[1:] if c.mention.sentence == first.mention.sentence]
    if parts and sum(part.n for part in parts) != first.n:
        mentions = [first.mention, *(part.mention for part in parts)]
        total = first.n + sum(part.n for part in parts)
        return leaf(layout, total, "count.studies_sum", *mentions, status="derived")
    return leaf(layout, first.n, "count.studies", first.mention)


def find_included_studies(layout: Layout) -> tuple[IncludedStudies, ...]:
    """List the designs of the included studies with their numbers, as the review lists them."""
    counted = _study_counts(layout)
    if not counted:
        return ()
    listed = [c for c in counted if c.mention.sentence == counted[0].mention.sentence]
    if len(listed) > 1 and sum(c.n for c in listed[1:]) == listed[0].n:
        listed = listed[1:]
    if len(listed) < 2:
        return ()
    return tuple(_make_included(layout, count) for count in listed)


def _make_included(layout: Layout, count: _Count) -> IncludedStudies:
    start = count.mention.end
    match = _STUDY_PHRASE.match(layout.text, start)
    words, places = (match.group(1), [match.span(1)]) if match else ("", [])
    return IncludedStudies(
        design=leaf(layout, classify_words(words), "count.included", count.mention, places=places),
        n=leaf(layout, count.n, "count.included", count.mention),
    )


def _counts(layout: Layout) -> list[_Count]:
    """Sample sizes with a whole number as value."""
    sizes = [(m, m.quantity) for m in layout.of("SAMPLE_SIZE")]
    return [_Count(m, int(q.low)) for m, q in sizes if q and q.low == q.high and q.low >= 1]


def _study_counts(layout: Layout) -> list[_Count]:
    """Counts of included studies, from the first sentence that has any on."""
    found = [c for c in _counts(layout) if _noun_after(layout, c.mention) == _STUDIES]
    return [c for c in found if not _is_subset(layout, c.mention)]


def _is_subset(layout: Layout, mention: Mention) -> bool:
    inside = re.match(r"\s*of (?:these|which|them)\b", layout.after(mention))
    among = re.search(r"\b(?:among|of) (?:them|these|which|those)\W*$", layout.before(mention))
    return inside is not None or among is not None


def _noun_after(layout: Layout, mention: Mention) -> str | None:
    """What is counted, by the first noun after the number that says so."""
    if _IN_GROUP.search(layout.before(mention, 20)):
        return None
    words = read_pairs("assembly/counted.tsv")
    clause = _CLAUSE_END.split(layout.after(mention, 80))[0]
    found = (words.get(word.lower()) for word in _NOUN.findall(clause)[:8])
    return next((kind for kind in found if kind), None)


def _counts_studied(layout: Layout, mention: Mention) -> bool:
    """Leave out those who were screened, completed, lost, or are of one sex."""
    if mention.role in _NOT_ALL or _NOT_TOTAL_BEFORE.search(layout.before(mention, 50)):
        return False
    return not _NOT_TOTAL_AFTER.match(layout.after(mention, 80))


def _is_group(layout: Layout, count: _Count, whole: Sequence[_Count]) -> bool:
    mention = count.mention
    before = layout.before(mention, 20)
    named = _OF_ARM.match(layout.after(mention, 60)) is not None
    if mention.role in _OF_ALL:
        named = named and _is_listed(count, whole)
    if named or mention.role == "arm" or _IN_GROUP.search(before):
        return not _TOTAL.search(before)
    head = layout.line_of(mention.start).head
    return layout.is_registration() and head is not None


def _is_listed(count: _Count, whole: Sequence[_Count]) -> bool:
    """Whether a count is rather one of the arms after it in its sentence than their sum."""
    mention = count.mention
    later = [
        c.n
        for c in whole
        if c.mention.sentence == mention.sentence and c.mention.start > mention.start
    ]
    return bool(later) and count.n <= sum(later) * (1 + 1 / len(later)) / 2


def _distinct(layout: Layout, counted: Sequence[_Count]) -> list[_Count]:
    """Drop repeats: the same number after the same words (registry lines are often repeated)."""
    seen = set()
    kept = []
    for count in counted:
        key = (count.n, layout.before(count.mention, 25), layout.after(count.mention, 12))
        if key not in seen:
            seen.add(key)
            kept.append(count)
    return kept


def _without_parts(counted: Sequence[_Count]) -> list[_Count]:
    """Drop the numbers that a number before them is the sum of."""
    whole: list[_Count] = []
    position = 0
    while position < len(counted):
        whole.append(counted[position])
        position += 1 + _n_parts(counted[position].n, [c.n for c in counted[position + 1 :]])
    return whole


def _n_parts(total: int, later: Sequence[int]) -> int:
    """How many of the numbers `later`, from the first on, add up to `total`; 0 if none do."""
    return next((k for k in range(2, min(len(later), 6) + 1) if sum(later[:k]) == total), 0)


def _best_total(layout: Layout, totals: Sequence[_Count]) -> _Count:
    """The first number with words such as `a total of`, else the first outside the background."""
    stated = [c for c in totals if _TOTAL.search(layout.before(c.mention, 25))]
    own = [c for c in totals if layout.part_of(c.mention) not in ("background", "conclusions")]
    return (stated or own or list(totals))[0]
