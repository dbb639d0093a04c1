"""P-values and confidence intervals."""

import pytest

from cellstudy.tag.quantities import find_quantities
from cellstudy.tag.significance import find_p_values

P_VALUES = [
    ("fell (p<0.01)", "p<0.01", 0.01, "<"),
    ("fell (P = .176)", "P = .176", 0.176, None),
    ("fell (p = 0·16)", "p = 0·16", 0.16, None),
    ("fell (p ≤ 0.05)", "p ≤ 0.05", 0.05, "<="),
    ("fell (P &lt; 0.001)", "P &lt; 0.001", 0.001, "<"),
    ("a p-value of 0.03", "p-value of 0.03", 0.03, None),
    ("a p value was < 0.05", "p value was < 0.05", 0.05, "<"),
    ("p for trend = 0.2", "p for trend = 0.2", 0.2, None),
    ("(p = 3 × 10^-5)", "p = 3 × 10^-5", 3e-5, None),
    ("fell, p less than 0.05", "p less than 0.05", 0.05, "<"),
    ("(P = 4.9 × 10−7)", "P = 4.9 × 10−7", 4.9e-7, None),
    ("(P=3×10⁻⁵)", "P=3×10⁻⁵", 3e-5, None),
    ("with p-value 0.04", "p-value 0.04", 0.04, None),
    ("(P<0/001)", "P<0/001", 0.001, "<"),
]


@pytest.mark.parametrize(
    ("text", "part", "value", "bound"), P_VALUES, ids=[case[0] for case in P_VALUES]
)
def test_p_value(text, part, value, bound):
    [quantity] = find_p_values(text)
    assert text[quantity.start : quantity.end] == part
    assert quantity.low == pytest.approx(value)
    assert quantity.bound == bound


P_LISTS = [
    ("pain fell (P = 0.31 and 0.12).", ["P = 0.31", "0.12"]),
    ("(p=0.02, 0.03, and <0.001)", ["p=0.02", "0.03", "<0.001"]),
    ("P = 0.02 for sleep and 0.004 for mood", ["P = 0.02", "0.004"]),
    ("p values of 0.03, 0.04 and 0.5, respectively", ["p values of 0.03", "0.04", "0.5"]),
    ("p versus placebo = 0.04", ["p versus placebo = 0.04"]),
    ("The significance level was set at 0.05.", ["0.05"]),
    ("a t-test (α = 0.05)", ["α = 0.05"]),
    ("Cronbach's α = 0.85", []),
    ("P = 0.02 and 0.5 mg more", ["P = 0.02"]),
    ("P = 0.02, 0.75 as before", ["P = 0.02"]),
]


@pytest.mark.parametrize(("text", "parts"), P_LISTS, ids=[case[0] for case in P_LISTS])
def test_each_of_several_p_values(text, parts):
    assert [text[item.start : item.end] for item in find_p_values(text)] == parts


@pytest.mark.parametrize("text", ["a cup = 5 mL", "p. 12", "the p53 gene", "pH = 7.4", "pp=3"])
def test_no_p_value(text):
    assert find_p_values(text) == []


INTERVALS = [
    ("(95% CI 39–81)", "95% CI 39–81", 39, 81, 95),
    ("(95%CI: 0·31–1·22)", "95%CI: 0·31–1·22", 0.31, 1.22, 95),
    ("[95% CI −0.36 to −0.20]", "95% CI −0.36 to −0.20", -0.36, -0.20, 95),
    (
        "(95% Confidence Interval [CI]: −1 to 12%;",
        "95% Confidence Interval [CI]: −1 to 12%",
        -1,
        12,
        95,
    ),
    ("a 99% confidence interval of 28–77 mL", "99% confidence interval of 28–77 mL", 28, 77, 99),
    ("95% CI [1.2, 3.4] for it", "95% CI [1.2, 3.4]", 1.2, 3.4, 95),
    ("a gap of 2 (CI -4, +7)", "CI -4, +7", -4, 7, None),
    ("95 % CI: +3.1 to +12.4 %", "95 % CI: +3.1 to +12.4 %", 3.1, 12.4, 95),
    ("95% confidential interval: 61-79%", "95% confidential interval: 61-79%", 61, 79, 95),
    ("Differences [95% CI]: gums 0.72 [0.51, 0.93]", "0.51, 0.93", 0.51, 0.93, None),
    ("The change (95% CI) was − 0.8% (− 0.9, − 0.6)", "− 0.9, − 0.6", -0.9, -0.6, None),
    ("age (hazard ratio [HR] 2.1 [1.4–3.2])", "1.4–3.2", 1.4, 3.2, None),
    ("CI 1.2-3.4 for it", "CI 1.2-3.4", 1.2, 3.4, None),
    ("HR; 95% CI: 0.75 (0.57–0.96)", "0.57–0.96", 0.57, 0.96, None),
    ("A 95% confidence interval was used. It was 24% (4%–40%)", "4%–40%", 4, 40, None),
]


@pytest.mark.parametrize(
    ("text", "part", "low", "high", "level"), INTERVALS, ids=[case[0] for case in INTERVALS]
)
def test_interval(text, part, low, high, level):
    [quantity] = [q for q in find_quantities(text) if q.kind == "ci"]
    assert text[quantity.start : quantity.end] == part
    assert (quantity.low, quantity.high, quantity.level) == (low, high, level)


@pytest.mark.parametrize(
    "text",
    [
        "It was 0.75 (0.57–0.96) in all.",
        "CI was computed. The median was 4 (range 2–7).",
        "95% CI 81–39 is reversed",
        "Cisplatin 5 to 10 mg",
    ],
)
def test_no_interval(text):
    assert not [q for q in find_quantities(text) if q.kind == "ci"]
