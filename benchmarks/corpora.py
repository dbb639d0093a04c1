"""The parts of the shared corpora, as documents with labelled spans."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from cellstudy.errors import ConfigError
from cellstudy.schema import GoldSpan

DATA = Path("../shared/corpora")
"""Where the corpora are unless `--data` says otherwise; train parts always come from here
when the folder of `--data` has none."""


class Document(NamedTuple):
    """One document of a corpus; `entry` is its line as read, with relations and slots."""

    id: str
    text: str
    spans: tuple[GoldSpan, ...]
    entry: dict[str, Any]


def read_part(
    name: str,
    split: str,
    *,
    folder: Path | None = None,
    labels: Iterable[str] | None = None,
    limit: int = 0,
) -> list[Document]:
    """Read FOLDER/name/split.jsonl; only spans with one of `labels` are kept (all if None).

    The train part is looked for in the default folder too. Raises ConfigError if there is none.
    """
    path = find_part(name, split, folder=folder)
    wanted = None if labels is None else frozenset(labels)
    with path.open(encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines if line.strip()]
    return [_read_document(entry, wanted) for entry in entries[: limit or None]]


def find_part(name: str, split: str, *, folder: Path | None = None) -> Path:
    """The file of one part of a corpus."""
    places = [folder or DATA, *([DATA] if split == "train" else [])]
    paths = [place / name / f"{split}.jsonl" for place in places]
    for path in paths:
        if path.is_file():
            return path
    raise ConfigError(f"benchmark {name}: no part {split!r} at {', '.join(map(str, paths))}")


def _read_document(entry: dict[str, Any], wanted: frozenset[str] | None) -> Document:
    spans = tuple(
        GoldSpan(start=item["start"], end=item["end"], label=item["label"])
        for item in entry["spans"]
        if wanted is None or item["label"] in wanted
    )
    return Document(entry["id"], entry["text"], spans, entry)
