"""`cellstudy.corpus.v1`: stand-off JSONL corpora as spaCy training examples."""

import json
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import registry

from cellstudy.corpus.taught import read_taught
from cellstudy.corpus.texts import hydrate
from cellstudy.errors import ConfigError
from cellstudy.labels import CONVENTION, EXT_CONVENTION, LABELS, MENTIONS
from cellstudy.tag.extensions import ScoredSpan, register_extensions, set_spans
from cellstudy.tag.recogniser import ANNOTATED, CORPUS


@registry.readers("cellstudy.corpus.v1")
def create_reader(
    sources: dict[str, dict[str, Any]], folder: str, components: list[str]
) -> Callable[[Language], Iterator[Example]]:
    """Make a reader of several corpora; a relative path is looked for under `folder`, then here.

    `sources` maps a corpus name to `path` (JSONL of id, text, spans), `labels` (those that the
    corpus annotates; all where left out), `convention` (by whose rules; ours where left out) and
    `repeat` (how often an epoch shows each document; 0: never). Stand-off documents get their text
    from the raw entries under `folder`/raw. A source may instead be a folder of `taught` texts
    (see taught.py). `components` mark the texts once, here: what spaCy's `annotating_components`
    would do again in each epoch.
    """

    def read_examples(nlp: Language) -> Iterator[Example]:
        register_extensions()
        for name, source in sources.items():
            repeat = int(source.get("repeat", 1))
            if not repeat:
                continue
            if "taught" in source:
                examples = list(read_taught(nlp, Path(source["taught"])))
            else:
                examples = list(_read_annotated(nlp, name, source, Path(folder)))
            for example in examples:
                example.predicted = run_components(nlp, example.predicted, components)
            for _ in range(repeat):
                yield from examples

    return read_examples


def run_components(nlp: Language, doc: Doc, names: Iterable[str]) -> Doc:
    """Let some components of a pipeline mark a Doc, in their order."""
    for name in names:
        doc = nlp.get_pipe(name)(doc)
    return doc


def _read_annotated(
    nlp: Language, name: str, source: dict[str, Any], folder: Path
) -> Iterator[Example]:
    entries = read_entries(_find_file(name, folder, Path(source["path"])), folder / "raw")
    labels = tuple(source.get("labels") or LABELS)
    for example in read_corpus(nlp, entries, name=name, labels=labels):
        example.predicted._.set(EXT_CONVENTION, source.get("convention", CONVENTION))
        yield example


def _find_file(name: str, folder: Path, path: Path) -> Path:
    for place in (folder / path, path):
        if place.is_file():
            return place
    raise ConfigError(f"corpus {name}: no file {folder / path}, nor {path}")


def read_entries(path: Path, raw: Path) -> list[dict[str, Any]]:
    """Read the documents of a JSONL corpus; those without text get it from the raw entries."""
    with path.open(encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines if line.strip()]
    return entries if all("text" in entry for entry in entries) else hydrate(path, raw)


def read_corpus(
    nlp: Language, entries: list[dict[str, Any]], *, name: str, labels: tuple[str, ...]
) -> Iterator[Example]:
    """Make examples of a corpus; spans with other labels than `labels` are left out.

    A span inside a token is widened to it; one warning tells how many there were.
    """
    register_extensions()
    n_widened = 0
    for entry in entries:
        spans = [
            ScoredSpan(item["start"], item["end"], item["label"], 1.0, "gold")
            for item in entry["spans"]
            if item["label"] in labels
        ]
        example = make_example(nlp, entry["text"], spans, name=name, labels=labels)
        n_widened += sum(example.reference.char_span(s.start, s.end) is None for s in spans)
        yield example
    if n_widened:
        warnings.warn(f"{name}: {n_widened} spans were widened to tokens", stacklevel=2)


def make_example(
    nlp: Language, text: str, spans: list[ScoredSpan], *, name: str, labels: tuple[str, ...]
) -> Example:
    """Make the training example of one text from corpus `name`, which annotates `labels`."""
    reference = nlp.make_doc(text)
    set_spans(reference, MENTIONS, _without_overlap(reference, spans))
    reference.user_data.update({ANNOTATED: labels, CORPUS: name})
    return Example(Doc(nlp.vocab, *_tokens(reference)), reference)


def _tokens(doc: Doc) -> tuple[list[str], list[bool]]:
    return [token.text for token in doc], [bool(token.whitespace_) for token in doc]


def _without_overlap(doc: Doc, spans: list[ScoredSpan]) -> list[ScoredSpan]:
    """The longest of spans that share a token; some corpora nest or overlap a few."""
    kept: list[ScoredSpan] = []
    taken: set[int] = set()
    for span in sorted(spans, key=lambda item: (item.start - item.end, item.start)):
        found = doc.char_span(span.start, span.end, alignment_mode="expand")
        tokens = set(range(found.start, found.end)) if found is not None else set()
        if tokens and not tokens & taken:
            taken |= tokens
            kept.append(span)
    return sorted(kept)
