"""What must hold for a gold document: text, spans and record, each problem as one sentence."""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

import msgspec

from cellstudy.durations import measure_duration
from cellstudy.labels import LABELS
from cellstudy.schema import FlatProduct, FlatRecord, FlatRegimen, FlatResult, GoldSpan

VOCABULARY: Final = {
    "design": (
        "randomized_controlled_trial",
        "non_randomized_trial",
        "single_arm_trial",
        "cohort",
        "case_control",
        "cross_sectional",
        "case_series",
        "case_report",
        "systematic_review",
        "narrative_review",
        "trial_protocol",
        "in_vivo",
        "in_vitro",
        "other",
    ),
    "form": (
        "cells",
        "extracellular_vesicles",
        "conditioned_medium",
        "concentrate",
        "plasma",
        "gel",
        "tissue",
        "other",
    ),
    "donor": ("autologous", "allogeneic", "xenogeneic"),
    "kind": ("mean", "median", "percent", "count", "ratio", "range", "p_only", "other"),
    "direction": ("increase", "decrease", "no_difference"),
}
"""The values that the guidelines allow, by field of the record."""

DURATIONS: Final = ("interval", "duration", "follow_up")
"""Fields that hold an ISO 8601 duration."""

_PARTS: Final[dict[str, type[msgspec.Struct]]] = {
    "products": FlatProduct,
    "regimens": FlatRegimen,
    "results": FlatResult,
}


def find_text_problems(text: str, sha256: str) -> list[str]:
    """Check the hash of the text."""
    actual = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return [] if actual == sha256 else [f"sha256 is {sha256!r}, the text has {actual!r}"]


def find_span_problems(text: str, spans: Sequence[GoldSpan]) -> list[str]:
    """Check labels, offsets and edges of each span, and that no two overlap."""
    problems = [problem for span in spans for problem in _find_in_span(text, span)]
    ordered = sorted(spans, key=lambda span: (span.start, span.end))
    problems.extend(
        f"span {_name(second)} overlaps {_name(first)}"
        for first, second in pairwise(ordered)
        if second.start < first.end
    )
    return problems


def _find_in_span(text: str, span: GoldSpan) -> Iterator[str]:
    if span.label not in LABELS:
        yield f"span {_name(span)} has an unknown label"
    if not 0 <= span.start <= span.end <= len(text):
        yield f"span {_name(span)} lies outside the text of {len(text)} characters"
        return
    inside = text[span.start : span.end]
    if not inside:
        yield f"span {_name(span)} is empty"
    elif inside != inside.strip():
        yield f"span {_name(span)} begins or ends with white space: {inside!r}"


def _name(span: GoldSpan) -> str:
    return f"{span.label} {span.start}-{span.end}"


def read_record(raw: msgspec.Raw) -> tuple[FlatRecord, list[str]]:
    """Read a record and what is wrong with it: types, unknown fields, values, durations."""
    try:
        plain = msgspec.json.decode(raw)
        record = msgspec.convert(plain, FlatRecord)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return FlatRecord(), [f"record: {error}"]
    return record, [f"record: {problem}" for problem in _find_in_fields(plain, FlatRecord, "")]


def _find_in_fields(plain: dict[str, Any], kind: type[msgspec.Struct], place: str) -> Iterator[str]:
    for name, value in plain.items():
        where = f"{place}{name}"
        if name not in kind.__struct_fields__:
            yield f"unknown field {where}"
        elif name in _PARTS:
            for index, part in enumerate(value):
                yield from _find_in_fields(part, _PARTS[name], f"{where}[{index}].")
        elif value is not None:
            yield from _find_in_value(name, value, where)


def _find_in_value(name: str, value: Any, where: str) -> Iterator[str]:
    if name in VOCABULARY and value not in VOCABULARY[name]:
        yield f"{where} is {value!r}, not one of {', '.join(VOCABULARY[name])}"
    if name in DURATIONS and measure_duration(value) is None:
        yield f"{where} is {value!r}, not an ISO 8601 duration"
    if value == "":
        yield f"{where} is an empty text, use null"
