"""Routes: how the therapy is given, in one adjective, or the site of an injection in words."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Final

from cellstudy.assemble.doses import in_control
from cellstudy.assemble.evidence import Place, leaf
from cellstudy.assemble.layout import Layout, read_pairs
from cellstudy.assemble.schedule import Fact, fact_leaf, find_fact
from cellstudy.schema import Mention, Value, absent
from cellstudy.terms import fold_name

_ROUTE_NOUN = re.compile(r"\s([a-z]\w+)")
_NAMES: Final = ("CELL_PRODUCT", "CELL_SOURCE", "DOSE", "N_DOSES", "ROUTE")
_INTO = re.compile(
    r"\binject(?:ed|ion|ions|ing)\b[^.;]{0,90}?\b(?P<prep>into|in(?= the\b))"
    r"(?P<site>(?: [^\s.;,()]+(?:\([a-z]\))?){1,6}?)(?= at\b| on\b| with\b| and\b| for\b|[.;,(]|$)",
    re.IGNORECASE,
)
_SITE_FILLER = re.compile(
    r"\b(?:the|an?|bilateral|(?:regions?|areas?|sites?) of|each|their|affected)\b"
    r"|\bpatients?['’]s?(?!\w)|\(s\)",
    re.IGNORECASE,
)
_NOT_SITE = re.compile(
    r"\b(?:patients?(?!['’])|group|subjects?|mice|rats?|model|study|solution)\b", re.I
)


def find_route(layout: Layout, anchors: Sequence[Mention]) -> Value[str]:
    """Find the route of a dose or product, else the most frequent of the study, else the site."""
    fact = find_fact(layout, anchors, "ROUTE", _read_own_route)
    if fact is None:
        fact = _most_frequent_route(layout)
    if fact is not None:
        return fact_leaf(layout, fact, "regimen.route", anchors)
    site = _find_site(layout)
    if site is None:
        return absent()
    return leaf(layout, site[0], "regimen.site", places=[site[1]])


def _read_own_route(layout: Layout, mention: Mention) -> str | None:
    """The route, unless it belongs to another drug: `topical minoxidil` beside cells."""
    following = _ROUTE_NOUN.match(layout.after(mention))
    if following and layout.of("CELL_PRODUCT") and following.group(1).islower():
        word = following.group(1)
        after = mention.end + following.end(1)
        close = (m for label in _NAMES for m in layout.near(label, mention.end, after))
        named = any(m.start < after and mention.end < m.end for m in close)
        if word not in read_pairs("assembly/route_nouns.tsv") and not named:
            return None
    return read_route(mention.text)


def _most_frequent_route(layout: Layout) -> Fact | None:
    own = [m for m in layout.of("ROUTE") if not in_control(layout, m)]
    own = [m for m in own if "background" not in m.context and _read_own_route(layout, m)]
    counts = Counter(read_route(m.text) for m in own).most_common(2)
    if not counts or (len(counts) > 1 and counts[0][1] == counts[1][1]):
        return None
    return next(Fact(counts[0][0], m) for m in own if read_route(m.text) == counts[0][0])


@cache
def read_route(text: str) -> str:
    """The adjective of a route: `IV`, `intravenously`, `peripheral intravenous` -> intravenous."""
    folded = fold_name(text)
    routes = read_pairs("assembly/routes.tsv")
    if folded in routes:
        return routes[folded]
    known = [routes[word] for word in folded.split() if word in routes]
    return known[0] if known else text.lower()


def _find_site(layout: Layout) -> tuple[str, Place] | None:
    """The site of an injection that no route word names: `injection into the scalp`."""
    for match in _INTO.finditer(layout.text, layout.title_end):
        words = _SITE_FILLER.sub(" ", match["site"]).split()
        if not words or _NOT_SITE.search(match["site"]):
            continue
        words[-1] = words[-1].removesuffix("s")
        return f"injection {match['prep'].lower()} the {' '.join(words)}", match.span()
    return None
