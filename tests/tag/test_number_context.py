"""What the words around a number say about its label."""

import pytest

from cellstudy.tag.extensions import ScoredSpan
from cellstudy.tag.number_context import find_rule, label_numbers

CASES = [
    ("All three patients had it.", "three", "number", ("SAMPLE_SIZE",), True),
    ("We enrolled 40 adult patients.", "40", "number", ("SAMPLE_SIZE",), True),
    ("Sixty patients aged 19 to 35 were divided.", "Sixty", "number", ("SAMPLE_SIZE",), True),
    ("Eleven small studies were found.", "Eleven", "number", ("SAMPLE_SIZE",), True),
    ("They had a minimum of four treatment sessions.", "four", "number", ("N_DOSES",), True),
    ("It took 4 monthly injections.", "4", "number", ("N_DOSES",), False),
    ("Deaths were rare (6 patients with lupus).", "6", "number", ("VALUE",), True),
    ("Two patients died.", "Two", "number", ("VALUE", "SAMPLE_SIZE"), False),
    ("Pain is one of the most common signs.", "one", "number", ("-",), False),
    ("We found 97 and 58 changed genes.", "97", "number", ("VALUE",), False),
    ("Then 10 ml of bone marrow will be aspirated.", "10 ml", "amount", ("VALUE",), False),
    ("Aspiration of 10 ml was easy.", "10 ml", "amount", ("VALUE",), False),
    ("Each injection comprised a volume of 5 mL.", "5 mL", "amount", ("DOSE",), True),
]


@pytest.mark.parametrize(
    ("text", "number", "kind", "labels", "forced"), CASES, ids=[case[0] for case in CASES]
)
def test_the_context_limits_the_label(text, number, kind, labels, forced):
    start = text.index(number)
    rule = find_rule(text, start, start + len(number), kind=kind)
    assert rule is not None
    assert (rule.labels, rule.forced) == (labels, forced)
    found = label_numbers(text, [ScoredSpan(start, start + len(number), kind, 1.0, "rule:q")])
    assert [item.label for item in found] == (list(labels) if forced else [])


@pytest.mark.parametrize(
    ("text", "number", "kind"),
    [
        ("The score fell by 12 points.", "12", "number"),
        ("We gave 5 mL of saline.", "5 mL", "amount"),
    ],
    ids=lambda part: part,
)
def test_other_numbers_are_left_open(text, number, kind):
    start = text.index(number)
    assert find_rule(text, start, start + len(number), kind=kind) is None
