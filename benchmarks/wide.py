"""A recogniser that sees a whole abstract: dilated convolutions over the shipped encoder.

After Strubell, Verga, Belanger & McCallum (2017), "Fast and accurate entity recognition with
iterated dilated convolutions". Some corpora mark only the first naming of a treatment, or tell
the arm of a number, which a window of four words cannot know. Beside the wide window every token
has two features of the document: where its sentence stands, and whether its word came before.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import registry
from thinc.api import (
    HashEmbed,
    Maxout,
    Model,
    chain,
    concatenate,
    list2ragged,
    ragged2list,
    residual,
    with_array,
)
from thinc.types import Floats2d

from cellstudy.tag.embedding import extract_features

MARKER = "document_marks"
PLACE, SEEN = "place", "seen"
"""Span groups that the component `document_marks` writes."""

TENTHS = 10
SHORTEST = 3
"""Letters of a word that can be told to come again."""

DILATIONS = (2, 4, 8, 16)
_ROWS, _GROUP_WIDTH = 200, 24
_FIRST_SEED = 50
"""Seeds of hashing below are those of the shipped embedding."""


@Language.component(MARKER)
def mark_document(doc: Doc) -> Doc:
    """Write for each sentence its place in the text, for each word whether it came before."""
    sentences = list(doc.sents)
    doc.spans[PLACE] = [
        Span(doc, sentence.start, sentence.end, label=name_place(i, len(sentences)))
        for i, sentence in enumerate(sentences)
    ]
    marks = mark_repeats([token.lower_ for token in doc])
    doc.spans[SEEN] = [Span(doc, i, i + 1, label=mark) for i, mark in enumerate(marks) if mark]
    return doc


def name_place(index: int, n_sentences: int) -> str:
    """First, last, or the tenth of the text that sentence `index` stands in."""
    if index == 0:
        return "place_first"
    if index == n_sentences - 1:
        return "place_last"
    return f"place_{TENTHS * index // n_sentences}"


def mark_repeats(words: Sequence[str]) -> list[str]:
    """For each word `seen` and how often it came before, up to 2; `+` if with a neighbour.

    Short words and what begins with no letter have no mark.
    """
    counts: Counter[str] = Counter()
    pairs: set[tuple[str, str]] = set()
    marks = []
    for i, word in enumerate(words):
        if len(word) < SHORTEST or not word[0].isalpha():
            marks.append("")
            continue
        before, after = tuple(words[i - 1 : i + 1]), tuple(words[i : i + 2])
        marks.append(f"seen{min(counts[word], 2)}" + "+" * (before in pairs or after in pairs))
        counts[word] += 1
        if i > 0:
            pairs.add((words[i - 1], word))
    return marks


@registry.architectures("benchmarks.WideEncoder.v1")
def build_wide_encoder(
    base: Model[list[Doc], list[Floats2d]], width: int, dilations: Sequence[int] = DILATIONS
) -> Model[list[Doc], list[Floats2d]]:
    """Join the encoder `base` with the marks of the document, then widen the window.

    Output: (n_tokens, width) a Doc. The layer `base` can be given trained weights.
    """
    marks = _embed_marks()
    mixer: Model[Any, Any] = Maxout(
        width, base.get_dim("nO") + 2 * _GROUP_WIDTH, nP=3, dropout=0.0, normalize=True
    )
    layers: list[Model[Any, Any]] = [
        residual(
            chain(
                dilated_window(distance),
                cast(Any, Maxout(width, 3 * width, nP=2, dropout=0.0, normalize=True)),
            )
        )
        for distance in dilations
    ]
    encoder: Model[Any, Any] = with_array(chain(*layers), pad=sum(dilations))
    model: Model[Any, Any] = chain(concatenate(base, marks), with_array(mixer), encoder)
    model.set_ref("base", base)
    model.set_dim("nO", width)
    return model


def _embed_marks() -> Model[Any, Any]:
    embeds = [
        HashEmbed(_GROUP_WIDTH, _ROWS, column=column, seed=_FIRST_SEED + column, dropout=0.0)
        for column in range(2)
    ]
    features: Model[Any, Any] = extract_features([PLACE, SEEN], False)
    joined: Model[Any, Any] = concatenate(*embeds)
    return chain(features, list2ragged(), with_array(joined), ragged2list())


def dilated_window(distance: int) -> Model[Floats2d, Floats2d]:
    """Layer that joins each row with the rows `distance` before and after it, zero past the end."""
    return Model("dilated_window", _forward_window, attrs={"distance": distance})


def _forward_window(
    model: Model[Any, Any],
    rows: Any,
    is_train: bool,  # noqa: ARG001 - thinc's signature
) -> tuple[Any, Callable[[Any], Any]]:
    distance: int = model.attrs["distance"]
    n_rows, width = rows.shape
    n_shared = max(n_rows - distance, 0)
    joined = np.zeros((n_rows, 3 * width), dtype=rows.dtype)
    joined[n_rows - n_shared :, :width] = rows[:n_shared]
    joined[:, width : 2 * width] = rows
    joined[:n_shared, 2 * width :] = rows[n_rows - n_shared :]

    def backprop(d_joined: Any) -> Any:
        d_rows = d_joined[:, width : 2 * width].copy()
        d_rows[:n_shared] += d_joined[n_rows - n_shared :, :width]
        d_rows[n_rows - n_shared :] += d_joined[:n_shared, 2 * width :]
        return d_rows

    return joined, backprop
