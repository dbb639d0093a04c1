"""The final spans: what the recogniser found, on the boundaries that the grammars give.

Reads the groups `recognised`, `quantities`, `schedules` and `rules`; writes the flat group
`mentions`. A number keeps the boundaries of the grammar; its label is the recogniser's, but
p-values, confidence intervals, designs and routes stand by rule alone.
"""

import re
from collections.abc import Iterable, Sequence

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

KINDS_OF_LABEL = {
    "DOSE": {"amount", "number"},
    "VALUE": {"number", "amount", "percent", "fraction", "ratio", "time"},
    "SAMPLE_SIZE": {"number"},
    "N_DOSES": {"number"},
    "TIME": {"time", "number"},
    "P_VALUE": {"p_value"},
    "CI": {"ci"},
}
"""Kinds of quantity that a span of the label may rest on; any other kind rules it out."""

RULE_LABELS = {"p_value": "P_VALUE", "ci": "CI"}
"""Kinds of quantity that are a mention whatever the recogniser says."""

SPREAD_LABELS = ("DISEASE", "CELL_PRODUCT", "OUTCOME")
"""Labels that pass from a long form to its abbreviation and back to further occurrences."""


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
        spans = [
            *rest_on_grammar(recognised, quantities, schedules),
            *label_by_rule(quantities, get_spans(doc, RULES)),
        ]
        spans = choose_flat(spans)
        spans = choose_flat([*spans, *spread_abbreviations(doc, spans)])
        set_spans(doc, MENTIONS, spans)
        return doc


def rest_on_grammar(
    recognised: Iterable[ScoredSpan],
    quantities: Sequence[ScoredSpan],
    schedules: Sequence[ScoredSpan],
) -> list[ScoredSpan]:
    """Give numeric spans the boundaries of the number expression that they touch.

    A span on an expression that cannot carry its label (a date, an identifier) is dropped.
    """
    found = []
    for span in recognised:
        if span.label not in NUMERIC_LABELS:
            found.append(span)
            continue
        touched = _best_touching(span, schedules if span.label == "DOSING_INTERVAL" else quantities)
        if touched is None:
            found.append(span)
        elif span.label == "DOSING_INTERVAL" or touched.label in KINDS_OF_LABEL[span.label]:
            found.append(
                span._replace(
                    start=touched.start,
                    end=touched.end,
                    made_by=f"{span.made_by}+{touched.made_by}",
                )
            )
    return found


def _best_touching(span: ScoredSpan, others: Sequence[ScoredSpan]) -> ScoredSpan | None:
    touching = [item for item in others if item.start < span.end and span.start < item.end]
    return max(
        touching,
        key=lambda item: min(item.end, span.end) - max(item.start, span.start),
        default=None,
    )


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


def spread_abbreviations(doc: Doc, spans: Sequence[ScoredSpan]) -> list[ScoredSpan]:
    """Label further occurrences of abbreviations whose long or short form is labelled."""
    short_forms: dict[str, str] = doc._.get(EXT_ABBREVIATIONS)
    if not short_forms:
        return []
    surest: dict[str, ScoredSpan] = {}
    for span in spans:
        if span.label in SPREAD_LABELS:
            key = doc.text[span.start : span.end].lower()
            if key not in surest or surest[key].confidence < span.confidence:
                surest[key] = span
    spread = []
    for short, long in short_forms.items():
        source = surest.get(long.lower()) or surest.get(short.lower())
        if source is not None:
            spread += [
                ScoredSpan(
                    match.start(),
                    match.end(),
                    source.label,
                    round(source.confidence * 0.9, 4),
                    f"rule:mentions.abbreviation<{source.made_by}",
                )
                for match in re.finditer(rf"(?<!\w){re.escape(short)}(?!\w)", doc.text)
            ]
    return spread
