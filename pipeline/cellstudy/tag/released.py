"""Released scispaCy models that the user has installed: finding, checking and loading one.

Only its entity recogniser is loaded, with the component that embeds its tokens. Nothing is ever
downloaded. Every error says how to install the model from its authors.
"""

import importlib
import importlib.util
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from spacy.language import Language

from cellstudy.errors import ModelError
from cellstudy.tag.model_folder import (
    list_components,
    list_missing,
    load_folder,
    read_meta,
    read_spacy_version,
)

RELEASED: Final = (
    "en_core_sci_sm",
    "en_core_sci_md",
    "en_core_sci_lg",
    "en_core_sci_scibert",
    "en_ner_craft_md",
    "en_ner_jnlpba_md",
    "en_ner_bc5cdr_md",
    "en_ner_bionlp13cg_md",
)
"""The models that the authors of scispaCy release."""

RELEASE: Final = "0.5.4"
"""The release that error messages name: the last one, made with spaCy 3.7."""

URL: Final = (
    "https://s3-us-west-2.amazonaws.com/ai2-s2-scispacy/releases/v{release}/{name}-{release}.tar.gz"
)

DISEASE_LABELS: Final = ("DISEASE", "CANCER")
"""Labels of released models that are read as DISEASE unless the caller names others."""

OLDEST_SPACY, NEWEST_SPACY = (3, 2), (3, 8)
"""Versions of spaCy whose models were seen to find the same here as where they were made."""

_RECOGNISERS: Final = ("ner", "beam_ner")
_EMBEDDERS: Final = ("tok2vec", "transformer", "curated_transformer")
_HARMLESS: Final = (r"\[W095\]", "Possible (nested )?set")
"""Warnings left out: of the version (it was checked), of the patterns in scispaCy's tokenizer."""

_TRIAL: Final = "Exosomes for melasma."  # a model without its vectors fails on the first text
_PLACES: Final = ("config.cfg", "*/config.cfg", "*/*/config.cfg")


class Released(NamedTuple):
    """An installed model that was checked but not loaded yet."""

    name: str
    """As the package is called: `en_ner_bc5cdr_md`."""
    version: str
    folder: Path
    meta: dict[str, Any]
    package: str | None
    """Its package, where it was given by name: that may register code of its own."""
    labels: tuple[str, ...]
    """Its labels that are read as DISEASE."""
    recogniser: str
    exclude: tuple[str, ...]
    """Its components that are not loaded."""


def find_released(
    name: str | Path, *, labels: Sequence[str] = (), version: str | None = None
) -> Released:
    """Find the model of a package or folder and check that it can take the DISEASE role.

    `labels` are those to read as DISEASE (default: `DISEASE_LABELS`). Raises ModelError if it is
    not installed, has another `version`, was made for another spaCy, or has no such labels.
    """
    is_folder = bool(str(name)) and Path(name).is_dir()
    folder = _find_data(Path(name) if is_folder else _find_package(str(name)), str(name))
    meta = read_meta(folder)
    title = f"{meta.get('lang', 'en')}_{meta.get('name', 'unnamed')}"
    _check_versions(title, meta, version)
    recogniser, exclude = _choose_components(title, list_components(folder))
    return Released(
        title,
        str(meta.get("version", "")),
        folder,
        meta,
        None if is_folder else _name_module(str(name)),
        _choose_labels(title, _read_labels(meta, recogniser), labels),
        recogniser,
        exclude,
    )


def load_released(found: Released) -> Language:
    """Load the recogniser of a model. Raises ModelError if that fails or the labels differ."""
    advice = f"install it again: {how_to_install(found.name)}"
    with warnings.catch_warnings():
        for message in _HARMLESS:
            warnings.filterwarnings("ignore", message=message)
        if found.package and list_missing(found.folder, found.exclude):
            _import_package(found.package, advice)
        nlp = load_folder(
            found.folder,
            meta=found.meta,
            exclude=found.exclude,
            if_missing="install what the authors of the model ask for",
            if_broken=advice,
            trial=_TRIAL,
        )
    has = nlp.get_pipe(found.recogniser).labels  # type: ignore[attr-defined]
    _choose_labels(found.name, has, found.labels)
    return nlp


def _import_package(package: str, advice: str) -> None:
    try:
        importlib.import_module(package)
    except ImportError as error:
        raise ModelError(f"{package} cannot be imported ({error}); {advice}") from error


def how_to_install(name: str) -> str:
    """The command that installs a released model from its authors."""
    url = URL.format(name=name if name in RELEASED else "NAME", release=RELEASE)
    # Without --no-deps pip would put back the older spaCy that the release is pinned to.
    return f"pip install --no-deps {url}"


def _name_module(name: str) -> str:
    return name.replace("-", "_")


def _find_package(name: str) -> Path:
    """The folder of an installed package, without running its code."""
    module = _name_module(name)
    try:
        spec = importlib.util.find_spec(module) if module.isidentifier() else None
    except ValueError:  # a module without a spec, such as __main__
        spec = None
    if spec is None:
        raise ModelError(
            f"no model {name!r}: neither a folder nor an installed package. Models are not "
            f"downloaded; install one from its authors: {how_to_install(module)} "
            "(never by name from PyPI: en-core-sci-md 999.9.9 there is not theirs)"
        )
    places = list(spec.submodule_search_locations or ())
    if not places:
        raise ModelError(f"{name!r} is a Python module, not the package of a spaCy model")
    return Path(places[0])


def _find_data(folder: Path, name: str) -> Path:
    """The folder with config.cfg: a model folder, its package, or an unpacked archive."""
    for pattern in _PLACES:
        found = sorted(folder.glob(pattern))
        if len(found) > 1:
            raise ModelError(f"{folder} holds {len(found)} models: give the folder of one")
        if found:
            return found[0].parent
    raise ModelError(
        f"{name!r} holds no spaCy 3 model (no config.cfg in {folder}): it is an old release, or a "
        "package of that name by somebody else (PyPI has such); remove it, then "
        f"{how_to_install(folder.name)}"
    )


def _check_versions(title: str, meta: dict[str, Any], version: str | None) -> None:
    found, made_with = meta.get("version"), read_spacy_version(meta)
    advice = f"install a release that fits: {how_to_install(title)}"
    if version is not None and found != version:
        raise ModelError(
            f"{title} {version} is wanted, but {found} is installed; install that version, or take "
            "`version` out of the component's config"
        )
    if made_with is None:
        raise ModelError(f"{title} {found}: meta.json names no spaCy version; {advice}")
    if not OLDEST_SPACY <= made_with <= NEWEST_SPACY:
        low, high, made = (".".join(map(str, v)) for v in (OLDEST_SPACY, NEWEST_SPACY, made_with))
        raise ModelError(
            f"{title} {found} was made with spaCy {made}, but models of {low} to {high} can be "
            f"read; {advice}"
        )


def _choose_components(
    title: str, components: dict[str, dict[str, Any]]
) -> tuple[str, tuple[str, ...]]:
    """The recogniser's name, and the components that it works without."""
    names = [name for name, part in components.items() if part.get("factory") in _RECOGNISERS]
    if len(names) != 1:
        has = ", ".join(components) or "none"
        raise ModelError(f"{title}: needs one entity recogniser (ner); its components: {has}")
    tok2vec = components[names[0]].get("model", {}).get("tok2vec", {})
    listens = "Listener" in tok2vec.get("@architectures", "")
    kept = {
        name
        for name, part in components.items()
        if name in names or (listens and part.get("factory") in _EMBEDDERS)
    }
    return names[0], tuple(name for name in components if name not in kept)


def _read_labels(meta: dict[str, Any], recogniser: str) -> list[str]:
    labels = meta.get("labels", {})
    found = labels.get(recogniser) if isinstance(labels, dict) else None
    return [str(label) for label in found or ()]


def _choose_labels(title: str, has: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    """The labels to read as DISEASE. Raises ModelError if the model lacks them."""
    chosen = tuple(label for label in wanted or DISEASE_LABELS if label in has)
    if chosen and (not wanted or len(chosen) == len(wanted)):
        return chosen
    known = ", ".join(has) or "none"
    if wanted:
        lacks = ", ".join(label for label in wanted if label not in has)
        raise ModelError(f"{title}: has no label {lacks}; its labels: {known}")
    raise ModelError(
        f"{title}: none of its labels is a disease ({known}); say which are to be read as DISEASE "
        "with disease_labels=[...] (command line: --disease-label), or use en_ner_bc5cdr_md"
    )
