"""A copy of an input with each fault marked in its cell, and a list of them; not for finding faults."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter

from secondsource.errors import Fault
from secondsource.language import _
from secondsource.problem import sheets
from secondsource.problem.grids import Grid
from secondsource.reports.sheet_cells import as_text, write_cell

FAULT_SHEET = "_faults"
MOST_MARKS = 20_000
"""Cells marked, and links in the list: a spreadsheet program becomes slow beyond them. The list itself is whole."""

_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff]")
_AREA = re.compile(r"([A-Z]{1,3})([0-9]{1,7})(?::[A-Z]{1,3}[0-9]{1,7})?")
_LETTERS = re.compile(r"[A-Z]{1,3}")
_RED, _MARK = "#C00000", "#FFC7CE"
_NOTE = {"x_scale": 2, "author": "secondsource", "font_size": 9}


@dataclass(frozen=True)
class _Page:
    """A grid and the sheet that it becomes; its faults by cell (row and column from 0)."""

    grid: Grid
    name: str
    marks: dict[tuple[int, int], list[Fault]] = field(default_factory=lambda: defaultdict(list))


def write_annotated(grids: Sequence[Grid], faults: Sequence[Fault], path: Path) -> None:
    """Write the grids as a workbook with each fault marked in its cell, and a first sheet that lists them all.

    The list is a sheet that the reader passes over, so the copy can be mended and read as it is. Texts stand as found
    and are never formulas.

    Raises
    ------
    OSError
        The file is there already (nobody's work is overwritten), or cannot be written.
    """
    pages = _pages(grids)
    by_table = {(page.grid.place, page.grid.name): page for page in pages}
    places = [_place(fault, by_table) for fault in faults]
    left = MOST_MARKS
    for fault, place in zip(faults, places, strict=True):
        if place is not None and left:
            page, row, column = place
            page.marks[row, column].append(fault)
            left -= 1
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        _write_list(book, faults, places)
        for page in pages:
            _write_page(book, page)
    with path.open("xb") as file:
        file.write(content.getvalue())


def _pages(grids: Sequence[Grid]) -> list[_Page]:
    """The grids with names that a sheet may have, each different also without regard to capitals."""
    taken = {FAULT_SHEET, "history"}  # Excel keeps this one for itself
    pages = []
    for grid in grids:
        wanted = _FORBIDDEN.sub("_", grid.name).strip("'")[:31] or "_"
        name, number = wanted, 1
        while name.casefold() in taken:
            number += 1
            name = f"{wanted[: 31 - len(str(number)) - 1]}~{number}"
        taken.add(name.casefold())
        pages.append(_Page(grid, name))
    return pages


def _place(fault: Fault, pages: Mapping[tuple[str, str], _Page]) -> tuple[_Page, int, int] | None:
    """The cell of a fault; None where it is of no sheet that is there."""
    page = pages.get((fault.place, fault.table))
    if page is None:
        return None
    area = _AREA.fullmatch(fault.column)
    if area:
        return page, int(area[2]) - 1, sheets.index_of(area[1])
    row = _row_of(fault.row, page.grid)
    return page, row, _column_of(fault.column, row, page.grid)


def _row_of(line: int, grid: Grid) -> int:
    """Index of the row that begins in a line, else of the one before it; faults of no row stand at the headings."""
    if not line:
        return 0
    found = 0
    for row, start in enumerate(grid.lines):
        if start > line:
            break
        found = row
    return found


def _column_of(name: str, row: int, grid: Grid) -> int:
    """Index of the column whose heading is `name` (or that has these letters); the first one otherwise."""
    for heading in [*grid.rows[:row][:20], *grid.rows[row : row + 1]]:
        for index, cell in enumerate(heading):
            if name and isinstance(cell, str) and " ".join(cell.split()) == " ".join(name.split()):
                return index
    if _LETTERS.fullmatch(name):
        return min(sheets.index_of(name), max(map(len, grid.rows), default=1))
    return 0


def _write_list(book: Any, faults: Sequence[Fault], places: Sequence[tuple[_Page, int, int] | None]) -> None:
    sheet = book.add_worksheet(FAULT_SHEET)
    sheet.set_tab_color(_RED)
    bold = book.add_format({"bold": True, "font_color": "white", "bg_color": _RED, "valign": "top"})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    link = book.add_format({"font_color": "#0563C1", "underline": 1, "valign": "top"})
    headings = (_("No."), _("Cell"), _("Table"), _("Row"), _("Column"), _("Found"), _("Expected"))
    for column, (heading, width) in enumerate(zip(headings, (6, 18, 18, 8, 22, 30, 70), strict=True)):
        sheet.write_string(0, column, str(heading), bold)
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(faults)), len(headings) - 1)
    for number, (fault, place) in enumerate(zip(faults, places, strict=True), start=1):
        sheet.write_number(number, 0, number, text)
        if place is not None:
            page, row, column = place
            cell = f"{sheets.letters(column)}{row + 1}"
            target = "internal:'{}'!{}".format(page.name.replace("'", "''"), cell)
            if number <= MOST_MARKS:
                sheet.write_url(number, 1, target, link, f"{page.name}!{cell}")
            else:
                sheet.write_string(number, 1, f"{page.name}!{cell}", text)
        row_number = str(fault.row) if fault.row else ""
        for column, found in enumerate((fault.table or fault.place, row_number, fault.column, fault.value), start=2):
            sheet.write_string(number, column, as_text(found), text)
        sheet.write_string(number, 6, as_text(str(fault.expected)), text)
    sheet.activate()


def _write_page(book: Any, page: _Page) -> None:
    sheet = book.add_worksheet(page.name)
    heading = book.add_format({"bold": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    mark = book.add_format({"bg_color": _MARK, "font_color": _RED, "bold": True, "border": 2, "border_color": _RED})
    marked_day = book.add_format(
        {"bg_color": _MARK, "font_color": _RED, "bold": True, "border": 2, "num_format": "yyyy-mm-dd"}
    )
    sheet.freeze_panes(1, 0)
    if page.marks:
        sheet.set_tab_color(_RED)
    widths: dict[int, int] = defaultdict(int)
    for row, cells in enumerate(page.grid.rows):
        for column, value in enumerate(cells):
            is_marked = (row, column) in page.marks
            style = mark if is_marked else heading if row == 0 else None
            if value not in (None, "") or is_marked:
                shown = value.shows if isinstance(value, sheets.Broken) else value
                write_cell(sheet, row, column, shown, style, marked_day if is_marked else day)
                if row < 100:
                    widths[column] = max(widths[column], min(40, len(str(shown))))
    for (row, column), faults in page.marks.items():
        if row >= len(page.grid.rows) or column >= len(page.grid.rows[row]):
            write_cell(sheet, row, column, None, mark)
        sheet.write_comment(row, column, as_text("\n".join(map(_note, faults)))[:2000], _NOTE)
    for column, width in widths.items():
        sheet.set_column(column, column, width + 3)


def _note(fault: Fault) -> str:
    expected = str(fault.expected)
    return expected[:1].upper() + expected[1:]
