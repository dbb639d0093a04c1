"""Which dose mentions are dose levels of the studied therapy."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from cellstudy.assemble.layout import Layout
from cellstudy.schema import Mention
from cellstudy.terms import read_rows

CELLS: Final = "cells"
COUNTED: Final = ("cells", "particles", "CFU")
"""Units that count what a cell product consists of."""

_CONTROL = re.compile(
    r"\b(?:placebo|control|sham|vehicle|saline|standard (?:of )?care|conventional|comparator)",
    re.IGNORECASE,
)
_ADDED = re.compile(
    r"\bplus\b|\+|\bcombined with\b|\bin addition to\b|\bfollowed by\b", re.IGNORECASE
)
_VEHICLE = re.compile(
    r"^ (?:of )?(?:normal |matching )?(?:saline|placebo|vehicle|plasma-?lyte|sodium chloride)\b",
    re.IGNORECASE,
)
_COMPARATOR = re.compile(
    r"\b(?:compared (?:to|with)|versus|vs\.?|comparison of [^.]+? with|or placebo)\s", re.IGNORECASE
)
MAX_DOSES: Final = 200
"""Text with more doses is a table or no abstract at all."""

ADMINISTRATIONS: Final = ("injection", "infusion", "session", "administration", "visit", "dose")
CONTAINERS: Final = frozenset(("mL", "uL", "L", "g", "vial", "vials", "bag", "bags"))
"""Units below the line of a concentration."""
_AMOUNTS: Final = ("mL", "g", "mg", "ug", "ng", "IU")
_PORTIONS: Final = ("point", "points", "site", "sites")
_NEAR: Final = 40
_SHORT_WORD: Final = 3
_BESIDE: Final = 3
_TOTAL = re.compile(r"\b(?:total|altogether|overall|cumulative)\b[^.;]*$", re.IGNORECASE)
_MAXIMUM = re.compile(
    r"\b(?:at most|never (?:above|more than)|not (?:exceeding|to exceed)|maximum of|no more than)"
    r"\s$",
    re.IGNORECASE,
)
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


def find_product_doses(layout: Layout, mentions: Sequence[Mention]) -> list[Dose]:
    """Find the dose levels of a cell product among the DOSE `mentions` that belong to it.

    Cell numbers stand before volumes and concentrations.
    """
    own = [m for m in mentions if _is_own(layout, m) and not _is_maximum(layout, m)]
    read = [dose for m in own for dose in _read(layout, m, cellular=True)]
    return _without_totals(layout, _merge(_of_product(_without_drugs(layout, read))))


def _without_totals(layout: Layout, doses: Sequence[Dose]) -> list[Dose]:
    """Leave out what several of another dose add up to: `1 million a day, in total 3 million`.

    The total of one administration is a dose.
    """
    totals = [d for d in doses if any(_TOTAL.search(layout.before(m, 30)) for m in d.mentions)]
    parts = [dose for dose in doses if dose not in totals]
    sums = [
        total
        for total in totals
        if total.per not in ADMINISTRATIONS and any(_is_multiple(total, part) for part in parts)
    ]
    return [dose for dose in doses if dose not in sums]


def _is_multiple(dose: Dose, other: Dose) -> bool:
    if dose.unit != other.unit or not 0 < other.low == other.high < dose.low == dose.high:
        return False
    return (dose.low / other.low).is_integer()


def find_drug_doses(layout: Layout) -> list[Dose]:
    """Find the dose levels of the studied drug."""
    own = [m for m in layout.of("DOSE") if _is_own(layout, m)]
    read = [dose for m in own for dose in _read(layout, m, cellular=False)]
    return _merge(_of_drug(layout, read))


def in_control(layout: Layout, mention: Mention) -> bool:
    """Say whether the mention stands in the line of a control arm."""
    line = layout.line_of(mention.start)
    if line.head is None or not layout.is_registration():
        return False
    control = _CONTROL.search(layout.text, line.start, line.head)
    # "Conventional treatment plus high dose" is an arm of the therapy.
    return control is not None and not _ADDED.search(layout.text, control.end(), line.head)


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
    low, high = quantity.low, quantity.high
    pair = ((low, low), (high, high)) if low > high else ((low, high),)
    return [Dose((mention,), *bounds, unit, per) for bounds in pair]


def _each_before(layout: Layout, mention: Mention) -> str | None:
    """The administration that the dose is said to be for: `each infusion contains`."""
    match = _EACH.search(layout.before(mention, 80))
    return match.group(1).lower() if match else None


def _is_maximum(layout: Layout, mention: Mention) -> bool:
    """Say whether a dose is the most that another one may add up to: `at most 4 x 10^7 cells`."""
    others = [m for m in layout.in_sentence(mention.sentence, "DOSE") if m.start < mention.start]
    return bool(others) and _MAXIMUM.search(layout.before(mention, 30)) is not None


def _without_drugs(layout: Layout, doses: Sequence[Dose]) -> list[Dose]:
    """Leave out amounts that stand beside the name of a drug rather than of the product."""
    return [d for d in doses if d.unit in COUNTED or not _beside_drug(layout, d.mentions[0])]


def _beside_drug(layout: Layout, mention: Mention) -> bool:
    """Say whether the word at the dose is neither general nor part of the product's name."""
    word = find_agent(layout, mention)
    if not word or word.lower() in _no_drugs() or word.endswith(("ed", "ing", "ly")):
        return False
    if word.lower().removesuffix("s") in ADMINISTRATIONS:
        return False
    names = layout.in_sentence(mention.sentence, "CELL_PRODUCT", "CELL_SOURCE")
    before = any(0 <= mention.start - m.end <= _BESIDE for m in names)
    return not before and not any(0 <= m.start - mention.end <= _NEAR for m in names)


@cache
def _no_drugs() -> frozenset[str]:
    """Words that stand before doses without being a drug."""
    return frozenset(row[0] for row in read_rows("assembly/arm_words.tsv"))


def _of_product(doses: Sequence[Dose]) -> list[Dose]:
    """Cell numbers that are no concentration; else volumes; else concentrations; else the rest."""
    whole = [d for d in doses if d.unit in COUNTED and not _is_concentration(d)]
    if whole:
        return whole
    plain = [d for d in doses if d.unit in _AMOUNTS and not _is_concentration(d)]
    concentrated = [d for d in doses if _is_concentration(d)]
    return _of_session(plain or concentrated or doses)


def _is_concentration(dose: Dose) -> bool:
    return dose.per is not None and not CONTAINERS.isdisjoint(dose.per.split("/"))


def _of_session(doses: Sequence[Dose]) -> list[Dose]:
    """Where the dose of a whole session is given, that of a point is only a part of it."""
    session = any(dose.per in ADMINISTRATIONS for dose in doses)
    return [dose for dose in doses if not (session and dose.per in _PORTIONS)]


def _of_drug(layout: Layout, doses: Sequence[Dose]) -> list[Dose]:
    """Doses of the studied drug: without those of what it is compared with or added to.

    Where the title names the drug of a dose, a dose of a drug that it does not name is another's.
    """
    rivals = _rivals(layout)
    own = [d for d in doses if rivals.isdisjoint(_agent_words(layout, d))]
    title = set(re.findall(r"[a-z][\w-]{2,}", layout.text[: layout.title_end].lower()))
    if any(not title.isdisjoint(_drug_words(layout, d)) for d in own):
        others = [
            d for d in own if _drug_words(layout, d) and title.isdisjoint(_drug_words(layout, d))
        ]
        own = [d for d in own if d not in others]
    solid = [d for d in own if d.unit != "mL"]
    return solid or own


def _drug_words(layout: Layout, dose: Dose) -> list[str]:
    """Words of the agent of a dose that may name a drug."""
    word = find_agent(layout, dose.mentions[0])
    if not word or word.lower() in _no_drugs() or word.endswith(("ed", "ing", "ly")):
        return []
    return [one for one in layout.expand(word).lower().split() if len(one) > _SHORT_WORD]


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
    for dose in doses if len(doses) < MAX_DOSES else ():
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
