"""The workbook to fill in for histories or risks: a guide, and a sheet per table; not for a problem's (`template`)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import xlsxwriter

from secondsource.language import Message, _
from secondsource.problem import sheets
from secondsource.problem.side_tables import Specs

WIDE, NARROW = 70, 18


def write_side_template(path: Path, specs: Specs) -> None:
    """Write the workbook, in the reader's language.

    Raises
    ------
    OSError
        The file is there already (nobody's work is overwritten), or cannot be written.
    """
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        head = book.add_format({"bold": True, "bg_color": "#DCE6F0", "border": 1})
        needed = book.add_format({"bold": True, "bg_color": "#1B2430", "font_color": "#FFFFFF", "border": 1})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        guide = book.add_worksheet(sheets.GUIDE)
        row = _write_guide_head(guide, book, wrapped)
        day, text = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "@"})
        for table, columns in specs.items():
            sheet = book.add_worksheet(table)
            sheet.freeze_panes(1, 0)
            guide.write_string(row, 0, table, head)
            row += 1
            for place, (name, spec) in enumerate(columns.items()):
                meaning = str(_(spec.meaning))
                form = day if spec.kind == "date" else None if spec.kind in ("number", "whole") else text
                sheet.set_column(place, place, NARROW, form)
                sheet.write_string(0, place, name, needed if spec.required else head)
                sheet.write_comment(0, place, meaning)
                if spec.choices:
                    sheet.data_validation(1, place, 10_000, place, {"validate": "list", "source": list(spec.choices)})
                guide.write_string(row, 1, name)
                guide.write_string(row, 2, meaning, wrapped)
                guide.write_string(row, 3, str(_kind(spec)), wrapped)
                row += 1
        guide.activate()
    with path.open("xb") as file:
        file.write(content.getvalue())


def _write_guide_head(guide: Any, book: Any, wrapped: Any) -> int:
    bold = book.add_format({"bold": True, "font_size": 14})
    guide.set_column(0, 1, NARROW)
    guide.set_column(2, 3, WIDE)
    guide.write_string(0, 0, str(_("Tables beside a problem")), bold)
    told = _(
        "Fill in the sheets; dark headings must be filled in, the others may stay empty. Sheets that stay empty count "
        "as not there. Dates are written 2026-01-31."
    )
    guide.merge_range(1, 0, 1, 3, str(told), wrapped)
    return 3


def _kind(spec: Any) -> Message | str:
    if spec.choices:
        return ", ".join(spec.choices)
    return _("needed") if spec.required else ""
