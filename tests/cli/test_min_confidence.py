"""`--min-confidence` and the figures of calibration, as a user gets them."""

import csv
import io
import json

import pytest
from typer.testing import CliRunner

from cellstudy.cli import app

DEMO = "corpus/invented/pubmed.xml"


def run(*arguments):
    return CliRunner().invoke(app, [str(item) for item in arguments])


def read_lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def folder(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sure")
    result = run("extract", root / DEMO, "-o", folder, "--min-confidence", "0.9")
    assert result.exit_code == 0, result.output
    return folder


def test_withheld_values_are_seen_in_the_record_and_not_in_the_tables(folder):
    records = read_lines(folder / "records.jsonl")
    leaves = [record["n_total"] for record in records] + [
        row[name] for record in records for row in record["results"] for name in ("value", "arm")
    ]
    withheld = [leaf for leaf in leaves if leaf["status"] == "withheld"]
    assert withheld
    assert all("value" not in leaf and leaf["evidence"] for leaf in withheld)
    assert all(leaf["confidence"] >= 0.9 for leaf in leaves if "value" in leaf)
    table = (folder / "records.csv").read_text(encoding="utf-8-sig")
    rows = csv.DictReader(io.StringIO(table))
    assert any("are withheld" in row["flags"] for row in rows)


def test_no_span_below_the_threshold_is_written(folder):
    spans = [span for line in read_lines(folder / "spans.jsonl") for span in line["spans"]]
    assert spans
    assert min(span["confidence"] for span in spans) >= 0.9


@pytest.mark.parametrize("value", ["1.1", "-0.1", "sure"])
def test_a_threshold_that_is_no_probability_is_wrong_use(root, value):
    assert run("extract", root / DEMO, "-q", "--min-confidence", value).exit_code == 2


def test_evaluate_reports_calibration_of_a_run_and_of_its_files(root, tmp_path):
    gold = root / "corpus/invented/documents.jsonl"
    lines = gold.read_text(encoding="utf-8").splitlines()[:3]
    (tmp_path / "gold.jsonl").write_text("\n".join(lines), encoding="utf-8")
    texts = [{"id": item["id"], "text": item["text"]} for item in map(json.loads, lines)]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, texts)), encoding="utf-8")
    run("extract", tmp_path / "in.jsonl", "-q", "-o", tmp_path / "out")
    figures = []
    for name, more in (("fresh", ()), ("files", ("--predictions", tmp_path / "out"))):
        result = run(
            "evaluate", tmp_path / "gold.jsonl", "-o", tmp_path / name, "--resamples", "5", *more
        )
        assert result.exit_code == 0, result.output
        assert "Confidences by slot" in result.stdout
        assert (tmp_path / name / "calibration.svg").read_text(encoding="utf-8").startswith("<svg")
        report = json.loads((tmp_path / name / "report.json").read_text(encoding="utf-8"))
        figures.append(report["calibration"])
    assert figures[0] == figures[1]
    assert figures[0]["slots"]["rows"][-1]["name"] == "all"
