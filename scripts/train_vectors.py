"""Train the floret vectors of the model on the unlabelled texts, reproducibly.

    python scripts/train_vectors.py ../shared training/vectors

Writes a spaCy vectors folder. One thread: the training is lock-free and would differ from run to
run with more. Values are rounded to eight mantissa bits, which halves the packed model.
"""

import argparse
import gzip
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import floret
import numpy as np
import spacy
from spacy.cli.init_pipeline import convert_vectors

from cellstudy.tag.tokenizer import build_tokenizer

SETTINGS = {
    "model": "skipgram",
    "mode": "floret",
    "hashCount": 2,
    "bucket": 50_000,
    "dim": 96,
    "minn": 4,
    "maxn": 5,
    "minCount": 5,
    "epoch": 4,
    "lr": 0.05,
    "neg": 5,
    "ws": 5,
    "thread": 1,
}


def read_texts(raw: Path) -> Iterator[str]:
    """All unlabelled texts: report paragraphs, abstracts, registrations."""
    with gzip.open(raw / "rct_fulltext.txt.gz", "rt", encoding="utf-8") as lines:
        yield from (line for line in lines if line.strip())
    with gzip.open(raw / "rct_abstracts.jsonl.gz", "rt", encoding="utf-8") as lines:
        for entry in map(json.loads, lines):
            yield f"{entry['title']}\n{entry['abstract']}"
    with gzip.open(raw / "ctgov_cell_therapy.jsonl.gz", "rt", encoding="utf-8") as lines:
        for entry in map(json.loads, lines):
            yield "\n".join(walk_strings(entry))


def walk_strings(value: Any) -> Iterator[str]:
    """Every string inside nested JSON data, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from walk_strings(item)


def round_mantissa(values: Any) -> Any:
    """Keep eight bits of the mantissa (round to nearest)."""
    bits = np.ascontiguousarray(values, dtype="<f4").view("<u4")
    return ((bits + np.uint32(1 << 14)) & np.uint32(0xFFFF8000)).view("<f4")


def main() -> None:
    """Tokenise, train, round, convert."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("output", type=Path)
    options = parser.parse_args()
    nlp = spacy.blank("en")
    nlp.tokenizer = build_tokenizer(nlp)
    with tempfile.TemporaryDirectory() as folder:
        words, table = Path(folder) / "words.txt", Path(folder) / "vectors.floret"
        with words.open("w", encoding="utf-8") as out:
            for text in read_texts(options.shared / "raw"):
                tokens = (token.lower_ for token in nlp.make_doc(text) if not token.is_space)
                out.write(" ".join(tokens) + "\n")
        floret.train_unsupervised(str(words), **SETTINGS).save_floret_vectors(str(table))
        convert_vectors(nlp, table, truncate=0, prune=-1, mode="floret", attr="LOWER")
    nlp.vocab.vectors.data = round_mantissa(nlp.vocab.vectors.data)
    nlp.to_disk(options.output)


if __name__ == "__main__":
    main()
