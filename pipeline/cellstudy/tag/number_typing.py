"""The trained typing of numbers: which label each candidate of the grammars has, and how surely.

Reads the quantities and schedules of a Doc and what the recogniser found. The classifier's
probabilities and those of the recogniser are pooled (a weighted geometric mean); the result
replaces the numeric spans of the group `recognised`, and all candidates go, with their label,
confidence and (sample sizes) role, to `doc._.number_types`. A typer that was not fitted leaves
the recogniser's spans as they are.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from spacy.language import Language
from spacy.symbols import IDX, ORTH, SENT_START
from spacy.tokens import Doc
from spacy.training import Example

from cellstudy.errors import ModelError
from cellstudy.labels import (
    EXT_NUMBER_TYPES,
    EXT_QUANTITIES,
    EXT_SECTIONS,
    LEXICON,
    MENTIONS,
    RECOGNISED,
)
from cellstudy.tag.constraints import find_candidates
from cellstudy.tag.extensions import get_spans, read_text, register_extensions, set_spans
from cellstudy.tag.linear import Floats, LinearModel
from cellstudy.tag.number_features import (
    Candidate,
    Columns,
    Ids,
    Words,
    describe,
    hash_features,
    read_templates,
)
from cellstudy.tag.number_pool import (
    TYPED,
    Typed,
    choose_labels,
    list_types,
    permit_labels,
    replace_numbers,
    spread_recognised,
    take_recognised,
)
from cellstudy.tag.number_stack import NONE, Stack, fit_roles, fit_stack
from cellstudy.tag.recogniser import ANNOTATED
from cellstudy.tag.sample_roles import CROSSED, UNTRAINED_CONFIDENCE, find_role, hash_roles

ROLES_GROUP: Final = "sample_size_roles"
"""Span group of a reference with the roles of its sample sizes, as labels."""

_FILE: Final = "weights"
_LEAST: Final = 1e-4


@Language.factory(
    "cellstudy_number_typer",
    requires=["doc.spans", f"doc._.{EXT_QUANTITIES}"],
    assigns=["doc.spans", f"doc._.{EXT_NUMBER_TYPES}"],
    default_config={"weight": 0.6},
)
def create_number_typer(nlp: Language, name: str, weight: float) -> "NumberTyper":  # noqa: ARG001
    """Create the component; `weight` is that of the recogniser, from 0 to 1."""
    register_extensions()
    return NumberTyper(name, weight=weight)


class NumberTyper:
    """Component: types every candidate number of a Doc."""

    def __init__(self, name: str = "cellstudy_number_typer", *, weight: float = 0.6) -> None:
        self.name = name
        self.weight = weight
        self.types: Stack | None = None
        self.roles: LinearModel | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Type the candidates of one Doc."""
        items = find_typed(doc)
        if not items:
            return doc
        text = read_text(doc)
        columns = describe(read_words(doc), [item.candidate for item in items], text)
        base = hash_features(columns, read_templates())
        recognised = get_spans(doc, RECOGNISED)
        if self.types is None:
            chosen = take_recognised(items, recognised)
        else:
            labels = self.types.second.labels
            theirs = spread_recognised(items, recognised, labels)
            pooled = self.pool(self.types.predict(columns, base), theirs)
            chosen = choose_labels(items, pooled * permit_labels(items, labels), labels)
            set_spans(doc, RECOGNISED, replace_numbers(recognised, items, chosen))
        sizes = [i for i, (label, _) in enumerate(chosen) if label == "SAMPLE_SIZE"]
        rules = [find_role(text, *items[i].candidate[:2]) for i in sizes]
        kept = {name: columns[name][sizes] for name in CROSSED}
        roles = dict(zip(sizes, self.choose_roles(kept, base[sizes], rules), strict=True))
        doc._.set(EXT_NUMBER_TYPES, list_types(items, chosen, roles))
        return doc

    def pool(self, own: Floats, theirs: Floats) -> Floats:
        """The weighted geometric mean of two distributions, not normalised."""
        scores = (1 - self.weight) * np.log(own + _LEAST) + self.weight * np.log(theirs + _LEAST)
        return np.asarray(np.exp(scores))

    def choose_roles(
        self, columns: Columns, base: Ids, rules: Sequence[str]
    ) -> list[tuple[str, float]]:
        """The role of each sample size with its probability; `rules` are those of the wording."""
        if self.roles is None or not rules:
            return [(role or "total", UNTRAINED_CONFIDENCE if role else 0.5) for role in rules]
        sure = self.roles.predict(hash_roles(columns, base, rules))
        best = sure.argmax(axis=1)
        return [(self.roles.labels[i], float(row[i])) for i, row in zip(best, sure, strict=True)]

    def initialize(
        self,
        get_examples: Callable[[], Iterable[Example]],
        *,
        nlp: Language | None = None,
    ) -> None:
        """Fit to examples: types to those that annotate all numbers, roles to those that have any.

        With `nlp`, the components before this one are run on the predicted Docs first.
        """
        texts: list[Columns] = []
        targets: list[list[str]] = []
        roles: list[tuple[Ids, list[str]]] = []
        for example in get_examples():
            doc = self.prepare(example.predicted, nlp)
            candidates = [item.candidate for item in find_typed(doc)]
            columns = describe(read_words(doc), candidates, doc.text)
            if not columns:
                continue
            if set(TYPED) <= set(example.reference.user_data.get(ANNOTATED, TYPED)):
                texts.append(columns)
                targets.append(_read_labels(example.reference, MENTIONS, candidates))
            if ROLES_GROUP in example.reference.spans:
                labels = _read_labels(example.reference, ROLES_GROUP, candidates)
                roles.append(describe_roles(doc.text, candidates, columns, labels))
        if texts:
            self.types, _ = fit_stack(texts, targets, TYPED)
        self.roles = fit_roles(roles) if any(labels for _, labels in roles) else None

    def prepare(self, doc: Doc, nlp: Language | None) -> Doc:
        """Run the components before this one that need no training."""
        for _, component in nlp.pipeline if nlp is not None else ():
            if component is self:
                break
            if not hasattr(component, "update"):
                doc = component(doc)
        return doc

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:  # noqa: ARG002 - spaCy's signature
        """The fitted weights; empty without any."""
        models: dict[str, LinearModel | None] = {"roles": self.roles}
        if self.types is not None:
            models |= {"first": self.types.first, "second": self.types.second}
        parts = {name: model.to_bytes() for name, model in models.items() if model is not None}
        return msgspec.msgpack.encode(parts)

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> "NumberTyper":  # noqa: ARG002
        """Restore the fitted weights. Raises ModelError if they are unreadable."""
        try:
            parts = msgspec.msgpack.decode(data, type=dict[str, bytes])
        except msgspec.MsgspecError as error:
            raise ModelError(f"number typer: unreadable weights ({error})") from error
        models = {name: LinearModel.from_bytes(part) for name, part in parts.items()}
        both = "first" in models and "second" in models
        self.types = Stack(models["first"], models["second"]) if both else None
        self.roles = models.get("roles")
        return self

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:  # noqa: ARG002
        """Write the fitted weights to a folder."""
        Path(path).mkdir(parents=True, exist_ok=True)
        (Path(path) / _FILE).write_bytes(self.to_bytes())

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> "NumberTyper":  # noqa: ARG002
        """Read the fitted weights from a folder."""
        return self.from_bytes((Path(path) / _FILE).read_bytes())


def find_typed(doc: Doc) -> list[Typed]:
    """The candidates of a Doc by start, with the labels that the grammars permit."""
    items = [Typed(_make(kind, item), labels) for item, kind, labels in find_candidates(doc)]
    return sorted(items, key=lambda item: item.candidate[:2])


def _make(kind: str, item: dict[str, Any]) -> Candidate:
    if kind == "schedule":
        return Candidate(item["start"], item["end"], kind, 0.0, 0.0, item["kind"])
    named = (item["unit"] or "", item["per"] or "", item["bound"] or "")
    return Candidate(item["start"], item["end"], kind, item["low"], item["high"], *named)


def read_words(doc: Doc) -> Words:
    """The tokens of a Doc with sentences and sections; gazetteer hits are its marks."""
    table = doc.to_array([ORTH, IDX, SENT_START])
    strings = doc.vocab.strings
    starts = table[:, 1].astype(np.int64)
    sections, marks = [""] * len(doc), [""] * len(doc)
    for section in doc._.get(EXT_SECTIONS):
        first, last = np.searchsorted(starts, [section["start"], section["end"]]).tolist()
        sections[first:last] = [section["label"] or ""] * (last - first)
    for span in doc.spans.get(LEXICON, ()):
        marks[span.start : span.end] = [span.label_] * len(span)
    begins = table[:, 2] == 1
    begins[0] = False
    texts = [strings[orth] for orth in table[:, 0].tolist()]
    return Words(texts, starts.tolist(), np.cumsum(begins).tolist(), sections, marks)


def describe_roles(
    text: str, candidates: Sequence[Candidate], columns: Columns, labels: Sequence[str]
) -> tuple[Ids, list[str]]:
    """The features and the role of each candidate that has one."""
    kept = [i for i, label in enumerate(labels) if label != NONE]
    chosen = {name: column[kept] for name, column in columns.items()}
    rules = [find_role(text, *candidates[i][:2]) for i in kept]
    base = hash_features(chosen, read_templates())
    return hash_roles(chosen, base, rules), [labels[i] for i in kept]


def _read_labels(reference: Doc, group: str, candidates: Sequence[Candidate]) -> list[str]:
    spans = {(s.start_char, s.end_char): s.label_ for s in reference.spans.get(group, ())}
    labels = [spans.get((c.start, c.end), NONE) for c in candidates]
    return [label if label in TYPED or group != MENTIONS else NONE for label in labels]
