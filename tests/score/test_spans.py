"""Span scores worked by hand, and properties that must hold for any spans."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cellstudy.labels import LABELS
from cellstudy.schema import GoldSpan
from cellstudy.score.counts import GOLD, PREDICTED, RIGHT_GOLD, RIGHT_PREDICTED, compute_table
from cellstudy.score.spans import LAYOUT, MEASURES, count_spans


def spans(*items):
    return [GoldSpan(start=start, end=end, label=label) for start, end, label in items]


def right(gold, predicted):
    """Credit of each measure: strict, exact, partial, type."""
    return count_spans(spans(*gold), spans(*predicted))[:, :, RIGHT_GOLD].sum(axis=1).tolist()


D, V, T = "DISEASE", "VALUE", "TIME"


@pytest.mark.parametrize(
    ("gold", "predicted", "expected"),
    [
        pytest.param([(0, 4, D)], [(0, 4, D)], [1, 1, 1, 1], id="same"),
        pytest.param([(0, 4, D)], [(0, 4, V)], [0, 1, 1, 0], id="label swapped"),
        pytest.param([(0, 4, D)], [(0, 5, D)], [0, 0, 0.5, 1], id="boundary off"),
        pytest.param([(0, 4, D)], [(2, 6, V)], [0, 0, 0.5, 0], id="boundary and label off"),
        pytest.param([(0, 4, D)], [(4, 8, D)], [0, 0, 0, 0], id="touching spans do not overlap"),
        pytest.param([(0, 4, D)], [], [0, 0, 0, 0], id="missing"),
        pytest.param([], [(0, 4, D)], [0, 0, 0, 0], id="spurious"),
        pytest.param([(0, 4, D)], [(0, 4, D)] * 2, [1, 1, 1, 1], id="duplicate counts once"),
        pytest.param(
            [(0, 9, D)], [(0, 3, D), (5, 9, D)], [0, 0, 0.5, 1], id="split in two counts once"
        ),
        pytest.param([(0, 3, D), (5, 9, D)], [(0, 9, D)], [0, 0, 0.5, 1], id="joined counts once"),
        pytest.param(
            [(0, 4, D), (4, 8, D)],
            [(0, 6, D), (0, 4, D)],
            [1, 1, 1.5, 2],
            id="exact match first, the longer span takes the other",
        ),
        pytest.param(
            [(0, 4, D), (5, 9, D)],
            [(0, 9, D), (1, 3, D)],
            [0, 0, 1, 2],
            id="maximal: greedy by overlap would leave one out",
        ),
        pytest.param(
            [(0, 4, D), (6, 9, V)], [(0, 4, V), (6, 9, D)], [0, 2, 2, 0], id="two labels swapped"
        ),
    ],
)
def test_credit(gold, predicted, expected):
    assert right(gold, predicted) == expected


def test_label_counts_of_a_swapped_label():
    counts = count_spans(spans((0, 4, D)), spans((0, 4, V)))
    exact = counts[MEASURES.index("exact")]
    assert exact[LABELS.index(D)].tolist() == [1, 0, 1, 0]
    assert exact[LABELS.index(V)].tolist() == [0, 1, 0, 1]


def test_rates_by_label_core_micro_and_macro():
    gold = spans((0, 4, D), (6, 9, D), (10, 12, V), (13, 15, T))
    predicted = spans((0, 4, D), (10, 12, V), (16, 17, V))
    strict = count_spans(gold, predicted)[MEASURES.index("strict")]
    table = dict(zip(LAYOUT.row_names, compute_table(strict, LAYOUT).tolist(), strict=True))
    assert table[D] == pytest.approx([1, 1 / 2, 2 / 3])
    assert table[V] == pytest.approx([1 / 2, 1, 2 / 3])
    assert table[T] == pytest.approx([0, 0, 0])
    assert table["core"] == pytest.approx([2 / 3, 2 / 3, 2 / 3])
    assert table["micro"] == pytest.approx([2 / 3, 1 / 2, 4 / 7])
    assert table["macro"] == pytest.approx([1 / 2, 1 / 2, 4 / 9])
    assert np.isnan(table["DOSE"]).all()


flat_spans = st.lists(
    st.tuples(st.integers(1, 5), st.integers(0, 3), st.sampled_from(LABELS)), max_size=12
).map(lambda items: spans(*_lay_out(items)))

any_spans = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 6), st.sampled_from(LABELS[:4])), max_size=10
).map(lambda items: spans(*((start, start + size, label) for start, size, label in items)))


def _lay_out(items):
    position = 0
    for size, gap, label in items:
        yield position + gap, position + gap + size, label
        position += gap + size


@given(flat_spans)
def test_perfect_prediction_scores_one(gold):
    counts = count_spans(gold, gold)
    assert (counts == counts[..., :1]).all()


@given(any_spans, any_spans)
def test_swapping_gold_and_prediction_swaps_precision_and_recall(gold, predicted):
    there = count_spans(gold, predicted).sum(axis=1)
    back = count_spans(predicted, gold).sum(axis=1)
    assert there[:, [GOLD, RIGHT_GOLD]].tolist() == back[:, [PREDICTED, RIGHT_PREDICTED]].tolist()


@given(any_spans, any_spans, st.randoms(use_true_random=False))
def test_order_does_not_matter(gold, predicted, shuffler: random.Random):
    expected = count_spans(gold, predicted)
    shuffler.shuffle(gold)
    shuffler.shuffle(predicted)
    assert (count_spans(gold, predicted) == expected).all()


@settings(max_examples=50)
@given(any_spans, any_spans)
def test_strict_is_the_hardest_measure(gold, predicted):
    strict, exact, partial, kind = count_spans(gold, predicted)[:, :, RIGHT_GOLD].sum(axis=1)
    assert strict <= exact <= partial
    assert strict <= kind <= 2 * partial
