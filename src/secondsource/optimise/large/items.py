"""The best awards of every item on its own, at given multipliers, exactly; not for what ties items together.

Within an item the cost of each offer is linear between its corners: the ends of its price segments, its least and its
most. One equation (the awards add up to the need) ties them, so some best choice has every award but one on a corner.
The search goes through sets of offers on corners, and each completes by one offer that takes the rest. It cuts what
cannot be better: with ``rate_o = min c_o(q) / q``, the rest of the need costs at least what filling it in the order of
the rates, each up to its most, costs.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numba
import numpy as np

from secondsource.arrays import Floats
from secondsource.optimise.large.event import Event

SLACK = 1e-9
"""Share of the need within which a quantity counts as reaching a corner: only ever lets more through."""
TOKEN = 1e-5
"""Share of the need up to which an award is there for its own sake."""


CELLS = 16
"""Parts of the need for which the least cost per unit of quantities up to there is looked up."""


@numba.njit(cache=True, nogil=True)
def _rates(first: Any, low: Any, high: Any, slope: Any, charge: Any, at: Any, n: Any, need: Any, floor: Any) -> None:
    """Fill `floor[g]` with no more than the cost per unit of any one award of up to `(g + 1) / CELLS` of the need."""
    floor[:] = np.inf
    slack = SLACK * need
    cell = need / CELLS
    for o in range(at, at + n):
        for k in range(first[o], first[o + 1]):
            bottom, top = max(low[k] - slack, 1e-3 * low[k]), high[k] + slack
            g = min(int(bottom / cell), CELLS - 1)
            while True:
                end = min(top, (g + 1) * cell)
                q = end if charge[k] >= 0.0 else max(bottom, g * cell)
                rate = slope[k] + charge[k] / q if q > 0.0 else -np.inf
                if rate < floor[g]:
                    floor[g] = rate
                if end >= top or g == CELLS - 1:
                    break
                g += 1
    for g in range(1, CELLS):
        floor[g] = min(floor[g], floor[g - 1])


@numba.njit(cache=True, nogil=True)
def _cost_at(
    q: Any,
    o: Any,
    first: Any,
    low: Any,
    high: Any,
    slope: Any,
    charge: Any,
    slack: Any,
) -> float:
    """What `q` units of offer `o` cost; infinite where it cannot deliver so much."""
    best = np.inf
    for k in range(first[o], first[o + 1]):
        if low[k] - slack <= q <= high[k] + slack:
            best = min(best, charge[k] + slope[k] * q)
    return best


@numba.njit(cache=True, nogil=True)
def _at_least(
    rest: Any,
    spread: Any,
    small: Any,
    enough: Any,
    first: Any,
    low: Any,
    high: Any,
    slope: Any,
    charge: Any,
    at: Any,
    n: Any,
    chosen: Any,
    slack: Any,
) -> float:
    """What `rest` units cost at least, of which one offer takes all but `spread`, and others those at the rate `small`.

    Stops early once it is below `enough`.
    """
    least = np.inf
    window = max(rest - spread, 0.0)
    for o in range(n):
        if chosen[o]:
            continue
        for k in range(first[at + o], first[at + o + 1]):
            bottom, top = max(low[k], window), min(high[k] + slack, rest)
            if bottom <= top + slack:
                at_top = charge[k] + slope[k] * top + (rest - top) * small
                at_bottom = charge[k] + slope[k] * bottom + (rest - bottom) * small
                least = min(least, at_top, at_bottom)
                if least < enough:
                    return float(least)
    return float(least)


@numba.njit(cache=True, nogil=True)
def _keep(
    cost: Any,
    chosen: Any,
    quantity: Any,
    extra: Any,
    rest: Any,
    costs: Any,
    patterns: Any,
    n: Any,
) -> None:
    """Enter one choice among the best kept so far, unless it is there; the worst falls out."""
    keep = len(costs)
    for j in range(keep):
        if abs(costs[j] - cost) <= 1e-12 * abs(cost):
            same = True
            for o in range(n):
                q = rest if o == extra else (quantity[o] if chosen[o] else 0.0)
                if abs(patterns[j, o] - q) > 1e-9 * (1.0 + q):
                    same = False
                    break
            if same:
                return
    j = keep - 1
    while j > 0 and costs[j - 1] > cost:
        costs[j] = costs[j - 1]
        for o in range(n):
            patterns[j, o] = patterns[j - 1, o]
        j -= 1
    costs[j] = cost
    for o in range(n):
        patterns[j, o] = quantity[o] if chosen[o] else 0.0
    patterns[j, extra] = rest


@numba.njit(cache=True, nogil=True)
def _item(
    first: Any,
    low: Any,
    high: Any,
    slope: Any,
    charge: Any,
    need: Any,
    least: Any,
    most: Any,
    at: Any,
    n: Any,
    x: Any,
    piece: Any,
    of: Any,
    margin: Any,
    costs: Any,
    patterns: Any,
) -> None:
    """Fill `costs` and `patterns` with the best choices of one item, best first; none costs over best + margin.

    A choice that is there already is beaten or kept.
    """
    count = len(x)
    c, rate, floor = np.empty(count), np.empty(count), np.empty(CELLS)
    best = np.inf
    for j in range(count - 1, -1, -1):
        c[j] = charge[piece[j]] + slope[piece[j]] * x[j]
        best = min(best, c[j] / x[j])
        rate[j] = best
    _rates(first, low, high, slope, charge, at, n, need, floor)
    slack = SLACK * need
    chosen, quantity = np.zeros(n, np.bool_), np.zeros(n)
    corner = np.zeros(n + 2, np.int64)
    done, spent = np.zeros(n + 2), np.zeros(n + 2)
    keep = len(costs)
    depth = 0
    arrived = True
    while depth >= 0:
        if arrived:
            arrived = False
            rest, cost = need - done[depth], spent[depth]
            # Beside the best choice, one with a token award more than it must have says nothing new.
            token = keep > 1 and depth >= max(least, 1) and quantity[of[corner[depth - 1]]] <= TOKEN * need
            if least <= depth + 1 <= most and not token:
                for o in range(n):
                    if not chosen[o]:
                        total = cost + _cost_at(rest, at + o, first, low, high, slope, charge, slack)
                        if total < min(costs[keep - 1], costs[0] + margin):
                            _keep(total, chosen, quantity, o, rest, costs, patterns, n)
            corner[depth] = 0 if depth == 0 else corner[depth - 1] + 1
        j = corner[depth]
        if j >= count or depth + 2 > most or depth + 2 > n:
            depth -= 1
            if depth >= 0:
                chosen[of[corner[depth]]] = False
                corner[depth] += 1
            continue
        o = of[j]
        rest = need - done[depth] - x[j]
        if rest > slack and not chosen[o]:
            cost = spent[depth] + c[j]
            limit = min(costs[keep - 1], costs[0] + margin)
            g = min(int(rest * (1.0 + 1e-9) / need * CELLS), CELLS - 1)
            if cost + rest * floor[g] < limit:
                chosen[o] = True
                further = min(most, n) - depth - 2
                spread = min(rest, further * x[j])
                enough = limit - cost
                if (
                    _at_least(rest, spread, rate[j], enough, first, low, high, slope, charge, at, n, chosen, slack)
                    < enough
                ):
                    quantity[o] = x[j]
                    done[depth + 1], spent[depth + 1] = done[depth] + x[j], cost
                    depth += 1
                    arrived = True
                    continue
                chosen[o] = False
        corner[depth] += 1


@numba.njit(cache=True, nogil=True)
def _run(
    start: Any,
    stop: Any,
    first_offer: Any,
    first: Any,
    low: Any,
    high: Any,
    slope: Any,
    charge: Any,
    need: Any,
    least: Any,
    most: Any,
    first_corner: Any,
    corner: Any,
    corner_piece: Any,
    corner_of: Any,
    margin: Any,
    near: Any,
    costs: Any,
    patterns: Any,
) -> None:
    """Solve the items from `start` to `stop`; `patterns` holds quantities by offer, `(keep, offers)`."""
    keep = costs.shape[1]
    for i in range(start, stop):
        at, n = first_offer[i], first_offer[i + 1] - first_offer[i]
        own = np.zeros((keep, n))
        if len(near):
            total = 0.0
            for o in range(n):
                q = near[at + o]
                if q > 0.0:
                    own[0, o] = q
                    total += _cost_at(q, at + o, first, low, high, slope, charge, SLACK * need[i])
            if total > 0.0:
                costs[i, 0] = total
        a, b = first_corner[i], first_corner[i + 1]
        x, piece, of = corner[a:b], corner_piece[a:b], corner_of[a:b]
        _item(first, low, high, slope, charge, need[i], least[i], most[i], at, n, x, piece, of, margin, costs[i], own)
        for j in range(keep):
            for o in range(n):
                patterns[j, at + o] = own[j, o]


def best_awards(
    event: Event,
    unit: Floats,
    fixed: Floats,
    *,
    keep: int = 1,
    margin: float = np.inf,
    near: Floats | None = None,
    booking: Floats | None = None,
    threads: int = 1,
) -> tuple[Floats, Floats]:
    """Return the cheapest awards of every item at given prices.

    Parameters
    ----------
    unit, fixed
        What a unit of each offer, and having an award of it, costs beside the purchase, `(offers,)`.
    keep
        How many choices of each item to return.
    margin
        How much dearer than the best the others may be.
    near
        Best awards at similar prices, `(offers,)`: the search is faster from there, and ends no worse.
    booking
        What a unit booked as backup costs at least, `(items,)`; nothing where None.

    Returns
    -------
    tuple
        Costs, best first, infinite where there is no further choice, `(items, keep)`; quantities `(keep, offers)`.
    """
    of = np.repeat(np.arange(len(event.offers)), np.diff(event.first_piece))
    slope = unit[of] + event.factor[of] * event.price
    charge = fixed[of] + event.factor[of] * event.intercept
    if booking is not None and event.standby is not None:
        each = np.repeat(booking, np.diff(event.first))[of]
        slope, charge = slope + each * event.standby.slope, charge + each * event.standby.charge
    n = len(event.items)
    known = np.zeros(0) if near is None else near
    costs, patterns = np.full((n, keep), np.inf), np.zeros((keep, len(event.offers)))
    shared: tuple[Any, ...] = (event.first, event.first_piece, event.low, event.high, slope, charge)
    shared += (event.need, event.least_sources, event.most_sources, *event.corners)
    shared += (margin, known, costs, patterns)
    edges = np.linspace(0, n, 4 * threads + 1).astype(np.int64) if threads > 1 else np.array([0, n])
    if threads == 1:
        _run(0, n, *shared)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda k: _run(edges[k], edges[k + 1], *shared), range(len(edges) - 1)))
    return costs, patterns
