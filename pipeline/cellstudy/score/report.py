"""The whole evaluation of a prediction against gold, as one struct that goes to JSON."""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec
import numpy as np

from cellstudy.score import records, spans
from cellstudy.score.abbreviations import find_abbreviations
from cellstudy.score.bootstrap import draw_weights
from cellstudy.score.calibration import (
    CalibrationReport,
    Judgement,
    judge_slots,
    judge_spans,
    report_calibration,
)
from cellstudy.score.counts import GOLD, Counts, Score, score_table
from cellstudy.score.equality import Equality, Resolver
from cellstudy.score.gold import GoldDocument, Pairing, Prediction, pair_documents
from cellstudy.score.mistakes import Mistake, list_mistakes
from cellstudy.score.values import ValueScore, count_values, judge_values, score_values

REPORT_VERSION: Final = "1.1"


class SpanReport(msgspec.Struct, frozen=True, kw_only=True):
    """Scores by label, then core, micro and macro, for each measure of `spans`."""

    strict: tuple[Score, ...]
    exact: tuple[Score, ...]
    partial: tuple[Score, ...]
    type: tuple[Score, ...]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """How good a prediction is; every interval is a 95 % document bootstrap."""

    report_version: str = REPORT_VERSION
    n_documents: int
    seed: int
    resamples: int
    missing: tuple[str, ...]
    """Gold documents without prediction; they count as empty predictions."""
    unknown: tuple[str, ...]
    """Predicted documents without gold; they count nothing."""
    spans: SpanReport
    values: tuple[ValueScore, ...]
    records: tuple[Score, ...]
    """Scores by slot, then micro."""
    calibration: CalibrationReport
    mistakes: tuple[Mistake, ...]


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """The counts of every document, in the order of the pairing; the base of all figures."""

    pairing: Pairing
    spans: Counts
    """documents x measures x labels x 4"""
    values: Counts
    """documents x labels x 3"""
    records: Counts
    """documents x slots x 4"""
    judged_spans: tuple[Judgement, ...]
    judged_slots: tuple[Judgement, ...]
    mistakes: tuple[Mistake, ...]

    def count_gold(self) -> tuple[int, int]:
        """Return the number of spans and of slot fillings in the gold."""
        return int(self.spans[:, 0, :, GOLD].sum()), int(self.records[..., GOLD].sum())


def count_documents(
    gold: Iterable[GoldDocument],
    predicted: Iterable[Prediction],
    *,
    abbreviations: Mapping[str, Mapping[str, str]] | None = None,
    resolve_condition: Resolver | None = None,
    resolve_source: Resolver | None = None,
) -> Scored:
    """Count right, missing and spurious for every document.

    `abbreviations` gives short -> long form by document id; left out, they are found in the text.
    The resolvers turn names of diseases and tissues into concept ids.
    """
    pairing = pair_documents(gold, predicted)
    span_counts, value_counts, record_counts = [], [], []
    judged_spans, judged_slots = [], []
    mistakes: list[Mistake] = []
    for index, (document, prediction) in enumerate(pairing.pairs):
        known = (abbreviations or {}).get(document.id)
        equal = Equality(
            find_abbreviations(document.text) if known is None else known,
            resolve_condition=resolve_condition,
            resolve_source=resolve_source,
        )
        judged = judge_values(document, prediction)
        compared = records.compare_records(
            document.record, prediction.record, equal, confidence=prediction.confidence
        )
        span_counts.append(spans.count_spans(document.spans, prediction.spans))
        value_counts.append(count_values(judged))
        record_counts.append(records.count_fillings(compared))
        judged_spans.extend(judge_spans(index, document.spans, prediction.spans))
        judged_slots.extend(judge_slots(index, compared))
        mistakes.extend(list_mistakes(document, prediction, judged=judged, compared=compared))
    return Scored(
        pairing=pairing,
        spans=np.stack(span_counts),
        values=np.stack(value_counts),
        records=np.stack(record_counts),
        judged_spans=tuple(judged_spans),
        judged_slots=tuple(judged_slots),
        mistakes=tuple(mistakes),
    )


def evaluate(
    gold: Iterable[GoldDocument],
    predicted: Iterable[Prediction],
    *,
    seed: int = 0,
    resamples: int = 1000,
    abbreviations: Mapping[str, Mapping[str, str]] | None = None,
    resolve_condition: Resolver | None = None,
    resolve_source: Resolver | None = None,
) -> Report:
    """Score predictions against gold; see `count_documents` for the last three arguments."""
    scored = count_documents(
        gold,
        predicted,
        abbreviations=abbreviations,
        resolve_condition=resolve_condition,
        resolve_source=resolve_source,
    )
    return make_report(scored, seed=seed, resamples=resamples)


def make_report(scored: Scored, *, seed: int = 0, resamples: int = 1000) -> Report:
    """Turn counts into rates with their intervals."""
    n_documents = len(scored.pairing.pairs)
    weights = draw_weights(n_documents, seed=seed, resamples=resamples)
    tables = {
        measure: score_table(scored.spans[:, index], spans.LAYOUT, weights=weights)
        for index, measure in enumerate(spans.MEASURES)
    }
    return Report(
        n_documents=n_documents,
        seed=seed,
        resamples=resamples,
        missing=scored.pairing.missing,
        unknown=scored.pairing.unknown,
        spans=SpanReport(**tables),
        values=score_values(scored.values, weights=weights),
        records=score_table(scored.records, records.LAYOUT, weights=weights),
        calibration=report_calibration(
            scored.judged_spans,
            scored.judged_slots,
            n_gold=scored.count_gold(),
            weights=weights,
        ),
        mistakes=scored.mistakes,
    )
