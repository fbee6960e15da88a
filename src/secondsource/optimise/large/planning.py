"""A large event's search told as a solution, with decisions and certificate; not for searching by multipliers.

An event that leaves nothing out is planned by the search alone. Where the problem asks for more (backups, people,
rebates, further rules, ...), the search says which offers are promising, the whole program with these alone gives the
plan, and the multipliers' bound stands, since the event only ever leaves out what makes a plan dearer. Time that is
left goes to the whole program, from the plan found.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from secondsource.arrays import Booleans, Floats
from secondsource.optimise.account import account
from secondsource.optimise.backups import short_of_backups
from secondsource.optimise.decisions import Decisions, read_point
from secondsource.optimise.formulate import Formulation, formulate
from secondsource.optimise.frame import NONE, Frame
from secondsource.optimise.large.bookings import book
from secondsource.optimise.large.certificate import certify
from secondsource.optimise.large.event import Event, is_plain
from secondsource.optimise.large.search import Found, search
from secondsource.optimise.planning import has_crumbs, leading, thrift
from secondsource.optimise.verify import broken_promises
from secondsource.problem.plan import Certificate
from secondsource.problem.tables import Problem
from secondsource.solver.highs import Limits, Progress, Solution, solve
from secondsource.solver.program import Program
from secondsource.solver.staged import WORTH_IT, solve_in_stages

SEARCHING = 0.5
"""Share of the time for the search where it cannot plan alone."""
RESERVE, MOST_RESERVED = 6.0, 0.4
"""Seconds kept for what comes after the search, for each second of formulating, and at most as a share of all."""
DRAFT_GAP = 1e-3
STANDING_BY = 3
"""Offers of each item that may be booked in a first plan, beside those awarded."""
Told = Callable[[Progress], bool | None] | None


@dataclass
class _Work:
    """The best point so far (of decisions alone where `searched`), what is proved, and the time."""

    formulation: Formulation
    limits: Limits
    progress: Told
    began: float
    bound: float
    x: Floats | None = None
    cost: float | None = None
    searched: bool = False

    def left(self, share: float = 1.0) -> Limits:
        """The limits of what is left of the time, or of a share of it."""
        if self.limits.seconds is None:
            return self.limits
        left = self.limits.seconds - (time.monotonic() - self.began)
        return replace(self.limits, seconds=max(0.1, share * left))

    def is_over(self) -> bool:
        """Whether the gap is reached or the time up."""
        late = self.limits.seconds is not None and time.monotonic() - self.began > self.limits.seconds
        return late or (self.cost is not None and self.cost - self.bound <= self.limits.gap * abs(self.cost))

    def better(self, solution: Solution) -> None:
        """Keep a point that is better and whose awards are no crumbs."""
        if solution.x is None or solution.cost is None or (self.cost is not None and solution.cost >= self.cost):
            return
        if not has_crumbs(self.formulation.frame, read_point(self.formulation, solution.x)):
            self.x, self.cost, self.searched = solution.x, solution.cost, False
            self.tell(Progress(time.monotonic() - self.began, self.bound, self.cost, None))

    def tell(self, now: Progress) -> bool | None:
        """Report the best of both, the program's and ours."""
        if self.progress is None:
            return None
        costs = [cost for cost in (now.best, self.cost) if cost is not None]
        best = min(costs, default=None)
        bound = self.bound if now.bound is None else max(now.bound, self.bound)
        gap = (best - bound) / abs(best) if best else None
        return self.progress(Progress(time.monotonic() - self.began, bound, best, gap))

    def tell_plans(self, now: Progress) -> bool | None:
        """Report what a program finds that leaves offers out: its bound says nothing."""
        return self.tell(replace(now, bound=None))


def plan_by_items(
    problem: Problem, limits: Limits, progress: Told, like: Certificate | None = None
) -> tuple[Frame, Solution, Decisions | None, Certificate | None] | None:
    """Return the best plan found, or no decisions but a bound where time ended first; None where there is neither.

    The certificate is None where the solver proved more than the multipliers.
    """
    began = time.monotonic()
    formulation = formulate(problem)
    limits = _with_reserve(limits, time.monotonic() - began)
    given, plain = formulation.frame, is_plain(formulation.frame)
    exposed = given.problem.settings.strict and short_of_backups(given).any()
    net = given.network
    if exposed or not (net.awardable & (net.need_max[net.item] > 0)).any():  # nothing that could be awarded
        return None
    left = None if limits.seconds is None else max(0.0, limits.seconds - (time.monotonic() - began))
    seconds = None if left is None else left * (1.0 if plain else SEARCHING)
    found = search(given, replace(limits, seconds=seconds), _heard(progress, plain), like)
    if found.bound is None:
        return None
    # Bounds are stated in millionths: rounding must only ever lower them.
    bound = np.nextafter(np.nextafter(float(found.bound), -np.inf), -np.inf) - 2e-6
    work = _Work(formulation, limits, progress, began, float(bound))
    certificate: Certificate | None = certify(given, found.event, found.multipliers)
    nothing = (given, Solution("nothing in time", None, None, work.bound), None, certificate)
    if found.awards is None:
        return nothing if work.is_over() else None
    if plain:
        work.x, work.cost, work.searched = _point(formulation, found.event, found.awards), found.cost, True
    else:
        _outline(work, found, found.awards)
        _draft(work, found, found.awards > 0)
    proved = None
    if not work.is_over():
        last = _whole(work)
        work.better(last)
        proved = last.bound
    if work.x is None:
        return nothing if work.is_over() else None
    if proved is not None and proved > work.bound:
        certificate, work.bound = None, proved
    solution = Solution("feasible", work.x, work.cost, work.bound)
    return given, solution, read_point(formulation, work.x), certificate


def _with_reserve(limits: Limits, formulating: float) -> Limits:
    """The limits less what describing and verifying the plan will take, judged by how long formulating took."""
    if limits.seconds is None:
        return limits
    return replace(limits, seconds=limits.seconds - min(RESERVE * formulating, MOST_RESERVED * limits.seconds))


def _heard(progress: Told, plain: bool) -> Told:
    """What of the search may be told: its plans are only plans where the event leaves nothing out."""
    if progress is None or plain:
        return progress
    return lambda now: progress(replace(now, best=None, gap=None))


def _outline(work: _Work, found: Found, awards: Floats) -> None:
    """A plan of the awards as they are, with backups booked item by item, where it keeps all rules."""
    formulation = work.formulation
    given = formulation.frame
    units = np.zeros(given.n_offers)
    units[found.event.offers] = awards
    engaged = np.zeros(len(given.problem.suppliers), dtype=np.bool_)
    engaged[given.network.supplier[units > 0]] = True
    booked = book(given, units, engaged)
    if booked is None:
        return
    x = _point(formulation, found.event, awards)
    some = formulation.booked != NONE
    x[formulation.booked[some]] = booked[some]
    decisions = read_point(formulation, x)
    costs = account(given.problem, given.links, decisions, given.failures)
    if has_crumbs(given, decisions) or broken_promises(given.problem, given.links, decisions, costs, given.failures):
        return
    work.x, work.cost, work.searched = x, float(costs.total), True
    work.tell(Progress(time.monotonic() - work.began, None, None, None))


def _draft(work: _Work, found: Found, chosen: Booleans) -> None:
    """Plan with the offers `chosen`, then with more."""
    formulation = work.formulation
    net = formulation.frame.network
    awarded = np.zeros(formulation.frame.n_offers, dtype=np.bool_)
    awarded[found.event.offers[chosen]] = True
    engaged = np.zeros(len(formulation.frame.problem.suppliers), dtype=np.bool_)
    engaged[net.supplier[awarded]] = True
    promising = np.zeros(formulation.frame.n_offers, dtype=np.bool_)
    promising[found.event.offers[found.promising]] = True
    inside = engaged[net.supplier]
    steps = ((awarded, 0.5), ((promising & inside) | awarded, 0.5), (promising | inside, 0.7))
    for number, (awards, share) in enumerate(steps):
        if work.is_over() or (number == 2 and work.x is not None):
            break
        bookings = awards | _standing_by(work.formulation, engaged, STANDING_BY * (number + 1))
        program = _only(formulation, awards, bookings)
        limits = replace(work.left(share), gap=max(work.limits.gap, DRAFT_GAP))
        saving = thrift(formulation)
        if work.x is None:
            work.better(solve_in_stages(program, leading(program), limits, work.tell_plans, saving))
        else:
            work.better(solve(program, limits, work.tell_plans, start=_complete(work), thrift=saving))


def _standing_by(formulation: Formulation, engaged: Booleans, count: int) -> Booleans:
    """The offers of each item that are cheapest to book, half of them among the suppliers engaged, `(offers,)`."""
    given = formulation.frame
    net, costs = given.network, given.costs
    kept = np.zeros(given.n_offers, dtype=np.bool_)
    if not (formulation.booked != NONE).any():
        return kept
    risk = given.group_probability[given.links.supplier_group[net.supplier]]
    typical = float(np.mean(risk))
    price = costs.backup_fee + typical * costs.takeover + costs.fixed / np.maximum(given.most_booked, 1e-9)
    for among in (engaged[net.supplier], np.ones(given.n_offers, dtype=np.bool_)):
        some = np.flatnonzero(among & (formulation.booked != NONE) & (given.most_booked > 0))
        order = some[np.lexsort((price[some], net.item[some]))]
        item = net.item[order]
        rank = np.arange(len(order)) - np.searchsorted(item, item)
        kept[order[rank < count]] = True
    return kept


def _only(formulation: Formulation, awards: Booleans, bookings: Booleans) -> Program:
    """The whole program in which only some offers may be awarded and booked."""
    columns = formulation.awards
    shut = [columns.quantity[~awards], columns.taken[~awards], formulation.booked[~bookings]]
    segments = columns.segment_taken[~awards[columns.segment_offer]]
    closed = np.concatenate([*(part[part != NONE] for part in shut), segments])
    upper = formulation.program.upper.copy()
    upper[closed] = 0.0
    return replace(formulation.program, upper=upper)


def _whole(work: _Work) -> Solution:
    """The whole program, for the time that is left, from the best point so far."""
    program, saving = work.formulation.program, thrift(work.formulation)
    if work.x is None or program.whole.sum() < WORTH_IT:  # small ones are solved twice, which a start prevents
        return solve_in_stages(program, leading(program), work.left(), work.tell, saving)
    found = solve(program, work.left(), work.tell, start=_complete(work), thrift=saving)
    unproved = found.cost is None or found.bound is None or found.cost - found.bound > work.limits.gap * abs(found.cost)
    if found.outcome == "optimal" and unproved:  # its best point was none, and came out dearer
        return solve_in_stages(program, leading(program), work.left(), work.tell, saving)
    return found


def _complete(work: _Work) -> Floats:
    """The point with the columns that follow from awards and bookings, which a search leaves out."""
    formulation = work.formulation
    if work.x is None or not work.searched:
        return np.zeros(0) if work.x is None else work.x
    held = work.x[formulation.awards.quantity] > 0
    booked = (formulation.booked != NONE) & (work.x[formulation.booked] > 0)
    program = _only(formulation, held, booked)
    work.better(solve(program, replace(work.left(), gap=1e-3), work.tell_plans, thrift=thrift(formulation)))
    return work.x


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
