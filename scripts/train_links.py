"""Train the link scorer of assembly: `python -m scripts.train_links SHARED OUTPUT`.

Pairs come from the training gold and the annotated documents (`corpus/annotated/train.jsonl`), with
their spans and with the record saying which outcome, arm and p-value a number has, and from the
train part of RCT-ART (outcomes and arms). The scorer of each kind of link is a logistic regression
over sparse features; its probabilities are calibrated on documents that it was not trained on
(Platt), and the calibration is folded into the weights.
Prints what the rules alone and the reviewed links get right in cross-validation over documents.
"""

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import msgspec
import numpy as np
from benchmarks.corpora import read_part
from benchmarks.rct_art import read_tables
from benchmarks.sentence_links import list_candidates
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

import cellstudy
from cellstudy.assemble.arms import Arms
from cellstudy.assemble.clauses import Event
from cellstudy.assemble.design import decide_design
from cellstudy.assemble.layout import Layout
from cellstudy.assemble.links import BIAS, Frame, score
from cellstudy.assemble.population import find_subjects
from cellstudy.assemble.results import write_p
from cellstudy.assemble.review import (
    ARM,
    BOUNDS,
    KINDS,
    OUTCOME,
    P_VALUE,
    Bounds,
    Pair,
    decide,
    list_pairs,
)
from cellstudy.assemble.rows import Row, find_rows
from cellstudy.corpus.texts import hydrate
from cellstudy.schema import FlatResult, GoldSpan, Mention, Quantity, Tagging
from cellstudy.score import GoldDocument, load_gold
from cellstudy.score.equality import (
    Equality,
    fold_number,
    fold_p,
    same_arm,
    same_outcome,
)
from cellstudy.tag.reading import read_tagging

FOLDS = 5
STRENGTH = 0.3
"""Inverse of the regularisation; by cross-validation."""

LEAST = 0.02
"""Smaller weights are left out."""

ANNOTATED = Path("corpus/annotated/train.jsonl")
FIELDS = ("id", "text", "spans", "record")
CORPUS_KINDS = {"O": OUTCOME, "A": ARM}


class Choice(NamedTuple):
    """One value with its candidates, which of them are right, and whether it has a link at all."""

    document: str
    kind: str
    pairs: tuple[Pair, ...]
    right: tuple[bool, ...]
    linked: bool


def main() -> None:
    """Train, print the cross-validation, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path, help="folder with gold, corpora and raw texts")
    parser.add_argument("output", type=Path, help="file of weights to write")
    options = parser.parse_args()
    gold = load_gold(options.shared / "gold" / "train")
    tuned = {document.id for document in gold}
    choices = list(read_gold([*gold, *read_annotated(options.shared / "raw")]))
    further = list(read_corpus(options.shared / "corpora"))
    for kind in KINDS:
        own, other = ([c for c in some if c.kind == kind] for some in (choices, further))
        held_out = [cross_validate(own, other, fold) for fold in range(FOLDS)]
        scored = [item for part in held_out for item in part]
        report(f"{kind}, gold", [i for i in scored if i[0].document in tuned], BOUNDS[kind])
        report(f"{kind}, else", [i for i in scored if i[0].document not in tuned], BOUNDS[kind])
        weights = calibrate(fit([*own, *other]), scored)
        kept = {name: w for name, w in weights.items() if abs(w) >= LEAST}
        write(options.output, kind, kept, append=kind != OUTCOME)


def read_annotated(raw: Path) -> Iterator[GoldDocument]:
    """The project's own annotated documents, with their texts."""
    for entry in hydrate(ANNOTATED, raw):
        yield msgspec.convert({key: entry[key] for key in FIELDS}, GoldDocument)


def read_gold(documents: Iterable[GoldDocument]) -> Iterator[Choice]:
    """The choices of gold documents, with the gold's own spans."""
    nlp = cellstudy.load().nlp
    for document in documents:
        tagging = use_spans(read_tagging(nlp(document.text), document.as_article()), document.spans)
        layout = Layout(tagging)
        arms = Arms(layout, decide_design(layout, find_subjects(layout)).value)
        rows = find_rows(layout, arms)
        yield from _read_rows(layout, document, rows)


def use_spans(tagging: Tagging, spans: Sequence[GoldSpan]) -> Tagging:
    """Put gold spans in the place of the mentions that were found."""
    known = {(m.start, m.end, m.label): m for m in tagging.mentions}
    mentions = tuple(
        known.get((s.start, s.end, s.label)) or _make_mention(tagging, s) for s in spans
    )
    return msgspec.structs.replace(tagging, mentions=mentions)


def _make_mention(tagging: Tagging, span: GoldSpan) -> Mention:
    sentences, sections = tagging.sentences, tagging.article.sections
    return Mention(
        start=span.start,
        end=span.end,
        text=tagging.article.text[span.start : span.end],
        label=span.label,
        confidence=1.0,
        made_by="gold",
        sentence=next((i for i, (a, b) in enumerate(sentences) if a <= span.start < b), 0),
        section=next((s.label for s in sections if s.start <= span.start < s.end), None),
        quantity=_widest(tagging.quantities, span),
    )


def _widest(quantities: Iterable[Quantity], span: GoldSpan) -> Quantity | None:
    touching = [q for q in quantities if q.start < span.end and span.start < q.end]
    shared = lambda q: min(q.end, span.end) - max(q.start, span.start)  # noqa: E731
    return max(touching, key=shared, default=None)


def _read_rows(layout: Layout, document: GoldDocument, rows: Sequence[Row]) -> Iterator[Choice]:
    equal = Equality(layout.short_forms)
    frames: dict[int, Frame] = {}
    for row, results in align(rows, document.record.results):
        frame = frames.setdefault(row.clause.sentence, Frame(row.clause))
        for kind in KINDS:
            pairs = tuple(list_pairs(frame, row, kind))
            values = [v for r in results if (v := getattr(r, kind)) is not None]
            judge = _judges(layout, equal)[kind]
            right = tuple(any(judge(p.candidate, v) for v in values) for p in pairs)
            yield Choice(document.id, kind, pairs, right, bool(values))


def _judges(layout: Layout, equal: Equality) -> dict[str, Callable[[Event, str], bool]]:
    """Say of a candidate whether it is what the record has."""

    def outcome(event: Event, value: str) -> bool:
        name = layout.full_name(event.mention) if event.mention else ""
        return same_outcome(equal.fold_outcome(value), equal.fold_outcome(name))

    def arm(event: Event, value: str) -> bool:
        name = event.arm.name if event.arm else ""
        return same_arm(equal.fold_arm(value), equal.fold_arm(name))

    def p_value(event: Event, value: str) -> bool:
        return event.mention is not None and fold_p(write_p(event.mention.text)) == fold_p(value)

    return {OUTCOME: outcome, ARM: arm, P_VALUE: p_value}


def align(
    rows: Sequence[Row], results: Sequence[FlatResult]
) -> Iterator[tuple[Row, list[FlatResult]]]:
    """Pair each value with the results of the record that give its number, in order.

    Values are left out where the record has another number of such results than the text.
    """
    values: dict[object, dict[int, Row]] = defaultdict(dict)
    for row in rows:
        quantity = row.event.mention.quantity if row.event.mention else None
        if row.event.symbol != "P" and quantity is not None:
            key = fold_number(quantity.low), fold_number(quantity.high)
            values[key].setdefault(row.event.span[0], row)
    given: dict[object, list[FlatResult]] = defaultdict(list)
    for result in results:
        if result.value is not None and result.high is not None:
            given[fold_number(result.value), fold_number(result.high)].append(result)
    for key, found in values.items():
        each, rest = divmod(len(given[key]), len(found))
        if each and not rest:
            for i, row in enumerate(found.values()):
                yield row, given[key][i * each : (i + 1) * each]


def read_corpus(folder: Path) -> Iterator[Choice]:
    """The choices of the train part of RCT-ART."""
    for i, table in enumerate(read_tables(read_part("rct_art", "train", folder=folder))):
        grouped = defaultdict(list)
        for candidate in list_candidates(table.sentence):
            grouped[candidate.kind, candidate.pair[1]].append(candidate)
        for (symbol, _), found in grouped.items():
            right = tuple(c.pair in table.pairs for c in found)
            pairs = tuple(Pair(Event(symbol, 0), False, c.features) for c in found)
            yield Choice(f"rct_art:{i}", CORPUS_KINDS[symbol], pairs, right, any(right))


def fit(choices: Iterable[Choice]) -> dict[str, float]:
    """Train the weights of one kind of link."""
    rows = [dict.fromkeys(p.features, 1) for c in choices for p in c.pairs]
    labels = [is_right for c in choices for is_right in c.right]
    vectors = DictVectorizer()
    model = LogisticRegression(C=STRENGTH, max_iter=2000, fit_intercept=False)
    model.fit(vectors.fit_transform(rows), labels)
    return dict(zip(vectors.get_feature_names_out(), map(float, model.coef_[0]), strict=True))


Scored = list[tuple[Choice, list[float]]]


def cross_validate(own: Sequence[Choice], other: Sequence[Choice], fold: int) -> Scored:
    """Score the gold choices of one fold with weights trained on the other folds."""
    train = [c for c in [*own, *other] if _fold_of(c) != fold]
    weights = fit(train)
    return [(c, [score(weights, p.features) for p in c.pairs]) for c in own if _fold_of(c) == fold]


def _fold_of(choice: Choice) -> int:
    return crc32(choice.document.encode()) % FOLDS


def calibrate(weights: Mapping[str, float], scored: Scored) -> dict[str, float]:
    """Fit slope and shift of the log-odds on held-out scores, and fold them into the weights."""
    odds = np.array([_log_odds(p) for _, ps in scored for p in ps])
    labels = [is_right for c, _ in scored for is_right in c.right]
    model = LogisticRegression(C=1.0).fit(odds[:, None], labels)
    slope = float(model.coef_[0, 0])
    changed = {name: weight * slope for name, weight in weights.items()}
    changed[BIAS] = changed.get(BIAS, 0.0) + float(model.intercept_[0])
    return changed


def _log_odds(p: float) -> float:
    p = min(max(p, 1e-9), 1 - 1e-9)
    return float(np.log(p / (1 - p)))


def report(kind: str, scored: Scored, bounds: Bounds) -> None:
    """Print precision and recall of the rules and of the reviewed links."""
    tallies = {"rules": [0, 0, 0], "reviewed": [0, 0, 0]}
    for choice, ps in scored:
        if not choice.pairs:
            continue
        chosen = [i for i, pair in enumerate(choice.pairs) if pair.chosen][:1]
        verdict = decide(list(zip(ps, choice.pairs, strict=True)), bounds)
        picked = [i for i, p in enumerate(choice.pairs) if p.candidate is verdict.event][:1]
        for name, indices in (("rules", chosen), ("reviewed", picked)):
            tally = tallies[name]
            tally[0] += sum(choice.right[i] for i in indices)
            tally[1] += len(indices)
            tally[2] += any(choice.right)
    for name, (right, found, gold) in tallies.items():
        print(  # noqa: T201
            f"{kind:14} {name:9} P {right / max(found, 1):.3f}  R {right / max(gold, 1):.3f}  "
            f"of {gold} values with the right candidate in the sentence"
        )


def write(path: Path, kind: str, weights: Mapping[str, float], *, append: bool) -> None:
    """Write the weights of one kind of link."""
    with path.open("a" if append else "w", encoding="utf-8") as file:
        if not append:
            file.write(HEADER)
        for name, weight in sorted(weights.items()):
            file.write(f"{kind}\t{name}\t{weight:.2f}\n")


HEADER = """\
# Weights of the link scorer: kind of link, feature of a pair, weight (log-odds, calibrated).
# Made by scripts/train_links.py from the training gold of this project, its annotated documents
# (corpus/annotated/train.jsonl) and the train part of RCT-ART (Apache-2.0,
# https://github.com/jetsunwhitton/RCT-ART). Not edited by hand.
"""

if __name__ == "__main__":
    main()
