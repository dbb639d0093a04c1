"""The table of the recognisers: conventions, rows and what each system is asked."""

import pytest
import spacy
from benchmarks.corpora import Document
from benchmarks.ner import Timed, make_doc, make_row, relabel, tag_by_rules, time_tagging
from benchmarks.pico_corpus import LABELS, join_numbers, keep_near_numbers, score_system

from cellstudy.labels import CONVENTION, EXT_CONVENTION, MENTIONS, RECOGNISED
from cellstudy.schema import GoldSpan
from cellstudy.tag.extensions import ScoredSpan, register_extensions, set_spans


def span(start, end, label):
    return GoldSpan(start=start, end=end, label=label)


def test_a_text_carries_the_convention_that_it_is_tagged_by():
    register_extensions()
    nlp = spacy.blank("en")
    docs = [make_doc(nlp, "Asthma.", name) for name in (CONVENTION, "other")]
    assert [doc._.get(EXT_CONVENTION) for doc in docs] == [CONVENTION, "other"]


def test_a_row_scores_the_wanted_labels_only():
    part = [Document("1", "", (span(0, 4, "CorpusDisease"), span(6, 8, "X")), {})]
    part = [relabel(document, "DISEASE") for document in part]
    found = Timed([[span(0, 4, "DISEASE"), span(6, 9, "DISEASE"), span(0, 2, "DOSE")]], 10.0)
    row = make_row("set", "us", part, found, labels=["DISEASE"], beside="them .8")
    assert row[2:7] == ("DISEASE", "1", "2", "0.500", "0.500")
    assert row[-3:] == ("1.000", "10", "them .8")


def test_speed_counts_words():
    documents = [Document("1", "one two three", (), {}), Document("2", "four", (), {})]
    timed = time_tagging(documents, lambda texts: [[] for _ in texts])
    assert timed.speed > 0
    assert timed.found == [[], []]


def test_typed_numbers_replace_tagged_ones_and_keep_other_spans():
    tagged = [[span(0, 3, "iv-bin-abs"), span(5, 9, "outcome"), span(11, 15, "age")]]
    typed = [[span(1, 3, "cv-bin-abs"), span(13, 15, "iv-bin-abs")]]
    (joined,) = join_numbers(tagged, typed)
    assert joined == [*typed[0], tagged[0][1]]


def test_the_classifier_of_numbers_sees_numbers_and_arms():
    spans = [span(0, 3, label) for label in ("iv-bin-abs", "outcome", "control")]
    assert [s.label for s in keep_near_numbers([spans])[0]] == ["iv-bin-abs", "control"]


@pytest.mark.parametrize("label", ["numbers", "micro"])
def test_sums_are_over_numbers_and_over_all_labels(label):
    gold = [[span(0, 3, "iv-bin-abs"), span(5, 9, "outcome")]]
    scores = {score.label: score.strict for score in score_system(gold, [gold[0][:1]])}
    assert len(LABELS) == 26
    assert scores[label].support == {"numbers": 1, "micro": 2}[label]


@pytest.mark.parametrize(("convention", "found"), [(CONVENTION, "final"), ("other", "first")])
def test_by_other_rules_the_recogniser_alone_counts(convention, found):
    register_extensions()
    nlp = spacy.blank("en")

    @nlp.component("two_groups")
    def write_groups(doc):
        for group, label in ((RECOGNISED, "first"), (MENTIONS, "final")):
            set_spans(doc, group, [ScoredSpan(0, 6, label, 1.0, "invented")])
        return doc

    nlp.add_pipe("two_groups")
    ((span,),) = tag_by_rules(nlp, ["Asthma."], convention=convention)
    assert span.label == found
