"""Names of diseases, tissues, cells and products: how they are folded, and the shipped tables.

Folding makes spelling variants of one name equal: case, hyphens, possessives, plurals and
British spelling. The tables under `data/ontology` store their names folded already, so that
loading them is one decompression and a few splits.
"""

import gzip
import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, Generic, NamedTuple, TypeVar
from unicodedata import combining, normalize

V = TypeVar("V")

_TOKEN = re.compile(r"[^\W_]+(?:['’]s\b)?|[^\w\s'’‐‑‒–—-]|_|\n")
"""A word, or a symbol that ends a name; hyphens and apostrophes are mere spaces."""

_SPELLING: Final = (("ae", "e"), ("oe", "e"), ("our", "or"), ("isation", "ization"))
_TO_IS = ("oses", "yses", "stases", "theses")
_TO_STEM = ("xes", "ches", "shes", "sses", "zzes")
_UNINFLECTED = ("ss", "us", "is")


class Token(NamedTuple):
    """A word or symbol of a text, with its place and its folded form."""

    start: int
    end: int
    folded: str


class Phrases(Generic[V]):
    """Folded phrases with a value each, made for finding the longest one at a word."""

    def __init__(self) -> None:
        self._values: dict[str, V] = {}
        self.heads: dict[str, tuple[int, ...]] = {}
        """First words, with the numbers of words of their phrases, from the longest."""

    def add(self, phrase: str, value: V) -> None:
        """Add a folded phrase; one that is there already keeps its value."""
        if phrase not in self._values:
            self._values[phrase] = value
            head, n_words = phrase.partition(" ")[0], phrase.count(" ") + 1
            sizes = self.heads.get(head, ())
            if n_words not in sizes:
                self.heads[head] = tuple(sorted((*sizes, n_words), reverse=True))

    def match(self, words: Sequence[str], index: int) -> tuple[int, V | None]:
        """Return the number of words and the value of the longest phrase that begins at `index`."""
        for n_words in self.heads.get(words[index], ()):
            value = self._values.get(" ".join(words[index : index + n_words]))
            if value is not None and index + n_words <= len(words):
                return n_words, value
        return 0, None

    def find(self, words: Sequence[str]) -> Iterator[tuple[int, int, V]]:
        """Find the longest phrases from left to right, without overlap: (start, end, value)."""
        end = 0
        for index in [i for i, word in enumerate(words) if word in self.heads]:
            if index >= end:
                n_words, value = self.match(words, index)
                if value is not None:
                    end = index + n_words
                    yield index, end, value


class Term(NamedTuple):
    """A concept with its folded names; acronyms stand apart because their case matters."""

    id: str
    label: str
    names: tuple[str, ...]
    acronyms: tuple[str, ...]


@lru_cache(maxsize=128)  # the gazetteer and the finder of contexts read the same texts
def find_tokens(text: str) -> tuple[Token, ...]:
    """Split `text` into words and symbols, leaving out spaces, hyphens and apostrophes."""
    return tuple(
        [Token(*match.span(), fold_word(match.group())) for match in _TOKEN.finditer(text)]
    )


def fold_name(name: str) -> str:
    """Fold a name: `Crohn's diseases` and `crohn disease` give the same string."""
    return " ".join(map(fold_word, _TOKEN.findall(name)))


@lru_cache(maxsize=1 << 16)
def fold_word(word: str) -> str:
    """Fold one word: lower case, no accents, no possessive, American spelling, singular."""
    word = word.lower()
    if not word.isascii():
        word = "".join(sign for sign in normalize("NFD", word) if not combining(sign))
    if word.endswith(("'s", "’s")):
        word = word[:-2]
    word = _singular(word)
    for british, american in _SPELLING:
        word = word.replace(british, american)
    return word


def _singular(word: str) -> str:
    """Strip a plural ending; `word` may stay as it is."""
    if len(word) < 4:
        return word
    if word.endswith("ae") and not word.endswith(("iae", "eae")):  # not S. pneumoniae
        return word[:-1]
    if not word.endswith("s") or word.endswith(_UNINFLECTED):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(_TO_IS) and len(word) > 6:
        return word[:-2] + "is"
    return word[:-2] if word.endswith(_TO_STEM) else word[:-1]


def is_acronym(name: str) -> bool:
    """Say whether `name` is one word with two or more capitals, such as GvHD or ARDS."""
    return name.isalnum() and sum(map(str.isupper, name)) >= 2


def acronym_form(acronym: str) -> str:
    """Bring an acronym to its one form: in capitals, without plural s (`MSCs` -> `MSC`)."""
    if acronym.endswith("s") and acronym[-2:-1].isupper():
        acronym = acronym[:-1]
    return acronym.upper()


@cache
def read_rows(path: str) -> tuple[tuple[str, ...], ...]:
    """Read a tab-separated data file below `data/`, without comments and empty lines."""
    raw = files("cellstudy").joinpath("data", *path.split("/")).read_bytes()
    text = (gzip.decompress(raw) if path.endswith(".gz") else raw).decode("utf-8")
    return tuple(
        tuple(line.split("\t")) for line in text.splitlines() if line and not line.startswith("#")
    )


@cache
def read_ontology(name: str) -> tuple[Term, ...]:
    """Read the vendored terms of `mondo`, `uberon` or `cl`."""
    return tuple(
        Term(row[0], row[1], _split(row[2]), _split(row[3]))
        for row in read_rows(f"ontology/{name}.tsv.gz")
    )


def _split(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()
