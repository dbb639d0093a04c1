"""`cellstudy evaluate`: scores of an extraction against gold, as tables and as files."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from cellstudy.cli.confidences import make_tables
from cellstudy.cli.terminal import format_interval, format_rate, make_table, open_console
from cellstudy.concepts import link_disease, link_source
from cellstudy.export import flatten, list_confidences, list_spans
from cellstudy.export.files import replace_files, write_file
from cellstudy.extraction import Extractor, load
from cellstudy.schema import StudyRecord, Tagging
from cellstudy.score import (
    GoldDocument,
    Prediction,
    Report,
    evaluate,
    load_gold,
    load_predictions,
)
from cellstudy.score.diagram import draw_calibration

_SHOWN_IDS = 5


def run_evaluate(
    gold: Path,
    *,
    output: Path | None,
    predictions: Path | None,
    model: Path | None,
    disease_model: str | None = None,
    disease_labels: Sequence[str] = (),
    seed: int,
    resamples: int,
) -> None:
    """Score a fresh extraction of the gold's texts, or the output folder `predictions`."""
    documents = load_gold(gold)
    predicted: Sequence[Prediction]
    if predictions:
        predicted = load_predictions(predictions)
    else:
        extractor = load(model, disease_model=disease_model, disease_labels=disease_labels)
        predicted = predict(documents, extractor)
    report = evaluate(
        documents,
        predicted,
        seed=seed,
        resamples=resamples,
        resolve_condition=lambda name: getattr(link_disease(name), "id", None),
        resolve_source=lambda name: getattr(link_source(name), "id", None),
    )
    print_report(report, open_console())
    if output:
        write_report(report, output)


def predict(documents: Iterable[GoldDocument], extractor: Extractor) -> list[Prediction]:
    """Extract from the texts of gold documents."""
    articles = [document.as_article() for document in documents]
    results = extractor.extract(articles)
    tracked = track(results, "extracting", total=len(articles), console=Console(stderr=True))
    return [make_prediction(result.record, result.tagging) for result in tracked]


def make_prediction(record: StudyRecord, tagging: Tagging) -> Prediction:
    """Turn what was extracted from one article into what the scorer compares."""
    return Prediction(
        id=tagging.article.id,
        spans=list_spans(tagging),
        record=flatten(record),
        confidence=list_confidences(record),
    )


def write_report(report: Report, folder: Path) -> None:
    """Write `report.json` (all figures), `errors.jsonl` (one mistake a line) and `calibration.svg`.

    The diagram is left out where the predictions have no confidences.
    """
    folder.mkdir(parents=True, exist_ok=True)
    figures = msgspec.to_builtins(report)
    mistakes = figures.pop("mistakes")
    with replace_files([folder / "report.json", folder / "errors.jsonl"]) as (main, errors):
        main.write(msgspec.json.format(msgspec.json.encode(figures), indent=2) + b"\n")
        errors.writelines(msgspec.json.encode(mistake) + b"\n" for mistake in mistakes)
    spans, slots = report.calibration.spans, report.calibration.slots
    if spans and slots:
        drawn = draw_calibration([("all", spans)], [("all", slots)])
        write_file([drawn.encode()], folder / "calibration.svg")


def print_report(report: Report, console: Console) -> None:
    """Print the tables of spans, normalised values and record slots, and how they were made."""
    console.print(_make_span_table(report))
    console.print(_make_value_table(report))
    console.print(_make_record_table(report))
    for table in make_tables(report.calibration):
        console.print(table)
    console.print(
        f"{report.n_documents} documents; 95 % intervals by document bootstrap, "
        f"{report.resamples} resamples, seed {report.seed}"
    )
    _print_ids("Without prediction, counted as empty", report.missing, console)
    _print_ids("Predicted without gold, left out", report.unknown, console)


def _make_span_table(report: Report) -> Table:
    spans = report.spans
    table = make_table("Spans", "label", ("P", "R", "F1", "95 % CI", "support"))
    for name in ("exact F1", "partial F1", "type F1"):
        table.add_column(name, justify="right", no_wrap=True)
    for strict, exact, partial, kind in zip(
        spans.strict, spans.exact, spans.partial, spans.type, strict=True
    ):
        if strict.name == "core":
            table.add_section()
        table.add_row(
            strict.name,
            *map(format_rate, (strict.precision, strict.recall, strict.f1)),
            format_interval(strict.low, strict.high),
            str(strict.support),
            *map(format_rate, (exact.f1, partial.f1, kind.f1)),
        )
    return table


def _make_value_table(report: Report) -> Table:
    columns = ("right of found", "95 % CI", "right", "given", "support")
    table = make_table("Normalised values of strictly found spans", "label", columns)
    for row in report.values:
        table.add_row(
            row.label,
            format_rate(row.rate),
            format_interval(row.low, row.high),
            *map(str, (row.right, row.given, row.support)),
        )
    return table


def _make_record_table(report: Report) -> Table:
    columns = ("P", "R", "F1", "95 % CI", "support")
    table = make_table("Record slots", "slot", columns)
    for row in report.records:
        if row.name == "micro":
            table.add_section()
        table.add_row(
            row.name,
            *map(format_rate, (row.precision, row.recall, row.f1)),
            format_interval(row.low, row.high),
            str(row.support),
        )
    return table


def _print_ids(what: str, ids: tuple[str, ...], console: Console) -> None:
    if ids:
        more = ", ..." if len(ids) > _SHOWN_IDS else ""
        console.print(f"{what}: {len(ids)} ({escape(', '.join(ids[:_SHOWN_IDS]))}{more})")
