"""Solves large programs in stages: a few decisions that matter first, then the rest, then the whole from there.

A program with thousands of whole columns often hides a few dozen that decide everything else. With only those whole,
the search is over a much smaller tree, and its bound holds for the whole program too, since it only relaxes it.
Fixing them then leaves a program that falls apart, and whose point starts the search of the whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from secondsource.arrays import Booleans, Floats
from secondsource.solver.confirmed import solve_confirmed
from secondsource.solver.highs import Limits, Progress, Solution, solve
from secondsource.solver.program import Program

WORTH_IT = 1000
"""Whole columns from which stages are used."""
FEW = 0.25
"""Most of the whole columns that may be first, as a share."""
FIRST_GAP = 1e-3
FIRST_SECONDS = 120.0
SHARE = 0.4
"""Share of the time left that each of the first two stages may use."""


@dataclass
class _Clock:
    """The time and the best bound so far, across the stages."""

    limits: Limits
    progress: Callable[[Progress], bool | None] | None
    began: float
    bound: float | None = None
    best: float | None = None

    def left(self, share: float, gap: float) -> Limits:
        """Limits of a stage that may use a share of the time left."""
        spent = time.monotonic() - self.began
        most = FIRST_SECONDS if share < 1 else None
        left = None if self.limits.seconds is None else max(0.1, (self.limits.seconds - spent) * share)
        seconds = most if left is None else left if most is None else min(left, most)
        return Limits(gap, seconds, self.limits.threads)

    def bound_of(self, value: float | None) -> None:
        """Remember a bound that holds for the whole program."""
        if value is not None:
            self.bound = value if self.bound is None else max(self.bound, value)

    def tell(self, bounds: bool, bests: bool) -> Callable[[Progress], bool | None] | None:
        """Progress of a stage, of which the bound, the best point, or both, hold for the whole program."""
        progress = self.progress
        if progress is None:
            return None
        offset = time.monotonic() - self.began

        def told(now: Progress) -> bool | None:
            self.bound_of(now.bound if bounds else None)
            if bests and now.best is not None:
                self.best = now.best if self.best is None else min(self.best, now.best)
            gap = (self.best - self.bound) / self.best if self.best and self.bound is not None else None
            return progress(Progress(offset + now.seconds, self.bound, self.best, gap))

        return told


def solve_in_stages(
    program: Program,
    first: Booleans,
    limits: Limits,
    progress: Callable[[Progress], bool | None] | None = None,
    thrift: Floats | None = None,
) -> Solution:
    """Return the best point of `program` that the limits allow, as `solve` does, by way of the columns marked `first`.

    Parameters
    ----------
    first
        Whole columns that decide most of the rest, `(n,)`. Where there are none, too many, or the program is small, it
        is solved in one go.
    """
    first = first & program.whole
    if program.whole.sum() < WORTH_IT or not 0 < first.sum() <= FEW * program.whole.sum():
        return solve_confirmed(program, limits, progress, thrift=thrift)
    clock = _Clock(limits, progress, time.monotonic())
    relaxed = replace(program, whole=first)
    outline = solve(relaxed, clock.left(SHARE, max(limits.gap, FIRST_GAP)), clock.tell(True, False))
    if outline.outcome in ("infeasible", "unbounded"):
        return solve(program, clock.left(1.0, limits.gap), clock.tell(True, True), thrift=thrift)
    clock.bound_of(outline.bound)
    draft = None
    if outline.x is not None:
        fixed = np.round(outline.x[first])
        lower, upper = program.lower.copy(), program.upper.copy()
        lower[first] = upper[first] = fixed
        rest = replace(program, lower=lower, upper=upper)
        draft = solve(rest, clock.left(SHARE, limits.gap), clock.tell(False, True), thrift=thrift)
        if draft.cost is not None and clock.bound is not None and draft.cost - clock.bound <= limits.gap * draft.cost:
            return replace(draft, outcome="optimal", bound=clock.bound)
    start = None if draft is None else draft.x
    final = solve(program, clock.left(1.0, limits.gap), clock.tell(True, True), start=start, thrift=thrift)
    clock.bound_of(final.bound)
    if draft is not None and draft.cost is not None and (final.cost is None or draft.cost < final.cost):
        return Solution("feasible", draft.x, draft.cost, clock.bound)
    return replace(final, bound=clock.bound)
