"""Word pieces of Docs for a transformer: overlapping windows, and the way back to the tokens."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class Window(NamedTuple):
    """Pieces that the transformer reads together, and those whose vectors are taken from it."""

    start: int
    end: int
    kept_start: int
    kept_end: int


class Pieces(NamedTuple):
    """Windows over the pieces of a batch of texts, padded."""

    ids: Ints
    """(n_windows, length) ids, with the special pieces at both ends of a window."""
    mask: Ints
    """(n_windows, length) 1 for a piece, 0 for padding."""
    places: Ints
    """(n_pieces,) place of each piece in the flat `ids`, in the order of the texts."""
    tokens: Ints
    """(n_pieces,) the token of each piece, numbered over the batch."""
    n_tokens: int


def cut_windows(n_pieces: int, *, size: int, overlap: int) -> list[Window]:
    """Windows of at most `size` pieces and of like length that overlap by `overlap` at least.

    A piece is kept in the window in which it has most context on its poorer side.
    """
    count = 1 + max(0, -(-(n_pieces - size) // (size - overlap)))
    length = -(-(n_pieces + (count - 1) * overlap) // count)
    step = (n_pieces - length) / (count - 1) if count > 1 else 0.0
    starts = [round(i * step) for i in range(count)]
    cuts = [0, *((start + length + after) // 2 for start, after in pairwise(starts)), n_pieces]
    return [
        Window(start, start + length, *kept)
        for start, kept in zip(starts, pairwise(cuts), strict=True)
    ]


def split_words(
    texts: Sequence[Sequence[str]], tokenizer: Any, *, size: int, overlap: int
) -> Pieces:
    """Split the words of each text into pieces and these into windows.

    `tokenizer` is one of the package `tokenizers`. `size` counts the two special pieces of a
    window; a word without pieces (a line break) is no piece's token.
    """
    first, *_, last = tokenizer.encode("a").ids
    rows: list[list[int]] = []
    places: list[Ints] = []
    tokens: list[Ints] = []
    n_tokens = 0
    for words in texts:
        encoded = tokenizer.encode(list(words), is_pretokenized=True, add_special_tokens=False)
        for window in cut_windows(len(encoded.ids), size=size - 2, overlap=overlap):
            kept = np.arange(window.kept_start, window.kept_end) - window.start + 1
            places.append(np.stack([np.full(len(kept), len(rows)), kept]))
            rows.append([first, *encoded.ids[window.start : window.end], last])
        tokens.append(np.asarray(encoded.word_ids, dtype=np.int64) + n_tokens)
        n_tokens += len(words)
    ids, mask = _pad(rows)
    row, column = np.concatenate(places, axis=1)
    return Pieces(ids, mask, row * ids.shape[1] + column, np.concatenate(tokens), n_tokens)


def _pad(rows: list[list[int]]) -> tuple[Ints, Ints]:
    ids = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
    mask = np.zeros_like(ids)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = row
        mask[i, : len(row)] = 1
    return ids, mask
