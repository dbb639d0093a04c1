"""Pretrain the token encoder of the recogniser on unlabelled texts, as a masked language model.

    python scripts/pretrain_encoder.py ../shared training/vectors training/encoder.bin

Some words of each text are hidden (their forms and vectors, not the spans of the gazetteers and
grammars), and the encoder must tell which they were, out of the most frequent ones (Devlin et al.
2019, "BERT", with a network small enough for a CPU). `spacy train` starts from the result.
"""

import argparse
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from scripts.train_vectors import read_texts
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training.initialize import load_vectors_into_model
from spacy.util import fix_random_seed, load_config, load_model_from_config
from thinc.api import Adam, Linear, warmup_linear, zero_init

from cellstudy.corpus.reader import run_components
from cellstudy.tag.embedding import multiply_with_numpy

CONFIG = Path("configs/cellstudy_sm.cfg")
N_WORDS = 6_000
"""Words that the encoder chooses between; together nine tenths of the tokens."""
HIDDEN = 0.25
BATCH_WORDS = 1_500
MAX_TOKENS = 400
RATE = 0.002
SEED = 0


def main() -> None:
    """Count words, train one pass over the texts, write the weights of the encoder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("vectors", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--words", type=int, default=8_000_000, help="words to train on")
    options = parser.parse_args()
    fix_random_seed(SEED)
    nlp = build_pipeline(options.vectors)
    texts = list(read_texts(options.shared / "raw"))
    random.Random(SEED).shuffle(texts)  # noqa: S311
    table = count_words(nlp, texts[:4000])
    encoder = nlp.get_pipe("recogniser").model.get_ref("tok2vec")
    pretrain(nlp, encoder, texts, table, options.words)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_bytes(encoder.to_bytes())


def build_pipeline(vectors: Path) -> Language:
    """The untrained pipeline of the config, with its vectors."""
    overrides = {"paths": {"vectors": str(vectors)}}
    config = load_config(CONFIG).merge(overrides)
    nlp = load_model_from_config(config, auto_fill=True)
    load_vectors_into_model(nlp, str(vectors))
    return nlp


def count_words(nlp: Language, texts: list[str]) -> dict[int, int]:
    """Class of each of the most frequent words, by the hash of its lower form."""
    counts: Counter[int] = Counter()
    for text in texts:
        counts.update(token.lower for token in nlp.make_doc(text) if not token.is_space)
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    return {word: index for index, word in enumerate(ranked[:N_WORDS])}


def mark(nlp: Language, texts: list[str]) -> Iterator[list[Doc]]:
    """Batches of Docs with the features that the recogniser reads."""
    features = nlp.pipe_names[: nlp.pipe_names.index("recogniser")]
    batch: list[Doc] = []
    for text in texts:
        doc = nlp.make_doc(text[: 6 * MAX_TOKENS])
        batch.append(run_components(nlp, doc, features))
        if sum(map(len, batch)) >= BATCH_WORDS:
            yield batch
            batch = []


def pretrain(
    nlp: Language, encoder: Any, texts: list[str], table: dict[int, int], n_words: int
) -> None:
    """One pass over `n_words` of the texts; prints the loss and the share of words told right."""
    console = Console()
    encoder.initialize(X=next(mark(nlp, texts)))
    guesser = Linear(nO=len(table), nI=encoder.get_dim("nO"), init_W=zero_init)
    guesser.initialize()
    multiply_with_numpy(guesser)
    n_steps = n_words // BATCH_WORDS
    schedule = warmup_linear(RATE, n_steps // 50, n_steps)
    optimizer = Adam(schedule, L2=0.01, L2_is_weight_decay=True, grad_clip=1.0)
    seen, tally = 0, np.zeros(3)
    with hide_words(encoder) as hider:
        for step, docs in enumerate(mark(nlp, texts), start=1):
            rows, backprop = encoder.begin_update(docs)
            classes = np.array([table.get(token.lower, -1) for doc in docs for token in doc])
            asked = np.flatnonzero(hider.hidden & (classes >= 0))
            vectors = np.concatenate(rows)
            d_vectors = np.zeros_like(vectors)
            d_vectors[asked], counts = guess(guesser, vectors[asked], classes[asked])
            backprop(np.split(d_vectors, np.cumsum([len(doc) for doc in docs])[:-1]))
            encoder.finish_update(optimizer)
            guesser.finish_update(optimizer)
            optimizer.step_schedules()
            seen += sum(map(len, docs))
            tally += counts
            if step % 100 == 0:
                loss, right = tally[1:] / tally[0]
                console.print(f"{seen:>9} words  loss {loss:.3f}  right {right:.3f}")
                tally[:] = 0
            if seen >= n_words:
                break


def guess(guesser: Any, vectors: Any, wanted: Any) -> tuple[Any, tuple[int, float, int]]:
    """Softmax cross entropy: gradient of the vectors; numbers of words, loss, words told right."""
    scores, backprop = guesser.begin_update(vectors)
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    place = np.arange(len(wanted))
    loss = -float(np.log(shares[place, wanted] + 1e-9).sum())
    n_right = int((shares.argmax(axis=1) == wanted).sum())
    shares[place, wanted] -= 1.0
    return backprop(shares / len(wanted)), (len(wanted), loss, n_right)


@contextmanager
def hide_words(encoder: Any) -> Iterator["Hider"]:
    """Let a Hider stand in for the layer that drops words, for a while."""
    hider = Hider()
    dropper = next(node for node in encoder.walk() if node.name == "drop_rows")
    forward, dropper._func = dropper._func, hider
    yield hider
    dropper._func = forward


class Hider:
    """Sets the rows of a share of the words to zero and remembers which."""

    hidden: Any = None

    def __call__(self, model: Any, rows: Any, is_train: bool) -> tuple[Any, Any]:  # noqa: ARG002
        """The forward pass of the layer."""
        self.hidden = np.random.uniform(0.0, 1.0, len(rows)) < HIDDEN
        mask = (~self.hidden[:, None]).astype("f")
        return rows * mask, lambda d_rows: d_rows * mask


if __name__ == "__main__":
    main()
