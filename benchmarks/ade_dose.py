"""Drug doses of case reports: the share of the doses of the ADE corpus that is found.

A dose counts as found where a found span has a character of it. `mentions` are the final spans of
the pipeline labelled DOSE or DOSING_INTERVAL (the corpus calls frequencies doses too); `grammar`
are the quantities that can be a dose and the schedules, whatever the pipeline then makes of them.
Doses without a number ("high-dose", "overdose": half of them) are none by our guidelines: the
second share leaves them out, and the last row adds words for them to the grammar.
Only spans of pairs with a drug are annotated, so there is no precision.

Only a train part of the corpus is published with the project's data: it is read where the part of
`--split` is missing.
"""

import argparse
import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from rich.table import Table

import cellstudy
from benchmarks.corpora import Document, find_part, read_part
from benchmarks.scoring import RESAMPLES, SEED, print_table
from cellstudy.errors import ConfigError
from cellstudy.labels import EXT_QUANTITIES, EXT_SCHEDULES, MENTIONS
from cellstudy.score.bootstrap import draw_weights, find_interval
from cellstudy.tag.extensions import get_spans
from cellstudy.tag.numbers import find_numbers

NAME, LABEL = "ade_dose", "DOSE"
FOUND: Final = ("DOSE", "DOSING_INTERVAL")
KINDS: Final = ("amount", "number")
"""Kinds of quantity that the pipeline may label a dose."""

_DIGIT = re.compile(r"\d")
_RELATIVE = re.compile(
    r"\b(?:over-?dos(?:e|es|ed|age|ing)|OD|excessive|abuse"
    r"|(?:high|low|large|small|medium|moderate|standard|usual|normal|double|full|half|maxim\w+"
    r"|minim\w+|increas\w+|reduced|therapeutic)(?:e[rs]t?)?"
    r"(?=[- ](?:[\w-]+[- ]){0,3}dos(?:e|es|age|ages)\b))",
    re.IGNORECASE,
)
"""Words of a relative dose."""

Span = tuple[int, int]


def run(options: argparse.Namespace) -> None:
    """Tag the sentences and print the shares."""
    split = find_split(options)
    documents = read_part(NAME, split, folder=options.data, labels=[LABEL], limit=options.limit)
    nlp = cellstudy.load(options.model).nlp
    docs = list(nlp.pipe([document.text for document in documents], batch_size=32))
    readings = {
        "mentions": [
            [(s.start, s.end) for s in get_spans(doc, MENTIONS) if s.label in FOUND] for doc in docs
        ],
        "grammar": [
            [
                (item["start"], item["end"])
                for key in (EXT_QUANTITIES, EXT_SCHEDULES)
                for item in doc._.get(key)
                if key == EXT_SCHEDULES or item["kind"] in KINDS
            ]
            for doc in docs
        ],
    }
    readings["grammar and relative words"] = [
        [*spans, *(match.span() for match in _RELATIVE.finditer(document.text))]
        for document, spans in zip(documents, readings["grammar"], strict=True)
    ]
    table = Table(
        title=f"Doses of ADE pairs, {split}: {len(documents)} sentences; share overlapped [95 %], "
        f"seed {SEED}, {RESAMPLES} resamples"
    )
    for heading in ("found by", "doses", "share", "doses with a number", "share"):
        table.add_column(heading)
    for name, found in readings.items():
        cells = []
        for numbered in (False, True):
            hits, total = count_overlapped(documents, found, numbered=numbered)
            cells += [str(total.sum()), show_share(hits, total)]
        table.add_row(name, *cells)
    print_table(table)


def find_split(options: argparse.Namespace) -> str:
    """The part of `--split`, or the train part where there is none."""
    try:
        find_part(NAME, options.split, folder=options.data)
    except ConfigError:
        return "train"
    return str(options.split)


def count_overlapped(
    documents: Sequence[Document], found: Sequence[Sequence[Span]], *, numbered: bool
) -> tuple["np.ndarray", "np.ndarray"]:
    """Found and all doses of each document; with `numbered` only those with a number."""
    hits, total = [], []
    for document, spans in zip(documents, found, strict=True):
        gold = [
            span
            for span in document.spans
            if not numbered or holds_number(document.text[span.start : span.end])
        ]
        total.append(len(gold))
        hits.append(sum(any(a < span.end and span.start < b for a, b in spans) for span in gold))
    return np.array(hits), np.array(total)


def holds_number(text: str) -> bool:
    """Whether digits or a number word stand in `text`."""
    return bool(_DIGIT.search(text) or find_numbers(text))


def show_share(hits: "np.ndarray", total: "np.ndarray") -> str:
    """A share of sums with its interval over resampled documents."""
    if not total.sum():
        return "–"
    weights = draw_weights(len(total), seed=SEED, resamples=RESAMPLES)
    drawn = np.divide(weights @ hits, weights @ total)
    low, high = find_interval(drawn)
    return f"{hits.sum() / total.sum():.3f} [{low:.3f}-{high:.3f}]"
