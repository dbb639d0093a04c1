"""StudyRecord -> FlatRecord: the guidelines' record, which the gold has and `evaluate` scores."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from cellstudy.export.files import write_file
from cellstudy.export.units import plain_unit
from cellstudy.schema import (
    FlatProduct,
    FlatRecord,
    FlatRegimen,
    FlatResult,
    Product,
    Regimen,
    Result,
    StudyRecord,
    Value,
)
from cellstudy.slots import SCORED, FlatConfidence, is_empty, read_confidences

T = TypeVar("T")

_LARGEST_EXACT: Final = 1e15
"""Up to here a float holds every whole number, with digits to spare."""


class FlatLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of flat.jsonl."""

    id: str
    record: FlatRecord
    confidence: FlatConfidence


def flatten(record: StudyRecord) -> FlatRecord:
    """Reduce a record to the guidelines' fields, with plain units instead of UCUM codes."""
    return FlatRecord(
        design=record.design.value,
        species=record.species.value,
        conditions=tuple(item.name.value for item in record.conditions if item.name.value),
        n_total=record.n_total.value,
        n_studies=record.n_studies.value,
        products=tuple(map(_flatten_product, _filled(record.products))),
        regimens=tuple(map(_flatten_regimen, _filled(record.regimens))),
        follow_up=record.follow_up.value,
        results=tuple(map(_flatten_result, _filled(record.results))),
    )


def list_confidences(record: StudyRecord) -> FlatConfidence:
    """Say how sure each filled slot of the flat record is; items in the order of `flatten`."""
    return FlatConfidence(
        fields=read_confidences(record, ""),
        **{
            group: tuple(read_confidences(item, group) for item in _filled(getattr(record, group)))
            for group in SCORED
        },
    )


def _filled(items: Iterable[T]) -> list[T]:
    """Leave out the items all of whose values were withheld."""
    return [item for item in items if not is_empty(item)]


def encode_flat(record: StudyRecord) -> bytes:
    """Encode one line of flat.jsonl."""
    line = FlatLine(
        id=record.source.id, record=flatten(record), confidence=list_confidences(record)
    )
    return msgspec.json.encode(line) + b"\n"


def write_flat(records: Iterable[StudyRecord], path: Path) -> None:
    """Write flat.jsonl, one {id, record, confidence} a line."""
    write_file(map(encode_flat, records), path)


def _flatten_product(product: Product) -> FlatProduct:
    return FlatProduct(
        name=product.name.value,
        form=product.form.value,
        source=product.source.value,
        donor=product.donor.value,
    )


def _flatten_regimen(regimen: Regimen) -> FlatRegimen:
    return FlatRegimen(
        product=regimen.product.value,
        arm=regimen.arm.value,
        dose_low=read_number(regimen.dose_low),
        dose_high=read_number(regimen.dose_high),
        dose_unit=read_unit(regimen.dose_unit),
        dose_per=read_unit(regimen.dose_per),
        route=regimen.route.value,
        n_doses=regimen.n_doses.value,
        interval=regimen.interval.value,
        duration=regimen.duration.value,
    )


def _flatten_result(result: Result) -> FlatResult:
    return FlatResult(
        outcome=result.outcome.value,
        arm=result.arm.value,
        condition=result.condition.value,
        time=result.time.value,
        kind=result.kind.value,
        value=read_number(result.value),
        high=read_number(result.high),
        unit=read_unit(result.unit),
        dispersion=read_number(result.dispersion),
        direction=result.direction.value,
        p=result.p.value,
    )


def read_number(leaf: Value[float]) -> float | None:
    """Return the number of a leaf; a whole one becomes an int, so that it is written as 60."""
    number = leaf.value
    if number is not None and abs(number) < _LARGEST_EXACT and number == int(number):
        return int(number)
    return number


def read_unit(leaf: Value[str]) -> str | None:
    """Return the plain name of a leaf with a UCUM code."""
    return None if leaf.value is None else plain_unit(leaf.value)
