"""Which dose mentions are dose levels of the studied therapy."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from cellstudy.assemble.layout import Layout
from cellstudy.schema import Mention

CELLS: Final = "cells"
COUNTED: Final = ("cells", "particles", "CFU")
"""Units that count what a cell product consists of."""

_CONTROL = re.compile(
    r"\b(?:placebo|control|sham|vehicle|saline|standard (?:of )?care|conventional|comparator)",
    re.IGNORECASE,
)
_VEHICLE = re.compile(
    r"^ (?:of )?(?:normal |matching )?(?:saline|placebo|vehicle|plasma-?lyte|sodium chloride)\b",
    re.IGNORECASE,
)
_COMPARATOR = re.compile(
    r"\b(?:compared (?:to|with)|versus|vs\.?|comparison of [^.]+? with|or placebo)\s", re.IGNORECASE
)
ADMINISTRATIONS: Final = ("injection", "infusion", "session", "administration")
_EACH = re.compile(rf"\b(?:each|every) ({'|'.join(ADMINISTRATIONS)})\b", re.IGNORECASE)
_WORD_AFTER = re.compile(r"\s(?:of|oral)\s(?:the )?([A-Za-z][\w/-]{2,})")
_WORD_BEFORE = re.compile(r"([A-Za-z][\w/-]{2,})[\s(\[,]*(?:at |of |dose )?$")


class Dose(NamedTuple):
    """A dose level; `mentions` are all places that state it."""

    mentions: tuple[Mention, ...]
    low: float
    high: float
    unit: str | None
    per: str | None


def find_doses(layout: Layout, *, cellular: bool) -> list[Dose]:
    """Find the dose levels of the therapy, by first mention.

    `cellular` says that the therapy is a cell product: then cell numbers stand before volumes and
    concentrations, and amounts of drugs are left out.
    """
    own = [m for m in layout.of("DOSE") if _is_own(layout, m)]
    read = [dose for m in own for dose in _read(layout, m, cellular=cellular)]
    chosen = _of_product(read) if cellular else _of_drug(layout, read)
    return _merge(chosen)


def in_control(layout: Layout, mention: Mention) -> bool:
    """Say whether the mention stands in the line of a control arm."""
    line = layout.line_of(mention.start)
    if line.head is None or not layout.is_registration():
        return False
    return _CONTROL.search(layout.text, line.start, line.head) is not None


def _is_own(layout: Layout, mention: Mention) -> bool:
    """Leave out doses of control arms, of vehicles, and of earlier work."""
    if "background" in mention.context or layout.part_of(mention) == "background":
        return False
    return not in_control(layout, mention) and not _VEHICLE.match(layout.after(mention))


def _read(layout: Layout, mention: Mention, *, cellular: bool) -> list[Dose]:
    """The dose of a mention; two for a pair of ingredients (`62.5/25 ug`)."""
    quantity = mention.quantity
    if quantity is None:
        return []
    unit = quantity.unit or (CELLS if cellular else None)
    per = quantity.per or _each_before(layout, mention)
    if quantity.low > quantity.high:
        return [Dose((mention,), n, n, unit, per) for n in (quantity.low, quantity.high)]
    return [Dose((mention,), quantity.low, quantity.high, unit, per)]


def _each_before(layout: Layout, mention: Mention) -> str | None:
    """The administration that the dose is said to be for: `each infusion contains`."""
    match = _EACH.search(layout.before(mention, 80))
    return match.group(1).lower() if match else None


def _of_product(doses: Sequence[Dose]) -> list[Dose]:
    """Cell numbers that are no concentration; else what a stated volume holds; else the rest.

    "3 x 10^7 cells per 5 mL" is a number of cells; of "10^7 cells/mL" nobody knows how many mL.
    """
    counted = [d for d in doses if d.unit in COUNTED]
    whole = [d for d in counted if not _is_concentration(d)]
    if whole:
        return whole
    if counted:
        return [d if d.per == "mL" else d._replace(per=None) for d in counted]
    return _per_administration(doses)


def _is_concentration(dose: Dose) -> bool:
    return bool(dose.per) and "mL" in str(dose.per)


def _per_administration(doses: Sequence[Dose]) -> list[Dose]:
    """Amounts; where one is that of a whole administration, smaller portions are left out."""
    whole = [dose for dose in doses if dose.per in ADMINISTRATIONS]
    return whole or list(doses)


def _of_drug(layout: Layout, doses: Sequence[Dose]) -> list[Dose]:
    """Doses of the studied drug: without those of what it is compared with."""
    rivals = _rivals(layout)
    own = [d for d in doses if rivals.isdisjoint(_agent_words(layout, d))]
    solid = [d for d in own if d.unit != "mL"]
    return solid or own


def _agent_words(layout: Layout, dose: Dose) -> list[str]:
    return layout.expand(find_agent(layout, dose.mentions[0])).lower().split()


def find_agent(layout: Layout, mention: Mention) -> str:
    """The word that a dose belongs to: `simvastatin` in `oral simvastatin 80 mg`; "" if none."""
    following = _WORD_AFTER.match(layout.after(mention))
    match = following or _WORD_BEFORE.search(layout.before(mention, 50))
    return match.group(1) if match else ""


def _rivals(layout: Layout) -> set[str]:
    """Words of the title after `versus`, `compared with` and the like."""
    match = _COMPARATOR.search(layout.text, 0, layout.title_end)
    if match is None:
        return set()
    rest = layout.text[match.end() : layout.title_end]
    return {word.lower() for word in re.findall(r"[A-Za-z][\w/-]{3,}", rest.split(" in ")[0])}


def _merge(doses: Sequence[Dose]) -> list[Dose]:
    """Put the mentions of one level together; the more exact basis (per kg) counts."""
    merged: list[Dose] = []
    for dose in doses:
        for i, other in enumerate(merged):
            if _same(dose, other):
                mentions = (*other.mentions, *dose.mentions)
                merged[i] = other._replace(mentions=mentions, per=other.per or dose.per)
                break
        else:
            merged.append(dose)
    return merged


def _same(dose: Dose, other: Dose) -> bool:
    numbers = (dose.low, dose.high, dose.unit) == (other.low, other.high, other.unit)
    return numbers and (dose.per == other.per or None in (dose.per, other.per))
