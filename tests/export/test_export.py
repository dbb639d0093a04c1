"""What is written: formats, safety of the tables, and completeness of the files."""

import csv
import io
import json

import jsonschema
import msgspec
import pytest

from cellstudy.errors import ConfigError, InputError
from cellstudy.export import (
    flatten,
    json_schema,
    list_spans,
    open_outputs,
    write_flat,
    write_record_table,
    write_records,
    write_result_table,
    write_spans,
)
from cellstudy.export.csv_rows import format_row, protect
from cellstudy.export.tables import RECORD_COLUMNS, RESULT_COLUMNS, describe_regimen
from cellstudy.export.units import plain_unit
from cellstudy.schema import (
    Article,
    Condition,
    Evidence,
    Mention,
    PipelineInfo,
    Product,
    Quantity,
    Regimen,
    Result,
    Schedule,
    Source,
    StudyRecord,
    Tagging,
    Value,
)

TEXT = 'Cells, "new", for burns\nWe gave 2×10^6 cells/kg weekly. Pain changed by -8.5% (p<0.05).'


def leaf(value, text=None):
    evidence = ()
    if text is not None:
        start = TEXT.index(text)
        evidence = (Evidence(start=start, end=start + len(text), text=text, section="RESULTS"),)
    return Value(
        status="reported", value=value, evidence=evidence, made_by="rule:test", confidence=0.9
    )


def make_record(name="d1", **more):
    fields = {
        "source": Source(id=name, title='Cells, "new", for burns', sha256="0", pmid="1", year=2020),
        "pipeline": PipelineInfo(name="cellstudy", version="0", model="sm", model_sha256="0"),
        "design": leaf("case_series"),
        "n_total": leaf(12),
        "conditions": (Condition(name=leaf("burns", "burns"), mondo_id=leaf("MONDO:1")),),
        "products": (Product(name=leaf("cells"), form=leaf("cells")), Product(name=leaf("gel"))),
        "regimens": (
            Regimen(
                dose_low=leaf(2e6, "2×10^6 cells/kg"),
                dose_high=leaf(2e6),
                dose_unit=leaf("{cells}"),
                dose_per=leaf("kg"),
                route=leaf("intravenous"),
                n_doses=leaf(2),
                interval=leaf("P1W", "weekly"),
            ),
        ),
        "results": (
            Result(
                outcome=leaf("=cmd()"),
                kind=leaf("percent"),
                value=leaf(-8.5, "-8.5%"),
                high=leaf(-8.5),
                unit=leaf("%"),
            ),
            Result(outcome=leaf("pain"), kind=leaf("p_only"), p=leaf("<0.05", "p<0.05")),
        ),
    }
    return StudyRecord(**fields | more)


def make_tagging(name="d1"):
    def mention(text, label, **more):
        start = TEXT.index(text)
        return Mention(
            start=start,
            end=start + len(text),
            text=text,
            label=label,
            confidence=0.87654321,
            made_by="rule:test",
            sentence=0,
            **more,
        )

    dose = Quantity(start=32, end=47, kind="amount", low=2e6, high=2e6, unit="cells", per="kg")
    weekly = Schedule(start=48, end=54, kind="frequency", interval="P1W")
    return Tagging(
        article=Article(id=name, title="t", abstract="a", text=TEXT),
        sentences=((0, len(TEXT)),),
        mentions=(
            mention("burns", "DISEASE"),
            mention("2×10^6 cells/kg", "DOSE", quantity=dose),
            mention("weekly", "DOSING_INTERVAL", schedule=weekly),
        ),
    )


def read_table(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def test_flatten_gives_the_guidelines_fields():
    flat = flatten(make_record())
    assert (flat.design, flat.species, flat.n_total) == ("case_series", None, 12)
    assert flat.conditions == ("burns",)
    regimen = flat.regimens[0]
    assert (regimen.dose_low, regimen.dose_unit, regimen.dose_per) == (2_000_000, "cells", "kg")
    assert (flat.results[0].value, flat.results[0].unit) == (-8.5, "%")
    assert (flat.results[1].p, flat.results[1].value) == ("<0.05", None)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("{cells}", "cells"),
        ("[iU]", "IU"),
        ("[IU]", "IU"),
        ("{particles}", "particles"),
        ("ug", "ug"),
        ("mL", "mL"),
        ("%", "%"),
        ("d", "day"),
        ("{injection}", "injection"),
        ("{cells}/kg", "cells/kg"),
        ("kg/d", "kg/day"),
        ("/min", "bpm"),
        ("/h", "/hour"),
        ("{cells}/(10.kg)", "cells/10 kg"),
        ("{something new}", "something new"),
    ],
)
def test_plain_units(code, name):
    assert plain_unit(code) == name


def test_whole_numbers_are_written_without_point(tmp_path):
    write_flat([make_record()], tmp_path / "flat.jsonl")
    line = (tmp_path / "flat.jsonl").read_text()
    assert '"dose_low":2000000,' in line
    assert json.loads(line)["id"] == "d1"


def test_spans_carry_confidence_maker_and_value(tmp_path):
    write_spans([make_tagging()], tmp_path / "spans.jsonl")
    entry = json.loads((tmp_path / "spans.jsonl").read_text())
    assert entry["id"] == "d1"
    disease, dose, interval = entry["spans"]
    assert disease == {
        "start": 18,
        "end": 23,
        "label": "DISEASE",
        "confidence": 0.8765,
        "made_by": "rule:test",
    }
    assert dose["value"] == {"low": 2e6, "high": 2e6, "unit": "cells", "per": "kg"}
    assert interval["value"] == {"interval": "P1W"}
    assert list_spans(make_tagging())[0].value is None


def test_a_sample_size_carries_its_role_and_a_value_its_dispersion():
    size = Quantity(start=0, end=2, kind="number", low=40, high=40)
    value = Quantity(
        start=3, end=9, kind="number", low=4.5, high=4.5, dispersion=1.2, dispersion_kind="sd"
    )
    mentions = [
        Mention(
            start=quantity.start,
            end=quantity.end,
            text="",
            label=label,
            confidence=1.0,
            made_by="rule:test",
            sentence=0,
            quantity=quantity,
            role=role,
        )
        for quantity, label, role in ((size, "SAMPLE_SIZE", "randomised"), (value, "VALUE", None))
    ]
    tagging = msgspec.structs.replace(make_tagging(), mentions=tuple(mentions))
    first, second = (span.value for span in list_spans(tagging))
    assert (first.low, first.role) == (40, "randomised")
    assert (second.dispersion, second.dispersion_kind) == (1.2, "sd")


def test_a_written_record_validates_against_the_published_schema(tmp_path):
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    write_records([make_record()], tmp_path / "records.jsonl")
    entry = json.loads((tmp_path / "records.jsonl").read_text())
    jsonschema.validate(entry, schema)
    entry["regimens"][0]["dose_low"]["value"] = "2e6"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(entry, schema)


def test_equal_records_give_equal_bytes(tmp_path):
    for name in ("a", "b"):
        write_records([make_record()], tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("＝1+1", "'＝1+1"),
        ("-8.5", "-8.5"),
        ("+2", "+2"),
        (-8.5, -8.5),
        ("<0.05", "<0.05"),
        ("-8.5%", "'-8.5%"),
        ("plain = text", "plain = text"),
        ("", ""),
        (None, None),
    ],
)
def test_text_that_a_spreadsheet_would_run_is_disarmed(cell, expected):
    assert protect(cell) == expected


def test_rows_survive_quotes_commas_and_line_breaks():
    cells = ['a "b", c', "one\r\ntwo\nthree", "½ µg", -1.5, None]
    written = format_row(cells)
    assert written.endswith(b"\r\n")
    (read,) = csv.reader(io.StringIO(written.decode("utf-8"), newline=""))
    assert read == ['a "b", c', "one\r\ntwo\nthree", "½ µg", "-1.5", ""]


def test_record_table(tmp_path):
    write_record_table([make_record(), make_record("d2")], tmp_path / "records.csv")
    first, second = read_table((tmp_path / "records.csv").read_bytes())
    assert tuple(first) == RECORD_COLUMNS
    assert first["title"] == 'Cells, "new", for burns'
    assert (first["conditions"], first["condition_ids"]) == ("burns", "MONDO:1")
    assert (first["products"], first["product_forms"]) == ("cells | gel", "cells | ")
    assert first["product_donors"] == ""
    assert first["regimens"] == "2e6 cells/kg; intravenous; x2; every P1W"
    assert (first["n_total"], first["n_results"], second["id"]) == ("12", "2", "d2")


def test_result_table_has_a_row_for_each_number_with_its_place(tmp_path):
    write_result_table([make_record(), make_record("d2", results=())], tmp_path / "results.csv")
    first, second = read_table((tmp_path / "results.csv").read_bytes())
    assert tuple(first) == RESULT_COLUMNS
    assert (first["id"], first["outcome"], first["value"]) == ("d1", "'=cmd()", "-8.5")
    assert TEXT[int(first["start"]) : int(first["end"])] == "-8.5%"
    assert (first["made_by"], first["confidence"]) == ("rule:test", "0.9")
    assert (second["value"], second["p"], second["evidence"]) == ("", "<0.05", "p<0.05")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ""),
        ({"dose_low": 1e6, "dose_high": 2e6, "dose_unit": "{cells}"}, "1e6-2e6 cells"),
        ({"dose_low": 12345678.0, "dose_high": 12345678.0}, "1.2345678e7"),
        ({"dose_low": 0.1, "dose_high": 0.1, "dose_unit": "mL"}, "0.1 mL"),
        ({"dose_low": 200000.0, "dose_high": 200000.0, "dose_per": "d"}, "200000/day"),
        ({"route": "oral", "duration": "P4W"}, "oral; for P4W"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_describe_regimen(fields, expected):
    leaves = {name: leaf(value) for name, value in fields.items()}
    assert describe_regimen(Regimen(**leaves)) == expected


FILES = {"records.jsonl", "flat.jsonl", "spans.jsonl", "records.csv", "results.csv"}


def names(folder):
    return {path.name for path in folder.iterdir()}


def test_outputs_equal_those_of_the_single_writers(tmp_path):
    with open_outputs(tmp_path / "out") as writer:
        for name in ("d1", "d2"):
            writer.write(make_record(name), make_tagging(name))
    assert writer.n_written == 2
    assert names(tmp_path / "out") == FILES
    records = [make_record("d1"), make_record("d2")]
    write_records(records, tmp_path / "records.jsonl")
    write_flat(records, tmp_path / "flat.jsonl")
    write_spans([make_tagging("d1"), make_tagging("d2")], tmp_path / "spans.jsonl")
    write_record_table(records, tmp_path / "records.csv")
    write_result_table(records, tmp_path / "results.csv")
    for name in FILES:
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_an_interrupted_run_leaves_what_was_there(tmp_path):
    with open_outputs(tmp_path) as writer:
        writer.write(make_record(), make_tagging())
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def interrupted():
        with open_outputs(tmp_path) as writer:
            writer.write(make_record("d2"), make_tagging("d2"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_quarantine_is_there_only_when_it_has_an_entry(tmp_path):
    with open_outputs(tmp_path) as writer:
        writer.quarantine(InputError("no text", source="a.xml", record="7", field="abstract"))
    assert names(tmp_path) == {*FILES, "quarantine.jsonl"}
    assert json.loads((tmp_path / "quarantine.jsonl").read_text()) == {
        "source": "a.xml",
        "record": "7",
        "field": "abstract",
        "reason": "no text",
    }
    with open_outputs(tmp_path):
        pass
    assert names(tmp_path) == FILES


def test_text_that_is_no_unicode_goes_to_quarantine(tmp_path):
    with open_outputs(tmp_path) as writer:
        writer.write(make_record(design=leaf("a\ud800")), make_tagging())
        writer.write(make_record("d2"), make_tagging("d2"))
    assert (writer.n_written, writer.n_quarantined) == (1, 1)
    assert json.loads((tmp_path / "quarantine.jsonl").read_text())["record"] == "d1"
    for name in FILES:
        assert b"d1" not in (tmp_path / name).read_bytes(), name


def test_a_folder_that_cannot_be_made_is_a_wrong_option(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="file"), open_outputs(tmp_path / "file"):
        pass
