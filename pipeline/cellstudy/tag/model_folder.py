"""Folders that hold a spaCy pipeline: meta data, and loading with errors that say what to do."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import spacy
from spacy import about
from spacy.language import Language
from spacy.util import get_model_lower_version, load_config, load_model_from_path, registry

from cellstudy.errors import ModelError

LOAD_ERRORS = (
    ImportError,
    OSError,
    EOFError,
    LookupError,
    AttributeError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What spaCy, thinc, numpy and msgpack raise on files that are missing, cut off or do not fit."""


def read_meta(folder: Path) -> dict[str, Any]:
    """Read meta.json. Raises ModelError if there is none, or it is no JSON object."""
    try:
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{folder}: not a model folder, meta.json cannot be read") from error
    if not isinstance(meta, dict):
        raise ModelError(f"{folder}: not a model folder, meta.json is not an object")
    return meta


def read_spacy_version(meta: Mapping[str, Any]) -> tuple[int, int] | None:
    """Major and minor version of the spaCy that made a model; None where meta.json tells none."""
    lower = get_model_lower_version(str(meta.get("spacy_version", "")))
    parts = (lower or "").split(".")[:2]
    return (int(parts[0]), int(parts[1])) if len(parts) == 2 and "".join(parts).isdigit() else None


def running_spacy() -> tuple[int, int]:
    """Major and minor version of the installed spaCy."""
    major, minor = about.__version__.split(".")[:2]
    return int(major), int(minor)


def read_config(folder: Path) -> dict[str, Any]:
    """Read config.cfg as it stands. Raises ModelError if that fails."""
    try:
        return dict(load_config(folder / "config.cfg"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{folder}: config.cfg cannot be read ({_first_line(error)})") from error


def list_components(folder: Path, *, exclude: Iterable[str] = ()) -> dict[str, dict[str, Any]]:
    """The components of a pipeline by name, as config.cfg describes them."""
    left_out = set(exclude)
    components = read_config(folder).get("components", {})
    return {
        name: part
        for name, part in components.items()
        if isinstance(part, dict) and name not in left_out
    }


def load_folder(
    folder: Path,
    *,
    meta: dict[str, Any],
    if_missing: str,
    if_broken: str,
    exclude: Iterable[str] = (),
    trial: str = "",
) -> Language:
    """Load the pipeline of a folder without the components to `exclude`; run it on a `trial` text.

    spaCy's warning on versions is left out: the caller has checked them. Raises ModelError that
    names what is not installed and ends with `if_missing`, else one that ends with `if_broken`.
    """
    try:
        nlp = load_model_from_path(folder, meta=meta, exclude=list(exclude))
        if trial:
            nlp(trial)
    except LOAD_ERRORS as error:
        if isinstance(error.__cause__, ModelError):
            raise error.__cause__ from None
        missing = [*list_missing(folder, exclude), *_name_module(error)]
        if missing:
            message = f"{folder}: needs {', '.join(missing)}, not installed here; {if_missing}"
            raise ModelError(message) from error
        reason = f"{type(error).__name__}: {_first_line(error)}"
        raise ModelError(f"{folder}: cannot be loaded ({reason}); {if_broken}") from error
    return nlp


def _first_line(error: BaseException) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


def _name_module(error: BaseException) -> list[str]:
    causes = (error, error.__cause__)  # a config error may stand around the import error
    names = [cause.name for cause in causes if isinstance(cause, ModuleNotFoundError)]
    return [f"the package {name!r}" for name in names if name]


def list_missing(folder: Path, exclude: Iterable[str]) -> list[str]:
    """Factories and functions that a pipeline's config names and that are not there to use."""
    components = list_components(folder, exclude=exclude)
    wanted = [
        *(("factories", str(part.get("factory"))) for part in components.values()),
        *_find_functions([read_config(folder).get("nlp", {}), components]),
    ]
    blank = spacy.blank("en")  # making one registers the factories of installed packages
    return [
        repr(name) for kind, name in dict.fromkeys(wanted) if not _is_installed(blank, kind, name)
    ]


def _find_functions(part: object) -> Iterator[tuple[str, str]]:
    """Yield registry and name of every registered function in a part of a config."""
    if isinstance(part, Mapping):
        for key, value in part.items():
            if key.startswith("@"):
                yield key[1:], str(value)
            yield from _find_functions(value)
    elif isinstance(part, list):
        for item in part:
            yield from _find_functions(item)


def _is_installed(nlp: Language, kind: str, name: str) -> bool:
    try:
        if kind == "factories":
            return nlp.has_factory(name)
        return bool(registry.has(kind, name))
    except ImportError:  # registered, but its module needs a package that is not there
        return False
