"""Abstracts per second on one core, and peak memory, against spaCy's own pipeline in the same run.

The baseline is what a user would build: spaCy's English tokenizer, its default tok2vec (width 96,
depth 4) and its ner, untrained. Times are of the processor, and rounds of both alternate, so that
a busy machine changes little. A second table says where the time goes.
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
from typing import Any

import spacy
from rich.console import Console
from rich.table import Table
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from threadpoolctl import threadpool_limits

import cellstudy
from cellstudy.assemble import assemble
from cellstudy.check import check
from cellstudy.confidence import calibrate_record, calibrate_spans
from cellstudy.extraction import Extractor
from cellstudy.schema import Article
from cellstudy.tag.reading import read_tagging

DATA = Path("../shared/raw/rct_abstracts.jsonl.gz")
ROUNDS = 3
LIMIT = 600
BATCH_SIZE = 32


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
            baseline.pipe((a.text for a in articles), batch_size=BATCH_SIZE)
        ),
        "cellstudy: tagging": lambda: list(
            extractor.nlp.pipe((a.text for a in articles), batch_size=BATCH_SIZE)
        ),
        "cellstudy: text to record": lambda: list(extractor.extract(articles)),
    }
    for job in runs.values():  # warm-up: tokenizer caches, lazily read data
        job()
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, job in runs.items():
            started = time.process_time()
            job()
            seconds[name].append(time.process_time() - started)
    print_table(seconds, articles, load_seconds)
    print_profile(profile(extractor, articles), len(articles))


def profile(extractor: Extractor, articles: list[Article]) -> dict[str, float]:
    """Seconds of processor time for each step of the pipeline, over all articles."""
    clock = Stopwatch()
    with threadpool_limits(limits=1, user_api="blas"):
        for start in range(0, len(articles), BATCH_SIZE):
            batch = articles[start : start + BATCH_SIZE]
            _profile_batch(extractor, batch, clock)
    return clock.seconds


class Stopwatch:
    """Adds up the processor time of named steps."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def time(self, step: str, job: Callable[[], Any]) -> Any:
        """Run `job`, add its time to that of `step`, and return its result."""
        started = time.process_time()
        result = job()
        self.seconds[step] = self.seconds.get(step, 0.0) + time.process_time() - started
        return result


def _profile_batch(extractor: Extractor, batch: list[Article], clock: Stopwatch) -> None:
    nlp, sure = extractor.nlp, extractor.calibration
    docs: list[Doc] = clock.time("tokenizer", lambda: [nlp.make_doc(a.text) for a in batch])
    for name, pipe in nlp.pipeline:
        docs = clock.time(name, lambda: run_pipe(pipe, docs))  # noqa: B023 - run at once
    pairs = list(zip(docs, batch, strict=True))
    tagged = clock.time("reading", lambda: [read_tagging(doc, article) for doc, article in pairs])
    tagged = clock.time("calibration", lambda: [calibrate_spans(t, sure.spans) for t in tagged])
    records = clock.time("assembly", lambda: [assemble(t, extractor.info) for t in tagged])
    records = clock.time("checks", lambda: [check(record) for record in records])
    clock.time("calibration", lambda: [calibrate_record(record, sure.slots) for record in records])


def run_pipe(pipe: Any, docs: list[Doc]) -> list[Doc]:
    """Run one component, trained or not, over a batch."""
    if hasattr(pipe, "pipe"):
        return list(pipe.pipe(docs, batch_size=len(docs)))
    return [pipe(doc) for doc in docs]


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


def print_profile(seconds: dict[str, float], n_articles: int) -> None:
    """Print the milliseconds that an abstract takes in each step."""
    table = Table(title="processor time an abstract")
    for heading in ("step", "ms", "share"):
        table.add_column(heading)
    total = sum(seconds.values())
    for step, value in [*seconds.items(), ("all", total)]:
        table.add_row(step, f"{1000 * value / n_articles:.2f}", f"{value / total:.0%}")
    Console().print(table)
