"""All spans and record slots of `corpus/annotated`: dev, or test, on which nothing was tuned.

Puts the texts back from `--data` (default `../shared/raw`), writes the documents under
training/benchmarks, which is never committed, and runs `cellstudy evaluate` on them.
"""

import argparse
import json
from pathlib import Path
from typing import Final

from benchmarks.retraining import CACHE
from cellstudy.cli import app
from cellstudy.corpus.texts import hydrate

RAW: Final = Path("../shared/raw")
CORPUS: Final = Path(__file__).resolve().parent.parent / "corpus" / "annotated"


def run(options: argparse.Namespace) -> None:
    """Write the documents with their texts and evaluate them."""
    split = options.split
    documents = hydrate(CORPUS / f"{split}.jsonl", options.data or RAW)[: options.limit or None]
    folder = CACHE / f"annotated-{split}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "documents.jsonl").open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(document) + "\n" for document in documents)
    model = ["--model", str(options.model)] if options.model else []
    app(["evaluate", str(folder), *model], standalone_mode=False)
