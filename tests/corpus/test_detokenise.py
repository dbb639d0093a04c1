"""Natural text from tokenised text, and offsets there and back."""

import pytest

from cellstudy.corpus.detokenise import detokenise
from cellstudy.schema import GoldSpan

CASES = [
    ("Pain fell by 16 . 9 % .", "Pain fell by 16.9%."),
    ("a total of 1 , 045 adults ( n = 12 )", "a total of 1,045 adults (n = 12)"),
    ("a once - daily dose of 0 . 5 mg / kg", "a once-daily dose of 0.5 mg/kg"),
    ("the change was - 0 . 8 ( - 1 . 2 to - 0 . 4 )", "the change was -0.8 (-1.2 to -0.4)"),
    ("500 - 750 mg b . i . d . for 6 weeks", "500-750 mg b.i.d. for 6 weeks"),
    ("4 . 2 + / - 0 . 3 in drug A vs . B", "4.2 +/- 0.3 in drug A vs. B"),
    ("P < . 001 at 9 : 30 ; a 2 : 1 ratio", "P <.001 at 9:30; a 2:1 ratio"),
    (
        "the patients ' and the doctor ' s view of 5 μ g",
        "the patients ' and the doctor's view of 5 μg",
    ),
    ("at weeks 4 , 12 and 24 , 10 mg", "at weeks 4, 12 and 24, 10 mg"),
    ("", ""),
]


@pytest.mark.parametrize(
    ("tokenised", "natural"), CASES, ids=[case[1] or "empty" for case in CASES]
)
def test_spaces_of_tokenisation_are_taken_out(tokenised, natural):
    assert detokenise(tokenised).text == natural


def test_spans_go_there_and_back():
    source = "Ten ( 10 ) took 0 . 5 mg once - daily ."
    text = detokenise(source)
    start = source.index("0 . 5")
    dose = GoldSpan(start=start, end=start + 5, label="DOSE")
    (moved,) = text.from_source([dose])
    assert text.text[moved.start : moved.end] == "0.5"
    assert text.to_source([moved]) == [dose]


def test_a_span_of_spaces_alone_is_left_out():
    text = detokenise("a . b")
    assert text.from_source([GoldSpan(start=1, end=2, label="DOSE")]) == []
