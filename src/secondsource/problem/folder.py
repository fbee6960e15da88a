"""A folder of TABLE.csv files as unchecked tables; not for what their cells mean."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from secondsource.errors import InvalidInput
from secondsource.language import _
from secondsource.problem import sheets
from secondsource.problem.cells import unguarded
from secondsource.problem.sheets import Report, Sheet

MARKS = {",": ".", ";": ","}
"""The decimal mark that goes with each separator of cells."""


def read_folder(path: Path, encoding: str, report: Report) -> list[Sheet]:
    """Return the tables of the `.csv` files in a folder; other files and folders are left unread.

    Cells are separated by `,` with a decimal point, or by `;` with a decimal comma, the same in all files; the header
    row shows which.
    """
    found, already, cells = [], 0, sheets.MAX_CELLS
    separators: dict[str, str] = {}
    for file in _files(path):
        try:
            content = sheets.content(file, already)
            already += len(content)
            text = sheets.text_of(content, file.name, encoding)
            separator = _separator(text, file.name, separators)
            rows, lines = _rows(text, separator, file.name, cells)
        except InvalidInput as error:
            report.faults.extend(replace(fault, table=file.stem) for fault in error.faults)
            found.append(Sheet(file.stem, file.name, (), (), [], complete=False))
            continue
        cells -= sum(map(len, rows))
        _refuse_short_rows(rows, lines, file, report)
        found.append(sheets.grid(file.stem, file.name, rows, report, lines, MARKS[separator]))
    return found


def read_table(file: Path, table: str, encoding: str, report: Report) -> Sheet:
    """Return the one table in a `.csv` file, whatever the file is called.

    Raises
    ------
    InvalidInput
        The file cannot be read.
    """
    text = sheets.text_of(sheets.content(file), file.name, encoding)
    separator = _separator(text, file.name, {})
    rows, lines = _rows(text, separator, file.name, sheets.MAX_CELLS)
    _refuse_short_rows(rows, lines, file, report)
    return sheets.grid(table, file.name, rows, report, lines, MARKS[separator])


def _files(path: Path) -> list[Path]:
    """The `.csv` files in a folder that are tables."""
    files = sorted(file for file in path.iterdir() if file.suffix.lower() == ".csv" and file.is_file())
    files = [file for file in files if not sheets.is_ignored(file.stem)]
    if not files:
        raise sheets.unreadable(path.name, _("holds no TABLE.csv file"))
    return files


class Rows(NamedTuple):
    """The rows of a file, the line in which each begins, and the decimal mark."""

    rows: list[list[str]]
    lines: list[int]
    decimal_mark: str


def read_rows(path: Path, encoding: str) -> dict[Path, Rows]:
    """Return the rows of the `.csv` files in a folder, whatever they hold; a file that cannot be read is left out."""
    found, already, cells = {}, 0, sheets.MAX_CELLS
    for file in _files(path):
        try:
            content = sheets.content(file, already)
            text = sheets.text_of(content, file.name, encoding)
            separator = _separator(text, file.name, {})
            rows, lines = _rows(text, separator, file.name, cells)
        except InvalidInput:
            continue
        already += len(content)
        cells -= sum(map(len, rows))
        found[file] = Rows(rows, lines, MARKS[separator])
    return found


def _separator(text: str, place: str, separators: dict[str, str]) -> str:
    """The separator that the header row of a file shows ("," where it has one column); a mixture is refused.

    `separators` holds the file in which each separator was seen first.
    """
    start = text.lstrip("\r\n")
    header = start[: min((at for at in (start.find("\n"), start.find("\r")) if at >= 0), default=len(start))]
    if not header.strip():
        raise sheets.unreadable(place, _("is empty: its first row must name the columns"))
    shown = [mark for mark in MARKS if mark in header]
    if len(shown) == 2:
        raise sheets.unreadable(place, _("separates by both , and ; in the header row"), row=1, value=header)
    if "\t" in header:
        raise sheets.unreadable(place, _("separates by tabs: expected , or ;"), row=1, value=header)
    if not shown:
        return ","
    for other, file in separators.items():
        if other != shown[0]:
            raise sheets.unreadable(
                place, _("separates by {mark}, but {file} by {other}", mark=shown[0], file=file, other=other)
            )
    separators[shown[0]] = separators.get(shown[0], place)
    return shown[0]


def _rows(text: str, separator: str, place: str, limit: int) -> tuple[list[list[str]], list[int]]:
    """The rows of a file that have cells, and the number of the line in which each begins."""
    rows: list[list[str]] = []
    lines: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for row in reader:
            if row:
                rows.append([unguarded(cell) if cell[:1] == "'" else cell for cell in row])
                lines.append(line)
                limit -= len(row)
                if limit < 0:
                    raise sheets.unreadable(place, _("has more than {limit} cells", limit=sheets.MAX_CELLS))
            line = reader.line_num + 1
    except csv.Error as error:
        reason = _("is cut off, or a quotation mark is not closed or stands inside a cell ({reason})", reason=error)
        raise sheets.unreadable(place, reason, row=line) from error
    return rows, lines


def _refuse_short_rows(rows: Sequence[Sequence[str]], lines: Sequence[int], file: Path, report: Report) -> None:
    """A row that ends before the header does was cut off, or its cells stand in the wrong columns."""
    width = len(rows[0])
    while width and not rows[0][width - 1].strip():
        width -= 1
    for row, line in zip(rows, lines, strict=True):
        if len(row) < width and any(cell.strip() for cell in row):
            expected = _("{width} cells, as in the header; it has {count}", width=width, count=len(row))
            report.add(file.name, file.stem, line, "", "", expected)
