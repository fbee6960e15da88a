"""The documentation names what there is: every table, column and setting, every decision, every command."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from secondsource.problem.tables import SETTINGS, TABLES

CHECKOUT = Path(__file__).parent.parent
DOCS = CHECKOUT / "docs"


def section(table: str) -> str:
    """The text under the heading of `table` in the page on the problem format."""
    page = (DOCS / "problem-format.md").read_text("utf-8")
    found = re.search(rf"^### {table}\n(.*?)(?=^##|\Z)", page, re.MULTILINE | re.DOTALL)
    assert found, f"docs/problem-format.md has no heading for {table}"
    return found[1]


def named_in_first_column(text: str) -> list[str]:
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("|")]
    return [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]


@pytest.mark.parametrize("table", TABLES)
def test_every_column_of_a_table_is_explained_and_no_other(table: str) -> None:
    columns = set(TABLES[table].columns()) - {"source", "note"}
    assert sorted(named_in_first_column(section(table))) == sorted(columns)


@pytest.mark.parametrize("table", TABLES)
def test_the_key_columns_are_marked(table: str) -> None:
    marked = re.findall(r"`(\w+)`\*", section(table))
    assert sorted(marked) == sorted(TABLES[table].key_columns())


def test_every_setting_is_explained_and_no_other() -> None:
    assert sorted(named_in_first_column(section("settings"))) == sorted(SETTINGS)


def test_every_decision_is_listed_and_gives_context_choice_and_price() -> None:
    decisions = sorted((DOCS / "decisions").glob("0*.md"))
    index = (DOCS / "decisions" / "index.md").read_text("utf-8")
    assert re.findall(r"^(\d{4}-\S+)$", index, re.MULTILINE) == [path.stem for path in decisions]
    for path in decisions:
        text = path.read_text("utf-8")
        assert [word for word in ("**Context.**", "**Choice.**", "**Price paid.**") if word not in text] == [], (
            path.name
        )


@pytest.mark.parametrize("page", ["README.md", "README.ru.md", "docs/getting-started.md"])
def test_every_target_of_make_that_a_page_names_exists(page: str) -> None:
    targets = re.findall(r"^([a-z]+):", (CHECKOUT / "Makefile").read_text("utf-8"), re.MULTILINE)
    named = re.findall(r"\bmake ([a-z]+)\b(?=[`\s]*(?:#|`|$))", (CHECKOUT / page).read_text("utf-8"), re.MULTILINE)
    assert set(named) <= set(targets)
    assert "demo" in named


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the examples, in which what a page says can be tried."""
    shutil.copytree(CHECKOUT / "examples", tmp_path / "examples")
    return tmp_path


def test_the_commands_that_the_readme_shows_succeed_one_after_the_other(place: Path) -> None:
    lines = re.findall(r"^secondsource (.+)$", (CHECKOUT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert len(lines) >= 3
    call = "import sys; from secondsource.cli import main; sys.exit(main(sys.argv[1:]))"
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT / "src")}
    for line in lines:
        command = [sys.executable, "-c", call, *shlex.split(line)]
        done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("page", ["README.md", "README.ru.md", "docs/getting-started.md"])
def test_the_python_that_a_page_shows_runs_and_leaves_a_report(
    page: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```", (CHECKOUT / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    monkeypatch.chdir(place)
    exec(compile(code, page, "exec"), {})
    assert (place / "out" / "report.html").stat().st_size > 1000


def test_both_readmes_have_the_same_sections_and_the_same_commands() -> None:
    english, russian = ((CHECKOUT / name).read_text("utf-8") for name in ("README.md", "README.ru.md"))
    headings = [re.findall(r"^(#+) ", text, re.MULTILINE) for text in (english, russian)]
    assert headings[0] == headings[1]
    commands = [
        re.findall(r"^(?:secondsource|make|LANGUAGE=ru make) \S+", text, re.MULTILINE) for text in (english, russian)
    ]
    assert commands[0] == commands[1]
    links = [set(re.findall(r"\]\(([^)]+)\)", text)) - {"README.md", "README.ru.md"} for text in (english, russian)]
    assert links[0] == links[1]


@pytest.mark.parametrize("page", ["README.md", "README.ru.md", "CONTRIBUTING.md"])
def test_every_file_that_a_page_links_to_exists(page: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", (CHECKOUT / page).read_text("utf-8"))
    missing = [link for link in links if "://" not in link and not (CHECKOUT / link).exists()]
    assert missing == []
