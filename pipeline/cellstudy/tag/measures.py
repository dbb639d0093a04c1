"""One number with all that is written around it: range, power, dispersion, unit, denominators."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from cellstudy.tag.cell_phrases import match_cells
from cellstudy.tag.numbers import (
    SIGN,
    Factor,
    Number,
    match_bare_power,
    match_lost_power,
    match_number,
    match_power,
    match_scale,
)
from cellstudy.tag.units import UnitMatch, match_denominators, match_unit

Bound = Literal["<", ">", "<=", ">="]


@dataclass(slots=True)
class Measure:
    """A number expression under construction; `end` moves right as more of it is read."""

    start: int
    end: int
    low: float
    high: float
    decimals: int
    rule: str
    confidence: float
    unit: str | None = None
    dimension: str | None = None
    per: str | None = None
    factor: float = 1.0
    """The power or scale word that already multiplies `low` and `high`."""
    bound: Bound | None = None
    dispersion: float | None = None
    dispersion_high: float | None = None
    dispersion_kind: str | None = None
    kind: str | None = None
    """Set where the form alone decides it (fraction, ratio)."""

    @property
    def bare(self) -> bool:
        """Whether nothing but digits was read."""
        return self.unit is None and self.factor == 1 and self.kind is None


_SPACE = "[ \u00a0\u2000-\u200a\u202f]"
_RANGE_DASH = re.compile(
    rf"{_SPACE}?[-–—−‐‑~∼]{_SPACE}?(?=[\d.½]|(?:two|three|four|five|six|seven|eight|nine|ten|twelve)\b)"
)
_RANGE_TO = re.compile(
    rf"(?:{_SPACE}|[-–])to(?:{_SPACE}|[-–])(?={SIGN}?[\d.]|(?:two|three|four|five|six|seven|eight|nine|ten|twelve)\b)"
)
_PLUS_MINUS = re.compile(r"\s?(?:±|∓|\+/[-−–]|\+[-−–]|\(±\))\s?")
_FROM = re.compile(r"\bfrom\s(?:[^\W\d]+\s){0,4}$", re.I)
_RANGING = re.compile(
    r"\b(?:rang\w+|var(?:y|ied|ies|ying)|aged?|ages)\s(?:\w+\s)?from\s|between\s$", re.I
)
_BETWEEN = re.compile(r"\bbetween\s(?:[^\W\d]+\s){0,2}$", re.I)
_AND = re.compile(rf"{_SPACE}and{_SPACE}(?={SIGN}?[\d.])")
_RESTATED = re.compile(r"\s?\(\s?(?P<digits>\d{1,5})\s?\)")
_SPREAD = re.compile(
    r"\s?[(\[]\s?(?P<cue>±|\+/[-−]|(?:SDs?|S\.D\.|standard deviations?|std\.? ?dev\.?|SEM?|S\.E\.M?\.?|standard errors?(?: of the mean)?"
    r"|IQRs?|I\.Q\.R\.|inter-?quartile ranges?|quartiles|Q1[-–,] ?Q3|range)(?![a-z]))?\s?[:=,]?\s?±?\s?(?=[-−–‐]?\s?[\d.])",
    re.I,
)
_JOIN = re.compile(r"\s?(?:[-–—−‐‑~,;]|to|and)\s?(?=[-−–‐]?\s?[\d.])")
_CLOSE = re.compile(r"\s?[)\]]")
_TIME_AFTER = re.compile(
    r"\s?(?:hours?|days?|weeks?|months?|years?|min(?:utes?)?|h|mg|ml|mL|kg|points?)\b"
)
_MEDIAN = re.compile(r"\b(?:medians?|IQR|interquartile|quartiles?)\b[^.;\d]{0,60}$", re.I)
_MEAN = re.compile(r"(?:\bSD\b|±|standard deviation|s\.d\.)[^.;]{0,60}$", re.I)
_GAP = re.compile(
    r"[ \u00a0\u2000-\u200a\u202f]|[ \u00a0\u2000-\u200a\u202f]?[-‐‑–](?=[A-Za-zµμ]{2}|h\b)|"
)
_LITTLE_WORDS = re.compile(
    r"[ \u00a0\u2000-\u200a\u202f](?:fewer|more|less|additional|extra|further|consecutive|full|whole)(?=[ ])"
)
_TIMES_MORE = re.compile(
    r"\stimes(?=\s(?:more|less|high|low|great|larg|small|as|that|long|fast|short|likely|the|strong))"
)
_SUPPORTS_LOST: Final = ("cells", "particles", "activity")
_AREA_AFTER = re.compile(r"\s?(?:mm|cm|m|µm|μm|mg|patients|participants|subjects|%)\b")
_PLURAL_COUNTS: Final = 100


def read_measure(text: str, number: Number) -> Measure:
    """Read everything that belongs to `number`, to its right."""
    measure = Measure(
        number.start,
        number.end,
        number.value,
        number.value,
        number.decimals,
        number.rule,
        number.confidence,
    )
    if number.rule == "adverb":
        return measure
    _read_restatement(text, measure)
    bare = _read_bare_power(text, measure, number)
    if not bare:
        _read_plus_minus(text, measure)
        _read_range(text, measure)
        _read_factor(text, measure)
    _read_second_power(text, measure)
    _read_spread(text, measure)
    _read_unit(text, measure)
    return measure


def _read_restatement(text: str, measure: Measure) -> None:
    """Thirty (30) is one expression."""
    if measure.rule == "words" and (match := _RESTATED.match(text, measure.end)):
        if float(match["digits"]) == measure.low:
            measure.end, measure.confidence = match.end(), 1.0


def _read_bare_power(text: str, measure: Measure, number: Number) -> bool:
    """10^8, 10(8) and, before a word for cells, 108."""
    start = number.end - 2
    if number.rule == "digits" and number.value == 10 and number.end - number.start == 2:
        power = match_bare_power(text, start)
        if power is not None:
            if power.rule == "power.unmarked" and not _confirmed(text, power.end):
                return False
            _apply(measure, power, mantissa=False)
            if power.rule == "power.unmarked":
                measure.confidence = 0.8
            return True
    return _read_lost_bare_power(text, measure, number)


def _read_lost_bare_power(text: str, measure: Measure, number: Number) -> bool:
    written = text[number.start : number.end]
    lost = re.fullmatch(r"10([5-9]|1[0-2])", written)
    if lost is None or not _counts_cells(text, number.end):
        return False
    _apply(
        measure,
        Factor(number.end, 10.0 ** int(lost.group(1)), "power.lost_bare", 0.6),
        mantissa=False,
    )
    return True


def _read_plus_minus(text: str, measure: Measure) -> None:
    mark = _PLUS_MINUS.match(text, measure.end)
    spread = mark and match_number(text, mark.end())
    if spread:
        measure.end, measure.dispersion = spread.end, spread.value
        measure.dispersion_kind = "plus_minus"
        measure.decimals = max(measure.decimals, 1)


def _read_range(text: str, measure: Measure) -> None:
    """Read the upper end of "5–10", "9.5 to 35", "two to three"."""
    if measure.dispersion is not None:
        return
    mark = _RANGE_DASH.match(text, measure.end)
    if mark is None and not _changes(text, measure.start):
        mark = _RANGE_TO.match(text, measure.end)
    if mark is None and _BETWEEN.search(text, max(0, measure.start - 40), measure.start):
        mark = _AND.match(text, measure.end)
    upper = mark and match_number(text, mark.end())
    if not upper or upper.value < measure.high or upper.rule == "adverb":
        return
    if measure.low == upper.value:
        return
    if _PLUS_MINUS.match(text, upper.end):
        return
    measure.end, measure.high = upper.end, upper.value
    measure.decimals = max(measure.decimals, upper.decimals)
    measure.rule = "range"


def _changes(text: str, start: int) -> bool:
    """Whether "to" after the number leads to a later value: "from 7.6 to 5.2"."""
    window = max(0, start - 45)
    return bool(_FROM.search(text, window, start)) and not _RANGING.search(text, window, start)


def _read_factor(text: str, measure: Measure) -> None:
    factor = match_power(text, measure.end)
    if factor is None:
        factor = _confirmed_lost(text, measure)
    if factor is not None:
        _apply(measure, factor)
    scale = match_scale(text, measure.end)
    if scale is not None and measure.factor == 1:
        _apply(measure, scale)


def _confirmed_lost(text: str, measure: Measure) -> Factor | None:
    lost = match_lost_power(text, measure.end)
    if lost is None:
        return None
    if _confirmed(text, lost.end):
        return lost
    glued = lost.rule == "power.lost"
    normalised = measure.low < 10 and not _AREA_AFTER.match(text, lost.end)
    return lost._replace(confidence=0.6) if glued and normalised else None


def _confirmed(text: str, pos: int) -> bool:
    """Whether cells, particles or a weight follow, as after a dose in powers of ten."""
    if _counts_cells(text, pos):
        return True
    gap = _GAP.match(text, pos)
    found = match_unit(text, gap.end() if gap else pos)
    if found is not None:
        return found.unit.dimension in _SUPPORTS_LOST
    return match_denominators(text, pos)[1] is not None


def _counts_cells(text: str, pos: int) -> bool:
    return match_cells(text, pos, named=True) is not None


def _apply(measure: Measure, factor: Factor, *, mantissa: bool = True) -> None:
    if not mantissa:
        measure.low = measure.high = 1.0
    measure.low *= factor.value
    measure.high *= factor.value
    if measure.dispersion is not None:
        measure.dispersion *= factor.value
    measure.end, measure.factor, measure.rule = factor.end, factor.value, factor.rule
    measure.confidence = min(measure.confidence, factor.confidence)


def _read_second_power(text: str, measure: Measure) -> None:
    """Read "– 2×10^6" after "1×10^6", and "(20 million)" after "0.2x 10^8"."""
    if measure.factor == 1:
        return
    mark = _RANGE_DASH.match(text, measure.end) or _RANGE_TO.match(text, measure.end)
    if mark and (upper := _scaled_number(text, mark.end())):
        value, end = upper
        if value > measure.high:
            measure.high, measure.end = value, end
    restated = re.compile(r"\s?\(").match(text, measure.end)
    if restated and (again := _scaled_number(text, restated.end())):
        value, end = again
        close = re.compile(r"\s?\)").match(text, end)
        if close and abs(value - measure.high) <= 0.01 * value:
            measure.end = close.end()


def _scaled_number(text: str, pos: int) -> tuple[float, int] | None:
    number = match_number(text, pos)
    if number is None:
        return None
    factor = (
        match_power(text, number.end)
        or match_lost_power(text, number.end)
        or match_scale(text, number.end)
    )
    return (number.value * factor.value, factor.end) if factor else None


def _read_spread(text: str, measure: Measure) -> None:
    """Read a dispersion in brackets: "(SD 6.1)", "[IQR 2–7]", "(±9.76)", "(1.44)"."""
    if measure.dispersion is not None:
        return
    mark = _SPREAD.match(text, measure.end)
    first = mark and match_number(text, mark.end())
    if not mark or not first:
        return
    pos, second = first.end, None
    pos = _skip_unit(text, pos)
    if join := _JOIN.match(text, pos):
        second = match_number(text, join.end())
        pos = _skip_unit(text, second.end) if second else pos
    close = _CLOSE.match(text, pos)
    if close is None:
        return
    kind = _spread_kind(text, measure, mark["cue"], first, second)
    if (
        kind is None
        and second is None
        and measure.unit is None
        and _TIME_AFTER.match(text, close.end())
    ):
        kind = "sd"
    if kind is not None:
        measure.end, measure.dispersion_kind = close.end(), kind
        measure.dispersion = first.value
        measure.dispersion_high = second.value if second else None


def _spread_kind(
    text: str, measure: Measure, cue: str | None, first: Number, second: Number | None
) -> str | None:
    """What the bracket holds, or None when it may be something else, such as an interval."""
    if cue:
        return _name_spread(cue)
    before = text[max(0, measure.start - 100) : measure.start]
    if second is not None:
        held = first.value <= measure.low <= second.value
        return "iqr" if held and _MEDIAN.search(before) else None
    if measure.unit == "%" or text[measure.end : measure.end + 1] == "%":
        return None
    similar = measure.decimals > 0 < first.decimals and first.value < abs(measure.low)
    return "sd" if similar or (_MEAN.search(before) and measure.unit is None) else None


def _name_spread(cue: str) -> str:
    plain = cue.lower().replace(".", "")
    if plain.startswith(("±", "+")):
        return "plus_minus"
    if plain.startswith(("i", "q")):
        return "iqr"
    if plain.startswith("r"):
        return "range"
    return "se" if plain.startswith(("se", "standard err")) else "sd"


def _skip_unit(text: str, pos: int) -> int:
    gap = _GAP.match(text, pos)
    found = match_unit(text, gap.end() if gap else pos)
    return found.end if found else pos


def _read_unit(text: str, measure: Measure) -> None:
    """Read the unit, its denominators, and a dispersion or an upper end that repeat the unit."""
    if _TIMES_MORE.match(text, measure.end):
        measure.end = measure.end + len(" times")
        measure.unit, measure.dimension = "times", "ratio"
        return
    if not (_read_cells(text, measure) or _read_plain_unit(text, measure)):
        measure.end, measure.per = _denominators(text, measure)
        if measure.per is not None:
            _read_cells(text, measure)
        return
    if measure.dispersion is None:
        _read_repeated(text, measure)


def _denominators(text: str, measure: Measure) -> tuple[int, str | None]:
    """Denominators without a unit count only after a power or a scale word: "1×10^6/kg"."""
    if measure.factor == 1:
        return measure.end, None
    return match_denominators(text, measure.end)


def _read_cells(text: str, measure: Measure) -> bool:
    scaled = measure.factor != 1
    if not scaled and measure.high < _PLURAL_COUNTS:
        return False
    end = match_cells(text, measure.end, named=scaled)
    if end is None or (not scaled and text[end - 1] != "s"):
        return False
    measure.end, measure.unit, measure.dimension = end, "cells", "cells"
    if re.search(r"(?:exosome|vesicle|particle|EV)s?$", text[max(0, end - 12) : end]):
        measure.unit, measure.dimension = "particles", "particles"
    if measure.per is None:
        measure.end, measure.per = match_denominators(text, end)
    return True


def _read_plain_unit(text: str, measure: Measure) -> bool:
    gap = _GAP.match(text, measure.end)
    found = match_unit(text, gap.end() if gap else measure.end)
    if found is None and (word := _LITTLE_WORDS.match(text, measure.end)):
        found = match_unit(text, word.end() + 1)
        if found is not None and found.unit.dimension != "time":
            found = None
    if found is None or not _fits(text, measure, found):
        return False
    measure.end, measure.per = found.end, found.per
    measure.unit, measure.dimension = found.unit.name, found.unit.dimension
    return True


def _fits(text: str, measure: Measure, found: UnitMatch) -> bool:
    """A counted noun is a unit only of what cannot be a plain count; USD may lead the next number."""
    if found.unit.dimension == "tally":
        return measure.decimals > 0 or found.per is not None
    if found.unit.dimension == "currency":
        return not re.compile(r"\s?\d").match(text, found.end)
    return True


def _read_repeated(text: str, measure: Measure) -> None:
    """Read "± 12.2 kg" after "41.5 kg", "to 46.0%" after "32.2%", "(SD 6.1)" after a unit."""
    before = measure.end
    _read_plus_minus(text, measure)
    if measure.end != before:
        measure.end = _skip_unit(text, measure.end)
        return
    if measure.low == measure.high and measure.per is None:
        _read_repeated_range(text, measure)
    _read_spread(text, measure)


def _read_repeated_range(text: str, measure: Measure) -> None:
    mark = _RANGE_DASH.match(text, measure.end) if measure.unit == "%" else None
    if mark is None and not _changes(text, measure.start):
        mark = _RANGE_TO.match(text, measure.end)
    upper = mark and match_number(text, mark.end())
    if not upper or upper.value <= measure.high:
        return
    gap = _GAP.match(text, upper.end)
    found = match_unit(text, gap.end() if gap else upper.end)
    if found is not None and found.unit.name == measure.unit:
        measure.high, measure.end, measure.per = upper.value, found.end, found.per
        measure.rule = "range"
