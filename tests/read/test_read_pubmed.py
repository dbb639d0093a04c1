"""PubMed XML: text as PubMed shows it, metadata, bad records, hostile documents."""

import gzip
from pathlib import Path

import pytest

from cellstudy.errors import InputError
from cellstudy.read import read
from cellstudy.schema import Article

EXPORT = Path(__file__).parent / "data" / "export.xml"
RECORD = (
    "<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article><ArticleTitle>{title}"
    "</ArticleTitle><Abstract>{abstract}</Abstract></Article></MedlineCitation></PubmedArticle>"
)


def wrap(*records: str, doctype: str = "") -> bytes:
    body = "\n".join(records)
    return f"<?xml version='1.0'?>{doctype}<PubmedArticleSet>{body}</PubmedArticleSet>".encode()


def read_bytes(path: Path, content: bytes) -> list[Article | InputError]:
    path.write_bytes(content)
    return list(read(path))


@pytest.fixture
def items():
    return list(read(EXPORT))


def test_text_is_what_pubmed_shows(items):
    assert items[0].text == (
        "Invented stromal cells in knee arthritis: a randomized trial.\n"
        "BACKGROUND: Knees hurt & swell.\n"
        "Patients and methods: Twelve adults got 2 × 10^6 CD90+ cells/kg in H2O.\n"
        "Registered beforehand."
    )


def test_section_labels_have_offsets(items):
    article = items[0]
    found = [(s.label, article.text[s.start : s.end]) for s in article.sections]
    assert found == [
        ("BACKGROUND", "BACKGROUND: Knees hurt & swell."),
        (
            "PATIENTS AND METHODS",
            "Patients and methods: Twelve adults got 2 × 10^6 CD90+ cells/kg in H2O.",
        ),
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "PMID:90000001"),
        ("pmid", "90000001"),
        ("doi", "10.9999/jic.2021.001"),
        ("pmcid", "PMC9900001"),
        ("nct", "NCT09999999"),
        ("journal", "Journal of Invented Cells"),
        ("year", 2021),
        ("language", "en"),
        ("publication_types", ("Journal Article", "Randomized Controlled Trial")),
        ("source", "export.xml#1"),
    ],
)
def test_metadata(items, field, value):
    assert getattr(items[0], field) == value


def test_bad_records_are_errors_and_the_rest_goes_on(items):
    errors = [(item.record, item.field) for item in items if isinstance(item, InputError)]
    assert errors == [("2", "PMID"), ("3", "Article"), ("4", "text")]
    last = items[-1]
    assert (last.text, last.abstract) == ("[A title without an abstract].", "")
    assert (last.language, last.year, last.journal) == ("zh", 2019, "Inv Cells")


def test_gzipped_baseline_file_reads_the_same(items, tmp_path):
    packed = read_bytes(tmp_path / "export.xml.gz", gzip.compress(EXPORT.read_bytes()))
    texts = [item.text for item in packed if isinstance(item, Article)]
    assert texts == [item.text for item in items if isinstance(item, Article)]


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("10<sup>6</sup> cells", "10^6 cells"),
        ("10<sup> -6</sup> M", "10^-6 M"),
        ("10<sup>−6 </sup>M", "10^−6 M"),
        ("CD34<sup>+</sup> cells", "CD34+ cells"),
        ("the 1<sup>st</sup> dose", "the 1st dose"),
        ("CO<sub>2</sub>", "CO2"),
        ("2<b>×</b>10<i><sup>8</sup></i>/kg", "2×10^8/kg"),
        ("p&lt;0.05 &amp; <!-- no --> more", "p<0.05 & more"),
        ("10\u2009000 \n\t cells", "10\u2009000 cells"),
        (
            '<m:math xmlns:m="http://www.w3.org/1998/Math/MathML"><m:msup><m:mn>10</m:mn>'
            "<m:mn>7</m:mn></m:msup></m:math> cells",
            "10^7 cells",
        ),
    ],
)
def test_inline_markup(tmp_path, markup, shown):
    record = RECORD.format(pmid=1, title="T", abstract=f"<AbstractText>{markup}</AbstractText>")
    (article,) = read_bytes(tmp_path / "x.xml", wrap(record))
    assert article.abstract == shown


BOMB = "".join(
    [
        '<!ENTITY a "ha">',
        *(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
    ]
)


@pytest.mark.parametrize("padding", [0, 100_000], ids=["at the start", "behind a long comment"])
def test_entity_bomb_is_refused(tmp_path, padding):
    doctype = f"<!DOCTYPE PubmedArticleSet [<!--{'x' * padding}-->{BOMB}]>"
    start = b"<!-- <PubmedArticleSet> -->"
    record = RECORD.format(pmid=1, title="&i;", abstract="")
    (item,) = read_bytes(tmp_path / "x.xml", start + wrap(record, doctype=doctype)[21:])
    assert isinstance(item, InputError)
    assert "entit" in item.reason


def test_external_entity_and_dtd_are_never_opened(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("do not read")
    doctype = f'<!DOCTYPE x SYSTEM "{secret}" [<!ENTITY e SYSTEM "file://{secret}">]>'
    items = read_bytes(
        tmp_path / "x.xml", wrap(RECORD.format(pmid=1, title="&e;", abstract=""), doctype=doctype)
    )
    assert [type(item) for item in items] == [InputError]


def test_undeclared_entity_spoils_its_record_only(tmp_path):
    doctype = '<!DOCTYPE PubmedArticleSet SYSTEM "pubmed.dtd">'
    records = [RECORD.format(pmid=i, title=t, abstract="") for i, t in [(1, "A &odd; T"), (2, "B")]]
    first, second = read_bytes(tmp_path / "x.xml", wrap(*records, doctype=doctype))
    assert (first.record, first.field) == ("1", "ArticleTitle")
    assert second.id == "PMID:2"


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (b"</Wrong>", "not well-formed XML"),
        (b"\xe9", "not UTF-8 at byte"),
        (b"", "not well-formed"),
    ],
    ids=["wrong end tag", "latin-1", "cut off"],
)
def test_articles_before_a_fault_in_the_xml_are_read(tmp_path, fault, reason):
    records = "".join(RECORD.format(pmid=i, title="T", abstract="") for i in range(1, 2001))
    content = wrap(records).replace(b"</PubmedArticleSet>", fault)
    *articles, error = read_bytes(tmp_path / "x.xml", content)
    assert len(articles) > 1000
    assert all(isinstance(item, Article) for item in articles)
    assert reason in error.reason
    if fault == b"\xe9":
        assert error.reason.endswith(f"byte {content.index(fault)}")
