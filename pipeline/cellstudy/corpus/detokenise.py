"""Natural text from tokenised text ("( n = 1 , 045 )", "16 . 9 %", "once - daily"), with offsets.

Only spaces are taken out, so that every other character keeps its place in both texts.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from cellstudy.schema import GoldSpan

_GLUED: Final = tuple(
    re.compile(pattern)
    for pattern in (
        # decimals, thousands, ratios and clock times
        r"(?<=\d)( )[.·:]( )(?=\d)",
        r"(?<![\d.] )(?<![\d.])\b[1-9]\d{0,2}( ),( )(?=\d{3}\b)(?! ?\d{3} [.,] \d\d\b)",
        r"(?<=[<>=(≤≥,;] )\.( )(?=\d)",
        # closing marks stand at what they close, opening ones at what they open
        r"( )(?=[,.;:?!)\]%])",
        r"(?<=[(\[])( )",
        # abbreviations of single letters: b . i . d .
        r"(?<![^\W\d_])[a-z]( )\.( )(?=[a-z](?: \.|\b(?! \w)))",
        # quotients and signs made of several marks
        r"( )/( )(?=\S)",
        r"(?<=[<>])( )(?==)",
        r"(?<=\+ /)( )(?=-)|(?<=\+/)( )(?=-)|(?<=- /)( )(?=\+)|(?<=\+)( )(?=/ -)|(?<=-)( )(?=/ \+)",
        r"(?<=-)( )(?=-(?: |$))",
        # possessives and the micro sign
        r"(?<=\w)( )['’]( )(?=s\b)",
        r"(?<=[µμ])( )(?=[glmM]\b|mol\b|L\b)",
    )
)
_MINUS = re.compile(
    r"(?:(?<=[(\[,;:=<>≤≥±] )|(?<=\bCI )|(?<=\binterval )"
    r"|\b(?:of|by|to|and|or|was|were|is|than|vs|from|with|"
    r"versus|mean|between|change|difference|approximately|about|at|weeks?|days?)(?: \.)? )"
    r"[-−–]( )(?=[\d.])"
)
_HYPHEN = re.compile(r"(?<=[\w)\]%])( )[-−–‐]( )(?=[\w(])")


class Detokenised(NamedTuple):
    """A natural text; `places[i]` is where its character i stands in the tokenised text."""

    text: str
    places: tuple[int, ...]

    def to_source(self, spans: Sequence[GoldSpan]) -> list[GoldSpan]:
        """Spans of the natural text as spans of the tokenised one."""
        return [
            _replace(span, self.places[span.start], self.places[span.end - 1] + 1)
            for span in spans
            if span.end > span.start
        ]

    def from_source(self, spans: Sequence[GoldSpan]) -> list[GoldSpan]:
        """Spans of the tokenised text as spans of the natural one; empty ones are left out."""
        ahead = [0] * (self.places[-1] + 2 if self.places else 1)
        for new, old in enumerate(self.places):
            ahead[old + 1] = new + 1
        for old in range(1, len(ahead)):
            ahead[old] = max(ahead[old], ahead[old - 1])
        limit = len(ahead) - 1
        moved = [
            _replace(span, ahead[min(span.start, limit)], ahead[min(span.end, limit)])
            for span in spans
        ]
        return [span for span in moved if span.end > span.start]


def _replace(span: GoldSpan, start: int, end: int) -> GoldSpan:
    return GoldSpan(start=start, end=end, label=span.label, confidence=span.confidence)


def detokenise(text: str) -> Detokenised:
    """Take out the spaces that only tokenisation put in."""
    dropped: set[int] = set()
    for pattern in _GLUED:
        for match in pattern.finditer(text):
            dropped.update(match.start(i) for i in range(1, pattern.groups + 1) if match[i])
    negative = {match.start(1) for match in _MINUS.finditer(text)}
    dropped |= negative
    for match in _HYPHEN.finditer(text):
        if match.start(2) not in negative:
            dropped.update((match.start(1), match.start(2)))
    places = tuple(i for i in range(len(text)) if i not in dropped)
    return Detokenised("".join(text[i] for i in places), places)
