"""Time of the schedule grammar on hostile texts: it must grow with their length, not faster.

`python -m benchmarks.schedule_cost` prints seconds for 100 kB and for 1 MB of each text, and their
ratio (10 where the cost is linear); it fails where 1 MB takes longer than ten seconds.
"""

import sys
import time
from typing import Final

from rich.table import Table

from benchmarks.scoring import print_table
from cellstudy.tag.schedules import find_schedules

SMALL, LARGE = 100_000, 1_000_000
LIMIT: Final = 10.0
"""Seconds that a text of 1 MB may take."""

HOSTILE: Final = {
    "prose": "Patients received two injections of cells every 4 weeks for 6 months. ",
    "one word": "every",
    "every": "every ",
    "every with numbers": "every 1, 2, 3, 4, 5 or ",
    "rates": "two or three times a ",
    "number words": "twenty-one hundred and thirty-",
    "digits": "1234567890",
    "numbers": "1 2 3 ",
    "number list": "1, 2, 3, 4, ",
    "days": "day 1, ",
    "rising days": " ".join(f"day {number}," for number in range(1000)),
    "on days": "on days 0, 7 and ",
    "baseline": "baseline, ",
    "adverbs": "daily",
    "codes": "q2w",
    "dots": "b . i . d . q . ",
    "apart": "apart between interval of ",
    "intervals": "intervals of the each every two injections and infusions ",
    "repeat": "repeat second another ",
    "long gaps": "again and again and so on after the first ",
    "spaces": " ",
    "lines": "\n",
    "hyphens": "a-",
    "brackets": "(0, ",
    "spread": "1 (±1) ",
    "letters": "a",
    "visits": "assessed weekly, measured daily, ",
    "no sentence": "injected weekly and ",
}


def measure(text: str) -> float:
    """Seconds that the grammar takes for a text."""
    started = time.perf_counter()
    find_schedules(text)
    return time.perf_counter() - started


def main() -> int:
    """Time every text in both sizes; 1 if one is too slow."""
    table = Table(title=f"Schedule grammar, seconds; limit {LIMIT:g} s for 1 MB")
    for heading in ("text", "100 kB", "1 MB", "ratio"):
        table.add_column(heading)
    slow = False
    find_schedules("given weekly")  # compiles the patterns
    for name, part in HOSTILE.items():
        small, large = (measure((part * (size // len(part) + 1))[:size]) for size in (SMALL, LARGE))
        slow |= large > LIMIT
        table.add_row(name, f"{small:.3f}", f"{large:.3f}", f"{large / max(small, 1e-6):.1f}")
    print_table(table)
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
