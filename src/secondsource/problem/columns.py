"""Columns of a table as immutable values: exact numbers with their float view; not for reading files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal, overload

import numpy as np

from secondsource.arrays import Exacts, Floats, Integers

Kind = Literal["text", "number", "whole", "boolean", "date", "choice", "currency", "country"]


class Numbers(Sequence["Decimal | None"]):
    """A column of exact numbers, None where the cell is empty, with views for calculation.

    >>> column = Numbers([Decimal("0.1"), None])
    >>> column.floats
    array([0.1, nan])
    >>> column.fractions[0]
    Fraction(1, 10)
    """

    __slots__ = ("__dict__", "exact")

    def __init__(self, exact: Sequence[Decimal | None]) -> None:
        self.exact: tuple[Decimal | None, ...] = tuple(exact)

    @overload
    def __getitem__(self, index: int) -> Decimal | None: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Decimal | None]: ...
    def __getitem__(self, index: int | slice) -> Decimal | Sequence[Decimal | None] | None:
        return self.exact[index]

    def __len__(self) -> int:
        return len(self.exact)

    def __iter__(self) -> Iterator[Decimal | None]:
        return iter(self.exact)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Numbers) and self.exact == other.exact

    def __hash__(self) -> int:
        return hash(self.exact)

    def __repr__(self) -> str:
        return f"Numbers({list(self.exact)!r})"

    @cached_property
    def floats(self) -> Floats:
        """The numbers as floats, NaN where empty, shape `(rows,)`."""
        values = np.array([np.nan if v is None else float(v) for v in self.exact], dtype=np.float64)
        values.setflags(write=False)
        return values

    @cached_property
    def fractions(self) -> Exacts:
        """The numbers as fractions, None where empty, shape `(rows,)`."""
        values = np.empty(len(self.exact), dtype=object)
        values[:] = [None if v is None else Fraction(v) for v in self.exact]
        values.setflags(write=False)
        return values

    def of(self, rows: Integers, exact: bool) -> Any:
        """Return the numbers of some rows, `(rows,)`: as fractions (only these are made) or as floats."""
        if not exact:
            return self.floats[rows]
        values = np.empty(len(rows), dtype=object)
        values[:] = [None if (v := self.exact[row]) is None else Fraction(v) for row in rows.tolist()]
        return values


@dataclass(frozen=True)
class Column:
    """What one column of FORMAT.md may hold.

    Attributes
    ----------
    kind
        How a cell is read.
    key
        Whether the column is (part of) the table's key.
    required
        Whether an empty cell is a fault.
    default
        What an empty cell stands for; None where that is decided from other columns, or there is no limit.
    low, high
        Least and greatest value allowed, None for no limit.
    above
        The value must be strictly greater than this.
    refers
        Table whose key the value must be ("items", "suppliers", "sites", "offers", "packages").
    choices
        The words allowed.
    meaning
        The column in one plain sentence (English; translated where it is shown).
    """

    kind: Kind
    meaning: str
    key: bool = False
    required: bool = False
    default: Any = None
    low: int | None = None
    high: int | None = None
    above: int | None = None
    refers: str = ""
    choices: tuple[str, ...] = ()


def column(kind: Kind, meaning: str, **limits: Any) -> Any:
    """Return the dataclass field of a column of this `kind`."""
    return field(metadata={"column": Column(kind, meaning, **limits)})
