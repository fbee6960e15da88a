"""Single cells of the workbooks that are written for people: exact, never a formula; not for what stands in them."""

from __future__ import annotations

import math
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from secondsource.problem.cells import LONGEST_TEXT, plain
from secondsource.problem.write import FIRST_DATE

EXACT_DIGITS = 15
"""Digits of a number that every spreadsheet keeps."""


def write_cell(sheet: Any, row: int, column: int, value: object, style: Any = None, day: Any = None) -> None:
    """Write `value` so that it reads back as it is: what a spreadsheet would round, or calculate, is written as text.

    Parameters
    ----------
    style, day
        Formats of the cell, and of the cell if it is a date.
    """
    if value is None or value == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, Decimal | float | int) and _is_kept(value):
        sheet.write_number(row, column, float(value), style)
    elif isinstance(value, datetime) and value.time() != time():
        sheet.write_string(row, column, str(value), style)
    elif isinstance(value, date) and date(value.year, value.month, value.day) >= FIRST_DATE:
        sheet.write_datetime(row, column, value, day or style)
    else:
        sheet.write_string(row, column, as_text(plain(value)), style)


def _is_kept(value: Decimal | float | int) -> bool:
    """Whether a spreadsheet keeps all digits of a number."""
    try:
        as_float = float(value)
    except OverflowError:
        return False
    return math.isfinite(as_float) and Decimal(f"{as_float:.{EXACT_DIGITS}G}") == Decimal(str(value))


def as_text(text: str) -> str:
    r"""Return a text that a cell can hold: cut to its length, and without halves of characters.

    >>> as_text("=1+1"), as_text("half \ud800")
    ('=1+1', 'half ?')
    """
    return text[:LONGEST_TEXT].encode("utf-8", "replace").decode()
