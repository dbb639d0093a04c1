"""Neural layers: token embedding with grammar and gazetteer features, and the tag scorer."""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from spacy.ml.featureextractor import FeatureExtractor
from spacy.tokens import Doc
from spacy.util import registry
from thinc.api import (
    HashEmbed,
    Linear,
    Maxout,
    Model,
    NumpyOps,
    chain,
    concatenate,
    glorot_uniform_init,
    list2ragged,
    ragged2list,
    with_array,
    zero_init,
)
from thinc.layers.maxout import forward as train_maxout
from thinc.types import Floats2d, Ints2d, Ragged

from cellstudy.labels import EXT_CONVENTION

COLUMN_OFFSET = 7919
"""Hash offset between the feature columns, so that equal labels of two groups differ."""


KNOWN_WORDS = 100_000
"""Words whose vectors are kept at most, about 40 MB."""


@registry.architectures("cellstudy.FeatureHashEmbed.v1")
def build_feature_embed(
    width: int,
    attrs: list[str],
    rows: list[int],
    groups: list[str],
    group_rows: int,
    group_width: int,
    include_static_vectors: bool,
    word_dropout: float,
    include_convention: bool = False,
) -> Model[list[Doc], list[Floats2d]]:
    """Embed tokens by hashed attributes, static vectors, and the span groups that cover them.

    `groups` names span groups of earlier components; each gives a token one feature: the label
    of the span that covers it, and whether it is its first token. With `include_convention` every
    token also has the annotation convention of its Doc, so that corpora which mark the same label
    by other rules share a network but not their rules (treebank embeddings: Stymne et al. 2018,
    "Parser training with heterogeneous treebanks"). In training, a share
    `word_dropout` of the tokens loses its word and keeps only these features, so that the model
    learns to trust the gazetteer and the grammars on words that it never saw.
    Output: (n_tokens, width) a Doc.
    """
    seeds = iter(range(10_000))
    by_attr: list[Model[Any, Any]] = [
        HashEmbed(width, n_rows, column=i, seed=next(seeds), dropout=0.0)
        for i, n_rows in enumerate(rows)
    ]
    by_group: list[Model[Any, Any]] = [
        HashEmbed(group_width, group_rows, column=i, seed=next(seeds), dropout=0.0)
        for i in range(len(groups) + include_convention)
    ]
    words: list[Model[Any, Any]] = [
        chain(FeatureExtractor(cast(Any, attrs)), list2ragged(), with_array(concatenate(*by_attr)))
    ]
    size = width * len(attrs)
    if include_static_vectors:
        words.append(embed_vectors(width))
        size += width
    drop: Model[Any, Any] = with_array(drop_rows(word_dropout))
    parts: list[Model[Any, Any]] = [chain(_concatenated(words), drop)]
    if by_group:
        features: Model[Any, Any] = extract_features(groups, include_convention)
        parts.append(chain(features, list2ragged(), with_array(_concatenated(by_group))))
        size += group_width * len(by_group)
    mixer: Model[Any, Any] = Maxout(nO=width, nI=size, nP=3, dropout=0.0, normalize=True)
    return cast(
        "Model[list[Doc], list[Floats2d]]",
        chain(_concatenated(parts), with_array(mixer), ragged2list()),
    )


def _concatenated(layers: list[Model[Any, Any]]) -> Model[Any, Any]:
    return layers[0] if len(layers) == 1 else concatenate(*layers)


def embed_vectors(width: int) -> Model[list[Doc], Ragged]:
    """Layer that projects the static vectors of the tokens, each word looked up once.

    As spaCy's StaticVectors, but floret vectors are sums over the n-grams of a word, and most words
    of an abstract were met before: they are kept.
    """
    known: dict[int, Any] = {}

    def forward(
        model: Model[Any, Any],
        docs: list[Doc],
        is_train: bool,  # noqa: ARG001 - thinc's signature
    ) -> tuple[Ragged, Callable[[Ragged], list[Doc]]]:
        keys = np.concatenate([doc.to_array(["LOWER"]) for doc in docs])
        words, place = np.unique(keys, return_inverse=True)
        table = _look_up(docs[0].vocab.vectors, words, known)
        weights: Any = model.get_param("W")
        lengths = model.ops.asarray1i([len(doc) for doc in docs])
        projected: Any = model.ops.gemm(table, weights, trans2=True)

        def backprop(d_output: Ragged) -> list[Doc]:
            d_words: Any = d_output.dataXd
            model.inc_grad("W", model.ops.gemm(d_words, table[place], trans1=True))
            return []

        return Ragged(projected[place], lengths), backprop

    dims = {"nO": width, "nM": None}
    return Model("embed_vectors", forward, init=_init_vectors, dims=dims, params={"W": None})


def _look_up(vectors: Any, words: Any, known: dict[int, Any]) -> Any:
    """(n_words, size) vectors; `known` is filled, and emptied when it gets large."""
    if len(known) > KNOWN_WORDS:
        known.clear()
    new = [word for word in words.tolist() if word not in known]
    known.update(zip(new, vectors.get_batch(new), strict=True) if new else ())
    return np.stack([known[word] for word in words.tolist()])


def _init_vectors(model: Model[Any, Any], X: Any = None, Y: Any = None) -> None:  # noqa: ARG001, N803
    model.set_dim("nM", X[0].vocab.vectors.shape[1])
    shape = (model.get_dim("nO"), model.get_dim("nM"))
    model.set_param("W", glorot_uniform_init(model.ops, shape))


def drop_rows(rate: float) -> Model[Floats2d, Floats2d]:
    """Layer that sets a share `rate` of the rows to zero while training."""
    return Model("drop_rows", _forward_drop, attrs={"rate": rate})


def _forward_drop(
    model: Model[Any, Any], rows: Floats2d, is_train: bool
) -> tuple[Floats2d, Callable[[Floats2d], Floats2d]]:
    rate: float = model.attrs["rate"]
    if not is_train or rate <= 0:
        return rows, lambda d_rows: d_rows
    kept = np.random.uniform(0.0, 1.0, (rows.shape[0], 1)) >= rate  # spaCy seeds this
    mask: Any = model.ops.xp.asarray(kept, dtype="f")
    return rows * mask, lambda d_rows: d_rows * mask


def extract_features(groups: list[str], convention: bool) -> Model[list[Doc], list[Ints2d]]:
    """Layer from Docs to (n_tokens, n_features) ids of covering spans and of the convention.

    An id is zero where no span of the group covers the token.
    """
    attrs = {"groups": groups, "convention": convention}
    return Model("extract_features", _forward_features, attrs=attrs)


def _forward_features(
    model: Model[Any, Any],
    docs: list[Doc],
    is_train: bool,  # noqa: ARG001 - thinc's signature
) -> tuple[list[Ints2d], Callable[[Any], list[Doc]]]:
    groups, convention = model.attrs["groups"], model.attrs["convention"]
    return [_features(doc, groups, convention) for doc in docs], lambda _: []


def _features(doc: Doc, groups: list[str], convention: bool) -> Ints2d:
    features = np.zeros((len(doc), len(groups) + convention), dtype="uint64")
    for column, key in enumerate(groups):
        for span in doc.spans.get(key, ()):
            code = np.uint64((span.label >> 3) + COLUMN_OFFSET * column)
            features[span.start : span.end, column] = code + np.uint64(1)
            features[span.start, column] = code
    if convention:
        features[:, -1] = doc.vocab.strings.as_int(doc._.get(EXT_CONVENTION))
    return cast(Ints2d, features)


@registry.architectures("cellstudy.ChainScorer.v1")
def build_chain_scorer(
    tok2vec: Model[list[Doc], list[Floats2d]], n_tags: int | None = None
) -> Model[list[Doc], list[Floats2d]]:
    """Score tags for each token; the layer `chain` holds the transition potentials.

    Output: (n_tokens, n_tags) log-potentials a Doc.
    """
    width = tok2vec.get_dim("nO") if tok2vec.has_dim("nO") else None
    scorer: Model[Floats2d, Floats2d] = Linear(nO=n_tags, nI=width, init_W=zero_init)
    transitions: Model[Any, Any] = Model(
        "chain",
        _forward_chain,
        init=_init_chain,
        dims={"nO": n_tags},
        params={"pairs": None, "start": None, "end": None},
    )
    model: Model[Any, Any] = chain(tok2vec, with_array(scorer), transitions)
    model.set_ref("tok2vec", tok2vec)
    model.set_ref("scorer", scorer)
    model.set_ref("chain", transitions)
    return multiply_with_numpy(model)


def multiply_with_numpy(model: Model[Any, Any]) -> Model[Any, Any]:
    """Let all layers multiply matrices with numpy's BLAS: 2.7 times as fast as thinc's own."""
    for node in model.walk():
        if isinstance(node.ops, NumpyOps):
            node.ops = NumpyOps(use_blis=False)
        if node.name == "maxout":
            node._func = _forward_maxout
    return model


def _forward_maxout(
    model: Model[Any, Any], rows: Floats2d, is_train: bool
) -> tuple[Floats2d, Callable[[Floats2d], Floats2d]]:
    """As thinc's, with the same bits, but a prediction does not ask which piece won."""
    if is_train:
        return train_maxout(model, rows, is_train)
    n_out, n_pieces = model.get_dim("nO"), model.get_dim("nP")
    weights, bias = (np.asarray(model.get_param(name)) for name in ("W", "b"))
    pieces = np.asarray(rows) @ weights.reshape(n_out * n_pieces, -1).T
    pieces += bias.reshape(-1)
    pieces = pieces.reshape(len(pieces), n_out, n_pieces)
    best = pieces[:, :, 0]
    for index in range(1, n_pieces):
        best = np.maximum(best, pieces[:, :, index])
    return cast(Floats2d, best), lambda d_rows: d_rows


def _forward_chain(
    model: Model[Any, Any],  # noqa: ARG001 - thinc's signature
    scores: list[Floats2d],
    is_train: bool,  # noqa: ARG001
) -> tuple[list[Floats2d], Callable[[list[Floats2d]], list[Floats2d]]]:
    """Pass emissions on; the parameters of this layer are used by the loss and the decoder."""
    return scores, lambda d_scores: d_scores


def _init_chain(model: Model[Any, Any], X: Any = None, Y: Any = None) -> None:  # noqa: ARG001, N803
    n_tags = model.get_dim("nO")
    model.set_param("pairs", model.ops.alloc2f(n_tags, n_tags))
    model.set_param("start", model.ops.alloc1f(n_tags))
    model.set_param("end", model.ops.alloc1f(n_tags))
