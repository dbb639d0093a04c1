"""In which sense a mention is meant: negated, planned, background, comparator, hypothetical.

Works like NegEx (Chapman and others 2001) and ConText (Harkema and others 2009): cue phrases of
`data/context/cues.tsv` qualify the mentions within their scope, and every finding names its cue.
A scope is counted in words and ends at the sentence, at a stop word or a finite verb; commas and
conjunctions carry it on through an enumeration.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from cellstudy.labels import EXT_CONTEXT, EXT_SECTIONS, MENTIONS, NUMERIC_LABELS
from cellstudy.tag.extensions import get_spans, read_text, register_extensions
from cellstudy.terms import Phrases, Token, find_tokens, fold_name, read_rows

CONTEXTS: Final = ("negated", "planned", "background", "comparator", "hypothetical")

_NOT_NEGATED: Final = frozenset((*NUMERIC_LABELS, "DESIGN"))
_COMPARED: Final = frozenset(
    ("VALUE", "CI", "DOSE", "DOSING_INTERVAL", "N_DOSES", "ROUTE", "SAMPLE_SIZE", "CELL_PRODUCT")
)
_WINDOW: Final = {"negated": 6, "hypothetical": 6}
_NEAR_AFTER: Final = 6
_NEAR_BEFORE: Final = 4
_CARRY_ON: Final = frozenset((",", "or", "nor", "and", "/"))
_CONJUNCTIONS: Final = _CARRY_ON - {","}
_SEPARATORS: Final = frozenset((",", ";", ":", "\n"))
_OPENING: Final = frozenset("([")
_CLOSING: Final = frozenset(")]")
_SCOPE_ENDS: Final = frozenset(";:\n")
_PLAN_SECTIONS: Final = frozenset(("ARMS", "PRIMARY_OUTCOME", "SECONDARY_OUTCOME"))


class Target(NamedTuple):
    """A mention to qualify, in characters."""

    start: int
    end: int
    label: str


class Finding(NamedTuple):
    """A context of the mention at `start`, with the cue that gave it (a phrase or a section)."""

    start: int
    context: str
    cue_start: int
    cue_end: int


class Cue(NamedTuple):
    """A cue phrase in tokens."""

    start: int
    end: int
    kind: str


class _Words(NamedTuple):
    """The words of a text, and in which sentence each of them stands."""

    tokens: tuple[Token, ...]
    folded: list[str]
    starts: list[int]
    bounds: list[tuple[int, int]]
    """Sentences as half-open token ranges."""
    cues: dict[str, list[Cue]]
    """The cue phrases of each context."""

    def sentence(self, token: int) -> tuple[int, int]:
        """Return the sentence of a token."""
        return self.bounds[max(bisect_right(self.bounds, (token, len(self.tokens))) - 1, 0)]

    def range_of(self, start: int, end: int) -> tuple[int, int]:
        """Return the tokens of a range of characters."""
        return bisect_left(self.starts, start), bisect_left(self.starts, end)


def find_context(
    text: str,
    sentences: Sequence[tuple[int, int]],
    mentions: Iterable[Target],
    *,
    sections: Sequence[Mapping[str, Any]] = (),
) -> list[Finding]:
    """Find the contexts of `mentions`, by their start, each context once.

    `sentences` are half-open character ranges in order; `sections` have label, start and end.
    """
    targets = sorted(mentions)
    words = _split(text, sentences)
    placed = [(target, words.range_of(target.start, target.end)) for target in targets]
    found = [
        *_find_scoped("negated", words, placed, text),
        *_find_scoped("hypothetical", words, placed, text),
        *_find_planned(words, placed),
        *_find_background(words, placed, text=text, has_sections=len(sections) > 2),
        *_find_comparator(words, placed),
        *_find_in_sections(targets, sections),
    ]
    first = {(item.start, item.context): item for item in reversed(found)}
    return [first[key] for key in sorted(first)]


_Placed = list[tuple[Target, tuple[int, int]]]


def _split(text: str, sentences: Sequence[tuple[int, int]]) -> _Words:
    tokens = find_tokens(text)
    starts = [token.start for token in tokens]
    bounds = [(bisect_left(starts, a), bisect_left(starts, b)) for a, b in sentences]
    folded = [token.folded for token in tokens]
    cues = {
        context: [Cue(*item) for item in phrases.find(folded)]
        for context, phrases in _read_cues().items()
    }
    return _Words(tokens, folded, starts, bounds or [(0, len(tokens))], cues)


# ---------------------------------------------------------------- scopes


def _find_scoped(context: str, words: _Words, placed: _Placed, text: str) -> Iterator[Finding]:
    """Qualify what stands in the scope of cues of the kinds before and after."""
    cues = words.cues[context]
    ends = {cue.start: cue.kind for cue in cues if cue.kind in ("stop", "verb", "clause")}
    voids = [cue.start for cue in cues if cue.kind == "void"]
    for cue in cues:
        if cue.kind == "before" and not _is_other_no(words, cue, text):
            low, high = cue.end, _reach(words, cue, ends=ends, window=_WINDOW[context], step=1)
            high = _cut_void(words.folded, low, high, voids=voids)
        elif cue.kind == "after":
            low, high = _reach(words, cue, ends=ends, window=_WINDOW[context], step=-1), cue.start
        else:
            continue
        for target, (start, end) in placed:
            if low <= start and end <= high and target.label not in _NOT_NEGATED:
                yield _finding(words, target, context, cue)


def _reach(words: _Words, cue: Cue, *, ends: Mapping[int, str], window: int, step: int) -> int:
    """Find where the scope of `cue` ends, going right (step 1) or left (step -1)."""
    first, last = words.sentence(cue.start)
    position = cue.end if step > 0 else cue.start - 1
    left, carried = window, False
    while first <= position < last and left >= 0:
        word = words.folded[position]
        kind = ends.get(position)
        if kind in ("stop", "verb") or word in _SCOPE_ENDS or (kind == "clause" and carried):
            break
        if word == "," and not _goes_on(words.folded, position, last):
            break
        carried = word in _CARRY_ON
        left = window if carried else left - word.isalnum()
        position += step
    return position if step > 0 else position + 1


def _goes_on(words: Sequence[str], comma: int, last: int) -> bool:
    """Say whether an enumeration goes on after a comma: "or" or "and" must still come."""
    return not _CONJUNCTIONS.isdisjoint(words[comma + 1 : min(comma + 9, last)])


def _cut_void(words: Sequence[str], low: int, high: int, *, voids: Sequence[int]) -> int:
    """Cut a scope before the enumerated part that ends in "difference" or the like.

    "No fever and no pain difference" denies the fever, not the pain.
    """
    void = next((index for index in voids if low <= index <= high), None)
    if void is None:
        return high
    carried = [index for index in range(low, void) if words[index] in _CARRY_ON]
    return carried[-1] if carried else low


def _is_other_no(words: _Words, cue: Cue, text: str) -> bool:
    """Say whether "no" is the abbreviation of number (No. 5) or nitric oxide (NO)."""
    if words.folded[cue.start : cue.end] != ["no"]:
        return False
    following = words.folded[cue.end] if cue.end < len(words.folded) else ""
    is_capital = text.startswith("NO", words.starts[cue.start])
    return is_capital or following == "." or following.isdigit()


# ---------------------------------------------------------------- sentences


def _find_planned(words: _Words, placed: _Placed) -> Iterator[Finding]:
    """Qualify all of a sentence that tells what will be done."""
    cued = {words.sentence(cue.start): cue for cue in words.cues["planned"]}
    for target, (start, _) in placed:
        cue = cued.get(words.sentence(start))
        if cue is not None:
            yield _finding(words, target, "planned", cue)


def _find_background(
    words: _Words, placed: _Placed, *, text: str, has_sections: bool
) -> Iterator[Finding]:
    """Qualify all of a sentence that tells what was known before.

    Cues such as "has been" count only in the opening sentences, before the study itself begins,
    and only where no section says what is background; the title is never background.
    """
    title_end = text.find("\n")
    opening_end = 0 if has_sections else _find_opening_end(words, title_end)
    cued: dict[tuple[int, int], Cue] = {}
    for cue in words.cues["background"]:
        if words.starts[cue.start] < title_end or cue.kind == "study":
            continue
        if cue.kind == "anywhere" or cue.start < opening_end:
            cued.setdefault(words.sentence(cue.start), cue)
    for target, (start, _) in placed:
        cue_of_sentence = cued.get(words.sentence(start))
        if cue_of_sentence is not None:
            yield _finding(words, target, "background", cue_of_sentence)


def _find_opening_end(words: _Words, title_end: int) -> int:
    """Find the token at which the study itself begins: the first sentence that speaks of it."""
    plans = (cue for cue in words.cues["planned"])
    studies = (cue for cue in words.cues["background"] if cue.kind == "study")
    begins = [
        words.sentence(cue.start)[0]
        for cue in (*studies, *plans)
        if words.starts[cue.start] > title_end
    ]
    return min(begins, default=0)


def _find_in_sections(
    targets: Sequence[Target], sections: Sequence[Mapping[str, Any]]
) -> Iterator[Finding]:
    """Qualify by section: BACKGROUND, and the arms and outcomes of a plan without results."""
    is_plan = not any(section["label"] == "RESULTS" for section in sections)
    for section in sections:
        is_planned = is_plan and section["label"] in _PLAN_SECTIONS
        if not is_planned and section["label"] not in ("BACKGROUND", "INTRODUCTION"):
            continue
        context = "planned" if is_planned else "background"
        for target in targets:
            if section["start"] <= target.start < section["end"]:
                yield Finding(target.start, context, section["start"], section["start"])


# ---------------------------------------------------------------- neighbours


def _find_comparator(words: _Words, placed: _Placed) -> Iterator[Finding]:
    """Qualify what stands close to a comparator, with no "or" and the like between."""
    cues = words.cues["comparator"]
    barriers = {cue.start for cue in cues if cue.kind == "blocker"}
    barriers.update(i for i, word in enumerate(words.folded) if word in _SEPARATORS)
    for cue in cues:
        first, last = words.sentence(cue.start)
        if cue.kind != "near" or "respectively" in words.folded[first:last]:
            continue
        for target, (start, end) in placed:
            if target.label not in _COMPARED or _is_paired(words.folded, end):
                continue
            if cue.end <= start <= min(cue.end + _NEAR_AFTER, last - 1):
                between, outward = range(cue.end, start), _CLOSING
            elif max(first, cue.start - _NEAR_BEFORE) <= end <= cue.start:
                between, outward = range(end, cue.start), _OPENING
            else:
                continue
            crosses = any(words.folded[index] in outward for index in between)
            if not crosses and barriers.isdisjoint(between):
                yield _finding(words, target, "comparator", cue)


def _is_paired(words: Sequence[str], end: int) -> bool:
    """Say whether a value is the first of a pair (12 vs. 15): which arm it is from stays open."""
    return words[end : end + 1] in (["vs"], ["versus"])


def _finding(words: _Words, target: Target, context: str, cue: Cue) -> Finding:
    start, end = words.tokens[cue.start].start, words.tokens[cue.end - 1].end
    return Finding(target.start, context, start, end)


@cache
def _read_cues() -> dict[str, Phrases[str]]:
    """Read the cue phrases of each context, with their kind."""
    cues: dict[str, Phrases[str]] = {context: Phrases() for context in CONTEXTS}
    for context, kind, phrase in read_rows("context/cues.tsv"):
        cues[context].add(fold_name(phrase), kind)
    return cues


@Language.factory(
    "cellstudy_context",
    default_config={"mentions": MENTIONS},
    requires=["doc.spans", "doc.sents", f"doc._.{EXT_SECTIONS}"],
    assigns=[f"doc._.{EXT_CONTEXT}"],
)
def create_context(nlp: Language, name: str, mentions: str) -> "ContextFinder":  # noqa: ARG001
    """Make the component; `mentions` is the span group to read."""
    register_extensions()
    return ContextFinder(mentions)


class ContextFinder:
    """Sets `doc._.context`: {mention start: context names}, for the mentions that have any."""

    def __init__(self, mentions: str) -> None:
        self.mentions = mentions

    def __call__(self, doc: Doc) -> Doc:
        """Find the contexts of the mentions of `doc`."""
        spans = get_spans(doc, self.mentions)
        found = find_context(
            read_text(doc),
            [(sent.start_char, sent.end_char) for sent in doc.sents],
            [Target(span.start, span.end, span.label) for span in spans],
            sections=doc._.get(EXT_SECTIONS),
        )
        contexts: dict[int, list[str]] = {}
        for finding in found:
            contexts.setdefault(finding.start, []).append(finding.context)
        doc._.set(EXT_CONTEXT, contexts)
        return doc
