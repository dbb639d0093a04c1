"""Write the averaged posterior of several trained recognisers on unlabelled texts.

    python -m scripts.teach ../shared training/taught training/teacher1 training/teacher2 …

The texts: trial abstracts and registrations under our convention, a part of the abstracts also
under those of the disease corpora, and the train texts of each disease corpus under the convention
of the other. Documents that measure accuracy are left out.
"""

import argparse
import json
import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import cast

import spacy
from rich.progress import track
from spacy.language import Language
from spacy.tokens import Doc

from cellstudy.corpus.reader import run_components
from cellstudy.corpus.taught import Taught, write_taught
from cellstudy.corpus.texts import read_composed
from cellstudy.labels import CONVENTION, EXT_CONVENTION
from cellstudy.tag.extensions import register_extensions
from cellstudy.tag.recogniser import Recogniser

KEPT_OUT = (
    "corpus/annotated/dev.jsonl",
    "corpus/annotated/test.jsonl",
    "corpus/doses_dev/spans.jsonl",
)
GOLD = ("gold/dev/documents.jsonl",)
DISEASE_CORPORA = ("ncbi_disease", "bc5cdr_disease")
TAGGER = "recogniser"
N_SHARED = 400
"""Trial abstracts that are also read under the convention of each disease corpus."""
MAX_CHARACTERS = 4_000
BATCH = 16
SEED = 0


def main() -> None:
    """Read the texts, let every teacher mark them, write texts and marginals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("teachers", type=Path, nargs="+")
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args()
    texts = list(choose_texts(options.shared))
    batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
    workers = ProcessPoolExecutor(
        options.processes, initializer=load_teachers, initargs=(options.teachers,)
    )
    with workers:
        found = track(workers.map(teach, batches), total=len(batches), description="teaching")
        write_taught(options.output, (item for items in found for item in items))


def choose_texts(shared: Path) -> Iterator[tuple[str, str]]:
    """Convention and text of everything to be taught."""
    kept_out = set(read_ids([Path(name) for name in KEPT_OUT]))
    kept_out |= set(read_ids([shared / name for name in GOLD]))
    trials = {
        source: [
            text
            for identifier, text in sorted(read_composed(shared / "raw", source))
            if identifier not in kept_out and len(text) <= MAX_CHARACTERS
        ]
        for source in ("rct", "ctgov")
    }
    yield from ((CONVENTION, text) for texts in trials.values() for text in texts)
    draw = random.Random(SEED)  # noqa: S311
    for name, other in (DISEASE_CORPORA, DISEASE_CORPORA[::-1]):
        yield from ((name, text) for text in draw.sample(trials["rct"], N_SHARED))
        yield from ((name, text) for text in read_texts(shared, other))


def read_ids(paths: list[Path]) -> Iterator[str]:
    """Identifiers of the documents of JSONL files."""
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            yield from (json.loads(line)["id"] for line in lines)


def read_texts(shared: Path, corpus: str) -> Iterator[str]:
    """Texts of the train part of a corpus."""
    with (shared / "corpora" / corpus / "train.jsonl").open(encoding="utf-8") as lines:
        yield from (json.loads(line)["text"] for line in lines)


_TEACHERS: list[Language] = []
"""The loaded teachers of a worker process."""


def load_teachers(paths: list[Path]) -> None:
    """Load them once a process."""
    register_extensions()
    _TEACHERS.extend(spacy.load(path) for path in paths)


def teach(batch: list[tuple[str, str]]) -> list[Taught]:
    """Each text with the mean of the teachers' tag marginals."""
    docs = [make_doc(convention, text) for convention, text in batch]
    opinions = [cast(Recogniser, nlp.get_pipe(TAGGER)).marginals(docs) for nlp in _TEACHERS]
    return [
        Taught(convention, text, sum(found) / len(found))
        for (convention, text), *found in zip(batch, *opinions, strict=True)
    ]


def make_doc(convention: str, text: str) -> Doc:
    """A text with the features that recognisers read: those of all teachers are the same."""
    nlp = _TEACHERS[0]
    doc = nlp.make_doc(text)
    doc._.set(EXT_CONVENTION, convention)
    return run_components(nlp, doc, nlp.pipe_names[: nlp.pipe_names.index(TAGGER)])


if __name__ == "__main__":
    main()
