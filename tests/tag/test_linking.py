"""Names to concepts: each method, what must not link, and the component."""

import pytest
import spacy

from cellstudy.concepts import find_form, find_source, link_cell, link_disease, link_source
from cellstudy.labels import EXT_ABBREVIATIONS, EXT_CONCEPTS, MENTIONS
from cellstudy.tag.extensions import ScoredSpan, set_spans
from cellstudy.tag.linking import link_mention
from cellstudy.trigrams import TrigramIndex

DISEASES = {
    "osteoarthritis": ("osteoarthritis", "exact"),
    "Parkinson's diseases": ("Parkinson disease", "exact"),
    "Sjögren’s syndrome": ("Sjogren syndrome", "exact"),
    "coeliac disease": ("celiac disease", "exact"),
    "COPD": ("chronic obstructive pulmonary disease", "exact"),
    "arterial hypertension": ("hypertensive disorder", "exact"),
    "osteoarthritis of the knee": ("osteoarthritis, knee", "normalised"),
    "moderate-to-severe plaque psoriasis (PP)": None,
    "severe aplastic anaemia": ("aplastic anemia", "normalised"),
    "Gaucher disease type 1": ("Gaucher disease type I", "normalised"),
    "prostatic adenocarcinoma": ("prostate adenocarcinoma", "ngram"),
    "rheumatoid arthritiss": ("rheumatoid arthritis", "ngram"),
    "hypertyroidism": None,
    "cellulite": None,
    "fibrosis": None,
    "right heart failure": None,
    "hepatitis virus infection": None,
    "type 4 diabetes": None,
    "aids": None,
    "disease": None,
    "XQZ": None,
    "": None,
}


@pytest.mark.parametrize("name", DISEASES, ids=repr)
def test_links_diseases(name: str) -> None:
    concept = link_disease(name)
    assert (concept and (concept.label, concept.method)) == DISEASES[name]


def test_expands_what_the_text_abbreviates() -> None:
    forms = {"AD": "atopic dermatitis"}
    found = link_disease("AD", forms)
    assert found is not None
    assert (found.label, found.method) == ("atopic eczema", "normalised")
    assert link_disease("severe AD", forms) == found
    assert link_disease("AD") is None


SOURCES = {
    "adipose": ("adipose tissue", "UBERON:0001013"),
    "Wharton’s jelly": ("Wharton's jelly", "UBERON:0003422"),
    "human bone-marrow": ("bone marrow", "UBERON:0002371"),
    "umbilical cords": ("umbilical cord", "UBERON:0002331"),
    "outer space": None,
}


@pytest.mark.parametrize("name", SOURCES)
def test_links_sources(name: str) -> None:
    concept = link_source(name)
    assert (concept and (concept.label, concept.id)) == SOURCES[name]


def test_source_without_id_has_a_plain_name_only() -> None:
    source = find_source("birth tissues")
    assert source is not None
    assert source == ("perinatal tissue", None)
    assert link_source("birth tissues") is None


CELLS = {
    "MSCs": "CL:0000134",
    "human mesenchymal stromal cells": "CL:0000134",
    "keratinocytes": "CL:0000312",
    "XY-MSC": "CL:0000134",
    "MSC-derived exosomes": None,
    "platelet-rich plasma": None,
    "the cells": None,
}


@pytest.mark.parametrize("name", CELLS)
def test_links_cells(name: str) -> None:
    concept = link_cell(name)
    assert (concept and concept.id) == CELLS[name]


FORMS = {
    "UC-MSCs": "cells",
    "mesenchymal stem cell-derived exosomes": "extracellular_vesicles",
    "BMSC-Exos": "extracellular_vesicles",
    "MSC secretome": "conditioned_medium",
    "bone marrow aspirate concentrate": "concentrate",
    "leukocyte-poor PRP": "plasma",
    "remestemcel-L": "cells",
    "saline": None,
}


@pytest.mark.parametrize("name", FORMS)
def test_finds_forms(name: str) -> None:
    assert find_form(name) == FORMS[name]


def test_trigrams_rank_by_cosine() -> None:
    index = TrigramIndex(["heart failure", "liver failure", "heart attack"])
    assert index.find_nearest("heart failure", 0.99) == [(0, pytest.approx(1.0))]
    near = index.find_nearest("heart failures", 0.1)
    assert [position for position, _ in near] == [0, 1, 2]
    assert [cosine for _, cosine in near] == sorted((c for _, c in near), reverse=True)
    assert index.find_nearest("β", 0.1) == []


def test_other_labels_have_no_concept() -> None:
    assert link_mention("osteoarthritis", "OUTCOME", {}) is None


def test_component_links_by_label() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("cellstudy_linker")
    doc = nlp.make_doc("Adipose MSCs for OA of 12 women")
    doc._.set(EXT_ABBREVIATIONS, {"OA": "osteoarthritis"})
    spans = [(0, 7, "CELL_SOURCE"), (8, 12, "CELL_PRODUCT"), (17, 19, "DISEASE"), (23, 25, "VALUE")]
    set_spans(doc, MENTIONS, [ScoredSpan(*span, 1.0, "test") for span in spans])
    concepts = nlp.get_pipe("cellstudy_linker")(doc)._.get(EXT_CONCEPTS)
    assert {start: concept["id"].split(":")[0] for start, concept in concepts.items()} == {
        0: "UBERON",
        8: "CL",
        17: "MONDO",
    }
    assert concepts[17] == {
        "id": "MONDO:0005178",
        "label": "osteoarthritis",
        "score": 0.95,
        "method": "normalised",
    }


def test_concepts_do_not_need_spacy() -> None:
    import subprocess
    import sys

    code = "import sys, cellstudy.concepts; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
