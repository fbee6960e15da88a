"""How much stock, and how many sources, pay where supply is disrupted: the textbook's closed models; not for networks.

They answer a first question before a plan exists, and check what is simulated against published figures.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

GOLDEN = (math.sqrt(5) - 1) / 2
STEPS = 200


@dataclass(frozen=True)
class Best:
    """The best quantity, and what it costs per unit of time."""

    quantity: float
    cost: float


def order_quantity(
    fixed_cost: float,
    holding_cost: float,
    shortage_cost: float,
    demand: float,
    disruption_rate: float,
    recovery_rate: float,
) -> Best:
    """Return the best order quantity where the supplier is now and then down, and demand is then lost.

    ``g(Q) = (K + h Q² / (2 D) + p D ψ / μ) / (Q / D + ψ / μ)``, ``ψ = λ / (λ + μ) × (1 − e^(−(λ + μ) Q / D))``.

    Parameters
    ----------
    fixed_cost, holding_cost, shortage_cost
        K per order, h per unit and time, p per unit lost.
    demand, disruption_rate, recovery_rate
        D units, λ disruptions and μ recoveries per time.

    References
    ----------
    M. Parlar and D. Berkin 1991; L. Snyder and Z.-J. Shen, Fundamentals of Supply Chain Theory, example 9.1.
    """
    both = disruption_rate + recovery_rate

    def cost(quantity: float) -> float:
        down = disruption_rate / both * (1 - math.exp(-both * quantity / demand)) / recovery_rate
        held = holding_cost * quantity**2 / (2 * demand)
        return (fixed_cost + held + shortage_cost * demand * down) / (quantity / demand + down)

    usual = math.sqrt(2 * fixed_cost * demand / holding_cost)
    most = 10 * usual + 10 * demand * shortage_cost / holding_cost / both
    return _least(cost, 1e-9 * usual, most)


def base_stock(
    holding_cost: float, shortage_cost: float, demand: float, disruption_probability: float, recovery_probability: float
) -> Best:
    """Return the best level to fill the stock up to each period, where supply may be down for periods on end.

    ``π_0 = β / (α + β)``, ``π_n = α β / (α + β) × (1 − β)^(n − 1)`` is the probability of n periods down so far;
    the best level covers ``d × (1 + the least n with Σ π ≥ p / (p + h))``.

    Parameters
    ----------
    holding_cost, shortage_cost
        h and p, per unit and period; what is missing waits.
    demand
        d units a period.
    disruption_probability, recovery_probability
        α and β, from one period to the next.

    References
    ----------
    L. Snyder and Z.-J. Shen, Fundamentals of Supply Chain Theory, example 9.3.
    """
    alpha, beta = disruption_probability, recovery_probability
    level, reached, share = 0, beta / (alpha + beta), shortage_cost / (shortage_cost + holding_cost)

    def down(periods: int) -> float:
        return beta / (alpha + beta) if not periods else alpha * beta / (alpha + beta) * (1 - beta) ** (periods - 1)

    while reached < share:
        level += 1
        reached += down(level)
    quantity = demand * (level + 1)
    cost, n, left = 0.0, 0, 1.0
    while left > 1e-16:
        over = quantity - (n + 1) * demand
        cost += down(n) * (holding_cost * max(over, 0.0) + shortage_cost * max(-over, 0.0))
        left -= down(n)
        n += 1
        if n > 100_000:
            break
    return Best(quantity, cost)


def cost_of_sources(count: int, all_fail: float, one_fails: float, loss: float, cost_each: float) -> float:
    """Return the expected cost of so many sources: ``(S + (1 − S) U^n) × L + n × C``.

    Parameters
    ----------
    all_fail, one_fails
        Probability S of an event that stops all sources, U that one of them stops for a reason of its own.
    loss, cost_each
        L where none delivers, C of having one more source.

    References
    ----------
    P. Berger, A. Gerstenfeld and A. Zeng 2004, Omega 32(1), doi:10.1016/j.omega.2003.09.009.
    """
    return (all_fail + (1 - all_fail) * one_fails**count) * loss + count * cost_each


def _least(cost: Callable[[float], float], low: float, high: float) -> Best:
    """The least of a function that falls and then rises, by golden section."""
    a, b = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    at_a, at_b = cost(a), cost(b)
    for _step in range(STEPS):
        if at_a < at_b:
            high, b, at_b = b, a, at_a
            a = high - GOLDEN * (high - low)
            at_a = cost(a)
        else:
            low, a, at_a = a, b, at_b
            b = low + GOLDEN * (high - low)
            at_b = cost(b)
    middle = 0.5 * (low + high)
    return Best(middle, cost(middle))
