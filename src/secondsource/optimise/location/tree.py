"""The search over which suppliers to engage: bounds by prices, plans by assignment, branches on suppliers.

Every branch that is given up is a leaf of a tree: it says which suppliers are engaged and which are not, and at which
prices no plan of the leaf is cheaper than the best. Fixing a supplier because the other way is too dear is such a leaf
too. The tree with its prices proves the bound to anyone (`proof`).
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from secondsource.arrays import Booleans, Floats, Integers
from secondsource.optimise.location.ascent import CLOSED, FREE, OPEN, ascend, choice
from secondsource.optimise.location.assign import assign
from secondsource.optimise.location.model import Location

ROOT_STEPS, STEPS = 600, 60
ROOT_STRIDE, STRIDE = 1.5, 0.3
ROOT_PATIENCE, PATIENCE = 20, 6
MOST_PRICES = 1_000_000
"""Numbers that a certificate may have: beyond, the search goes on without keeping its proof."""
EXCHANGES = 12
"""Suppliers, the cheapest to engage, for whom one of the best plan is exchanged on trial."""
ROUNDING = 1e-9
"""Share of the cost by which a leaf must clear the cut, so that the bound still holds when it is computed safely."""


@dataclass
class Node:
    """A place in the tree: a leaf with the number of its prices, or a supplier on which it branches (`-1`: open yet).

    Attributes
    ----------
    supplier, engaged, excluded
        On which it branches, and the nodes of both ways.
    prices
        Of a leaf; -1 elsewhere.
    """

    supplier: int = -1
    engaged: int = -1
    excluded: int = -1
    prices: int = -1


@dataclass
class Search:
    """The best plan so far and the tree that proves it.

    Attributes
    ----------
    cost, shares
        Of the best plan, infinite and empty before there is one; shares of each item's need, `(suppliers, items)`.
    bound
        Below which no plan can cost: the least value of what is still open.
    nodes, prices
        The tree, from its root, and the prices of needs that its leaves name, `(items,)` each.
    closed
        Whether nothing is open any more.
    proves
        Whether the tree and its prices were kept.
    """

    cost: float = np.inf
    shares: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    bound: float = -np.inf
    nodes: list[Node] = field(default_factory=list)
    prices: list[Floats] = field(default_factory=list)
    closed: bool = False
    proves: bool = True


class _Tree:
    """One search."""

    def __init__(
        self, what: Location, gap: float, deadline: float | None, tell: Callable[[float, float], bool]
    ) -> None:
        self.what, self.gap, self.deadline, self.tell = what, gap, deadline, tell
        self.best = Search(nodes=[Node()])
        self.tried: set[bytes] = set()
        dearest = np.where(np.isfinite(what.cost), np.abs(what.cost), 0.0).max(axis=0)
        self.money = 4.0 * float(dearest.sum() + what.fixed.sum())

    @property
    def cut(self) -> float:
        """The value from which a branch can be given up."""
        return self.best.cost - (0.5 * self.gap - ROUNDING) * abs(self.best.cost)

    def run(self) -> Search:
        """Search until nothing is open, or the time is up."""
        best, what = self.best, self.what
        suppliers = len(what.fixed)
        ordered = np.sort(what.cost, axis=0)
        start = np.where(np.isfinite(ordered[min(1, suppliers - 1)]), ordered[min(1, suppliers - 1)], ordered[0])
        heap = [(-np.inf, 0, 0, np.full(suppliers, FREE), start)]
        count = 0
        while heap:
            value, _number, node, state, price = heapq.heappop(heap)
            best.bound = max(best.bound, min(value, self.cut))
            if self.is_late():
                best.nodes[node].prices = self.kept(price)
                for _value, _number, other, _state, its in heap:
                    best.nodes[other].prices = self.kept(its)
                return best
            for child in self.explore(node, state, price):
                count += 1
                heapq.heappush(heap, (child[0], count, *child[1:]))
        best.closed = np.isfinite(best.cost)
        best.bound = self.cut
        return best

    def is_late(self) -> bool:
        """Whether the time is up or the listener asks to stop."""
        stop = self.tell(self.best.bound, self.best.cost)
        return stop or (self.deadline is not None and time.monotonic() > self.deadline)

    def kept(self, price: Floats) -> int:
        """Keep prices that a leaf names, and return their number."""
        if len(self.best.prices) * len(price) > MOST_PRICES:
            self.best.proves = False
            self.best.prices.clear()
        if not self.best.prices or self.best.prices[-1] is not price:
            self.best.prices.append(price)
        return len(self.best.prices) - 1

    def explore(self, node: int, state: Integers, price: Floats) -> list[tuple[float, int, Integers, Floats]]:
        """Climb at a node, look for plans, fix what is too dear the other way, and return the branches left."""
        what, root = self.what, not node
        value, price, reduced, often = self.climb(state, price, root)
        fractional = np.abs(often - 0.5) < 0.49
        if value < self.cut:
            self.plans(state, reduced, often)
            if root and value < self.cut:
                self.improve()
                value, price, reduced, often = self.climb(state, price, root)
        if value >= self.cut or not np.isfinite(value):
            self.best.nodes[node].prices = self.kept(price)
            return []
        node, state = self.fix(node, state, price, reduced)
        free = np.flatnonzero(state == FREE)
        if not len(free):
            _cost, price = self.settle(state == OPEN)
            self.best.nodes[node].prices = self.kept(price)
            return []
        # The one on which the climb wavers most, weighed by what deciding it costs.
        doubt = np.minimum(often[free], 1 - often[free]) + 1e-3 * fractional[free]
        ties = np.abs(reduced[free])
        chosen = int(free[np.lexsort((ties, -np.round(doubt, 3)))[0]])
        found = []
        for way in (OPEN, CLOSED):
            child = state.copy()
            child[chosen] = way
            least = float(price.sum() + choice(reduced, child, what.capacity, what.total))
            found.append((max(value, least), self.grow(node, chosen, way), child, price))
        return found

    def climb(self, state: Integers, price: Floats, root: bool) -> tuple[float, Floats, Floats, Floats]:
        """The best value that some steps reach from prices, its prices, reduced costs, and choices."""
        known = np.isfinite(self.best.cost)
        if known:
            goal, steps, stride, patience = self.cut, STEPS, STRIDE, PATIENCE
            if root:
                steps, stride, patience = ROOT_STEPS, ROOT_STRIDE, ROOT_PATIENCE
        else:
            goal, steps, stride, patience = self.guess(), ROOT_STEPS, ROOT_STRIDE, ROOT_PATIENCE
        what = self.what
        given = what.cost, what.weight, what.most, what.fixed, what.capacity, what.total
        climbing: Any = ascend
        value, price, reduced, often = climbing(*given, state, price, goal, steps, stride, patience)
        return float(value), price, reduced, often

    def guess(self) -> float:
        """What a plan costs that engages everybody: as good as none, but one to aim at."""
        every = np.ones(len(self.what.fixed), dtype=np.bool_)
        cost, _price = self.settle(every)
        while np.isfinite(cost):  # without those who are hardly used
            used = self.used(1e-9)
            load = (self.best.shares * self.what.weight).sum(axis=1)
            dear = np.where(used, self.what.fixed / np.maximum(load, 1e-12), -np.inf)
            used[np.argsort(-dear)[: max(1, int(used.sum()) // 5)]] = False
            cost, _price = self.settle(used)
            if cost > self.best.cost:
                break
        return self.best.cost if np.isfinite(self.best.cost) else float(np.nanmax(self.what.cost.sum(axis=1)))

    def used(self, least: float) -> Booleans:
        """Which suppliers the best plan gives more than a share `least` of any item."""
        return np.asarray((self.best.shares > least).any(axis=1))

    def settle(self, engaged: Booleans) -> tuple[float, Floats]:
        """The cost of the best plan of these suppliers, kept where it is the best so far, and prices that prove it."""
        what, own = self.what, np.flatnonzero(engaged)
        if not len(own):
            return np.inf, np.zeros(len(what.need))
        cost, shares, price = assign(what.cost[own], what.weight, what.most[own], what.capacity[own], self.money)
        whole = float(cost + what.fixed[own].sum())
        used = float(cost + what.fixed[own][(shares > 0).any(axis=1)].sum()) if np.isfinite(cost) else np.inf
        if used < self.best.cost:
            self.best.cost, self.best.shares = used, np.zeros(what.cost.shape)
            self.best.shares[own] = shares
        return whole, price

    def plans(self, state: Integers, reduced: Floats, often: Floats) -> None:
        """Try the suppliers that the climb ended with, and those that it chose most."""
        order = np.argsort(-often, kind="stable")
        chosen = np.flatnonzero((often > 0.5) | (state == OPEN))
        sets = [chosen, np.flatnonzero((reduced < 0) & (state != CLOSED))]
        enough = self.enough(order[state[order] != CLOSED])
        for engaged in [*sets, enough]:
            mask = np.zeros(len(state), dtype=np.bool_)
            mask[engaged] = True
            key = mask.tobytes()
            if key not in self.tried:
                self.tried.add(key)
                self.settle(mask)

    def enough(self, order: Integers) -> Integers:
        """The first suppliers of an order that have the capacity for everything."""
        have = np.cumsum(self.what.capacity[order])
        return order[: int(np.searchsorted(have, self.what.total * (1 - 1e-9))) + 1]

    def improve(self) -> None:
        """Drop, add and exchange suppliers of the best plan while that makes it cheaper."""
        better = np.isfinite(self.best.cost)
        while better and not (self.deadline is not None and time.monotonic() > self.deadline):
            before = self.best.cost
            used = self.used(0.0)
            for either in range(len(used)):
                trial = used.copy()
                trial[either] = not trial[either]
                self.once(trial)
            if self.best.cost < before:
                continue
            for s in np.flatnonzero(used):
                for t in np.flatnonzero(~used)[np.argsort(self.what.fixed[~used])][:EXCHANGES]:
                    trial = used.copy()
                    trial[s], trial[t] = False, True
                    self.once(trial)
            better = self.best.cost < before

    def once(self, engaged: Booleans) -> None:
        """Settle a set of suppliers that was not tried before and has the capacity."""
        key = engaged.tobytes()
        if key not in self.tried and self.what.capacity[engaged].sum() >= self.what.total * (1 - 1e-9):
            self.tried.add(key)
            self.settle(engaged)

    def fix(self, node: int, state: Integers, price: Floats, reduced: Floats) -> tuple[int, Integers]:
        """Decide suppliers of whom the other way is too dear at these prices: each a branch with a leaf."""
        what, base = self.what, float(price.sum())
        for s in np.flatnonzero(state == FREE):
            for way, other in ((CLOSED, OPEN), (OPEN, CLOSED)):
                trial = state.copy()
                trial[s] = other
                if base + choice(reduced, trial, what.capacity, what.total) >= self.cut:
                    leaf = self.grow(node, int(s), other)
                    self.best.nodes[leaf].prices = self.kept(price)
                    node = self.grow(node, int(s), way)
                    state = state.copy()
                    state[s] = way
                    break
        return node, state

    def grow(self, node: int, supplier: int, way: int) -> int:
        """Add a branch to the tree, and return it."""
        self.best.nodes.append(Node())
        parent = self.best.nodes[node]
        parent.supplier = supplier
        if way == OPEN:
            parent.engaged = len(self.best.nodes) - 1
        else:
            parent.excluded = len(self.best.nodes) - 1
        return len(self.best.nodes) - 1


def search(
    what: Location, gap: float, deadline: float | None, tell: Callable[[float, float], bool] = lambda _b, _c: False
) -> Search:
    """Return the best plan and the tree that bounds it.

    Parameters
    ----------
    gap
        Stop once the plan is proved to be within this share of the best.
    deadline
        On `time.monotonic`.
    tell
        Called at every branch with the bound and the best cost; stops where it returns True.
    """
    return _Tree(what, gap, deadline, tell).run()
