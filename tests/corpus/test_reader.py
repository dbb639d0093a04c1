"""The corpus reader: whole corpora, stand-off ones, and labels that a corpus does not annotate."""

import gzip
import hashlib
import json
from pathlib import Path

import pytest
import spacy

from cellstudy.corpus.reader import create_reader
from cellstudy.errors import ConfigError
from cellstudy.labels import CONVENTION, MENTIONS
from cellstudy.tag.recogniser import ANNOTATED, CORPUS

TEXT = "Cells for scars\nScars had 5 mL daily."
SPANS = [
    {"start": 10, "end": 15, "label": "DISEASE"},
    {"start": 26, "end": 30, "label": "DOSE"},
]


def write(path: Path, **fields: object) -> None:
    path.write_text(json.dumps({"id": "PMC1", "spans": SPANS, **fields}) + "\n", encoding="utf-8")


def read(folder: Path, **source: object):
    reader = create_reader({"corpus": {"path": "corpus.jsonl", **source}}, str(folder), [])
    return list(reader(spacy.blank("en")))


def labels_of(example) -> list[tuple[str, str]]:
    return [(span.text, span.label_) for span in example.reference.spans[MENTIONS]]


def test_spans_and_corpus_come_with_the_text(tmp_path: Path) -> None:
    write(tmp_path / "corpus.jsonl", text=TEXT)
    (example,) = read(tmp_path)
    assert labels_of(example) == [("scars", "DISEASE"), ("5 mL", "DOSE")]
    assert example.reference.user_data[CORPUS] == "corpus"


def test_labels_that_the_corpus_does_not_annotate_are_left_out(tmp_path: Path) -> None:
    write(tmp_path / "corpus.jsonl", text=TEXT)
    (example,) = read(tmp_path, labels=["DISEASE"])
    assert labels_of(example) == [("scars", "DISEASE")]
    assert example.reference.user_data[ANNOTATED] == ("DISEASE",)


def test_documents_are_repeated(tmp_path: Path) -> None:
    write(tmp_path / "corpus.jsonl", text=TEXT)
    assert len(read(tmp_path, repeat=3)) == 3


def test_stand_off_documents_get_their_text(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    raw = {"id": "PMC1", "title": "Cells for scars", "abstract": "Scars had 5 mL daily."}
    with gzip.open(tmp_path / "raw/rct_abstracts.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.write(json.dumps(raw) + "\n")
    write(tmp_path / "corpus.jsonl", source="rct", sha256=hashlib.sha256(TEXT.encode()).hexdigest())
    (example,) = read(tmp_path)
    assert example.reference.text == TEXT
    assert labels_of(example)[1] == ("5 mL", "DOSE")


def test_a_missing_corpus_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="corpus corpus: no file"):
        read(tmp_path)


def test_a_span_inside_a_token_is_widened_with_a_warning(tmp_path: Path) -> None:
    write(tmp_path / "corpus.jsonl", text=TEXT.replace("scars\n", "keloids\n"))
    with pytest.warns(UserWarning, match="1 spans were widened"):
        read(tmp_path, labels=["DISEASE"])


def test_a_source_may_follow_a_convention_of_its_own(tmp_path: Path) -> None:
    write(tmp_path / "corpus.jsonl", text=TEXT)
    (ours,) = read(tmp_path)
    (theirs,) = read(tmp_path, convention="ncbi_disease")
    assert ours.predicted._.convention == CONVENTION
    assert theirs.predicted._.convention == "ncbi_disease"


def test_a_source_shown_never_is_not_even_looked_for(tmp_path: Path) -> None:
    assert read(tmp_path, repeat=0) == []


def test_components_mark_the_texts_once(tmp_path: Path) -> None:
    write(tmp_path / "corpus.jsonl", text=TEXT)
    nlp = spacy.blank("en")
    nlp.add_pipe("cellstudy_sentences", name="sentences")
    source = {"path": "corpus.jsonl", "repeat": 2}
    first, second = create_reader({"corpus": source}, str(tmp_path), ["sentences"])(nlp)
    assert first is second
    assert first.predicted.has_annotation("SENT_START")
