"""Conditions, numbers of participants and studies, follow-up, arms."""

import pytest

from .marked import record

TITLE = "Cells for [DISEASE acne scars]"


def names(text):
    return [item.name.value for item in record(text).conditions]


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("Cells for [DISEASE Acne Scars] and [DISEASE Burns]\nX.", ["acne scars", "burns"]),
        (
            "Cells for [DISEASE AD]\n[DISEASE Atopic dermatitis] ([DISEASE AD]) itches.",
            ["atopic dermatitis"],
        ),
        ("Cells for [DISEASE Behcet's disease]\nX.", ["Behcet's disease"]),
        (
            "A trial of cells\nWe gave cells for treatment of [DISEASE vitiligo]. [DISEASE "
            "Fever] was rare.",
            ["vitiligo"],
        ),
        (
            "Heart failure due to [DISEASE infarction]\nPatients with [DISEASE cardiomyopathy] "
            "had cells.",
            ["cardiomyopathy"],
        ),
        (
            "Cells in [DISEASE skin disease]: a [DESIGN review]\nTrials in patients with "
            "[DISEASE psoriasis], "
            "[DISEASE vitiligo] and other forms of [DISEASE hair loss].",
            ["skin disease", "psoriasis", "vitiligo"],
        ),
        ("Cells\nCells were cultured.", []),
    ],
    ids=["title", "short form", "eponym", "phrase", "cause left out", "list of a review", "none"],
)
def test_conditions(text, conditions):
    assert names(text) == conditions


@pytest.mark.parametrize(
    ("text", "n", "status"),
    [
        ("A total of [SAMPLE_SIZE 60] patients were treated.", 60, "reported"),
        (
            "[SAMPLE_SIZE Forty] patients were split: cells (n = [SAMPLE_SIZE 22]) or saline (n "
            "= [SAMPLE_SIZE 18]).",
            40,
            "reported",
        ),
        (
            "Patients had cells (n = [SAMPLE_SIZE 22]) or saline (n = [SAMPLE_SIZE 18]).",
            40,
            "derived",
        ),
        (
            "[SAMPLE_SIZE 30] patients ([SAMPLE_SIZE 12] women and [SAMPLE_SIZE 18] men) had "
            "cells.",
            30,
            "reported",
        ),
        (
            "[SAMPLE_SIZE 90] patients were screened and [SAMPLE_SIZE 50] patients were treated.",
            50,
            "reported",
        ),
        (
            "[SAMPLE_SIZE 50] patients had cells; [SAMPLE_SIZE 44] completed the study.",
            50,
            "reported",
        ),
        ("Cells were given.", None, "not_reported"),
    ],
)
def test_n_total(text, n, status):
    leaf = record(f"{TITLE}\n{text}").n_total
    assert (leaf.value, leaf.status) == (n, status)


@pytest.mark.parametrize(
    ("text", "n", "included"),
    [
        (
            "[SAMPLE_SIZE Nine] studies were found: [SAMPLE_SIZE four] [DESIGN RCTs], "
            "[SAMPLE_SIZE two] "
            "[DESIGN retrospective] studies and [SAMPLE_SIZE three] [DESIGN case reports].",
            9,
            [("randomized_controlled_trial", 4), ("cohort", 2), ("case_report", 3)],
        ),
        (
            "We retrieved [SAMPLE_SIZE 12] clinical trials and [SAMPLE_SIZE 3] [DESIGN "
            "observational] studies.",
            15,
            [("other", 12), ("cohort", 3)],
        ),
        ("[SAMPLE_SIZE 7] studies with [SAMPLE_SIZE 210] patients were pooled.", 7, []),
    ],
)
def test_studies_of_a_review(text, n, included):
    found = record(f"Cells for scars: a [DESIGN systematic review]\n{text}")
    assert found.n_studies.value == n
    assert [(item.design.value, item.n.value) for item in found.included_studies] == included


@pytest.mark.parametrize(
    ("text", "follow_up"),
    [
        ("Patients were seen at [TIME 4 weeks] and [TIME 6 months].", "P6M"),
        ("Patients were followed for [TIME 2 years]; infusions took [TIME 3 h].", "P2Y"),
        ("Cells were infused over [TIME 45 minutes].", None),
        (
            "Patients had failed drugs for [TIME 5 years] before treatment; visits ended at "
            "[TIME week 24].",
            "P24W",
        ),
    ],
)
def test_follow_up(text, follow_up):
    assert (
        record(f"{TITLE}\n[SAMPLE_SIZE 20] patients had cells. {text}").follow_up.value == follow_up
    )


def test_arms_with_role_and_size():
    found = record(
        f"{TITLE}\nPatients were [DESIGN randomized] to the [CELL_PRODUCT MSC] group (n = "
        f"[SAMPLE_SIZE 21]) "
        "or the control group (n = [SAMPLE_SIZE 19])."
    )
    arms = [(arm.label.value, arm.role.value, arm.n.value) for arm in found.arms]
    assert arms == [("MSC group", "experimental", 21), ("control group", "control", 19)]
