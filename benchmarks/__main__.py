"""Command line of the benchmarks."""

import argparse
import sys
from pathlib import Path

from benchmarks import ner, throughput

BENCHMARKS = {"ner": ner.run, "throughput": throughput.run}


def main() -> None:
    """Run one benchmark and print its table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=BENCHMARKS)
    parser.add_argument("--data", type=Path, help="folder of corpora (ner) or abstracts file")
    parser.add_argument("--split", default="dev", help="part of the corpora: dev (default), train")
    parser.add_argument("--model", type=Path, help="model folder (default: the bundled one)")
    parser.add_argument("--limit", type=int, default=0, help="documents at most (0: all)")
    options = parser.parse_args()
    BENCHMARKS[options.name](options)


if __name__ == "__main__":
    sys.exit(main())
