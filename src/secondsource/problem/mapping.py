"""Which sheet is which table and which heading which column, as the user confirmed it; not for proposing it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from secondsource.errors import Fault, InvalidInput
from secondsource.language import Message, _
from secondsource.problem import sheets
from secondsource.problem.cells import Refused, exact
from secondsource.problem.check import check
from secondsource.problem.drafts import SETTINGS_TABLE
from secondsource.problem.grids import Grid, read_grids
from secondsource.problem.nearest import Names
from secondsource.problem.rows import parse_json
from secondsource.problem.sheets import Cell, Report, Sheet
from secondsource.problem.tables import TABLES, Problem

VERSION = Decimal(1)
_ROW = "{row}"
PERCENT = Decimal("0.01")
COMMA = re.compile(r"-?[0-9]{1,3}(?:[ .\u00a0][0-9]{3})*,[0-9]+|-?[0-9]+,[0-9]+")
"""A number with a decimal comma, its thousands by blanks or points."""


@dataclass(frozen=True)
class ColumnMatch:
    """One heading, and the column that it is.

    Attributes
    ----------
    title
        The heading; `[C]` for a column without one.
    column
        "" where it is left out.
    how, remark
        How it was recognised, and what to look at: for the proposal only.
    times
        What its numbers are multiplied by.
    decimal
        "," where numbers that are written as text have a decimal comma (and blanks or points between thousands).
    """

    title: str
    column: str
    how: Message | str = ""
    times: Decimal = Decimal(1)
    decimal: str = ""
    remark: Message | str = ""


@dataclass(frozen=True)
class SheetMatch:
    """One sheet, and the table that it is ("": left out).

    Attributes
    ----------
    heading_row
        Number of the row in which the headings stand.
    fill
        Text of columns that no heading gives; `{row}` in it is the number of the row.
    """

    sheet: str
    table: str
    how: Message | str = ""
    heading_row: int = 1
    columns: tuple[ColumnMatch, ...] = ()
    fill: Mapping[str, str] = field(default_factory=dict)
    remark: Message | str = ""


@dataclass(frozen=True)
class Mapped:
    """The mapping of a whole file."""

    sheets: tuple[SheetMatch, ...]

    def to_json(self) -> str:
        """Return the mapping as a person can edit it."""
        return json.dumps({"mapping": 1, "sheets": dict(map(_sheet_json, self.sheets))}, ensure_ascii=False, indent=2)


def _sheet_json(match: SheetMatch) -> tuple[str, object]:
    if not match.table:
        return match.sheet, None
    columns: dict[str, object] = {}
    for each in match.columns:
        body: dict[str, object] = {"column": each.column}
        body |= {"times": str(each.times)} if each.times != 1 else {}
        body |= {"decimal": each.decimal} if each.decimal else {}
        columns[each.title] = (body if len(body) > 1 else each.column) if each.column else None
    sheet = {"table": match.table, "heading_row": match.heading_row, "columns": columns}
    return match.sheet, sheet | ({"fill": dict(match.fill)} if match.fill else {})


def titles(grid: Grid, row: int) -> dict[int, str]:
    """Return the headings in a row of a grid by index of their column, each one different.

    A column without a heading is called by its letters, as `[C]`, if it holds anything, and so is a repeated one.
    """
    if row >= len(grid.rows):
        return {}
    heading = grid.rows[row]
    width = max(map(len, grid.rows[row:]))
    found: dict[int, str] = {}
    seen: set[str] = set()
    for index in range(width):
        cell = heading[index] if index < len(heading) else ""
        title = " ".join(str(cell).split()) if cell is not None else ""
        if not title and not any(index < len(line) and _is_filled(line[index]) for line in grid.rows[row + 1 :]):
            continue
        if not title or title in seen:
            title = f"{title} [{sheets.letters(index)}]".strip()
        seen.add(title)
        found[index] = title
    return found


def _is_filled(cell: Cell) -> bool:
    return cell is not None and str(cell).strip() != ""


def read_mapping(path: Path) -> Mapped:
    """Return the mapping in a file that `Mapped.to_json` wrote and a person may have edited.

    Raises
    ------
    InvalidInput
        It is no mapping; with every fault.
    """
    place = path.name
    report = Report()
    found = parse_json(sheets.text_of(sheets.content(path), place, "utf-8"), place)
    if not isinstance(found, dict) or found.get("mapping") != VERSION or not isinstance(found.get("sheets"), dict):
        raise sheets.unreadable(place, _("is no mapping: write one with `secondsource map`"))
    matches = []
    for sheet, body in found["sheets"].items():
        if body is None:
            matches.append(SheetMatch(sheet, ""))
        else:
            matches.append(_read_sheet(sheet, body, place, report))
    report.close()
    return Mapped(tuple(matches))


def _read_sheet(sheet: str, body: object, place: str, report: Report) -> SheetMatch:
    if not isinstance(body, dict) or not isinstance(body.get("columns"), dict):
        report.add(place, sheet, 0, "", body, _("expected null, or an object with table, heading_row and columns"))
        return SheetMatch(sheet, "")
    for key in set(body) - {"table", "heading_row", "columns", "fill"}:
        report.add(place, sheet, 0, "", key, _("expected table, heading_row, columns or fill"))
    table, row, fill = body.get("table"), body.get("heading_row", Decimal(1)), body.get("fill", {})
    if not isinstance(table, str) or (table != SETTINGS_TABLE and table not in TABLES):
        near = Names((SETTINGS_TABLE, *TABLES)).nearest(str(table))
        expected = _("is no table; did you mean {near!r}?", near=near) if near else _("is no table")
        report.add(place, sheet, 0, "table", table, expected)
        return SheetMatch(sheet, "")
    if not isinstance(row, Decimal) or row != int(row) or not 0 <= row <= sheets.MAX_CELLS:
        report.add(place, sheet, 0, "heading_row", row, _("expected the number of the row with the headings"))
        row = Decimal(1)
    if not isinstance(fill, dict) or not all(isinstance(text, str) for text in fill.values()):
        report.add(place, sheet, 0, "fill", fill, _("expected an object of texts, by column"))
        fill = {}
    known = {"name", "value", "source", "note"} if table == SETTINGS_TABLE else set(TABLES[table].columns())
    columns = [_read_column(title, meant, sheet, place, report) for title, meant in body["columns"].items()]
    _refuse_unknown([*fill, *(each.column for each in columns if each.column)], known, sheet, place, report)
    return SheetMatch(sheet, table, heading_row=int(row), columns=tuple(columns), fill=fill)


def _refuse_unknown(names: Sequence[str], known: set[str], sheet: str, place: str, report: Report) -> None:
    """Columns that the table does not have, or that are filled twice, are faults."""
    for name in sorted(set(names) - known):
        near = Names(known).nearest(name)
        expected = _("is no column; did you mean {near!r}?", near=near) if near else _("is no column of this table")
        report.add(place, sheet, 0, "", name, expected)
    for name in sorted({name for name in names if names.count(name) > 1}):
        report.add(place, sheet, 0, "", name, _("the column is there twice"))


def _read_column(title: str, meant: object, sheet: str, place: str, report: Report) -> ColumnMatch:
    if meant is None or isinstance(meant, str):
        return ColumnMatch(title, meant or "")
    times = _times(meant.get("times", "1")) if isinstance(meant, dict) else None
    mark = meant.get("decimal", "") if isinstance(meant, dict) else ""
    is_read = isinstance(meant, dict) and isinstance(meant.get("column"), str) and mark in ("", ".", ",")
    if not isinstance(meant, dict) or not is_read or times is None:
        expected = _("expected null, the name of a column, or an object with column, times and decimal")
        report.add(place, sheet, 0, title, meant, expected)
        return ColumnMatch(title, "")
    return ColumnMatch(title, meant["column"], times=times, decimal=mark)


def _times(value: object) -> Decimal | None:
    """A factor above zero."""
    try:
        found = exact(Decimal(str(value)))
    except (InvalidOperation, Refused):
        return None
    return found if found > 0 else None


def apply(mapping: Mapped, grids: Sequence[Grid], report: Report) -> list[Sheet]:
    """Return the tables as the mapping reads the grids; what it does not mention, and lacks, are faults."""
    known = {match.sheet: match for match in mapping.sheets}
    there = {grid.name for grid in grids}
    for name in known:
        if name not in there:
            report.add(grids[0].place if grids else "", name, 0, "", "", _("the mapping names it, but it is not there"))
    found = []
    for grid in grids:
        match = known.get(grid.name)
        if match is None:
            expected = _("the mapping does not mention it: expected a table, or null to leave it out")
            report.add(grid.place, grid.name, 0, "", "", expected)
        elif match.table:
            found.append(_apply_sheet(match, grid, report))
    return found


def _apply_sheet(match: SheetMatch, grid: Grid, report: Report) -> Sheet:
    start = next((row for row, line in enumerate(grid.lines) if line >= match.heading_row), len(grid.lines))
    headings = titles(grid, start)
    meant = {each.title: each for each in match.columns}
    for title in meant.keys() - headings.values():
        report.add(grid.place, grid.name, 0, title, "", _("the mapping names it, but it is not there"))
    chosen: list[tuple[int, ColumnMatch]] = []
    for index, title in headings.items():
        if title not in meant:
            expected = _("the mapping does not mention it: expected a column, or null to leave it out")
            report.add(grid.place, grid.name, match.heading_row, title, "", expected)
        elif meant[title].column:
            chosen.append((index, meant[title]))
    rows: list[list[Cell]] = [[each.column for _index, each in chosen] + list(match.fill)]
    for row, line in zip(grid.rows[start + 1 :], grid.lines[start + 1 :], strict=True):
        cells = [_read_cell(row[i] if i < len(row) else "", each, grid.decimal_mark) for i, each in chosen]
        is_blank = not any(map(_is_filled, cells))
        rows.append(cells + ["" if is_blank else text.replace(_ROW, str(line)) for text in match.fill.values()])
    return sheets.grid(match.table, grid.place, rows, report, list(grid.lines[start:]) or [1], grid.decimal_mark)


def _read_cell(cell: Cell, match: ColumnMatch, decimal_mark: str) -> Cell:
    """A cell without blanks around it; a number as the match has it written, times its factor."""
    times = match.times
    if isinstance(cell, str):
        cell = cell.strip().replace("\u00a0", " ")
        if times == 1 and not match.decimal:
            return cell
        text = cell.rstrip("% ") if times == PERCENT else cell
        if match.decimal == "," and COMMA.fullmatch(text):
            text = text.translate({ord(" "): "", ord("."): ""})
        try:
            return exact(Decimal(text.replace(match.decimal or decimal_mark, "."))) * times
        except (InvalidOperation, Refused):
            return cell
    if times == 1 or isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        return cell
    try:
        return exact(cell) * times
    except Refused:
        return cell


def read_mapped(path: Path, mapping: Mapped, *, today: date, encoding: str = "utf-8") -> Problem:
    """Return the problem that a file holds as a mapping reads it; blanks around texts do not count.

    Raises
    ------
    InvalidInput
        With every fault, by the names of the file's own sheets and headings.
    """
    report = Report()
    try:
        found = apply(mapping, read_grids(path, encoding=encoding), report)
        return check(found, report, today=today, place=path.name)
    except InvalidInput as error:
        raise InvalidInput([_in_own_words(fault, mapping) for fault in error.faults]) from error


def _in_own_words(fault: Fault, mapping: Mapped) -> Fault:
    """The fault by the names that the user knows."""
    match = next((match for match in mapping.sheets if match.table and match.table == fault.table), None)
    if match is None:
        return fault
    title = next((each.title for each in match.columns if each.column and each.column == fault.column), fault.column)
    return replace(fault, table=match.sheet, column=title)


def would_help(faults: Sequence[Fault]) -> bool:
    """Return whether faults are of unknown sheets or headings, which a mapping could explain."""
    known: dict[str, Any] = {SETTINGS_TABLE: (), **{name: table.columns() for name, table in TABLES.items()}}
    return any(fault.row == 0 and fault.table and (fault.table not in known or bool(fault.column)) for fault in faults)
