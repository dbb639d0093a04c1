"""The final spans: what the recogniser found, what stands by rule, and abbreviations.

Reads the groups `recognised`, `quantities`, `schedules` and `rules`; writes the flat group
`mentions`. P-values, confidence intervals, designs and routes stand by rule alone; an abbreviation
shares the label of its long form.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from cellstudy.labels import (
    EXT_ABBREVIATIONS,
    LEXICON,
    MENTIONS,
    NUMERIC_LABELS,
    QUANTITIES,
    RECOGNISED,
    RULES,
    SCHEDULES,
)
from cellstudy.tag.extensions import (
    ScoredSpan,
    get_spans,
    read_text,
    register_extensions,
    set_spans,
)
from cellstudy.tag.number_context import label_numbers

RULE_LABELS = {"p_value": "P_VALUE", "ci": "CI"}
"""Kinds of quantity that are a mention whatever the recogniser says."""

SPREAD_LABELS = ("DISEASE", "CELL_PRODUCT", "OUTCOME")
"""Labels that pass from a long form to its abbreviation."""

_ADJECTIVE = re.compile(r"\w+(?:ic|tic|ous)", re.IGNORECASE)
_PEOPLE = re.compile(r" (?:patients?|subjects?|people|persons?|individuals?|participants?)\b")
_FACTOR = re.compile(r"(?:\bfactors?|CSF|\bcytokines?)$|colony\W", re.IGNORECASE)
_VESICLES = re.compile(
    r"(?:small )?(?:extracellular )?(?:exosom|exo\b|vesicle|EVs?\b)", re.IGNORECASE
)
_PARENT_LINK = re.compile(r"\)?[-–‐ ]{1,2}(?:derived[- ])?")
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
        text = read_text(doc)
        recognised = name_tissues(get_spans(doc, RECOGNISED), get_spans(doc, LEXICON))
        quantities, schedules = get_spans(doc, QUANTITIES), get_spans(doc, SCHEDULES)
        spans = choose_flat(
            [
                *credit_grammar(recognised, [*quantities, *schedules]),
                *label_by_rule(quantities, get_spans(doc, RULES)),
                *label_numbers(text, quantities, schedules),
            ]
        )
        spans = [span for span in spans if is_by_guidelines(text, span)]
        places = find_short_forms(text, doc._.get(EXT_ABBREVIATIONS))
        spans = choose_flat(widen_to_long_forms(text, spans, places))
        spans = add_spread(spans, choose_flat(spread_abbreviations(text, spans, places)))
        spans = choose_flat(complete_product(text, span) for span in spans)
        spans = join_vesicles(text, spans)
        set_spans(doc, MENTIONS, spans)
        return doc


def name_tissues(
    recognised: Iterable[ScoredSpan], lexicon: Iterable[ScoredSpan]
) -> list[ScoredSpan]:
    """Take a tissue that was recognised as a disease for a cell source, or for nothing."""
    tissues = {
        (hit.start, hit.end): hit.label for hit in lexicon if hit.label in ("SOURCE", "TISSUE")
    }
    named = []
    for span in recognised:
        tissue = tissues.get((span.start, span.end)) if span.label == "DISEASE" else None
        if tissue == "SOURCE":
            named.append(span._replace(label="CELL_SOURCE"))
        elif tissue is None:
            named.append(span)
    return named


def is_by_guidelines(text: str, span: ScoredSpan) -> bool:
    """Rule out what the guidelines exclude whatever the recogniser learnt.

    An adjective for people ("cirrhotic patients") is no disease, a growth factor no cell product.
    """
    name = text[span.start : span.end]
    if span.label == "CELL_PRODUCT":
        return not _FACTOR.search(name)
    is_adjective = span.label == "DISEASE" and _ADJECTIVE.fullmatch(name)
    return not (is_adjective and _PEOPLE.match(text, span.end))


def complete_product(text: str, span: ScoredSpan) -> ScoredSpan:
    """Give a product in capitals its hyphenated prefix ("UC-MSCs"), and any its dosage form."""
    if span.label != "CELL_PRODUCT":
        return span
    name = text[span.start : span.end]
    prefix = _PREFIX.search(text, max(0, span.start - 8), span.start)
    form = _DOSAGE_FORM.match(text, span.end)
    return span._replace(
        start=prefix.start() if prefix and name[:2].isupper() else span.start,
        end=form.end() if form else span.end,
    )


def join_vesicles(text: str, spans: Sequence[ScoredSpan]) -> list[ScoredSpan]:
    """Join vesicles with the parent cells named right before them ("MSC-derived exosomes").

    A short form between the two ("stem cell (MSC)-derived exosomes") is taken in.
    """
    joined: list[ScoredSpan] = []
    for span in spans:
        while span.label == "CELL_PRODUCT" and _VESICLES.match(text, span.start) and joined:
            before = joined[-1]
            between = text[before.end : span.start]
            if before.label != "CELL_PRODUCT" or not _PARENT_LINK.fullmatch(between):
                break
            joined.pop()
            span = span._replace(start=before.start)  # noqa: PLW2901 - it grows to the left
            parent = joined[-1] if between.startswith(")") and joined else None
            if parent and parent.label == "CELL_PRODUCT":
                opened = text[parent.end : before.start].strip() == "("
                span = span._replace(start=joined.pop().start) if opened else span  # noqa: PLW2901
        joined.append(span)
    return joined


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


def add_spread(spans: Sequence[ScoredSpan], spread: Iterable[ScoredSpan]) -> list[ScoredSpan]:
    """Add spread names where nothing stands, or only parts of them with the same label."""
    kept = list(spans)
    for name in spread:
        met = [span for span in kept if name.start < span.end and span.start < name.end]
        inside = [
            span
            for span in met
            if span.label == name.label and name.start <= span.start and span.end <= name.end
        ]
        if len(inside) == len(met) and (name.start, name.end) not in {s[:2] for s in met}:
            kept = [span for span in kept if span not in inside] + [name]
    return kept


def choose_flat(spans: Iterable[ScoredSpan]) -> list[ScoredSpan]:
    """Keep the surest of overlapping spans, the longer and then the earlier of equals."""
    kept: list[ScoredSpan] = []  # flat, so that its starts and its ends are in one order
    ranked = sorted(
        spans, key=lambda s: (-s.confidence, s.start - s.end, s.start, s.label, s.made_by)
    )
    for span in ranked:
        place = bisect_left(kept, span.end, key=lambda s: s.start)
        if place == 0 or kept[place - 1].end <= span.start:
            kept.insert(place, span)
    return kept


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
            is_name = form.long in surest or not _OUTSIDE_NAME.search(form.long)
            long_places = form.long_places if is_name else []
            spread += [
                source._replace(
                    start=start,
                    end=end,
                    confidence=source.confidence * 0.9,
                    made_by=f"rule:mentions.abbreviation<{source.made_by}",
                )
                for start, end in (*form.short_places, *long_places)
            ]
    return spread
