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
    ("Each injection point is 2 cm deep.", "2 cm", "amount", ("VALUE",), False),
    ("The bag containing 100 ml of saline was hung.", "100 ml", "amount", ("-",), False),
    ("Cells were suspended in 10 ml saline.", "10 ml", "amount", ("-",), False),
    ("It needs 4 times more of it.", "4 times", "amount", ("VALUE",), False),
    ("The laser gave 24 mJ a pulse.", "24 mJ", "amount", ("VALUE",), False),
    ("Mean serum zinc level was 21 ug/l.", "21 ug/l", "amount", ("VALUE",), False),
    ("The CD4 count was 350 cells/uL.", "350 cells/uL", "amount", ("VALUE",), False),
    ("Platelets reached 20 x 10^9/L.", "20 x 10^9/L", "amount", ("VALUE",), False),
    ("They were seeded at 5000 cells/cm2.", "5000 cells/cm2", "amount", ("-",), False),
    ("We put 3000 cells/well in.", "3000 cells/well", "amount", ("-",), False),
    ("Cells of passage 4 were used.", "4", "number", ("-",), False),
    ("Three dose levels were planned.", "Three", "number", ("-",), False),
    ("The zinc level of milk was 21 ug/l.", "21 ug/l", "amount", ("VALUE",), False),
    ("We gave 2 or 4 mg/kg daily.", "2", "amount", ("DOSE",), True),
    ("An injection of 2 ml of suspension.", "2 ml", "amount", ("DOSE",), True),
    ("Then 2 ml of suspension was injected.", "2 ml", "amount", ("DOSE",), True),
    ("They weighed 75 kg then.", "75 kg", "amount", ("VALUE",), False),
    ("It ran at 2 mL/min.", "2 mL/min", "amount", ("VALUE",), False),
    ("Loss was less (median, 300 mL).", "300 mL", "amount", ("VALUE",), False),
    ("One of the following drugs was given.", "One", "number", ("VALUE", "SAMPLE_SIZE"), False),
    ("They had 30 ml 0.5% levobupivacaine.", "30 ml", "amount", ("DOSE",), True),
    ("Three intra-articular injections of it.", "Three", "number", ("N_DOSES",), True),
    ("A 2-time injection group.", "2", "number", ("N_DOSES",), True),
    ("They got one low dose.", "one", "number", ("N_DOSES",), True),
    ("They received it once on day 0.", "once", "number", ("N_DOSES",), True),
    ("Two courses of treatment were given.", "Two", "number", ("-",), False),
    ("It was read at six time points.", "six", "number", ("-",), False),
    ("A single case was seen.", "single", "number", ("VALUE", "SAMPLE_SIZE"), False),
    ("Given both intravenously and locally.", "both", "number", ("VALUE",), False),
    ("After single and multiple doses.", "single", "number", ("N_DOSES",), True),
    ("We gave 3 repeated intravenous infusions.", "3", "number", ("N_DOSES",), True),
    ("We gave two or three doses.", "two", "number", ("N_DOSES",), True),
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
        ("They got 5000 cells/cm2.", "5000 cells/cm2", "amount"),
        ("They got 2 x 10^6 cells/mL.", "2 x 10^6 cells/mL", "amount"),
    ],
    ids=lambda part: part,
)
def test_other_numbers_are_left_open(text, number, kind):
    start = text.index(number)
    assert find_rule(text, start, start + len(number), kind=kind) is None


def test_listed_days_among_words_of_dosing_are_a_schedule():
    days = ScoredSpan(10, 30, "days", 0.95, "rule:schedule.days")
    assert [item.label for item in label_numbers("", [], [days])] == ["DOSING_INTERVAL"]
    assert label_numbers("", [], [days._replace(confidence=0.6)]) == []
