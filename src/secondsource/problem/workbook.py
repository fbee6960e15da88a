"""An xlsx or ods workbook as unchecked tables; not for what their cells mean.

calamine reads the values. What it does not tell is found beforehand in the workbook's XML (`sheet_xml`): it reads an
error and a formula without a stored value as an empty cell, and it would fill the memory for one cell in the last
corner of a sheet. It is given a copy with exactly the parts that were looked through.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from xml.parsers.expat import ExpatError

import python_calamine

from secondsource.language import _
from secondsource.problem import sheet_xml, sheets
from secondsource.problem.drafts import SETTINGS_TABLE
from secondsource.problem.sheet_xml import Contents
from secondsource.problem.sheets import Report, Sheet
from secondsource.problem.tables import REQUIRED, TABLES

_OLE = b"\xd0\xcf\x11\xe0"
_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_STRINGS = "xl/sharedStrings.xml"
_XLSX_PARTS = ("[Content_Types].xml", "_rels/.rels", _WORKBOOK, _RELATIONS, "xl/styles.xml", _STRINGS)
_ODS_PARTS = ("mimetype", "META-INF/manifest.xml", "content.xml")


class Limits(NamedTuple):
    """The most that is read of one workbook: bytes once unpacked, and cells."""

    unpacked: int
    cells: int


def _usual() -> Limits:
    return Limits(sheets.MAX_UNPACKED, sheets.MAX_CELLS)


class _Found(NamedTuple):
    """The parts of a workbook that are read, and what its sheets hold, by name."""

    parts: Mapping[str, bytes]
    contents: Mapping[str, Contents]


def read_workbook(path: Path, report: Report) -> list[Sheet]:
    """Return the tables of the worksheets in a workbook, hidden ones too; ignored names and charts are left unread."""
    place = path.name
    found = _look_through(path)
    cells = _cells(found, place, _usual())
    tables = [_table(name, place, rows, found.contents[name], report) for name, rows in cells.items()]
    return [table for table in tables if table is not None]


def cells_of(archive: bytes, place: str, limits: Limits) -> dict[str, list[list[sheets.Cell]]]:
    """Return the cells of the worksheets in a workbook that is at hand as bytes, within narrower limits.

    Raises
    ------
    InvalidInput
        It is no workbook, is damaged or beyond the limits.
    """
    found = _look_into(archive, place, limits)
    cells = _cells(found, place, limits)
    for name, rows in cells.items():
        _put_broken(rows, found.contents[name])
    return cells


def read_cells(path: Path) -> dict[str, list[list[sheets.Cell]]]:
    """Return the cells of the worksheets in a workbook by row, whatever they are; what `read_workbook` ignores is not.

    Raises
    ------
    InvalidInput
        It is no workbook, is damaged or beyond the limits.
    """
    found = _look_through(path)
    cells = _cells(found, path.name, _usual())
    for name, rows in cells.items():
        _put_broken(rows, found.contents[name])
    return cells


def _look_through(path: Path) -> _Found:
    """The parts of a workbook that are read, looked through."""
    return _look_into(sheets.content(path), path.name, _usual())


def _look_into(archive: bytes, place: str, limits: Limits) -> _Found:
    if archive.startswith(_OLE):
        raise sheets.unreadable(place, _("is an old .xls file, or has a password: save it as .xlsx without one"))
    with _refusing_damage(place), zipfile.ZipFile(io.BytesIO(archive)) as packed:
        names = packed.namelist()
        if _WORKBOOK in names:
            return _xlsx(packed, place, limits)
        if "content.xml" in names:
            return _ods(packed, place, limits)
        raise sheets.unreadable(place, _("is no .xlsx or .ods workbook"))


@contextmanager
def _refusing_damage(place: str) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        # RuntimeError: an encrypted part, or a way of packing that no spreadsheet uses.
        reason = _("a part of it is no UTF-8 text") if isinstance(error, UnicodeDecodeError) else error
        expected = _("is no .xlsx or .ods workbook, or is cut off or damaged ({reason})", reason=reason)
        raise sheets.unreadable(place, expected) from error


def _xlsx(packed: zipfile.ZipFile, place: str, limits: Limits) -> _Found:
    parts = _unpack(packed, _XLSX_PARTS, place, limits.unpacked, limits.unpacked)
    if _RELATIONS not in parts:
        raise sheets.unreadable(place, _("has no part {part}: it is damaged", part=_RELATIONS))
    with _naming_xml(place, _WORKBOOK):
        named = sheet_xml.sheet_names(parts[_WORKBOOK])
        targets = sheet_xml.worksheet_targets(parts[_RELATIONS])
    strings = parts.get(_STRINGS, b"")
    with _refusing_damage(place):
        strings.decode()
    contents: dict[str, Contents] = {}
    for name, relation in named:
        if relation not in targets or sheets.is_ignored(name):
            continue
        part = posixpath.normpath(posixpath.join("xl", targets[relation])).lstrip("/")
        left = limits.unpacked - sum(map(len, parts.values()))
        parts |= _unpack(packed, [part], place, left, limits.unpacked)
        if part not in parts:
            raise sheets.unreadable(place, _("has no part {part}: it is damaged", part=part), table=name)
        with _naming_xml(place, name):
            contents[name] = sheet_xml.xlsx_sheet(parts[part], strings)
    return _Found(parts, contents)


def _ods(packed: zipfile.ZipFile, place: str, limits: Limits) -> _Found:
    parts = _unpack(packed, _ODS_PARTS, place, limits.unpacked, limits.unpacked)
    with _naming_xml(place, "content.xml"):
        contents = sheet_xml.ods_sheets(parts["content.xml"])
    return _Found(parts, {name: found for name, found in contents.items() if not sheets.is_ignored(name)})


def _unpack(
    packed: zipfile.ZipFile, names: tuple[str, ...] | list[str], place: str, limit: int, most: int
) -> dict[str, bytes]:
    """The parts of these names that are there; refuses more than `limit` bytes, whatever the archive says of them."""
    parts = {}
    for name in names:
        if name not in packed.namelist():
            continue
        with packed.open(name) as part:
            parts[name] = part.read(limit + 1)
        limit -= len(parts[name])
        if limit < 0:
            expected = _("unpacks to more than {limit} bytes, the most that is read", limit=most)
            raise sheets.unreadable(place, expected)
    return parts


@contextmanager
def _naming_xml(place: str, part: str) -> Iterator[None]:
    """Say which part of the workbook it is that cannot be read."""
    try:
        yield
    except ExpatError as error:
        raise sheets.unreadable(place, _("is damaged XML ({reason})", reason=error), table=part) from error
    except sheet_xml.TooMuch as error:
        raise sheets.unreadable(place, error.expected, table=part) from error


def _cells(found: _Found, place: str, limits: Limits) -> dict[str, list[list[sheets.Cell]]]:
    """The cells of each sheet, read by calamine from a copy of the parts that were looked through."""
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as packed:
        for name, part in found.parts.items():
            packed.writestr(name, part)
    copy.seek(0)
    cells: dict[str, list[list[sheets.Cell]]] = {}
    left, wide = limits.cells, ""
    try:
        workbook = python_calamine.load_workbook(copy)
        for name in found.contents:
            sheet = workbook.get_sheet_by_name(name)
            row, column = sheet.end or (-1, -1)
            if column >= sheets.MAX_COLUMNS:
                wide = name
                break
            left -= (row + 1) * (column + 1)
            if left < 0:
                break
            cells[name] = sheet.to_python(skip_empty_area=False)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # calamine's errors have no common kind, and a panic in it is no Exception
        raise sheets.unreadable(place, _("cannot be read ({reason})", reason=error)) from error
    if wide:
        reason = _("the sheet {sheet} has more than {limit} columns", sheet=wide, limit=sheets.MAX_COLUMNS)
        raise sheets.unreadable(place, reason)
    if left < 0:
        raise sheets.unreadable(place, _("has more than {limit} cells", limit=limits.cells))
    return cells


def _table(name: str, place: str, rows: list[list[sheets.Cell]], contents: Contents, report: Report) -> Sheet | None:
    for area in contents.merged:
        first = area.split(":")[0].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        expected = _("merged cells: expected a value of its own in each cell")
        report.add(place, name, int(first or 0), area, "", expected)
    _put_broken(rows, contents)
    if not rows and name not in REQUIRED:
        # An empty table is a form that is not filled in; an empty sheet of another name is still no table.
        return None if name in TABLES or name == SETTINGS_TABLE else Sheet(name, place, (), (), [])
    return sheets.grid(name, place, rows, report)


def _put_broken(rows: list[list[sheets.Cell]], contents: Contents) -> None:
    """Put the cells without a usable value where calamine saw empty ones."""
    for (row, column), broken in contents.broken.items():
        rows.extend([] for _each in range(row + 1 - len(rows)))
        rows[row].extend("" for _each in range(column + 1 - len(rows[row])))
        rows[row][column] = broken
