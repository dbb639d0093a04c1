"""Who was studied: the subjects' species, and the words that say so."""

import re
from collections import Counter
from functools import cache
from typing import Final

from cellstudy.assemble.evidence import Place, leaf
from cellstudy.assemble.layout import Layout
from cellstudy.schema import Value, absent
from cellstudy.terms import read_rows

HUMAN: Final = "human"

REVIEWS: Final = ("systematic_review", "narrative_review")

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


def find_species(layout: Layout, design: str | None) -> Value[str]:
    """Decide the species of the subjects of a study of this `design`."""
    subjects = find_subjects(layout)
    animals = [hit for hit in subjects if hit[0] != HUMAN]
    people = [hit for hit in subjects if hit[0] == HUMAN]
    if design == "in_vitro":
        return absent()
    if design == "in_vivo":
        return _most_frequent(layout, animals)
    if design in REVIEWS:
        return _species_of_review(layout, animals, people)
    if people or layout.is_registration():
        places = [place for _, place in people[:1]]
        return leaf(layout, HUMAN, "species.people", places=places or [(0, layout.title_end)])
    return _most_frequent(layout, animals)


def _species_of_review(
    layout: Layout, animals: list[tuple[str, Place]], people: list[tuple[str, Place]]
) -> Value[str]:
    """A review has a species where its title names one, or where it is of people only."""
    titled = [hit for hit in animals if hit[1][0] < layout.title_end]
    if titled:
        return _most_frequent(layout, titled)
    clinical = _CLINICAL.search(layout.text)
    if animals or _BASIC_SCIENCE.search(layout.text) or not (people and clinical):
        return absent()
    return leaf(layout, HUMAN, "species.review", places=[people[0][1], clinical.span()])


def _most_frequent(layout: Layout, hits: list[tuple[str, Place]]) -> Value[str]:
    if not hits:
        return absent()
    counts = Counter(species for species, _ in hits).most_common()
    best = counts[0][0]
    tied = len(counts) > 1 and counts[1][1] == counts[0][1]
    places = [place for species, place in hits if species == best][:2]
    status = "ambiguous" if tied else "reported"
    return leaf(layout, best, "species.animal", places=places, status=status)


def find_subjects(layout: Layout) -> list[tuple[str, Place]]:
    """Find words for subjects as (species, place), without animals that only gave material."""
    words = _species_words()
    found = []
    for start, end in layout.tagging.sentences:
        sentence = layout.text[start:end]
        hits = [(words[m.group().lower()], m.span()) for m in _pattern().finditer(sentence)]
        material = bool(hits) and _NOT_SUBJECTS.search(sentence) is not None
        for species, (low, high) in hits:
            if species == HUMAN or not material:
                found.append((species, (start + low, start + high)))
    return found


@cache
def _species_words() -> dict[str, str]:
    return {word: species for word, species in read_rows("assembly/species.tsv")}


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(_species_words())})\b", re.IGNORECASE)
