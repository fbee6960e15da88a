"""Units that more than one room counts in; not for conversions between currencies (those are data)."""

from __future__ import annotations

from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from fractions import Fraction

DAYS_PER_YEAR = 365
MONTHS_PER_YEAR = 12
MICRO = Decimal("0.000001")
"""The step in which money is stored and shown: a millionth of the currency."""

WHOLE = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
"""Arithmetic that rounds nothing away, however large the amount."""

Exact = Decimal | Fraction | int


def to_micro(amount: Exact) -> Decimal:
    """Return `amount` of money rounded to a millionth, half to even.

    >>> to_micro(Fraction(2, 3))
    Decimal('0.666667')
    >>> to_micro(Fraction(10**30) + Fraction(1, 4))
    Decimal('1000000000000000000000000000000.250000')
    """
    fraction = Fraction(amount)
    return Decimal(round(fraction * 1_000_000)).scaleb(-6, WHOLE)
