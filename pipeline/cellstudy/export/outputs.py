"""All outputs of one run, written study by study."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from cellstudy.errors import ConfigError, InputError
from cellstudy.export.csv_rows import format_row
from cellstudy.export.files import replace_files
from cellstudy.export.flat import encode_flat
from cellstudy.export.records_jsonl import encode_record
from cellstudy.export.spans_jsonl import encode_spans
from cellstudy.export.tables import (
    RECORD_COLUMNS,
    RESULT_COLUMNS,
    format_record,
    format_results,
)
from cellstudy.schema import StudyRecord, Tagging

OUTPUTS: Final = ("records.jsonl", "flat.jsonl", "spans.jsonl", "records.csv", "results.csv")
QUARANTINE: Final = "quarantine.jsonl"


class OutputWriter:
    """Writes each study to all files; `open_outputs` makes one."""

    def __init__(self, streams: list[BinaryIO], quarantine: BinaryIO) -> None:
        self._streams = streams
        self._quarantine = quarantine
        self.n_written = 0
        self.n_quarantined = 0
        for stream, columns in zip(streams[3:], (RECORD_COLUMNS, RESULT_COLUMNS), strict=True):
            stream.write(format_row(columns))

    def write(self, record: StudyRecord, tagging: Tagging) -> None:
        """Write one study; one whose text is no valid Unicode goes to quarantine instead."""
        try:
            encoded = (
                encode_record(record),
                encode_flat(record),
                encode_spans(tagging),
                format_record(record),
                format_results(record),
            )
        except UnicodeEncodeError as error:
            source = record.source
            self.quarantine(InputError(error.reason, source=source.file, record=source.id))
            return
        for stream, content in zip(self._streams, encoded, strict=True):
            stream.write(content)
        self.n_written += 1

    def quarantine(self, error: InputError) -> None:
        """Write down an input that could not be read."""
        entry = {
            "source": error.source,
            "record": error.record,
            "field": error.field,
            "reason": error.reason,
        }
        printable = {name: _printable(text) for name, text in entry.items()}
        self._quarantine.write(msgspec.json.encode(printable) + b"\n")
        self.n_quarantined += 1


@contextmanager
def open_outputs(folder: Path) -> Iterator[OutputWriter]:
    """Open the five outputs, and quarantine.jsonl, which stays only when it has an entry.

    All files take their names when the block ends without error; an interrupted run leaves what was
    there before. Raises ConfigError where the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"output: {folder} cannot be made: {error.strerror}") from error
    quarantine = folder / QUARANTINE
    paths = [*(folder / name for name in OUTPUTS), quarantine]
    with replace_files(paths) as streams:
        writer = OutputWriter(streams[:-1], streams[-1])
        yield writer
    if not writer.n_quarantined:
        quarantine.unlink()


def _printable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
