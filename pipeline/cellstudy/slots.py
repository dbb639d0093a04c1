"""Which leaves of the record make up which slot of the scorer, and which leaf hangs on which.

A slot is what is right or wrong as a whole: the four leaves of a dose, a number with its upper
bound, unit and dispersion. Leaves that the gold has no field for have the slot `*` (POOLED).
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from cellstudy.curves import POOLED
from cellstudy.schema import Value

NUMBER: Final = "results.number"
_P: Final = "results.p"
_DOSE: Final = "regimens.dose"

SCALARS: Final[Mapping[str, str]] = {
    name: name for name in ("design", "species", "n_total", "n_studies", "follow_up")
}
"""Leaves of the record itself, each a slot of its name."""

_NUMBER_LEAVES: Final = ("value", "high", "unit", "bound", "dispersion", "dispersion_kind")
_DOSE_LEAVES: Final = ("dose_low", "dose_high", "dose_unit", "dose_per")
_ROW_LEAVES: Final = ("outcome", "arm", "condition", "time", "kind", "direction")

GROUPS: Final[Mapping[str, Mapping[str, str]]] = {
    "conditions": {"name": "conditions", "mondo_id": "conditions"},
    "included_studies": {"design": POOLED, "n": POOLED},
    "arms": {"label": POOLED, "role": POOLED, "n": POOLED},
    "products": {
        "name": POOLED,
        "form": "products.form",
        "source": "products.source",
        "source_id": "products.source",
        "cell_type": POOLED,
        "cell_type_id": POOLED,
        "donor": "products.donor",
    },
    "regimens": {
        "product": POOLED,
        "arm": POOLED,
        **dict.fromkeys(_DOSE_LEAVES, _DOSE),
        "route": "regimens.route",
        "n_doses": "regimens.n_doses",
        "interval": "regimens.interval",
        "duration": "regimens.duration",
        "administration_times": "regimens.interval",
        "total_dose": _DOSE,
    },
    "results": {
        **dict.fromkeys(_NUMBER_LEAVES, NUMBER),
        **{name: f"results.{name}" for name in _ROW_LEAVES},
        "p": _P,
        **dict.fromkeys(("ci_low", "ci_high", "ci_level"), POOLED),
    },
}
"""Slot by leaf, for each list of the record."""

TOGETHER: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "regimens": (_DOSE_LEAVES,),
    "results": (_NUMBER_LEAVES, ("ci_low", "ci_high", "ci_level")),
}
"""Leaves that stand or fall together: all are as sure as the least sure of them."""

BASES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "conditions": {"mondo_id": ("name",)},
    "arms": {"role": ("label",), "n": ("label",)},
    "products": {"source_id": ("source",), "cell_type_id": ("cell_type",)},
    "regimens": {"total_dose": ("n_doses",)},
    "results": {
        **dict.fromkeys(_ROW_LEAVES, ("value", "p")),
        **dict.fromkeys(("ci_low", "ci_high", "ci_level"), ("value",)),
    },
}
"""Leaves that are right only if another is, and so never surer than it: the first that is there.

A bare p-value takes the place of a number.
"""

SCORED: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "conditions": {"conditions": ("name",)},
    "products": {f"products.{name}": (name,) for name in ("form", "source", "donor")},
    "regimens": {
        _DOSE: _DOSE_LEAVES,
        **{f"regimens.{name}": (name,) for name in ("route", "n_doses", "interval", "duration")},
    },
    "results": {
        NUMBER: ("value", "high"),
        **{f"results.{name}": (name,) for name in (*_ROW_LEAVES, "p")},
    },
}
"""The leaves that the scorer reads for each slot."""


class FlatConfidence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How sure each filled slot of a FlatRecord is: slot -> confidence, items in the same order."""

    fields: dict[str, float] = {}
    conditions: tuple[dict[str, float], ...] = ()
    products: tuple[dict[str, float], ...] = ()
    regimens: tuple[dict[str, float], ...] = ()
    results: tuple[dict[str, float], ...] = ()


def read_confidences(item: Any, group: str) -> dict[str, float]:
    """Return the confidence of each filled slot of an item; `group` is its list, "" the record."""
    slots = SCORED[group] if group else {name: (name,) for name in SCALARS}
    found = {}
    for slot, names in slots.items():
        leaves = [getattr(item, name) for name in names]
        sure = [leaf.confidence for leaf in leaves if leaf.value is not None]
        if sure:
            found[slot] = min(sure)
    return found


def is_empty(item: Any) -> bool:
    """Say whether no leaf of an item has a value."""
    leaves = (getattr(item, name) for name in item.__struct_fields__)
    return all(leaf.value is None for leaf in leaves if isinstance(leaf, Value))
