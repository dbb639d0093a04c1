"""The plain units of the guidelines: UCUM codes, and conversion through pint.

pint gets a registry that holds the units of `data/units.tsv` and nothing else: SI units by their
definitions, and one dimension of its own for everything that is counted (cells, particles, hairs,
IU, injections). It never sees text: numbers and units are parsed before, and names go to it one by
one. The registry is built on first use.

A basis `per` is written as in `Quantity.per`: names joined by slashes, a count before a name where
there is one ("kg", "kg/day", "3 mL").
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from cellstudy.terms import read_rows

if TYPE_CHECKING:
    from pint import UnitRegistry
    from pint.util import UnitsContainer

_NO_NAME = re.compile(r"\W")
_NO_ANNOTATION = re.compile(r"[{}\s]+")


def ucum(unit: str, per: str | None = None) -> str:
    """UCUM code of a plain unit name: "cells" -> "{cells}", with `per` "{cells}/kg".

    A name that is not in the table becomes an annotation in braces.
    """
    return _code(unit) + "".join(
        f"/{_group(_code(name), count)}" for count, name in _split_basis(per)
    )


def convert(
    value: float, unit: str, *, to: str, per: str | None = None, to_per: str | None = None
) -> float | None:
    """`value` in other units: `convert(500, "ug", per="kg", to="mg", to_per="kg")` is 0.5.

    None where the units do not measure the same, or one is not in the table. A basis counts on
    both sides: without `to_per` the result has none.
    """
    from pint.errors import PintError

    given, wanted = _compose(unit, per), _compose(to, to_per)
    if given is None or wanted is None:
        return None
    quantity = _load_registry().Quantity(value / given.bases, given.units)
    try:
        return _tidy(float(quantity.to(wanted.units).magnitude) * wanted.bases)
    except PintError:
        return None


def is_comparable(
    unit: str, other: str, *, per: str | None = None, other_per: str | None = None
) -> bool:
    """Whether both units, each with its basis, measure the same."""
    return convert(1.0, unit, to=other, per=per, to_per=other_per) is not None


def find_dimension(unit: str) -> str | None:
    """What a unit measures by the table: mass, volume, cells, ...; None for an unknown name."""
    return _read_units().get(unit, (None, None))[0]


@cache
def _read_units() -> dict[str, tuple[str, str]]:
    """Dimension and UCUM code by plain name."""
    units: dict[str, tuple[str, str]] = {}
    for _, name, dimension, code in read_rows("units.tsv"):
        units.setdefault(name, (dimension, code))
    return units


def _code(name: str) -> str:
    known = _read_units().get(name)
    return known[1] if known else "{" + _NO_ANNOTATION.sub("_", name) + "}"


def _group(code: str, count: str) -> str:
    """A code below the line, with its count: "(3.mL)"."""
    product = f"{count}.{code}" if count else code
    return f"({product})" if "." in product or "/" in product else product


def _split_basis(per: str | None) -> Iterator[tuple[str, str]]:
    """The count (or nothing) and the name of each part of a basis."""
    for part in per.split("/") if per else ():
        count, _, name = part.partition(" ")
        yield (count, name) if count[:1].isdigit() else ("", part)


@cache
def _load_registry() -> "UnitRegistry[Any]":
    """Build the registry; pint is imported here because few runs need it."""
    from pint import UnitRegistry

    definitions = {row[0]: row[1] for row in read_rows("unit_definitions.tsv")}
    registry: UnitRegistry[Any] = UnitRegistry(None)
    for name in [*definitions, *sorted(set(_read_units()) - set(definitions))]:
        own = f"[{_identify(name)}]"
        registry.define(f"{_identify(name)} = {definitions.get(name, own)}")
    return registry


def _identify(name: str) -> str:
    """The name as pint can read it: `%` -> `_25`."""
    return _NO_NAME.sub(lambda match: f"_{ord(match.group()):x}", name)


class _Composed(NamedTuple):
    """A unit with its basis for pint; `bases` is the 3 of "5 mg per 3 mL"."""

    units: "UnitsContainer"
    bases: float


@lru_cache(maxsize=1 << 10)
def _compose(unit: str, per: str | None) -> _Composed | None:
    """The names of the table as powers; None where one is not in it."""
    from pint.util import UnitsContainer

    known, total = _read_units(), 1.0
    powers = {_identify(unit): 1}
    for count, name in _split_basis(per):
        total *= float(count or 1)
        powers[_identify(name)] = powers.get(_identify(name), 0) - 1
    if any(name not in known for name in (unit, *(name for _, name in _split_basis(per)))):
        return None
    return _Composed(UnitsContainer(powers), total)


def _tidy(value: float) -> float:
    """Undo the rounding error of a product."""
    return float(f"{value:.12g}")
