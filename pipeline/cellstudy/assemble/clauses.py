"""Sentences with results, masked: each mention is one capital letter, all else lower case.

`Rates were 5% in the MSC group (p=0.02)` becomes `O were V in the A (P)`. Patterns on the masked
text say how values, outcomes, arms, times and p-values stand to each other.
"""

import re
from collections.abc import Sequence
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

_OPENING = "(["
_CLOSING = ")]"


class Event(NamedTuple):
    """A mention or arm in a masked sentence; `at` is its place in the masked text."""

    symbol: str
    at: int
    mention: Mention | None = None
    arm: ArmHit | None = None


class Clause(NamedTuple):
    """A sentence with its masked text and its events in their order."""

    index: int
    masked: str
    events: tuple[Event, ...]

    def of(self, *symbols: str) -> list[Event]:
        """Events with one of `symbols`, in their order."""
        return [event for event in self.events if event.symbol in symbols]

    def gap(self, first: Event, second: Event) -> str:
        """The masked text between two events, in either order."""
        low, high = sorted((first.at, second.at))
        return self.masked[low + 1 : high]

    def before(self, event: Event) -> str:
        """The masked text before an event."""
        return self.masked[: event.at]

    def after(self, event: Event) -> str:
        """The masked text after an event."""
        return self.masked[event.at + 1 :]

    def depth(self, event: Event) -> int:
        """How many brackets are open at an event."""
        before = self.before(event)
        return sum(map(before.count, _OPENING)) - sum(map(before.count, _CLOSING))


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
    return _mask(layout.text[start:end], index, start, sorted([*marked, *hits], key=lambda i: i[0]))


def _mask(
    text: str,
    index: int,
    offset: int,
    items: Sequence[tuple[int, int, str, Mention | None, ArmHit | None]],
) -> Clause:
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
    return Clause(index, "".join(parts), tuple(events))


_P_ASIDE = r"[(\[]\s*[PC](?:\s*[;,]\s*[PC])*(?:\s(?:vs\.?|versus)\s[aA](?:\s?\w+)?)?\s*[)\]]"
_RUN_GAP = re.compile(
    r"(?:[\s,;/&–-]|(?<!\w)(?:and|or|vs\.?|versus|to|compared (?:to|with)|than)(?!\w)"
    rf"|{_P_ASIDE}|\(n\s*=\s*N\))*"
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
