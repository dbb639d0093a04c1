"""Abstracts per second on one core, and peak memory, against spaCy's own pipeline in the same run.

The baseline is what a user would build: spaCy's English tokenizer, its default tok2vec (width 96,
depth 4) and its ner, untrained. Rounds of both alternate, so that a busy machine slows both.
"""

import argparse
import gzip
import json
import os
import resource
import statistics
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import spacy
from rich.console import Console
from rich.table import Table
from spacy.language import Language
from spacy.training import Example

import cellstudy
from cellstudy.schema import Article

DATA = Path("../shared/raw/rct_abstracts.jsonl.gz")
ROUNDS = 3
LIMIT = 600


def run(options: argparse.Namespace) -> None:
    """Time both pipelines on the same abstracts and print the table."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    articles = read_articles(options.data or DATA, limit=options.limit or LIMIT)
    started = time.perf_counter()
    extractor = cellstudy.load(options.model)
    load_seconds = time.perf_counter() - started
    baseline = build_baseline()
    runs: dict[str, Callable[[], object]] = {
        "spaCy tokenizer + tok2vec + ner": lambda: list(
            baseline.pipe((a.text for a in articles), batch_size=32)
        ),
        "cellstudy: tagging": lambda: list(
            extractor.nlp.pipe((a.text for a in articles), batch_size=32)
        ),
        "cellstudy: text to record": lambda: list(extractor.extract(articles)),
    }
    for job in runs.values():  # warm-up: tokenizer caches, lazily read data
        job()
    seconds = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, job in runs.items():
            started = time.perf_counter()
            job()
            seconds[name].append(time.perf_counter() - started)
    print_table(seconds, articles, load_seconds)


def read_articles(path: Path, *, limit: int) -> list[Article]:
    """The first abstracts of a gzipped JSONL file of id, title, abstract."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        entries = [json.loads(line) for line in islice(lines, limit)]
    return [
        Article(
            id=entry["id"],
            title=entry["title"],
            abstract=entry["abstract"],
            text=f"{entry['title']}\n{entry['abstract']}",
        )
        for entry in entries
    ]


def build_baseline() -> Language:
    """SpaCy's own tokenizer, tok2vec and ner with its default settings, initialised at random."""
    nlp = spacy.blank("en")
    ner = nlp.add_pipe("ner")
    ner.add_label("DISEASE")
    example = Example.from_dict(nlp.make_doc("Fever was seen."), {"entities": [(0, 5, "DISEASE")]})
    nlp.initialize(lambda: [example])
    return nlp


def print_table(
    seconds: dict[str, list[float]], articles: list[Article], load_seconds: float
) -> None:
    """Print rates, ratios to the baseline, and memory."""
    n_words = sum(len(article.text.split()) for article in articles)
    table = Table(title=f"{len(articles)} abstracts, {n_words} words, one core, {ROUNDS} rounds")
    for heading in ("pipeline", "abstracts/s", "words/s", "ratio to spaCy (min-max)"):
        table.add_column(heading)
    base = next(iter(seconds.values()))
    for name, times in seconds.items():
        middle = statistics.median(times)
        ratios = [one / other for one, other in zip(base, times, strict=True)]
        table.add_row(
            name,
            f"{len(articles) / middle:.1f}",
            f"{n_words / middle:.0f}",
            f"{statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})",
        )
    console = Console()
    console.print(table)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    console.print(f"model loaded in {load_seconds:.2f} s; peak memory of the process {peak:.0f} MB")
