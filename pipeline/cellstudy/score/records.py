"""Scores of records: every filled field of gold or prediction is one slot filling.

Products are aligned by form and source, regimens by all their fields, results by value, high and p:
one to one, most equal alignment fields first, then most equal fillings. Only fields that are filled
on both sides count as equal. Items without any equal alignment field stay apart, unless neither
has one filled; so a product that shares nothing but its donor is a missing and a spurious one.
A dose (low, high, unit, per) and a number (value, high) are filled where any part is.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from itertools import chain, repeat
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from cellstudy.schema import FlatRecord
from cellstudy.score import equality
from cellstudy.score.alignment import assign, rank
from cellstudy.score.counts import (
    GOLD,
    PREDICTED,
    RIGHT_GOLD,
    RIGHT_PREDICTED,
    Counts,
    Layout,
)
from cellstudy.score.equality import Equality
from cellstudy.slots import FlatConfidence

Confidences = Mapping[str, float]
"""Slot -> confidence, of one item."""


class Field(NamedTuple):
    """A field to compare: how it is read, folded and found equal."""

    slot: str
    read: Callable[[Any], Any]
    """Item -> value, None where the field is not filled."""
    fold: Callable[[Equality, Any], Any]
    same: Callable[[Any, Any], bool] = operator.eq


class Group(NamedTuple):
    """Repeated items of the record: their list, the fields that align them, and their fillings."""

    items: Callable[[Any], Sequence[Any]]
    """FlatRecord -> its items, FlatConfidence -> their confidences."""
    keys: tuple[Field, ...]
    fields: tuple[Field, ...]


class Comparison(NamedTuple):
    """One slot filling of gold, prediction or both; None is a side that has none."""

    slot: str
    gold: Any
    predicted: Any
    right: bool
    confidence: float | None = None
    """Of the prediction, where the system gives it."""


def _plain(fold: Callable[[Any], Any]) -> Callable[[Equality, Any], Any]:
    """Make a fold that needs nothing of the document."""
    return lambda _, value: fold(value)


def _together(*names: str) -> Callable[[Any], Any]:
    """Read several fields as one value, None where all are empty."""

    def read(item: Any) -> Any:
        values = tuple(getattr(item, name) for name in names)
        return None if all(value is None for value in values) else values

    return read


def _field(group: str, name: str, fold: Callable[[Any], Any]) -> Field:
    slot = f"{group}.{name}" if group else name
    return Field(slot, operator.attrgetter(name), _plain(fold))


_SCALARS: Final = (
    _field("", "design", equality.fold_text),
    _field("", "species", equality.fold_text),
    _field("", "n_total", equality.fold_number),
    _field("", "n_studies", equality.fold_number),
    _field("", "follow_up", equality.fold_duration),
)

_CONDITION: Final = Field("conditions", str, Equality.fold_condition, equality.share_name)

_FORM: Final = _field("products", "form", equality.fold_text)
_SOURCE: Final = Field(
    "products.source", operator.attrgetter("source"), Equality.fold_source, equality.share_name
)
_DONOR: Final = _field("products", "donor", equality.fold_text)

_REGIMEN: Final = (
    Field(
        "regimens.dose",
        _together("dose_low", "dose_high", "dose_unit", "dose_per"),
        _plain(equality.fold_dose),
    ),
    _field("regimens", "route", equality.fold_route),
    _field("regimens", "n_doses", equality.fold_number),
    _field("regimens", "interval", equality.fold_duration),
    _field("regimens", "duration", equality.fold_duration),
)

_P: Final = _field("results", "p", equality.fold_p)
_RESULT_KEYS: Final = (
    _field("results", "value", equality.fold_number),
    _field("results", "high", equality.fold_number),
    _P,
)
_RESULT: Final = (
    Field("results.number", _together("value", "high"), _plain(equality.fold_numbers)),
    Field(
        "results.outcome",
        operator.attrgetter("outcome"),
        Equality.fold_outcome,
        equality.same_outcome,
    ),
    Field("results.arm", operator.attrgetter("arm"), Equality.fold_arm, equality.same_arm),
    Field(
        "results.condition",
        operator.attrgetter("condition"),
        Equality.fold_condition,
        equality.share_name,
    ),
    _field("results", "time", equality.fold_duration),
    _field("results", "kind", equality.fold_text),
    _field("results", "direction", equality.fold_text),
    _P,
)

_GROUPS: Final = (
    Group(operator.attrgetter("conditions"), (_CONDITION,), (_CONDITION,)),
    Group(operator.attrgetter("products"), (_FORM, _SOURCE), (_FORM, _SOURCE, _DONOR)),
    Group(operator.attrgetter("regimens"), _REGIMEN, _REGIMEN),
    Group(operator.attrgetter("results"), _RESULT_KEYS, _RESULT),
)

SLOTS: Final = tuple(
    field.slot for field in (*_SCALARS, *(field for group in _GROUPS for field in group.fields))
)

LAYOUT: Final = Layout(names=SLOTS, sums=(("micro", tuple(range(len(SLOTS)))),), macro=False)

_ROW: Final = {slot: row for row, slot in enumerate(SLOTS)}


def compare_records(
    gold: FlatRecord,
    predicted: FlatRecord,
    equal: Equality,
    *,
    confidence: FlatConfidence | None = None,
) -> list[Comparison]:
    """Compare two records, filling by filling; `confidence` is that of the predicted one."""
    sure = confidence or FlatConfidence()
    compared = _compare_items(gold, predicted, _SCALARS, equal, sure=sure.fields)
    for group in _GROUPS:
        compared.extend(_compare_group(group, gold, predicted, equal, sure=group.items(sure)))
    return compared


def count_fillings(compared: Sequence[Comparison]) -> Counts:
    """Count the fillings of one document: slots x 4 (the columns of `counts`)."""
    counts = np.zeros((len(SLOTS), 4))
    for item in compared:
        row = counts[_ROW[item.slot]]
        row[GOLD] += item.gold is not None
        row[PREDICTED] += item.predicted is not None
        row[[RIGHT_GOLD, RIGHT_PREDICTED]] += item.right
    return counts


def _compare_group(
    group: Group,
    gold: FlatRecord,
    predicted: FlatRecord,
    equal: Equality,
    *,
    sure: Sequence[Confidences],
) -> list[Comparison]:
    # One order for both, so that the choice between equal alignments depends on nothing else.
    items = sorted(group.items(gold), key=msgspec.json.encode)
    rated = sorted(
        zip(group.items(predicted), chain(sure, repeat({}))),  # noqa: B905 - a system may give none
        key=lambda pair: msgspec.json.encode(pair[0]),
    )
    others = [other for other, _ in rated]
    pairs = _align(group, items, others, equal)
    rows, columns = {row for row, _ in pairs}, {column for _, column in pairs}
    both: list[tuple[Any, Any, Confidences]] = [
        (items[row], *rated[column]) for row, column in pairs
    ]
    both.extend((item, None, {}) for row, item in enumerate(items) if row not in rows)
    both.extend((None, *pair) for column, pair in enumerate(rated) if column not in columns)
    return [
        comparison
        for item, other, given in both
        for comparison in _compare_items(item, other, group.fields, equal, sure=given)
    ]


def _align(
    group: Group, items: Sequence[Any], others: Sequence[Any], equal: Equality
) -> list[tuple[int, int]]:
    """Align gold with predicted items, as pairs of indices."""
    n_keys = _count_equal(group.keys, items, others, equal)
    n_fillings = _count_equal(group.fields, items, others, equal)
    bare, also_bare = (
        np.array([not _has_key(group, item) for item in side], dtype=np.bool_)
        for side in (items, others)
    )
    allowed = (n_keys > 0) | np.logical_and.outer(bare, also_bare)
    return assign(rank(allowed, n_keys, n_fillings))


def _has_key(group: Group, item: Any) -> bool:
    return any(field.read(item) is not None for field in group.keys)


def _count_equal(
    fields: Sequence[Field], items: Sequence[Any], others: Sequence[Any], equal: Equality
) -> NDArray[np.int64]:
    """Count the fields that are filled and equal, items x others."""
    rows = [_fold(fields, item, equal) for item in items]
    columns = [_fold(fields, other, equal) for other in others]
    counted = [[_count_same(fields, row, column) for column in columns] for row in rows]
    return np.array(counted, dtype=np.int64).reshape(len(rows), len(columns))


def _fold(fields: Sequence[Field], item: Any, equal: Equality) -> list[Any]:
    values = [field.read(item) for field in fields]
    return [
        None if value is None else field.fold(equal, value)
        for field, value in zip(fields, values, strict=True)
    ]


def _count_same(fields: Sequence[Field], folded: Sequence[Any], others: Sequence[Any]) -> int:
    return sum(
        value is not None and other is not None and field.same(value, other)
        for field, value, other in zip(fields, folded, others, strict=True)
    )


def _compare_items(
    item: Any, other: Any, fields: Sequence[Field], equal: Equality, *, sure: Confidences
) -> list[Comparison]:
    """Compare two aligned items; None is an item without partner."""
    compared: list[Comparison] = []
    for field in fields:
        value = None if item is None else field.read(item)
        guess = None if other is None else field.read(other)
        if value is None and guess is None:
            continue
        right = value is not None and guess is not None
        right = right and field.same(field.fold(equal, value), field.fold(equal, guess))
        given = None if guess is None else sure.get(field.slot)
        compared.append(Comparison(field.slot, value, guess, right, given))
    return compared
