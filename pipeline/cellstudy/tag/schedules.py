"""The schedule grammar: how often, or how far apart in time, something is given.

`find_schedules` is pure; the component `cellstudy_schedules` writes what it finds to a Doc.
"""

import re
from collections.abc import Iterator
from functools import cache

import msgspec
from spacy.language import Language
from spacy.tokens import Doc

from cellstudy.labels import EXT_SCHEDULES, SCHEDULES
from cellstudy.schema import Schedule
from cellstudy.tag.day_lists import find_day_lists
from cellstudy.tag.extensions import ScoredSpan, read_text, register_extensions, set_spans
from cellstudy.tag.frequencies import find_frequencies
from cellstudy.tag.schedule_rules import Spacing
from cellstudy.tag.spacings import find_further, find_spacings
from cellstudy.terms import read_rows

_BEFORE, _AFTER = 150, 60
"""Characters around a schedule whose words are looked at, within its sentence."""
_LONGEST_OUTCOME = 400
_OUTCOME_LINE = re.compile(r"(?:Primary|Secondary|Other) outcomes?\b", re.I)
_AFTER_TREATMENT = re.compile(
    r"[ -](?:after|post|following|from)[ -](?:the )?(?:\w+ )?"
    r"(?:transplant\w*|treatment|surgery|therapy|operation|procedure|intervention|discharge)\b",
    re.I,
)
_LEAST_CONFIDENCE = 0.4
_FURTHER_DISCOUNT = 0.7
"""A time that follows "later" or "repeat" more often dates a finding than a dose."""


def find_schedules(text: str) -> list[Schedule]:
    """Every schedule expression of `text`, by start, flat, offsets in characters.

    The confidence says how sure it is that doses are scheduled; schedules of visits or of
    measurements, by the words of their sentence, are left out.
    """
    found: list[Schedule] = []
    for item in sorted(_find_all(text), key=lambda item: (item.start, -item.end)):
        if not found or item.start >= found[-1].end:
            found.append(item)
    return [item for item in found if item.confidence >= _LEAST_CONFIDENCE]


def _find_all(text: str) -> Iterator[Schedule]:
    for spacing in (*find_frequencies(text), *find_spacings(text)):
        yield _make(text, spacing, "frequency", 1.0)
    for days in find_day_lists(text):
        yield Schedule(
            start=days.start,
            end=days.end,
            kind="days",
            interval=days.interval,
            offsets=days.offsets,
            times=days.times,
            n_doses=days.n_doses,
            confidence=_weigh_context(text, days.start, days.end),
            rule="schedule.days",
        )
    for spacing in find_further(text):
        yield _make(text, spacing, "further", _FURTHER_DISCOUNT)


def _make(text: str, found: Spacing, kind: str, discount: float) -> Schedule:
    confidence = discount * _weigh_context(text, found.start, found.end)
    return Schedule(
        start=found.start,
        end=found.end,
        kind=kind,
        interval=found.high,
        interval_low=found.low if found.low != found.high else None,
        confidence=round(confidence, 2),
        rule=found.rule,
    )


@cache
def _context_patterns() -> "tuple[re.Pattern[str], re.Pattern[str]]":
    words: dict[str, list[str]] = {"dosing": [], "visit": []}
    for kind, beginning in read_rows("patterns/schedule_context.tsv"):
        words[kind].append(re.escape(beginning))
    dosing, visit = (re.compile(rf"\b(?:{'|'.join(words[kind])})") for kind in words)
    return dosing, visit


def _weigh_context(text: str, start: int, end: int) -> float:
    """Share of dosing words among the dosing and visit words of the sentence around.

    The time frame of an outcome of a registration is none of doses.
    """
    line = text.rfind("\n", max(start - _LONGEST_OUTCOME, 0), start) + 1
    if _OUTCOME_LINE.match(text, line) or _AFTER_TREATMENT.match(text, end):
        return 0.0
    floor, roof = max(start - _BEFORE, 0), min(end + _AFTER, len(text))
    left = max(text.rfind(". ", floor, start), text.rfind("\n", floor, start), floor)
    stops = [stop for stop in (text.find(". ", end, roof), text.find("\n", end, roof)) if stop >= 0]
    around = f"{text[left:start]} {text[end : min([*stops, roof])]}".lower()
    dosing, visit = (len(pattern.findall(around)) for pattern in _context_patterns())
    return round((dosing + 0.5) / (dosing + visit + 0.7), 2) if dosing or visit else 0.5


@Language.factory("cellstudy_schedules", assigns=["doc.spans", f"doc._.{EXT_SCHEDULES}"])
def create_schedules(nlp: Language, name: str) -> "ScheduleFinder":
    """Make the component that finds schedule expressions."""
    return ScheduleFinder(nlp, name)


class ScheduleFinder:
    """Write `find_schedules` to `doc._.schedules` and the span group `schedules`."""

    def __init__(self, nlp: Language, name: str = "cellstudy_schedules") -> None:
        register_extensions()
        self.nlp = nlp
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        """Find the schedules of `doc`."""
        found = find_schedules(read_text(doc))
        doc._.set(EXT_SCHEDULES, [msgspec.to_builtins(item) for item in found])
        spans = [
            ScoredSpan(item.start, item.end, item.kind, item.confidence, f"rule:{item.rule}")
            for item in found
        ]
        set_spans(doc, SCHEDULES, spans)
        return doc
