"""MEDLINE text."""

from pathlib import Path

import pytest

from cellstudy.errors import InputError
from cellstudy.read import read

EXPORT = Path(__file__).parent / "data" / "export.nbib"


@pytest.fixture
def items():
    return list(read(EXPORT))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "PMID:90000011"),
        (
            "title",
            "Invented vesicles for burns of the forearm: a case series with a title that goes on.",
        ),
        (
            "abstract",
            "BACKGROUND: Burns heal slowly. METHODS: Three patients got 5 x 10(8) particles once.",
        ),
        ("doi", "10.9999/burn.11"),
        ("pmcid", "PMC9900011"),
        ("nct", "NCT09999998"),
        ("journal", "Invented burns"),
        ("year", 2020),
        ("language", "en"),
        ("publication_types", ("Journal Article", "Case Reports")),
        ("sections", ()),
        ("source", "export.nbib#1"),
    ],
)
def test_fields(items, field, value):
    assert getattr(items[0], field) == value


def test_line_that_belongs_nowhere_is_an_error_and_the_rest_goes_on(items):
    error, last = items[1:]
    assert isinstance(error, InputError)
    assert (error.record, error.field, "line 19" in error.reason) == ("2", "TI", True)
    assert (last.id, last.doi, last.text) == (
        "PMID:90000013",
        "10.9999/burn.13",
        "A third invented title.",
    )


@pytest.mark.parametrize(
    ("record", "reason", "field"),
    [
        (b"PMID- 1\nTI  - Caf\xe9 cells\n", "not UTF-8 at byte 17", ""),
        (b"PMID- 1\nOWN - NLM\n", "neither title nor abstract", "text"),
        (b"OWN - NLM\nTI  - No number\n", "no PMID", "PMID"),
    ],
)
def test_bad_record(tmp_path, record, reason, field):
    path = tmp_path / "x.nbib"
    path.write_bytes(record + b"\nPMID- 2\nTI  - Good.\n")
    error, article = read(path)
    assert (error.reason, error.record, error.field) == (reason, "1", field)
    assert article.id == "PMID:2"
