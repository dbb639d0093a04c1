"""Study designs and species, one text a case."""

import pytest

from .marked import record

CASES = {
    "systematic_review": "Cells for scars: a [DESIGN systematic review]\nWe searched for [DESIGN "
    "randomized] trials.",
    "narrative_review": "Exosomes in hair loss: a [DESIGN review]\nExosomes carry proteins.",
    "trial_protocol": "Cells for burns\n[SAMPLE_SIZE 40] patients will be [DESIGN randomized] to "
    "cells or saline.",
    "randomized_controlled_trial": "Cells for burns\nForty patients were [DESIGN randomly "
    "assigned] to cells or saline.",
    "non_randomized_trial": "Cells for burns\nIn this [DESIGN non-randomized] trial [SAMPLE_SIZE "
    "40] patients had cells.",
    "single_arm_trial": "Cells for burns\nIn this [DESIGN open-label] [DESIGN single-arm] study "
    "[SAMPLE_SIZE 9] patients had cells.",
    "cohort": "Cells for burns\nThis [DESIGN retrospective] study covers [SAMPLE_SIZE 80] "
    "patients.",
    "case_control": "Loss of grafts: a [DESIGN case–control] study\n[SAMPLE_SIZE 20] cases and "
    "[SAMPLE_SIZE 40] controls, all patients of one unit.",
    "cross_sectional": "Use of exosomes: a [DESIGN cross-sectional] survey\n[SAMPLE_SIZE 300] "
    "patients answered.",
    "case_series": "Exosomes for scars: a [DESIGN case series]\n[SAMPLE_SIZE Six] patients were "
    "treated.",
    "case_report": "Exosomes for a stubborn scar\nA 31-year-old teacher was treated once.",
    "in_vivo": "Cells heal skin wounds\nWounds of mice were injected with cells and were smaller.",
    "in_vitro": "Cells make collagen\nFibroblasts were cultured with exosomes and made more "
    "collagen.",
    "other": "Safety of drug X: a [DESIGN pooled analysis]\nData of [SAMPLE_SIZE 800] patients "
    "were combined.",
}


@pytest.mark.parametrize(("design", "text"), CASES.items(), ids=CASES)
def test_design(design, text):
    assert record(text).design.value == design


def test_a_registration_is_a_protocol():
    text = "Cells for burns\nA [DESIGN randomized] study.\nPrimary outcome: [OUTCOME healing]"
    assert record(text).design.value == "trial_protocol"


@pytest.mark.parametrize(
    "text",
    [
        "Cells for burns\nThe study was not [DESIGN randomized]; [SAMPLE_SIZE 20] patients had "
        "cells.",
        "Cells for burns\nBACKGROUND: A [DESIGN randomized] trial was small.\nMETHODS: Charts of "
        "[SAMPLE_SIZE 20] patients.",
        "Cells for burns\n[SAMPLE_SIZE 20] patients had cells. A [DESIGN randomized] trial is "
        "needed.",
    ],
    ids=["negated", "background", "wanted"],
)
def test_design_words_of_other_studies_do_not_count(text):
    assert record(text).design.value != "randomized_controlled_trial"


@pytest.mark.parametrize(
    ("text", "species"),
    [
        ("Cells for burns\n[SAMPLE_SIZE 20] patients were [DESIGN randomized].", "human"),
        ("Cells for wounds\nRats were injected. Wounds of rats were smaller than in mice.", "rat"),
        ("Cells for wounds\nFibroblasts were cultured with exosomes.", None),
        ("Cells in canine arthritis: a [DESIGN review]\nDogs with arthritis may profit.", "dog"),
        ("Cells for scars: a [DESIGN review]\nClinical trials in patients are few.", "human"),
        ("Cells for scars: a [DESIGN review]\nAnimal and clinical studies in patients.", None),
    ],
)
def test_species(text, species):
    assert record(text).species.value == species


def test_tied_species_are_ambiguous():
    leaf = record("Cells for wounds\nWounds of one rat and one rabbit were injected.").species
    assert (leaf.value, leaf.status) == ("rat", "ambiguous")
