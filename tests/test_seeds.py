"""The five saved pages of real abstracts must come out right."""

import pytest

from cellstudy.export import flatten
from cellstudy.read import read

REVIEW = "10.2174/011574888X393159250704132425"
INFLAMMATORY = "10.4081/dr.2025.10112"
CASES = "10.1111/jocd.16683"
ADIPOSE = "10.3389/fimmu.2025.1617157"
HAIR = "10.2147/CCID.S543451"


@pytest.fixture(scope="module")
def records(shared, extractor):
    articles = [item for path in sorted((shared / "seeds").glob("*.txt")) for item in read(path)]
    return {item.record.source.doi: item.record for item in extractor.extract(articles)}


@pytest.fixture(scope="module")
def flat(records):
    return {doi: flatten(record) for doi, record in records.items()}


def conditions(record):
    return {item.lower() for item in record.conditions}


def numbers(record):
    """(value, high, unit, condition) of the reported numbers."""
    return {
        (item.value, item.high, item.unit, item.condition)
        for item in record.results
        if item.value is not None
    }


def included(record):
    return {(item.design.value, item.n.value) for item in record.included_studies}


def test_each_seed_gives_one_record(records):
    assert set(records) == {REVIEW, INFLAMMATORY, CASES, ADIPOSE, HAIR}


def test_narrative_review_of_exosomes(flat):
    record = flat[REVIEW]
    assert record.design == "narrative_review"
    assert {item.form for item in record.products} >= {"extracellular_vesicles"}
    assert conditions(record) >= {
        "alopecia",
        "psoriasis",
        "atopic dermatitis",
        "melasma",
        "burns",
        "scars",
        "dystrophic epidermolysis bullosa",
    }
    assert record.results == ()
    assert record.n_total is None


def test_systematic_review_with_a_number_for_each_disease(records, flat):
    record = flat[INFLAMMATORY]
    assert record.design == "systematic_review"
    assert (record.n_studies, record.n_total) == (23, 609)
    assert {n for _, n in included(records[INFLAMMATORY])} == {18, 5}
    assert conditions(record) >= {
        "psoriasis",
        "atopic dermatitis",
        "chronic spontaneous urticaria",
        "alopecia areata",
        "systemic sclerosis",
        "systemic lupus erythematosus",
    }
    found = numbers(record)
    complete = " ".join(str(condition) for low, _, _, condition in found if low == 100)
    for condition in ("alopecia areata", "systemic sclerosis", "systemic lupus erythematosus"):
        assert condition in complete
    assert (0, 0, "%", "atopic dermatitis") in found
    assert (50, 50, "%", "chronic spontaneous urticaria") in found
    assert (4, 4, "%", "psoriasis") in found
    assert (2.6, 2.6, "%", "systemic lupus erythematosus") in found
    assert (0.7, 0.7, "%", "systemic sclerosis") in found
    deaths = {
        (item.value, item.condition) for item in record.results if "death" in (item.outcome or "")
    }
    assert deaths == {(6, "systemic sclerosis"), (15, "systemic lupus erythematosus")}
    bounds = {item.bound.value for item in records[INFLAMMATORY].results if item.value.value == 100}
    assert bounds == {"<="}


def test_case_series_with_dose_and_interval(flat):
    record = flat[CASES]
    assert record.design == "case_series"
    assert record.n_total == 3
    assert conditions(record) == {"acquired trichorrhexis nodosa"}
    assert "extracellular_vesicles" in {item.form for item in record.products}
    doses = {(item.dose_low, item.dose_high, item.dose_unit) for item in record.regimens}
    assert {(0.1, 0.1, "mL"), (5, 5, "mL")} <= doses
    session = next(item for item in record.regimens if item.dose_low == 5)
    assert (session.interval, session.n_doses) == ("P1M", 4)
    assert record.follow_up in ("P1Y", "P12M")
    assert not {item.dose_low for item in record.regimens} & {0.5, 1.0}
    assert numbers(record) == set()


def test_systematic_review_of_adipose_cells(records, flat):
    record = flat[ADIPOSE]
    assert record.design == "systematic_review"
    assert {item.form for item in record.products} == {"cells", "extracellular_vesicles"}
    assert {item.source for item in record.products} == {"adipose tissue"}
    assert {item.source_id.value for item in records[ADIPOSE].products} == {"UBERON:0001013"}
    assert conditions(record) >= {
        "psoriasis",
        "atopic dermatitis",
        "localized scleroderma",
        "acne vulgaris",
    }
    assert numbers(record) == set()


def test_systematic_review_of_hair_growth(records, flat):
    record = flat[HAIR]
    assert record.design == "systematic_review"
    assert record.n_studies == 11
    assert sorted(n for _, n in included(records[HAIR])) == [1, 2, 2, 3, 3]
    assert included(records[HAIR]) >= {("randomized_controlled_trial", 2), ("case_series", 1)}
    sources = {item.source for item in record.products}
    assert sources >= {
        "adipose tissue",
        "placenta",
        "bone marrow",
        "foreskin",
        "umbilical cord",
    }
    assert {"hair follicle", "hair follicles"} & sources
    assert "androgenetic alopecia" in conditions(record)
    assert {(value, high) for value, high, _, _ in numbers(record)} == {(9.5, 35), (13.01, 13.01)}
    outcomes = {item.outcome: item.unit for item in record.results if item.value is not None}
    assert "hair density" in outcomes
    assert outcomes["hair density"] in ("hairs/cm2", "hairs/cm²")
