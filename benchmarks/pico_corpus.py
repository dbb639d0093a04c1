"""Participants and results of breast-cancer trials with their arm: the pico_corpus.

Systems: the shipped pipeline as it is (sample sizes only), our recogniser trained on the train
part, and the classifier of places on top of it.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import cellstudy
from benchmarks.corpora import Document, read_part
from benchmarks.places import make_views
from benchmarks.retraining import Recipe, tag_texts, train_tagger
from benchmarks.scoring import Spans, add_score, make_table, print_table, score_labels
from benchmarks.typing_places import tag_by_halves, train_typer, type_places
from cellstudy.schema import GoldSpan, Tagging

NAME = "pico_corpus"
SHIPPED = "shipped, untrained"
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
LABELS = (*PARTICIPANTS, *(f"{arm}-{kind}" for kind in KINDS for arm in ("iv", "cv")))
ARMS = ("intervention", "control")
RECIPE = Recipe(epochs=10)


def run(options: argparse.Namespace) -> None:
    """Train what is not trained yet, score all systems and print a table."""
    train = read_part(NAME, "train", folder=options.data)
    part = read_part(NAME, options.split, folder=options.data, limit=options.limit)
    gold = [document.spans for document in part]
    table = make_table(f"{NAME}, {options.split} part, {len(part)} documents")
    for system, found in find_all(train, part, options.model).items():
        for label, score in score_labels(gold, found, LABELS).items():
            # The shipped pipeline knows no arms: its other rows would be empty.
            known = system != SHIPPED or label == TOTAL
            if known and (score.strict.support or score.strict.predicted):
                add_score(table, system, score)
        table.add_section()
    print_table(table)


def find_all(
    train: Sequence[Document], part: Sequence[Document], model: Path | None
) -> dict[str, Spans]:
    """What each system finds in the texts of a part."""
    extractor = cellstudy.load(model)
    nlp = extractor.nlp
    texts = [document.text for document in part]
    labels = (*LABELS, *ARMS)
    tagged = tag_by_halves(NAME, train, labels, recipe=RECIPE, model=model)
    views = make_views(nlp, [document.text for document in train], tagged=tagged)
    typer = train_typer(views, [document.spans for document in train], LABELS, arms=ARMS)
    found = tag_texts(train_tagger(NAME, train, labels, recipe=RECIPE, model=model), texts)
    typed = type_places(typer, make_views(nlp, texts, tagged=found))
    shipped = [map_shipped(item.tagging) for item in extractor.extract(texts)]
    return {SHIPPED: shipped, "tagger": found, "tagger + number classifier": typed}


def map_shipped(tagging: Tagging) -> list[GoldSpan]:
    """The sample sizes of the shipped pipeline that speak for the whole study."""
    return [
        GoldSpan(start=mention.start, end=mention.end, label=TOTAL)
        for mention in tagging.mentions
        if mention.label == "SAMPLE_SIZE" and mention.role != "arm"
    ]
