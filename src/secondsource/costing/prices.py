"""What a quantity costs under price breaks: segments of a line each; not for rebates or freight."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from secondsource.arrays import Integers
from secondsource.problem.links import Links
from secondsource.problem.tables import Problem


@dataclass(frozen=True)
class Segments:
    """The purchase cost of each offer as pieces ``intercept + price × quantity``, base currency, undiscounted.

    A piece holds from `start` (reached at that quantity) up to, and without, `end` (infinite for the last). Shape of
    every array: `(segments,)`, sorted by offer and start; money and quantities are floats or fractions.
    """

    offer: Integers
    start: Any
    end: Any
    price: Any
    intercept: Any


def segments(problem: Problem, links: Links, chosen: Integers, exact: bool) -> Segments:
    """Return the price segments of the `chosen` offers (rows of `problem.offers`), `offer` counting within `chosen`.

    All-units breaks charge the whole quantity at the price of the last `from_quantity` reached; incremental ones charge
    each unit at the price of the bracket that it falls into: ``C(q) = C(from_k) + price_k × (q − from_k)``.
    """
    view = "fractions" if exact else "floats"
    price = getattr(problem.offers.unit_price, view)[chosen] * getattr(links.offer_rate, view)[chosen]
    zero: Any = Fraction(0) if exact else 0.0
    of: list[int] = list(range(len(chosen)))
    start: list[Any] = [zero] * len(chosen)
    slope: list[Any] = list(price)
    at = {int(row): place for place, row in enumerate(chosen)}
    breaks = problem.price_breaks
    quantities, prices = getattr(breaks.from_quantity, view), getattr(breaks.unit_price, view)
    rates = getattr(links.offer_rate, view)
    for row, offer in enumerate(links.price_break_offer):
        place = at.get(int(offer))
        if place is not None:
            of.append(place)
            start.append(quantities[row])
            slope.append(prices[row] * rates[offer])
    # A break from quantity 0 replaces the offer's own price: the stable sort keeps it after that, and it is kept.
    order = sorted(range(len(of)), key=lambda k: (of[k], start[k]))
    order = [
        k
        for position, k in enumerate(order)
        if position + 1 == len(order) or (of[order[position + 1]], start[order[position + 1]]) != (of[k], start[k])
    ]
    incremental = [problem.offers.price_break_kind[row] == "incremental" for row in chosen]
    return _lines([of[k] for k in order], [start[k] for k in order], [slope[k] for k in order], incremental, exact)


def _lines(of: list[int], start: list[Any], slope: list[Any], incremental: list[bool], exact: bool) -> Segments:
    """Give each segment its end and its intercept."""
    end: list[Any] = [np.inf] * len(of)
    intercept: list[Any] = [Fraction(0) if exact else 0.0] * len(of)
    for k in range(1, len(of)):
        if of[k] == of[k - 1]:
            end[k - 1] = start[k]
            if incremental[of[k]]:
                intercept[k] = intercept[k - 1] + (slope[k - 1] - slope[k]) * start[k]
    kind = object if exact else np.float64
    ends = np.array(end, dtype=object if exact else np.float64)
    return Segments(
        np.array(of, dtype=np.int64),
        np.array(start, dtype=kind),
        ends,
        np.array(slope, dtype=kind),
        np.array(intercept, dtype=kind),
    )


def purchase(pieces: Segments, offer: int, quantity: Fraction, tolerance: Fraction) -> Fraction:
    """Return what `quantity` of one offer costs, base currency, undiscounted.

    Parameters
    ----------
    tolerance
        A quantity this little below a break counts as reaching it: solvers' quantities are rounded.
    """
    if quantity <= 0:
        return Fraction(0)
    rows = np.flatnonzero(pieces.offer == offer)
    reached = [k for k in rows if pieces.start[k] <= quantity + tolerance]
    last = reached[-1]
    return Fraction(pieces.intercept[last]) + Fraction(pieces.price[last]) * quantity
