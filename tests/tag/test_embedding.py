"""The token embedding: the annotation convention of a Doc is part of it."""

import numpy as np
import spacy
from thinc.api import Maxout

from cellstudy.tag.embedding import build_feature_embed, multiply_with_numpy
from cellstudy.tag.extensions import register_extensions


def embed(conventions: list[str], *, include: bool):
    register_extensions()
    nlp = spacy.blank("en")
    docs = [nlp("Scars had 5 mL daily.") for _ in conventions]
    for doc, convention in zip(docs, conventions, strict=True):
        doc._.convention = convention
    model = build_feature_embed(
        width=8,
        attrs=["NORM"],
        rows=[50],
        groups=["lexicon"],
        group_rows=20,
        group_width=4,
        include_static_vectors=False,
        word_dropout=0.0,
        include_convention=include,
    )
    model.initialize(X=docs)
    return model.predict(docs)


def test_the_convention_of_a_doc_changes_its_embedding() -> None:
    ours, theirs, again = embed(["cellstudy", "ncbi_disease", "cellstudy"], include=True)
    assert not np.allclose(ours, theirs)
    assert np.array_equal(ours, again)


def test_a_model_without_conventions_does_not_see_them() -> None:
    ours, theirs = embed(["cellstudy", "ncbi_disease"], include=False)
    assert np.array_equal(ours, theirs)


def test_a_prediction_has_the_bits_of_a_training_pass():
    layer = multiply_with_numpy(Maxout(nO=6, nI=5, nP=3))
    layer.initialize()
    rows = np.random.default_rng(0).normal(size=(7, 5)).astype("f")
    trained, _ = layer.begin_update(rows)
    assert np.array_equal(layer.predict(rows), trained)
