"""The number of participants where the roles of the sample sizes are known."""

import msgspec
import pytest

from cellstudy.assemble import assemble

from .marked import INFO, tag

TITLE = "A randomized trial of cells in adults with asthma."
CASES = [
    (
        "We screened [SAMPLE_SIZE 90] adults and enrolled [SAMPLE_SIZE 60] adults.",
        ("screened", "total"),
        60,
    ),
    (
        "Here [SAMPLE_SIZE 60] adults ([SAMPLE_SIZE 20] adults in each group) took part.",
        ("total", "arm"),
        60,
    ),
    (
        "[SAMPLE_SIZE 20] adults were assigned to cells, [SAMPLE_SIZE 21] to gel.",
        ("randomised", "arm"),
        41,
    ),
    ("We studied [SAMPLE_SIZE 30] adults; [SAMPLE_SIZE 4] adults left.", ("total", "lost"), 30),
    ("In [SAMPLE_SIZE 12] hospitals [SAMPLE_SIZE 48] adults took part.", ("total", "total"), 48),
]


@pytest.mark.parametrize(("text", "roles", "n"), CASES, ids=[case[0] for case in CASES])
def test_n_total_follows_the_roles(text, roles, n):
    tagging = tag(f"{TITLE}\n{text}")
    given = iter(roles)
    mentions = tuple(
        msgspec.structs.replace(m, role=next(given)) if m.label == "SAMPLE_SIZE" else m
        for m in tagging.mentions
    )
    record = assemble(msgspec.structs.replace(tagging, mentions=mentions), INFO)
    assert record.n_total.value == n
