"""Backups for given awards, item by item, the dearest first; not for the best ones.

An item that must survive ``n`` failures is safe where ``n`` suppliers outside all groups that could lose something,
each of a group of its own, are booked for ``cover ×`` the greatest loss: of any ``n`` groups that fail, those that are
backups leave as many fewer losses. With one failure the booking may be split, and of two awards each may back the
other.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from secondsource.arrays import Booleans, Floats, Integers
from secondsource.optimise.frame import Frame

ROOM = 1 + 1e-7
"""Bookings are this much larger than they need be: rounding must not leave any short."""


def book(frame: Frame, awards: Floats, engaged: Booleans) -> Floats | None:
    """Return units of each offer to book, `(offers,)`; None where an item finds no backups in this way.

    Parameters
    ----------
    awards
        Units of each offer, `(offers,)`.
    engaged
        Suppliers that are engaged already, `(suppliers,)`: others have their fixed cost to be paid.
    """
    net, links = frame.network, frame.links
    booked = np.zeros(frame.n_offers)
    order = np.argsort(net.item, kind="stable")
    starts = np.searchsorted(net.item[order], np.arange(len(net.need_max) + 1))
    capacity = frame.problem.suppliers.capacity.floats
    use = frame.offer("capacity_use")
    left = np.where(np.isfinite(capacity), capacity, np.inf)
    left = left - np.bincount(net.supplier, weights=use * awards, minlength=len(left))
    own = frame.offer("capacity")
    engaged = engaged.copy()
    group = links.supplier_group[net.supplier]
    price = _price(frame)
    value = net.need_max * np.maximum(_typical(frame), 1e-9)
    cover = float(frame.problem.settings.cover)
    for item in np.argsort(-value, kind="stable").tolist():
        if frame.failures[item] == 0:
            continue
        offers = order[starts[item] : starts[item + 1]]
        losses: dict[int, float] = defaultdict(float)
        for o in offers[awards[offers] > 0].tolist():
            if links.supplier_may_fail[net.supplier[o]]:
                losses[int(group[o])] += cover * float(awards[o])
        if not losses:
            continue
        room = np.fmin(np.fmin(own[offers] - awards[offers], frame.most_booked[offers]), np.inf)
        with np.errstate(divide="ignore", invalid="ignore"):
            room = np.fmin(room, np.where(use[offers] > 0, left[net.supplier[offers]] / use[offers], np.inf))
        fixed = frame.costs.fixed[offers] * (awards[offers] <= 0)
        fixed = fixed + np.where(engaged[net.supplier[offers]], 0.0, _fixed(frame)[net.supplier[offers]])
        found = _of_item(losses, int(frame.failures[item]), price[offers], fixed, room, group[offers], awards[offers])
        if found is None:
            return None
        for k, units in found.items():
            booked[offers[k]] += units
            left[net.supplier[offers[k]]] -= units * use[offers[k]]
            engaged[net.supplier[offers[k]]] = True
    return booked


def _of_item(
    losses: dict[int, float],
    failures: int,
    price: Floats,
    fixed: Floats,
    room: Floats,
    group: Integers,
    awards: Floats,
) -> dict[int, float] | None:
    """Units to book of the item's offers, by place; None where there is no room."""
    most = max(losses.values()) * ROOM
    outside = [k for k in range(len(price)) if int(group[k]) not in losses and room[k] > 0]
    by_cost = sorted(outside, key=lambda k: price[k] + fixed[k] / most)
    choices: list[tuple[float, dict[int, float]]] = []
    taken: dict[int, float] = {}
    groups: set[int] = set()
    for k in by_cost:
        if room[k] >= most and int(group[k]) not in groups:
            taken[k] = most
            groups.add(int(group[k]))
        if len(taken) == failures:
            choices.append((sum(price[j] * units + fixed[j] for j, units in taken.items()), taken))
            break
    if failures == 1 and len(losses) == 2:
        inside = {int(group[k]): k for k in np.flatnonzero(awards > 0).tolist() if int(group[k]) in losses}
        (one, lost_one), (two, lost_two) = losses.items()
        swap = {inside[one]: lost_two * ROOM, inside[two]: lost_one * ROOM}
        if all(room[k] >= units for k, units in swap.items()):
            choices.append((sum(price[k] * units for k, units in swap.items()), swap))
    if not choices and failures == 1:
        split: dict[int, float] = {}
        missing = most
        for k in by_cost:
            split[k] = min(float(room[k]), missing)
            missing -= split[k]
            if missing <= 0:
                return split
        return None
    return min(choices, key=lambda choice: choice[0])[1] if choices else None


def _price(frame: Frame) -> Floats:
    """What a unit booked costs, its takeover in the average failure included, `(offers,)`."""
    net = frame.network
    move = np.zeros(frame.n_offers)
    move[net.channel_offer] = frame.move.total
    likely = float(np.mean(frame.group_probability * frame.group_recovery)) if len(frame.group_probability) else 0.0
    return np.asarray(frame.costs.factor * (frame.costs.backup_fee + likely * (frame.costs.takeover + move)))


def _fixed(frame: Frame) -> Floats:
    """The fixed cost of each supplier, `(suppliers,)`."""
    return frame.problem.suppliers.fixed_cost.floats


def _typical(frame: Frame) -> Floats:
    """The greatest unit price offered for each item, `(items,)`."""
    price = np.zeros(len(frame.network.need_max))
    np.maximum.at(price, frame.network.item, frame.costs.unit_price)
    return price
