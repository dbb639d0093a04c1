"""The command line: one module a command; the only place that prints or exits.

Exit codes: 0 done, 1 some records failed and were quarantined, 2 wrong use.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from cellstudy import __version__
from cellstudy.errors import CellstudyError

app = typer.Typer(
    name="cellstudy",
    help="From cell-therapy abstracts to study records.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Model = Annotated[
    Path | None, typer.Option("--model", help="Model folder (default: the bundled one).")
]
DiseaseModel = Annotated[
    str | None,
    typer.Option(
        "--disease-model", help="Installed scispaCy model (package or folder) that finds diseases."
    ),
]
DiseaseLabels = Annotated[
    list[str] | None,
    typer.Option(
        "--disease-label", help="Label of that model that is read as DISEASE; may be repeated."
    ),
]


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cellstudy {__version__}")
        raise typer.Exit


@app.callback()
def root(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """From cell-therapy abstracts to study records."""


@app.command()
def extract(
    files: Annotated[
        list[Path],
        typer.Argument(help="PubMed XML, nbib, RIS, CSV, JSONL, text, registry JSON, saved pages."),
    ],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Folder for records, spans and tables."),
    ] = None,
    model: Model = None,
    disease_model: DiseaseModel = None,
    disease_label: DiseaseLabels = None,
    min_confidence: Annotated[
        float | None,
        typer.Option(
            "--min-confidence",
            min=0.0,
            max=1.0,
            help="Withhold values and leave out spans below this probability of being right.",
        ),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="No progress bar, no table.")
    ] = False,
) -> None:
    """Read abstracts and write study records in which every value points at its place."""
    from cellstudy.cli.extract import run_extract

    code = run_extract(
        files,
        output=output,
        model=model,
        disease_model=disease_model,
        disease_labels=disease_label or (),
        min_confidence=min_confidence,
        quiet=quiet,
    )
    raise typer.Exit(code)


@app.command()
def evaluate(
    gold: Annotated[Path, typer.Argument(help="Gold JSONL file, or a folder of them.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", help="Folder for report.json, errors.jsonl and calibration.svg."
        ),
    ] = None,
    predictions: Annotated[
        Path | None,
        typer.Option(help="Score this output folder of `extract` in place of a fresh run."),
    ] = None,
    model: Model = None,
    disease_model: DiseaseModel = None,
    disease_label: DiseaseLabels = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the bootstrap.")] = 0,
    resamples: Annotated[
        int, typer.Option(min=1, help="Bootstrap resamples of the documents.")
    ] = 1000,
) -> None:
    """Score extraction against hand-annotated gold: spans, values, record slots."""
    from cellstudy.cli.evaluate import run_evaluate

    run_evaluate(
        gold,
        output=output,
        predictions=predictions,
        model=model,
        disease_model=disease_model,
        disease_labels=disease_label or (),
        seed=seed,
        resamples=resamples,
    )


@app.command()
def schema() -> None:
    """Print the JSON Schema of a line of records.jsonl."""
    from cellstudy.cli.schema import print_schema

    print_schema()


def main() -> None:
    """Entry point: known errors become one message on stderr and exit code 2."""
    try:
        app()
    except CellstudyError as error:
        typer.echo(f"cellstudy: {error}", err=True)
        sys.exit(2)
