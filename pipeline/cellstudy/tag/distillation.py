"""Learning from the posterior of teachers instead of from annotated spans.

Several networks together are right more often than one, and too slow to ship. Their averaged
posterior on unlabelled texts teaches one network (Hinton, Vinyals & Dean 2015, "Distilling the
knowledge in a neural network"; for the tag marginals of a random field: Wang et al. 2020,
"Structure-level knowledge distillation for multilingual sequence labeling").
"""

from collections.abc import Sequence

import numpy as np

from cellstudy.tag import crf

TAUGHT = "cellstudy_taught"
"""Key in `Doc.user_data` of a reference: the (n_tokens, n_tags) tag marginals of the teachers."""


def match_marginals(
    sequences: Sequence[crf.Floats],
    chain: crf.Chain,
    *,
    wanted: Sequence[crf.Floats],
    possible: Sequence[crf.Floats] | None = None,
) -> crf.Gradient:
    """Cross entropy of the tag marginals with the `wanted` ones, summed.

    The gradient of the emissions is that of the likelihood of a random field whose marginals are
    the wanted ones; that of the transitions is zero.
    """
    still = crf.Chain(*(np.zeros_like(part) for part in chain))
    if not sequences:
        return crf.Gradient(0.0, [], still)
    if possible is not None:
        sequences = [crf.rule_out(*pair) for pair in zip(sequences, possible, strict=True)]
    loss, gradients = 0.0, []
    marginals = crf.tag_probabilities(sequences, chain)
    for found, target in zip(marginals, wanted, strict=True):
        loss -= float((target * np.log(np.maximum(found, 1e-9))).sum())
        gradients.append((found - target).astype(np.float32))
    return crf.Gradient(loss, gradients, still)
