"""Train our recogniser on the train part of another corpus, with that corpus's own labels.

What a curator does with `spacy train` on a new label set: the network starts from the token
encoder of the given model, the grammars and gazetteers stay as they are. Trained taggers are kept
under training/benchmarks, named by everything that they depend on.
"""

import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
import spacy
from rich.progress import track
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import fix_random_seed
from thinc.api import Adam, Config, Model
from thinc.schedules import warmup_linear

from benchmarks.corpora import Document
from benchmarks.wide import MARKER
from cellstudy.corpus.reader import make_example, run_components
from cellstudy.labels import RECOGNISED
from cellstudy.model import check_model, find_model
from cellstudy.schema import GoldSpan
from cellstudy.tag.extensions import ScoredSpan, get_spans, register_extensions
from cellstudy.tag.recogniser import ANNOTATED, Recogniser

CACHE = Path("training/benchmarks")
TAGGER = "tagger"
CODE = Path(__file__).resolve().parent.parent / "pipeline" / "cellstudy"
WIDE = Path(__file__).with_name("wide.py")


class Recipe(NamedTuple):
    """How to train: chosen on dev parts, the same for all corpora unless a benchmark says why."""

    epochs: int = 15
    rate: float = 0.001
    dropout: float = 0.3
    batch_words: int = 800
    seed: int = 0
    wide: int = 0
    """Width of the network of benchmarks/wide.py; 0: the shipped network alone."""
    fresh: bool = False
    """Start from random weights instead of the shipped encoder, which saw our documents."""
    limited: bool = False
    """Keep numeric labels to what the grammars found, as the shipped recogniser does."""


RECIPE = Recipe()


def train_tagger(
    name: str,
    documents: Sequence[Document],
    labels: Sequence[str],
    *,
    recipe: Recipe = RECIPE,
    model: Path | None = None,
) -> Language:
    """Return a pipeline whose component `tagger` finds `labels`, trained on `documents`.

    Read what it finds with `tag_texts`. Training takes minutes and shows its progress; the same
    data, code and recipe are trained once.
    """
    register_extensions()
    nlp = _build(find_model(model), recipe)
    folder = CACHE / f"{name}-{_fingerprint(documents, labels, recipe, model)}"
    tagger = cast(Recogniser, nlp.get_pipe(TAGGER))
    if not folder.is_dir():
        _train(nlp, tagger, list(_make_examples(nlp, documents, name, tuple(labels))), recipe)
        folder.parent.mkdir(parents=True, exist_ok=True)
        tagger.to_disk(folder)
    tagger.from_disk(folder)
    return nlp


def tag_texts(nlp: Language, texts: Sequence[str]) -> list[list[GoldSpan]]:
    """The spans that the tagger of a pipeline finds in each text, with their probabilities."""
    return [read_found(doc) for doc in nlp.pipe(texts, batch_size=16)]


def read_found(doc: Doc) -> list[GoldSpan]:
    """The spans that the tagger wrote to a Doc."""
    return [
        GoldSpan(start=span.start, end=span.end, label=span.label, confidence=span.confidence)
        for span in get_spans(doc, RECOGNISED)
    ]


def _build(path: Path, recipe: Recipe) -> Language:
    """The given model up to its features, and an untrained recogniser after it.

    The trained recogniser of the model stays in the pipeline for its weights, and is not run.
    """
    check_model(path)
    excluded = ["number_typer", "mentions", "context", "linker"]
    nlp = spacy.load(path, exclude=excluded, disable=["recogniser"])
    config: dict[str, Any] = nlp.get_pipe_config("recogniser")
    network = config["model"]
    if recipe.wide:
        nlp.add_pipe(MARKER)
        encoder = {"@architectures": "benchmarks.WideEncoder.v1", "width": recipe.wide}
        network = {**network, "tok2vec": {**encoder, "base": network["tok2vec"]}}
    settings = {"model": network, "limited": recipe.limited, "scorer": config["scorer"]}
    nlp.add_pipe("cellstudy_recogniser", name=TAGGER, config=Config(settings))
    return nlp


def _train(nlp: Language, tagger: Recogniser, examples: list[Example], recipe: Recipe) -> None:
    fix_random_seed(recipe.seed)
    labels = sorted({label for eg in examples for label in eg.reference.user_data[ANNOTATED]})
    tagger.initialize(lambda: examples, nlp=nlp, labels=labels)
    if not recipe.fresh:
        source = cast(Recogniser, nlp.get_pipe("recogniser")).model.get_ref("tok2vec")
        _find_base(tagger).from_bytes(source.to_bytes())
    n_words = sum(len(eg.reference) for eg in examples)
    n_steps = recipe.epochs * max(n_words // recipe.batch_words, 1)
    optimizer = Adam(
        warmup_linear(recipe.rate, n_steps // 20, n_steps),
        L2=0.01,
        L2_is_weight_decay=True,
        grad_clip=1.0,
        use_averages=True,
    )
    order = random.Random(recipe.seed)
    for _ in track(range(recipe.epochs), description=f"training on {len(examples)} texts"):
        order.shuffle(examples)
        for batch in _batches(examples, recipe.batch_words):
            tagger.update(batch, drop=recipe.dropout, sgd=optimizer)
            optimizer.step_schedules()
    averages = {key: value for key, value in optimizer.averages.items() if np.isfinite(value).all()}
    with tagger.model.use_params(averages):
        weights = tagger.model.to_bytes()
    tagger.model.from_bytes(weights)


def _find_base(tagger: Recogniser) -> Model[Any, Any]:
    """The part of a network that the shipped encoder can start."""
    encoder = tagger.model.get_ref("tok2vec")
    return encoder.get_ref("base") if encoder.has_ref("base") else encoder


def _make_examples(
    nlp: Language, documents: Sequence[Document], name: str, labels: tuple[str, ...]
) -> Iterator[Example]:
    for document in documents:
        spans = [
            ScoredSpan(s.start, s.end, s.label, 1.0, "gold")
            for s in document.spans
            if s.label in labels
        ]
        example = make_example(nlp, document.text, spans, name=name, labels=labels)
        example.predicted = run_components(nlp, example.predicted, nlp.pipe_names[:-1])
        if len(example.reference):
            yield example


def _batches(examples: list[Example], n_words: int) -> Iterator[list[Example]]:
    batch: list[Example] = []
    for example in examples:
        batch.append(example)
        if sum(len(eg.reference) for eg in batch) >= n_words:
            yield batch
            batch = []
    if batch:
        yield batch


def _fingerprint(
    documents: Sequence[Document], labels: Sequence[str], recipe: Recipe, model: Path | None
) -> str:
    """Hash of data, labels, recipe, starting model and the code that makes the features."""
    digest = hashlib.sha256()
    digest.update(json.dumps([list(labels), list(recipe)]).encode())
    for document in documents:
        digest.update(document.text.encode("utf-8", "surrogatepass"))
        digest.update(json.dumps([[s.start, s.end, s.label] for s in document.spans]).encode())
    files = [*CODE.glob("tag/*.py"), *CODE.glob("data/**/*.tsv"), Path(__file__), WIDE]
    files += [path for path in find_model(model).rglob("*") if path.is_file()]
    for path in sorted(files):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
