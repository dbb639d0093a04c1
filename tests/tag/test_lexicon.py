"""Gazetteer: what it finds, what it leaves alone, and the state of the vendored tables."""

from pathlib import Path

import pytest
import spacy

from cellstudy.labels import LEXICON
from cellstudy.tag.lexicon import CLASSES, load_lexicon
from cellstudy.tag.tokenizer import build_tokenizer
from cellstudy.terms import fold_name, read_ontology, read_rows

FOUND = {
    "Severe knee osteoarthritis hurts.": [("knee osteoarthritis", "DISEASE")],
    "Crohn's disease and Crohn disease": [
        ("Crohn's disease", "DISEASE"),
        ("Crohn disease", "DISEASE"),
    ],
    "Anaemia or oedema occurred.": [("Anaemia", "DISEASE"), ("oedema", "DISEASE")],
    "Graft-versus-host disease (GvHD) after HSCT": [
        ("Graft-versus-host disease", "DISEASE"),
        ("GvHD", "DISEASE"),
    ],
    "Bone marrow-derived mesenchymal stromal cells": [
        ("Bone marrow", "SOURCE"),
        ("mesenchymal stromal cells", "PRODUCT"),
    ],
    "Exosomes from Wharton’s jelly MSCs": [
        ("Exosomes", "PRODUCT"),
        ("Wharton’s jelly", "SOURCE"),
        ("MSCs", "PRODUCT"),
    ],
    "Overall survival and PASI-75 were measured.": [
        ("Overall survival", "OUTCOME"),
        ("PASI-75", "OUTCOME"),
    ],
    "Injected into the rotator cuff": [("rotator cuff", "TISSUE")],
    "Neurons of both arms": [("Neurons", "CELL")],
    "It aids the control arm of this study.": [],
    "Streptococcus pneumoniae grew.": [],
    "A rare disease of patients": [],
    "breast\ncancer": [("cancer", "DISEASE")],
    "": [],
}


@pytest.mark.parametrize("text", FOUND, ids=str)
def test_finds_names(text: str) -> None:
    hits = load_lexicon().find(text)
    names = [
        (text[h.start : h.end], h.label) for h in hits if h.label != "TISSUE" or "cuff" in text
    ]
    assert names == FOUND[text]


def test_component_writes_flat_group() -> None:
    nlp = spacy.blank("en")
    nlp.tokenizer = build_tokenizer(nlp)
    nlp.add_pipe("cellstudy_lexicon")
    doc = nlp("Psoriasis treated with UC-MSC exosomes (2×10^6 cells/kg).")
    spans = doc.spans[LEXICON]
    assert [(s.text, s.label_) for s in spans] == [
        ("Psoriasis", "DISEASE"),
        ("UC-MSC", "PRODUCT"),
        ("exosomes", "PRODUCT"),
    ]
    assert spans.attrs["made_by"][0] == "rule:lexicon.mondo"


@pytest.mark.parametrize("name", ["mondo", "uberon", "cl"])
def test_vendored_names_are_folded(name: str) -> None:
    names = [item for term in read_ontology(name) for item in term.names]
    assert len(names) > 3000
    assert [item for item in names if fold_name(item) != item] == []


def test_vendored_tables_are_small(root: Path) -> None:
    folder = root / "pipeline/cellstudy/data/ontology"
    assert sum(path.stat().st_size for path in folder.glob("*.gz")) < 1_600_000


def test_curated_ids_exist() -> None:
    known = {term.id for name in ("uberon", "cl") for term in read_ontology(name)}
    ids = {row[2] for path in ("sources", "products") for row in read_rows(f"lexicon/{path}.tsv")}
    assert ids - known == {""}


@pytest.mark.parametrize("path", ["products", "sources", "outcomes", "symptoms", "generic"])
def test_curated_rows_are_unique_and_complete(path: str) -> None:
    rows = read_rows(f"lexicon/{path}.tsv")
    assert len({len(row) for row in rows}) == 1
    assert len(rows) == len(set(rows))
    assert all(row[0].strip() == row[0] for row in rows)


def test_classes_are_closed() -> None:
    assert {row[3] for row in read_rows("lexicon/sources.tsv")} <= set(CLASSES)


def test_vendoring_is_reproducible(root: Path, shared: Path, tmp_path: Path) -> None:
    import runpy

    script = runpy.run_path(str(root / "scripts/vendor_ontologies.py"))
    for path in script["vendor"](shared / "ontologies", tmp_path):
        kept = root / "pipeline/cellstudy/data/ontology" / path.name
        assert path.read_bytes() == kept.read_bytes(), f"{path.name} is not what the script makes"
