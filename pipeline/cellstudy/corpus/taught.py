"""Texts with the posterior of teachers: what `scripts/teach.py` writes and training reads."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from spacy.language import Language
from spacy.training import Example

from cellstudy.labels import EXT_CONVENTION
from cellstudy.tag.distillation import TAUGHT

TEXTS = "texts.jsonl"
MARGINALS = "marginals.npz"
LEAST = 0.005
"""Smaller probabilities are not kept."""


class Taught(NamedTuple):
    """A text, the convention it was read under, and (n_tokens, n_tags) tag marginals."""

    convention: str
    text: str
    marginals: Any


def write_taught(folder: Path, items: Iterable[Taught]) -> None:
    """Write texts and marginals to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    blocks = []
    with (folder / TEXTS).open("w", encoding="utf-8") as out:
        for item in items:
            line = {"convention": item.convention, "text": item.text}
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
            blocks.append(_shrink(item.marginals))
    sparse.save_npz(folder / MARGINALS, sparse.vstack(blocks, format="csr"))


def _shrink(marginals: NDArray[np.floating[Any]]) -> Any:
    kept = np.where(marginals >= LEAST, marginals, 0.0).astype(np.float32)
    return sparse.csr_matrix(kept / kept.sum(axis=1, keepdims=True))


def read_taught(nlp: Language, folder: Path) -> Iterator[Example]:
    """Make examples that know what the teachers thought of each token.

    Raises ValueError where the marginals do not fit the tokens: another tokenizer made them.
    """
    with (folder / TEXTS).open(encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines]
    table = sparse.load_npz(folder / MARGINALS).tocsr()
    start = 0
    for entry in entries:
        reference, predicted = (nlp.make_doc(entry["text"]) for _ in range(2))
        reference.user_data[TAUGHT] = table[start : start + len(reference)]
        predicted._.set(EXT_CONVENTION, entry["convention"])
        start += len(reference)
        yield Example(predicted, reference)
    if start != table.shape[0]:
        raise ValueError(f"{folder}: {table.shape[0]} rows of marginals for {start} tokens")
