"""Record slots worked by hand."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cellstudy.schema import FlatProduct, FlatRecord, FlatRegimen, FlatResult
from cellstudy.score.counts import GOLD, PREDICTED, RIGHT_GOLD, RIGHT_PREDICTED
from cellstudy.score.equality import Equality
from cellstudy.score.records import SLOTS, compare_records, count_fillings


def count(gold, predicted):
    return count_fillings(compare_records(gold, predicted, Equality({})))


def filled(gold, predicted):
    """Slot -> (gold, predicted, right), of the slots that occur."""
    rows = zip(SLOTS, count(gold, predicted).astype(int).tolist(), strict=True)
    return {slot: tuple(row[:3]) for slot, row in rows if any(row)}


@pytest.mark.parametrize(
    ("gold", "predicted", "expected"),
    [
        pytest.param({"n_total": 40}, {"n_total": 40.0}, {"n_total": (1, 1, 1)}, id="right"),
        pytest.param({"n_total": 40}, {"n_total": 41}, {"n_total": (1, 1, 0)}, id="wrong"),
        pytest.param({"n_total": 40}, {}, {"n_total": (1, 0, 0)}, id="missed"),
        pytest.param({}, {"n_total": 40}, {"n_total": (0, 1, 0)}, id="filled where gold is null"),
        pytest.param({}, {}, {}, id="both null count nothing"),
        pytest.param(
            {"follow_up": "P12M"}, {"follow_up": "P1Y"}, {"follow_up": (1, 1, 1)}, id="by length"
        ),
        pytest.param(
            {"conditions": ("acne", "eczema")},
            {"conditions": ("Eczema", "eczema", "rosacea")},
            {"conditions": (2, 3, 1)},
            id="a repeated condition is right once",
        ),
    ],
)
def test_single_slots(gold, predicted, expected):
    assert filled(FlatRecord(**gold), FlatRecord(**predicted)) == expected


def test_products_are_aligned_by_form_and_source():
    gold = FlatRecord(
        products=(
            FlatProduct(name="a", form="cells", source="bone marrow", donor="autologous"),
            FlatProduct(name="b", form="cells", source="adipose tissue", donor="allogeneic"),
        )
    )
    predicted = FlatRecord(
        products=(
            FlatProduct(name="a", form="cells", source="adipose tissue", donor="autologous"),
            FlatProduct(name="b", form="gel", donor="allogeneic"),
        )
    )
    assert filled(gold, predicted) == {
        "products.form": (2, 2, 1),
        "products.source": (2, 1, 1),
        "products.donor": (2, 2, 0),
    }


def test_regimens_are_aligned_by_most_equal_fields():
    def dose(low, per="kg"):
        return {"dose_low": low, "dose_high": low, "dose_unit": "cells", "dose_per": per}

    gold = FlatRecord(
        regimens=(
            FlatRegimen(**dose(1e6), route="intravenous", interval="P1W", n_doses=2),
            FlatRegimen(**dose(3e6), route="intravenous", duration="P4W"),
        )
    )
    predicted = FlatRecord(
        regimens=(
            FlatRegimen(**dose(3e6), route="intravenously"),
            FlatRegimen(**dose(1e6, per=None), route="intravenous", interval="P7D"),
        )
    )
    assert filled(gold, predicted) == {
        "regimens.dose": (2, 2, 1),
        "regimens.route": (2, 2, 2),
        "regimens.n_doses": (1, 0, 0),
        "regimens.interval": (1, 1, 1),
        "regimens.duration": (1, 0, 0),
    }


def test_results_are_aligned_by_number_before_anything_else():
    gold = FlatRecord(
        results=(
            FlatResult(value=60, high=60, outcome="pain", arm="placebo", p="<0.05"),
            FlatResult(value=80, high=80, outcome="hair density", arm="cells"),
        )
    )
    predicted = FlatRecord(
        results=(
            FlatResult(value=80, high=80, outcome="pain", arm="placebo"),
            FlatResult(value=60, high=60, outcome="pain", arm="cells", p="<0.01"),
            FlatResult(value=99, high=99, outcome="hair density"),
        )
    )
    assert filled(gold, predicted) == {
        "results.number": (2, 3, 2),
        "results.outcome": (2, 3, 1),
        "results.arm": (2, 2, 0),
        "results.p": (1, 1, 0),
    }


def test_bare_p_values_are_aligned_by_p():
    gold = FlatRecord(
        results=(
            FlatResult(kind="p_only", outcome="pain", p="<0.05"),
            FlatResult(kind="p_only", outcome="mobility", p="0.3"),
        )
    )
    predicted = FlatRecord(
        results=(
            FlatResult(kind="p_only", outcome="mobility", p="0.30"),
            FlatResult(kind="p_only", outcome="pain", p="0.9"),
        )
    )
    assert filled(gold, predicted) == {
        "results.outcome": (2, 2, 1),
        "results.kind": (2, 2, 1),
        "results.p": (2, 2, 1),
    }


def test_a_number_given_to_a_bare_p_value_counts_against_precision():
    gold = FlatRecord(results=(FlatResult(kind="p_only", p="<0.05"),))
    predicted = FlatRecord(results=(FlatResult(kind="p_only", p="<0.05", value=5, high=5),))
    assert filled(gold, predicted)["results.number"] == (0, 1, 0)


def test_products_without_form_and_source_meet_each_other():
    gold = FlatRecord(products=(FlatProduct(name="a", donor="autologous"),))
    other = FlatRecord(products=(FlatProduct(name="a", form="gel", donor="autologous"),))
    assert filled(gold, gold) == {"products.donor": (1, 1, 1)}
    assert filled(gold, other) == {"products.form": (0, 1, 0), "products.donor": (1, 1, 0)}


def test_a_range_is_one_number():
    gold = FlatRecord(results=(FlatResult(value=9.5, high=35),))
    assert filled(gold, FlatRecord(results=(FlatResult(value=9.5, high=9.5),))) == {
        "results.number": (1, 1, 0)
    }


texts = st.sampled_from([None, "pain", "hair density", "cell group", "P2W", "P14D"])
numbers = st.sampled_from([None, 1, 2.5, 60])
records = st.builds(
    FlatRecord,
    design=texts,
    n_total=numbers,
    follow_up=texts,
    conditions=st.lists(st.sampled_from(["acne", "eczema", "burn"]), max_size=3).map(tuple),
    products=st.lists(st.builds(FlatProduct, form=texts, source=texts, donor=texts)).map(tuple),
    regimens=st.lists(
        st.builds(FlatRegimen, dose_low=numbers, dose_unit=texts, route=texts, interval=texts),
        max_size=4,
    ).map(tuple),
    results=st.lists(
        st.builds(
            FlatResult, value=numbers, high=numbers, outcome=texts, time=texts, p=texts, arm=texts
        ),
        max_size=4,
    ).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(records, records, st.randoms(use_true_random=False))
def test_order_of_items_does_not_matter(gold, predicted, shuffler: random.Random):
    def shuffled(record):
        lists = {name: list(getattr(record, name)) for name in ("regimens", "results", "products")}
        for items in lists.values():
            shuffler.shuffle(items)
        plain = {name: getattr(record, name) for name in record.__struct_fields__}
        return FlatRecord(**plain | {name: tuple(items) for name, items in lists.items()})

    assert (count(gold, predicted) == count(shuffled(gold), shuffled(predicted))).all()


@settings(max_examples=60, deadline=None)
@given(records)
def test_perfect_prediction_is_all_right(gold):
    counts = count(gold, gold)
    assert (counts == counts[:, :1]).all()


@settings(max_examples=60, deadline=None)
@given(records, records)
def test_swapping_swaps_precision_and_recall(gold, predicted):
    there, back = count(gold, predicted).sum(axis=0), count(predicted, gold).sum(axis=0)
    assert there[[GOLD, RIGHT_GOLD]].tolist() == back[[PREDICTED, RIGHT_PREDICTED]].tolist()
