"""Short forms that a text defines, found by the method of Schwartz and Hearst (2003).

The scorer looks for them itself, so that a score never depends on what the scored system found.
"""

import re

_IN_PARENTHESES = re.compile(r"\(([^()]{2,80})\)")
_SHORT_FORM = re.compile(r"(?=.*[^\W\d_])\w[\w/+-]{1,9}")


def find_abbreviations(text: str) -> dict[str, str]:
    """Return short form -> long form for each `long form (SF)`; the first definition counts."""
    found: dict[str, str] = {}
    for match in _IN_PARENTHESES.finditer(text):
        short = re.split(r"[,;]", match.group(1))[0].strip()
        if not _SHORT_FORM.fullmatch(short) or short in found:
            continue
        long = _find_long_form(short, text[max(0, match.start() - 200) : match.start()])
        if long:
            found[short] = long
    return found


def _find_long_form(short: str, before: str) -> str | None:
    """Return the words at the end of `before` that spell `short`, or None."""
    sentence = re.split(r"[.;:]\s|\n", before)[-1]
    words = sentence.split()
    size = len(short)
    candidate = " ".join(words[-min(size + 5, 2 * size) :])
    position = len(candidate)
    for index in range(size - 1, -1, -1):
        letter = short[index].lower()
        if not letter.isalnum():
            continue
        position = _find_letter(candidate, letter, before=position, first=index == 0)
        if position < 0:
            return None
    long = candidate[position:]
    return long if len(long) > size and short not in long.split() else None


def _find_letter(text: str, letter: str, *, before: int, first: bool) -> int:
    """Last place of `letter` left of `before`; the first letter must begin a word. Or -1."""
    lowered = text.lower()
    for position in range(before - 1, -1, -1):
        begins = position == 0 or not text[position - 1].isalnum()
        if lowered[position] == letter and (begins or not first):
            return position
    return -1
