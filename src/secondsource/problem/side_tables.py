"""Tables that stand beside a problem (histories, risks), read as strictly as its own; not for what their rows mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from secondsource.language import Message, _
from secondsource.problem.cells import plain
from secondsource.problem.columns import Column
from secondsource.problem.conversion import convert
from secondsource.problem.folder import read_folder, read_table
from secondsource.problem.grids import WORKBOOKS
from secondsource.problem.nearest import Names
from secondsource.problem.rows import read_json, sheets_of
from secondsource.problem.sheets import Report, Sheet, content, text_of, unreadable
from secondsource.problem.workbook import read_workbook

Specs = Mapping[str, Mapping[str, Column]]
"""Columns of each table, by name; `refers` of a column names a table among them, or among the names known elsewhere."""

SOURCE = Column("text", "where the figures of the row come from", default="")
NOTE = Column("text", "a remark", default="")


@dataclass(frozen=True)
class Rows:
    """The rows of one table: a list per column, and where each row stands in its file."""

    table: str
    place: str
    lines: Sequence[int]
    values: Mapping[str, list[Any]]

    def __len__(self) -> int:
        return len(self.lines)

    def __getitem__(self, column: str) -> list[Any]:
        return self.values[column]

    def each(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the place of each row and its values by column."""
        for row in range(len(self)):
            yield row, {name: cells[row] for name, cells in self.values.items()}

    def fault(self, report: Report, row: int, column: str, value: object, expected: Message) -> None:
        """Note what is wrong with a cell."""
        report.add(self.place, self.table, self.lines[row], column, value, expected)


def read_side(path: Path, specs: Specs, report: Report, encoding: str = "utf-8") -> dict[str, Rows]:
    """Return the tables of a folder, workbook, JSON file or one TABLE.csv; those that are not there are empty.

    Raises
    ------
    InvalidInput
        Nothing of it can be read. Faults of cells are only noted in `report`.
    """
    return tables_of(_sheets(path, specs, report, encoding), specs, report, path.name)


def side_from_rows(tables: Mapping[str, Any], specs: Specs, report: Report) -> dict[str, Rows]:
    """Return the tables of `{table: [{column: value}, ...]}`."""
    return tables_of(sheets_of(tables, "", report), specs, report, "")


def _sheets(path: Path, specs: Specs, report: Report, encoding: str) -> list[Sheet]:
    suffix = path.suffix.lower()
    if path.is_dir():
        return read_folder(path, encoding, report)
    if suffix in WORKBOOKS:
        return read_workbook(path, report)
    if suffix == ".json":
        return read_json(text_of(content(path), path.name, encoding), path.name, report)
    if not path.exists():
        raise unreadable(path.name, _("there is no such file or folder"))
    if suffix == ".csv":
        if path.stem not in specs:
            names = ", ".join(f"{name}.csv" for name in specs)
            raise unreadable(path.name, _("a single table must be called by its name: {names}", names=names))
        return [read_table(path, path.stem, encoding, report)]
    raise unreadable(path.name, _("expected .csv, .xlsx, .ods, .json or a folder of TABLE.csv files"))


def tables_of(sheets: Sequence[Sheet], specs: Specs, report: Report, place: str) -> dict[str, Rows]:
    """Return the tables that some sheets hold, each cell converted, keys and references within them checked."""
    known = Names(tuple(specs))
    found: dict[str, Rows] = {}
    for sheet in sheets:
        if sheet.table not in specs:
            near = known.nearest(sheet.table)
            expected = _("is no table here; did you mean {near!r}?", near=near)
            if not near:
                expected = _("is no table here: expected {names}", names=", ".join(specs))
            report.add(sheet.place, sheet.table, 0, "", "", expected)
        elif sheet.table in found:
            report.add(sheet.place, sheet.table, 0, "", "", _("the table is there twice"))
        else:
            found[sheet.table] = _converted(sheet, specs[sheet.table], report)
    for table, columns in specs.items():
        found.setdefault(table, Rows(table, place, (), {name: [] for name in columns}))
        _check_keys(found[table], columns, report)
    for table, columns in specs.items():
        for name, spec in columns.items():
            if spec.refers in specs:
                key = next(each for each, column in specs[spec.refers].items() if column.key)
                check_names(found[table], name, spec.refers, found[spec.refers][key], report)
    return {table: found[table] for table in specs}


def _converted(sheet: Sheet, columns: Mapping[str, Column], report: Report) -> Rows:
    known = Names(tuple(columns))
    given: dict[str, Sequence[Any]] = {}
    for name, cells in zip(sheet.header, sheet.columns, strict=True):
        if name not in columns:
            near = known.nearest(name)
            expected = _("is no column; did you mean {near!r}?", near=near) if near else _("is no column of this table")
            report.add(sheet.place, sheet.table, 0, name, "", expected)
        elif name in given:
            report.add(sheet.place, sheet.table, 0, name, "", _("the column is there twice"))
        else:
            given[name] = cells
    found: dict[str, list[Any]] = {}
    for name, spec in columns.items():
        if name not in given:
            if spec.required and sheet.complete and (sheet.header or sheet.lines):
                report.add(sheet.place, sheet.table, 0, name, "", _("the column is missing"))
            found[name] = [_default(spec)] * len(sheet.lines)
            continue
        values, refused = convert(given[name], name, spec, sheet.decimal_mark)
        for row, expected in refused:
            report.add(sheet.place, sheet.table, sheet.lines[row], name, given[name][row], expected)
        found[name] = list(values)
    return Rows(sheet.table, sheet.place, tuple(sheet.lines), found)


def _default(spec: Column) -> Any:
    return Decimal(spec.default) if isinstance(spec.default, int) and spec.kind in ("number", "whole") else spec.default


def _check_keys(rows: Rows, columns: Mapping[str, Column], report: Report) -> None:
    """Note each row whose key an earlier one has."""
    keys = [name for name, spec in columns.items() if spec.key]
    first: dict[tuple[Any, ...], int] = {}
    for row in range(len(rows)):
        key = tuple(rows[name][row] for name in keys)
        if not keys or any(part in (None, "") for part in key):
            continue
        if key in first:
            expected = _("is there twice: first in row {row}", row=rows.lines[first[key]])
            rows.fault(report, row, ", ".join(keys), " / ".join(map(plain, key)), expected)
        first.setdefault(key, row)


def check_names(
    rows: Rows, column: str, table: str, known: Sequence[str], report: Report, only: Sequence[int] | None = None
) -> None:
    """Note each cell of a column that names what `table` does not have; several names stand between semicolons.

    `only` names the rows to look at; all where None.
    """
    names = {name for name in known if name}
    near = Names(tuple(names))
    for row in range(len(rows)) if only is None else only:
        cell = rows[column][row]
        for word in filter(None, (part.strip() for part in (cell or "").split(";"))):
            if word not in names:
                nearest = near.nearest(word)
                expected = _("is not in {table}", table=table)
                if nearest:
                    expected = _("is not in {table}; did you mean {near!r}?", table=table, near=nearest)
                rows.fault(report, row, column, word, expected)


def days_between(start: date | None, end: date | None) -> int:
    """Return the days from one date to another; 0 where either is missing."""
    return 0 if start is None or end is None else (end - start).days
