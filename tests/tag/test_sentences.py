"""Sentence starts; `|` in a case marks where a sentence must begin."""

from pathlib import Path

import pytest
import spacy

from cellstudy.tag.sentences import find_sentence_starts

MARKED = [
    "|Pain fell. |Function rose.",
    "|Pain fell (p = 0.03). |Function rose.",
    "|A title without a stop\n|The text follows.",
    "|One line\n\n  |Another line",
    "|Patients were followed for 12 months.|The mean score was 41.5±12.2.",
    "|The rate was lower (P < 0.05).|This was expected.",
    "|Values were 0.05 and .5 and 1.000.",
    "|See Fig. 2 for doses (e.g. 5 mL) vs. Placebo.",
    "|Relief lasted 12 wk. (p<0.05) in all.",
    "|Relief lasted 12 wks. |Then it ended.",
    "|Smith et al. |Reported it.",
    "|Given i.v. over 1 h, approx. 10 mL, No. 5 needle.",
    "|J. K. Rowe wrote it. |We read it.",
    "|It was hepatitis B. |Group A. |Group B had none.",
    "|Registered at www.ClinicalTrials.Gov today.",
    "|Cells grew well. |hMSCs were frozen.",
    "|It rose. |25 patients left.",
    "|It rose.[12] |Others left.",
    "|Is it safe? |Yes!",
    "|They said “stop.” |We did.",
    "|The need is high METHODS: We gave cells.".replace(" METHODS", " |METHODS"),
    "|1. First aim.\n|2. Second aim.",
    "|In S. aureus and E. coli. |It grew.",
    "|Doses were 10 ms. |After that, none.",
    "|Adherence to SP. |As planned.",
]


@pytest.mark.parametrize("marked", MARKED, ids=str)
def test_finds_starts(marked: str) -> None:
    text = marked.replace("|", "")
    starts = find_sentence_starts(text)
    shown = text
    for start in reversed(starts):
        shown = shown[:start] + "|" + shown[start:]
    assert shown == marked


def test_component_marks_every_token() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("cellstudy_sentences")
    doc = nlp("Title here\nPain fell. Function rose.")
    assert [sent.text for sent in doc.sents] == ["Title here\n", "Pain fell.", "Function rose."]
    assert [token.is_sent_start for token in doc].count(True) == 3
    assert None not in [token.is_sent_start for token in doc]


@pytest.mark.parametrize("text", ["", " ", "\n \n", "..."], ids=repr)
def test_component_takes_texts_without_words(text: str) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("cellstudy_sentences")
    assert nlp(text).text == text


@pytest.mark.parametrize("text", ["." * 50_000, " " * 50_000, "A. " * 20_000, ":" * 50_000])
@pytest.mark.timeout(5)
def test_linear_time(text: str) -> None:
    find_sentence_starts(text)


def test_gold_spans_lie_in_one_sentence(shared: Path) -> None:
    import json

    crossed = []
    for line in (shared / "gold/train/documents.jsonl").read_text("utf-8").splitlines():
        document = json.loads(line)
        starts = find_sentence_starts(document["text"])
        for span in document["spans"]:
            if any(span["start"] < start < span["end"] for start in starts):
                crossed.append((document["id"], span))
    assert crossed == []
