"""The cells of a file row by row, before anyone says which table they are; not for what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from secondsource.language import _
from secondsource.problem import sheets
from secondsource.problem.folder import read_rows
from secondsource.problem.rows import read_json
from secondsource.problem.sheets import Cell, Report
from secondsource.problem.workbook import read_cells

WORKBOOKS = (".xlsx", ".xlsm", ".ods")


@dataclass(frozen=True)
class Grid:
    """A sheet, CSV file or JSON table as it was found.

    Attributes
    ----------
    name, place
        Of the sheet, and of the file that it stands in.
    rows
        Its cells, the headings among them.
    lines
        Number of each row, as faults name it; 0 for the headings of a JSON table.
    decimal_mark
        "." or ",": what numbers that are written as text use.
    """

    name: str
    place: str
    rows: Sequence[Sequence[Cell]]
    lines: Sequence[int]
    decimal_mark: str = "."


def read_grids(path: Path, *, encoding: str = "utf-8") -> list[Grid]:
    """Return the sheets of a workbook, the CSV files of a folder or the tables of a JSON file, unchecked.

    Sheets that `read` passes over (`guide`, `_...`, `#...`) are not among them; files of a folder that cannot be read
    are not either.

    Raises
    ------
    InvalidInput
        The file cannot be read, or there is none.
    """
    place = path.name
    if path.is_dir():
        return [
            Grid(file.stem, file.name, found.rows, found.lines, found.decimal_mark)
            for file, found in read_rows(path, encoding).items()
        ]
    if path.suffix.lower() in WORKBOOKS:
        return [Grid(name, place, rows, range(1, len(rows) + 1)) for name, rows in read_cells(path).items()]
    if path.suffix.lower() == ".json":
        text = sheets.text_of(sheets.content(path), place, encoding)
        return [
            Grid(
                sheet.table,
                place,
                [list(sheet.header), *map(list, zip(*sheet.columns, strict=True))],
                [0, *sheet.lines],
            )
            for sheet in read_json(text, place, Report())
        ]
    if not path.exists():
        raise sheets.unreadable(place, _("there is no such file or folder"))
    raise sheets.unreadable(place, _("expected .xlsx, .ods, .json or a folder of TABLE.csv files"))
