"""The data that flows through the pipeline, as frozen records.

    Article --tag--> Tagging --assemble--> StudyRecord

All offsets are half-open character offsets into `Article.text`.
"""

import hashlib
from typing import Any, Generic, Literal, TypeVar

import msgspec

SCHEMA_VERSION = "1.2"

T = TypeVar("T")

Status = Literal["reported", "derived", "ambiguous", "withheld", "not_reported"]

# ---------------------------------------------------------------- input


class Section(msgspec.Struct, frozen=True):
    """A labelled part of an abstract, such as METHODS; `label` is upper case."""

    label: str
    start: int
    end: int


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """One document: `text` is title + newline + abstract (or as given), all offsets refer to it."""

    id: str
    title: str
    abstract: str
    text: str
    pmid: str | None = None
    doi: str | None = None
    pmcid: str | None = None
    nct: str | None = None
    journal: str | None = None
    year: int | None = None
    language: str | None = None
    publication_types: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    source: str = ""
    """The file (and position in it) that the article was read from."""

    @property
    def sha256(self) -> str:
        """SHA-256 of the text in UTF-8, as hex."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


# ---------------------------------------------------------------- tagging


class Quantity(msgspec.Struct, frozen=True, kw_only=True):
    """A number expression with its normalised value.

    `kind` is one of: number (bare), amount (number + unit that is not time), percent, time (number
    + time unit, or "week 24"), fraction (n/N), p_value, ci, ratio (1:1), age, date, identifier.
    `low` equals `high` for one number; an open bound ("<0.05", "up to 100%") sets both and says so
    in `bound`. `unit` and `per` are the guidelines' plain forms: cells, mL, ug, mg, g, particles,
    IU, %, hairs; kg, cm2, injection, day, lesion. Time units: second .. year (singular).
    """

    start: int
    end: int
    kind: str
    low: float
    high: float
    unit: str | None = None
    per: str | None = None
    bound: Literal["<", ">", "<=", ">="] | None = None
    dispersion: float | None = None
    dispersion_high: float | None = None
    """Upper bound where the dispersion is an interval (IQR, range); `dispersion` is the lower."""
    dispersion_kind: str | None = None
    """sd, se, iqr, range, or plus_minus where the text does not say which."""
    level: float | None = None
    """Confidence level of an interval in percent (95)."""
    duration: str | None = None
    """ISO 8601, for kind time."""
    confidence: float = 1.0
    rule: str = ""


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """A schedule expression: how often, or how far apart in time.

    `kind` is frequency ("twice daily", "every 2 weeks"), days ("on days 0, 7 and 14"), or further
    ("3 weeks later" for a further dose). `offsets` are days from the first administration.
    """

    start: int
    end: int
    kind: str
    interval: str | None = None
    """ISO 8601 duration between administrations, None where they are uneven; the upper bound of a
    range ("every 3-4 weeks"), whose lower bound is `interval_low`."""
    interval_low: str | None = None
    offsets: tuple[float, ...] = ()
    times: tuple[str, ...] = ()
    """The listed days as ISO 8601 durations from the first: ("P0D", "P7D", "P14D")."""
    n_doses: int | None = None
    confidence: float = 1.0
    rule: str = ""


class Concept(msgspec.Struct, frozen=True):
    """An ontology concept that a mention was linked to."""

    id: str
    label: str
    score: float
    method: str
    """exact, normalised, or ngram."""


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    """One final span of the text with its label (labels.LABELS) and all that is known of it."""

    start: int
    end: int
    text: str
    label: str
    confidence: float
    made_by: str
    """Rule or model id, such as `rule:quantity.power` or `model:recogniser`."""
    sentence: int
    """Index into `Tagging.sentences`."""
    section: str | None = None
    quantity: Quantity | None = None
    schedule: Schedule | None = None
    concept: Concept | None = None
    context: tuple[str, ...] = ()
    """Any of: negated, planned, background, comparator, hypothetical."""
    role: str | None = None
    """Of a sample size: total, randomised, arm, screened, analysed, completed, lost."""


class Tagging(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that tagging found in one article, as plain data."""

    article: Article
    sentences: tuple[tuple[int, int], ...]
    mentions: tuple[Mention, ...]
    """By start; flat, without overlap."""
    quantities: tuple[Quantity, ...] = ()
    """All candidates of the grammar, also those that became no mention."""
    donors: tuple[Mention, ...] = ()
    """Donor words (autologous, allogeneic, ...) with label DONOR; not part of the gold's labels."""
    abbreviations: dict[str, str] = {}
    """Short form -> long form, as the text defines them."""


# ---------------------------------------------------------------- record


class Evidence(msgspec.Struct, frozen=True):
    """A place in the text: `text == article.text[start:end]`."""

    start: int
    end: int
    text: str
    section: str | None = None


class Value(msgspec.Struct, Generic[T], frozen=True, kw_only=True, omit_defaults=True):
    """A leaf of the record: a value with where it comes from and how sure it is."""

    status: Status
    value: T | None = None
    evidence: tuple[Evidence, ...] = ()
    made_by: str = ""
    confidence: float = 0.0


def absent() -> Value[Any]:
    """The leaf for what the abstract does not report."""
    return Value(status="not_reported")


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Bibliographic data of the document, as read, and the hash of the text."""

    id: str
    title: str
    sha256: str
    pmid: str | None = None
    doi: str | None = None
    pmcid: str | None = None
    nct: str | None = None
    journal: str | None = None
    year: int | None = None
    language: str | None = None
    file: str = ""


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """A disease that the therapy is for."""

    name: Value[str]
    mondo_id: Value[str] = msgspec.field(default_factory=absent)


class Arm(msgspec.Struct, frozen=True, kw_only=True):
    """A study arm; `role` is experimental, control, or unclear."""

    label: Value[str]
    role: Value[str] = msgspec.field(default_factory=absent)
    n: Value[int] = msgspec.field(default_factory=absent)


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """A cell product: form and donor take the guidelines' values."""

    name: Value[str]
    form: Value[str] = msgspec.field(default_factory=absent)
    source: Value[str] = msgspec.field(default_factory=absent)
    source_id: Value[str] = msgspec.field(default_factory=absent)
    cell_type: Value[str] = msgspec.field(default_factory=absent)
    cell_type_id: Value[str] = msgspec.field(default_factory=absent)
    donor: Value[str] = msgspec.field(default_factory=absent)


class Regimen(msgspec.Struct, frozen=True, kw_only=True):
    """One dose level of the studied therapy. Units are UCUM codes, durations ISO 8601."""

    product: Value[str] = msgspec.field(default_factory=absent)
    arm: Value[str] = msgspec.field(default_factory=absent)
    dose_low: Value[float] = msgspec.field(default_factory=absent)
    dose_high: Value[float] = msgspec.field(default_factory=absent)
    dose_unit: Value[str] = msgspec.field(default_factory=absent)
    dose_per: Value[str] = msgspec.field(default_factory=absent)
    route: Value[str] = msgspec.field(default_factory=absent)
    n_doses: Value[int] = msgspec.field(default_factory=absent)
    interval: Value[str] = msgspec.field(default_factory=absent)
    duration: Value[str] = msgspec.field(default_factory=absent)
    administration_times: Value[tuple[str, ...]] = msgspec.field(default_factory=absent)
    total_dose: Value[float] = msgspec.field(default_factory=absent)
    total_dose_formula: str | None = None


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One reported number (or a bare p-value, kind p_only)."""

    outcome: Value[str] = msgspec.field(default_factory=absent)
    arm: Value[str] = msgspec.field(default_factory=absent)
    condition: Value[str] = msgspec.field(default_factory=absent)
    time: Value[str] = msgspec.field(default_factory=absent)
    kind: Value[str] = msgspec.field(default_factory=absent)
    value: Value[float] = msgspec.field(default_factory=absent)
    high: Value[float] = msgspec.field(default_factory=absent)
    unit: Value[str] = msgspec.field(default_factory=absent)
    bound: Value[str] = msgspec.field(default_factory=absent)
    dispersion: Value[float] = msgspec.field(default_factory=absent)
    dispersion_kind: Value[str] = msgspec.field(default_factory=absent)
    direction: Value[str] = msgspec.field(default_factory=absent)
    p: Value[str] = msgspec.field(default_factory=absent)
    ci_low: Value[float] = msgspec.field(default_factory=absent)
    ci_high: Value[float] = msgspec.field(default_factory=absent)
    ci_level: Value[float] = msgspec.field(default_factory=absent)


class IncludedStudies(msgspec.Struct, frozen=True, kw_only=True):
    """Studies of one design that a review includes."""

    design: Value[str]
    n: Value[int]


class Flag(msgspec.Struct, frozen=True, kw_only=True):
    """A check that a value failed; the value itself is never edited."""

    name: str
    severity: Literal["info", "warning", "error"]
    message: str


class PipelineInfo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What made the record."""

    name: str
    version: str
    model: str
    model_sha256: str
    disease_model: str | None = None
    """Name and version of the released model that found the diseases, if one was plugged in."""
    disease_model_sha256: str | None = None


class StudyRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One abstract as a structured study."""

    schema_version: str = SCHEMA_VERSION
    source: Source
    design: Value[str] = msgspec.field(default_factory=absent)
    species: Value[str] = msgspec.field(default_factory=absent)
    conditions: tuple[Condition, ...] = ()
    n_total: Value[int] = msgspec.field(default_factory=absent)
    n_studies: Value[int] = msgspec.field(default_factory=absent)
    included_studies: tuple[IncludedStudies, ...] = ()
    arms: tuple[Arm, ...] = ()
    products: tuple[Product, ...] = ()
    regimens: tuple[Regimen, ...] = ()
    follow_up: Value[str] = msgspec.field(default_factory=absent)
    results: tuple[Result, ...] = ()
    flags: tuple[Flag, ...] = ()
    pipeline: PipelineInfo


# ---------------------------------------------------------------- flat record (the gold's form)


class FlatProduct(msgspec.Struct, frozen=True, kw_only=True):
    """A product of the guidelines' record."""

    name: str | None = None
    form: str | None = None
    source: str | None = None
    donor: str | None = None


class FlatRegimen(msgspec.Struct, frozen=True, kw_only=True):
    """A regimen of the guidelines' record."""

    product: str | None = None
    arm: str | None = None
    dose_low: float | None = None
    dose_high: float | None = None
    dose_unit: str | None = None
    dose_per: str | None = None
    route: str | None = None
    n_doses: float | None = None
    interval: str | None = None
    duration: str | None = None


class FlatResult(msgspec.Struct, frozen=True, kw_only=True):
    """A result of the guidelines' record."""

    outcome: str | None = None
    arm: str | None = None
    condition: str | None = None
    time: str | None = None
    kind: str | None = None
    value: float | None = None
    high: float | None = None
    unit: str | None = None
    dispersion: float | None = None
    direction: str | None = None
    p: str | None = None


class FlatRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The guidelines' record: the form of the gold, which `evaluate` scores."""

    design: str | None = None
    species: str | None = None
    conditions: tuple[str, ...] = ()
    n_total: float | None = None
    n_studies: float | None = None
    products: tuple[FlatProduct, ...] = ()
    regimens: tuple[FlatRegimen, ...] = ()
    follow_up: str | None = None
    results: tuple[FlatResult, ...] = ()


class SpanValue(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The normalised value of a span with a number; fields as in Quantity and Schedule.

    Gold carries those of a DOSE (low to per) and of a DOSING_INTERVAL (interval, ISO 8601).
    """

    low: float | None = None
    high: float | None = None
    unit: str | None = None
    per: str | None = None
    bound: str | None = None
    dispersion: float | None = None
    dispersion_high: float | None = None
    dispersion_kind: str | None = None
    level: float | None = None
    interval: str | None = None
    interval_low: str | None = None
    times: tuple[str, ...] = ()
    """Days of administration that the span lists, as durations from the first."""
    duration: str | None = None
    role: str | None = None
    """Of a sample size: total, arm, randomised, analysed, completed, screened, or lost."""


class GoldSpan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A labelled span of gold or prediction."""

    start: int
    end: int
    label: str
    confidence: float | None = None
    made_by: str | None = None
    value: SpanValue | None = None
