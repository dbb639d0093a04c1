"""Rebuild the vendored ontology extracts from the full tables.

    python scripts/vendor_ontologies.py ../shared/ontologies [TARGET]

Reads `mondo.tsv.gz`, `uberon.tsv.gz` and `cl.tsv.gz` (id, label, synonyms, direct parents) and
writes compact tables (id, label, folded names, acronyms) to `pipeline/cellstudy/data/ontology`.
The same input gives the same bytes.

What is left out, and why:
1. Whole branches that no abstract on patients names: diseases of other animals, "disease
   characteristics" (bare adjectives such as "rare"), life stages, fish and frog anatomy, the cell
   types of brain atlases.
2. Generic names of `data/lexicon/generic.tsv` ("disease", "tissue", "cell").
3. One-word names of up to three letters, and synonyms of four: they collide with common words.
4. Acronyms shorter than four letters (GA, ALS): a text must define them itself. Longer ones are
   kept apart, to be matched in capitals only, unless they spell a common word of the same list.
5. Names longer than eight words, names with brackets, and names without two letters in a row.
6. A synonym that two concepts share, unless it is the label of one of them.
7. Susceptibilities to a disease, and a synonym that only leaves the number out of the label of a
   subtype ("..., familial, 1"): texts mean the disease.
8. A synonym without any word of the label, where an acronym of the concept fits the initials of
   both: such pairs are other diseases that were merged by their acronym (alternating hemiplegia
   of childhood and congenital adrenal hypoplasia).
An inverted name ("osteoarthritis, knee") is also given in the order of running text.
"""

import gzip
import io
import re
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from cellstudy.terms import acronym_form, fold_name, is_acronym, read_rows

TARGET = Path(__file__).resolve().parent.parent / "pipeline/cellstudy/data/ontology"
MAX_WORDS = 8
BRACKETS = re.compile(r"[()\[\]{}<>|]")
NUMBER = re.compile(r"\b\d+[a-z]?$")
LETTERS = re.compile(r"[^\W\d_]{2}")


class Ontology(NamedTuple):
    """An ontology with its provenance and the parts that are left out."""

    name: str
    version: str
    licence: str
    address: str
    dropped_roots: tuple[str, ...] = ()
    dropped_ids: str = r"(?!)"


ONTOLOGIES = (
    Ontology(
        "mondo",
        "v2026-05-05",
        "CC BY 4.0",
        "https://mondo.monarchinitiative.org",
        dropped_roots=("MONDO:0005583", "MONDO:0021125"),
    ),
    Ontology(
        "uberon",
        "v2026-04-01",
        "CC BY 3.0",
        "https://obophenotype.github.io/uberon",
        dropped_roots=("UBERON:0000105",),
        dropped_ids=r"UBERON:[2-6]",
    ),
    Ontology(
        "cl",
        "v2026-03-26",
        "CC BY 4.0",
        "https://obophenotype.github.io/cell-ontology",
        dropped_ids=r"CL:43",
    ),
)


class Entry(NamedTuple):
    """One concept of a full table."""

    id: str
    label: str
    synonyms: list[str]
    parents: list[str]


def read_entries(path: Path) -> list[Entry]:
    """Read a full table; its first line is the header."""
    lines = gzip.decompress(path.read_bytes()).decode("utf-8").splitlines()[1:]
    cells = [line.split("\t") for line in lines]
    return [Entry(c[0], c[1], c[2].split("|"), c[3].split("|")) for c in cells]


def find_descendants(entries: list[Entry], roots: Iterable[str]) -> set[str]:
    """Find the ids of `roots` and of everything below them."""
    found, size = set(roots), -1
    while size != len(found):
        size = len(found)
        found.update(entry.id for entry in entries if not found.isdisjoint(entry.parents))
    return found


def select_entries(entries: list[Entry], ontology: Ontology) -> list[Entry]:
    """Leave out the branches that `ontology` drops."""
    dropped = find_descendants(entries, ontology.dropped_roots)
    pattern = re.compile(ontology.dropped_ids)
    return [
        e
        for e in entries
        if e.id not in dropped and not pattern.match(e.id) and "susceptibility" not in e.label
    ]


def fold_names(entry: Entry, generic: frozenset[str]) -> list[str]:
    """Fold the label and synonyms that are words, without the generic ones, label first."""
    label = fold_name(entry.label)
    words = [
        name
        for name in entry.synonyms
        if not is_acronym(name) and not BRACKETS.search(name) and not is_merged(name, entry)
    ]
    turned = [turn_name(name) for name in [entry.label, *words]]
    names = [label, *sorted({fold_name(name) for name in [*words, *turned]} - {label})]
    return [
        name
        for name in names
        if is_usable(name, name == label) and name not in generic and not is_broader(name, label)
    ]


def is_broader(name: str, label: str) -> bool:
    """Say whether `name` is `label` without its number (rule 7)."""
    words = set(label.split())
    return (
        NUMBER.search(label) is not None and not NUMBER.search(name) and words > set(name.split())
    )


def is_merged(name: str, entry: Entry) -> bool:
    """Say whether `name` belongs to another disease with the same acronym (rule 8)."""
    words, own = fold_name(name).split(), fold_name(entry.label).split()
    if len(words) < 2 or not set(words).isdisjoint(own):
        return False
    initials = Counter(word[0] for word in words), Counter(word[0] for word in own)
    acronyms = (Counter(item.lower()) for item in entry.synonyms if is_acronym(item))
    return any(all(a <= found for found in initials) for a in acronyms if a.total() > 2)


def turn_name(name: str) -> str:
    """Undo an inversion: `osteoarthritis, knee` becomes `knee osteoarthritis`."""
    head, comma, tail = name.partition(", ")
    return f"{tail} {head}" if comma and "," not in tail else name


def is_usable(name: str, is_label: bool) -> bool:
    """Apply rules 3 and 5 to a folded name."""
    words = name.split(" ")
    if len(words) == 1 and len(name) < (4 if is_label else 5):
        return False
    is_stable = fold_name(name) == name
    return is_stable and bool(LETTERS.search(name)) and len(words) <= MAX_WORDS


def select_acronyms(entry: Entry, generic: frozenset[str]) -> list[str]:
    """Apply rule 4: acronyms in capitals."""
    found = {acronym_form(name) for name in [entry.label, *entry.synonyms] if is_acronym(name)}
    return sorted(name for name in found if len(name) > 3 and name.lower() not in generic)


def build_rows(entries: list[Entry], generic: frozenset[str]) -> list[str]:
    """Make the lines of a vendored table; apply rule 6."""
    named = [(e, fold_names(e, generic), select_acronyms(e, generic)) for e in entries]
    owners = Counter(name for _, names, acronyms in named for name in [*names, *acronyms])
    labels = {fold_name(e.label) for e in entries}
    rows = []
    for entry, names, acronyms in named:
        own = fold_name(entry.label)
        kept = [n for n in names if n == own or (owners[n] == 1 and n not in labels)]
        sole = [n for n in acronyms if owners[n] == 1]
        if kept or sole:
            rows.append("\t".join([entry.id, entry.label, "|".join(kept), "|".join(sole)]))
    return rows


def write_table(path: Path, lines: Iterable[str]) -> None:
    """Write gzip without a time stamp or file name, so that equal lines give equal bytes."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as file:
        file.write(("\n".join(lines) + "\n").encode("utf-8"))
    path.write_bytes(buffer.getvalue())


def vendor(source: Path, target: Path) -> list[Path]:
    """Build every table of ONTOLOGIES from `source` in `target`."""
    rows = read_rows("lexicon/generic.tsv")
    written = []
    for ontology in ONTOLOGIES:
        generic = frozenset(fold_name(row[1]) for row in rows if row[0] in (ontology.name, "all"))
        entries = select_entries(read_entries(source / f"{ontology.name}.tsv.gz"), ontology)
        header = [
            f"# {ontology.name} {ontology.version}, {ontology.address}, {ontology.licence}.",
            "# Shortened and folded by scripts/vendor_ontologies.py, which states the rules.",
            "# id\tlabel\tfolded names\tacronyms",
        ]
        path = target / f"{ontology.name}.tsv.gz"
        write_table(path, [*header, *build_rows(entries, generic)])
        written.append(path)
    return written


if __name__ == "__main__":
    vendor(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else TARGET)
