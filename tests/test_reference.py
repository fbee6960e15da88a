"""The reference names every command, option, exit code and error that there is."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from secondsource.cli import app as commands_of_the_program
from secondsource.cli import run
from secondsource.cli.usage import PARAMETERS

DOCS = Path(__file__).parent.parent / "docs"


@pytest.fixture(scope="module")
def pages() -> ModuleType:
    """What fills in the reference when the documentation is built."""
    spec = importlib.util.spec_from_file_location("reference_pages", DOCS / "reference_pages.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def page(name: str) -> str:
    return (DOCS / "reference" / f"{name}.md").read_text("utf-8")


def test_every_command_has_its_section(pages: ModuleType) -> None:
    text = page("commands")
    assert re.findall(r"^\{command ([\w-]+)\}$", text, re.MULTILINE) == re.findall(
        r"^## ([a-z-]+)$", text, re.MULTILINE
    )
    assert sorted(re.findall(r"^## ([a-z-]+)$", text, re.MULTILINE)) == sorted(pages.commands())


def test_every_argument_and_option_of_a_command_is_explained(pages: ModuleType) -> None:
    sections = dict(re.findall(r"^## ([a-z-]+)\n(.*?)(?=^## |\Z)", pages.expand(page("commands")), re.M | re.S))
    every = [
        (name, each)
        for name, command in pages.commands().items()
        for each in getattr(command, "commands", {name: command}).values()
    ]
    for name, command in every:
        for parameter in command.params:
            if not getattr(parameter, "hidden", False):
                argument = parameter.param_type_name == "argument"
                for spelling in [parameter.metavar] if argument else parameter.opts:
                    assert re.search(rf"^\| `[^`]*{re.escape(spelling)}\b[^`]*`", sections[name], re.M), (
                        name,
                        spelling,
                    )
                assert str(PARAMETERS[parameter.name]) in sections[name]


def test_every_exit_code_is_explained() -> None:
    codes = {*commands_of_the_program.CODES.values(), run.INVALID, run.NOT_IN_TIME, run.STOPPED, run.UNREAD}
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", page("commands"), re.MULTILINE)} == codes


def test_the_options_of_the_program_itself_are_explained() -> None:
    assert all(option in page("commands") for option in ("--version", "--help", "-h", "--language"))


def _raises_faults(path: Path) -> bool:
    """Whether a module has a text of its own for a reader."""
    calls = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))
    return any(isinstance(call.func, ast.Name) and call.func.id in ("_", "plural") for call in calls)


def test_every_module_that_finds_faults_has_its_family_in_the_page_on_errors(pages: ModuleType) -> None:
    named = re.findall(r"^\{texts problem\.(\w+)\}$", page("errors"), re.MULTILINE)
    assert sorted(named) == sorted(
        path.stem for path in (pages.PACKAGE / "problem").glob("*.py") if _raises_faults(path)
    )


@pytest.mark.parametrize(
    "text",
    [
        "the table is missing",
        "is not in {table}; did you mean {near!r}?",
        "is made of itself: {cycle}",
        "the plan says that it costs {said}; it costs {cost}",
        "raise the capacity of {supplier} by {by}",
    ],
)
def test_the_page_on_errors_shows_the_texts_themselves(pages: ModuleType, text: str) -> None:
    assert f"- `` {text} ``" in pages.expand(page("errors")).splitlines()


def test_every_function_of_the_library_is_described() -> None:
    import secondsource

    described = re.findall(r"^\.\. auto\w+:: secondsource\.(\w+)$", page("library"), re.MULTILINE)
    public: list[Any] = [name for name in secondsource.__all__ if name[0].islower() or name.endswith(("Of", "Input"))]
    assert set(public) <= set(described)
