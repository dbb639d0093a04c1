"""The chain against enumeration of every tag sequence."""

import itertools

import numpy as np
import pytest

from cellstudy.tag import crf


def make(seed: int, *, n_labels: int = 2, lengths: tuple[int, ...] = (4, 2, 1)):
    rng = np.random.default_rng(seed)
    k = 4 * n_labels + 1
    chain = crf.forbid(
        crf.Chain(
            rng.normal(size=(k, k)).astype("f"),
            rng.normal(size=k).astype("f"),
            rng.normal(size=k).astype("f"),
        )
    )
    return [rng.normal(size=(n, k)).astype("f") * 2 for n in lengths], chain


def score(path, emissions, chain):
    total = chain.start[path[0]] + chain.end[path[-1]]
    total += sum(emissions[i, t] for i, t in enumerate(path))
    return total + sum(chain.pairs[a, b] for a, b in itertools.pairwise(path))


def enumerate_paths(emissions, chain):
    paths = list(itertools.product(range(emissions.shape[1]), repeat=len(emissions)))
    with np.errstate(over="ignore"):
        weights = np.exp(np.array([score(p, emissions, chain) for p in paths], dtype="d"))
    return paths, weights


def test_tag_names_follow_the_label_order():
    assert crf.tag_names(["A"]) == ["O", "B-A", "I-A", "L-A", "U-A"]


@pytest.mark.parametrize("seed", range(3))
def test_partition_marginals_and_best_path_equal_enumeration(seed):
    sequences, chain = make(seed)
    emissions, lengths = crf.pad(sequences)
    posterior = crf.forward_backward(emissions, lengths, chain)
    marginals = crf.tag_marginals(posterior)
    best = crf.best_paths(emissions, lengths, chain)
    for row, sequence in enumerate(sequences):
        paths, weights = enumerate_paths(sequence, chain)
        assert posterior.log_z[row] == pytest.approx(np.log(weights.sum()), rel=1e-4)
        assert tuple(best[row]) == paths[int(weights.argmax())]
        for step in range(len(sequence)):
            for tag in range(sequence.shape[1]):
                share = sum(w for p, w in zip(paths, weights, strict=True) if p[step] == tag)
                assert marginals[row, step, tag] == pytest.approx(share / weights.sum(), abs=1e-4)


@pytest.mark.parametrize(
    ("span", "tags"), [((0, 1, 1), (8,)), ((1, 3, 0), (1, 3)), ((0, 4, 1), (5, 6, 6, 7))]
)
def test_span_probability_equals_enumeration(span, tags):
    sequences, chain = make(7, lengths=(1, 4))
    posterior = crf.forward_backward(*crf.pad(sequences), chain)
    paths, weights = enumerate_paths(sequences[1], chain)
    share = sum(
        w for p, w in zip(paths, weights, strict=True) if p[span[0] : span[1]] == tuple(tags)
    )
    expected = share / weights.sum()
    found = crf.span_probabilities(posterior, [(1, *span)], chain)
    assert found == pytest.approx([expected], abs=1e-4)


@pytest.mark.parametrize("spread", [1.0, 30.0])
def test_decoding_together_equals_one_by_one(spread):
    sequences, chain = make(5, n_labels=3, lengths=(3, 40, 17, 1))
    sequences = [item * spread for item in sequences]
    together = crf.decode(sequences, chain)
    for sequence, spans in zip(sequences, together, strict=True):
        (alone,) = crf.decode([sequence], chain)
        assert [span[:3] for span in spans] == [span[:3] for span in alone]
        assert [span[3] for span in spans] == pytest.approx([span[3] for span in alone])
        assert all(0 < span[3] <= 1 for span in spans)


def test_a_tag_that_is_ruled_out_is_not_decoded():
    (sequence, *_), chain = make(5)
    permits = np.zeros_like(sequence)
    permits[:, [crf.OUTSIDE, 8]] = 1  # U of the second label
    (spans,) = crf.decode([crf.rule_out(sequence, permits)], chain)
    assert spans
    assert all(end == start + 1 and label == 1 for start, end, label, _ in spans)


@pytest.mark.parametrize("limited", [False, True])
def test_gradient_equals_finite_difference(limited):
    sequences, chain = make(3, lengths=(3, 2))
    rng = np.random.default_rng(0)
    allowed = [np.ones_like(item) for item in sequences]
    allowed[0][0] = np.eye(9, dtype="f")[4]  # a known single-token span
    allowed[0][2, 1:5] = 0  # known not to be of the first label
    possible = [np.ones_like(item) for item in sequences] if limited else None
    if possible:
        possible[1][:, 5:] = 0  # the grammar leaves only the first label open
    result = crf.partial_likelihood(sequences, chain, agreeing=allowed, possible=possible)
    for _ in range(20):
        row = int(rng.integers(2))
        step, tag = int(rng.integers(len(sequences[row]))), int(rng.integers(9))
        moved = [item.copy() for item in sequences]
        moved[row][step, tag] += 0.01
        slope = (
            crf.partial_likelihood(moved, chain, agreeing=allowed, possible=possible).loss
            - result.loss
        ) / 0.01
        assert result.emissions[row][step, tag] == pytest.approx(slope, abs=5e-3)
    for before, after in [(0, 0), (0, 1), (1, 3), (4, 0), (5, 6)]:
        pairs = chain.pairs.copy()
        pairs[before, after] += 0.01
        nudged = crf.Chain(pairs, chain.start, chain.end)
        slope = (
            crf.partial_likelihood(sequences, nudged, agreeing=allowed, possible=possible).loss
            - result.loss
        ) / 0.01
        assert result.chain.pairs[before, after] == pytest.approx(slope, abs=5e-3)


def test_spans_of_path_reads_biluo():
    path = np.array([0, 1, 2, 3, 4, 0, 8])
    assert crf.spans_of_path(path) == [(1, 4, 0), (4, 5, 0), (6, 7, 1)]
