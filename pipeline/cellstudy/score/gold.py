"""Gold documents and predictions: what the scorer compares, and how it is read from files.

Gold is a JSONL file, or a folder of them, with lines {id, text, sha256, spans, record}; other keys
are ignored. Predictions are a folder with `spans.jsonl` and `flat.jsonl`, as `cellstudy extract`
writes it.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from cellstudy.errors import GoldError, InputError
from cellstudy.labels import LABELS
from cellstudy.schema import Article, FlatRecord, GoldSpan
from cellstudy.score.checks import find_span_problems, find_text_problems, read_record
from cellstudy.slots import FlatConfidence

T = TypeVar("T")


class GoldDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One annotated document; spans by start."""

    id: str
    text: str
    spans: tuple[GoldSpan, ...]
    record: FlatRecord

    def as_article(self) -> Article:
        """The text as the pipeline takes it: its first line is the title."""
        title, _, abstract = self.text.partition("\n")
        return Article(id=self.id, title=title, abstract=abstract, text=self.text)


class Prediction(msgspec.Struct, frozen=True, kw_only=True):
    """What a system or an annotator says about one document."""

    id: str
    spans: tuple[GoldSpan, ...] = ()
    record: FlatRecord = FlatRecord()
    confidence: FlatConfidence | None = None
    """Of the slots of the record, where the system gives it."""


class Pairing(msgspec.Struct, frozen=True, kw_only=True):
    """Gold with the prediction for it, by document id.

    `missing` has no prediction and counts as empty; `unknown` has no gold and counts nothing.
    """

    pairs: tuple[tuple[GoldDocument, Prediction], ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]


class _GoldLine(msgspec.Struct):
    id: str
    text: str
    sha256: str
    spans: tuple[GoldSpan, ...]
    record: msgspec.Raw


class _SpansLine(msgspec.Struct):
    id: str
    spans: tuple[GoldSpan, ...]


class _FlatLine(msgspec.Struct):
    id: str
    record: FlatRecord
    confidence: FlatConfidence | None = None


def load_gold(path: Path) -> tuple[GoldDocument, ...]:
    """Read and check gold; a GoldError lists every problem of every document at once."""
    problems: list[str] = []
    documents: dict[str, GoldDocument] = {}
    for file in _list_files(path):
        for place, line in _read_lines(file):
            document = _read_document(line, place=place, problems=problems)
            if document is None:
                continue
            if document.id in documents:
                problems.append(f"{place}: {document.id}: a document with this id came before")
            documents[document.id] = document
    if not documents and not problems:
        problems.append(f"{path}: no document")
    if problems:
        raise GoldError(f"{path}: {len(problems)} problems in the gold", problems=tuple(problems))
    return tuple(documents.values())


def load_predictions(folder: Path) -> tuple[Prediction, ...]:
    """Read `spans.jsonl` and `flat.jsonl` of a folder; a document may lack in one of them."""
    spans = {line.id: line.spans for line in _decode(folder / "spans.jsonl", _SpansLine)}
    for name, items in spans.items():
        _check_spans(items, source=str(folder / "spans.jsonl"), record=name)
    lines = {line.id: line for line in _decode(folder / "flat.jsonl", _FlatLine)}
    return tuple(
        Prediction(
            id=name,
            spans=spans.get(name, ()),
            record=lines[name].record if name in lines else FlatRecord(),
            confidence=lines[name].confidence if name in lines else None,
        )
        for name in dict.fromkeys([*spans, *lines])
    )


def _check_spans(spans: Iterable[GoldSpan], *, source: str, record: str) -> None:
    """Refuse what cannot be counted; overlaps are counted as they are."""
    for span in spans:
        place = f"{span.label} {span.start}-{span.end}"
        if span.label not in LABELS:
            raise InputError(f"{place}: unknown label", source=source, record=record, field="label")
        if not 0 <= span.start < span.end:
            raise InputError(f"{place}: no such place", source=source, record=record, field="start")


def pair_documents(gold: Iterable[GoldDocument], predicted: Iterable[Prediction]) -> Pairing:
    """Find the prediction for each gold document; the order of the input does not matter."""
    documents = _by_id(gold)
    predictions = _by_id(predicted)
    if not documents:
        raise GoldError("no gold document to score against")
    return Pairing(
        pairs=tuple(
            (documents[name], predictions.get(name, Prediction(id=name)))
            for name in sorted(documents)
        ),
        missing=tuple(sorted(documents.keys() - predictions.keys())),
        unknown=tuple(sorted(predictions.keys() - documents.keys())),
    )


def as_predictions(gold: Sequence[GoldDocument]) -> tuple[Prediction, ...]:
    """Take one annotator's documents as predictions."""
    return tuple(Prediction(id=item.id, spans=item.spans, record=item.record) for item in gold)


_Document = TypeVar("_Document", GoldDocument, Prediction)


def _by_id(documents: Iterable[_Document]) -> dict[str, _Document]:
    found: dict[str, _Document] = {}
    for document in documents:
        if document.id in found:
            raise InputError("a document with this id came before", record=document.id)
        found[document.id] = document
    return found


def _list_files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    files = sorted(path.glob("*.jsonl"))
    if not files:
        raise InputError("no such file, or no .jsonl file in the folder", source=str(path))
    return files


def _read_lines(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield `name:number` and the bytes of each line that is not empty."""
    try:
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    except OSError as error:
        raise InputError(error.strerror or "cannot be read", source=str(path)) from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield f"{path.name}:{number}", line


def _read_document(line: bytes, *, place: str, problems: list[str]) -> GoldDocument | None:
    """Read one line; what is wrong with it is added to `problems`."""
    try:
        entry = msgspec.json.decode(line, type=_GoldLine)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        problems.append(f"{place}: {error}")
        return None
    record, found = read_record(entry.record)
    found = [
        *find_text_problems(entry.text, entry.sha256),
        *find_span_problems(entry.text, entry.spans),
        *found,
    ]
    problems.extend(f"{place}: {entry.id}: {problem}" for problem in found)
    spans = tuple(sorted(entry.spans, key=lambda span: (span.start, span.end, span.label)))
    return GoldDocument(id=entry.id, text=entry.text, spans=spans, record=record)


def _decode(path: Path, kind: type[T]) -> Iterator[T]:
    decoder = msgspec.json.Decoder(kind)
    for place, line in _read_lines(path):
        try:
            yield decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise InputError(str(error), source=str(path), record=place) from error
