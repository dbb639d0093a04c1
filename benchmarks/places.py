"""The places of a text where a labelled number or schedule may stand, with all that describes them.

A place is a number ("41.5" and "12.2" of "41.5±12.2" are two), or a schedule without one. It offers
several extents: the bare number, the number with its unit, the whole expression of the grammar,
a schedule, and what a trained tagger found there. A classifier chooses the label of a place
(benchmarks/typing_places.py), and the train part tells which extent a label takes.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from benchmarks.retraining import read_found
from cellstudy.labels import EXT_QUANTITIES, EXT_SCHEDULES, EXT_SECTIONS, NUMERIC_LABELS
from cellstudy.schema import GoldSpan
from cellstudy.tag.amounts import read_unit
from cellstudy.tag.measures import begin_measure
from cellstudy.tag.number_features import Candidate, Words
from cellstudy.tag.numbers import Number, find_numbers

Extents = dict[str, tuple[int, int]]


class Place(NamedTuple):
    """A candidate with the extents that a span there may have, by their names."""

    candidate: Candidate
    extents: Extents


class View(NamedTuple):
    """A text with its tokens, its places, and what a tagger found in it."""

    text: str
    words: Words
    places: tuple[Place, ...]
    tagged: tuple[GoldSpan, ...]
    known: tuple[GoldSpan, ...]
    """What the shipped recogniser found."""


def make_views(
    nlp: Language, texts: Sequence[str], *, tagged: Sequence[Sequence[GoldSpan]]
) -> list[View]:
    """View texts through the shipped pipeline; `tagged` are the spans of a tagger in each text."""
    docs = nlp.pipe(texts, batch_size=16)
    return [
        View(doc.text, read_words(doc), find_places(doc, spans), tuple(spans), _read_known(doc))
        for doc, spans in zip(docs, tagged, strict=True)
    ]


def _read_known(doc: Doc) -> tuple[GoldSpan, ...]:
    return tuple(span for span in read_found(doc) if span.label in NUMERIC_LABELS)


def read_words(doc: Doc) -> Words:
    """Tokens with the indices of their sentences and the labels of their sections."""
    sentences = [i for i, sent in enumerate(doc.sents) for _ in sent]
    sections = [""] * len(doc)
    for section in doc._.get(EXT_SECTIONS):
        span = doc.char_span(section["start"], section["end"], alignment_mode="expand")
        if span is not None:
            sections[span.start : span.end] = [section["label"] or ""] * len(span)
    return Words(
        [token.text for token in doc],
        [token.idx for token in doc],
        sentences,
        sections,
        [""] * len(doc),
    )


def find_places(doc: Doc, tagged: Sequence[GoldSpan]) -> tuple[Place, ...]:
    """Every number of a Doc, and every schedule or tagged span without a number, by start."""
    text = doc.text
    quantities, schedules = doc._.get(EXT_QUANTITIES), doc._.get(EXT_SCHEDULES)
    numbers = find_numbers(text)
    places = [_place(text, number, quantities, schedules, tagged) for number in numbers]
    taken = [place.extents["schedule"] for place in places if "schedule" in place.extents]
    for item in schedules:
        start, end = item["start"], item["end"]
        if (start, end) not in taken:
            candidate = Candidate(start, end, "schedule", 0.0, 0.0)
            extents = {"bare": (start, end), "schedule": (start, end)}
            places.append(Place(candidate, _add_tagged(extents, tagged)))
    covered = [place.candidate for place in places]
    for span in tagged:
        if all(span.end <= c.start or c.end <= span.start for c in covered):
            candidate = Candidate(span.start, span.end, "tagged", 0.0, 0.0)
            extents = {"bare": (span.start, span.end), "tagged": (span.start, span.end)}
            places.append(Place(candidate, extents))
    return tuple(sorted(places, key=lambda place: place.candidate[:2]))


def _place(
    text: str,
    number: Number,
    quantities: Sequence[dict[str, Any]],
    schedules: Sequence[dict[str, Any]],
    tagged: Sequence[GoldSpan],
) -> Place:
    extents: Extents = {"bare": (number.start, number.end)}
    measure = begin_measure(number)
    read_unit(text, measure)
    if measure.end > number.end:
        extents["unit"] = (number.start, measure.end)
    around = _find_around(quantities, number)
    kind, unit, per = "none", "", ""
    if around is not None:
        n_before = len(find_numbers(text[around["start"] : number.start]))
        kind = f"{around['kind']}:{n_before}:{around['dispersion_kind'] or ''}"
        unit, per = around["unit"] or "", around["per"] or ""
        if n_before == 0:
            extents["quantity"] = (around["start"], around["end"])
    schedule = _find_around(schedules, number)
    if schedule is not None:
        kind += "+schedule"
        extents["schedule"] = (schedule["start"], schedule["end"])
    candidate = Candidate(number.start, number.end, kind, number.value, number.value, unit, per)
    return Place(candidate, _add_tagged(extents, tagged))


def _find_around(items: Sequence[dict[str, Any]], number: Number) -> dict[str, Any] | None:
    return next(
        (item for item in items if item["start"] <= number.start and number.end <= item["end"]),
        None,
    )


def _add_tagged(extents: Extents, tagged: Sequence[GoldSpan]) -> Extents:
    start, end = extents["bare"]
    found = next((span for span in tagged if span.start < end and start < span.end), None)
    return extents if found is None else {**extents, "tagged": (found.start, found.end)}


def label_places(view: View, gold: Sequence[GoldSpan], none: str) -> list[str]:
    """The gold label of each place: that of the span that it begins or is the first place in."""
    labels = [none] * len(view.places)
    for span in gold:
        inside = [
            i
            for i, place in enumerate(view.places)
            if place.candidate.start < span.end and span.start < place.candidate.end
        ]
        if inside:
            labels[inside[0]] = span.label
    return labels


def token_places(view: View) -> np.ndarray:
    """The token at which each place begins."""
    starts = [place.candidate.start for place in view.places]
    return np.maximum(np.searchsorted(view.words.starts, starts, side="right") - 1, 0)
