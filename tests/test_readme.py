"""The example of the README is what the program prints.

Run with `CELLSTUDY_UPDATE=1` after a change of results to write the new output into the README.
"""

import os
import re

from typer.testing import CliRunner

from cellstudy.cli import app

BLOCK = re.compile(
    r"<!-- example: cellstudy (?P<command>[^>]+?) -->\n```\n(?P<output>.*?)```\n",
    re.DOTALL,
)


def test_the_example_shows_the_real_output(root, monkeypatch):
    monkeypatch.chdir(root)
    monkeypatch.setenv("COLUMNS", "110")
    readme = root / "README.md"
    text = readme.read_text(encoding="utf-8")
    match = BLOCK.search(text)
    result = CliRunner().invoke(app, match["command"].split())
    assert result.exit_code == 0, result.output
    printed = "".join(f"{line.rstrip()}\n" for line in result.stdout.splitlines())
    if os.environ.get("CELLSTUDY_UPDATE") == "1":
        start, end = match.span("output")
        readme.write_text(text[:start] + printed + text[end:], encoding="utf-8")
    else:
        assert match["output"] == printed
