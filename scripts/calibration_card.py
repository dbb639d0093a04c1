"""The part of a model card that says how far confidences can be trusted, with its diagram.

`scripts/calibrate.py` writes it; `write_card` puts it into the card that packaging has written.
"""

import re
from pathlib import Path
from typing import Any, Final

import msgspec

from cellstudy.score.calibration import (
    ALL,
    NUMBERS,
    CalibrationReport,
    Confidences,
    Coverage,
    Reliability,
)
from cellstudy.score.diagram import draw_calibration

SECTION: Final = "## Calibration"
_OLD = re.compile(rf"^{SECTION}\n.*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)
_NEXT = re.compile(r"^## Limits$|\Z", re.MULTILINE)

TEXT: Final = """{section}

A confidence is the probability that the span (place and label), or the value of the record with
its link, is right: logistic curves on log-odds, one slope and an intercept by label or slot, fitted
to {n_dev} dev documents (and the doses and schedules of corpus/doses_dev) that the model was not
trained on. ECE: expected calibration error over ten bins of equal mass, with its 95 %
document-bootstrap interval; Brier: mean squared error; kept: precision and share of those at or
above 0.9. Dev figures after calibration are cross-validated over documents; test is
corpus/annotated/test.jsonl ({n_test} documents), to which nothing was fitted.

| | ECE before | ECE | 95 % | Brier before | Brier | kept at 0.9: precision (share) |
|---|---|---|---|---|---|---|
{rows}

Precision of the values of the record that a threshold (`--min-confidence`) keeps, and their share:

| | {thresholds} |
|---|{columns}|
{curves}

![Reliability and coverage](calibration.svg)

Few documents: the intervals count. Documents unlike the dev gold, above all trials of other
treatments than cells, have more errors than their confidences say.

"""

SHOWN: Final = (0.0, 0.5, 0.7, 0.8, 0.85, 0.9, 0.95)
"""Thresholds of the table; calibration.json has more."""


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """Calibration before and after, on dev (cross-validated) and test documents."""

    dev: CalibrationReport
    dev_before: CalibrationReport
    test: CalibrationReport
    test_before: CalibrationReport
    n_dev: int
    n_test: int


def write_card(measured: Measured, model: Path) -> None:
    """Write figures and diagram into a model folder and the section into its card."""
    figures = {name: drop_bins(report) for name, report in msgspec.to_builtins(measured).items()}
    encoded = msgspec.json.format(msgspec.json.encode(figures), indent=1)
    (model / "calibration.json").write_bytes(encoded + b"\n")
    (model / "calibration.svg").write_text(draw(measured), encoding="utf-8")
    card = model / "README.md"
    if card.is_file():
        text = _OLD.sub("", card.read_text(encoding="utf-8"))
        place = next(_NEXT.finditer(text)).start()
        card.write_text(text[:place] + describe(measured) + text[place:], encoding="utf-8")


def drop_bins(report: Any) -> Any:
    """Leave out the bins of single labels and slots, which are few and many lines."""
    for part in report.values() if isinstance(report, dict) else ():
        for row in part["rows"] if part else ():
            if row["name"] not in (ALL, NUMBERS):
                del row["bins"]
    return report


def describe(measured: Measured) -> str:
    """Write the section of the card."""
    pairs = (
        ("dev", measured.dev, measured.dev_before),
        ("test", measured.test, measured.test_before),
    )
    return TEXT.format(
        section=SECTION,
        n_dev=measured.n_dev,
        n_test=measured.n_test,
        rows="\n".join(
            _format_row(f"{title}, {name}", _find(after, row), _find(before, row))
            for name, now, then in pairs
            for title, row, after, before in (
                ("Spans", ALL, now.spans, then.spans),
                ("Types of numbers", NUMBERS, now.spans, then.spans),
                ("Record slots", ALL, now.slots, then.slots),
            )
        ),
        thresholds=" | ".join(f"{t:g}" for t in SHOWN),
        columns="|".join(["---"] * len(SHOWN)),
        curves="\n".join(
            f"| {name} | " + " | ".join(map(_format_kept, _read_curve(now.slots))) + " |"
            for name, now, _ in pairs
        ),
    )


def draw(measured: Measured) -> str:
    """Draw dev before and after, and test."""
    named = (
        ("dev", measured.dev),
        ("dev before", measured.dev_before),
        ("test", measured.test),
    )
    return draw_calibration(
        [(name, report.spans) for name, report in named if report.spans],
        [(name, report.slots) for name, report in named if report.slots],
    )


def _find(confidences: Confidences | None, name: str) -> Reliability | None:
    rows = confidences.rows if confidences else ()
    return next((row for row in rows if row.name == name), None)


def _format_row(title: str, now: Reliability | None, then: Reliability | None) -> str:
    if now is None or then is None:
        return f"| {title} | | | | | | |"
    interval = "" if now.low is None else f"{now.low:.3f} to {now.high:.3f}"
    kept = "" if now.kept_precision is None else f"{now.kept_precision:.3f} ({now.kept:.2f})"
    return (
        f"| {title} | {then.ece:.3f} | {now.ece:.3f} | {interval} | {then.brier:.3f} "
        f"| {now.brier:.3f} | {kept} |"
    )


def _read_curve(confidences: Confidences | None) -> list[Coverage]:
    curve = confidences.curve if confidences else ()
    return [point for point in curve if point.threshold in SHOWN]


def _format_kept(point: Coverage) -> str:
    precision = "–" if point.precision is None else f"{point.precision:.3f}"
    return f"{precision} ({point.coverage:.2f})"
