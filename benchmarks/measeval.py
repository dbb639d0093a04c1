"""Quantities of science text: MeasEval's `Quantity` spans.

Two rows are ours. `grammar` is the quantity grammar as it is, which never saw the corpus: its
conventions are those of clinical abstracts (no modifiers, no counted nouns in a span). `trained`
are taggers trained on the train part with the grammar's expressions among their features
(`ensembles`); what they find is trimmed by the rules of `trim_span`, learnt from nothing.
The peers are as they are (see `peers`).
"""

import argparse
import re
import time
from collections.abc import Sequence
from typing import Final

from rich.table import Table

from benchmarks.corpora import Document, read_part
from benchmarks.ensembles import tag_together, train_taggers
from benchmarks.peers import load_peers
from benchmarks.retraining import Recipe
from benchmarks.scoring import add_score, make_table, print_table, score_labels
from cellstudy.schema import GoldSpan
from cellstudy.tag.quantities import find_quantities

NAME, LABEL = "measeval", "Quantity"
RECIPE: Final = Recipe(epochs=20)
SEEDS: Final = 3
NO_QUANTITY: Final = frozenset({"identifier", "date", "p_value"})
"""Kinds of the grammar that are none by the corpus's guidelines."""

_END = re.compile(r"[\s,;:(\[]+$|(?<=[\d%CKsmgLh)])\.$")
_START = re.compile(r"^[\s,;:)\]]+")


def run(options: argparse.Namespace) -> None:
    """Score all readers on one part."""
    documents = read_part(
        NAME, options.split, folder=options.data, labels=[LABEL], limit=options.limit
    )
    train = read_part(NAME, "train", folder=options.data, labels=[LABEL])
    taggers = train_taggers(NAME, train, [LABEL], seeds=SEEDS, recipe=RECIPE, model=options.model)
    table = make_table(f"MeasEval quantities, {options.split}: {len(documents)} texts", "words/s")
    texts = [document.text for document in documents]
    started = time.perf_counter()
    found = [
        [trim_span(text, span) for span in spans]
        for text, spans in zip(texts, tag_together(taggers, texts), strict=True)
    ]
    add_row(table, f"cellstudy, trained ({SEEDS} seeds)", documents, found, started)
    started = time.perf_counter()
    add_row(table, "cellstudy, grammar", documents, [read_grammar(text) for text in texts], started)
    for name, reader in load_peers().items():
        reader(texts[0])
        started = time.perf_counter()
        found = [[GoldSpan(start=a, end=b, label=LABEL) for a, b in reader(t)] for t in texts]
        add_row(table, name, documents, found, started)
    print_table(table)


def add_row(
    table: Table,
    name: str,
    documents: Sequence[Document],
    found: Sequence[Sequence[GoldSpan]],
    started: float,
) -> None:
    """Score what one reader found, with its speed since `started`."""
    seconds = time.perf_counter() - started
    n_words = sum(len(document.text.split()) for document in documents)
    scores = score_labels([document.spans for document in documents], found, [LABEL])
    add_score(table, name, scores[LABEL], f"{n_words / seconds:.0f}")


def read_grammar(text: str) -> list[GoldSpan]:
    """What the grammar takes for a quantity."""
    return [
        GoldSpan(start=item.start, end=item.end, label=LABEL)
        for item in find_quantities(text)
        if item.kind not in NO_QUANTITY
    ]


def trim_span(text: str, span: GoldSpan) -> GoldSpan:
    """Take marks that belong to the sentence off both ends."""
    found = text[span.start : span.end]
    start = span.start + len(found) - len(_START.sub("", found))
    end = span.end - (len(found) - len(_END.sub("", found)))
    return GoldSpan(start=start, end=end, label=span.label) if start < end else span
