"""records.csv (one row a study) and results.csv (one row a reported number)."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

from cellstudy.export.csv_rows import Cell, format_row
from cellstudy.export.files import write_file
from cellstudy.export.flat import read_number, read_unit
from cellstudy.schema import Regimen, Result, StudyRecord, Value
from cellstudy.slots import is_empty

SEPARATOR: Final = " | "
"""Between the items of one cell."""

_Columns = dict[str, Callable[[Any], Cell]]


def describe_regimen(regimen: Regimen) -> str:
    """Describe a regimen in one line: `1e6 cells/kg; intravenous; x2; every P1W; for P4W`."""
    n_doses, interval, duration = regimen.n_doses, regimen.interval, regimen.duration
    parts = (
        _describe_dose(regimen),
        regimen.route.value,
        None if n_doses.value is None else f"x{n_doses.value}",
        None if interval.value is None else f"every {interval.value}",
        None if duration.value is None else f"for {duration.value}",
    )
    return "; ".join(filter(None, parts))


def _describe_dose(regimen: Regimen) -> str | None:
    low, high = read_number(regimen.dose_low), read_number(regimen.dose_high)
    numbers = list(dict.fromkeys(_shorten(number) for number in (low, high) if number is not None))
    if not numbers:
        return None
    unit, per = read_unit(regimen.dose_unit), read_unit(regimen.dose_per)
    return "-".join(numbers) + (f" {unit}" if unit else "") + (f"/{per}" if per else "")


def _shorten(number: float) -> str:
    """Write large numbers with an exponent, never losing a digit."""
    if abs(number) < 1e6:
        return str(number)
    digits, exponent = f"{Decimal(str(number)).normalize():E}".split("E")
    return f"{digits}e{int(exponent)}"


def _joined(items: str, name: str) -> Callable[[StudyRecord], Cell]:
    """Make a column of one leaf of every item of a list."""
    read_items, read_value = attrgetter(items), attrgetter(f"{name}.value")
    return lambda record: _join(map(read_value, read_items(record)))


def _join(values: Iterable[Any]) -> str:
    """Join values; an item without one keeps its place, so that the columns of a list agree."""
    texts = ["" if value is None else str(value) for value in values]
    return SEPARATOR.join(texts) if any(texts) else ""


def _describe_included(record: StudyRecord) -> str:
    listed = [item for item in record.included_studies if item.n.value is not None]
    return _join(f"{item.n.value} {item.design.value or ''}".strip() for item in listed)


def _describe_flags(record: StudyRecord) -> str:
    return _join(f"{flag.severity}: {flag.message}" for flag in record.flags)


_IDS: Final[_Columns] = {
    name: attrgetter(f"source.{name}") for name in ("id", "pmid", "doi", "pmcid", "nct")
}

_RECORD: Final[_Columns] = {
    **_IDS,
    **{
        name: attrgetter(f"source.{name}")
        for name in ("title", "journal", "year", "language", "file")
    },
    "design": attrgetter("design.value"),
    "species": attrgetter("species.value"),
    "conditions": _joined("conditions", "name"),
    "condition_ids": _joined("conditions", "mondo_id"),
    "n_total": attrgetter("n_total.value"),
    "n_studies": attrgetter("n_studies.value"),
    "included_studies": _describe_included,
    "arms": _joined("arms", "label"),
    "arm_roles": _joined("arms", "role"),
    "arm_sizes": _joined("arms", "n"),
    "products": _joined("products", "name"),
    "product_forms": _joined("products", "form"),
    "product_sources": _joined("products", "source"),
    "product_source_ids": _joined("products", "source_id"),
    "product_cell_types": _joined("products", "cell_type"),
    "product_donors": _joined("products", "donor"),
    "regimens": lambda record: _join(map(describe_regimen, record.regimens)),
    "follow_up": attrgetter("follow_up.value"),
    "n_results": lambda record: sum(not is_empty(item) for item in record.results),
    "flags": _describe_flags,
    "pipeline": attrgetter("pipeline.name"),
    "pipeline_version": attrgetter("pipeline.version"),
    "model": attrgetter("pipeline.model"),
    "schema_version": attrgetter("schema_version"),
}

_RESULT: Final[_Columns] = {
    "outcome": attrgetter("outcome.value"),
    "arm": attrgetter("arm.value"),
    "condition": attrgetter("condition.value"),
    "time": attrgetter("time.value"),
    "kind": attrgetter("kind.value"),
    "value": lambda result: read_number(result.value),
    "high": lambda result: read_number(result.high),
    "unit": lambda result: read_unit(result.unit),
    "bound": attrgetter("bound.value"),
    "dispersion": lambda result: read_number(result.dispersion),
    "dispersion_kind": attrgetter("dispersion_kind.value"),
    "direction": attrgetter("direction.value"),
    "p": attrgetter("p.value"),
    "ci_low": lambda result: read_number(result.ci_low),
    "ci_high": lambda result: read_number(result.ci_high),
    "ci_level": lambda result: read_number(result.ci_level),
}

RECORD_COLUMNS: Final = tuple(_RECORD)
EVIDENCE_COLUMNS: Final = (
    *("evidence", "start", "end", "section"),
    *("status", "made_by", "confidence"),
)
"""Where the number of a result stands (offsets into the text) and what made it."""
RESULT_COLUMNS: Final = (*_IDS, *_RESULT, *EVIDENCE_COLUMNS)


def format_record(record: StudyRecord) -> bytes:
    """Format the row of a study."""
    return format_row([read(record) for read in _RECORD.values()])


def format_results(record: StudyRecord) -> bytes:
    """Format one row for each reported number of a study; none where all of it was withheld."""
    ids = [read(record) for read in _IDS.values()]
    rows = (
        [*ids, *(read(result) for read in _RESULT.values()), *_list_evidence(result)]
        for result in record.results
        if not is_empty(result)
    )
    return b"".join(map(format_row, rows))


def write_record_table(records: Iterable[StudyRecord], path: Path) -> None:
    """Write records.csv."""
    write_file(_with_header(RECORD_COLUMNS, map(format_record, records)), path)


def write_result_table(records: Iterable[StudyRecord], path: Path) -> None:
    """Write results.csv."""
    write_file(_with_header(RESULT_COLUMNS, map(format_results, records)), path)


def _with_header(columns: tuple[str, ...], rows: Iterable[bytes]) -> Iterator[bytes]:
    yield format_row(columns)
    yield from rows


def _list_evidence(result: Result) -> list[Cell]:
    """List where the number stands; a bare p-value (kind p_only) takes the place of a number."""
    leaf: Value[Any] = result.value if result.value.evidence else result.p
    place = leaf.evidence[0] if leaf.evidence else None
    where: list[Cell] = [None] * 4
    if place is not None:
        where = [place.text, place.start, place.end, place.section]
    return [*where, leaf.status, leaf.made_by, leaf.confidence]
