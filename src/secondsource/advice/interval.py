"""A figure that two plans give: the difference of their costs, between two limits; never clamped, never guessed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from secondsource.problem.plan import Plan

INFINITY = Decimal("Infinity")
FLOATS = Decimal("1e-9")
"""Share of a cost to which a bound on the solver's word is trusted: its arithmetic has tolerances."""


@dataclass(frozen=True)
class Interval:
    """An amount of money that is proved to lie between `low` and `high`; base currency, present value.

    Both are infinite where there is no plan at all on one side, and one is where nothing is proved on that side.
    """

    low: Decimal
    high: Decimal

    @property
    def is_distinguishable(self) -> bool:
        """Whether the amount is proved to be other than zero."""
        return not self.low <= 0 <= self.high

    @property
    def is_endless(self) -> bool:
        """Whether there is no plan at all on one side, so that no amount of money stands for it."""
        return self.low == self.high and self.low.is_infinite()

    @property
    def middle(self) -> Decimal:
        """Half-way between the limits where both are finite, else the finite one."""
        if self.low.is_infinite():
            return self.high
        return self.low if self.high.is_infinite() else (self.low + self.high) / 2

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        """Return the difference of two independent amounts.

        >>> Interval(Decimal(5), Decimal(6)) - Interval(Decimal(1), Decimal(3))
        Interval(low=Decimal('2'), high=Decimal('5'))
        """
        return Interval(_less(self.low, other.high), _less(self.high, other.low))

    def times(self, factor: Decimal) -> Interval:
        """Return the amount multiplied by a factor of at least 0."""
        return Interval(self.low * factor, self.high * factor)


ZERO = Interval(Decimal(0), Decimal(0))


def cost_of(plan: Plan) -> Interval:
    """Return between what the best plan's cost lies, of which `plan` is what was found: its bound and its cost.

    Where there is no plan, both are infinite; where none was found in time, only the upper one.
    """
    if plan.status == "infeasible":
        return Interval(INFINITY, INFINITY)
    if plan.status == "unbounded":
        return Interval(-INFINITY, -INFINITY)
    high = INFINITY if plan.cost is None else plan.cost
    low = -INFINITY if plan.bound is None else plan.bound
    if plan.proof != "checked" and low.is_finite():
        low -= FLOATS * abs(low)
    return Interval(low, high)


def difference(with_it: Plan, without_it: Plan) -> Interval:
    """Return what the first plan's best cost exceeds the second's by."""
    return cost_of(with_it) - cost_of(without_it)


def total(amounts: Iterable[Interval]) -> Interval:
    """Return the sum of independent amounts."""
    return sum(amounts, ZERO)


def _less(one: Decimal, other: Decimal) -> Decimal:
    """``one − other``, where infinity less infinity says nothing and counts as endless."""
    return one if one.is_infinite() else one - other
