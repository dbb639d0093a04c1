"""The study design: rows of `data/assembly/design.tsv`, tried by priority."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final, NamedTuple

from cellstudy.assemble.evidence import Place, leaf
from cellstudy.assemble.layout import Layout, read_pairs
from cellstudy.assemble.population import HUMAN, Subject
from cellstudy.schema import Mention, Status, Value
from cellstudy.terms import read_rows

_EARLIER_WORK = re.compile(
    r"\bprevious|\brecent(?:ly)?\b|\blacking\b|\bwarranted\b|\bneeded\b|\brequired\b|\bfuture\b"
    r"|\bno (?:\w+ ){0,2}$|\bsubsequent|\bongoing\b|\bliterature\b|\bshould\b|\bplanned\b",
    re.IGNORECASE,
)
"""Words beside design words that speak of other studies."""

_ACT = re.compile(r"\b(?:was|were|are|be)\b[^.,;]{0,25}$", re.IGNORECASE)
"""Subjects "were (enrolled and) randomly assigned": what this study did."""

_NEGATED = re.compile(r"\b(?:not|neither|nor|non)[ -](?:\w+[ -]){0,2}(?:or )?$", re.IGNORECASE)

_COMPARATOR = re.compile(
    r"\bplacebo\b|\bcontrols?\b(?! of\b)|\bversus\b|\bvs\b|\bcompared (?:to|with)\b|\bsham\b"
    r"|\bcomparison\b|\beither\b",
    re.IGNORECASE,
)
_ACTIVE_VOICE = re.compile(r"\b(?:was|were|we|our)\b", re.IGNORECASE)

MANY: Final = 3
"""Words for people that a laboratory study does not reach."""

_TREATMENT: Final = ("DOSE", "ROUTE", "N_DOSES", "DOSING_INTERVAL")


class _Row(NamedTuple):
    design: str
    scope: str
    gate: str
    pattern: re.Pattern[str]


def decide_design(layout: Layout, subjects: Sequence[Subject]) -> Value[str]:
    """Decide the one design of the study; the last row always holds."""
    gates = _Gates(layout, Counter(subject.species for subject in subjects))
    own = [m for m in layout.of("DESIGN") if _is_own(layout, m)]
    for row in _rows():
        if gates.holds(row.gate):
            found = _apply(layout, row, own)
            if found is not None:
                return found
    raise AssertionError("the last row of design.tsv matches every text")


def classify_words(words: str) -> str:
    """Classify design words, such as `RCTs` or `case reports`; `other` if they say too little."""
    rows = (row for row in _rows() if row.scope == "design" and row.gate in ("-", "human"))
    return next((row.design for row in rows if row.pattern.search(words)), "other")


def _apply(layout: Layout, row: _Row, own: list[Mention]) -> Value[str] | None:
    """The decision of one row, or None where it does not match."""
    if row.scope == "registration":
        return _cite(layout, row, (0, layout.title_end)) if layout.is_registration() else None
    if row.scope == "design":
        named = [m for m in own if row.pattern.search(m.text)]
        return leaf(layout, row.design, "design.named", *named[:3]) if named else None
    if row.scope == "rest":
        return _cite(layout, row, (0, layout.title_end))
    limit = layout.title_end if row.scope == "title" else len(layout.text)
    match = row.pattern.search(layout.text, 0, limit)
    return _cite(layout, row, match.span()) if match else None


def _cite(layout: Layout, row: _Row, place: Place) -> Value[str]:
    status: Status = "derived" if row.scope == "rest" else "reported"
    return leaf(layout, row.design, f"design.{row.scope}", places=[place], status=status)


def _is_own(layout: Layout, mention: Mention) -> bool:
    """Say whether a DESIGN mention speaks of this study and is not negated."""
    if layout.in_title(mention):
        return True
    if "negated" in mention.context or _NEGATED.search(layout.before(mention)):
        return False
    if layout.part_of(mention) in ("background", "conclusions"):
        return False
    if _ACT.search(layout.before(mention)):
        return True
    near = layout.before(mention, 45) + layout.after(mention, 30)
    return not _EARLIER_WORK.search(near)


class _Gates:
    """The conditions of the rows, each worked out once."""

    def __init__(self, layout: Layout, subjects: Counter[str]) -> None:
        self.layout = layout
        self.known: dict[str, bool] = {"-": True}
        self.subjects = subjects

    def holds(self, gate: str) -> bool:
        if gate not in self.known:
            self.known[gate] = _CHECKS[gate](self)
        return self.known[gate]


def _human(gates: _Gates) -> bool:
    """People were studied, counted or treated, and not only named as those who may profit."""
    layout = gates.layout
    if HUMAN not in gates.subjects:
        return False
    n_people = gates.subjects[HUMAN]
    if n_people >= MANY and 2 * n_people > gates.subjects.total():
        return True
    trial = any(_is_own(layout, m) and _TRIAL.search(m.text) for m in layout.of("DESIGN"))
    return trial or any(_counts_people(layout, m) for m in layout.of("SAMPLE_SIZE"))


_TRIAL = re.compile(r"random|blind|placebo|phase|label|arm|cohort|retrospect|prospect|case", re.I)


def _counts_people(layout: Layout, mention: Mention) -> bool:
    line = layout.text[mention.start : mention.end + 80].lower()
    words = re.findall(r"[a-z]+", line)[:9]
    species = {word for word, kind in read_pairs("assembly/species.tsv").items() if kind == HUMAN}
    return any(word in species for word in words) or layout.before(mention, 4).strip() in (
        "=",
        "n=",
    )


def _animal(gates: _Gates) -> bool:
    return any(species != HUMAN for species in gates.subjects) and not _human(gates)


def _planned(gates: _Gates) -> bool:
    return not gates.layout.of("VALUE", "P_VALUE")


def _uncounted(gates: _Gates) -> bool:
    return not gates.layout.of("SAMPLE_SIZE")


def _treated(gates: _Gates) -> bool:
    return _human(gates) and bool(gates.layout.of(*_TREATMENT))


def _controlled(gates: _Gates) -> bool:
    return _treated(gates) and _COMPARATOR.search(gates.layout.text) is not None


def _plain(gates: _Gates) -> bool:
    return _ACTIVE_VOICE.search(gates.layout.text, gates.layout.title_end) is None


_CHECKS: Final[dict[str, Callable[[_Gates], bool]]] = {
    "human": _human,
    "animal": _animal,
    "planned": _planned,
    "uncounted": _uncounted,
    "treated": _treated,
    "controlled": _controlled,
    "plain": _plain,
}


@cache
def _rows() -> tuple[_Row, ...]:
    return tuple(
        _Row(design, scope, gate, re.compile(pattern, re.IGNORECASE))
        for design, scope, gate, pattern in read_rows("assembly/design.tsv")
    )
