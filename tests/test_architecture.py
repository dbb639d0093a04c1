"""Imports go one way only, and the layers that need no spaCy do not import it."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "pipeline" / "cellstudy"

LAYERS = [
    {
        *("schema", "labels", "errors", "terms", "trigrams", "concepts", "durations", "units"),
        *("curves", "slots", "confidence"),
    },
    {"read", "tag", "assemble", "check", "score", "export"},
    {"corpus", "annotate", "batch", "model"},
    {"__init__", "__main__", "extraction", "cli"},
]
WITHOUT_SPACY = {
    "schema",
    "labels",
    "errors",
    "terms",
    "trigrams",
    "concepts",
    "durations",
    "units",
    "curves",
    "slots",
    "confidence",
} | {
    "read",
    "score",
    "export",
    "assemble",
    "check",
}

MODULES = sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def level(name: str) -> int:
    return next(i for i, layer in enumerate(LAYERS) if name in layer)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_one_way(path):
    own = room(path)
    rooms = {name.split(".")[1] for name in imported(path) if name.startswith("cellstudy.")}
    known = {name for layer in LAYERS for name in layer}
    above = {name for name in rooms & known if level(name) > level(own)}
    assert not above, f"{own} imports {above} from a layer above"
    if level(own) == 1:
        peers = {name for name in rooms & LAYERS[1] if name != own}
        assert not peers, f"{own} imports its neighbours {peers}"


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if room(path) in WITHOUT_SPACY],
    ids=lambda p: str(p.relative_to(PACKAGE)),
)
def test_plain_layers_do_not_import_spacy(path):
    assert not {name for name in imported(path) if name.split(".")[0] in ("spacy", "thinc")}


def test_every_room_has_a_layer():
    known = {name for layer in LAYERS for name in layer}
    assert {room(path) for path in MODULES} <= known
