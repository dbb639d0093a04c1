"""Several taggers of `retraining`, of different seeds or on different folds, deciding together."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from benchmarks.corpora import Document
from benchmarks.retraining import RECIPE, TAGGER, Recipe, tag_texts, train_tagger
from cellstudy.schema import GoldSpan
from cellstudy.tag import crf
from cellstudy.tag.recogniser import Recogniser


def train_taggers(
    name: str,
    documents: Sequence[Document],
    labels: Sequence[str],
    *,
    seeds: int,
    recipe: Recipe = RECIPE,
    model: Path | None = None,
) -> list[Language]:
    """Train one tagger for each of `seeds` random seeds."""
    recipes = [recipe._replace(seed=seed) for seed in range(seeds)]
    return [train_tagger(name, documents, labels, recipe=one, model=model) for one in recipes]


class Crossed(NamedTuple):
    """Taggers that each left out one fold, and what they found in the fold that they left out."""

    taggers: list[Language]
    held_out: list[list[GoldSpan]]


def train_crosswise(
    name: str,
    documents: Sequence[Document],
    labels: Sequence[str],
    *,
    folds: int,
    recipe: Recipe = RECIPE,
    model: Path | None = None,
) -> Crossed:
    """Train one tagger for each fold, on the others; each has a seed of its own."""
    fold_of = np.random.default_rng(1).permutation(len(documents)) % folds
    taggers, held_out = [], [[] for _ in documents]
    for fold in range(folds):
        kept = [documents[i] for i in np.flatnonzero(fold_of != fold)]
        seeded = recipe._replace(seed=fold)
        nlp = train_tagger(f"{name}-{fold}", kept, labels, recipe=seeded, model=model)
        left_out = np.flatnonzero(fold_of == fold)
        found = tag_texts(nlp, [documents[i].text for i in left_out])
        for i, spans in zip(left_out, found, strict=True):
            held_out[i] = spans
        taggers.append(nlp)
    return Crossed(taggers, held_out)


def tag_together(taggers: Sequence[Language], texts: Sequence[str]) -> list[list[GoldSpan]]:
    """The spans on the best path under the mean of the taggers' potentials.

    Each has its probability under that mean.
    """
    first, *_ = taggers
    with first.select_pipes(disable=[TAGGER]):
        docs = list(first.pipe(texts, batch_size=16))
    return [_decode([cast(Recogniser, nlp.get_pipe(TAGGER)) for nlp in taggers], d) for d in docs]


def _decode(taggers: Sequence[Recogniser], doc: Doc) -> list[GoldSpan]:
    if not len(doc):
        return []
    scores = np.mean([np.asarray(tagger.model.predict([doc])[0]) for tagger in taggers], axis=0)
    chains = [tagger.transitions() for tagger in taggers]
    parts = (np.mean(part, axis=0, dtype=np.float64) for part in zip(*chains, strict=True))
    (spans,) = crf.decode([scores], crf.Chain(*parts))
    return [
        GoldSpan(
            start=doc[start].idx,
            end=doc[end - 1].idx + len(doc[end - 1]),
            label=taggers[0].labels[label],
            confidence=sure,
        )
        for start, end, label, sure in spans
    ]
