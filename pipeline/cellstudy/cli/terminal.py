"""The console that tables are printed to, and how their cells are written."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

TABLE_WIDTH = 110
"""Columns that the widest table needs; a narrower terminal or a pipe gets them all the same."""


def open_console() -> Console:
    """Open standard output, never narrower than the tables need."""
    return Console(width=max(Console().width, TABLE_WIDTH))


def make_table(title: str, first: str, columns: Iterable[str]) -> Table:
    """Make a table of figures whose first column is a name."""
    table = Table(title=title, title_justify="left")
    table.add_column(first, no_wrap=True)
    for name in columns:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def format_rate(rate: float | None) -> str:
    """Write a rate, a dash where there is none."""
    return "–" if rate is None else f"{rate:.3f}"


def format_interval(low: float | None, high: float | None) -> str:
    """Write an interval, a dash where there is none."""
    return "–" if low is None or high is None else f"{low:.3f}–{high:.3f}"
