"""Every span label, span-group key and Doc extension, named once."""

from typing import Final

LABELS: Final = (
    "DISEASE",
    "CELL_SOURCE",
    "CELL_PRODUCT",
    "DOSE",
    "DOSING_INTERVAL",
    "N_DOSES",
    "ROUTE",
    "SAMPLE_SIZE",
    "OUTCOME",
    "VALUE",
    "P_VALUE",
    "CI",
    "TIME",
    "DESIGN",
)
"""The labels of the annotation guidelines, in their order."""

CORE_LABELS: Final = ("DISEASE", "CELL_SOURCE", "DOSE", "DOSING_INTERVAL", "VALUE")
"""The five labels that the project exists for: disease, source, dose, interval, outcome number."""

NUMERIC_LABELS: Final = (
    "DOSE",
    "DOSING_INTERVAL",
    "N_DOSES",
    "SAMPLE_SIZE",
    "VALUE",
    "P_VALUE",
    "CI",
    "TIME",
)
"""Labels whose spans carry a number; their boundaries come from the grammars."""

# Span groups: what each component writes and the next ones read.
LEXICON: Final = "lexicon"  # gazetteer hits; span label = lexicon class
QUANTITIES: Final = "quantities"  # number expressions; span label = Quantity.kind
SCHEDULES: Final = "schedules"  # schedule expressions; span label = Schedule.kind
RULES: Final = "rules"  # design, route and donor words; span label = DESIGN, ROUTE, DONOR
RECOGNISED: Final = "recognised"  # what the trained recogniser found, with confidences
MENTIONS: Final = "mentions"  # the final flat spans, labels as above

# Doc extensions (plain data only, so that a Doc serialises).
EXT_QUANTITIES: Final = "quantities"  # list of Quantity as dict, by start
EXT_SCHEDULES: Final = "schedules"  # list of Schedule as dict, by start
EXT_NUMBER_TYPES: Final = "number_types"  # list of {start, end, label, confidence, role}, by start
EXT_SECTIONS: Final = "sections"  # list of Section as dict, by start
EXT_ABBREVIATIONS: Final = "short_forms"  # dict short form -> long form
EXT_CONTEXT: Final = "context"  # {mention start: [context names]}
EXT_CONCEPTS: Final = "concepts"  # {mention start: Concept as dict}
EXT_CONVENTION: Final = "convention"  # name of the annotation convention that the Doc follows
EXTENSIONS: Final = (
    EXT_QUANTITIES,
    EXT_SCHEDULES,
    EXT_NUMBER_TYPES,
    EXT_SECTIONS,
    EXT_ABBREVIATIONS,
    EXT_CONTEXT,
    EXT_CONCEPTS,
    EXT_CONVENTION,
)

CONVENTION: Final = "cellstudy"
"""The convention of our guidelines; corpora that mark the same labels otherwise have their own."""
