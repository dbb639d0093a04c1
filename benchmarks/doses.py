"""DOSE, DOSING_INTERVAL and N_DOSES: spans, and whether the value of a found span is right.

Sets: the gold of `--data` (default `../shared/gold`); with the default gold's dev split also our
own `corpus/doses_dev`, both together, and `corpus/annotated/test.jsonl` (nothing tuned on it).
Values are judged in two ways. `record`: each value of the gold's regimens must be given by a
strictly found span (`cellstudy.score.values`, sets with records only). `span`: a strictly found
span must give the value annotated on the gold span, where there is one.

quantulum3 takes part where it is installed, without its classifier: its masses, volumes and
what else has such a unit count as DOSE. It knows no schedules.
"""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
from rich.table import Table

import cellstudy
from benchmarks.peers import import_quantulum
from benchmarks.scoring import (
    RESAMPLES,
    SEED,
    add_score,
    make_table,
    print_table,
    score_labels,
)
from cellstudy.cli.evaluate import make_prediction
from cellstudy.corpus.texts import hydrate
from cellstudy.errors import InputError
from cellstudy.schema import FlatRecord, GoldSpan, SpanValue
from cellstudy.score.bootstrap import draw_weights
from cellstudy.score.equality import fold_dose, fold_duration
from cellstudy.score.gold import GoldDocument, Prediction, load_gold
from cellstudy.score.spans import compare_spans, match_spans
from cellstudy.score.values import (
    VALUE_LABELS,
    ValueScore,
    count_values,
    judge_values,
    score_values,
)

DATA: Final = Path("../shared/gold")
RAW: Final = Path("../shared/raw")
CORPUS: Final = Path(__file__).resolve().parent.parent / "corpus"
OWN: Final = CORPUS / "doses_dev" / "spans.jsonl"
FRESH: Final = CORPUS / "annotated" / "test.jsonl"
LABELS: Final = ("DOSE", "DOSING_INTERVAL", "N_DOSES")
TARGETS: Final = {"DOSE": "P .93 R .92 value .97", "DOSING_INTERVAL": "P .93 R .90 value .97"}

_DOSE_UNITS: Final = {
    "kilogram": "kg",
    "gram": "g",
    "milligram": "mg",
    "microgram": "ug",
    "nanogram": "ng",
    "litre": "L",
    "millilitre": "mL",
    "cubic centimetre": "mL",
    "microlitre": "uL",
}
"""Units of quantulum3 that a dose is given in, with their plain names."""
_PLAIN: Final = {"h": "hour", "min": "minute", "kilogram": "kg", "square metre": "m2"}
"""Plain names of the bases that are written otherwise there, or in our own set."""

Predictor = Callable[[Sequence[GoldDocument]], list[Prediction]]


class Part(NamedTuple):
    """A set of documents; `has_records` says whether the gold gives regimens."""

    name: str
    documents: tuple[GoldDocument, ...]
    has_records: bool


def run(options: argparse.Namespace) -> None:
    """Score every system on every set and print the tables of spans and of values."""
    systems: dict[str, Predictor] = {"cellstudy": lambda docs: predict(docs, options.model)}
    peer = load_quantulum()
    if peer is None:
        print("quantulum3 is not installed: left out (pip install quantulum3)")
    else:
        systems["quantulum3"] = peer
    spans = make_table("Doses and schedules: spans")
    values = Table(title="Values of strictly found spans, right of found [95 %]")
    for heading in ("system", "label", "record values", "span values", "target"):
        values.add_column(heading)
    for part in read_parts(options.data, options.split, limit=options.limit):
        for system, predictor in systems.items():
            name, found = f"{part.name}: {system}", predictor(part.documents)
            scores = score_labels(
                [document.spans for document in part.documents],
                [prediction.spans for prediction in found],
                LABELS,
            )
            for label in LABELS if system == "cellstudy" else LABELS[:1]:
                add_score(spans, name, scores[label])
            in_records, on_spans = score_part_values(part, found)
            for label in VALUE_LABELS if system == "cellstudy" else VALUE_LABELS[:1]:
                cells = (show_value(in_records.get(label)), show_value(on_spans.get(label)))
                values.add_row(name, label, *cells, TARGETS[label])
        spans.add_section()
        values.add_section()
    print_table(spans)
    print_table(values)


def read_parts(folder: Path | None, split: str, *, limit: int = 0) -> list[Part]:
    """The gold of a folder, FOLDER/SPLIT or FOLDER itself, and our own sets beside the default.

    Raises InputError if there is none.
    """
    gold = folder or DATA
    places = [gold / split, gold]
    path = next((one for one in places if (one / "documents.jsonl").is_file()), None)
    if path is None:
        raise InputError("no documents.jsonl", source=" or ".join(map(str, places)))
    known = load_gold(path / "documents.jsonl")[: limit or None]
    parts = [Part(f"gold {split}", known, True)]
    if folder is None and split == "dev":
        own = read_own(OWN, RAW)[: limit or None]
        parts += [
            Part("own dev", own, False),
            Part("both dev", known + own, False),
            Part("annotated test", read_own(FRESH, RAW)[: limit or None], True),
        ]
    return parts


def read_own(path: Path, raw: Path) -> tuple[GoldDocument, ...]:
    """A stand-off set of our own with its texts; records are empty where it has none."""
    return tuple(
        GoldDocument(
            id=entry["id"],
            text=entry["text"],
            spans=tuple(_read_span(span) for span in entry["spans"]),
            record=msgspec.convert(entry.get("record", {}), FlatRecord),
        )
        for entry in hydrate(path, raw)
    )


def _read_span(entry: dict[str, Any]) -> GoldSpan:
    value = {name: one for name, one in entry.get("value", {}).items() if name != "n"}
    if value.get("per"):
        parts = value["per"].split("/")
        value["per"] = "/".join(_PLAIN.get(part, part) for part in parts)
    return GoldSpan(
        start=entry["start"],
        end=entry["end"],
        label=entry["label"],
        value=SpanValue(**value) if value else None,
    )


def predict(documents: Sequence[GoldDocument], model: Path | None) -> list[Prediction]:
    """What the pipeline extracts from the texts."""
    articles = [document.as_article() for document in documents]
    extracted = cellstudy.load(model).extract(articles)
    return [make_prediction(one.record, one.tagging) for one in extracted]


def load_quantulum() -> Predictor | None:
    """A predictor that calls quantulum3, None where that is not installed."""
    parser = import_quantulum()
    if parser is None:
        return None

    def read(document: GoldDocument) -> Prediction:
        spans = []
        for item in parser.parse(document.text):
            unit, per = name_unit(item.unit.name)
            if unit is not None:
                spread = item.uncertainty or 0.0
                value = SpanValue(
                    low=item.value - spread, high=item.value + spread, unit=unit, per=per
                )
                span = GoldSpan(start=item.span[0], end=item.span[1], label="DOSE", value=value)
                spans.append(span)
        return Prediction(id=document.id, spans=tuple(spans))

    return lambda documents: [read(document) for document in documents]


def name_unit(name: str) -> tuple[str | None, str | None]:
    """Plain unit and basis of a unit of quantulum3; no unit where it is none of a dose."""
    unit, _, per = name.partition(" per ")
    parts = [_PLAIN.get(part, part) for part in per.split(" per ")] if per else []
    return _DOSE_UNITS.get(unit), "/".join(parts) or None


def score_part_values(
    part: Part, found: Sequence[Prediction]
) -> tuple[dict[str, ValueScore], dict[str, ValueScore]]:
    """Scores of the values by label: against the records, and against the values on gold spans."""
    weights = draw_weights(len(found), seed=SEED, resamples=RESAMPLES)
    pairs = list(zip(part.documents, found, strict=True))
    records: dict[str, ValueScore] = {}
    if part.has_records:
        counts = np.stack([count_values(judge_values(*pair)) for pair in pairs])
        records = {score.label: score for score in score_values(counts, weights=weights)}
    counts = np.stack([count_span_values(gold.spans, one.spans) for gold, one in pairs])
    spans = {score.label: score for score in score_values(counts, weights=weights)}
    return records, spans


def count_span_values(gold: Sequence[GoldSpan], found: Sequence[GoldSpan]) -> Any:
    """Labels x (strictly found with a gold value, of them with a value, of them right)."""
    counts = np.zeros((len(VALUE_LABELS), 3))
    for row, column in match_spans(compare_spans(gold, found), "strict"):
        wanted, given = gold[row].value, found[column].value
        if wanted is not None:
            right = given is not None and fold_value(wanted) == fold_value(given)
            counts[VALUE_LABELS.index(gold[row].label)] += (1, given is not None, right)
    return counts


def fold_value(value: SpanValue) -> Any:
    """A value in a form to compare: an interval by its length, a dose by its four parts."""
    if value.low is None and value.high is None:
        return value.interval and fold_duration(value.interval)
    return fold_dose((value.low, value.high, value.unit, value.per))


def show_value(score: ValueScore | None) -> str:
    """Right of found with its interval, and the counts."""
    if score is None or not score.support or score.rate is None:
        return "–"
    interval = f" [{score.low:.3f}-{score.high:.3f}]" if score.low is not None else ""
    return f"{score.rate:.3f}{interval} {score.right}/{score.support}"
