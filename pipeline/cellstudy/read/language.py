"""Language codes from metadata, else a simple guess from script and function words."""

import re
from functools import cache

from cellstudy.terms import read_rows

_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]"), 0.05),
    ("zh", re.compile(r"[\u3400-\u9fff]"), 0.2),
    ("ko", re.compile(r"[\uac00-\ud7af]"), 0.2),
    ("ru", re.compile(r"[\u0400-\u04ff]"), 0.5),
    ("ar", re.compile(r"[\u0600-\u06ff]"), 0.5),
)
"""Language, its letters, and the least share of them among all letters; kana before Han."""

_GUESS_CHARACTERS = 2000
_MIN_HITS = 2


def normalise_language(value: object) -> str | None:
    """Two-letter code for a code or English name of a language, or None where it is unknown."""
    return _codes().get(value.strip().lower()) if isinstance(value, str) else None


def guess_language(text: str) -> str | None:
    """Guess the language of `text`; None where it is too short or too mixed to tell."""
    sample = text[:_GUESS_CHARACTERS]
    words = [word.lower() for word in _WORD.findall(sample)]
    letters = sum(map(len, words))
    for code, pattern, share in _SCRIPTS:
        if len(pattern.findall(sample)) > share * letters:
            return code
    hits = {code: sum(word in stops for word in words) for code, stops in _stop_words().items()}
    best, runner_up = sorted(hits, key=lambda code: -hits[code])[:2]
    return best if hits[best] >= _MIN_HITS and hits[best] > hits[runner_up] else None


@cache
def _codes() -> dict[str, str]:
    return {name: row[0] for row in read_rows("read/languages.tsv") for name in row}


@cache
def _stop_words() -> dict[str, frozenset[str]]:
    return {code: frozenset(words.split()) for code, words in read_rows("read/stop_words.tsv")}
