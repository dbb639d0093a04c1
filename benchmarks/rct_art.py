"""The result table of a sentence of a randomised trial, on the parts of the RCT-ART corpus.

A row of the table is (outcome, arm, measure), each a span of the text. Gold: each measure (MEAS)
with each outcome (OC, relation OC_RES) and each arm (INTV, relations A1_RES and A2_RES) that it is
related to; a measure with an outcome and no arm, or the reverse, is a row with an empty cell, and
one without any relation is none. Strict: all cells have the gold's offsets, or are empty as in the
gold. Overlap: each filled cell shares a character with the gold's, and the same cells are empty.
Rows are matched one to one; intervals resample sentences. The label `links` counts each outcome and
each arm of a measure apart, as joint extraction of entities and relations does.

The text is put back from its tokens before anything reads it; offsets are those of that text.
Taggers and link scorers are trained on the train part. Published: BioBERT .670 strict, .807
relaxed on the test part (Whitton and Hunter, 2023), trained on more sentences than are here.
"""

import argparse
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import cellstudy
from benchmarks.corpora import Document, read_part
from benchmarks.ensembles import tag_together, train_taggers
from benchmarks.result_rows import Row, Span, make_rows, score_rows, split_rows
from benchmarks.retraining import Recipe
from benchmarks.scoring import add_score, make_table, print_table, score_labels
from benchmarks.sentence_links import (
    ARM,
    OUTCOME,
    Pair,
    Sentence,
    Weights,
    fit_weights,
    link_by_model,
    link_by_rules,
    list_candidates,
    mask_spans,
)
from cellstudy.assemble.arms import Arms
from cellstudy.assemble.layout import Layout
from cellstudy.assemble.rows import find_rows
from cellstudy.schema import Article, GoldSpan
from cellstudy.tag.reading import read_tagging

NAME = "rct_art"
SYMBOLS = {"MEAS": "V", "OC": OUTCOME, "INTV": ARM}
RECIPE = Recipe(epochs=30, batch_words=200)
SEEDS = 4

_NO_SPACE_AFTER = "(["
_NO_SPACE_BEFORE = ",.;:)]%"


class Table(NamedTuple):
    """A text with its spans and the pairs (candidate, value) that are related, by their starts."""

    text: str
    spans: tuple[GoldSpan, ...]
    pairs: frozenset[Pair]

    @property
    def sentence(self) -> Sentence:
        """The text with its spans masked."""
        return mask_spans(self.text, ((s.start, s.end, SYMBOLS[s.label]) for s in self.spans))

    @property
    def rows(self) -> list[Row]:
        """The rows that the related pairs make."""
        return _make_rows(self.spans, self.pairs)


def run(options: argparse.Namespace) -> None:
    """Train on the train part, tag and link the given part, and print the tables."""
    train = read_tables(read_part(NAME, "train", folder=options.data))
    gold = read_tables(read_part(NAME, options.split, folder=options.data, limit=options.limit))
    documents = [Document(str(i), t.text, t.spans, {}) for i, t in enumerate(train)]
    taggers = train_taggers(
        NAME, documents, tuple(SYMBOLS), seeds=SEEDS, recipe=RECIPE, model=options.model
    )
    texts = [table.text for table in gold]
    found = [
        mend_measures(text, s) for text, s in zip(texts, tag_together(taggers, texts), strict=True)
    ]
    weights = train_links(train)
    systems = {
        "cellstudy, untrained": find_tables(cellstudy.load(options.model), texts),
        "trained tagger + rules": [link_spans(t, s) for t, s in zip(texts, found, strict=True)],
        "trained tagger + trained links": [
            link_spans(t, s, weights) for t, s in zip(texts, found, strict=True)
        ],
        "gold spans + rules": [link_spans(t.text, t.spans) for t in gold],
        "gold spans + trained links": [link_spans(t.text, t.spans, weights) for t in gold],
    }
    table = make_table(f"{NAME}, {options.split} part, {len(gold)} sentences")
    tagged = "trained tagger"
    for score in score_labels([t.spans for t in gold], found, tuple(SYMBOLS)).values():
        add_score(table, tagged, score)
    tables = [t.rows for t in gold]
    links = [split_rows(rows) for rows in tables]
    for name, found_rows in systems.items():
        add_score(table, name, score_rows(tables, found_rows))
        found_links = [split_rows(rows) for rows in found_rows]
        add_score(table, name, score_rows(links, found_links, label="links"))
    print_table(table)


def read_tables(documents: Iterable[Document]) -> list[Table]:
    """Read sentences with their relations, the text put back from its tokens."""
    return [_read_table(document) for document in documents]


def _read_table(document: Document) -> Table:
    text, places = close_up(document.text)
    starts = {s["token_end"]: places[s["start"]] for s in document.entry["spans"]}
    labels = {s["token_end"]: s["label"] for s in document.entry["spans"]}
    pairs = frozenset(
        (starts[r["head"]], starts[r["child"]])
        for r in document.entry["relations"]
        if labels.get(r["child"]) == "MEAS" and labels.get(r["head"]) in ("OC", "INTV")
    )
    spans = (
        GoldSpan(start=places[s.start], end=places[s.end], label=s.label) for s in document.spans
    )
    return Table(text, tuple(sorted(spans, key=lambda s: s.start)), pairs)


def close_up(text: str) -> tuple[str, list[int]]:
    """Take out the spaces that tokenisation put around punctuation.

    Returns the text and the new place of each character of the old one, and of its end.
    """
    kept: list[str] = []
    places = []
    for i, character in enumerate(text):
        places.append(len(kept))
        following = text[i + 1 : i + 2]
        opened = text[i - 1 : i] in _NO_SPACE_AFTER if i else False
        if character != " " or not (opened or (following and following in _NO_SPACE_BEFORE)):
            kept.append(character)
    return "".join(kept), [*places, len(kept)]


def train_links(tables: Sequence[Table]) -> Weights:
    """Train the link scorer on gold spans."""
    return fit_weights(
        (candidate, candidate.pair in table.pairs)
        for table in tables
        for candidate in list_candidates(table.sentence)
    )


def link_spans(text: str, spans: Sequence[GoldSpan], weights: Weights | None = None) -> list[Row]:
    """Make the rows of a sentence from its spans: linked by `weights`, else by the rules alone."""
    sentence = mask_spans(text, ((s.start, s.end, SYMBOLS[s.label]) for s in spans))
    pairs = link_by_model(weights, sentence) if weights else link_by_rules(sentence)
    return _make_rows(spans, pairs)


def _make_rows(spans: Sequence[GoldSpan], pairs: Iterable[Pair]) -> list[Row]:
    at = {span.start: span for span in spans}
    cells: dict[str, dict[Span, list[Span]]] = {"OC": defaultdict(list), "INTV": defaultdict(list)}
    for candidate, value in sorted(pairs):
        one, other = at[candidate], at[value]
        cells[one.label][other.start, other.end].append((one.start, one.end))
    measures = [(s.start, s.end) for s in spans if s.label == "MEAS"]
    return make_rows(measures, cells["OC"], cells["INTV"])


def mend_measures(text: str, spans: Sequence[GoldSpan]) -> list[GoldSpan]:
    """Let no measure hold one half of a pair of brackets, or two stand for `n (share)`."""
    mended: list[GoldSpan] = []
    for span in spans:
        last = mended[-1] if mended else None
        joined = last and re.fullmatch(r"\s?[(\[]\s?", text[last.end : span.start])
        if last and joined and last.label == span.label == "MEAS":
            mended[-1] = _mend(text, last.start, span.end)
        else:
            mended.append(_mend(text, span.start, span.end) if span.label == "MEAS" else span)
    return mended


def _mend(text: str, start: int, end: int) -> GoldSpan:
    words = text[start:end]
    opened, closed = (sum(map(words.count, marks)) for marks in ("([", ")]"))
    if opened > closed and text[end : end + 1] in (")", "]"):
        end += 1
    elif closed > opened and words[-1:] in (")", "]"):
        end -= 1
    elif opened > closed and words[:1] in ("(", "["):
        start += 1
    return GoldSpan(start=start, end=end, label="MEAS")


def find_tables(extractor: cellstudy.Extractor, texts: Sequence[str]) -> list[list[Row]]:
    """The rows that the untrained pipeline gives: its values with their outcomes and arms."""
    return [_read_rows(text, extractor) for text in texts]


def _read_rows(text: str, extractor: cellstudy.Extractor) -> list[Row]:
    article = Article(id="", title="", abstract=text, text=text)
    layout = Layout(read_tagging(extractor.nlp(text), article))
    found = []
    for row in find_rows(layout, Arms(layout)):
        if row.event.symbol != "V":
            continue
        twins = row.clause.twins(row.event)
        measure = twins[0].span[0], twins[-1].span[1]
        outcome = row.outcome.span if row.outcome else None
        arms = [(hit.start, hit.end) for hit in (row.arm.arm, row.arm.other) if hit]
        found += [Row(outcome, arm, measure) for arm in arms or [None]]
    return found
