"""The main job: articles -> tagging -> study records, as a stream."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc
from threadpoolctl import ThreadpoolController

from cellstudy import __version__
from cellstudy.assemble import assemble
from cellstudy.check import check
from cellstudy.confidence import (
    calibrate_record,
    calibrate_spans,
    check_threshold,
    withhold_spans,
    withhold_values,
)
from cellstudy.curves import UNCALIBRATED, Calibration, read_calibration
from cellstudy.errors import ConfigError
from cellstudy.model import find_model, hash_model, load_pipeline
from cellstudy.schema import Article, PipelineInfo, StudyRecord, Tagging
from cellstudy.tag.disease_model import DiseaseModel
from cellstudy.tag.extensions import register_extensions
from cellstudy.tag.reading import read_tagging
from cellstudy.tag.released import find_released

BATCH_SIZE = 32

_BLAS = ThreadpoolController()


class Extraction(NamedTuple):
    """What one article gave."""

    tagging: Tagging
    record: StudyRecord


class Extractor:
    """A loaded pipeline: call it on articles or texts to get study records."""

    def __init__(
        self, nlp: Language, info: PipelineInfo, calibration: Calibration = UNCALIBRATED
    ) -> None:
        self.nlp = nlp
        self.info = info
        self.calibration = calibration

    def extract(
        self, articles: Iterable[Article | str], *, min_confidence: float | None = None
    ) -> Iterator[Extraction]:
        """Tag and assemble one article after the other, in their order.

        A plain text is taken as it is: its first line is the title. With `min_confidence` spans
        below it are left out and values below it are withheld: their leaf has the status
        `withheld`, its place, and no value. Raises ConfigError if it is not from 0 to 1.
        """
        check_threshold(min_confidence)
        items = iter(articles)
        while batch := [_as_article(item) for item in islice(items, BATCH_SIZE)]:
            for article, doc in zip(batch, self._tag(batch), strict=True):
                found = self._assemble(read_tagging(doc, article))
                yield found if min_confidence is None else withhold(found, min_confidence)

    def _assemble(self, tagging: Tagging) -> Extraction:
        tagging = calibrate_spans(tagging, self.calibration.spans)
        record = check(assemble(tagging, self.info))
        return Extraction(tagging, calibrate_record(record, self.calibration.slots))

    def _tag(self, articles: list[Article]) -> list[Doc]:
        # One thread: the products are too small to gain by more, and workers share the machine.
        with _BLAS.limit(limits=1, user_api="blas"):
            return list(self.nlp.pipe([article.text for article in articles]))


def load(
    model: str | Path | None = None,
    *,
    disease_model: str | Path | None = None,
    disease_labels: Sequence[str] = (),
) -> Extractor:
    """Load a model folder (default: the bundled `cellstudy_sm`).

    `disease_model` names an installed scispaCy model (package or folder) that finds the diseases in
    place of ours; `disease_labels` are those of its labels that are read as DISEASE (default:
    DISEASE and CANCER). Raises ModelError if a model is missing or does not fit this version.
    """
    path = find_model(model)
    register_extensions()
    nlp = load_pipeline(path)
    if disease_model is not None:
        plug_in(nlp, disease_model, labels=disease_labels)
    elif disease_labels:
        raise ConfigError("disease labels are given, but no disease model")
    return Extractor(nlp, describe_pipeline(nlp, path), read_calibration(path))


def withhold(found: Extraction, threshold: float) -> Extraction:
    """Leave out the spans below a confidence and withhold the values below it."""
    return Extraction(
        withhold_spans(found.tagging, threshold), withhold_values(found.record, threshold)
    )


def plug_in(nlp: Language, disease_model: str | Path, *, labels: Sequence[str] = ()) -> None:
    """Let a released scispaCy model find the diseases of a loaded pipeline."""
    present = [name for name, pipe in nlp.pipeline if isinstance(pipe, DiseaseModel)]
    if present:
        raise ConfigError(f"the model has a disease model of its own already: {present[0]!r}")
    found = find_released(disease_model, labels=labels)
    nlp.add_pipe(
        "cellstudy_disease_model",
        name="disease_model",
        before="mentions",
        config={
            "model": str(disease_model),
            "version": found.version,
            "labels": list(found.labels),
        },
    )


def describe_pipeline(nlp: Language, path: Path) -> PipelineInfo:
    """What records say of the pipeline that made them; `path` is the folder of its model."""
    meta = nlp.meta
    plugged = next((pipe for _, pipe in nlp.pipeline if isinstance(pipe, DiseaseModel)), None)
    return PipelineInfo(
        name="cellstudy",
        version=__version__,
        model=f"{meta['name']} {meta['version']}",
        model_sha256=hash_model(path),
        disease_model=plugged.title if plugged else None,
        disease_model_sha256=hash_model(plugged.found.folder) if plugged else None,
    )


def extract(
    articles: Iterable[Article | str], *, min_confidence: float | None = None
) -> Iterator[StudyRecord]:
    """Extract study records with the bundled model; `load` gives control over the model.

    Values below `min_confidence` are withheld (see `Extractor.extract`).
    """
    for result in load().extract(articles, min_confidence=min_confidence):
        yield result.record


def _as_article(item: Article | str) -> Article:
    if isinstance(item, Article):
        return item
    title, _, abstract = item.partition("\n")
    digest = hashlib.sha256(item.encode("utf-8", "surrogatepass")).hexdigest()
    return Article(id=f"TEXT:{digest[:12]}", title=title, abstract=abstract, text=item)
