"""Short forms that the scorer finds in a text."""

import pytest

from cellstudy.score.abbreviations import find_abbreviations


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hair mass index (HMI) rose.", {"HMI": "Hair mass index"}),
        ("mesenchymal stromal cells (MSCs) grew", {"MSCs": "mesenchymal stromal cells"}),
        ("The global itch score (GIS; 0-10) fell.", {"GIS": "global itch score"}),
        ("Twelve patients (60%) and eight (n = 8).", {}),
        ("It was better (see Table).", {}),
        ("Acne. Lesions (AL) fell", {}),
        ("hair mass index (HMI) and human milk intake (HMI)", {"HMI": "hair mass index"}),
        ("(", {}),
        ("", {}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_find(text, expected):
    assert find_abbreviations(text) == expected
