"""How likely a value belongs to an outcome, arm or time of its sentence: a trained linear model.

Each pair of a value and a candidate is described by sparse features of the masked sentence: order,
distance, the words and mentions between, brackets, the place of both in their lists, and what the
rules decided. The weights are data: `data/assembly/links.tsv`, written by `scripts/train_links.py`.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import accumulate, pairwise
from math import exp
from typing import Final, NamedTuple

from cellstudy.assemble.clauses import Clause, Event
from cellstudy.terms import read_rows

MODEL: Final = "assembly/links.tsv"
BIAS: Final = "bias"
"""The feature that every pair has."""

_WORD = re.compile(r"\d[\d.,]*|[^\W\d_]+|[^\w\s]")
_LISTED: Final = frozenset(
    {",", "and", "or", "/", "the", "in", "with", "of", "v", "vs", "versus", "."}
)
_CONTRAST: Final = frozenset({"v", "vs", "versus", "compared", "than", "against"})
_BREAK: Final = frozenset({";", ".", "while", "whereas", "but"})
_MAX_INDEX: Final = 6
_MAX_GAP: Final = 6
_MAX_WORDS: Final = 14
_SIZES: Final = (0, 1, 2, 3, 4, 6, 8, 11, 15, 20, 30)


class Frame:
    """A clause as words and mention symbols, counted once for all its pairs."""

    def __init__(self, clause: Clause) -> None:
        self.clause = clause
        self.events = clause.events
        self.symbols = [event.symbol for event in self.events]
        edges = [-1, *(event.at for event in self.events), len(clause.masked)]
        self.gaps = [
            [_fold(word) for word in _WORD.findall(clause.masked, low + 1, high)]
            for low, high in pairwise(edges)
        ]
        """Words before each event, and after the last."""
        self.offsets = list(accumulate(len(gap) + 1 for gap in self.gaps))
        """Words up to each event."""
        self.depths = _count_depths(self.gaps)
        self.closing = any("respectively" in gap for gap in self.gaps)
        self.index = {event.at: i for i, event in enumerate(self.events)}
        self.names = [_name(event) for event in self.events]
        self.again = {name for name in self.names if self.names.count(name) > 1}
        self.order: dict[str, list[int]] = {}
        for i, symbol in enumerate(self.symbols):
            self.order.setdefault(symbol, []).append(i)
        self.lists = {kind: _find_lists(self, places) for kind, places in self.order.items()}

    def between(self, first: int, last: int) -> list[str]:
        """Words and symbols between two events, in their order."""
        found = list(self.gaps[first + 1])
        for i in range(first + 1, last):
            found.append(self.symbols[i])
            found += self.gaps[i + 1]
        return found


class Opinion(NamedTuple):
    """What the rules say of a pair: whether they chose the candidate, and by which rule.

    `rule` is empty where they found no candidate for the value.
    """

    chosen: bool
    rule: str


def describe(frame: Frame, value: Event, candidate: Event, opinion: Opinion) -> list[str]:
    """Name the features of one pair of a value and a candidate."""
    v, c = frame.index[value.at], frame.index[candidate.at]
    first, last = min(v, c), max(v, c)
    kind = frame.symbols[c]
    side = "<" if c < v else ">"
    words = frame.between(first, last)
    inner = "".join(frame.symbols[first + 1 : last])
    rank, values = inner.count(kind), inner.count("V")
    found = [
        BIAS,
        f"rules {opinion.chosen} {bool(opinion.rule)}",
        f"rules {opinion.chosen} {opinion.rule}",
        f"side{side}",
        f"rank{side}{min(rank, 4)}",
        f"rank{side}{min(rank, 4)} values{min(values, 4)}",
        f"far{side}{_size(len(words))}",
        f"inner{side}{inner if len(inner) < _MAX_GAP else inner[:2] + '~' + inner[-2:]}",
        f"depth{side}{_clip(frame.depths[v] - frame.depths[c])}",
    ]
    found += _describe_words(frame, words, v=v, c=c, side=side)
    found += _describe_order(frame, v, c, side=side)
    found += _describe_rivals(frame, v, c, side=side)
    found += _describe_names(frame, v, c, side=side)
    return found


def _describe_words(frame: Frame, words: Sequence[str], *, v: int, c: int, side: str) -> list[str]:
    """The words between, beside the value and beside the candidate."""
    found = [f"word{side}{word}" for word in dict.fromkeys(words[:_MAX_WORDS])]
    if len(words) <= _MAX_GAP:
        found.append(f"gap{side}{' '.join(words)}")
    near, far = (words[-1:], words[:1]) if side == "<" else (words[:1], words[-1:])
    found.append(f"by value{side}{''.join(near)}")
    found.append(f"by candidate{side}{''.join(far)}")
    found += [
        f"{name}{side}"
        for name, marks in (("contrast", _CONTRAST), ("break", _BREAK))
        if not marks.isdisjoint(words)
    ]
    if ")" in words or "]" in words:
        found.append(f"closed{side}")
    found.append(f"next{side}{' '.join(frame.gaps[c + 1][:2])}")
    found.append(f"before{side}{' '.join(frame.gaps[c][-2:])}")
    found.append(f"after value{side}{' '.join(frame.gaps[v + 1][:2])}")
    found.append(f"before value{side}{' '.join(frame.gaps[v][-2:])}")
    return found


def _describe_order(frame: Frame, v: int, c: int, *, side: str) -> list[str]:
    """The places of both among their kind, and in their lists."""
    values, others = frame.order["V"], frame.order[frame.symbols[c]]
    i, j, n, m = values.index(v), others.index(c), len(values), len(others)
    said = "respectively" if frame.closing else ""
    found = [f"same place {i == j} {n == m} {said}"]
    if n <= _MAX_INDEX and m <= _MAX_INDEX:
        found.append(f"place {i}/{n} {j}/{m}")
    a, run = frame.lists["V"][v]
    b, listed = frame.lists[frame.symbols[c]][c]
    if run <= _MAX_INDEX and listed <= _MAX_INDEX:
        found.append(f"listed{side}{a}/{run} {b}/{listed}")
    found.append(f"same listed{side}{a == b} {run == listed} {said} {run == 1} {listed == 1}")
    named = _named_before(frame, v - a, frame.symbols[c])[-run:]
    if side == "<" and frame.names[c] in named:
        k = named.index(frame.names[c])
        found += [f"named {a}/{run} {k}/{len(named)}", f"named {a == k} {run == len(named)}"]
    return found


def _named_before(frame: Frame, first: int, kind: str) -> list[str]:
    """The different names of a kind before an event, in the order of their last mention."""
    names = [frame.names[i] for i in frame.order[kind] if i < first]
    return list(dict.fromkeys(reversed(names)))[::-1]


def _describe_names(frame: Frame, v: int, c: int, *, side: str) -> list[str]:
    """The words of both: `n = 20` is said of an arm, `6 months` of many values."""
    value, name = frame.names[v].split(), frame.names[c].split()
    place, run = frame.lists["V"][v]
    found = [f"value {value[0]}", f"value {value[-1]}"] if value else []
    if name:
        found += [f"name{side}{name[0]}", f"name{side}{name[-1]}"]
        found.append(f"name {min(place, 3)}/{min(run, 4)} {name[-1]}")
    found.append(f"again {frame.names[c] in frame.again}")
    return found


def _describe_rivals(frame: Frame, v: int, c: int, *, side: str) -> list[str]:
    """Whether either has a nearer partner, on this side or the other."""
    kind = frame.symbols[c]
    nearest = min(frame.order[kind], key=lambda i: _distance(frame, v, i))
    wanted = min(frame.order["V"], key=lambda i: _distance(frame, i, c))
    other = any((i < v) != (c < v) for i in frame.order[kind])
    return [f"nearest{side}{nearest == c} {wanted == v}", f"other side{side}{other}"]


def _distance(frame: Frame, one: int, two: int) -> int:
    return abs(frame.offsets[one] - frame.offsets[two])


def _find_lists(frame: Frame, places: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Map each event of a kind to its place in its list and the length of that."""
    lists: list[list[int]] = []
    for i in places:
        joined = lists and lists[-1][-1] == i - 1 and len(frame.gaps[i]) <= 3
        if joined and _LISTED.issuperset(frame.gaps[i]):
            lists[-1].append(i)
        else:
            lists.append([i])
    return {i: (k, len(listed)) for listed in lists for k, i in enumerate(listed)}


def _count_depths(gaps: Sequence[Sequence[str]]) -> list[int]:
    """Count the brackets that are open before each event."""
    depths, depth = [], 0
    for gap in gaps:
        depth += sum((word in "([") - (word in ")]") for word in gap)
        depths.append(depth)
    return depths


def _name(event: Event) -> str:
    """The folded words of an event, for an arm its key."""
    text = event.arm.key if event.arm else event.mention.text.lower() if event.mention else ""
    return " ".join(_fold(word) for word in _WORD.findall(text))


def _fold(word: str) -> str:
    return "#" if word[0].isdigit() else word


def _size(n: int) -> int:
    return bisect_left(_SIZES, n)


def _clip(n: int) -> int:
    return max(-2, min(2, n))


def score(weights: Mapping[str, float], features: Sequence[str]) -> float:
    """The probability of a pair under the weights of its kind of link."""
    total = sum([weights.get(feature, 0.0) for feature in features])
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))


@cache
def read_weights() -> dict[str, dict[str, float]]:
    """Read the weights of the bundled model, by kind of link."""
    found: dict[str, dict[str, float]] = {}
    for kind, feature, weight in read_rows(MODEL):
        found.setdefault(kind, {})[feature] = float(weight)
    return found
