"""Names of treatments that a study sets against each other, wherever a text compares or assigns."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import dropwhile, islice, takewhile
from typing import Final

from cellstudy.assemble.layout import Layout
from cellstudy.terms import read_rows

MAX_WORDS: Final = 3
"""Words that the name of a treatment may have."""

MAX_PHRASES: Final = 100
"""Phrases of a text that are looked at: the cost of long texts stays linear."""

_RIVAL = re.compile(
    r"\b(?:versus|vs\.?|compared (?:with|to)|comparison with|or to|or with|than with|[Tt]o compare"
    r" [^.;:]{3,80}? with) (?:the |a |an )?((?:[A-Za-z][\w+/-]*[ ]?){1,3})"
)
_FIRST = re.compile(
    r"(?<!\d )(?<![\w/.])((?:[A-Za-z][\w+/-]{0,30}[ ]){1,3})(?:\([^()]{1,40}\) )?(?:versus|vs\.?) "
)
_VERSUS = re.compile(r"v(?:ersus|s\.?) ")
_ASSIGNED = re.compile(
    r"\b(?:randomi[sz]ed|randomly|assigned|allocated|divided)\b[^.;:]{0,60}?"
    r"\b(?:to|into|receive|received|receiving|either|between)\s([^.;]{3,240})"
)
_COMPARED = re.compile(r"\b[Cc]ompar\w+ (?:of |between )?([^.;:]{3,120})")
_ASIDE = re.compile(r"\s?[(\[][^()\[\]]*[)\]]")
_PARTS = re.compile(r",\s|\s(?:or|and|versus|vs\.?|with|to|plus)\s|,$|[:(\[]")
_NAME = re.compile(r"[A-Za-z][\w+/-]*")


def find_rivals(layout: Layout) -> list[str]:
    """Words for what the therapy is compared with, where the text names it more than once."""
    lowered = layout.text.lower()
    phrases = [match.group(1) for match in _RIVAL.finditer(layout.text)][:MAX_PHRASES]
    return [name for phrase in phrases if (name := _repeated(name_words(phrase), lowered))]


def find_treatments(layout: Layout) -> list[str]:
    """Words for treatments that people are assigned to or that are compared, named repeatedly."""
    lowered = layout.text.lower()
    excluded = {m.text.lower() for m in layout.of("OUTCOME", "DISEASE", "TIME", "DESIGN")}
    phrases = dict.fromkeys(islice(_phrases(layout.text), MAX_PHRASES))
    found = [_repeated(_plain_words(phrase), lowered) for phrase in phrases]
    names = {name.lower(): name for name in reversed(found) if name}
    return [name for folded, name in reversed(names.items()) if folded not in excluded]


def _phrases(text: str) -> Iterator[str]:
    """Parts of the lists after words of assignment or comparison, and words before `versus`."""
    for pattern in (_ASSIGNED, _COMPARED):
        for match in pattern.finditer(text):
            yield from _PARTS.split(_ASIDE.sub("", match.group(1)))[: 2 * MAX_WORDS]
    for match in _FIRST.finditer(text) if _VERSUS.search(text) else ():
        words = list(takewhile(_is_name, reversed(match.group(1).split())))
        yield " ".join(reversed(words))


def _plain_words(phrase: str) -> list[str]:
    """The words of a phrase from the first to the last that a name may have."""
    words = list(dropwhile(lambda word: not _is_name(word), phrase.split()))
    return list(takewhile(_is_name, words))[:MAX_WORDS]


def name_words(phrase: str) -> list[str]:
    """The words of a phrase up to one that no name has."""
    return list(takewhile(lambda word: word.lower() not in _ends(), phrase.split()))


def _repeated(words: list[str], lowered: str) -> str | None:
    """The longest end of a name that a text has more than once."""
    for start in range(len(words)):
        name = " ".join(words[start:])
        if _is_repeated(name.lower(), lowered):
            return name
    return None


def _is_repeated(name: str, lowered: str) -> bool:
    """Say whether a text has a name more than once as whole words."""
    n_found = 0
    at = lowered.find(name)
    while at >= 0 and n_found < 2:
        end = at + len(name)
        n_found += not (lowered[at - 1 : at].isalnum() or lowered[end : end + 1].isalnum())
        at = lowered.find(name, end)
    return n_found > 1


def _is_name(word: str) -> bool:
    return bool(_NAME.fullmatch(word)) and word.lower() not in _ends()


@cache
def _ends() -> frozenset[str]:
    """Words that end a name: closed classes, and words that alone are none."""
    rows: Iterable[tuple[str, ...]] = read_rows("assembly/arm_words.tsv")
    return frozenset(word for word, kind in rows if kind in ("stop", "not_name", "noun"))
