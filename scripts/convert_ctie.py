"""Bring the train part of the corpus ctie to natural text and to our labels.

python scripts/convert_ctie.py ../shared training/corpora/ctie.jsonl

Each annotated dose, frequency, duration, time point and number of patients is put on the expression
that the grammars find there, so that the boundaries are those of the guidelines. A dose without a
unit in its expression, or a percentage strength, is no DOSE by the guidelines and is left out.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cellstudy.corpus.detokenise import detokenise
from cellstudy.schema import GoldSpan, Quantity, Schedule
from cellstudy.tag.quantities import find_quantities
from cellstudy.tag.schedules import find_schedules

LABELS: Final = {
    "DoseValue": "DOSE",
    "Frequency": "DOSING_INTERVAL",
    "Duration": "TIME",
    "TimePoint": "TIME",
    "NumberPatientsCT": "SAMPLE_SIZE",
    "NumberPatientsArm": "SAMPLE_SIZE",
    "FinalNumPatientsCT": "SAMPLE_SIZE",
    "FinalNumPatientsArm": "SAMPLE_SIZE",
    "NumPatientsLeftCT": "SAMPLE_SIZE",
    "NumPatientsLeftArm": "SAMPLE_SIZE",
}
KINDS: Final = {"DOSE": ("amount", "number"), "TIME": ("time",), "SAMPLE_SIZE": ("number",)}
"""Kinds of quantity that a label may stand on; intervals stand on schedules."""


def convert(text: str, spans: list[GoldSpan]) -> Iterator[GoldSpan]:
    """The spans of a natural text under our labels, on expressions of the grammars, flat."""
    quantities, schedules = find_quantities(text), find_schedules(text)
    placed = {
        (place.start, place.end, LABELS[span.label])
        for span in spans
        if (place := _find_place(span, quantities, schedules)) is not None
    }
    end = 0
    for start, stop, label in sorted(placed):
        if start >= end:
            yield GoldSpan(start=start, end=stop, label=label)
            end = stop


def _find_place(
    span: GoldSpan, quantities: list[Quantity], schedules: list[Schedule]
) -> Quantity | Schedule | None:
    label = LABELS[span.label]
    places: list[Quantity | Schedule] = [
        *(schedules if label == "DOSING_INTERVAL" else ()),
        *(item for item in quantities if item.kind in KINDS.get(label, ())),
    ]
    touching = (item for item in places if item.start < span.end and span.start < item.end)
    return next(touching, None)


def main() -> None:
    """Convert and write."""
    shared, target = Path(sys.argv[1]), Path(sys.argv[2])
    target.parent.mkdir(parents=True, exist_ok=True)
    kept: Counter[str] = Counter()
    source = shared / "corpora/ctie/train.jsonl"
    with source.open(encoding="utf-8") as lines, target.open("w", encoding="utf-8") as out:
        for entry in map(json.loads, lines):
            natural = detokenise(entry["text"])
            given = [
                GoldSpan(start=s["start"], end=s["end"], label=s["label"])
                for s in entry["spans"]
                if s["label"] in LABELS
            ]
            found = list(convert(natural.text, natural.from_source(given)))
            kept.update(span.label for span in found)
            spans = [{"start": s.start, "end": s.end, "label": s.label} for s in found]
            out.write(json.dumps({"id": entry["id"], "text": natural.text, "spans": spans}) + "\n")
    print(f"{source}: {dict(sorted(kept.items()))}")  # noqa: T201


if __name__ == "__main__":
    main()
