"""The workbook of a study to fill in, a sheet per table, empty or with its rows; not for problems (`template`)."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xlsxwriter

from secondsource.language import Message, _
from secondsource.problem import sheets
from secondsource.problem.cells import converter, describe
from secondsource.problem.drafts import SETTINGS_TABLE
from secondsource.problem.studies.study import Form, Study
from secondsource.reports.sheet_cells import write_cell
from secondsource.reports.template import (
    FREE_ROWS,
    LIST_SHEET,
    LISTED_ROWS,
    NOTE,
    SETTINGS_COLUMNS,
    Look,
    column_width,
    print_setup,
    validation,
    write_lists,
    write_wide,
)
from secondsource.reports.template_guide import column_note, default_words

ASKS: Mapping[str, Message] = {
    "makebuy": _(
        "Make or buy: which way of getting one piece of work done is cheapest, from which volume, how surely."
    ),
    "landed": _("Landed cost: what a good costs once it is where it is needed, from each seller and by each way."),
    "labour": _("Labour: what an hour of work done costs in each place, all that comes on top of the pay included."),
    "qualify": _("Qualification: who can do it, what each lacks, who is first, and how surely."),
    "quality": _("Quality and image: what a defect, a lost customer and a shortage cost."),
}


def write_study_template(path: Path, form: Form, study: Study | None = None) -> None:
    """Write the workbook of a kind of study, in the reader's language, with the rows of `study` if one is given.

    Raises
    ------
    OSError
        The file is there already (nobody's work is overwritten), or cannot be written.
    """
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        look = Look(book)
        guide = book.add_worksheet(sheets.GUIDE)
        names = [*form.required, SETTINGS_TABLE, *(name for name in form.tables if name not in form.required)]
        for name in names:
            sheet = book.add_worksheet(name)
            if name == SETTINGS_TABLE:
                _write_settings(sheet, look, form, study)
            else:
                _write_table(sheet, look, form, name, study)
        write_lists(book.add_worksheet(LIST_SHEET))
        _write_guide(guide, look, form, path.name, names)
        guide.activate()
    with path.open("xb") as file:
        file.write(content.getvalue())


def _write_table(sheet: Any, look: Look, form: Form, name: str, study: Study | None) -> None:
    specs = form.tables[name].columns()
    rows = [] if study is None else [study.tables[name].row(row) for row in range(len(study.tables[name]))]
    sheet.freeze_panes(1, sum(spec.key for spec in specs.values()))
    for column, (title, spec) in enumerate(specs.items()):
        sheet.write_string(0, column, title, look.heading(spec))
        sheet.write_comment(0, column, column_note(title, spec, ""), NOTE)
        style = look.cell(spec)
        for row in range(1, len(rows) + FREE_ROWS + 1):
            value = rows[row - 1].get(title) if row <= len(rows) else None
            write_cell(sheet, row, column, None if value == spec.default else value, style, style)
        check = validation(title, spec, form.tables)
        sheet.data_validation(1, column, len(rows) + LISTED_ROWS, column, check)
        sheet.set_column(column, column, column_width(title, spec))
    print_setup(sheet)


def _write_settings(sheet: Any, look: Look, form: Form, study: Study | None) -> None:
    given = {name: (value, source, note) for name, value, source, note in (study.given if study else ())}
    sheet.freeze_panes(1, 1)
    for column, (title, spec) in enumerate(SETTINGS_COLUMNS.items()):
        sheet.write_string(0, column, title, look.heading(spec))
        sheet.set_column(column, column, (20, 24, 30, 30)[column])
    for row, (name, spec) in enumerate(form.settings.items(), start=1):
        value, source, note = given.get(name, ("", "", ""))
        style = look.cell(spec)
        sheet.write_string(row, 0, name, style)
        meaning = [str(_(spec.meaning)), str(_("Expected: {what}.", what=describe(spec))), str(default_words("", spec))]
        sheet.write_comment(row, 0, "\n".join(meaning), NOTE)
        write_cell(sheet, row, 1, converter(name, spec, ".")(value) if value else None, style, style)
        sheet.data_validation(row, 1, row, 1, validation(name, spec, form.tables))
        write_cell(sheet, row, 2, source, look.cell(SETTINGS_COLUMNS["source"]))
        write_cell(sheet, row, 3, note, look.cell(SETTINGS_COLUMNS["note"]))
    print_setup(sheet)


def _write_guide(sheet: Any, look: Look, form: Form, file: str, names: list[str]) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 4)
    sheet.set_column(1, 1, 20)
    sheet.set_column(2, 2, 84)
    ink = look.style(bold=True, font_size=16)
    sheet.write_string(0, 1, str(_("A study to fill in")), ink)
    write_wide(sheet, 1, str(ASKS[form.name]), look.style(text_wrap=True))
    command = _("Fill in, save, then: secondsource {command} {file} --out out", command=form.name, file=file)
    write_wide(sheet, 2, str(command), look.style(text_wrap=True))
    row = 4
    sheet.write_string(row, 1, str(_("The sheets (* must be filled in)")), look.style(bold=True, font_size=13))
    for name in names:
        row += 1
        sheet.write_string(row, 0, "*" if name in form.required else "", look.style(align="right", bold=True))
        sheet.write_url(row, 1, f"internal:'{name}'!A1", look.style(font_color="#0563C1", underline=1), name)
        columns = form.settings if name == SETTINGS_TABLE else form.tables[name].columns()
        shown = ", ".join(title for title in columns if title not in ("source", "note"))
        sheet.write_string(row, 2, shown, look.style(text_wrap=True))
    sheet.set_portrait()
    sheet.fit_to_pages(1, 0)
