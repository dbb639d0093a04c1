"""What stands around the candidate numbers of a text, as columns of whole numbers.

A candidate is described by columns (the words around it, its kind and unit, its neighbours, what
other numbers of the text it is the sum of, ...): arrays over all candidates of a text, so that the
cost is that of a few numpy operations. data/patterns/number_templates.tsv names the columns and
conjunctions of columns that are features; `hash_features` makes one hash of each.
"""

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cellstudy.terms import read_rows

Ids = NDArray[np.uint64]
Places = NDArray[np.int64]
Columns = dict[str, Ids]
Template = tuple[str, ...]

NONE: Final = np.uint64(0)
_REACH: Final = 6
"""So many words to each side are features by their distance."""
_BAG: Final = 12
"""So many words to each side are features wherever they stand."""
_CLASSES: Final = 3
_STEM: Final = 6
_SIZES: Final = (1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 2100, 1e5)
_LONGEST_GAP: Final = 4
_PARTS: Final = (2, 3)
_LARGEST: Final = 1e6
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_TURN: Final = np.uint64(29)
_HALF: Final = np.uint64(32)


class Candidate(NamedTuple):
    """A number expression to be typed; offsets are characters."""

    start: int
    end: int
    kind: str
    low: float
    high: float
    unit: str = ""
    per: str = ""
    bound: str = ""

    @property
    def form(self) -> str:
        """What candidates of a list have in common."""
        return f"{self.kind}/{self.unit}"


class Words(NamedTuple):
    """The tokens of a text with the sentence and the section that each stands in.

    `marks` are names for tokens that stand in an interesting span ("" elsewhere).
    """

    texts: Sequence[str]
    starts: Sequence[int]
    sentences: Sequence[int]
    sections: Sequence[str]
    marks: Sequence[str]


@lru_cache(maxsize=65536)
def name_id(name: str) -> int:
    """A number for a name, the same in every process; 0 for the empty name."""
    return zlib.crc32(name.encode("utf-8", "surrogatepass")) + 1 if name else 0


def name_ids(names: Sequence[str]) -> Ids:
    """Numbers for names."""
    return np.asarray([name_id(name) for name in names], dtype=np.uint64)


@lru_cache(maxsize=65536)
def stem_id(word: str) -> int:
    """A number for the stem of a word; numbers are told apart only by their shape."""
    if word[:1].isdigit():
        return name_id(f"0.{len(word)}" if "." in word or "·" in word else f"0{min(len(word), 4)}")
    return name_id(word.lower()[:_STEM])


@lru_cache(maxsize=65536)
def class_id(word: str) -> int:
    """A number for the class of a word in data/patterns/count_words.tsv; 0 for none."""
    whole, beginnings = _read_classes()
    lower = word.lower()
    name = whole.get(lower, "")
    if not name and lower.startswith(tuple(beginnings)):
        name = next(c for b, c in beginnings.items() if lower.startswith(b))
    return name_id(name)


@cache
def _read_classes() -> tuple[dict[str, str], dict[str, str]]:
    """Classes of whole words, and of beginnings of words."""
    rows = [(word, name) for word, name in read_rows("patterns/count_words.tsv")]
    whole = {word: name for word, name in rows if not word.endswith("*")}
    begins: dict[str, str] = {}
    for word, name in rows:
        if word.endswith("*"):
            begins.setdefault(word[:-1], name)
    return whole, begins


@cache
def read_templates() -> tuple[Template, ...]:
    """Columns, alone or together, that are features."""
    return tuple(tuple(row[0].split()) for row in read_rows("patterns/number_templates.tsv"))


def describe(words: Words, candidates: Sequence[Candidate], text: str) -> Columns:
    """The columns of all candidates of a text, in their order (by start); none without any."""
    if not candidates:
        return {}
    firsts, lasts = find_tokens(words, candidates)
    sentences = np.asarray(words.sentences)[firsts].tolist()
    return {
        **_describe_words(words, firsts, lasts),
        **_describe_forms(candidates, text),
        **_describe_places(words, firsts),
        **_describe_neighbours(candidates, sentences),
        **_describe_gaps(words, firsts, lasts, sentences),
        **_describe_sums(candidates),
        **_describe_marks(words, firsts, lasts),
    }


def find_tokens(words: Words, candidates: Sequence[Candidate]) -> tuple[Places, Places]:
    """First and last token of each candidate."""
    starts = np.asarray(words.starts, dtype=np.int64)
    firsts = np.searchsorted(starts, [c.start for c in candidates], side="right") - 1
    lasts = np.searchsorted(starts, [c.end - 1 for c in candidates], side="right") - 1
    return np.maximum(firsts, 0), np.maximum(lasts, 0)


def _describe_words(words: Words, firsts: Places, lasts: Places) -> Columns:
    stems = np.asarray([*map(stem_id, words.texts), 0], dtype=np.uint64)
    classes = np.asarray([*map(class_id, words.texts), 0], dtype=np.uint64)
    sentences = np.asarray([*words.sentences, -1])
    distances = np.arange(1, _BAG + 1)
    columns: Columns = {}
    for side, anchors, sign in (("left", firsts, -1), ("right", lasts, 1)):
        places = np.clip(anchors[:, None] + sign * distances, -1, len(words.texts))
        inside = sentences[places] == sentences[firsts][:, None]
        taken = np.where(inside, stems[places], NONE)
        columns |= {f"{side}{i + 1}": taken[:, i] for i in range(_REACH)}
        columns[f"{side}_bag"] = taken
        columns |= _describe_classes(side, np.where(inside, classes[places], NONE))
    return columns


def _describe_classes(side: str, classes: Ids) -> Columns:
    """The nearest classes of words to one side, and how far they are."""
    order = np.argsort(classes == NONE, axis=1, kind="stable")[:, :_CLASSES]
    nearest = classes[np.arange(len(classes))[:, None], order]
    far = np.where(nearest == NONE, NONE, (order // 3 + 1).astype(np.uint64))
    columns = {f"{side}_classes": classes}
    columns |= {f"{side}_class{i + 1}": nearest[:, i] for i in range(_CLASSES)}
    return columns | {f"{side}_far{i + 1}": far[:, i] for i in range(_CLASSES)}


def _describe_forms(candidates: Sequence[Candidate], text: str) -> Columns:
    pieces = [text[c.start : c.end] for c in candidates]
    return {
        "kind": name_ids([c.kind for c in candidates]),
        "unit": name_ids([f"{c.unit}/{c.per}" for c in candidates]),
        "bound": name_ids([c.bound for c in candidates]),
        "shape": name_ids([_shape(c, p) for c, p in zip(candidates, pieces, strict=True)]),
        "size": name_ids([_size(abs(c.low)) for c in candidates]),
    }


def _shape(candidate: Candidate, piece: str) -> str:
    sign = "-" if candidate.low < 0 else ""
    number = "word" if piece[:1].isalpha() else "decimal" if "." in piece or "·" in piece else "int"
    dash = "-" if candidate.low != candidate.high else ""
    spread = "±" if "±" in piece or "+/" in piece else ""
    return f"{sign}{number}{dash}{spread}"


def _size(magnitude: float) -> str:
    return next((f"<{limit}" for limit in _SIZES if magnitude <= limit), "big")


def _describe_places(words: Words, firsts: Places) -> Columns:
    here = np.asarray(words.sentences)[firsts]
    tenths = 10 * here // (words.sentences[-1] + 1)
    return {
        "section": name_ids([words.sections[i] for i in firsts.tolist()]),
        "tenth": (2 * tenths + (here == 0) + 1).astype(np.uint64),
    }


def _describe_neighbours(candidates: Sequence[Candidate], sentences: Sequence[int]) -> Columns:
    """The kinds of the candidates beside, and the rank among those of one form in the sentence."""
    forms = [c.form for c in candidates]
    columns = {}
    for name, step in (("before", -1), ("before2", -2), ("after", 1), ("after2", 2)):
        columns[name] = name_ids(
            [
                f"{forms[i + step]}{forms[i + step] == form}"
                if 0 <= i + step < len(forms) and sentences[i + step] == sentences[i]
                else ""
                for i, form in enumerate(forms)
            ]
        )
    sizes = Counter(zip(sentences, forms, strict=True))
    seen: Counter[tuple[int, str]] = Counter()
    ranks = []
    for key in zip(sentences, forms, strict=True):
        ranks.append(f"{min(seen[key], 5)}/{min(sizes[key], 6)}")
        seen[key] += 1
    return {**columns, "rank": name_ids(ranks)}


def _describe_gaps(
    words: Words, firsts: Places, lasts: Places, sentences: Sequence[int]
) -> Columns:
    """The words to the candidate before and to the one after, or how many there are."""
    gaps = [""]
    for i in range(1, len(firsts)):
        begin, end = int(lasts[i - 1]) + 1, int(firsts[i])
        if sentences[i] != sentences[i - 1]:
            gaps.append("")
        elif end - begin <= _LONGEST_GAP:
            gaps.append(" ".join(["|", *(t.lower()[:_STEM] for t in words.texts[begin:end])]))
        else:
            gaps.append(f"#{min((end - begin) // 3, 6)}")
    return {"before_gap": name_ids(gaps), "after_gap": name_ids([*gaps[1:], ""])}


def _describe_sums(candidates: Sequence[Candidate]) -> Columns:
    """What a count is to the other counts of the text."""
    counts = [
        c.low if c.kind.startswith(("number", "fraction")) and c.low.is_integer() else 0.0
        for c in candidates
    ]
    seen = Counter(counts)
    wholes = {c.high for c in candidates if c.kind == "fraction"}
    largest = max((v for v in counts if v < _LARGEST), default=0.0)
    sums, parts = _find_sums(counts, seen)
    places = range(len(counts))
    return {
        "sum": name_ids([f"{'s' * (i in sums)}{'p' * (i in parts)}" for i in places]),
        "largest": name_ids(["y" * (v > 0 and v == largest) for v in counts]),
        "whole": name_ids(["y" * (v in wholes) for v in counts]),
        "repeats": name_ids([str(min(seen[v], 4)) if v else "" for v in counts]),
    }


def _find_sums(counts: Sequence[float], seen: Mapping[float, int]) -> tuple[set[int], set[int]]:
    """Counts that are the sum of the next two or three or of any neighbours, and their parts."""
    numbered = [(i, v) for i, v in enumerate(counts) if v > 1]
    sums: set[int] = set()
    parts: set[int] = set()
    totals: set[float] = set()
    for place, (i, value) in enumerate(numbered):
        for n_parts in _PARTS:
            near = numbered[place + 1 : place + 1 + n_parts]
            if len(near) == n_parts and sum(v for _, v in near) == value:
                sums.add(i)
                parts.update(j for j, _ in near)
        beside = numbered[place + 1 : place + 2]
        if beside and value > 2 and beside[0][1] > 2 and seen.get(value + beside[0][1]):
            parts.update((i, beside[0][0]))
            totals.add(value + beside[0][1])
    sums.update(i for i, value in numbered if value in totals)
    return sums, parts


def _describe_marks(words: Words, firsts: Places, lasts: Places) -> Columns:
    """The nearest marked words to both sides in the sentence, with their distance."""
    marked = np.asarray([i for i, mark in enumerate(words.marks) if mark], dtype=np.int64)
    ids = np.asarray([*map(name_id, words.marks), 0], dtype=np.uint64)
    sentences = np.asarray([*words.sentences, -1])
    columns: Columns = {}
    for side, anchors, shift in (("left", firsts, -1), ("right", lasts, 0)):
        found = np.searchsorted(marked, anchors, side="left" if shift else "right") + shift
        inside = (found >= 0) & (found < len(marked))
        places = np.full(len(anchors), -1)
        places[inside] = marked[found[inside]]
        same = sentences[places] == sentences[anchors]
        mark = np.where(same, ids[places], NONE)
        steps = np.minimum(np.ceil(np.log2(np.abs(places - anchors) + 1)), 5).astype(np.uint64)
        columns[f"{side}_mark"] = mark
        columns[f"{side}_mark_far"] = np.where(same, mark * np.uint64(8) + steps, NONE)
    return columns


def hash_features(
    columns: Mapping[str, Ids], templates: Sequence[Template], *, begin: int = 0
) -> Ids:
    """Rows of feature hashes (32 bits, 0 for none), one a candidate.

    A template is known by its number; `begin` is that before the first. A column of several
    numbers (a bag of words) gives as many features of one kind.
    """
    names = _name_columns(tuple(templates))
    used = [columns[name] for name in names]
    widths = tuple(1 if part.ndim == 1 else part.shape[1] for part in used)
    plan = _plan(tuple(zip(names, widths, strict=True)), tuple(templates), begin)
    table = np.concatenate([p[:, None] if p.ndim == 1 else p for p in used], axis=1)
    mixed = plan.numbers[None, :]
    empty = np.ones((len(table), len(plan.numbers)), dtype=np.bool_)
    for places, kept in zip(plan.places, plan.kept, strict=True):
        part = table[:, places]
        turned = (mixed ^ part) * _MIX  # of arrays: it wraps around silently
        mixed = np.where(kept, turned ^ (turned >> _TURN), mixed)
        empty &= (part == NONE) | ~kept
    return np.where(empty, NONE, mixed >> _HALF)


@lru_cache(maxsize=64)
def _name_columns(templates: tuple[Template, ...]) -> tuple[str, ...]:
    """The columns that the templates use."""
    return tuple(dict.fromkeys(name for template in templates for name in template))


class _Plan(NamedTuple):
    """The columns of each feature: `places[i]` is the i-th column, where `kept[i]` has one."""

    numbers: Ids
    places: Places
    kept: NDArray[np.bool_]


@lru_cache(maxsize=64)
def _plan(
    widths: tuple[tuple[str, int], ...], templates: tuple[Template, ...], begin: int
) -> _Plan:
    first: dict[str, tuple[int, int]] = {}
    for name, width in widths:
        first[name] = (sum(w for _, w in first.values()), width)
    rows, numbers = [], []
    for number, template in enumerate(templates, start=begin + 1):
        places = [first[name] for name in template]
        for step in range(max(width for _, width in places)):
            rows.append([place + min(step, width - 1) for place, width in places])
            numbers.append(number)
    longest = max(map(len, rows))
    seeds = np.asarray(numbers, dtype=np.uint64) * _MIX
    return _Plan(
        seeds,
        np.asarray([row + [0] * (longest - len(row)) for row in rows], dtype=np.int64).T,
        np.asarray([[i < len(row) for i in range(longest)] for row in rows]).T,
    )
