"""Gazetteer: names of diseases, tissues, cells, products and outcomes, as features.

Longest match wins, from left to right; what is found is flat. A name in several tables gets the
class of the first of them in `_TABLES`.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from cellstudy.labels import LEXICON
from cellstudy.tag.extensions import ScoredSpan, read_text, register_extensions, set_spans
from cellstudy.terms import (
    Phrases,
    acronym_form,
    find_tokens,
    fold_name,
    fold_word,
    is_acronym,
    read_ontology,
    read_rows,
)

_TABLES: Final = (
    ("lexicon/products.tsv", "PRODUCT"),
    ("lexicon/sources.tsv", "SOURCE"),
    ("lexicon/outcomes.tsv", "OUTCOME"),
    ("lexicon/symptoms.tsv", "DISEASE"),
    ("lexicon/diseases.tsv", "DISEASE"),
)
_ONTOLOGIES: Final = (("mondo", "DISEASE"), ("cl", "CELL"), ("uberon", "TISSUE"))

CLASSES: Final = ("DISEASE", "TISSUE", "SOURCE", "CELL", "PRODUCT", "OUTCOME")
"""The labels of the span group `labels.LEXICON`."""


class Hit(NamedTuple):
    """A name found in a text."""

    start: int
    end: int
    label: str
    table: str


class Lexicon:
    """The names of all tables, ready for matching."""

    def __init__(self) -> None:
        self._names: Phrases[tuple[str, str]] = Phrases()
        self._acronyms: dict[str, tuple[str, str]] = {}
        self._folded_acronyms: set[str] = set()

    def add_names(self, names: Iterable[str], *, label: str, table: str) -> None:
        """Add folded names; a name that is there already keeps its class."""
        kind = (label, table)
        for name in names:
            self._names.add(name, kind)

    def add_acronyms(self, acronyms: Iterable[str], *, label: str, table: str) -> None:
        """Add names that count only when they stand in capitals."""
        for acronym in acronyms:
            self._acronyms.setdefault(acronym, (label, table))
            self._folded_acronyms.add(fold_word(acronym))

    def find(self, text: str) -> Iterator[Hit]:
        """Find the longest names in `text`, by start and without overlap."""
        tokens = find_tokens(text)
        words = [token.folded for token in tokens]
        end = 0
        for index, word in enumerate(words):
            if index < end or (word not in self._names.heads and word not in self._folded_acronyms):
                continue
            n_words, kind = self._names.match(words, index)
            first = tokens[index]
            if n_words <= 1 and word in self._folded_acronyms:
                kind = self._match_acronym(text[first.start : first.end]) or kind
                n_words = 1
            if kind is not None:
                end = index + n_words
                yield Hit(first.start, tokens[end - 1].end, *kind)

    def _match_acronym(self, word: str) -> tuple[str, str] | None:
        return self._acronyms.get(acronym_form(word)) if is_acronym(word) else None


@cache
def load_lexicon() -> Lexicon:
    """Read every table once."""
    lexicon = Lexicon()
    for path, label in _TABLES:
        _add_table(lexicon, path, label)
    hides_source = _compile_sources()
    for table, label in _ONTOLOGIES:
        for term in read_ontology(table):
            names: Iterable[str] = term.names
            if table == "cl":
                names = (name for name in names if not hides_source.search(name))
            lexicon.add_names(names, label=label, table=table)
            lexicon.add_acronyms(term.acronyms, label=label, table=table)
    return lexicon


def _add_table(lexicon: Lexicon, path: str, label: str) -> None:
    """Add a curated table; the fourth column, where there is one, overrides the class."""
    table = path.rpartition("/")[2].removesuffix(".tsv")
    for row in read_rows(path):
        kind = row[3] if len(row) > 3 else label
        if is_acronym(row[0]):
            lexicon.add_acronyms([acronym_form(row[0])], label=kind, table=table)
        else:
            lexicon.add_names([fold_name(row[0])], label=kind, table=table)


def _compile_sources() -> re.Pattern[str]:
    """Match cell names that hold a source: the guidelines split "bone marrow" off the cells."""
    names = sorted({fold_name(row[0]) for row in read_rows("lexicon/sources.tsv")})
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")


@Language.factory(
    "cellstudy_lexicon",
    assigns=["doc.spans"],
)
def create_lexicon(nlp: Language, name: str) -> "LexiconMatcher":  # noqa: ARG001
    """Make the component."""
    register_extensions()
    return LexiconMatcher()


class LexiconMatcher:
    """Writes the span group `labels.LEXICON`; the span label is the class."""

    def __call__(self, doc: Doc) -> Doc:
        """Find the names in `doc`; a name inside a token is left out."""
        hits = load_lexicon().find(read_text(doc))
        spans = [
            ScoredSpan(hit.start, hit.end, hit.label, 1.0, f"rule:lexicon.{hit.table}")
            for hit in hits
            if doc.char_span(hit.start, hit.end) is not None
        ]
        set_spans(doc, LEXICON, spans)
        return doc
