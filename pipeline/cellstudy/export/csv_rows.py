"""Rows of CSV (RFC 4180, UTF-8) that a spreadsheet does not run as formulas."""

import csv
import re
from collections.abc import Sequence
from io import StringIO

Cell = str | int | float | None

_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)


def format_row(cells: Sequence[Cell]) -> bytes:
    """Format one row with its line end; None becomes an empty cell."""
    buffer = StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerow(map(protect, cells))
    return buffer.getvalue().encode("utf-8")


def protect(cell: Cell) -> Cell:
    """Put an apostrophe before text that a spreadsheet would take for a formula.

    Numbers, also negative ones and those that come as text, stay numbers.
    """
    if isinstance(cell, str) and _FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell
