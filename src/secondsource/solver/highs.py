"""Solves programs with HiGHS; one of the two files that know its API (`linear` is the other).

HiGHS works with absolute tolerances, so it is handed a program in which columns, rows and cost are near 1: columns by
the builder's `scale`, rows by the geometric mean of their entries (so that a small entry, such as the least award's, is
not below the tolerance), the cost by its greatest entry. What comes back is in natural units.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import highspy
import numpy as np

from secondsource.arrays import Floats
from secondsource.errors import SolverFailed
from secondsource.solver.program import Program

Outcome = Literal["optimal", "feasible", "infeasible", "unbounded", "nothing in time"]
TOLERANCE = 1e-9
"""Of rows, bounds and whole numbers. At its usual 1e-6 HiGHS 1.16 called 8 of 1,000 random plans optimal that were up
to 4 % too dear."""
PROGRESS_EVERY = 0.5


@dataclass(frozen=True)
class Progress:
    """Where a solve stands: seconds since its start, best bound, best plan's cost, gap as a share of that cost."""

    seconds: float
    bound: float | None
    best: float | None
    gap: float | None


@dataclass(frozen=True)
class Limits:
    """When to stop: at this relative gap, or after so many seconds, with so many threads."""

    gap: float = 1e-6
    seconds: float | None = None
    threads: int = 1


@dataclass(frozen=True)
class Solution:
    """What the solver found.

    Attributes
    ----------
    x
        Column values in natural units, shape `(n,)`; None where there is no point.
    cost, bound
        Of the point, and proved for every point; None where there is none.
    """

    outcome: Outcome
    x: Floats | None
    cost: float | None
    bound: float | None


def solve(
    program: Program,
    limits: Limits,
    progress: Callable[[Progress], bool | None] | None = None,
    start: Floats | None = None,
    thrift: Floats | None = None,
    presolve: bool = True,
) -> Solution:
    """Return the best point of `program` that the limits allow.

    The point comes from a last linear program with the whole-number columns fixed, so that it obeys the rows to about
    1e-9 of their size, which a mixed-integer search (1e-6) does not.

    Parameters
    ----------
    start
        A point to start the search from, `(n,)`.
    thrift
        Cost added to each column in that last program alone, `(n,)`: small, it keeps columns that cost nothing from
        being larger than they need to be. The bound knows nothing of it.
    presolve
        Let HiGHS shrink the program first. Where that ends in an error, or in a point that exact decisions do not
        allow, the search is done again without.

    Raises
    ------
    SolverFailed
        Where HiGHS stops for a reason that is no outcome.
    """
    if not len(program.cost):  # HiGHS calls a program without columns empty, whatever its rows ask for
        holds = bool((program.row_lower <= 0).all() and (program.row_upper >= 0).all())
        if not holds:
            return Solution("infeasible", None, None, None)
        return Solution("optimal", np.zeros(0), program.offset, program.offset)
    scaled = _Scaled(program)
    highs = scaled.highs(limits)
    if not presolve:
        highs.setOptionValue("presolve", "off")
    if progress is not None and program.whole.any():
        _report(highs, scaled, progress)
    if start is not None:
        point = highspy.HighsSolution()
        point.col_value = list(start / scaled.column)
        highs.setSolution(point)
    # HiGHS keeps one pool of threads per process and refuses another count until the pool is reset.
    highs.resetGlobalScheduler(True)
    highs.run()
    try:
        outcome = _outcome(highs)
    except SolverFailed:
        if presolve:
            return solve(program, limits, progress, start, thrift, presolve=False)
        raise
    info = highs.getInfo()
    has_point = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if outcome in ("infeasible", "unbounded") or not has_point:
        if outcome in ("infeasible", "unbounded"):
            return Solution(outcome, None, None, None)
        return Solution("nothing in time", None, None, _bound(program, scaled, info, outcome))
    x = np.array(highs.getSolution().col_value)
    if program.whole.any() or thrift is not None:
        polished = _polish(scaled, x, limits, thrift)
        if polished is None and presolve:
            return solve(program, limits, progress, start, thrift, presolve=False)
        x = x if polished is None else polished
    x = x * scaled.column
    cost = float(program.cost @ x) + program.offset
    return Solution(outcome, x, cost, _bound(program, scaled, info, outcome))


def _bound(program: Program, scaled: _Scaled, info: Any, outcome: Outcome) -> float | None:
    """What no point can undercut, in natural money; None where HiGHS has proved nothing."""
    if not program.whole.any():
        return info.objective_function_value / scaled.money + program.offset if outcome == "optimal" else None
    bound = info.mip_dual_bound
    return bound / scaled.money + program.offset if np.isfinite(bound) else None


def _outcome(highs: highspy.Highs) -> Outcome:
    """Return our word for HiGHS's status."""
    status = highs.getModelStatus()
    kind = highspy.HighsModelStatus
    if status == kind.kUnboundedOrInfeasible:
        # Presolve may not tell which; without it the search does.
        highs.setOptionValue("presolve", "off")
        highs.run()
        status = highs.getModelStatus()
    words: dict[Any, Outcome] = {
        kind.kOptimal: "optimal",
        kind.kModelEmpty: "optimal",
        kind.kInfeasible: "infeasible",
        kind.kUnbounded: "unbounded",
        kind.kTimeLimit: "feasible",
        kind.kSolutionLimit: "feasible",
        kind.kInterrupt: "feasible",
        kind.kIterationLimit: "feasible",
    }
    if status not in words:
        raise SolverFailed(f"HiGHS: {highs.modelStatusToString(status)}")
    return words[status]


class QuietHighs(highspy.Highs):
    """HiGHS without its banner, which it prints as soon as callbacks are enabled: stdout is for data."""

    def enableCallbacks(self) -> None:  # noqa: N802 (HiGHS's name)
        """Let callbacks be heard, and nothing be printed."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]


class _Scaled:
    """A program near 1: columns in units of `column`, rows divided by `row`, cost multiplied by `money`."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.column = np.where(program.whole, 1.0, _power_of_two(program.scale))
        values = program.values * self.column[program.columns]
        largest, smallest = np.zeros(len(program.row_lower)), np.full(len(program.row_lower), np.inf)
        rows = np.repeat(np.arange(len(largest)), np.diff(program.starts))
        np.maximum.at(largest, rows, np.abs(values))
        np.minimum.at(smallest, rows, np.abs(values))
        self.row = _power_of_two(np.sqrt(largest * np.where(largest > 0, smallest, 0.0)))
        self.values = values / self.row[rows]
        cost = program.cost * self.column
        size = float(np.abs(cost).max(initial=0.0))
        self.money = 1.0 if size == 0 else float(_power_of_two(np.array([1000.0 / size]))[0])
        self.cost = cost * self.money
        self.lower, self.upper = program.lower / self.column, program.upper / self.column
        self.row_lower, self.row_upper = program.row_lower / self.row, program.row_upper / self.row

    def lp(self) -> highspy.HighsLp:
        """Return the program as HiGHS takes it."""
        program = self.program
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = program.shape
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = self.cost, self.lower, self.upper
        lp.row_lower_, lp.row_upper_ = self.row_lower, self.row_upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = program.starts, program.columns, self.values
        return lp

    def highs(self, limits: Limits) -> highspy.Highs:
        """Return a HiGHS object that holds the program and the limits."""
        highs = QuietHighs()  # type: ignore[no-untyped-call]
        options: dict[str, Any] = {
            "mip_rel_gap": limits.gap,
            "mip_abs_gap": 0.0,
            "threads": limits.threads,
            "primal_feasibility_tolerance": TOLERANCE,
            "dual_feasibility_tolerance": TOLERANCE,
            "mip_feasibility_tolerance": TOLERANCE,
        }
        if limits.seconds is not None:
            options["time_limit"] = limits.seconds
        for name, value in options.items():
            highs.setOptionValue(name, value)
        highs.passModel(self.lp())
        whole = np.flatnonzero(self.program.whole).astype(np.int32)
        if len(whole):
            kinds = np.full(len(whole), int(highspy.HighsVarType.kInteger), dtype=np.uint8)
            highs.changeColsIntegrality(len(whole), whole, kinds)
        return highs


def _polish(scaled: _Scaled, x: Floats, limits: Limits, thrift: Floats | None) -> Floats | None:
    """Return `x` with its whole columns rounded and the rest solved again for them; None where nothing fits them."""
    whole = np.flatnonzero(scaled.program.whole).astype(np.int32)
    rounded = np.round(x[whole])
    highs = scaled.highs(Limits(gap=0.0, seconds=None, threads=limits.threads))
    highs.changeColsIntegrality(
        len(whole), whole, np.full(len(whole), int(highspy.HighsVarType.kContinuous), dtype=np.uint8)
    )
    highs.changeColsBounds(len(whole), whole, rounded, rounded)
    if thrift is not None:
        some = np.flatnonzero(thrift).astype(np.int32)
        highs.changeColsCost(len(some), some, (scaled.cost + thrift * scaled.column * scaled.money)[some])
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return np.array(highs.getSolution().col_value)


def _report(highs: highspy.Highs, scaled: _Scaled, progress: Callable[[Progress], bool | None]) -> None:
    """Call `progress` about twice a second while HiGHS searches; where it returns True, stop with the best so far."""
    began = time.monotonic()
    last = [-PROGRESS_EVERY]

    def money(value: float) -> float | None:
        return value / scaled.money + scaled.program.offset if np.isfinite(value) else None

    def tell(event: Any) -> None:
        seconds = time.monotonic() - began
        if seconds - last[0] < PROGRESS_EVERY:
            return
        last[0] = seconds
        bound, best = money(event.data_out.mip_dual_bound), money(event.data_out.mip_primal_bound)
        gap = (best - bound) / best if best and bound is not None else None
        if progress(Progress(seconds, bound, best, gap)):
            event.interrupt()

    highs.cbMipInterrupt.subscribe(tell)


def _power_of_two(values: Any) -> Floats:
    """Return the powers of two next to `values`, so that scaling by them loses no digit."""
    safe = np.where(np.asarray(values) > 0, values, 1.0)
    return np.asarray(2.0 ** np.round(np.log2(safe)))
