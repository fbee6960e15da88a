"""The frontier of cost against exposure: what each step of safety costs; not for the risks themselves.

For a limit on the exposure, the cheapest plan that keeps to it (the ε-constraint method: Haimes, Lasdon, Wismer 1971).
The expected loss is that of all single failures together, the worst failure the dearest of them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import numpy as np

from secondsource.advice.dependence import Told
from secondsource.advice.interval import Interval, cost_of
from secondsource.arrays import Integers
from secondsource.optimise.formulate import Formulation, formulate
from secondsource.optimise.replan import Standing, answer, stand
from secondsource.problem.plan import Plan
from secondsource.problem.tables import Problem
from secondsource.solver.highs import Limits, solve
from secondsource.solver.program import Program
from secondsource.units import to_micro

Exposure = Literal["expected loss", "worst failure"]
ROOM = 1e-7
"""Share by which a limit gives way, so that the safest plan found does not fail by rounding."""


@dataclass(frozen=True)
class Point:
    """A plan of the frontier.

    Attributes
    ----------
    limit
        Most exposure that was allowed; None where there was no limit.
    cost
        Of the best plan within the limit, expected failures included; present value.
    before_losses
        The same without what failures are expected to cost.
    expected_loss, worst_failure
        Of the plan found. Expected: present value; worst: of one failure, undiscounted.
    """

    limit: Decimal | None
    cost: Interval
    before_losses: Interval
    expected_loss: Decimal
    worst_failure: Decimal
    suppliers: int
    plan: Plan


@dataclass(frozen=True)
class Frontier:
    """The cheapest plans from the least exposure to none asked for, by rising cost."""

    plan: Plan
    exposure: Exposure
    points: tuple[Point, ...]
    seconds: float


def frontier(
    problem: Problem,
    limits: Limits,
    exposure: Exposure = "expected loss",
    *,
    steps: int = 6,
    version: str = "",
    told: Told | None = None,
) -> Frontier:
    """Return the cheapest plan for each of some limits on the exposure, evenly from the plan's own to the least.

    Parameters
    ----------
    steps
        Limits between the plan's own exposure and the least one, both included; at least 2.
    """
    began = time.monotonic()
    base = stand(problem, limits, version=version)
    if base.decisions is None:
        return Frontier(base.plan, exposure, (), time.monotonic() - began)
    programs = {base.frame.everywhere: _with_exposure(base.formulation, exposure)}
    points = [_point(base, None)]
    most = float(_exposure_of(points[0], exposure))
    least = _least(*programs[base.frame.everywhere], limits)
    count = max(2, steps)
    for number in range(1, count if least is not None and most > least * (1 + 1e-6) + 1e-6 else 1):
        limit = most + ((least or 0.0) - most) * number / (count - 1)
        found = _within(base, programs, exposure, limit, limits)
        if found.decisions is not None:
            points.append(_point(found, to_micro(Fraction(limit))))
        if told is not None:
            told(number, count - 1)
    return Frontier(base.plan, exposure, tuple(points), time.monotonic() - began)


def _exposure_of(point: Point, exposure: Exposure) -> Decimal:
    return point.expected_loss if exposure == "expected loss" else point.worst_failure


def _point(standing: Standing, limit: Decimal | None) -> Point:
    plan = standing.plan
    expected = plan.breakdown["expected_failures"]
    cost = cost_of(plan)
    worst = max(
        (each.extra_cost * each.recovery_share for each in plan.failures if each.probability), default=Decimal(0)
    )
    suppliers = {each.supplier for each in plan.awards} | {each.supplier for each in plan.packages}
    before = Interval(cost.low - expected, cost.high - expected)
    return Point(limit, cost, before, expected, worst, len(suppliers), plan)


def _with_exposure(formulation: Formulation, exposure: Exposure) -> tuple[Program, int]:
    """The program with a column that is the exposure, and that column.

    Expected: ``z = Σ_k a × p_k × rec_k × loss_k``; worst: ``z ≥ rec_k × loss_k`` for every group ``k`` that may fail.
    """
    given, losses = formulation.frame, formulation.losses
    build = given.builder
    recovery, probability = given.group_recovery, given.group_probability
    likely = probability[losses.group] > 0
    group, column, value = losses.group[likely], losses.column[likely], losses.value[likely]
    size = max(1.0, float(np.abs(value * recovery[group]).max(initial=0.0)) * 1e-3)
    (exposed,) = build.add_columns("exposure", 1, scale=size)
    if exposure == "expected loss":
        (row,) = build.add_rows("exposure", 1, lower=0, upper=0)
        weight = given.costs.factor * probability[group] * recovery[group]
        build.add_entries(np.full(len(column), row), column, weight * value)
        build.add_entries([row], exposed, -1.0)
    else:
        groups, place = np.unique(group, return_inverse=True)
        rows: Integers = build.add_rows("exposure", len(groups), upper=0)
        build.add_entries(rows[place], column, recovery[group] * value)
        build.add_entries(rows, exposed, -1.0)
    return build.build(), int(exposed)


def _least(program: Program, exposed: int, limits: Limits) -> float | None:
    """The least exposure that any plan has; None where none was found in time."""
    cost = np.zeros(len(program.cost))
    cost[exposed] = 1.0
    found = solve(replace(program, cost=cost, offset=0.0), limits)
    return None if found.x is None else max(0.0, float(found.x[exposed]))


def _within(
    base: Standing, programs: dict[bool, tuple[Program, int]], exposure: Exposure, limit: float, limits: Limits
) -> Standing:
    """The best plan whose exposure keeps to a limit."""

    def build(everywhere: bool) -> tuple[Formulation, Program]:
        formulation = base.formulation
        if everywhere != base.frame.everywhere:
            formulation = formulate(base.problem, everywhere=everywhere)
        if everywhere not in programs:
            programs[everywhere] = _with_exposure(formulation, exposure)
        program, exposed = programs[everywhere]
        upper = program.upper.copy()
        upper[exposed] = limit * (1 + ROOM) + ROOM
        return formulation, replace(program, upper=upper)

    return answer(build, limits, version=base.plan.version)
