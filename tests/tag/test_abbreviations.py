"""Short forms that a text defines."""

import pytest
import spacy

from cellstudy.labels import EXT_ABBREVIATIONS
from cellstudy.tag.abbreviations import collect_short_forms, find_abbreviations

CASES = {
    "We gave mesenchymal stem cells (MSCs).": {"MSCs": "mesenchymal stem cells"},
    "A mesenchymal stem cell (MSC) and MSCs": {
        "MSC": "mesenchymal stem cell",
        "MSCs": "mesenchymal stem cell",
    },
    "Red blood cell (RBCs) counts": {"RBCs": "Red blood cell"},
    "Adverse events (AEs) were few.": {"AEs": "Adverse events"},
    "Human umbilical cord-derived mesenchymal stem cells (hUC-MSCs)": {
        "hUC-MSCs": "Human umbilical cord-derived mesenchymal stem cells"
    },
    "Patches of alopecia areata (AA) grew.": {"AA": "alopecia areata"},
    "Skin and subcutaneous tissue diseases (SSTDs) are common.": {
        "SSTDs": "Skin and subcutaneous tissue diseases"
    },
    "Some immune-mediated inflammatory skin diseases (IMIDs) respond.": {
        "IMIDs": "immune-mediated inflammatory skin diseases"
    },
    "AD (AD) or PRP (PRP)": {},
    "Platelets gave PRP (platelet-rich plasma) gel.": {"PRP": "platelet-rich plasma"},
    "Mesenchymal stem cell (MSC)-derived exosomes (MSC-Exos)": {
        "MSC": "Mesenchymal stem cell",
        "MSC-Exos": "Mesenchymal stem cell-derived exosomes",
    },
    "The American Spinal Injury Association (ASIA) scale": {
        "ASIA": "American Spinal Injury Association"
    },
    "Patients with osteoarthritis (OA; n = 12) took part.": {"OA": "osteoarthritis"},
    "Serum creatinine (Cr) rose.": {"Cr": "creatinine"},
    "The exosomes (Exo) of two donors": {"Exo": "exosomes"},
    "In a rural area (Iran) and one city (Paris)": {},
    "Pain fell (p < 0.05) in women (n = 12) (Figure 2).": {},
    "Quality of life (QoL), then question of law (QoL)": {"QoL": "Quality of life"},
    "Groups to receive saline (Group A) or cells (Group B)": {},
    "It ended. Of all (OA) joints": {"OA": "Of all"},
    "Severe\nacne (SA)": {},
    "": {},
}


@pytest.mark.parametrize("text", CASES, ids=repr)
def test_collects_short_forms(text: str) -> None:
    assert collect_short_forms(text) == CASES[text]


def test_definition_knows_its_place() -> None:
    text = "Mesenchymal stem cell (MSC)-derived exosomes (MSC-Exos)"
    first, second = find_abbreviations(text)
    assert text[first.start : first.end] == "Mesenchymal stem cell"
    assert text[second.start : second.end] == "Mesenchymal stem cell (MSC)-derived exosomes"


@pytest.mark.parametrize(
    "text", ["(" * 30_000, "a (AB) " * 5_000, "(A" + " b" * 20_000, "AB " * 20_000]
)
@pytest.mark.timeout(5)
def test_linear_time(text: str) -> None:
    collect_short_forms(text)


def test_component_writes_plain_data() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("cellstudy_abbreviations")
    doc = nlp("Platelet-rich plasma (PRP) was given.")
    assert doc._.get(EXT_ABBREVIATIONS) == {"PRP": "Platelet-rich plasma"}
    assert doc.to_bytes()
