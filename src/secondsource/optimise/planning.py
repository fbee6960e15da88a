"""The straight line from a problem to its plan: cost, formulate, solve, verify, explain; each step is one call."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import numpy as np

from secondsource.arrays import Booleans, Floats
from secondsource.errors import SolverFailed
from secondsource.language import Message, _
from secondsource.optimise import describe
from secondsource.optimise.account import Account, account
from secondsource.optimise.backups import short_of_backups
from secondsource.optimise.decisions import Decisions, read_plan, read_point
from secondsource.optimise.explain import explain
from secondsource.optimise.formulate import Formulation, formulate
from secondsource.optimise.frame import NONE, Frame, frame
from secondsource.optimise.large.event import is_event
from secondsource.optimise.location.model import location
from secondsource.optimise.statements import misstated
from secondsource.optimise.verify import broken_promises, shown
from secondsource.problem.plan import PARTS, Certificate, Plan, Status
from secondsource.problem.tables import SETTINGS, Problem
from secondsource.solver.highs import Limits, Progress, Solution
from secondsource.solver.program import Program
from secondsource.solver.staged import solve_in_stages
from secondsource.units import to_micro

Method = Literal["whole", "items", "suppliers"]
"""How the best plan is sought: by one program for the whole problem, item by item at multipliers (`large`), or by
deciding suppliers, where nothing else is not linear (`location`)."""
MANY = 500
"""Offers from which a problem whose shape allows it is planned by deciding suppliers."""
LARGE = 4000
"""Offers from which a problem whose shape allows it is planned item by item."""
DENSE, DENSE_AND_LARGE = 40, 20_000
"""Up to so many offers, problems of more offers an item than the first go to the whole program: an item's patterns are
then too many to list, and the program is not too large to solve."""
LEADING = ("engaged", "awarded", "counted", "rebate", "package")
"""Families of columns that decide most of the others."""
CENT = Fraction(1, 100)


@dataclass(frozen=True)
class Verdict:
    """What a re-check without a solver says of a plan.

    Attributes
    ----------
    faults
        Every promise that it breaks and every figure that it states wrongly; empty for a sound plan.
    cost, breakdown
        Recomputed exactly; present value in the base currency.
    proof
        How its bound is proved.
    """

    faults: tuple[Message, ...]
    cost: Decimal
    breakdown: dict[str, Decimal]
    proof: str


def plan(
    problem: Problem,
    *,
    gap: float = 1e-6,
    time_limit: float | None = None,
    threads: int = 2,
    progress: Callable[[Progress], bool | None] | None = None,
    version: str = "",
    method: Method | None = None,
    like: Plan | None = None,
) -> Plan:
    """Return the best plan of a problem, with a proved bound, or why there is none.

    Parameters
    ----------
    gap
        Stop once the plan's cost is proved to be within this share of the best, 0..1.
    time_limit
        Seconds; None for as long as it takes.
    progress
        Called about twice a second with the seconds, the best bound, the best plan's cost and the gap so far; where it
        returns True, the search stops with the best plan found.
    method
        None chooses by the problem's shape and size. "items" and "suppliers" are used only where the shape allows it.
    like
        A plan of a similar problem (a supplier out, a price changed, an offer added): where it has a certificate, the
        search starts from its multipliers, and is faster.

    Raises
    ------
    SolverFailed
        Where the solver stops without an outcome, or its point breaks the problem's rules when checked exactly.
    """
    began = time.monotonic()
    limits = Limits(gap, time_limit, threads)
    given, solution, decisions, certificate = by_shape(
        problem, limits, progress, method, None if like is None else like.certificate
    ) or (*_search(problem, _left(limits, began), progress), None)
    blank = unplanned(given, version, certificate)
    if decisions is None:
        return _without(problem, blank, solution, began)
    return replace(judged(given, decisions, blank, solution, gap), seconds=time.monotonic() - began)


def unplanned(given: Frame, version: str, certificate: Certificate | None = None) -> Plan:
    """Return what every answer to a problem says about itself, before there is a plan, with its proof if any."""
    problem = given.problem
    return Plan(
        status="no plan found in time",
        currency=problem.settings.currency,
        as_of=problem.settings.as_of.isoformat(),
        problem_sha256=problem.sha256,
        version=version,
        settings={name: str(getattr(problem.settings, name)) for name in SETTINGS},
        assumptions=describe.assumptions(problem),
        warnings=describe.warnings(given, None),
        certificate=certificate,
        proof="solver" if certificate is None else "checked",
    )


def judged(given: Frame, decisions: Decisions, blank: Plan, solution: Solution, gap: float) -> Plan:
    """Return the plan of decisions, its cost recomputed exactly and its promises checked.

    Raises
    ------
    SolverFailed
        Where the decisions break the problem's rules when checked exactly.
    """
    book = account(given.problem, given.links, decisions, given.failures)
    faults = broken_promises(given.problem, given.links, decisions, book, given.failures)
    if faults:
        raise SolverFailed("; ".join(str(fault) for fault in faults))
    return _described(given, decisions, book, blank, solution, gap)


def by_shape(
    problem: Problem,
    limits: Limits,
    progress: Callable[[Progress], bool | None] | None = None,
    method: Method | None = None,
    like: Certificate | None = None,
) -> tuple[Frame, Solution, Decisions | None, Certificate | None] | None:
    """Return the plan by the method that the problem's shape and size allow, and its proof; None for the whole program.

    Where time ends before there is a plan, there are no decisions, and the solution has the bound alone.

    Parameters
    ----------
    method, like
        As for `plan`; of the plan of a similar problem, its certificate.
    """
    began = time.monotonic()
    by_suppliers = method == "suppliers" or (method is None and len(problem.offers) >= MANY)
    by_items = method == "items" or (method is None and _is_for_items(problem))
    if not (by_suppliers or by_items):
        return None
    given = frame(problem)
    found = _by_suppliers(given, _left(limits, began), progress) if by_suppliers else None
    if found is None and by_items and is_event(given):
        # Compiles, and is only worth its while for large events.
        from secondsource.optimise.large.planning import plan_by_items

        return plan_by_items(problem, _left(limits, began), progress, like)
    return found


def _by_suppliers(
    given: Frame, limits: Limits, progress: Callable[[Progress], bool | None] | None
) -> tuple[Frame, Solution, Decisions, Certificate | None] | None:
    """The plan of a location problem; None where the problem is none, or the search did not end in time."""
    what = location(given)
    if what is None:
        return None
    # Compiles, and is only worth its while for location problems.
    from secondsource.optimise.location.planning import plan_by_suppliers

    return plan_by_suppliers(given, what, limits, progress)


def _is_for_items(problem: Problem) -> bool:
    """Whether a problem has so many offers, and so few of them an item, that it is searched item by item."""
    offers = len(problem.offers)
    return offers >= LARGE and (offers > DENSE_AND_LARGE or offers <= DENSE * len(problem.items))


def _left(limits: Limits, began: float) -> Limits:
    """The limits after what has been used of the time."""
    if limits.seconds is None:
        return limits
    return replace(limits, seconds=max(0.1, limits.seconds - (time.monotonic() - began)))


def _search(
    problem: Problem, limits: Limits, progress: Callable[[Progress], bool | None] | None
) -> tuple[Frame, Solution, Decisions | None]:
    """Formulate and solve; once more with a decision for every offer, where an award came out below the least."""
    for everywhere in (False, True):
        formulation = formulate(problem, everywhere=everywhere)
        program = formulation.program
        solution = solve_in_stages(program, leading(program), limits, progress, thrift(formulation))
        if solution.x is None:
            return formulation.frame, solution, None
        decisions = read_point(formulation, solution.x)
        if everywhere or not has_crumbs(formulation.frame, decisions):
            return formulation.frame, solution, decisions
    raise AssertionError("unreachable")


def leading(program: Program) -> Booleans:
    """Return the columns that say which suppliers are engaged and which packages taken: the rest follows from them."""
    leading = np.zeros(len(program.cost), dtype=np.bool_)
    for family in program.column_families:
        if family.name in LEADING:
            leading[family.start : family.stop] = True
    return leading


def thrift(formulation: Formulation) -> Floats:
    """Return a hundred-millionth of its price for each unit booked: free bookings are no larger than they need be."""
    saving = np.zeros(len(formulation.program.cost))
    some = formulation.booked != NONE
    saving[formulation.booked[some]] = 1e-8 * np.maximum(formulation.frame.costs.unit_price[some], 1e-3)
    return saving


def has_crumbs(given: Frame, decisions: Decisions) -> bool:
    """Return whether an award is below a millionth of its need, which only a decision of its own prevents."""
    net = given.network
    need = dict(zip(net.offers.tolist(), net.need_max[net.item].tolist(), strict=True))
    return any(quantity < Fraction(need[offer]) / 1_000_000 for offer, quantity in decisions.awards.items())


def _without(problem: Problem, blank: Plan, solution: Solution, began: float) -> Plan:
    """The answer where there is no plan."""
    if solution.outcome != "infeasible":
        status: Status = "unbounded" if solution.outcome == "unbounded" else "no plan found in time"
        bound = None if solution.bound is None else to_micro(Fraction(solution.bound))
        return replace(blank, status=status, bound=bound, seconds=time.monotonic() - began)
    why = explain(problem)
    notes = (
        () if why.smallest else (_("time was up before the smallest conflict was found; this is one to start from"),)
    )
    return replace(
        blank,
        status="infeasible",
        conflict=why.conflict,
        ways_out=why.ways_out,
        warnings=blank.warnings + notes,
        seconds=time.monotonic() - began,
    )


def _described(given: Frame, decisions: Decisions, book: Account, blank: Plan, solution: Solution, gap: float) -> Plan:
    """The plan with everything that it says about itself."""
    breakdown = {name: to_micro(book.parts[name]) for name in PARTS}
    cost = sum(breakdown.values(), Decimal(0))
    # The exact cost can undercut the solver's float bound by rounding; a lower bound may always be lowered.
    bound = None if solution.bound is None else min(to_micro(Fraction(solution.bound)), cost)
    return replace(
        blank,
        status="optimal" if _within(cost, bound, gap) else "feasible",
        cost=cost,
        bound=bound,
        gap=None if bound is None else _gap(cost, bound),
        breakdown=breakdown,
        awards=describe.awards(given, decisions, book),
        packages=describe.packages(given.problem, decisions),
        backups=describe.bookings(given, decisions, book),
        hires=describe.hires(given.problem, book),
        flows=describe.flows(given, decisions, book),
        exposures=describe.exposures(given, decisions, book),
        warnings=describe.warnings(given, book),
        needs=describe.needs(given.problem, book),
        failures=describe.failures(given, book),
        estimates=len(book.estimated),
        solver_cost=solution.cost,
    )


def _gap(cost: Decimal, bound: Decimal) -> Decimal:
    """``(cost − bound) / cost``; 0 for a plan that costs nothing and is proved to."""
    if cost == bound:
        return Decimal(0)
    return (cost - bound) / abs(cost) if cost else Decimal(1)


def _within(cost: Decimal, bound: Decimal | None, gap: float) -> bool:
    """Whether the bound proves the plan best within the gap asked for (a millionth of money is rounding)."""
    return bound is not None and cost - bound <= Decimal(repr(gap)) * abs(cost) + Decimal("0.000002")


def verify(problem: Problem, claimed: Plan) -> Verdict:
    """Return what an exact re-check of a plan says, without any solver.

    Raises
    ------
    InvalidInput
        Where the plan names what the problem does not have.
    """
    given = frame(problem)
    decisions = read_plan(problem, given.links, claimed)
    book = account(problem, given.links, decisions, given.failures)
    faults = list(broken_promises(problem, given.links, decisions, book, given.failures))
    faults += _too_exposed(given, decisions)
    faults += misstated(given, decisions, book, claimed)
    if claimed.problem_sha256 and problem.sha256 and claimed.problem_sha256 != problem.sha256:
        faults.insert(0, _("the plan was made for another problem, or the problem has changed since"))
    unproved = _unproved(given, claimed)
    breakdown = {name: to_micro(book.parts[name]) for name in PARTS}
    proof = "checked" if claimed.certificate is not None and not unproved else "solver"
    return Verdict((*faults, *unproved), sum(breakdown.values(), Decimal(0)), breakdown, proof)


def _too_exposed(given: Frame, decisions: Decisions) -> list[Message]:
    """What the setting `strict` forbids: awards and packages of items that too few risk groups offer."""
    if not given.problem.settings.strict:
        return []
    links = given.links
    used = {int(links.offer_item[offer]) for offer in decisions.awards}
    rows = zip(links.package_item_package.tolist(), links.package_item_item.tolist(), strict=True)
    used |= {item for package, item in rows if package in decisions.packages}
    names, short = given.problem.items.item, np.flatnonzero(short_of_backups(given)).tolist()
    return [
        _(
            "{item} is awarded, though too few risk groups offer it and the setting strict refuses that",
            item=names[item],
        )
        for item in short
        if item in used
    ]


def _unproved(given: Frame, claimed: Plan) -> list[Message]:
    """What the plan's certificate fails to prove, computed again without a solver."""
    if claimed.certificate is None and claimed.proof == "checked":
        return [_("the plan says that its bound is checked, but has no certificate")]
    if claimed.certificate is None:
        return []
    if claimed.certificate.tree:
        from secondsource.optimise.location.proof import certified_bound
    else:
        from secondsource.optimise.large.certificate import certified_bound

    proved = certified_bound(given, claimed.certificate)
    if proved is None:
        return [_("the certificate proves no bound")]
    if claimed.bound is not None and Fraction(claimed.bound) > proved:
        return [_("the certificate proves a bound of {proved}, not {bound}", proved=shown(proved), bound=claimed.bound)]
    return []
