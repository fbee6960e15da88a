"""Reading a problem from a workbook, a folder, a JSON file or rows; not for what a problem means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from secondsource.language import _
from secondsource.problem import sheets
from secondsource.problem.check import check
from secondsource.problem.folder import read_folder
from secondsource.problem.rows import read_json, sheets_of
from secondsource.problem.sheets import Report, Sheet
from secondsource.problem.tables import Problem
from secondsource.problem.workbook import read_workbook

WORKBOOKS = (".xlsx", ".xlsm", ".ods")
"""Names of workbooks that are read end so."""


def read(path: str | Path, *, today: date, encoding: str = "utf-8") -> Problem:
    """Return the problem that a workbook (xlsx, ods), a folder of TABLE.csv files or a JSON file holds.

    Sheets, files and JSON tables named `guide`, or with a name that begins with `_` or `#`, are left unread. Hidden
    sheets are read like the others.

    Parameters
    ----------
    today
        The setting `as_of`, where the file does not name it.
    encoding
        Of CSV and JSON files; a byte order mark is allowed. Workbooks name theirs.

    Raises
    ------
    InvalidInput
        With every fault of the file and its place; nothing of a file that has one is used.
    """
    path = Path(path)
    report = Report()
    return check(tables_in(path, encoding, report), report, today=today, place=path.name)


def from_rows(tables: Mapping[str, Iterable[Mapping[str, object]]], *, today: date, decimal_mark: str = ".") -> Problem:
    """Return the problem that rows of `{column: value}` hold, such as those of a database; the first row is row 1.

    Values are text, numbers (Decimal, int, float), truth values, dates or None; numbers in text use `decimal_mark`.

    Raises
    ------
    InvalidInput
        With every fault; the arguments are as in `read`.
    """
    report = Report()
    return check(sheets_of(tables, "", report, decimal_mark), report, today=today)


def tables_in(path: Path, encoding: str, report: Report) -> list[Sheet]:
    """Return the tables in a file or folder, unchecked."""
    suffix = path.suffix.lower()
    if path.is_dir():
        return read_folder(path, encoding, report)
    if suffix in WORKBOOKS:
        return read_workbook(path, report)
    if suffix == ".json":
        return read_json(sheets.text_of(sheets.content(path), path.name, encoding), path.name, report)
    if not path.exists():
        raise sheets.unreadable(path.name, _("there is no such file or folder"))
    if suffix == ".csv":
        raise sheets.unreadable(path.name, _("is one table: name the folder in which the TABLE.csv files are"))
    raise sheets.unreadable(path.name, _("expected .xlsx, .ods, .json or a folder of TABLE.csv files"))
