"""Diseases from a released scispaCy model, in place of those that our recogniser found.

The model runs on its own tokens; its entities come back by character offsets. Overlaps with spans
of other labels are settled where all overlaps are, in cellstudy_mentions: the surest span stays,
then the longer, then the earlier. These models give no probabilities, so that every entity has
the same confidence, a setting.
"""

from collections.abc import Sequence
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc

from cellstudy.errors import ConfigError
from cellstudy.labels import RECOGNISED
from cellstudy.tag.extensions import ScoredSpan, get_spans, register_extensions, set_spans
from cellstudy.tag.released import Released, find_released, load_released

CONFIDENCE: Final = 0.8
"""Of every entity: a fixed rank among our own spans, not a measured precision."""

ROLE: Final = "DISEASE"


@Language.factory(
    "cellstudy_disease_model",
    requires=["doc.spans"],
    assigns=["doc.spans"],
    default_config={"version": None, "labels": [], "confidence": CONFIDENCE},
)
def create_disease_model(
    nlp: Language,  # noqa: ARG001 - spaCy's signature
    name: str,  # noqa: ARG001
    model: str,
    version: str | None,
    labels: list[str],
    confidence: float,
) -> "DiseaseModel":
    """Create the component from the package or folder `model`. Raises ModelError, ConfigError."""
    register_extensions()
    if not 0.0 <= confidence <= 1.0:
        raise ConfigError(f"cellstudy_disease_model: confidence is {confidence}, not from 0 to 1")
    return DiseaseModel(find_released(model, labels=labels, version=version), confidence=confidence)


class DiseaseModel:
    """Component: replaces the DISEASE spans of the span group `recognised`.

    It is saved as its config alone: name, version and labels, never the weights.
    """

    def __init__(self, found: Released, *, confidence: float = CONFIDENCE) -> None:
        self.found = found
        self.confidence = confidence
        self.nlp = load_released(found)

    @property
    def title(self) -> str:
        """Name and version of the model."""
        return f"{self.found.name} {self.found.version}"

    def __call__(self, doc: Doc) -> Doc:
        """Replace the diseases of one Doc."""
        ours = [span for span in get_spans(doc, RECOGNISED) if span.label != ROLE]
        set_spans(doc, RECOGNISED, [*ours, *self.find(doc.text)])
        return doc

    def find(self, text: str) -> Sequence[ScoredSpan]:
        """The model's diseases; one that runs over a line break (title, abstract) is none."""
        # One text at a time: what is found must not depend, by rounding, on the batch.
        return [
            ScoredSpan(
                entity.start_char, entity.end_char, ROLE, self.confidence, f"model:{self.title}"
            )
            for entity in self.nlp(text).ents
            if entity.label_ in self.found.labels and "\n" not in entity.text
        ]
