"""The value of a dose: what a number expression says once it is known to be an amount given.

The spans of the output and the record both take doses from here.
"""

import re
from typing import Final

import msgspec

from cellstudy.schema import Mention, Quantity

CELLS: Final = "cells"
ADMINISTRATIONS: Final = (
    "injection",
    "infusion",
    "session",
    "administration",
    "application",
    "transplantation",
    "treatment",
    "visit",
    "dose",
)
"""Bases that are one administration."""

_LEAST_CELLS: Final = 1000
"""A bare number of a cell product counts cells from here on."""
_VOLUME = re.compile(r"[\d.]+ ?(?:u|m|c)?[lL]\b")
_NAMES: Final = {"body": "patient", "administration": "injection"}
_PER_WORD = re.compile(r"\bper (?:each )?([a-z]{4,})$", re.IGNORECASE)


def settle_doses(mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """Give each DOSE its value as a dose; other mentions stay as they are."""
    cellular = any(mention.label == "CELL_PRODUCT" for mention in mentions)
    return tuple(
        msgspec.structs.replace(
            mention, quantity=settle_dose(mention.quantity, mention.text, cellular=cellular)
        )
        if mention.label == "DOSE" and mention.quantity is not None
        else mention
        for mention in mentions
    )


def settle_dose(quantity: Quantity, text: str, *, cellular: bool) -> Quantity:
    """Read the number expression `text` as a dose; `cellular` if cells are what is studied.

    The volume that a dose is made up in ("4 x 10^7/40 mL") is no basis, and what is given per kg
    is given so at each administration ("/kg/infusion"). Microlitres become millilitres.
    """
    unit, factor = quantity.unit, 1.0
    if unit is None and cellular and quantity.low >= _LEAST_CELLS:
        unit = CELLS
    elif unit == "uL":
        unit, factor = "mL", 1e-3
    return msgspec.structs.replace(
        quantity,
        low=_scale(quantity.low, factor),
        high=_scale(quantity.high, factor),
        unit=unit,
        per=_settle_basis(quantity.per) or _find_basis(text),
    )


def _scale(number: float, factor: float) -> float:
    return float(f"{number * factor:.12g}")


def _settle_basis(per: str | None) -> str | None:
    parts = [part for part in (per or "").split("/") if part and not _VOLUME.fullmatch(part)]
    if len(parts) > 1 and parts[-1] in ADMINISTRATIONS:
        parts.pop()
    return "/".join(_NAMES.get(part, part) for part in parts) or None


def _find_basis(text: str) -> str | None:
    """The basis that the unit table does not know: `per finger`."""
    match = _PER_WORD.search(text)
    return match.group(1).lower() if match else None
