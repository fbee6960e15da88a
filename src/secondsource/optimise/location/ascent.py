"""The location problem's bound at given prices of the items' needs, and prices that make it great; not for plans.

With a price ``u_i`` of all of item ``i``'s need, no plan costs less than

    L(u) = Σ_i u_i + min_v Σ_s v_s (f_s + K_s(u)),   K_s(u) = min Σ_i (c_si − u_i) x_i,  Σ_i w_i x_i ≤ S_s,  0 ≤ x ≤ m_s

over the sets ``v`` of suppliers that together have the capacity that all items take. ``K`` is a continuous knapsack,
filled in the order of the ratio. Of that last condition, two relaxations are used, whichever says more: how many
suppliers it takes at least, and the same in fractions of suppliers.

References
----------
J. E. Beasley (1988), "An algorithm for solving large capacitated warehouse location problems", European Journal of
Operational Research 33, 314–325, doi 10.1016/0377-2217(88)90175-0.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

CLOSED, OPEN, FREE = 0, 1, 2
SHORT = 1e-9
"""Share of a capacity by which sums in floats may miss it."""


@numba.njit(cache=True, nogil=True)
def _knapsack(cost: Any, weight: Any, most: Any, room: Any, price: Any, x: Any, ratio: Any, index: Any) -> float:
    """Fill `x` with the shares of the items that pay most for one supplier, and return what they cost less prices."""
    n, k, used = len(price), 0, 0.0
    value = 0.0
    for i in range(n):
        x[i] = 0.0
        gain = cost[i] - price[i]
        if gain < 0.0 and most[i] > 0.0:
            ratio[k] = gain / weight[i] if weight[i] > 0.0 else -np.inf
            index[k] = i
            k += 1
            used += weight[i] * most[i]
    if used <= room:
        for q in range(k):
            i = index[q]
            x[i] = most[i]
            value += most[i] * (cost[i] - price[i])
        return value
    left = room
    for q in np.argsort(ratio[:k]):
        i = index[q]
        share = most[i]
        if weight[i] * share > left:
            share = left / weight[i]
        x[i] = share
        value += share * (cost[i] - price[i])
        left -= share * weight[i]
        if left <= 0.0:
            break
    return value


@numba.njit(cache=True, nogil=True)
def _choose(reduced: Any, state: Any, capacity: Any, total: Any, order: Any, v: Any) -> float:
    """Fill `v` with the suppliers (or fractions) that cost least and have the capacity; return what they cost.

    Infinite where those that are not closed have too little.
    """
    m = len(reduced)
    value, have, every = 0.0, 0.0, 0.0
    for s in range(m):
        v[s] = 1.0 if state[s] == OPEN else 0.0
        if state[s] == OPEN:
            value += reduced[s]
            have += capacity[s]
        if state[s] != CLOSED:
            every += capacity[s]
    wanted = total * (1.0 - SHORT)
    if every < wanted:
        return np.inf
    taken = 0
    for s in range(m):
        if state[s] == FREE and reduced[s] < 0.0:
            v[s] = 1.0
            value += reduced[s]
            taken += 1
    if have >= wanted:
        return value
    # How many of the free ones it takes at least: the greatest first.
    free = np.empty(m)
    k = 0
    got = have
    for s in range(m):
        if state[s] == FREE:
            free[k] = -capacity[s]
            k += 1
        if v[s] == 1.0 and state[s] == FREE:
            got += capacity[s]
    biggest = np.sort(free[:k])
    least, sum_ = 0, have
    while sum_ < wanted:
        sum_ -= biggest[least]
        least += 1
    by_count, n = value, taken
    if n < least:
        for q in range(m):
            s = order[q]
            if n >= least:
                break
            if state[s] == FREE and reduced[s] >= 0.0:
                by_count += reduced[s]
                n += 1
    by_part = value
    if got < wanted:
        rate = np.full(m, np.inf)
        for s in range(m):
            if state[s] == FREE and reduced[s] >= 0.0:
                rate[s] = reduced[s] / capacity[s] if capacity[s] > 0.0 else np.inf
        missing = wanted - got
        cheapest = np.argsort(rate)
        for s in cheapest:
            if missing <= 0.0 or rate[s] == np.inf:
                break
            by_part += reduced[s] * min(1.0, missing / capacity[s])
            missing -= capacity[s]
        if by_part > by_count:
            missing = wanted - got
            for s in cheapest:
                if missing <= 0.0 or rate[s] == np.inf:
                    break
                v[s] = min(1.0, missing / capacity[s])
                missing -= capacity[s]
            return by_part
    n = taken
    for q in range(m):
        s = order[q]
        if n >= least:
            break
        if state[s] == FREE and reduced[s] >= 0.0:
            v[s] = 1.0
            n += 1
    return by_count


@numba.njit(cache=True, nogil=True)
def reduced_costs(
    cost: Any, weight: Any, most: Any, fixed: Any, capacity: Any, state: Any, price: Any, reduced: Any, x: Any
) -> None:
    """Fill `reduced` with what each supplier that is not closed costs after what its items pay, and `x` with shares."""
    n = len(price)
    ratio, index = np.empty(n), np.empty(n, np.int64)
    for s in range(len(fixed)):
        reduced[s] = np.inf
        if state[s] != CLOSED:
            reduced[s] = fixed[s] + _knapsack(cost[s], weight, most[s], capacity[s], price, x[s], ratio, index)


@numba.njit(cache=True, nogil=True)
def choice(reduced: Any, state: Any, capacity: Any, total: Any) -> float:
    """Return ``min_v Σ v_s reduced_s`` over the suppliers that `state` leaves."""
    return _choose(reduced, state, capacity, total, np.argsort(reduced), np.empty(len(reduced)))


@numba.njit(cache=True, nogil=True)
def ascend(
    cost: Any,
    weight: Any,
    most: Any,
    fixed: Any,
    capacity: Any,
    total: Any,
    state: Any,
    price: Any,
    cut: Any,
    steps: Any,
    stride: Any,
    patience: Any,
) -> Any:
    """Climb from the prices; return the best value, its prices and reduced costs, and how often each was chosen.

    Stops where the value reaches `cut`. `stride` is the share of the way to `cut` that a step takes at first; half of
    that after `patience` steps without gain.
    """
    m, n = cost.shape
    best, at = -1e300, price.copy()
    best_price, best_reduced, often = price.copy(), np.zeros(m), np.zeros(m)
    reduced, x, v = np.zeros(m), np.zeros((m, n)), np.zeros(m)
    short, way = np.zeros(n), np.zeros(n)
    failed = 0
    for step in range(steps):
        reduced_costs(cost, weight, most, fixed, capacity, state, at, reduced, x)
        value = _choose(reduced, state, capacity, total, np.argsort(reduced), v)
        for i in range(n):
            value += at[i]
            short[i] = 1.0
        for s in range(m):
            often[s] += (v[s] - often[s]) * max(1.0 / (step + 1), 0.05)
            if v[s] > 0.0:
                for i in range(n):
                    short[i] -= v[s] * x[s, i]
        failed = 0 if value > best + 1e-5 * abs(best) else failed + 1
        if value > best:
            best = value
            best_price[:] = at
            best_reduced[:] = reduced
        if best >= cut:
            break
        if failed >= patience:
            stride, failed = stride / 2.0, 0
            at[:] = best_price
        if stride < 1e-3:
            break
        size = 0.0
        for i in range(n):
            way[i] = short[i] if step == 0 else 0.7 * short[i] + 0.3 * way[i]
            size += way[i] * way[i]
        if size < 1e-14:
            break
        length = stride * (cut - value) / size
        for i in range(n):
            at[i] += length * way[i]
    return best, best_price, best_reduced, often
