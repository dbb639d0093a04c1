"""The grammars leave each number only the labels that its kind can carry."""

import numpy as np
import pytest
import spacy

from cellstudy.labels import LABELS
from cellstudy.tag import crf
from cellstudy.tag.constraints import permit_tags

TEXT = "In 2019, some 40.5 of them had 2 x 10^6 cells every 2 weeks (p<0.01)."


@pytest.fixture(scope="module")
def permitted():
    nlp = spacy.blank(
        "en", config={"nlp": {"tokenizer": {"@tokenizers": "cellstudy.tokenizer.v1"}}}
    )
    nlp.add_pipe("cellstudy_quantities")
    nlp.add_pipe("cellstudy_schedules")
    doc = nlp(TEXT)
    return doc, permit_tags(doc, LABELS)


def possible(permitted, part):
    """The labels that may stand on exactly this part of the text."""
    doc, tags = permitted
    span = doc.char_span(TEXT.index(part), TEXT.index(part) + len(part))
    rows = np.arange(span.start, span.end)
    return {
        label
        for index, label in enumerate(LABELS)
        if tags[rows, crf.path_of_span(len(rows), index)].all()
    }


NAMES = {"DISEASE", "CELL_SOURCE", "CELL_PRODUCT", "ROUTE", "OUTCOME", "DESIGN"}


@pytest.mark.parametrize(
    ("part", "labels"),
    [
        ("2019", set()),
        ("40.5", {"DOSE", "VALUE"}),
        ("2 x 10^6 cells", {"DOSE", "VALUE"}),
        ("every 2 weeks", {"DOSING_INTERVAL"}),
        ("2 weeks", set()),
        ("p<0.01", {"P_VALUE"}),
        ("0.01", set()),
        ("them", set()),
    ],
)
def test_labels_of_an_expression(permitted, part, labels):
    names = NAMES - {"CELL_PRODUCT"} if "cells" in part else NAMES
    assert possible(permitted, part) == names | labels
