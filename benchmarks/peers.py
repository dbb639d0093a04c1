"""Readers of quantities from other packages, where they are installed (extra `bench`).

Each gives the spans of what it takes for a number or quantity. quantulum3 runs without its
classifier (that decides between units that share a name), recognizers-text as number, percentage,
dimension, age, currency and temperature models together, EDS-NLP as its English-capable matcher
`eds.quantities` with all units.
"""

import importlib
import warnings
from collections.abc import Callable, Iterable
from typing import Any

Span = tuple[int, int]
Reader = Callable[[str], list[Span]]
RECOGNIZED = ("dimension", "percentage", "temperature", "currency", "age", "number")
"""Models of recognizers-text in order: a later one adds what overlaps none of the earlier."""


def load_peers() -> dict[str, Reader]:
    """The peers that are installed; prints a line for each that is not."""
    found: dict[str, Reader] = {}
    for name, load in (
        ("quantulum3", _load_quantulum),
        ("recognizers-text", _load_recognizers),
        ("edsnlp", _load_edsnlp),
    ):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found[name] = load()
        except ImportError as error:
            print(f"{name} is left out, not installed here: {error}")
    return found


def import_quantulum() -> Any:
    """quantulum3's parser with its classifier off, None where it is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _import_quantulum()
    except ImportError:
        return None


def _import_quantulum() -> Any:
    classifier: Any = importlib.import_module("quantulum3.classifier")
    classifier.USE_CLF = False
    return importlib.import_module("quantulum3.parser")


def _load_quantulum() -> Reader:
    parser = _import_quantulum()
    return lambda text: [tuple(item.span) for item in parser.parse(text)]


def _load_recognizers() -> Reader:
    units: Any = importlib.import_module("recognizers_number_with_unit")
    numbers: Any = importlib.import_module("recognizers_number")
    culture = importlib.import_module("recognizers_text").Culture.English
    models = [
        getattr(units if hasattr(units, f"recognize_{name}") else numbers, f"recognize_{name}")
        for name in RECOGNIZED
    ]

    def read(text: str) -> list[Span]:
        found = ((item.start, item.end + 1) for model in models for item in model(text, culture))
        return keep_first(found)

    return read


def _load_edsnlp() -> Reader:
    edsnlp: Any = importlib.import_module("edsnlp")
    spacy: Any = importlib.import_module("spacy")
    pipes: Any = importlib.import_module("edsnlp.pipes")
    nlp = edsnlp.blank("eds") if hasattr(edsnlp, "blank") else spacy.blank("eds")
    nlp.add_pipe(pipes.sentences())
    nlp.add_pipe(pipes.quantities(quantities="all", extract_ranges=True, use_tables=False))

    def read(text: str) -> list[Span]:
        return [(s.start_char, s.end_char) for s in nlp(text).spans["quantities"]]

    return read


def keep_first(spans: Iterable[Span]) -> list[Span]:
    """The spans without those that overlap an earlier one."""
    kept: list[Span] = []
    for start, end in spans:
        if all(end <= other[0] or other[1] <= start for other in kept):
            kept.append((start, end))
    return sorted(kept)
