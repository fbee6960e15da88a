"""What may go wrong with a plan, in money and likelihood, and what each backup takes out of it; not for one failure."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from secondsource.advice.hazards import PlanHazards, hazards_of
from secondsource.advice.interval import Interval, difference
from secondsource.arrays import Floats
from secondsource.language import Message
from secondsource.optimise.formulate import Formulation, formulate
from secondsource.optimise.frame import NONE
from secondsource.optimise.replan import Standing, answer, stand
from secondsource.problem import change
from secondsource.problem.plan import Plan
from secondsource.problem.risks import Risks
from secondsource.risk.hazards import Hazards
from secondsource.risk.simulate import Outcome, simulate
from secondsource.solver.highs import Limits
from secondsource.solver.program import Program

LEVELS = (0.9, 0.95, 0.99)
TAIL = 0.99
"""Level at which backups are judged."""
CURVE = 60
"""Points of the curve of losses."""

Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Level:
    """The loss not exceeded with probability `level`, and the mean of those beyond it, with its standard error."""

    level: float
    value_at_risk: float
    tail_mean: float
    tail_error: float


@dataclass(frozen=True)
class BackupWorth:
    """What one booked backup costs, and what it takes out of the losses: the plan is solved again without it.

    Attributes
    ----------
    quantity, fee
        Units booked; retainer over the horizon, present value.
    replaced_by
        Who would be booked instead, with the same protection; () where nobody can.
    value
        Cost of the best plan without it minus the plan's, with the same protection: never below zero; endless where no
        other backup will do.
    unprotected
        Where no other will do: cost of the best plan in which the item has no backups minus the plan's; below zero,
        the plan pays for the protection.
    expected, tail
        Expected loss and tail mean at 99 % of that other plan minus this plan's, from the same trials: what it removes.
    shortage
        The same of the probability that something is missing.
    """

    item: str
    offer: str
    supplier: str
    quantity: Decimal
    fee: Decimal
    replaced_by: tuple[str, ...]
    value: Interval
    unprotected: Interval | None
    expected: float
    tail: float
    shortage: float

    @property
    def price(self) -> Decimal:
        """What the plan pays for having it, beside the best plan without: 0 where it pays for itself."""
        other = self.value if self.unprotected is None else self.unprotected
        return max(Decimal(0), -other.middle)


@dataclass(frozen=True)
class Simulation:
    """What a plan may lose beyond its cost; money is present value in the plan's currency.

    Attributes
    ----------
    planned
        Expected cost of failures as the plan counts it: each single failure by itself.
    expected, standard_error
        Simulated expected loss.
    levels
        How bad the worst tenth, twentieth and hundredth are.
    independent
        The tail mean at 99 % if the same suppliers failed as often, but never of a common cause.
    shortage_probability
        That units of some item are missing within the horizon.
    unharmed
        Share of trials in which nothing is lost.
    curve
        Pairs of a probability and the loss exceeded with it.
    backups
        The dearest tail first.
    """

    plan: Plan
    trials: int
    seed: int
    planned: float
    expected: float
    standard_error: float
    levels: tuple[Level, ...]
    independent: float
    shortage_probability: float
    unharmed: float
    curve: tuple[tuple[float, float], ...]
    backups: tuple[BackupWorth, ...]
    causes: int
    drivers: int
    warnings: tuple[Message, ...]
    trials_per_second: float
    seconds: float


def simulated(
    base: Standing,
    risks: Risks | None,
    limits: Limits,
    *,
    trials: int = 1_000_000,
    seed: int = 1,
    workers: int = 2,
    backups: bool = True,
    told: Told | None = None,
) -> Simulation:
    """Return what a plan that stands may lose.

    Parameters
    ----------
    limits
        Of each plan that is solved again.
    backups
        Also solve again without each backup.
    """
    began = time.monotonic()
    if base.decisions is None:
        return _without_plan(base.plan, trials, seed)
    given = hazards_of(base, risks)
    start = time.monotonic()
    outcome = simulate(given.hazards, trials, seed, workers=workers)
    spent = time.monotonic() - start
    alone = without_causes(given.hazards)
    independent = simulate(alone, trials, seed, workers=workers) if len(given.hazards.hit_cause) else outcome
    worths = _worths(base, given, risks, outcome, limits, (seed, workers), told) if backups else ()
    return Simulation(
        plan=base.plan,
        trials=trials,
        seed=seed,
        planned=float(base.plan.breakdown.get("expected_failures", 0)),
        expected=outcome.mean,
        standard_error=outcome.standard_error,
        levels=tuple(
            Level(each, outcome.value_at_risk(each), outcome.tail_mean(each), outcome.tail_error(each))
            for each in LEVELS
        ),
        independent=independent.tail_mean(TAIL),
        shortage_probability=outcome.shortage_probability,
        unharmed=float((outcome.loss <= 0).mean()),
        curve=curve(outcome.ordered),
        backups=tuple(sorted(worths, key=lambda each: (-each.tail, each.item, each.offer))),
        causes=0 if risks is None else len(risks.causes),
        drivers=0 if risks is None else len(risks.drivers),
        warnings=given.warnings,
        trials_per_second=trials / max(spent, 1e-9),
        seconds=time.monotonic() - began,
    )


def _without_plan(plan: Plan, trials: int, seed: int) -> Simulation:
    return Simulation(plan, trials, seed, 0, 0, 0, (), 0, 0, 0, (), (), 0, 0, (), 0, 0)


def without_causes(hazards: Hazards) -> Hazards:
    """Return the hazards in which every group fails as often as before, but each for itself."""
    none = np.zeros(0)
    probability = 1.0 - (1.0 - hazards.own_probability) * _spared(hazards)
    return replace(
        hazards,
        probability=probability,
        cause_probability=none,
        hit_cause=none.astype(np.int64),
        hit_group=none.astype(np.int64),
        hit_probability=none,
    )


def _spared(hazards: Hazards) -> Floats:
    spared = np.ones(len(hazards.probability))
    chance = hazards.cause_probability[hazards.hit_cause] * hazards.hit_probability
    np.multiply.at(spared, hazards.hit_group, 1.0 - chance)
    return spared


def curve(ordered: Floats) -> tuple[tuple[float, float], ...]:
    """Return pairs of a probability and the loss that is exceeded with it, likely ones first."""
    n = len(ordered)
    chances = np.unique(np.geomspace(max(10.0 / n, 1e-4), 1.0, CURVE))[::-1]
    places = np.clip((n * (1.0 - chances)).astype(np.int64), 0, n - 1)
    return tuple((float(p), float(ordered[k])) for p, k in zip(chances, places, strict=True))


def _worths(
    base: Standing,
    given: PlanHazards,
    risks: Risks | None,
    outcome: Outcome,
    limits: Limits,
    run: tuple[int, int],
    told: Told | None,
) -> list[BackupWorth]:
    """What each booking is worth, one plan (or two) solved again for each; `run`: seed and workers of the trials."""
    found: list[BackupWorth] = []
    opted: dict[str, Standing] = {}
    bookings = base.plan.backups
    fees = {offer: row for row, offer in enumerate(base.problem.offers.offer)}
    for number, booking in enumerate(bookings, 1):
        row = fees[booking.offer]
        other, value = without_booking(base, row, limits)
        unprotected = None
        if other.decisions is None:
            if booking.item not in opted:
                opted[booking.item] = without_backups(base, booking.item, limits)
            other = opted[booking.item]
            unprotected = difference(other.plan, base.plan)
        after = outcome
        if other.decisions is not None:
            after = simulate(hazards_of(other, risks).hazards, outcome.trials, run[0], workers=run[1])
        rate = given.links.offer_rate.floats[row]
        fee = float(booking.quantity) * float(base.problem.offers.backup_fee[row] or 0) * rate * given.hazards.factor
        found.append(
            BackupWorth(
                item=booking.item,
                offer=booking.offer,
                supplier=booking.supplier,
                quantity=booking.quantity,
                fee=Decimal(f"{fee:.6f}"),
                replaced_by=_instead(base, other, booking.item, booking.supplier) if unprotected is None else (),
                value=value,
                unprotected=unprotected,
                expected=after.mean - outcome.mean,
                tail=after.tail_mean(TAIL) - outcome.tail_mean(TAIL),
                shortage=after.shortage_probability - outcome.shortage_probability,
            )
        )
        if told is not None:
            told(number, len(bookings))
    return found


def _instead(base: Standing, other: Standing, item: str, supplier: str) -> tuple[str, ...]:
    """Who has more booked of the item in the other plan than in this one."""
    before: dict[str, Decimal] = {}
    for each in base.plan.backups:
        if each.item == item:
            before[each.supplier] = before.get(each.supplier, Decimal(0)) + each.quantity
    after: dict[str, Decimal] = {}
    for each in other.plan.backups:
        if each.item == item:
            after[each.supplier] = after.get(each.supplier, Decimal(0)) + each.quantity
    return tuple(name for name, units in after.items() if name != supplier and units > before.get(name, Decimal(0)))


def without_booking(base: Standing, offer: int, limits: Limits) -> tuple[Standing, Interval]:
    """Return the best plan in which an offer (row of the problem) is not booked as backup, and what it costs more."""
    net = base.frame.network
    gone = net.offers == offer

    def build(everywhere: bool) -> tuple[Formulation, Program]:
        same = everywhere == base.frame.everywhere
        formulation = base.formulation if same else formulate(base.problem, everywhere=everywhere)
        program = base.program if same else formulation.program
        upper = program.upper.copy()
        booked = formulation.booked[gone]
        upper[booked[booked != NONE]] = 0.0
        return formulation, replace(program, upper=upper)

    found = answer(build, limits, version=base.plan.version)
    more = difference(found.plan, base.plan)
    # With one choice less no plan is cheaper: what the bounds leave open below zero is known to be none.
    return found, Interval(max(Decimal(0), more.low), max(Decimal(0), more.high))


def without_backups(base: Standing, item: str, limits: Limits) -> Standing:
    """Return the best plan in which an item has no backups at all."""
    items = base.problem.items
    backups = [Decimal(0) if name == item else was for name, was in zip(items.item, items.backups, strict=True)]
    problem = replace(base.problem, items=change.with_columns(items, {"backups": backups}), sha256="")
    return stand(problem, limits, version=base.plan.version)
