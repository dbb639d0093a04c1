"""The console that tables are printed to."""

from rich.console import Console

TABLE_WIDTH = 110
"""Columns that the widest table needs; a narrower terminal or a pipe gets them all the same."""


def open_console() -> Console:
    """Open standard output, never narrower than the tables need."""
    return Console(width=max(Console().width, TABLE_WIDTH))
