"""Tables as they stand in a file, unchecked, the same whatever the format; not for what their cells mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from secondsource.errors import Fault, InvalidInput
from secondsource.language import Message, _

Cell = Any
"""Text, number, truth value, date, time or `Broken`; "" or None where the cell is empty."""

MAX_BYTES = 200_000_000
"""Size of a file, and of all files of a folder together."""
MAX_UNPACKED = 800_000_000
"""Bytes of the parts of a workbook that are read, once unpacked."""
MAX_CELLS = 10_000_000
"""Cells of all tables together; in JSON, values."""
MAX_COLUMNS = 16_384
"""Columns of a sheet: as many as spreadsheet programs have."""
MAX_TEXT = 300_000_000
"""Characters of all texts of a workbook together."""
MAX_FAULTS = 100_000
"""Faults listed; a file that has more is beyond listing."""

GUIDE = "guide"
"""The sheet that explains the others."""


def is_ignored(name: str) -> bool:
    """Return whether a sheet or table of this name is left unread: `guide`, and names that begin with `_` or `#`."""
    return name.startswith(("_", "#")) or name == GUIDE


@dataclass(frozen=True)
class Broken:
    """A cell that has no usable value (an error, a formula never calculated): what it shows, and what was expected."""

    shows: str
    expected: Message

    def __str__(self) -> str:
        return self.shows


@dataclass(frozen=True)
class Sheet:
    """One table as it was found.

    Attributes
    ----------
    table
        Its name: of the sheet, the file or the JSON key.
    place
        File that it came from, "" where there was none.
    header
        Names of the columns.
    columns
        Cells of each column, equally long.
    lines
        Number of each row in the file, as the user sees it (the header is 1; without a header the first row is 1).
    decimal_mark
        "." or ",": what numbers that are written as text use.
    complete
        False where part of it could not be read, so that what seems to be missing may be there.
    """

    table: str
    place: str
    header: tuple[str, ...]
    columns: tuple[Sequence[Cell], ...]
    lines: Sequence[int]
    decimal_mark: str = "."
    complete: bool = True


@dataclass
class Report:
    """The faults of an input, collected to be raised together."""

    faults: list[Fault] = field(default_factory=list)

    def add(self, place: str, table: str, row: int, column: str, value: object, expected: Message | str) -> None:
        """Note one fault; the arguments are those of `Fault`.

        Raises
        ------
        InvalidInput
            There are more than `MAX_FAULTS`.
        """
        self.faults.append(Fault(place, table, row, column, shown(value), expected))
        if len(self.faults) >= MAX_FAULTS:
            self.faults.append(Fault("", "", 0, "", "", _("more faults than can be listed: the rest is left out")))
            raise InvalidInput(self.faults)

    def close(self) -> None:
        """Raise `InvalidInput` with all faults noted, if there are any."""
        if self.faults:
            raise InvalidInput(self.faults)


def shown(value: object) -> str:
    """Return `value` as a fault shows it: short, and on one line."""
    text = value if isinstance(value, str) else "" if value is None else str(value)
    return text if len(text) <= 100 else text[:99] + "…"


def grid(
    table: str,
    place: str,
    rows: Sequence[Sequence[Cell]],
    report: Report,
    lines: Sequence[int] | None = None,
    decimal_mark: str = ".",
) -> Sheet:
    """Return the table whose first row is its header; rows that are empty from end to end are left out.

    Rows may be of different length; what is missing at the end is empty. Cells under no column name are faults.
    """
    lines = range(1, len(rows) + 1) if lines is None else lines
    header = [cell.strip() if isinstance(cell, str) else shown(cell) for cell in rows[0]] if rows else []
    kept = [(row, line) for row, line in zip(rows[1:], lines[1:], strict=True) if any(map(_is_filled, row))]
    width = len(header)
    named = [number for number, name in enumerate(header) if name]
    unnamed = [number for number, name in enumerate(header) if not name]
    for row, line in kept:
        if unnamed or len(row) > width:
            stray = [n for n in (*unnamed, *range(width, len(row))) if n < len(row) and _is_filled(row[n])]
            if stray:
                report.add(place, table, line, letters(stray[0]), row[stray[0]], _("the header names no column here"))
    if not named:
        report.add(place, table, 0, "", "", _("the first row is empty: it must name the columns"))
    full = [row if len(row) >= width else [*row, *[""] * (width - len(row))] for row, _line in kept]
    columns = list(zip(*full, strict=False)) if full else [()] * width
    return Sheet(
        table,
        place,
        tuple(header[number] for number in named),
        tuple(columns[number] for number in named),
        [line for _row, line in kept],
        decimal_mark,
        complete=bool(named),
    )


def _is_filled(cell: Cell) -> bool:
    return cell is not None and cell != "" and not (isinstance(cell, str) and cell.isspace())


def letters(number: int) -> str:
    """Return the letters by which spreadsheets call the column of this index.

    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def unreadable(place: str, expected: Message | str, *, table: str = "", row: int = 0, value: str = "") -> InvalidInput:
    """Return the error for an input of which nothing can be read."""
    return InvalidInput([Fault(place, table, row, "", shown(value), expected)])


def content(path: Path, already: int = 0) -> bytes:
    """Return the bytes of a file, where `already` bytes of its folder are read.

    Raises
    ------
    InvalidInput
        It cannot be opened, or there are more than `MAX_BYTES`.
    """
    limit = MAX_BYTES - already
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            # Not limit + 1: room for all that is asked for is set aside at once.
            found = file.read(min(size, limit) + 1)
    except OSError as error:
        raise unreadable(path.name, _("cannot be read: {reason}", reason=error.strerror or error)) from error
    if len(found) > limit:
        raise unreadable(path.name, _("is larger than {limit} bytes, the most that is read", limit=MAX_BYTES))
    return found


def text_of(found: bytes, place: str, encoding: str) -> str:
    """Return bytes as text; a byte order mark is dropped.

    Raises
    ------
    InvalidInput
        The encoding is unknown, or the bytes are not in it.
    """
    try:
        text = found.decode(encoding)
    except LookupError as error:
        raise unreadable(place, _("there is no encoding of this name"), value=encoding) from error
    except UnicodeError as error:
        start = getattr(error, "start", 0)
        line = found.count(b"\n", 0, start) + 1
        expected = _(
            "is not {encoding} text (byte {byte} in line {line}): save it as UTF-8, or name its encoding",
            encoding=encoding,
            byte=start + 1,
            line=line,
        )
        raise unreadable(place, expected, row=line) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        expected = _(
            "is not {encoding} text (a zero byte in line {line}): save it as UTF-8, or name its encoding",
            encoding=encoding,
            line=line,
        )
        raise unreadable(place, expected, row=line)
    return text.removeprefix("\ufeff")


def index_of(name: str) -> int:
    """Return the index of the column that spreadsheets call by these letters: the reverse of `letters`.

    >>> index_of("A"), index_of("AB")
    (0, 27)
    """
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
