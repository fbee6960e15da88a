"""The plan as a workbook: it adds up with and without recalculation, and text stays text."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

import secondsource
from secondsource.language import use_language
from secondsource.problem.plan import PARTS, Plan
from secondsource.problem.tables import Problem
from secondsource.reports.plan_workbook import write_workbook

from . import sample

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
SHEETS = [
    *("Summary", "Awards", "Backups", "Failures", "Exposures", "Cost by item", "Flows", "People", "Formulas"),
    *("Warnings", "Inputs"),
]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module", params=["phone", "it-team", "first-steps"])
def solved(request: pytest.FixtureRequest) -> tuple[Plan, Problem]:
    problem = secondsource.read(EXAMPLES / request.param, today=date(2026, 11, 24))
    return secondsource.plan(problem), problem


def rows(path: Path, sheet: str) -> list[list[Any]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet).to_python()


def formulas(path: Path) -> dict[str, dict[str, str]]:
    """The formulas of each sheet by cell."""
    found = {}
    with zipfile.ZipFile(path) as archive:
        names = re.findall(r'<sheet name="([^"]+)"', archive.read("xl/workbook.xml").decode())
        for number, name in enumerate(names, 1):
            root = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
            found[name] = {
                str(cell.get("r")): str(formula.text)
                for cell in root.iter(f"{MAIN}c")
                if (formula := cell.find(f"{MAIN}f")) is not None
            }
    return found


def near(value: float, amount: Decimal) -> bool:
    """Equal to a millionth, and beyond what a spreadsheet's sixteen digits hold."""
    return abs(Decimal(repr(value)) - amount) <= max(Decimal("0.000001"), abs(amount) * Decimal("1e-15"))


def test_the_costs_by_item_add_up_to_the_plan_in_rows_and_in_columns(
    solved: tuple[Plan, Problem], tmp_path: Path
) -> None:
    plan, problem = solved
    write_workbook(plan, problem, tmp_path / "plan.xlsx", "a plan")
    _head, *items, total = rows(tmp_path / "plan.xlsx", "Cost by item")
    assert plan.cost is not None
    assert len(items) >= len({award.item for award in plan.awards})
    for column, part in enumerate(PARTS, 2):
        added = sum((Decimal(repr(row[column] or 0.0)) for row in items), Decimal(0))
        assert near(float(added), plan.breakdown[part])
        assert near(total[column], plan.breakdown[part])
    for row in items:
        assert near(row[-1], sum((Decimal(repr(cell or 0.0)) for cell in row[2:-1]), Decimal(0)))
    assert near(total[-1], plan.cost)


def test_the_summary_shows_the_total_its_parts_and_no_difference(solved: tuple[Plan, Problem], tmp_path: Path) -> None:
    plan, problem = solved
    write_workbook(plan, problem, tmp_path / "plan.xlsx", "a plan")
    shown = {row[0]: row[1:] for row in rows(tmp_path / "plan.xlsx", "Summary")}
    assert plan.cost is not None
    assert near(shown["Total"][0], plan.cost)
    assert shown["Total"][1] == 1
    assert near(shown["Purchase"][0], plan.breakdown["purchase"])
    assert shown["Difference from the total above"][0] == 0
    assert shown["Figures marked as assumptions"][0] == plan.assumptions
    assert shown["Freight costs that are estimates"][0] == plan.estimates


def test_sums_and_shares_are_live_formulas_over_the_rows_above(tmp_path: Path) -> None:
    write_workbook(sample.plan(), sample.problem(), tmp_path / "plan.xlsx", "phone")
    found = formulas(tmp_path / "plan.xlsx")
    assert list(found) == SHEETS
    # Four awards and a package in rows 2 to 6.
    assert found["Awards"]["K7"] == "SUM(K2:K6)"
    assert found["Awards"]["J2"] == "IF(G2=0,0,K2/G2)"
    assert sum("Cost by item" in formula for formula in found["Summary"].values()) == len(PARTS)
    written = rows(tmp_path / "plan.xlsx", "Awards")
    # 2,400 + 5,000 + 28,500 + 10,750 + 900
    assert written[6][10] == 47_550
    assert written[1][9] == 8


def test_the_last_row_is_no_part_of_what_a_filter_hides(tmp_path: Path) -> None:
    write_workbook(sample.plan(), sample.problem(), tmp_path / "plan.xlsx", "phone")
    with zipfile.ZipFile(tmp_path / "plan.xlsx") as archive:
        awards = archive.read("xl/worksheets/sheet2.xml").decode()
    assert '<autoFilter ref="A1:K6"/>' in awards
    assert 'state="frozen"' in awards
    assert 'orientation="landscape"' in awards


def test_text_never_becomes_a_formula_or_a_link(tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://example.org","x")'
    texts = (evil, "+1+cmd|'/c calc'!A0", "-2+3", "@SUM(1,1)", "http://example.org/", "{=1+1}", "\t=1+1", "a\x07b")
    plan = replace(sample.plan(), warnings=texts, awards=tuple(
        replace(award, offer=evil) for award in sample.plan().awards
    ))  # fmt: skip
    problem = sample.problem()
    problem = replace(problem, items=replace(problem.items, name=tuple(evil for _name in problem.items.name)))
    write_workbook(plan, problem, tmp_path / "evil.xlsx", evil + "&[Path]")
    written = "".join(formula for sheet in formulas(tmp_path / "evil.xlsx").values() for formula in sheet.values())
    assert not re.search("HYPERLINK|cmd|http|@", written)
    with zipfile.ZipFile(tmp_path / "evil.xlsx") as archive:
        assert not any("externalLinks" in name or name.endswith("sheet9.xml.rels") for name in archive.namelist())
    shown = [row[1] for row in rows(tmp_path / "evil.xlsx", "Warnings")[1:]]
    assert shown[:5] == list(texts[:5])


def test_every_given_figure_stands_with_its_source(tmp_path: Path) -> None:
    write_workbook(sample.plan(), sample.problem(), tmp_path / "plan.xlsx", "phone")
    found = {(row[0], row[1], row[2]): row[3:] for row in rows(tmp_path / "plan.xlsx", "Inputs")[1:]}
    assert found["offers", "home-phone", "unit_price"][:2] == [8, "Assumption: guessed"]
    assert found["settings", "currency", "value"][:2] == ["USD", "teardown, June 2010"]


def test_without_a_plan_the_workbook_says_why(tmp_path: Path) -> None:
    write_workbook(sample.no_plan(), sample.problem(), tmp_path / "none.xlsx", "phone")
    assert list(formulas(tmp_path / "none.xlsx")) == ["Summary", "Warnings", "Inputs"]
    shown = rows(tmp_path / "none.xlsx", "Warnings")
    assert [row[0] for row in shown[1:]] == ["conflict", "conflict", "way out", "way out"]
    assert shown[3][1:] == ["raise the capacity of foxconn by 100", 50_000]


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_sheet_names_are_short_and_different_in_every_language(language: str, tmp_path: Path) -> None:
    with use_language(language):
        write_workbook(sample.plan(), sample.problem(), tmp_path / "plan.xlsx", "phone")
    names = CalamineWorkbook.from_path(str(tmp_path / "plan.xlsx")).sheet_names
    assert len({name.casefold() for name in names}) == len(SHEETS)
    assert max(map(len, names)) <= 31


def test_numbers_beyond_a_spreadsheet_are_written_as_text(tmp_path: Path) -> None:
    huge = replace(sample.plan().awards[0], quantity=Decimal("1e400"))
    write_workbook(replace(sample.plan(), awards=(huge,)), sample.problem(), tmp_path / "huge.xlsx", "phone")
    assert rows(tmp_path / "huge.xlsx", "Awards")[1][6] == "1E+400"
