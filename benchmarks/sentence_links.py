"""Links between the spans of one sentence, by the rules and by the trained scorer of assembly."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from cellstudy.assemble.arms import ArmHit, arm_key
from cellstudy.assemble.clauses import Clause, Event, Item, find_value_runs, mask
from cellstudy.assemble.comparisons import link_run
from cellstudy.assemble.links import Frame, Opinion, describe, score
from cellstudy.assemble.outcomes import link_outcomes, pick_outcomes
from cellstudy.schema import Mention

OUTCOME, ARM = "O", "A"
LEAST = {OUTCOME: 0.5, ARM: 0.4}
"""Probability from which a pair is linked; chosen by cross-validation on the train part."""

Weights = Mapping[str, Mapping[str, float]]
Pair = tuple[int, int]
"""Starts of a candidate and of a value."""


class Sentence(NamedTuple):
    """A sentence with masked spans: `starts` maps places of the masked text to characters."""

    clause: Clause
    starts: Mapping[int, int]


class Candidate(NamedTuple):
    """A pair that may be a link, with its features."""

    kind: str
    pair: Pair
    features: list[str]


def mask_spans(text: str, spans: Iterable[tuple[int, int, str]]) -> Sentence:
    """Mask spans given as start, end and symbol (V, O, A, ...)."""
    chosen = sorted(spans)
    items = [_make_item(text, *span) for span in chosen]
    clause = mask(text, items)
    starts = {e.at: start for e, (start, *_) in zip(clause.events, chosen, strict=True)}
    return Sentence(clause, starts)


def _make_item(text: str, start: int, end: int, symbol: str) -> Item:
    words = text[start:end]
    if symbol == ARM:
        return start, end, symbol, None, ArmHit(start, end, words, arm_key(words))
    mention = Mention(
        start=start, end=end, text=words, label=symbol, confidence=1.0, made_by="", sentence=0
    )
    return start, end, symbol, mention, None


def list_candidates(sentence: Sentence) -> Iterator[Candidate]:
    """Describe all pairs of a value with an outcome or arm."""
    clause, starts = sentence
    frame = Frame(clause)
    for value, opinions in _ask_rules(clause):
        for event in clause.of(OUTCOME, ARM):
            features = describe(frame, value, event, opinions[event])
            yield Candidate(event.symbol, (starts[event.at], starts[value.at]), features)


def link_by_rules(sentence: Sentence) -> set[Pair]:
    """The links that the rules alone make."""
    clause, starts = sentence
    return {
        (starts[event.at], starts[value.at])
        for value, opinions in _ask_rules(clause)
        for event, opinion in opinions.items()
        if opinion.chosen
    }


def _ask_rules(clause: Clause) -> Iterator[tuple[Event, dict[Event, Opinion]]]:
    """Each value with the opinion of the rules on each candidate."""
    for run in find_value_runs(clause):
        linked = link_outcomes(clause, run)
        arms = link_run(clause, run, known=())
        for i, value in enumerate(run):
            outcomes = pick_outcomes(linked, i, len(run))
            opinions = {o: Opinion(o in outcomes, linked.rule) for o in clause.of(OUTCOME)}
            for event in clause.of(ARM):
                opinions[event] = Opinion(event.arm == arms[i].arm, arms[i].rule)
            yield value, opinions


def fit_weights(
    examples: Iterable[tuple[Candidate, bool]], *, strength: float = 0.3
) -> dict[str, dict[str, float]]:
    """Train the scorer of each kind of link; `strength` is the inverse of the regularisation."""
    by_kind: dict[str, tuple[list[dict[str, int]], list[bool]]] = {}
    for candidate, is_link in examples:
        rows, labels = by_kind.setdefault(candidate.kind, ([], []))
        rows.append(dict.fromkeys(candidate.features, 1))
        labels.append(is_link)
    return {kind: _fit(rows, labels, strength) for kind, (rows, labels) in by_kind.items()}


def _fit(
    rows: Sequence[Mapping[str, int]], labels: Sequence[bool], strength: float
) -> dict[str, float]:
    vectors = DictVectorizer()
    model = LogisticRegression(C=strength, max_iter=2000, fit_intercept=False)
    model.fit(vectors.fit_transform(rows), labels)
    weights = map(float, model.coef_[0])
    return dict(zip(vectors.get_feature_names_out(), weights, strict=True))


def link_by_model(weights: Weights, sentence: Sentence) -> set[Pair]:
    """The links of the trained scorer: each value with its outcomes, and with one arm at most."""
    scored = [
        (c.kind, c.pair, score(weights[c.kind], c.features)) for c in list_candidates(sentence)
    ]
    chosen = {pair for kind, pair, p in scored if kind == OUTCOME and p >= LEAST[OUTCOME]}
    best: dict[int, tuple[float, Pair]] = {}
    for kind, pair, p in scored:
        if kind == ARM and p >= LEAST[ARM]:
            best[pair[1]] = max(best.get(pair[1], (0.0, pair)), (p, pair))
    return chosen | {pair for _, pair in best.values()}
