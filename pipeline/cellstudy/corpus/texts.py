"""The texts of stand-off corpora: composed from raw entries, checked by their hash.

Annotation of real documents is kept without the text. `hydrate` puts the text back from a folder
that holds the raw entries, and refuses one whose SHA-256 is not that of the annotated text.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from cellstudy.errors import InputError

FILES: Final = {"ctgov": "ctgov_cell_therapy.jsonl.gz", "rct": "rct_abstracts.jsonl.gz"}
"""File of raw entries by the `source` of a stand-off line."""

MAX_OUTCOMES: Final = 2
_BLANKS = re.compile(r"[ \t\u00a0\u2009]+")
_LINE_BREAKS = re.compile(r"\n+")


def compose_registration(entry: dict[str, Any]) -> str:
    """Official title, summary, described arms and interventions, first two primary outcomes.

    One part after the other, each on its line; blank lines are dropped.
    """
    parts = [entry["official_title"] or entry["title"], entry["brief_summary"]]
    for arm in entry["arms"]:
        if arm["description"]:
            parts.append(f"{arm['label']}: {arm['description']}")
    for intervention in entry["interventions"]:
        if intervention["description"]:
            parts.append(f"{intervention['name']}: {intervention['description']}")
    for outcome in entry["primary_outcomes"][:MAX_OUTCOMES]:
        time_frame = f" ({outcome['time_frame']})" if outcome["time_frame"] else ""
        parts.append(f"Primary outcome: {outcome['measure']}{time_frame}")
    return _LINE_BREAKS.sub("\n", "\n".join(parts)).strip()


def compose_abstract(entry: dict[str, Any]) -> str:
    """Title and abstract; a run of spaces, tabs, no-break and thin spaces becomes one space."""
    title = " ".join(entry["title"].split())
    return f"{title}\n{_BLANKS.sub(' ', entry['abstract'].strip())}"


def read_composed(raw: Path, source: str) -> Iterator[tuple[str, str]]:
    """Identifier and composed text of each raw entry of one source (a key of FILES)."""
    with gzip.open(raw / FILES[source], "rt", encoding="utf-8") as lines:
        for entry in map(json.loads, lines):
            if source == "ctgov":
                yield entry["nct_id"], compose_registration(entry)
            else:
                yield entry["id"], compose_abstract(entry)


def hydrate(path: Path, raw: Path) -> list[dict[str, Any]]:
    """Read a stand-off corpus (id, source, sha256, spans, …) and add the `text` of each document.

    Raises InputError where a text is missing or is not the one that was annotated.
    """
    with path.open(encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines if line.strip()]
    wanted = {entry["id"] for entry in entries}
    texts = {
        identifier: text
        for source in sorted({entry["source"] for entry in entries})
        for identifier, text in read_composed(raw, source)
        if identifier in wanted
    }
    return [{**entry, "text": _check_text(path, entry, texts)} for entry in entries]


def _check_text(path: Path, entry: dict[str, Any], texts: dict[str, str]) -> str:
    place = {"source": str(path), "record": entry["id"]}
    text = texts.get(entry["id"])
    if text is None:
        raise InputError(f"{FILES[entry['source']]} has no such entry", **place)
    if hashlib.sha256(text.encode()).hexdigest() != entry["sha256"]:
        raise InputError("the text is not the one that was annotated", **place, field="sha256")
    return text
