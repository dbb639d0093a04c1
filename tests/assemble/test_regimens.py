"""Regimens: dose levels with route, number, interval and duration."""

import pytest

from .marked import record

HEAD = (
    "[CELL_PRODUCT Stem cells] for [DISEASE acne scars]\n"
    "METHODS: [SAMPLE_SIZE 20] patients took part. "
)


def regimens(text, **options):
    return [
        (
            r.dose_low.value,
            r.dose_high.value,
            r.dose_unit.value,
            r.dose_per.value,
            r.route.value,
            r.n_doses.value,
            r.interval.value,
            r.duration.value,
        )
        for r in record(text, **options).regimens
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Patients had [N_DOSES three] [ROUTE intravenous] infusions of [DOSE 1 x 10^6 "
            "cells/kg] [DOSING_INTERVAL every 2 weeks].",
            [(1e6, 1e6, "{cells}", "kg", "intravenous", 3, "P2W", None)],
        ),
        (
            "Patients had a [N_DOSES single] [ROUTE IV] dose of [DOSE 10] or [DOSE 20 million "
            "cells].",
            [
                (1e7, 1e7, "{cells}", None, "intravenous", 1, None, None),
                (2e7, 2e7, "{cells}", None, "intravenous", 1, None, None),
            ],
        ),
        (
            "Patients had [DOSE 5 x 10^6 cells] [ROUTE intradermally] [DOSING_INTERVAL on days "
            "0, 7 and 14].",
            [(5e6, 5e6, "{cells}", None, "intradermal", 3, "P1W", None)],
        ),
        (
            "[CELL_PRODUCT Stem cells] ([DOSE 2 mL], [DOSE 4 million cells/mL]) were injected "
            "into the scalp.",
            [(2, 2, "mL", None, "injection into the scalp", None, None, None)],
        ),
        (
            "Each injection had [DOSE 3 mL] of [CELL_PRODUCT stem cells], [DOSING_INTERVAL "
            "monthly] for [TIME 6 months].",
            [(3, 3, "mL", "{injection}", None, None, "P1M", "P6M")],
        ),
        (
            "Patients had [DOSE 2 x 10^6 cells] or placebo ([DOSE 5 mL] of saline).",
            [(2e6, 2e6, "{cells}", None, None, None, None, None)],
        ),
        (
            "[ROUTE Topical] [CELL_PRODUCT stem cells] were applied [DOSING_INTERVAL weekly].",
            [(None, None, None, None, "topical", None, "P1W", None)],
        ),
        ("[CELL_PRODUCT Stem cells] were given.", []),
    ],
    ids=["schedule", "two levels", "days", "volume", "each", "placebo", "no dose", "nothing"],
)
def test_regimens(text, expected):
    assert regimens(HEAD + text) == expected


def test_the_line_of_a_registration_is_the_arm():
    found = record(
        "[CELL_PRODUCT Stem cells] for [DISEASE scars]\nA study.\nHigh dose: [CELL_PRODUCT Stem "
        "cells] [DOSE 9 million cells]\n"
        "Placebo: saline [DOSE 2 mL]\nPrimary outcome: [OUTCOME scar size]"
    ).regimens
    assert [(r.arm.value, r.dose_low.value) for r in found] == [("High dose", 9e6)]


def test_doses_belong_to_the_nearest_product():
    text = (
        "[CELL_PRODUCT Keratinocytes] and [CELL_PRODUCT stem cells] for burns\nBurns had "
        "[CELL_PRODUCT keratinocytes] "
        "([DOSE 3 x 10^5 cells/cm2]) or [CELL_PRODUCT stem cells] ([DOSE 8 x 10^5 cells/cm2])."
    )
    found = record(text).regimens
    assert [(r.product.value, r.dose_low.value) for r in found] == [
        ("keratinocytes", 3e5),
        ("stem cells", 8e5),
    ]


def test_a_drug_keeps_its_dose_and_its_rival_has_none():
    text = (
        "Drugone compared with drugtwo for [DISEASE acne]\nMETHODS: Patients had [ROUTE oral] "
        "drugone [DOSE 20 mg] "
        "[DOSING_INTERVAL daily] or drugtwo [DOSE 50 mg] [DOSING_INTERVAL daily]."
    )
    assert [row[:5] for row in regimens(text)] == [(20, 20, "mg", None, "oral")]


def test_total_dose_is_derived_with_its_formula():
    (regimen,) = record(
        HEAD + "Each infusion held [DOSE 2 x 10^7 cells]; [N_DOSES four] infusions were given."
    ).regimens
    assert (regimen.total_dose.value, regimen.total_dose.status) == (8e7, "derived")
    assert regimen.total_dose_formula == "2e+07 {cells} × 4 = 8e+07 {cells}"


@pytest.mark.parametrize(
    ("text", "status", "times"),
    [
        ("[DOSE 5 mL] [DOSING_INTERVAL on days 0, 7 and 14].", "reported", ("P0D", "P7D", "P14D")),
        ("[DOSE 5 mL] [DOSING_INTERVAL at weeks 0, 2 and 6].", "reported", ("P0D", "P2W", "P6W")),
        (
            "[N_DOSES three] infusions of [DOSE 5 mL] [DOSING_INTERVAL every 2 weeks].",
            "derived",
            ("P0D", "P2W", "P4W"),
        ),
        (
            "[N_DOSES 3] injections of [DOSE 5 mL] [DOSING_INTERVAL twice a week].",
            "derived",
            ("P0D", "P3.5D", "P7D"),
        ),
        ("[N_DOSES one] infusion of [DOSE 5 mL].", "derived", ("P0D",)),
        ("[N_DOSES 3] infusions of [DOSE 5 mL].", "not_reported", None),
        ("[DOSE 5 mL] [DOSING_INTERVAL weekly].", "not_reported", None),
        ("[N_DOSES 3] of [DOSE 5 mL] [DOSING_INTERVAL every 3-4 weeks].", "not_reported", None),
        ("[N_DOSES 400] of [DOSE 5 mL] [DOSING_INTERVAL daily].", "not_reported", None),
    ],
    ids=lambda part: part if isinstance(part, str) and " " in part else "",
)
def test_administration_times(text, status, times):
    (regimen,) = record(HEAD + "Patients had " + text).regimens
    assert (regimen.administration_times.status, regimen.administration_times.value) == (
        status,
        times,
    )


def test_derived_times_point_to_number_and_interval():
    (regimen,) = record(
        HEAD + "Patients had [N_DOSES two] infusions of [DOSE 5 mL] [DOSING_INTERVAL weekly]."
    ).regimens
    assert [place.text for place in regimen.administration_times.evidence] == ["two", "weekly"]
    assert regimen.administration_times.made_by.endswith("regimen.times_even")


def test_an_interval_that_is_a_range_is_ambiguous():
    (regimen,) = record(
        HEAD + "Patients had [DOSE 5 mL] [DOSING_INTERVAL every 3-4 weeks]."
    ).regimens
    assert (regimen.interval.value, regimen.interval.status) == ("P4W", "ambiguous")


@pytest.mark.parametrize(
    ("text", "total", "formula"),
    [
        (
            "Patients had [N_DOSES three] infusions of [DOSE 2 x 10^6 cells/kg].",
            6e6,
            "2e+06 {cells}/kg × 3 = 6e+06 {cells}/kg",
        ),
        (
            "Patients had a [N_DOSES single] infusion of [DOSE 2 x 10^7 cells].",
            2e7,
            "2e+07 {cells} × 1 = 2e+07 {cells}",
        ),
        ("Patients had [N_DOSES three] infusions of [DOSE 2 x 10^7 cells].", None, None),
        ("Patients had [N_DOSES two] infusions of [DOSE 1-2 x 10^6 cells/kg].", None, None),
        (
            "Patients had a total of [DOSE 4 x 10^6 cells/kg] in [N_DOSES two] infusions.",
            None,
            None,
        ),
        (
            "Patients had [DOSE 4 x 10^6 cells/kg] divided into [N_DOSES two] infusions.",
            None,
            None,
        ),
    ],
)
def test_total_dose(text, total, formula):
    (regimen,) = record(HEAD + text).regimens
    assert (regimen.total_dose.value, regimen.total_dose_formula) == (total, formula)


def test_a_total_of_the_same_doses_is_no_level():
    (regimen,) = record(
        HEAD + "Patients had [DOSE 1 million cells] [DOSING_INTERVAL daily], a total of "
        "[DOSE 3 million cells]."
    ).regimens
    assert regimen.dose_low.value == 1e6


def test_the_total_of_an_injection_is_a_dose():
    _, regimen = record(
        HEAD + "Points had [DOSE 0.1 mL] of [CELL_PRODUCT stem cells]. Each injection had a total "
        "of [DOSE 5 mL] of [CELL_PRODUCT stem cells]."
    ).regimens
    assert (regimen.dose_low.value, regimen.dose_per.value) == (5, "{injection}")


def test_a_time_directly_after_the_dose_of_something_else_is_not_that_of_the_product():
    (regimen,) = record(
        HEAD + "Patients had lenograstim [DOSE 15 ug/kg] for [TIME 5 days] and [N_DOSES three] "
        "infusions of [DOSE 2 x 10^6 cells/kg] of [CELL_PRODUCT stem cells]."
    ).regimens
    assert (regimen.dose_low.value, regimen.duration.value) == (2e6, None)


def test_a_drug_that_the_title_does_not_name_has_no_regimen():
    text = (
        "Drugone in [DISEASE acne]\nMETHODS: In this [TIME 12-week] study patients had drugone "
        "[DOSE 20 mg], drugtwo [DOSE 5 mg] or placebo."
    )
    assert [(row[0], row[7]) for row in regimens(text)] == [(20, "P12W")]
