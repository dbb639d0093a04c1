"""Areas of texts, what each tagger is trained on, and the loss with its interval."""

import pytest
from benchmarks.areas import (
    FOLDS,
    OTHER,
    SKIN,
    Trial,
    leave_out,
    name_condition,
    name_domain,
    pool,
    show_trial,
)
from benchmarks.corpora import Document

from cellstudy.schema import GoldSpan


def span(label="DISEASE", end=4):
    return GoldSpan(start=0, end=end, label=label)


def document(conditions, text="", spans=()):
    return Document("invented", text, spans, {"record": {"conditions": conditions}})


@pytest.mark.parametrize(
    ("conditions", "area"),
    [
        (["plaque psoriasis"], SKIN),
        (["heart failure", "diabetic foot ulcer"], SKIN),
        (["retinitis pigmentosa"], OTHER),
        (["peptic ulcer"], OTHER),
    ],
)
def test_the_conditions_of_the_record_tell_the_area(conditions, area):
    assert name_condition(document(conditions)) == area


def test_without_conditions_the_diseases_tell_the_area():
    assert name_condition(document([], "Acne was mild.", (span(),))) == SKIN
    assert name_condition(document([], "Acne was mild.")) == OTHER


def test_domains_that_are_too_small_are_joined():
    assert [name_domain(i) for i in ("blood_cancer:3", "autism:1")] == ["cancer", "autism"]


def test_both_taggers_get_as_many_texts_and_none_sees_what_it_tags():
    documents = [Document(str(i), f"text {i}", (), {}) for i in range(20)]
    inside = [i < 6 for i in range(20)]
    seen = {}

    def train(name, chosen):
        known = {d.text for d in chosen}
        seen[name] = known

        def tag(texts):
            assert not known & set(texts)
            return [[span(end=len(name))] for _ in texts]

        return tag

    trial = leave_out("set", documents, inside, train, area="a")
    assert {name: len(known) for name, known in seen.items()} == {
        "set-without": 14,
        **{f"set-with-{fold}": 14 for fold in range(FOLDS)},
    }
    assert not seen["set-without"] & {f"text {i}" for i in range(6)}
    assert all(len(found) == 1 for found in trial.with_area)


def test_the_loss_is_in_points_and_areas_are_pooled():
    gold = [[span()], [span()]]
    full = Trial("a", 9, gold, [[], []], gold)
    none = Trial("b", 9, gold, gold, gold)
    assert show_trial(full, ["DISEASE"])[3:] == ("2", "0.000", "1.000", "+100.0 [+100.0 to +100.0]")
    assert show_trial(pool([full, none]), ["DISEASE"])[2:6] == ("4", "4", "0.667", "1.000")
