"""A mixed-integer linear program as arrays, and its builder; not for solving it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from secondsource.arrays import Booleans, Floats, Integers

NOT_RELAXABLE = -1


@dataclass(frozen=True)
class Family:
    """A run of rows or columns that one function made: `[start, stop)`."""

    name: str
    start: int
    stop: int


@dataclass(frozen=True)
class Program:
    """Minimise ``cost · x + offset`` subject to ``row_lower ≤ A x ≤ row_upper``, ``lower ≤ x ≤ upper``, some x whole.

    Attributes
    ----------
    cost, lower, upper, scale
        Of the columns, shape `(n,)`; `scale` is a typical size of the column's value (bounds are in natural units).
    whole
        Which columns are whole numbers, shape `(n,)`.
    row_lower, row_upper, group
        Of the rows, shape `(m,)`; `group` numbers the demand, limit or rule that a row belongs to, -1 for rows that
        only define what a column means and can never be relaxed.
    starts, columns, values
        The matrix row by row (compressed sparse rows), shapes `(m + 1,)`, `(nonzeros,)`, `(nonzeros,)`.
    groups
        Name of each group: (family of rows, number of the thing the row limits).
    """

    cost: Floats
    offset: float
    lower: Floats
    upper: Floats
    scale: Floats
    whole: Booleans
    row_lower: Floats
    row_upper: Floats
    group: Integers
    starts: npt.NDArray[np.int32]
    columns: npt.NDArray[np.int32]
    values: Floats
    groups: tuple[tuple[str, int], ...]
    column_families: tuple[Family, ...]
    row_families: tuple[Family, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.row_lower), len(self.cost)

    def row_name(self, row: int) -> str:
        """Return the name of a row: its family and its number in it."""
        return _name(self.row_families, row)

    def column_name(self, column: int) -> str:
        """Return the name of a column: its family and its number in it."""
        return _name(self.column_families, column)

    def without(self, dropped: Booleans) -> Program:
        """Return the program without the rows of the groups marked in `dropped`, shape `(groups,)`."""
        loose = (self.group >= 0) & dropped[self.group]
        return replace(
            self,
            row_lower=np.where(loose, -np.inf, self.row_lower),
            row_upper=np.where(loose, np.inf, self.row_upper),
        )

    def activity(self, x: Floats) -> Floats:
        """Return ``A x``, shape `(m,)`."""
        rows = np.repeat(np.arange(len(self.row_lower)), np.diff(self.starts))
        sums = np.bincount(rows, weights=self.values * x[self.columns], minlength=len(self.row_lower))
        return sums.astype(np.float64)


def _name(families: tuple[Family, ...], index: int) -> str:
    for family in families:
        if family.start <= index < family.stop:
            return f"{family.name}[{index - family.start}]"
    raise IndexError(index)


class ProgramBuilder:
    """Collects columns, rows and entries as arrays, family by family."""

    def __init__(self) -> None:
        self.offset = 0.0
        self._n = 0
        self._m = 0
        self._column_parts: list[tuple[Floats, Floats, Floats, Floats, Booleans]] = []
        self._row_parts: list[tuple[Floats, Floats, Integers]] = []
        self._entries: list[tuple[Integers, Integers, Floats]] = []
        self._extra_cost: list[tuple[Integers, Floats]] = []
        self._groups: dict[tuple[str, int], int] = {}
        self._column_families: list[Family] = []
        self._row_families: list[Family] = []

    def add_columns(
        self,
        family: str,
        count: int,
        *,
        lower: Any = 0.0,
        upper: Any = np.inf,
        cost: Any = 0.0,
        whole: Any = False,
        scale: Any = 1.0,
    ) -> Integers:
        """Add `count` columns and return their indices; each argument is one value or an array of shape `(count,)`."""
        part = (_spread(cost, count), _spread(lower, count), _spread(upper, count), _spread(scale, count))
        self._column_parts.append((*part, np.broadcast_to(np.asarray(whole, dtype=bool), (count,))))
        self._column_families.append(Family(family, self._n, self._n + count))
        self._n += count
        return np.arange(self._n - count, self._n)

    def add_rows(
        self, family: str, count: int, *, lower: Any = -np.inf, upper: Any = np.inf, limits: Any = None
    ) -> Integers:
        """Add `count` rows and return their indices.

        Parameters
        ----------
        limits
            Number of the thing (item, supplier, offer, rule, ...) that each row limits, one value or shape
            `(count,)`: rows of one family and one number are relaxed together. None: rows that define, not limit.
        """
        group = np.full(count, NOT_RELAXABLE)
        if limits is not None and count:
            numbers, place = np.unique(np.broadcast_to(np.asarray(limits), (count,)), return_inverse=True)
            ids = [self._groups.setdefault((family, int(number)), len(self._groups)) for number in numbers]
            group = np.array(ids, dtype=np.int64)[place]
        self._row_parts.append((_spread(lower, count), _spread(upper, count), group))
        self._row_families.append(Family(family, self._m, self._m + count))
        self._m += count
        return np.arange(self._m - count, self._m)

    def add_entries(self, rows: Any, columns: Any, values: Any) -> None:
        """Add `values` at (`rows`, `columns`); they broadcast against each other, and entries of one place add up."""
        rows, columns = np.broadcast_arrays(np.asarray(rows, dtype=np.int64), np.asarray(columns, dtype=np.int64))
        self._entries.append((rows, columns, _spread(values, len(rows))))

    def add_cost(self, columns: Any, values: Any) -> None:
        """Add `values` to the cost of `columns`; repeated columns add up."""
        columns = np.asarray(columns, dtype=np.int64)
        self._extra_cost.append((columns, _spread(values, len(columns))))

    def build(self) -> Program:
        """Return the program as collected so far."""
        cost, lower, upper, scale = (
            np.concatenate([part[k] for part in self._column_parts] or [np.zeros(0)]) for k in range(4)
        )
        whole = np.concatenate([part[4] for part in self._column_parts] or [np.zeros(0, dtype=bool)])
        for priced, values in self._extra_cost:
            cost = cost + np.bincount(priced, weights=values, minlength=self._n)
        row_lower = np.concatenate([part[0] for part in self._row_parts] or [np.zeros(0)])
        row_upper = np.concatenate([part[1] for part in self._row_parts] or [np.zeros(0)])
        group = np.concatenate([part[2] for part in self._row_parts] or [np.zeros(0, dtype=np.int64)])
        starts, columns, values = self._matrix()
        return Program(
            cost,
            self.offset,
            lower,
            upper,
            scale,
            whole,
            row_lower,
            row_upper,
            group,
            starts,
            columns,
            values,
            tuple(self._groups),
            tuple(self._column_families),
            tuple(self._row_families),
        )

    def _matrix(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], Floats]:
        """Return the entries as compressed rows, duplicates added up and zeros dropped."""
        rows = np.concatenate([part[0] for part in self._entries] or [np.zeros(0, dtype=np.int64)])
        columns = np.concatenate([part[1] for part in self._entries] or [np.zeros(0, dtype=np.int64)])
        values = np.concatenate([part[2] for part in self._entries] or [np.zeros(0)])
        keys = rows * max(self._n, 1) + columns
        order = np.argsort(keys, kind="stable")
        keys, values = keys[order], values[order]
        again = keys[1:] == keys[:-1]
        if again.any():
            first = np.flatnonzero(np.r_[True, ~again])
            keys, values = keys[first], np.add.reduceat(values, first)
        if not values.all():
            keys, values = keys[values != 0], values[values != 0]
        rows, columns = np.divmod(keys, max(self._n, 1))
        starts = np.zeros(self._m + 1, dtype=np.int32)
        np.cumsum(np.bincount(rows, minlength=self._m), out=starts[1:])
        return starts, columns.astype(np.int32), values


def _spread(values: Any, count: int) -> Floats:
    return np.broadcast_to(np.asarray(values, dtype=np.float64), (count,))
