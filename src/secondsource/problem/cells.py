"""What a cell means: text, number, truth value, date or code; not for what it means beside other cells."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from secondsource.language import Message, _
from secondsource.problem.codes import COUNTRIES, CURRENCIES
from secondsource.problem.columns import Column
from secondsource.problem.nearest import Names
from secondsource.problem.sheets import Broken, Cell

_CALCULATED = re.compile(r"'*[=+\-@\t\r]")
"""How a text begins that spreadsheet programs calculate as they open a CSV file, behind any apostrophes."""

LONGEST_TEXT = 32_767
"""Characters of a text: what a cell of a spreadsheet holds."""
LARGEST = Decimal("1e30")
"""Numbers are below this; no limit is an empty cell, not a huge number."""
DIGITS = 400
"""Digits after the decimal point: the smallest number of a spreadsheet has fewer."""
EXACT_FLOAT = 10**15
"""Whole numbers from here on lose digits in a spreadsheet."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ERROR = re.compile(r"#(?:REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|N/A|SPILL!|CALC!|BLOCKED!)|Err:[0-9]{3}")


class Refused(Exception):
    """A cell that is not what its column asks for; carries what was expected."""

    def __init__(self, expected: Message) -> None:
        super().__init__(str(expected))
        self.expected = expected


Convert = Callable[[Cell], Any]


def converter(name: str, column: Column, decimal_mark: str) -> Convert:
    """Return the function that converts the cells of a column; the empty cell becomes the column's default."""
    default = default_of(column)
    is_name = holds_names(name, column)

    def one(cell: Cell) -> Any:
        if isinstance(cell, Broken):
            raise Refused(cell.expected)
        if cell is None or cell == "" or (isinstance(cell, str) and not cell.strip()):
            if column.required:
                raise Refused(_("is empty: expected {what}", what=describe(column)))
            return default
        if isinstance(cell, str) and _ERROR.fullmatch(cell.strip()):
            raise Refused(_("an error of the spreadsheet: expected a value"))
        if name == "own" and isinstance(cell, bool):  # the filter of a rule: a spreadsheet makes a truth value of it
            return cell if column.kind == "boolean" else plain(cell)
        if column.kind == "text":
            return to_name(cell) if is_name else to_text(cell)
        return _KINDS[column.kind](cell, column, decimal_mark)

    return one


def default_of(column: Column) -> Any:
    """Return what an empty cell of the column becomes."""
    is_number = column.kind in ("number", "whole") and column.default is not None
    return Decimal(column.default) if is_number else column.default


def holds_names(name: str, column: Column) -> bool:
    """Return whether the column's texts name something, so that a blank at their end would be another name."""
    return column.key or column.refers != "" or name in ("risk_group", "group", "category")


def describe(column: Column) -> Message:
    """Return what the cells of a column hold, in the reader's words."""
    if column.choices:
        return _("one of {choices}", choices=", ".join(column.choices))
    if column.refers:
        return _("a key of the table {table}", table=column.refers)
    if column.kind in ("number", "whole"):
        return _limits(column)
    return {
        "text": _("a text"),
        "boolean": _("true or false"),
        "date": _("a date such as 2026-12-31"),
        "currency": _("a currency code of ISO 4217 such as EUR"),
        "country": _("a country code of ISO 3166 such as DE"),
        "choice": _("a text"),
    }[column.kind]


def _limits(column: Column) -> Message:
    whole = column.kind == "whole"
    if column.above is not None and column.high is not None:
        return _("a number above {low}, up to {high}", low=column.above, high=column.high)
    if column.above is not None:
        return _("a number above {low}", low=column.above)
    if column.low is not None and column.high is not None:
        if whole:
            return _("a whole number from {low} to {high}", low=column.low, high=column.high)
        return _("a number from {low} to {high}", low=column.low, high=column.high)
    if column.low is not None:
        if whole:
            return _("a whole number, {low} or more", low=column.low)
        return _("a number, {low} or more", low=column.low)
    return _("a whole number") if whole else _("a number")


def to_text(cell: Cell) -> str:
    """Return a cell as text; a number stands for its digits, as spreadsheets make numbers of codes.

    Raises
    ------
    Refused
        It is a truth value, a date or a number that has lost digits, or a text that no file could hold.
    """
    if isinstance(cell, str):
        text = cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell
        if len(text) > LONGEST_TEXT:
            raise Refused(_("has {count} characters: expected {limit} at most", count=len(text), limit=LONGEST_TEXT))
        if _CONTROL.search(text):
            raise Refused(_("has a control character: expected a text that can be read"))
        return text
    if isinstance(cell, date | time):
        raise Refused(_("a date or time where a text is expected: format the cell as text and type it again"))
    if isinstance(cell, bool):
        raise Refused(_("true or false where a text is expected: format the cell as text and type it again"))
    if isinstance(cell, float) and not abs(cell) < EXACT_FLOAT:
        raise Refused(_("a number that has lost digits: expected a text; format the cell as text and type it again"))
    return plain(exact(cell))


def to_name(cell: Cell) -> str:
    """Return a cell as a key: a text on one line, without blanks at either end.

    Raises
    ------
    Refused
        As `to_text`, and for blanks at either end.
    """
    text = to_text(cell)
    if text != text.strip():
        raise Refused(_("has blanks before or after it: expected {text!r}", text=text.strip()))
    if "\n" in text or "\t" in text:
        raise Refused(_("has a line break or a tab in it: expected a short name"))
    return text


def exact(cell: Decimal | float | int) -> Decimal:
    """A finite number, exactly as it is written: a float stands for the shortest number that reads so."""
    if isinstance(cell, float):
        if not math.isfinite(cell):
            raise Refused(_("not a number: expected a finite one"))
        cell = Decimal(int(cell)) if cell.is_integer() and abs(cell) < EXACT_FLOAT else Decimal(repr(cell))
    elif isinstance(cell, int):
        cell = Decimal(cell) if cell.bit_length() < 1000 else LARGEST
    if not cell.is_finite():
        raise Refused(_("not a number: expected a finite one"))
    _sign, digits, exponent = cell.as_tuple()
    if not cell:
        return Decimal(0)
    if abs(cell) >= LARGEST or len(digits) > DIGITS or int(exponent) < -DIGITS:
        raise Refused(_("too large or too fine: expected a number below {limit}", limit="1e30"))
    return cell


def _written(text: str, column: Column, decimal_mark: str) -> Decimal:
    """The number that a text spells."""
    plain_text = text.strip()
    if decimal_mark == ",":
        plain_text = plain_text.translate({ord(","): ".", ord("."): ","})
    if _NUMBER.fullmatch(plain_text) and len(plain_text) <= DIGITS:
        try:
            return Decimal(plain_text)
        except InvalidOperation as error:
            raise Refused(_("too large or too fine: expected a number below {limit}", limit="1e30")) from error
    what = describe(column)
    if "%" in text:
        raise Refused(_("expected {what}, without a percent sign: 0.25 for 25 %", what=what))
    if text.strip().lstrip("+-").lower() in ("nan", "inf", "infinity"):
        raise Refused(_("not a number: expected {what}", what=what))
    if any(digit in text for digit in "0123456789"):
        if decimal_mark == ",":
            raise Refused(
                _("expected {what}, such as 1234,5: a decimal comma, no thousands separators, no units", what=what)
            )
        raise Refused(
            _("expected {what}, such as 1234.5: a decimal point, no thousands separators, no units", what=what)
        )
    raise Refused(_("expected {what}", what=what))


def to_number(cell: Cell, column: Column, decimal_mark: str) -> Decimal:
    """Return a cell as an exact number within the limits of its column; raises `Refused`."""
    if isinstance(cell, bool | date | time):
        raise Refused(_("expected {what}", what=describe(column)))
    number = exact(_written(cell, column, decimal_mark) if isinstance(cell, str) else cell)
    if column.kind == "whole" and number != int(number):
        raise Refused(_("expected {what}", what=describe(column)))
    too_low = column.low is not None and number < column.low
    too_high = column.high is not None and number > column.high
    if too_low or too_high or (column.above is not None and number <= column.above):
        raise Refused(_("expected {what}", what=describe(column)))
    return number


_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def to_flag(cell: Cell, column: Column, _mark: str) -> bool:
    """Return a cell as true or false; raises `Refused`."""
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, str) and cell.strip().lower() in _WORDS:
        return _WORDS[cell.strip().lower()]
    if isinstance(cell, int | float | Decimal) and cell in (0, 1):
        return cell == 1
    raise Refused(_("expected {what}", what=describe(column)))


def to_date(cell: Cell, column: Column, _mark: str) -> date:
    """Return a cell as a date; raises `Refused`."""
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date()
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return cell
    if isinstance(cell, str) and _DAY.fullmatch(cell.strip()):
        try:
            return date.fromisoformat(cell.strip())
        except ValueError as error:
            raise Refused(_("no such day: expected {what}", what=describe(column))) from error
    raise Refused(_("expected {what}, without a time", what=describe(column)))


def _to_word(words: frozenset[str] | tuple[str, ...], cell: Cell, column: Column) -> str:
    """One of the words allowed."""
    if isinstance(cell, str) and cell.strip() in words:
        return cell.strip()
    near = Names(words).nearest(cell.strip()) if isinstance(cell, str) else ""
    if near:
        raise Refused(_("expected {what}; did you mean {near!r}?", what=describe(column), near=near))
    raise Refused(_("expected {what}", what=describe(column)))


_KINDS: dict[str, Callable[[Cell, Column, str], Any]] = {
    "number": to_number,
    "whole": to_number,
    "boolean": to_flag,
    "date": to_date,
    "choice": lambda cell, column, _mark: _to_word(column.choices, cell, column),
    "currency": lambda cell, column, _mark: _to_word(CURRENCIES, cell, column),
    "country": lambda cell, column, _mark: _to_word(COUNTRIES, cell, column),
}


def plain(value: object) -> str:
    """Return a value as a file holds it: numbers with a decimal point and all their digits, dates ISO, true or false.

    >>> plain(Decimal("1E+3")), plain(Decimal("0.50")), plain(True)
    ('1000', '0.5', 'true')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def guarded(text: str) -> str:
    """Return a text as CSV holds it: an apostrophe before what a spreadsheet program would calculate.

    >>> guarded("=1+1"), guarded("'=1+1"), guarded("'tis"), guarded("display")
    ("'=1+1", "''=1+1", "'tis", 'display')
    """
    return f"'{text}" if _CALCULATED.match(text) else text


def unguarded(text: str) -> str:
    """Return a cell of a CSV file without the apostrophe of `guarded`.

    >>> unguarded(guarded("=1+1")), unguarded("'tis"), unguarded("-1")
    ('=1+1', "'tis", '-1')
    """
    return text[1:] if text.startswith("'") and _CALCULATED.match(text) else text
