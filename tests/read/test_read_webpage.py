"""Saved web pages of one abstract."""

import json
from pathlib import Path

import pytest

from cellstudy.errors import InputError
from cellstudy.read import read
from cellstudy.read.page_lines import find_abstract, find_title

DATA = Path(__file__).parent / "data"
PORTAL = (DATA / "portal.txt").read_text(encoding="utf-8")
LONG = "We gave the cells to the patients with the disease and we saw that they were well. " * 3


def read_page(path: Path, content: str):
    path.write_text(content, encoding="utf-8")
    (item,) = read(path)
    return item


def test_portal_page_gives_the_english_record():
    (article,) = read(DATA / "portal.txt")
    assert article.text == (
        "Invented exosomes for thin hair: a case series.\n"
        "Aim: To see whether invented exosomes help the hair of the patients. "
        "Methods: Nine adults got 2 × 10^9 particles in 4 sessions; p<0.05 was significant."
    )
    assert [(s.label, article.text[s.start : s.end][:7]) for s in article.sections] == [
        ("AIM", "Aim: To"),
        ("METHODS", "Methods"),
    ]
    assert (article.id, article.journal, article.year) == (
        "DOI:10.9999/hair.7",
        "Invented Hair",
        2024,
    )
    assert (article.language, article.publication_types) == ("en", ("Journal Article",))


def test_portal_page_without_inner_record_takes_the_title_from_the_lines(tmp_path):
    names, record, *rest = PORTAL.split("\n")
    outer = json.dumps(json.loads(record) | {"resultStr": None})
    article = read_page(tmp_path / "page", "\n".join([names, outer, *rest]))
    assert article.title == "Invented exosomes for thin hair: a case series."
    assert article.abstract.startswith("Aim: To see")


def test_portal_page_with_damaged_record_is_read_from_its_lines(tmp_path):
    names, record, *rest = PORTAL.split("\n")
    article = read_page(tmp_path / "page", "\n".join([names, record[:-20], *rest]))
    assert article.title == "Invented exosomes for thin hair: a case series."
    assert article.abstract.startswith("Aim: To see")
    assert article.abstract.endswith(
        "Nine adults got 2 × 10⁹ particles in 4 sessions; p<0.05 was significant."
    )
    assert article.id == "DOI:10.9999/hair.7"


def test_page_in_chinese_alone_is_read_as_it_is(tmp_path):
    record = {
        "title": "虚构细胞治疗疤痕",
        "abstract": "<p>十二名患者接受了治疗。</p>",
        "doi": "10.9999/z",
    }
    article = read_page(tmp_path / "page", f"甲, 乙\n{json.dumps(record)}\n引用次数: 0\n")
    assert (article.text, article.language) == ("虚构细胞治疗疤痕\n十二名患者接受了治疗。", "zh")


def test_pubmed_page():
    (article,) = read(DATA / "pubmed_page.txt")
    assert article.text == (
        "Invented cells for dry eyes: a systematic review\n"
        "Purpose: To review the use of invented cells in dry eyes. "
        "Results: Seven trials with 210 patients were found."
    )
    assert (article.id, article.pmid) == ("DOI:10.9999/invented.2023.77", None)
    assert (article.journal, article.year) == ("Inv Eyes", 2023)


def test_page_without_abstract_is_an_error(tmp_path):
    record = '{"title": "A title of an article", "abstract": null}'
    item = read_page(tmp_path / "page", f"Ann Author\n{record}\nMore\n")
    assert isinstance(item, InputError)
    assert item.field == "abstract"


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (
            ["Menu of the whole site", "A title about some cells", "x", "A title about some cells"],
            "A title about some cells",
        ),
        (
            ["Menu of the whole site", "doi: 10.9999/a", "A title about some cells"],
            "A title about some cells",
        ),
        (
            ["Ann Author, Bo B Buthor, Cee de la Cuthor 3", "A title about some cells"],
            "A title about some cells",
        ),
        (
            ["Cells, bone, and the skin: a review", "Ann Author et al. Inv J."],
            "Cells, bone, and the skin: a review",
        ),
        (["https://example.org is an address here", "Ann Author"], ""),
    ],
    ids=["twice", "after the DOI", "not the authors", "commas", "none"],
)
def test_title_among_lines(lines, title):
    assert find_title([*lines, "Abstract", LONG], LONG) == title


@pytest.mark.parametrize(
    ("lines", "abstract"),
    [
        (["Abstract", "", "One.", "", "Two.", "Keywords: x", "Three."], ["One.", "Two."]),
        (["Abstract", "One.", "© 2020 Nobody", "Two."], ["One."]),
        (["A title", LONG, "Short end.", "期刊介绍:", LONG], [LONG, "Short end."]),
        (["A title", "short"], []),
    ],
    ids=["heading", "copyright", "no heading", "none"],
)
def test_abstract_among_lines(lines, abstract):
    assert find_abstract(lines) == abstract


def test_seeds_give_the_texts_of_the_gold(shared):
    path = shared / "gold" / "dev" / "documents.jsonl"
    documents = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    gold = {doc["id"]: doc["sha256"] for doc in documents if doc["kind"] == "seed"}
    pages = sorted((shared / "seeds").glob("*.txt"))
    found = {item.id: item.sha256 for page in pages for item in read(page)}
    assert len(found) == 5
    assert found == gold
