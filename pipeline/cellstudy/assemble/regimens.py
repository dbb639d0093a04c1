"""Regimens: each dose level with its route, number of doses, interval and duration."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from cellstudy.assemble.administrations import add_times, add_total
from cellstudy.assemble.allocation import find_arm_of
from cellstudy.assemble.arms import Arms
from cellstudy.assemble.doses import (
    Dose,
    find_drug_doses,
    find_product_doses,
    in_control,
)
from cellstudy.assemble.evidence import leaf
from cellstudy.assemble.layout import Layout
from cellstudy.assemble.population import REVIEWS
from cellstudy.assemble.products import Found
from cellstudy.assemble.routes import find_route
from cellstudy.assemble.schedule import (
    Fact,
    distance,
    fact_leaf,
    find_fact,
    read_duration,
    read_interval,
    read_n_days,
    read_n_doses,
    read_n_injections,
    read_period,
)
from cellstudy.schema import Mention, Regimen, Value, absent
from cellstudy.units import ucum

_DIRECTLY: Final = 12
"""Characters between a dose and the interval that belongs to it alone."""


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
            return read_interval(layout, mention) if near and mention.label != "DOSE" else None
    return None


def _product_of(layout: Layout, dose: Mention, products: Sequence[Found]) -> int:
    """The product of a dose: the nearest in its sentence, on its line, else the first."""
    line = layout.line_of(dose.start)
    ranked = [
        (mention.sentence != dose.sentence, distance(mention, [dose]), i)
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
    n_doses = find_fact(layout, anchors, "N_DOSES", read_n_doses)
    n_doses = n_doses or find_fact(layout, anchors, "DOSING_INTERVAL", read_n_days)
    n_doses = n_doses or find_fact(layout, anchors, "N_DOSES", read_n_injections)
    several = n_doses is None or n_doses.value > 1
    interval = duration = None
    if several:
        interval = find_fact(layout, anchors, "DOSING_INTERVAL", read_interval)
        duration = find_fact(layout, anchors, "TIME", read_duration, far=read_period)
    made = Regimen(
        product=product.product.name if product else absent(),
        arm=find_arm_of(layout, arms, anchors) if dose else absent(),
        route=find_route(layout, anchors),
        n_doses=fact_leaf(layout, n_doses, "regimen.n_doses", anchors),
        interval=_interval_leaf(layout, interval, anchors),
        duration=fact_leaf(layout, duration, "regimen.duration", anchors),
    )
    made = add_times(layout, made, anchors)
    if dose is None:
        return made
    return add_total(layout, _with_dose(layout, made, dose), n_doses, dose.mentions)


def _interval_leaf(layout: Layout, interval: Fact | None, anchors: Sequence[Mention]) -> Value[Any]:
    """The interval; the upper bound of a range ("every 3-4 weeks") is ambiguous."""
    found = fact_leaf(layout, interval, "regimen.interval", anchors)
    schedule = interval.mention.schedule if interval else None
    if schedule is None or schedule.interval_low is None:
        return found
    return msgspec.structs.replace(found, status="ambiguous")


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
