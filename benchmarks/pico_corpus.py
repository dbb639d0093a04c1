"""All that the pico_corpus marks in breast-cancer trials: 26 labels, numbers with their arm.

Systems: the shipped pipeline as it is (sample sizes only), our recogniser with a wide window
trained on three quarters of the train part, four such together, and the classifier of places
deciding on the numbers. A span counts as a whole: strict asks for the exact boundaries of the
corpus. Whether the published .685 and .726 (BioBERT) count spans or tokens was not at hand.
"""

import argparse
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from spacy.language import Language

import cellstudy
from benchmarks.corpora import Document, read_part
from benchmarks.ensembles import tag_together, train_crosswise
from benchmarks.places import make_views
from benchmarks.retraining import Recipe, tag_texts
from benchmarks.scoring import LabelScore, Spans, add_score, make_table, print_table, score_labels
from benchmarks.typing_places import Typer, train_typer, type_places
from cellstudy.schema import GoldSpan, Tagging

NAME = "pico_corpus"
TOTAL = "total-participants"
PARTICIPANTS = (TOTAL, "intervention-participants", "control-participants")
KINDS = (
    "bin-abs",
    "bin-percent",
    "cont-mean",
    "cont-sd",
    "cont-median",
    "cont-q1",
    "cont-q3",
)
NUMBERS = (*PARTICIPANTS, *(f"{arm}-{kind}" for kind in KINDS for arm in ("iv", "cv")))
ARMS = ("intervention", "control")
WORDS = ("outcome", "outcome-Measure", "eligibility", "condition", "age", "location", "ethinicity")
LABELS = (*NUMBERS, *ARMS, *WORDS)
RECIPE = Recipe(epochs=8, rate=0.002, wide=128)
FOLDS = 4

Tagger = Callable[[Sequence[str]], Spans]
"""Finds the spans of texts."""


def run(options: argparse.Namespace) -> None:
    """Train what is not trained yet, score all systems and print a table."""
    train = read_part(NAME, "train", folder=options.data)
    part = read_part(NAME, options.split, folder=options.data, limit=options.limit)
    gold, texts = [document.spans for document in part], [document.text for document in part]
    table = make_table(f"{NAME}, {options.split} part, {len(part)} documents")
    shipped = [map_shipped(item.tagging) for item in cellstudy.load(options.model).extract(texts)]
    add_score(table, "shipped, untrained", score_labels(gold, shipped, [TOTAL])[TOTAL])
    for system, tag in make_taggers(train, options.model).items():
        table.add_section()
        for score in score_system(gold, tag(texts)):
            if score.strict.support or score.strict.predicted:
                add_score(table, system, score)
    print_table(table)


def make_taggers(train: Sequence[Document], model: Path | None) -> dict[str, Tagger]:
    """Train the systems, from the simplest to the best."""
    crossed = train_crosswise(NAME, train, LABELS, folds=FOLDS, recipe=RECIPE, model=model)
    nlp = cellstudy.load(model).nlp
    typer = train_numbers(nlp, train, crossed.held_out)

    def tag_and_type(texts: Sequence[str]) -> Spans:
        tagged = tag_together(crossed.taggers, texts)
        views = make_views(nlp, texts, tagged=keep_near_numbers(tagged))
        return join_numbers(tagged, type_places(typer, views))

    return {
        "trained": partial(tag_texts, crossed.taggers[0]),
        f"trained, {FOLDS} folds": partial(tag_together, crossed.taggers),
        f"trained, {FOLDS} folds + numbers": tag_and_type,
    }


def train_numbers(nlp: Language, train: Sequence[Document], tagged: Spans) -> Typer:
    """Train the classifier of places on what taggers found that did not see the text."""
    texts = [document.text for document in train]
    views = make_views(nlp, texts, tagged=keep_near_numbers(tagged))
    return train_typer(views, [document.spans for document in train], NUMBERS, arms=ARMS)


def score_system(gold: Spans, found: Spans) -> list[LabelScore]:
    """Scores by label, of the numbers together and of all labels together."""
    numbers = score_labels(gold, found, NUMBERS)["micro"]
    *by_label, micro = score_labels(gold, found, LABELS).values()
    return [*by_label, numbers._replace(label="numbers"), micro]


def keep_near_numbers(spans: Spans) -> list[list[GoldSpan]]:
    """The numbers and arms of each document: what the classifier of places may see."""
    known = {*NUMBERS, *ARMS}
    return [[span for span in found if span.label in known] for found in spans]


def join_numbers(tagged: Spans, typed: Spans) -> list[list[GoldSpan]]:
    """The numbers as typed, and the tagged spans with words that none of them overlaps."""
    return [
        [
            *numbers,
            *(
                span
                for span in spans
                if span.label not in NUMBERS
                and all(span.end <= n.start or n.end <= span.start for n in numbers)
            ),
        ]
        for spans, numbers in zip(tagged, typed, strict=True)
    ]


def map_shipped(tagging: Tagging) -> list[GoldSpan]:
    """The sample sizes of the shipped pipeline that speak for the whole study."""
    return [
        GoldSpan(start=mention.start, end=mention.end, label=TOTAL)
        for mention in tagging.mentions
        if mention.label == "SAMPLE_SIZE" and mention.role != "arm"
    ]
