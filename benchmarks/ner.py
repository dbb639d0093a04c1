"""Strict span F1 of the recognisers with their speed, beside what is published or agreed.

Diseases of NCBI Disease and BC5CDR: the shipped model by our own rules of annotation, and its
recogniser by those of the corpus, which alone compares with the published figures. Cells of AnatEM
and the labels of the pico_corpus: our recogniser trained on the train part. The gold: the shipped
model. A set whose part is not there is named and left out. Published figures are on test parts;
sources in docs/evaluation.md.
"""

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from spacy.language import Language
from spacy.tokens import Doc

import cellstudy
from benchmarks import pico_corpus
from benchmarks.corpora import DATA, Document, read_part
from benchmarks.retraining import Recipe, tag_texts, train_tagger
from benchmarks.scoring import RESAMPLES, SEED, Spans, score_labels
from cellstudy.errors import ConfigError
from cellstudy.labels import CONVENTION, EXT_CONVENTION, LABELS, MENTIONS, RECOGNISED
from cellstudy.schema import GoldSpan
from cellstudy.tag.extensions import get_spans

DISEASE, PRODUCT, CELL = "DISEASE", "CELL_PRODUCT", "Cell"
CORE = (DISEASE, "CELL_SOURCE", "DOSE", "DOSING_INTERVAL", "VALUE")
HEADINGS = (
    *("set", "system", "labels", "texts", "gold", "strict P", "R", "F1 [95 %]"),
    *("overlap F1", "words/s", "beside"),
)
N_WARMING = 8
CELL_RECIPE = Recipe(epochs=7)


class Timed(NamedTuple):
    """What a system found in each text, and how many words it read in a second of CPU time."""

    found: Spans
    speed: float


Row = tuple[str, ...]
Rows = Iterator[Row]


def run(options: argparse.Namespace) -> None:
    """Score every set that is there and print one table."""
    table = Table(title=f"{options.split} parts, seed {SEED}, {RESAMPLES} resamples")
    for heading in HEADINGS:
        table.add_column(heading)
    absent = []
    for find_rows in SETS:
        try:
            for row in find_rows(options):
                table.add_row(*row)
        except ConfigError as error:
            absent.append(str(error))
        table.add_section()
    if len(absent) == len(SETS):
        raise ConfigError("; ".join(absent))
    console = Console(width=170)
    console.print(table)
    for reason in absent:
        console.print(f"left out: {reason}")


def find_diseases(options: argparse.Namespace, *, name: str, published: str) -> Rows:
    """Diseases by our rules and by those of the corpus."""
    part = read_part(name, options.split, folder=options.data, limit=options.limit)
    part = [relabel(document, DISEASE) for document in part]
    nlp = cellstudy.load(options.model).nlp
    for convention, beside in ((CONVENTION, ""), (name, published)):
        timed = time_tagging(part, partial(tag_by_rules, nlp, convention=convention))
        part_of = "model" if convention == CONVENTION else "recogniser"
        system = f"shipped {part_of}, rules of {convention}"
        yield make_row(name, system, part, timed, labels=[DISEASE], beside=beside)


def find_cells(options: argparse.Namespace) -> Rows:
    """Cells of AnatEM: trained on its train part, and what the shipped model calls products."""
    name = "anatem"
    train = read_part(name, "train", folder=options.data, labels=[CELL])
    part = read_part(name, options.split, folder=options.data, labels=[CELL], limit=options.limit)
    tagger = train_tagger(name, train, [CELL], recipe=CELL_RECIPE, model=options.model)
    timed = time_tagging(part, partial(tag_texts, tagger))
    published = "Stanza .88 (all types)"
    yield make_row(name, "trained", part, timed, labels=[CELL], beside=published)
    shipped = time_tagging(part, partial(tag_by_rules, cellstudy.load(options.model).nlp))
    cells = [[s for s in spans if s.label == PRODUCT] for spans in shipped.found]
    renamed = Timed([rename(spans, CELL) for spans in cells], shipped.speed)
    beside = "products only, by our rules"
    yield make_row(name, f"shipped, {PRODUCT}", part, renamed, labels=[CELL], beside=beside)


def find_pico(options: argparse.Namespace) -> Rows:
    """All labels of the pico_corpus, trained; `benchmarks pico_corpus` shows them one by one."""
    name = pico_corpus.NAME
    train = read_part(name, "train", folder=options.data)
    part = read_part(name, options.split, folder=options.data, limit=options.limit)
    published = "BioBERT .685, tuned .726"
    for system, tag in pico_corpus.make_taggers(train, options.model).items():
        timed = time_tagging(part, tag)
        labels = pico_corpus.LABELS
        yield make_row(name, system, part, timed, labels=labels, beside=published)


def find_gold(options: argparse.Namespace) -> Rows:
    """The core five and all labels of the gold, beside the strict F1 of two annotators.

    Theirs is on dev and held-out documents together.
    """
    folder = (options.data or DATA).parent / "gold"
    part = read_part(options.split, "documents", folder=folder, limit=options.limit)
    timed = time_tagging(part, partial(tag_by_rules, cellstudy.load(options.model).nlp))
    for title, labels, beside in (
        ("core five", CORE, "annotators .978"),
        ("all", LABELS, "annotators .965"),
    ):
        yield make_row("gold", "shipped", part, timed, labels=labels, title=title, beside=beside)


SETS: tuple[Callable[[argparse.Namespace], Rows], ...] = (
    partial(
        find_diseases,
        name="ncbi_disease",
        published="scispaCy .817, BiLSTM-CRF .858, PubMedBERT .878",
    ),
    partial(find_diseases, name="bc5cdr_disease", published="BiLSTM-CRF .869, BioBERT .847"),
    find_cells,
    find_pico,
    find_gold,
)


def relabel(document: Document, label: str) -> Document:
    """A document all of whose spans have one label."""
    return document._replace(spans=tuple(rename(document.spans, label)))


def rename(spans: Sequence[GoldSpan], label: str) -> list[GoldSpan]:
    """The same places with another label."""
    return [GoldSpan(start=span.start, end=span.end, label=label) for span in spans]


def tag_by_rules(
    nlp: Language, texts: Sequence[str], *, convention: str = CONVENTION
) -> list[list[GoldSpan]]:
    """The spans of each text, annotated by the rules of `convention`.

    The final mentions for ours; else what the recogniser found, since the rules of the components
    after it are those of our guidelines.
    """
    group = MENTIONS if convention == CONVENTION else RECOGNISED
    return [
        [GoldSpan(start=s.start, end=s.end, label=s.label) for s in get_spans(doc, group)]
        for doc in nlp.pipe((make_doc(nlp, text, convention) for text in texts), batch_size=16)
    ]


def make_doc(nlp: Language, text: str, convention: str) -> Doc:
    """A text as tokens, its convention set."""
    doc = nlp.make_doc(text)
    doc._.set(EXT_CONVENTION, convention)
    return doc


def time_tagging(
    part: Sequence[Document], tag: Callable[[Sequence[str]], Sequence[Sequence[GoldSpan]]]
) -> Timed:
    """Tag the texts of a part; a first few before, so that caches and lazily read data are there.

    CPU time, which a busy machine hardly changes.
    """
    texts = [document.text for document in part]
    tag(texts[:N_WARMING])
    started = time.process_time()
    found = tag(texts)
    seconds = time.process_time() - started
    return Timed(found, sum(len(text.split()) for text in texts) / seconds)


def make_row(
    name: str,
    system: str,
    part: Sequence[Document],
    timed: Timed,
    *,
    labels: Sequence[str],
    title: str = "",
    beside: str,
) -> Row:
    """The cells of one line of the table: the scores of `labels` together."""
    score = score_labels([document.spans for document in part], timed.found, labels)["micro"]
    strict = score.strict
    return (
        *(name, system, title or (labels[0] if len(labels) == 1 else f"all {len(labels)}")),
        *(str(len(part)), str(strict.support)),
        *(_show(strict.precision), _show(strict.recall)),
        f"{_show(strict.f1)} [{_show(strict.low)}-{_show(strict.high)}]",
        *(_show(score.overlap.f1), f"{timed.speed:.0f}", beside),
    )


def _show(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
