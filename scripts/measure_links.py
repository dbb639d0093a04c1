"""Measure how often each linking rule is right: `python -m scripts.measure_links SHARED`.

Assembles the annotated training documents from their annotated spans, so that what is measured are
the links alone, whatever the tagger learnt of these documents, and compares the records with the
annotated ones. Writes factor, right and of into `data/assembly/linking.tsv`; the factor is drawn to
the judged one as by five further cases. Links that the trained scorer reviewed carry a probability
of their own and are left out. Takes half a minute.
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
from scripts.train_links import read_annotated, use_spans

import cellstudy
from cellstudy.assemble import assemble
from cellstudy.assemble.evidence import MODEL, RULE_PREFIX
from cellstudy.concepts import link_disease, link_source
from cellstudy.confidence import change_leaves, list_leaves
from cellstudy.export import flatten, list_confidences
from cellstudy.extraction import Extractor
from cellstudy.schema import StudyRecord
from cellstudy.score import GoldDocument
from cellstudy.score.abbreviations import find_abbreviations
from cellstudy.score.equality import Equality
from cellstudy.score.records import compare_records
from cellstudy.tag.reading import read_tagging

TABLE = Path("pipeline/cellstudy/data/assembly/linking.tsv")
STRENGTH = 5
"""How many cases the judged factor counts for."""

LARGEST = 0.99
"""No rule is certain."""


class Row(NamedTuple):
    """A line of the table; `judged` is the factor before any measurement."""

    rule: str
    factor: str
    judged: str
    right: str
    of: str
    why: str


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path, help="folder with the raw texts")
    options = parser.parse_args()
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for rule, is_right in judge(cellstudy.load(), read_annotated(options.shared / "raw")):
        total[rule] += 1
        right[rule] += is_right
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    comments = [line for line in lines if line.startswith("#")]
    rows = [Row(*line.split("\t")) for line in lines if not line.startswith("#")]
    changed = [weigh(row, right[row.rule], total[row.rule]) for row in rows]
    written = [*comments, *("\t".join(row) for row in changed)]
    TABLE.write_text("\n".join(written) + "\n", encoding="utf-8")


def weigh(row: Row, right: int, of: int) -> Row:
    """Put the measured factor into a row."""
    factor = (right + STRENGTH * float(row.judged)) / (of + STRENGTH)
    return row._replace(factor=f"{min(factor, LARGEST):.3f}", right=str(right), of=str(of))


def judge(extractor: Extractor, documents: Iterable[GoldDocument]) -> Iterator[tuple[str, bool]]:
    """Yield rule and truth of each slot filling that a rule alone linked."""
    for document in documents:
        tagging = read_tagging(extractor.nlp(document.text), document.as_article())
        record = assemble(use_spans(tagging, document.spans), extractor.info)
        makers = [leaf.made_by.split("+") for leaf in list_leaves(record)]
        numbered = number_leaves(record)
        equal = Equality(
            find_abbreviations(document.text),
            resolve_condition=lambda name: getattr(link_disease(name), "id", None),
            resolve_source=lambda name: getattr(link_source(name), "id", None),
        )
        for item in compare_records(
            document.record,
            flatten(numbered),
            equal,
            confidence=list_confidences(numbered),
        ):
            made_by = [] if item.confidence is None else makers[int(item.confidence)]
            if made_by and MODEL not in made_by:
                yield made_by[-1].removeprefix(RULE_PREFIX), item.right


def number_leaves(record: StudyRecord) -> StudyRecord:
    """Put the place of each leaf in `list_leaves` where its confidence was, to know it again."""
    place = {id(leaf): float(i) for i, leaf in enumerate(list_leaves(record))}
    renew = msgspec.structs.replace
    return change_leaves(record, lambda leaf: renew(leaf, confidence=place[id(leaf)]))


if __name__ == "__main__":
    main()
