"""What follows from a regimen: the times of its administrations, and its total dose."""

import re
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from cellstudy.assemble.doses import ADMINISTRATIONS
from cellstudy.assemble.evidence import combine
from cellstudy.assemble.layout import Layout
from cellstudy.assemble.schedule import Fact, fact_leaf, find_fact
from cellstudy.durations import scale_duration
from cellstudy.schema import Mention, Regimen, Value, absent

MAX_TIMES: Final = 100
"""Administrations that are listed one by one at most."""

_EACH_BASES: Final = ("kg", "cm2", "m2")
"""Bases of a dose that is given so at each administration."""
_TOTAL_BEFORE = re.compile(
    r"\b(?:total|cumulative|overall|altogether|sum)\b[^.;]{0,30}$", re.IGNORECASE
)
_TOTAL_AFTER = re.compile(
    r"^[^.;]{0,30}\b(?:in total|total|divided|split|altogether|cumulative)", re.IGNORECASE
)


def add_times(layout: Layout, regimen: Regimen, anchors: Sequence[Mention]) -> Regimen:
    """Add the times of the administrations since the first: as listed, else computed."""
    listed = find_fact(layout, anchors, "DOSING_INTERVAL", _read_times)
    n_doses = regimen.n_doses.value
    if listed is not None and n_doses != 1:
        times: Value[Any] = fact_leaf(layout, listed, "regimen.times", anchors)
    else:
        times = _derive_times(regimen.n_doses, regimen.interval)
    return msgspec.structs.replace(regimen, administration_times=times)


def _read_times(_: Layout, mention: Mention) -> tuple[str, ...] | None:
    times = mention.schedule.times if mention.schedule else ()
    return times if 0 < len(times) <= MAX_TIMES else None


def _derive_times(n_doses: Value[int], interval: Value[str]) -> Value[Any]:
    """Count `n_doses` steps of the interval; an interval that is a range gives no times."""
    count = n_doses.value
    if count == 1:
        return combine(("P0D",), "regimen.times_single", n_doses)
    known = interval.value is not None and interval.status == "reported"
    if count is None or interval.value is None or not known or not 1 < count <= MAX_TIMES:
        return absent()
    steps = [scale_duration(interval.value, step) for step in range(1, count)]
    return combine(("P0D", *steps), "regimen.times_even", n_doses, interval)


def add_total(
    layout: Layout, regimen: Regimen, n_doses: Fact | None, doses: Sequence[Mention]
) -> Regimen:
    """Add dose times number of doses where the dose is clearly that of one administration."""
    dose, count = regimen.dose_low, regimen.n_doses.value
    single = dose.value is not None and dose.value == regimen.dose_high.value
    if not single or dose.value is None or count is None or n_doses is None:
        return regimen
    per = (regimen.dose_per.value or "").strip("{}")
    if per not in ADMINISTRATIONS and not _is_each(layout, per, n_doses, doses):
        return regimen
    unit = regimen.dose_unit.value or ""
    if per and per not in ADMINISTRATIONS:
        unit = f"{unit}/{regimen.dose_per.value}"
    total = float(f"{dose.value * count:.12g}")
    return msgspec.structs.replace(
        regimen,
        total_dose=combine(total, "regimen.total", dose, regimen.n_doses),
        total_dose_formula=f"{dose.value:g} {unit} × {count} = {total:g} {unit}",
    )


def _is_each(layout: Layout, per: str, n_doses: Fact, doses: Sequence[Mention]) -> bool:
    """Say whether a dose without a word for it is that of each administration.

    Per kg or area it is, where its sentence has the number of doses; a plain amount only if one
    dose is given. What is called a total, or divided, is not.
    """
    total = any(
        _TOTAL_BEFORE.search(layout.before(dose)) or _TOTAL_AFTER.match(layout.after(dose))
        for dose in doses
    )
    if total:
        return False
    near = any(dose.sentence == n_doses.mention.sentence for dose in doses)
    return near and (n_doses.value == 1 or per in _EACH_BASES)
