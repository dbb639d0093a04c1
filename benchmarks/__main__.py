"""Command line of the benchmarks."""

import argparse
import sys
from importlib import import_module
from pathlib import Path

from cellstudy.errors import CellstudyError

NAMES = (
    "ner",
    "throughput",
    "annotated",
    "doses",
    "registrations",
    "ctie",
    "ade_dose",
    "measeval",
    "pico_corpus",
    "rct_art",
    "areas",
)
"""One module each, with a function `run(options)` that prints a table."""


def main() -> int:
    """Run one benchmark and print its table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--data", type=Path, help="folder of corpora, or what the benchmark names")
    parser.add_argument("--split", default="dev", help="part of the corpora: dev (default), train")
    parser.add_argument("--model", type=Path, help="model folder (default: the bundled one)")
    parser.add_argument("--limit", type=int, default=0, help="documents at most (0: all)")
    options = parser.parse_args()
    try:
        import_module(f"benchmarks.{options.name}").run(options)
    except CellstudyError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
