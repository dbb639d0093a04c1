"""Strict and overlap scores by label, with document-bootstrap intervals, for any set of labels.

Both conventions are those of `cellstudy evaluate`: strict asks for offsets and label, overlap
(there named `type`) for the label and any common character.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table

from cellstudy.schema import GoldSpan
from cellstudy.score.bootstrap import draw_weights
from cellstudy.score.counts import Layout, Score, score_table
from cellstudy.score.spans import MEASURES, count_spans

SEED, RESAMPLES = 0, 1000

Spans = Sequence[Sequence[GoldSpan]]
"""The spans of each document."""


class LabelScore(NamedTuple):
    """Scores of one label, or of all together (`micro`), under both conventions."""

    label: str
    strict: Score
    overlap: Score


def score_labels(gold: Spans, found: Spans, labels: Sequence[str]) -> dict[str, LabelScore]:
    """Score each label and their micro sum; spans with other labels are left out on both sides.

    Intervals resample documents (seed 0, 1,000 resamples).
    """
    wanted = frozenset(labels)
    counts = np.stack(
        [
            count_spans(_keep(spans, wanted), _keep(others, wanted), labels=labels)
            for spans, others in zip(gold, found, strict=True)
        ]
    )
    layout = Layout(names=tuple(labels), sums=(("micro", tuple(range(len(labels)))),), macro=False)
    weights = draw_weights(len(gold), seed=SEED, resamples=RESAMPLES)
    strict, overlap = (
        score_table(counts[:, MEASURES.index(measure)], layout, weights=weights)
        for measure in ("strict", "type")
    )
    return {
        one.name: LabelScore(one.name, one, other)
        for one, other in zip(strict, overlap, strict=True)
    }


def _keep(spans: Sequence[GoldSpan], labels: frozenset[str]) -> list[GoldSpan]:
    return [span for span in spans if span.label in labels]


def make_table(title: str, *further: str) -> Table:
    """An empty table for `add_score`: system, label, scores, then the columns `further`."""
    table = Table(title=f"{title}, seed {SEED}, {RESAMPLES} resamples")
    for heading in (
        "system",
        "label",
        "gold",
        "found",
        "strict P",
        "R",
        "F1 [95 %]",
        "overlap P",
        "R",
        "F1 [95 %]",
        *further,
    ):
        table.add_column(heading)
    return table


def add_score(table: Table, system: str, score: LabelScore, *further: str) -> None:
    """Add one row to a table of `make_table`."""
    table.add_row(
        system,
        score.label,
        str(score.strict.support),
        str(score.strict.predicted),
        *_show(score.strict),
        *_show(score.overlap),
        *further,
    )


def _show(score: Score) -> tuple[str, str, str]:
    if score.f1 is None:
        return "–", "–", "–"
    interval = "" if score.low is None else f" [{score.low:.3f}-{score.high:.3f}]"
    return f"{score.precision:.3f}", f"{score.recall:.3f}", f"{score.f1:.3f}{interval}"


def print_table(table: Table) -> None:
    """Print a table at a width that no terminal setting changes."""
    Console(width=150).print(table)
