"""What each rule costs: alone, as the last of all, and its fair share of what all cost together; not for its worth.

The fair share is Shapley's (1953, "A value for n-person games"): the mean, over every order in which the rules could
have been made, of what each adds when its turn comes. It adds up to what all rules cost together. With many rules,
orders are sampled (Castro, Gómez, Tejada 2009, doi 10.1016/j.cor.2008.04.004), and the mean has a standard error.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations
from random import Random

import numpy as np

from secondsource.advice.dependence import Told
from secondsource.advice.interval import ZERO, Interval, cost_of
from secondsource.optimise.replan import Standing, stand, without_rules
from secondsource.problem.plan import Plan
from secondsource.problem.tables import Problem
from secondsource.solver.highs import Limits

MOST_EXACT = 6
"""Rules up to which every order is counted: 2^6 plans."""
ORDERS = 12
"""Orders that are sampled of more rules."""
CONFIDENCE = Decimal("1.96")
"""Standard errors of a mean that 95 in 100 lie within."""


@dataclass(frozen=True)
class RulePrice:
    """What one rule costs, and whose it is; present value.

    Attributes
    ----------
    alone
        Cost of the best plan with this rule only minus that with none.
    last
        Cost of the plan minus that of the best plan without this rule: what is saved if it alone goes.
    share
        Its fair share of what all rules cost together.
    error
        Standard error of the share where orders were sampled; None where all were counted.
    """

    rule: str
    owner: str
    reason: str
    expires: date | None
    alone: Interval
    last: Interval
    share: Interval
    error: Decimal | None

    @property
    def share_with_error(self) -> Interval:
        """The share with what sampling leaves open, 95 times in 100."""
        wide = CONFIDENCE * (self.error or Decimal(0))
        return Interval(self.share.low - wide, self.share.high + wide)


@dataclass(frozen=True)
class RulePrices:
    """What the rules cost: each by itself, the dearest share first, and all together.

    Attributes
    ----------
    orders
        How many orders were sampled; 0 where all were counted.
    plans
        How many plans were made.
    """

    plan: Plan
    rules: tuple[RulePrice, ...]
    together: Interval
    orders: int
    plans: int
    seconds: float


class _Costs:
    """Costs of the best plans under some of the rules, each planned once."""

    def __init__(self, base: Standing, limits: Limits, told: Told | None, expected: int) -> None:
        self.base, self.limits, self.told, self.expected = base, limits, told, expected
        self.rules = tuple(int(rule) for rule in base.frame.admission.rules)
        self.known: dict[frozenset[int], Interval] = {frozenset(self.rules): cost_of(base.plan)}

    def of(self, rules: frozenset[int]) -> Interval:
        """Return between what the cost of the best plan under just these rules lies."""
        if rules not in self.known:
            dropped = np.array([rule for rule in self.rules if rule not in rules], dtype=np.int64)
            self.known[rules] = cost_of(without_rules(self.base, dropped, self.limits).plan)
            if self.told is not None:
                self.told(min(len(self.known), self.expected), self.expected)
        return self.known[rules]


def rule_prices(
    problem: Problem,
    limits: Limits,
    *,
    orders: int = ORDERS,
    seed: int = 1,
    version: str = "",
    told: Told | None = None,
) -> RulePrices:
    """Return what each rule in force costs.

    Parameters
    ----------
    limits
        Of each plan.
    orders
        Orders to sample where there are more than `MOST_EXACT` rules: an even number, at least 4.
    seed
        Of the sample.
    """
    began = time.monotonic()
    base = stand(problem, limits, version=version)
    if base.decisions is None:
        return RulePrices(base.plan, (), ZERO, 0, 1, time.monotonic() - began)
    n = len(base.frame.admission.rules)
    exact = n <= MOST_EXACT
    drawn = 2 * max(2, (orders + 1) // 2)
    costs = _Costs(base, limits, told, 2**n if exact else 2 * n + 2 + drawn * (n - 1))
    every = frozenset(costs.rules)
    shares = _all_orders(costs) if exact else _sampled(costs, drawn, Random(seed))  # noqa: S311  a sample, no secret
    table = problem.rules
    prices = [
        RulePrice(
            rule=table.rule[rule],
            owner=table.owner[rule],
            reason=table.reason[rule],
            expires=table.expires[rule],
            alone=costs.of(frozenset([rule])) - costs.of(frozenset()),
            last=costs.of(every) - costs.of(every - {rule}),
            share=share,
            error=error,
        )
        for rule, (share, error) in shares.items()
    ]
    together = costs.of(every) - costs.of(frozenset()) if every else ZERO
    prices.sort(key=lambda each: (-each.share.middle, each.rule))
    took = time.monotonic() - began
    return RulePrices(base.plan, tuple(prices), together, 0 if exact else drawn, len(costs.known), took)


def _all_orders(costs: _Costs) -> dict[int, tuple[Interval, Decimal | None]]:
    """The mean over all orders: ``Σ_S |S|! (n − |S| − 1)! / n! × (c(S + r) − c(S))``."""
    n, found = len(costs.rules), dict[int, tuple[Interval, Decimal | None]]()
    for rule in costs.rules:
        others = [other for other in costs.rules if other != rule]
        share = ZERO
        for size in range(n):
            weight = Decimal(math.factorial(size) * math.factorial(n - size - 1)) / math.factorial(n)
            for before in map(frozenset, combinations(others, size)):
                share = share + (costs.of(before | {rule}) - costs.of(before)).times(weight)
        found[rule] = share, None
    return found


def _sampled(costs: _Costs, orders: int, random: Random) -> dict[int, tuple[Interval, Decimal | None]]:
    """The mean over sampled orders, and its standard error.

    Orders come in pairs, one the other's reverse: what a rule adds early in one it adds late in the other.
    """
    added: dict[int, list[Interval]] = {rule: [] for rule in costs.rules}
    for order in _orders(costs.rules, orders, random):
        before: frozenset[int] = frozenset()
        for rule in order:
            added[rule].append(costs.of(before | {rule}) - costs.of(before))
            before |= {rule}
    found: dict[int, tuple[Interval, Decimal | None]] = {}
    for rule, amounts in added.items():
        mean = sum(amounts, ZERO).times(Decimal(1) / len(amounts))
        pairs = [float(one.middle + other.middle) / 2 for one, other in zip(amounts[::2], amounts[1::2], strict=False)]
        error = Decimal(0) if len(pairs) < 2 else Decimal(repr(statistics.stdev(pairs) / math.sqrt(len(pairs))))
        found[rule] = mean, error
    return found


def _orders(rules: tuple[int, ...], count: int, random: Random) -> Iterator[list[int]]:
    """Orders of the rules, drawn in pairs of reverses."""
    for _pair in range(count // 2):
        order = list(rules)
        random.shuffle(order)
        yield order
        yield order[::-1]
