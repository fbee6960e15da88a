"""A location problem's search told as a solution, with decisions and certificate; not for searching."""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction

import numpy as np

from secondsource.optimise.backups import short_of_backups
from secondsource.optimise.decisions import DIGITS, Decisions
from secondsource.optimise.frame import LEAST_AWARD, Frame
from secondsource.optimise.location.model import Location
from secondsource.optimise.location.proof import certified_bound, certify
from secondsource.optimise.location.tree import Search, search
from secondsource.problem.plan import Certificate
from secondsource.solver.highs import PROGRESS_EVERY, Limits, Progress, Solution

PATIENCE = 60.0
"""Seconds of the search where no time limit says when the whole program should have its turn."""
SHARE = 0.6
"""Of a time limit, what the search has before the whole program takes over."""


def plan_by_suppliers(
    given: Frame, what: Location, limits: Limits, progress: Callable[[Progress], bool | None] | None
) -> tuple[Frame, Solution, Decisions, Certificate | None] | None:
    """Return the best plan of a frame that is a location problem, and its proof; None where it was not closed."""
    if given.problem.settings.strict and short_of_backups(given).any():
        return None
    began = told = time.monotonic()
    stopped = False

    def tell(bound: float, cost: float) -> bool:
        nonlocal stopped, told
        if progress is not None and time.monotonic() - told >= PROGRESS_EVERY:
            told = time.monotonic()
            best = cost if np.isfinite(cost) else None
            least = bound if np.isfinite(bound) else None
            gap = (best - least) / abs(best) if best and least is not None else None
            stopped = bool(progress(Progress(time.monotonic() - began, least, best, gap))) or stopped
        return stopped

    seconds = PATIENCE if limits.seconds is None else SHARE * limits.seconds
    found = search(what, limits.gap, began + seconds, tell)
    decisions = _decisions(given, what, found)
    if decisions is None or not (found.closed or stopped):
        return None
    certificate = certify(given, what, found) if found.proves else None
    proved = found.bound if certificate is None else certified_bound(given, certificate)
    if proved is None:
        return None
    # Bounds are stated in millionths: rounding must only ever lower them.
    bound = np.nextafter(np.nextafter(float(proved), -np.inf), -np.inf) - 2e-6
    return given, Solution("feasible", None, found.cost, float(bound)), decisions, certificate


def _decisions(given: Frame, what: Location, found: Search) -> Decisions | None:
    """The shares as exact units, the greatest of each item taking what rounding leaves; None for none, or crumbs."""
    if not len(found.shares):
        return None
    net, demand = given.network, given.problem.items.demand
    awards: dict[int, Fraction] = {}
    flows: dict[tuple[int, int], Fraction] = {}
    for column, item in enumerate(what.items.tolist()):
        own = np.flatnonzero(found.shares[:, column] > 0)
        own = own[np.argsort(-found.shares[own, column], kind="stable")]
        if (found.shares[own, column] < 2 * LEAST_AWARD).any():
            return None
        rest = Fraction(demand[item] or 0)
        units = {int(s): _rounded(found.shares[s, column] * float(rest)) for s in own[1:]}
        units[int(own[0])] = rest - sum(units.values())
        for supplier, quantity in units.items():
            row = int(net.offers[what.offer[supplier, column]])
            awards[row] = quantity
            flows[row, int(net.place_site[net.first_place[item]])] = quantity
    return Decisions(awards, {}, frozenset(), flows)


def _rounded(value: float) -> Fraction:
    """A quantity to ten significant digits, as solvers' points are read."""
    return Fraction(f"{value:.{DIGITS}g}")
