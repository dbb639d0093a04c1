"""Calibrate the confidences of a model: `python -m scripts.calibrate MODEL SHARED`; one minute.

Fits the curves of spans, then those of record slots on top of them, to documents that the model was
not trained on: the dev gold, corpus/annotated/dev.jsonl where there is one, and for doses and
schedules corpus/doses_dev. Writes calibration.tsv (curves), calibration.json (figures) and
calibration.svg into the model folder, and the section `Calibration` of its card.

Figures on dev documents after calibration are cross-validated: curves fitted to nine tenths of the
documents, measured on the last tenth. Those on corpus/annotated/test.jsonl are of the curves that
are shipped; nothing is fitted to it.
"""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
from rich.console import Console
from scripts.calibration_card import Measured, describe, write_card

from cellstudy.assemble import assemble
from cellstudy.cli.evaluate import make_prediction
from cellstudy.concepts import link_disease, link_source
from cellstudy.confidence import calibrate_record, calibrate_spans
from cellstudy.corpus.texts import hydrate
from cellstudy.curves import UNCALIBRATED, Calibration, write_calibration
from cellstudy.extraction import Extractor, load
from cellstudy.schema import FlatRecord, GoldSpan, PipelineInfo, Tagging
from cellstudy.score import GoldDocument, Prediction, load_gold
from cellstudy.score.bootstrap import draw_weights
from cellstudy.score.calibration import CalibrationReport, Judgement, report_calibration
from cellstudy.score.curve_fit import fit_curves
from cellstudy.score.report import count_documents
from cellstudy.tag.reading import read_tagging

ANNOTATED = Path("corpus/annotated")
DOSES = Path("corpus/doses_dev/spans.jsonl")
DOSE_LABELS = ("DOSE", "DOSING_INTERVAL", "N_DOSES")
FIELDS = ("id", "text", "spans", "record")

FOLDS = 10
SPAN_RIDGE = 0.1
SLOT_RIDGE = 10.0
"""Weights of the identity; the many spans need little, the few fillings more."""

CONSOLE = Console(width=110)


class Case(NamedTuple):
    """A document with the tagging whose confidences are as computed."""

    gold: GoldDocument
    tagging: Tagging
    whole: bool
    """Whether all labels and the record are annotated, or doses and schedules alone."""


class Judged(NamedTuple):
    """Judgements of documents that are counted from 0, and spans and fillings of their gold."""

    spans: tuple[Judgement, ...]
    slots: tuple[Judgement, ...]
    n_gold: tuple[int, int]
    n_documents: int


def main() -> None:
    """Fit, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="model folder to calibrate")
    parser.add_argument("shared", type=Path, help="folder with gold and raw texts")
    options = parser.parse_args()
    extractor, raw = load(options.model), options.shared / "raw"
    dev = tag([*load_gold(options.shared / "gold" / "dev"), *read_dev(raw)], extractor)
    doses = tag(read_doses(raw), extractor, whole=False)
    test = tag(read_annotated(ANNOTATED / "test.jsonl", raw), extractor)
    info = extractor.info
    calibration = fit([*dev, *doses], info)
    measured = Measured(
        dev=measure(cross_validate(dev, doses, info)),
        dev_before=measure(judge(dev, UNCALIBRATED, info)),
        test=measure(judge(test, calibration, info)),
        test_before=measure(judge(test, UNCALIBRATED, info)),
        n_dev=len(dev),
        n_test=len(test),
    )
    write_calibration(calibration, options.model)
    write_card(measured, options.model)
    CONSOLE.print(describe(measured), markup=False)


def read_dev(raw: Path) -> Iterator[GoldDocument]:
    """Further annotated documents that no model is trained on, if there are any."""
    path = ANNOTATED / "dev.jsonl"
    return read_annotated(path, raw) if path.is_file() else iter(())


def read_annotated(path: Path, raw: Path) -> Iterator[GoldDocument]:
    """Documents of corpus/annotated with their texts."""
    for entry in hydrate(path, raw):
        yield msgspec.convert({key: entry[key] for key in FIELDS}, GoldDocument)


def read_doses(raw: Path) -> Iterator[GoldDocument]:
    """Documents in which doses and schedules alone are annotated, and no record."""
    for entry in hydrate(DOSES, raw):
        spans = tuple(
            GoldSpan(start=s["start"], end=s["end"], label=s["label"]) for s in entry["spans"]
        )
        yield GoldDocument(id=entry["id"], text=entry["text"], spans=spans, record=FlatRecord())


def tag(
    documents: Iterable[GoldDocument], extractor: Extractor, *, whole: bool = True
) -> list[Case]:
    """Tag the texts of gold documents, confidences as computed."""
    return [
        Case(document, read_tagging(extractor.nlp(document.text), document.as_article()), whole)
        for document in documents
    ]


def fit(cases: Sequence[Case], info: PipelineInfo) -> Calibration:
    """Fit the curves of spans, then those of slots to records with calibrated spans."""
    raw = [
        judge([case for case in cases if case.whole is whole], UNCALIBRATED, info)
        for whole in (True, False)
    ]
    spans = [*raw[0].spans, *(item for item in raw[1].spans if item.name in DOSE_LABELS)]
    curves = Calibration(spans=fit_curves(spans, ridge=SPAN_RIDGE))
    slots = judge([case for case in cases if case.whole], curves, info).slots
    return Calibration(spans=curves.spans, slots=fit_curves(slots, ridge=SLOT_RIDGE))


def judge(cases: Sequence[Case], calibration: Calibration, info: PipelineInfo) -> Judged:
    """Judge spans and slots with calibrated confidences."""
    if not cases:
        return Judged((), (), (0, 0), 0)
    scored = count_documents(
        [case.gold for case in cases],
        [predict(case, calibration, info) for case in cases],
        resolve_condition=lambda name: getattr(link_disease(name), "id", None),
        resolve_source=lambda name: getattr(link_source(name), "id", None),
    )
    return Judged(scored.judged_spans, scored.judged_slots, scored.count_gold(), len(cases))


def predict(case: Case, calibration: Calibration, info: PipelineInfo) -> Prediction:
    """Assemble a tagged document with calibrated confidences."""
    tagging = calibrate_spans(case.tagging, calibration.spans)
    return make_prediction(calibrate_record(assemble(tagging, info), calibration.slots), tagging)


def cross_validate(dev: Sequence[Case], doses: Sequence[Case], info: PipelineInfo) -> Judged:
    """Judge each tenth of the documents with the curves of the others."""
    parts = []
    for fold in range(FOLDS):
        rest = [case for i, case in enumerate([*dev, *doses]) if i % FOLDS != fold]
        parts.append(judge(dev[fold::FOLDS], fit(rest, info), info))
    return join(parts)


def join(parts: Iterable[Judged]) -> Judged:
    """Put the judgements of several sets of documents together, the documents counted on."""
    whole = Judged((), (), (0, 0), 0)
    for part in parts:
        spans, slots = (
            tuple(item._replace(document=item.document + whole.n_documents) for item in items)
            for items in (part.spans, part.slots)
        )
        whole = Judged(
            (*whole.spans, *spans),
            (*whole.slots, *slots),
            (whole.n_gold[0] + part.n_gold[0], whole.n_gold[1] + part.n_gold[1]),
            whole.n_documents + part.n_documents,
        )
    return whole


def measure(judged: Judged) -> CalibrationReport:
    """Measure with bootstrap intervals over the documents."""
    weights = draw_weights(judged.n_documents, seed=0, resamples=1000)
    return report_calibration(judged.spans, judged.slots, n_gold=judged.n_gold, weights=weights)


if __name__ == "__main__":
    main()
