"""Numbers without power or unit."""

import pytest

from cellstudy.tag.numbers import find_numbers, parse_digits, parse_ordinal, parse_words

CASES = {
    "We enrolled 82 patients.": [("82", 82)],
    "Eighty-two women took part.": [("Eighty-two", 82)],
    "Six hundred and ten men were asked.": [("Six hundred and ten", 610)],
    "Two thousand three hundred births": [("Two thousand three hundred", 2300)],
    "A total of 1,053 charts": [("1,053", 1053)],
    "Some 1 000 000 cells": [("1 000 000", 1_000_000)],
    "Some 12\u202f500 cells": [("12\u202f500", 12_500)],
    "Some 1.000.000 cells": [("1.000.000", 1_000_000)],
    "The odds were .01 at most": [(".01", 0.01)],
    "A mean of 3·5 points": [("3·5", 3.5)],
    "It fell by –8.32 points": [("–8.32", -8.32)],
    "The slope (r=−0.96)": [("−0.96", -0.96)],
    "The change ( - 0.5) was small": [("- 0.5", -0.5)],
    "It rose by +12": [("+12", 12)],
    "It fell by ﹣3.2 points": [("﹣3.2", -3.2)],
    "Between 3-5 visits": [("3", 3), ("5", 5)],
    "Days 3,5,7": [("3", 3), ("5", 5), ("7", 7)],
    "About 1½ cups": [("1½", 1.5)],
    "About ½ cup": [("½", 0.5)],
    "Two thirds of the men": [("Two thirds", 2 / 3)],
    "One-quarter improved": [("One-quarter", 0.25)],
    "The two third doses": [("two", 2)],
    "One and a half years": [("One and a half", 1.5)],
    "A dose of 1,5 mg": [("1,5", 1.5)],
    "At 1,5 and 9 mg": [("1", 1), ("5", 5), ("9", 9)],
    "Some 500.000 cells": [("500.000", 500_000)],
    "A score of 1.500 points": [("1.500", 1.5)],
    "The 2nd and 3rd visit": [],
    "On day 7th": [("7th", 7)],
    "A single injection, given once": [("single", 1), ("once", 1)],
    "A single-center, double-blind study": [],
    "once daily, twice a week": [],
    "A twofold rise": [("two", 2)],
    "Someone often tends to listen": [],
    "FEV1 and H5N1": [],
    "means of 4 vs.9.25": [("4", 4), ("9.25", 9.25)],
    "7" * 40: [],
}


@pytest.mark.parametrize("text", CASES, ids=lambda text: text[:50])
def test_find_numbers(text):
    found = [(text[n.start : n.end], n.value) for n in find_numbers(text)]
    assert found == CASES[text]


@pytest.mark.parametrize(
    ("digits", "value", "decimals"),
    [("12", 12, 0), ("1,234.50", 1234.5, 2), (".5", 0.5, 1), ("2·25", 2.25, 2)],
)
def test_parse_digits(digits, value, decimals):
    assert parse_digits(digits) == (value, decimals)


def test_parse_words_and_ordinals():
    assert parse_words("twenty-five") == 25
    assert parse_words("one thousand two hundred and six") == 1206
    assert parse_ordinal("12th") == 12
    assert parse_ordinal("Second") == 2
