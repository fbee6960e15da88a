"""The faults of an input, as a table that a person reads or as JSON; not for finding them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from secondsource.errors import Fault
from secondsource.language import _, plural


def show(found: Sequence[Fault], console: Console) -> None:
    """Print every fault: table, row, column, value and expectation."""
    count = plural(
        "{count} fault; nothing of the input was used", "{count} faults; nothing of the input was used", len(found)
    )
    if not any(fault.table or fault.column for fault in found):
        for fault in found:
            console.print(Text(str(fault), style="bold red"), soft_wrap=True)
        return
    places = {fault.place for fault in found if fault.place}
    heading = Text(f"✗ {count}", style="bold red")
    if len(places) == 1:
        heading.append(f": {places.pop()}", style="default")
    console.print(heading)
    console.print(_table(found))


def _table(found: Sequence[Fault]) -> Table:
    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0), pad_edge=False)
    cells = {
        _("File"): [fault.place for fault in found] if len({fault.place for fault in found}) > 1 else [],
        _("Table"): [fault.table for fault in found],
        _("Row"): [str(fault.row) if fault.row else "" for fault in found],
        _("Column"): [fault.column for fault in found],
        _("Found"): [fault.value for fault in found],
        _("Expected"): [str(fault.expected) for fault in found],
    }
    filled = {heading: column for heading, column in cells.items() if any(column)}
    for heading in filled:
        table.add_column(str(heading), justify="right" if heading == _("Row") else "left", overflow="fold")
    for row in zip(*filled.values(), strict=True):
        table.add_row(*(Text(cell) for cell in row))
    return table


def as_json(found: Sequence[Fault]) -> list[dict[str, Any]]:
    """Return the faults as JSON objects; a row of null where the fault is of no single row."""
    return [
        {
            "place": fault.place,
            "table": fault.table,
            "row": fault.row or None,
            "column": fault.column,
            "value": fault.value,
            "expected": str(fault.expected),
        }
        for fault in found
    ]
