"""Units: UCUM codes, and conversion by the project's own pint registry."""

import re

import pytest

from cellstudy.terms import read_rows
from cellstudy.units import convert, find_dimension, is_comparable, ucum

UNITS = {row[1]: row[3] for row in read_rows("units.tsv")}
DEFINED = {row[0] for row in read_rows("unit_definitions.tsv")}
SI = {"mass", "length", "area", "volume", "time", "substance", "concentration", "pressure"} | {
    "energy", "power", "temperature", "frequency", "force", "voltage", "age",
}  # fmt: skip


@pytest.mark.parametrize(
    ("unit", "per", "code"),
    [
        ("cells", None, "{cells}"),
        ("cells", "kg", "{cells}/kg"),
        ("mg", "kg/day", "mg/kg/d"),
        ("mg", "3 mL", "mg/(3.mL)"),
        ("ug", "100 person years", "ug/(100.{person}.a)"),
        ("mM", None, "mmol/L"),
        ("vials", "injection", "{vials}/{injection}"),
        ("left shoes", None, "{left_shoes}"),
        ("cells", "left {shoe}", "{cells}/{left_shoe_}"),
    ],
)
def test_ucum(unit, per, code):
    assert ucum(unit, per) == code


@pytest.mark.parametrize("code", sorted(set(UNITS.values())))
def test_every_code_has_the_form_of_ucum(code):
    atom = r"(?:[A-Za-z%]+(?:\[[^\[\]{}\s]+\])?|\[[^\[\]{}\s]+\])\d?(?:\{[!-z|~]+\})?|\{[!-z|~]+\}"
    assert re.fullmatch(rf"/?(?:{atom})(?:[./](?:{atom}))*", code)


@pytest.mark.parametrize(
    ("value", "unit", "per", "to", "to_per", "expected"),
    [
        (500, "ug", None, "mg", None, 0.5),
        (500, "ug", "kg", "mg", "kg", 0.5),
        (1e6, "cells", "kg", "cells", "g", 1e3),
        (20, "mg", "3 mL", "mg", "mL", 20 / 3),
        (5, "mL", None, "cm3", None, 5),
        (2, "week", None, "day", None, 14),
        (1, "year", None, "month", None, 12),
        (60, "mL", "minute", "L", "hour", 3.6),
        (37, "degC", None, "K", None, 310.15),
        (98.6, "degF", None, "degC", None, 37),
        (760, "mmHg", None, "kPa", None, 101.325),
        (50, "%", None, "fold", None, 0.5),
        (3, "mU", None, "U", None, None),
        (3, "kIU", None, "IU", None, 3000),
        (3, "mM", None, "umol", "mL", 3),
        (1e6, "cells", None, "particles", None, None),
        (1e6, "cells", "kg", "cells", None, None),
        (5, "mg", None, "mL", None, None),
        (5, "IU", None, "mg", None, None),
        (5, "9**9**9 kg", None, "kg", None, None),
        (5, "vials", "injection", "vials", "session", None),
    ],
)
def test_convert(value, unit, per, to, to_per, expected):
    found = convert(value, unit, per=per, to=to, to_per=to_per)
    assert found == (None if expected is None else pytest.approx(expected, rel=1e-6))


def test_comparable_units_and_dimensions():
    assert is_comparable("mg", "g", per="kg", other_per="kg")
    assert not is_comparable("mg", "mg", per="kg")
    assert (find_dimension("cells"), find_dimension("mL")) == ("cells", "volume")
    assert find_dimension("shoes") is None


def test_every_definition_is_of_a_unit_of_the_table():
    assert set(UNITS) >= DEFINED


def test_every_unit_of_a_known_dimension_is_defined():
    measured = {row[1] for row in read_rows("units.tsv") if row[2] in SI}
    assert measured - DEFINED == {"MET", "bp", "kb", "mOsm"}


@pytest.mark.parametrize("unit", sorted(UNITS))
def test_every_unit_converts_to_itself(unit):
    assert convert(2.5, unit, to=unit) == 2.5
