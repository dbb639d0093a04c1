"""Identifiers, years, languages and markup, each as a function by itself."""

import pytest

from cellstudy.read.identifiers import (
    find_doi,
    find_nct,
    find_year,
    normalise_pmcid,
    normalise_pmid,
)
from cellstudy.read.language import guess_language, normalise_language
from cellstudy.read.markup import split_paragraphs, strip_markup


@pytest.mark.parametrize(
    ("function", "value", "expected"),
    [
        (find_doi, "10.9999/Abc.1", "10.9999/Abc.1"),
        (find_doi, "https://doi.org/10.9999/abc.", "10.9999/abc"),
        (find_doi, "http://dx.doi.org/10.9999/a(1)b", "10.9999/a(1)b"),
        (find_doi, "(doi: 10.9999/a(1));", "10.9999/a(1)"),
        (find_doi, "10.9999/a. eCollection 2025", "10.9999/a"),
        (find_doi, "11.9999/a", None),
        (find_doi, "10.9999/)", None),
        (find_doi, 10.9999, None),
        (normalise_pmid, "PMID: 123", "123"),
        (normalise_pmid, 123, "123"),
        (normalise_pmid, "123.0", "123"),
        (normalise_pmid, "https://pubmed.ncbi.nlm.nih.gov/123/", "123"),
        (normalise_pmid, "1234567890", None),
        (normalise_pmid, "PMC123", None),
        (normalise_pmid, True, None),
        (normalise_pmcid, "PMC123.2", "PMC123"),
        (normalise_pmcid, "PMCID: PMC123", "PMC123"),
        (normalise_pmcid, "x123", None),
        (find_nct, "see nct01234567.", "NCT01234567"),
        (find_nct, "NCT0123", None),
        (find_year, "2021 Mar-Apr", 2021),
        (find_year, "01/04/1999", 1999),
        (find_year, 2020.0, 2020),
        (find_year, "120211", None),
        (find_year, None, None),
        (normalise_language, "eng", "en"),
        (normalise_language, "Chinese", "zh"),
        (normalise_language, "DE", "de"),
        (normalise_language, "und", None),
        (normalise_language, 3, None),
    ],
)
def test_metadata(function, value, expected):
    assert function(value) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The cells were given to the patients.", "en"),
        ("Les cellules ont été données aux patients dans une étude.", "fr"),
        ("Die Zellen wurden den Patienten nicht gegeben.", "de"),
        ("Las células fueron dadas a los pacientes en el estudio.", "es"),
        ("间充质干细胞(MSC)治疗银屑病的研究", "zh"),
        ("間葉系幹細胞の研究について", "ja"),
        ("중간엽 줄기세포", "ko"),
        ("Стволовые клетки", "ru"),
        ("TGF-β and the α-chain of the receptor with 间", "en"),
        ("Stem cells", None),
        ("12 345", None),
    ],
)
def test_guess_language(text, language):
    assert guess_language(text) == language


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("10<sup>6</sup>", "10^6"),
        ('<jats:p id="a">x<jats:sup>2</jats:sup></jats:p>', " x^2 "),
        ("p <0.05 and n >3", "p <0.05 and n >3"),
        ("values <p 0.05 and >3", "values <p 0.05 and >3"),
        ("&lt;b&gt; stays", "<b> stays"),
        ("<I class='x'>in vivo</I>", "in vivo"),
        ("a<br/>b", "a b"),
    ],
)
def test_strip_markup(markup, text):
    assert strip_markup(markup) == text


@pytest.mark.parametrize(
    "hostile",
    ["<strong>" + " " * 100_000 + "x", "<p" + ' a="b"' * 50_000, "<sup>" * 50_000],
    ids=["spaces", "attributes", "open tags"],
)
@pytest.mark.timeout(10)
def test_hostile_markup_takes_no_time(hostile):
    assert split_paragraphs(hostile)


@pytest.mark.parametrize(
    ("markup", "parts"),
    [
        ("<p><p>One.</p>", [(None, "One.")]),
        ("<p><strong>Aim: </strong>One.</p>\n<p>Two.</p>", [("Aim", "Aim: One."), (None, "Two.")]),
        ("<p><b>Aim</b>: One.</p>", [("Aim", "Aim: One.")]),
        ("<p><strong>Cells</strong> grew.</p>", [(None, "Cells grew.")]),
        ("One.", [(None, "One.")]),
    ],
)
def test_split_paragraphs(markup, parts):
    assert split_paragraphs(markup) == parts
