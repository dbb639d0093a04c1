"""Confidences of what was extracted: calibrated, and values below a threshold withheld.

Works on the plain data that tagging and assembly return, so that no decision of theirs depends on
it. The order of work: spans are calibrated before assembly, which multiplies their confidences with
those of the links; then the leaves of the record are, slot by slot.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from cellstudy.curves import Curves, find_curve
from cellstudy.errors import ConfigError
from cellstudy.schema import Flag, Mention, StudyRecord, Tagging, Value
from cellstudy.slots import BASES, GROUPS, SCALARS, TOGETHER

WITHHELD: Final = "withheld"
"""Status of a leaf, and name of the flag that counts them."""

_OWN: Final = ("rule:", "model:recogniser", "model:number_typer")
"""Makers of the spans that the curves were fitted to; a model that was plugged in has none."""

_replace = msgspec.structs.replace


def calibrate_spans(tagging: Tagging, curves: Curves) -> Tagging:
    """Calibrate the confidence of every mention, by its label."""
    if not curves:
        return tagging
    return _replace(tagging, mentions=tuple(_calibrate(m, curves) for m in tagging.mentions))


def _calibrate(mention: Mention, curves: Curves) -> Mention:
    curve = find_curve(curves, mention.label)
    source = mention.made_by.partition("<")[2] or mention.made_by  # spread from another span
    if curve is None or not source.startswith(_OWN):
        return mention
    return _replace(mention, confidence=curve.read(mention.confidence))


def calibrate_record(record: StudyRecord, curves: Curves) -> StudyRecord:
    """Calibrate every leaf by its slot; those of one slot are as sure as the least sure."""
    return _change(record, lambda group, item: _settle(group, item, curves))


Change = Callable[[str, Any], dict[str, Value[Any]]]
"""Name of a list of the record ("" for the record) and an item of it -> its changed leaves."""


def _change(record: StudyRecord, change: Change) -> StudyRecord:
    changed: dict[str, Any] = {
        group: tuple(_replace(item, **change(group, item)) for item in getattr(record, group))
        for group in GROUPS
    }
    return _replace(record, **changed, **change("", record))


def _settle(group: str, item: Any, curves: Curves) -> dict[str, Value[Any]]:
    """Return the leaves of an item with their calibrated confidences."""
    slots = GROUPS.get(group, SCALARS)
    leaves = _read_leaves(item, slots)
    raw = {name: leaf.confidence for name, leaf in leaves.items()}
    for names in TOGETHER.get(group, ()):
        present = [name for name in names if name in raw]
        raw.update(dict.fromkeys(present, min((raw[name] for name in present), default=1.0)))
    bases = BASES.get(group, {})
    capped = {name: min(sure, _base(raw, bases.get(name, ()))) for name, sure in raw.items()}
    read = {name: _read(curves, slots[name], sure) for name, sure in capped.items()}
    return {
        name: _replace(leaf, confidence=min(read[name], _base(read, bases.get(name, ()))))
        for name, leaf in leaves.items()
    }


def _read_leaves(item: Any, names: Mapping[str, str]) -> dict[str, Value[Any]]:
    leaves = {name: getattr(item, name) for name in names}
    return {name: leaf for name, leaf in leaves.items() if leaf.value is not None}


def _base(sure: Mapping[str, float], names: tuple[str, ...]) -> float:
    return next((sure[name] for name in names if name in sure), 1.0)


def _read(curves: Curves, slot: str, confidence: float) -> float:
    curve = find_curve(curves, slot)
    return confidence if curve is None else curve.read(confidence)


def list_leaves(record: StudyRecord) -> list[Value[Any]]:
    """List every leaf of a record, also those without a value."""
    items = [(item, names) for group, names in GROUPS.items() for item in getattr(record, group)]
    return [getattr(item, name) for item, names in [(record, SCALARS), *items] for name in names]


def change_leaves(record: StudyRecord, change: Callable[[Value[Any]], Value[Any]]) -> StudyRecord:
    """Put changed leaves in the place of those that have a value."""

    def apply(group: str, item: Any) -> dict[str, Value[Any]]:
        leaves = _read_leaves(item, GROUPS.get(group, SCALARS))
        return {name: change(leaf) for name, leaf in leaves.items()}

    return _change(record, apply)


def check_threshold(threshold: float | None) -> None:
    """Refuse a threshold that is no probability. Raises ConfigError."""
    if threshold is not None and not 0.0 <= threshold <= 1.0:
        raise ConfigError(f"minimal confidence: {threshold} is not from 0 to 1")


def withhold_spans(tagging: Tagging, threshold: float) -> Tagging:
    """Leave out the mentions below a threshold."""
    kept = tuple(m for m in tagging.mentions if m.confidence >= threshold)
    return _replace(tagging, mentions=kept)


def withhold_values(record: StudyRecord, threshold: float) -> StudyRecord:
    """Empty every leaf below a threshold: status `withheld`, place and confidence stay.

    A flag says how many they are. The formula of a total dose goes with it.
    """
    changed = _change(record, lambda group, item: _withhold(group, item, threshold))
    n_withheld = sum(leaf.status == WITHHELD for leaf in list_leaves(changed))
    if not n_withheld:
        return record
    message = f"{n_withheld} values below confidence {threshold:g} are withheld"
    flag = Flag(name=WITHHELD, severity="info", message=message)
    return _replace(changed, flags=(*changed.flags, flag))


def _withhold(group: str, item: Any, threshold: float) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: _replace(leaf, value=None, status=WITHHELD)
        for name, leaf in _read_leaves(item, GROUPS.get(group, SCALARS)).items()
        if leaf.confidence < threshold
    }
    return found | ({"total_dose_formula": None} if "total_dose" in found else {})
