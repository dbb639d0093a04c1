"""Layout of a tagged article: its lines, sentences, parts and mentions, indexed once.

Registry texts are written in lines of the form `label: description`; abstracts in sections.
Every part of assembly looks its mentions up here.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

import msgspec

from cellstudy.schema import Article, Mention, Tagging
from cellstudy.terms import fold_name, read_rows

MAX_HEAD: Final = 160
"""Characters that the label of a registry line may have."""

_SHORT = re.compile(r"(?<![\w-])[^\W_]*[A-Z][^\W_]*(?:-[A-Z][^\W_]*)*(?![^\W_])")
_ASIDE = re.compile(r" \(([\w-]+)\)")
_OPENED = re.compile(r"\s*[(\[]\s*")
_HEAD = re.compile(r"([^:\n]{1,160}?)\s*:(?=\s)")


class Line(NamedTuple):
    """A line of the text; `head` is the end of its label (the colon), or None."""

    start: int
    end: int
    head: int | None


class Layout:
    """Look-up tables over one `Tagging`."""

    def __init__(self, tagging: Tagging) -> None:
        self.tagging = tagging
        self.article: Article = tagging.article
        self.text: str = tagging.article.text
        self.mentions: Sequence[Mention] = [_read_share(m, tagging) for m in tagging.mentions]
        self.lines: tuple[Line, ...] = tuple(_find_lines(self.text))
        self._starts = [line.start for line in self.lines]
        self._labels: dict[str, list[Mention]] = defaultdict(list)
        self._sentences: dict[int, list[Mention]] = defaultdict(list)
        for mention in self.mentions:
            self._labels[mention.label].append(mention)
            self._sentences[mention.sentence].append(mention)
        self.short_forms = _find_aliases(self.text, self.mentions) | tagging.abbreviations

    def of(self, *labels: str) -> list[Mention]:
        """Mentions with one of `labels`, by start."""
        found = [mention for label in labels for mention in self._labels.get(label, ())]
        return sorted(found, key=lambda m: m.start) if len(labels) > 1 else found

    def near(self, label: str, start: int, end: int) -> list[Mention]:
        """Mentions with `label` that begin in the characters `start` to `end`, or a little before.

        Found by bisection, so that a look at each place of a long text stays cheap.
        """
        found = self._labels.get(label, [])
        low = bisect_left(found, start - MAX_HEAD, key=lambda m: m.start)
        high = bisect_right(found, end, key=lambda m: m.start)
        return found[low:high]

    def in_sentence(self, index: int, *labels: str) -> list[Mention]:
        """Mentions of the sentence `index`, all or those with one of `labels`."""
        found = self._sentences.get(index, [])
        return [m for m in found if m.label in labels] if labels else list(found)

    def sentences_with(self, *labels: str) -> list[int]:
        """Indices of the sentences that have a mention with one of `labels`, in order."""
        return sorted({mention.sentence for mention in self.of(*labels)})

    def sentence_text(self, index: int) -> str:
        """The text of the sentence `index`."""
        start, end = self.tagging.sentences[index]
        return self.text[start:end]

    @property
    def title_end(self) -> int:
        """Where the title ends: the first line, or all of a text that has no title."""
        return self.lines[0].end if self.lines else 0

    def in_title(self, mention: Mention) -> bool:
        """Say whether `mention` stands in the title."""
        return len(self.lines) > 1 and mention.start < self.title_end

    def line_of(self, position: int) -> Line:
        """The line that `position` is on."""
        return self.lines[max(bisect_right(self._starts, position) - 1, 0)]

    def part_of(self, mention: Mention) -> str | None:
        """Part of the abstract: background, objective, methods, results, conclusions, or None."""
        return classify_section(mention.section) if mention.section else None

    def is_registration(self) -> bool:
        """Say whether the text is a trial registration rather than a publication."""
        return self.article.id.upper().startswith("NCT") or "\nPrimary outcome:" in self.text

    def before(self, mention: Mention, size: int = 40) -> str:
        """Up to `size` characters before `mention`, from the same sentence."""
        floor = self.tagging.sentences[mention.sentence][0] if self.tagging.sentences else 0
        return self.text[max(floor, mention.start - size) : mention.start]

    def after(self, mention: Mention, size: int = 40) -> str:
        """Up to `size` characters after `mention`, from the same sentence."""
        roof = self.tagging.sentences[mention.sentence][1] if self.tagging.sentences else None
        stop = mention.end + size
        return self.text[mention.end : stop if roof is None else min(stop, roof)]

    def full_name(self, mention: Mention) -> str:
        """The mention's words with abbreviations that the text defines written out."""
        aside = _ASIDE.search(mention.text)
        if aside and aside.group(1) in self.short_forms:
            return self.expand(mention.text.replace(aside.group(), "", 1))
        return self.expand(mention.text)

    def expand(self, name: str) -> str:
        """Write out the abbreviations of `name` that the text defines."""
        if name in self.short_forms:
            return self.short_forms[name]
        return _SHORT.sub(lambda m: self._long_form(m.group()), name)

    def _long_form(self, word: str) -> str:
        """The long form of a word that is a short form or the plural of one."""
        forms = self.short_forms
        plural = forms.get(f"{word}s", "").removesuffix("s")
        return forms.get(word) or forms.get(word.removesuffix("s")) or plural or word


def _read_share(mention: Mention, tagging: Tagging) -> Mention:
    """Read `two of ten` as a fraction: the grammar of quantities gives its two numbers."""
    if mention.label != "VALUE" or " of " not in mention.text:
        return mention
    inside = [q for q in tagging.quantities if mention.start <= q.start and q.end <= mention.end]
    if len(inside) != 2 or inside[0].low != inside[0].high:
        return mention
    first, second = inside
    share = msgspec.structs.replace(first, kind="fraction", high=second.low, end=second.end)
    return msgspec.structs.replace(mention, quantity=share)


def _find_aliases(text: str, mentions: Sequence[Mention]) -> dict[str, str]:
    """Short forms that are a mention of their own, in parentheses after the long form's mention."""
    found: dict[str, str] = {}
    for long, short in pairwise(mentions):
        opened = _OPENED.fullmatch(text, long.end, short.start)
        closed = text[short.end : short.end + 1] in (")", "]", ",", ";")
        acronym = sum(map(str.isupper, short.text)) > 1 and " " not in short.text
        if opened and closed and acronym and long.label == short.label and " " in long.text:
            found.setdefault(short.text, long.text)
    return found


def _find_lines(text: str) -> Iterable[Line]:
    start = 0
    for raw in text.split("\n"):
        head = _HEAD.match(raw)
        yield Line(start, start + len(raw), start + head.end() - 1 if head else None)
        start += len(raw) + 1


@cache
def classify_section(label: str) -> str | None:
    """Map a section heading, such as MATERIALS AND METHODS, to its part of an abstract."""
    folded = fold_name(label.replace(".", " "))
    return next((part for word, part in read_rows("assembly/sections.tsv") if word in folded), None)


@cache
def read_pairs(path: str) -> dict[str, str]:
    """Read a data file of two columns as a mapping."""
    return {row[0]: row[1] for row in read_rows(path)}
