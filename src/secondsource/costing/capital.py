"""What money at different times is worth, and what capital costs by the year; not for which flows there are."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Literal

Number = Any
"""A float, a Fraction, or an array of either."""
Depreciation = Literal["straight_line", "sum_of_years", "declining_balance"]


def net_present_value(rate: Number, flows: Sequence[Number]) -> Number:
    """Return ``Σ_t flows_t / (1 + rate)^t``, the first flow falling at once.

    >>> round(net_present_value(0.08, [-40_000, 5_000, 8_000, 12_000, 30_000]), 5)  # numpy-financial, npv
    3065.22267
    """
    return sum((flow / (1 + rate) ** year for year, flow in enumerate(flows)), rate * 0)


def annuity_factor(rate: Number, years: int) -> Number:
    """Return the present value of 1 at the end of each of so many years: ``Σ_{t = 1..T} (1 + rate)^−t``.

    >>> annuity_factor(Fraction(0), 5)
    Fraction(5, 1)
    """
    return sum((1 / (1 + rate) ** year for year in range(1, years + 1)), rate * 0)


def equivalent_annual_cost(present_value: Number, rate: Number, years: int) -> Number:
    """Return the equal sum a year, at the ends of so many years, that is worth `present_value`.

    ``present value / Σ_{t = 1..T} (1 + rate)^−t``: what options of different lives are compared by.

    >>> round(float(equivalent_annual_cost(120 + 165 * annuity_factor(0.13, 2), 0.13, 2)), 2)
    236.94
    """
    return present_value / annuity_factor(rate, years)


def nominal_rate(real_rate: Number, inflation_rate: Number) -> Number:
    """Return ``(1 + real) × (1 + inflation) − 1`` (Fisher): nominal flows need the nominal rate, real ones the real.

    >>> nominal_rate(Fraction(5, 100), Fraction(2, 100))
    Fraction(71, 1000)
    """
    return (1 + real_rate) * (1 + inflation_rate) - 1


def depreciation(cost: Number, salvage: Number, years: int, method: Depreciation) -> list[Number]:
    """Return what is written off in each year of a life; together ``cost − salvage``.

    ``straight_line``: ``(cost − salvage) / n``. ``sum_of_years``: ``(cost − salvage) × (n − t + 1) / (n (n + 1) / 2)``.
    ``declining_balance``: twice the straight-line rate of the book value, never below `salvage`; the last year takes
    the rest.

    >>> depreciation(Fraction(35000), Fraction(5000), 5, "declining_balance")[1]
    Fraction(8400, 1)
    """
    if method == "straight_line":
        return [(cost - salvage) / years] * years
    if method == "sum_of_years":
        digits = Fraction(years * (years + 1), 2)
        share = [Fraction(years - year) / digits for year in range(years)]
        return [(cost - salvage) * _like(part, cost) for part in share]
    book, written = cost, []
    for year in range(years):
        rest = book - salvage
        this = rest if year == years - 1 else _least(book * _like(Fraction(2, years), cost), rest)
        written.append(this)
        book = book - this
    return written


def _like(share: Fraction, number: Number) -> Number:
    """A share as an exact number beside exact ones, else as a float."""
    return share if isinstance(number, Fraction | int) else float(share)


def _least(left: Number, right: Number) -> Number:
    import numpy as np

    return min(left, right) if isinstance(left, Fraction | int | float) else np.minimum(left, right)
