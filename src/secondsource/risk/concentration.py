"""How concentrated a spend is: Herfindahl's index and the number of equal shares that it stands for; not for whose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

FULL = 10_000
"""The index where one has everything."""


@dataclass(frozen=True)
class Concentration:
    """Herfindahl's index (0 to 10,000), and the effective number: as many equal shares would give the same index."""

    index: float
    effective: float
    count: int


def concentration(amounts: Iterable[Decimal | Fraction | float]) -> Concentration | None:
    """Return ``HHI = 10,000 × Σ s²`` and ``N = 10,000 / HHI`` of amounts; None where they come to nothing.

    >>> concentration([40, 30, 20, 10])
    Concentration(index=3000.0, effective=3.3333333333333335, count=4)
    """
    exact = [Fraction(amount) for amount in amounts if amount > 0]
    total = sum(exact, Fraction(0))
    if not total:
        return None
    squares = sum(((amount / total) ** 2 for amount in exact), Fraction(0))
    return Concentration(float(squares * FULL), float(1 / squares), len(exact))
