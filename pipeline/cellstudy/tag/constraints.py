"""What the grammars leave open: which tags the recogniser may give to each token.

A numeric label may stand only on a number expression of a fitting kind, and a dosing interval only
on a schedule expression, each from its first to its last token. So the boundaries of numbers are
the grammar's, and the recogniser decides what a number is. The product words inside an amount
("10^6 MSCs") belong to it and are no product of their own.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np
from spacy.tokens import Doc

from cellstudy.labels import (
    EXT_QUANTITIES,
    EXT_SCHEDULES,
    NUMERIC_LABELS,
)
from cellstudy.tag.crf import Floats, path_of_span
from cellstudy.tag.extensions import read_text
from cellstudy.tag.number_context import find_rule, holds_numbers
from cellstudy.terms import read_rows

Labels = dict[tuple[str, str], tuple[str, ...]]


@cache
def read_number_labels() -> Labels:
    """Labels by kind of quantity and shape (`whole` or `any`), from data/patterns."""
    rows = read_rows("patterns/number_labels.tsv")
    return {(kind, shape): tuple(labels.split()) for kind, shape, labels in rows}


def permit_tags(doc: Doc, labels: Sequence[str]) -> Floats:
    """(n_tokens, n_tags) of 0 and 1: the tags that the grammars permit for each token."""
    permitted = np.ones((len(doc), 4 * len(labels) + 1), dtype=np.float32)
    index = {label: i for i, label in enumerate(labels)}
    for label in NUMERIC_LABELS:
        if label in index:
            permitted[:, _tags(index[label])] = 0.0
    for item, kind, possible in find_candidates(doc):
        span = doc.char_span(item["start"], item["end"], alignment_mode="expand")
        if span is None:
            continue
        if kind == "amount" and "CELL_PRODUCT" in index:
            permitted[span.start : span.end, _tags(index["CELL_PRODUCT"])] = 0.0
        for label in possible:
            if label in index:
                tags = path_of_span(span.end - span.start, index[label])
                permitted[np.arange(span.start, span.end), tags] = 1.0
    return permitted


def _tags(label: int) -> slice:
    return slice(4 * label + 1, 4 * label + 5)


def find_candidates(doc: Doc) -> Iterable[tuple[dict[str, Any], str, tuple[str, ...]]]:
    """Quantities and schedules as plain data, with their kind and the labels they may carry."""
    text, number_labels = read_text(doc), read_number_labels()
    schedules = doc._.get(EXT_SCHEDULES)
    closed = [one for one in schedules if holds_numbers(one["kind"], one["confidence"])]
    for item in doc._.get(EXT_QUANTITIES):
        if any(one["start"] <= item["start"] < one["end"] for one in closed):
            continue
        whole = float(item["low"]).is_integer() and item["low"] == item["high"]
        kind = item["kind"]
        possible = number_labels.get((kind, "whole")) if whole else None
        possible = possible or number_labels.get((kind, "any"), ())
        rule = find_rule(text, item["start"], item["end"], kind=kind)
        if rule is not None:
            possible = tuple(label for label in possible if label in rule.labels)
        yield item, kind, possible
    for item in schedules:
        yield item, "schedule", ("DOSING_INTERVAL",)
