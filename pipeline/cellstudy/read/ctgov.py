r"""ClinicalTrials.gov JSON (registry API version 2): a study, a list, a `studies` page, or lines.

A registration becomes a text of the form on which the gold was annotated: official title; brief
summary; `label: description` of each arm that has a description, then of each intervention; the
first two primary outcomes as `Primary outcome: measure (time frame)`. Blank lines are dropped. The
registry's Markdown escapes (`10\^6`, `\>`) are undone.
"""

import re
from collections.abc import Iterator

import msgspec

from cellstudy.errors import InputError
from cellstudy.read.articles import Metadata, Place, build_article, collapse_spaces
from cellstudy.read.source import Head, Source
from cellstudy.schema import Article

PRIMARY_OUTCOMES = 2
"""How many primary outcomes the text lists; some registrations declare dozens."""

_RECOGNISED = re.compile(
    r'"protocolSection"\s*:|\A\{\s*(?:"\w+"\s*:\s*(?:"[^"]*"|[\w.+-]+)\s*,\s*)*"studies"\s*:'
)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_FIELD = re.compile(r" - at `\$\.([\w.\[\]]+)`")


class _Camel(msgspec.Struct, frozen=True, rename="camel"):
    pass


class _Identification(_Camel, frozen=True):
    nct_id: str
    brief_title: str = ""
    official_title: str = ""


class _Description(_Camel, frozen=True):
    brief_summary: str = ""


class _Arm(_Camel, frozen=True):
    label: str = ""
    description: str = ""


class _Intervention(_Camel, frozen=True):
    name: str = ""
    description: str = ""


class _ArmsInterventions(_Camel, frozen=True):
    arm_groups: tuple[_Arm, ...] = ()
    interventions: tuple[_Intervention, ...] = ()


class _Outcome(_Camel, frozen=True):
    measure: str = ""
    time_frame: str = ""


class _Outcomes(_Camel, frozen=True):
    primary_outcomes: tuple[_Outcome, ...] = ()


class _Status(_Camel, frozen=True):
    study_first_submit_date: str = ""


class _Protocol(_Camel, frozen=True):
    identification_module: _Identification
    description_module: _Description = _Description()
    arms_interventions_module: _ArmsInterventions = _ArmsInterventions()
    outcomes_module: _Outcomes = _Outcomes()
    status_module: _Status = _Status()


class _Study(_Camel, frozen=True):
    protocol_section: _Protocol


def recognise(head: Head) -> bool:
    """Whether the file is JSON with a `protocolSection` or a `studies` list."""
    return head.shape == "json" and bool(_RECOGNISED.search(head.text))


def read_articles(source: Source) -> Iterator[Article | InputError]:
    """Yield the registrations in order."""
    for position, raw in enumerate(_split_studies(source), 1):
        place = Place(source.name, position)
        try:
            study = msgspec.json.decode(raw, type=_Study)
        except (msgspec.DecodeError, RecursionError) as error:
            field = _FIELD.search(str(error))
            yield place.error(f"not a study: {error}", field.group(1) if field else "")
        else:
            yield _build(study.protocol_section, place)


def _split_studies(source: Source) -> list[bytes | msgspec.Raw]:
    """Split the file to studies, undecoded so that a bad one does not spoil the rest."""
    text = source.read_text().strip()
    try:
        document = msgspec.json.decode(text, type=list[msgspec.Raw] | dict[str, msgspec.Raw])
        if isinstance(document, list):
            return [*document]
        if "studies" in document:
            return [*msgspec.json.decode(document["studies"], type=list[msgspec.Raw])]
    except (msgspec.DecodeError, RecursionError) as error:
        if not text.partition("\n")[0].rstrip().endswith("}"):
            raise InputError(f"not well-formed JSON: {error}", source=source.name) from error
        return [line.encode() for line in text.split("\n") if line.strip()]
    return [text.encode()]


def _build(protocol: _Protocol, place: Place) -> Article | InputError:
    identification = protocol.identification_module
    title = _unescape(identification.official_title) or _unescape(identification.brief_title)
    abstract = "\n".join(filter(None, _parts(protocol)))
    metadata = Metadata(
        nct=identification.nct_id,
        year=protocol.status_module.study_first_submit_date,
        language="en",
    )
    return build_article(place, metadata, title=collapse_spaces(title), abstract=abstract)


def _parts(protocol: _Protocol) -> Iterator[str]:
    """Write the parts of the registration, some perhaps empty."""
    arms = protocol.arms_interventions_module
    yield _unescape(protocol.description_module.brief_summary)
    yield _list_described((arm.label, arm.description) for arm in arms.arm_groups)
    described = ((item.name, item.description) for item in arms.interventions)
    yield _list_described(described)
    outcomes = protocol.outcomes_module.primary_outcomes[:PRIMARY_OUTCOMES]
    yield "\n".join(map(_write_outcome, outcomes))


def _list_described(items: Iterator[tuple[str, str]]) -> str:
    pairs = ((_unescape(name), _unescape(description)) for name, description in items)
    return "\n".join(f"{name}: {description}" for name, description in pairs if description)


def _write_outcome(outcome: _Outcome) -> str:
    time_frame = _unescape(outcome.time_frame)
    measure = f"Primary outcome: {_unescape(outcome.measure)}"
    return f"{measure} ({time_frame})" if time_frame else measure


def _unescape(text: str) -> str:
    """Undo Markdown escapes and drop blank lines and white space around lines."""
    lines = (line.strip() for line in _ESCAPE.sub(r"\1", text).split("\n"))
    return "\n".join(filter(None, lines))
