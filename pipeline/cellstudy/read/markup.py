"""HTML markup inside a title or abstract: paragraphs, section labels, and powers kept as `^6`.

Only well-formed tags of known names are markup: `p <0.05 and >3` is text.
"""

import html
import re

_ATTRIBUTES = r"""(?:\s+[\w:-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'))*\s*/?"""
_BLOCK = re.compile(rf"</?(?:p|div|br|h[1-6]|li|ul|ol|section|jats:p|jats:sec){_ATTRIBUTES}>", re.I)
_INLINE = re.compile(
    rf"</?(?:strong|b|em|i|u|sub|span|a|font|small|jats:(?:italic|bold|sub|title)){_ATTRIBUTES}>",
    re.I,
)
_SUPERSCRIPT = re.compile(rf"<((?:jats:)?sup){_ATTRIBUTES}>([^<>]*)</\1>", re.I)
_LABEL = re.compile(
    rf" ?<(strong|b|h[1-6]|jats:title){_ATTRIBUTES}> ?([^<>:]{{2,60}}?) ?(?:: ?</\1>|</\1> ?:)",
    re.I,
)
_SPACES = re.compile(r"[ \t\r\n]+")
_POWER = re.compile(r"\s*[-−–+]?\d")


def write_superscript(text: str) -> str:
    """`^6` for a raised number; other raised text (`+`, `®`, `th`) stays as it is."""
    return f"^{text.lstrip()}" if _POWER.match(text) else text


def strip_markup(text: str) -> str:
    """Plain text of `text`: tags removed, powers written with `^`, character entities resolved."""
    if "<" in text:
        text = _SUPERSCRIPT.sub(lambda match: write_superscript(match.group(2)), text)
        text = _INLINE.sub("", _BLOCK.sub(" ", text))
    return html.unescape(text) if "&" in text else text


def split_paragraphs(text: str) -> list[tuple[str | None, str]]:
    """(label, text) of each paragraph of HTML; `<strong>Methods: </strong>We did` is labelled.

    The text of a labelled paragraph starts with the label as shown.
    """
    found: list[tuple[str | None, str]] = []
    for paragraph in _BLOCK.split(_SPACES.sub(" ", text)):
        label = _LABEL.match(paragraph)
        shown = _SPACES.sub(" ", strip_markup(paragraph)).strip()
        if shown:
            found.append((strip_markup(label.group(2)) if label else None, shown))
    return found
