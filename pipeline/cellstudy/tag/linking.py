"""Links the diseases, cell sources and cell products among the mentions to concepts."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from spacy.language import Language
from spacy.tokens import Doc

from cellstudy.concepts import link_cell, link_disease, link_source
from cellstudy.labels import EXT_ABBREVIATIONS, EXT_CONCEPTS, MENTIONS
from cellstudy.schema import Concept
from cellstudy.tag.extensions import get_spans, read_text, register_extensions

_LINKERS: Final[Mapping[str, Callable[[str, Mapping[str, str]], Concept | None]]] = {
    "DISEASE": link_disease,
    "CELL_SOURCE": link_source,
    "CELL_PRODUCT": link_cell,
}


def link_mention(name: str, label: str, short_forms: Mapping[str, str]) -> Concept | None:
    """Find the concept of a mention, by the ontology of its label; other labels have none."""
    linker = _LINKERS.get(label)
    return linker(name, short_forms) if linker else None


@Language.factory(
    "cellstudy_linker",
    default_config={"mentions": MENTIONS},
    requires=["doc.spans", f"doc._.{EXT_ABBREVIATIONS}"],
    assigns=[f"doc._.{EXT_CONCEPTS}"],
)
def create_linker(nlp: Language, name: str, mentions: str) -> "Linker":  # noqa: ARG001
    """Make the component; `mentions` is the span group to read."""
    register_extensions()
    return Linker(mentions)


class Linker:
    """Sets `doc._.concepts`: {mention start: concept}, for the mentions that have one."""

    def __init__(self, mentions: str) -> None:
        self.mentions = mentions

    def __call__(self, doc: Doc) -> Doc:
        """Link the mentions of `doc`."""
        text, short_forms = read_text(doc), doc._.get(EXT_ABBREVIATIONS)
        concepts: dict[int, dict[str, Any]] = {}
        for span in get_spans(doc, self.mentions):
            concept = link_mention(text[span.start : span.end], span.label, short_forms)
            if concept is not None:
                concepts[span.start] = {
                    "id": concept.id,
                    "label": concept.label,
                    "score": concept.score,
                    "method": concept.method,
                }
        doc._.set(EXT_CONCEPTS, concepts)
        return doc
