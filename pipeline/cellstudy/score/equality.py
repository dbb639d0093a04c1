"""When two values of the record are the same: the rules of the guidelines, section Scoring.

The guidelines leave details open; here they are decided:

- names (conditions, sources): equal in lower case, or both have the same concept id
- outcomes: same head noun (last word before the first preposition, parentheses left out), or the
  shared content words are at least half of the words of the longer name. Articles, conjunctions and
  prepositions are no content; plural and British spelling are folded; short forms are expanded
- arms: same words once `group`, `arm`, `treatment` and the like are left out; or one name contains
  the other with at least half of its words. The rule of outcomes would call `drug A 10 mg` and
  `drug A 20 mg` one arm. A comparison (`A vs B`) equals only a comparison
- routes: same words, where `intravenously` is `intravenous` and hyphens do not count
- numbers: equal to nine significant digits; doses with their unit and basis (`µg` is `ug`)
- durations and times: by length, a month being a twelfth of 365.25 days; other text in lower case
- p-values: sign and number (`<.05` is `<0.05`, `0·55` is `0.55`)
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from fractions import Fraction

from cellstudy.durations import measure_duration
from cellstudy.score.phrases import (
    Phrase,
    Tokens,
    fold_short_forms,
    read_arm,
    read_phrase,
    read_words,
    split_words,
)
from cellstudy.terms import fold_word

Resolver = Callable[[str], str | None]
"""Name of a disease or tissue -> concept id, None where there is none."""

_P_VALUE = re.compile(r"p?(<=|>=|<|>|)=?((?:\d+(?:\.\d+)?|\.\d+)(?:e-?\d+)?)")


class Equality:
    """Folds the values of one document to forms that are compared with `==` or a rule below."""

    def __init__(
        self,
        abbreviations: Mapping[str, str],
        *,
        resolve_condition: Resolver | None = None,
        resolve_source: Resolver | None = None,
    ) -> None:
        self._short_forms = fold_short_forms(abbreviations)
        self._resolve_condition = resolve_condition
        self._resolve_source = resolve_source

    def fold_condition(self, name: str) -> frozenset[str]:
        """Return the lower-case name and the concept id."""
        return _with_concept(name, self._resolve_condition)

    def fold_source(self, name: str) -> frozenset[str]:
        """Return the lower-case name and the concept id."""
        return _with_concept(name, self._resolve_source)

    def fold_outcome(self, name: str) -> Phrase:
        """Return the content words and the head noun, short forms expanded."""
        return read_phrase(name, self._short_forms)

    def fold_arm(self, name: str) -> Tokens:
        """Return the words that tell the arm from others, short forms expanded."""
        return read_arm(name, self._short_forms)


def share_name(first: frozenset[str], second: frozenset[str]) -> bool:
    """Say whether two folded names have the lower-case form or the concept id in common."""
    return not first.isdisjoint(second)


def same_outcome(first: Phrase, second: Phrase) -> bool:
    """Say whether two outcomes have the same head noun or share half of their words."""
    return first.head == second.head or _share_half(first.words, second.words)


def same_arm(first: Tokens, second: Tokens) -> bool:
    """Say whether two arm names have the same words, or one holds the other and little more."""
    contrast = read_words("contrast")
    if contrast.isdisjoint(first) != contrast.isdisjoint(second):
        return False
    shared = len(set(first).intersection(second))
    contained = shared == min(len(first), len(second))
    return contained and _share_half(first, second)


def _share_half(first: Tokens, second: Tokens) -> bool:
    shared = len(set(first).intersection(second))
    return shared > 0 and 2 * shared >= max(len(first), len(second))


def fold_text(text: str) -> str:
    """Fold case and white space."""
    return " ".join(text.casefold().split())


def fold_number(number: float) -> float:
    """Round to nine significant digits, so that 10 * 0.3 equals 3."""
    return float(f"{number:.9g}")


def fold_numbers(numbers: tuple[float | None, ...]) -> tuple[float | None, ...]:
    """Fold numbers that count together, such as value and high."""
    return tuple(None if number is None else fold_number(number) for number in numbers)


def fold_unit(unit: str | None) -> str | None:
    """Fold case, plural and the two micro signs of a unit."""
    if unit is None:
        return None
    plain = unicodedata.normalize("NFKC", unit).replace("μ", "u")
    return fold_word(plain.strip())


def fold_dose(
    dose: tuple[float | None, float | None, str | None, str | None],
) -> tuple[float | str | None, ...]:
    """Fold a dose: low, high, unit, per."""
    low, high, unit, per = dose
    return (*fold_numbers((low, high)), fold_unit(unit), fold_unit(per))


def fold_duration(text: str) -> Fraction | str:
    """Return the length of an ISO 8601 duration in seconds, or the folded text."""
    length = measure_duration(text)
    return fold_text(text) if length is None else length


def fold_route(text: str) -> str:
    """Fold a route: adverbs to adjectives, hyphens and spaces left out."""
    return "".join(map(_to_adjective, split_words(text)))


def _to_adjective(word: str) -> str:
    """`intravenously` -> `intravenous`, `topically` and `topical` -> `topic`."""
    stem = word.removesuffix("ly") if len(word) > 5 else word
    return stem.removesuffix("al") if stem.endswith("ical") else stem


def fold_p(text: str) -> tuple[str, float] | str:
    """Return the sign of comparison ("" for equal) and the number, or the folded text."""
    plain = fold_text(text).replace(" ", "")
    for old, new in (("≤", "<="), ("≥", ">="), ("·", "."), ("−", "-")):
        plain = plain.replace(old, new)
    match = _P_VALUE.fullmatch(plain)
    return (match.group(1), float(match.group(2))) if match else plain


def _with_concept(name: str, resolve: Resolver | None) -> frozenset[str]:
    concept = resolve(name) if resolve else None
    return frozenset(filter(None, (fold_text(name), concept)))
