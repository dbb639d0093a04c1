"""StudyRecord and Tagging -> files, one module a format."""

from cellstudy.export.flat import flatten, list_confidences, write_flat
from cellstudy.export.outputs import OutputWriter, open_outputs
from cellstudy.export.records_jsonl import json_schema, write_records
from cellstudy.export.spans_jsonl import list_spans, write_spans
from cellstudy.export.tables import write_record_table, write_result_table

__all__ = [
    "OutputWriter",
    "flatten",
    "json_schema",
    "list_confidences",
    "list_spans",
    "open_outputs",
    "write_flat",
    "write_record_table",
    "write_records",
    "write_result_table",
    "write_spans",
]
