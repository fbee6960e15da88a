"""The workbook to fill in, and the copy with marked faults: read back, they mean what they show."""

from __future__ import annotations

import csv
import zipfile
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

import secondsource
from secondsource.cli import main
from secondsource.errors import InvalidInput
from secondsource.language import use_language
from secondsource.problem.grids import read_grids
from secondsource.problem.read import read
from secondsource.problem.tables import REQUIRED, TABLES
from secondsource.problem.write import write
from secondsource.reports.annotate import FAULT_SHEET, write_annotated
from secondsource.reports.template import write_template
from tests.problem.files import write_xlsx

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
TODAY = date(2026, 1, 1)
FORMULAS = ('=HYPERLINK("http://example.org")', "+1+1", "-1+1", "@SUM(A1)", "@x")


def parts(path: Path) -> str:
    """All XML of a workbook."""
    with zipfile.ZipFile(path) as packed:
        return "".join(packed.read(name).decode() for name in packed.namelist() if name.endswith(".xml"))


def test_the_template_has_a_guide_examples_and_every_table_with_every_column(tmp_path: Path) -> None:
    write_template(tmp_path / "t.xlsx")
    book = CalamineWorkbook.from_path(str(tmp_path / "t.xlsx"))
    assert book.sheet_names[0] == "guide"
    for name, table in TABLES.items():
        assert book.get_sheet_by_name(name).to_python()[0] == list(table.columns())
    text = parts(tmp_path / "t.xlsx")
    assert "<dataValidation " in text and "<pane " in text and "FFFFE699" in text


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_an_empty_template_lacks_rows_and_nothing_else_in_every_language(language: str, tmp_path: Path) -> None:
    with use_language(language):
        write_template(tmp_path / "t.xlsx")
    with pytest.raises(InvalidInput) as refused:
        read(tmp_path / "t.xlsx", today=TODAY)
    assert {fault.table for fault in refused.value.faults} == set(REQUIRED)


def test_the_guide_and_the_notes_speak_the_language_asked_for(tmp_path: Path) -> None:
    for language, words in (
        ("ru", ("Ваша задача", "собственный спрос за весь период", "Ожидается")),
        ("uk", ("Ваша задача", "власний попит за весь період", "Очікується")),
    ):
        with use_language(language):
            write_template(tmp_path / f"{language}.xlsx")
        text = parts(tmp_path / f"{language}.xlsx").casefold()
        assert all(word.casefold() in text for word in words[1:2]), language
        assert "independent demand" not in text


@pytest.mark.parametrize("example", ["phone", "it-team", "first-steps"])
def test_a_template_filled_from_a_problem_is_that_problem(example: str, tmp_path: Path) -> None:
    given = secondsource.read(EXAMPLES / example, today=TODAY)
    write_template(tmp_path / "t.xlsx", given)
    again = read(tmp_path / "t.xlsx", today=TODAY)
    assert again.sha256 == given.sha256
    assert again.offers.source == given.offers.source


def test_text_in_a_template_never_becomes_a_formula(tmp_path: Path) -> None:
    items = [{"item": f"i{number}", "name": text, "demand": 1} for number, text in enumerate(FORMULAS)]
    offers = [{"offer": row["item"], "item": row["item"], "supplier": "a", "unit_price": 1} for row in items]
    path = write_xlsx({"items": items, "suppliers": [{"supplier": "a"}], "offers": offers}, tmp_path / "p.xlsx")
    write_template(tmp_path / "t.xlsx", read(path, today=TODAY))
    text = parts(tmp_path / "t.xlsx")
    assert "<f>" not in text
    assert "<hyperlink " not in text.replace("location=", "") or "example.org</t>" not in text
    assert read(tmp_path / "t.xlsx", today=TODAY).items.name[0] == FORMULAS[0]


def test_nobodys_work_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "t.xlsx").write_bytes(b"mine")
    assert main(["template", str(tmp_path / "t.xlsx")]) == 2
    assert (tmp_path / "t.xlsx").read_bytes() == b"mine"
    assert "choose another name" in capsys.readouterr().err


def test_each_fault_is_marked_in_its_cell_and_listed(tmp_path: Path) -> None:
    rows: dict[str, list[dict[str, object]]] = {
        "items": [{"item": "disp", "demand": "a lot"}],
        "suppliers": [{"supplier": "LG"}],
        "offers": [{"offer": "=1+1", "item": "disp", "supplier": "GL", "unit_price": -1}],
    }
    path = write_xlsx(rows, tmp_path / "p.xlsx")
    with pytest.raises(InvalidInput) as refused:
        read(path, today=TODAY)
    faults = refused.value.faults
    assert len(faults) == 3
    write_annotated(read_grids(path), faults, tmp_path / "marked.xlsx")
    book = CalamineWorkbook.from_path(str(tmp_path / "marked.xlsx"))
    assert book.sheet_names[0] == FAULT_SHEET
    listed = [row[1] for row in book.get_sheet_by_name(FAULT_SHEET).to_python()[1:]]
    assert sorted(listed) == ["items!B2", "offers!C2", "offers!D2"]
    text = parts(tmp_path / "marked.xlsx")
    assert text.count("<comment ") == 3 and "<f>" not in text
    # The copy holds what the input held: mended and read, it is the same problem.
    assert book.get_sheet_by_name("offers").to_python()[1] == ["=1+1", "disp", "GL", -1]
    with pytest.raises(InvalidInput) as again:
        read(tmp_path / "marked.xlsx", today=TODAY)
    assert [str(f.expected) for f in again.value.faults] == [str(f.expected) for f in faults]


def test_check_writes_the_marked_copy_and_map_the_proposal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows: dict[str, list[dict[str, object]]] = {
        "Parts": [{"part no": "a", "qty": 1}],
        "suppliers": [{"supplier": "x"}],
        "Quotes": [{"sku": "a", "vendor": "x", "price": 2}],
    }
    path = write_xlsx(rows, tmp_path / "p.xlsx")
    assert main(["check", str(path), "--annotate", str(tmp_path / "marked.xlsx")]) == 2
    assert "secondsource map" in capsys.readouterr().err and (tmp_path / "marked.xlsx").exists()
    assert main(["map", str(path), "--out", str(tmp_path / "map.json")]) == 0
    shown = capsys.readouterr().err
    assert "unit_price" in shown and "another word for it" in shown
    assert main(["check", str(path), "--map", str(tmp_path / "map.json")]) == 0
    # Where nobody can be asked, nothing is guessed.
    assert main(["check", str(path), "--map", "ask"]) == 2


def test_csv_and_workbooks_that_are_exported_hold_text_that_no_program_calculates(tmp_path: Path) -> None:
    items = [{"item": f"i{number}", "name": text, "demand": 1} for number, text in enumerate(FORMULAS)]
    offers = [{"offer": row["item"], "item": row["item"], "supplier": "a", "unit_price": 1} for row in items]
    path = write_xlsx({"items": items, "suppliers": [{"supplier": "a"}], "offers": offers}, tmp_path / "p.xlsx")
    problem = read(path, today=TODAY)
    write(problem, tmp_path / "again.xlsx")
    assert "<f>" not in parts(tmp_path / "again.xlsx")
    write(problem, tmp_path / "again")
    for row in csv.reader((tmp_path / "again" / "items.csv").read_text("utf-8").splitlines()):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in row)
    assert read(tmp_path / "again", today=TODAY).sha256 == problem.sha256
