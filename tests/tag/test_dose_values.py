"""Doses: what a number expression says once it is known to be an amount given."""

import pytest

from cellstudy.tag.dose_values import settle_dose
from cellstudy.tag.quantities import find_quantities

CASES = [
    ("1 x 10^6 cells/kg", (1e6, 1e6, "cells", "kg")),
    ("1-2 million/kg", (1e6, 2e6, "cells", "kg")),
    ("4x10^7/40 mL", (4e7, 4e7, "cells", None)),
    ("6 x 10^6 cells per 3 ml", (6e6, 6e6, "cells", None)),
    ("60 mg/3 mL", (60, 60, "mg", None)),
    ("4 million cells/mL", (4e6, 4e6, "cells", "mL")),
    ("2 x 10^6 cells/kg/infusion", (2e6, 2e6, "cells", "kg")),
    ("2 x 10^6 cells/infusion", (2e6, 2e6, "cells", "infusion")),
    ("5 x 10^7 cells/body", (5e7, 5e7, "cells", "patient")),
    ("200 uL", (0.2, 0.2, "mL", None)),
    ("40 mg/day", (40, 40, "mg", "day")),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[case[0] for case in CASES])
def test_settle_dose(text, expected):
    [quantity] = find_quantities(text)
    dose = settle_dose(quantity, text, cellular=True)
    assert (dose.low, dose.high, dose.unit, dose.per) == expected
    assert settle_dose(dose, text, cellular=True) == dose


def test_a_drug_keeps_its_bare_number():
    [quantity] = find_quantities("5000")
    assert settle_dose(quantity, "5000", cellular=False).unit is None
    assert settle_dose(quantity, "5000", cellular=True).unit == "cells"
