"""Linear programs that grow and are solved again and again, each time from the basis before; not for whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from secondsource.arrays import Floats, Integers
from secondsource.solver.highs import QuietHighs

LARGEST_COST = 1000.0
"""Size to which the cost is scaled: HiGHS's tolerances are absolute."""


@dataclass(frozen=True)
class LinearPoint:
    """The optimum: its cost, the columns' values and reduced costs `(columns,)`, the rows' prices `(rows,)`."""

    cost: float
    x: Floats
    reduced: Floats
    price: Floats


class GrowingProgram:
    """Minimise ``cost · x`` subject to ``lower ≤ A x ≤ upper``, ``0 ≤ x ≤ limit``, with columns that come and go.

    Parameters
    ----------
    lower, upper
        Of the rows, `(rows,)`; entries and limits should be near 1.
    money
        Typical greatest cost of a column, by which costs are scaled.
    threads
        For HiGHS.
    """

    def __init__(self, lower: Floats, upper: Floats, money: float, threads: int = 1) -> None:
        self._highs = QuietHighs()  # type: ignore[no-untyped-call]
        self._money = LARGEST_COST / money if money > 0 else 1.0
        for name, value in (("output_flag", False), ("threads", threads)):
            self._highs.setOptionValue(name, value)
        nothing = np.zeros(0)
        starts = np.zeros(len(lower), dtype=np.int32)
        self._highs.addRows(len(lower), lower, upper, 0, starts, nothing.astype(np.int32), nothing)
        self.columns = 0

    def add_columns(self, cost: Floats, column: Integers, row: Integers, value: Floats, limit: Any = np.inf) -> None:
        """Add columns; `column` numbers those of the entries from 0 on, in rising order."""
        count = len(cost)
        starts = np.searchsorted(column, np.arange(count)).astype(np.int32)
        upper = np.broadcast_to(np.asarray(limit, dtype=np.float64), (count,)).copy()
        self._highs.addCols(
            count, cost * self._money, np.zeros(count), upper, len(row), starts, row.astype(np.int32), value
        )
        self.columns += count

    def limit(self, columns: Integers, upper: float, lower: float = 0.0) -> None:
        """Set the limits of columns."""
        n = len(columns)
        self._highs.changeColsBounds(n, columns.astype(np.int32), np.full(n, lower), np.full(n, upper))

    def cost(self, seconds: float | None = None) -> float:
        """Solve, and return the least cost; infinite where nothing fits or the time ended first."""
        self._highs.setOptionValue("time_limit", np.inf if seconds is None else self._highs.getRunTime() + seconds)
        self._highs.resetGlobalScheduler(True)
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return np.inf
        return float(self._highs.getInfo().objective_function_value) / self._money

    def point(self) -> LinearPoint:
        """Return the optimum that was last found."""
        solution = self._highs.getSolution()
        return LinearPoint(
            float(self._highs.getInfo().objective_function_value) / self._money,
            np.array(solution.col_value),
            np.array(solution.col_dual) / self._money,
            np.array(solution.row_dual) / self._money,
        )
