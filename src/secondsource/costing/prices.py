"""What a quantity costs under price breaks: segments of a line each; not for rebates or freight."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from secondsource.arrays import Booleans, Integers
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
    kind = object if exact else np.float64
    place = np.full(len(problem.offers), -1)
    place[chosen] = np.arange(len(chosen))
    breaks = problem.price_breaks
    own = np.flatnonzero(place[links.price_break_offer] >= 0)
    offers = links.price_break_offer[own]
    zeros = np.full(len(chosen), Fraction(0) if exact else 0.0, dtype=kind)
    of = np.concatenate([np.arange(len(chosen)), place[offers]])
    start = np.concatenate([zeros, breaks.from_quantity.of(own, exact)])
    price = np.concatenate(
        [
            problem.offers.unit_price.of(chosen, exact) * links.offer_rate.of(chosen, exact),
            breaks.unit_price.of(own, exact) * links.offer_rate.of(offers, exact),
        ]
    )
    # A break from quantity 0 replaces the offer's own price: the sort is stable, and the last of equal starts is kept.
    order = np.lexsort((start.astype(np.float64), of))
    of, start, price = of[order], start[order], price[order]
    last = np.ones(len(of), dtype=np.bool_)
    last[:-1] = (of[1:] != of[:-1]) | (start[1:] != start[:-1]).astype(np.bool_)
    of, start, price = of[last], start[last], price[last]
    same = np.zeros(len(of), dtype=np.bool_)
    same[1:] = of[1:] == of[:-1]
    end = np.full(len(of), np.inf, dtype=kind)
    end[:-1][same[1:]] = start[1:][same[1:]]
    incremental = np.array([problem.offers.price_break_kind[row] == "incremental" for row in chosen], dtype=np.bool_)
    return Segments(of, start, end, price, _intercepts(of, start, price, same & incremental[of]))


def _intercepts(of: Integers, start: Any, price: Any, incremental: Booleans) -> Any:
    """Intercept of each piece: ``c_k = c_{k-1} + (price_{k-1} − price_k) × start_k`` for incremental breaks, else 0."""
    intercept = start * 0
    rank = np.arange(len(of)) - np.searchsorted(of, of)
    for step in range(1, int(rank.max(initial=0)) + 1):
        here = np.flatnonzero(incremental & (rank == step))
        intercept[here] = intercept[here - 1] + (price[here - 1] - price[here]) * start[here]
    return intercept


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
