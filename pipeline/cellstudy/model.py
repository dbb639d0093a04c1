"""Where the model is, and whether it fits this version of the package."""

import hashlib
import json
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from cellstudy.errors import ModelError

DEFAULT_MODEL = "cellstudy_sm"

META_KEY = "cellstudy"
"""Key in a model's meta.json under which training writes what the package checks."""

MODEL_FORMAT = 2
"""Raised whenever components change so that older models no longer load or mean the same."""


def find_model(name: str | Path | None = None) -> Path:
    """Path of the model folder: a path as given, else the default of the wheel or the checkout.

    Raises ModelError when there is none.
    """
    if name is not None and Path(name).is_dir():
        return Path(name)
    package = Path(str(resources.files("cellstudy")))
    wanted = str(name or DEFAULT_MODEL)
    # hatchling's forced files are not visible in an editable install: fall back to the checkout.
    for folder in (package / "models" / wanted, package.parent.parent / "models" / wanted):
        if (folder / "meta.json").is_file():
            return folder
    raise ModelError(f"no model {wanted!r}: give the path of a model folder, or run `make train`")


def check_model(path: Path) -> dict[str, Any]:
    """Read the meta data of a model; raise ModelError if it does not fit this version."""
    try:
        meta: dict[str, Any] = json.loads((path / "meta.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: not a model folder, meta.json cannot be read") from error
    found = meta.get(META_KEY, {}).get("format")
    if found != MODEL_FORMAT:
        raise ModelError(
            f"{path}: model format {found}, but this version needs {MODEL_FORMAT}; "
            "use the bundled model or train it again with `make train`"
        )
    return meta


@cache
def hash_model(path: Path) -> str:
    """SHA-256 over names and contents of all files of the model, as hex."""
    digest = hashlib.sha256()
    for file in sorted(item for item in path.rglob("*") if item.is_file()):
        digest.update(file.relative_to(path).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()
