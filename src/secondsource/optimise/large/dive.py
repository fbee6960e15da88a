"""One pattern for every item of given suppliers, decided one by one, the dearest items first; not for the suppliers.

The linear program that mixes patterns lets only as many items mix as capacities are full. A mixture of two corners of
the same pieces is a choice of quantities and needs no decision; every other one does. Of the items that still mix the
dearest is given the pattern that costs least once all others have answered, and the dearer ones keep theirs. The items
that are left get ever smaller, and with them what a decision costs.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from secondsource.arrays import Booleans, Floats, Integers
from secondsource.optimise.large.event import Event
from secondsource.optimise.large.patterns import Patterns, overload_price
from secondsource.optimise.large.settle import pieces_of
from secondsource.solver.linear import GrowingProgram

WHOLE = 1e-7
"""Share of an item by which a pattern may miss all of it."""
TRIED = 4
"""Patterns of an item that are tried."""
GOOD_ENOUGH = 2e-7
"""Share of the plan's cost: where the first pattern tried costs no more than that, no other one is."""
MOST_AWARDS = 4
"""Patterns of more awards than these keep their quantities."""
FIRST = 3
"""Patterns of each item with which the linear program begins."""
ROUNDS, JOINING = 30, 2_000
"""Rounds in which columns join the linear program, and how many at most in one."""
CHEAPER = 1e-9
"""Share of the greatest cost by which a column must be cheaper than the prices say to join."""


@dataclass(frozen=True)
class _Corners:
    """Corners of the patterns: pattern and cost of each `(corners,)`; corner, offer and units of each award."""

    pattern: Integers
    cost: Floats
    of: Integers
    offer: Integers
    quantity: Floats


def dive(event: Event, found: Patterns, deadline: float | None) -> Booleans | None:
    """Return one pattern of every item, `(patterns,)`; where time ends first, several of the small ones.

    Parameters
    ----------
    event
        Of given suppliers, their engagement paid.
    found
        Patterns by item, no two of the same pieces.
    deadline
        On `time.monotonic`.

    Returns
    -------
    numpy.ndarray or None
        None where the patterns do not fit together, or the first linear program takes longer than there is.
    """
    program = _Mixing(event, _corners(event, found), found.item, deadline)
    if not np.isfinite(program.cost()):
        return None
    return _Dive(program, found).to_the_end()


class _Mixing:
    """The linear program that mixes corners; those that are not in it join once they are worth it."""

    def __init__(self, event: Event, corners: _Corners, item_of: Integers, deadline: float | None) -> None:
        self.corners, self.item, self.deadline = corners, item_of[corners.pattern], deadline
        limited = np.flatnonzero(np.isfinite(event.capacity) & (event.capacity > 0))
        self.items = len(event.items)
        place = np.full(len(event.capacity), -1)
        place[limited] = self.items + np.arange(len(limited))
        supplier = event.supplier[corners.offer]
        some = place[supplier] >= 0
        self.of, self.row = corners.of[some], place[supplier[some]]
        self.use = event.use[corners.offer[some]] * corners.quantity[some] / event.capacity[supplier[some]]
        self.first_use = np.searchsorted(self.of, np.arange(len(corners.cost) + 1))
        self.largest = float(np.abs(corners.cost).max(initial=0.0))
        lower = np.concatenate([np.ones(self.items), np.full(len(limited), -np.inf)])
        self.program = GrowingProgram(lower, np.ones(len(lower)), self.largest)
        over = overload_price(event) * event.capacity[limited]
        self.program.add_columns(over, np.arange(len(limited)), place[limited], np.full(len(limited), -1.0))
        self.open = np.ones(len(corners.cost), dtype=np.bool_)
        self.place = np.full(len(corners.cost), -1)
        self.join(np.flatnonzero(corners.pattern - np.searchsorted(item_of, item_of)[corners.pattern] < FIRST))

    def join(self, joining: Integers) -> None:
        """Add corners as columns."""
        count = self.first_use[joining + 1] - self.first_use[joining]
        entry = np.repeat(self.first_use[joining] - (np.cumsum(count) - count), count) + np.arange(count.sum())
        own = np.arange(len(joining))
        column = np.concatenate([own, np.repeat(own, count)])
        order = np.argsort(column, kind="stable")
        row = np.concatenate([self.item[joining], self.row[entry]])[order]
        value = np.concatenate([np.ones(len(joining)), self.use[entry]])[order]
        self.place[joining] = self.program.columns + own
        self.program.add_columns(self.corners.cost[joining], column[order], row, value)

    def join_missing(self, corners: Integers) -> None:
        """Add those of the corners that are not yet columns."""
        self.join(corners[self.place[corners] < 0])

    def limit(self, corners: Integers, *, shut: bool) -> None:
        """Shut corners out, or let them in again."""
        self.open[corners] = not shut
        inside = self.place[corners]
        self.program.limit(inside[inside >= 0], 0.0 if shut else np.inf)

    def cost(self, rounds: int = ROUNDS) -> float:
        """The least cost, with as many rounds of joining columns; infinite where nothing fits."""
        for _round in range(rounds):
            left = None if self.deadline is None else max(1.0, self.deadline - time.monotonic())
            cost = self.program.cost(left)
            if not np.isfinite(cost):
                return cost
            price = self.program.point().price
            reduced = self.corners.cost - price[self.item]
            reduced -= np.bincount(self.of, weights=self.use * price[self.row], minlength=len(reduced))
            worth = np.flatnonzero(self.open & (self.place < 0) & (reduced < -CHEAPER * self.largest))
            if not len(worth):
                return cost
            self.join(worth[np.argsort(reduced[worth], kind="stable")[:JOINING]])
        return self.program.cost()

    def shares(self) -> tuple[Floats, Floats, float]:
        """The share and the reduced cost of every corner, `(corners,)`, infinite for those outside; the cost."""
        now = self.program.point()
        inside = self.place >= 0
        share, reduced = np.zeros(len(self.place)), np.full(len(self.place), np.inf)
        share[inside], reduced[inside] = now.x[self.place[inside]], now.reduced[self.place[inside]]
        return share, reduced, now.cost


class _Dive:
    """Which patterns are still open."""

    def __init__(self, program: _Mixing, found: Patterns) -> None:
        self.program, self.found = program, found
        self.pattern = program.corners.pattern
        patterns, items = len(found.item), program.items
        self.open = np.ones(patterns, dtype=np.bool_)
        self.decided = np.zeros(items, dtype=np.bool_)
        self.size = np.zeros(items)
        np.maximum.at(self.size, found.item, found.cost)
        # Corners and patterns of each item stand side by side.
        self.first_corner = np.searchsorted(program.item, np.arange(items + 1))
        self.first = np.searchsorted(found.item, np.arange(items + 1))

    def to_the_end(self) -> Booleans | None:
        """Decide item by item."""
        while True:
            shares, reduced, cost = self.program.shares()
            share = np.bincount(self.pattern, weights=shares, minlength=len(self.found.item)).astype(np.float64)
            mixing = np.unique(self.found.item[(share > WHOLE) & (share < 1 - WHOLE)])
            if not len(mixing):
                return share > 0.5
            deadline = self.program.deadline
            if deadline is not None and time.monotonic() > deadline:
                return self.open & (share > WHOLE)
            item = int(mixing[np.argmax(self.size[mixing])])
            dearer = np.flatnonzero((self.size >= self.size[item]) & ~self.decided)
            for other in dearer[dearer != item].tolist():
                own = slice(self.first[other], self.first[other + 1])
                self._decide(other, self.first[other] + int(np.argmax(share[own])))
            if not self._try(item, share, reduced, cost):
                return None

    def _try(self, item: int, share: Floats, reduced: Floats, before: float) -> bool:
        """Give the item the pattern that costs least; False where none fits."""
        rows = np.arange(self.first_corner[item], self.first_corner[item + 1])
        least = np.full(len(share), np.inf)
        np.minimum.at(least, self.pattern[rows], reduced[rows])
        own = np.arange(self.first[item], self.first[item + 1])
        order = own[np.lexsort((own, least[own], -share[own]))][: max(TRIED, int((share[own] > WHOLE).sum()))]
        best, which = np.inf, -1
        for pattern in order.tolist():
            self.program.limit(rows[self.pattern[rows] != pattern], shut=True)
            self.program.join_missing(rows[self.pattern[rows] == pattern])
            cost = self.program.cost(1)
            self.program.limit(rows, shut=False)
            if cost < best:
                best, which = cost, pattern
            if best <= before + GOOD_ENOUGH * abs(before):
                break
        if which < 0:
            return False
        self._decide(item, which)
        return bool(np.isfinite(self.program.cost()))

    def _decide(self, item: int, pattern: int) -> None:
        """Close all other patterns of the item."""
        rows = np.arange(self.first_corner[item], self.first_corner[item + 1])
        own = np.arange(self.first[item], self.first[item + 1])
        self.open[own[own != pattern]] = False
        self.program.limit(rows[self.pattern[rows] != pattern], shut=True)
        self.program.join_missing(rows[self.pattern[rows] == pattern])
        self.decided[item] = True


def _corners(event: Event, found: Patterns) -> _Corners:
    """All corners of the quantities that the pieces of each pattern allow, and the pattern itself."""
    piece, high = pieces_of(event, found.offer, found.quantity)
    low = event.low[piece]
    count = np.bincount(found.of, minlength=len(found.item))
    start = np.concatenate([[0], np.cumsum(count)])
    pattern, rows, units = [np.arange(len(found.item))], [np.arange(len(found.of))], [found.quantity]
    widths = [count]
    for n in range(2, MOST_AWARDS + 1):
        own = np.flatnonzero(count == n)
        at = start[own][:, None] + np.arange(n)
        need = event.need[found.item[own]]
        for free in range(n):
            for ends in range(2 ** (n - 1)):
                others = [k for k in range(n) if k != free]
                q = np.empty((len(own), n))
                for bit, k in enumerate(others):
                    q[:, k] = high[at[:, k]] if ends >> bit & 1 else low[at[:, k]]
                q[:, free] = need - q[:, others].sum(axis=1)
                slack = 1e-9 * need
                fits = (low[at[:, free]] - slack <= q[:, free]) & (q[:, free] <= high[at[:, free]] + slack)
                pattern.append(own[fits])
                rows.append(at[fits].ravel())
                units.append(q[fits].ravel())
                widths.append(np.full(int(fits.sum()), n))
    award, quantity = np.concatenate(rows), np.concatenate(units)
    of = np.repeat(np.arange(sum(map(len, widths))), np.concatenate(widths))
    offer = found.offer[award]
    bought = event.intercept[piece[award]] + event.price[piece[award]] * quantity
    cost = event.fixed[offer] + event.unit[offer] * quantity + event.factor[offer] * bought
    return _in_order(
        _Corners(np.concatenate(pattern), np.bincount(of, weights=cost).astype(np.float64), of, offer, quantity)
    )


def _in_order(corners: _Corners) -> _Corners:
    """The corners by pattern, and with them by item."""
    order = np.argsort(corners.pattern, kind="stable")
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(len(order))
    of = number[corners.of]
    awards = np.argsort(of, kind="stable")
    return _Corners(
        corners.pattern[order], corners.cost[order], of[awards], corners.offer[awards], corners.quantity[awards]
    )
