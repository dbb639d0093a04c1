"""Learning from the posterior of teachers."""

import json

import numpy as np
import pytest
import spacy

from cellstudy.corpus.reader import create_reader
from cellstudy.corpus.taught import Taught, write_taught
from cellstudy.tag import crf
from cellstudy.tag.distillation import TAUGHT, match_marginals

TEXT = "Melasma was seen."


def marginals(emissions, chain):
    padded, lengths = crf.pad(emissions)
    return crf.tag_marginals(crf.forward_backward(padded, lengths, chain))


def chain_of(n_tags: int) -> crf.Chain:
    rng = np.random.default_rng(1)
    shapes = ((n_tags, n_tags), (n_tags,), (n_tags,))
    return crf.forbid(crf.Chain(*(rng.normal(size=shape).astype("f") for shape in shapes)))


def test_a_student_comes_to_think_as_its_teacher():
    chain = chain_of(9)
    rng = np.random.default_rng(0)
    teacher = [rng.normal(size=(length, 9)).astype("f") for length in (5, 3)]
    wanted = [
        row[: len(item)] for row, item in zip(marginals(teacher, chain), teacher, strict=True)
    ]
    student = [np.zeros_like(item) for item in teacher]
    losses = []
    for _ in range(400):
        result = match_marginals(student, chain, wanted=wanted)
        losses.append(result.loss)
        student = [a - b for a, b in zip(student, result.emissions, strict=True)]
    assert losses[-1] < losses[0]
    found = marginals(student, chain)
    for row, target in zip(found, wanted, strict=True):
        assert row[: len(target)] == pytest.approx(target, abs=0.01)


def test_the_transitions_do_not_learn_from_teachers():
    chain = chain_of(9)
    result = match_marginals([np.zeros((2, 9), "f")], chain, wanted=[np.full((2, 9), 1 / 9, "f")])
    assert not any(part.any() for part in result.chain)


@pytest.fixture
def taught(tmp_path):
    nlp = spacy.blank("en")
    nlp.add_pipe("cellstudy_recogniser", name="recogniser")
    recogniser = nlp.get_pipe("recogniser")
    recogniser.add_label("DISEASE")
    rows = np.zeros((4, 5))
    rows[0, 4], rows[0, 0], rows[1:, 0] = 0.9, 0.1, 1.0  # U-DISEASE, then outside
    write_taught(tmp_path / "taught", [Taught("ncbi_disease", TEXT, rows)])
    return nlp, tmp_path


def read(nlp, folder):
    return list(create_reader({"raw": {"taught": str(folder / "taught")}}, str(folder), [])(nlp))


def test_taught_texts_come_back_with_convention_and_marginals(taught):
    (example,) = read(*taught)
    assert example.predicted.text == TEXT
    assert example.predicted._.convention == "ncbi_disease"
    assert example.reference.user_data[TAUGHT].toarray()[0] == pytest.approx([0.1, 0, 0, 0, 0.9])


def test_marginals_of_another_tokenizer_are_refused(taught):
    nlp, folder = taught
    line = {"convention": "ncbi_disease", "text": TEXT + " Again."}
    (folder / "taught/texts.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match="4 rows of marginals for 6 tokens"):
        read(nlp, folder)


def test_the_recogniser_learns_from_taught_texts(taught):
    nlp, folder = taught
    examples = read(nlp, folder)
    nlp.get_pipe("recogniser").initialize(lambda: examples, nlp=nlp, labels=["DISEASE"])
    optimizer = nlp.create_optimizer()
    for _ in range(60):
        nlp.update(examples, sgd=optimizer)
    (rows,) = nlp.get_pipe("recogniser").marginals([examples[0].predicted])
    assert rows[0, 4] == pytest.approx(0.9, abs=0.05)
    assert (rows[1:, 0] > 0.9).all()
