"""Number expressions: boundaries as the guidelines want them, normalised values."""

from itertools import pairwise

import msgspec
import pytest
import spacy

from cellstudy.labels import EXT_QUANTITIES, QUANTITIES
from cellstudy.schema import Quantity
from cellstudy.tag.quantities import find_quantities


def found(text, part):
    """The one quantity of `text` with the boundaries of the first `part`."""
    start = text.index(part)
    hits = [q for q in find_quantities(text) if (q.start, q.end) == (start, start + len(part))]
    return hits[0] if hits else None


# sentence, expression, low, high, unit, per
AMOUNTS = [
    ("They received 1×10^6 cells.", "1×10^6 cells", 1e6, 1e6, "cells", None),
    ("A dose of 1 x 106 cells/kg was used.", "1 x 106 cells/kg", 1e6, 1e6, "cells", "kg"),
    ("A dose of 1×10(7) cells was used.", "1×10(7) cells", 1e7, 1e7, "cells", None),
    ("A dose of 3 × 10⁶ cells was used.", "3 × 10⁶ cells", 3e6, 3e6, "cells", None),
    ("A dose of 4×10e8 cells was used.", "4×10e8 cells", 4e8, 4e8, "cells", None),
    ("A dose of 2*10^6cell/kg was used.", "2*10^6cell/kg", 2e6, 2e6, "cells", "kg"),
    ("A dose of 2E6 cells was used.", "2E6 cells", 2e6, 2e6, "cells", None),
    ("A dose of 3.0E+6 MSC/kg was used.", "3.0E+6 MSC/kg", 3e6, 3e6, "cells", "kg"),
    ("A dose of 5.0*108 cells was used.", "5.0*108 cells", 5e8, 5e8, "cells", None),
    ("A dose of 1×10*6/kg was used.", "1×10*6/kg", 1e6, 1e6, None, "kg"),
    ("A dose of 2x10~7 cells was used.", "2x10~7 cells", 2e7, 2e7, "cells", None),
    ("A dose of 2×10<sup>7</sup> cells", "2×10<sup>7</sup> cells", 2e7, 2e7, "cells", None),
    ("A dose of 2x1,000,000 hMSC/kg", "2x1,000,000 hMSC/kg", 2e6, 2e6, "cells", "kg"),
    ("A dose of 1x1000000 cells/kg", "1x1000000 cells/kg", 1e6, 1e6, "cells", "kg"),
    ("A dose of 1,000,000 cells/kg", "1,000,000 cells/kg", 1e6, 1e6, "cells", "kg"),
    ("A dose of 3000000/kg", "3000000/kg", 3e6, 3e6, None, "kg"),
    ("A dose of 75 million cells", "75 million cells", 75e6, 75e6, "cells", None),
    ("A dose of 12M cells/kg", "12M cells/kg", 12e6, 12e6, "cells", "kg"),
    ("Either 100 or 200-million cells", "100", 1e8, 1e8, "cells", None),
    ("Either 100 or 200-million cells", "200-million cells", 2e8, 2e8, "cells", None),
    ("20 Million or 90 Million Total MSCs", "20 Million", 2e7, 2e7, "cells", None),
    ("Give 1, 3 or 9 × 10^6 cells/kg", "3", 3e6, 3e6, "cells", "kg"),
    (
        "Give 5–10 × 10^6 cells per lesion",
        "5–10 × 10^6 cells per lesion",
        5e6,
        1e7,
        "cells",
        "lesions",
    ),
    ("Give 1×10^6 – 2×10^6 MSCs", "1×10^6 – 2×10^6 MSCs", 1e6, 2e6, "cells", None),
    (
        "0·2 × 10 6 cells per kg per infusion",
        "0·2 × 10 6 cells per kg per infusion",
        2e5,
        2e5,
        "cells",
        "kg/infusion",
    ),
    (
        "Give 1-2 million/kg of body weight now",
        "1-2 million/kg of body weight",
        1e6,
        2e6,
        None,
        "kg",
    ),
    ("Give 1.5x106 cells/kg PBW", "1.5x106 cells/kg PBW", 1.5e6, 1.5e6, "cells", "kg"),
    ("Give 4x107/40ml", "4x107/40ml", 4e7, 4e7, None, "40 mL"),
    ("2.5 × 107 cells/1 mL/vial", "2.5 × 107 cells/1 mL/vial", 2.5e7, 2.5e7, "cells", "mL/vials"),
    ("Give 10^8 allogeneic cord cells (CC)", "10^8 allogeneic cord cells", 1e8, 1e8, "cells", None),
    ("Give 30 M allogeneic MPCs", "30 M allogeneic MPCs", 3e7, 3e7, "cells", None),
    ("A total of 20 mln. of cells", "20 mln. of cells", 2e7, 2e7, "cells", None),
    ("Give 5 million c-kit+ cells", "5 million c-kit+ cells", 5e6, 5e6, "cells", None),
    (
        "200 million Autologous, Fat-Derived Mesenchimal Stem Cells",
        "200 million Autologous, Fat-Derived Mesenchimal Stem Cells",
        2e8,
        2e8,
        "cells",
        None,
    ),
    ("Give 300㎕/㎠ of gel", "300㎕/㎠", 300, 300, "uL", "cm2"),
    ("Give 14 mg lutein/day", "14 mg lutein/day", 14, 14, "mg", "day"),
    ("Give 1.5 g of O3 per day", "1.5 g of O3 per day", 1.5, 1.5, "g", "day"),
    ("Give 14 mg twice per day", "14 mg", 14, 14, "mg", None),
    ("It was 7 cm H2O", "7 cm H2O", 7, 7, "cmH2O", None),
    ("It was 2.4 pg/mg Cr", "2.4 pg/mg Cr", 2.4, 2.4, "pg", "mg"),
    ("It took 4 joule/cm2", "4 joule/cm2", 4, 4, "J", "cm2"),
    ("It was 3 mmol · L−1 · 2 h−1", "3 mmol · L−1 · 2 h−1", 3, 3, "mmol", "L/2 hour"),
    ("It cost 1,250.50€", "1,250.50€", 1250.5, 1250.5, "EUR", None),
    ("It cost Rs. 12.40/mm Hg", "Rs. 12.40/mm Hg", 12.4, 12.4, "INR", "mmHg"),
    ("It cost $900 per patient", "$900", 900, 900, "USD", None),
    ("Give 106 cells/kg", "106 cells/kg", 1e6, 1e6, "cells", "kg"),
    (
        "200 x 10^6 human mesenchymal stem cells (hMSC)",
        "200 x 10^6 human mesenchymal stem cells",
        2e8,
        2e8,
        "cells",
        None,
    ),
    (
        "8 million Neuroflex mesenchymal stem cells",
        "8 million Neuroflex mesenchymal stem cells",
        8e6,
        8e6,
        "cells",
        None,
    ),
    ("0.3x 10^8 (30 million) UC-MSCs", "0.3x 10^8 (30 million) UC-MSCs", 3e7, 3e7, "cells", None),
    ("2 X 108 (200 million) MSCs", "2 X 108 (200 million) MSCs", 2e8, 2e8, "cells", None),
    ("1 million of MSCs per kilogram", "1 million of MSCs per kilogram", 1e6, 1e6, "cells", "kg"),
    ("8 x 10e6 CSM/kg", "8 x 10e6 CSM/kg", 8e6, 8e6, "cells", "kg"),
    ("1×10^6/kg UC-MSCs", "1×10^6/kg UC-MSCs", 1e6, 1e6, "cells", "kg"),
    ("2.0*10^8 particles were inhaled", "2.0*10^8 particles", 2e8, 2e8, "particles", None),
    ("5 × 10^9 MSC-derived exosomes", "5 × 10^9 MSC-derived exosomes", 5e9, 5e9, "particles", None),
    ("an area with 4.1x105 pmol", "4.1x105 pmol", 4.1e5, 4.1e5, "pmol", None),
    ("3 × 106 IU m−2 daily", "3 × 106 IU m−2", 3e6, 3e6, "IU", "m2"),
    ("0.1 mL at each site", "0.1 mL", 0.1, 0.1, "mL", None),
    ("with 200 μg of exosomes", "200 μg", 200, 200, "ug", None),
    ("with 200 µg of exosomes", "200 µg", 200, 200, "ug", None),
    ("with 40 mg/day of drug", "40 mg/day", 40, 40, "mg", "day"),
    ("with 0.5-1mg/kg/d of drug", "0.5-1mg/kg/d", 0.5, 1, "mg", "kg/day"),
    ("with 750 mg /m2 body surface area", "750 mg /m2 body surface area", 750, 750, "mg", "m2"),
    ("with 5–10 mg/daily of drug", "5–10 mg/daily", 5, 10, "mg", "day"),
    ("with <0.5 mg/kg/day of drug", "<0.5 mg/kg/day", 0.5, 0.5, "mg", "kg/day"),
    ("with 600 mg/twice daily", "600 mg", 600, 600, "mg", None),
    ("with a 5-mg tablet", "5-mg", 5, 5, "mg", None),
    ("300 mg/200 mg tablets", "300 mg", 300, 300, "mg", None),
    ("drug 50/100 mg", "50", 50, 50, "mg", None),
    ("DRA/DRB (62.5/25 μg once daily)", "62.5/25 μg", 62.5, 25, "ug", None),
    ("2 vials for the low dose", "2 vials", 2, 2, "vials", None),
    ("0.5 ml/ injection", "0.5 ml/ injection", 0.5, 0.5, "mL", "injection"),
    (
        "1.9×107 colony forming unit (c.f.u)/day",
        "1.9×107 colony forming unit (c.f.u)/day",
        1.9e7,
        1.9e7,
        "CFU",
        "day",
    ),
    ("at 0.5–1 cm intervals", "0.5–1 cm", 0.5, 1, "cm", None),
    ("9.5 to 35 hairs/cm² were seen", "9.5 to 35 hairs/cm²", 9.5, 35, "hairs", "cm2"),
    ("a level of 15.87 ng.mL−1", "15.87 ng.mL−1", 15.87, 15.87, "ng", "mL"),
    ("a rate of 58 ml/minute/1.73 m2", "58 ml/minute/1.73 m2", 58, 58, "mL", "minute/1.73 m2"),
    ("27- and 5-fold higher", "27", 27, 27, "fold", None),
    ("a twofold rise", "twofold", 2, 2, "fold", None),
    ("2.2 times more likely", "2.2 times", 2.2, 2.2, "times", None),
    ("a cost of $7,062 each", "$7,062", 7062, 7062, "USD", None),
    ("in 2012 USD 32,443 was paid", "USD 32,443", 32443, 32443, "USD", None),
    ("a pressure of 120/80 mmHg", "120/80 mmHg", 120, 80, "mmHg", None),
    ("350 cells/mm3.", "350 cells/mm3", 350, 350, "cells", "mm3"),
    ("2 × 10^6 CD34+ cells/kg", "2 × 10^6 CD34+ cells/kg", 2e6, 2e6, "cells", "kg"),
    ("1.10^6 CSM / kg", "1.10^6 CSM / kg", 1e6, 1e6, "cells", "kg"),
    ("Half a million cells", "Half a million cells", 5e5, 5e5, "cells", None),
    ("A dozen of cells", "A dozen of cells", 12, 12, "cells", None),
    ("one hundred million MSCs", "one hundred million MSCs", 1e8, 1e8, "cells", None),
    ("3 hundred thousand cells", "3 hundred thousand cells", 3e5, 3e5, "cells", None),
    ("3 lakh cells", "3 lakh cells", 3e5, 3e5, "cells", None),
    ("1x10 million MSC per kg", "1x10 million MSC per kg", 1e7, 1e7, "cells", "kg"),
    ("1 mil/kg of MSCs", "1 mil/kg of MSCs", 1e6, 1e6, "cells", "kg"),
    ("50K cells", "50K cells", 5e4, 5e4, "cells", None),
    ("100 MM cells", "100 MM cells", 1e8, 1e8, "cells", None),
    ("4 x 10exp7 cells", "4 x 10exp7 cells", 4e7, 4e7, "cells", None),
    ("4 x 10EE7 cells", "4 x 10EE7 cells", 4e7, 4e7, "cells", None),
    ("4 x 10 e7 cells", "4 x 10 e7 cells", 4e7, 4e7, "cells", None),
    ("4x10'7 cells", "4x10'7 cells", 4e7, 4e7, "cells", None),
    ("4x10/7 cells", "4x10/7 cells", 4e7, 4e7, "cells", None),
    ("4x10-7 cells", "4x10-7 cells", 4e7, 4e7, "cells", None),
    ("4 10^7 cells", "4 10^7 cells", 4e7, 4e7, "cells", None),
    ("4 × 10 to the seventh MSCs", "4 × 10 to the seventh MSCs", 4e7, 4e7, "cells", None),
    ("1E6cells/Kg", "1E6cells/Kg", 1e6, 1e6, "cells", "kg"),
    ("2ⅹ10^7 cells", "2ⅹ10^7 cells", 2e7, 2e7, "cells", None),
    ("6.3 × 107,9.4 × 107 and 14 × 107 cells", "6.3 × 107", 6.3e7, 6.3e7, "cells", None),
    ("Dose level 5 X 10³ cells", "5 X 10³ cells", 5e3, 5e3, "cells", None),
    ("1x10^7, 3x10^7cells per dose", "1x10^7", 1e7, 1e7, "cells", "dose"),
    ("10^6-10^7 cells/kg", "10^6-10^7 cells/kg", 1e6, 1e7, "cells", "kg"),
    ("106-107 cells/kg", "106-107 cells/kg", 1e6, 1e7, "cells", "kg"),
    ("1.106 cells/kg", "1.106 cells/kg", 1e6, 1e6, "cells", "kg"),
    ("(1-6)*10^7 cells", "(1-6)*10^7 cells", 1e7, 6e7, "cells", None),
    ("1,5-3,0 x 10E6 MSC/Kg BW", "1,5-3,0 x 10E6 MSC/Kg BW", 1.5e6, 3e6, "cells", "kg"),
    ("1×10^6/kg/time", "1×10^6/kg/time", 1e6, 1e6, None, "kg/administration"),
    ("3 million MSCs for each disc", "3 million MSCs for each disc", 3e6, 3e6, "cells", "disc"),
    ("3×10^5 cells × cm-2", "3×10^5 cells × cm-2", 3e5, 3e5, "cells", "cm2"),
    ("5 mg kg-1 was given", "5 mg kg-1", 5, 5, "mg", "kg"),
    ("10 mg/(kg·d) for", "10 mg/(kg·d)", 10, 10, "mg", "kg/day"),
    ("80 µg exosomes/g cream", "80 µg exosomes/g cream", 80, 80, "ug", "g"),
    ("20 mg per 3 ml of it", "20 mg per 3 ml", 20, 20, "mg", "3 mL"),
    ("1/2 tablet a day", "1/2 tablet", 0.5, 0.5, "tablets", None),
    ("25 UI of it", "25 UI", 25, 25, "IU", None),
    ("2.7/100 person-years", "2.7/100 person-years", 2.7, 2.7, None, "100 person years"),
    # The unit of the product that the sentence names.
    ("MSCs, 1-2×107, were given", "1-2×107", 1e7, 2e7, "cells", None),
    ("Exosomes at 2×10^9 were given", "2×10^9", 2e9, 2e9, "particles", None),
    ("MSCs were grown.\nThe dose was 2×10^7", "2×10^7", 2e7, 2e7, "cells", None),
    ("MSCs: 5 or 10×10^6 per knee", "5", 5e6, 5e6, "cells", "knee"),
]


@pytest.mark.parametrize(
    ("text", "part", "low", "high", "unit", "per"), AMOUNTS, ids=[f"{a[0]}|{a[1]}" for a in AMOUNTS]
)
def test_amount(text, part, low, high, unit, per):
    quantity = found(text, part)
    assert quantity is not None, [text[q.start : q.end] for q in find_quantities(text)]
    assert (quantity.kind, quantity.low, quantity.high) == ("amount", low, high)
    assert (quantity.unit, quantity.per) == (unit, per)


# sentence, expression, expected fields
OTHERS = [
    ("a dozen men", "a dozen", {"kind": "number", "low": 12}),
    ("2.5 and 5.0 × 10^7", "2.5", {"kind": "number", "low": 2.5e7}),
    ("10^6 people; MSCs", "10^6", {"kind": "number", "unit": None}),
    ("MSCs; platelets were 150 × 10^9/L", "150 × 10^9/L", {"unit": None, "per": "L"}),
    (
        "1×10^6±0.5×10^6 were seen",
        "1×10^6±0.5×10^6",
        {"low": 1e6, "dispersion": 5e5, "dispersion_kind": "plus_minus"},
    ),
    ("35 of 203 men (17%)", "35 of 203", {"kind": "fraction", "low": 35, "high": 203}),
    ("35 out of the 203 men", "35 out of the 203", {"kind": "fraction"}),
    ("Thirty-one out of 40 men", "Thirty-one out of 40", {"kind": "fraction", "low": 31}),
    ("Seven of the 18 men", "Seven of the 18", {"kind": "fraction", "high": 18}),
    ("one of two drugs", "one", {"kind": "number"}),
    ("Sixty MS patients took part", "Sixty", {"kind": "number", "unit": None}),
    ("one single injection", "one single", {"kind": "number", "low": 1}),
    (
        "4.5 [2.0–8.3] days",
        "4.5 [2.0–8.3] days",
        {"kind": "time", "dispersion": 2, "dispersion_kind": "iqr"},
    ),
    (
        "310 mL; interquartile range, 210 to 420 mL",
        "310 mL; interquartile range, 210 to 420 mL",
        {"low": 310, "dispersion": 210, "dispersion_high": 420},
    ),
    ("β=41.6, SE=1.7", "41.6, SE=1.7", {"dispersion": 1.7, "dispersion_kind": "se"}),
    ("a fall of − 0.4%", "− 0.4%", {"kind": "percent", "low": -0.4}),
    ("at 2x10^6 cells/kg (±20%)", "2x10^6 cells/kg", {"dispersion": None}),
    ("to 1 of 3 treatment arms", "1", {"kind": "number"}),
    ("a 2 to 1 ratio", "2 to 1", {"kind": "ratio", "low": 2, "high": 1}),
    ("11F, 9M", "9", {"kind": "number", "unit": None}),
    ("82 patients took part.", "82", {"kind": "number", "low": 82}),
    ("Eighty-two patients took part.", "Eighty-two", {"kind": "number", "low": 82}),
    ("Thirty (30) patients took part.", "Thirty (30)", {"kind": "number", "low": 30}),
    ("x 10 injections", "10", {"kind": "number", "low": 10}),
    ("141x106 and 188x106, respectively", "188x106", {"kind": "number", "low": 188e6}),
    ("The doses were 10^6, no more", "10^6", {"kind": "number", "low": 1e6}),
    ("Some 106 patients", "106", {"kind": "number", "low": 106}),
    ("A sheet of 2 x 105 mm", "2", {"kind": "number", "low": 2}),
    (
        "Scores of 41.5±12.2 were seen",
        "41.5±12.2",
        {"dispersion": 12.2, "dispersion_kind": "plus_minus"},
    ),
    ("A mean of 28.4 (SD 6.1)", "28.4 (SD 6.1)", {"dispersion": 6.1, "dispersion_kind": "sd"}),
    ("A mean of 28.4 (SE=0.3) kg", "28.4 (SE=0.3) kg", {"unit": "kg", "dispersion_kind": "se"}),
    ("A mean of 15.30 (1.44)", "15.30 (1.44)", {"dispersion": 1.44, "dispersion_kind": "sd"}),
    ("It took 76.8 (±9.76) hours", "76.8 (±9.76) hours", {"kind": "time", "dispersion": 9.76}),
    ("It took 188±59 vs. 102±43 min", "188±59", {"kind": "time", "unit": "minute"}),
    (
        "a median of 4 [IQR 2–7]",
        "4 [IQR 2–7]",
        {"dispersion": 2, "dispersion_high": 7, "dispersion_kind": "iqr"},
    ),
    ("a median of 4 (2–7)", "4 (2–7)", {"dispersion_kind": "iqr"}),
    (
        "it was −0·5 (IQR −1·5 to 1·1)",
        "−0·5 (IQR −1·5 to 1·1)",
        {"low": -0.5, "dispersion": -1.5, "dispersion_high": 1.1},
    ),
    ("41.5 kg ± 12.2 kg", "41.5 kg ± 12.2 kg", {"unit": "kg", "dispersion": 12.2}),
    ("7.64±2.49% of all", "7.64±2.49%", {"kind": "percent", "dispersion": 2.49}),
    ("a change of –8.32% was seen", "–8.32%", {"kind": "percent", "low": -8.32}),
    ("Twenty-five percent improved", "Twenty-five percent", {"kind": "percent", "low": 25}),
    ("up to 100% improved", "up to 100%", {"kind": "percent", "bound": "<="}),
    ("at least 30% improved", "at least 30%", {"kind": "percent", "bound": ">="}),
    ("∼50% improved", "∼50%", {"kind": "percent", "bound": None}),
    ("≥ 3% had one", "≥ 3%", {"kind": "percent", "bound": ">="}),
    ("from 10.5% up to 20% of all", "20%", {"kind": "percent", "bound": None}),
    ("92 and 28% of men", "92", {"kind": "percent", "low": 92}),
    ("67.8 vs. 73.6% of men", "67.8", {"kind": "percent"}),
    ("0% and 4.4%, respectively", "0%", {"kind": "percent", "low": 0}),
    ("in 12/20 (60%) of men", "12/20", {"kind": "fraction", "low": 12, "high": 20}),
    ("in 12/20 (60%) of men", "60%", {"kind": "percent"}),
    ("randomised 1:1 to cells", "1:1", {"kind": "ratio", "low": 1, "high": 1}),
    ("randomised 2:1:1 to cells", "2:1:1", {"kind": "ratio"}),
    ("aged 6–60 months", "6–60 months", {"kind": "age", "low": 6, "high": 60}),
    ("a mean age of 54 ± 10 years", "54 ± 10 years", {"kind": "age"}),
    ("women 18-65 years old", "18-65 years", {"kind": "age"}),
    ("at 12 months of age", "12 months", {"kind": "age"}),
    ("It took an average of 12 days", "12 days", {"kind": "time"}),
]


@pytest.mark.parametrize(
    ("text", "part", "expected"), OTHERS, ids=[f"{case[0]}|{case[1]}" for case in OTHERS]
)
def test_other_kinds(text, part, expected):
    quantity = found(text, part)
    assert quantity is not None, [text[q.start : q.end] for q in find_quantities(text)]
    assert {name: getattr(quantity, name) for name in expected} == expected


# sentence, expressions that are times, their durations
TIMES = [
    ("after 12 months", ["12 months"], ["P12M"]),
    ("at week 24", ["week 24"], ["P24W"]),
    ("a 1-year result", ["1-year"], ["P1Y"]),
    ("for up to 24 months", ["24 months"], ["P24M"]),
    ("over 60-80 minutes", ["60-80 minutes"], ["PT80M"]),
    ("for two weeks", ["two weeks"], ["P2W"]),
    ("at 6 h", ["6 h"], ["PT6H"]),
    ("months 3, 6 and 12", ["months 3", "6", "12"], ["P3M", "P6M", "P12M"]),
    ("Weeks 1, 2, Month 6", ["Weeks 1", "2", "Month 6"], ["P1W", "P2W", "P6M"]),
    ("day 0 to 90", ["day 0 to 90"], ["P90D"]),
    ("0.5, 2.5 and 5 h later", ["0.5", "2.5", "5 h"], ["PT0.5H", "PT2.5H", "PT5H"]),
    ("the 4th, 8th and 12th week", ["4th", "8th", "12th week"], ["P4W", "P8W", "P12W"]),
    ("at four and 12 weeks", ["four", "12 weeks"], ["P4W", "P12W"]),
    ("changed from day 0 to 90", ["day 0 to 90"], ["P90D"]),
    ("the second year", ["second year"], ["P2Y"]),
    ("the first and the fifteenth day", ["first", "fifteenth day"], ["P1D", "P15D"]),
    ("at the 24th h", ["24th h"], ["PT24H"]),
    ("over 48 postoperative hours", ["48 postoperative hours"], ["PT48H"]),
    ("for six subsequent days", ["six subsequent days"], ["P6D"]),
    ("at the 3- months visit", ["3- months"], ["P3M"]),
    ("a 40- to 50-minute class", ["40- to 50-minute"], ["PT50M"]),
    ("from day -5 to +90", ["day -5 to +90"], ["P90D"]),
    ("at week 12, 30 patients left", ["week 12"], ["P12W"]),
    ("a ratio (HR 1.7) of deaths", [], []),
    ("10 tablets a week 3 times", [], []),
]


@pytest.mark.parametrize(("text", "parts", "durations"), TIMES, ids=[case[0] for case in TIMES])
def test_time(text, parts, durations):
    times = [q for q in find_quantities(text) if q.kind == "time"]
    assert [text[q.start : q.end] for q in times] == parts
    assert [q.duration for q in times] == durations


# sentence, names and dates in it
REFERENCES = [
    ("registered as NCT01234567", ["NCT01234567"]),
    ("IL-10, CD34+ and COVID-19", ["IL-10", "CD34+", "COVID-19"]),
    ("type 2 diabetes in phase 2", ["2", "2"]),
    ("grade 3 or 4 toxicity", ["3 or 4"]),
    ("Group 1: 20 million cells", ["1"]),
    ("on 3-10 point scales", ["3-10 point scales"]),
    ("a 100-mm visual analog scale", ["100-mm visual analog scale"]),
    ("the 6-minute walk test", ["6-minute walk"]),
    ("since 10th May 2025", ["10th May 2025"]),
    ("from July 2010 to April 2012", ["July 2010", "April 2012"]),
    ("in 2012, 40 men", ["2012"]),
    ("(1) safety and (2) pain", ["1", "2"]),
    ("HLA-A*2402 and clone 1D5", ["HLA-A*2402", "1D5"]),
    ("SPN-11 1200 mg", ["SPN-11"]),
    ("an OR [95%CI] of 2", ["95%"]),
    ("6MWT, 23S rRNA and a 22G needle", []),
    ("2012 patients; group 24 hours later", []),
    ("pH-2.4 g and Time-2.25 g", []),
    ("Pilot Phase 20 million cells", []),
    ("n=14, p=0.05 and at12 weeks", []),
]


@pytest.mark.parametrize(("text", "parts"), REFERENCES, ids=[case[0] for case in REFERENCES])
def test_reference(text, parts):
    names = [q for q in find_quantities(text) if q.kind in ("identifier", "date")]
    assert [text[q.start : q.end] for q in names] == parts


@pytest.mark.parametrize(
    "text",
    [
        "The pain (100 mm) fell by 12.5±3 to 4 [1–7] in 12/20 (60%; 95% CI 39–81; p = .01).",
        "USD 5USD .5 > 3>4 1:1q2wand −2 ± 3 ± 4 (SD 1 (SD 2)",
        "1 x 10^6 x 10^7 × 106 million million cells/kg/kg",
        "",
        "\n \t",
    ],
)
def test_spans_are_flat_and_trimmed(text):
    quantities = find_quantities(text)
    for before, after in pairwise(quantities):
        assert before.end <= after.start
    for quantity in quantities:
        assert text[quantity.start : quantity.end].strip() == text[quantity.start : quantity.end]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("MSCs were grown. It took 10^6 steps", None),
        ("MSCs were grown. They were given at 10^6", "cells"),
        ("EVs and MSCs were grown. They were given at 10^6", None),
        ("EVs were given at 10^6", "particles"),
        ("MSCs and EVs were given at 10^6", "cells"),
        ("MSCs at a cost of 10^6", None),
        ("MSCs with 10^6 copies", None),
        ("MSCs with 10^3", None),
        ("A dose of 10^6", None),
    ],
)
def test_the_unit_of_a_bare_power_is_that_of_the_product(text, unit):
    assert find_quantities(text)[-1].unit == unit


@pytest.mark.parametrize(
    ("text", "confidence"),
    [
        ("2 × 10^6 cells", 1.0),
        ("2 x 106 cells", 0.8),
        ("106 cells", 0.6),
        ("4x10'7 cells", 0.5),
        ("500.000 cells", 0.8),
        ("MSCs at 2×10^6", 0.7),
    ],
)
def test_doubtful_writing_lowers_the_confidence(text, confidence):
    assert find_quantities(text)[-1].confidence == confidence


@pytest.mark.parametrize(
    "unit", ["1 ", "1,000,", "10x", "second and ", "p = ", "1 ± ", "allogeneic ", "(", "a1"]
)
def test_hostile_text_is_read_in_linear_time(unit):
    find_quantities(unit * 5000)  # the suite's timeout is the limit


def test_component_writes_plain_data():
    nlp = spacy.blank("en")
    nlp.add_pipe("cellstudy_quantities")
    doc = nlp("They gave 5 mg to 12 men.")
    assert [msgspec.convert(item, Quantity).low for item in doc._.get(EXT_QUANTITIES)] == [5, 12]
    assert [(span.text, span.label_) for span in doc.spans[QUANTITIES]] == [
        ("5 mg", "amount"),
        ("12", "number"),
    ]
    assert doc.spans[QUANTITIES].attrs["made_by"] == ["rule:quantity.digits"] * 2
