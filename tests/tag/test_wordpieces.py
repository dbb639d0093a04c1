"""Windows over word pieces: every piece is read, and kept once."""

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from cellstudy.tag.wordpieces import cut_windows, split_words


class Halver:
    """Splits words into pairs of letters, a piece's id being its length plus ten."""

    def encode(self, sequence, is_pretokenized=False, **_):
        if not is_pretokenized:
            return SimpleNamespace(ids=[1, 11, 2])
        pieces = [
            (i, word[k : k + 2]) for i, word in enumerate(sequence) for k in range(0, len(word), 2)
        ]
        return SimpleNamespace(
            ids=[10 + len(piece) for _, piece in pieces], word_ids=[i for i, _ in pieces]
        )


@pytest.mark.parametrize("n_pieces", [0, 1, 9, 10, 11, 17, 18, 100, 101])
def test_every_piece_is_kept_once_and_with_context(n_pieces: int) -> None:
    windows = cut_windows(n_pieces, size=10, overlap=4)
    kept = [i for window in windows for i in range(window.kept_start, window.kept_end)]
    assert kept == list(range(n_pieces))
    assert all(window.end - window.start <= 10 for window in windows)
    for before, after in pairwise(windows):
        assert before.end - before.kept_end >= 2
        assert after.kept_start - after.start >= 2


def test_no_window_more_than_needed() -> None:
    assert [len(cut_windows(n, size=10, overlap=4)) for n in (10, 11, 16, 17)] == [1, 2, 2, 3]


def test_pieces_lead_back_to_the_tokens_of_their_text() -> None:
    texts = [["abc", "", "de"], ["f", "ghijklmnop"]]
    pieces = split_words(texts, Halver(), size=6, overlap=2)
    assert pieces.n_tokens == 5
    assert pieces.tokens.tolist() == [0, 0, 2, 3, 4, 4, 4, 4, 4]
    assert pieces.ids.ravel()[pieces.places].tolist() == [12, 11, 12, 11, 12, 12, 12, 12, 12]


def test_windows_have_special_pieces_and_padding() -> None:
    pieces = split_words([["abcdef", "gh", "ij"], ["k"]], Halver(), size=6, overlap=2)
    assert pieces.ids.tolist() == [
        [1, 12, 12, 12, 12, 2],
        [1, 12, 12, 12, 12, 2],
        [1, 11, 2, 0, 0, 0],
    ]
    assert np.array_equal(pieces.mask, pieces.ids > 0)
