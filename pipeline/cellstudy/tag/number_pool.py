"""What the recogniser and the classifier of numbers say of a candidate, put together."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from cellstudy.labels import NUMERIC_LABELS
from cellstudy.tag.extensions import ScoredSpan
from cellstudy.tag.linear import Floats
from cellstudy.tag.number_features import Candidate
from cellstudy.tag.number_stack import NONE

TYPED: Final = tuple(label for label in NUMERIC_LABELS if label not in ("P_VALUE", "CI"))
"""What the classifier chooses from; p-values and intervals are the grammar's alone."""

KIND_LABELS: Final = {
    "p_value": "P_VALUE",
    "ci": "CI",
    "age": "AGE",
    "date": "DATE",
    "identifier": "IDENTIFIER",
}
"""Kinds of quantity that are a type by themselves."""

_NOT_FOUND: Final = 0.9
"""How sure the recogniser counts to be of a candidate that it left out."""


class Typed(NamedTuple):
    """A candidate with the labels that it may have."""

    candidate: Candidate
    permitted: tuple[str, ...]


def permit_labels(items: Sequence[Typed], labels: Sequence[str]) -> Floats:
    """(candidates, labels) of 0 and 1: what the grammars permit; no label always is."""
    return np.asarray(
        [[label == NONE or label in item.permitted for label in labels] for item in items],
        dtype=np.float64,
    )


def spread_recognised(
    items: Sequence[Typed], recognised: Sequence[ScoredSpan], labels: Sequence[str]
) -> Floats:
    """(candidates, labels) probabilities of the recogniser; the other labels share the rest."""
    found = {(span.start, span.end): span for span in recognised}
    place = {label: i for i, label in enumerate(labels)}
    rows = np.zeros((len(items), len(labels)))
    for row, item in zip(rows, items, strict=True):
        span = found.get((item.candidate.start, item.candidate.end))
        label, sure = (span.label, span.confidence) if span else (NONE, _NOT_FOUND)
        others = [
            place[name] for name in (NONE, *item.permitted) if name != label and name in place
        ]
        row[others] = (1 - sure) / max(len(others), 1)
        if label in place:
            row[place[label]] = sure
    return rows


def choose_labels(
    items: Sequence[Typed], probabilities: Floats, labels: Sequence[str]
) -> list[tuple[str, float]]:
    """The best label of each candidate with its probability; kinds that are a type stay one.

    Rows need not sum to one.
    """
    probabilities = probabilities / probabilities.sum(axis=1, keepdims=True)
    best = probabilities.argmax(axis=1)
    chosen = [(labels[i], float(row[i])) for i, row in zip(best, probabilities, strict=True)]
    return [
        (KIND_LABELS[item.candidate.kind], 1.0) if item.candidate.kind in KIND_LABELS else choice
        for item, choice in zip(items, chosen, strict=True)
    ]


def take_recognised(
    items: Sequence[Typed], recognised: Sequence[ScoredSpan]
) -> list[tuple[str, float]]:
    """The labels that the recogniser gave, where no classifier was fitted."""
    found = {(span.start, span.end): (span.label, span.confidence) for span in recognised}
    return [
        (KIND_LABELS[item.candidate.kind], 1.0)
        if item.candidate.kind in KIND_LABELS
        else found.get((item.candidate.start, item.candidate.end), (NONE, _NOT_FOUND))
        for item in items
    ]


def replace_numbers(
    recognised: Sequence[ScoredSpan], items: Sequence[Typed], chosen: Sequence[tuple[str, float]]
) -> list[ScoredSpan]:
    """The recognised spans with the chosen labels in place of those of the candidates."""
    places = {(item.candidate.start, item.candidate.end) for item in items}
    kept = [s for s in recognised if s.label not in TYPED or (s.start, s.end) not in places]
    typed = [
        ScoredSpan(item.candidate.start, item.candidate.end, label, sure, "model:number_typer")
        for item, (label, sure) in zip(items, chosen, strict=True)
        if label in TYPED
    ]
    return [*kept, *typed]


def list_types(
    items: Sequence[Typed],
    chosen: Sequence[tuple[str, float]],
    roles: Mapping[int, tuple[str, float]],
) -> list[dict[str, Any]]:
    """Every candidate as plain data: place, label, confidence, and a sample size's role.

    `roles` are given by the index of the candidate.
    """
    found = []
    for i, (item, (label, sure)) in enumerate(zip(items, chosen, strict=True)):
        entry: dict[str, Any] = {"start": item.candidate.start, "end": item.candidate.end}
        entry |= {"label": label, "confidence": round(sure, 4)}
        if i in roles:
            entry |= {"role": roles[i][0], "role_confidence": round(roles[i][1], 4)}
        found.append(entry)
    return found
