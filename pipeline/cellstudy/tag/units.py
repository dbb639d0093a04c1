"""Units of amounts: read one at a place of the text, with its denominators.

A unit is looked up word by word in `data/units.tsv`, so that reading costs the same however
many units there are.
"""

import re
from functools import cache
from typing import Final, NamedTuple

from cellstudy.tag.numbers import SPACES
from cellstudy.terms import read_rows


class Unit(NamedTuple):
    """A unit of measure: plain name of the guidelines, and what it measures."""

    name: str
    dimension: str


class UnitMatch(NamedTuple):
    """A unit found in the text up to `end`, with its denominators joined by a slash."""

    end: int
    unit: Unit
    per: str | None


class _Table(NamedTuple):
    """Units by exact form and, where case does not matter, by lower-case form."""

    exact: dict[str, Unit]
    folded: dict[str, Unit]

    def find(self, form: str) -> Unit | None:
        return self.exact.get(form) or self.folded.get(form.lower())


_S: Final = f"[{SPACES}]"
_GAP = re.compile(
    rf"{_S}?[-‐‑–](?=[A-Za-zµμ]{{2}}|h\b)|[-‐‑–]{_S}(?=(?:day|week|month|year|hour|minute)s?\b)|{_S}|"
)
_WORD = re.compile(
    r"cm ?H ?[2₂] ?O|[\u3380-\u33df]|[€£](?!\d)|(?:wt|vol|mol|at)\.? ?%"
    r"|[^\W\d_]+(?:\.[^\W\d_]\.)*|[%‰°℃º×]C?"
)
"""Words, signs and what Unicode puts in one character, such as ㎎ and ㎠."""
_NEXT_WORD = re.compile(rf"(?:{_S}|[-–‐‑])([^\W\d_]+)")
_EXPONENT = re.compile(rf"\^?[23](?!\d|\.\d)|[²³]|{_S}\^?[23](?![\d.%]| ?\w)")
_SLASH = re.compile(rf"{_S}?[/∕]{_S}?(?:each {_S}?)?")
_BRACKETED = re.compile(rf"{_S}?/{_S}?\(([^\W\d_]+[²2]?){_S}?[.·⋅∙*×•]{_S}?([^\W\d_]+[²2]?)\)")
_PER = re.compile(rf"(?:{_S}|-)(?:per(?:{_S}?/{_S}?|{_S}|-)(?:each )?|pr\.? |for each )", re.I)
_COUNT = re.compile(rf"(\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?){_S}?")
_INVERSE = re.compile(
    rf"(?:{_S}?[.·⋅∙•*×]{_S}?(?:(?P<count>\d{{1,2}}){_S})?|{_S})?(?P<name>[^\W\d_]+)(?:\^|\*\*)?{_S}?[-−–‐⁻](?P<power>[123¹²³])(?!\d)"
)
_OWN_INVERSE = re.compile(r"(?:\^|\*\*)?[-−–‐⁻][1¹](?!\d)")
_BASIS = re.compile(
    rf"(?:(?:{_S}?of)?(?: the)?(?:{_S}|-)"
    rf"(?:(?:recipient|patient|predicted|ideal|actual|total|dry)(?:['’]s)?{_S})?"
    r"(?:body[ -]?(?:weight|wt|mass)|bodyweight|weight|wt|b\.?w\.?|PBW|IBW|TBW)\b"
    rf"|{_S}(?:of )?(?:body surface(?: area)?|BSA|ointment|cream|gel|lotion|tissue)\b)",
    re.I,
)
_CREATININE = re.compile(rf"{_S}(?:of )?(?:urinary )?(?:[Cc]reatinine|Cr)(?!\w)")
_SHORT_FORM = re.compile(rf"{_S}?\([A-Za-z.-]{{1,12}}\)(?={_S}?/|{_S}per\b)")
_RAISED: Final = {"2": "2", "²": "2", "3": "3", "³": "3"}
_MOST_WORDS: Final = 3
_BASES: Final = ("kg", "m2", "g")
_EXCRETED: Final = ("mg", "g", "mmol")
_CASED: Final = frozenset(
    [
        *("concentration", "voltage", "current", "power", "energy", "pressure", "radiation"),
        *("tally", "duration", "conductance"),
    ]
)
"""Dimensions whose forms are read only as written: "mM" is no "mm", "SD" no "sd"."""


@cache
def _load() -> tuple[_Table, _Table]:
    """Read the units, and the nouns that are only denominators."""
    units: dict[str, Unit] = {}
    nouns: dict[str, Unit] = {}
    for surface, name, dimension, _ in read_rows("units.tsv"):
        (nouns if dimension == "per" else units).setdefault(surface, Unit(name, dimension))
    return _Table(units, _fold(units)), _Table(nouns, _fold(nouns))


def _fold(table: dict[str, Unit]) -> dict[str, Unit]:
    folded: dict[str, Unit] = {}
    for surface, unit in table.items():
        if len(surface) > 1 and unit.dimension not in _CASED:
            folded.setdefault(surface.lower(), unit)
    return folded


def match_unit(text: str, pos: int) -> UnitMatch | None:
    """Read a unit with its denominators exactly at `pos`."""
    head = _match_name(text, pos, _load()[0])
    if head is None:
        return None
    end, unit = head
    if short := _SHORT_FORM.match(text, end):
        end = short.end()
    after, per = match_denominators(text, end)
    if per is not None and per.split("/")[0].endswith(f" {unit.name}"):
        return UnitMatch(end, unit, None)  # "300 mg/200 mg" are two amounts
    return UnitMatch(after, unit, per)


def match_unit_apart(text: str, pos: int) -> UnitMatch | None:
    """Read a unit at `pos` or after one space or hyphen: "5mg", "5 mg", "12-week"."""
    gap = _GAP.match(text, pos)
    return match_unit(text, gap.end() if gap else pos)


def match_denominators(text: str, pos: int) -> tuple[int, str | None]:
    """Read "/kg", "per kg per day", " mL−1", "/1.73 m2" at `pos`: end and joined names."""
    if short := _SHORT_FORM.match(text, pos):
        pos = short.end()
    if (both := _match_bracketed(text, pos)) is not None:
        return both
    parts: list[str] = []
    while len(parts) < _MOST_WORDS:
        found = _match_inverse(text, pos) or _match_denominator(text, pos)
        if found is None:
            break
        pos, name = found
        parts.append(name)
    return pos, "/".join(parts) or None


def _match_bracketed(text: str, pos: int) -> tuple[int, str] | None:
    """Read "/(kg·h)"."""
    match = _BRACKETED.match(text, pos)
    found = [_load()[0].find(name) for name in match.groups()] if match else []
    names = [unit.name for unit in found if unit]
    return (match.end(), "/".join(names)) if match and len(names) == 2 else None


def _match_inverse(text: str, pos: int) -> tuple[int, str] | None:
    match = _INVERSE.match(text, pos)
    units, nouns = _load()
    name = match and match["name"] + _RAISED.get(match["power"], "")
    unit = name and (units.find(name) or nouns.find(name))
    if not match or not unit:
        return None
    return match.end(), f"{match['count']} {unit.name}" if match["count"] else unit.name


def _match_denominator(text: str, pos: int) -> tuple[int, str] | None:
    mark = _SLASH.match(text, pos) or _PER.match(text, pos)
    if mark is None:
        return None
    count = _COUNT.match(text, mark.end())
    found = _match_denominator_name(text, count.end() if count else mark.end())
    if found is None:
        return None
    end, unit = found
    basis = _BASIS.match(text, end) if unit.name in _BASES else None
    if basis is None and unit.name in _EXCRETED:
        basis = _CREATININE.match(text, end)
    written = count.group(1).replace(",", "") if count else "1"
    name = unit.name if float(written) == 1 else f"{written} {unit.name}"
    return (basis.end() if basis else end), name


def _match_denominator_name(text: str, pos: int) -> tuple[int, Unit] | None:
    units, nouns = _load()
    noun, plain = _match_name(text, pos, nouns), _match_name(text, pos, units)
    if noun is None or plain is None:
        return noun or plain
    return noun if noun[0] >= plain[0] else plain


def _match_name(text: str, pos: int, table: _Table) -> tuple[int, Unit] | None:
    """Read the longest unit name of up to three words that begins at `pos`."""
    first = _WORD.match(text, pos)
    if first is None:
        return None
    best: tuple[int, Unit] | None = None
    end, name = first.end(), first.group()
    for _ in range(_MOST_WORDS):
        unit = table.find(name)
        best = (end, unit) if unit else best
        following = _NEXT_WORD.match(text, end)
        if following is None:
            break
        name, end = f"{name} {following.group(1)}", following.end()
    return _raise_unit(text, *best) if best else None


def _raise_unit(text: str, end: int, unit: Unit) -> tuple[int, Unit] | None:
    """Read the 2 of "cm2": a length becomes an area or a volume."""
    if unit.dimension == "length" and (power := _EXPONENT.match(text, end)):
        raised = _load()[0].find(unit.name + _RAISED[power.group()[-1]])
        if raised is not None:
            return power.end(), raised
    if text[end : end + 1].isalnum() or _OWN_INVERSE.match(text, end):
        return None
    return end, unit
