"""Tables whose cells are converted, but not yet held against each other; not for reading files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from secondsource.language import _
from secondsource.problem.cells import Refused, converter, default_of, plain, to_text
from secondsource.problem.columns import Column, Numbers
from secondsource.problem.conversion import convert
from secondsource.problem.nearest import Names
from secondsource.problem.sheets import Report, Sheet, is_ignored
from secondsource.problem.tables import REQUIRED, SETTINGS, TABLES, Settings, Table

SETTINGS_TABLE = "settings"
_SETTINGS_COLUMNS = ("name", "value", "source", "note")


@dataclass
class Draft:
    """One table as far as its cells can be read.

    Attributes
    ----------
    values
        The column of each name, equally long; None in a cell that is refused.
    refused
        Rows of each column whose cell is refused.
    complete
        False where rows or columns of it could not be read, so that what others refer to may be there.
    kind
        The table that it is to become.
    """

    name: str
    place: str
    lines: Sequence[int]
    values: dict[str, list[Any]]
    refused: dict[str, set[int]]
    complete: bool
    kind: type[Table]

    def __len__(self) -> int:
        return len(self.lines)

    def fault(self, report: Report, row: int, column: str, expected: Any, value: object = None) -> None:
        """Note a fault of one row, showing what its column holds unless another `value` is given."""
        found = plain(self.values[column][row]) if value is None else value
        report.add(self.place, self.name, self.lines[row], column, found, expected)

    def table(self) -> Table:
        """Return the finished table."""
        columns: dict[str, Any] = {
            name: Numbers(self.values[name]) if spec.kind in ("number", "whole") else tuple(self.values[name])
            for name, spec in self.kind.columns().items()
        }
        return self.kind(line=tuple(self.lines), **columns)


def named(sheets: Iterable[Sheet], report: Report, tables: Mapping[str, type[Table]] = TABLES) -> dict[str, Sheet]:
    """Return the sheets by the table they are; names that are no table, or are there twice, are faults."""
    known = Names((SETTINGS_TABLE, *tables))
    found: dict[str, Sheet] = {}
    for sheet in sheets:
        if is_ignored(sheet.table):
            continue
        if sheet.table != SETTINGS_TABLE and sheet.table not in tables:
            near = known.nearest(sheet.table)
            expected = _("is no table; did you mean {near!r}?", near=near) if near else _("is no table")
            report.add(sheet.place, sheet.table, 0, "", "", expected)
        elif sheet.table in found:
            report.add(sheet.place, sheet.table, 0, "", "", _("the table is there twice"))
        else:
            found[sheet.table] = sheet
    return found


def draft(
    name: str,
    sheet: Sheet | None,
    report: Report,
    tables: Mapping[str, type[Table]] = TABLES,
    required: Iterable[str] = REQUIRED,
) -> Draft:
    """Return a table with its cells converted and its empty cells at their defaults; without a sheet, with no rows."""
    kind = tables[name]
    specs = kind.columns()
    is_there = sheet is not None
    sheet = sheet or Sheet(name, "", (), (), [])
    cells = _columns(sheet, specs, report)
    result = Draft(name, sheet.place, sheet.lines, {}, {}, sheet.complete, kind)
    has_header = bool(sheet.header) or len(sheet.lines) > 0
    if name in required and not is_there:
        result.complete = False
    for column, spec in specs.items():
        if column in cells:
            values, refusals = convert(cells[column], column, spec, sheet.decimal_mark)
            for row, expected in refusals:
                report.add(sheet.place, name, sheet.lines[row], column, cells[column][row], expected)
            result.values[column] = values
            result.refused[column] = {row for row, _expected in refusals}
            continue
        if spec.required and has_header:
            result.complete = False
            if sheet.complete:
                report.add(sheet.place, name, 0, column, "", _("the column is missing"))
        default = "" if spec.required else default_of(spec)
        result.values[column] = [default] * len(sheet.lines)
    return result


def _columns(sheet: Sheet, specs: Iterable[str], report: Report) -> dict[str, Sequence[Any]]:
    """The known columns of a sheet; unknown ones, and those that are there twice, are faults."""
    specs = tuple(specs)
    known = Names(specs)
    found: dict[str, Sequence[Any]] = {}
    for column, cells in zip(sheet.header, sheet.columns, strict=True):
        if column not in specs:
            near = known.nearest(column)
            expected = _("is no column; did you mean {near!r}?", near=near) if near else _("is no column of this table")
            report.add(sheet.place, sheet.table, 0, column, "", expected)
        elif column in found:
            report.add(sheet.place, sheet.table, 0, column, "", _("the column is there twice"))
        else:
            found[column] = cells
    return found


@dataclass(frozen=True)
class SettingsDraft:
    """The settings as far as they can be read; `given` as in `Problem`, `complete` as in `Draft`."""

    settings: Settings
    given: tuple[tuple[str, str, str, str], ...]
    complete: bool


def draft_settings(sheet: Sheet | None, today: date, report: Report) -> SettingsDraft:
    """Return the settings, those not named at their defaults."""
    values, given, complete = settings_named(sheet, SETTINGS, report)
    for name in ("horizon_years", "failures"):
        if name in values:
            values[name] = int(values[name])
    return SettingsDraft(Settings(**{"as_of": today, **values}), given, complete)


def settings_named(
    sheet: Sheet | None, specs: Mapping[str, Column], report: Report
) -> tuple[dict[str, Any], tuple[tuple[str, str, str, str], ...], bool]:
    """Return the settings that a sheet names and says, those as given, and whether all of it could be read."""
    sheet = sheet or Sheet(SETTINGS_TABLE, "", (), (), [])
    before = len(report.faults)
    cells = _columns(sheet, _SETTINGS_COLUMNS, report)
    if sheet.lines and sheet.complete:
        for column in ("name", "value"):
            if column not in cells:
                report.add(sheet.place, SETTINGS_TABLE, 0, column, "", _("the column is missing"))
    blank = [""] * len(sheet.lines)
    rows = zip(sheet.lines, *(cells.get(column, blank) for column in _SETTINGS_COLUMNS), strict=True)
    values: dict[str, Any] = {}
    given = []
    for line, name, value, *remarks in rows if "name" in cells else ():
        spec = _setting(name, specs, values, sheet, line, report)
        if spec is None:
            continue
        try:
            values[name] = converter(name, spec, sheet.decimal_mark)(value)
        except Refused as refused:
            report.add(sheet.place, SETTINGS_TABLE, line, "value", value, refused.expected)
            values[name] = None
            continue
        texts = [
            _remark(text, column, line, sheet, report)
            for text, column in zip(remarks, _SETTINGS_COLUMNS[2:], strict=True)
        ]
        is_empty = value is None or (isinstance(value, str) and not value.strip())
        given.append((name, "" if is_empty else plain(values[name]), *texts))
    complete = sheet.complete and len(report.faults) == before
    return {name: value for name, value in values.items() if value is not None}, tuple(given), complete


def _setting(
    name: Any, specs: Mapping[str, Column], seen: dict[str, Any], sheet: Sheet, line: int, report: Report
) -> Column | None:
    """What the setting of this name may hold; None, with a fault, where there is none or it was there before."""
    if not isinstance(name, str) or name not in specs:
        near = Names(specs).nearest(name) if isinstance(name, str) else ""
        expected = _("is no setting; did you mean {near!r}?", near=near) if near else _("is no setting")
        if name is None or name == "":
            expected = _("is empty: expected the name of a setting")
        report.add(sheet.place, SETTINGS_TABLE, line, "name", name, expected)
        return None
    if name in seen:
        report.add(sheet.place, SETTINGS_TABLE, line, "name", name, _("the setting is there twice"))
        return None
    return specs[name]


def _remark(text: Any, column: str, line: int, sheet: Sheet, report: Report) -> str:
    try:
        return "" if text is None else to_text(text)
    except Refused as refused:
        report.add(sheet.place, SETTINGS_TABLE, line, column, text, refused.expected)
        return ""
