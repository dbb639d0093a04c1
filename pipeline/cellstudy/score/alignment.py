"""One-to-one assignment of the highest total weight; its total never depends on the order."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

Weights = NDArray[np.float64]


def assign(weights: Weights) -> list[tuple[int, int]]:
    """Pair rows with columns for the highest total weight; pairs of weight 0 are left out."""
    if not weights.any():
        return []
    rows, columns = linear_sum_assignment(weights, maximize=True)
    return [
        (int(row), int(column))
        for row, column in zip(rows, columns, strict=True)
        if weights[row, column] > 0
    ]


def rank(allowed: NDArray[np.bool_], *tiers: NDArray[np.generic]) -> Weights:
    """Combine weights so that a gain of 1 in an earlier tier outweighs all of the later ones.

    All arrays have the same shape; a pair that is not allowed gets weight 0.
    """
    combined = np.zeros(allowed.shape)
    for tier in tiers:
        weights = np.where(allowed, tier.astype(np.float64), 0.0)
        limit = 1.0 + min(allowed.shape) * float(weights.max(initial=0.0))
        combined = combined * limit + weights
    return combined
