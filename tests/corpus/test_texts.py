"""Stand-off corpora get their texts back, or a clear error. The studies are invented."""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from cellstudy.corpus.texts import compose_abstract, compose_registration, hydrate
from cellstudy.errors import InputError

REGISTRATION: dict[str, Any] = {
    "nct_id": "NCT00000001",
    "title": "Cells for scars",
    "official_title": "A Phase I Study of Cells for Scars",
    "brief_summary": "Scars are treated.\n\nTwice.",
    "arms": [
        {"label": "Cells", "description": "10^6 cells"},
        {"label": "None", "description": ""},
    ],
    "interventions": [{"name": "MSC", "description": "given once"}],
    "primary_outcomes": [
        {"measure": "pain", "time_frame": "week 4"},
        {"measure": "safety", "time_frame": ""},
        {"measure": "third", "time_frame": "week 9"},
    ],
}
COMPOSED = """A Phase I Study of Cells for Scars
Scars are treated.
Twice.
Cells: 10^6 cells
MSC: given once
Primary outcome: pain (week 4)
Primary outcome: safety"""


def test_registration_is_composed_of_its_parts() -> None:
    assert compose_registration(REGISTRATION) == COMPOSED


def test_abstract_keeps_its_lines_and_loses_double_blanks() -> None:
    entry = {"title": "A  trial\nof cells", "abstract": "METHODS:  one\u2009dose.\nRESULTS: none. "}
    assert compose_abstract(entry) == "A trial of cells\nMETHODS: one dose.\nRESULTS: none."


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    with gzip.open(tmp_path / "ctgov_cell_therapy.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.write(json.dumps(REGISTRATION) + "\n")
    return tmp_path


def write_standoff(folder: Path, **changes: str) -> Path:
    digest = hashlib.sha256(COMPOSED.encode()).hexdigest()
    entry = {"id": "NCT00000001", "source": "ctgov", "sha256": digest, "spans": [], **changes}
    path = folder / "spans.jsonl"
    path.write_text(json.dumps(entry) + "\n", encoding="utf-8")
    return path


def test_text_is_put_back(raw: Path) -> None:
    (entry,) = hydrate(write_standoff(raw), raw)
    assert entry["text"] == COMPOSED


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sha256": "0" * 64}, "NCT00000001: field sha256: the text is not the one"),
        ({"id": "NCT00000002"}, "NCT00000002: ctgov_cell_therapy.jsonl.gz has no such entry"),
    ],
)
def test_other_text_is_refused(raw: Path, changes: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        hydrate(write_standoff(raw, **changes), raw)
