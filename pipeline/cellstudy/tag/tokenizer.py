"""Tokenizer: scispaCy's rules, made to split where the gold needs a boundary.

A token boundary must exist wherever an annotator may begin or end a span: inside
`UC-MSCs/kg`, `41.5±12.2`, `p<0.01`, `45%(95%CI` and `107cells`. So every symbol splits,
and letters that follow a digit split off it; a decimal number stays whole.
"""

from collections.abc import Callable

from spacy.language import Language
from spacy.symbols import ORTH
from spacy.tokenizer import Tokenizer
from spacy.util import (
    compile_infix_regex,
    compile_prefix_regex,
    compile_suffix_regex,
    registry,
)

SYMBOL = r"(?:[^\w\s.,·'’]|_)"
"""Any symbol: hyphen, slash, sign, bracket, operator. Decimal marks are handled apart."""

LETTERS_AFTER_DIGIT = r"(?<=[0-9])[A-Za-zµμα-ωΑ-Ω]+"
MARK_NOT_DECIMAL = r"(?<![0-9])[.,·](?=\w)|(?<=\w)[.,](?![0-9])|(?<=[0-9])[.,](?=[A-Za-z])"
POSSESSIVE = r"(?<=\w)['’]s\b|(?<=s)['’](?!\w)|['’](?=\W)"


@registry.tokenizers("cellstudy.tokenizer.v1")
def create_tokenizer() -> Callable[[Language], Tokenizer]:
    """Make the tokenizer factory that `[nlp.tokenizer]` of a config names."""
    return build_tokenizer


def build_tokenizer(nlp: Language) -> Tokenizer:
    """Build the tokenizer on the vocabulary of `nlp`."""
    # Imported here: creating any pipeline imports every factory module, used or not.
    from scispacy.consts import ABBREVIATIONS

    exceptions = {text for text in nlp.Defaults.tokenizer_exceptions if text.endswith(".")}
    return Tokenizer(
        nlp.vocab,
        rules={text: [{ORTH: text}] for text in exceptions.union(ABBREVIATIONS) if len(text) > 2},
        prefix_search=compile_prefix_regex([SYMBOL, r"[.,·'’]"]).search,
        suffix_search=compile_suffix_regex([SYMBOL, r"[.,·'’]", r"['’]s"]).search,
        infix_finditer=compile_infix_regex(
            [SYMBOL, MARK_NOT_DECIMAL, LETTERS_AFTER_DIGIT, POSSESSIVE]
        ).finditer,
    )
