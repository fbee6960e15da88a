"""Tables given as rows of {column: value}, from JSON or from elsewhere, as unchecked tables; not for what they mean."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from secondsource.language import _
from secondsource.problem import sheets
from secondsource.problem.sheets import Report, Sheet
from secondsource.problem.tables import TABLES

MOST_COLUMNS = 200
"""Columns of a table that are read at most; no table of the format has a quarter as many."""


class _Doubled(dict[str, Any]):
    """A JSON object that names a key more than once."""

    doubled: str = ""


def parse_json(text: str, place: str) -> Any:
    """Return the value of a JSON text: numbers exact (`Decimal`), NaN and infinities as floats to be refused.

    Raises
    ------
    InvalidInput
        It is not JSON, is nested too deeply, or holds more than `MAX_CELLS` values.
    """
    if sum(text.count(mark) for mark in "[{,") > sheets.MAX_CELLS:
        raise sheets.unreadable(place, _("has more than {limit} values", limit=sheets.MAX_CELLS))
    if not text.strip():
        raise sheets.unreadable(place, _("is empty"))
    try:
        return json.loads(text, parse_float=_number, parse_int=_number, parse_constant=float, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        expected = _(
            "is not JSON, or is cut off (line {line}, column {column}: {reason})",
            line=error.lineno,
            column=error.colno,
            reason=error.msg,
        )
        raise sheets.unreadable(place, expected, row=error.lineno) from error
    except RecursionError as error:
        raise sheets.unreadable(place, _("is nested too deeply")) from error


def _number(text: str) -> Decimal | float:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent of twenty digits: refused where the cell is checked
        return math.inf


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    doubled = _Doubled(found)
    seen: set[str] = set()
    doubled.doubled = next(key for key, _value in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return doubled


def read_json(text: str, place: str, report: Report) -> list[Sheet]:
    """Return the tables of a JSON object `{TABLE: [row, ...]}`."""
    return sheets_of(parse_json(text, place), place, report)


def sheets_of(tables: object, place: str, report: Report, decimal_mark: str = ".") -> list[Sheet]:
    """Return the tables of `{TABLE: [{column: value}, ...]}`; `decimal_mark` as in `Sheet`."""
    if not isinstance(tables, Mapping):
        raise sheets.unreadable(place, _("expected an object of tables, {shape}", shape='{"items": [...], ...}'))
    if isinstance(tables, _Doubled):
        report.add(place, tables.doubled, 0, "", "", _("the table is there twice"))
    return [
        replace(_sheet(str(name), rows, place, report), decimal_mark=decimal_mark)
        for name, rows in tables.items()
        if not sheets.is_ignored(str(name))
    ]


def _sheet(table: str, rows: object, place: str, report: Report) -> Sheet:
    """One table; its columns stand in the order in which its rows first name them."""
    if isinstance(rows, str | bytes | Mapping) or not isinstance(rows, Iterable):
        report.add(
            place, table, 0, "", "", _("expected a list of rows, {shape}", shape='[{"column": value, ...}, ...]')
        )
        return Sheet(table, place, (), (), [], complete=False)
    kept: list[Mapping[str, Any]] = []
    lines: list[int] = []
    complete = True
    for line, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping):
            report.add(place, table, line, "", row, _("expected a row, {shape}", shape='{"column": value, ...}'))
            complete = False
            continue
        if isinstance(row, _Doubled):
            report.add(place, table, line, row.doubled, "", _("the column is there twice"))
        kept.append(row)
        lines.append(line)
    header = list(dict.fromkeys(name for row in kept for name in row))
    header = _without_excess(header, kept, lines, table, place, report)
    columns = tuple([row.get(name) for row in kept] for name in header)
    return Sheet(table, place, tuple(map(str, header)), columns, lines, complete=complete)


def _without_excess(
    header: list[str], rows: Sequence[Mapping[str, Any]], lines: Sequence[int], table: str, place: str, report: Report
) -> list[str]:
    """The first columns, where there are more than any table has: the others would be a column of blanks each."""
    if len(header) <= MOST_COLUMNS:
        return header
    report.add(place, table, 0, "", "", _("has {count} columns, more than any table", count=len(header)))
    known = TABLES[table].columns() if table in TABLES else {}
    return [name for name in header if name in known] or header[:1]
