"""Calibration: figures worked by hand, curves that undo what was done to the confidences."""

import random
import xml.etree.ElementTree as ET
from math import exp, log

import pytest

from cellstudy.curves import POOLED
from cellstudy.schema import FlatRecord, FlatResult, GoldSpan
from cellstudy.score import GoldDocument, Prediction, evaluate
from cellstudy.score.bootstrap import draw_weights
from cellstudy.score.calibration import Judgement, judge_spans, measure
from cellstudy.score.curve_fit import fit_curves
from cellstudy.score.diagram import draw_calibration
from cellstudy.slots import FlatConfidence


def judge(*rows, name="DOSE"):
    """(confidence, number right, number of them) -> judgements, each of its own document."""
    made = [(sure, i < right) for sure, right, of in rows for i in range(of)]
    return [Judgement(i, name, sure, is_right) for i, (sure, is_right) in enumerate(made)]


def rate(judged, **more):
    n = max(item.document for item in judged) + 1
    weights = draw_weights(n, seed=0, resamples=50)
    options = {"n_gold": 100} | more
    return measure(judged, ["DOSE", "TIME"], weights=weights, **options)


def last(judged):
    return rate(judged).rows[-1]


@pytest.mark.parametrize(
    ("judged", "ece", "brier"),
    [
        pytest.param(judge((0.9, 18, 20), (0.5, 10, 20)), 0.0, (1.8 + 5) / 40, id="perfect"),
        pytest.param(judge((0.9, 10, 20)), 0.4, 0.41, id="too sure: one bin of equal confidences"),
        pytest.param(judge((0.5, 20, 20)), 0.5, 0.25, id="not sure enough"),
        pytest.param(
            judge((0.2, 10, 10), (0.8, 0, 30)), 0.8, 0.64, id="distances do not cancel over bins"
        ),
        pytest.param(judge((0.75, 3, 4)), 0.0, 0.1875, id="few have one bin"),
    ],
)
def test_errors(judged, ece, brier):
    row = last(judged)
    assert (row.ece, row.brier) == pytest.approx((ece, brier))
    assert row.ece_width == pytest.approx(ece)


def test_bins_of_equal_mass_differ_from_bins_of_equal_width():
    row = last(judge((0.91, 20, 20), (0.99, 0, 20)))
    assert row.ece == pytest.approx((0.09 + 0.99) / 2)
    assert row.ece_width == pytest.approx(0.95 - 0.5)
    assert [(one.count, one.precision) for one in row.bins] == [(20, 1.0), (20, 0.0)]


def test_the_order_of_judgements_does_not_matter():
    judged = judge((0.3, 2, 15), (0.6, 9, 15), (0.95, 14, 15))
    shuffled = random.Random(1).sample(judged, len(judged))
    assert rate(judged) == rate(shuffled)


def test_rows_are_names_that_occur_then_sums_then_all():
    judged = [*judge((0.9, 9, 10)), *judge((0.5, 5, 10), name="TIME")]
    found = rate(judged, sums={"numbers": ("TIME",)})
    assert [(row.name, row.support) for row in found.rows] == [
        ("DOSE", 10),
        ("TIME", 10),
        ("numbers", 10),
        ("all", 20),
    ]


def test_coverage_precision_and_recall_of_a_threshold():
    found = rate(judge((0.95, 9, 10), (0.5, 10, 30)), n_gold=38)
    kept = next(point for point in found.curve if point.threshold == 0.9)
    assert (kept.coverage, kept.precision, kept.recall) == pytest.approx((0.25, 0.9, 9 / 38))
    assert found.curve[0].coverage == 1.0
    assert found.rows[-1].kept_precision == pytest.approx(0.9)


def test_nothing_is_kept_above_all_confidences():
    point = rate(judge((0.5, 10, 30))).curve[-1]
    assert (point.coverage, point.precision, point.recall) == (0.0, None, 0.0)


def test_the_interval_comes_from_documents_not_predictions():
    one_document = [item._replace(document=0) for item in judge((0.9, 10, 20))]
    assert (last(one_document).low, last(one_document).high) == pytest.approx((0.4, 0.4))
    assert last(judge((0.9, 10, 20))).low < 0.39


def test_a_span_is_right_with_place_and_label():
    gold = [GoldSpan(start=0, end=4, label="DOSE")]
    found = [
        GoldSpan(start=0, end=4, label="DOSE", confidence=0.9),
        GoldSpan(start=0, end=4, label="TIME", confidence=0.8),
        GoldSpan(start=0, end=5, label="DOSE", confidence=0.7),
        GoldSpan(start=6, end=7, label="DOSE"),
    ]
    judged = [(item.confidence, item.right) for item in judge_spans(0, gold, found)]
    assert judged == [(0.9, True), (0.8, False), (0.7, False)]


def test_confidences_stay_with_their_items_when_the_scorer_aligns_them():
    rows = (FlatResult(value=7, high=7, arm="b"), FlatResult(value=5, high=5, arm="a"))
    sure = ({"results.number": 0.7, "results.arm": 0.2}, {"results.number": 0.5})
    gold = GoldDocument(id="d", text="x", spans=(), record=FlatRecord(results=rows[1:]))
    predicted = Prediction(
        id="d", record=FlatRecord(results=rows), confidence=FlatConfidence(results=sure)
    )
    report = evaluate([gold], [predicted], resamples=2)
    found = {row.name: row for row in report.calibration.slots.rows}
    assert report.calibration.spans is None
    assert (found["results.number"].support, found["results.number"].brier) == (
        2,
        pytest.approx((0.7**2 + 0.5**2) / 2),
    )
    assert found["results.arm"].confidence == 0.2


def test_a_system_without_confidences_has_no_calibration():
    gold = GoldDocument(id="d", text="x", spans=(), record=FlatRecord(n_total=5))
    report = evaluate([gold], [Prediction(id="d", record=gold.record)], resamples=2)
    assert (report.calibration.spans, report.calibration.slots) == (None, None)


def squash(odds):
    return 1 / (1 + exp(-odds))


def simulate(n, *, slope, shift, name, seed=0):
    """Judgements whose log-odds of being right are a line of those of their confidences."""
    draw = random.Random(seed)
    odds = [draw.uniform(-1, 5) for _ in range(n)]
    return [
        Judgement(i, name, squash(x), draw.random() < squash(slope * x + shift))
        for i, x in enumerate(odds)
    ]


def test_a_curve_finds_the_line_behind_the_confidences():
    curve = fit_curves(simulate(4000, slope=0.5, shift=-0.4, name="DOSE"), ridge=0.1)["DOSE"]
    assert curve.support == 4000
    assert (curve.slope, curve.intercept) == pytest.approx((0.5, -0.4), abs=0.15)


def test_a_rare_name_gets_nearly_the_common_curve():
    common = simulate(2000, slope=1, shift=0, name="DOSE")
    rare = [Judgement(0, "TIME", 0.9, False)] * 2
    many = [Judgement(0, "TIME", 0.9, False)] * 200
    curves = fit_curves([*common, *rare], ridge=0.1)
    assert abs(curves["TIME"].intercept - curves[POOLED].intercept) < 0.5
    assert fit_curves([*common, *many], ridge=0.1)["TIME"].intercept < -3


def test_a_strong_ridge_leaves_confidences_as_they_are():
    curve = fit_curves(judge((0.9, 1, 20)), ridge=1e6, pooling=1e6)["DOSE"]
    assert curve.read(0.7) == pytest.approx(0.7, abs=0.01)


def test_curves_rise_even_where_the_sure_ones_are_wrong():
    curve = fit_curves(judge((0.2, 50, 50), (0.9, 0, 50)), ridge=0.0)["DOSE"]
    assert curve.read(0.9) > curve.read(0.2)


def test_the_diagram_is_xml_with_a_panel_each_and_escaped_names():
    found = rate(judge((0.3, 2, 15), (0.6, 9, 15), (0.95, 14, 15)))
    tree = ET.fromstring(draw_calibration([("a<b", found)], [("a<b", found)]))
    texts = [item.text for item in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert [name for name in texts if name in ("Spans", "Record slots")] == [
        "Spans",
        "Record slots",
        "Record slots",
    ]
    assert any(name.startswith("a<b: ECE") for name in texts)


def test_log_odds_of_a_curve_are_a_line():
    curve = fit_curves(judge((0.3, 5, 15), (0.9, 12, 15)), ridge=1.0)["DOSE"]
    odds = [log(p / (1 - p)) for p in map(curve.read, (0.5, 0.7310586, 0.880797))]
    assert odds[1] - odds[0] == pytest.approx(odds[2] - odds[1], abs=0.01)
