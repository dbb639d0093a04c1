"""The arms of the record with role and size, and the arm that a dose belongs to."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from cellstudy.assemble.arms import ArmHit, Arms
from cellstudy.assemble.evidence import leaf
from cellstudy.assemble.layout import Layout
from cellstudy.schema import Arm, Mention, Value, absent
from cellstudy.terms import read_rows

CONTROL: Final = "control"
CASE: Final = "case"
EXPERIMENTAL: Final = "experimental"
UNCLEAR: Final = "unclear"

_SIZE_AFTER = re.compile(r"\s?[,;]?\s?[(\[]?\s?(?:n\s?=\s?|: )?[(\[]?", re.IGNORECASE)
_SIZE_BEFORE = re.compile(
    r"\s(?:\w+ )?(?:patients|participants|subjects|children|women|men|animals|mice|rats)?\s?"
    r"(?:(?:were |was )?(?:randomi[sz]ed |assigned |allocated )?"
    r"(?:in|to|into|received|receiving))\s(?:the )?"
)
_AFTER: Final = 12
_NO_SIZES: Final = ("screened", "lost")
"""Roles of a sample size that are never the size of an arm."""
_BEFORE: Final = 60
_NAMED = re.compile(r"\b(?:groups?|arms?|cohorts?)\b", re.IGNORECASE)


def find_arms(layout: Layout, arms: Arms) -> tuple[Arm, ...]:
    """List the arms that the text names with a noun or a size, or as a control, each once."""
    first: dict[str, ArmHit] = {}
    sizes: dict[str, Mention] = {}
    for hit in arms.hits:
        size = _find_size(layout, hit)
        if size is not None:
            sizes.setdefault(hit.key, size)
        if size is not None or _NAMED.search(hit.name) or is_control(hit):
            first.setdefault(hit.key, hit)
    return tuple(_make(layout, hit, sizes.get(key), arms) for key, hit in first.items())


def _make(layout: Layout, hit: ArmHit, size: Mention | None, arms: Arms) -> Arm:
    place = [(hit.start, hit.end)]
    role = CONTROL if is_control(hit) else EXPERIMENTAL if hit.key in arms.treated else UNCLEAR
    n = int(size.quantity.low) if size and size.quantity else None
    return Arm(
        label=leaf(layout, hit.name, "arm.label", places=place),
        role=leaf(layout, role, "arm.role", places=place),
        n=leaf(layout, n, "arm.size", size, places=place) if size and n else absent(),
    )


def is_control(hit: ArmHit) -> bool:
    """Say whether an arm is a control by its name."""
    return not _controls().isdisjoint(hit.key.split())


@cache
def _controls() -> frozenset[str]:
    rows = read_rows("assembly/arm_words.tsv")
    return frozenset(word for word, kind in rows if kind == CONTROL)


def _find_size(layout: Layout, hit: ArmHit) -> Mention | None:
    """The number of participants beside an arm: `MSC group (n = 20)`, `20 patients in group A`."""
    for size in layout.near("SAMPLE_SIZE", hit.start - _BEFORE, hit.end + _AFTER):
        if size.role in _NO_SIZES:
            continue
        after = hit.end <= size.start <= hit.end + _AFTER
        before = hit.start - _BEFORE <= size.end <= hit.start
        if after and _SIZE_AFTER.fullmatch(layout.text, hit.end, size.start):
            return size
        if before and _SIZE_BEFORE.fullmatch(layout.text, size.end, hit.start):
            return size
    return None


def find_trial_arms(layout: Layout, arms: Arms) -> list[ArmHit]:
    """Find the arms of the trial in their order: those with a size, else treatment and control.

    Empty where it is not clear which arms there are.
    """
    first = {hit.key: hit for hit in reversed(arms.hits)}
    if CASE in first and CONTROL in first:
        return [first[CASE], first[CONTROL]]
    sized = {hit.key for hit in arms.hits if _find_size(layout, hit)}
    if len(sized) > 1:
        return sorted(hit for hit in first.values() if hit.key in sized)
    treated = next((hit for hit in arms.hits if hit.key in arms.products), None)
    others = [h for h in first.values() if is_control(h) or h.key in arms.rivals - arms.products]
    if treated and len(others) == 1:
        return [treated, *others]
    main = arms.main()
    return main if len(main) == 2 else []


def find_arm_of(layout: Layout, arms: Arms, doses: Sequence[Mention]) -> Value[str]:
    """The arm of a dose: the label of its registry line, else the arm in its sentence."""
    for dose in doses:
        line = layout.line_of(dose.start)
        if layout.is_registration() and line.head is not None and dose.start > line.head:
            place = (line.start, line.head)
            return leaf(layout, layout.text[slice(*place)].strip(), "regimen.arm", places=[place])
    for dose in doses:
        start, end = layout.tagging.sentences[dose.sentence]
        named = [hit for hit in arms.between(start, end) if _NAMED.search(hit.name)]
        if named:
            hit = min(named, key=lambda h: max(dose.start - h.end, h.start - dose.end))
            return leaf(layout, hit.name, "regimen.arm_near", places=[(hit.start, hit.end)])
    return absent()
