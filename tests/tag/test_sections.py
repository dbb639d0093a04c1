"""Sections from headings with colon, in capitals, in brackets, or bare in flattened abstracts."""

import pytest
import spacy

from cellstudy.labels import EXT_SECTIONS
from cellstudy.tag.sections import find_sections
from cellstudy.tag.sentences import find_sentence_starts

CASES = {
    "Cells for knees\nBACKGROUND: Pain is common.\nMETHODS: We gave cells.\nRESULTS: It fell.": [
        ("TITLE", "Cells for knees"),
        ("BACKGROUND", "BACKGROUND: Pain is common."),
        ("METHODS", "METHODS: We gave cells."),
        ("RESULTS", "RESULTS: It fell."),
    ],
    "Cells\nMethods A total of 12 women took part. Results Pain fell. Conclusion It works.": [
        ("TITLE", "Cells"),
        ("METHODS", "Methods A total of 12 women took part."),
        ("RESULTS", "Results Pain fell."),
        ("CONCLUSIONS", "Conclusion It works."),
    ],
    "Cells\nPain is common. AIM To test cells. MATERIALS AND METHODS We gave them.": [
        ("TITLE", "Cells"),
        ("OBJECTIVE", "AIM To test cells."),
        ("METHODS", "MATERIALS AND METHODS We gave them."),
    ],
    "Cells\n[Purpose] To test cells. [Results] Pain fell.": [
        ("TITLE", "Cells"),
        ("OBJECTIVE", "[Purpose] To test cells."),
        ("RESULTS", "[Results] Pain fell."),
    ],
    "Cells\nDESIGN: A trial.\nSETTING: One hospital.\nFINDINGS: None.": [
        ("TITLE", "Cells"),
        ("METHODS", "DESIGN: A trial.\nSETTING: One hospital."),
        ("RESULTS", "FINDINGS: None."),
    ],
    "Cells\nABSTRACT.METHODS:.\nWe gave cells.\nABSTRACT.RESULTS:.\nPain fell.": [
        ("TITLE", "Cells"),
        ("METHODS", "ABSTRACT.METHODS:.\nWe gave cells."),
        ("RESULTS", "ABSTRACT.RESULTS:.\nPain fell."),
    ],
    "A plan\nIt will test cells.\nCells: one infusion\nPlacebo: saline\nPrimary outcome: pain": [
        ("TITLE", "A plan"),
        ("ARMS", "Cells: one infusion\nPlacebo: saline"),
        ("PRIMARY_OUTCOME", "Primary outcome: pain"),
    ],
    "Cells\nPain fell. Results Of Cells vary. The methods: none.": [("TITLE", "Cells")],
    "BACKGROUND: No title here. RESULTS: None.": [
        ("BACKGROUND", "BACKGROUND: No title here."),
        ("RESULTS", "RESULTS: None."),
    ],
    "One line only": [],
    "": [],
}


@pytest.mark.parametrize("text", CASES, ids=repr)
def test_finds_sections(text: str) -> None:
    parts = find_sections(text, find_sentence_starts(text))
    assert [(part.label, text[part.start : part.end]) for part in parts] == CASES[text]


def test_component_reads_the_text_alone() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("cellstudy_sentences")
    nlp.add_pipe("cellstudy_sections")
    found = nlp("Cells\nMETHODS: We gave cells.")._.get(EXT_SECTIONS)
    assert found[1] == {"label": "METHODS", "start": 6, "end": 29}
