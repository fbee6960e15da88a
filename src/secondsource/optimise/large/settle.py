"""Plans of given suppliers: one pattern of each item, with quantities that move; not for choosing the suppliers.

A pattern gives an item's awards, and with them the price segment of each. Within the segments the quantities may move
to where capacities leave room, so that with ``z_p`` for the pattern and ``q`` for the quantities

    min Σ charge z + slope q,   Σ_{p of i} z_p = 1,   Σ_{o of p} q_po = need_i z_p,   low_o z_p ≤ q_po ≤ high_o z_p,
    Σ use_o q_po ≤ capacity_s

Mixing patterns of fixed quantities first is a linear program in which no more items mix than there are full capacities.
The others keep their pattern, and the program chooses for those that mix, and for some where the choice is close.
"""

from __future__ import annotations

import time

import numpy as np

from secondsource.arrays import Booleans, Floats, Integers
from secondsource.optimise.frame import SHORT_OF
from secondsource.optimise.large.event import Event
from secondsource.optimise.large.patterns import Patterns, in_order, mix, overload_price
from secondsource.solver.highs import Limits, solve
from secondsource.solver.program import Program, ProgramBuilder

WIDER, LEAST_MORE = 8, 400
"""How many times more choices there are where the first do not fit together, and how many at least."""
MIXED = 1e-6
"""Share of an item's patterns below which one is not mixed in."""


def settle(event: Event, found: Patterns, limits: Limits, choices: int, *, loosely: bool = False) -> Floats | None:
    """Return the awards of a good plan made of the patterns, their quantities moved, `(offers,)`; None without one.

    Parameters
    ----------
    choices
        How many patterns the program may choose from beside those that the mixing linear program uses, the next in
        regret; more where they do not fit together.
    loosely
        Return awards that overload capacities a little, where none are found that do not.
    """
    found = found.among(_possible(event, found))
    if len(np.unique(found.item)) < len(event.items):
        return None
    shares = mix(event, found)
    if shares is None:
        return None
    mixing = np.zeros(len(event.items), dtype=np.bool_)
    mixing[found.item[(shares > MIXED) & (shares < 1 - MIXED)]] = True
    wanted = mixing[found.item] | (shares > MIXED)
    began, near = time.monotonic(), None
    while True:
        kept = wanted | _close_calls(found, choices)
        awards = choose(event, found.among(kept), limits)
        if awards is not None and not fits(event, awards):
            near, awards = awards, None
        late = limits.seconds is not None and time.monotonic() - began > limits.seconds
        if awards is not None or late or choices >= len(found.item):
            return near if awards is None and loosely else awards
        choices = max(WIDER * choices, LEAST_MORE)


def _possible(event: Event, found: Patterns) -> Booleans:
    """Patterns whose pieces, short of dearer ones, still add up to the need, `(patterns,)`."""
    piece, high = pieces_of(event, found.offer, found.quantity)
    most = np.bincount(found.of, weights=high, minlength=len(found.item))
    least = np.bincount(found.of, weights=event.low[piece], minlength=len(found.item))
    need = event.need[found.item]
    return np.asarray((least <= need * (1 + 1e-12)) & (most >= need * (1 - 1e-12)))


def fits(event: Event, awards: Floats) -> bool:
    """Return whether awards keep the capacities, to rounding."""
    load = np.bincount(event.supplier, weights=event.use * awards, minlength=len(event.capacity))
    return bool((load <= event.capacity * (1 + 1e-9) + 1e-9).all())


def choose(event: Event, found: Patterns, limits: Limits) -> Floats | None:
    """Return the best awards made of one pattern of each item, quantities moved, `(offers,)`; None without any."""
    small = distinct(event, in_order(found))
    program, picked, quantity = _program(event, small)
    solution = solve(program, limits)
    if solution.x is None:
        return None
    awards = np.zeros(len(event.offers))
    taken = solution.x[picked[small.of]] > 0.5
    awards[small.offer[taken]] = solution.x[quantity[taken]]
    return awards


def _close_calls(found: Patterns, choices: int) -> Booleans:
    """The best pattern of every item, and the others of least regret: half of them in money, half as a share of it."""
    kept = np.zeros(len(found.item), dtype=np.bool_)
    for regret in (found.regret, found.regret / np.maximum(found.cost, 1e-9)):
        others = np.flatnonzero(~kept)
        kept[others[np.argsort(regret[others], kind="stable")[: choices // 2]]] = True
    return kept


def distinct(event: Event, found: Patterns) -> Patterns:
    """Return the patterns without those that award the same offers at the same segments as an earlier one."""
    piece, _high = pieces_of(event, found.offer, found.quantity)
    # The sum of a random number per piece tells sets of pieces apart; of equal ones the first stays.
    random = np.random.default_rng(0).random(len(event.low))
    label = np.bincount(found.of, weights=random[piece], minlength=len(found.item))
    order = np.lexsort((np.arange(len(label)), np.round(label, 9), found.item))
    same = (np.diff(found.item[order]) == 0) & (np.diff(np.round(label, 9)[order]) == 0)
    kept = np.zeros(len(found.item), dtype=np.bool_)
    kept[order[np.r_[True, ~same]]] = True
    return found.among(kept)


def _program(event: Event, found: Patterns) -> tuple[Program, Integers, Integers]:
    """The program, its columns for the patterns, and its columns for the quantities of their awards."""
    piece, high = pieces_of(event, found.offer, found.quantity)
    build = ProgramBuilder()
    offer = found.offer
    charge = event.fixed[offer] + event.factor[offer] * event.intercept[piece]
    slope = event.unit[offer] + event.factor[offer] * event.price[piece]
    picked = build.add_columns(
        "picked",
        len(found.item),
        upper=1,
        whole=True,
        cost=np.bincount(found.of, weights=charge, minlength=len(found.item)),
    )
    need = event.need[found.item]
    quantity = build.add_columns("quantity", len(offer), cost=slope, scale=need[found.of])
    rows = build.add_rows("one_pattern", len(event.items), lower=1, upper=1)
    build.add_entries(rows[found.item], picked, 1.0)
    rows = build.add_rows("need", len(found.item), lower=0, upper=0)
    build.add_entries(rows[found.of], quantity, 1.0)
    build.add_entries(rows, picked, -need)
    rows = build.add_rows("high", len(offer), upper=0)
    build.add_entries(rows, quantity, 1.0)
    build.add_entries(rows, picked[found.of], -high)
    rows = build.add_rows("low", len(offer), lower=0)
    build.add_entries(rows, quantity, 1.0)
    build.add_entries(rows, picked[found.of], -event.low[piece])
    supplier = event.supplier[offer]
    limited = np.isfinite(event.capacity[supplier])
    who, place = np.unique(supplier[limited], return_inverse=True)
    rows = build.add_rows("capacity", len(who), upper=event.capacity[who])
    build.add_entries(rows[place], quantity[limited], event.use[offer[limited]])
    if event.standby is not None:
        over = build.add_columns("over", len(who), cost=overload_price(event), scale=event.capacity[who])
        build.add_entries(rows, over, -1.0)
    return build.build(), picked, quantity


def pieces_of(event: Event, offers: Integers, quantity: Floats) -> tuple[Integers, Floats]:
    """Return the cheapest piece of each offer that holds its quantity, and its end: short of a dearer piece's start."""
    first, count = event.first_piece[offers], np.diff(event.first_piece)[offers]
    best, piece = np.full(len(offers), np.inf), np.full(len(offers), -1)
    for step in range(int(count.max(initial=0))):
        k = np.minimum(first + step, event.first_piece[offers + 1] - 1)
        holds = (event.low[k] * (1 - 1e-9) <= quantity) & (quantity <= event.high[k] * (1 + 1e-9))
        cost = np.where(holds, event.intercept[k] + event.price[k] * quantity, np.inf)
        better = cost < best
        best, piece = np.where(better, cost, best), np.where(better, k, piece)
    high = event.high[piece].copy()
    following = np.minimum(piece + 1, len(event.low) - 1)
    touching = (piece + 1 < event.first_piece[offers + 1]) & (event.low[following] <= high)
    here, there = (event.intercept[k] + event.price[k] * high for k in (piece, following))
    dearer = touching & (there > here * (1 + 1e-12))
    return piece, np.where(dearer, np.maximum(high * (1 - SHORT_OF), event.low[piece]), high)


def cost_of(event: Event, awards: Floats) -> float:
    """Return what awards cost, engagement and fixed costs included; in floats, to compare."""
    offers = np.flatnonzero(awards > 0)
    piece, _high = pieces_of(event, offers, awards[offers])
    bought = event.intercept[piece] + event.price[piece] * awards[offers]
    engaged = np.unique(event.supplier[offers])
    total = event.fixed[offers] + event.unit[offers] * awards[offers] + event.factor[offers] * bought
    return float(total.sum() + event.engagement[engaged].sum())
