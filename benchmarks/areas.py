"""What is lost in a disease area that no training text speaks of.

Two sets: the sentences of rct_art by the domain in their identifiers, and the gold with the
annotated and invented documents, skin and hair against all other conditions. For each area one
tagger is trained on the texts of the other areas and one on as many texts drawn from all areas;
both tag the same texts of the area, which neither saw. The loss is the strict micro F1 of the
second minus that of the first, with the interval of a paired bootstrap over texts.

The taggers of the gold start from random weights: the shipped encoder saw the documents.
"""

import argparse
import json
import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.annotated import CORPUS
from benchmarks.corpora import DATA, Document, read_part
from benchmarks.rct_art import SYMBOLS, read_tables
from benchmarks.retraining import Recipe, tag_texts, train_tagger
from benchmarks.scoring import RESAMPLES, SEED, Spans
from cellstudy.corpus.texts import hydrate
from cellstudy.labels import LABELS
from cellstudy.schema import GoldSpan
from cellstudy.score.bootstrap import draw_weights, find_interval
from cellstudy.score.counts import F1, compute_rates
from cellstudy.score.spans import MEASURES, count_spans

INVENTED = CORPUS.parent / "invented" / "documents.jsonl"
SKIN, OTHER = "skin and hair", "other conditions"
DOMAINS = {"solid_tumour_cancer": "cancer", "blood_cancer": "cancer"}
"""Domains of rct_art that are one area; ten sentences are too few for an area of their own."""

SENTENCES = Recipe(epochs=10, batch_words=200)
DOCUMENTS = Recipe(epochs=7, fresh=True, limited=True)
FULL_SIZE, MOST_EPOCHS = 450, 30
"""Fewer documents than the first are shown more often, up to the second."""

FOLDS = 2

_SKIN = re.compile(
    r"skin|cutaneous|derm|hair|alopecia|bald|psoria|eczema|acne|scar|keloid|wound|burn|vitiligo"
    r"|systemic sclerosis|scleroderma|melasma|hyperpigment|urticaria|trichorrhexis|hidradenitis"
    r"|\b(?:foot|leg|venous|pressure) ulcer",
    re.IGNORECASE,
)

Train = Callable[[str, Sequence[Document]], Callable[[Sequence[str]], Spans]]
"""Trains on documents under a name; what it returns tags texts."""


class Trial(NamedTuple):
    """Texts of one area, and what was found without and with training texts of it."""

    area: str
    n_training: int
    gold: Spans
    without: Spans
    with_area: Spans


def run(options: argparse.Namespace) -> None:
    """Train, tag and print the losses."""
    table = Table(title=f"strict micro F1, paired intervals: seed {SEED}, {RESAMPLES} resamples")
    for heading in ("set", "area", "trained on", "texts", "gold", "without", "with", "loss [95 %]"):
        table.add_column(heading)
    for name, try_all, labels in (
        ("rct_art", try_domains, tuple(SYMBOLS)),
        ("gold", try_conditions, LABELS),
    ):
        trials = try_all(options)
        for trial in (*trials, pool(trials)):
            table.add_row(name, *show_trial(trial, labels))
        table.add_section()
    Console(width=130).print(table)


def try_domains(options: argparse.Namespace) -> list[Trial]:
    """Each domain of rct_art left out, train and dev part together."""
    parts = [read_part("rct_art", part, folder=options.data) for part in ("train", "dev")]
    sentences = [
        Document(document.id, table.text, table.spans, {})
        for part in parts
        for document, table in zip(part, read_tables(part), strict=True)
    ]
    areas = [name_domain(document.id) for document in sentences]

    def train(name: str, documents: Sequence[Document]) -> Callable[[Sequence[str]], Spans]:
        labels = tuple(SYMBOLS)
        nlp = train_tagger(name, documents, labels, recipe=SENTENCES, model=options.model)
        return lambda texts: tag_texts(nlp, texts)

    return [
        leave_out(f"rct_art-{area}", sentences, [one == area for one in areas], train, area=area)
        for area in sorted(set(areas))
    ]


def leave_out(
    name: str, documents: Sequence[Document], inside: Sequence[bool], train: Train, *, area: str
) -> Trial:
    """Tag the documents `inside` an area without it, and by folds with other documents of it."""
    own = [document for document, here in zip(documents, inside, strict=True) if here]
    others = [document for document, here in zip(documents, inside, strict=True) if not here]
    texts = [document.text for document in own]
    without = train(f"{name}-without", others)(texts)
    fold_of = np.random.default_rng(SEED).permutation(len(own)) % FOLDS
    with_area: list[Sequence[GoldSpan]] = [[] for _ in own]
    for fold in range(FOLDS):
        known = [document for document, other in zip(own, fold_of, strict=True) if other != fold]
        mixed = [*known, *draw(others, len(others) - len(known))]
        places = np.flatnonzero(fold_of == fold)
        found = train(f"{name}-with-{fold}", mixed)([texts[i] for i in places])
        for i, spans in zip(places, found, strict=True):
            with_area[i] = spans
    return Trial(area, len(others), [document.spans for document in own], without, with_area)


def draw(documents: Sequence[Document], n: int) -> list[Document]:
    """Draw documents, the same each time."""
    return random.Random(SEED).sample(documents, n)


def try_conditions(options: argparse.Namespace) -> list[Trial]:
    """Skin and hair left out of training, then all else; tested on the other parts."""
    shared = (options.data or DATA).parent
    gold, raw = shared / "gold", shared / "raw"
    training = [
        *read_lines(gold / "train" / "documents.jsonl"),
        *map(as_document, hydrate(CORPUS / "train.jsonl", raw)),
        *read_lines(INVENTED),
    ]
    testing = [
        *read_lines(gold / "dev" / "documents.jsonl"),
        *map(as_document, hydrate(CORPUS / "dev.jsonl", raw)),
        *map(as_document, hydrate(CORPUS / "test.jsonl", raw)),
    ]
    trials = []
    for area in (SKIN, OTHER):
        others = [document for document in training if name_condition(document) != area]
        part = [document for document in testing if name_condition(document) == area]
        texts = [document.text for document in part]
        found = [
            train_documents(f"gold-{system}-{area[:4]}", documents, options.model)(texts)
            for system, documents in (
                ("without", others),
                ("with", draw(training, len(others))),
            )
        ]
        trials.append(Trial(area, len(others), [d.spans for d in part], found[0], found[1]))
    return trials


def train_documents(
    name: str, documents: Sequence[Document], model: Path | None
) -> Callable[[Sequence[str]], Spans]:
    """Train on whole documents."""
    epochs = min(DOCUMENTS.epochs * FULL_SIZE // len(documents), MOST_EPOCHS)
    recipe = DOCUMENTS._replace(epochs=max(epochs, DOCUMENTS.epochs))
    nlp = train_tagger(name, documents, LABELS, recipe=recipe, model=model)
    return lambda texts: tag_texts(nlp, texts)


def read_lines(path: Path) -> list[Document]:
    """Read documents with their texts."""
    with path.open(encoding="utf-8") as lines:
        return [as_document(json.loads(line)) for line in lines if line.strip()]


def as_document(entry: dict[str, Any]) -> Document:
    """A line of a corpus as a document."""
    spans = (GoldSpan(start=s["start"], end=s["end"], label=s["label"]) for s in entry["spans"])
    return Document(entry["id"], entry["text"], tuple(spans), entry)


def name_domain(identifier: str) -> str:
    """The area of a sentence of rct_art, from its identifier."""
    domain = identifier.partition(":")[0]
    return DOMAINS.get(domain, domain)


def name_condition(document: Document) -> str:
    """The area of a document: by the conditions of its record, without any by its diseases."""
    named = document.entry["record"]["conditions"] or [
        document.text[span.start : span.end] for span in document.spans if span.label == "DISEASE"
    ]
    return SKIN if any(map(_SKIN.search, named)) else OTHER


def pool(trials: Sequence[Trial]) -> Trial:
    """All areas together."""
    joined = (
        [spans for trial in trials for spans in trial[i]] for i in range(2, len(Trial._fields))
    )
    return Trial("all", 0, *joined)


def show_trial(trial: Trial, labels: Sequence[str]) -> tuple[str, ...]:
    """The cells of one line: texts, spans, both scores and the loss in points."""
    without, with_area = (
        count_strict(trial.gold, found, labels) for found in (trial.without, trial.with_area)
    )
    weights = draw_weights(len(trial.gold), seed=SEED, resamples=RESAMPLES)
    first, second = (
        float(compute_rates(counts.sum(axis=0))[F1]) for counts in (without, with_area)
    )
    drawn = [compute_rates(weights @ counts)[:, F1] for counts in (without, with_area)]
    low, high = find_interval(100 * (drawn[1] - drawn[0]))
    return (
        trial.area,
        str(trial.n_training or ""),
        str(len(trial.gold)),
        str(int(without[:, 0].sum())),
        f"{first:.3f}",
        f"{second:.3f}",
        f"{100 * (second - first):+.1f} [{low:+.1f} to {high:+.1f}]",
    )


def count_strict(gold: Spans, found: Spans, labels: Sequence[str]) -> np.ndarray:
    """(documents, 4) counts of exact spans, all labels together."""
    counts = [
        count_spans(spans, others, labels=labels)[MEASURES.index("strict")].sum(axis=0)
        for spans, others in zip(gold, found, strict=True)
    ]
    return np.stack(counts)
