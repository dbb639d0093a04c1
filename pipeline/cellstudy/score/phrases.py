"""Phrases as folded tokens, so that two wordings of one thing can be compared."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from cellstudy.terms import fold_word, read_rows

_WORD = re.compile(r"[^\W_]+(?:[.·]\d+)?")
_ASIDE = re.compile(r"\([^()]*\)")

Tokens = tuple[str, ...]


class Phrase(NamedTuple):
    """A noun phrase: its content words, sorted and without repeats, and its head noun."""

    words: Tokens
    head: str


@cache
def read_words(kind: str) -> frozenset[str]:
    """Read the words of one class (preposition, filler, group, contrast)."""
    return frozenset(word for word, name in read_rows("score/words.tsv") if name == kind)


def split_words(text: str) -> Tokens:
    """Split into folded words: lower case, singular, American spelling; hyphens divide."""
    return tuple(map(fold_word, _WORD.findall(text)))


def fold_short_forms(abbreviations: Mapping[str, str]) -> dict[Tokens, Tokens]:
    """Fold short and long forms, so that `expand` finds a short form in any spelling."""
    folded = {split_words(short): split_words(long) for short, long in abbreviations.items()}
    return {short: long for short, long in folded.items() if short and short != long}


def expand(words: Tokens, short_forms: Mapping[Tokens, Tokens]) -> Tokens:
    """Replace each short form by its long form, the longest short form first."""
    longest = max(map(len, short_forms), default=0)
    expanded: list[str] = []
    start = 0
    while start < len(words):
        sizes = range(min(longest, len(words) - start), 0, -1)
        size = next((n for n in sizes if words[start : start + n] in short_forms), 0)
        if size:
            expanded.extend(short_forms[words[start : start + size]])
        else:
            expanded.append(words[start])
        start += size or 1
    return tuple(expanded)


def read_phrase(text: str, short_forms: Mapping[Tokens, Tokens]) -> Phrase:
    """Read a noun phrase: what stands in parentheses is left out unless nothing else is there.

    The head noun is the last word before the first preposition that is not the first word.
    """
    words = expand(split_words(_ASIDE.sub(" ", text)) or split_words(text), short_forms)
    prepositions = read_words("preposition")
    ends = (i for i, word in enumerate(words) if i and word in prepositions)
    head = words[next(ends, len(words)) - 1] if words else ""
    return Phrase(_content(words), head)


def read_arm(text: str, short_forms: Mapping[Tokens, Tokens]) -> Tokens:
    """Read the name of an arm: its content words without `group`, `arm` and the like."""
    words = _content(expand(split_words(text), short_forms))
    generic = read_words("group")
    return tuple(word for word in words if word not in generic) or words


def _content(words: Sequence[str]) -> Tokens:
    empty = read_words("preposition") | read_words("filler")
    return tuple(sorted({word for word in words if word not in empty} or set(words)))
