"""A page of advice as an Excel workbook, a sheet per table, amounts as numbers; not for the plan's workbook."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from secondsource.advice.interval import Interval
from secondsource.language import _
from secondsource.reports.pages import Cell, Column, Kind, Listing, Marked, Page
from secondsource.reports.sheet_cells import as_text, write_cell

FORMATS: dict[Kind, str] = {
    "money": "#,##0.00;[Red]-#,##0.00",
    "price": "#,##0.00####",
    "quantity": "#,##0.####",
    "percent": "0.0%",
}
WIDTHS: dict[Kind, int] = {"text": 26, "long": 60, "money": 19, "price": 15, "quantity": 16, "percent": 12}
MOST_NAME = 31
"""Characters that a sheet's name holds."""
FORBIDDEN = str.maketrans("[]:*?/\\'", "        ")
INK, LINE = "#1B2430", "#C9D2DC"


def write_page(page: Page, path: Path) -> None:
    """Write the page as a workbook: a cover with the facts, then a sheet per table.

    An interval takes three cells: from, to, and what it says.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, options) as workbook:
        workbook.set_properties({"title": page.title[:200], "comments": f"secondsource {page.plan.version}".strip()})
        add = workbook.add_format
        styles = {kind: add({"valign": "top", "text_wrap": kind in ("text", "long")}) for kind in WIDTHS}
        styles |= {kind: add({"valign": "top", "num_format": form}) for kind, form in FORMATS.items()}
        head = {"bold": True, "text_wrap": True, "valign": "vcenter", "font_color": "#FFFFFF", "bg_color": INK}
        heading = add(head | {"border": 1, "border_color": LINE})
        marked = add({"bold": True, "font_color": "#A8322D", "valign": "top", "text_wrap": True})
        _cover(workbook, page, add({"bold": True, "font_size": 16}), add({"bold": True}), add({"text_wrap": True}))
        names: set[str] = set()
        for listing in page.listings:
            sheet = workbook.add_worksheet(_sheet_name(str(listing.heading), names))
            _fill(sheet, listing, styles, heading, marked)
    path.write_bytes(content.getvalue())


def _cover(workbook: Any, page: Page, large: Any, bold: Any, wrapped: Any) -> None:
    sheet = workbook.add_worksheet(_sheet_name(str(_("Summary")), set()))
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 34)
    sheet.set_column(2, 2, 70)
    sheet.write_string(0, 0, as_text(str(page.subtitle)), large)
    sheet.write_string(1, 0, as_text(page.title))
    sheet.write_string(2, 0, as_text(str(page.verdict)), bold)
    row = 4
    for fact in page.facts:
        sheet.write_string(row, 0, as_text(str(fact.label)))
        sheet.write_string(row, 1, as_text(str(fact.figure)), bold)
        sheet.write_string(row, 2, as_text(str(fact.note)), wrapped)
        row += 1
    if page.plan.cost is not None:
        sheet.write_string(row, 0, as_text(str(_("Cost of the plan, {currency}", currency=page.plan.currency))))
        sheet.write_number(row, 1, float(page.plan.cost))
        row += 1
    for note in page.notes:
        row += 1
        sheet.write_string(row, 0, as_text(str(note)))


def _sheet_name(heading: str, names: set[str]) -> str:
    name = heading.translate(FORBIDDEN).strip()[:MOST_NAME].strip() or "-"
    while name.casefold() in names:
        name = name[: MOST_NAME - 1] + "'" if not name.endswith("'") else name[:-2] + "''"
    names.add(name.casefold())
    return name


def _fill(sheet: Any, listing: Listing, styles: dict[Kind, Any], heading: Any, marked: Any) -> None:
    """Write one table; a column with an interval in it becomes three."""
    spans = [any(isinstance(row[k], Interval) for row in listing.rows) for k in range(len(listing.columns))]
    at, starts = 0, []
    for column, spanned in zip(listing.columns, spans, strict=True):
        starts.append(at)
        for title in _titles(column, spanned):
            sheet.write_string(0, at, as_text(title), heading)
            sheet.set_column(at, at, WIDTHS[column.kind])
            at += 1
    for number, row in enumerate(listing.rows, 1):
        for cell, column, start, spanned in zip(row, listing.columns, starts, spans, strict=True):
            for k, value in enumerate(_values(cell, spanned)):
                style = marked if isinstance(cell, Marked) else styles[column.kind]
                write_cell(sheet, number, start + k, value, style)
    sheet.freeze_panes(1, 1)
    if listing.rows:
        sheet.autofilter(0, 0, len(listing.rows), max(at - 1, 0))
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _titles(column: Column, spanned: bool) -> list[str]:
    title = str(column.heading)
    if not spanned:
        return [title]
    return [
        str(_("{title}, at least", title=title)),
        str(_("{title}, at most", title=title)),
        str(_("{title}, in words", title=title)),
    ]


def _values(cell: Cell, spanned: bool) -> list[object]:
    """What the cells hold: numbers as numbers, an interval's ends and what it says."""
    if isinstance(cell, Interval):
        ends: list[object] = [float(end) if end.is_finite() else None for end in (cell.low, cell.high)]
        says = _("no plan") if cell.is_endless else "" if cell.is_distinguishable else _("not distinguishable")
        return [*ends, str(says)]
    if cell is None:
        value: object = None
    elif isinstance(cell, Decimal):
        value = float(cell)
    elif isinstance(cell, int):
        value = cell
    else:
        words = str(cell.words if isinstance(cell, Marked) else cell)
        return [None, None, words] if spanned else [words]
    return [value, None, None] if spanned else [value]
