"""A linear softmax classifier over hashed sparse features: numpy to apply, scikit-learn to fit.

The weights are kept for the features that occurred, sorted by hash, as bytes with one scale, so
that a model of some ten thousand features takes a few hundred kilobytes.
"""

import io
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cellstudy.errors import ModelError

Floats = NDArray[np.floating[Any]]
Hashes = NDArray[np.unsignedinteger[Any]]

_PARTS: Final = ("keys", "weights", "bias", "scale", "temperature", "labels")
_MASK: Final = np.uint32(2**18 - 1)
_LEAST_ROWS: Final = 2
"""A feature seen in fewer rows gets no weight."""
_LEAST_WEIGHT: Final = 0.02
_NEVER: Final = -20.0


class LinearModel:
    """Weights by feature hash; `temperature` divides the scores so that confidences are true."""

    def __init__(
        self,
        labels: Sequence[str],
        keys: Hashes,
        weights: Floats,
        bias: Floats,
        *,
        temperature: float = 1.0,
    ) -> None:
        self.labels = tuple(labels)
        self.keys = keys.astype(np.uint32)
        self._places = np.zeros(_MASK + 1, dtype=np.int32)
        self._places[self.keys & _MASK] = np.arange(len(keys))
        self.scale = float(np.abs(weights).max(initial=0.0)) / 127 or 1.0
        self.weights = np.round(weights / self.scale).astype(np.int8)
        self.bias = bias.astype(np.float32)
        self.temperature = temperature

    def scores(self, hashes: Hashes) -> Floats:
        """(rows, labels) log-odds of rows of feature hashes; 0 stands for no feature."""
        if not len(self.keys):
            return np.tile(self.bias, (len(hashes), 1))
        wanted = hashes.astype(np.uint32)
        places = self._places[wanted & _MASK]
        known = (self.keys[places] == wanted) & (wanted != 0)
        sums = np.zeros((len(hashes), len(self.labels)), dtype=np.float32)
        taken = self.weights[places[known]].astype(np.float32)  # row by row
        counts = known.sum(axis=1)
        rows = np.flatnonzero(counts)
        if len(rows):
            begins = (counts.cumsum() - counts)[rows]
            sums[rows] = np.add.reduceat(taken, begins, axis=0)
        return sums * self.scale + self.bias

    def predict(self, hashes: Hashes) -> Floats:
        """(rows, labels) probabilities."""
        return softmax(self.scores(hashes) / self.temperature)

    def to_bytes(self) -> bytes:
        """The model as a compressed numpy archive, without pickle."""
        buffer = io.BytesIO()
        np.savez_compressed(
            buffer,
            keys=self.keys,
            weights=self.weights,
            bias=self.bias,
            scale=np.float64(self.scale),
            temperature=np.float64(self.temperature),
            labels=np.asarray(self.labels, dtype=np.str_),
        )
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "LinearModel":
        """Restore what `to_bytes` wrote. Raises ModelError if it is something else."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as archive:
                parts = {name: archive[name] for name in _PARTS}
        except (ValueError, KeyError, OSError) as error:
            raise ModelError(f"number typer: unreadable weights ({error})") from error
        model = cls(
            [str(label) for label in parts["labels"]],
            parts["keys"],
            parts["weights"].astype(np.float32) * float(parts["scale"]),
            parts["bias"],
            temperature=float(parts["temperature"]),
        )
        model.scale, model.weights = float(parts["scale"]), parts["weights"]
        return model


def softmax(scores: Floats) -> Floats:
    """Probabilities of rows of log-odds."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def fit_linear(
    hashes: Hashes,
    targets: NDArray[np.int64],
    labels: Sequence[str],
    *,
    strength: float = 0.1,
) -> LinearModel:
    """Fit multinomial logistic regression (L2, inverse `strength`) to rows of feature hashes.

    `targets` are indices into `labels`; a label without any row is never predicted.
    """
    # Imported here: whoever only applies a model needs no scikit-learn.
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    wanted = hashes.astype(np.uint32)
    keys, counts = np.unique(wanted[wanted != 0], return_counts=True)
    keys = keys[counts >= _LEAST_ROWS]
    # One feature for each place of the table that the model looks features up in.
    keys = np.sort(keys[np.unique(keys & _MASK, return_index=True)[1]])
    places = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    rows, columns = np.nonzero(keys[places] == wanted)
    ones = np.ones(len(rows), dtype=np.float64)
    table = csr_matrix((ones, (rows, places[rows, columns])), shape=(len(hashes), len(keys)))
    matrix = np.zeros((len(keys), len(labels)))
    bias = np.full(len(labels), _NEVER)
    found = np.unique(targets)
    fitted = LogisticRegression(C=strength, max_iter=60, tol=1e-3)
    if len(found) > 1:
        fitted.fit(table, targets)
    if len(found) < 2:
        bias[found] = 0.0
    elif len(found) == 2:
        matrix[:, found[1]], bias[found] = fitted.coef_[0], (0.0, fitted.intercept_[0])
    else:
        matrix[:, found], bias[found] = fitted.coef_.T, fitted.intercept_
    kept = np.abs(matrix).max(axis=1) >= _LEAST_WEIGHT
    return LinearModel(labels, keys[kept], matrix[kept], bias)


def fit_temperature(scores: Floats, targets: NDArray[np.int64]) -> float:
    """The temperature under which held-out `scores` are most likely."""
    grid = np.exp(np.linspace(-1.5, 1.5, 61))
    rows = np.arange(len(targets))
    losses = [-np.log(softmax(scores / t)[rows, targets] + 1e-12).mean() for t in grid]
    return float(grid[int(np.argmin(losses))])


def calibration_error(confidences: Floats, right: NDArray[np.bool_], *, bins: int = 10) -> float:
    """Expected calibration error: mean gap of confidence and accuracy over bins of equal width."""
    places = np.minimum((confidences * bins).astype(int), bins - 1)
    gaps = [
        abs(float(confidences[places == b].mean()) - float(right[places == b].mean()))
        * float((places == b).mean())
        for b in range(bins)
        if (places == b).any()
    ]
    return float(sum(gaps))


def cross_fit(
    hashes: Hashes,
    targets: NDArray[np.int64],
    labels: Sequence[str],
    *,
    folds: NDArray[np.int64],
    strength: float = 0.1,
) -> Floats:
    """Scores of each row by a model that was fitted to the other folds."""
    scores = np.zeros((len(hashes), len(labels)), dtype=np.float32)
    for fold in np.unique(folds):
        out = folds == fold
        model = fit_linear(hashes[~out], targets[~out], labels, strength=strength)
        scores[out] = model.scores(hashes[out])
    return scores
