"""Seconds that the quantity grammar takes for hostile texts, to show that its cost is linear.

    python -m benchmarks.quantity_cost [LENGTH]

Every kind is read at a tenth of LENGTH (default 1,000,000 characters) and at LENGTH; a linear
grammar takes ten times as long for the second.
"""

import sys
import time

from rich.console import Console
from rich.table import Table

from benchmarks.hostile import UNITS, write_hostile
from cellstudy.tag.quantities import find_quantities


def main(length: int) -> None:
    """Print a row for each kind, the slowest first."""
    rows = []
    for kind in UNITS:
        short, full = measure_seconds(kind, length // 10), measure_seconds(kind, length)
        rows.append((full, short, kind))
    table = Table(title=f"Quantity grammar, texts of {length:,} characters")
    for heading in ("text", "seconds", "seconds for a tenth", "ratio"):
        table.add_column(heading)
    for full, short, kind in sorted(rows, reverse=True):
        table.add_row(kind, f"{full:.2f}", f"{short:.3f}", f"{full / short:.1f}")
    Console().print(table)


def measure_seconds(kind: str, length: int) -> float:
    """Processor time of one reading."""
    text = write_hostile(kind, length)
    started = time.process_time()
    find_quantities(text)
    return time.process_time() - started


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
