"""The typing of numbers: pooling, the component, and the roles of sample sizes."""

import numpy as np
import pytest
import spacy
from spacy.training import Example

from cellstudy.errors import ModelError
from cellstudy.labels import EXT_NUMBER_TYPES, LABELS, MENTIONS, RECOGNISED
from cellstudy.tag.extensions import ScoredSpan, get_spans, register_extensions, set_spans
from cellstudy.tag.number_features import Candidate
from cellstudy.tag.number_pool import (
    Typed,
    choose_labels,
    permit_labels,
    replace_numbers,
    spread_recognised,
)
from cellstudy.tag.number_typing import ROLES_GROUP, NumberTyper
from cellstudy.tag.recogniser import ANNOTATED
from cellstudy.tag.sample_roles import find_role

NAMES = ("none", "DOSE", "VALUE", "SAMPLE_SIZE")
ITEMS = [
    Typed(Candidate(0, 2, "number", 30.0, 30.0), ("VALUE", "SAMPLE_SIZE")),
    Typed(Candidate(5, 9, "amount", 5.0, 5.0), ("DOSE", "VALUE")),
    Typed(Candidate(12, 20, "p_value", 0.05, 0.05), ("P_VALUE",)),
]
DOSE = ScoredSpan(5, 9, "DOSE", 0.8, "model:recogniser")
DISEASE = ScoredSpan(22, 30, "DISEASE", 0.9, "model:recogniser")


def test_only_permitted_labels_are_open():
    assert permit_labels(ITEMS, NAMES).tolist() == [[1, 0, 1, 1], [1, 1, 1, 0], [1, 0, 0, 0]]


def test_the_recogniser_shares_what_is_left_of_its_probability():
    rows = spread_recognised(ITEMS, [DOSE, DISEASE], NAMES)
    assert np.allclose(rows[1], [0.1, 0.8, 0.1, 0.0])
    assert np.allclose(rows[0], [0.9, 0.0, 0.05, 0.05])


def test_kinds_that_are_a_type_keep_it():
    sure = np.asarray([[0.1, 0, 0.2, 0.7], [0.2, 0.8, 0, 0], [1.0, 0, 0, 0]])
    chosen = choose_labels(ITEMS, sure, NAMES)
    assert chosen == [("SAMPLE_SIZE", 0.7), ("DOSE", 0.8), ("P_VALUE", 1.0)]


def test_numeric_spans_are_replaced_and_others_stay():
    chosen = [("SAMPLE_SIZE", 0.7), ("none", 0.6), ("P_VALUE", 1.0)]
    found = replace_numbers([DOSE, DISEASE], ITEMS, chosen)
    assert [(span.start, span.label) for span in found] == [(22, "DISEASE"), (0, "SAMPLE_SIZE")]


ROLES = [
    ("We screened 80 adults.", "80", "screened"),
    ("In all 60 patients were randomised.", "60", "randomised"),
    ("Drug A (n = 31) was safe.", "31", "arm"),
    ("Of these 30 received placebo.", "30", "arm"),
    ("Then 4 patients were lost to follow-up.", "4", "lost"),
    ("Later 3 withdrew.", "3", "lost"),
    ("At the end 52 patients completed the study.", "52", "completed"),
    ("There 50 patients were evaluable.", "50", "analysed"),
    ("A total of 12 rats were bought.", "12", "total"),
    ("Pain lasted 7 days.", "7", ""),
]


@pytest.mark.parametrize(("text", "number", "role"), ROLES, ids=[case[0] for case in ROLES])
def test_words_tell_the_role(text, number, role):
    start = text.index(number)
    assert find_role(text, start, start + len(number)) == role


SENTENCES = [
    ("We randomised {} patients to drug A.", "SAMPLE_SIZE", "randomised"),
    ("Group A (n = {}) took it.", "SAMPLE_SIZE", "arm"),
    ("They were given {} mg twice.", "DOSE", None),
    ("Pain fell by {} points.", "VALUE", None),
]
NUMBERS = ("12", "34", "56", "78", "90")


@pytest.fixture(scope="module")
def nlp():
    register_extensions()
    nlp = spacy.blank("en")
    for name in ("sentences", "sections", "quantities", "schedules"):
        nlp.add_pipe(f"cellstudy_{name}")
    return nlp


def make_example(nlp, sentence, label, role, number):
    text = sentence.format(number)
    reference = nlp.make_doc(text)
    start = text.index(number)
    end = start + len(number)
    if label == "DOSE":
        end += len(" mg")
    if label == "VALUE":
        end += len(" points")
    set_spans(reference, MENTIONS, [ScoredSpan(start, end, label, 1.0, "gold")])
    if role:
        set_spans(reference, ROLES_GROUP, [ScoredSpan(start, end, role, 1.0, "gold")])
    reference.user_data[ANNOTATED] = LABELS
    return Example(nlp.make_doc(text), reference)


@pytest.fixture(scope="module")
def typer(nlp):
    examples = [make_example(nlp, *case, number) for case in SENTENCES for number in NUMBERS]
    typer = NumberTyper()
    typer.initialize(lambda: examples, nlp=nlp)
    return typer


def test_a_fitted_typer_labels_what_the_recogniser_left_out(nlp, typer):
    doc = nlp("Pain fell by 41 points.")
    set_spans(doc, RECOGNISED, [ScoredSpan(0, 4, "OUTCOME", 0.9, "model:recogniser")])
    found = get_spans(typer(doc), RECOGNISED)
    assert [(s.label, doc.text[s.start : s.end]) for s in found] == [
        ("OUTCOME", "Pain"),
        ("VALUE", "41 points"),
    ]
    assert found[1].made_by == "model:number_typer"
    assert 0 < found[1].confidence < 1


def test_a_sample_size_has_its_role(nlp, typer):
    (item,) = typer(nlp("Group B (n = 61) took it."))._.get(EXT_NUMBER_TYPES)
    assert (item["label"], item["role"]) == ("SAMPLE_SIZE", "arm")


def test_a_typer_that_was_not_fitted_changes_nothing(nlp):
    doc = nlp("Group B (n = 61) took it.")
    spans = [ScoredSpan(13, 15, "SAMPLE_SIZE", 0.8, "model:recogniser")]
    set_spans(doc, RECOGNISED, spans)
    NumberTyper()(doc)
    assert get_spans(doc, RECOGNISED) == spans
    (item,) = doc._.get(EXT_NUMBER_TYPES)
    assert (item["label"], item["confidence"], item["role"]) == ("SAMPLE_SIZE", 0.8, "arm")


def test_no_number_no_types(nlp, typer):
    assert typer(nlp("No change."))._.get(EXT_NUMBER_TYPES) == []


def test_disk_and_bytes_restore_the_same_typer(nlp, typer, tmp_path):
    typer.to_disk(tmp_path / "typer")
    text = "We randomised 44 patients to drug A."
    wanted = typer(nlp(text))._.get(EXT_NUMBER_TYPES)
    for again in (
        NumberTyper().from_disk(tmp_path / "typer"),
        NumberTyper().from_bytes(typer.to_bytes()),
    ):
        assert again(nlp(text))._.get(EXT_NUMBER_TYPES) == wanted
    assert NumberTyper().from_bytes(NumberTyper().to_bytes()).types is None


def test_unreadable_weights_are_a_model_error():
    with pytest.raises(ModelError, match="unreadable"):
        NumberTyper().from_bytes(b"\xff")
