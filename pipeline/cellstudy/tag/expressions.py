"""One number expression: a number with everything that is written to its right."""

import re
from typing import Final

from cellstudy.tag.amounts import confirm_power, counts_cells, read_unit
from cellstudy.tag.dispersions import match_spread
from cellstudy.tag.measures import (
    Measure,
    begin_measure,
    match_plus_minus,
    match_range_mark,
    read_plus_minus,
    read_range,
)
from cellstudy.tag.numbers import Number, match_number
from cellstudy.tag.powers import (
    Factor,
    match_bare_power,
    match_lost_power,
    match_odd_power,
    match_power,
    match_scale,
)

_RESTATED_WORD = re.compile(r"\s?\(\s?(?P<digits>\d{1,5})\s?\)")
_OPEN = re.compile(r"\s?\(")
_CLOSE = re.compile(r"\s?\)")
_NO_FACTOR: Final = ",;:/()[]%"
"""What cannot begin a power or a scale word; the end of the text cannot either."""
_BRACKET = re.compile(r"\s?[(\[]|[,;]\s")
_LOST_BARE = re.compile(r"10([5-9]|1[0-2])(?!\d)(?:(?:\s?[-–]\s?|\sto\s)10([5-9]|1[0-2])(?!\d))?")
_LOST_POINT = re.compile(r"([1-9]\d?)\.10([5-9])(?!\d)")
"""The 1.106 of "1.106 cells": nobody gives cells to three decimals."""
_NO_POWER_AFTER = re.compile(
    r"\s?(?:mm|cm|m|µm|μm|mg|patients|participants|subjects|women|men|%)\b"
)
_DOSE_OF = re.compile(r"\b(?:dos(?:e|es|age)|injections?|infusions?)(?: of|:)? $", re.I)
_LEAST_GLUED: Final = 1e5
"""A power without spaces around its sign needs no normalised mantissa from here on."""
_UNCONFIRMED: Final = 0.6
"""Confidence of a power that only its normalised mantissa speaks for: "9.4x105"."""


def read_expression(text: str, number: Number) -> Measure:
    """Read power, range, dispersion and unit of `number`, in any order that texts use."""
    measure = begin_measure(number)
    if number.rule == "adverb":
        return measure
    _read_restated_word(text, measure)
    if not _read_bare_power(text, measure, number):
        read_plus_minus(text, measure)
        read_range(text, measure)
        _open_mantissa(text, measure)
        _read_factor(text, measure)
    if measure.factor != 1:
        _read_upper_power(text, measure)
        _read_power_spread(text, measure)
        _read_restated_power(text, measure)
    _read_spread(text, measure)
    before_unit = measure.end
    read_unit(text, measure)
    if measure.end > before_unit:
        _read_spread(text, measure)
    return measure


def _read_restated_word(text: str, measure: Measure) -> None:
    """Read "Thirty (30)" as one expression."""
    match = _RESTATED_WORD.match(text, measure.end) if measure.rule == "words" else None
    if match is not None and float(match["digits"]) == measure.low:
        measure.end, measure.confidence = match.end(), 1.0


def _read_bare_power(text: str, measure: Measure, number: Number) -> bool:
    """Read 10^8 and, before cells, 10(8), 108 and 1.108."""
    if number.rule != "digits":
        return False
    if number.decimals:
        return _read_lost_point(text, measure)
    power = match_bare_power(text, number.start)
    if power is not None:
        if power.rule == "power.unmarked" and not confirm_power(text, power.end):
            return False
    else:
        lost = _LOST_BARE.match(text, number.start)
        if lost is None or not counts_cells(text, lost.end()):
            return False
        power = Factor(lost.end(), 10.0 ** int(lost[1]), "power.lost_bare", _UNCONFIRMED)
        measure.high = 10.0 ** (int(lost[2]) - int(lost[1])) if lost[2] else 1.0
        measure.low = 1.0
        _apply(measure, power)
        return True
    measure.low = measure.high = 1.0
    _apply(measure, power)
    return True


def _read_lost_point(text: str, measure: Measure) -> bool:
    """Read 1.106 before cells as 1·10^6."""
    lost = _LOST_POINT.fullmatch(text, measure.start, measure.end)
    if lost is None or not counts_cells(text, measure.end):
        return False
    measure.low = measure.high = float(lost[1])
    _apply(measure, Factor(measure.end, 10.0 ** int(lost[2]), "power.lost_bare", 0.5))
    return True


def _open_mantissa(text: str, measure: Measure) -> None:
    """Take in the brackets of "(1-6)×10^7", where a power follows them."""
    start, end = measure.start - 1, measure.end + 1
    if start >= 0 and text[start] == "(" and text[end - 1 : end] == ")" and match_power(text, end):
        measure.start, measure.end = start, end


def _read_factor(text: str, measure: Measure) -> None:
    if text[measure.end : measure.end + 1] in _NO_FACTOR:
        return
    factor = match_power(text, measure.end) or _match_confirmed(text, measure)
    factor = factor or match_scale(text, measure.end)
    if factor is not None:
        _apply(measure, factor)


def _match_confirmed(text: str, measure: Measure) -> Factor | None:
    """Read a power that lost its superscript, where what follows or the mantissa confirms it."""
    lost = match_lost_power(text, measure.end) or match_odd_power(text, measure.end)
    if lost is None or confirm_power(text, lost.end):
        return lost
    if lost.rule == "power.odd":
        return None
    if _restates(text, lost.end, measure.high * lost.value):
        return lost._replace(confidence=1.0)
    if lost.rule == "power.apart" or _NO_POWER_AFTER.match(text, lost.end):
        return None
    glued = not text[measure.end].isspace() or _DOSE_OF.search(
        text, max(0, measure.start - 20), measure.start
    )
    sure = measure.low < 10 or (glued and lost.value >= _LEAST_GLUED)
    return lost._replace(confidence=_UNCONFIRMED) if sure else None


def _apply(measure: Measure, factor: Factor) -> None:
    measure.low *= factor.value
    measure.high *= factor.value
    if measure.dispersion is not None:
        measure.dispersion *= factor.value
    measure.end, measure.factor, measure.rule = factor.end, factor.value, factor.rule
    measure.confidence = min(measure.confidence, factor.confidence)


def _read_upper_power(text: str, measure: Measure) -> None:
    """Read "– 2×10^6" after "1×10^6"."""
    mark = match_range_mark(text, measure.start, measure.end)
    upper = _match_scaled(text, mark) if mark else None
    if upper is not None and upper.value > measure.high:
        measure.high, measure.end = upper.value, upper.end


def _read_power_spread(text: str, measure: Measure) -> None:
    """Read "± 0.5×10^6" after "1×10^6"."""
    mark = match_plus_minus(text, measure.end) if measure.dispersion is None else None
    spread = _match_scaled(text, mark) if mark else None
    if spread is not None:
        measure.dispersion, measure.dispersion_kind = spread.value, "plus_minus"
        measure.end = spread.end


def _read_restated_power(text: str, measure: Measure) -> None:
    """Read "(20 million)" after "0.2x 10^8"."""
    end = _restates(text, measure.end, measure.high)
    if end is not None:
        measure.end = end


def _restates(text: str, pos: int, value: float) -> int | None:
    """End of a bracket at `pos` that gives `value` in other words."""
    mark = _OPEN.match(text, pos)
    again = _match_scaled(text, mark.end()) if mark else None
    close = _CLOSE.match(text, again.end) if again else None
    if again is None or close is None or abs(again.value - value) > 0.01 * value:
        return None
    return close.end()


def _match_scaled(text: str, pos: int) -> Factor | None:
    """Read a number with a power or a scale word, or a bare power; the value is that of both."""
    bare = match_bare_power(text, pos)
    if bare is not None and bare.rule == "power.bare":
        return bare
    number = match_number(text, pos)
    if number is None:
        return None
    end = number.end
    factor = match_power(text, end) or match_lost_power(text, end) or match_scale(text, end)
    return factor and factor._replace(value=number.value * factor.value)


def _read_spread(text: str, measure: Measure) -> None:
    if measure.dispersion is not None or not _BRACKET.match(text, measure.end):
        return
    spread = match_spread(text, measure)
    if spread is not None:
        measure.end, measure.dispersion_kind = spread.end, spread.kind
        measure.dispersion, measure.dispersion_high = spread.low, spread.high
