"""`cellstudy extract`: files in, study records out."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from cellstudy.cli.terminal import open_console
from cellstudy.errors import InputError
from cellstudy.export import open_outputs
from cellstudy.export.flat import read_unit
from cellstudy.export.tables import describe_regimen
from cellstudy.extraction import load
from cellstudy.read import read
from cellstudy.schema import Article, Result, StudyRecord
from cellstudy.slots import is_empty

TABLE_ROWS = 40
"""Studies shown on the terminal at most; the files hold all."""

RESULTS_SHOWN = 3


def run_extract(
    files: list[Path],
    *,
    output: Path | None,
    model: Path | None,
    disease_model: str | None = None,
    disease_labels: Sequence[str] = (),
    min_confidence: float | None = None,
    quiet: bool,
) -> int:
    """Extract all files; return the exit code (1 if any record was quarantined)."""
    messages = Console(stderr=True)
    extractor = load(model, disease_model=disease_model, disease_labels=disease_labels)
    shown: list[StudyRecord] = []
    failed: list[InputError] = []
    n_records = 0
    with ExitStack() as stack:
        writer = stack.enter_context(open_outputs(output)) if output else None
        progress = stack.enter_context(_make_progress(messages, quiet=quiet))
        articles = keep_readable(_track(files, progress), failed)
        for extraction in extractor.extract(articles, min_confidence=min_confidence):
            n_records += 1
            if writer:
                writer.write(extraction.record, extraction.tagging)
            if len(shown) < TABLE_ROWS:
                shown.append(extraction.record)
        for error in failed:
            if writer:
                writer.quarantine(error)
    if not quiet:
        open_console().print(make_table(shown))
    for error in failed:
        messages.print(Text(f"not read: {error}"))
    where = f" in {output}" if output else ""
    messages.print(Text(f"{n_records} studies{where}; {len(failed)} inputs could not be read"))
    return 1 if failed else 0


def keep_readable(
    items: Iterable[Article | InputError], failed: list[InputError]
) -> Iterator[Article]:
    """Yield the articles; collect the errors among them in `failed`."""
    for item in items:
        if isinstance(item, InputError):
            failed.append(item)
        else:
            yield item


def _make_progress(console: Console, *, quiet: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("files, {task.fields[n_read]} records"),
        TimeElapsedColumn(),
        console=console,
        disable=quiet,
    )


def _track(files: list[Path], progress: Progress) -> Iterator[Article | InputError]:
    """Read all files, moving the progress bar on."""
    task = progress.add_task("extracting", total=len(files), n_read=0)
    n_read = 0
    for path in files:
        for item in read(path):
            n_read += 1
            progress.update(task, n_read=n_read)
            yield item
        progress.advance(task)


def make_table(records: list[StudyRecord]) -> Table:
    """Summary table, a row a study; text from abstracts is shown as it is, never as markup."""
    table = Table(title="Studies", show_lines=True)
    for heading in ("study", "design, n", "conditions", "products", "regimens", "results"):
        table.add_column(heading, overflow="fold")
    for record in records:
        table.add_row(*(Text(cell) for cell in summarise(record)))
    return table


def summarise(record: StudyRecord) -> tuple[str, ...]:
    """The cells of a study's row."""
    n = record.n_total.value
    n_studies = record.n_studies.value
    sizes = [f"n={n}" if n is not None else "", f"{n_studies} studies" if n_studies else ""]
    design = (record.design.value or "-").replace("_", " ")
    results = [describe_result(item) for item in record.results if not is_empty(item)]
    more = len(results) - RESULTS_SHOWN
    return (
        record.source.id,
        "\n".join([design, *filter(None, sizes)]),
        "\n".join(item.name.value for item in record.conditions if item.name.value),
        "\n".join(
            " ".join(filter(None, [item.donor.value, item.source.value, item.name.value]))
            for item in record.products
        ),
        "\n".join(describe_regimen(item) for item in record.regimens),
        "\n".join([*results[:RESULTS_SHOWN], *([f"... {more} more"] if more > 0 else [])]),
    )


def describe_result(result: Result) -> str:
    """A result in one line: `hair density (PRP group): 12.5 hairs/cm2, p <0.01`."""
    low, high, unit = result.value.value, result.high.value, read_unit(result.unit) or ""
    between = "/" if result.kind.value == "count" else "-"
    number = "" if low is None else f"{low:g}" if low == high else f"{low:g}{between}{high:g}"
    arm = f" ({result.arm.value})" if result.arm.value else ""
    p = f"p {result.p.value}" if result.p.value else ""
    value = f"{number}{'' if unit == '%' else ' '}{unit}".strip()
    return f"{result.outcome.value or '?'}{arm}: {', '.join(filter(None, [value, p]))}"
