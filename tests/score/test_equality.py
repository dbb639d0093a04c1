"""When two values of a record are the same."""

import pytest

from cellstudy.score.equality import (
    Equality,
    fold_dose,
    fold_duration,
    fold_number,
    fold_p,
    fold_route,
    same_arm,
    same_outcome,
    share_name,
)

SHORT_FORMS = {"PASI": "psoriasis area and severity index", "MSC": "mesenchymal stem cell"}
EQUAL = Equality(SHORT_FORMS)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("P12M", "P1Y", True),
        ("P2W", "P14D", True),
        ("PT24H", "P1D", True),
        ("PT90M", "PT1.5H", True),
        ("P3.5D", "PT84H", True),
        ("P1Y6M", "P18M", True),
        ("P1M", "P4W", False),
        ("P1M", "P30D", False),
        ("P52W", "P1Y", False),
        ("PT1M", "P1M", False),
        ("baseline", "Baseline", True),
        ("P12W", "12 weeks", False),
        ("P", "p", True),
    ],
)
def test_durations(first, second, expected):
    assert (fold_duration(first) == fold_duration(second)) is expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("hair density", "density", True),
        ("hair density", "Hair densities", True),
        ("walking distance at week 6", "walking distance", True),
        ("joint pain", "pain in the joint", True),
        ("PASI", "psoriasis area and severity index", True),
        ("PASI 75 response", "psoriasis area and severity index 75", True),
        ("tumour volume", "tumor volume (mm3)", True),
        ("joint pain", "joint swelling", True),
        ("joint pain of the left knee", "hair count", False),
        ("knee cartilage volume", "knee joint laxity", False),
        ("mortality", "morbidity", False),
    ],
)
def test_outcomes(first, second, expected):
    found = same_outcome(EQUAL.fold_outcome(first), EQUAL.fold_outcome(second))
    assert found is expected
    assert found == same_outcome(EQUAL.fold_outcome(second), EQUAL.fold_outcome(first))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("MSC group", "mesenchymal stem cells", True),
        ("the placebo arm", "Placebo", True),
        ("treatment group", "treatment", True),
        ("cell A vs placebo", "placebo versus cell A", False),
        ("cell A vs placebo", "placebo vs cell A", True),
        ("cell A vs placebo", "cell A", False),
        ("group 1", "group 2", False),
        ("MSC group", "control group", False),
        ("compound 10 mg", "compound 20 mg", False),
        ("high-dose cells", "low-dose cells", False),
        ("high-dose cells", "high dose", True),
    ],
)
def test_arms(first, second, expected):
    found = same_arm(EQUAL.fold_arm(first), EQUAL.fold_arm(second))
    assert found is expected
    assert found == same_arm(EQUAL.fold_arm(second), EQUAL.fold_arm(first))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("intravenous", "Intravenously", True),
        ("intra-articular", "intraarticularly", True),
        ("topical", "topically", True),
        ("oral", "orally", True),
        ("intravenous", "intraarterial", False),
    ],
)
def test_routes(first, second, expected):
    assert (fold_route(first) == fold_route(second)) is expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("<.05", "<0.05", True),
        ("0·55", "0.55", True),
        ("p = 0.02", "0.02", True),
        ("≤0.01", "<=0.01", True),
        ("<0.05", "0.05", False),
        ("0.02", "0.2", False),
        ("n.s.", "N.S.", True),
    ],
)
def test_p_values(first, second, expected):
    assert (fold_p(first) == fold_p(second)) is expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((1e6, 1e6, "cells", "kg"), (1000000, 1000000, "Cells", "kg"), True),
        ((5, 5, "µg", None), (5, 5, "ug", None), True),
        ((0.3, 0.3, "mL", None), (0.1 * 3, 0.1 * 3, "ml", None), True),
        ((1e6, 1e6, "cells", "kg"), (1e6, 1e6, "cells", None), False),
        ((1e6, 2e6, "cells", None), (1e6, 1e6, "cells", None), False),
        ((5, 5, "mg", None), (5, 5, "g", None), False),
    ],
)
def test_doses(first, second, expected):
    assert (fold_dose(first) == fold_dose(second)) is expected


def test_numbers_differ_from_the_ninth_digit():
    assert fold_number(0.1 + 0.2) == fold_number(0.3)
    assert fold_number(41.5) != fold_number(41.51)


def test_names_meet_in_lower_case_or_in_their_concept():
    ids = {"itchy skin disease": "X:1", "eczema": "X:1"}
    linked = Equality({}, resolve_condition=ids.get)
    folded = [linked.fold_condition(name) for name in ("Eczema", "eczema", "itchy skin disease")]
    assert share_name(folded[0], folded[1])
    assert share_name(folded[1], folded[2])
    assert not share_name(folded[1], linked.fold_condition("acne"))
    assert not share_name(EQUAL.fold_source("fat"), EQUAL.fold_source("adipose tissue"))
