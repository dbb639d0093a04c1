"""`cellstudy schema`."""

import json

import typer

from cellstudy.export import json_schema


def print_schema() -> None:
    """Print the JSON Schema of the study record."""
    typer.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
