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
from pathlib import Path

import spacy
from rich.progress import track
from spacy.language import Language

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
N_SHARED = 700
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
    options = parser.parse_args()
    register_extensions()
    teachers = [spacy.load(path) for path in options.teachers]
    texts = list(choose_texts(options.shared))
    write_taught(options.output, track(list(teach(teachers, texts)), description="writing"))


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


def teach(teachers: list[Language], texts: list[tuple[str, str]]) -> Iterator[Taught]:
    """Each text with the mean of the teachers' tag marginals."""
    recognisers = [nlp.get_pipe("recogniser") for nlp in teachers]
    first = teachers[0]
    before = first.pipe_names[: first.pipe_names.index("recogniser")]
    for start in track(range(0, len(texts), BATCH), description="teaching"):
        chosen = texts[start : start + BATCH]
        docs = []
        for convention, text in chosen:
            doc = first.make_doc(text)
            doc._.set(EXT_CONVENTION, convention)
            for name in before:
                doc = first.get_pipe(name)(doc)
            docs.append(doc)
        found = [
            recogniser.marginals(docs)
            for recogniser in recognisers
            if isinstance(recogniser, Recogniser)
        ]
        for (convention, text), *opinions in zip(chosen, *found, strict=True):
            yield Taught(convention, text, sum(opinions) / len(opinions))


if __name__ == "__main__":
    main()
