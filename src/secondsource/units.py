"""Units that more than one room counts in; not for conversions between currencies (those are data)."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

DAYS_PER_YEAR = 365
MONTHS_PER_YEAR = 12
MICRO = Decimal("0.000001")
"""The step in which money is stored and shown: a millionth of the currency."""

Exact = Decimal | Fraction | int


def to_micro(amount: Exact) -> Decimal:
    """Return `amount` of money rounded to a millionth, half to even.

    >>> to_micro(Fraction(2, 3))
    Decimal('0.666667')
    """
    fraction = Fraction(amount)
    micros = round(fraction * 1_000_000)
    return (Decimal(micros) * MICRO).quantize(MICRO, rounding=ROUND_HALF_EVEN)
