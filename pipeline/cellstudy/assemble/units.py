"""Units: the plain names of the guidelines as UCUM codes, from the unit table."""

from functools import cache

from cellstudy.terms import read_rows


def ucum(unit: str, per: str | None = None) -> str:
    """UCUM code of a plain unit name: "cells" -> "{cells}", with `per` "{cells}/kg".

    A name that is not in the table becomes an annotation in braces.
    """
    code = _code(unit)
    for part in per.split("/") if per else ():
        count, _, name = part.rpartition(" ")
        code += f"/({count}.{_code(name)})" if count else f"/{_code(name)}"
    return code


def _code(name: str) -> str:
    return _codes().get(name, f"{{{name}}}")


@cache
def _codes() -> dict[str, str]:
    codes: dict[str, str] = {}
    for _, name, _, code in read_rows("units.tsv"):
        codes.setdefault(name, code)
    return codes
