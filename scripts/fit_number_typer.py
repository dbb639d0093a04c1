"""Fit the component that types numbers and write it into a model; takes about a minute.

python scripts/fit_number_typer.py models/cellstudy_sm ../shared

Types are learnt from the annotated training documents, roles of sample sizes also from the counts
of the corpus ctie (its dev part says how well, which is printed).
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import spacy
from rich.console import Console
from spacy.language import Language
from spacy.training import Example

from cellstudy.corpus.detokenise import detokenise
from cellstudy.corpus.reader import make_example
from cellstudy.corpus.texts import hydrate
from cellstudy.labels import LABELS
from cellstudy.schema import GoldSpan
from cellstudy.tag.extensions import ScoredSpan, register_extensions, set_spans
from cellstudy.tag.number_features import describe
from cellstudy.tag.number_typing import (
    ROLES_GROUP,
    NumberTyper,
    describe_roles,
    find_typed,
    read_words,
)
from cellstudy.tag.numbers import find_numbers
from cellstudy.tag.sample_roles import find_role

CONSOLE = Console(width=100)
NAME = "number_typer"
ANNOTATED = Path("corpus/annotated")
ROLES = {
    "NumberPatientsCT": "total",
    "NumberPatientsArm": "arm",
    "FinalNumPatientsCT": "analysed",
    "FinalNumPatientsArm": "arm",
    "NumPatientsLeftCT": "lost",
    "NumPatientsLeftArm": "lost",
}
"""Role by the label that ctie gives to a count."""
REFINED = {"total": ("randomised", "screened"), "analysed": ("completed",)}
"""Roles that ctie does not tell apart, but the words around the number do."""


def main() -> None:
    """Fit and write."""
    model, shared = Path(sys.argv[1]), Path(sys.argv[2])
    register_extensions()
    nlp = spacy.load(model)
    if NAME in nlp.pipe_names:
        nlp.remove_pipe(NAME)
    typer = nlp.add_pipe("cellstudy_number_typer", name=NAME, after="recogniser")
    assert isinstance(typer, NumberTyper)
    examples = [
        *make_gold(nlp, read_gold(shared)),
        *make_counts(nlp, shared / "corpora/ctie/train.jsonl"),
    ]
    typer.initialize(lambda: examples, nlp=nlp)
    nlp.to_disk(model)
    CONSOLE.print(f"fitted to {len(examples)} texts, {len(typer.to_bytes()) / 1000:.0f} kB")
    show_roles(nlp, typer, shared / "corpora/ctie/dev.jsonl")


def read_gold(shared: Path) -> Iterator[dict[str, Any]]:
    """The annotated training documents with their texts."""
    with (shared / "gold/train/documents.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
    for path in sorted(ANNOTATED.glob("train*.jsonl")):
        yield from hydrate(path, shared / "raw")


def make_gold(nlp: Language, documents: Iterable[dict[str, Any]]) -> Iterator[Example]:
    """Examples of types, with the roles of sample sizes that the record or the wording tells."""
    for document in documents:
        text = document["text"]
        spans = [
            ScoredSpan(s["start"], s["end"], s["label"], 1.0, "gold") for s in document["spans"]
        ]
        example = make_example(nlp, text, spans, name="gold", labels=LABELS)
        sizes = [span for span in spans if span.label == "SAMPLE_SIZE"]
        total = document["record"]["n_total"]
        roles = [span._replace(label=derive_role(text, span, total)) for span in sizes]
        set_spans(example.reference, ROLES_GROUP, [role for role in roles if role.label])
        yield example


def derive_role(text: str, size: ScoredSpan, total: float | None) -> str:
    """The role that the words tell, total where the record has the number, or empty."""
    role = find_role(text, size.start, size.end)
    numbers = find_numbers(text[size.start : size.end])
    is_total = total is not None and bool(numbers) and numbers[0].value == total
    return role or ("total" if is_total else "")


def make_counts(nlp: Language, path: Path) -> Iterator[Example]:
    """Examples of roles only, from the counts of ctie."""
    with path.open(encoding="utf-8") as lines:
        for document in map(json.loads, lines):
            natural = detokenise(document["text"])
            given = [
                GoldSpan(start=s["start"], end=s["end"], label=s["label"])
                for s in document["spans"]
                if s["label"] in ROLES
            ]
            spans = natural.from_source(given)
            example = make_example(nlp, natural.text, [], name="ctie", labels=())
            roles = [
                ScoredSpan(s.start, s.end, refine_role(natural.text, s), 1.0, "gold") for s in spans
            ]
            set_spans(example.reference, ROLES_GROUP, without_overlap(roles))
            yield example


def refine_role(text: str, span: GoldSpan) -> str:
    """The role of a count, as finely as the words around it tell."""
    role = ROLES[span.label]
    told = find_role(text, span.start, span.end)
    return told if told in REFINED.get(role, ()) else role


def without_overlap(spans: list[ScoredSpan]) -> list[ScoredSpan]:
    """The first of spans that overlap."""
    kept: list[ScoredSpan] = []
    for span in sorted(spans):
        if not kept or kept[-1].end <= span.start:
            kept.append(span)
    return kept


def show_roles(nlp: Language, typer: NumberTyper, path: Path) -> None:
    """Print how often each role of the dev part is right: by the classifier, and by rules alone."""
    right: Counter[str] = Counter()
    by_rule: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for example in make_counts(nlp, path):
        doc = typer.prepare(example.predicted, nlp)
        places = {
            (s.start_char, s.end_char): s.label_ for s in example.reference.spans[ROLES_GROUP]
        }
        given = [item.candidate for item in find_typed(doc) if item.candidate[:2] in places]
        columns = describe(read_words(doc), given, doc.text)
        if not columns or typer.roles is None:
            continue
        labels = [places[candidate[:2]] for candidate in given]
        hashes, _ = describe_roles(doc.text, given, columns, labels)
        best = typer.roles.predict(hashes).argmax(axis=1)
        for candidate, label, found in zip(given, labels, best, strict=True):
            total[label] += 1
            right[label] += typer.roles.labels[found] == label
            by_rule[label] += (find_role(doc.text, *candidate[:2]) or "total") == label
    for role, count in [*sorted(total.items()), ("all", total.total())]:
        hits = [c.total() if role == "all" else c[role] for c in (right, by_rule)]
        CONSOLE.print(f"{role:12} {count:4}  classifier {hits[0]:4}  rules {hits[1]:4}")


if __name__ == "__main__":
    main()
