"""Features of places: columns for the linear first pass, dense rows for the second."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.places import View, token_places
from cellstudy.schema import GoldSpan
from cellstudy.tag.number_features import Columns, describe, name_ids
from cellstudy.terms import read_rows

Floats = NDArray[np.floating[Any]]

NEIGHBOURS = (-2, -1, 1, 2)
GENERAL_ARMS: Mapping[str, str] = {
    "control": "control",
    "controls": "control",
    "placebo": "control",
    "usual": "control",
    "sham": "control",
    "comparison": "control",
    "standard": "control",
    "intervention": "intervention",
    "experimental": "intervention",
}
"""Words that name an arm in any text, where no tagger says otherwise."""

_LONG_ENOUGH = 3


def name_columns(view: View, arms: Sequence[str]) -> Columns:
    """Columns of the places of a view: those of numbers, and what taggers say of them.

    `arms` are the labels of the tagger that name arms.
    """
    marks = mark_arms(view, arms)
    candidates = [place.candidate for place in view.places]
    columns = describe(view.words._replace(marks=marks), candidates, view.text)
    if not candidates:
        return columns
    places = token_places(view)
    tags = [_tag_at(view.tagged, c.start, arms) for c in candidates]
    known = [_tag_at(view.known, c.start, ()) for c in candidates]
    labels = [label for label, _ in tags]
    columns["tag"] = name_ids(labels)
    columns["tag_sure"] = name_ids([f"{label}{int(5 * sure)}" for label, sure in tags])
    columns["tag_before"] = name_ids(["", *labels[:-1]])
    columns["tag_after"] = name_ids([*labels[1:], ""])
    columns["known"] = name_ids([label for label, _ in known])
    columns["known_sure"] = name_ids([f"{label}{int(5 * sure)}" for label, sure in known])
    order = _order_of_arms(view, marks)
    columns["order"] = name_ids([order.get(view.words.sentences[i], "") for i in places])
    columns["extents"] = name_ids([" ".join(place.extents) for place in view.places])
    return columns


def _tag_at(spans: Sequence[GoldSpan], start: int, left_out: Sequence[str]) -> tuple[str, float]:
    return next(
        (
            (span.label, span.confidence or 0.0)
            for span in spans
            if span.start <= start < span.end and span.label not in left_out
        ),
        ("none", 0.0),
    )


def mark_arms(view: View, arms: Sequence[str]) -> list[str]:
    """The arm that each word names ("" for none): the words of tagged arms, wherever they stand."""
    words, marks = view.words, [""] * len(view.words.texts)
    if not arms:
        return marks
    weights: list[dict[str, float]] = [{} for _ in arms]
    generic = _read_generic()
    for span in view.tagged:
        if span.label in arms:
            first, last = np.searchsorted(words.starts, [span.start, span.end])
            for text in words.texts[first:last]:
                word = text.lower()
                if len(word) >= _LONG_ENOUGH and word[0].isalpha() and word not in generic:
                    known = weights[arms.index(span.label)]
                    known[word] = known.get(word, 0.0) + (span.confidence or 0.0)
    for i, text in enumerate(words.texts):
        word = text.lower()
        shares = [known.get(word, 0.0) for known in weights]
        best = int(np.argmax(shares))
        if word in GENERAL_ARMS:
            marks[i] = GENERAL_ARMS[word]
        elif shares[best] > 0.6 * sum(shares):
            marks[i] = arms[best]
    return marks


def _read_generic() -> frozenset[str]:
    """Words that name no arm by themselves."""
    words = {word for word, _ in read_rows("assembly/arm_words.tsv")}
    return frozenset(words | {word for word, _ in read_rows("patterns/count_words.tsv")})


def _order_of_arms(view: View, marks: Sequence[str]) -> dict[int, str]:
    """The sequence in which each sentence names arms, and whether it says "respectively"."""
    found: dict[int, list[str]] = {}
    for word, mark, sentence in zip(view.words.texts, marks, view.words.sentences, strict=True):
        name = "respectively" if word.lower() == "respectively" else mark
        sequence = found.setdefault(sentence, [])
        if name and (not sequence or sequence[-1] != name) and len(sequence) < 5:
            sequence.append(name)
    return {sentence: " ".join(sequence) for sentence, sequence in found.items()}


def join_dense(view: View, first: Floats) -> Floats:
    """Rows of the second pass: the first pass of a place and of its neighbours, and sums."""
    n, n_labels = first.shape
    tokens = token_places(view)
    sentences = np.asarray(view.words.sentences)[tokens]
    values = np.asarray([place.candidate.low for place in view.places])
    parts: list[Floats] = [first]
    for step in NEIGHBOURS:
        beside, distance = np.zeros((n, n_labels)), np.full((n, 1), 99.0)
        source = np.arange(n) + step
        inside = (source >= 0) & (source < n)
        inside[inside] = sentences[source[inside]] == sentences[inside]
        beside[inside] = first[source[inside]]
        distance[inside, 0] = np.abs(tokens[source[inside]] - tokens[inside])
        parts += [beside, distance]
    parts += [_compare_within(first), _sum_sentences(first, sentences)]
    parts += [_add_up(values, first), _place_numbers(values, sentences)]
    return np.concatenate(parts, axis=1).astype(np.float32)


def _compare_within(first: Floats) -> Floats:
    """For each label: rank in the text, and the best before and after."""
    n = len(first)
    ranks = np.argsort(np.argsort(-first, axis=0), axis=0)
    best = np.maximum.accumulate(first, axis=0)
    before = np.concatenate([np.zeros((1, first.shape[1])), best[:-1]])
    later = np.maximum.accumulate(first[::-1], axis=0)[::-1]
    after = np.concatenate([later[1:], np.zeros((1, first.shape[1]))])
    return np.concatenate([np.minimum(ranks, n), before, after], axis=1)


def _sum_sentences(first: Floats, sentences: NDArray[np.int64]) -> Floats:
    sums = np.zeros_like(first)
    for sentence in np.unique(sentences):
        inside = sentences == sentence
        sums[inside] = first[inside].sum(axis=0) - first[inside]
    return sums


def _add_up(values: Floats, first: Floats) -> Floats:
    """How sure it is that a number is the sum of two near counts, or one of two that add up."""
    n = len(values)
    count = 1.0 - first[:, 0]
    found = np.zeros((n, 3))
    whole = (values >= 3) & (values == np.floor(values))
    for i in np.flatnonzero(whole & (count > 0.05)):
        for j in range(i + 1, min(i + 6, n)):
            if not whole[j] or count[j] <= 0.05:
                continue
            total = values[i] + values[j]
            for k in np.flatnonzero(values == total):
                sure = min(count[i], count[j])
                found[k, 0] = max(found[k, 0], sure)
                found[[i, j], 1] = np.maximum(found[[i, j], 1], min(sure, count[k]))
    for i in np.flatnonzero(whole):
        same = values == values[i]
        found[i, 2] = same.sum()
    return found


def _place_numbers(values: Floats, sentences: NDArray[np.int64]) -> Floats:
    n = len(values)
    first_of = np.asarray([int(np.argmax(sentences == s)) for s in sentences])
    return np.stack(
        [
            np.log1p(np.abs(values)),
            values == np.floor(values),
            sentences,
            sentences / max(int(sentences.max()), 1),
            np.arange(n),
            np.arange(n) - first_of,
            np.asarray([(sentences == s).sum() for s in sentences]),
        ],
        axis=1,
    )
