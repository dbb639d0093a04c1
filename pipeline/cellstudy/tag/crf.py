"""Linear-chain conditional random field over BILUO tags, with partial labels.

Pure functions on arrays. The model is Lafferty, McCallum & Pereira (2001), "Conditional random
fields"; training on partially labelled sequences follows Tsuboi et al. (2008), "Training
conditional random fields using incomplete annotations": the likelihood is that of all tag
sequences that agree with what is annotated, so that a corpus of diseases says nothing of doses.

Shapes: B sequences, T steps (padded), K tags. Emissions are log-potentials.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Bools = NDArray[np.bool_]
Lengths = NDArray[np.int64]

OUTSIDE = 0
_TINY = np.float32(1e-30)


class Chain(NamedTuple):
    """Transition log-potentials: `pairs[i, j]` from tag i to j, and those of both ends."""

    pairs: Floats
    start: Floats
    end: Floats


class Posterior(NamedTuple):
    """Result of the forward-backward pass over one padded batch."""

    log_z: Floats
    """(B,) log partition."""
    psi: Floats
    """(B, T, K) potentials of the tags at each step, zero where not allowed."""
    alpha: Floats
    """(B, T, K) scaled forward potentials, each row summing to one."""
    beta: Floats
    """(B, T, K) scaled backward potentials: alpha * beta sums to one at each step."""
    scale: Floats
    """(B, T) normalisers of alpha."""


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


def pad(sequences: Sequence[Floats], *, fill: float = 0.0) -> tuple[Floats, Lengths]:
    """Stack sequences of (length, K) to (B, T, K); also return their lengths."""
    lengths = np.asarray([len(item) for item in sequences], dtype=np.int64)
    shape = (len(sequences), int(lengths.max()), sequences[0].shape[1])
    out = np.full(shape, fill, dtype=np.float32)
    for row, item in enumerate(sequences):
        out[row, : len(item)] = item
    return out, lengths


def forward_backward(
    emissions: Floats, lengths: Lengths, chain: Chain, *, allowed: Floats | None = None
) -> Posterior:
    """Sum over all tag sequences, or over those that `allowed` (B, T, K; 0 or 1) permits.

    Past the end of a sequence alpha and beta are carried on unchanged. The arrays have the
    type of `emissions`.
    """
    n_batch, n_steps, _ = emissions.shape
    top = emissions.max(axis=2, keepdims=True)
    psi = np.exp(emissions - top)
    if allowed is not None:
        psi *= allowed
    inside = np.arange(n_steps)[None, :] < lengths[:, None]
    pairs, first, last = np.exp(chain.pairs), np.exp(chain.start), np.exp(chain.end)

    alpha, beta = np.empty_like(psi), np.empty_like(psi)
    scale = np.ones((n_batch, n_steps), dtype=emissions.dtype)
    state = first[None, :] * psi[:, 0]
    for step in range(n_steps):
        if step:
            here = inside[:, step, None]
            state = np.where(here, (state @ pairs) * psi[:, step], state)
        total = np.maximum(state.sum(axis=1), _TINY)
        scale[:, step] = np.where(inside[:, step], total, 1.0)
        state = state / total[:, None]
        alpha[:, step] = state

    ending = np.maximum(state @ last, _TINY)
    log_z = (np.log(scale) + np.where(inside, top[:, :, 0], 0.0)).sum(axis=1) + np.log(ending)

    back = np.broadcast_to(last[None, :], state.shape) / ending[:, None]
    beta[:, -1] = back
    for step in range(n_steps - 1, 0, -1):
        moved = ((psi[:, step] * back) @ pairs.T) / scale[:, step, None]
        back = np.where(inside[:, step, None], moved, back)
        beta[:, step - 1] = back
    return Posterior(log_z, psi, alpha, beta, scale)


def tag_marginals(posterior: Posterior) -> Floats:
    """(B, T, K) probability of each tag at each step."""
    joint = posterior.alpha * posterior.beta
    result: Floats = joint / np.maximum(joint.sum(axis=2, keepdims=True), _TINY)
    return result


def pair_marginals(posterior: Posterior, lengths: Lengths, chain: Chain) -> Floats:
    """(K, K) expected number of each transition, summed over steps and sequences."""
    n_tags = posterior.psi.shape[2]
    inside = np.arange(1, posterior.psi.shape[1])[None, :] < lengths[:, None]
    weight = inside / posterior.scale[:, 1:]
    right = posterior.psi[:, 1:] * posterior.beta[:, 1:] * weight[..., None]
    flow = posterior.alpha[:, :-1].reshape(-1, n_tags).T @ right.reshape(-1, n_tags)
    result: Floats = (flow * np.exp(chain.pairs)).astype(np.float32)
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
    emissions, lengths = pad(sequences)
    permits, _ = pad(agreeing, fill=1.0)
    limits = pad(possible, fill=1.0)[0] if possible else np.ones_like(permits)
    # One pass over possible and agreeing sequences together: the cost is in the number of steps.
    both = forward_backward(
        np.concatenate([emissions, emissions]),
        np.concatenate([lengths, lengths]),
        chain,
        allowed=np.concatenate([limits, permits * limits]),
    )
    n = len(lengths)
    free, bound = (Posterior(*(part[rows] for part in both)) for rows in (slice(n), slice(n, None)))
    difference = tag_marginals(free) - tag_marginals(bound)
    return Gradient(
        float((free.log_z - bound.log_z).sum()),
        [difference[row, :length] for row, length in enumerate(lengths)],
        Chain(
            pair_marginals(free, lengths, chain) - pair_marginals(bound, lengths, chain),
            difference[:, 0].sum(axis=0),
            difference[np.arange(n), lengths - 1].sum(axis=0),
        ),
    )


def best_paths(emissions: Floats, lengths: Lengths, chain: Chain) -> list[NDArray[np.int64]]:
    """The most probable tag sequence of each row (Viterbi 1967).

    Emissions of minus infinity rule tags out.
    """
    n_batch, n_steps, n_tags = emissions.shape
    back = np.zeros((n_batch, n_steps, n_tags), dtype=np.int64)
    score = chain.start[None, :] + emissions[:, 0]
    turned = np.ascontiguousarray(chain.pairs.T)  # (to, from): the maximum runs over memory order
    for step in range(1, n_steps):
        routes = score[:, None, :] + turned[None, :, :]
        best = routes.argmax(axis=2)
        back[:, step] = best
        reached = np.take_along_axis(routes, best[..., None], axis=2)[..., 0] + emissions[:, step]
        score = np.where((step < lengths)[:, None], reached, score)
    tag = (score + chain.end[None, :]).argmax(axis=1)
    return [_follow_back(back[row], int(tag[row]), int(lengths[row])) for row in range(n_batch)]


def _follow_back(back: NDArray[np.int64], tag: int, length: int) -> NDArray[np.int64]:
    path = np.empty(length, dtype=np.int64)
    for step in range(length - 1, -1, -1):
        path[step] = tag
        tag = int(back[step, tag])
    return path


def spans_of_path(path: NDArray[np.int64]) -> list[tuple[int, int, int]]:
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


def span_probability(
    posterior: Posterior, row: int, span: tuple[int, int, int], chain: Chain
) -> float:
    """Posterior probability of exactly this span, (start, end, label), in sequence `row`."""
    start, end, label = span
    tags = path_of_span(end - start, label)
    value = float(posterior.alpha[row, start, tags[0]])
    for offset, (before, after) in enumerate(pairwise(tags), start=1):
        step = start + offset
        moved = float(np.exp(chain.pairs[before, after]) * posterior.psi[row, step, after])
        value *= moved / float(posterior.scale[row, step])
    return min(value * float(posterior.beta[row, end - 1, tags[-1]]), 1.0)


def path_of_span(length: int, label: int) -> list[int]:
    """The tags of a span of `length` steps with label index `label`."""
    begin, inside, last, unit = (4 * label + offset for offset in (1, 2, 3, 4))
    return [unit] if length == 1 else [begin, *[inside] * (length - 2), last]
