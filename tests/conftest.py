"""Fixtures that every test may use."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of corpora and gold beside the checkout (or CELLSTUDY_SHARED).

    Absent, the test is skipped; under CI it fails: a missing folder is never taken for green.
    """
    folder = Path(os.environ.get("CELLSTUDY_SHARED", ROOT.parent / "shared"))
    if folder.is_dir():
        return folder
    reason = f"needs the shared data folder, not found at {folder}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def extractor():
    """The bundled model, loaded once."""
    import cellstudy

    return cellstudy.load()
