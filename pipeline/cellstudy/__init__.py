r"""cellstudy: from cell-therapy abstracts to study records.

>>> import cellstudy
>>> extractor = cellstudy.load()
>>> text = "Exosomes for melasma: a case series\nThree patients had 5 mL monthly."
>>> record = next(extractor.extract([text])).record
>>> record.design.value
'case_series'
"""

from typing import Any

__version__ = "0.3.0"

__all__ = ["Extraction", "Extractor", "__version__", "extract", "load"]

_HOMES = {
    "Extraction": "cellstudy.extraction",
    "Extractor": "cellstudy.extraction",
    "extract": "cellstudy.extraction",
    "load": "cellstudy.extraction",
}


def __getattr__(name: str) -> Any:
    """Import public names on first use: spaCy loads this package for every blank pipeline."""
    if name not in _HOMES:
        raise AttributeError(f"module 'cellstudy' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
