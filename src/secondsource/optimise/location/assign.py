"""The cheapest way to serve all items from suppliers that are engaged, and the prices that prove it; nothing else.

A transportation problem: every item starts at its cheapest suppliers, and what overloads one of them moves on along the
cheapest chain of exchanges to one that has room (successive shortest paths).

References
----------
R. K. Ahuja, T. L. Magnanti and J. B. Orlin (1993), "Network Flows", section 9.7.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

NOTHING = 1e-11


@numba.njit(cache=True, nogil=True)
def _fill(cost: Any, weight: Any, most: Any, x: Any, load: Any, price: Any, money: Any) -> bool:
    """Give every item to its cheapest suppliers, up to their most; False, and a price, where they leave some over."""
    k, n = cost.shape
    for i in range(n):
        left = 1.0
        while left > NOTHING:
            best = -1
            for s in range(k):
                if x[s, i] < most[s, i] and (best < 0 or cost[s, i] < cost[best, i]):
                    best = s
            if best < 0:
                price[i] = money / left
                return False
            share = min(left, most[best, i] - x[best, i])
            x[best, i] += share if share < left or most[best, i] < 1.0 else left
            left -= share
            if most[best, i] - x[best, i] < NOTHING:
                x[best, i] = most[best, i]
        for s in range(k):
            load[s] += weight[i] * x[s, i]
    return True


@numba.njit(cache=True, nogil=True)
def _arcs(s: Any, cost: Any, weight: Any, most: Any, x: Any, length: Any, by: Any) -> None:
    """What moving a capacity unit from supplier `s` to each other costs at least, and which item moves."""
    k, n = cost.shape
    for t in range(k):
        length[s, t], by[s, t] = np.inf, -1
    for i in range(n):
        if x[s, i] > 0.0 and weight[i] > 0.0:
            for t in range(k):
                if t != s and x[t, i] < most[t, i]:
                    way = (cost[t, i] - cost[s, i]) / weight[i]
                    if way < length[s, t]:
                        length[s, t], by[s, t] = way, i


@numba.njit(cache=True, nogil=True)
def _ways(length: Any, room: Any, far: Any, following: Any) -> None:
    """The cheapest chain from each supplier to one with room: its cost, and the next supplier on it (Bellman-Ford)."""
    k = len(room)
    for s in range(k):
        far[s], following[s] = (0.0, -1) if room[s] > 0.0 else (np.inf, -1)
    for _round in range(k):
        better = False
        for s in range(k):
            for t in range(k):
                way = length[s, t] + far[t]
                if way < far[s] - 1e-12 * (1.0 + abs(way)):
                    if following[t] == s:
                        continue
                    far[s], following[s] = way, t
                    better = True
        if not better:
            break


@numba.njit(cache=True, nogil=True)
def _full(length: Any, far: Any) -> None:
    """Price the capacity of suppliers from whom nothing can move on: dear, and in step with one another."""
    k = len(far)
    free, own, following = np.zeros(k), np.zeros(k), np.full(k, -1)
    dearest = 0.0
    for s in range(k):
        free[s] = 1.0 if far[s] == np.inf else 0.0
        for t in range(k):
            if length[s, t] < np.inf:
                dearest += abs(length[s, t])
    if free.sum() == 0.0:
        return
    _ways(length, free, own, following)
    for s in range(k):
        if free[s] > 0.0:
            far[s] = own[s] + dearest


@numba.njit(cache=True, nogil=True)
def _stuck(cost: Any, weight: Any, x: Any, room: Any, far: Any, price: Any, money: Any) -> None:
    """Prices that prove that nothing can leave overloaded suppliers: dear for all items of those without a way out."""
    k, n = cost.shape
    excess = 0.0
    for s in range(k):
        if far[s] == np.inf:
            excess -= room[s]
    for i in range(n):
        for s in range(k):
            if x[s, i] > 0.0:
                price[i] = max(price[i], cost[s, i])
                if far[s] == np.inf:
                    price[i] = max(price[i], cost[s, i] + money / excess * weight[i])


@numba.njit(cache=True, nogil=True)
def assign(cost: Any, weight: Any, most: Any, capacity: Any, money: Any) -> Any:
    """Return the least cost of serving all items, the shares `(suppliers, items)`, and a price of each item's need.

    The prices are those of an optimal dual: no assignment costs less at them. Where the suppliers cannot serve all, the
    cost is infinite, and the prices prove that it is more than about `money`.
    """
    k, n = cost.shape
    x, load, price = np.zeros((k, n)), np.zeros(k), np.zeros(n)
    if not _fill(cost, weight, most, x, load, price, money):
        return np.inf, x, price
    room, length, by = np.zeros(k), np.full((k, k), np.inf), np.full((k, k), -1)
    far, following = np.zeros(k), np.full(k, -1)
    whole = True
    for s in range(k):
        for i in range(n):
            whole = whole and (most[s, i] >= 1.0 or most[s, i] <= 0.0)
    slack = 1e-12 * (1.0 + weight.sum())
    for s in range(k):
        room[s] = capacity[s] - load[s]
        if abs(room[s]) <= slack:
            room[s] = 0.0
        _arcs(s, cost, weight, most, x, length, by)
    for _turn in range(50 * (n + k) * (k + 1)):
        over = -1
        for s in range(k):
            if room[s] < 0.0 and (over < 0 or room[s] < room[over]):
                over = s
        _ways(length, room, far, following)
        if over < 0:
            break
        for s in range(k):  # of those overloaded, the one with the cheapest way out
            if room[s] < 0.0 and far[s] < far[over]:
                over = s
        if far[over] == np.inf:
            _stuck(cost, weight, x, room, far, price, money)
            return np.inf, x, price
        moved, s, hops = -room[over], over, 0
        while following[s] >= 0 and hops <= k:
            t, i = following[s], by[s, following[s]]
            moved = min(moved, x[s, i] * weight[i], (most[t, i] - x[t, i]) * weight[i])
            s, hops = t, hops + 1
        if hops > k:
            return np.inf, x, price
        moved = min(moved, room[s])
        room[s] = room[s] - moved if room[s] - moved > slack else 0.0
        room[over] = room[over] + moved if room[over] + moved < -slack else 0.0
        s = over
        while following[s] >= 0:
            t, i = following[s], by[s, following[s]]
            share = moved / weight[i]
            x[s, i] = x[s, i] - share if x[s, i] - share > NOTHING else 0.0
            x[t, i] = x[t, i] + share if x[t, i] + share < most[t, i] - NOTHING else most[t, i]
            s = t
        if whole:
            s = over
            while s >= 0:
                _arcs(s, cost, weight, most, x, length, by)
                s = following[s]
        else:  # an item that reached its most somewhere can no longer move there from anywhere
            for t in range(k):
                _arcs(t, cost, weight, most, x, length, by)
    _full(length, far)
    total = 0.0
    for i in range(n):
        price[i] = -np.inf
        for s in range(k):
            if x[s, i] > 0.0:
                total += cost[s, i] * x[s, i]
                price[i] = max(price[i], cost[s, i] + max(far[s], 0.0) * weight[i])
    return total, x, price
