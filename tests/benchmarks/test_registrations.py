"""The pure parts of the benchmark of cell doses in registrations, and its stand-off gold."""

import gzip
import json

import pytest
from benchmarks.registrations import (
    GOLD,
    SOURCE,
    Reading,
    build_window,
    count_window,
    find_field,
    find_overlapping,
    fold_basis,
    judge_reading,
    read_cellstudy,
    read_windows,
)

from cellstudy.errors import GoldError, InputError

DOSE = Reading(10, 24, 1e6, 2e6, "cells", "kg")


@pytest.mark.parametrize(
    ("reading", "expected"),
    [
        (Reading(10, 20, 1e6, 2e6, "cells", "kg"), (True, True, True)),
        (Reading(10, 20, 1e6, 2e6, "cells", None), (True, True, False)),
        (Reading(10, 20, 1e6, 2e6, None, "kg"), (True, False, False)),
        (Reading(10, 20, 1e6 + 0.5, 2e6, "cells", "kg"), (True, True, True)),
        (Reading(10, 20, 1e6 + 5, 2e6, "cells", "kg"), (False, False, False)),
        (Reading(10, 20, 2e6, 2e6, "cells", "kg"), (False, False, False)),
    ],
)
def test_value_then_unit_then_basis(reading, expected):
    assert judge_reading(DOSE, reading) == expected


def test_a_unit_that_the_text_leaves_out_may_stay_out():
    dose = DOSE._replace(unit_implied=True)
    assert judge_reading(dose, Reading(10, 20, 1e6, 2e6, None, "kg")) == (True, True, True)
    assert judge_reading(dose, Reading(10, 20, 1e6, 2e6, "mg", "kg")) == (True, False, False)


@pytest.mark.parametrize(
    ("per", "folded"),
    [
        (None, None),
        ("infusion", None),
        ("2 mL", None),
        ("kg", "kg"),
        ("mL/vials", "mL"),
        ("kg/patient", "kg"),
        ("gland", "gland"),
    ],
)
def test_bases_that_are_none(per, folded):
    assert fold_basis(per) == folded


def test_the_first_overlapping_reading_counts():
    touching = Reading(5, 10, 1, 1, None, None)
    first, second = (Reading(at, at + 4, 1, 1, None, None) for at in (12, 18))
    assert find_overlapping(DOSE, [second, first, touching]) == first
    assert find_overlapping(DOSE, [touching]) is None


def test_counts_of_a_window():
    dose = {"start": 0, "end": 8, "low": 5e6, "high": 5e6, "unit": "cells", "per": None}
    window = build_window("", [dose, dose | {"start": 20, "end": 28, "cut": True}])
    found = [
        Reading(0, 8, 5e6, 5e6, "cells", "kg"),
        Reading(20, 28, 1, 1, "cells", None),
        Reading(30, 38, 1, 1, "cells", None),
        Reading(40, 48, 1, 1, "mg", None),
    ]
    assert count_window(window, found) == (1, 1, 1, 1, 0, 1)
    assert count_window(window, []) == (1, 0, 0, 0, 0, 0)


def test_fields_by_path():
    entry = {"title": "A", "arms": [{"description": "B"}], "phase": ["Phase 1"]}
    assert find_field(entry, "title") == "A"
    assert find_field(entry, "arms.0.description") == "B"
    assert find_field(entry, "arms.1.description") is None
    assert find_field(entry, "phase") is None
    assert find_field(None, "title") is None


def test_the_grammar_as_a_reader():
    text = "given 2 x 10^6 cells/kg"
    (reading,) = read_cellstudy(text)
    assert judge_reading(Reading(6, 23, 2e6, 2e6, "cells", "kg"), reading) == (True, True, True)


@pytest.mark.parametrize("split", ["dev", "test"])
def test_gold_is_well_formed(split):
    lines = (GOLD / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    assert len({entry["nct_id"] for entry in entries}) == len(entries) == 200
    for entry in entries:
        assert bool(entry["doses"]) != ("none" in entry)
        floor, length = 0, entry["end"] - entry["start"]
        for dose in entry["doses"]:
            assert floor <= dose["start"] < dose["end"] <= length
            assert 0 < dose["low"] <= dose["high"]
            floor = dose["end"]


def test_the_parts_share_no_registration():
    numbers = [
        {json.loads(line)["nct_id"] for line in path.read_text(encoding="utf-8").splitlines()}
        for path in (GOLD / "dev.jsonl", GOLD / "test.jsonl")
    ]
    assert not numbers[0] & numbers[1]


def test_another_text_than_the_annotated_one_is_an_error(tmp_path):
    with gzip.open(tmp_path / SOURCE, "wt", encoding="utf-8") as out:
        out.write(json.dumps({"nct_id": "NCT00000000", "title": "none of them"}) + "\n")
    with pytest.raises(GoldError) as caught:
        read_windows("dev", folder=tmp_path)
    assert len(caught.value.problems) == 200


def test_a_missing_source_is_an_error(tmp_path):
    with pytest.raises(InputError, match=SOURCE):
        read_windows("dev", folder=tmp_path)
