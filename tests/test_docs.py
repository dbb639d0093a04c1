"""The documentation names everything that users meet, its links resolve, and its examples run.

A Python example that is followed by a text block is run, in one namespace a page, and must print
that block; every other one must compile.
"""

import re
from pathlib import Path
from typing import NamedTuple, get_args

import msgspec
import pytest
import typer

from cellstudy import schema
from cellstudy.cli import app
from cellstudy.export.outputs import OUTPUTS, QUARANTINE
from cellstudy.export.tables import RECORD_COLUMNS, RESULT_COLUMNS
from cellstudy.labels import LABELS
from cellstudy.read.formats import FORMATS
from cellstudy.score.checks import VOCABULARY
from cellstudy.score.records import SLOTS
from cellstudy.score.spans import MEASURES
from cellstudy.terms import read_rows

ROOT = Path(__file__).resolve().parent.parent
DOCS = sorted((ROOT / "docs").glob("*.md"))
PAGES = [*DOCS, ROOT / "README.md"]

PYTHON = re.compile(r"^```python\n(.*?)^```\n(?:\s*```text\n(.*?)^```)?", re.M | re.S)
LINK = re.compile(r"(?<!!)\[[^\]\n]+\]\(([^)\s]+)\)")
HEADING = re.compile(r"^(#+) (.+)$", re.M)
DATA_FILE = re.compile(r"`(data/[\w/.]+\.tsv(?:\.gz)?)`")
OPTION = re.compile(r"`(--?[a-z][\w-]*)`")


class Example(NamedTuple):
    """A Python example; `output` is None where none is shown."""

    line: int
    code: str
    output: str | None


def page(name):
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def without_code(text):
    return re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)


def section(text, title):
    """What stands under a heading, with its subsections."""
    plain = re.sub(r"^```.*?^```", lambda m: "\n" * m.group().count("\n"), text, flags=re.M | re.S)
    match = next((m for m in HEADING.finditer(plain) if m.group(2).strip("`") == title), None)
    assert match, f"no heading {title!r}"
    rest = plain[match.end() :]
    end = re.search(rf"^#{{1,{len(match.group(1))}}} ", rest, re.M)
    return rest[: end.start()] if end else rest


def named(text):
    """The names in backticks."""
    return set(re.findall(r"`([\w.]+)`", text))


def examples(path):
    text = path.read_text(encoding="utf-8")
    return [
        Example(text[: match.start()].count("\n") + 1, match[1], match[2])
        for match in PYTHON.finditer(text)
    ]


# ---------------------------------------------------------------- commands

CLI = typer.main.get_command(app)


@pytest.mark.parametrize("name", sorted(CLI.commands))
def test_the_guide_has_every_option_of_a_command_and_no_other(name):
    written = set(OPTION.findall(section(page("guide.md"), f"cellstudy {name}")))
    params = CLI.commands[name].params
    options = {opt for p in params if p.param_type_name == "option" for opt in p.opts}
    assert written == options - {"--help"}


@pytest.mark.parametrize("name", sorted(CLI.commands))
def test_the_guide_has_every_argument_of_a_command(name):
    text = section(page("guide.md"), f"cellstudy {name}")
    arguments = {p.name for p in CLI.commands[name].params if p.param_type_name == "argument"}
    assert {argument.upper() for argument in arguments} <= named(text)


def test_the_guide_has_the_options_of_the_program():
    commands = section(page("guide.md"), "Commands")
    options = {opt for param in CLI.params for opt in param.opts} - {"--help"}
    assert all(re.search(rf"`[^`]*{option}`", commands) for option in options)


def test_the_guide_has_every_output_and_format():
    guide = page("guide.md")
    assert {*OUTPUTS, QUARANTINE} <= named(section(guide, "The output folder"))
    formats = section(guide, "Input formats").lower()
    titles = [re.findall(r"\w+", form.title.lower()) for form in FORMATS.values()]
    assert [words for words in titles if not all(word in formats for word in words)] == []


@pytest.mark.parametrize("field", ["text", "title", "abstract", "id"])
def test_the_guide_has_every_column_name_of_a_field(field):
    names = {name for row_field, name in read_rows("read/columns.tsv") if row_field == field}
    tables = section(page("guide.md"), "Input formats")
    row = next(line for line in tables.splitlines() if line.startswith(f"| {field} |"))
    assert names <= set(re.findall(r"`([^`]+)`", row))


# ---------------------------------------------------------------- formats


def record_parts():
    """Every struct inside a StudyRecord."""
    found = [schema.StudyRecord]
    for part in found:
        for field in msgspec.structs.fields(part):
            inside = [field.type, *get_args(field.type)]
            found += [
                getattr(kind, "__origin__", kind)
                for kind in inside
                if hasattr(getattr(kind, "__origin__", kind), "__struct_fields__")
                and getattr(kind, "__origin__", kind) not in found
            ]
    return list(dict.fromkeys(found))


def test_all_parts_of_the_record_are_looked_at():
    names = {part.__name__ for part in record_parts()}
    assert names >= {"Value", "Evidence", "Result", "Arm", "IncludedStudies", "Flag"}


@pytest.mark.parametrize("part", record_parts(), ids=lambda part: part.__name__)
def test_every_field_of_the_record_is_described_where_its_part_is(part):
    text = page("data-format.md")
    row = re.search(rf"^\| {part.__name__}(?: \(plain\))? \|(.*)$", text, re.M)
    described = row.group(1) if row else section(text, part.__name__)
    assert set(part.__struct_fields__) <= named(described)


@pytest.mark.parametrize(
    "part",
    [schema.FlatRecord, schema.FlatProduct, schema.FlatRegimen, schema.FlatResult],
    ids=lambda part: part.__name__,
)
def test_every_field_of_the_flat_record_is_named(part):
    line = re.search(rf"^- {part.__name__}: (.*)$", page("data-format.md"), re.M)
    assert named(line.group(1)) == set(part.__struct_fields__)


def test_the_labels_are_those_of_the_package_in_their_order():
    rows = re.findall(r"^\| ([A-Z_]+) \|", section(page("data-format.md"), "spans.jsonl"), re.M)
    assert tuple(rows) == LABELS


@pytest.mark.parametrize(
    ("file", "columns"), [("records.csv", RECORD_COLUMNS), ("results.csv", RESULT_COLUMNS)]
)
def test_the_columns_of_a_table_are_listed_in_their_order(file, columns):
    text = section(page("data-format.md"), "Tables").split(f"- `{file}`: ")[1].split("\n- ")[0]
    assert tuple(re.findall(r"`(\w+)`", text)) == columns


@pytest.mark.parametrize("field", ["design", "form", "kind"])
def test_the_vocabularies_are_those_of_the_scorer(field):
    text = section(page("data-format.md"), "Vocabularies")
    row = next(line for line in text.splitlines() if line.startswith(f"| `{field}` |"))
    assert re.findall(r"`(\w+)`", row)[1:] == list(VOCABULARY[field])


def test_the_flags_are_those_of_the_checks():
    code = (ROOT / "pipeline/cellstudy/check.py").read_text(encoding="utf-8")
    flags = set(re.findall(r'name="(\w+)"', code))
    assert flags == named(section(page("data-format.md"), "Flags")) - {"n_total"}


# ---------------------------------------------------------------- components


def entry_points(group):
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    table = text.split(f"[project.entry-points.{group}]\n")[1].split("\n[")[0]
    return re.findall(r'^"?([\w.]+)"? = ', table, re.M)


@pytest.mark.parametrize("factory", entry_points("spacy_factories"))
def test_every_component_is_described_with_its_options(factory):
    import spacy

    text = section(page("components.md"), factory)
    meta = spacy.blank("en").get_factory_meta(factory)
    assert {name for name in meta.default_config if f"`{name}`" not in text} == set()
    written = [name.partition("doc._.")[2] for name in meta.assigns if "doc._." in name]
    assert [name for name in written if name not in text] == []


def test_components_stand_in_the_order_of_the_pipeline():
    titles = [match.group(2) for match in HEADING.finditer(without_code(page("components.md")))]
    described = [title for title in titles if title.startswith("cellstudy_")]
    assert described == entry_points("spacy_factories")


@pytest.mark.parametrize(
    "name",
    [
        name
        for group in ("tokenizers", "architectures", "scorers", "readers")
        for name in entry_points(f"spacy_{group}")
    ],
)
def test_every_registered_function_is_named(name):
    assert f"`{name}`" in page("components.md")


def test_the_data_files_that_are_named_are_those_of_tagging():
    folder = ROOT / "pipeline/cellstudy"
    there = {path.relative_to(folder).as_posix() for path in folder.glob("data/**/*.tsv*")}
    others = ("data/assembly/", "data/read/", "data/score/")
    ours = {name for name in there if not name.startswith(others)}
    assert set(DATA_FILE.findall(page("components.md"))) == ours
    assert {name for path in DOCS for name in DATA_FILE.findall(path.read_text("utf-8"))} <= there


# ---------------------------------------------------------------- evaluation


def test_every_measure_and_slot_is_explained():
    text = page("evaluation.md")
    assert [name for name in MEASURES if f"| {name} |" not in text] == []
    slots = {slot.split(".")[-1] for slot in SLOTS} - {"number", "dose"}
    assert slots <= named(section(text, "Record slots"))


# ---------------------------------------------------------------- links and examples


def anchors(path):
    titles = [m.group(2) for m in HEADING.finditer(without_code(path.read_text("utf-8")))]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_relative_links_resolve(path):
    broken = []
    for target in LINK.findall(without_code(path.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_examples_compile(path):
    for example in examples(path):
        compile(example.code, f"{path.name}:{example.line}", "exec")


@pytest.mark.parametrize(
    "path",
    [path for path in DOCS if any(item.output for item in examples(path))],
    ids=lambda path: path.name,
)
def test_examples_print_what_is_shown(path, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    names = {}
    for example in examples(path):
        if example.output is not None:
            exec(compile(example.code, f"{path.name}:{example.line}", "exec"), names)
            assert capsys.readouterr().out == example.output, f"line {example.line}"
