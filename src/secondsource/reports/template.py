"""The workbook that a manager fills in: a guide, a sheet per table with notes and lists, examples; not for plans."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from secondsource.language import _
from secondsource.problem import sheets
from secondsource.problem.cells import converter, describe, plain
from secondsource.problem.codes import COUNTRIES, CURRENCIES
from secondsource.problem.columns import Column
from secondsource.problem.drafts import SETTINGS_TABLE
from secondsource.problem.tables import REQUIRED, SETTINGS, TABLES, Problem, Table
from secondsource.reports.sheet_cells import write_cell
from secondsource.reports.template_examples import EXAMPLES
from secondsource.reports.template_guide import HABITS, PURPOSES, STEPS, column_note, default_words

EXAMPLE_SHEET, LIST_SHEET = "_examples", "_lists"
FREE_ROWS = 60
"""Rows below the data that look like cells to be filled in."""
LISTED_ROWS = 5000
"""Rows that a drop-down list looks through."""
NEEDED, OPTIONAL = "#FFE699", "#FFF9E5"
INK, PALE, FONT = "#1F3A5F", "#DCE6F1", "Calibri"

_Row = Mapping[str, object]


@dataclass(frozen=True)
class Look:
    """The workbook being written, and the formats of its cells."""

    book: Any

    def style(self, **properties: Any) -> Any:
        """A format; equal ones are one in the file."""
        return self.book.add_format({"font_name": FONT, "valign": "top", **properties})

    def heading(self, spec: Column) -> Any:
        """The heading of a column: the * of a needed one is only shown, the cell holds the bare name."""
        if spec.key or spec.required:
            return self.style(bold=True, font_color="white", bg_color=INK, border=1, num_format='@" *"')
        return self.style(italic=True, font_color=INK, bg_color=PALE, border=1, num_format="@")

    def cell(self, spec: Column) -> Any:
        """A cell to be filled in."""
        is_needed = spec.key or spec.required
        return self.style(
            bg_color=NEEDED if is_needed else OPTIONAL,
            border=1,
            border_color="#D9D9D9",
            num_format=number_format(spec),
        )


def number_format(spec: Column) -> str:
    """Return how a cell of the column is shown: codes stay text, so that 007 keeps its zeros."""
    if spec.kind == "date":
        return "yyyy-mm-dd"
    return "General" if spec.kind in ("number", "whole", "boolean") else "@"


def write_template(path: Path, problem: Problem | None = None) -> None:
    """Write the workbook to fill in, in the reader's language, with the rows of `problem` in it if one is given.

    Reading it back gives a problem with the same digest: a number with more digits than a spreadsheet keeps is
    written as text.

    Raises
    ------
    OSError
        The file is there already (nobody's work is overwritten), or cannot be written.
    """
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        look = Look(book)
        names = (*REQUIRED, SETTINGS_TABLE, *(name for name in TABLES if name not in REQUIRED))
        guide = book.add_worksheet(sheets.GUIDE)
        examples = book.add_worksheet(EXAMPLE_SHEET)
        for name in names:
            sheet = book.add_worksheet(name)
            sheet.set_tab_color(INK if name in REQUIRED else PALE)
            if name == SETTINGS_TABLE:
                _write_settings(sheet, look, problem)
            else:
                _write_table(sheet, look, name, _rows(name, problem))
        write_lists(book.add_worksheet(LIST_SHEET))
        _write_guide(guide, look, path.name, names)
        _write_examples(examples, look, names)
        guide.activate()
    with path.open("xb") as file:
        file.write(content.getvalue())


def _rows(name: str, problem: Problem | None) -> list[_Row]:
    """The rows of a table; what is at its default stays empty."""
    if problem is None:
        return []
    table = problem.tables()[name]
    specs = table.columns()
    rows = [table.row(index) for index in range(len(table))]
    return [{c: None if value == specs[c].default else value for c, value in row.items()} for row in rows]


def _write_table(sheet: Any, look: Look, name: str, rows: Sequence[_Row]) -> None:
    specs = TABLES[name].columns()
    example = EXAMPLES[name][0]
    sheet.freeze_panes(1, sum(spec.key for spec in specs.values()))
    for column, (title, spec) in enumerate(specs.items()):
        sheet.write_string(0, column, title, look.heading(spec))
        sheet.write_comment(0, column, column_note(title, spec, example.get(title)), NOTE)
        style = look.cell(spec)
        for row in range(1, len(rows) + FREE_ROWS + 1):
            value = rows[row - 1].get(title) if row <= len(rows) else None
            write_cell(sheet, row, column, value, style, style)
        last = len(rows) + LISTED_ROWS
        sheet.data_validation(1, column, last, column, validation(title, spec))
        plain_style = look.style(num_format=number_format(spec))
        sheet.set_column(column, column, column_width(title, spec), plain_style)
    print_setup(sheet)


NOTE = {"x_scale": 2.2, "y_scale": 1.6, "author": "secondsource", "font_size": 9}


def column_width(title: str, spec: Column) -> float:
    """Return the width of a column, in characters."""
    wide = title in ("name", "reason", "evidence", "excluded_reason", "source", "note")
    return max(len(title) + 4, 26 if wide else 16 if spec.key or spec.refers else 9)


def print_setup(sheet: Any) -> None:
    """Set a sheet to print across, all columns on a page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def validation(title: str, spec: Column, tables: Mapping[str, type[Table]] = TABLES) -> dict[str, Any]:
    """Return what a spreadsheet program says of a wrong value; lists of names only warn, as they may come later."""
    says = {"error_title": "secondsource", "error_message": str(_("Expected: {what}.", what=describe(spec)))[:255]}
    if spec.kind == "boolean" or title == "own":
        return says | {"validate": "list", "source": ["true", "false"]}
    if spec.choices:
        return says | {"validate": "list", "source": list(spec.choices)}
    if spec.refers:
        return says | {"validate": "list", "source": _keys_of(spec.refers, tables), "error_type": "warning"}
    if spec.kind in ("currency", "country"):
        column, count = ("A", len(CURRENCIES)) if spec.kind == "currency" else ("B", len(COUNTRIES))
        source = f"={LIST_SHEET}!${column}$1:${column}${count}"
        return says | {"validate": "list", "source": source}
    if spec.kind == "date":
        return says | {"validate": "date", "criteria": ">=", "value": date(1900, 3, 1)}
    if spec.kind in ("number", "whole"):
        return says | _range(spec)
    return {"validate": "any"}


def _range(spec: Column) -> dict[str, Any]:
    kind = {"validate": "integer" if spec.kind == "whole" else "decimal"}
    if spec.above is not None:
        return kind | {"criteria": ">", "value": spec.above}
    low = spec.low if spec.low is not None else -1e30
    if spec.high is not None:
        return kind | {"criteria": "between", "minimum": low, "maximum": spec.high}
    return kind | {"criteria": ">=", "value": low}


def _keys_of(table: str, tables: Mapping[str, type[Table]]) -> str:
    """The formula of a list of the keys of a table, as many as there are."""
    (key,) = tables[table].key_columns()
    letters = sheets.letters(list(tables[table].columns()).index(key))
    cells = f"{table}!${letters}$2:${letters}${LISTED_ROWS}"
    return f"=OFFSET({table}!${letters}$2,0,0,MAX(1,COUNTA({cells})),1)"


SETTINGS_COLUMNS: Mapping[str, Column] = {
    "name": Column("text", "name of the setting", key=True, required=True),
    "value": Column("text", "its value"),
    "source": TABLES["items"].columns()["source"],
    "note": TABLES["items"].columns()["note"],
}


def _write_settings(sheet: Any, look: Look, problem: Problem | None) -> None:
    """All settings with their names; those that stay empty are at their defaults."""
    given = {name: (value, source, note) for name, value, source, note in (problem.given if problem else ())}
    sheet.freeze_panes(1, 1)
    for column, (title, spec) in enumerate(SETTINGS_COLUMNS.items()):
        sheet.write_string(0, column, title, look.heading(spec))
        sheet.set_column(column, column, (20, 16, 30, 30)[column])
    name_style = look.style(bg_color=PALE, border=1, border_color="#D9D9D9", num_format="@")
    for row, name in enumerate([*given, *(name for name in SETTINGS if name not in given)], start=1):
        spec = SETTINGS[name]
        value, source, note = given.get(name, ("", "", ""))
        style = look.cell(spec)
        sheet.write_string(row, 0, name, name_style)
        meaning = [str(_(spec.meaning)), str(_("Expected: {what}.", what=describe(spec))), str(default_words("", spec))]
        sheet.write_comment(row, 0, "\n".join(meaning), NOTE)
        write_cell(sheet, row, 1, converter(name, spec, ".")(value) if value else None, style, style)
        sheet.data_validation(row, 1, row, 1, validation(name, spec))
        text_style = look.cell(SETTINGS_COLUMNS["note"])
        write_cell(sheet, row, 2, source, text_style)
        write_cell(sheet, row, 3, note, text_style)
    print_setup(sheet)


def write_lists(sheet: Any) -> None:
    """Write the codes that drop-down lists offer, on a hidden sheet that the reader passes over."""
    for column, codes in enumerate((CURRENCIES, COUNTRIES)):
        for row, code in enumerate(sorted(codes)):
            sheet.write_string(row, column, code)
    sheet.hide()


def _write_guide(sheet: Any, look: Look, file: str, names: Sequence[str]) -> None:
    """The first sheet, in plain words."""
    big = look.style(bold=True, font_size=18, font_color=INK)
    section = look.style(bold=True, font_size=13, font_color=INK)
    text = look.style(text_wrap=True)
    mark = look.style(align="right", font_color=INK, bold=True)
    link = look.style(font_color="#0563C1", underline=1)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 4)
    sheet.set_column(1, 1, 20)
    sheet.set_column(2, 2, 84)
    sheet.set_row(0, 28)
    sheet.write_string(0, 1, str(_("Your sourcing problem")), big)
    intro = _("Fill in the yellow cells; secondsource finds what to make, what to buy from whom, and who stands by.")
    sheet.write_string(1, 1, str(intro), look.style())
    row = 3
    sheet.write_string(row, 1, str(_("How to go about it")), section)
    for number, step in enumerate(STEPS, start=1):
        row += 1
        words = str(step).replace("{file}", file)
        sheet.write_string(row, 0, f"{number}.", mark)
        write_wide(sheet, row, words, text)
    row += 2
    sheet.write_string(row, 1, str(_("The sheets (* must be filled in)")), section)
    for name in names:
        row += 1
        sheet.write_string(row, 0, "*" if name in REQUIRED else "", mark)
        sheet.write_url(row, 1, f"internal:'{name}'!A1", link, name)
        sheet.write_string(row, 2, str(PURPOSES[name]), text)
    row += 2
    sheet.write_string(row, 1, str(_("Colours and marks")), section)
    row = _write_legend(sheet, look, row)
    row += 2
    sheet.write_string(row, 1, str(_("What is good to know")), section)
    for habit in HABITS:
        row += 1
        sheet.write_string(row, 0, "•", mark)
        write_wide(sheet, row, str(habit), text)
    sheet.set_portrait()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def write_wide(sheet: Any, row: int, words: str, style: Any) -> None:
    """Write a text over both wide columns; its height must be given, as spreadsheets do not adapt merged cells."""
    sheet.merge_range(row, 1, row, 2, "", style)
    sheet.write_string(row, 1, words, style)
    sheet.set_row(row, 15.5 * (1 + len(words) // 116))


def _write_legend(sheet: Any, look: Look, row: int) -> int:
    text = look.style(text_wrap=True)
    optional = TABLES["items"].columns()["note"]
    needed = replace(optional, required=True)
    legend = (
        (look.heading(needed), "name", _("a column that is needed: dark heading with *")),
        (look.heading(optional), "name", _("a column that may stay empty: pale heading, slanted")),
        (look.cell(needed), "", _("a cell to fill in, needed")),
        (look.cell(optional), "", _("a cell to fill in, if you have the figure")),
    )
    for style, shown, words in legend:
        row += 1
        write_cell(sheet, row, 1, shown, style)
        sheet.write_string(row, 2, str(words), text)
    return row


def _write_examples(sheet: Any, look: Look, names: Sequence[str]) -> None:
    """Each table with a filled-in row or two, in grey: to look at, and to copy from."""
    grey = look.style(font_color="#595959", italic=True, bg_color="#F2F2F2", border=1, border_color="#D9D9D9")
    section = look.style(bold=True, font_size=12, font_color=INK)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 30, 17)
    words = _("Examples of filled-in rows, with made-up figures. This sheet is never read: fill in those after it.")
    sheet.write_string(0, 0, str(words), look.style(bold=True, font_size=14, font_color="#C00000"))
    row = 2
    for name in names:
        specs = SETTINGS_COLUMNS if name == SETTINGS_TABLE else TABLES[name].columns()
        sheet.write_string(row, 0, name, section)
        titles = [title for title in specs if any(title in example for example in EXAMPLES[name])]
        for column, title in enumerate(titles):
            sheet.write_string(row + 1, column, title, look.heading(specs[title]))
            for below, example in enumerate(EXAMPLES[name], start=2):
                write_cell(sheet, row + below, column, _shown(example.get(title)), grey)
        row += len(EXAMPLES[name]) + 3
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)


def _shown(value: object) -> object:
    """A truth value as the word that is typed."""
    return plain(value) if isinstance(value, bool) else value
