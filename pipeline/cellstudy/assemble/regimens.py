"""Regimens: each dose level with its route, number of doses, interval and duration."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from cellstudy.assemble.doses import Dose, find_doses, in_control
from cellstudy.assemble.evidence import Place, leaf
from cellstudy.assemble.layout import Layout
from cellstudy.assemble.population import REVIEWS
from cellstudy.assemble.time import mention_duration
from cellstudy.assemble.units import ucum
from cellstudy.schema import Mention, Product, Regimen, Value, absent
from cellstudy.terms import fold_name, read_rows

_TREATED_FOR = re.compile(
    r"\b(?:for|over|in|during|throughout)\s(?:up to |a total of |the |a |next |\w+ )?[(\[]?$",
    re.IGNORECASE,
)
_TREATED_FAR = re.compile(
    r"\b(?:treat|receiv|giv|administ|tak|dos)\w*\b[^.;]{0,50}\bfor (?:up to |a total of )?$", re.I
)
_FOLLOWED = re.compile(
    r"\bfollow(?!ed by)|\bobserv|\bmonitor|\bevaluat|\bassess|\bmeasured", re.IGNORECASE
)
_PERIOD = re.compile(
    r"^[\s-](?:(?!after|post|following|from)[\w-]+ ){0,2}?"
    r"(?:treatment|therapy|course|maintenance|intervention) (?:period|phase|course)?",
    re.IGNORECASE,
)
_NOT_COUNTED = re.compile(
    r"\b(?:after|first|following|previous|every|repeated)\s(?:the )?$", re.IGNORECASE
)
_INTO = re.compile(
    r"\binject(?:ed|ion|ions|ing)\b[^.;]{0,90}?\b(?P<prep>into|in(?= the\b))"
    r"(?P<site>(?: [^\s.;,()]+(?:\([a-z]\))?){1,6}?)(?= at\b| on\b| with\b| and\b| for\b|[.;,(]|$)",
    re.IGNORECASE,
)
_SITE_FILLER = re.compile(
    r"\b(?:the|a|an|bilateral|(?:regions?|areas?|sites?) of|each|patients?['’]s?|their|affected)\b"
    r"|\(s\)|['’]",
    re.IGNORECASE,
)
_NOT_SITE = re.compile(r"\b(?:patients?|group|subjects?|mice|rats?|model|study|solution)\b", re.I)
_ROUTINE: Final = ("DOSE", "ROUTE", "N_DOSES", "DOSING_INTERVAL")


class _Fact(NamedTuple):
    """A value of a schedule with the mention that states it."""

    value: Any
    mention: Mention


Reader = Callable[[Layout, Mention], Any]


def find_regimens(
    layout: Layout, products: Sequence[Product], design: str | None
) -> tuple[Regimen, ...]:
    """Find the regimens of the studied therapy; a review has none."""
    if design in (*REVIEWS, "in_vitro"):
        return ()
    doses = find_doses(layout, cellular=bool(products))
    places = [(dose, mention) for dose in doses for mention in dose.mentions]
    if not places:
        found = _without_dose(layout, products)
        return (found,) if found else ()
    made: list[Regimen] = []
    for dose in doses:
        made.extend(_regimens_of(layout, dose, doses, products))
    return tuple(made)


def _regimens_of(
    layout: Layout, dose: Dose, doses: Sequence[Dose], products: Sequence[Product]
) -> Iterable[Regimen]:
    """One regimen for a dose level; more where its places give different schedules."""
    yield _make(layout, dose, products)


def _make(layout: Layout, dose: Dose | None, products: Sequence[Product]) -> Regimen:
    anchors = dose.mentions if dose else ()
    n_doses = _find(layout, anchors, "N_DOSES", _read_n_doses)
    interval = _find(layout, anchors, "DOSING_INTERVAL", _read_interval)
    days = _find(layout, anchors, "DOSING_INTERVAL", _read_n_days)
    n_doses = n_doses or days
    several = n_doses is None or n_doses.value > 1
    duration = _find_duration(layout, anchors) if several else None
    return Regimen(
        product=products[0].name if products else absent(),
        route=_find_route(layout, anchors),
        n_doses=_leaf(layout, n_doses, "regimen.n_doses", anchors),
        interval=_leaf(layout, interval if several else None, "regimen.interval", anchors),
        duration=_leaf(layout, duration, "regimen.duration", anchors),
        **_dose_leaves(layout, dose),
    )


def _dose_leaves(layout: Layout, dose: Dose | None) -> dict[str, Value[Any]]:
    if dose is None:
        return {}
    first = dose.mentions[0]
    unit, per = dose.unit, dose.per
    return {
        "dose_low": leaf(layout, dose.low, "regimen.dose", *dose.mentions[:3]),
        "dose_high": leaf(layout, dose.high, "regimen.dose", *dose.mentions[:3]),
        "dose_unit": leaf(layout, ucum(unit), "regimen.dose", first) if unit else absent(),
        "dose_per": leaf(layout, ucum(per), "regimen.dose", first) if per else absent(),
    }


def _leaf(layout: Layout, fact: _Fact | None, rule: str, anchors: Sequence[Mention]) -> Value[Any]:
    """A leaf whose rule says how near to the dose the fact stands."""
    if fact is None:
        return absent()
    near = any(anchor.sentence == fact.mention.sentence for anchor in anchors)
    return leaf(layout, fact.value, rule if near else f"{rule}_far", fact.mention)


def _find(layout: Layout, anchors: Sequence[Mention], label: str, read: Reader) -> _Fact | None:
    """Look in the sentences of the dose, then on its lines, then anywhere if all agree."""
    own = [m for m in layout.of(label) if not in_control(layout, m)]
    sentences = {anchor.sentence for anchor in anchors}
    lines = {layout.line_of(anchor.start).start for anchor in anchors}
    near = [m for m in own if m.sentence in sentences]
    on_line = [m for m in own if layout.line_of(m.start).start in lines]
    for scope in (near, on_line if layout.is_registration() else []):
        facts = _facts(layout, scope, read)
        if facts:
            return min(facts, key=lambda fact: _distance(fact.mention, anchors))
    facts = _facts(layout, own, read)
    return facts[0] if len({fact.value for fact in facts}) == 1 else None


def _facts(layout: Layout, mentions: Sequence[Mention], read: Reader) -> list[_Fact]:
    found = [_Fact(read(layout, m), m) for m in mentions]
    return [fact for fact in found if fact.value is not None]


def _distance(mention: Mention, anchors: Sequence[Mention]) -> int:
    return min(max(anchor.start - mention.end, mention.start - anchor.end, 0) for anchor in anchors)


def _read_n_doses(layout: Layout, mention: Mention) -> int | None:
    quantity = mention.quantity
    if _NOT_COUNTED.search(layout.before(mention, 20)) or quantity is None:
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


def _find_route(layout: Layout, anchors: Sequence[Mention]) -> Value[str]:
    fact = _find(layout, anchors, "ROUTE", lambda _, m: read_route(m.text))
    if fact is None:
        fact = _most_frequent_route(layout)
    if fact is not None:
        return _leaf(layout, fact, "regimen.route", anchors)
    site = _find_site(layout)
    if site is None:
        return absent()
    return leaf(layout, site[0], "regimen.site", places=[site[1]])


def _most_frequent_route(layout: Layout) -> _Fact | None:
    own = [m for m in layout.of("ROUTE") if not in_control(layout, m)]
    own = [m for m in own if "background" not in m.context]
    counts = Counter(read_route(m.text) for m in own).most_common(2)
    if not counts or (len(counts) > 1 and counts[0][1] == counts[1][1]):
        return None
    return next(_Fact(counts[0][0], m) for m in own if read_route(m.text) == counts[0][0])


@cache
def read_route(text: str) -> str:
    """The adjective of a route: `IV`, `intravenously`, `peripheral intravenous` -> intravenous."""
    folded = fold_name(text)
    routes = {words: route for words, route in read_rows("assembly/routes.tsv")}
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


def _without_dose(layout: Layout, products: Sequence[Product]) -> Regimen | None:
    """The regimen of a therapy whose dose is not stated, but its route or schedule is."""
    if not products or not layout.of(*_ROUTINE[1:]):
        return None
    made = _make(layout, None, products)
    stated = (made.route, made.n_doses, made.interval)
    return made if any(value.value is not None for value in stated) else None
