"""The cost parts of FORMAT.md, each a formula of its own; not for deciding which of them apply.

Every function takes floats, fractions, or numpy arrays of either, and is the same formula for all of them: floats to
formulate, fractions to verify. Money is in the base currency, undiscounted unless said otherwise.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from secondsource.units import DAYS_PER_YEAR, MONTHS_PER_YEAR

Number = Any
"""A float, a Fraction, or an array of either."""


def present_value_factor(discount_rate: Fraction, years: int) -> Fraction:
    """Return the factor of what falls evenly at the ends of the years of the horizon.

    ``a = Σ_{t = 1..T} (1 + discount_rate)^−t / T``

    >>> present_value_factor(Fraction(1, 10), 1)
    Fraction(10, 11)
    >>> present_value_factor(Fraction(0), 3)
    Fraction(1, 1)
    """
    return sum((1 / (1 + discount_rate) ** t for t in range(1, years + 1)), Fraction(0)) / years


def freight(cost_per_unit: Number, cost_per_kg: Number, weight_kg: Number) -> Number:
    """Return the freight of one unit: ``cost_per_unit + cost_per_kg × weight_kg``.

    >>> freight(Fraction(1, 2), Fraction(2), Fraction(1, 4))
    Fraction(1, 1)
    """
    return cost_per_unit + cost_per_kg * weight_kg


def duty(unit_price: Number, duty_rate: Number) -> Number:
    """Return the duty on one unit: ``unit_price × duty_rate``, before price breaks and rebates (the cautious side)."""
    return unit_price * duty_rate


def interest(unit_price: Number, discount_rate: Number, transit_days: Number, payment_days: Number) -> Number:
    """Return the interest on the money tied up in one unit.

    ``unit_price × discount_rate × (days in transit − payment_days) / 365``; negative where the supplier waits longer
    than the goods travel.

    >>> interest(Fraction(100), Fraction(365, 1000), 40, 30)
    Fraction(1, 1)
    """
    return unit_price * discount_rate * (transit_days - payment_days) / DAYS_PER_YEAR


def defects(defect_rate: Number, defect_cost: Number) -> Number:
    """Return the expected cost of defects of one unit: ``defect_rate × defect_cost``."""
    return defect_rate * defect_cost


def hourly_pay(hourly_wage: Number, burden_rate: Number) -> Number:
    """Return what an hour of a role costs: ``hourly_wage × (1 + burden_rate)``."""
    return hourly_wage * (1 + burden_rate)


def people(hours: Number, hours_per_year: Number, years: int) -> Number:
    """Return how many people `hours` of work over the horizon take: ``hours / (hours_per_year × T)``.

    >>> people(Fraction(5400), Fraction(1800), 3)
    Fraction(1, 1)
    """
    return hours / (hours_per_year * years)


def one_hire(
    hire_cost: Number, ramp_months: Number, hours_per_year: Number, hourly_wage: Number, burden_rate: Number
) -> Number:
    """Return what one new person costs: recruiting and training, and half of the ramp-up's pay.

    ``hire_cost + ramp_months / 12 × hours_per_year / 2 × hourly_wage × (1 + burden_rate)``

    >>> one_hire(Fraction(1000), Fraction(6), Fraction(1800), Fraction(20), Fraction(1, 2))
    Fraction(14500, 1)
    """
    ramp_hours = ramp_months / MONTHS_PER_YEAR * hours_per_year / 2
    return hire_cost + ramp_hours * hourly_pay(hourly_wage, burden_rate)


def replacements(persons: Number, attrition_rate: Number, years: int) -> Number:
    """Return how many people leave and are replaced over the horizon: ``P × attrition_rate × T``."""
    return persons * attrition_rate * years


def switching(switch_cost: Number, share: Number, new_share: Number) -> Number:
    """Return the cost of taking volume away: ``switch_cost × max(0, share − new share) / share``.

    >>> switching(Fraction(100), Fraction(1, 2), Fraction(1, 4))
    Fraction(50, 1)
    """
    return switch_cost * np.maximum(0, share - new_share) / share


def bring_up_shortage(shortage_cost: Number, bring_up_days: Number, years: int, recovery_share: Number) -> Number:
    """Return what a unit taken over costs while its backup is brought up.

    ``shortage_cost × min(1, bring_up_days / (365 × T × recovery_share))``, the outage lasting ``365 × T ×
    recovery_share`` days; `recovery_share` above 0.

    >>> bring_up_shortage(Fraction(10), Fraction(73), 1, Fraction(1, 2))
    Fraction(4, 1)
    """
    return shortage_cost * np.minimum(1, bring_up_days / (DAYS_PER_YEAR * years * recovery_share))


def failure_cost(takeover: Number, saved: Number, lost: Number, cover: Number, shortage_cost: Number) -> Number:
    """Return what a failure costs if it lasts the whole horizon, for an item with backups.

    ``e = max(0, takeover − cover × saved) + shortage_cost × (1 − cover) × lost``

    >>> failure_cost(Fraction(120), Fraction(100), Fraction(10), Fraction(1), Fraction(0))
    Fraction(20, 1)
    """
    return np.maximum(0, takeover - cover * saved) + shortage_cost * (1 - cover) * lost
