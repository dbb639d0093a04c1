"""Regimens: each dose level with its route, number of doses, interval and duration."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

import msgspec

from cellstudy.assemble.allocation import find_arm_of
from cellstudy.assemble.arms import Arms
from cellstudy.assemble.doses import (
    ADMINISTRATIONS,
    Dose,
    find_drug_doses,
    find_product_doses,
    in_control,
)
from cellstudy.assemble.evidence import Place, combine, leaf
from cellstudy.assemble.layout import Layout, read_pairs
from cellstudy.assemble.population import REVIEWS
from cellstudy.assemble.products import Found
from cellstudy.assemble.time import mention_duration
from cellstudy.assemble.units import ucum
from cellstudy.schema import Mention, Regimen, Value, absent
from cellstudy.terms import fold_name

_TREATED_FOR = re.compile(
    r"\b(?:for|over|in|during|throughout)\s(?:up to |a total of |the |a |next |\w+ )?[(\[]?$",
    re.IGNORECASE,
)
_TREATED_FAR = re.compile(
    r"\b(?:treat|receiv|giv|administ|tak|dos)\w*\b[^.;]{0,50}\bfor (?:up to |a total of )?$", re.I
)
_FOLLOWED = re.compile(
    r"\bfollow(?!ed by)|\bobserv|\bmonitor|\bevaluat|\bassess|\bmeasured|\bcollect|\brecord", re.IGNORECASE
)
_PERIOD = re.compile(
    r"^[\s-](?:(?!after|post|following|from)[\w-]+ ){0,2}?"
    r"(?:treatment|therapy|course|maintenance|intervention) (?:period|phase|course)?",
    re.IGNORECASE,
)
_NOT_COUNTED = re.compile(
    r"\b(?:after|first|following|previous|every|repeated)\s(?:the )?$", re.IGNORECASE
)
_ROUTE_NOUN = re.compile(r"\s([a-z]\w+)")
_NAMES: Final = ("CELL_PRODUCT", "CELL_SOURCE", "DOSE", "N_DOSES", "ROUTE")
_INJECTIONS = re.compile(r"\s(?:[\w-]+ ){0,2}injections\b", re.IGNORECASE)
_DIRECTLY: Final = 12
"""Characters between a dose and the interval that belongs to it alone."""

_INTO = re.compile(
    r"\binject(?:ed|ion|ions|ing)\b[^.;]{0,90}?\b(?P<prep>into|in(?= the\b))"
    r"(?P<site>(?: [^\s.;,()]+(?:\([a-z]\))?){1,6}?)(?= at\b| on\b| with\b| and\b| for\b|[.;,(]|$)",
    re.IGNORECASE,
)
_SITE_FILLER = re.compile(
    r"\b(?:the|an?|bilateral|(?:regions?|areas?|sites?) of|each|their|affected)\b"
    r"|\bpatients?['’]s?(?!\w)|\(s\)",
    re.IGNORECASE,
)
_NOT_SITE = re.compile(
    r"\b(?:patients?(?!['’])|group|subjects?|mice|rats?|model|study|solution)\b", re.I
)


class _Fact(NamedTuple):
    """A value of a schedule with the mention that states it."""

    value: Any
    mention: Mention


Reader = Callable[[Layout, Mention], Any]


def find_regimens(
    layout: Layout, products: Sequence[Found], arms: Arms, design: str | None
) -> tuple[Regimen, ...]:
    """Find the regimens of the studied therapy; a review has only those with a dose."""
    made: list[Regimen] = []
    undosed: list[Found] = []
    if not products:
        made = [_make(layout, level, level.mentions, None, arms) for level in _drug_levels(layout)]
    for product, doses in _divide(layout, products):
        levels = [level for dose in doses for level in _by_schedule(layout, dose)]
        made += [_make(layout, level, level.mentions, product, arms) for level in levels]
        if not levels:
            undosed.append(product)
    if design not in (*REVIEWS, "in_vitro", "cross_sectional"):
        made += _without_dose(layout, undosed, arms)
    return tuple(made)


def _drug_levels(layout: Layout) -> list[Dose]:
    return [level for dose in find_drug_doses(layout) for level in _by_schedule(layout, dose)]


def _divide(layout: Layout, products: Sequence[Found]) -> list[tuple[Found, list[Dose]]]:
    """The dose levels of each product: those of its own mentions."""
    owned: dict[int, list[Mention]] = defaultdict(list)
    for mention in layout.of("DOSE") if products else ():
        owned[_product_of(layout, mention, products)].append(mention)
    return [(p, find_product_doses(layout, owned[i])) for i, p in enumerate(products)]


def _by_schedule(layout: Layout, dose: Dose) -> list[Dose]:
    """Divide a dose level whose places are followed by different intervals."""
    groups: dict[str | None, list[Mention]] = {}
    for mention in dose.mentions:
        groups.setdefault(_interval_after(layout, mention), []).append(mention)
    stated = [interval for interval in groups if interval]
    if len(stated) < 2:
        return [dose]
    return [dose._replace(mentions=tuple(groups[interval])) for interval in stated]


def _interval_after(layout: Layout, dose: Mention) -> str | None:
    """The interval that directly follows a dose: `20 mg daily`."""
    for mention in layout.in_sentence(dose.sentence, "DOSE", "DOSING_INTERVAL"):
        if mention.start > dose.start:
            near = mention.start - dose.end <= _DIRECTLY
            return _read_interval(layout, mention) if near and mention.label != "DOSE" else None
    return None


def _product_of(layout: Layout, dose: Mention, products: Sequence[Found]) -> int:
    """The product of a dose: the nearest in its sentence, on its line, else the first."""
    line = layout.line_of(dose.start)
    ranked = [
        (mention.sentence != dose.sentence, _distance(mention, [dose]), i)
        for i, found in enumerate(products)
        for mention in found.mentions
        if line.start <= mention.start < line.end
    ]
    return min(ranked)[2] if ranked else 0


def _make(
    layout: Layout,
    dose: Dose | None,
    anchors: Sequence[Mention],
    product: Found | None,
    arms: Arms,
) -> Regimen:
    n_doses = _find(layout, anchors, "N_DOSES", _read_n_doses)
    n_doses = n_doses or _find(layout, anchors, "DOSING_INTERVAL", _read_n_days)
    n_doses = n_doses or _find(layout, anchors, "N_DOSES", _read_n_injections)
    several = n_doses is None or n_doses.value > 1
    interval = duration = None
    if several:
        interval = _find(layout, anchors, "DOSING_INTERVAL", _read_interval)
        duration = _find(layout, anchors, "TIME", _read_duration, far=_read_period)
    made = Regimen(
        product=product.product.name if product else absent(),
        arm=find_arm_of(layout, arms, anchors) if dose else absent(),
        route=_find_route(layout, anchors),
        n_doses=_leaf(layout, n_doses, "regimen.n_doses", anchors),
        interval=_leaf(layout, interval, "regimen.interval", anchors),
        duration=_leaf(layout, duration, "regimen.duration", anchors),
    )
    return _with_total(_with_dose(layout, made, dose)) if dose else made


def _with_dose(layout: Layout, regimen: Regimen, dose: Dose) -> Regimen:
    first, places = dose.mentions[0], dose.mentions[:3]
    unit, per = dose.unit, dose.per
    return msgspec.structs.replace(
        regimen,
        dose_low=leaf(layout, dose.low, "regimen.dose", *places),
        dose_high=leaf(layout, dose.high, "regimen.dose", *places),
        dose_unit=leaf(layout, ucum(unit), "regimen.dose", first) if unit else absent(),
        dose_per=leaf(layout, ucum(per), "regimen.dose", first) if per else absent(),
    )


def _with_total(regimen: Regimen) -> Regimen:
    """Add dose times number of doses where the dose is said to be that of one administration."""
    dose, n_doses = regimen.dose_low, regimen.n_doses
    single = dose.value is not None and dose.value == regimen.dose_high.value
    per_one = (regimen.dose_per.value or "").strip("{}") in ADMINISTRATIONS
    if not (single and per_one) or dose.value is None or n_doses.value is None:
        return regimen
    total = dose.value * n_doses.value
    unit = regimen.dose_unit.value or ""
    return msgspec.structs.replace(
        regimen,
        total_dose=combine(total, "regimen.total", dose, n_doses),
        total_dose_formula=f"{dose.value:g} {unit} × {n_doses.value} = {total:g} {unit}",
    )


def _leaf(layout: Layout, fact: _Fact | None, rule: str, anchors: Sequence[Mention]) -> Value[Any]:
    """A leaf whose rule says how near to the dose the fact stands."""
    if fact is None:
        return absent()
    near = any(anchor.sentence == fact.mention.sentence for anchor in anchors)
    return leaf(layout, fact.value, rule if near else f"{rule}_far", fact.mention)


def _find(
    layout: Layout,
    anchors: Sequence[Mention],
    label: str,
    read: Reader,
    *,
    far: Reader | None = None,
) -> _Fact | None:
    """Look in the sentences of the dose, then on its lines, then anywhere if all agree.

    `far` reads the mentions that stand elsewhere, by default like those nearby.
    """
    own = [m for m in layout.of(label) if not in_control(layout, m)]
    sentences = {anchor.sentence for anchor in anchors}
    lines = {layout.line_of(anchor.start).start for anchor in anchors}
    near = [m for m in own if m.sentence in sentences]
    on_line = [m for m in own if layout.line_of(m.start).start in lines]
    for scope in (near, on_line if layout.is_registration() else []):
        facts = _facts(layout, scope, read)
        if facts:
            return min(facts, key=lambda fact: _distance(fact.mention, anchors))
    facts = _facts(layout, own, far or read)
    return facts[0] if len({fact.value for fact in facts}) == 1 else None


def _facts(layout: Layout, mentions: Sequence[Mention], read: Reader) -> list[_Fact]:
    found = [_Fact(read(layout, m), m) for m in mentions]
    return [fact for fact in found if fact.value is not None]


def _distance(mention: Mention, anchors: Sequence[Mention]) -> int:
    return min(max(anchor.start - mention.end, mention.start - anchor.end, 0) for anchor in anchors)


def _read_n_doses(layout: Layout, mention: Mention) -> int | None:
    if _INJECTIONS.match(layout.after(mention)):
        return None
    return _read_n_injections(layout, mention)


def _read_n_injections(layout: Layout, mention: Mention) -> int | None:
    """The number of injections of one session, used where no number of doses is stated."""
    quantity = mention.quantity
    if quantity is None or _NOT_COUNTED.search(layout.before(mention, 20)):
        return None
    return int(quantity.low) if quantity.low == quantity.high else None


def _read_interval(_: Layout, mention: Mention) -> str | None:
    if mention.schedule:
        return mention.schedule.interval
    return mention_duration(mention)


def _read_n_days(_: Layout, mention: Mention) -> int | None:
    return mention.schedule.n_doses if mention.schedule else None


def _find_duration(layout: Layout, anchors: Sequence[Mention]) -> _Fact | None:
    return _find(layout, anchors, "TIME", _read_duration)


def _read_duration(layout: Layout, mention: Mention) -> str | None:
    """The length of a treatment: `for 12 weeks`, `24-week treatment period`."""
    before = layout.before(mention, 60)
    quantity = mention.quantity
    if quantity is None or quantity.unit in ("minute", "second") or _FOLLOWED.search(before):
        return None
    if _PERIOD.match(layout.after(mention)) or _TREATED_FOR.search(before):
        return quantity.duration
    return None


def _read_period(layout: Layout, mention: Mention) -> str | None:
    """The length of the treatment by words that leave no doubt: `treated for 12 weeks`."""
    before = layout.before(mention, 80)
    if layout.part_of(mention) in ("background", "results", "conclusions"):
        return None
    if _PERIOD.match(layout.after(mention)) or _TREATED_FAR.search(before):
        return _read_duration(layout, mention)
    return None


def _find_route(layout: Layout, anchors: Sequence[Mention]) -> Value[str]:
    fact = _find(layout, anchors, "ROUTE", _read_own_route)
    if fact is None:
        fact = _most_frequent_route(layout)
    if fact is not None:
        return _leaf(layout, fact, "regimen.route", anchors)
    site = _find_site(layout)
    if site is None:
        return absent()
    return leaf(layout, site[0], "regimen.site", places=[site[1]])


def _read_own_route(layout: Layout, mention: Mention) -> str | None:
    """The route, unless it belongs to another drug: `topical minoxidil` beside cells."""
    following = _ROUTE_NOUN.match(layout.after(mention))
    if following and layout.of("CELL_PRODUCT") and following.group(1).islower():
        word = following.group(1)
        after = mention.end + following.end(1)
        named = any(m.start < after and mention.end < m.end for m in layout.of(*_NAMES))
        if word not in read_pairs("assembly/route_nouns.tsv") and not named:
            return None
    return read_route(mention.text)


def _most_frequent_route(layout: Layout) -> _Fact | None:
    own = [m for m in layout.of("ROUTE") if not in_control(layout, m)]
    own = [m for m in own if "background" not in m.context and _read_own_route(layout, m)]
    counts = Counter(read_route(m.text) for m in own).most_common(2)
    if not counts or (len(counts) > 1 and counts[0][1] == counts[1][1]):
        return None
    return next(_Fact(counts[0][0], m) for m in own if read_route(m.text) == counts[0][0])


@cache
def read_route(text: str) -> str:
    """The adjective of a route: `IV`, `intravenously`, `peripheral intravenous` -> intravenous."""
    folded = fold_name(text)
    routes = read_pairs("assembly/routes.tsv")
    if folded in routes:
        return routes[folded]
    known = [routes[word] for word in folded.split() if word in routes]
    return known[0] if known else text.lower()


def _find_site(layout: Layout) -> tuple[str, Place] | None:
    """The site of an injection that no route word names: `injection into the scalp`."""
    for match in _INTO.finditer(layout.text, layout.title_end):
        words = _SITE_FILLER.sub(" ", match["site"]).split()
        if not words or _NOT_SITE.search(match["site"]):
            continue
        words[-1] = words[-1].removesuffix("s")
        return f"injection {match['prep'].lower()} the {' '.join(words)}", match.span()
    return None


def _without_dose(layout: Layout, products: Sequence[Found], arms: Arms) -> list[Regimen]:
    """Regimens of products whose dose is not stated, but whose number or interval is.

    Where the study gives no dose at all, the route alone is enough.
    """
    dosed = {m.sentence for m in layout.of("DOSE")}
    made = []
    for found in products:
        anchors = [m for m in found.mentions if m.sentence not in dosed and _is_given(layout, m)]
        if not anchors:
            continue
        regimen = _make(layout, None, anchors, found, arms)
        stated: list[Value[Any]] = [regimen.n_doses, regimen.interval]
        stated += [] if dosed else [regimen.route]
        if any(value.value is not None for value in stated):
            made.append(regimen)
    return made


def _is_given(layout: Layout, product: Mention) -> bool:
    """Say whether the sentence of a product mention says how it is given."""
    if in_control(layout, product) or layout.part_of(product) == "background":
        return False
    return bool(layout.in_sentence(product.sentence, "ROUTE", "N_DOSES", "DOSING_INTERVAL"))
