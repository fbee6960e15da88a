"""A mixed-integer program with names instead of indices, for the plain program; it knows nothing of procurement.

Every quantity carries the size it may reach, and the solver sees it as a part of that size; every row is divided by its
largest coefficient. So one tolerance means the same in a row of money and in a row of grams.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import csr_array

TOLERANCE = 1e-9
AGREEMENT = 1e-7


class Undecided(Exception):
    """The solver contradicts itself, so the judge gives no verdict."""


@dataclass(frozen=True)
class Linear:
    """A constant and a multiple of each named quantity."""

    terms: dict[str, float] = field(default_factory=dict)
    constant: float = 0.0

    def __add__(self, other: Linear | float) -> Linear:
        if not isinstance(other, Linear):
            return Linear(self.terms, self.constant + other)
        terms = dict(self.terms)
        for name, factor in other.terms.items():
            terms[name] = terms.get(name, 0.0) + factor
        return Linear(terms, self.constant + other.constant)

    __radd__ = __add__

    def __mul__(self, factor: float) -> Linear:
        return Linear({name: factor * value for name, value in self.terms.items()}, factor * self.constant)

    __rmul__ = __mul__

    def __neg__(self) -> Linear:
        return self * -1.0

    def __sub__(self, other: Linear | float) -> Linear:
        return self + (-other)

    def __rsub__(self, other: float) -> Linear:
        return -self + other


def add_up(parts: Iterable[Linear | float]) -> Linear:
    """Return the sum of the parts; nothing adds up to zero."""
    result = Linear()
    for part in parts:
        result = result + part
    return result


@dataclass(frozen=True)
class Point:
    """Values of the named quantities in the best plan, and what it costs."""

    values: dict[str, float]
    cost: float

    def value(self, expression: Linear | float) -> float:
        if not isinstance(expression, Linear):
            return expression
        return expression.constant + math.fsum(f * self.values[n] for n, f in expression.terms.items())


class Program:
    """Named quantities, rows over them and a cost to be made as small as possible."""

    def __init__(self) -> None:
        self._size: dict[str, float] = {}
        self._high: dict[str, float] = {}
        self._whole: set[str] = set()
        self._rows: list[tuple[Linear, float, float]] = []
        self.cost = Linear()

    def quantity(self, name: str, size: float, bounded: bool = True) -> Linear:
        """Return a new quantity from 0 to `size`; where it is not `bounded`, `size` is only its order of magnitude."""
        if name in self._size:
            raise ValueError(f"{name} is there already")
        self._size[name] = size if size > 0 else 1.0
        self._high[name] = size if bounded else math.inf
        return Linear({name: 1.0})

    def count(self, name: str, high: int) -> Linear:
        """Return a new whole number from 0 to `high`."""
        self._whole.add(name)
        self._size[name] = 1.0
        self._high[name] = high
        return Linear({name: 1.0})

    def choice(self, name: str) -> Linear:
        """Return a new yes (1) or no (0)."""
        return self.count(name, 1)

    def at_most(self, left: Linear | float, right: Linear | float) -> None:
        self._row(left, right, -math.inf)

    def at_least(self, left: Linear | float, right: Linear | float) -> None:
        self._row(right, left, -math.inf)

    def equal(self, left: Linear | float, right: Linear | float) -> None:
        self._row(left, right, 0.0)

    def _row(self, left: Linear | float, right: Linear | float, low: float) -> None:
        """Demand `low <= left - right <= 0`."""
        row = Linear() + left - right
        self._rows.append((Linear(row.terms), low - row.constant, -row.constant))

    def either(self, name: str, choices: list[Linear]) -> Linear:
        """Return a choice that is yes exactly when one of the `choices` is."""
        result = self.choice(name)
        for choice in choices:
            self.at_least(result, choice)
        self.at_most(result, add_up(choices))
        return result

    def best(self) -> Point | None:
        """Return the cheapest point with clean whole numbers, None where the rows contradict one another.

        Raises
        ------
        Undecided
            if two runs do not agree about feasibility, or the rounded point costs more than the proved bound.
        """
        arrays = _Arrays(self)
        found = arrays.run({})
        if found.status == 2:
            again = arrays.run({"presolve": False, "mip_feasibility_tolerance": 1e-7})
            if again.status != 2:
                raise Undecided(f"infeasible with presolve, and without it: {again.message}")
            return None
        if found.status != 0:
            raise Undecided(str(found.message))
        clean = arrays.run({}, whole=np.round(found.x))
        if clean.status != 0:
            raise Undecided(f"the rounded point: {clean.message}")
        bound = found.fun if found.mip_dual_bound is None else found.mip_dual_bound
        if abs(clean.fun - bound) > AGREEMENT * max(1e-9, abs(clean.fun)):
            raise Undecided(f"the rounded point costs {clean.fun!r}, the bound is {bound!r}")
        return arrays.point(clean)


class _Arrays:
    """The program as scaled arrays for the solver."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.names = list(program._size)
        self.size = np.array([program._size[name] for name in self.names])
        self.high = np.array([program._high[name] for name in self.names]) / self.size
        self.is_whole = np.array([name in program._whole for name in self.names], dtype=float)
        column = {name: k for k, name in enumerate(self.names)}
        rows, columns, values, low, high = [], [], [], [], []
        for k, (row, row_low, row_high) in enumerate(program._rows):
            scaled = {column[n]: f * self.size[column[n]] for n, f in row.terms.items() if f}
            largest = max((abs(f) for f in scaled.values()), default=1.0)
            for c, factor in scaled.items():
                rows.append(k)
                columns.append(c)
                values.append(factor / largest)
            low.append(row_low / largest)
            high.append(row_high / largest)
        shape = (len(program._rows), len(self.names))
        self.rows = LinearConstraint(csr_array((values, (rows, columns)), shape=shape), np.array(low), np.array(high))
        self.cost = np.zeros(len(self.names))
        for name, factor in program.cost.terms.items():
            self.cost[column[name]] = factor * self.size[column[name]]
        largest_cost = float(np.abs(self.cost).max(initial=0.0))
        self.money = largest_cost / 1000 if largest_cost else 1.0

    def run(self, extra: dict[str, float | bool], whole: np.ndarray | None = None) -> OptimizeResult:
        """Return the solver's answer; `whole` fixes the whole numbers."""
        low = np.zeros(len(self.names)) if whole is None else np.where(self.is_whole, whole, 0.0)
        high = self.high if whole is None else np.where(self.is_whole, whole, self.high)
        options: Any = {
            "mip_rel_gap": 1e-9,
            "mip_abs_gap": 0.0,
            "mip_feasibility_tolerance": TOLERANCE,
            "primal_feasibility_tolerance": TOLERANCE,
            "dual_feasibility_tolerance": TOLERANCE,
            **extra,
        }
        with warnings.catch_warnings():
            # scipy passes the tolerances on to HiGHS and warns that it does not know them.
            warnings.simplefilter("ignore", RuntimeWarning)
            return milp(
                self.cost / self.money,
                constraints=self.rows,
                integrality=self.is_whole if whole is None else None,
                bounds=Bounds(low, high),
                options=options,
            )

    def point(self, found: OptimizeResult) -> Point:
        values = dict(zip(self.names, (found.x * self.size).tolist(), strict=True))
        values = {name: max(0.0, value) for name, value in values.items()}
        return Point(values, Point(values, 0.0).value(self.program.cost))
