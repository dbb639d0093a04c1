"""Units of amounts: read one at a place of the text, with its denominators.

A unit is looked up word by word in `data/units.tsv`, so that reading costs the same however
many units there are.
"""

import re
from functools import cache
from typing import Final, NamedTuple

from cellstudy.tag.tables import read_table


class Unit(NamedTuple):
    """A unit of measure: plain name of the guidelines, what it measures, UCUM code."""

    name: str
    dimension: str
    ucum: str


class UnitMatch(NamedTuple):
    """A unit found in the text up to `end`, with its denominators joined by a slash."""

    end: int
    unit: Unit
    per: str | None


_WORD = re.compile(r"[^\W\d_]+(?:\.[^\W\d_]\.)*|[%‰°℃º×]C?")
_NEXT_WORD = re.compile(r"[ \u00a0\-–‐‑]([^\W\d_]+)")
_EXPONENT = re.compile(r"\^?[23](?![\d.])|[²³]|[ \u00a0\u2000-\u200a\u202f]\^?[23](?![\d.%]| ?\w)")
_SLASH = re.compile(r"[ \u00a0\u2000-\u200a\u202f]?[/∕][ \u00a0\u2000-\u200a\u202f]?")
_PER = re.compile(r"[ \u00a0\-]per[ \u00a0\-](?:each )?", re.I)
_COUNT = re.compile(r"(\d+(?:\.\d+)?)[ \u00a0\u2000-\u200a\u202f]?")
_INVERSE = re.compile(
    r"(?:[.·⋅∙*]|[ \u00a0\u2000-\u200a\u202f])?([^\W\d_]+)(?:\^|\*\*)?[ \u00a0\u2000-\u200a\u202f]?[-−–‐⁻][1¹](?!\d)"
)
_OWN_INVERSE = re.compile(r"(?:\^|\*\*)?[-−–‐⁻][1¹](?!\d)")
_WEIGHT = re.compile(
    r"(?:(?:[ \u00a0\u2000-\u200a\u202f]?of)?(?: the)?[ \u00a0-](?:(?:recipient|patient|predicted|ideal|actual|total|dry)"
    r"(?:['’]s)?[ \u00a0\u2000-\u200a\u202f])?(?:body[ -]?(?:weight|wt|mass)|bodyweight|weight|wt|b\.?w\.?|PBW|IBW|TBW)\b"
    r"|[ \u00a0\u2000-\u200a\u202f](?:of )?(?:body surface(?: area)?|BSA)\b)",
    re.I,
)
_SHORT_FORM = re.compile(
    r"[ \u00a0\u2000-\u200a\u202f]?\([A-Za-z.]{1,8}\)(?=[ \u00a0\u2000-\u200a\u202f]?/)"
)
_RAISED: Final = {"2": "2", "²": "2", "3": "3", "³": "3"}
_MOST_WORDS: Final = 3
_CASED: Final = {
    *("concentration", "voltage", "current", "power", "field", "energy", "force", "optics"),
    *("pressure", "tally"),
}
"""Dimensions whose forms are read only as written: "mM" is no "mm", "SD" no "sd"."""


@cache
def _load() -> tuple[dict[str, Unit], dict[str, Unit], dict[str, Unit], dict[str, Unit]]:
    """Tables by exact and by lower-case form, for units and for denominators."""
    units: dict[str, Unit] = {}
    denominators: dict[str, Unit] = {}
    for surface, name, dimension, code in read_table("units.tsv"):
        unit = Unit(name, dimension, code)
        (denominators if dimension == "per" else units).setdefault(surface, unit)
    return units, _fold(units), denominators, _fold(denominators)


def _fold(table: dict[str, Unit]) -> dict[str, Unit]:
    """Lower-case forms of what may be written in any case: no single letter, no "mM" or "mV"."""
    folded: dict[str, Unit] = {}
    for surface, unit in table.items():
        if len(surface) > 1 and unit.dimension not in _CASED:
            folded.setdefault(surface.lower(), unit)
    return folded


def ucum(unit: str, per: str | None = None) -> str:
    """UCUM code of a plain unit name: "ug" -> "ug", "cells" -> "{cells}", with `per` "{cells}/kg".

    A name that is not in the table becomes an annotation in braces.
    """
    code = _codes().get(unit, f"{{{unit}}}")
    for part in per.split("/") if per else ():
        count, _, name = part.rpartition(" ")
        below = _codes().get(name, f"{{{name}}}")
        code += f"/({count}.{below})" if count else f"/{below}"
    return code


@cache
def _codes() -> dict[str, str]:
    table: dict[str, str] = {}
    for _, name, _, code in read_table("units.tsv"):
        table.setdefault(name, code)
    return table


def match_unit(text: str, pos: int) -> UnitMatch | None:
    """Read a unit with its denominators exactly at `pos` (no space before)."""
    units, folded, _, _ = _load()
    head = _match_name(text, pos, exact=units, folded=folded)
    if head is None:
        return None
    end, unit = head
    if short := _SHORT_FORM.match(text, end):
        end = short.end()
    end, per = match_denominators(text, end)
    return UnitMatch(end, unit, per)


def match_denominators(text: str, pos: int) -> tuple[int, str | None]:
    """Read "/kg", "per kg per day", " mL−1", "/1.73 m2" at `pos`: end and joined names."""
    parts: list[str] = []
    while len(parts) < _MOST_WORDS:
        found = _match_denominator(text, pos)
        if found is None:
            break
        pos, name = found
        parts.append(name)
    return pos, "/".join(parts) or None


def _match_denominator(text: str, pos: int) -> tuple[int, str] | None:
    inverse = _INVERSE.match(text, pos)
    if inverse is not None:
        unit = _lookup(inverse.group(1), denominator=True)
        if unit is not None:
            return inverse.end(), unit.name
    mark = _SLASH.match(text, pos) or _PER.match(text, pos)
    if mark is None:
        return None
    pos = mark.end()
    count = _COUNT.match(text, pos)
    if count is not None:
        pos = count.end()
    found = _match_denominator_name(text, pos)
    if found is None:
        return None
    end, unit = found
    weight = _WEIGHT.match(text, end) if unit.name in ("kg", "m2", "g") else None
    number = count.group(1) if count is not None else "1"
    name = unit.name if float(number) == 1 else f"{number} {unit.name}"
    return (weight.end() if weight else end), name


def _match_denominator_name(text: str, pos: int) -> tuple[int, Unit] | None:
    units, folded, denominators, folded_denominators = _load()
    nouns = _match_name(text, pos, exact=denominators, folded=folded_denominators)
    plain = _match_name(text, pos, exact=units, folded=folded)
    if nouns is None or plain is None:
        return nouns or plain
    return nouns if nouns[0] >= plain[0] else plain


def _lookup(word: str, *, denominator: bool) -> Unit | None:
    units, folded, denominators, folded_denominators = _load()
    found = units.get(word) or folded.get(word.lower())
    if found is None and denominator:
        found = denominators.get(word) or folded_denominators.get(word.lower())
    return found


def _match_name(
    text: str, pos: int, *, exact: dict[str, Unit], folded: dict[str, Unit]
) -> tuple[int, Unit] | None:
    """The longest unit name of up to three words that begins at `pos`."""
    first = _WORD.match(text, pos)
    if first is None:
        return None
    best: tuple[int, Unit] | None = None
    end, name = first.end(), first.group()
    for _ in range(_MOST_WORDS):
        unit = exact.get(name) or folded.get(name.lower())
        if unit is not None:
            best = end, unit
        following = _NEXT_WORD.match(text, end)
        if following is None:
            break
        name = f"{name} {following.group(1)}"
        end = following.end()
    return best and _raise_unit(text, *best)


def _raise_unit(text: str, end: int, unit: Unit) -> tuple[int, Unit] | None:
    """Read the 2 of "cm2"; a length becomes an area or a volume."""
    if unit.dimension == "length" and (power := _EXPONENT.match(text, end)):
        raised = _lookup(unit.name + _RAISED[power.group()[-1]], denominator=False)
        if raised is not None:
            return power.end(), raised
    if text[end : end + 1].isalnum() or _OWN_INVERSE.match(text, end):
        return None
    return end, unit
