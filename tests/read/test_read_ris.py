"""RIS."""

from pathlib import Path

import pytest

from cellstudy.errors import InputError
from cellstudy.read import read

EXPORT = Path(__file__).parent / "data" / "export.ris"


@pytest.fixture
def items():
    return list(read(EXPORT))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "PMID:90000021"),
        ("title", "Invented cells in rats: in vivo study"),
        ("abstract", "Rats (n = 8) got 1 × 10^6 cells. Wounds closed in 9 days; p < 0.05."),
        ("doi", "10.9999/wound.18"),
        ("pmcid", "PMC9900021"),
        ("journal", "Invented Wounds"),
        ("year", 2018),
        ("language", "en"),
        ("source", "export.ris#1"),
    ],
)
def test_fields(items, field, value):
    assert getattr(items[0], field) == value


def test_cut_off_record_is_an_error_and_the_rest_goes_on(items):
    error, last = items[1:]
    assert isinstance(error, InputError)
    assert (error.record, error.field) == ("2", "ER")
    assert (last.id, last.abstract) == ("PMID:90000023", "The dose was one million cells.")


@pytest.mark.parametrize(
    ("body", "id_", "text"),
    [
        ("TI  - T\nAB  - One.\nAB  - Two.", "x.ris#1", "T\nOne. Two."),
        ("TI  - T\nUR  - https://doi.org/10.9999/a_b", "DOI:10.9999/a_b", "T"),
        ("TI  - T\nAN  - 123\nDB  - Embase", "x.ris#1", "T"),
        ("AB  - Only this.", "x.ris#1", "\nOnly this."),
    ],
    ids=["two abstracts", "DOI in a link", "number of another database", "no title"],
)
def test_record(tmp_path, body, id_, text):
    path = tmp_path / "x.ris"
    path.write_text(f"TY  - JOUR\n{body}\nER  - \n")
    (article,) = read(path)
    assert (article.id, article.text) == (id_, text)


def test_record_outside_utf8(tmp_path):
    path = tmp_path / "x.ris"
    path.write_bytes(b"TY  - JOUR\nTI  - \xe9\nER  - \nTY  - JOUR\nTI  - Good\nER  - \n")
    error, article = read(path)
    assert (error.reason, error.record) == ("not UTF-8 at byte 17", "1")
    assert article.title == "Good"
