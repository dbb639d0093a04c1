"""The trained span recogniser: a shared tok2vec, a tag scorer and a conditional random field.

It reads a Doc with its feature span groups (gazetteer, quantities, schedules, rules) and writes the
span group `recognised`, each span with its posterior probability. Corpora that annotate only some
labels train only those (see crf.py).
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from spacy.errors import Errors
from spacy.language import Language
from spacy.pipeline import TrainablePipe
from spacy.tokens import Doc
from spacy.training import Example, validate_examples, validate_get_examples
from spacy.util import registry
from spacy.vocab import Vocab
from thinc.api import Config, Model
from thinc.types import Floats2d

from cellstudy.labels import MENTIONS, RECOGNISED
from cellstudy.tag import crf
from cellstudy.tag.constraints import permit_tags
from cellstudy.tag.distillation import TAUGHT, match_marginals
from cellstudy.tag.extensions import ScoredSpan, register_extensions, set_spans

ANNOTATED = "cellstudy_annotated_labels"
"""Key in `Doc.user_data` of a reference: the labels that its corpus annotates."""

CORPUS = "cellstudy_corpus"
"""Key in `Doc.user_data` of a reference: the name of its corpus."""

DECODED_TOGETHER = 32

Predictions = list[crf.ScoredSpans]
"""For each Doc its spans as (start token, end token, label index, probability)."""

DEFAULT_MODEL = Config().from_str(
    """
[model]
@architectures = "cellstudy.ChainScorer.v1"

[model.tok2vec]
@architectures = "spacy.Tok2Vec.v2"

[model.tok2vec.embed]
@architectures = "cellstudy.FeatureHashEmbed.v1"
width = 96
attrs = ["NORM", "PREFIX", "SUFFIX", "SHAPE"]
rows = [5000, 1000, 2500, 2500]
groups = ["lexicon", "quantities", "schedules", "rules"]
group_rows = 200
group_width = 24
include_static_vectors = false
include_convention = false
word_dropout = 0.0

[model.tok2vec.encode]
@architectures = "spacy.MaxoutWindowEncoder.v2"
width = 96
depth = 4
window_size = 1
maxout_pieces = 3
"""
)["model"]


@Language.factory(
    "cellstudy_recogniser",
    assigns=["doc.spans"],
    default_config={
        "model": DEFAULT_MODEL,
        "limited": False,
        "scorer": {"@scorers": "cellstudy.span_scorer.v1"},
    },
    default_score_weights={"spans_f": 1.0},
)
def create_recogniser(
    nlp: Language, name: str, model: Model[list[Doc], list[Floats2d]], limited: bool, scorer: Any
) -> "Recogniser":
    """Create the component; `limited` keeps numeric labels to what the grammars found."""
    register_extensions()
    return Recogniser(nlp.vocab, model, name=name, limited=limited, scorer=scorer)


class Recogniser(TrainablePipe):
    """Trainable component that finds labelled, flat spans with their probabilities."""

    def __init__(
        self,
        vocab: Vocab,
        model: Model[list[Doc], list[Floats2d]],
        *,
        name: str = "cellstudy_recogniser",
        limited: bool = False,
        scorer: Callable[..., dict[str, Any]] | None = None,
    ) -> None:
        self.vocab = vocab
        self.model = model
        self.name = name
        self.limited = limited
        self.scorer = scorer
        self.cfg: dict[str, Any] = {"labels": []}

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels in tag order."""
        return tuple(self.cfg["labels"])

    @property
    def label_data(self) -> list[str]:
        """What `initialize` needs to restore the labels."""
        return list(self.cfg["labels"])

    def add_label(self, label: str) -> int:
        """Add a label before the model is initialised; returns 0 if it is there already."""
        if label in self.cfg["labels"]:
            return 0
        if self.model.has_dim("nO"):
            raise ValueError(Errors.E922.format(name=self.name, nO=0, n_labels=len(self.labels)))
        self.cfg["labels"].append(label)
        self.vocab.strings.add(label)
        return 1

    def initialize(
        self,
        get_examples: Callable[[], Iterable[Example]],
        *,
        nlp: Language | None = None,  # noqa: ARG002 - spaCy's signature
        labels: list[str] | None = None,
        encoder: str | None = None,
    ) -> None:
        """Set the labels (given, or all that the examples annotate) and size the model.

        `encoder` is a file of weights that the token encoder starts from
        (scripts/pretrain_encoder.py).
        """
        validate_get_examples(get_examples, "Recogniser.initialize")
        examples = list(get_examples())
        found = labels or sorted(
            {span.label_ for eg in examples for span in eg.reference.spans.get(MENTIONS, ())}
        )
        for label in found:
            self.add_label(label)
        n_tags = 4 * len(self.labels) + 1
        self.model.get_ref("scorer").set_dim("nO", n_tags)
        self.model.get_ref("chain").set_dim("nO", n_tags)
        self.model.initialize(X=[eg.reference for eg in examples[:10]])
        if encoder:
            self.model.get_ref("tok2vec").from_bytes(Path(encoder).read_bytes())

    def transitions(self) -> crf.Chain:
        """The learnt transition potentials, impossible ones ruled out."""
        layer = self.model.get_ref("chain")
        return crf.forbid(
            crf.Chain(*(np.asarray(layer.get_param(name)) for name in ("pairs", "start", "end")))
        )

    def predict(self, docs: Iterable[Doc]) -> Predictions:
        """Find the most probable spans of each Doc; an empty Doc has none."""
        batch = list(docs)
        found: Predictions = [[] for _ in batch]
        # The longest first: the decoder is done with a row at its end.
        order = sorted((i for i, doc in enumerate(batch) if len(doc)), key=lambda i: -len(batch[i]))
        for start in range(0, len(order) if self.labels else 0, DECODED_TOGETHER):
            chosen = order[start : start + DECODED_TOGETHER]
            decoded = crf.decode(self._score([batch[i] for i in chosen]), self.transitions())
            for i, spans in zip(chosen, decoded, strict=True):
                found[i] = spans
        return found

    def marginals(self, docs: list[Doc]) -> list[crf.Floats]:
        """(n_tokens, n_tags) probabilities of the tags of each Doc, which must not be empty."""
        return crf.tag_probabilities(self._score(docs), self.transitions())

    def _score(self, docs: list[Doc]) -> list[crf.Floats]:
        """(n_tokens, n_tags) log-potentials of the tags of each Doc."""
        # One Doc at a time through the network (and double precision after it): what is found in
        # a Doc must not depend, by rounding, on the Docs beside it.
        scores: list[crf.Floats] = [np.asarray(self.model.predict([doc])[0]) for doc in docs]
        if not self.limited:
            return scores
        permits = [permit_tags(doc, self.labels) for doc in docs]
        return [crf.rule_out(*pair) for pair in zip(scores, permits, strict=True)]

    def set_annotations(self, docs: Iterable[Doc], scores: Predictions) -> None:
        """Write the span group `recognised`."""
        for doc, spans in zip(docs, scores, strict=True):
            found = [
                ScoredSpan(
                    doc[start].idx,
                    doc[end - 1].idx + len(doc[end - 1]),
                    self.labels[label],
                    probability,
                    "model:recogniser",
                )
                for start, end, label, probability in spans
            ]
            set_spans(doc, RECOGNISED, found)

    def get_loss(
        self, examples: Iterable[Example], scores: list[Floats2d]
    ) -> tuple[float, list[Floats2d]]:
        """Likelihood of annotated spans, or of the teachers' opinion where a text has that.

        Adds the gradients of the transitions, which learn from the annotated texts alone.
        """
        batch = list(examples)
        validate_examples(batch, "Recogniser.get_loss")
        taught = [TAUGHT in eg.reference.user_data for eg in batch]
        learnt = self._match_teachers(*_select(batch, scores, taught))
        fitted = self._fit_annotation(*_select(batch, scores, [not item for item in taught]))
        n_tokens = max(sum(len(eg.reference) for eg in batch), 1)
        size = np.float32(len(batch) / n_tokens)
        layer, xp = self.model.get_ref("chain"), self.model.ops.xp
        for name, value in zip(("pairs", "start", "end"), fitted.chain, strict=True):
            layer.inc_grad(name, xp.asarray(value * size))
        sources = {True: iter(learnt.emissions), False: iter(fitted.emissions)}
        d_scores = [xp.asarray(next(sources[item]) * size) for item in taught]
        return (learnt.loss + fitted.loss) / n_tokens, d_scores

    def _fit_annotation(self, examples: list[Example], scores: list[crf.Floats]) -> crf.Gradient:
        return crf.partial_likelihood(
            scores,
            self.transitions(),
            agreeing=[agreeing_tags(eg, self.labels) for eg in examples],
            possible=[possible_tags(eg, self.labels) for eg in examples] if self.limited else None,
        )

    def _match_teachers(self, examples: list[Example], scores: list[crf.Floats]) -> crf.Gradient:
        return match_marginals(
            scores,
            self.transitions(),
            wanted=[eg.reference.user_data[TAUGHT].toarray() for eg in examples],
            possible=[possible_tags(eg, self.labels) for eg in examples] if self.limited else None,
        )


def _select(
    examples: list[Example], scores: list[Floats2d], chosen: list[bool]
) -> tuple[list[Example], list[crf.Floats]]:
    picked = [i for i, item in enumerate(chosen) if item]
    return [examples[i] for i in picked], [np.asarray(scores[i]) for i in picked]


def agreeing_tags(example: Example, labels: tuple[str, ...]) -> crf.Floats:
    """(n_tokens, n_tags) of 0 and 1: the tags that the reference allows for each token.

    Outside the annotated spans only the labels that the corpus annotates are ruled out.
    """
    reference = example.reference
    annotated = reference.user_data.get(ANNOTATED, labels)
    free = np.ones(4 * len(labels) + 1, dtype=np.float32)
    for index, label in enumerate(labels):
        if label in annotated:
            free[4 * index + 1 : 4 * index + 5] = 0.0
    allowed = np.tile(free, (len(reference), 1))
    for span in reference.spans.get(MENTIONS, ()):
        tags = crf.path_of_span(span.end - span.start, labels.index(span.label_))
        allowed[span.start : span.end] = 0.0
        allowed[np.arange(span.start, span.end), tags] = 1.0
    return allowed


def possible_tags(example: Example, labels: tuple[str, ...]) -> crf.Floats:
    """(n_tokens, n_tags) of 0 and 1: what the grammars permit, and what is annotated anyway."""
    possible = permit_tags(example.predicted, labels)
    for span in example.reference.spans.get(MENTIONS, ()):
        tags = crf.path_of_span(span.end - span.start, labels.index(span.label_))
        possible[np.arange(span.start, span.end), tags] = 1.0
    return possible


@registry.scorers("cellstudy.span_scorer.v1")
def create_span_scorer() -> Callable[..., dict[str, Any]]:
    """Make the scorer that training uses to choose the best model."""
    return score_spans


def score_spans(examples: Iterable[Example], **_: Any) -> dict[str, Any]:
    """Strict micro P, R, F1 of the group `recognised`, and F1 for each corpus by its name.

    Only the labels that the corpus of a document annotates are counted.
    """
    counts: dict[str, list[int]] = {}
    for example in examples:
        annotated = example.reference.user_data.get(ANNOTATED)
        gold = _span_set(example.reference, MENTIONS)
        found = {
            span
            for span in _span_set(example.predicted, RECOGNISED)
            if annotated is None or span[2] in annotated
        }
        name = example.reference.user_data.get(CORPUS, "corpus")
        tally = [len(gold & found), len(found), len(gold)]
        for key in ("spans", f"spans_{name}"):
            counts[key] = [a + b for a, b in zip(counts.get(key, [0, 0, 0]), tally, strict=True)]
    if not counts:
        return {"spans_p": None, "spans_r": None, "spans_f": None}
    scores = {f"{key}_f": _f1(*tally) for key, tally in counts.items()}
    by_corpus = [value for key, value in scores.items() if key != "spans_f"]
    right, n_found, n_gold = counts["spans"]
    return {
        **scores,
        "spans_p": right / n_found if n_found else 0.0,
        "spans_r": right / n_gold if n_gold else 0.0,
        "spans_mean_f": sum(by_corpus) / len(by_corpus),
    }


def _span_set(doc: Doc, key: str) -> set[tuple[int, int, str]]:
    return {(span.start_char, span.end_char, span.label_) for span in doc.spans.get(key, ())}


def _f1(right: int, found: int, gold: int) -> float:
    return 2 * right / (found + gold) if found + gold else 0.0
