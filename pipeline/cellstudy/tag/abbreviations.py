"""Short forms that a text defines, after Schwartz and Hearst (2003).

A. S. Schwartz, M. A. Hearst: A simple algorithm for identifying abbreviation definitions in
biomedical text. Pacific Symposium on Biocomputing 8:451-462.

Works on characters, not tokens: the tokenizer splits `UC-MSCs`, on which a detector over
tokens gives up. Beyond the paper: brackets inside a long form are read over ("mesenchymal stem
cell (MSC)-derived exosomes (MSC-Exos)"), words whose initials spell the short form are preferred,
a plural s of the short form need not be in the long form, and a word with one capital (Exo)
must begin its long form.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from cellstudy.labels import EXT_ABBREVIATIONS
from cellstudy.tag.extensions import read_text, register_extensions

_BRACKET = re.compile(r"\(([^()\n]{2,120})\)")
_SHORT = re.compile(r"[^\W_](?:[^\W_]|[-–/+.'’]){0,11}[^\W_]\+?(?: [A-Z][A-Z0-9-]{1,5})?\Z")
_SHORT_BEFORE = re.compile(r"(?<![\w-])[^\W_](?:[^\W_]|[-–/]){0,10}[^\W_] ?\Z")
_INNER_END = re.compile(r"[;,:=]| n ?=|\bor\b|\bi\.e\.")
_CLAUSE_END = re.compile(r"[.;:?!]\s|\n|\t")
_WORD = re.compile(r"\S+")
_INITIAL_WORD = re.compile(r"[^\W_]+(?:['’]\w+)?")
_SMALL = frozenset(("of", "the", "and", "in", "for", "to", "with", "a", "an", "by", "on"))
_LONGEST_PHRASE = 200


class Abbreviation(NamedTuple):
    """A definition: the short form, its long form, and where the long form begins and ends."""

    short: str
    long: str
    start: int
    end: int


def find_abbreviations(text: str) -> Iterator[Abbreviation]:
    """Find the definitions in `text`, in their order; a short form may be defined twice."""
    for match in _BRACKET.finditer(text):
        inner = match.group(1)
        cut = _INNER_END.search(inner)
        short = (inner[: cut.start()] if cut else inner).strip()
        found = None
        if is_short_form(short):
            found = _find_before(text, short, match.start())
        elif before := _SHORT_BEFORE.search(text, max(0, match.start() - 16), match.start()):
            end = match.start(1) + (cut.start() if cut else len(inner))
            found = _find_inside(text, before.group().strip(), match.start(1), end)
        if found is not None:
            yield found


def is_short_form(text: str) -> bool:
    """Say whether `text` may be a short form: 2-10 signs, begins so, holds a capital letter."""
    if not _SHORT.match(text) or len(text) > 13:
        return False
    return any(map(str.isupper, text)) and sum(map(str.isalpha, text)) * 2 >= len(text)


def _find_before(text: str, short: str, bracket: int) -> Abbreviation | None:
    """Find the long form of `short` in the words before the bracket at `bracket`."""
    low = max(0, bracket - _LONGEST_PHRASE)
    for clause in _CLAUSE_END.finditer(text, low, bracket):
        low = clause.end()
    phrase, offsets = _read_over_brackets(text, low, bracket)
    words = list(_WORD.finditer(phrase))
    n_words = min(len(short) + 5, len(short) * 2)
    first = words[-n_words].start() if len(words) > n_words else 0
    start = match_long_form(short, phrase, first)
    if start is None:
        return None
    long = " ".join(phrase[start:].split())
    return Abbreviation(short, long, offsets[start], low + len(text[low:bracket].rstrip()))


def _find_inside(text: str, short: str, start: int, end: int) -> Abbreviation | None:
    """Take text[start:end] as the long form of the word before it, if it matches from its start."""
    long = text[start:end].rstrip()
    if not is_short_form(short) or match_long_form(short, long, 0) != 0:
        return None
    return Abbreviation(short, " ".join(long.split()), start, start + len(long))


def _read_over_brackets(text: str, start: int, end: int) -> tuple[str, list[int]]:
    """Return text[start:end] without its brackets, and the offset of each character kept."""
    kept: list[int] = []
    position = start
    for bracket in _BRACKET.finditer(text, start, end):
        space = bracket.start() - (text[bracket.start() - 1 : bracket.start()] == " ")
        kept.extend(range(position, max(space, position)))
        position = bracket.end()
    kept.extend(range(position, end))
    return "".join([text[offset] for offset in kept]), kept


def match_long_form(short: str, phrase: str, first: int) -> int | None:
    """Find where the long form of `short` begins in `phrase`, not before `first`; None without.

    The letters of the short form must occur in order, from the right; the first one must begin a
    word. A lower-case plural s may be missing from the long form.
    """
    start = _match_initials(short, phrase, first)
    if start is None:
        start = _match_from_right(short, phrase, first)
    if start is None and short.endswith("s") and short[-2:-1].isupper():
        short = short[:-1]
        start = _match_from_right(short, phrase, first)
    if start is None or not _is_long_form(short, phrase[start:].strip()):
        return None
    return start


def _match_initials(short: str, phrase: str, first: int) -> int | None:
    """Match the initials of the last words: AA is "alopecia areata", not "areata" alone.

    One word may be passed over where there are three letters or more; a plural s is left out.
    """
    words = [word for word in _INITIAL_WORD.finditer(phrase, first) if word.group() not in _SMALL]
    singular = short[:-1] if short.endswith("s") and short[-2:-1].isupper() else short
    letters = [letter for letter in singular.lower() if letter.isalnum()]
    may_pass = 1 if len(letters) > 2 else 0
    start = None
    for letter in reversed(letters):
        while words and may_pass and words[-1].group()[0].lower() != letter:
            words.pop()
            may_pass -= 1
        if not words or words[-1].group()[0].lower() != letter:
            return None
        start = words.pop().start()
    return start if len(letters) > 1 else None


def _match_from_right(short: str, phrase: str, first: int) -> int | None:
    lowered = phrase.lower()
    position = len(lowered)
    letters = [letter for letter in short.lower() if letter.isalnum()]
    for index in range(len(letters) - 1, -1, -1):
        position = lowered.rfind(letters[index], first, position)
        while index == 0 and position > 0 and lowered[position - 1].isalnum():
            position = lowered.rfind(letters[index], first, position)
        if position < 0:
            return None
    return position


def _is_long_form(short: str, long: str) -> bool:
    """Check that `long` is longer than `short`, does not hold it, and is no mere slice of text."""
    words = long.split()
    if len(long) <= len(short) + 1 or short in words or long.endswith(short):
        return False
    if sum(map(str.isupper, short)) == 1 and len(short) > 2:
        return long.lower().startswith(short.lower().rstrip("s"))
    return long.count("(") == long.count(")")


def collect_short_forms(text: str) -> dict[str, str]:
    """Map each short form that `text` defines to its long form; the first definition counts.

    Where the text uses MSC beside a defined MSCs, or the other way round, both are there.
    """
    forms: dict[str, str] = {}
    for found in find_abbreviations(text):
        forms.setdefault(found.short, found.long)
    for short, long in list(forms.items()):
        other = short[:-1] if short.endswith("s") else short + "s"
        if other not in forms and short[:2].isupper() and _occurs(other, text):
            forms[other] = long
    return forms


def _occurs(word: str, text: str) -> bool:
    """Say whether `word` stands in `text` as a whole word."""
    start = text.find(word)
    while start >= 0:
        before, after = (
            text[max(0, start - 1) : start],
            text[start + len(word) : start + len(word) + 1],
        )
        if not before.isalnum() and not after.isalnum():
            return True
        start = text.find(word, start + 1)
    return False


@Language.factory("cellstudy_abbreviations", assigns=[f"doc._.{EXT_ABBREVIATIONS}"])
def create_abbreviations(nlp: Language, name: str) -> "AbbreviationFinder":  # noqa: ARG001
    """Make the component."""
    register_extensions()
    return AbbreviationFinder()


class AbbreviationFinder:
    """Sets `doc._.short_forms`."""

    def __call__(self, doc: Doc) -> Doc:
        """Find the short forms that `doc` defines."""
        doc._.set(EXT_ABBREVIATIONS, collect_short_forms(read_text(doc)))
        return doc
