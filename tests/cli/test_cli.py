"""The commands as a user runs them."""

import csv
import json

import pytest
from typer.testing import CliRunner

from cellstudy.cli import app
from cellstudy.export.outputs import OUTPUTS

DEMO = "corpus/invented/pubmed.xml"


@pytest.fixture(scope="module")
def run():
    def invoke(*arguments):
        return CliRunner().invoke(app, [str(item) for item in arguments])

    return invoke


@pytest.fixture(scope="module")
def demo(run, root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    result = run("extract", root / DEMO, "-o", folder)
    return result, folder


def read_lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_extract_writes_all_outputs_and_a_table(demo):
    result, folder = demo
    assert result.exit_code == 0, result.output
    assert {path.name for path in folder.iterdir()} == set(OUTPUTS)
    assert "990000001" in result.stdout
    assert len(read_lines(folder / "records.jsonl")) == 12


def test_every_value_points_at_its_place(demo, root):
    from cellstudy.read import read

    _, folder = demo
    texts = {item.id: item.text for item in read(root / DEMO)}
    n_places = 0

    def walk(value, text):
        nonlocal n_places
        if isinstance(value, dict):
            for place in value.get("evidence", []):
                assert text[place["start"] : place["end"]] == place["text"]
                n_places += 1
            if value.get("status") in ("reported", "derived", "ambiguous"):
                assert value["made_by"]
                assert 0 < value["confidence"] <= 1
            for item in value.values():
                walk(item, text)
        elif isinstance(value, list):
            for item in value:
                walk(item, text)

    for record in read_lines(folder / "records.jsonl"):
        walk(record, texts[record["source"]["id"]])
    assert n_places > 100


def test_spans_are_flat_and_labelled(demo):
    from cellstudy.labels import LABELS

    _, folder = demo
    for line in read_lines(folder / "spans.jsonl"):
        spans = line["spans"]
        assert all(span["label"] in LABELS and 0 < span["confidence"] <= 1 for span in spans)
        ends = [0, *(span["end"] for span in spans)]
        assert all(end <= span["start"] for end, span in zip(ends, spans, strict=False))


def test_the_same_input_gives_the_same_bytes(demo, run, root, tmp_path):
    _, folder = demo
    run("extract", root / DEMO, "-o", tmp_path, "-q")
    for name in OUTPUTS:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name


def test_a_record_does_not_depend_on_its_neighbours(demo, extractor, root):
    import msgspec

    from cellstudy.read import read

    _, folder = demo
    expected = read_lines(folder / "records.jsonl")
    for item, record in zip(read(root / DEMO), expected, strict=True):
        alone = next(iter(extractor.extract([item]))).record
        assert json.loads(msgspec.json.encode(alone)) == record


def test_bad_input_is_quarantined_and_the_rest_goes_on(run, tmp_path):
    bad = tmp_path / "bad.jsonl"
    good = {"id": "a", "title": "A case series of melasma", "abstract": "Three patients got PRP."}
    bad.write_text(json.dumps(good) + '\n{"id": "b"}\nnot json\n', encoding="utf-8")
    missing = tmp_path / "missing.xml"
    result = run("extract", bad, missing, "-o", tmp_path / "out", "-q")
    assert result.exit_code == 1
    assert [line["source"]["id"] for line in read_lines(tmp_path / "out/records.jsonl")] == ["a"]
    reasons = read_lines(tmp_path / "out/quarantine.jsonl")
    assert len(reasons) == 3
    assert all(line["reason"] and line["source"] for line in reasons)


def test_tables_have_a_row_for_each_study_and_number(demo):
    _, folder = demo
    with (folder / "records.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 12
    n_numbers = sum(len(line["record"]["results"]) for line in read_lines(folder / "flat.jsonl"))
    with (folder / "results.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == n_numbers > 0


def test_evaluate_prints_and_writes_all_figures(run, root, tmp_path):
    gold = root / "corpus/invented/documents.jsonl"
    result = run("evaluate", gold, "-o", tmp_path, "--resamples", 50, "--seed", 3)
    assert result.exit_code == 0, result.output
    for part in ("DISEASE", "macro", "regimens", "seed 3", "50 resamples"):
        assert part in result.stdout
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["n_documents"] == 40
    errors = read_lines(tmp_path / "errors.jsonl")
    assert all(line["sentence"] for line in errors if "start" in line)
    assert {"missed", "spurious"} <= {line["kind"] for line in errors}


def test_evaluate_scores_an_earlier_output(run, root, demo):
    _, folder = demo
    result = run("evaluate", root / "corpus/invented", "--predictions", folder, "--resamples", 10)
    assert result.exit_code == 0, result.output
    assert "Without prediction" in result.stdout


def test_misaligned_gold_lists_every_case(tmp_path, capsys, monkeypatch):
    from cellstudy.cli import main

    line = {
        "id": "x",
        "text": "Short.",
        "sha256": "0",
        "spans": [{"start": 4, "end": 99, "label": "DOSE"}, {"start": 0, "end": 2, "label": "NO"}],
        "record": {},
    }
    (tmp_path / "gold.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["cellstudy", "evaluate", str(tmp_path / "gold.jsonl")])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 2
    message = capsys.readouterr().err
    assert "99" in message
    assert "NO" in message
    assert "sha256" in message


def test_schema_is_valid_and_records_follow_it(run, demo):
    import jsonschema

    schema = json.loads(run("schema").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    _, folder = demo
    for record in read_lines(folder / "records.jsonl"):
        jsonschema.validate(record, schema)


def test_a_missing_model_is_one_clear_line(tmp_path, capsys, monkeypatch, root):
    from cellstudy.cli import main

    arguments = ["cellstudy", "extract", str(root / DEMO), "--model", str(tmp_path / "none")]
    monkeypatch.setattr("sys.argv", arguments)
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 2
    assert "no model" in capsys.readouterr().err
