"""Who was studied: the subjects' species, and the words that say so."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from cellstudy.assemble.evidence import Place, leaf
from cellstudy.assemble.layout import Layout, read_pairs
from cellstudy.schema import Status, Value, absent

HUMAN: Final = "human"

REVIEWS: Final = ("systematic_review", "narrative_review")

_WORD = re.compile(r"[A-Za-z]+")
_NOT_SUBJECTS = re.compile(
    r"\bin[- ]vitro\b|\bexplants?\b|\bprevious(?:ly)?\b|\bcell lines?\b|\banti-|\bmonoclonal\b",
    re.IGNORECASE,
)
"""A sentence with such words names an animal as origin of material or of earlier work."""

_BASIC_SCIENCE = re.compile(
    r"\b(?:pre-?clinical|animals?|in[- ]vitro|experimental)\b", re.IGNORECASE
)
_CLINICAL = re.compile(
    r"\bclinical (?:trials?|stud|evidence|cases)|\bcase reports?\b", re.IGNORECASE
)


class Subject(NamedTuple):
    """A word for a subject: its species and its place."""

    species: str
    place: Place


def find_species(layout: Layout, subjects: Sequence[Subject], design: str | None) -> Value[str]:
    """Decide the species of the subjects of a study of this `design`."""
    animals = [subject for subject in subjects if subject.species != HUMAN]
    people = [subject for subject in subjects if subject.species == HUMAN]
    if design == "in_vitro":
        return absent()
    if design == "in_vivo":
        return _most_frequent(layout, animals)
    if design in REVIEWS:
        return _species_of_review(layout, animals, people)
    if people or layout.is_registration() or design == "case_report":
        places = [subject.place for subject in people[:1]]
        return leaf(layout, HUMAN, "species.people", places=places or [(0, layout.title_end)])
    return _most_frequent(layout, animals)


def _species_of_review(
    layout: Layout, animals: Sequence[Subject], people: Sequence[Subject]
) -> Value[str]:
    """A review has a species where its title names one, or where it is of people only."""
    titled = [animal for animal in animals if animal.place[0] < layout.title_end]
    if titled:
        return _most_frequent(layout, titled)
    if animals or _BASIC_SCIENCE.search(layout.text) or not people:
        return absent()
    clinical = _CLINICAL.search(layout.text)
    counted = layout.of("SAMPLE_SIZE")
    if clinical is None and not counted:
        return absent()
    places = [people[0].place, *([clinical.span()] if clinical else [])]
    return leaf(layout, HUMAN, "species.review", *counted[:1], places=places)


def _most_frequent(layout: Layout, hits: Sequence[Subject]) -> Value[str]:
    if not hits:
        return absent()
    counts = Counter(hit.species for hit in hits).most_common()
    best = counts[0][0]
    tied = len(counts) > 1 and counts[1][1] == counts[0][1]
    places = [hit.place for hit in hits if hit.species == best][:2]
    status: Status = "ambiguous" if tied else "reported"
    return leaf(layout, best, "species.animal", places=places, status=status)


def find_subjects(layout: Layout) -> list[Subject]:
    """Find words for subjects, without animals that only gave material."""
    species = read_pairs("assembly/species.tsv")
    found: list[Subject] = []
    for start, end in layout.tagging.sentences:
        words = (
            (m, species.get(m.group().lower())) for m in _WORD.finditer(layout.text, start, end)
        )
        hits = [Subject(name, m.span()) for m, name in words if name]
        animals = any(hit.species != HUMAN for hit in hits)
        material = animals and _NOT_SUBJECTS.search(layout.text, start, end) is not None
        found += [hit for hit in hits if hit.species == HUMAN or not material]
    return found
