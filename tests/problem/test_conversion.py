"""Converting a whole column at once gives what converting it cell by cell does."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from secondsource.language import Message
from secondsource.problem.cells import Refused, converter
from secondsource.problem.conversion import convert
from secondsource.problem.tables import TABLES

COLUMNS = [
    *[("items", "item"), ("items", "note"), ("items", "demand"), ("items", "max_share"), ("items", "backups")],
    *[
        ("bom", "quantity"),
        ("sites", "latitude"),
        ("suppliers", "own"),
        ("offers", "valid_until"),
        ("sites", "country"),
    ],
    *[("offers", "price_break_kind"), ("offers", "currency"), ("items", "category"), ("rules", "own")],
]
ODD_TEXTS = [
    *["", " ", "a", " a", "a\n", "1", "1.5", "1,5", "-0", "-1", "2", "1e3", "0.5", "3", "1" + "0" * 32, "true", "no"],
    *["2026-01-01", "DE", "EUR", "#REF!", "#", "Err:502", "\r", "\x00", "\ufeff", "0" * 30, "all_units"],
]
TEXTS = st.text(max_size=4) | st.sampled_from(ODD_TEXTS)
NUMBERS = (
    st.floats(width=32) | st.integers(-3, 10**16) | st.decimals(-(10**31), 10**31) | st.sampled_from([1e15, -0.0, 0])
)
CELLS = st.lists(TEXTS) | st.lists(NUMBERS.map(float)) | st.lists(st.decimals()) | st.lists(TEXTS | NUMBERS | st.none())
MIXED = st.lists(TEXTS | NUMBERS | st.booleans() | st.none() | st.dates() | st.datetimes())


def one_by_one(cells: list[Any], table: str, name: str, mark: str) -> tuple[list[Any], list[tuple[int, Message]]]:
    one = converter(name, TABLES[table].columns()[name], mark)
    values: list[Any] = []
    refused = []
    for row, cell in enumerate(cells):
        try:
            values.append(one(math.nan if isinstance(cell, Decimal) and cell.is_snan() else cell))
        except Refused as refusal:
            values.append(None)
            refused.append((row, refusal.expected))
    return values, refused


@given(st.sampled_from(COLUMNS), CELLS | MIXED, st.sampled_from([".", ","]))
@example(("items", "demand"), ["-0", "1.50"], ".")
@example(("items", "demand"), ["1,50", "2"], ",")
@example(("items", "demand"), [Decimal("1e-500")], ".")
@example(("items", "demand"), [1, True, 1.0, Decimal(1)], ".")
@example(("items", "note"), ["a\n\nb", "c"], ".")
@example(("items", "item"), ["a\x85", "b"], ".")
@example(("items", "demand"), [datetime(2026, 1, 1), date(2026, 1, 1)], ".")  # noqa: DTZ001
def test_a_column_is_converted_as_its_cells_are(column: tuple[str, str], cells: list[Any], mark: str) -> None:
    table, name = column
    found = convert(cells, name, TABLES[table].columns()[name], mark)
    values, refused = one_by_one(cells, table, name, mark)
    assert found.refused == refused
    assert found.values == values
    assert list(map(type, found.values)) == list(map(type, values))
