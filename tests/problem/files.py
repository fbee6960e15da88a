"""Problems written to files for tests, right ones and broken ones; nothing here reads them."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter

Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]

SMALL: Tables = {
    "items": [{"item": "phone", "demand": 1000}, {"item": "display", "demand": 0}],
    "bom": [{"parent": "phone", "child": "display", "quantity": 1}],
    "suppliers": [{"supplier": "Foxconn", "capacity": 900}, {"supplier": "LG", "capacity": 5000}],
    "offers": [
        {"offer": "assembly", "item": "phone", "supplier": "Foxconn", "unit_price": 7.5},
        {"offer": "panel", "item": "display", "supplier": "LG", "unit_price": 28.5},
    ],
}
"""A problem without a fault, that tests break in one place."""


def header_of(rows: Sequence[Row]) -> list[str]:
    """The columns that the rows name, in the order in which they first do."""
    return list(dict.fromkeys(name for row in rows for name in row))


def grid_of(rows: Sequence[Row]) -> list[list[Any]]:
    """The rows as cells under a header."""
    header = header_of(rows)
    return [list(header), *([row.get(name) for name in header] for row in rows)]


def as_text(value: Any, decimal_mark: str = ".") -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal | float):
        return format(value, "f" if isinstance(value, Decimal) else "").replace(".", decimal_mark)
    return "" if value is None else str(value)


def write_csv(
    tables: Tables, folder: Path, *, separator: str = ",", encoding: str = "utf-8", decimal_mark: str = "."
) -> Path:
    folder.mkdir(exist_ok=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding=encoding, newline="") as file:
            writer = csv.writer(file, delimiter=separator)
            writer.writerows([as_text(cell, decimal_mark) for cell in row] for row in grid_of(rows))
    return folder


def write_json(tables: Tables, path: Path) -> Path:
    numbers: list[str] = []

    def plain(value: Any) -> Any:
        if isinstance(value, Decimal):
            numbers.append(str(value))
            return f"number {len(numbers) - 1}"
        return str(value) if isinstance(value, date) else value

    text = json.dumps({name: [{k: plain(v) for k, v in row.items()} for row in rows] for name, rows in tables.items()})
    path.write_text(re.sub(r'"number (\d+)"', lambda found: numbers[int(found[1])], text), encoding="utf-8")
    return path


def write_xlsx(tables: Tables, path: Path, also: Callable[[xlsxwriter.Workbook], None] | None = None) -> Path:
    """An xlsx workbook; `also` may change it before it is closed."""
    with xlsxwriter.Workbook(path) as workbook:
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in tables.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(grid_of(rows)):
                for column, cell in enumerate(row):
                    if isinstance(cell, bool):
                        sheet.write_boolean(number, column, cell)
                    elif isinstance(cell, date):
                        sheet.write_datetime(number, column, cell, day)
                    elif isinstance(cell, int | float | Decimal):
                        sheet.write_number(number, column, float(cell))
                    elif cell is not None:
                        sheet.write_string(number, column, str(cell))
        if also is not None:
            also(workbook)
    return path


def change_part(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """Change one part of a packed workbook."""
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    assert change(parts[part]) != parts[part], f"nothing changed in {part}"
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return path


def ods_cell(value: Any, attributes: str = "") -> str:
    if value is None:
        return f"<table:table-cell {attributes}/>"
    if isinstance(value, bool):
        kind, shows = f'boolean" office:boolean-value="{as_text(value)}', as_text(value).upper()
    elif isinstance(value, date):
        kind, shows = f'date" office:date-value="{value}', f"{value:%d.%m.%Y}"
    elif isinstance(value, int | float | Decimal):
        kind, shows = f'float" office:value="{as_text(value)}', f"{float(value):.2f}"
    else:
        kind, shows = "string", str(value)
    paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in shows.split("\n"))
    return f'<table:table-cell {attributes} office:value-type="{kind}">{paragraphs}</table:table-cell>'


# The empty end of a sheet, as LibreOffice writes it: all its rows and columns.
_REST = (
    '<table:table-row table:number-rows-repeated="1048000">'
    '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
)


def write_ods(tables: Tables, path: Path) -> Path:
    sheets = "".join(
        f"<table:table table:name={quoteattr(name)}>"
        + "".join(
            f"<table:table-row>{''.join(map(ods_cell, row))}"
            '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
            for row in grid_of(rows)
        )
        + f"{_REST}</table:table>"
        for name, rows in tables.items()
    )
    return pack_ods(sheets, path)


def pack_ods(sheets: str, path: Path) -> Path:
    """An ods workbook of `<table:table>` elements."""
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    calc = ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{names}{calc} office:version="1.3">'
        f"<office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
        '<manifest:file-entry manifest:full-path="/" '
        'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        packed.writestr("content.xml", content)
        packed.writestr("META-INF/manifest.xml", manifest)
    return path
