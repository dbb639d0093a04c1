"""Doses, frequencies, durations and arm sizes of diabetes and glaucoma trials: the corpus ctie.

Its text is tokenised: the systems work on the natural text, and what they find is mapped back.
Systems: the shipped pipeline as it is, our recogniser trained on the train part, and the
classifier of places on top of it.
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
from cellstudy.corpus.detokenise import Detokenised, detokenise
from cellstudy.schema import GoldSpan, Mention, Tagging
from cellstudy.tag.numbers import find_numbers

NAME = "ctie"
LABELS = ("DoseValue", "Frequency", "Duration", "NumberPatientsArm")
CONTRAST = ("NumberPatientsCT", "TimePoint")
"""Labels that are trained beside the scored ones, because they look like them."""
TARGETS = {"DoseValue": ".90", "Frequency": ".85", "Duration": ".80", "NumberPatientsArm": ".90"}
RECIPE = Recipe(epochs=15)
STRENGTH = 0.3
"""Chosen, as the recipe, by cross-validation on the train part."""
SHIPPED = {"DOSE": "DoseValue", "DOSING_INTERVAL": "Frequency", "TIME": "Duration"}


def run(options: argparse.Namespace) -> None:
    """Train what is not trained yet, score all systems and print a table."""
    train = read_part(NAME, "train", folder=options.data)
    part = read_part(NAME, options.split, folder=options.data, limit=options.limit)
    gold = [document.spans for document in part]
    title = f"{NAME}, {options.split} part, {len(part)} documents"
    table = make_table(title, "target")
    for system, found in find_all(train, part, options.model).items():
        for label, score in score_labels(gold, found, LABELS).items():
            add_score(table, system, score, TARGETS.get(label, ""))
        table.add_section()
    print_table(table)


def find_all(
    train: Sequence[Document], part: Sequence[Document], model: Path | None
) -> dict[str, Spans]:
    """What each system finds in the tokenised texts of a part."""
    extractor = cellstudy.load(model)
    texts = [detokenise(document.text) for document in part]
    plain = [text.text for text in texts]
    shipped = [map_shipped(item.tagging) for item in extractor.extract(plain)]
    natural = [make_natural(document) for document in train]
    labels = (*LABELS, *CONTRAST)
    tagged = tag_by_halves(NAME, natural, labels, recipe=RECIPE, model=model)
    views = make_views(extractor.nlp, [document.text for document in natural], tagged=tagged)
    gold = [document.spans for document in natural]
    typer = train_typer(views, gold, LABELS, strength=STRENGTH)
    found = tag_texts(train_tagger(NAME, natural, labels, recipe=RECIPE, model=model), plain)
    typed = type_places(typer, make_views(extractor.nlp, plain, tagged=found))
    systems = {"shipped, untrained": shipped, "tagger": found, "tagger + number classifier": typed}
    return {name: _to_source(texts, spans) for name, spans in systems.items()}


def _to_source(texts: Sequence[Detokenised], spans: Spans) -> Spans:
    return [text.to_source(found) for text, found in zip(texts, spans, strict=True)]


def make_natural(document: Document) -> Document:
    """The document with natural text and its spans there."""
    text = detokenise(document.text)
    spans = tuple(text.from_source(document.spans))
    return document._replace(text=text.text, spans=spans)


def map_shipped(tagging: Tagging) -> list[GoldSpan]:
    """The mentions of the shipped pipeline under the corpus' labels and conventions."""
    found = []
    for mention in tagging.mentions:
        if mention.label == "DOSE":
            found += _take_number(tagging.article.text, mention)
        elif mention.role == "arm":
            found.append(_span(mention.start, mention.end, "NumberPatientsArm"))
        elif mention.label in SHIPPED:
            found.append(_span(mention.start, mention.end, SHIPPED[mention.label]))
    return found


def _take_number(text: str, dose: Mention) -> list[GoldSpan]:
    """The number of a dose, or the range of its numbers, without unit."""
    numbers = find_numbers(text[dose.start : dose.end])
    if not numbers:
        return []
    last = numbers[-1] if dose.quantity and dose.quantity.low != dose.quantity.high else numbers[0]
    return [_span(dose.start + numbers[0].start, dose.start + last.end, "DoseValue")]


def _span(start: int, end: int, label: str) -> GoldSpan:
    return GoldSpan(start=start, end=end, label=label)
