"""Several taggers of `retraining`, trained from different seeds, that decide together."""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from benchmarks.corpora import Document
from benchmarks.retraining import RECIPE, TAGGER, Recipe, train_tagger
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


def tag_together(taggers: Sequence[Language], texts: Sequence[str]) -> list[list[GoldSpan]]:
    """The spans on the best path under the mean of the taggers' potentials."""
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
    emissions, lengths = crf.pad([scores])
    path = crf.best_paths(emissions.astype(np.float64), lengths, crf.Chain(*parts))[0]
    return [
        GoldSpan(
            start=doc[start].idx,
            end=doc[end - 1].idx + len(doc[end - 1]),
            label=taggers[0].labels[label],
        )
        for start, end, label in crf.spans_of_path(path)
    ]
