"""Linear-chain conditional random field over BILUO tags, with partial labels.

Pure functions on arrays. The model is Lafferty, McCallum & Pereira (2001), "Conditional random
fields"; training on partially labelled sequences follows Tsuboi et al. (2008), "Training
conditional random fields using incomplete annotations": the likelihood is that of all tag
sequences that agree with what is annotated, so that a corpus of diseases says nothing of doses.

Shapes: T steps (padded), B sequences, K tags. Emissions are log-potentials; minus infinity rules a
tag out. The recursions run in double precision; they are fastest with the longest sequence first.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Bools = NDArray[np.bool_]
Integers = NDArray[np.int64]
Span = tuple[int, int, int]
"""Start, end (half-open, in steps) and label index."""
ScoredSpans = list[tuple[int, int, int, float]]
"""The spans of one sequence, with their probabilities."""

OUTSIDE = 0
_TINY = 1e-300
_RESCALED_EVERY = 8
"""Steps between two rescalings: double precision holds the product of that many potentials."""


class Chain(NamedTuple):
    """Transition log-potentials: `pairs[i, j]` from tag i to j, and those of both ends."""

    pairs: Floats
    start: Floats
    end: Floats


class Posterior(NamedTuple):
    """Result of the forward-backward pass over one padded batch.

    The forward and backward potentials of a step are those before and after it, without its own
    `psi`; the product of the three is the marginal, up to a factor of the step.
    """

    log_z: Floats
    """(B,) log partition."""
    psi: Floats
    """(T, B, K) potentials of the tags at each step, zero where not allowed."""
    before: Floats
    """(T, B, K) forward potentials."""
    after: Floats
    """(T, B, K) backward potentials; the row of a sequence counts its steps from its end."""
    scale: Floats
    """(T, B) what the forward potentials of the step before were divided by."""
    lengths: Integers
    """(B,)"""


class Gradient(NamedTuple):
    """Loss and its gradients."""

    loss: float
    emissions: list[Floats]
    chain: Chain


def tag_names(labels: Sequence[str]) -> list[str]:
    """BILUO tag names in index order: O, then B-, I-, L-, U- of each label."""
    return ["O", *(f"{position}-{label}" for label in labels for position in "BILU")]


def valid_transitions(n_labels: int) -> tuple[Bools, Bools, Bools]:
    """Which tag may follow which (K, K), start a sequence (K,), or end one (K,)."""
    tags = np.arange(4 * n_labels + 1)
    position = np.where(tags == OUTSIDE, -1, (tags - 1) % 4)  # 0 B, 1 I, 2 L, 3 U
    label = np.where(tags == OUTSIDE, -1, (tags - 1) // 4)
    opens = (position == 0) | (position == 1)  # a span goes on after B and I
    continues = (position == 1) | (position == 2)  # a span went on before I and L
    same = label[:, None] == label[None, :]
    pairs = np.where(opens[:, None], continues[None, :] & same, ~continues[None, :])
    return pairs, ~continues, ~opens


def forbid(chain: Chain) -> Chain:
    """Set the potentials of impossible transitions to minus infinity."""
    pairs, start, end = valid_transitions((len(chain.start) - 1) // 4)
    low = np.float32(-np.inf)
    return Chain(
        np.where(pairs, chain.pairs, low),
        np.where(start, chain.start, low),
        np.where(end, chain.end, low),
    )


def pad(sequences: Sequence[Floats]) -> tuple[Floats, Integers]:
    """Stack sequences of (length, K) to (T, B, K), zero where there is none, with their lengths."""
    lengths = np.asarray([len(item) for item in sequences], dtype=np.int64)
    out = np.zeros((int(lengths.max()), len(sequences), sequences[0].shape[1]))
    for row, item in enumerate(sequences):
        out[: len(item), row] = item
    return out, lengths


def _count_rows(lengths: Integers, n_steps: int) -> list[int]:
    """For each step the number of rows up to the last one that is as long."""
    rows = np.arange(1, len(lengths) + 1)
    inside = lengths[None, :] > np.arange(n_steps)[:, None]
    counts: list[int] = (inside * rows).max(axis=1).tolist()
    return counts


def _turn(potentials: Floats, lengths: Integers) -> Floats:
    """Reverse each sequence in place of its own steps; the padding stays."""
    turned = np.ones_like(potentials)
    for row, length in enumerate(lengths.tolist()):
        turned[:length, row] = potentials[:length, row][::-1]
    return turned


def forward_backward(emissions: Floats, lengths: Integers, chain: Chain) -> Posterior:
    """Sum over all tag sequences that `emissions` (T, B, K) and `chain` permit."""
    n_steps, n_batch, _ = emissions.shape
    top = emissions.max(axis=2, keepdims=True)
    psi = np.exp(emissions - top)
    pairs, start, end = (np.exp(part, dtype=np.float64) for part in chain)
    # Both directions are one recursion: the backward one runs over the reversed sequences.
    own = np.stack([psi, _turn(psi, lengths)], axis=1)
    matrices = np.stack([pairs, pairs.T])
    moved = np.ones_like(own)
    moved[0] = np.stack([start, end])[:, None]
    scale = np.ones((n_steps, n_batch))
    for step, n in enumerate(_count_rows(lengths, n_steps)[1:], start=1):
        state = moved[step - 1, :, :n] * own[step - 1, :, :n]
        if step % _RESCALED_EVERY == 0:
            total = np.maximum(state.sum(axis=2), _TINY)
            state /= total[..., None]
            scale[step, :n] = total[0]
        np.matmul(state, matrices, out=moved[step, :, :n])
    rows, last = np.arange(n_batch), lengths - 1
    reached = (moved[last, 0, rows] * psi[last, rows]) @ end
    inside = np.arange(n_steps)[:, None] < lengths[None, :]
    log_z = np.where(inside, np.log(scale) + top[..., 0], 0.0).sum(axis=0)
    log_z += np.log(np.maximum(reached, _TINY))
    return Posterior(log_z, psi, moved[:, 0], moved[:, 1], scale, lengths)


def tag_marginals(posterior: Posterior) -> Floats:
    """(B, T, K) probability of each tag at each step."""
    joint = posterior.before * posterior.psi * _turn(posterior.after, posterior.lengths)
    joint /= np.maximum(joint.sum(axis=2, keepdims=True), _TINY)
    return joint.swapaxes(0, 1)


def tag_probabilities(sequences: Sequence[Floats], chain: Chain) -> list[Floats]:
    """(length, K) probability of each tag at each step of each sequence of emissions."""
    marginals = tag_marginals(forward_backward(*pad(sequences), chain))
    return [item[: len(own)] for item, own in zip(marginals, sequences, strict=True)]


def pair_marginals(posterior: Posterior, chain: Chain, *, weights: Floats) -> Floats:
    """(K, K) expected number of each transition, summed over steps and weighted sequences."""
    n_tags = posterior.psi.shape[2]
    left = posterior.before * posterior.psi
    right = posterior.psi * _turn(posterior.after, posterior.lengths)
    total = (posterior.before * right).sum(axis=2) * posterior.scale
    inside = np.arange(len(total))[:, None] < posterior.lengths[None, :]
    right *= np.where(inside, weights / np.maximum(total, _TINY), 0.0)[..., None]
    flow = left[:-1].reshape(-1, n_tags).T @ right[1:].reshape(-1, n_tags)
    result: Floats = flow * np.exp(chain.pairs, dtype=np.float64)
    return result


def partial_likelihood(
    sequences: Sequence[Floats],
    chain: Chain,
    *,
    agreeing: Sequence[Floats],
    possible: Sequence[Floats] | None = None,
) -> Gradient:
    """Negative log-likelihood of the tag sequences that agree with the annotation, summed.

    `agreeing` and `possible` hold 0 or 1 for each step and tag: what the annotation allows, and
    what is possible at all (everything where left out).
    """
    if not sequences:
        return Gradient(0.0, [], Chain(*(np.zeros_like(part) for part in chain)))
    free = list(sequences)
    if possible is not None:
        free = [rule_out(item, limits) for item, limits in zip(free, possible, strict=True)]
    bound = [rule_out(item, permits) for item, permits in zip(free, agreeing, strict=True)]
    # One pass over possible and agreeing sequences together: the cost is in the number of steps.
    both = forward_backward(*pad([*free, *bound]), chain)
    n = len(free)
    lengths = both.lengths[:n]
    sign = np.repeat([1.0, -1.0], n)
    marginals = tag_marginals(both)
    difference = (marginals[:n] - marginals[n:]).astype(np.float32)
    return Gradient(
        float(both.log_z @ sign),
        [difference[row, :length] for row, length in enumerate(lengths)],
        Chain(
            pair_marginals(both, chain, weights=sign).astype(np.float32),
            difference[:, 0].sum(axis=0),
            difference[np.arange(n), lengths - 1].sum(axis=0),
        ),
    )


def rule_out(emissions: Floats, permits: Floats) -> Floats:
    """Emissions with minus infinity where `permits` is zero."""
    result: Floats = np.where(permits > 0, emissions, -np.inf)
    return result


def decode(sequences: Sequence[Floats], chain: Chain) -> list[ScoredSpans]:
    """The spans on the most probable path of each sequence of emissions, with their probability."""
    emissions, lengths = pad(sequences)
    paths = best_paths(emissions, lengths, chain)
    found = [(row, *span) for row, path in enumerate(paths) for span in spans_of_path(path)]
    sure = span_probabilities(forward_backward(emissions, lengths, chain), found, chain)
    decoded: list[ScoredSpans] = [[] for _ in sequences]
    for (row, start, end, label), probability in zip(found, sure.tolist(), strict=True):
        decoded[row].append((start, end, label, probability))
    return decoded


def best_paths(emissions: Floats, lengths: Integers, chain: Chain) -> list[Integers]:
    """The most probable tag sequence of each column of (T, B, K) emissions (Viterbi 1967)."""
    n_steps, n_batch, _ = emissions.shape
    scores = _score_paths(emissions, lengths, chain)
    rows = np.arange(n_batch)
    tags = (scores[lengths - 1, rows] + chain.end).argmax(axis=1)
    turned = np.ascontiguousarray(chain.pairs.T)  # (to, from): rows are looked up
    paths = np.empty((n_steps, n_batch), dtype=np.int64)
    for step in range(n_steps - 1, 0, -1):
        paths[step] = tags
        before = (scores[step - 1] + turned[tags]).argmax(axis=1)
        tags = np.where(step < lengths, before, tags)
    paths[0] = tags
    return [paths[:length, row] for row, length in enumerate(lengths)]


def _score_paths(emissions: Floats, lengths: Integers, chain: Chain) -> Floats:
    """(T, B, K) score of the best path to each tag.

    Only the same span's I or L follows B and I; between spans any tag that closes one (O, L, U)
    may come before any that opens one (O, B, U).
    """
    n_steps, _, n_tags = emissions.shape
    begin = np.arange(1, n_tags, 4)
    going_on = np.stack([begin + 1, begin + 2])
    closing = np.concatenate([[OUTSIDE], begin + 2, begin + 3])
    opening = np.concatenate([[OUTSIDE], begin, begin + 3])
    after_begin, after_inside = chain.pairs[begin, going_on], chain.pairs[begin + 1, going_on]
    between = chain.pairs[np.ix_(closing, opening)]
    # A closing tag that is further than this behind another comes before no opening tag.
    spread = np.ptp(between, axis=0).max()
    scores = np.zeros(emissions.shape)
    scores[0] = chain.start + emissions[0]
    for step, n in enumerate(_count_rows(lengths, n_steps)[1:], start=1):
        old, new = scores[step - 1, :n], scores[step, :n]
        closed = old.take(closing, axis=1)
        near = (closed >= closed.max(axis=1, keepdims=True) - spread).any(axis=0).nonzero()[0]
        routes = closed.T[near][:, :, None] + between[near][:, None, :]
        new[:, opening] = routes.max(axis=0)
        new[:, going_on] = np.maximum(
            old[:, None, 1::4] + after_begin, old[:, None, 2::4] + after_inside
        )
        new += emissions[step, :n]
    return scores


def spans_of_path(path: Integers) -> list[Span]:
    """The spans of a valid tag path as (start, end, label index), half-open in steps."""
    spans = []
    start = 0
    for step in np.flatnonzero(path):
        position = (int(path[step]) - 1) % 4
        if position in (0, 3):
            start = int(step)
        if position in (2, 3):
            spans.append((start, int(step) + 1, (int(path[step]) - 1) // 4))
    return spans


def span_probabilities(
    posterior: Posterior, spans: Sequence[tuple[int, int, int, int]], chain: Chain
) -> Floats:
    """Posterior probability of exactly these spans, each (sequence, start, end, label)."""
    rows, starts, ends, labels = np.asarray(spans, dtype=np.int64).reshape(-1, 4).T
    sizes, begin, final = ends - starts, 4 * labels + 1, ends - 1
    tags = np.where(sizes == 1, begin + 3, begin)
    values = posterior.before[starts, rows, tags] * posterior.psi[starts, rows, tags]
    pairs = np.exp(chain.pairs, dtype=np.float64)
    for offset in range(1, int(sizes.max(initial=1))):
        on = np.flatnonzero(sizes > offset)
        steps, before = starts[on] + offset, tags[on]
        tags[on] = begin[on] + np.where(sizes[on] == offset + 1, 2, 1)
        moved = pairs[before, tags[on]] * posterior.psi[steps, rows[on], tags[on]]
        values[on] *= moved / posterior.scale[steps, rows[on]]
    after = posterior.after[posterior.lengths[rows] - ends, rows]
    total = (posterior.before[final, rows] * posterior.psi[final, rows] * after).sum(axis=1)
    values *= after[np.arange(len(rows)), tags] / total
    result: Floats = np.minimum(values, 1.0)
    return result


def path_of_span(length: int, label: int) -> list[int]:
    """The tags of a span of `length` steps with label index `label`."""
    begin, inside, last, unit = (4 * label + offset for offset in (1, 2, 3, 4))
    return [unit] if length == 1 else [begin, *[inside] * (length - 2), last]
