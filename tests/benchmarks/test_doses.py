"""The pure parts of the benchmark of doses and schedules."""

import hashlib
import json

import msgspec
import pytest
from benchmarks.doses import (
    Part,
    count_span_values,
    fold_value,
    name_unit,
    read_parts,
    score_part_values,
    show_value,
)

from cellstudy.errors import InputError
from cellstudy.schema import FlatRecord, FlatRegimen, GoldSpan, SpanValue
from cellstudy.score.gold import GoldDocument, Prediction

DOSE = SpanValue(low=1e6, high=1e6, unit="cells", per="kg")


def span(start, end, label="DOSE", value=None):
    return GoldSpan(start=start, end=end, label=label, value=value)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (DOSE, SpanValue(low=1e6, high=1e6, unit="cells", per="kg"), True),
        (DOSE, SpanValue(low=1e6, high=2e6, unit="cells", per="kg"), False),
        (DOSE, SpanValue(low=1e6, high=1e6, unit="cells"), False),
        (SpanValue(interval="P1W"), SpanValue(interval="P7D"), True),
        (SpanValue(interval="P1W"), SpanValue(interval="P1M"), False),
        (SpanValue(interval="P1W"), SpanValue(), False),
    ],
)
def test_values_are_compared_by_what_they_mean(first, second, same):
    assert (fold_value(first) == fold_value(second)) == same


def test_only_strictly_found_spans_with_a_gold_value_count():
    gold = [span(0, 5, value=DOSE), span(10, 15), span(20, 25, value=DOSE), span(30, 35)]
    found = [span(0, 5, value=DOSE), span(10, 15, value=DOSE), span(20, 24, value=DOSE)]
    assert count_span_values(gold, found).tolist() == [[1, 1, 1], [0, 0, 0]]
    wrong = [span(0, 5, value=SpanValue(low=1.0, high=1.0)), span(20, 25)]
    assert count_span_values(gold, wrong).tolist() == [[2, 1, 0], [0, 0, 0]]


def test_record_values_are_scored_where_there_are_records():
    regimen = FlatRegimen(dose_low=1e6, dose_high=1e6, dose_unit="cells", dose_per="kg")
    document = GoldDocument(
        id="a", text="x" * 9, spans=(span(0, 5),), record=FlatRecord(regimens=(regimen,))
    )
    found = [Prediction(id="a", spans=(span(0, 5, value=DOSE),))]
    records, spans = score_part_values(Part("gold", (document,), has_records=True), found)
    assert show_value(records["DOSE"]) == "1.000 [1.000-1.000] 1/1"
    assert show_value(spans["DOSE"]) == "–"
    assert score_part_values(Part("own", (document,), has_records=False), found)[0] == {}


@pytest.mark.parametrize(
    ("name", "unit", "per"),
    [
        ("milligram", "mg", None),
        ("microgram per day", "ug", "day"),
        ("milligram per kilogram", "mg", "kg"),
        ("cubic centimetre", "mL", None),
        ("week", None, None),
        ("dimensionless", None, None),
    ],
)
def test_units_of_the_peer(name, unit, per):
    assert name_unit(name) == (unit, per)


@pytest.mark.parametrize("place", ["dev", ""], ids=["split", "folder"])
def test_gold_is_found_in_the_split_or_the_folder_itself(tmp_path, place):
    text = "Title\nText."
    digest = hashlib.sha256(text.encode()).hexdigest()
    record = msgspec.to_builtins(FlatRecord())
    line = {"id": "a", "text": text, "sha256": digest, "spans": [], "record": record}
    folder = tmp_path / place
    folder.mkdir(exist_ok=True)
    (folder / "documents.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    (part,) = read_parts(tmp_path, "dev")
    assert [document.id for document in part.documents] == ["a"]


def test_a_folder_without_gold_is_named(tmp_path):
    with pytest.raises(InputError, match=r"documents\.jsonl"):
        read_parts(tmp_path, "dev")
