"""Spans by rule: study design, route and donor, from the tables `data/patterns/*.tsv`.

`find_rules` is pure; the component `cellstudy_rules` writes what it finds to a Doc.
"""

import re
from functools import cache
from typing import Final, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from cellstudy.labels import RULES
from cellstudy.tag.extensions import ScoredSpan, register_extensions, set_spans
from cellstudy.tag.tables import read_table

_TABLES: Final = {"DESIGN": "design", "ROUTE": "route", "DONOR": "donor"}
_HYPHEN: Final = "[-\u2010\u2011\u2012\u2013\u2212\\s]"
_LOOK_BACK: Final = 20


class _Rules(NamedTuple):
    """The rules of one label as one expression; `ids` and `not_after` are by group name."""

    pattern: "re.Pattern[str]"
    ids: dict[str, str]
    not_after: dict[str, "re.Pattern[str]"]


def find_rules(text: str) -> list[ScoredSpan]:
    """Every DESIGN, ROUTE and DONOR expression of `text`, by start; one label never overlaps itself."""
    found: list[ScoredSpan] = []
    for label, table in _TABLES.items():
        rules = _load(table)
        for match in rules.pattern.finditer(text):
            group = str(match.lastgroup)
            barred = rules.not_after.get(group)
            window = max(0, match.start() - _LOOK_BACK)
            if barred is None or not barred.search(text, window, match.start()):
                made_by = f"rule:{table}.{rules.ids[group]}"
                found.append(ScoredSpan(match.start(), match.end(), label, 0.95, made_by))
    return sorted(found)


@cache
def _load(table: str) -> _Rules:
    ids: dict[str, str] = {}
    not_after: dict[str, re.Pattern[str]] = {}
    parts: list[str] = []
    for number, (name, pattern, *barred) in enumerate(read_table(f"patterns/{table}.tsv")):
        group = f"r{number}"
        ids[group] = name
        parts.append(f"(?P<{group}>{_widen(pattern)})")
        if barred:
            not_after[group] = re.compile(rf"(?:{_widen(barred[0])})$", re.I)
    joined = re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?!\w)", re.I)
    return _Rules(joined, ids, not_after)


def _widen(pattern: str) -> str:
    """Let a hyphen of the table stand for any hyphen or a space, outside of character classes."""
    return "".join(
        part if part.startswith(("[", "(?-i", "\\")) else part.replace("-", _HYPHEN)
        for part in re.split(r"(\[[^\]]*\]|\(\?-i|\\.)", pattern)
    )


@Language.factory("cellstudy_rules", assigns=["doc.spans"])
def create_rules(nlp: Language, name: str) -> "RuleFinder":
    """Make the component that finds design, route and donor expressions."""
    return RuleFinder(nlp, name)


class RuleFinder:
    """Write `find_rules` to the span group `rules`."""

    def __init__(self, nlp: Language, name: str = "cellstudy_rules") -> None:
        register_extensions()
        self.nlp = nlp
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        set_spans(doc, RULES, find_rules(doc.text))
        return doc
