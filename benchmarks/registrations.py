"""Cell doses in trial registrations: the share that is read as the value it means.

Gold is `corpus/dose_strings`, stand-off: the windows are rebuilt from `ctgov_cell_therapy.jsonl.gz`
in the folder of `--data` (default `../shared/raw`) and checked against their hashes. A gold
expression is read by the first found one that overlaps it. Doses that a window cuts count nowhere.

quantulum3 takes part where it is installed, without its classifier (which is for units that share
a name). It knows no cells as a unit, so its values alone compare.
"""

import argparse
import gzip
import hashlib
import json
import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rich.table import Table

from benchmarks.peers import import_quantulum
from benchmarks.scoring import RESAMPLES, SEED, print_table
from cellstudy.errors import GoldError, InputError
from cellstudy.score.bootstrap import draw_weights, find_interval
from cellstudy.tag.quantities import find_quantities

GOLD = Path(__file__).resolve().parent.parent / "corpus" / "dose_strings"
DATA = Path("../shared/raw")
SOURCE = "ctgov_cell_therapy.jsonl.gz"
TOLERANCE = 1e-6

MEASURES = ("gold", "overlapped", "value", "value, unit", "value, unit, basis", "other")
"""What is counted in a window; `other` are found cell or particle amounts that no gold overlaps."""

COUNTED_UNITS = frozenset({"cells", "particles"})
NO_BASIS = re.compile(r"administration|dose|infusion|injection|patient|vials?|\d.*[lL]")
"""What says no more than "each time", and a stated volume that holds the dose ("2 mL")."""


class Reading(NamedTuple):
    """One dose expression of a text, annotated or found; `high` is `low` for one number."""

    start: int
    end: int
    low: float
    high: float
    unit: str | None
    per: str | None
    unit_implied: bool = False
    """The text leaves the unit out: finding none is right too."""


class Window(NamedTuple):
    """An annotated stretch of a registration; `cut` are the spans of doses that its edge cuts."""

    text: str
    doses: tuple[Reading, ...]
    cut: tuple[tuple[int, int], ...]


Reader = Callable[[str], list[Reading]]


def run(options: argparse.Namespace) -> None:
    """Read the windows of a part with each reader and print the shares."""
    windows = read_windows(options.split, folder=options.data or DATA)[: options.limit or None]
    readers: dict[str, Reader] = {"cellstudy": read_cellstudy}
    peer = load_quantulum()
    if peer is None:
        print("quantulum3 is not installed: left out (pip install quantulum3)")
    else:
        readers["quantulum3"] = peer
    n_holding = sum(bool(window.doses) for window in windows)
    table = Table(
        title=f"Cell doses in registrations, {options.split}: {len(windows)} windows, "
        f"{n_holding} with a dose; shares [95 %], seed {SEED}, {RESAMPLES} resamples"
    )
    shown = ("value", "value, unit", "value, unit, basis")
    for heading in ("reader", "doses", "overlapped", *shown, "value, of overlapped", "other cells"):
        table.add_column(heading)
    weights = draw_weights(len(windows), seed=SEED, resamples=RESAMPLES)
    for name, reader in readers.items():
        counts = np.array([count_window(window, reader(window.text)) for window in windows])
        columns = dict(zip(MEASURES, counts.T, strict=True))
        table.add_row(
            name,
            str(columns["gold"].sum()),
            *(show_share(columns[one], columns["gold"], weights) for one in ("overlapped", *shown)),
            show_share(columns["value"], columns["overlapped"], weights),
            str(columns["other"].sum()),
        )
    print_table(table)


def read_windows(split: str, *, folder: Path) -> list[Window]:
    """Rebuild the windows of a part; GoldError names those whose text is not the annotated one."""
    path, source = GOLD / f"{split}.jsonl", folder / SOURCE
    for one in (path, source):
        if not one.is_file():
            raise InputError("no such file", source=str(one))
    entries: dict[str, Any] = {}
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        for entry in map(json.loads, lines):
            entries.setdefault(entry["nct_id"], entry)
    windows, problems = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        field = find_field(entries.get(gold["nct_id"]), gold["field"]) or ""
        text = field[gold["start"] : gold["end"]]
        if hashlib.sha256(text.encode()).hexdigest() != gold["sha256"]:
            problems.append(f"{gold['nct_id']} {gold['field']}")
        windows.append(build_window(text, gold["doses"]))
    if problems:
        raise GoldError(f"{source}: not the annotated text", problems=tuple(problems))
    return windows


def find_field(entry: Any, path: str) -> str | None:
    """The text of a field such as "arms.0.description", None if there is none."""
    value = entry
    for step in path.split("."):
        try:
            value = value[int(step) if step.isdigit() else step]
        except (KeyError, IndexError, TypeError):
            return None
    return value if isinstance(value, str) else None


def build_window(text: str, doses: Sequence[dict[str, Any]]) -> Window:
    """Set the doses that the window cuts apart from the others."""
    return Window(
        text,
        doses=tuple(
            Reading(**{name: dose[name] for name in Reading._fields if name in dose})
            for dose in doses
            if not dose.get("cut")
        ),
        cut=tuple((dose["start"], dose["end"]) for dose in doses if dose.get("cut")),
    )


def read_cellstudy(text: str) -> list[Reading]:
    """What the quantity grammar finds."""
    return [
        Reading(item.start, item.end, item.low, item.high, item.unit, item.per)
        for item in find_quantities(text)
        if item.low is not None and item.high is not None
    ]


def load_quantulum() -> Reader | None:
    """A reader that calls quantulum3, None where that is not installed."""
    parser = import_quantulum()
    if parser is None:
        return None

    def read(text: str) -> list[Reading]:
        found = []
        for item in parser.parse(text):
            spread = item.uncertainty or 0.0
            unit = None if item.unit.name == "dimensionless" else item.unit.name
            low, high = item.value - spread, item.value + spread
            found.append(Reading(item.span[0], item.span[1], low, high, unit, None))
        return found

    return read


def count_window(window: Window, found: Sequence[Reading]) -> tuple[int, ...]:
    """The counts of `MEASURES` in one window."""
    pairs = [(dose, find_overlapping(dose, found)) for dose in window.doses]
    judged = [judge_reading(dose, reading) for dose, reading in pairs if reading is not None]
    spans = [*((dose.start, dose.end) for dose in window.doses), *window.cut]
    other = [
        reading
        for reading in found
        if reading.unit in COUNTED_UNITS
        and not any(reading.start < end and start < reading.end for start, end in spans)
    ]
    return (len(pairs), len(judged), *(sum(column) for column in _columns(judged)), len(other))


def _columns(judged: Sequence[tuple[bool, bool, bool]]) -> list[Sequence[bool]]:
    return [[row[index] for row in judged] for index in range(3)]


def find_overlapping(dose: Reading, found: Sequence[Reading]) -> Reading | None:
    """The first reading with a character of `dose`."""
    overlapping = (one for one in found if one.start < dose.end and dose.start < one.end)
    return min(overlapping, key=lambda one: one.start, default=None)


def judge_reading(dose: Reading, reading: Reading) -> tuple[bool, bool, bool]:
    """Whether the value is right; and the unit with it; and the basis with both."""
    value = math.isclose(dose.low, reading.low, rel_tol=TOLERANCE) and math.isclose(
        dose.high, reading.high, rel_tol=TOLERANCE
    )
    unit = value and (
        reading.unit == dose.unit or (dose.unit_implied and reading.unit in (None, "1"))
    )
    return value, unit, unit and fold_basis(reading.per) == fold_basis(dose.per)


def fold_basis(per: str | None) -> str | None:
    """The basis in a form to compare, without the parts that are none: "kg/patient" is "kg"."""
    parts = [part for part in (per or "").split("/") if not NO_BASIS.fullmatch(part)]
    return "/".join(parts) or None


def show_share(part: Any, whole: Any, weights: Any) -> str:
    """A share of sums with its interval over resampled windows."""
    if not whole.sum():
        return "–"
    drawn_whole = weights @ whole
    drawn = np.full(len(drawn_whole), np.nan)
    np.divide(weights @ part, drawn_whole, out=drawn, where=drawn_whole > 0)
    low, high = find_interval(drawn)
    return f"{part.sum() / whole.sum():.3f} [{low:.3f}-{high:.3f}]"
