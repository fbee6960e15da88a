"""Plans put together from the best few award patterns of every item; not for bounds.

A pattern is one choice of awards for one item. At good multipliers the patterns of a good plan are among the cheapest
of their items, so a program that picks one pattern of each item, and engages suppliers for them, finds one:

    min Σ_p cost_p z_p + Σ_s f_s v_s,   Σ_{p of i} z_p = 1,   Σ_{p awards s} z_p ≤ v_s for each item,
    Σ_p use_ps z_p ≤ capacity_s v_s,    Σ_s v_s ≤ most counted
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from secondsource.arrays import Booleans, Floats, Integers, distinct_pairs
from secondsource.optimise.large.event import Event
from secondsource.optimise.large.items import best_awards
from secondsource.optimise.large.multipliers import Multipliers, booking_prices
from secondsource.solver.highs import Limits, Progress, solve
from secondsource.solver.program import Program, ProgramBuilder

UNWANTED = 0.3
"""How much a supplier must be wanted to be worth having for its own sake."""
SURE = (0.7, 0.4, 0.0)
"""Shares of the suppliers that may be engaged that are the most wanted ones, tried in turn."""
OVERLOAD = 4.0
"""Price of a capacity unit too much, beside what is bought with one, where awards only outline a plan: programs then
always have a point."""


@dataclass(frozen=True)
class Patterns:
    """Patterns, and their awards one by one.

    Attributes
    ----------
    item, cost, regret
        Of each pattern: the item, what it costs without multipliers, and how much dearer than the item's best pattern
        it is with them, `(patterns,)`.
    of, offer, quantity
        Of each award: its pattern, its offer (place in the event), its units, `(awards,)`.
    """

    item: Integers
    cost: Floats
    regret: Floats
    of: Integers
    offer: Integers
    quantity: Floats

    def among(self, kept: Booleans) -> Patterns:
        """Return the patterns `kept`, `(patterns,)`."""
        number = np.cumsum(kept) - 1
        own = kept[self.of]
        awards = number[self.of[own]], self.offer[own], self.quantity[own]
        return Patterns(self.item[kept], self.cost[kept], self.regret[kept], *awards)


def among(event: Event, kept: Booleans) -> tuple[Event, Integers]:
    """Return the event with the offers `kept`, `(offers,)`, and which of the offers they are."""
    own = np.flatnonzero(kept)
    item = np.repeat(np.arange(len(event.items)), np.diff(event.first))[own]
    count = np.diff(event.first_piece)
    pieces = np.flatnonzero(np.repeat(kept, count))
    standby = event.standby
    if standby is not None:
        standby = replace(standby, slope=standby.slope[pieces], charge=standby.charge[pieces])
    return (
        replace(
            event,
            standby=standby,
            first=np.searchsorted(item, np.arange(len(event.items) + 1)),
            offers=event.offers[own],
            supplier=event.supplier[own],
            use=event.use[own],
            unit=event.unit[own],
            fixed=event.fixed[own],
            factor=event.factor[own],
            first_piece=np.concatenate([[0], np.cumsum(count[own])]),
            low=event.low[pieces],
            high=event.high[pieces],
            price=event.price[pieces],
            intercept=event.intercept[pieces],
        ),
        own,
    )


def cheapest_patterns(event: Event, at: Multipliers, suppliers: Booleans, keep: int, threads: int) -> Patterns:
    """Return up to `keep` patterns of each item from the `suppliers`, the cheapest at the multipliers `at`."""
    small, own = among(event, suppliers[event.supplier])
    unit = small.unit + at.capacity[small.supplier] * small.use
    booking, _backup = booking_prices(small, at)
    fixed = small.fixed + at.engagement[own]
    priced, quantity = best_awards(small, unit, fixed, keep=keep, booking=booking, threads=threads)
    item, rank = np.nonzero(np.isfinite(priced))
    number = np.full(priced.shape, -1)
    number[item, rank] = np.arange(len(item))
    rank_of, place = np.nonzero(quantity > 0)
    item_of = np.repeat(np.arange(len(small.items)), np.diff(small.first))[place]
    of, units = number[item_of, rank_of], quantity[rank_of, place]
    extra = at.engagement[own[place]] + at.capacity[small.supplier[place]] * small.use[place] * units
    cost = priced[item, rank] - np.bincount(of, weights=extra, minlength=len(item))
    regret = priced[item, rank] - priced[item, 0]
    return Patterns(item, cost, regret, of, own[place], units)


def in_order(found: Patterns) -> Patterns:
    """Return the patterns by item, those of least regret first, and their awards in the same order."""
    order = np.lexsort((found.regret, found.item))
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(len(order))
    of = number[found.of]
    awards = np.argsort(of, kind="stable")
    return Patterns(
        found.item[order],
        found.cost[order],
        found.regret[order],
        of[awards],
        found.offer[awards],
        found.quantity[awards],
    )


def together(first: Patterns, second: Patterns) -> Patterns:
    """Return the patterns of both; those that are in both are there twice, which does no harm."""
    return Patterns(
        np.concatenate([first.item, second.item]),
        np.concatenate([first.cost, second.cost]),
        np.concatenate([first.regret, second.regret]),
        np.concatenate([first.of, second.of + len(first.item)]),
        np.concatenate([first.offer, second.offer]),
        np.concatenate([first.quantity, second.quantity]),
    )


def pick_suppliers(
    event: Event, found: Patterns, limits: Limits, progress: Callable[[Progress], bool | None] | None = None
) -> Booleans | None:
    """Return the suppliers that a good plan engages, `(suppliers,)`, patterns mixed at will; None without a plan."""
    program, who, picked = _program(event, found)
    whole = program.whole.copy()
    whole[picked] = False
    solution = solve(replace(program, whole=whole), limits, progress)
    if solution.x is None:
        return None
    engaged = np.zeros(len(event.engagement), dtype=np.bool_)
    engaged[who[solution.x[: len(who)] > 0.5]] = True
    return engaged


def mix(event: Event, found: Patterns) -> Floats | None:
    """Return the share of each pattern in the best mixture, `(patterns,)`; None where not even a mixture fits."""
    program, _who, picked = _program(event, found)
    solution = solve(replace(program, whole=np.zeros(len(program.whole), dtype=np.bool_)), Limits())
    return None if solution.x is None else solution.x[picked]


def cover(event: Event, wanted: Floats, limits: Limits) -> Booleans | None:
    """Return suppliers from which every item can be had, as many of those `wanted` as possible, `(suppliers,)`.

    ``Σ_o v_s ≥ least sources`` and ``Σ_o most_o v_s ≥ need`` for each item, ``Σ capacity v ≥ all that items take at
    least``, no more counted ones than the rule allows. None where there are none, or none were found in time.

    Parameters
    ----------
    wanted
        How much each supplier is wanted, 0..1.
    """
    build = ProgramBuilder()
    suppliers = len(event.engagement)
    free = (event.engagement <= 0) & ~event.counted
    chosen = build.add_columns("engaged", suppliers, lower=free, upper=1, whole=True, cost=UNWANTED - wanted)
    item = np.repeat(np.arange(len(event.items)), np.diff(event.first))
    most = np.maximum.reduceat(event.high, event.first_piece[:-1])
    with_item, links, pair = distinct_pairs(item, event.supplier)
    rows = build.add_rows("sources", len(event.items), lower=event.least_sources)
    build.add_entries(rows[with_item], chosen[links], 1.0)
    rows = build.add_rows("need", len(event.items), lower=1.0)
    share = np.bincount(pair, weights=most / event.need[item], minlength=len(links))
    build.add_entries(rows[with_item], chosen[links], np.minimum(share, 1.0) * (1 + 1e-9))
    if np.isfinite(event.capacity).all():
        least = np.minimum.reduceat(event.use, event.first[:-1]) * event.need
        (row,) = build.add_rows("capacity", 1, lower=1.0)
        build.add_entries(np.full(suppliers, row), chosen, event.capacity / max(float(least.sum()), 1e-9))
    (row,) = build.add_rows("counted", 1, upper=event.most_counted)
    build.add_entries(np.full(int(event.counted.sum()), row), chosen[event.counted], 1.0)
    solution = solve(build.build(), limits)
    return None if solution.x is None else np.asarray(solution.x > 0.5)


def cover_greedily(event: Event, wanted: Floats) -> Booleans | None:
    """Return suppliers from which every item can be had, found at once: the most wanted, then those that help most.

    Parameters
    ----------
    wanted
        How much each supplier is wanted, 0..1.
    """
    item = np.repeat(np.arange(len(event.items)), np.diff(event.first))
    most = np.maximum.reduceat(event.high, event.first_piece[:-1]) / event.need[item]
    order = np.argsort(-wanted, kind="stable")
    counted = order[event.counted[order]][: event.most_counted]
    for share in SURE:
        chosen = ~event.counted & (wanted > 0)
        chosen[counted[: int(share * len(counted))]] = True
        if _completed(event, chosen, wanted, item, most):
            room = event.most_counted - int((chosen & event.counted).sum())
            more = counted[~chosen[counted] & (wanted[counted] > 0)]
            chosen[more[:room]] = True  # they cost no more than they are worth, and have capacity
            return chosen
    return None


def _completed(event: Event, chosen: Booleans, wanted: Floats, item: Integers, most: Floats) -> bool:
    """Add to the suppliers `chosen` until every item can be had from them; False where that does not work out."""
    items, suppliers = len(event.items), len(chosen)
    while True:
        own = chosen[event.supplier]
        count = np.bincount(item[own], minlength=items)
        sources = np.maximum(event.least_sources - count, 0)
        units = np.maximum(1.0 - 1e-9 - np.bincount(item[own], weights=most[own], minlength=items), 0.0)
        if not sources.any() and not units.any():
            return True
        help_ = np.minimum(sources[item], 1) + np.minimum(units[item], most)
        gain = np.bincount(event.supplier, weights=help_, minlength=suppliers)
        full = (chosen & event.counted).sum() >= event.most_counted
        gain[chosen | (event.counted & full)] = 0.0
        if not gain.any():
            return False
        chosen[np.argmax(gain * (1.0 + wanted))] = True


def of_suppliers(event: Event, engaged: Booleans) -> tuple[Event, Integers]:
    """Return the event of the suppliers `engaged` alone, engagement paid, and which of the offers it has."""
    small, own = among(event, engaged[event.supplier])
    free = np.zeros(len(event.engagement))
    return replace(small, engagement=free, counted=np.zeros(len(free), dtype=np.bool_)), own


def overload_price(event: Event) -> float:
    """Return a price for a capacity unit that is not there, several times what one in use costs to fill."""
    units = np.repeat(event.need, np.diff(event.first))
    dearest = np.abs(event.factor * event.price[event.first_piece[:-1]] + event.unit)
    used = float((units * event.use).sum())
    return OVERLOAD * max(float((units * dearest).sum()), 1e-9) / used if used > 0 else 1.0


def _program(event: Event, found: Patterns) -> tuple[Program, Integers, Integers]:
    """The program that picks patterns, the suppliers of its first columns, and its columns for the patterns."""
    build = ProgramBuilder()
    supplier = event.supplier[found.offer]
    who, place = np.unique(supplier, return_inverse=True)
    free = (event.engagement[who] <= 0) & ~event.counted[who]
    cost = event.engagement[who]
    engaged = build.add_columns("engaged", len(who), lower=free, upper=1, whole=True, cost=cost)
    picked = build.add_columns("picked", len(found.item), upper=1, whole=True, cost=found.cost)
    rows = build.add_rows("one_pattern", len(event.items), lower=1, upper=1)
    build.add_entries(rows[found.item], picked, 1.0)
    bound = ~free[place]
    _items, links, pair = distinct_pairs(found.item[found.of[bound]], place[bound])
    rows = build.add_rows("engages", len(links), upper=0)
    build.add_entries(rows[pair], picked[found.of[bound]], 1.0)
    build.add_entries(rows, engaged[links], -1.0)
    limited = np.flatnonzero(np.isfinite(event.capacity[who]))
    row_of = np.full(len(who), -1)
    row_of[limited] = build.add_rows("capacity", len(limited), upper=0)
    build.add_entries(row_of[limited], engaged[limited], -event.capacity[who[limited]])
    if event.standby is not None:
        over = build.add_columns("over", len(limited), cost=overload_price(event), scale=event.capacity[who[limited]])
        build.add_entries(row_of[limited], over, -1.0)
    some = row_of[place] >= 0
    use = (event.use[found.offer] * found.quantity)[some]
    build.add_entries(row_of[place[some]], picked[found.of[some]], use)
    counted = np.flatnonzero(event.counted[who])
    (row,) = build.add_rows("counted", 1, upper=event.most_counted)
    build.add_entries(np.full(len(counted), row), engaged[counted], 1.0)
    return build.build(), who, picked
