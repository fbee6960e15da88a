"""What a defective or missing unit costs the buyer and its customers; not for how likely it is."""

from __future__ import annotations

from dataclasses import dataclass, fields
from fractions import Fraction

ZERO = Fraction(0)


def customer_value(margin: Fraction, retention: Fraction, rate: Fraction) -> Fraction:
    """Return what a customer is worth: its margins to come, ``margin × retention / (1 + rate − retention)``.

    Parameters
    ----------
    margin
        Of a year.
    retention
        Share of customers who stay another year, below ``1 + rate``.

    References
    ----------
    S. Gupta, D. R. Lehmann, Customers as Assets, J. Interactive Marketing 17 (2003).

    >>> customer_value(Fraction(100), Fraction(8, 10), Fraction(12, 100))
    Fraction(250, 1)
    """
    return margin * retention / (1 + rate - retention)


@dataclass(frozen=True)
class Effect:
    """What one unit does; columns of the table `items` of a quality study, `customer_value` worked out."""

    caught_share: Fraction
    internal_cost: Fraction
    warranty_cost: Fraction
    lost_probability: Fraction
    told_customers: Fraction
    customer_value: Fraction
    unit_margin: Fraction
    penalty: Fraction
    late_share: Fraction
    lost_when_short: Fraction

    @property
    def caught(self) -> Fraction:
        """Part of a defect's cost that falls inside."""
        return self.caught_share * self.internal_cost

    @property
    def escaped(self) -> Fraction:
        """Part that falls outside, customers apart: warranty, handling, recall."""
        return (1 - self.caught_share) * self.warranty_cost

    @property
    def image(self) -> Fraction:
        """Part that is lost customers: ``escape × p × (1 + others told) × customer value``."""
        lost = self.lost_probability * (1 + self.told_customers)
        return (1 - self.caught_share) * lost * self.customer_value

    @property
    def defect_cost(self) -> Fraction:
        """Cost of one defective unit: ``caught × inside + (1 − caught) × (warranty + lost × customer value)``.

        >>> zero, half = Fraction(0), Fraction(1, 2)
        >>> Effect(half, Fraction(10), Fraction(100), Fraction(1, 10), zero, Fraction(500), *[zero] * 4).defect_cost
        Fraction(80, 1)
        """
        return self.caught + self.escaped + self.image

    @property
    def shortage_cost(self) -> Fraction:
        """Cost of a missing unit beyond its price: ``(1 − late) × margin + penalty + lost × customer value``."""
        return (
            (1 - self.late_share) * self.unit_margin
            + self.penalty
            + self.lost_when_short * (1 + self.told_customers) * self.customer_value
        )


FIGURES = tuple(each.name for each in fields(Effect))
