"""Where the model is, and whether it fits this version of the package."""

import hashlib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from spacy.language import Language

from cellstudy.errors import ModelError
from cellstudy.tag.model_folder import load_folder, read_meta, read_spacy_version, running_spacy

DEFAULT_MODEL = "cellstudy_sm"

META_KEY = "cellstudy"
"""Key in a model's meta.json under which training writes what the package checks."""

MODEL_FORMAT = 3
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
    meta = read_meta(path)
    ours = meta.get(META_KEY)
    found = ours.get("format") if isinstance(ours, dict) else None
    if found != MODEL_FORMAT:
        newer = isinstance(found, int) and found > MODEL_FORMAT
        raise ModelError(
            f"{path}: model format {found}, but this version needs {MODEL_FORMAT}; "
            + ("install the cellstudy that made it, " if newer else "")
            + "use the bundled model or train it again with `make train`"
        )
    _check_spacy(path, meta)
    return meta


def _check_spacy(path: Path, meta: dict[str, Any]) -> None:
    made_with, running = read_spacy_version(meta), running_spacy()
    if made_with is not None and made_with != running:
        major, minor = made_with
        raise ModelError(
            f"{path}: made with spaCy {major}.{minor}, but {running[0]}.{running[1]} is installed; "
            f"pip install 'spacy=={major}.{minor}.*', use the bundled model or train it again with "
            "`make train`"
        )


def load_pipeline(path: Path) -> Language:
    """Load a model folder that fits this version.

    Raises ModelError if it does not, if it cannot be loaded, or if it needs what is not installed.
    """
    return load_folder(
        path,
        meta=check_model(path),
        if_missing="for a model with a transformer install the extra: pip install 'cellstudy[trf]'",
        if_broken="use the bundled model or train it again with `make train`",
    )


@cache
def hash_model(path: Path) -> str:
    """SHA-256 over names and contents of all files of the model, as hex."""
    digest = hashlib.sha256()
    for file in sorted(item for item in path.rglob("*") if item.is_file()):
        digest.update(file.relative_to(path).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()
