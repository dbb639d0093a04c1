"""Intervals by resampling documents with replacement."""

import numpy as np
from numpy.typing import NDArray

from cellstudy.errors import ConfigError

Array = NDArray[np.float64]

LEVEL = (2.5, 97.5)
"""Percentiles of the 95 % interval."""


def draw_weights(n_documents: int, *, seed: int, resamples: int) -> Array:
    """Draw how often each document counts in each resample (resamples x documents)."""
    if seed < 0 or resamples < 1:
        raise ConfigError(f"seed {seed} and resamples {resamples}: need at least 0 and 1")
    generator = np.random.default_rng(seed)
    even = np.full(n_documents, 1.0 / n_documents)
    return generator.multinomial(n_documents, even, size=resamples).astype(np.float64)


def find_interval(drawn: Array) -> tuple[float | None, float | None]:
    """Return the 95 % percentile interval of resampled rates; resamples without a rate are out."""
    defined = drawn[~np.isnan(drawn)]
    if not defined.size:
        return None, None
    low, high = np.percentile(defined, LEVEL)
    return float(low), float(high)


def find_p_value(differences: Array) -> float:
    """Return the two-sided p-value of resampled differences: how often the sign turns."""
    defined = differences[~np.isnan(differences)]
    n_resamples = defined.size
    less = (np.count_nonzero(defined <= 0) + 1) / (n_resamples + 1)
    more = (np.count_nonzero(defined >= 0) + 1) / (n_resamples + 1)
    return float(min(1.0, 2 * min(less, more)))
