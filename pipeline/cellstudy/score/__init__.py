"""Gold and predictions -> counts, rates and mistakes, by the guidelines' section Scoring."""

from cellstudy.score.agreement import Agreement, score_agreement
from cellstudy.score.compare import Difference, compare_systems
from cellstudy.score.gold import (
    GoldDocument,
    Prediction,
    as_predictions,
    load_gold,
    load_predictions,
)
from cellstudy.score.mistakes import Mistake
from cellstudy.score.report import Report, evaluate

__all__ = [
    "Agreement",
    "Difference",
    "GoldDocument",
    "Mistake",
    "Prediction",
    "Report",
    "as_predictions",
    "compare_systems",
    "evaluate",
    "load_gold",
    "load_predictions",
    "score_agreement",
]
