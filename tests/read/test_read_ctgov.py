"""ClinicalTrials.gov JSON."""

import gzip
import json
from pathlib import Path

import pytest

from cellstudy.errors import InputError
from cellstudy.read import read

STUDY = json.loads((Path(__file__).parent / "data" / "study.json").read_text(encoding="utf-8"))
TEXT = """\
A Phase I Trial of Invented Cells in Adults With Scars
The trial tests invented cells.
It follows adults >18 years for a year.
Low dose: 1 x 10^6 cells/kg
Invented cells: One injection.
Primary outcome: Adverse events (12 months)
Primary outcome: Scar score"""
OTHER = {"protocolSection": {"identificationModule": {"nctId": "NCT2", "briefTitle": "Brief"}}}
BAD = {"protocolSection": {"identificationModule": {"briefTitle": "No number"}}}


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(STUDY),
        json.dumps(STUDY, indent=2),
        json.dumps([STUDY, OTHER]),
        json.dumps({"studies": [STUDY, OTHER], "nextPageToken": "x"}, indent=1),
        json.dumps({"totalCount": 2, "studies": [STUDY, OTHER]}),
        f"{json.dumps(STUDY)}\n{json.dumps(OTHER)}\n",
    ],
    ids=["study", "indented study", "list", "page", "page with count", "lines"],
)
def test_shapes(tmp_path, content):
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    first, *others = read(path)
    assert (first.id, first.nct, first.year, first.language) == (
        "NCT09999997",
        "NCT09999997",
        2023,
        "en",
    )
    assert first.text == TEXT
    assert [item.text for item in others] in ([], ["Brief"])


def test_bad_study_is_an_error_and_the_rest_goes_on(tmp_path):
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"studies": [BAD, "odd", STUDY]}), encoding="utf-8")
    first, second, last = read(path)
    assert isinstance(first, InputError)
    assert (first.record, first.field) == ("1", "protocolSection.identificationModule")
    assert isinstance(second, InputError)
    assert last.text == TEXT


@pytest.mark.parametrize(
    "content", ['{"studies": [{"protocolSection": {"identif', '{"studies": {}}', '{"studies": []}']
)
def test_bad_file_is_one_error(tmp_path, content):
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    (item,) = read(path)
    assert isinstance(item, InputError)


def test_text_is_composed_as_in_the_gold(shared, tmp_path):
    """The registrations of the gold, brought to the registry's form, give the gold's texts."""
    lines = (shared / "gold/train/documents.jsonl").read_text(encoding="utf-8").splitlines()
    gold = {document["id"]: document["sha256"] for document in map(json.loads, lines)}
    with gzip.open(shared / "raw/ctgov_cell_therapy.jsonl.gz", "rt", encoding="utf-8") as stream:
        studies = [_as_study(raw) for raw in map(json.loads, stream) if raw["nct_id"] in gold]
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"studies": studies}), encoding="utf-8")
    found = {item.id: item.sha256 for item in read(path)}
    assert len(found) > 40
    assert found == {name: gold[name] for name in found}


def _as_study(raw):
    outcomes = [
        {"measure": outcome["measure"], "timeFrame": outcome["time_frame"]}
        for outcome in raw["primary_outcomes"]
    ]
    names = {
        "nctId": raw["nct_id"],
        "briefTitle": raw["title"],
        "officialTitle": raw["official_title"],
    }
    return {
        "protocolSection": {
            "identificationModule": names,
            "descriptionModule": {"briefSummary": raw["brief_summary"]},
            "armsInterventionsModule": {
                "armGroups": raw["arms"],
                "interventions": raw["interventions"],
            },
            "outcomesModule": {"primaryOutcomes": outcomes},
        }
    }
