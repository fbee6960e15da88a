"""The rooms of docs/decisions/0001: every file has its place, and imports point down."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent
SOURCE = CHECKOUT / "src" / "secondsource"
NOT_ROOMS = {"__init__.py", "__main__.py", "__pycache__", "py.typed", "locale"}


def placed() -> set[str]:
    """The rooms that the import contracts name, present or only designed."""
    contracts = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (rooms,) = [contract for contract in contracts if contract["id"] == "rooms"]
    layers = " ".join(rooms["layers"])
    return set(layers.replace("|", " ").replace(":", " ").replace("(", " ").replace(")", " ").split())


def without_place(source: Path) -> set[str]:
    return {
        entry.name
        for entry in source.iterdir()
        if entry.name not in NOT_ROOMS and entry.name.removesuffix(".py") not in placed()
    }


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package and its contracts in which a test may do wrong."""
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    shutil.copytree(SOURCE, tmp_path / "src" / "secondsource", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    # -P and PYTHONPATH: the copy must be looked at, not the checkout that is installed.
    return subprocess.run(
        [sys.executable, "-P", "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder / "src"), "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_file_and_folder_of_the_package_has_its_place() -> None:
    assert without_place(SOURCE) == set()


def test_every_placed_room_that_is_not_optional_exists(copy: Path) -> None:
    result = lint_imports(copy)
    assert result.returncode == 0, result.stdout


def test_a_new_folder_without_a_place_is_noticed_even_without_python_in_it(copy: Path) -> None:
    (copy / "src" / "secondsource" / "assets").mkdir()
    assert without_place(copy / "src" / "secondsource") == {"assets"}


def test_a_new_module_without_a_place_breaks_the_import_check(copy: Path) -> None:
    (copy / "src" / "secondsource" / "stray.py").write_text('"""A module that nobody placed."""\n')
    result = lint_imports(copy)
    assert result.returncode == 1
    assert "stray" in result.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("problem/upward.py", "import secondsource.cli", "Imports point down through the rooms"),
        ("solver/upward.py", "import secondsource.problem", "Imports point down through the rooms"),
        ("optimise/shortcut.py", "import highspy", "Only solver knows HiGHS"),
        ("costing/printing.py", "import rich.console", "Calculation never sees a terminal or a page"),
        ("reports/pages.py", "import django.http", "Only web knows Django"),
        ("costing/store.py", "import duckdb", "Only market knows DuckDB, Splink, tantivy and Spark"),
    ],
)
def test_an_import_against_the_rules_is_named(copy: Path, module: str, line: str, contract: str) -> None:
    (copy / "src" / "secondsource" / module).write_text(f'"""An import against the rules."""\n\n{line}\n')
    result = lint_imports(copy)
    assert result.returncode == 1
    assert f"{contract} BROKEN" in result.stdout


def test_the_owner_of_a_library_may_import_it(copy: Path) -> None:
    web = copy / "src" / "secondsource" / "web"
    web.mkdir(exist_ok=True)
    (web / "__init__.py").touch()
    (web / "views.py").write_text("import django.http\n")
    result = lint_imports(copy)
    assert result.returncode == 0, result.stdout
