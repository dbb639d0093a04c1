"""project.yml: what weasel refuses, and what it would only notice after hours."""

from pathlib import Path

import pytest
import srsly

ROOT = Path(__file__).resolve().parent.parent
PROJECT = srsly.read_yaml(ROOT / "project.yml")
COMMANDS = {command["name"]: command for command in PROJECT["commands"]}
WORKFLOWS = PROJECT["workflows"]
MADE = ("training/", "metrics/", "models/cellstudy_trf")


def fill(path: str) -> str:
    return path.replace("${vars.shared}", PROJECT["vars"]["shared"])


def test_a_workflow_has_no_name_of_a_command():
    assert not set(WORKFLOWS) & set(COMMANDS)


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_every_step_needs_only_what_came_before(workflow):
    made: set[str] = set()
    for step in WORKFLOWS[workflow]:
        for path in map(fill, COMMANDS[step].get("deps", ())):
            if path.startswith(MADE):
                assert any(path.startswith(item) for item in made), (step, path)
            elif not path.startswith(".."):
                assert (ROOT / path).exists(), (step, path)
        made |= set(COMMANDS[step].get("outputs", ()))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_script_is_there_and_is_a_dependency(name):
    for line in COMMANDS[name]["script"]:
        words = line.split()
        module = words[words.index("-m") + 1] if "-m" in words else ""
        if module.startswith("scripts."):
            path = module.replace(".", "/") + ".py"
        else:
            path = next((word for word in words if word.startswith("scripts/")), "")
        if path:
            assert (ROOT / path).is_file()
            assert path in COMMANDS[name]["deps"]
