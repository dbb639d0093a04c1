"""The unit of a number: plain units, product phrases, denominators, repeated units."""

import re
from typing import Final

from cellstudy.tag.cell_phrases import match_cells, match_unknown_product
from cellstudy.tag.measures import Measure, match_dash, match_range_mark, read_plus_minus
from cellstudy.tag.numbers import SPACES, match_number
from cellstudy.tag.powers import counts_men
from cellstudy.tag.units import UnitMatch, match_denominators, match_unit, match_unit_apart

_TIMES_MORE = re.compile(
    r"\stimes(?=\s(?:more|less|high|low|great|larg|small|as|that|long|fast|short|likely|the|strong))"
)
_LITTLE_WORD = re.compile(
    rf"[{SPACES}](?:fewer|more|less|additional|extra|further|consecutive|full|whole|subsequent"
    r"|successive|post-?operative) "
)
_PARTICLES = re.compile(r"(?:exosome|vesicle|particle|EV)s?$", re.I)
_SUBSTANCE = re.compile(
    rf"(?:[{SPACES}]of)?(?:[{SPACES}](?!(?:and|or|of|in|to|by|on|at|for|with|as|per|vs|versus|the|a|an"
    r"|once|twice|thrice|times|given|doses?|total|[a-z]+ly|either|if|than|plus|then)\b)"
    rf"[A-Za-z][\w-]{{1,24}}){{1,2}}(?=[{SPACES}]?/[{SPACES}]?(?:d|day|kg)\b|[{SPACES}]per[{SPACES}](?:day|kg)\b)"
)
_DIGIT_NEXT = re.compile(r"\s?\d")
_WEIGHED: Final = ("mass", "volume")
_SUPPORT_POWER: Final = ("cells", "particles", "activity")
_PER_MANY = re.compile(r"\s?(?:/|per)\s?1(?:0{2,6}|0{0,2},000|,000,000) (?!mg|mL|ml|g\b)[a-z]")
"""Before the people of a rate: "2.7/100 person years"."""
_LEAST_CELLS: Final = 100
"""Cells that are not counted in powers or millions are a dose from here on."""
_LEAST_PER_KG: Final = 10_000
"""A plain number may have a denominator without a unit, "3000000/kg", from here on."""


def confirm_power(text: str, pos: int) -> bool:
    """Whether cells, particles or a denominator follow, as after a dose in powers of ten."""
    if match_cells(text, pos, named=True) is not None:
        return True
    if (found := match_unit_apart(text, pos)) is not None:
        return found.unit.dimension in _SUPPORT_POWER
    return (
        match_denominators(text, pos)[1] is not None or match_unknown_product(text, pos) is not None
    )


def counts_cells(text: str, pos: int) -> bool:
    """Whether a product phrase stands at `pos`."""
    return match_cells(text, pos, named=True) is not None


def read_unit(text: str, measure: Measure) -> None:
    """Read the unit with its denominators, and what repeats the unit: "± 12 kg", "to 46%"."""
    if _TIMES_MORE.match(text, measure.end):
        measure.end += len(" times")
        measure.unit, measure.dimension = "times", "ratio"
    elif _read_cells(text, measure) or _read_plain_unit(text, measure):
        if measure.dispersion is None:
            _read_repeated(text, measure)
    elif measure.factor != 1 or measure.high >= _LEAST_PER_KG or _PER_MANY.match(text, measure.end):
        measure.end, measure.per = match_denominators(text, measure.end)
        if measure.per is not None:
            _read_cells(text, measure)


def _read_cells(text: str, measure: Measure) -> bool:
    scaled = measure.factor != 1
    if not scaled and (measure.high < _LEAST_CELLS or measure.rule == "signed"):
        return False
    end = match_cells(text, measure.end, named=scaled)
    if end is None and scaled and measure.per is None:
        end = match_unknown_product(text, measure.end)
    if end is None or not (scaled or text[end - 1] == "s"):
        return False
    if measure.factor < 1:
        _flip_power(measure)
    particles = _PARTICLES.search(text, measure.end, end)
    measure.end, measure.unit = end, "particles" if particles else "cells"
    measure.dimension = measure.unit
    if measure.per is None:
        measure.end, measure.per = match_denominators(text, end)
    return True


def _flip_power(measure: Measure) -> None:
    """Take the dash of "10-6 cells" for a lost superscript: there is no part of a cell."""
    measure.low, measure.high = measure.low / measure.factor**2, measure.high / measure.factor**2
    measure.factor, measure.rule = 1 / measure.factor, "power.odd"
    measure.confidence = min(measure.confidence, 0.5)


def _read_plain_unit(text: str, measure: Measure) -> bool:
    found = match_unit_apart(text, measure.end)
    if found is None and (word := _LITTLE_WORD.match(text, measure.end)):
        found = match_unit(text, word.end())
        if found is not None and found.unit.dimension != "time":
            found = None
    if found is None or not _fits(text, measure, found):
        return False
    measure.end, measure.per = found.end, found.per
    measure.unit, measure.dimension = found.unit.name, found.unit.dimension
    if found.per is None and found.unit.dimension in _WEIGHED:
        _read_product_denominator(text, measure)
        _read_substance(text, measure)
    return True


def _read_product_denominator(text: str, measure: Measure) -> None:
    """Read "MSC exosomes/g" after "100 µg": the product stands between unit and denominator."""
    end = match_cells(text, measure.end, named=False)
    after, per = match_denominators(text, end) if end else (0, None)
    if per is not None:
        measure.end, measure.per = after, per


def _read_substance(text: str, measure: Measure) -> None:
    """Read "nitrate/day" after "800 mg", "of O3 per day" after "1.7 g"."""
    substance = _SUBSTANCE.match(text, measure.end) if measure.per is None else None
    after, per = match_denominators(text, substance.end()) if substance else (0, None)
    if per is not None:
        measure.end, measure.per = after, per


def _fits(text: str, measure: Measure, found: UnitMatch) -> bool:
    """Refuse a counted noun after a plain count, and a currency that leads the next number."""
    if found.unit.dimension == "tally":
        return measure.decimals > 0 or found.per is not None
    if found.unit.dimension == "currency":
        return not _DIGIT_NEXT.match(text, found.end)
    return found.unit.name != "M" or not counts_men(text, measure.end, found.end)


def _read_repeated(text: str, measure: Measure) -> None:
    if read_plus_minus(text, measure):
        again = match_unit_apart(text, measure.end)
        measure.end = again.end if again else measure.end
    elif measure.low == measure.high and measure.per is None:
        _read_repeated_range(text, measure)


def _read_repeated_range(text: str, measure: Measure) -> None:
    """Read "to 46.0%" after "32.2%"; other units repeat only after "to"."""
    mark = match_range_mark(text, measure.start, measure.end)
    if mark is None or (measure.unit != "%" and match_dash(text, measure.end)):
        return
    upper = match_number(text, mark)
    again = match_unit_apart(text, upper.end) if upper else None
    if upper is None or again is None or upper.value <= measure.high:
        return
    if again.unit.name == measure.unit:
        measure.high, measure.end, measure.per = upper.value, again.end, again.per
        measure.rule = "range"
