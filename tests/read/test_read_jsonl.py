"""JSON lines."""

import hashlib
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cellstudy.errors import InputError
from cellstudy.read import read
from cellstudy.schema import Article


@pytest.fixture
def read_lines(tmp_path):
    def read_content(*lines: str | bytes) -> list[Article | InputError]:
        path = tmp_path / "x.jsonl"
        path.write_bytes(b"\n".join(x.encode() if isinstance(x, str) else x for x in lines))
        return list(read(path))

    return read_content


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(text=st.text(min_size=1).filter(str.strip), ascii_only=st.booleans())
def test_any_text_comes_out_as_it_went_in(read_lines, text, ascii_only):
    (article,) = read_lines(json.dumps({"id": "a", "text": text}, ensure_ascii=ascii_only))
    assert article.text == text
    assert "\n".join([article.title, article.abstract]) == (text if "\n" in text else f"{text}\n")
    assert article.sha256 == hashlib.sha256(text.encode()).hexdigest()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(title=st.text(min_size=1), abstract=st.text(min_size=1).filter(str.strip))
def test_title_and_abstract_are_joined_by_a_newline(read_lines, title, abstract):
    (article,) = read_lines(json.dumps({"title": title, "abstract": abstract}))
    assert (article.text, article.title) == (f"{title}\n{abstract}", title)


def test_gold_line_reads_as_an_article(read_lines):
    gold = {
        "id": "PMID:90000041",
        "text": "T\nA",
        "spans": [{"start": 0}],
        "record": {},
        "sha256": "",
    }
    (article,) = read_lines(json.dumps(gold | {"source": "elsewhere", "kind": "rct"}))
    assert (article.id, article.pmid, article.source) == ("PMID:90000041", "90000041", "x.jsonl#1")


@pytest.mark.parametrize(
    ("record", "id_"),
    [
        ({"id": 7}, "7"),
        ({"id": ""}, "x.jsonl#1"),
        ({}, "x.jsonl#1"),
        ({"pmid": 90000042, "doi": "10.9999/j"}, "PMID:90000042"),
        ({"doi": "https://doi.org/10.9999/J.1"}, "DOI:10.9999/J.1"),
        ({"pmcid": "pmc9900042.1"}, "PMC9900042"),
        ({"nct": "nct09999995"}, "NCT09999995"),
        ({"pmid": ["odd"], "year": {"odd": 1}, "journal": 3}, "x.jsonl#1"),
    ],
    ids=str,
)
def test_id(read_lines, record, id_):
    (article,) = read_lines(json.dumps({"text": "T"} | record))
    assert article.id == id_


@pytest.mark.parametrize(
    ("line", "reason", "field"),
    [
        ("not json", "malformed", ""),
        ('{"id": "cut', "truncated", ""),
        ("[1]", "Expected `object`", ""),
        ('{"text": 5}', "Expected `str | null`, got `int`", "text"),
        ('{"id": ["x"], "text": "T"}', "Expected `int | str | null`", "id"),
        ('{"id": "x"}', "neither title nor abstract", "text"),
        ('{"text": " \\n\\t"}', "neither title nor abstract", "text"),
        (b'{"text": "caf\xe9"}', "not UTF-8 at byte 41", ""),
        ('{"text": "\\ud800"}', "", ""),
        ('{"spans": ' + "[" * 100_000, "", ""),
    ],
    ids=lambda value: str(value)[:25],
)
def test_bad_line_is_an_error_and_the_rest_goes_on(read_lines, line, reason, field):
    first, error, last = read_lines('{"id": "1", "text": "Good"}', line, '{"id": "2", "text": "G"}')
    assert isinstance(error, InputError)
    assert reason in error.reason
    assert (error.source, error.record, error.field) == ("x.jsonl", "2", field)
    assert (first.id, last.id) == ("1", "2")


@pytest.mark.parametrize("part", ["train", "dev"])
def test_gold_files_come_out_exactly(shared, part):
    path = shared / "gold" / part / "documents.jsonl"
    gold = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    found = [(item.id, item.sha256) for item in read(path)]
    assert found == [(document["id"], document["sha256"]) for document in gold]
