"""Tables of `cellstudy evaluate` that say how far confidences can be trusted."""

from typing import Final

from rich.table import Table

from cellstudy.cli.terminal import format_interval, format_rate, make_table
from cellstudy.score.calibration import KEPT_FROM, NUMBERS, CalibrationReport, Confidences

_SHOWN: Final = (0.0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)
"""Thresholds of the table; report.json has more."""


def make_tables(report: CalibrationReport) -> list[Table]:
    """Make the tables of spans and slots that have confidences, and that of thresholds."""
    tables = []
    for name, found in (("label", report.spans), ("slot", report.slots)):
        if found is not None:
            tables.append(_make_reliability(name, found))
    if report.slots is not None:
        tables.append(_make_coverage(report.slots))
    return tables


def _make_reliability(name: str, found: Confidences) -> Table:
    columns = ("P", "confidence", "ECE", "95 % CI", "Brier")
    kept = (f"kept ≥ {KEPT_FROM:g}", "their P", "support")
    table = make_table(f"Confidences by {name}", name, (*columns, *kept))
    for row in found.rows:
        if row.name in (NUMBERS, found.rows[-1].name):
            table.add_section()
        table.add_row(
            row.name,
            *map(format_rate, (row.precision, row.confidence, row.ece)),
            format_interval(row.low, row.high),
            *map(format_rate, (row.brier, row.kept, row.kept_precision)),
            str(row.support),
        )
    return table


def _make_coverage(found: Confidences) -> Table:
    columns = ("coverage", "P", "95 % CI", "R")
    table = make_table("Record slots at or above a confidence", "threshold", columns)
    for point in found.curve:
        if point.threshold in _SHOWN:
            table.add_row(
                f"{point.threshold:g}",
                format_rate(point.coverage),
                format_rate(point.precision),
                format_interval(point.low, point.high),
                format_rate(point.recall),
            )
    return table
