"""The whole evaluation: figures, intervals, mistakes, comparison, agreement."""

import json

import numpy as np
import pytest
from msgspec.structs import replace
from rich.console import Console

from cellstudy.cli.evaluate import print_report, write_report
from cellstudy.errors import ConfigError
from cellstudy.schema import (
    FlatProduct,
    FlatRecord,
    FlatRegimen,
    GoldSpan,
    SpanValue,
)
from cellstudy.score import (
    GoldDocument,
    Prediction,
    as_predictions,
    compare_systems,
    evaluate,
    load_gold,
    score_agreement,
)
from cellstudy.score.bootstrap import draw_weights, find_interval, find_p_value
from cellstudy.score.mistakes import find_sentence

TEXT = "Fat cells for burns\nWe gave 2 mg weekly. Later, 5 mg was given. Pain fell by 30%."


def span(text, label, **more):
    start = TEXT.index(text)
    return GoldSpan(start=start, end=start + len(text), label=label, **more)


GOLD = GoldDocument(
    id="d1",
    text=TEXT,
    spans=(
        span("burns", "DISEASE"),
        span("2 mg", "DOSE"),
        span("weekly", "DOSING_INTERVAL"),
        span("5 mg", "DOSE"),
        span("Pain", "OUTCOME"),
    ),
    record=FlatRecord(
        n_total=4,
        products=(FlatProduct(name="cells", form="cells", source="fat"),),
        regimens=(FlatRegimen(dose_low=2, dose_high=2, dose_unit="mg", interval="P7D"),),
    ),
)
TWO_MG = SpanValue(low=2, high=2, unit="mg")
THREE_MG = SpanValue(low=3, high=3, unit="mg")


def rows(scores):
    return {score.name: score for score in scores}


def test_gold_against_itself_scores_one_everywhere(shared):
    gold = load_gold(shared / "gold" / "dev")
    report = evaluate(gold, as_predictions(gold))
    spans = report.spans
    tables = (spans.strict, spans.exact, spans.partial, spans.type, report.records)
    scores = [score for table in tables for score in table if score.support]
    assert {(score.f1, score.low, score.high) for score in scores} == {(1.0, 1.0, 1.0)}
    assert rows(spans.strict)["micro"].support == sum(len(item.spans) for item in gold)
    assert report.mistakes == ()


def test_missing_documents_count_as_empty():
    report = evaluate([GOLD, replace(GOLD, id="d2")], [*as_predictions([GOLD]), Prediction(id="x")])
    micro = rows(report.spans.strict)["micro"]
    assert (micro.precision, micro.recall, micro.support) == (1.0, 0.5, 10)
    assert (report.missing, report.unknown) == (("d2",), ("x",))


def test_rates_of_what_never_occurs_are_null():
    score = rows(evaluate([GOLD], as_predictions([GOLD])).spans.strict)["TIME"]
    assert (score.support, score.f1, score.low) == (0, None, None)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param((TWO_MG, "P1W", TWO_MG), [(1, 1, 1, 1.0), (1, 1, 1, 1.0)], id="right"),
        pytest.param(
            (None, "P2W", TWO_MG), [(1, 1, 1, 1.0), (1, 1, 0, 0.0)], id="given by another span"
        ),
        pytest.param((THREE_MG, "P1W", None), [(1, 1, 0, 0.0), (1, 1, 1, 1.0)], id="wrong"),
        pytest.param((None, None, None), [(1, 0, 0, None), (1, 0, 0, None)], id="no values at all"),
    ],
)
def test_normalised_values(values, expected):
    first, interval, second = values
    weekly = SpanValue(interval=interval)
    predicted = Prediction(
        id="d1",
        spans=(
            span("2 mg", "DOSE", value=first),
            span("weekly", "DOSING_INTERVAL", value=weekly),
            span("5 mg", "DOSE", value=second),
            span("30%", "DOSE", value=TWO_MG),
        ),
    )
    found = evaluate([GOLD], [predicted]).values
    assert [(row.support, row.given, row.right, row.rate) for row in found] == expected


def test_values_are_judged_only_where_the_gold_carries_one():
    gold = replace(GOLD, record=FlatRecord(regimens=(FlatRegimen(route="oral"),)))
    assert [row.support for row in evaluate([gold], as_predictions([gold])).values] == [0, 0]


def test_mistakes_are_listed_with_their_place():
    predicted = Prediction(
        id="d1",
        spans=(
            span("burns", "OUTCOME"),
            span("2 mg weekly", "DOSE"),
            span("5 mg", "DOSE", value=SpanValue(low=5, high=5, unit="mg")),
            span("Pain", "OUTCOME"),
            span("30%", "VALUE"),
        ),
        record=FlatRecord(n_total=5, species="human", products=GOLD.record.products),
    )
    mistakes = evaluate([GOLD], [predicted]).mistakes
    listed = [(item.kind, item.text, item.predicted_text) for item in mistakes if not item.slot]
    assert listed == [
        ("wrong_label", "burns", "burns"),
        ("wrong_boundary", "2 mg", "2 mg weekly"),
        ("missed", "weekly", None),
        ("spurious", None, "30%"),
        ("wrong_value", "5 mg", None),
    ]
    fields = [(item.kind, item.slot) for item in mistakes if item.slot]
    assert fields == [
        ("spurious", "species"),
        ("wrong_value", "n_total"),
        ("missed", "regimens.dose"),
        ("missed", "regimens.interval"),
    ]
    assert mistakes[3].sentence == "Pain fell by 30%."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("burns", "Fat cells for burns"),
        ("weekly", "We gave 2 mg weekly."),
        ("weekly. Later", "We gave 2 mg weekly. Later, 5 mg was given."),
    ],
)
def test_find_sentence(text, sentence):
    start = TEXT.index(text)
    assert find_sentence(TEXT, start, start + len(text)) == sentence


def sample(n_documents, *, found):
    """Documents with two spans each; `found` of them in the prediction."""
    gold = [replace(GOLD, id=f"d{index}", spans=GOLD.spans[:2]) for index in range(n_documents)]
    predicted = [
        Prediction(id=item.id, spans=item.spans if index < found else item.spans[:1])
        for index, item in enumerate(gold)
    ]
    return gold, predicted


def test_intervals_are_reproducible_and_enclose_the_rate():
    gold, predicted = sample(20, found=10)
    micro = rows(evaluate(gold, predicted, seed=3).spans.strict)["micro"]
    assert micro == rows(evaluate(gold[::-1], predicted[::-1], seed=3).spans.strict)["micro"]
    assert micro.low < micro.f1 < micro.high
    assert micro.recall == pytest.approx(30 / 40)


def test_every_resample_has_as_many_documents():
    weights = draw_weights(7, seed=0, resamples=50)
    assert weights.shape == (50, 7)
    assert (weights.sum(axis=1) == 7).all()
    assert (weights == draw_weights(7, seed=0, resamples=50)).all()
    assert (weights != draw_weights(7, seed=1, resamples=50)).any()
    with pytest.raises(ConfigError, match="resamples 0"):
        draw_weights(7, seed=0, resamples=0)


def test_percentiles_leave_undefined_resamples_out():
    assert find_interval(np.array([np.nan, *np.linspace(0, 1, 1001)])) == pytest.approx(
        (0.025, 0.975)
    )
    assert find_interval(np.array([np.nan])) == (None, None)


def test_p_value_of_a_clear_and_of_no_difference():
    assert find_p_value(np.full(999, 0.2)) == pytest.approx(0.002)
    assert find_p_value(np.zeros(999)) == 1.0


def test_compare_systems():
    gold, weak = sample(20, found=4)
    strong = as_predictions(gold)
    micro = next(row for row in compare_systems(gold, weak, strong) if row.name == "micro")
    assert micro.table == "spans"
    assert micro.second == 1.0
    assert micro.difference == pytest.approx(1 - micro.first)
    assert 0 < micro.low < micro.difference < micro.high
    assert micro.p < 0.01
    same = compare_systems(gold, strong, strong)
    assert {row.p for row in same} == {1.0}


def test_agreement_of_two_annotators():
    other = replace(
        GOLD,
        spans=(*GOLD.spans[:1], span("2 mg weekly", "DOSE"), *GOLD.spans[3:]),
        record=replace(GOLD.record, n_total=None),
    )
    found = score_agreement([GOLD, replace(GOLD, id="only")], [other])
    labels = {row.label: row for row in found.spans}
    assert (found.n_documents, found.only_one) == (1, ("only",))
    assert (labels["DOSE"].strict, labels["DOSE"].overlap) == (0.5, 1.0)
    assert (labels["micro"].n_first, labels["micro"].n_second) == (5, 4)
    assert labels["micro"].strict == pytest.approx(2 * 3 / 9)
    slots = {row.slot: row for row in found.records}
    assert (slots["n_total"].n_first, slots["n_total"].n_second, slots["n_total"].f1) == (1, 0, 0.0)
    assert slots["products.source"].f1 == 1.0


def test_printed_and_written_report(tmp_path):
    gold, predicted = sample(3, found=1)
    report = evaluate(gold, [*predicted[1:], Prediction(id="extra")], seed=5, resamples=20)
    console = Console(width=120, record=True, quiet=False, file=(tmp_path / "out").open("w"))
    print_report(report, console)
    shown = console.export_text()
    console.file.close()
    assert "20 resamples, seed 5" in shown
    assert "1 (d0)" in shown
    assert "1 (extra)" in shown
    assert "regimens.interval" in shown
    write_report(report, tmp_path / "scores")
    written = json.loads((tmp_path / "scores" / "report.json").read_text())
    assert written["spans"]["strict"][-2]["support"] == 6
    assert "mistakes" not in written
    lines = (tmp_path / "scores" / "errors.jsonl").read_text().splitlines()
    assert len(lines) == len(report.mistakes)
    assert json.loads(lines[0])["kind"] == "missed"
