"""Strict disease F1 on the parts of the NCBI Disease and BC5CDR corpora, with speed.

Published figures are on the test parts, the standard split; see the sources in docs/evaluation.md.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

import cellstudy
from cellstudy.labels import MENTIONS
from cellstudy.schema import GoldSpan
from cellstudy.score.bootstrap import draw_weights
from cellstudy.score.counts import Score, score_table
from cellstudy.score.spans import LAYOUT, MEASURES, count_spans
from cellstudy.tag.extensions import get_spans

DATA = Path("../shared/corpora")
CORPORA = {
    "ncbi_disease": "scispaCy .817, BiLSTM-CRF .858, PubMedBERT .878",
    "bc5cdr_disease": "BiLSTM-CRF .869, BioBERT .847",
}
SEED, RESAMPLES = 0, 1000


def run(options: argparse.Namespace) -> None:
    """Tag each corpus and print strict and overlap scores."""
    extractor = cellstudy.load(options.model)
    table = Table(title=f"DISEASE, {options.split} parts, seed {SEED}, {RESAMPLES} resamples")
    for heading in (
        "corpus",
        "documents",
        "spans",
        "strict P",
        "R",
        "F1 [95 %]",
        "overlap F1",
        "words/s",
        "published (test)",
    ):
        table.add_column(heading)
    for name, published in CORPORA.items():
        path = (options.data or DATA) / name / f"{options.split}.jsonl"
        with path.open(encoding="utf-8") as lines:
            documents = [json.loads(line) for line in lines][: options.limit or None]
        started = time.perf_counter()
        found = [tag_diseases(extractor, document["text"]) for document in documents]
        seconds = time.perf_counter() - started
        strict, overlap = score_diseases(documents, found)
        n_words = sum(len(document["text"].split()) for document in documents)
        table.add_row(
            name,
            str(len(documents)),
            str(strict.support),
            f"{strict.precision:.3f}",
            f"{strict.recall:.3f}",
            f"{strict.f1:.3f} [{strict.low:.3f}-{strict.high:.3f}]",
            f"{overlap.f1:.3f}",
            f"{n_words / seconds:.0f}",
            published,
        )
    Console(width=140).print(table)


def tag_diseases(extractor: "cellstudy.Extractor", text: str) -> list[GoldSpan]:
    """The DISEASE mentions of a text."""
    return [
        GoldSpan(start=span.start, end=span.end, label=span.label)
        for span in get_spans(extractor.nlp(text), MENTIONS)
        if span.label == "DISEASE"
    ]


def score_diseases(documents: list[dict], found: list[list[GoldSpan]]) -> tuple[Score, Score]:
    """Strict and overlap (type) scores of DISEASE."""
    counts = np.stack(
        [
            count_spans(
                [
                    GoldSpan(start=span["start"], end=span["end"], label="DISEASE")
                    for span in document["spans"]
                ],
                spans,
            )
            for document, spans in zip(documents, found, strict=True)
        ]
    )
    weights = draw_weights(len(documents), seed=SEED, resamples=RESAMPLES)
    tables = [
        score_table(counts[:, MEASURES.index(measure)], LAYOUT, weights=weights)
        for measure in ("strict", "type")
    ]
    strict, overlap = (
        next(score for score in table if score.name == "DISEASE") for table in tables
    )
    return strict, overlap
