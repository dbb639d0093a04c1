"""The trained component: partial labels, learning, and its round trips."""

import numpy as np
import pytest
import spacy
from spacy.training import Example

from cellstudy.labels import MENTIONS, RECOGNISED
from cellstudy.tag import crf
from cellstudy.tag.extensions import ScoredSpan, get_spans, register_extensions, set_spans
from cellstudy.tag.recogniser import ANNOTATED, agreeing_tags, score_spans

TEXTS = [
    ("Psoriasis improved after 5 mg of salve.", [("Psoriasis", "DISEASE"), ("5 mg", "DOSE")]),
    ("He took 20 mg for chronic urticaria.", [("20 mg", "DOSE"), ("chronic urticaria", "DISEASE")]),
    ("Melasma was seen.", [("Melasma", "DISEASE")]),
    ("No dose was named here.", []),
]


def make_example(nlp, text, parts, annotated=("DISEASE", "DOSE")):
    register_extensions()
    reference = nlp.make_doc(text)
    spans = [
        ScoredSpan(text.index(part), text.index(part) + len(part), label, 1.0, "gold")
        for part, label in parts
    ]
    set_spans(reference, MENTIONS, spans)
    reference.user_data[ANNOTATED] = annotated
    return Example(nlp.make_doc(text), reference)


@pytest.fixture(scope="module")
def trained():
    nlp = spacy.blank("en")
    nlp.add_pipe("cellstudy_recogniser", name="recogniser")
    examples = [make_example(nlp, text, parts) for text, parts in TEXTS]
    optimizer = nlp.initialize(lambda: examples)
    for _ in range(60):
        nlp.update(examples, sgd=optimizer)
    return nlp


def found(doc):
    return [(doc.text[s.start : s.end], s.label) for s in get_spans(doc, RECOGNISED)]


@pytest.mark.parametrize(("text", "parts"), TEXTS, ids=[text for text, _ in TEXTS])
def test_it_learns_what_it_was_shown(trained, text, parts):
    assert found(trained(text)) == parts


def test_every_span_has_a_probability(trained):
    spans = get_spans(trained(TEXTS[0][0]), RECOGNISED)
    assert all(0.5 < span.confidence <= 1.0 for span in spans)
    assert {span.made_by for span in spans} == {"model:recogniser"}


def test_a_batch_equals_one_by_one(trained):
    texts = [text for text, _ in TEXTS] + [""]
    batch = [get_spans(doc, RECOGNISED) for doc in trained.pipe(texts, batch_size=5)]
    assert batch == [get_spans(trained(text), RECOGNISED) for text in texts]


def test_bytes_and_disk_round_trips_change_nothing(trained, tmp_path):
    trained.to_disk(tmp_path / "model")
    from_disk = spacy.load(tmp_path / "model")
    from_bytes = spacy.blank("en")
    from_bytes.add_pipe("cellstudy_recogniser", name="recogniser")
    from_bytes.from_bytes(trained.to_bytes())
    expected = get_spans(trained(TEXTS[1][0]), RECOGNISED)
    assert expected
    for nlp in (from_disk, from_bytes):
        assert get_spans(nlp(TEXTS[1][0]), RECOGNISED) == expected


def test_an_empty_doc_has_no_spans(trained):
    assert found(trained("")) == []


def test_unannotated_labels_stay_open_outside_spans():
    nlp = spacy.blank("en")
    example = make_example(nlp, "Psoriasis got 5 mg", [("Psoriasis", "DISEASE")], ("DISEASE",))
    allowed = agreeing_tags(example, ("DISEASE", "DOSE"))
    names = crf.tag_names(["DISEASE", "DOSE"])
    assert [names[i] for i in np.flatnonzero(allowed[0])] == ["U-DISEASE"]
    assert [names[i] for i in np.flatnonzero(allowed[1])] == [
        "O",
        "B-DOSE",
        "I-DOSE",
        "L-DOSE",
        "U-DOSE",
    ]


def test_the_score_counts_only_annotated_labels():
    nlp = spacy.blank("en")
    example = make_example(nlp, "Psoriasis got 5 mg", [("Psoriasis", "DISEASE")], ("DISEASE",))
    guesses = [ScoredSpan(0, 9, "DISEASE", 1.0, "m"), ScoredSpan(14, 18, "DOSE", 1.0, "m")]
    predicted = nlp.make_doc(example.reference.text)
    set_spans(predicted, RECOGNISED, guesses)
    scores = score_spans([Example(predicted, example.reference)])
    assert scores["spans_p"] == scores["spans_r"] == scores["spans_f"] == 1.0
