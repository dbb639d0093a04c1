"""Fit calibration curves to judgements: one slope for all, an intercept for each name.

Platt's (1999) logistic regression on log-odds with partial pooling: the intercepts of labels or
slots are drawn to the common one, so that a name with few judgements gets a curve that is nearly
the common one. A ridge draws the common curve to the identity.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.optimize import minimize

from cellstudy.curves import EDGE, POOLED, Curve, Curves
from cellstudy.score.calibration import Judgement
from cellstudy.score.counts import Counts

POOLING: Final = 10.0
"""Weight of the ridge on the intercepts of names; chosen by cross-validation on dev documents."""

LEAST_SLOPE: Final = 0.05
"""Curves must rise."""


def fit_curves(judged: Sequence[Judgement], *, ridge: float, pooling: float = POOLING) -> Curves:
    """Fit a curve for each name that occurs, and the pooled one.

    `ridge` is the weight that draws slope and common intercept to 1 and 0.
    """
    names = sorted({item.name for item in judged})
    column = np.array([names.index(item.name) for item in judged], dtype=np.int64)
    odds = log_odds(np.array([item.confidence for item in judged]))
    right = np.array([item.right for item in judged], dtype=np.float64)

    def lose(found: Counts) -> tuple[float, Counts]:
        slope, common, own = found[0], found[1], found[2:]
        total = slope * odds + common + own[column]
        loss = float((np.logaddexp(0.0, total) - right * total).sum())
        rest = 1 / (1 + np.exp(-total)) - right
        gradient = np.zeros_like(found)
        gradient[:2] = (rest @ odds + ridge * (slope - 1), rest.sum() + ridge * common)
        np.add.at(gradient, column + 2, rest)
        gradient[2:] += pooling * own
        prior = ridge * ((slope - 1) ** 2 + common**2) + pooling * (own @ own)
        return loss + float(prior) / 2, gradient

    start = np.concatenate([[1.0], np.zeros(len(names) + 1)])
    bounds = [(LEAST_SLOPE, None), *[(None, None)] * (len(names) + 1)]
    found = minimize(lose, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    support = np.bincount(column, minlength=len(names))
    slope, common = float(found[0]), float(found[1])
    pooled = Curve(slope, common, len(judged))
    own = zip(names, found[2:], support, strict=True)
    return {POOLED: pooled} | {
        name: Curve(slope, common + float(shift), int(count)) for name, shift, count in own
    }


def log_odds(confidence: Counts) -> Counts:
    """Return the log-odds of confidences, those near 0 or 1 cut as the curves do."""
    bounded = np.clip(confidence, EDGE, 1 - EDGE)
    return np.asarray(np.log(bounded / (1 - bounded)))
