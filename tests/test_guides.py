"""The tutorial and the how-tos do what they say: their commands and their Python are run, their figures planned."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from secondsource.cli import main
from secondsource.problem.tables import TABLES
from tests.test_methods import close, evaluated, found, worked

CHECKOUT = Path(__file__).parent.parent
TUTORIAL = CHECKOUT / "docs" / "tutorial.md"
GUIDES = [CHECKOUT / "docs" / "how-to" / f"{name}.md" for name in (
    "make-or-buy", "backups", "failure-table", "rule-removed", "dictate-terms", "currencies", "csv-json", "library",
    "what-can-go-wrong", "strange-workbook", "read-the-report", "studies",
)] + [CHECKOUT / "docs" / "reference" / "library.md"]  # fmt: skip


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the examples, in which what a page says is tried."""
    shutil.copytree(CHECKOUT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """The fenced blocks and the tables of a page, in order, each with its kind."""
    for match in re.finditer(r"^```(\w+)\n(.*?)^```$|^(\|.*?)(?=\n\n|\Z)", text, re.MULTILINE | re.DOTALL):
        yield (match[1], match[2]) if match[1] else ("table", match[3])


def run_lines(lines: str) -> None:
    """Run the commands of a block; `# exit code N` says what is expected other than 0."""
    for line in lines.splitlines():
        words = shlex.split(line, comments=True)
        if words[:1] == ["secondsource"]:
            expected = re.search(r"# exit code (\d)", line)
            assert main(words[1:]) == (int(expected[1]) if expected else 0), line


def rows_of(table: str) -> list[list[str]]:
    lines = [line for line in table.splitlines() if not set(line) <= set("|- ")]
    return [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]


def type_in(workbook: Path, header: list[str], rows: list[list[str]]) -> None:
    """Type rows into the sheet of the template that has these columns, as a buyer does."""
    sheets: dict[str, list[list[Any]]] = {}
    book = CalamineWorkbook.from_path(workbook)
    for name in book.sheet_names:
        sheets[name] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    (target,) = [
        name
        for name, table in TABLES.items()
        if table.key_columns()[0] == header[0] and set(header) <= set(table.columns())
    ]
    headings = [str(cell).strip(" *") for cell in sheets[target][0]]
    assert set(header) <= set(headings), f"the template's sheet {target} has {headings}"
    typed = [row for row in sheets[target][1:] if any(cell != "" for cell in row)]
    for row in rows:
        values = dict(zip(header, row, strict=True))
        typed.append([values.get(name, "") for name in headings])
    sheets[target] = [sheets[target][0], *typed]
    with xlsxwriter.Workbook(str(workbook), {"strings_to_numbers": True}) as written:
        for name, table in sheets.items():
            sheet = written.add_worksheet(name)
            for number, row in enumerate(table):
                sheet.write_row(number, 0, row)


def test_the_tutorial_leads_from_an_empty_workbook_to_a_verified_plan(place: Path) -> None:
    workbook, figures = place / "cabinets.xlsx", 0
    for kind, content in blocks(TUTORIAL.read_text("utf-8")):
        if kind == "sh":
            run_lines(content)
        elif kind == "table" and "| working |" not in content:
            header, *rows = rows_of(content)
            type_in(workbook, header, rows)
        elif kind == "table":
            plan = json.loads((place / "report" / "plan.json").read_text("utf-8"), parse_float=Decimal)
            for row in worked(content):
                figures += 1
                assert close(row.value, evaluated(row.working)), row
                assert close(row.value, Decimal(found(plan, row.path))), row
    assert figures >= 8
    assert (place / "report" / "report.html").stat().st_size > 1000


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_what_a_guide_shows_can_be_done(guide: Path, place: Path) -> None:
    names: dict[str, object] = {}
    for kind, content in blocks(guide.read_text("utf-8")):
        if kind == "sh":
            run_lines(content)
        elif kind == "python":
            exec(compile(content, guide.name, "exec"), names)
        elif kind == "json":
            (place / "example.json").write_text(content, encoding="utf-8")
            assert main(["check", "example.json"]) == 0
