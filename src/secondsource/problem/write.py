"""Writing a problem as a workbook, a folder or a JSON file; not for plans (`plan_json`) or reports."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter

from secondsource.errors import Fault, InvalidInput
from secondsource.language import _
from secondsource.problem.cells import converter, guarded, plain
from secondsource.problem.columns import Column
from secondsource.problem.drafts import SETTINGS_TABLE
from secondsource.problem.tables import REQUIRED, SETTINGS, Problem

FIRST_DATE = date(1900, 3, 1)
"""Before it, spreadsheets count days that never were: such a date is written as text."""
WIDEST = 40
"""Width of a column of a workbook, in characters."""


class _Written(NamedTuple):
    """A table as it is written: rows of exact numbers, text, truth values and dates; None is an empty cell."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[Any]]


def write(problem: Problem, path: str | Path) -> tuple[Fault, ...]:
    """Write the problem to `path`: a workbook (.xlsx), a JSON file (.json), or a folder of TABLE.csv files (no suffix).

    Reading it back gives an equal problem. Columns that are empty or at their default throughout are left out. Text
    never becomes a formula: in a workbook it is text, and in CSV what begins with `=`, `+`, `-` or `@` has an
    apostrophe before it, which reading takes away.

    Returns
    -------
    tuple of Fault
        Cells of a workbook that could not keep all digits of their number (spreadsheets keep 15, often 16): what was
        written is the nearest number that they hold. Empty for the other formats.

    Raises
    ------
    InvalidInput
        The name has another suffix, the folder holds tables that the problem lacks, or it cannot be written.
    """
    path = Path(path)
    writers: Mapping[str, Callable[[Sequence[_Written], Path], list[Fault]]] = {
        ".xlsx": _write_workbook,
        ".json": _write_json,
        "": _write_folder,
    }
    kind = "" if path.is_dir() else path.suffix.lower()
    if kind not in writers:
        expected = _("cannot be written: expected .xlsx, .json or, without a suffix, a folder of TABLE.csv files")
        raise InvalidInput([Fault(path.name, "", 0, "", "", expected)])
    try:
        return tuple(writers[kind](list(_tables(problem)), path))
    except OSError as error:
        expected = _("cannot be written: {reason}", reason=error.strerror or error)
        raise InvalidInput([Fault(path.name, "", 0, "", "", expected)]) from error


def _tables(problem: Problem) -> Iterator[_Written]:
    """The tables that hold anything, and the required ones."""
    if problem.given:
        rows = [(name, _setting(name, value), source, note) for name, value, source, note in problem.given]
        kept = [0, 1, *(column for column in (2, 3) if any(row[column] for row in rows))]
        header = [("name", "value", "source", "note")[column] for column in kept]
        yield _Written(SETTINGS_TABLE, header, [[row[column] for column in kept] for row in rows])
    for name, table in problem.tables().items():
        if not len(table) and name not in REQUIRED:
            continue
        columns = {
            column: [None if value == _blank(spec) else value for value in getattr(table, column)]
            for column, spec in table.columns().items()
            if spec.key or spec.required or any(value != spec.default for value in getattr(table, column))
        }
        yield _Written(name, list(columns), list(zip(*columns.values(), strict=True)))


def _blank(spec: Column) -> object:
    """What an empty cell is read as, where it has no value of its own: such a cell is written empty."""
    return spec.default if spec.default in (None, "") else None


def _setting(name: str, value: str) -> Any:
    """The value of a setting as a value of its kind."""
    return converter(name, SETTINGS[name], ".")(value) if value else None


def _write_workbook(tables: Sequence[_Written], path: Path) -> list[Fault]:
    lost: list[Fault] = []
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        bold = workbook.add_format({"bold": True})
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for table in tables:
            sheet = workbook.add_worksheet(table.name)
            sheet.freeze_panes(1, 0)
            for column, name in enumerate(table.header):
                sheet.write_string(0, column, name, bold)
                cells = [row[column] for row in table.rows]
                width = max(map(len, map(plain, (name, *cells[:100]))))
                sheet.set_column(column, column, min(width + 2, WIDEST))
                for row, value in enumerate(cells, start=1):
                    if not _write_cell(sheet, row, column, value, day):
                        expected = _(
                            "has more digits than a spreadsheet keeps: written as {written}", written=float(value)
                        )
                        lost.append(Fault(path.name, table.name, row + 1, name, plain(value), expected))
    path.write_bytes(content.getvalue())
    return lost


def _write_cell(sheet: Any, row: int, column: int, value: Any, day: Any) -> bool:
    """Write one cell; False where its number loses digits."""
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, Decimal):
        sheet.write_number(row, column, float(value))
        # xlsxwriter writes 16 digits, and whoever reads them takes the nearest float.
        return Decimal(repr(float(f"{float(value):.16G}"))) == value
    elif isinstance(value, date) and value >= FIRST_DATE:
        sheet.write_datetime(row, column, value, day)
    elif value is not None:
        sheet.write_string(row, column, plain(value))
    return True


def _write_folder(tables: Sequence[_Written], path: Path) -> list[Fault]:
    path.mkdir(parents=True, exist_ok=True)
    names = {table.name for table in tables}
    strange = sorted(file.name for file in path.iterdir() if file.suffix.lower() == ".csv" and file.stem not in names)
    if strange:
        expected = _("is in the folder, but not in this problem: choose another folder, or remove it")
        raise InvalidInput([Fault(str(path.name), "", 0, "", name, expected) for name in strange])
    for table in tables:
        with (path / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(table.header)
            writer.writerows([_csv_cell(value) for value in row] for row in table.rows)
    return []


def write_csv(folder: Path, name: str, rows: Sequence[Mapping[str, Any]]) -> Path:
    """Write rows of one table as `NAME.csv` into a folder, and return its path; columns as they are first named.

    Raises
    ------
    InvalidInput
        The file is there already: nobody's work is overwritten.
    OSError
        It cannot be written.
    """
    header = list(dict.fromkeys(column for row in rows for column in row))
    path = folder / f"{name}.csv"
    if path.exists():
        expected = _("is there already: choose another name or remove it")
        raise InvalidInput([Fault(path.name, name, 0, "", "", expected)])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([_csv_cell(row.get(column)) for column in header] for row in rows)
    return path


def _csv_cell(value: Any) -> str:
    return guarded(value) if isinstance(value, str) else plain(value)


def _write_json(tables: Sequence[_Written], path: Path) -> list[Fault]:
    parts = []
    for table in tables:
        names = [json.dumps(name) for name in table.header]
        rows = ",\n".join(
            "    {"
            + ", ".join(f"{name}: {_json(value)}" for name, value in zip(names, row, strict=True) if value is not None)
            + "}"
            for row in table.rows
        )
        parts.append(f"  {json.dumps(table.name)}: [\n{rows}\n  ]" if rows else f"  {json.dumps(table.name)}: []")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")
    return []


def _json(value: object) -> str:
    """One value: numbers with all their digits."""
    if isinstance(value, bool | Decimal):
        return plain(value)
    return json.dumps(plain(value), ensure_ascii=False)
