"""The quantity grammar: every number expression of a text, with its normalised value.

`find_quantities` is pure; the component `cellstudy_quantities` writes what it finds to a Doc.
"""

import re
from bisect import bisect_right
from typing import Final

import msgspec
from spacy.language import Language
from spacy.tokens import Doc

from cellstudy.labels import EXT_QUANTITIES, QUANTITIES
from cellstudy.schema import Quantity
from cellstudy.tag.coordination import join_pairs, read_time_prefixes, share_units
from cellstudy.tag.durations import format_duration
from cellstudy.tag.expressions import read_expression
from cellstudy.tag.extensions import ScoredSpan, read_text, register_extensions, set_spans
from cellstudy.tag.implied_units import imply_units
from cellstudy.tag.measures import Bound, Measure
from cellstudy.tag.numbers import find_numbers
from cellstudy.tag.ordinals import find_ordinal_times
from cellstudy.tag.references import find_references
from cellstudy.tag.significance import (
    find_bracketed_intervals,
    find_intervals,
    find_p_values,
)
from cellstudy.tag.units import match_denominators

_BOUNDS: Final[tuple[tuple[str, Bound], ...]] = (
    (r"<=|=<|≤|≦|⩽|at most|no more than|not more than|up to|(?:a )?maximum of|max\.?", "<="),
    (r">=|=>|≥|≧|⩾|at least|no less than|not less than|(?:a )?minimum of|min\.?", ">="),
    (r"<|less than|fewer than|lower than|below|under", "<"),
    (r">|more than|greater than|higher than|over|above|exceeding", ">"),
)
_BOUND = re.compile("|".join(f"(?:{words})" for words, _ in _BOUNDS), re.I)
_BOUND_AT = re.compile(
    rf"(?P<words>(?<![\w])(?:{'|'.join(words for words, _ in _BOUNDS)})|[~∼≈])\s?$", re.I
)
_NAME_AFTER = re.compile(r"(?![FM](?![A-Za-z]))[A-Z](?![a-z]{2})")
"""What makes digits a part of a name: "6MWT", "22G", "23S"; "11F" counts women."""
_SYMBOL = re.compile(r"[<>≤≥≦≧⩽⩾=~∼≈]+")
_FROM = re.compile(r"\bfrom\b(?:[^.;]|\.\d)*$", re.I)
_CURRENCY = re.compile(r"(?P<sign>US\$|[$€£¥]|(?:USD|EUR|GBP|RMB|CNY|INR|(?<!\w)Rs\.?)\s?)$")
_CURRENCIES: Final = {
    "$": "USD",
    "US$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "RMB": "CNY",
} | {
    "Rs": "INR",
    "Rs.": "INR",
}
_SLASH_NEXT = re.compile(r"\s?/")
_AGE_BEFORE = re.compile(
    r"\b(?:aged?|ages)\b(?:[\s,:=(\[]+(?:(?:was|were|is|of|at|between|from|ranged?|ranging|mean|median"
    r"|group|over|under|above|below|than|more|less|least|and|SD|IQR|years?|or|the|patients|about"
    r"|approximately|up|to|with|an?|in)\b|[≥≤<>±~]))*[\s(\[≥≤<>=~]*$",
    re.I,
)
_AGE_AFTER = re.compile(r"[\s-]?(?:old\b|of age\b|of life\b)", re.I)
_DOSE_DIMENSIONS: Final = frozenset(
    {"mass", "volume", "cells", "particles", "activity", "container"}
)


def find_quantities(text: str) -> list[Quantity]:
    """Every number expression of `text`, by start, flat, offsets in characters."""
    claimed = _merge(find_p_values(text), find_intervals(text))
    claimed = _merge(claimed, find_ordinal_times(text))
    claimed = _merge(claimed, find_references(text))
    measures = join_pairs(text, _read_measures(text, claimed))
    read_time_prefixes(text, measures)
    imply_units(text, measures)
    share_units(text, measures)
    floors = [0, *(measure.end for measure in measures)]
    found = [_finish(text, *pair) for pair in zip(measures, floors, strict=False)]
    return find_bracketed_intervals(text, _settle(claimed, found))


def _settle(claimed: list[Quantity], found: list[Quantity]) -> list[Quantity]:
    """Put all together; a name within a dose, the CD34 of "10^6 CD34+ cells", gives way to it."""
    names = [item for item in claimed if item.kind == "identifier"]
    firm = [item for item in claimed if item.kind != "identifier"]
    kept = _merge(firm, [item for item in found if item.unit == "cells" or _holds(names, item)])
    return _merge(_merge(kept, names), found)


def _holds(names: list[Quantity], item: Quantity) -> bool:
    """Whether one of the sorted `names` is a part of an amount: the H2O of "5 cmH2O"."""
    if item.unit is None:
        return False
    index = bisect_right(names, item.start, key=lambda name: name.start)
    return index < len(names) and names[index].end <= item.end


def _merge(first: list[Quantity], second: list[Quantity]) -> list[Quantity]:
    """All of `first`, and of `second` what does not overlap it."""
    kept = list(first)
    ends = sorted((item.start, item.end) for item in first)
    index = 0
    for item in sorted(second, key=lambda item: item.start):
        while index < len(ends) and ends[index][1] <= item.start:
            index += 1
        if index == len(ends) or ends[index][0] >= item.end:
            kept.append(item)
    return sorted(kept, key=lambda item: item.start)


def _read_measures(text: str, claimed: list[Quantity]) -> list[Measure]:
    """Read each number that no claim covers and that no earlier measure swallowed."""
    measures: list[Measure] = []
    spans = iter([(item.start, item.end) for item in claimed])
    start, end = next(spans, (len(text), len(text)))
    done = 0
    for number in find_numbers(text):
        while end <= number.start and start < len(text):
            start, end = next(spans, (len(text), len(text)))
        if number.start < done or (start < number.end and number.start < end):
            continue
        measure = read_expression(text, number)
        done = measure.end
        if not (measure.bare and _NAME_AFTER.match(text, measure.end)):
            measures.append(measure)
    return measures


def _finish(text: str, measure: Measure, floor: int) -> Quantity:
    """Settle kind, bound and start of `measure`; nothing before `floor` belongs to it."""
    _read_currency(text, measure, floor)
    kind = _kind(text, measure)
    bound, start = _read_bound(text, measure, floor)
    if start is None or not _holds_bound(text[start : measure.start].strip(), measure, kind):
        start = measure.start
    is_time = measure.dimension == "time" and kind in ("time", "age")
    return Quantity(
        start=start,
        end=measure.end,
        kind=kind,
        low=_tidy(measure.low),
        high=_tidy(measure.high),
        unit=measure.unit,
        per=measure.per,
        bound=bound,
        dispersion=_maybe_tidy(measure.dispersion),
        dispersion_high=_maybe_tidy(measure.dispersion_high),
        dispersion_kind=measure.dispersion_kind,
        duration=_duration(measure) if is_time else None,
        confidence=round(measure.confidence, 3),
        rule=f"quantity.{measure.rule}",
    )


def _tidy(value: float) -> float:
    """Undo the rounding error of a product: 0.2 × 10^8 is 20,000,000."""
    return float(f"{value:.12g}")


def _maybe_tidy(value: float | None) -> float | None:
    return None if value is None else _tidy(value)


def _duration(measure: Measure) -> str | None:
    if measure.high < 0:
        return None
    return format_duration(measure.high, str(measure.unit))


def _kind(text: str, measure: Measure) -> str:
    if measure.kind in ("fraction", "ratio"):
        return measure.kind
    if _is_age(text, measure):
        return "age"
    if measure.dimension == "time":
        return "time"
    if measure.unit == "%":
        return "percent"
    if measure.unit is None and measure.per is None:
        return "number"
    return "amount"


def _is_age(text: str, measure: Measure) -> bool:
    if measure.dimension not in ("time", None) or measure.per is not None:
        return False
    if measure.dimension == "time" and _AGE_AFTER.match(text, measure.end):
        return True
    before = text[max(0, measure.start - 60) : measure.start]
    return "age" in before.lower() and bool(_AGE_BEFORE.search(before))


def _read_currency(text: str, measure: Measure, floor: int) -> None:
    match = _CURRENCY.search(text, max(floor, measure.start - 4), measure.start)
    if match is not None and measure.unit in (None, "USD"):
        measure.start = match.start()
        sign = match["sign"].strip()
        measure.unit, measure.dimension = _CURRENCIES.get(sign, sign), "currency"
        if measure.per is None and _SLASH_NEXT.match(text, measure.end):
            measure.end, measure.per = match_denominators(text, measure.end)


def _read_bound(text: str, measure: Measure, floor: int) -> tuple[Bound | None, int | None]:
    """Find the bound before the number and where it starts; "up to" after "from" is none."""
    match = _BOUND_AT.search(text, max(floor, measure.start - 18), measure.start)
    if match is None:
        return None, None
    words = match["words"].lower()
    if words == "up to" and _FROM.search(text, max(0, match.start() - 60), match.start()):
        return None, None
    return _name_bound(words), match.start()


def _holds_bound(words: str, measure: Measure, kind: str) -> bool:
    """Whether the bound belongs to the span: a sign does, words only before a result."""
    if kind in ("time", "age", "ratio"):
        return False
    if _SYMBOL.fullmatch(words):
        return True
    plain = measure.factor == 1 and measure.dimension not in _DOSE_DIMENSIONS
    return kind == "percent" or (kind == "amount" and plain)


def _name_bound(words: str) -> Bound | None:
    return next((name for form, name in _BOUNDS if re.fullmatch(form, words, re.I)), None)


@Language.factory("cellstudy_quantities", assigns=["doc.spans", f"doc._.{EXT_QUANTITIES}"])
def create_quantities(nlp: Language, name: str) -> "QuantityFinder":
    """Make the component that finds number expressions."""
    return QuantityFinder(nlp, name)


class QuantityFinder:
    """Write `find_quantities` to `doc._.quantities` and the span group `quantities`."""

    def __init__(self, nlp: Language, name: str = "cellstudy_quantities") -> None:
        register_extensions()
        self.nlp = nlp
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        """Find the quantities of `doc`."""
        found = find_quantities(read_text(doc))
        doc._.set(EXT_QUANTITIES, [msgspec.to_builtins(item) for item in found])
        set_spans(
            doc,
            QUANTITIES,
            [
                ScoredSpan(item.start, item.end, item.kind, item.confidence, f"rule:{item.rule}")
                for item in found
            ],
        )
        return doc
