"""An input file as bytes, decoded lines or decoded text; gzip is recognised by its magic bytes.

Offsets in error messages are byte offsets into the file, after decompression if it is gzipped.
"""

import codecs
import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple, cast

from cellstudy.errors import InputError

HEAD_BYTES = 1 << 16
MAX_LINE_BYTES = 1 << 26
MAX_WHOLE_BYTES = 1 << 29
"""Limits that no real export reaches; they keep a hostile file from filling the memory."""

_JSON_START = re.compile(r'[\[{]\s*["{\[\]}]')
_XML_START = re.compile(r"<[!?A-Za-z]")
_GZIP_MAGIC = b"\x1f\x8b"
_FOREIGN = (
    (b"PK\x03\x04", "a ZIP archive or Excel workbook; save the table as CSV"),
    (b"%PDF-", "a PDF file; save the abstract as text"),
    (codecs.BOM_UTF16_LE, "encoded in UTF-16; save it as UTF-8"),
    (codecs.BOM_UTF16_BE, "encoded in UTF-16; save it as UTF-8"),
)


class Head(NamedTuple):
    """What a format is recognised by: the start of the text, and the suffix without `.gz`."""

    text: str
    suffix: str

    @property
    def shape(self) -> Literal["json", "xml", "text"]:
        """What the first characters look like; a title in brackets (`[Stem cells]`) is text."""
        if _JSON_START.match(self.text):
            return "json"
        return "xml" if _XML_START.match(self.text) else "text"


class Line(NamedTuple):
    """One decoded line with its end; `bad_byte` is the offset of the first byte outside UTF-8."""

    number: int
    text: str
    bad_byte: int | None


class Source(NamedTuple):
    """A readable, non-empty file."""

    path: Path
    compressed: bool
    head: Head

    @property
    def name(self) -> str:
        """The file name without its folder, so that output does not depend on where it lies."""
        return self.path.name

    def open(self) -> BinaryIO:
        """Open the (decompressed) bytes."""
        return _open_bytes(self.path, compressed=self.compressed)

    def read_lines(self) -> Iterator[Line]:
        """Decode the file line by line; a line outside UTF-8 is marked, not raised."""
        offset = 0
        with self.open() as stream:
            number = 0
            while raw := stream.readline(MAX_LINE_BYTES):
                number += 1
                if len(raw) == MAX_LINE_BYTES:
                    raise InputError(
                        f"a line is longer than {MAX_LINE_BYTES} bytes",
                        source=self.name,
                        record=f"line {number}",
                    )
                text, bad_byte = _decode_line(raw, offset)
                yield Line(number, text, bad_byte)
                offset += len(raw)

    def read_text(self) -> str:
        """Decode the whole file, without a byte order mark.

        Raises InputError where it is not UTF-8 or too large for one document.
        """
        with self.open() as stream:
            raw = stream.read(MAX_WHOLE_BYTES + 1)
        if len(raw) > MAX_WHOLE_BYTES:
            raise InputError(f"larger than {MAX_WHOLE_BYTES} bytes", source=self.name)
        text, bad_byte = _decode_line(raw, 0)
        if bad_byte is not None:
            raise self.encoding_error(bad_byte)
        return text

    def find_bad_byte(self) -> int | None:
        """Offset of the first byte that is not valid UTF-8, or None."""
        return next(
            (line.bad_byte for line in self.read_lines() if line.bad_byte is not None), None
        )

    def encoding_error(self, bad_byte: int, *, record: str = "") -> InputError:
        """Make the error for a byte outside UTF-8."""
        return InputError(f"not UTF-8 at byte {bad_byte}", source=self.name, record=record)


def open_source(path: Path) -> Source:
    """Check that `path` is a readable text file and peek at its start.

    Raises InputError (its source is the path as given) and OSError.
    """
    if not path.exists():
        raise InputError("no such file", source=str(path))
    if not path.is_file():
        raise InputError("not a regular file", source=str(path))
    with path.open("rb") as stream:
        compressed = stream.read(2) == _GZIP_MAGIC
    with _open_bytes(path, compressed=compressed) as stream:
        start = stream.read(HEAD_BYTES)
    text = start.decode("utf-8", "replace").removeprefix("\ufeff").lstrip()
    reason = _find_obstacle(start) or ("" if text else "empty file")
    if reason:
        raise InputError(reason, source=str(path))
    return Source(path, compressed, Head(text, _suffix(path)))


def _open_bytes(path: Path, *, compressed: bool) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path, "rb")) if compressed else path.open("rb")


def _find_obstacle(start: bytes) -> str:
    """Why a file that starts so cannot be read as text, or an empty string."""
    for magic, reason in _FOREIGN:
        if start.startswith(magic):
            return reason
    return "a binary file" if b"\0" in start else ""


def _suffix(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    return suffixes[-1] if suffixes else ""


def _decode_line(raw: bytes, offset: int) -> tuple[str, int | None]:
    """Decode `raw`, which starts at byte `offset` of its file."""
    skipped = len(codecs.BOM_UTF8) if offset == 0 and raw.startswith(codecs.BOM_UTF8) else 0
    try:
        return raw[skipped:].decode("utf-8"), None
    except UnicodeDecodeError as error:
        return raw[skipped:].decode("utf-8", "replace"), offset + skipped + error.start
