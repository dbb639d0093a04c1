"""Draw the windows of registrations that hold cell-dose strings, to be annotated by hand.

    python scripts/sample_dose_strings.py ../shared [TARGET]

Writes `dev.jsonl` (the first 200 drawn) and `test.jsonl` (the other 200) to TARGET, by default
`training/dose_strings`: registration, field, half-open character window of the field and its
SHA-256; no text. The same input gives the same bytes.

How a window is drawn:
1. A candidate is a digit or number word with a cell word ("cells", "MSCs", "particles", "/kg") or
   a power ("x10", "*10", "e6", "10^", "10 to the") at most 30 characters behind it on one line,
   in any text field of a registration. The pattern is broad on purpose and owes nothing to the
   grammar that the sample measures: many candidates are no dose.
2. Registrations of the gold data are left out: the rules were written with them in sight.
3. One candidate of each registration is taken at random, then 400 registrations.
4. The window reaches 80 characters to either side, then back to the nearest white space.
"""

import argparse
import gzip
import hashlib
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

SEED, PART, REACH = 20261122, 200, 80
NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|twenty|fifty|hundred|thousand|million|billion"
)
CANDIDATE = re.compile(
    rf"(?:\d|\b(?:{NUMBER_WORDS})s?\b)[^\n]{{0,30}}?"
    r"(?:\bcells?\b|MSCs?\b|\bparticles?\b|/\s?kg|[x×*]\s?10|\de\d|10\s?\^|10 to the)",
    re.IGNORECASE,
)
REGISTRATION = re.compile(r"NCT\d{8}")
TEXTS = ("title", "official_title", "brief_summary", "detailed_description")
LISTS = {
    "arms": ("label", "description"),
    "interventions": ("name", "description"),
    "primary_outcomes": ("measure", "time_frame"),
}


class Window(NamedTuple):
    """A stretch of one field of a registration."""

    nct_id: str
    field: str
    start: int
    end: int
    sha256: str


def read_registrations(path: Path) -> dict[str, dict[str, Any]]:
    """The registrations by number; of a repeated one the first."""
    found: dict[str, dict[str, Any]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for entry in map(json.loads, lines):
            found.setdefault(entry["nct_id"], entry)
    return found


def walk_fields(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Path and text of each text field: ("arms.0.description", ...)."""
    yield from ((name, entry[name]) for name in TEXTS if entry[name])
    for group, names in LISTS.items():
        for index, item in enumerate(entry[group]):
            yield from ((f"{group}.{index}.{name}", item[name]) for name in names if item[name])


def read_gold_ids(folder: Path) -> set[str]:
    """Numbers of the registrations in the gold data."""
    files = sorted(folder.glob("*/documents.jsonl"))
    lines = (line for path in files for line in path.read_text(encoding="utf-8").splitlines())
    return {number for line in lines for number in REGISTRATION.findall(json.loads(line)["id"])}


def cut_window(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen to both sides, without a cut through a word."""
    low, high = max(start - REACH, 0), min(end + REACH, len(text))
    while 0 < low < start and not text[low - 1].isspace():
        low += 1
    while end < high < len(text) and not text[high].isspace():
        high -= 1
    while low < start and text[low].isspace():
        low += 1
    while high > end and text[high - 1].isspace():
        high -= 1
    return low, high


def draw_windows(entries: dict[str, dict[str, Any]], *, without: set[str]) -> list[Window]:
    """Draw one candidate a registration, then the registrations."""
    draw = random.Random(SEED)  # noqa: S311
    windows = []
    for number in sorted(entries.keys() - without):
        candidates = [
            (name, text, match)
            for name, text in walk_fields(entries[number])
            for match in CANDIDATE.finditer(text)
        ]
        if candidates:
            name, text, match = draw.choice(candidates)
            start, end = cut_window(text, *match.span())
            digest = hashlib.sha256(text[start:end].encode()).hexdigest()
            windows.append(Window(number, name, start, end, digest))
    return draw.sample(windows, 2 * PART)


def main() -> None:
    """Read, draw, write the two parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path, nargs="?", default=Path("../shared"))
    parser.add_argument("target", type=Path, nargs="?", default=Path("training/dose_strings"))
    options = parser.parse_args()
    entries = read_registrations(options.shared / "raw" / "ctgov_cell_therapy.jsonl.gz")
    windows = draw_windows(entries, without=read_gold_ids(options.shared / "gold"))
    options.target.mkdir(parents=True, exist_ok=True)
    for name, part in {"dev": windows[:PART], "test": windows[PART:]}.items():
        lines = (json.dumps(window._asdict()) + "\n" for window in part)
        (options.target / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
