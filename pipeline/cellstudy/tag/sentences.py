"""Sentence starts by rule: new lines, full stops that end a sentence, and section headings.

Made for abstracts: a missing space after the stop ("months.The") still ends a sentence, "12 wk.
(p<0.05)" does not. One pass over the text, in linear time.
"""

import re
from bisect import bisect_left
from functools import cache
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from cellstudy.tag.extensions import read_text, register_extensions
from cellstudy.tag.sections import find_colon_headings
from cellstudy.terms import read_rows

_STOP = re.compile(
    r"""\n\s*                               # a new line, with the blank ones that follow
    | [.?!][)\]"'”’»]{0,3}                  # the stop, and brackets and quotes that it closes
      (?:\[[0-9,\s–-]{1,20}\])?             # a citation
      (?: [^\S\n]{1,9} | (?=[A-Z]) )        # a space, or a missing one
    """,
    re.VERBOSE,
)
_OPENING = "([\"'“‘"
_GLUED_BEFORE = re.compile(r"(?:[a-z]{2}|[0-9)%\]])\Z")
_GLUED_AFTER = re.compile(r"(?!(?:Gov|Org|Com|Net)\b)[A-Z](?:[a-z]|[A-Z]{2}|\s)")
_MIXED_CASE = re.compile(r"[a-z]{1,3}[A-Z]")
_INITIALS = re.compile(r"\b[A-Z]\.\s?[A-Z]\Z")
_INITIAL = re.compile(r"[A-Z]\.")
_ADDRESS = ("www", "http", "@")
_LONGEST_WORD = 24
_NO_START = 2**64 - 1  # spaCy's -1, in the unsigned array that it wants


def find_sentence_starts(text: str) -> list[int]:
    """Find the offsets at which sentences begin; the first is that of the first letter."""
    starts = [len(text) - len(text.lstrip())]
    for match in _STOP.finditer(text):
        if match.end() < len(text) and _ends_sentence(text, match, starts[-1]):
            starts.append(match.end())
    starts.extend(heading.start for heading in find_colon_headings(text))
    return sorted(set(starts))


def _ends_sentence(text: str, match: re.Match[str], start: int) -> bool:
    """Decide whether a match of `_STOP` ends the sentence that began at `start`."""
    if text[match.start()] == "\n":
        return True
    stop, after = match.start(), match.end()
    before = text[max(start, stop - _LONGEST_WORD) : stop]
    if not match.group()[-1].isspace():
        return text[stop] == "." and _ends_glued(text, _last_word(before), after)
    is_list_number = stop - start < 4 and before.strip("() ").isdigit()
    if is_list_number or not _can_begin(text, after):
        return False
    return text[stop] != "." or _ends_after_word(text, before, after)


def _last_word(before: str) -> str:
    return before.rpartition(" ")[2].lstrip(_OPENING)


def _ends_glued(text: str, word: str, after: int) -> bool:
    """Decide on a stop without a space: "months.The" ends, "i.v.The" and an address do not."""
    if _find_abbreviation(word) or any(part in word for part in _ADDRESS):
        return False
    return bool(_GLUED_BEFORE.search(word) and _GLUED_AFTER.match(text, after))


def _can_begin(text: str, offset: int) -> bool:
    """Decide whether the text at `offset` looks like the beginning of a sentence."""
    first = text[offset]
    if first in _OPENING:
        following = text[offset + 1 : offset + 2]
        return following.isupper() or following.isdigit()
    return first.isupper() or first.isdigit() or bool(_MIXED_CASE.match(text, offset))


def _ends_after_word(text: str, before: str, after: int) -> bool:
    """Decide on a full stop after `before`: abbreviations and initials go on."""
    word = _last_word(before)
    kind = _find_abbreviation(word)
    if kind == "word":
        return text[after].isupper() and text[after + 1 : after + 2].islower()
    is_initial = len(word) == 1 and word.isupper() and bool(_INITIAL.match(text, after))
    follows_initial = bool(_INITIALS.search(before))
    return kind is None and not is_initial and not follows_initial


def _find_abbreviation(word: str) -> str | None:
    """Look up the kind of an abbreviation; SP and SR are acronyms, not "sp." and "Sr."."""
    return None if word.isupper() and word.isalpha() else _read_abbreviations().get(word.lower())


@cache
def _read_abbreviations() -> dict[str, str]:
    return {row[0]: row[1] for row in read_rows("context/abbreviations.tsv")}


@Language.factory("cellstudy_sentences", assigns=["token.is_sent_start", "doc.sents"])
def create_sentences(nlp: Language, name: str) -> "SentenceSplitter":  # noqa: ARG001
    """Make the component."""
    register_extensions()
    return SentenceSplitter()


class SentenceSplitter:
    """Sets `token.is_sent_start` on every token."""

    def __call__(self, doc: Doc) -> Doc:
        """Begin a sentence at the first token at or after each start that is no white space."""
        if len(doc) == 0:
            return doc
        offsets = doc.to_array("IDX").tolist()
        marks: Any = doc.to_array("SENT_START")
        marks[:] = _NO_START
        marks[0] = 1
        for start in find_sentence_starts(read_text(doc)):
            index = bisect_left(offsets, start)
            while index < len(doc) and doc[index].is_space:
                index += 1
            if index < len(doc):
                marks[index] = 1
        return doc.from_array(["SENT_START"], marks)
