"""Nearest names by the cosine of their character trigrams, weighted by rarity.

An inverted index in plain numpy arrays. Building it for 70,000 names takes half a second, a look-up
half a millisecond: a vectoriser over text needs several seconds for the same index.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

_ALPHABET = "\nabcdefghijklmnopqrstuvwxyz0123456789 "
_SIZE = len(_ALPHABET) + 1  # and one code for every other sign
_N_TRIGRAMS = _SIZE**3


class TrigramIndex:
    """The trigrams of a list of folded names."""

    def __init__(self, names: Sequence[str]) -> None:
        codes = _encode("".join(f"\n {name} " for name in names))
        trigrams = (codes[:-2] * _SIZE + codes[1:-1]) * _SIZE + codes[2:]
        rows = np.cumsum(codes == 0)[:-2] - 1
        inside = (codes[:-2] != 0) & (codes[1:-1] != 0) & (codes[2:] != 0)
        trigrams, rows = trigrams[inside], rows[inside].astype(np.int32)
        order = np.argsort(trigrams, kind="stable")
        trigrams, rows = trigrams[order], rows[order]
        is_new = np.ones(len(rows), dtype=bool)
        is_new[1:] = (trigrams[1:] != trigrams[:-1]) | (rows[1:] != rows[:-1])
        trigrams, rows = trigrams[is_new], rows[is_new]
        counts = np.bincount(trigrams, minlength=_N_TRIGRAMS)
        self._n_names = len(names)
        self._starts = np.concatenate(([0], np.cumsum(counts)))
        self._rarity = np.log((1 + len(names)) / (1 + counts)) + 1
        squares = np.bincount(rows, self._rarity[trigrams] ** 2, minlength=len(names))
        self._rows = rows
        self._weights = self._rarity[trigrams] / np.sqrt(squares)[rows]

    def find_nearest(self, name: str, threshold: float, limit: int = 20) -> list[tuple[int, float]]:
        """Find the names with a cosine of at least `threshold`: (index, cosine), nearest first."""
        codes = _encode(f" {name} ")
        query = np.unique((codes[:-2] * _SIZE + codes[1:-1]) * _SIZE + codes[2:])
        lists = [slice(self._starts[item], self._starts[item + 1]) for item in query]
        rarity = self._rarity[query]
        sums = np.bincount(
            np.concatenate([self._rows[items] for items in lists]),
            np.concatenate(
                [self._weights[items] * weight for items, weight in zip(lists, rarity, strict=True)]
            ),
            minlength=self._n_names,
        )
        cosines = sums / np.sqrt((rarity**2).sum())
        near = np.flatnonzero(cosines >= threshold)
        ranked = near[np.lexsort((near, -cosines[near]))][:limit]
        return [(int(index), float(cosines[index])) for index in ranked]


def _encode(text: str) -> Any:
    """Give each character of `text` its code in the alphabet."""
    table = np.full(128, _SIZE - 1, dtype=np.int64)
    table[[ord(sign) for sign in _ALPHABET]] = range(len(_ALPHABET))
    points = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    return table[np.minimum(points, 127)]
