"""The few ways in which secondsource refuses to go on; not for outcomes such as an infeasible plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from secondsource.language import Message


class SecondsourceError(Exception):
    """Whatever secondsource itself raises."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with an input, and where.

    Attributes
    ----------
    place
        File, sheet or folder the fault is in; empty where the input has no file.
    table, row, column
        Where in the problem; `row` is the line or row number that the user sees in the file (header = 1), 0 for none.
    value
        What was found, as text; empty where nothing was.
    expected
        What was expected there, with the way out ("did you mean ...?").
    """

    place: str
    table: str
    row: int
    column: str
    value: str
    expected: Message | str

    def __str__(self) -> str:
        from secondsource.language import _

        parts: list[str] = []
        if self.place:
            parts.append(self.place)
        if self.table:
            parts.append(str(_("{table} row {row}", table=self.table, row=self.row)) if self.row else self.table)
        if self.column:
            parts.append(str(_("column {column}", column=self.column)))
        where = ", ".join(parts)
        what = f"{self.value!r}: {self.expected}" if self.value else str(self.expected)
        return f"{where}: {what}" if where else what


class InvalidInput(SecondsourceError):
    """A problem, plan or option that cannot be used; carries every fault found."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class SolverFailed(SecondsourceError):
    """The solver stopped without saying what it found."""
