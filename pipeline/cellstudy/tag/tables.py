"""Read the tab-separated rule and unit tables of the package's `data` folder."""

from functools import cache
from importlib.resources import files


@cache
def read_table(name: str) -> tuple[tuple[str, ...], ...]:
    """Return the rows of `data/<name>`; lines that begin with `#` and empty lines are left out."""
    text = files("cellstudy").joinpath("data", *name.split("/")).read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(tuple(line.split("\t")) for line in lines)
