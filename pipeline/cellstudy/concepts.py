"""Linking names to ontology concepts: MONDO diseases, UBERON sources, CL cell types.

Three methods, in this order: `exact` (the folded name is in the ontology), `normalised` (after
abbreviations are expanded, words of severity and side are left out, and word order is ignored),
`ngram` (nearly the same letters, word by word; diseases only). A name that does not fit clearly
gets no concept: a wrong link is worse than none. Scores: 1, 0.95, and the cosine of the n-grams.
"""

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from functools import cache, cached_property, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from cellstudy.schema import Concept
from cellstudy.terms import (
    Term,
    acronym_form,
    fold_name,
    fold_word,
    is_acronym,
    read_ontology,
    read_rows,
)

if TYPE_CHECKING:
    from cellstudy.trigrams import TrigramIndex

NGRAM_THRESHOLD: Final = 0.85
"""Least cosine for a link by n-grams; chosen by reading links of the training set."""

NORMALISED_SCORE: Final = 0.95
_NO_FORMS: Final[Mapping[str, str]] = MappingProxyType({})
_SMALL: Final = frozenset(("of", "the", "in", "with", "to", "due", "by", ",", "/"))
_SHORTEST_FOR_NGRAMS: Final = 6
_DONOR = re.compile(r"\b(?:human|autologou?s|allogenei?c|xenogenei?c|derived|donor)\b")
_BRACKET = re.compile(r"\s*\([^()]*\)")
_LAST_WORD = re.compile(r"[^\W_]+\Z")
_WORD = re.compile(r"[^\W_]+")


class Source(NamedTuple):
    """A tissue that cells come from: its plain name and, where there is one, its UBERON id."""

    name: str
    id: str | None


class Preparation(NamedTuple):
    """What the table of products says of a name: its form and, for cells, a CL id."""

    form: str
    cell_id: str | None
    is_whole: bool
    """Whether the whole name is in the table, not only its end."""


# ---------------------------------------------------------------- public


def link_disease(name: str, short_forms: Mapping[str, str] = _NO_FORMS) -> Concept | None:
    """Find the MONDO concept of a disease; `short_forms` are what the text abbreviates."""
    return _link_expanded("mondo", name, _expand(name, short_forms))


def link_source(name: str, short_forms: Mapping[str, str] = _NO_FORMS) -> Concept | None:
    """Find the UBERON concept of a cell source; its label is the plain name."""
    source = find_source(name, short_forms)
    if source is None:
        return _link_expanded("uberon", name, _expand(name, short_forms))
    return Concept(source.id, source.name, 1.0, "exact") if source.id else None


def link_cell(name: str, short_forms: Mapping[str, str] = _NO_FORMS) -> Concept | None:
    """Find the CL concept of a cell product; vesicles and other preparations have none."""
    long = _expand(name, short_forms)
    whole = _link_expanded("cl", name, long)
    if whole is not None and whole.method == "exact":
        return whole
    found = _find_preparation(long) or _find_preparation(name)
    if found is None or found.cell_id is None:
        return whole if found is None else None
    label = _load("cl").labels[found.cell_id]
    is_exact = found.is_whole and long == name
    score, method = (1.0, "exact") if is_exact else (NORMALISED_SCORE, "normalised")
    return Concept(found.cell_id, label, score, method)


def find_source(name: str, short_forms: Mapping[str, str] = _NO_FORMS) -> Source | None:
    """Find the plain name of a cell source in the table of sources."""
    sources = _read_sources()
    folded = fold_name(_expand(name, short_forms))
    return sources.get(folded) or sources.get(_strip(_DONOR, folded))


def find_form(name: str, short_forms: Mapping[str, str] = _NO_FORMS) -> str | None:
    """Find the form of a product (cells, extracellular_vesicles, ...) by the end of its name."""
    found = _find_preparation(_expand(name, short_forms)) or _find_preparation(name)
    return found.form if found else None


# ---------------------------------------------------------------- names


def _expand(name: str, short_forms: Mapping[str, str]) -> str:
    """Replace the short forms in `name` by their long forms; others stay."""
    if not short_forms:
        return name
    if name in short_forms:
        return short_forms[name]
    return _WORD.sub(lambda word: short_forms.get(word.group(), word.group()), name)


def _strip(pattern: re.Pattern[str], folded: str) -> str:
    """Leave out what `pattern` matches, unless nothing else is there."""
    return " ".join(pattern.sub(" ", folded).split()) or folded


def _make_bag(folded: str) -> str:
    """Bring a folded name to a form without word order, small words and organ adjectives."""
    equal = _read_equivalents()
    return " ".join(sorted(equal.get(word, word) for word in folded.split() if word not in _SMALL))


@cache
def _compile_modifiers() -> re.Pattern[str]:
    names = sorted({fold_name(row[0]) for row in read_rows("lexicon/modifiers.tsv")}, key=len)
    return re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, reversed(names)))})(?!\S)")


@cache
def _read_equivalents() -> dict[str, str]:
    return {row[0]: fold_word(row[1]) for row in read_rows("lexicon/equivalents.tsv")}


@cache
def _read_sources() -> dict[str, Source]:
    rows = read_rows("lexicon/sources.tsv")
    return {fold_name(row[0]): Source(row[1], row[2] or None) for row in rows}


# ---------------------------------------------------------------- products


@lru_cache(maxsize=1 << 12)
def _find_preparation(name: str) -> Preparation | None:
    """Find the longest end of `name` in the table of products, else the ending of its last word."""
    words = fold_name(name).split()
    products = _read_products()
    for start in range(len(words)):
        found = products.get(" ".join(words[start:]))
        if found is not None:
            return Preparation(*found, is_whole=start == 0)
    last = _LAST_WORD.search(name)
    return _find_ending(acronym_form(last.group())) if last and is_acronym(last.group()) else None


def _find_ending(acronym: str) -> Preparation | None:
    """Find the longest ending of a fused abbreviation, such as LMSC, in the table of suffixes."""
    endings = [row for row in read_rows("lexicon/suffixes.tsv") if acronym.endswith(row[0])]
    row = max(endings, key=lambda item: len(item[0]), default=None)
    return Preparation(row[1], row[2] or None, is_whole=False) if row else None


@cache
def _read_products() -> dict[str, tuple[str, str | None]]:
    rows = read_rows("lexicon/products.tsv") + read_rows("lexicon/preparations.tsv")
    return {fold_name(row[0]): (row[1], row[2] or None) for row in reversed(rows)}


# ---------------------------------------------------------------- ontologies


class Ontology:
    """The names of one ontology, with the look-up tables that linking needs."""

    def __init__(self, terms: tuple[Term, ...]) -> None:
        self.labels = {term.id: term.label for term in terms}
        self.names = {name: term.id for term in terms for name in term.names}
        self.acronyms = {name: term.id for term in terms for name in term.acronyms}

    def add_name(self, name: str, concept: str) -> None:
        """Add a name that the ontology lacks."""
        if is_acronym(name):
            self.acronyms[acronym_form(name)] = concept
        else:
            self.names[fold_name(name)] = concept

    @cached_property
    def bags(self) -> dict[str, str | None]:
        """Bags of words -> id; None where two concepts share one."""
        bags: dict[str, str | None] = {}
        for name, concept in self.names.items():
            bag = _make_bag(name)
            bags[bag] = concept if bags.get(bag, concept) == concept else None
        return bags

    @cached_property
    def index(self) -> "TrigramIndex":
        """The trigrams of the bags, in their order."""
        from cellstudy.trigrams import TrigramIndex

        return TrigramIndex(self.ordered_bags)

    @cached_property
    def ordered_bags(self) -> list[str]:
        """The bags that mean one concept."""
        return [bag for bag, concept in self.bags.items() if concept is not None]

    def find_exact(self, name: str) -> str | None:
        """Find the id of a name, folded, or of an acronym in capitals."""
        if is_acronym(name) and (concept := self.acronyms.get(acronym_form(name))):
            return concept
        return self.names.get(fold_name(name))

    def find_normalised(self, name: str) -> str | None:
        """Find the id of a name without brackets, severity, side and word order."""
        folded = fold_name(_strip(_BRACKET, name))
        for form in (folded, _strip(_compile_modifiers(), folded), _strip(_DONOR, folded)):
            concept = self.names.get(form) or self.bags.get(_make_bag(form))
            if concept is not None:
                return concept
        return None

    def find_by_letters(self, name: str) -> tuple[str, float] | None:
        """Find the id of the nearest name whose words all resemble those of `name`."""
        bag = _make_bag(_strip(_compile_modifiers(), fold_name(_strip(_BRACKET, name))))
        if len(bag) < _SHORTEST_FOR_NGRAMS or is_acronym(name):
            return None
        near = self.index.find_nearest(bag, NGRAM_THRESHOLD)
        for position, cosine in near:
            candidate = self.ordered_bags[position]
            if _resembles(bag, candidate):
                concept = self.bags[candidate]
                return (concept, cosine) if concept else None
        return None


def _resembles(bag: str, other: str) -> bool:
    """Compare two bags word by word: as many words, each nearly the same, numbers equal."""
    words, others = bag.split(), other.split()
    return len(words) == len(others) and all(map(_is_near, words, others))


def _is_near(word: str, other: str) -> bool:
    """Say whether two words differ by spelling or ending only; hypo- and hyper- are not near."""
    if word == other:
        return True
    if word[:4] != other[:4] or len(word) < 5 or any(map(str.isdigit, word + other)):
        return False
    return SequenceMatcher(None, word, other, autojunk=False).ratio() >= 0.8


@cache
def _load(name: str) -> Ontology:
    ontology = Ontology(read_ontology(name))
    if name == "mondo":
        for row in read_rows("lexicon/diseases.tsv"):
            ontology.add_name(*row)
    return ontology


@lru_cache(maxsize=1 << 14)
def _link_expanded(ontology: str, name: str, long: str) -> Concept | None:
    """Link the long form of `name`; a link through the text's own abbreviation is normalised."""
    table = _load(ontology)
    concept = table.find_exact(long)
    if concept is not None:
        is_exact = long == name
        score, method = (1.0, "exact") if is_exact else (NORMALISED_SCORE, "normalised")
        return Concept(concept, table.labels[concept], score, method)
    concept = table.find_normalised(long)
    if concept is not None:
        return Concept(concept, table.labels[concept], NORMALISED_SCORE, "normalised")
    found = table.find_by_letters(long) if ontology == "mondo" else None
    return Concept(found[0], table.labels[found[0]], round(found[1], 3), "ngram") if found else None
