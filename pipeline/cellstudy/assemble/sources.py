"""Which tissue a cell product comes from: sources attached to product mentions."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import takewhile
from typing import Final, NamedTuple

from cellstudy.assemble.layout import Layout
from cellstudy.concepts import find_source, link_source
from cellstudy.schema import Concept, Mention
from cellstudy.terms import fold_name, read_rows


class Origin(NamedTuple):
    """A tissue as the source of a product mention; `family` is equal for parts of one organ."""

    name: str
    family: str
    mention: Mention
    concept: Concept | None


_DIRECTLY = re.compile(
    r"(?:[\s,/()®™‐‑–-]|\b(?:tissue|derived|originated|human|adult|allogene?ic|autologous|and|or"
    r"|expanded|cultured|isolated|mesenchymal|fucosylated|\w{1,4})\b)*",
    re.IGNORECASE,
)
"""Between a source and the product that it names, as in `adipose-derived stem cells`."""

_FROM = re.compile(
    r"[^.;:]{0,20}?\b(?<!can be )(?:derived|obtained|isolated|harvested|produced|prepared|generated"
    r"|extracted|sourced|originating|collected|made)?\s*\bfrom\s+(?:\w+[ -]){0,4}?",
    re.IGNORECASE,
)
"""Between a product and the source that follows, as in `cells obtained from umbilical cords`."""

_GENERAL = re.compile(r"\b(?:can|may|could) be\b|\bsuch as\b|\bincluding\b|\bvarious\b", re.I)

_LIST = re.compile(
    r"(?:\s?\([^()]{1,20}\))?[\s,/()‐‑–-]*(?:\b(?:and|or|derived|tissue|as well as)\b[\s,-]*)*",
    re.I,
)

_PREFIX: Final = "~"


def find_origins(layout: Layout, product: Mention) -> list[Origin]:
    """Find the tissues that the text names as the source of this mention, nearest first."""
    sources = layout.in_sentence(product.sentence, "CELL_SOURCE")
    before = [s for s in sources if s.end <= product.start]
    named = _sources_before(layout, product, before)
    if not named:
        named = _sources_after(layout, product, [s for s in sources if s.start >= product.end])
    if named:
        return [_origin(layout, source) for source in named]
    return [
        Origin(name, family, product, link_source(name)) for name, family in _fused(layout, product)
    ]


def _sources_before(layout: Layout, product: Mention, sources: Sequence[Mention]) -> list[Mention]:
    if not sources or not _joins(_DIRECTLY, layout, sources[-1].end, product.start):
        return []
    return _extend(layout, list(reversed(sources)))


def _sources_after(layout: Layout, product: Mention, sources: Sequence[Mention]) -> list[Mention]:
    if not sources:
        return []
    between = layout.text[product.end : sources[0].start]
    if _GENERAL.search(between) or not _FROM.fullmatch(between):
        return []
    return _extend(layout, list(sources))


def _extend(layout: Layout, sources: Sequence[Mention]) -> list[Mention]:
    """The first of `sources` and all that form a list with it."""
    found = [sources[0]]
    for source in sources[1:]:
        low, high = sorted((found[-1], source), key=lambda m: m.start)
        if not _joins(_LIST, layout, low.end, high.start):
            break
        found.append(source)
    return found


def _joins(pattern: re.Pattern[str], layout: Layout, start: int, end: int) -> bool:
    return end - start <= 60 and pattern.fullmatch(layout.text, start, end) is not None


def _origin(layout: Layout, source: Mention) -> Origin:
    name, family = read_tissue(layout.full_name(source))
    return Origin(name, family, source, source.concept)


@cache
def read_tissue(text: str) -> tuple[str, str]:
    """The plain name of a tissue and its family; an unknown one is its own family."""
    name = fold_name(text)
    found = find_source(text)
    return _tissues().get(name) or ((found.name, found.name) if found else (name, name))


def _fused(layout: Layout, product: Mention) -> Iterable[tuple[str, str]]:
    """Tissues in the product's own words: the prefix of `hUC-MSCs`, or the long form's words."""
    for word in re.findall(r"[A-Za-z0-9]+", product.text):
        for prefix, tissue in _prefixes():
            if re.match(rf"(?:h|hu|allo)?{prefix}(?=$|[a-z]?M|S|EV|-)", word):
                return [tissue]
    words = fold_name(layout.full_name(product)).split()
    phrases = (" ".join(words[i:j]) for i in range(len(words)) for j in (i + 3, i + 2, i + 1))
    return [_tissues()[phrase] for phrase in phrases if phrase in _tissues()][:1]


@cache
def _tissues() -> dict[str, tuple[str, str]]:
    rows = takewhile(lambda row: not row[0].startswith(_PREFIX), read_rows("assembly/tissues.tsv"))
    return {words: (name, family) for words, name, family in rows}


@cache
def _prefixes() -> tuple[tuple[str, tuple[str, str]], ...]:
    rows = read_rows("assembly/tissues.tsv")
    return tuple((w[1:], (name, family)) for w, name, family in rows if w.startswith(_PREFIX))
