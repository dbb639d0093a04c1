"""Results: what each number is linked to, one sentence a case."""

import pytest

from .marked import record

HEAD = (
    "[CELL_PRODUCT Stem cells] or placebo for [DISEASE acne]\nMETHODS: Patients were [DESIGN "
    "randomized] to "
    "[CELL_PRODUCT stem cells] (n = [SAMPLE_SIZE 20]) or placebo (n = [SAMPLE_SIZE 20]).\nRESULTS: "
)


def rows(text, *fields, head=HEAD):
    found = record(head + text).results
    return [tuple(getattr(row, field).value for field in fields) for row in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "[OUTCOME Scar size] was [VALUE 12 mm] with [CELL_PRODUCT stem cells] and [VALUE 18 "
            "mm] with placebo.",
            [(12, "stem cells"), (18, "placebo")],
        ),
        (
            "[OUTCOME Scar size] was smaller with [CELL_PRODUCT stem cells] than with placebo "
            "([VALUE 12 mm] vs [VALUE 18 mm]).",
            [(12, "stem cells"), (18, "placebo")],
        ),
        (
            "[OUTCOME Scar size] was [VALUE 12 mm] and [VALUE 18 mm] in the [CELL_PRODUCT stem "
            "cell] group and placebo group, respectively.",
            [(12, "stem cell group"), (18, "placebo group")],
        ),
        (
            "[OUTCOME Scar size] was [VALUE 12 mm] and [VALUE 18 mm] in the treatment and control "
            "arm, respectively.",
            [(12, "treatment arm"), (18, "control arm")],
        ),
        (
            "[OUTCOME Relapse] was seen in [VALUE 10%] and [VALUE 30%].",
            [(10, "stem cells"), (30, "placebo")],
        ),
        (
            "[OUTCOME Healing] occurred in [VALUE 9/20] patients ([VALUE 45%]) after "
            "[CELL_PRODUCT stem cells] and [VALUE 3/20] ([VALUE 15%]) after placebo.",
            [(9, "stem cells"), (45, "stem cells"), (3, "placebo"), (15, "placebo")],
        ),
        (
            "[OUTCOME Healing] was likelier after [CELL_PRODUCT stem cells] than after placebo "
            "(odds ratio [VALUE 2.4]).",
            [(2.4, "stem cells vs placebo")],
        ),
        (
            "In the placebo group [OUTCOME scar size] went from [VALUE 19 mm] to [VALUE 18 mm].",
            [(19, "placebo group"), (18, "placebo group")],
        ),
        (
            "[OUTCOME Healing] was seen in [VALUE 45%] and [VALUE 30%] in the SCF and SCX group, "
            "respectively.",
            [(45, "SCF group"), (30, "SCX group")],
        ),
        (
            "[OUTCOME Healing] was seen in [VALUE 45%] and [VALUE 30%] and [OUTCOME relapse] in "
            "[VALUE 5%] and [VALUE 9%], respectively, in the SCF group and the SCX group.",
            [
                (45, "SCF group"),
                (30, "SCX group"),
                (5, "SCF group"),
                (9, "SCX group"),
            ],
        ),
    ],
    ids=[
        "beside",
        "order",
        "respectively",
        "one noun for two arms",
        "trial arms",
        "share and percent",
        "effect",
        "change",
        "one noun for two groups",
        "arms at the end",
    ],
)
def test_arms(text, expected):
    assert rows(text, "value", "arm") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[OUTCOME Scar size] fell by [VALUE 3 mm].", ["Scar size"]),
        ("[VALUE 40%] of patients had [OUTCOME relapse].", ["relapse"]),
        (
            "[OUTCOME Healing] and [OUTCOME relapse] were seen in [VALUE 60%] and [VALUE 20%], "
            "respectively.",
            ["Healing", "relapse"],
        ),
        ("[OUTCOME Healing] or [OUTCOME relief] was seen in [VALUE 60%].", ["Healing or relief"]),
        ("Incidence of [DISEASE fever] was [VALUE 5%].", ["fever"]),
        ("Changes in [OUTCOME itch score] were [VALUE -3.1].", ["change in itch score"]),
        ("The [OUTCOME Dermatology Index] ([OUTCOME DI]) was [VALUE 8.1].", ["Dermatology Index"]),
    ],
)
def test_outcomes(text, expected):
    assert [name for (name,) in rows(text, "outcome")] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("At [TIME 12 weeks] [OUTCOME scar size] was [VALUE 12 mm].", ["P12W"]),
        (
            "[OUTCOME Scar size] was [VALUE 19 mm] at baseline and [VALUE 12 mm] at [TIME 6 "
            "months].",
            ["baseline", "P6M"],
        ),
        (
            "At [TIME 1] and [TIME 3 months] [OUTCOME scar size] was [VALUE 15 mm] and [VALUE 12 "
            "mm].",
            ["P1M", "P3M"],
        ),
        ("[OUTCOME Scar size] was [VALUE 12 mm].", [None]),
    ],
)
def test_times(text, expected):
    assert [time for (time,) in rows(text, "time")] == expected


def test_time_of_the_declared_endpoint():
    head = HEAD.replace(
        "RESULTS", "The primary endpoint was [OUTCOME scar size] at [TIME week 16].\nRESULTS"
    )
    assert rows("[OUTCOME Scar size] was [VALUE 12 mm].", "time", head=head) == [("P16W",)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[OUTCOME Pain] was [VALUE 3.1±0.4].", ["mean"]),
        ("Median [OUTCOME pain] was [VALUE 3].", ["median"]),
        ("[OUTCOME Relapse] occurred in [VALUE 5%].", ["percent"]),
        ("[DISEASE Fever] occurred in [VALUE two] patients.", ["count"]),
        ("[OUTCOME Relapse] occurred in [VALUE 3/20].", ["count"]),
        ("[OUTCOME Relapse] occurred in [VALUE two of ten].", ["count"]),
        ("The hazard ratio for [OUTCOME relapse] was [VALUE 0.61].", ["ratio"]),
        ("[OUTCOME Hair density] rose by [VALUE 5 to 9 hairs/cm2].", ["range"]),
        ("[OUTCOME Stay] was [VALUE 8 days].", ["other"]),
        ("At a median follow-up of 2 years [OUTCOME stay] was [VALUE 8 days].", ["other"]),
        ("[OUTCOME Stay] did not differ ([P_VALUE p = 0.4]).", ["p_only"]),
    ],
)
def test_kinds(text, expected):
    assert [kind for (kind,) in rows(text, "kind")] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "[OUTCOME Pain] was lower with [CELL_PRODUCT stem cells] than with placebo ([VALUE "
            "3] vs [VALUE 5]).",
            ["decrease", None],
        ),
        (
            "Reduction in [OUTCOME pain] was [VALUE 3] with [CELL_PRODUCT stem cells] and [VALUE "
            "1] with placebo.",
            ["decrease", "decrease"],
        ),
        (
            "[OUTCOME Pain] did not differ ([VALUE 3] vs [VALUE 4]).",
            ["no_difference", "no_difference"],
        ),
        (
            "[OUTCOME Healing] was [VALUE 50%] and [VALUE 20%] ([P_VALUE p = 0.01]).",
            ["increase", None],
        ),
        (
            "[OUTCOME Healing] was [VALUE 50%] and [VALUE 45%] ([P_VALUE p = 0.6]).",
            ["no_difference", "no_difference"],
        ),
        ("[OUTCOME Pain] went from [VALUE 8] to [VALUE 2].", [None, "decrease"]),
        (
            "The odds ratio of [OUTCOME healing] was [VALUE 2.5] ([CI 95% CI 1.2 to 5.1]).",
            ["increase"],
        ),
        ("The odds ratio of [OUTCOME healing] was [VALUE 1.5] ([CI 95% CI 0.7 to 3.1]).", [None]),
        ("[OUTCOME Pain] was [VALUE 3].", [None]),
    ],
)
def test_directions(text, expected):
    assert [direction for (direction,) in rows(text, "direction")] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[OUTCOME Pain] was [VALUE 3] vs [VALUE 5] ([P_VALUE P = 0.02]).", ["0.02", "0.02"]),
        (
            "[OUTCOME Pain] was [VALUE 3] ([P_VALUE p<0.01]); [OUTCOME itch] was [VALUE 4] "
            "([P_VALUE p=.30]).",
            ["<0.01", ".30"],
        ),
        (
            "[OUTCOME Pain] was [VALUE 5] for placebo, [VALUE 4] ([P_VALUE p=0.2]) for [DOSE 1 "
            "mL] and [VALUE 2] ([P_VALUE p=0.01]) for [DOSE 2 mL].",
            [None, "0.2", "0.01"],
        ),
        (
            "[OUTCOME Pain] was [VALUE 3] with [CELL_PRODUCT stem cells]. [OUTCOME Pain] fell "
            "([P_VALUE p = 0.03]).",
            ["0.03"],
        ),
        ("A test was made ([P_VALUE p<0.05] was considered significant).", []),
        (
            "[OUTCOME Pain] was [VALUE 3] and [VALUE 5], and [OUTCOME itch] [VALUE 2] and [VALUE "
            "4] ([P_VALUE p=0.02] and [P_VALUE p=0.3]).",
            ["0.02", "0.02", "0.3", "0.3"],
        ),
        (
            "[OUTCOME Pain] was [VALUE 3] and [VALUE 5] ([P_VALUE p=0.02]), and [OUTCOME itch] "
            "[VALUE 2] and [VALUE 4] ([P_VALUE p=0.3]).",
            ["0.02", "0.02", "0.3", "0.3"],
        ),
    ],
    ids=["shared", "own", "against control", "next sentence", "level", "one each", "pairs"],
)
def test_p_values(text, expected):
    assert [p for (p,) in rows(text, "p")] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[OUTCOME Pain] and [OUTCOME itch] fell ([P_VALUE p=0.02]).", ["Pain", "itch"]),
        ("[OUTCOME Sleep] rose and [OUTCOME itch] fell ([P_VALUE p=0.02]).", ["Sleep", "itch"]),
        (
            "[OUTCOME Pain] fell, while [OUTCOME itch] and [OUTCOME sleep] rose (all [P_VALUE "
            "p<0.01]).",
            ["Pain", "itch", "sleep"],
        ),
        ("[OUTCOME Pain] was mild; [OUTCOME itch] fell ([P_VALUE p=0.02]).", ["itch"]),
    ],
    ids=["list", "said alike", "all", "last"],
)
def test_outcomes_of_a_lone_p_value(text, expected):
    assert [name for (name,) in rows(text, "outcome")] == expected


def test_interval_and_dispersion_stay_with_their_number():
    (row,) = record(
        HEAD + "The odds ratio of [OUTCOME healing] was [VALUE 2.5] ([CI 95% CI 1.2 to 5.1])."
    ).results
    assert (row.ci_low.value, row.ci_high.value, row.ci_level.value) == (1.2, 5.1, 95)
    (row,) = record(HEAD + "Median [OUTCOME pain] was [VALUE 7 (IQR 6–8)].").results
    assert (row.value.value, row.dispersion.status) == (7, "not_reported")


REVIEW = (
    "Cells in [DISEASE skin disease]: a [DESIGN systematic review]\nTrials in patients with "
    "[DISEASE psoriasis], "
    "[DISEASE atopic dermatitis] ([DISEASE AD]) and [DISEASE vitiligo]. "
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "[OUTCOME Relapse] was seen ([VALUE 4%] in [DISEASE psoriasis] and [VALUE 2%] in "
            "[DISEASE AD]).",
            [(4, "psoriasis"), (2, "atopic dermatitis")],
        ),
        (
            "[OUTCOME Relapse] ranged from [VALUE 0%] in [DISEASE AD] to [VALUE 9%] in [DISEASE "
            "vitiligo].",
            [(0, "atopic dermatitis"), (9, "vitiligo")],
        ),
        (
            "[OUTCOME Deaths] were rare ([VALUE 6] patients with [DISEASE vitiligo]).",
            [(6, "vitiligo")],
        ),
        (
            "[OUTCOME Relief] was seen in [VALUE up to 90%] of cases for [DISEASE psoriasis] and "
            "[DISEASE AD].",
            [(90, "psoriasis, atopic dermatitis")],
        ),
    ],
)
def test_conditions_of_a_review(text, expected):
    assert rows(text, "value", "condition", head=REVIEW) == expected


def test_a_verb_stands_for_an_outcome_that_is_not_named():
    text = "[OUTCOME Pain] fell. [VALUE Two] patients were lost to follow-up."
    assert rows(text, "outcome", "kind") == [("lost to follow-up", "count")]


def test_a_sentence_with_the_numbers_of_a_table_keeps_them_without_links():
    text = "[OUTCOME Pain] was " + "[VALUE 5%], " * 300
    assert set(rows(text, "value", "outcome")) == {(5, None)}
    assert len(rows(text, "value")) == 300


def test_a_plan_has_no_results():
    text = (
        "Cells for [DISEASE acne]: [DESIGN protocol] of a trial\n"
        "[OUTCOME Healing] of [VALUE 40%] is expected."
    )
    assert record(text).results == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "[OUTCOME Pain] ([P_VALUE p=0.02]) and [OUTCOME itch] ([P_VALUE p=0.03]) were lower "
            "with [CELL_PRODUCT stem cells] than with placebo.",
            ["stem cells vs placebo"] * 2,
        ),
        ("The placebo group had more [OUTCOME pain] ([P_VALUE p=0.02]).", None),
        ("[OUTCOME Pain] fell with [CELL_PRODUCT stem cells] ([P_VALUE p=0.02]).", ["stem cells"]),
    ],
    ids=["arms after", "other arm unnamed", "change"],
)
def test_arms_of_a_lone_p_value(text, expected):
    found = [arm for (arm,) in rows(text, "arm")]
    if expected is None:
        assert " vs " in found[0]
    else:
        assert found == expected


def test_a_p_value_in_the_brackets_of_an_effect_is_its_own():
    text = "[OUTCOME Pain] fell with [CELL_PRODUCT stem cells] ([P_VALUE p<0.05], r = [VALUE 0.7])."
    assert rows(text, "value", "p") == [(0.7, "<0.05")]


def test_numbers_of_several_outcomes_before_one_arm_are_all_its_own():
    text = (
        "[OUTCOME Pain] and [OUTCOME itch] were [VALUE 5] and [VALUE 7] with [CELL_PRODUCT stem "
        "cells], and [VALUE 8] and [VALUE 9] with placebo."
    )
    found = rows(text, "value", "arm")
    assert found == [(5, "stem cells"), (7, "stem cells"), (8, "placebo"), (9, "placebo")]


def test_a_short_form_in_brackets_does_not_end_a_list_of_outcomes():
    text = (
        "[DISEASE Fever], [DISEASE spinal headache] ([DISEASE SH]) and [DISEASE nausea] were seen "
        "in [VALUE 15%], [VALUE 10%] and [VALUE 5%] of the patients, respectively."
    )
    assert rows(text, "outcome", "value") == [
        ("Fever", 15),
        ("spinal headache", 10),
        ("nausea", 5),
    ]
