"""The word lists of the readers: tab-separated files under `data/`, `#` starts a comment line."""

from functools import cache
from importlib.resources import files


@cache
def load_table(name: str) -> tuple[tuple[str, ...], ...]:
    """Rows of `data/<name>.tsv` in file order, each split at its tabs."""
    text = (files("cellstudy.read") / "data" / f"{name}.tsv").read_text(encoding="utf-8")
    lines = (line for line in text.split("\n") if line and not line.startswith("#"))
    return tuple(tuple(line.split("\t")) for line in lines)
