"""Whole columns of cells as values, each distinct cell converted once; not for what a single cell means (`cells`)."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np

from secondsource.language import Message, _
from secondsource.problem.cells import (
    DIGITS,
    LARGEST,
    LONGEST_TEXT,
    Convert,
    Refused,
    converter,
    default_of,
    holds_names,
)
from secondsource.problem.columns import Column
from secondsource.problem.sheets import Broken, Cell

_SIMPLE = frozenset((str, float, int, Decimal, bool, date, datetime, time, type(None), Broken))
_EMPTY = ("", None)

# What a text of a column may have in it that is worth a closer look: control characters, errors, blank lines.
_ODD = re.compile(r"[^\t\n\x20-\x7e\u00a1-\ud7ff\uf900-\ufffd\U00010000-\U000effff]|#|Err:|^\s*$", re.MULTILINE)
_ODD_ENDS = re.compile(r"^\s|\s$|\t", re.MULTILINE)
_NUMBERS = re.compile(r"(?:-?[0-9]{1,20}(?:\.[0-9]{0,20})?\n)*")


class Converted(NamedTuple):
    """The values of a column, None where a cell is refused; and the rows of such cells, with what was expected."""

    values: list[Any]
    refused: list[tuple[int, Message]]


def convert(cells: Sequence[Cell], name: str, column: Column, decimal_mark: str) -> Converted:
    """Return the values of the column of this name; empty cells become its default."""
    kinds = set(map(type, cells))
    if not kinds <= _SIMPLE:
        cells = [_simple(cell) for cell in cells]
        kinds = set(map(type, cells))
    one = converter(name, column, decimal_mark)
    if bool in kinds and len(kinds) > 1:
        return _convert_apart(cells, one)
    try:
        distinct = set(cells)
    except TypeError:  # a signalling NaN cannot be looked up
        cells = [_simple(cell) for cell in cells]
        distinct = set(cells)
    has_empty = not distinct.isdisjoint(_EMPTY)
    distinct.difference_update(_EMPTY)
    if not (has_empty and column.required):
        known = _at_once(distinct, kinds - {type(None)}, name, column, decimal_mark)
        if known is not None:
            known |= dict.fromkeys(_EMPTY, default_of(column))
            return Converted(list(map(known.__getitem__, cells)), [])
    return _convert_each(cells, one)


def _convert_each(cells: Sequence[Cell], one: Convert) -> Converted:
    """The values, cell by distinct cell."""
    known: dict[Cell, Any] = {}
    bad: dict[Cell, Message] = {}
    for cell in set(cells):
        try:
            known[cell] = one(cell)
        except Refused as refused:
            known[cell] = None
            bad[cell] = refused.expected
    refused_rows = [(row, bad[cell]) for row, cell in enumerate(cells) if cell in bad] if bad else []
    return Converted([known[cell] for cell in cells], refused_rows)


def _convert_apart(cells: Sequence[Cell], one: Convert) -> Converted:
    """As `_convert_each`, truth values apart from numbers: for Python `True == 1`."""
    flags = [row for row, cell in enumerate(cells) if type(cell) is bool]
    others = [row for row, cell in enumerate(cells) if type(cell) is not bool]
    values: list[Any] = [None] * len(cells)
    refused: list[tuple[int, Message]] = []
    for rows in (flags, others):
        found = _convert_each([cells[row] for row in rows], one)
        for row, value in zip(rows, found.values, strict=True):
            values[row] = value
        refused.extend((rows[at], expected) for at, expected in found.refused)
    return Converted(values, sorted(refused, key=lambda refusal: refusal[0]))


def _simple(cell: object) -> Cell:
    """A value from elsewhere as one that is known here, and that can be looked up."""
    if isinstance(cell, np.generic):
        cell = cell.item()
    if isinstance(cell, Decimal) and cell.is_snan():
        return math.nan
    if type(cell) in _SIMPLE:
        return cell
    for kind in (str, int, float):
        if isinstance(cell, kind):
            return kind(cell)
    if isinstance(cell, Decimal | date | time):
        return cell
    return Broken(str(cell), _("expected text, a number, true or false, or a date"))


def _at_once(
    distinct: set[Cell], kinds: set[type], name: str, column: Column, decimal_mark: str
) -> dict[Cell, Any] | None:
    """The value of each cell, where all are plainly in order; None where one needs a closer look.

    It finds nothing that a cell's own conversion would not: it only saves the time of looking at each.
    """
    if not distinct:
        return {}
    if column.kind == "text" and kinds == {str}:
        return _texts_at_once(distinct, holds_names(name, column))
    if column.kind not in ("number", "whole"):
        return None
    if kinds <= {str}:
        joined = "\n".join((*distinct, ""))
        if decimal_mark != ".":
            joined = joined.translate({ord(","): ".", ord("."): ","})
        if not _NUMBERS.fullmatch(joined) or "-0" in joined:
            return None
        numbers = dict(zip(distinct, map(Decimal, joined.split("\n")), strict=False))
    elif all(type(cell) is float for cell in distinct):
        if not all(map(math.isfinite, distinct)) or max(map(abs, distinct)) >= LARGEST:
            return None
        # As `exact`: the shortest number that reads so; whole ones without a point.
        numbers = {cell: Decimal(repr(cell).removesuffix(".0")) for cell in distinct}
    elif all(
        type(cell) is Decimal and cell.is_finite() and int(cell.as_tuple().exponent) >= -DIGITS for cell in distinct
    ):
        numbers = {cell: cell or Decimal(0) for cell in distinct}
    else:
        return None
    return numbers if numbers and _are_within(numbers, column) else None


def _texts_at_once(distinct: set[str], are_names: bool) -> dict[Cell, Any] | None:
    joined = "\n".join(distinct)
    if _ODD.search(joined) or max(map(len, distinct)) > LONGEST_TEXT:
        return None
    if are_names and (joined.count("\n") != len(distinct) - 1 or _ODD_ENDS.search(joined)):
        return None
    return dict(zip(distinct, distinct, strict=True))


def _are_within(numbers: dict[Cell, Decimal], column: Column) -> bool:
    least, most = min(numbers.values()), max(numbers.values())
    if (column.low is not None and least < column.low) or (column.above is not None and least <= column.above):
        return False
    if (column.high is not None and most > column.high) or most >= LARGEST or -least >= LARGEST:
        return False
    return column.kind != "whole" or all(number == int(number) for number in numbers.values())
