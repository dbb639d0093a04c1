"""Reading gold and predictions, and what is refused."""

import hashlib
import json

import pytest

from cellstudy.errors import GoldError, InputError
from cellstudy.schema import FlatRecord, GoldSpan
from cellstudy.score import GoldDocument, Prediction, load_gold, load_predictions
from cellstudy.score.gold import pair_documents

TEXT = "Cells for burns\nTwo doses were given."


def line(**changes):
    entry = {
        "id": "d1",
        "text": TEXT,
        "sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
        "spans": [{"start": 10, "end": 15, "label": "DISEASE"}],
        "record": {"design": "case_report", "n_total": 2, "results": []},
    }
    return json.dumps(entry | changes)


def write(path, *lines):
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_load_a_file(tmp_path):
    (document,) = load_gold(write(tmp_path / "gold.jsonl", line(kind="clinical")))
    assert document.spans == (GoldSpan(start=10, end=15, label="DISEASE"),)
    assert document.record == FlatRecord(design="case_report", n_total=2)


def test_load_a_folder_by_name(tmp_path):
    write(tmp_path / "b.jsonl", line(id="d2"))
    write(tmp_path / "a.jsonl", line(id="d1"))
    assert [document.id for document in load_gold(tmp_path)] == ["d1", "d2"]


def test_spans_come_sorted(tmp_path):
    spans = [{"start": 16, "end": 19, "label": "N_DOSES"}, {"start": 0, "end": 5, "label": "TIME"}]
    (document,) = load_gold(write(tmp_path / "gold.jsonl", line(spans=spans)))
    assert [span.start for span in document.spans] == [0, 16]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"spans": [{"start": 10, "end": 99, "label": "DISEASE"}]}, "outside the text of 37"),
        ({"spans": [{"start": -1, "end": 5, "label": "DISEASE"}]}, "outside the text"),
        ({"spans": [{"start": 5, "end": 5, "label": "DISEASE"}]}, "is empty"),
        ({"spans": [{"start": 9, "end": 15, "label": "DISEASE"}]}, "white space: ' burns'"),
        ({"spans": [{"start": 10, "end": 15, "label": "ILLNESS"}]}, "ILLNESS 10-15 has an unknown"),
        (
            {
                "spans": [
                    {"start": 10, "end": 15, "label": "DISEASE"},
                    {"start": 0, "end": 11, "label": "OUTCOME"},
                ]
            },
            "DISEASE 10-15 overlaps OUTCOME 0-11",
        ),
        ({"sha256": "0"}, "sha256 is '0'"),
        ({"record": {"design": "trial"}}, "design is 'trial', not one of"),
        ({"record": {"n_total": "two"}}, "Expected `float | null`"),
        ({"record": {"colour": 1}}, "unknown field colour"),
        ({"record": {"products": [{"form": "soup"}]}}, "products[0].form is 'soup'"),
        ({"record": {"regimens": [{"dose": 1}]}}, "unknown field regimens[0].dose"),
        ({"record": {"follow_up": "1 year"}}, "follow_up is '1 year', not an ISO 8601"),
        ({"record": {"species": ""}}, "species is an empty text"),
        ({"record": None}, "Expected `object`"),
        ({"text": 3}, "Expected `str`"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_problems_are_named(tmp_path, changes, problem):
    with pytest.raises(GoldError) as raised:
        load_gold(write(tmp_path / "gold.jsonl", line(**changes)))
    (found,) = raised.value.problems
    assert problem in found
    assert "gold.jsonl:1" in found


def test_all_problems_come_at_once(tmp_path):
    lines = [line(sha256="0", record={"species": "", "design": "?"}), "{", line(), line()]
    with pytest.raises(GoldError) as raised:
        load_gold(write(tmp_path / "gold.jsonl", *lines))
    places = [problem.split(": ")[0] for problem in raised.value.problems]
    assert places == ["gold.jsonl:1"] * 3 + ["gold.jsonl:2", "gold.jsonl:3", "gold.jsonl:4"]


def test_touching_spans_are_fine(tmp_path):
    spans = [{"start": 0, "end": 3, "label": "TIME"}, {"start": 3, "end": 5, "label": "VALUE"}]
    (document,) = load_gold(write(tmp_path / "gold.jsonl", line(spans=spans)))
    assert len(document.spans) == 2


def test_nothing_to_read(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        load_gold(tmp_path / "absent.jsonl")
    with pytest.raises(GoldError, match="no document"):
        load_gold(write(tmp_path / "gold.jsonl", ""))


def test_load_predictions(tmp_path):
    span = {"start": 10, "end": 15, "label": "DISEASE", "confidence": 0.5, "made_by": "rule:x"}
    write(tmp_path / "spans.jsonl", json.dumps({"id": "d1", "spans": [span]}))
    write(tmp_path / "flat.jsonl", json.dumps({"id": "d2", "record": {"n_total": 3}}))
    first, second = load_predictions(tmp_path)
    assert first == Prediction(id="d1", spans=(GoldSpan(**span),))
    assert second == Prediction(id="d2", record=FlatRecord(n_total=3))


@pytest.mark.parametrize(
    ("span", "reason"),
    [
        ({"start": 1, "end": 2, "label": "ILLNESS"}, "unknown label"),
        ({"start": 2, "end": 2, "label": "DISEASE"}, "no such place"),
        ({"start": 2, "label": "DISEASE"}, "missing required field `end`"),
    ],
)
def test_predictions_that_cannot_be_counted(tmp_path, span, reason):
    write(tmp_path / "spans.jsonl", json.dumps({"id": "d1", "spans": [span]}))
    write(tmp_path / "flat.jsonl")
    with pytest.raises(InputError, match=reason):
        load_predictions(tmp_path)


def test_predictions_need_both_files(tmp_path):
    write(tmp_path / "spans.jsonl")
    with pytest.raises(InputError, match=r"flat\.jsonl"):
        load_predictions(tmp_path)


def test_pairing_reports_missing_and_unknown():
    gold = [GoldDocument(id=name, text="", spans=(), record=FlatRecord()) for name in ("b", "a")]
    pairing = pair_documents(gold, [Prediction(id="b"), Prediction(id="c")])
    assert [document.id for document, _ in pairing.pairs] == ["a", "b"]
    assert pairing.missing == ("a",)
    assert pairing.unknown == ("c",)
    with pytest.raises(InputError, match="came before"):
        pair_documents(gold, [Prediction(id="b"), Prediction(id="b")])
    with pytest.raises(GoldError, match="no gold document"):
        pair_documents([], [])
