"""The final spans: what the recogniser found, what stands by rule, and abbreviations.

Reads the groups `recognised`, `quantities`, `schedules` and `rules`; writes the flat group
`mentions`. P-values, confidence intervals, designs and routes stand by rule alone; an abbreviation
shares the label of its long form.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from cellstudy.labels import (
    EXT_ABBREVIATIONS,
    MENTIONS,
    NUMERIC_LABELS,
    QUANTITIES,
    RECOGNISED,
    RULES,
    SCHEDULES,
)
from cellstudy.tag.extensions import ScoredSpan, get_spans, register_extensions, set_spans

RULE_LABELS = {"p_value": "P_VALUE", "ci": "CI"}
"""Kinds of quantity that are a mention whatever the recogniser says."""

SPREAD_LABELS = ("DISEASE", "CELL_PRODUCT", "OUTCOME")
"""Labels that pass from a long form to its abbreviation."""

_ADJECTIVE = re.compile(r"\w+(?:ic|tic|ous)", re.IGNORECASE)
_PEOPLE = re.compile(r" (?:patients?|subjects?|people|persons?|individuals?|participants?)\b")
_PREFIX = re.compile(r"(?<![\w-])[a-z]?[A-Z]{1,4}[-‐–]\Z")
_DOSAGE_FORM = re.compile(
    r" (?:gels?|ointments?|creams?|lotions?|sprays?|sheets?)\b", re.IGNORECASE
)

_OUTSIDE_NAME = re.compile(
    r"\b(?:of|in|for|with|induced|associated|related|limiting)\b", re.IGNORECASE
)

WIDENED_LABELS = ("DISEASE", "OUTCOME")
"""Labels whose spans grow to the long form that they end; a product leaves out its source."""


@Language.factory(
    "cellstudy_mentions", requires=["doc.spans"], assigns=["doc.spans"], default_config={}
)
def create_mentions(nlp: Language, name: str) -> "MentionResolver":  # noqa: ARG001
    """Create the component."""
    register_extensions()
    return MentionResolver()


class MentionResolver:
    """Component: writes the span group `mentions`."""

    def __call__(self, doc: Doc) -> Doc:
        """Resolve the spans of one Doc."""
        recognised = get_spans(doc, RECOGNISED)
        quantities, schedules = get_spans(doc, QUANTITIES), get_spans(doc, SCHEDULES)
        spans = choose_flat(
            [
                *credit_grammar(recognised, [*quantities, *schedules]),
                *label_by_rule(quantities, get_spans(doc, RULES)),
            ]
        )
        text = doc.text
        spans = [shape for span in spans if (shape := fit_to_guidelines(text, span)) is not None]
        places = find_short_forms(text, doc._.get(EXT_ABBREVIATIONS))
        spans = choose_flat(widen_to_long_forms(text, spans, places))
        spans = choose_flat([*spans, *spread_abbreviations(text, spans, places)])
        set_spans(doc, MENTIONS, spans)
        return doc


def fit_to_guidelines(text: str, span: ScoredSpan) -> ScoredSpan | None:
    """Apply what the guidelines fix whatever the recogniser learnt; None drops the span.

    An adjective for people ("cirrhotic patients") is no disease. A product in capitals keeps the
    prefix that a hyphen ties to it ("UC-MSCs"), and any product its dosage form ("PRP gel").
    """
    name = text[span.start : span.end]
    if span.label == "DISEASE" and _ADJECTIVE.fullmatch(name) and _PEOPLE.match(text, span.end):
        return None
    if span.label != "CELL_PRODUCT":
        return span
    prefix = _PREFIX.search(text, max(0, span.start - 8), span.start)
    form = _DOSAGE_FORM.match(text, span.end)
    return span._replace(
        start=prefix.start() if prefix and name[:2].isupper() else span.start,
        end=form.end() if form else span.end,
    )


def credit_grammar(
    recognised: Iterable[ScoredSpan], candidates: Iterable[ScoredSpan]
) -> list[ScoredSpan]:
    """Name the rule that found the number or schedule, beside the model that labelled it."""
    rules = {(item.start, item.end): item.made_by for item in candidates}
    return [
        span._replace(made_by=f"{span.made_by}+{rules[span.start, span.end]}")
        if span.label in NUMERIC_LABELS and (span.start, span.end) in rules
        else span
        for span in recognised
    ]


def label_by_rule(
    quantities: Iterable[ScoredSpan], rules: Iterable[ScoredSpan]
) -> list[ScoredSpan]:
    """The spans that stand by rule alone."""
    numbers = [
        item._replace(label=RULE_LABELS[item.label])
        for item in quantities
        if item.label in RULE_LABELS
    ]
    return [*numbers, *(item for item in rules if item.label in ("DESIGN", "ROUTE"))]


def choose_flat(spans: Iterable[ScoredSpan]) -> list[ScoredSpan]:
    """Keep the surest of overlapping spans, the longer and then the earlier of equals."""
    kept: list[ScoredSpan] = []
    ranked = sorted(
        spans, key=lambda s: (-s.confidence, s.start - s.end, s.start, s.label, s.made_by)
    )
    for span in ranked:
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return sorted(kept)


class ShortForm(NamedTuple):
    """An abbreviation with all places of its long and its short form."""

    long: str
    short: str
    long_places: list[tuple[int, int]]
    short_places: list[tuple[int, int]]


def find_short_forms(text: str, short_forms: Mapping[str, str]) -> list[ShortForm]:
    """Find where the abbreviations of a text and their long forms stand."""
    return [
        ShortForm(
            long.lower(),
            short.lower(),
            _find_word(long, text, flags=re.IGNORECASE),
            _find_word(short, text, flags=0),
        )
        for short, long in short_forms.items()
    ]


def _find_word(word: str, text: str, *, flags: int) -> list[tuple[int, int]]:
    pattern = rf"(?<!\w){re.escape(word)}(?!\w)"
    return [match.span() for match in re.finditer(pattern, text, flags)]


def widen_to_long_forms(
    text: str, spans: Sequence[ScoredSpan], places: Sequence[ShortForm]
) -> list[ScoredSpan]:
    """Widen a name that ends a long form to all of it: the abbreviation tells where it begins.

    A phrase around the name ("duration of catatonia") or its cause ("drug-induced") stays outside.
    """
    starts = {end: start for form in places for start, end in form.long_places}
    widened = []
    for span in spans:
        start = starts.get(span.end, span.start)
        is_wider = span.label in WIDENED_LABELS and start < span.start
        is_name = is_wider and not _OUTSIDE_NAME.search(text, start, span.start)
        widened.append(span._replace(start=start) if is_name else span)
    return widened


def spread_abbreviations(
    text: str, spans: Sequence[ScoredSpan], places: Sequence[ShortForm]
) -> list[ScoredSpan]:
    """Label further places of long and short forms one of which is labelled."""
    surest: dict[str, ScoredSpan] = {}
    for span in spans:
        name = text[span.start : span.end].lower()
        known = surest.get(name)
        if span.label in SPREAD_LABELS and (known is None or known.confidence < span.confidence):
            surest[name] = span
    spread = []
    for form in places:
        source = surest.get(form.long) or surest.get(form.short)
        if source is not None:
            spread += [
                source._replace(
                    start=start,
                    end=end,
                    confidence=source.confidence * 0.9,
                    made_by=f"rule:mentions.abbreviation<{source.made_by}",
                )
                for start, end in (*form.short_places, *form.long_places)
            ]
    return spread
