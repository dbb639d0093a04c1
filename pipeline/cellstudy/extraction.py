"""The main job: articles -> tagging -> study records, as a stream."""

import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from threadpoolctl import ThreadpoolController

from cellstudy import __version__
from cellstudy.assemble import assemble
from cellstudy.check import check
from cellstudy.model import check_model, find_model, hash_model
from cellstudy.schema import Article, PipelineInfo, StudyRecord, Tagging
from cellstudy.tag.extensions import register_extensions
from cellstudy.tag.reading import read_tagging

BATCH_SIZE = 32

_BLAS = ThreadpoolController()


class Extraction(NamedTuple):
    """What one article gave."""

    tagging: Tagging
    record: StudyRecord


class Extractor:
    """A loaded pipeline: call it on articles or texts to get study records."""

    def __init__(self, nlp: Language, info: PipelineInfo) -> None:
        self.nlp = nlp
        self.info = info

    def extract(self, articles: Iterable[Article | str]) -> Iterator[Extraction]:
        """Tag and assemble one article after the other, in their order.

        A plain text is taken as it is: its first line is the title.
        """
        items = iter(articles)
        while batch := [_as_article(item) for item in islice(items, BATCH_SIZE)]:
            for article, doc in zip(batch, self._tag(batch), strict=True):
                tagging = read_tagging(doc, article)
                yield Extraction(tagging, check(assemble(tagging, self.info)))

    def _tag(self, articles: list[Article]) -> list[Doc]:
        # One thread: the products are too small to gain by more, and workers share the machine.
        with _BLAS.limit(limits=1, user_api="blas"):
            return list(self.nlp.pipe([article.text for article in articles]))


def load(model: str | Path | None = None) -> Extractor:
    """Load a model folder (default: the bundled `cellstudy_sm`).

    Raises ModelError if it is missing or does not fit this version.
    """
    path = find_model(model)
    meta = check_model(path)
    register_extensions()
    return Extractor(
        spacy.load(path),
        PipelineInfo(
            name="cellstudy",
            version=__version__,
            model=f"{meta['name']} {meta['version']}",
            model_sha256=hash_model(path),
        ),
    )


def extract(articles: Iterable[Article | str]) -> Iterator[StudyRecord]:
    """Extract study records with the bundled model; `load` gives control over the model."""
    for result in load().extract(articles):
        yield result.record


def _as_article(item: Article | str) -> Article:
    if isinstance(item, Article):
        return item
    title, _, abstract = item.partition("\n")
    digest = hashlib.sha256(item.encode("utf-8", "surrogatepass")).hexdigest()
    return Article(id=f"TEXT:{digest[:12]}", title=title, abstract=abstract, text=item)
