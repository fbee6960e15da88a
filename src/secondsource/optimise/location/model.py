"""A problem as a location problem: suppliers with fixed costs and capacities serve items at linear costs; no solving.

Warehouses and customers in the literature: suppliers and items here. Everything is a share of an item's need, so that
serving an item takes the same of any supplier's capacity.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from secondsource.arrays import Floats, Integers
from secondsource.optimise.frame import LEAST_AWARD, Frame
from secondsource.optimise.large.event import event, is_plain

DENSEST, THINNEST = 4_000_000, 0.05
"""The largest matrix of suppliers and items, and the least part of it that offers must fill."""


@dataclass(frozen=True)
class Location:
    """Suppliers that serve items.

    Attributes
    ----------
    items
        Rows of the items table, `(items,)`.
    need, weight
        Of each item: units, and the capacity that all of it takes, `(items,)`.
    offer
        The place in the frame of the offer of each supplier for each item, -1 for none, `(suppliers, items)`.
    cost
        What all of the item costs from the supplier, present value, infinite for none; the same.
    most
        The greatest share of it that the supplier may have, 0..1; the same.
    fixed, capacity
        Of each supplier; infinite capacity where there is none, `(suppliers,)`.
    """

    items: Integers
    need: Floats
    weight: Floats
    offer: Integers
    cost: Floats
    most: Floats
    fixed: Floats
    capacity: Floats

    @property
    def total(self) -> float:
        """Capacity that all items take together."""
        return float(self.weight.sum())


def location(frame: Frame) -> Location | None:
    """Return the location problem that a frame's problem is; None where it is none."""
    suppliers, items = len(frame.problem.suppliers), len(frame.problem.items)
    if suppliers * items > DENSEST or frame.n_offers < THINNEST * suppliers * items or not is_plain(frame):
        return None
    it = event(frame)
    count = np.diff(it.first)
    item = np.repeat(np.arange(len(it.items)), count)
    need = it.need[item]
    if len(it.low) != len(it.offers) or it.intercept.any() or it.fixed.any():
        return None
    bound = (it.low > LEAST_AWARD * need * (1 + 1e-9)).any() or (it.least_sources > 1).any()
    if not count.all() or bound or (it.most_sources < count).any():
        return None
    if it.counted.sum() > it.most_counted or (it.engagement < 0).any():
        return None
    limited = np.isfinite(it.capacity[it.supplier])
    use = np.zeros(len(it.items))
    np.maximum.at(use, item[limited], it.use[limited])
    if (it.use[limited] != use[item[limited]]).any():
        return None
    shape = (suppliers, len(it.items))
    offer, cost, most = np.full(shape, -1), np.full(shape, np.inf), np.zeros(shape)
    at = it.supplier, item
    offer[at] = it.offers
    cost[at] = (it.unit + it.factor * it.price) * need
    most[at] = np.minimum(1.0, it.high / need)
    return Location(it.items, it.need, use * it.need, offer, cost, most, it.engagement, it.capacity)
