"""The plan as an Excel workbook whose sums are live formulas; not for workbooks of problems (`problem.write`)."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_range, xl_rowcol_to_cell

from secondsource.language import Message, _
from secondsource.problem.plan import PARTS, Plan
from secondsource.problem.tables import Problem
from secondsource.reports import plan_sheets, words
from secondsource.reports.plan_sheets import Difference, Kind, Product, Ratio, RowSum, Sheet
from secondsource.reports.summary import summarise

FORMATS: dict[Kind, str] = {
    "quantity": "#,##0.00####",
    "money": "#,##0.00;[Red]-#,##0.00",
    "price": "#,##0.00####",
    "percent": "0.0%",
}
WIDTHS: dict[Kind, int] = {
    **{"text": 18, "long": 34, "wide": 96, "line": 34, "quantity": 14, "money": 17, "price": 14, "percent": 12},
    "any": 24,
}
WRAPPED: tuple[Kind, ...] = ("long", "wide")
WHOLE = "#,##0"
LINE_HEIGHT, MOST_LINES = 15, 8
MOST_TEXT = 32_767
"""Characters that a cell holds."""
MOST_NAME = 31
"""Characters that a sheet's name holds."""
INK, PALE, LINE = "#1B2430", "#E9EEF4", "#C9D2DC"


def write_workbook(plan: Plan, problem: Problem, path: Path, title: str = "") -> None:
    """Write the plan as a workbook: summary, awards, backups, failures, exposures, cost by item, flows, people,
    warnings, and the inputs with their sources.

    Text never becomes a formula or a link, whatever it begins with. Formulas carry their value, so that a program that
    does not calculate shows the same figures.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, options) as workbook:
        workbook.set_properties({"title": title[:200], "comments": f"secondsource {plan.version}".strip()})
        workbook.set_calc_mode("auto")
        _Book(workbook, plan, problem, title).write()
    path.write_bytes(content.getvalue())


class _Book:
    """The open workbook with its formats."""

    def __init__(self, workbook: Any, plan: Plan, problem: Problem, title: str) -> None:
        self.workbook, self.plan, self.problem, self.title = workbook, plan, problem, title
        self.names: set[str] = set()
        self.total_row, self.difference = 0, 0.0
        add = workbook.add_format
        self.cells = {
            kind: add({"valign": "top", "text_wrap": kind in WRAPPED} | _number(kind) | _indent(kind))
            for kind in WIDTHS
        }
        self.whole = add({"valign": "top", "num_format": WHOLE})
        self.whole_sum = add({"bold": True, "top": 1, "top_color": INK, "bg_color": PALE, "num_format": WHOLE})
        self.sums = {
            kind: add({"bold": True, "top": 1, "top_color": INK, "bg_color": PALE} | _number(kind)) for kind in WIDTHS
        }
        self.heading = add(
            {
                "bold": True,
                "text_wrap": True,
                "valign": "vcenter",
                "font_color": "#FFFFFF",
                "bg_color": INK,
                "border": 1,
                "align": "left",
                "indent": 1,
            }
            | {"border_color": LINE}
        )
        self.number_heading = add(
            {
                "bold": True,
                "text_wrap": True,
                "valign": "vcenter",
                "font_color": "#FFFFFF",
                "bg_color": INK,
                "border": 1,
            }
            | {"border_color": LINE, "align": "right"}
        )
        self.day = add({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"})
        self.note = add({"italic": True, "font_color": "#5C6773"})
        self.large = add({"bold": True, "font_size": 18, "font_color": INK})
        self.bold = add({"bold": True, "valign": "top", "indent": 1, "align": "left"})
        self.wrapped = add({"text_wrap": True, "valign": "top", "indent": 1, "align": "left"})
        self.figure = add({"bold": True, "font_size": 14, "align": "left"} | _number("money"))
        self.left = {kind: add({"align": "left", "valign": "top"} | _number(kind)) for kind in WIDTHS}

    def write(self) -> None:
        """Write every sheet: the summary stands first but is filled last, since it refers to the others."""
        plan, problem = self.plan, self.problem
        first = self._sheet(_("Summary"))
        by_item, last, saving = "", 0, None
        if plan.cost is not None:
            summary = summarise(plan, problem)
            saving = summary.saving
            costs = plan_sheets.cost_by_item(plan, problem)
            last = len(costs.rows)
            tables = [plan_sheets.awards(plan, problem), plan_sheets.backups(plan, problem)]
            tables += [plan_sheets.failures(plan, problem), plan_sheets.exposures(summary)]
            for table in tables:
                self._table(table)
            by_item = self._table(costs)
            self._table(plan_sheets.flows(plan, problem))
            self._table(plan_sheets.people(summary))
            if summary.baselines:
                self._table(plan_sheets.baseline(summary, problem))
            self._table(plan_sheets.made(plan))
        self._table(plan_sheets.warnings(plan))
        self._table(plan_sheets.inputs(problem))
        self._summary(first, by_item, last, saving)
        first.activate()

    def _sheet(self, name: Message) -> Any:
        """A new sheet, its name cut and cleaned as spreadsheet programs want it."""
        clean = "".join("-" if letter in "[]:*?/\\" else letter for letter in str(name)).strip("' ")[:MOST_NAME]
        number, unique = 1, clean or "-"
        while unique.casefold() in self.names:
            number += 1
            unique = f"{clean[: MOST_NAME - 4]} {number}"
        self.names.add(unique.casefold())
        sheet = self.workbook.add_worksheet(unique)
        sheet.hide_gridlines(2)
        sheet.set_paper(9)  # A4
        sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.6)
        heading = self.title.replace("&", "&&")[:100]
        sheet.set_header(f"&L{heading}&R&A")
        sheet.set_footer("&Lsecondsource&R&P / &N")
        return sheet

    def _table(self, table: Sheet) -> str:
        """Write a table with its sums in the last row, and return the name of its sheet."""
        sheet = self._sheet(table.name)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.freeze_panes(1, 2 if len(table.fields) > 6 else 1)
        sheet.repeat_rows(0)
        sheet.set_row(0, 32)
        for column, field in enumerate(table.fields):
            width = max(WIDTHS[field.kind], min(24, len(str(field.heading)) // 2 + 4))
            sheet.set_column(column, column, width)
            self._text(sheet, 0, column, field.heading, self.number_heading if _number(field.kind) else self.heading)
        for row, values in enumerate(table.rows, start=1):
            lines = _lines(table, values)
            if lines > 1:
                sheet.set_row(row, LINE_HEIGHT * lines)
            for column, value in enumerate(values):
                self._cell(sheet, row, column, value, table.fields[column].kind)
        end = len(table.rows)
        sheet.autofilter(0, 0, max(end, 1), len(table.fields) - 1)
        if end and any(field.summed for field in table.fields):
            self._sums(sheet, table)
        if not end:
            self._text(sheet, 1, 0, _("None"), self.note)
        if table.note is not None:
            self._text(sheet, end + 3, 0, table.note, self.note)
        return str(sheet.get_name())

    def _sums(self, sheet: Any, table: Sheet) -> None:
        row = len(table.rows) + 1
        for column, field in enumerate(table.fields):
            form = self.sums[field.kind]
            if field.summed:
                value = sum((_value(values[column]) for values in table.rows), Decimal(0))
                form = self.whole_sum if field.kind == "quantity" and _is_whole(value) else form
                sheet.write_formula(row, column, f"=SUM({xl_range(1, column, row - 1, column)})", form, float(value))
            elif column == 0:
                self._text(sheet, row, column, _("Total"), form)
            else:
                sheet.write_blank(row, column, None, form)

    def _cell(self, sheet: Any, row: int, column: int, value: Any, kind: Kind) -> None:
        form = self.whole if kind == "quantity" and _is_whole(_value(value)) else self.cells[kind]
        if isinstance(value, Ratio):
            above, below = (xl_rowcol_to_cell(row, at) for at in (value.above, value.below))
            sheet.write_formula(row, column, f"=IF({below}=0,0,{above}/{below})", form, float(value.value))
        elif isinstance(value, Product):
            one, other = (xl_rowcol_to_cell(row, at) for at in (value.one, value.other))
            sheet.write_formula(row, column, f"={one}*{other}", form, float(value.value))
        elif isinstance(value, Difference):
            first, less = (xl_rowcol_to_cell(row, at) for at in (value.first, value.less))
            sheet.write_formula(row, column, f"={first}-{less}", form, float(value.value))
        elif isinstance(value, RowSum):
            cells = xl_range(row, value.first, row, column - 1)
            sheet.write_formula(row, column, f"=SUM({cells})", form, float(value.value))
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value, form)
        elif isinstance(value, Decimal | int | float) and math.isfinite(float(value)):
            sheet.write_number(row, column, float(value), self.left["any"] if kind == "any" else form)
        elif isinstance(value, date) and value.year > 1900:
            sheet.write_datetime(row, column, value, self.day)
        elif value is not None and str(value):
            self._text(sheet, row, column, value, form)

    def _text(self, sheet: Any, row: int, column: int, value: object, form: Any) -> None:
        sheet.write_string(row, column, str(value)[:MOST_TEXT], form)

    def _summary(self, sheet: Any, by_item: str, last: int, saving: Decimal | None) -> None:
        """What the plan is, what it costs and how sure that is; `by_item` has `last` rows of cost parts to add up."""
        plan = self.plan
        sheet.set_portrait()
        sheet.fit_to_pages(1, 1)
        sheet.set_column(0, 0, 50)
        sheet.set_column(1, 1, 26)
        sheet.set_column(2, 2, 14)
        sheet.set_column(3, 3, 30)
        self._text(sheet, 0, 0, self.title or _("Sourcing plan"), self.large)
        row = self._facts(sheet, self._opening(saving))
        if plan.cost is None or not by_item:
            return
        row = self._cost(sheet, row + 1, by_item, last) + 1
        self._text(sheet, row + 1, 0, _("How sure this is"), self.bold)
        cost, bound = f"B{self.total_row + 1}", f"B{row + 3}"
        if plan.bound is not None:
            self._text(sheet, row + 2, 0, _("No plan that keeps the rules costs less than"), self.wrapped)
            sheet.write_number(row + 2, 1, float(plan.bound), self.left["money"])
            self._text(sheet, row + 3, 0, _("Gap = (cost − bound) / cost"), self.wrapped)
            gap = f"=IF({cost}=0,0,MAX(0,({cost}-{bound})/{cost}))"
            sheet.write_formula(row + 3, 1, gap, self.left["percent"], max(0.0, float(plan.gap or 0)))
        self._text(sheet, row + 4, 0, words.proof(plan), self.note)
        self._text(sheet, row + 5, 0, _("Cost stated in plan.json"), self.wrapped)
        sheet.write_number(row + 5, 1, float(plan.cost), self.left["money"])
        self._text(sheet, row + 6, 0, _("Difference from the total above"), self.wrapped)
        sheet.write_formula(row + 6, 1, f"=ROUND({cost}-B{row + 6}, 2)", self.left["money"], self.difference)
        self._text(sheet, 1, 0, _("Cost, {currency}", currency=plan.currency), self.bold)
        sheet.write_formula(1, 1, f"={cost}", self.figure, float(plan.cost))

    def _opening(self, saving: Decimal | None) -> Iterable[tuple[Message, object, Kind]]:
        plan = self.plan
        yield _("Status"), words.status(plan), "text"
        if plan.cost is not None:
            yield _("Cost is"), words.horizon(plan), "text"
        yield _("Currency"), plan.currency, "text"
        yield _("As of"), plan.as_of, "text"
        yield _("Figures marked as assumptions"), plan.assumptions, "any"
        yield _("Freight costs that are estimates"), plan.estimates, "any"
        if saving is not None:
            yield _("Saving against today's suppliers"), saving, "money"
        yield _("Awards"), len(plan.awards) + len(plan.packages), "any"
        yield _("Backups booked"), len(plan.backups), "any"
        yield _("Exposures"), len(plan.exposures), "any"
        yield _("Warnings"), len(plan.warnings), "any"
        yield _("Problem (digest)"), plan.problem_sha256[:12], "text"

    def _facts(self, sheet: Any, facts: Iterable[tuple[Message, object, Kind]]) -> int:
        row = 1
        for label, value, kind in facts:
            row += 1
            self._text(sheet, row, 0, label, self.wrapped)
            if isinstance(value, int | Decimal):
                sheet.write_number(row, 1, float(value), self.left[kind])
            else:
                self._text(sheet, row, 1, value, self.left[kind])
        return row

    def _cost(self, sheet: Any, row: int, by_item: str, last: int) -> int:
        """The cost parts, each the sum of its column in the sheet by item; return the last row written."""
        plan, place = self.plan, by_item.replace("'", "''")
        cost = plan.cost or Decimal(0)
        headings = (_("Cost part"), _("Amount, {currency}", currency=plan.currency), _("Share"))
        for column, heading in enumerate(headings):
            self._text(sheet, row + 1, column, heading, self.number_heading if column else self.heading)
        first = row + 2
        self.total_row = first + len(PARTS)
        for number, part in enumerate(PARTS):
            at, letter = first + number, xl_col_to_name(number + 2)
            self._text(sheet, at, 0, words.PARTS[part], self.cells["text"])
            amount = plan.breakdown.get(part, Decimal(0))
            total = f"='{place}'!{letter}{last + 2}" if last else "=0"
            sheet.write_formula(at, 1, total, self.cells["money"], float(amount))
            self._share(sheet, at, amount, cost, self.cells["percent"])
        self._text(sheet, self.total_row, 0, _("Total"), self.sums["text"])
        total = f"=SUM({xl_range(first, 1, self.total_row - 1, 1)})"
        added = sum((plan.breakdown.get(part, Decimal(0)) for part in PARTS), Decimal(0))
        self.difference = float(round(added - cost, 2))
        sheet.write_formula(self.total_row, 1, total, self.sums["money"], float(added))
        self._share(sheet, self.total_row, added, cost, self.sums["percent"])
        sheet.conditional_format(
            first, 2, self.total_row - 1, 2, {"type": "data_bar", "bar_color": "#9DB7D3", "bar_solid": True}
        )
        return self.total_row

    def _share(self, sheet: Any, row: int, amount: Decimal, cost: Decimal, form: Any) -> None:
        total = xl_rowcol_to_cell(self.total_row, 1, row_abs=True, col_abs=True)
        formula = f"=IF({total}=0,0,{xl_rowcol_to_cell(row, 1)}/{total})"
        sheet.write_formula(row, 2, formula, form, float(amount / cost) if cost else 0)


def _number(kind: Kind) -> dict[str, str]:
    return {"num_format": FORMATS[kind]} if kind in FORMATS else {}


def _indent(kind: Kind) -> dict[str, Any]:
    return {} if kind in FORMATS else {"indent": 1, "align": "left"}


def _is_whole(value: Decimal) -> bool:
    return value == value.to_integral_value()


def _lines(table: Sheet, values: Sequence[Any]) -> int:
    """How many lines the longest wrapped text of a row takes: not every program finds out by itself."""
    texts = (
        (str(value), WIDTHS[field.kind])
        for value, field in zip(values, table.fields, strict=True)
        if field.kind in WRAPPED and value
    )
    return min(MOST_LINES, max((-(-len(text) // width) for text, width in texts), default=1))


def _value(cell: Any) -> Decimal:
    """The number that a cell shows; nothing counts as zero."""
    found = cell.value if isinstance(cell, Ratio | Product | Difference | RowSum) else cell
    return found if isinstance(found, Decimal) else Decimal(0)
