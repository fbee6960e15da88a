"""How well deliveries were kept, with honest uncertainty: a period without deliveries has no score."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from secondsource.web.contracts.models import Delivery

NORMAL_95 = 1.959963984540054
"""The normal quantile of a two-sided interval of 95 %."""


@dataclass(frozen=True)
class Score:
    """Deliveries of a period: how many were due, how many came in time and in full, and where the true share lies.

    Attributes
    ----------
    low, high
        95 % interval of the share that comes in time and in full, 0..1.
    defect_rate
        Defective units over delivered units, 0..1; None where nothing was delivered.
    """

    due: int
    kept: int
    low: float
    high: float
    defect_rate: Decimal | None

    @property
    def share(self) -> float:
        """Of deliveries kept."""
        return self.kept / self.due


def wilson(kept: int, due: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, which is sensible for few deliveries too.

    ``(p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n)``, with ``p = kept / due``, ``n = due``.

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference, J. Am. Stat. Assoc. 22, 209.

    >>> [round(bound, 3) for bound in wilson(9, 10)]
    [0.596, 0.982]
    """
    z, share = NORMAL_95, kept / due
    middle = share + z * z / (2 * due)
    half = z * math.sqrt(share * (1 - share) / due + z * z / (4 * due * due))
    return max(0.0, (middle - half) / (1 + z * z / due)), min(1.0, (middle + half) / (1 + z * z / due))


def score(deliveries: Iterable[Delivery], today: date) -> Score | None:
    """Return the score of the deliveries that were due before today; None where none was."""
    due = [each for each in deliveries if each.due < today]
    if not due:
        return None
    kept = sum(
        each.arrived is not None and each.arrived <= each.due and each.delivered_micro >= each.ordered_micro
        for each in due
    )
    delivered = sum(each.delivered_micro for each in due)
    defects = sum(each.defective_micro for each in due)
    rate = Decimal(defects) / Decimal(delivered) if delivered else None
    return Score(len(due), kept, *wilson(kept, len(due)), rate)


def by_quarter(deliveries: Iterable[Delivery], today: date, quarters: int = 4) -> list[tuple[str, Score | None]]:
    """Return the scores of the last quarters, oldest first, by name such as "2026 Q3"."""
    every = list(deliveries)
    year, quarter = today.year, (today.month - 1) // 3
    found: list[tuple[str, Score | None]] = []
    for _step in range(quarters):
        inside = [each for each in every if (each.due.year, (each.due.month - 1) // 3) == (year, quarter)]
        found.append((f"{year} Q{quarter + 1}", score(inside, today)))
        year, quarter = (year, quarter - 1) if quarter else (year - 1, 3)
    return found[::-1]
