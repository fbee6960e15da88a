"""What backups cost at least, item by item, as part of the cost of awards; not for choosing them.

With at least one failure to survive, all bookings of an item together are no less than ``cover × max_k L_k``, the
greatest loss of a single failure. With the shares ``y_k`` of the need awarded to suppliers that may fail,

    max_k y_k ≥ Σ_k g(y_k),   g(y) = y² for y ≤ 1/2,   g(y) = y − (1 − y)² above

(where all are at most a half, ``Σ y² ≤ max y × Σ y``; where one is above, the others' squares add up to no more than
``(1 − y)²``), with equality for two awards that share all. On each piece of an award ``g`` is replaced by a line below
it. A unit booked costs at least ``β = min_b fee_b + λ_s use_b`` over the offers that can be booked.

The expected cost of a failure is at least that of the cheapest takeover less what is saved, where the failing group
has one offer of the item; elsewhere it is taken for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from secondsource.arrays import Booleans, Floats, Integers
from secondsource.costing.parts import bring_up_shortage
from secondsource.optimise.frame import Frame

CUTS = (0.3, 0.5)
"""Shares of the need at which pieces of awards are cut, so that the lines are close to ``g``."""


@dataclass(frozen=True)
class Standby:
    """Lines below what must be booked, and who could be.

    Attributes
    ----------
    slope, charge
        Units booked at least for a piece of an award: ``charge + slope × quantity``, `(pieces,)`.
    item, supplier, use, fee
        Of each offer that can be booked, by item: place of the item in the event, its supplier, capacity units and
        money per unit booked; present value, `(bookable,)`.
    """

    slope: Floats
    charge: Floats
    item: Integers
    supplier: Integers
    use: Floats
    fee: Floats

    def cheapest(self, items: int, price: Floats) -> tuple[Floats, Integers]:
        """Return ``β`` of each item at prices of capacity, 0 where nobody can be booked, and whose it is, else -1."""
        rate = self.fee + price[self.supplier] * self.use
        order = np.lexsort((rate, self.item))
        who, first = np.unique(self.item[order], return_index=True)
        best, which = np.zeros(items), np.full(items, -1)
        best[who], which[who] = rate[order[first]], order[first]
        return best, which


def risky_offers(frame: Frame, offers: Integers) -> Booleans:
    """Return the offers whose loss backups must cover, `(offers,)`."""
    net = frame.network
    may_fail = frame.links.supplier_may_fail[net.supplier[offers]]
    return np.asarray(may_fail & (frame.failures[net.item[offers]] > 0))


def cut(
    offer: Integers, low: Floats, high: Floats, price: Floats, intercept: Floats, need: Floats, risky: Booleans
) -> tuple[Integers, Floats, Floats, Floats, Floats]:
    """Return the pieces with those of risky offers cut; `need` and `risky` are of each offer."""
    for share in CUTS:
        at = share * need[offer]
        hit = risky[offer] & (low < at) & (at < high)
        above = np.where(hit, at, low)[hit]
        low, high = np.concatenate([low, above]), np.concatenate([np.where(hit, at, high), high[hit]])
        offer, price, intercept = (np.concatenate([part, part[hit]]) for part in (offer, price, intercept))
    order = np.lexsort((low, offer))
    return offer[order], low[order], high[order], price[order], intercept[order]


def lines(low: Floats, high: Floats, need: Floats) -> tuple[Floats, Floats]:
    """Return slope and charge, in units, of a line below ``need × g(q / need)`` between `low` and `high`, `(pieces,)`.

    Nothing where that line would begin below zero.

    >>> slope, charge = lines(np.array([0.0, 3.0, 5.0]), np.array([3.0, 5.0, 10.0]), np.full(3, 10.0))
    >>> slope.tolist(), charge.round(6).tolist()
    ([0.0, 0.8, 1.5], [-0.0, -1.6, -5.0])
    """
    left, right = low / need, np.minimum(high / need, 1.0)
    middle = (left + right) / 2
    ends = [y - (1.0 - y) ** 2 for y in (left, right)]
    wide = right > left
    chord = np.where(wide, (ends[1] - ends[0]) / np.where(wide, right - left, 1.0), 0.0)
    convex = right <= 0.5 * (1 + 1e-12)
    concave = left >= 0.5 * (1 - 1e-12)
    slope = np.where(convex, 2 * middle, np.where(concave, chord, 0.0))
    charge = np.where(convex, -(middle**2), np.where(concave, ends[0] - chord * left, 0.0))
    below = slope * left + charge < 0  # no award may be taken for what it saves others
    slope, charge = np.where(below, 0.0, slope), np.where(below, 0.0, charge)
    # Rounding must only ever lower the line.
    return slope, need * (charge - 1e-12)


def bookable(frame: Frame, items: Integers) -> tuple[Integers, Integers, Floats, Floats]:
    """Return item (its place in `items`), supplier, use and fee of the offers that can be booked, by item."""
    net = frame.network
    place = np.full(len(net.need_max), -1)
    place[items] = np.arange(len(items))
    offers = np.flatnonzero((frame.failures[net.item] > 0) & (frame.most_booked > 0) & (place[net.item] >= 0))
    offers = offers[np.argsort(place[net.item[offers]], kind="stable")]
    fee = frame.costs.factor * frame.costs.backup_fee[offers]
    return place[net.item[offers]], net.supplier[offers], frame.offer("capacity_use")[offers], fee


def expected(frame: Frame, offers: Integers) -> tuple[Floats, Floats, Floats]:
    """Return the weight of each offer's failure, the least cost of a unit taken over, and what a unit lost saves beside
    its purchase; the weight is 0 where the failure may cost nothing, `(offers,)`.
    """
    net, links, costs = frame.network, frame.links, frame.costs
    move = np.zeros(frame.n_offers)
    move[net.channel_offer] = frame.move.total
    known = np.zeros(frame.n_offers, dtype=np.bool_)
    known[net.channel_offer] = True
    group = links.supplier_group[net.supplier]
    pair = net.item * len(links.groups) + group
    _keys, back, count = np.unique(pair, return_inverse=True, return_counts=True)
    weight = costs.factor * (frame.group_probability * frame.group_recovery)[group]
    # Backups that cannot be awarded have no channel, and so no known freight: their items cost nothing here.
    backup = (frame.failures[net.item] > 0) & (frame.most_booked > 0)
    whole = np.ones(len(net.need_max), dtype=np.bool_)
    whole[net.item[backup & ~known]] = False
    shortage = np.nan_to_num(frame.item("shortage_cost"))[net.item]
    days = frame.offer("bring_up_days")
    years = frame.problem.settings.horizon_years
    # The longest recovery makes the delay's share of it least.
    recovery = np.full(frame.n_offers, max(float(frame.group_recovery.max(initial=0.0)), 1e-9))
    takeover = costs.takeover + move + bring_up_shortage(shortage, days, years, recovery)
    cheapest = _cheapest_outside(net.item, group, np.where(backup, takeover, np.inf), len(net.need_max))
    alone = (count[back] == 1) & links.supplier_may_fail[net.supplier] & whole[net.item]
    some = alone & np.isfinite(cheapest) & (frame.failures[net.item] > 0)
    saved = costs.defects + costs.wages + move
    return (
        np.where(some, weight, 0.0)[offers],
        np.where(some, cheapest, 0.0)[offers],
        saved[offers],
    )


def _cheapest_outside(item: Integers, group: Integers, cost: Floats, items: int) -> Floats:
    """For each offer the least cost among its item's offers of other groups, infinite where there is none."""
    first, who = np.full(items, np.inf), np.full(items, -1)
    order = np.lexsort((-cost, item))
    first[item[order]], who[item[order]] = cost[order], group[order]
    other = group != who[item]
    second = np.full(items, np.inf)
    np.minimum.at(second, item[other], cost[other])
    return np.asarray(np.where(other, first[item], second[item]))
