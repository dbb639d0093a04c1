"""The linear classifier over hashed features."""

import numpy as np
import pytest

from cellstudy.errors import ModelError
from cellstudy.tag.linear import (
    LinearModel,
    calibration_error,
    cross_fit,
    fit_linear,
    fit_temperature,
    softmax,
)

LABELS = ("none", "DOSE", "VALUE")
ROWS = np.asarray([[1, 9], [1, 0], [2, 9], [2, 0], [3, 9], [3, 0]] * 4, dtype=np.uint64)
TARGETS = np.asarray([0, 0, 1, 1, 2, 2] * 4)


def test_it_learns_which_feature_speaks_for_which_label():
    model = fit_linear(ROWS, TARGETS, LABELS, strength=10.0)
    assert model.predict(ROWS).argmax(axis=1).tolist() == TARGETS.tolist()
    assert np.allclose(model.predict(ROWS).sum(axis=1), 1.0)


def test_a_label_without_rows_is_never_given():
    model = fit_linear(ROWS, TARGETS % 2, LABELS)
    assert model.predict(ROWS)[:, 2].max() < 1e-6


def test_unknown_features_and_no_rows_are_no_error():
    model = fit_linear(ROWS, TARGETS, LABELS)
    unknown = np.asarray([[77, 0]], dtype=np.uint64)
    assert np.allclose(model.scores(unknown), model.bias)
    assert model.predict(np.zeros((0, 2), dtype=np.uint64)).shape == (0, 3)


def test_bytes_restore_the_same_model():
    model = fit_linear(ROWS, TARGETS, LABELS)
    model.temperature = 1.5
    again = LinearModel.from_bytes(model.to_bytes())
    assert again.labels == LABELS
    assert np.array_equal(again.predict(ROWS), model.predict(ROWS))


def test_other_bytes_are_a_model_error():
    with pytest.raises(ModelError, match="unreadable"):
        LinearModel.from_bytes(b"no archive")


def test_held_out_scores_come_from_the_other_folds():
    folds = np.arange(len(ROWS)) % 2
    swapped = np.where(folds == 0, TARGETS, 0)
    scores = cross_fit(ROWS, swapped, LABELS, folds=folds, strength=10.0)
    assert scores[folds == 0].argmax(axis=1).tolist() == [0] * 12
    assert scores[folds == 1].argmax(axis=1).tolist() == TARGETS[folds == 1].tolist()


def test_the_temperature_cools_what_is_too_sure():
    scores = np.asarray([[8.0, 0.0]] * 10)
    assert fit_temperature(scores, np.asarray([0] * 7 + [1] * 3)) > 2
    assert fit_temperature(scores / 20, np.asarray([0] * 10)) < 1


def test_the_calibration_error_is_the_mean_gap():
    sure = np.asarray([0.95, 0.95, 0.55, 0.55])
    right = np.asarray([True, True, True, False])
    assert calibration_error(sure, right) == pytest.approx(0.05)
    assert softmax(np.zeros((1, 4))).tolist() == [[0.25] * 4]
