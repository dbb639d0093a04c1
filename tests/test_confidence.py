"""Confidences of spans and values: calibrated, kept consistent, withheld."""

import msgspec
import pytest

from cellstudy.confidence import (
    calibrate_record,
    calibrate_spans,
    check_threshold,
    list_leaves,
    withhold_spans,
    withhold_values,
)
from cellstudy.curves import (
    FILE,
    POOLED,
    Calibration,
    Curve,
    read_calibration,
    write_calibration,
)
from cellstudy.errors import ConfigError, ModelError
from cellstudy.export import flatten, list_confidences
from cellstudy.export.tables import format_record, format_results
from cellstudy.schema import (
    Article,
    Condition,
    Evidence,
    Mention,
    PipelineInfo,
    Regimen,
    Result,
    Source,
    StudyRecord,
    Tagging,
    Value,
)
from cellstudy.slots import GROUPS, SCORED, TOGETHER

HALF = {POOLED: Curve(0.5, 0.0)}


def leaf(value, confidence):
    place = Evidence(start=0, end=4, text="Cell")
    return Value(
        status="reported", value=value, evidence=(place,), made_by="rule:x", confidence=confidence
    )


def make_record(**more):
    info = PipelineInfo(name="cellstudy", version="0", model="sm", model_sha256="0")
    return StudyRecord(source=Source(id="d", title="Cells", sha256="0"), pipeline=info, **more)


def make_tagging(*mentions):
    article = Article(id="d", title="Cells", abstract="", text="Cells")
    return Tagging(article=article, sentences=((0, 5),), mentions=mentions)


def mention(confidence, *, label="DISEASE", made_by="model:recogniser"):
    return Mention(
        start=0,
        end=5,
        text="Cells",
        label=label,
        confidence=confidence,
        made_by=made_by,
        sentence=0,
    )


@pytest.mark.parametrize(
    ("confidence", "expected"),
    [(0.5, 0.5), (0.8, 2 / 3), (0.2, 1 / 3), (1.0, 0.9693), (0.9999, 0.9693), (0.0, 0.0307)],
)
def test_a_curve_is_a_line_on_log_odds_that_are_cut(confidence, expected):
    assert Curve(0.5, 0.0).read(confidence) == pytest.approx(expected, abs=1e-4)


def test_curves_come_back_from_their_file(tmp_path):
    calibration = Calibration(
        spans={POOLED: Curve(0.5, -1.25, 10), "DOSE": Curve(0.5, 0.0625, 3)},
        slots={"results.number": Curve(1.0, 2.0, 4)},
    )
    write_calibration(calibration, tmp_path)
    read = read_calibration(tmp_path)
    assert read.spans["DOSE"] == pytest.approx(Curve(0.5, 0.0625, 3), abs=1e-4)
    assert (list(read.spans), read.slots) == ([POOLED, "DOSE"], calibration.slots)


def test_a_model_without_curves_stays_as_it_is(tmp_path):
    assert read_calibration(tmp_path) == Calibration()
    tagging = make_tagging(mention(0.8))
    assert calibrate_spans(tagging, {}) is tagging


@pytest.mark.parametrize(
    "line",
    ["span\tDOSE\t0.5\t0.1", "place\tDOSE\t1\t0\t3", "span\tDOSE\tsteep\t0\t3"],
    ids=["column missing", "unknown part", "no number"],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path, line):
    (tmp_path / FILE).write_text(f"# curves\n{line}\n", encoding="utf-8")
    with pytest.raises(ModelError, match=rf"{FILE}:2"):
        read_calibration(tmp_path)


def test_spans_take_the_curve_of_their_label_else_the_common_one():
    curves = {**HALF, "DISEASE": Curve(1.0, 0.0)}
    found = calibrate_spans(make_tagging(mention(0.8), mention(0.8, label="TIME")), curves)
    assert [m.confidence for m in found.mentions] == pytest.approx([0.8, 0.6667])


@pytest.mark.parametrize(
    ("made_by", "expected"),
    [
        ("model:recogniser", 0.6667),
        ("model:number_typer+rule:quantity.power", 0.6667),
        ("rule:mentions.abbreviation<model:recogniser", 0.6667),
        ("model:en_ner_bc5cdr_md 0.5.4", 0.8),
        ("rule:mentions.abbreviation<model:en_ner_bc5cdr_md 0.5.4", 0.8),
    ],
)
def test_a_model_that_was_plugged_in_has_no_curve(made_by, expected):
    found = calibrate_spans(make_tagging(mention(0.8, made_by=made_by)), HALF)
    assert found.mentions[0].confidence == expected


def sure(item, *names):
    return tuple(getattr(item, name).confidence for name in names)


def test_leaves_of_one_slot_are_as_sure_as_the_least_sure():
    regimen = Regimen(dose_low=leaf(1.0, 0.9), dose_unit=leaf("mL", 0.7), route=leaf("oral", 0.8))
    found = calibrate_record(make_record(regimens=(regimen,)), {}).regimens[0]
    assert sure(found, "dose_low", "dose_unit", "route", "dose_high") == (0.7, 0.7, 0.8, 0.0)


def test_what_hangs_on_a_number_is_never_surer():
    result = Result(
        outcome=leaf("pain", 0.9), value=leaf(5.0, 0.6), high=leaf(5.0, 0.6), p=leaf("0.1", 0.95)
    )
    found = calibrate_record(make_record(results=(result,)), {}).results[0]
    assert sure(found, "outcome", "value", "p") == (0.6, 0.6, 0.95)


def test_a_bare_p_value_takes_the_place_of_the_number():
    result = Result(outcome=leaf("pain", 0.9), p=leaf("0.1", 0.5))
    found = calibrate_record(make_record(results=(result,)), {}).results[0]
    assert sure(found, "outcome", "p") == (0.5, 0.5)


def test_the_cap_holds_after_calibration_too():
    curves = {"results.number": Curve(1.0, -2.0), POOLED: Curve(1.0, 2.0)}
    result = Result(outcome=leaf("pain", 0.9), value=leaf(5.0, 0.9))
    found = calibrate_record(make_record(results=(result,)), curves).results[0]
    assert found.outcome.confidence == found.value.confidence < 0.6


def test_calibration_changes_nothing_but_confidences():
    record = make_record(
        design=leaf("cohort", 0.8), conditions=(Condition(name=leaf("acne", 0.8)),)
    )
    found = calibrate_record(record, HALF)
    assert flatten(found) == flatten(record)
    assert sure(found, "design", "follow_up") == (0.6667, 0.0)
    assert found.conditions[0].name == msgspec.structs.replace(leaf("acne", 0.6667))


def test_the_slots_name_every_leaf_of_every_part():
    from typing import get_args

    parts = {field.name: field.type for field in msgspec.structs.fields(StudyRecord)}
    for group, slots in GROUPS.items():
        part = get_args(parts[group])[0]
        assert {name for name in part.__struct_fields__ if name != "total_dose_formula"} == set(
            slots
        )
        assert {n for names in SCORED.get(group, {}).values() for n in names} <= set(slots)
        assert {n for names in TOGETHER.get(group, ()) for n in names} <= set(slots)


def withheld_record():
    results = (
        Result(outcome=leaf("pain", 0.95), value=leaf(5.0, 0.95), arm=leaf("cells", 0.4)),
        Result(outcome=leaf("itch", 0.3), value=leaf(7.0, 0.3)),
    )
    regimen = Regimen(total_dose=leaf(4.0, 0.2), total_dose_formula="2 x 2 = 4")
    return make_record(
        n_total=leaf(20, 0.89),
        conditions=(Condition(name=leaf("acne", 0.2)),),
        regimens=(regimen,),
        results=results,
    )


def test_a_value_below_the_threshold_is_withheld_but_its_place_stays():
    found = withhold_values(withheld_record(), 0.9)
    assert found.n_total == Value(
        status="withheld",
        evidence=(Evidence(start=0, end=4, text="Cell"),),
        made_by="rule:x",
        confidence=0.89,
    )
    assert found.design.status == "not_reported"
    assert found.results[0].value.value == 5.0
    assert found.regimens[0].total_dose_formula is None
    assert [flag.message for flag in found.flags] == ["6 values below confidence 0.9 are withheld"]


def test_a_value_at_the_threshold_stays():
    record = make_record(n_total=leaf(20, 0.9))
    assert withhold_values(record, 0.9) is record


def test_tables_and_flat_record_leave_out_what_was_withheld():
    found = withhold_values(withheld_record(), 0.9)
    flat, confidence = flatten(found), list_confidences(found)
    assert (flat.n_total, flat.conditions, flat.regimens) == (None, (), ())
    assert [(item.outcome, item.arm, item.value) for item in flat.results] == [("pain", None, 5)]
    assert confidence.results == ({"results.number": 0.95, "results.outcome": 0.95},)
    assert format_results(found).count(b"\n") == 1
    assert b"None" not in format_record(found)
    assert b"6 values below confidence 0.9 are withheld" in format_record(found)


def test_list_leaves_has_those_without_value_too():
    statuses = {item.status for item in list_leaves(withhold_values(withheld_record(), 0.9))}
    assert statuses == {"reported", "withheld", "not_reported"}


def test_spans_below_the_threshold_are_left_out():
    found = withhold_spans(make_tagging(mention(0.9), mention(0.89)), 0.9)
    assert [m.confidence for m in found.mentions] == [0.9]


@pytest.mark.parametrize("threshold", [-0.1, 1.01, float("nan")])
def test_a_threshold_is_a_probability(threshold):
    with pytest.raises(ConfigError, match="not from 0 to 1"):
        check_threshold(threshold)


def test_no_threshold_is_fine():
    check_threshold(None)


TEXT = (
    "Autologous stem cells for knee osteoarthritis.\nForty patients received 1 x 10^6 cells/kg "
    "intravenously. Pain fell by 30% (p = 0.01) at 6 months."
)


def test_a_higher_threshold_keeps_a_part_of_what_a_lower_one_keeps(extractor):
    kept = []
    for threshold in (None, 0.5, 0.8, 0.95):
        ((tagging, record),) = extractor.extract([TEXT], min_confidence=threshold)
        values = {i for i, item in enumerate(list_leaves(record)) if item.value is not None}
        assert all(m.confidence >= (threshold or 0) for m in tagging.mentions)
        assert all(list_leaves(record)[i].confidence >= (threshold or 0) for i in values)
        kept.append(values)
    assert kept[0] >= kept[1] >= kept[2] >= kept[3]
    assert len(kept[0]) > len(kept[3])
