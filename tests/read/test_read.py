"""What holds for every format: recognition by content, bad files, duplicates, sources."""

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from cellstudy.errors import InputError
from cellstudy.read import FORMATS, read
from cellstudy.read.formats import find_format
from cellstudy.read.source import open_source
from cellstudy.schema import Article

DATA = Path(__file__).parent / "data"


@pytest.fixture
def write(tmp_path):
    """Write bytes or text to a file of a temporary folder and give its path."""

    def write_file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


SAMPLES = [
    ("pubmed", (DATA / "export.xml").read_bytes()),
    ("medline", (DATA / "export.nbib").read_bytes()),
    ("ris", (DATA / "export.ris").read_bytes()),
    ("ctgov", (DATA / "study.json").read_bytes()),
    ("webpage", (DATA / "portal.txt").read_bytes()),
    ("webpage", (DATA / "pubmed_page.txt").read_bytes()),
    ("jsonl", b'{"id": "1", "text": "A title\\nAn abstract."}\n'),
    ("table", b"pmid,title,abstract\n1,A title,An abstract.\n"),
    ("table", b"Title\tAbstract Note\nA title\tAn abstract.\n"),
    ("plain", b"A title, with abstract, text and year\nAn abstract.\n"),
    ("plain", b"[A translated title].\nAn abstract.\n"),
]


@pytest.mark.parametrize(("name", "content"), SAMPLES, ids=[f"{n}-{c[:9]!r}" for n, c in SAMPLES])
@pytest.mark.parametrize("packing", ["bare", "bom", "gz", "wrong-suffix", "crlf"])
def test_content_decides_the_format(write, name, content, packing):
    if packing == "bom":
        content = b"\xef\xbb\xbf" + content
    if packing == "gz":
        content = gzip.compress(content)
    if packing == "crlf":
        content = content.replace(b"\n", b"\r\n")
    path = write("file.pdf" if packing == "wrong-suffix" else "file", content)
    assert find_format(open_source(path)) == name
    assert any(isinstance(item, Article) for item in read(path))


def test_every_format_has_a_sample():
    assert {name for name, _ in SAMPLES} == set(FORMATS)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty file"),
        (b"\xef\xbb\xbf \r\n\t", "empty file"),
        (gzip.compress(b""), "empty file"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "Excel"),
        (b"A\0B", "binary"),
        ("A title".encode("utf-16"), "UTF-16"),
        (gzip.compress(b"A title\nAn abstract.")[:-12], "cut-off gzip"),
        (b"\x1f\x8bnot gzip at all", "cannot be read"),
        (b"<html><body>A page</body></html>", "XML or HTML, but not one of"),
        (b"<?xml version='1.0'?><other/>", "XML or HTML, but not one of"),
        (b'{\n "title": "An object on many lines"\n}', "JSON, but not one of"),
        (b"pmid,title\n", "no records"),
        (b"<PubmedArticleSet/>", "no records"),
        ("Tïtle\nAn abstract: é".encode("latin-1"), "not UTF-8 at byte 1"),
        (b"\xef\xbb\xbfTitle\n\xff", "not UTF-8 at byte 9"),
        (b"x" * 1_000_001, "too many"),
    ],
)
def test_bad_file_is_one_error(write, content, reason):
    (item,) = read(write("bad", content))
    assert isinstance(item, InputError)
    assert reason in str(item)
    assert "bad" in item.source


@pytest.mark.parametrize(("name", "reason"), [("none.xml", "no such file"), ("", "not a regular")])
def test_no_file_is_one_error(tmp_path, name, reason):
    path = tmp_path / name
    (item,) = read(path)
    assert isinstance(item, InputError)
    assert (item.source, reason in item.reason) == (str(path), True)


def test_records_before_the_cut_of_a_gzip_file_are_read(write):
    lines = b"".join(b'{"id": "%d", "text": "Title %d"}\n' % (i, i * 7919) for i in range(30000))
    *articles, error = read(write("cut.jsonl.gz", gzip.compress(lines)[:-5000]))
    assert len(articles) > 1000
    assert all(isinstance(item, Article) for item in articles)
    assert isinstance(error, InputError)
    assert error.source == "cut.jsonl.gz"


def test_source_names_file_and_record_but_no_folder(write):
    lines = '{"id": "a", "text": "One"}\n\n{"id": "b", "text": "Two"}\n'
    assert [item.source for item in read(write("x.jsonl", lines))] == ["x.jsonl#1", "x.jsonl#3"]


def test_same_id_and_text_is_an_error_and_another_text_gets_another_id(write):
    texts = ["One", "One", "Two", "Two", "Three"]
    lines = [f'{{"id": "a", "text": "{text}"}}' for text in texts]
    first, again, second, also, third = read(write("x.jsonl", "\n".join(lines)))
    assert [item.id for item in (first, second, third)] == ["a", "a#2", "a#3"]
    assert [(item.record, item.field) for item in (again, also)] == [("2", "id"), ("4", "id")]
    assert "duplicate of record 3" in also.reason


def test_new_id_does_not_take_one_that_came_before(write):
    rows = [("a#2", "One"), ("a", "Two"), ("a", "Three")]
    lines = [f'{{"id": "{name}", "text": "{text}"}}' for name, text in rows]
    assert [item.id for item in read(write("x.jsonl", "\n".join(lines)))] == ["a#2", "a", "a#3"]


@pytest.mark.timeout(10)
def test_object_with_many_keys_takes_no_time(write):
    keys = ", ".join(f'"k{i}": "a, b"' for i in range(2000))
    (item,) = read(write("x", f'{{{keys}, "spans": []}}'))
    assert isinstance(item, InputError)


def test_old_line_ends_are_plain_text(write):
    (article,) = read(write("x", "title,text\rAn abstract."))
    assert article.text == "title,text\nAn abstract."


def test_reading_does_not_import_spacy():
    code = "import sys, cellstudy.read; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
