"""UCUM codes of the record -> plain unit names of the guidelines ("{cells}" -> "cells")."""

import re
from functools import cache

from cellstudy.terms import read_rows

_ANNOTATION = re.compile(r"[{\[](.+)[}\]]")
_COUNTED = re.compile(r"\((\d+(?:\.\d+)?)\.(.+)\)")


@cache
def plain_unit(code: str) -> str:
    """Return the plain name of a UCUM code; parts of a quotient are named one by one."""
    name = _read_names().get(code)
    if name is not None:
        return name
    if "/" in code:
        return "/".join(plain_unit(part) if part else "" for part in code.split("/"))
    counted = _COUNTED.fullmatch(code)
    if counted:
        return f"{counted.group(1)} {plain_unit(counted.group(2))}"
    annotation = _ANNOTATION.fullmatch(code)
    return annotation.group(1) if annotation else code


@cache
def _read_names() -> dict[str, str]:
    """UCUM code -> plain name; the first of several names counts."""
    names: dict[str, str] = {}
    for _, name, _, code in read_rows("units.tsv"):
        names.setdefault(code, name)
    return names
