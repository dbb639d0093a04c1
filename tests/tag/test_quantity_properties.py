"""What holds for every quantity and for every text: round trips, offsets, no error, linear cost."""

from itertools import pairwise
from typing import NamedTuple

import pytest
from benchmarks.hostile import UNITS, write_hostile
from hypothesis import given, settings
from hypothesis import strategies as st

from cellstudy.tag.quantities import find_quantities

SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
DASHES = "-‐‑–—−"


class Written(NamedTuple):
    """An expression with what it means."""

    text: str
    low: float
    high: float
    unit: str | None = None
    per: str | None = None
    bound: str | None = None
    dispersion: float | None = None
    dispersion_high: float | None = None
    kind: str | None = None


SMALL = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def write_words(number: int) -> str:
    if number < 20:
        return SMALL[number]
    if number < 100:
        return TENS[number // 10] + (f"-{SMALL[number % 10]}" if number % 10 else "")
    if number < 1000:
        rest = f" and {write_words(number % 100)}" if number % 100 else ""
        return f"{SMALL[number // 100]} hundred{rest}"
    rest = f" {write_words(number % 1000)}" if number % 1000 else ""
    return f"{write_words(number // 1000)} thousand{rest}"


def group(number: int, mark: str) -> str:
    return f"{number:,}".replace(",", mark)


POWERS = (
    "{m}×10^{e}", "{m} x 10^{e}", "{m}*10^{e}", "{m}·10^{e}", "{m} × 10({e})", "{m}×10[{e}]",
    "{m} × 10{s}", "{m}x10e{e}", "{m} X 10E{e}", "{m}E{e}", "{m}e+0{e}", "{m}×10**{e}",
    "{m}×10<sup>{e}</sup>", "{m} × 10 ^ {e}", "{m} x 10^{{{e}}}",
    "{m} x 10 to the {e}th", "{m} × 10 to the power of {e}", "{m} x 10exp{e}", "{m}x10{e}",
    "{m} × 10 {e}", "{m}x10'{e}",
)  # fmt: skip
"""Spellings of a power of ten before "cells"; also lost and mistyped superscripts."""

wholes = st.integers(0, 999_999)
decimals = st.builds(
    lambda n, d: (f"{n}.{d:02d}", n + d / 100), st.integers(0, 99), st.integers(1, 99)
)
mantissas = st.one_of(
    st.integers(1, 9).map(lambda n: (str(n), float(n))),
    st.tuples(st.integers(1, 9), st.integers(1, 9)).map(
        lambda pair: (f"{pair[0]}.{pair[1]}", pair[0] + pair[1] / 10)
    ),
)
units = st.sampled_from(
    [("mg", "mg"), ("mL", "mL"), ("µg", "ug"), ("μg", "ug"), ("IU", "IU"), ("g", "g"), ("kg", "kg"),
     ("cm²", "cm2"), ("ng", "ng"), ("mmol", "mmol"), ("mmHg", "mmHg"), ("kcal", "kcal")]
)  # fmt: skip
bases = st.sampled_from(
    [("", None), ("/kg", "kg"), (" per kg", "kg"), ("/m2", "m2"), ("/kg/day", "kg/day"),
     ("/day", "day"), (" per injection", "injection"), ("/1.73 m2", "1.73 m2"), ("·kg−1", "kg")]
)  # fmt: skip


@st.composite
def plain_numbers(draw: st.DrawFn) -> Written:
    number = draw(wholes)
    styles = [str(number), f"{group(number, ',')}", group(number, "\u202f"), write_words(number)]
    return Written(draw(st.sampled_from(styles)), number, number, kind="number")


@st.composite
def decimal_numbers(draw: st.DrawFn) -> Written:
    text, value = draw(decimals)
    mark = draw(st.sampled_from(".·∙"))
    return Written(text.replace(".", mark), value, value, kind="number")


@st.composite
def signed_numbers(draw: st.DrawFn) -> Written:
    text, value = draw(decimals)
    return Written(draw(st.sampled_from(DASHES)) + text, -value, -value, kind="number")


@st.composite
def amounts(draw: st.DrawFn) -> Written:
    text, value = draw(decimals)
    gap = draw(st.sampled_from(["", " ", "\u00a0", "\u2009"]))
    (unit, name), (base, per) = draw(units), draw(bases)
    sign, bound = draw(
        st.sampled_from(
            [("", None), ("<", "<"), ("≤ ", "<="), (">", ">"), ("≥", ">="), (">=", ">=")]
        )
    )
    return Written(f"{sign}{text}{gap}{unit}{base}", value, value, name, per, bound)


@st.composite
def powers(draw: st.DrawFn) -> Written:
    mantissa, value = draw(mantissas)
    exponent = draw(st.integers(4, 9))
    spelling = draw(st.sampled_from(POWERS))
    number = spelling.format(m=mantissa, e=exponent, s=str(exponent).translate(SUPERSCRIPT))
    base, per = draw(st.sampled_from([("", None), ("/kg", "kg"), (" per kg", "kg")]))
    value *= 10**exponent
    return Written(f"{number} cells{base}", value, value, "cells", per)


@st.composite
def scaled(draw: st.DrawFn) -> Written:
    mantissa, value = draw(mantissas)
    word, factor = draw(
        st.sampled_from(
            [(" million", 1e6), ("-million", 1e6), (" billion", 1e9), (" thousand", 1e3)]
        )
    )
    product = draw(st.sampled_from([" cells", " MSCs", " allogeneic mesenchymal stem cells"]))
    return Written(f"{mantissa}{word}{product}", value * factor, value * factor, "cells")


@st.composite
def ranges(draw: st.DrawFn) -> Written:
    low, step = draw(st.integers(1, 99)), draw(st.integers(1, 99))
    joint = draw(st.sampled_from(["-", "–", " – ", " to ", "—", "~"]))
    tail, name, factor = draw(
        st.sampled_from(
            [(" mg", "mg", 1), (" million cells", "cells", 1e6), ("×10^6 cells", "cells", 1e6),
             ("%", "%", 1), (" x 106 MSCs", "cells", 1e6)]
        )
    )  # fmt: skip
    return Written(f"{low}{joint}{low + step}{tail}", low * factor, (low + step) * factor, name)


@st.composite
def dispersed(draw: st.DrawFn) -> Written:
    (text, value), (other, spread), (third, upper) = draw(st.tuples(decimals, decimals, decimals))
    style, has_upper = draw(
        st.sampled_from(
            [("{a}±{b}", False), ("{a} ± {b}", False), ("{a} +/- {b}", False),
             ("{a} (±{b})", False), ("{a} (SD {b})", False), ("{a} (SE={b})", False),
             ("{a} [IQR {b}–{c}]", True), ("{a} (IQR: {b} to {c})", True)]
        )
    )  # fmt: skip
    written = style.format(a=text, b=other, c=third)
    return Written(written, value, value, None, None, None, spread, upper if has_upper else None)


@st.composite
def shares(draw: st.DrawFn) -> Written:
    part, more = draw(st.integers(0, 500)), draw(st.integers(1, 500))
    joint = draw(st.sampled_from(["/", " of ", " out of ", " of the "]))
    return Written(f"{part}{joint}{part + more}", part, part + more, kind="fraction")


expressions = st.one_of(
    plain_numbers(), decimal_numbers(), signed_numbers(), amounts(), powers(), scaled(), ranges(),
    dispersed(), shares(),
)  # fmt: skip
frames = st.sampled_from(["It was {} here.", "Some ({}), then.", "Given: {}; then", "\n{}\n", "{}"])


@settings(max_examples=600, deadline=None)
@given(expression=expressions, frame=frames)
def test_what_was_written_is_read(expression: Written, frame: str) -> None:
    if expression.low < 0:  # a dash that begins a line may be a list mark
        frame = frame.strip("\n")
    text = frame.format(expression.text)
    start = text.index(expression.text)
    [found] = find_quantities(text)
    assert text[found.start : found.end] == expression.text
    assert found.start == start
    assert (found.low, found.high) == (
        pytest.approx(expression.low, rel=1e-9),
        pytest.approx(expression.high, rel=1e-9),
    )
    assert (found.unit, found.per, found.bound) == expression[3:6]
    assert found.dispersion == pytest.approx(expression.dispersion)
    assert found.dispersion_high == pytest.approx(expression.dispersion_high)
    assert expression.kind in (None, found.kind)


any_text = st.text(st.characters(exclude_categories=()), max_size=200)
pieces = st.sampled_from(
    [*"0123456789.,·-–−±×x*^()[]/%<>=≤~eE: \n½⁶", "10", "106", "cells", "MSCs", "kg", "mg", "SD ",
     " and ", " or ", " to ", "million", "p", "CI", "week ", "aged ", "half a ", "two", "third"]
)  # fmt: skip
numeric_text = st.lists(pieces, max_size=60).map("".join)


@settings(max_examples=600, deadline=None)
@given(text=st.one_of(any_text, numeric_text))
def test_any_text_gives_flat_trimmed_spans(text: str) -> None:
    found = find_quantities(text)
    for before, after in pairwise(found):
        assert before.end <= after.start
    for item in found:
        assert 0 <= item.start < item.end <= len(text)
        assert text[item.start : item.end].strip() == text[item.start : item.end]
        assert item.low <= item.high or item.kind in ("ratio", "amount")
        assert 0 < item.confidence <= 1


@pytest.mark.timeout(20)
@pytest.mark.parametrize("kind", UNITS)
def test_cost_is_linear(kind: str) -> None:
    """A square cost would take minutes; benchmarks/quantity_cost.py measures a megabyte."""
    find_quantities(write_hostile(kind, 20_000))
