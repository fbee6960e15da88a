"""What leaving today's awards is worth, net of switching, and which few changes bring most of it; not for baselines.

An item is *kept* where every incumbent holds its share of today, and nobody else has more than what is left. The best
plan in which at most `k` items change is one program: a decision per item, and a limit on how many.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from secondsource.advice.dependence import Told
from secondsource.advice.interval import Interval, difference
from secondsource.arrays import Floats, Integers
from secondsource.language import Message
from secondsource.optimise.formulate import Formulation, formulate
from secondsource.optimise.replan import Standing, answer, stand
from secondsource.problem.plan import Plan
from secondsource.problem.tables import Problem
from secondsource.solver.highs import Limits
from secondsource.solver.program import Program

MOST_CHANGES = 8
"""Changes that are counted one by one."""
ALIKE = Decimal("0.0005")
"""Share of an item by which an incumbent's award may differ from today's without being a change."""


@dataclass(frozen=True)
class Step:
    """The best plan in which at most some items change.

    Attributes
    ----------
    changes
        How many items may change.
    items
        Which do, with the shares by supplier that they then have.
    worth
        Cost of keeping today's awards minus that plan's: net of switching, which is in both.
    switching
        What the plan pays for switching.
    """

    changes: int
    items: tuple[tuple[str, tuple[tuple[str, Decimal], ...]], ...]
    worth: Interval
    switching: Decimal
    plan: Plan


@dataclass(frozen=True)
class Switching:
    """What leaving today's awards is worth.

    Attributes
    ----------
    plan
        The best plan, free to change everything.
    today
        The best plan that keeps all of today's awards.
    kept
        Items with incumbents, and their shares today.
    cannot_stay
        Items whose awards of today no plan can keep: an incumbent has no admitted offer, or not the capacity for it.
    worth
        Cost of today's minus the best plan's.
    steps
        From one change on; none where today's awards cannot be kept at all.
    """

    plan: Plan
    today: Plan
    kept: tuple[tuple[str, tuple[tuple[str, Decimal], ...]], ...]
    cannot_stay: tuple[str, ...]
    worth: Interval
    steps: tuple[Step, ...]
    conflict: tuple[Message | str, ...]
    seconds: float


def switching(problem: Problem, limits: Limits, *, version: str = "", told: Told | None = None) -> Switching:
    """Return what leaving today's awards is worth, and what the best few changes bring."""
    began = time.monotonic()
    base = stand(problem, limits, version=version)
    kept = _today(problem)
    if base.decisions is None or not kept:
        took = time.monotonic() - began
        return Switching(base.plan, base.plan, kept, (), difference(base.plan, base.plan), (), (), took)
    holding = _Holding(base, limits)
    stuck = tuple(item for item, _shares in kept if holding.alone(item).plan.status == "infeasible")
    holding.freed = frozenset(problem.items.position[item] for item in stuck)
    today = holding.best(0).plan
    steps: list[Step] = []
    most = min(MOST_CHANGES, len(kept) - len(stuck))
    for changes in range(1, most + 1 if today.cost is not None else 1):
        plan = holding.best(changes).plan
        if plan.cost is None:
            break
        steps.append(_step(changes, plan, today, problem, kept))
        if told is not None:
            told(changes, most)
        if plan.bound is not None and base.plan.cost is not None and plan.cost <= base.plan.cost:
            break
    took = time.monotonic() - began
    worth = difference(today, base.plan)
    return Switching(base.plan, today, kept, stuck, worth, tuple(steps), (), took)


def _today(problem: Problem) -> tuple[tuple[str, tuple[tuple[str, Decimal], ...]], ...]:
    """Items with incumbents and a demand, and the incumbents' shares."""
    table, found = problem.incumbents, dict[str, list[tuple[str, Decimal]]]()
    for item, supplier, share in zip(table.item, table.supplier, table.share, strict=True):
        if problem.items.demand[problem.items.position[item]]:
            found.setdefault(item, []).append((supplier, share or Decimal(0)))
    return tuple((item, tuple(held)) for item, held in found.items())


def _step(
    changes: int,
    plan: Plan,
    today: Plan,
    problem: Problem,
    kept: Iterable[tuple[str, tuple[tuple[str, Decimal], ...]]],
) -> Step:
    from secondsource.advice.scenarios import shares

    now = shares(plan, problem)
    changed = []
    for item, held in kept:
        new = now.get(item, {})
        demand = problem.items.demand[problem.items.position[item]] or Decimal(1)
        part = (plan.needs.get(item) or demand) / demand
        if any(abs(new.get(supplier, Decimal(0)) * part - share) > ALIKE for supplier, share in held):
            changed.append((item, tuple(sorted(new.items(), key=lambda each: (-each[1], each[0])))))
    worth = difference(today, plan)
    return Step(changes, tuple(changed), worth, plan.breakdown["switching"], plan)


class _Holding:
    """The problem's program with a decision per item with incumbents: whether it may change."""

    def __init__(self, base: Standing, limits: Limits) -> None:
        self.base, self.limits = base, limits
        self.freed: frozenset[int] = frozenset()
        self.programs: dict[bool, tuple[Formulation, Program, Integers, int]] = {}

    def best(self, changes: int) -> Standing:
        """Return the best plan in which at most so many items change, beside those that must."""
        return self._solved(changes, self.freed)

    def alone(self, item: str) -> Standing:
        """Return the best plan that keeps this item, all others free."""
        items = set(self.base.frame.links.incumbent_item.tolist())
        return self._solved(0, frozenset(items - {self.base.problem.items.position[item]}))

    def _solved(self, changes: int, freed: frozenset[int]) -> Standing:
        def build(everywhere: bool) -> tuple[Formulation, Program]:
            if everywhere not in self.programs:
                self.programs[everywhere] = self._program(everywhere)
            formulation, program, change, limit = self.programs[everywhere]
            lower, row_upper = program.lower.copy(), program.row_upper.copy()
            items = np.unique(self.base.frame.links.incumbent_item)
            free = np.isin(items, list(freed))
            lower[change[free]] = 1.0
            row_upper[limit] = changes + int(free.sum())
            return formulation, replace(program, lower=lower, row_upper=row_upper)

        return answer(build, self.limits, version=self.base.plan.version)

    def _program(self, everywhere: bool) -> tuple[Formulation, Program, Integers, int]:
        """Rows ``|units − share × demand| ≤ demand × z`` for every incumbent, ``Σ z ≤ changes``."""
        formulation = formulate(self.base.problem, everywhere=everywhere)
        given = formulation.frame
        build, links = given.builder, given.links
        items, of = np.unique(links.incumbent_item, return_inverse=True)
        change = build.add_columns("change", len(items), upper=1, whole=True)
        demand: Floats = given.item("demand")[links.incumbent_item]
        held = self.base.problem.incumbents.share.floats * demand
        room = np.maximum(demand, held)
        for side in (1.0, -1.0):
            rows = build.add_rows("kept", len(held), upper=side * held)
            self._enter(formulation, rows, side)
            build.add_entries(rows, change[of], -room)
        (limit,) = build.add_rows("changes", 1, upper=0)
        build.add_entries(np.full(len(change), limit), change, 1.0)
        return formulation, build.build(), change, int(limit)

    def _enter(self, formulation: Formulation, rows: Integers, side: float) -> None:
        """Enter what each incumbent delivers of its item, packages in full."""
        given, awards = formulation.frame, formulation.awards
        net, links, build = given.network, given.links, given.builder
        pairs = zip(rows.tolist(), links.incumbent_item.tolist(), links.incumbent_supplier.tolist(), strict=True)
        for row, item, supplier in pairs:
            offers = np.flatnonzero((net.item == item) & (net.supplier == supplier) & net.awardable)
            build.add_entries(np.full(len(offers), row), awards.quantity[offers], side)
            packs = np.flatnonzero(
                (net.delivery_item == item) & (net.package_supplier[net.delivery_package] == supplier)
            )
            columns = awards.package[net.delivery_package[packs]]
            build.add_entries(np.full(len(packs), row), columns, side * net.delivery_quantity[packs])
