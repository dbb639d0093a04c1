"""Sentences with results, masked: each mention is one capital letter, all else lower case.

`Rates were 5% in the MSC group (p=0.02)` becomes `O were V in the A (P)`. Patterns on the masked
text say how values, outcomes, arms, times and p-values stand to each other.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from cellstudy.assemble.arms import ArmHit, Arms
from cellstudy.assemble.layout import Layout
from cellstudy.schema import Mention

SYMBOLS: Final = {
    "VALUE": "V",
    "OUTCOME": "O",
    "DISEASE": "D",
    "P_VALUE": "P",
    "CI": "C",
    "TIME": "T",
    "SAMPLE_SIZE": "N",
    "DOSE": "X",
    "DOSING_INTERVAL": "X",
}
ARM: Final = "A"
VALUE: Final = "V"
TWIN: Final = "v"
WINDOW: Final = 400
"""Characters around a number that its rules look at: sentences may be endless."""

_OPENING = "(["
_CLOSING = ")]"


class Event(NamedTuple):
    """A mention or arm in a masked sentence; `at` is its place in the masked text."""

    symbol: str
    at: int
    mention: Mention | None = None
    arm: ArmHit | None = None

    @property
    def span(self) -> tuple[int, int]:
        """Its characters in the article."""
        item = self.mention or self.arm
        return (item.start, item.end) if item else (0, 0)


class Clause(NamedTuple):
    """A sentence with its number, its masked text and its events in their order."""

    sentence: int
    masked: str
    events: tuple[Event, ...]

    def of(self, *symbols: str) -> list[Event]:
        """Events with one of `symbols`, in their order."""
        return [event for event in self.events if event.symbol in symbols]

    def twins(self, value: Event) -> list[Event]:
        """The value and the twin that follows it, if any."""
        following = [e for e in self.events if e.at > value.at and e.symbol in (VALUE, TWIN)]
        return [value, following[0]] if following and following[0].symbol == TWIN else [value]

    def gap(self, first: Event, second: Event) -> str:
        """The masked text between two events, in either order."""
        low, high = sorted((first.at, second.at))
        return self.masked[low + 1 : high]

    def before(self, event: Event) -> str:
        """The masked text before an event, as far as any rule looks."""
        return self.masked[max(0, event.at - WINDOW) : event.at]

    def after(self, event: Event) -> str:
        """The masked text after an event, as far as any rule looks."""
        return self.masked[event.at + 1 : event.at + 1 + WINDOW]

    def place(self, layout: Layout, start: int, end: int) -> tuple[int, int]:
        """Map a place of the masked text to characters of the article."""
        return self._original(layout, start), self._original(layout, end - 1) + 1

    def _original(self, layout: Layout, at: int) -> int:
        offset = layout.tagging.sentences[self.sentence][0]
        for event in self.events:
            if event.at > at:
                break
            start, end = event.span
            offset = end - event.at - 1 if event.at < at else start - at
        return offset + at

    def depth(self, event: Event) -> int:
        """Count the brackets that are open at an event."""
        return self.depth_at(event.at)

    def depth_at(self, at: int) -> int:
        """Count the brackets that are open at a place of the masked text."""
        text = self.masked
        opened = sum(text.count(mark, 0, at) for mark in _OPENING)
        return opened - sum(text.count(mark, 0, at) for mark in _CLOSING)


def read_clause(layout: Layout, arms: Arms, index: int) -> Clause:
    """Mask the sentence `index`."""
    start, end = layout.tagging.sentences[index]
    marked = [
        (m.start, m.end, SYMBOLS[m.label], m, None)
        for m in layout.in_sentence(index)
        if m.label in SYMBOLS
    ]
    blocked = [(low, high) for low, high, symbol, *_ in marked if symbol != "X"]
    hits = [
        (hit.start, hit.end, ARM, None, hit)
        for hit in arms.between(start, end)
        if not any(low < hit.end and hit.start < high for low, high in blocked)
    ]
    covered = [(low, high) for low, high, *_ in hits]
    marked = [
        item
        for item in marked
        if not any(low < item[1] and item[0] < high for low, high in covered)
    ]
    items = sorted([*marked, *hits], key=lambda item: item[0])
    return _join_twins(mask(layout.text[start:end], items, offset=start, sentence=index))


def _join_twins(clause: Clause) -> Clause:
    """Mark a percentage beside its n/N (or the reverse) as a twin: `V (v)`.

    Twins are no values of a list of their own; they share all links of their first number.
    """
    masked = list(clause.masked)
    events = list(clause.events)
    values = [i for i, event in enumerate(events) if event.symbol == VALUE]
    for first, second in pairwise(values):
        twin = events[second]
        one, two = (_number_kind(events[i]) for i in (first, second))
        paired = events[first].symbol == VALUE and {one, two} == {"count", "percent"}
        if paired and _TWIN_GAP.fullmatch(clause.gap(events[first], twin)):
            events[second] = twin._replace(symbol=TWIN)
            masked[twin.at] = TWIN
    return clause._replace(masked="".join(masked), events=tuple(events))


def _number_kind(event: Event) -> str | None:
    """`percent`, or `count` for a fraction or a bare whole number."""
    quantity = event.mention.quantity if event.mention else None
    if quantity is None:
        return None
    if quantity.unit == "%":
        return "percent"
    bare = quantity.kind == "number" and quantity.unit is None and quantity.low == int(quantity.low)
    return "count" if quantity.kind == "fraction" or bare else None


Item = tuple[int, int, str, Mention | None, ArmHit | None]
"""Start, end and symbol of what is masked, with its mention or arm."""


def mask(text: str, items: Sequence[Item], *, offset: int = 0, sentence: int = 0) -> Clause:
    """Replace the items, by start and without overlap, by their symbols; `text` is at `offset`."""
    parts: list[str] = []
    events: list[Event] = []
    length = done = 0
    for start, end, symbol, mention, arm in items:
        gap = text[done : start - offset].lower()
        length += len(gap)
        events.append(Event(symbol, length, mention, arm))
        parts += [gap, symbol]
        length += 1
        done = end - offset
    parts.append(text[done:].lower())
    return Clause(sentence, "".join(parts), tuple(events))


_TWIN_GAP = re.compile(r"[^VvOPCDT.;:()\[\]]{0,40}[(\[]\s?|[;,]\s")
"""Between n/N and its percentage: `V (V)`, `V patients (V)`, `(V; V)`."""

_P_ASIDE = r"[(\[]\s*[PC](?:\s*[;,]\s*[PC])*(?:\s(?:vs\.?|versus)\s[aA](?:\s?\w+)?)?\s*[)\]]"
_RUN_GAP = re.compile(
    r"(?:[\s,;/&–-]|(?<!\w)(?:and|or|vs\.?|versus|compared (?:to|with)|than"
    r"|(?:at baseline |before treatment )?(?:up |down )?to)(?!\w)"
    rf"|{_P_ASIDE}|[^\w(\[]*[(\[]v[^)\]V]*[)\]]|\(n\s*=\s*N\))*"
)


def find_value_runs(clause: Clause) -> list[list[Event]]:
    """Group neighbouring values between which stand connecting words only."""
    runs: list[list[Event]] = []
    for event in clause.of("V"):
        last = runs[-1][-1] if runs else None
        if last is not None and _joined(clause, last, event):
            runs[-1].append(event)
        else:
            runs.append([event])
    return runs


def _joined(clause: Clause, first: Event, second: Event) -> bool:
    gap = clause.gap(first, second)
    return bool(_RUN_GAP.fullmatch(gap)) and clause.depth(first) == clause.depth(second)
