"""records.jsonl: one whole StudyRecord a line, and its published JSON Schema."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from cellstudy.export.files import write_file
from cellstudy.schema import StudyRecord


def encode_record(record: StudyRecord) -> bytes:
    """Encode one line of records.jsonl; equal records give equal bytes."""
    return msgspec.json.encode(record, order="deterministic") + b"\n"


def write_records(records: Iterable[StudyRecord], path: Path) -> None:
    """Write records.jsonl."""
    write_file(map(encode_record, records), path)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of one line of records.jsonl."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {**schema, **msgspec.json.schema(StudyRecord)}
