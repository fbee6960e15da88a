"""A plan that stands with its program, and what becomes of it when little changes; not for a first plan's explanation.

Every question of `advice` is a second plan beside the first. Where only bounds of columns or rows change, the program
that is there is solved again; else it is formulated anew, and the standing point starts its search where it fits.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

import numpy as np

from secondsource.arrays import Booleans, Floats, Integers
from secondsource.optimise.account import Account, account
from secondsource.optimise.decisions import Decisions, read_point
from secondsource.optimise.formulate import Formulation, formulate
from secondsource.optimise.frame import Frame
from secondsource.optimise.planning import by_shape, has_crumbs, judged, leading, thrift, unplanned
from secondsource.problem import change
from secondsource.problem.plan import Plan
from secondsource.problem.tables import Problem
from secondsource.solver.highs import Limits, Solution, solve
from secondsource.solver.program import Program
from secondsource.solver.staged import solve_in_stages
from secondsource.units import to_micro

Build = Callable[[bool], tuple[Formulation, Program]]
"""Returns a formulation and the program to solve for it, given whether every offer needs a decision of its own."""


@dataclass(frozen=True)
class Standing:
    """A plan with all that it came from.

    Attributes
    ----------
    program
        What was solved: the formulation's own program, or that with changed bounds.
    decisions, point
        None where there is no plan; `point` has the columns of `program`, in natural units.
    """

    formulation: Formulation
    program: Program
    plan: Plan
    decisions: Decisions | None
    point: Floats | None

    @property
    def problem(self) -> Problem:
        """The problem that the plan answers."""
        return self.formulation.frame.problem

    @property
    def frame(self) -> Frame:
        """The problem's frame."""
        return self.formulation.frame

    @property
    def is_by_shape(self) -> bool:
        """Whether the plan has multipliers, from which a similar problem is planned faster than by its program."""
        return self.plan.certificate is not None

    def account(self) -> Account:
        """Return what the plan's decisions cost, exactly.

        Raises
        ------
        ValueError
            There is no plan.
        """
        if self.decisions is None:
            raise ValueError("no decisions: there is no plan")
        return account(self.problem, self.frame.links, self.decisions, self.frame.failures)


def stand(
    problem: Problem,
    limits: Limits,
    *,
    start: Floats | None = None,
    near: Standing | None = None,
    version: str = "",
) -> Standing:
    """Return the best plan of a problem with its program; where there is none, without the reasons.

    A large problem is planned by the method of its shape, as `plan` does.

    Parameters
    ----------
    start
        The point of another plan to start from; used where it has as many columns.
    near
        The plan of a similar problem: where it has multipliers, the search starts from them.
    """
    began = time.monotonic()
    found = by_shape(problem, limits, like=None if near is None else near.plan.certificate)
    if found is not None and found[2] is not None:
        given, solution, decisions, certificate = found
        blank = unplanned(given, version, certificate)
        plan = replace(judged(given, found[2], blank, solution, limits.gap), seconds=time.monotonic() - began)
        formulation = formulate(problem)
        return Standing(formulation, formulation.program, plan, decisions, solution.x)

    def build(everywhere: bool) -> tuple[Formulation, Program]:
        formulation = formulate(problem, everywhere=everywhere)
        return formulation, formulation.program

    return answer(build, limits, start=start, version=version)


def answer(build: Build, limits: Limits, *, start: Floats | None = None, version: str = "") -> Standing:
    """Return the best plan of the program that `build` gives, checked exactly.

    Raises
    ------
    SolverFailed
        The solver stops without an outcome, or its point breaks the problem's rules when checked exactly.
    """
    began = time.monotonic()
    for everywhere in (False, True):
        formulation, program = build(everywhere)
        fits = start is not None and len(start) == len(program.cost)
        solution = _solve(formulation, program, limits, start if fits else None)
        blank = unplanned(formulation.frame, version)
        if solution.x is None:
            plan = _unsolved(blank, solution)
            return Standing(formulation, program, replace(plan, seconds=time.monotonic() - began), None, None)
        decisions = read_point(formulation, solution.x)
        if everywhere or not has_crumbs(formulation.frame, decisions):
            plan = judged(formulation.frame, decisions, blank, solution, limits.gap)
            plan = replace(plan, seconds=time.monotonic() - began)
            return Standing(formulation, program, plan, decisions, solution.x)
    raise AssertionError("unreachable")


def _solve(formulation: Formulation, program: Program, limits: Limits, start: Floats | None) -> Solution:
    """Solve from a point where there is one, else in stages where the program is large."""
    own = thrift(formulation)
    saving = np.concatenate([own, np.zeros(len(program.cost) - len(own))])
    if start is not None:
        return solve(program, limits, start=start, thrift=saving)
    return solve_in_stages(program, leading(program), limits, None, saving)


def _unsolved(blank: Plan, solution: Solution) -> Plan:
    if solution.outcome in ("infeasible", "unbounded"):
        return replace(blank, status=solution.outcome)
    return replace(blank, bound=None if solution.bound is None else to_micro(Fraction(solution.bound)))


def without_rules(standing: Standing, rules: Integers, limits: Limits) -> Standing:
    """Return the best plan without some rules: the same program with their rows loose, from the standing point."""
    program = standing.program
    if standing.is_by_shape:
        problem = change.without_rules(standing.problem, rules.tolist())
        return stand(problem, limits, near=standing, version=standing.plan.version)

    def build(everywhere: bool) -> tuple[Formulation, Program]:
        same = everywhere == standing.frame.everywhere
        formulation = standing.formulation if same else formulate(standing.problem, everywhere=everywhere)
        formulation = _rules_left(formulation, rules)
        source = program if same else formulation.program
        dropped = np.array([family == "rule" and number in rules for family, number in source.groups], dtype=np.bool_)
        return formulation, source.without(dropped)

    return answer(build, limits, start=standing.point, version=standing.plan.version)


def _rules_left(formulation: Formulation, dropped: Integers) -> Formulation:
    """The formulation of which the re-check does not ask for the dropped rules."""
    given = formulation.frame
    return replace(formulation, frame=replace(given, problem=change.without_rules(given.problem, dropped.tolist())))


def without_offers(standing: Standing, offers: Booleans, packages: Booleans, limits: Limits) -> Standing | None:
    """Return the best plan that uses none of some offers and packages, in the standing program.

    Parameters
    ----------
    offers, packages
        Which of the problem's rows are gone, `(offers,)` and `(packages,)`.

    Returns
    -------
    Standing or None
        None where their loss changes how many failures an item is planned for: the program then says something else.
    """
    net = standing.frame.network
    gone, untaken = offers[net.offers], packages[net.packages]
    if not _same_failures(standing.frame, gone, untaken):
        return None
    if standing.is_by_shape:
        problem = change.without_offers(
            standing.problem, np.flatnonzero(offers).tolist(), np.flatnonzero(packages).tolist()
        )
        return _no_cheaper(stand(problem, limits, near=standing, version=standing.plan.version), standing.plan)

    def build(everywhere: bool) -> tuple[Formulation, Program]:
        same = everywhere == standing.frame.everywhere
        formulation = standing.formulation if same else formulate(standing.problem, everywhere=everywhere)
        program = standing.program if same else formulation.program
        booked = formulation.booked[gone]
        columns = np.concatenate([
            formulation.awards.quantity[gone], booked[booked >= 0], formulation.awards.package[untaken],
        ])  # fmt: skip
        upper = program.upper.copy()
        upper[columns] = 0.0
        return formulation, replace(program, upper=upper)

    return _no_cheaper(answer(build, limits, version=standing.plan.version), standing.plan)


def _no_cheaper(found: Standing, standing: Plan) -> Standing:
    """A plan that may do less than the standing one costs no less than that one's bound."""
    plan = found.plan
    if plan.cost is None or standing.bound is None or (plan.bound is not None and plan.bound >= standing.bound):
        return found
    bound = min(standing.bound, plan.cost)
    gap = (plan.cost - bound) / abs(plan.cost) if plan.cost else Decimal(plan.cost != bound)
    return replace(found, plan=replace(plan, bound=bound, gap=gap))


def _same_failures(given: Frame, gone: Booleans, untaken: Booleans) -> bool:
    """Whether every item survives the same failures without some offers and packages as with them."""
    net, links = given.network, given.links
    kept = ~gone
    width = len(links.groups)

    def pairs(offers: Booleans, deliveries: Booleans, failing: bool) -> Integers:
        """Numbers of the pairs of item and risk group of some offers and deliveries, all or those that may fail."""
        supplier = np.concatenate([net.supplier[offers], net.package_supplier[net.delivery_package[deliveries]]])
        item = np.concatenate([net.item[offers], net.delivery_item[deliveries]])
        some = links.supplier_may_fail[supplier] if failing else np.ones(len(supplier), dtype=np.bool_)
        return np.unique(item[some] * width + links.supplier_group[supplier[some]])

    packed = ~untaken[net.delivery_package]
    none, every = np.zeros(len(packed), dtype=np.bool_), np.ones(len(packed), dtype=np.bool_)
    all_offers = np.ones(len(gone), dtype=np.bool_)
    offering = pairs(kept, none, False)
    failing = pairs(kept, packed, True)
    # A group whose members that may fail are gone does not fail any more, and those that are left then back others.
    calmed = np.setdiff1d(pairs(all_offers, every, True), failing)
    if len(np.intersect1d(calmed, offering)):
        return False
    n_items = len(given.failures)
    groups = np.bincount(offering // width, minlength=n_items)
    risky = np.isin(np.arange(n_items), failing // width)
    failures = np.minimum(links.item_backups, np.maximum(groups - 1, 0)) * risky
    short = risky & (groups < links.item_backups + 1) & (links.item_backups > 0)
    was_short = given.at_risk & (given.item_groups < links.item_backups + 1) & (links.item_backups > 0)
    return bool((failures == given.failures).all() and (short == was_short).all())
