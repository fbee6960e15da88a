"""One trial after another, compiled: who fails when, who takes over, what is short and what it costs; not for results.

Randomness is counted, not drawn in turn: draw j of trial t is a mix of (seed, t, j), SplitMix64's (Steele, Lea and
Flood 2014, doi:10.1145/2714064.2660195). A trial is therefore the same whatever ran before it, beside it or where.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from secondsource.risk.hazards import Tables

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST, SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
S30, S27, S31, S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
ONE = np.uint64(1)
TO_UNIT = 1.0 / 9007199254740992.0


@numba.njit(inline="always")
def _mix(x: Any) -> Any:
    x = (x ^ (x >> S30)) * FIRST
    x = (x ^ (x >> S27)) * SECOND
    return x ^ (x >> S31)


@numba.njit(inline="always")
def _unit(x: Any) -> Any:
    """A number strictly between 0 and 1."""
    return (np.float64(_mix(x) >> S11) + 0.5) * TO_UNIT


@numba.njit(cache=True, nogil=True, error_model="numpy")
def run(t: Tables, seed: int, first: int, loss: Any, short: Any, failed: Any) -> None:
    """Run trials `first`, `first + 1`, ...: fill loss (money), short (whether units are missing), failed (groups out).

    Parameters
    ----------
    loss, short, failed
        `(trials,)` each, to be filled; floats, booleans, whole numbers.
    """
    n_groups, n_items, n_drivers = len(t.outage), len(t.price), len(t.spread)
    out = np.empty(n_groups, np.int64)  # the groups that fail, in the order in which they were drawn
    since, until = np.empty(n_groups), np.empty(n_groups)
    is_out = np.zeros(n_groups, np.bool_)
    head = np.full(n_items, -1, np.int64)  # of each item, the last touch; then a chain
    n_most = len(t.touch_item) + 1
    link, touch, toucher = np.empty(n_most, np.int64), np.empty(n_most, np.int64), np.empty(n_most, np.int64)
    touched = np.empty(n_items, np.int64)
    surge = np.zeros(n_items)
    z, g = np.empty(n_drivers), np.empty(n_drivers)
    p_item = np.empty(t.most_pieces, np.int64)
    p_from, p_to, p_rate = np.empty(t.most_pieces), np.empty(t.most_pieces), np.empty(t.most_pieces)
    times, edges, left = np.empty(t.most_events), np.empty(2 * t.most_entries), t.stock.copy()
    e_piece, e_next = np.empty(t.most_entries, np.int64), np.empty(t.most_entries, np.int64)
    e_share = np.empty(t.most_entries)
    root_first, root_list = np.full(n_items, -1, np.int64), np.empty(n_items, np.int64)
    alone_money, alone_short = np.zeros(len(t.touch_item)), np.zeros(len(t.touch_item), np.bool_)
    for group in range(n_groups):
        for e in range(t.touch_at[group], t.touch_at[group + 1]):
            item = t.touch_item[e]
            if not t.is_apart[item]:
                continue
            out[0], since[0], until[0] = group, 0.0, t.outage[group]
            head[item], link[0], touch[0], toucher[0] = 0, -1, e, 0
            alone_money[e], n_pieces = _item(
                t, item, head, link, touch, toucher, out, since, until, surge, times, p_item, p_from, p_to, p_rate, 0
            )
            alone_short[e] = _use_stock(t, left, p_item, p_from, p_to, p_rate, n_pieces)
            alone_money[e] += _shortages(
                t, p_item, p_from, p_to, p_rate, n_pieces, e_piece, e_share, e_next, root_first, root_list, edges
            )
            head[item] = -1
    for k in range(len(loss)):
        state = _mix(np.uint64(seed) * GOLDEN + _mix(np.uint64(first + k) + ONE))
        count, state = _failures(t, state, out, since, until, is_out)
        money, n_touched, n_pieces = 0.0, 0, 0
        if n_drivers:
            state = _drive(t, state, z, g)
            money += _cells(t, g)
            n_touched = _surges(t, g, surge, head, touched, n_touched)
        n_links, is_short = 0, False
        for f in range(count):
            group = out[f]
            for e in range(t.touch_at[group], t.touch_at[group + 1]):
                item = t.touch_item[e]
                if head[item] == -1:
                    touched[n_touched] = item
                    n_touched += 1
                link[n_links], touch[n_links], toucher[n_links] = head[item], e, f
                head[item] = n_links
                n_links += 1
        for k_item in range(n_touched):
            item = touched[k_item]
            if t.is_apart[item] and head[item] >= 0 and link[head[item]] == -1:
                money += alone_money[touch[head[item]]]
                is_short = is_short or alone_short[touch[head[item]]]
                head[item] = -1
                continue
            extra, n_pieces = _item(
                t, item, head, link, touch, toucher, out, since, until, surge, times, p_item, p_from, p_to, p_rate,
                n_pieces,
            )  # fmt: skip
            money += extra
            head[item] = -1
            surge[item] = 0.0
        if n_drivers and len(t.late_item):
            n_pieces, state = _late(t, g, state, p_item, p_from, p_to, p_rate, n_pieces)
        if n_pieces:
            is_short = _use_stock(t, left, p_item, p_from, p_to, p_rate, n_pieces) or is_short
            money += _shortages(
                t, p_item, p_from, p_to, p_rate, n_pieces, e_piece, e_share, e_next, root_first, root_list, edges
            )
        for f in range(count):
            is_out[out[f]] = False
        loss[k], short[k], failed[k] = money * t.factor, is_short, count


@numba.njit(nogil=True, error_model="numpy")
def _failures(t: Tables, state: Any, out: Any, since: Any, until: Any, is_out: Any) -> Any:
    """Draw who fails and when: common causes first (their victims begin together), then each for itself.

    Groups of like probability are skipped through: the next one that might fail is a geometric step away, and is taken
    with the ratio of its probability to the greatest of its run.
    """
    count = 0
    for c in range(len(t.cause_chance)):
        state += GOLDEN
        if _unit(state) >= t.cause_chance[c]:
            continue
        state += GOLDEN
        start = _unit(state)
        for h in range(t.hit_at[c], t.hit_at[c + 1]):
            group = t.hit_group[h]
            state += GOLDEN
            if _unit(state) < t.hit_chance[h] and not is_out[group]:
                out[count], since[count], until[count] = group, start, start + t.outage[group]
                is_out[group] = True
                count += 1
    for b in range(len(t.bucket_most)):
        place, stop = t.bucket_at[b], t.bucket_at[b + 1]
        while True:
            state += GOLDEN
            step = np.log(_unit(state)) * t.bucket_step[b]
            if step >= stop - place:
                break
            place += np.int64(step)
            group = t.order[place]
            ratio = t.chance[place] / t.bucket_most[b]
            if ratio < 1.0:
                state += GOLDEN
                if _unit(state) >= ratio:
                    place += 1
                    if place >= stop:
                        break
                    continue
            place += 1
            if not is_out[group]:
                state += GOLDEN
                start = _unit(state)
                out[count], since[count], until[count] = group, start, start + t.outage[group]
                is_out[group] = True
                count += 1
            if place >= stop:
                break
    return count, state


@numba.njit(nogil=True, error_model="numpy")
def _drive(t: Tables, state: Any, z: Any, g: Any) -> Any:
    """Draw the drivers: g is the logarithm of each one's factor, of mean 1."""
    n = len(t.spread)
    for d in range(0, n, 2):
        state += GOLDEN
        radius = np.sqrt(-2.0 * np.log(_unit(state)))
        state += GOLDEN
        angle = 2.0 * np.pi * _unit(state)
        z[d] = radius * np.cos(angle)
        if d + 1 < n:
            z[d + 1] = radius * np.sin(angle)
    for d in range(n):
        mixed = 0.0
        for e in range(d + 1):
            mixed += t.mixing[d, e] * z[e]
        g[d] = t.spread[d] * mixed - 0.5 * t.spread[d] * t.spread[d]
    return state


@numba.njit(nogil=True, error_model="numpy")
def _cells(t: Tables, g: Any) -> Any:
    """Money that prices, currencies and defects add to the plan's."""
    money = 0.0
    for c in range(len(t.cell_money)):
        log = 0.0
        for p in range(t.cell_at[c], t.cell_at[c + 1]):
            log += g[t.cell_driver[p]]
        money += t.cell_money[c] * (np.exp(log) - 1.0)
    return money


@numba.njit(nogil=True, error_model="numpy")
def _surges(t: Tables, g: Any, surge: Any, head: Any, touched: Any, n_touched: int) -> int:
    """Share of its need by which the demand for each item exceeds the plan; a lower demand loses nothing here."""
    n_items = len(t.price)
    for d in range(len(t.demand_item)):
        above = np.exp(g[t.demand_driver[d]]) - 1.0
        if above <= 0.0:
            continue
        for item in range(n_items):
            for r in range(t.root_at[item], t.root_at[item + 1]):
                if t.root[r] == t.demand_item[d]:
                    if surge[item] == 0.0:
                        touched[n_touched] = item
                        n_touched += 1
                        head[item] = -2  # noted, no touch yet
                    surge[item] += above * t.root_share[r]
    return n_touched


@numba.njit(nogil=True, error_model="numpy")
def _late(t: Tables, g: Any, state: Any, p_item: Any, p_from: Any, p_to: Any, p_rate: Any, n_pieces: int) -> Any:
    """A lead time that is longer than planned leaves a gap of that length in what arrives."""
    for d in range(len(t.late_item)):
        longer = t.late_time[d] * (np.exp(g[t.late_driver[d]]) - 1.0)
        if longer > 0.0 and t.late_units[d] > 0.0:
            state += GOLDEN
            start = _unit(state)
            p_item[n_pieces], p_rate[n_pieces] = t.late_item[d], t.late_units[d]
            p_from[n_pieces], p_to[n_pieces] = start, start + longer
            n_pieces += 1
    return n_pieces, state


@numba.njit(nogil=True, error_model="numpy")
def _item(
    t: Tables, item: int, head: Any, link: Any, touch: Any, toucher: Any, out: Any, since: Any, until: Any,
    surge: Any, times: Any, p_item: Any, p_from: Any, p_to: Any, p_rate: Any, n_pieces: int,
) -> Any:  # fmt: skip
    """What the failures that touch an item cost in takeovers, and the pieces of time in which it is short.

    Between two events the groups that are out are the same: the backups of the others, cheapest first, take over
    `cover` of what is lost. Whoever takes over delivers from its bring-up time after the beginning of the outage, which
    lasts as long as somebody's loss does.
    """
    n_events, loses = 0, False
    k = head[item]
    while k >= 0:
        times[n_events], times[n_events + 1] = since[toucher[k]], until[toucher[k]]
        n_events += 2
        loses = loses or t.touch_units[touch[k]] > 0.0
        k = link[k]
    extra_need = surge[item] * t.need[item]
    if extra_need > 0.0:
        times[n_events], times[n_events + 1] = 0.0, 1.0
        n_events += 2
        loses = True
    if not loses:
        return 0.0, n_pieces
    for a in range(1, n_events):
        value = times[a]
        b = a - 1
        while b >= 0 and times[b] > value:
            times[b + 1] = times[b]
            b -= 1
        times[b + 1] = value
    money, began, was_losing = 0.0, 0.0, False
    for a in range(n_events - 1):
        start, stop = times[a], times[a + 1]
        if stop <= start:
            continue
        lost, saved = 0.0, 0.0
        k = head[item]
        while k >= 0:
            f = toucher[k]
            if since[f] <= start and until[f] >= stop:
                lost += t.touch_units[touch[k]]
                saved += t.touch_saved[touch[k]]
            k = link[k]
        if extra_need > 0.0 and stop <= 1.0:
            lost += extra_need
            saved += extra_need * t.unit_cost[item]
        if lost <= 0.0:
            was_losing = False
            continue
        if not was_losing:
            began, was_losing = start, True
        left, takeover = t.cover * lost, 0.0
        for o in range(t.backup_at[item], t.backup_at[item + 1]):
            if left <= 0.0:
                break
            group, down = t.backup_group[o], False
            k = head[item]
            while k >= 0:
                f = toucher[k]
                if out[f] == group and since[f] <= start and until[f] >= stop:
                    down = True
                    break
                k = link[k]
            if down:
                continue
            taken = min(left, t.backup_units[o])
            left -= taken
            takeover += taken * t.backup_cost[o]
            ready = began + t.backup_wait[o]
            if ready > start and taken > 0.0:
                p_item[n_pieces], p_rate[n_pieces] = item, taken
                p_from[n_pieces], p_to[n_pieces] = start, min(stop, ready)
                n_pieces += 1
        covered = t.cover * lost - left
        share = covered / lost
        money += (stop - start) * max(0.0, takeover - share * saved)
        if lost - covered > 1e-12 * lost:
            p_item[n_pieces], p_rate[n_pieces] = item, lost - covered
            p_from[n_pieces], p_to[n_pieces] = start, stop
            n_pieces += 1
    return money, n_pieces


@numba.njit(nogil=True, error_model="numpy")
def _use_stock(t: Tables, left: Any, p_item: Any, p_from: Any, p_to: Any, p_rate: Any, n: int) -> bool:
    """Let the stock of each item serve the beginning of what is short; return whether anything stays short."""
    is_short = False
    for p in range(n):
        item = p_item[p]
        if left[item] > 0.0:
            wanted = p_rate[p] * (p_to[p] - p_from[p])
            served = min(wanted, left[item])
            left[item] -= served
            p_from[p] = p_to[p] if served >= wanted else p_from[p] + served / p_rate[p]
        is_short = is_short or p_to[p] > p_from[p]
    for p in range(n):
        left[p_item[p]] = t.stock[p_item[p]]
    return is_short


@numba.njit(nogil=True, error_model="numpy")
def _shortages(
    t: Tables, p_item: Any, p_from: Any, p_to: Any, p_rate: Any, n: int,
    e_piece: Any, e_share: Any, e_next: Any, first: Any, roots: Any, edges: Any,
) -> Any:  # fmt: skip
    """Cost of what is short: of all items that a sold item lacks at one time the dearest lack counts, not the sum."""
    n_entries, n_roots = 0, 0
    for p in range(n):
        for r in range(t.root_at[p_item[p]], t.root_at[p_item[p] + 1]):
            root = t.root[r]
            if first[root] == -1:
                roots[n_roots] = root
                n_roots += 1
            e_piece[n_entries], e_share[n_entries], e_next[n_entries] = p, t.root_share[r], first[root]
            first[root] = n_entries
            n_entries += 1
    money = 0.0
    for k in range(n_roots):
        head = first[roots[k]]
        first[roots[k]] = -1
        item, alone, e = p_item[e_piece[head]], True, head
        while e >= 0:
            alone = alone and p_item[e_piece[e]] == item
            e = e_next[e]
        if alone:
            e = head
            while e >= 0:
                p = e_piece[e]
                money += t.price[item] * p_rate[p] * e_share[e] * (p_to[p] - p_from[p])
                e = e_next[e]
        else:
            money += _dearest(t, p_item, p_from, p_to, p_rate, e_piece, e_share, e_next, head, edges)
    return money


@numba.njit(nogil=True, error_model="numpy")
def _dearest(
    t: Tables, p_item: Any, p_from: Any, p_to: Any, p_rate: Any, e_piece: Any, e_share: Any, e_next: Any, head: int,
    edges: Any,
) -> Any:  # fmt: skip
    """Over time, the greatest rate at which one of several items that are short costs money."""
    n_edges, e = 0, head
    while e >= 0:
        for value in (p_from[e_piece[e]], p_to[e_piece[e]]):
            b = n_edges - 1
            while b >= 0 and edges[b] > value:
                edges[b + 1] = edges[b]
                b -= 1
            edges[b + 1] = value
            n_edges += 1
        e = e_next[e]
    money = 0.0
    for a in range(n_edges - 1):
        start, stop = edges[a], edges[a + 1]
        if stop <= start:
            continue
        worst, e = 0.0, head
        while e >= 0:
            item, rate, f = p_item[e_piece[e]], 0.0, head
            while f >= 0:
                p = e_piece[f]
                if p_item[p] == item and p_from[p] <= start and p_to[p] >= stop:
                    rate += t.price[item] * p_rate[p] * e_share[f]
                f = e_next[f]
            worst = max(worst, rate)
            e = e_next[e]
        money += (stop - start) * worst
    return money
