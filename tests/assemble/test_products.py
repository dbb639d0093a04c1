"""Products: mentions merged, with form, source and donor."""

import pytest

from .marked import record


def products(text):
    found = record(text).products
    return [(p.form.value, p.source.value, p.donor.value) for p in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "[DONOR Allogeneic] [CELL_SOURCE adipose]-derived [CELL_PRODUCT stem cells] for "
            "scars\nThe [CELL_PRODUCT cells] were given.",
            [("cells", "adipose tissue", "allogeneic")],
        ),
        (
            "[CELL_PRODUCT Stem cells] obtained from [CELL_SOURCE umbilical cords] for scars\nX.",
            [("cells", "umbilical cord", None)],
        ),
        (
            "[CELL_PRODUCT Mesenchymal stem cell exosomes] for scars\n[CELL_PRODUCT Exosomes] of "
            "[CELL_PRODUCT mesenchymal stem cells] were applied.",
            [("extracellular_vesicles", None, None)],
        ),
        (
            "[CELL_PRODUCT Stem cell] therapy of scars\n[CELL_PRODUCT Mononuclear cells] from "
            "[CELL_SOURCE bone marrow] were given. [CELL_PRODUCT Stem cells] helped.",
            [("cells", "bone marrow", None)],
        ),
        (
            "[CELL_PRODUCT Mesenchymal stem cells] or [CELL_PRODUCT mononuclear cells] for "
            "scars\nX.",
            [("cells", None, None), ("cells", None, None)],
        ),
        (
            "[CELL_PRODUCT hUC-MSCs] for scars\n[CELL_PRODUCT hUC-MSCs] were given.",
            [("cells", "umbilical cord", None)],
        ),
        (
            "[CELL_PRODUCT Exosomes] for hair: a [DESIGN review]\n[CELL_PRODUCT Exosomes] from "
            "[CELL_SOURCE placenta], "
            "[CELL_SOURCE bone marrow] and [CELL_SOURCE foreskin] were used.",
            [
                ("extracellular_vesicles", "placenta", None),
                ("extracellular_vesicles", "bone marrow", None),
                ("extracellular_vesicles", "foreskin", None),
            ],
        ),
        (
            "[DONOR Autologous] [CELL_PRODUCT keratinocytes] and [CELL_PRODUCT stem cells] for "
            "burns\nX.",
            [("cells", None, "autologous"), ("cells", None, "autologous")],
        ),
        (
            "Human [CELL_PRODUCT stem cells] for wounds\nHuman [CELL_PRODUCT stem cells] were "
            "injected into mice.",
            [("cells", None, "xenogeneic")],
        ),
        (
            "[CELL_PRODUCT Exosome gel] for scars\n[CELL_PRODUCT Platelet-rich plasma] is older.",
            [("extracellular_vesicles", None, None)],
        ),
    ],
    ids=[
        "donor and source",
        "source after",
        "parent left out",
        "bare stem cells",
        "two products",
        "fused prefix",
        "list",
        "two kinds",
        "xenogeneic",
        "gel",
    ],
)
def test_products(text, expected):
    assert products(text) == expected


def test_sources_that_cells_can_have_are_not_those_of_the_product():
    text = (
        "[CELL_PRODUCT Stem cells] for scars\n[CELL_PRODUCT Stem cells] can be derived from "
        "[CELL_SOURCE bone marrow] and [CELL_SOURCE fat]."
    )
    assert products(text) == [("cells", None, None)]


def test_name_is_the_code_of_the_title():
    text = "[CELL_PRODUCT FOL-21] for scars\n[CELL_PRODUCT FOL-21] are [CELL_PRODUCT stem cells]."
    assert [p.name.value for p in record(text).products] == ["FOL-21"]
