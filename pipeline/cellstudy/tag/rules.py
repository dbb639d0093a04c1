"""Spans by rule: study design, route and donor, from the tables `data/patterns/*.tsv`.

`find_rules` is pure; the component `cellstudy_rules` writes what it finds to a Doc.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from cellstudy.labels import RULES
from cellstudy.tag.extensions import ScoredSpan, read_text, register_extensions, set_spans
from cellstudy.terms import read_rows

_TABLES: Final = {"DESIGN": "design", "ROUTE": "route", "DONOR": "donor"}
_CONFIDENCE: Final = 0.95
_HYPHEN: Final = "[-\u2010\u2011\u2012\u2013\u2212\\s]"
_BEGINNING = re.compile(r"[^\W_](?<![\w-].)[^\W_]{0,2}")
"""The first three letters of a word, or fewer up to the first other character."""
_LOOK_BACK: Final = 20


class _Rule(NamedTuple):
    """One line of a table; `made_by` names it, such as `rule:design.randomized`."""

    label: str
    made_by: str
    pattern: "re.Pattern[str]"
    not_after: "re.Pattern[str] | None"


def find_rules(text: str) -> list[ScoredSpan]:
    """Every DESIGN, ROUTE and DONOR expression of `text`, by start, without overlap."""
    found: list[ScoredSpan] = []
    end = 0
    table = _rules_by_beginning()
    for word in _BEGINNING.finditer(text):
        rules = table.get(word.group().lower())
        span = _match_rules(text, word.start(), rules) if rules and word.start() >= end else None
        if span is not None:
            found.append(span)
            end = span.end
    return found


def _match_rules(text: str, start: int, rules: "tuple[_Rule, ...]") -> ScoredSpan | None:
    """Match the first of `rules` that fits at `start`."""
    for rule in rules:
        match = rule.pattern.match(text, start)
        if match is not None and not _barred(text, start, rule):
            return ScoredSpan(start, match.end(), rule.label, _CONFIDENCE, rule.made_by)
    return None


def _barred(text: str, start: int, rule: _Rule) -> bool:
    window = max(0, start - _LOOK_BACK)
    return rule.not_after is not None and bool(rule.not_after.search(text, window, start))


@cache
def _rules_by_beginning() -> dict[str, tuple[_Rule, ...]]:
    table: dict[str, tuple[_Rule, ...]] = {}
    for begins, rule in _read_rules():
        for beginning in begins:
            table[beginning] = (*table.get(beginning, ()), rule)
    return table


def _read_rules() -> Iterator[tuple[list[str], _Rule]]:
    for label, name in _TABLES.items():
        for identifier, begins, pattern, *not_after in read_rows(f"patterns/{name}.tsv"):
            barred = re.compile(rf"(?:{_widen(not_after[0])})$", re.I) if not_after else None
            compiled = re.compile(rf"(?:{_widen(pattern)})(?!\w)", re.I)
            yield begins.split(), _Rule(label, f"rule:{name}.{identifier}", compiled, barred)


def _widen(pattern: str) -> str:
    """Let a hyphen stand for any hyphen or space, outside of classes, flags and escapes."""
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
        """Find the design, route and donor expressions of `doc`."""
        set_spans(doc, RULES, find_rules(read_text(doc)))
        return doc
