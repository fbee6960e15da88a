"""A large event's search told as a solution, with decisions and certificate; not for searching."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from secondsource.arrays import Floats
from secondsource.optimise.decisions import Decisions, read_point
from secondsource.optimise.formulate import Formulation, formulate
from secondsource.optimise.frame import NONE, Frame
from secondsource.optimise.large.certificate import certify
from secondsource.optimise.large.event import Event
from secondsource.optimise.large.search import search
from secondsource.problem.plan import Certificate
from secondsource.problem.tables import Problem
from secondsource.solver.highs import Limits, Progress, Solution


def plan_by_items(
    problem: Problem,
    limits: Limits,
    progress: Callable[[Progress], bool | None] | None,
    like: Certificate | None = None,
) -> tuple[Frame, Solution, Decisions, Certificate] | None:
    """Return what the search found for an event that leaves nothing out; None where it found no plan."""
    formulation = formulate(problem)
    given = formulation.frame
    found = search(given, limits, progress, like)
    if found.awards is None or found.cost is None or found.bound is None:
        return None
    x = _point(formulation, found.event, found.awards)
    # Bounds are stated in millionths: rounding must only ever lower them.
    bound = np.nextafter(np.nextafter(float(found.bound), -np.inf), -np.inf) - 2e-6
    solution = Solution("feasible", x, found.cost, float(bound))
    return given, solution, read_point(formulation, x), certify(given, found.event, found.multipliers)


def _point(formulation: Formulation, the_event: Event, quantity: Floats) -> Floats:
    """The awards as the columns from which decisions are read."""
    awards, offers = formulation.awards, the_event.offers
    x = np.zeros(len(formulation.program.cost))
    x[awards.quantity[offers]] = quantity
    decided = awards.taken[offers] != NONE
    x[awards.taken[offers[decided]]] = quantity[decided] > 0
    units = np.zeros(formulation.frame.n_offers)
    units[offers] = quantity
    held = units[awards.segment_offer]
    last = np.append(awards.segment_offer[1:] != awards.segment_offer[:-1], True)
    end = np.where(last, np.inf, np.append(awards.segment_start[1:], np.inf))
    slack = 1e-9 * held
    x[awards.segment_taken] = (held > 0) & (awards.segment_start <= held + slack) & (held + slack < end)
    return x
