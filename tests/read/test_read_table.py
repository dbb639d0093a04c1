"""CSV and TSV."""

import pytest

from cellstudy.errors import InputError
from cellstudy.read import read
from cellstudy.schema import Article


@pytest.fixture
def read_table(tmp_path):
    def read_content(content: str | bytes, name: str = "x.csv") -> list[Article | InputError]:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return list(read(path))

    return read_content


@pytest.mark.parametrize(
    "content",
    [
        "PMID,Title,Abstract\n90000031,A title,An abstract.\n",
        "abstract\tYEAR\tTITLE\tpmid\nAn abstract.\t2020\tA title\t90000031.0\n",
        "Article Title;Abstract_Note;PubMed ID\r\nA title;An abstract.;PMID: 90000031\r\n",
        '"Title","Abstract","PMID"\n"A title","An abstract.","90000031"',
        'text,pmid\n"A title\nAn abstract.",90000031\n',
    ],
    ids=["csv", "tsv", "semicolon", "quoted", "text"],
)
def test_columns_are_found_by_name(read_table, content):
    (article,) = read_table(content)
    assert (article.id, article.text) == ("PMID:90000031", "A title\nAn abstract.")


def test_metadata(read_table):
    (article,) = read_table(
        "Key,Title,Publication Title,Publication Year,DOI,PMCID,NCT Number,Language\n"
        "K1,Cells,Inv J,2021,doi:10.9999/T.1,9900031,nct09999996,German\n"
    )
    assert (article.id, article.journal, article.year) == ("K1", "Inv J", 2021)
    assert (article.doi, article.pmcid, article.nct) == ("10.9999/T.1", "PMC9900031", "NCT09999996")
    assert article.language == "de"


def test_markup_of_title_and_abstract_is_removed_but_text_is_exact(read_table):
    (article,) = read_table('title,abstract\n<b>T</b>,"10<sup>6</sup> cells; p<0.05, n>3"\n')
    assert article.text == "T\n10^6 cells; p<0.05, n>3"
    (article,) = read_table('id,text\n1," <b>T</b>\n 10<sup>6</sup> "\n')
    assert article.text == " <b>T</b>\n 10<sup>6</sup> "


@pytest.mark.parametrize(
    ("row", "reason", "field"),
    [
        (b"1,too,many,fields", "4 fields where the header has 3", ""),
        (b"1,too few", "2 fields where the header has 3", ""),
        (b"1,,", "neither title nor abstract", "text"),
        (b"1,caf\xe9,x", "not UTF-8 at byte 25", ""),
        (b'1,"a"b,x', "not a table row", ""),
        (b"1," + b"x" * 200_000 + b",y", "not a table row", ""),
    ],
    ids=["wide", "narrow", "no text", "latin-1", "stray quote", "huge field"],
)
def test_bad_row_is_an_error_and_the_rest_goes_on(read_table, row, reason, field):
    error, article = read_table(b"pmid,title,abstract\n" + row + b"\n\n2,Good,Row\n")
    assert isinstance(error, InputError)
    assert reason in error.reason
    assert (error.source, error.record, error.field) == ("x.csv", "1", field)
    assert (article.id, article.source) == ("PMID:2", "x.csv#2")


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"name,size\na,1\n", "no column named text"), (b"title,caf\xe9\na,b\n", "not UTF-8")],
)
def test_bad_header_is_one_error(read_table, content, reason):
    (error,) = read_table(content)
    assert (reason in error.reason, error.record) == (True, "header")


def test_quote_that_never_closes_is_an_error(read_table):
    first, error = read_table('pmid,title\n1,Good\n2,"never\n3,closed\n')
    assert first.id == "PMID:1"
    assert (error.record, "unexpected end" in error.reason) == ("2", True)
