"""Calibration curves: confidence as computed -> how often such a value is right.

A curve is a line on log-odds (Platt 1999), so that it keeps the order of confidences. The curves of
a model stand in `calibration.tsv` of its folder, written by `scripts/calibrate.py`; a model
without that file gives its confidences as they are.
"""

from collections.abc import Iterable
from math import exp, log
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from cellstudy.errors import ModelError

FILE: Final = "calibration.tsv"
"""Name of the file of curves in a model folder."""

EDGE: Final = 1e-3
"""Confidences nearer to 0 or 1 count as this near: beyond it their order says little."""

POOLED: Final = "*"
"""Name of the curve for labels and slots that have none of their own."""

SPAN: Final = "span"
SLOT: Final = "slot"

_HEADER: Final = """\
# Calibration: part (span label or record slot), name (* for all others), slope and intercept of the
# log-odds, and how many judged ones it was fitted to. Made by scripts/calibrate.py.
"""


class Curve(NamedTuple):
    """A line on log-odds; `support` counts what it was fitted to."""

    slope: float
    intercept: float
    support: int = 0

    def read(self, confidence: float) -> float:
        """Return the calibrated confidence, to four digits."""
        bounded = min(max(confidence, EDGE), 1 - EDGE)
        odds = self.slope * log(bounded / (1 - bounded)) + self.intercept
        return round(1 / (1 + exp(-odds)), 4)


Curves = dict[str, Curve]


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """The curves of a model by label of span and by slot of the record; none change nothing."""

    spans: Curves = {}
    slots: Curves = {}


UNCALIBRATED: Final = Calibration()


def find_curve(curves: Curves, name: str) -> Curve | None:
    """Return the curve of a name, else the pooled one, else None."""
    return curves.get(name) or curves.get(POOLED)


def read_calibration(folder: Path) -> Calibration:
    """Read the curves of a model folder. Raises ModelError if the file is broken."""
    path = folder / FILE
    if not path.is_file():
        return UNCALIBRATED
    parts: dict[str, Curves] = {SPAN: {}, SLOT: {}}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        try:
            part, name, slope, intercept, support = line.split("\t")
            parts[part][name] = Curve(float(slope), float(intercept), int(support))
        except (KeyError, ValueError) as error:
            raise ModelError(f"{path}:{number}: not a calibration curve: {line!r}") from error
    return Calibration(spans=parts[SPAN], slots=parts[SLOT])


def write_calibration(calibration: Calibration, folder: Path) -> None:
    """Write the curves of a model to its folder."""
    lines = [*_format(SPAN, calibration.spans), *_format(SLOT, calibration.slots)]
    (folder / FILE).write_text(_HEADER + "".join(lines), encoding="utf-8")


def _format(part: str, curves: Curves) -> Iterable[str]:
    for name, curve in curves.items():
        yield f"{part}\t{name}\t{curve.slope:.4f}\t{curve.intercept:.4f}\t{curve.support}\n"
