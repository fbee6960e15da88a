"""What may go wrong and what it would do, as arrays that a simulation runs on; not for running it.

A *group* is a risk group: suppliers that fail together. Time is counted in horizons: 0.25 is a quarter of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from secondsource.arrays import Booleans, Floats, Integers

BUCKET = 4.0
"""Groups whose probabilities differ by less than this factor are drawn together."""


def _floats() -> Floats:
    return np.zeros(0)


def _integers() -> Integers:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, kw_only=True, eq=False)
class Hazards:
    """What a simulation needs to know.

    Attributes
    ----------
    probability
        That each group fails within the horizon, of all reasons, `(groups,)`.
    outage
        Length of a failure of each group, `(groups,)`.
    cause_probability
        That each common cause occurs, `(causes,)`.
    hit_cause, hit_group, hit_probability
        Which cause hits which group, and how likely once it occurs, `(hits,)` each.
    loss_group, loss_item, loss_units, loss_saved
        What the failure of a group takes from an item: units over a whole horizon, and the money then not spent on
        them, `(losses,)` each; one row per pair.
    backup_group, backup_item, backup_units, backup_cost, backup_bring_up
        Booked backups: whose, of which item, how many units over a horizon, cost of a unit taken over, and time until
        it delivers, `(backups,)` each.
    cover
        Share of a lost volume that backups take over.
    shortage_cost, stock
        Cost of a missing unit, and units in stock, of each item, `(items,)`.
    need, unit_cost
        Units of each item over the horizon and the average variable cost of one, `(items,)`: what a surge in demand
        asks for on top, and what the customer pays for of it.
    root_item, root, root_share
        For which item that is sold each item is needed, and for which share of its need, `(roots,)` each.
        None: every item for itself.
    cell_money, cell_driver, driver_cell
        Money that drivers multiply: `cell_money` `(cells,)`; pairs of cell and driver, `(pairs,)` each.
    demand_driver, demand_item, late_driver, late_item, late_units, late_time
        Which driver moves the demand of which item that is sold; which stretches which lead time: units over a horizon
        and the lead time, `(pairs,)` each.
    spread, mixing
        Of the drivers: standard deviation of the logarithm, `(drivers,)`, and the Cholesky factor of their
        correlations, `(drivers, drivers)`.
    factor
        Present value of money that falls evenly over the horizon; every loss counts with it.
    """

    probability: Floats
    outage: Floats
    cause_probability: Floats = field(default_factory=_floats)
    hit_cause: Integers = field(default_factory=_integers)
    hit_group: Integers = field(default_factory=_integers)
    hit_probability: Floats = field(default_factory=_floats)
    loss_group: Integers
    loss_item: Integers
    loss_units: Floats
    loss_saved: Floats
    backup_group: Integers = field(default_factory=_integers)
    backup_item: Integers = field(default_factory=_integers)
    backup_units: Floats = field(default_factory=_floats)
    backup_cost: Floats = field(default_factory=_floats)
    backup_bring_up: Floats = field(default_factory=_floats)
    cover: float = 1.0
    shortage_cost: Floats
    stock: Floats
    need: Floats
    unit_cost: Floats
    root_item: Integers | None = None
    root: Integers | None = None
    root_share: Floats | None = None
    cell_money: Floats = field(default_factory=_floats)
    driver_cell: Integers = field(default_factory=_integers)
    cell_driver: Integers = field(default_factory=_integers)
    demand_driver: Integers = field(default_factory=_integers)
    demand_item: Integers = field(default_factory=_integers)
    late_driver: Integers = field(default_factory=_integers)
    late_item: Integers = field(default_factory=_integers)
    late_units: Floats = field(default_factory=_floats)
    late_time: Floats = field(default_factory=_floats)
    spread: Floats = field(default_factory=_floats)
    mixing: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    factor: float = 1.0

    @property
    def own_probability(self) -> Floats:
        """Probability that each group fails for a reason of its own, `(groups,)`.

        ``1 − (1 − p) / Π (1 − q_c h_c)``: together with its causes the group fails with `probability` p; 0 where the
        causes alone make it fail more often than that.
        """
        spared = np.ones(len(self.probability))
        chance = self.cause_probability[self.hit_cause] * self.hit_probability
        np.multiply.at(spared, self.hit_group, 1.0 - chance)
        with np.errstate(divide="ignore", invalid="ignore"):
            own = 1.0 - (1.0 - self.probability) / spared
        own = np.where(spared <= 0, 0.0, own)
        return np.asarray(np.where(own < 1e-15, 0.0, own))

    @property
    def overdriven(self) -> Booleans:
        """Groups that their common causes make fail more often than `probability` says, `(groups,)`."""
        spared = np.ones(len(self.probability))
        chance = self.cause_probability[self.hit_cause] * self.hit_probability
        np.multiply.at(spared, self.hit_group, 1.0 - chance)
        return np.asarray(1.0 - spared > self.probability + 1e-12)


class Tables(NamedTuple):
    """The hazards as the kernel reads them: runs of rows by group, item or cause (`x_at[k]` to `x_at[k + 1]`)."""

    bucket_at: Integers
    bucket_most: Floats
    bucket_step: Floats
    order: Integers
    chance: Floats
    outage: Floats
    cause_chance: Floats
    hit_at: Integers
    hit_group: Integers
    hit_chance: Floats
    touch_at: Integers
    touch_item: Integers
    touch_units: Floats
    touch_saved: Floats
    backup_at: Integers
    backup_group: Integers
    backup_units: Floats
    backup_cost: Floats
    backup_wait: Floats
    cover: float
    price: Floats
    stock: Floats
    need: Floats
    unit_cost: Floats
    root_at: Integers
    root: Integers
    root_share: Floats
    is_apart: Booleans
    cell_money: Floats
    cell_at: Integers
    cell_driver: Integers
    demand_driver: Integers
    demand_item: Integers
    late_driver: Integers
    late_item: Integers
    late_units: Floats
    late_time: Floats
    spread: Floats
    mixing: Floats
    factor: float
    most_pieces: int
    most_entries: int
    most_events: int


def tables(hazards: Hazards) -> Tables:
    """Return the hazards as the kernel reads them."""
    n_groups, n_items = len(hazards.probability), len(hazards.shortage_cost)
    own = hazards.own_probability
    bucket_at, most, order = _buckets(own)
    with np.errstate(divide="ignore"):
        step = 1.0 / np.log1p(-np.minimum(most, 1.0))
    by_cause = np.argsort(hazards.hit_cause, kind="stable")
    touch = _touches(hazards)
    cheapest = np.lexsort((hazards.backup_cost, hazards.backup_item))
    roots = _roots(hazards, n_items)
    by_cell = np.argsort(hazards.driver_cell, kind="stable")
    backup_at = _starts(hazards.backup_item, n_items)
    per_item = np.bincount(touch[1], minlength=n_items) + 1
    pieces = 2 * per_item * (np.diff(backup_at) + 1) + len(hazards.late_item)
    return Tables(
        bucket_at=bucket_at,
        bucket_most=most,
        bucket_step=step,
        order=order,
        chance=own[order],
        outage=hazards.outage.astype(np.float64),
        cause_chance=hazards.cause_probability.astype(np.float64),
        hit_at=_starts(hazards.hit_cause, len(hazards.cause_probability)),
        hit_group=hazards.hit_group[by_cause],
        hit_chance=hazards.hit_probability[by_cause].astype(np.float64),
        touch_at=_starts(touch[0], n_groups),
        touch_item=touch[1],
        touch_units=touch[2],
        touch_saved=touch[3],
        backup_at=backup_at,
        backup_group=hazards.backup_group[cheapest],
        backup_units=hazards.backup_units[cheapest].astype(np.float64),
        backup_cost=hazards.backup_cost[cheapest].astype(np.float64),
        backup_wait=hazards.backup_bring_up[cheapest].astype(np.float64),
        cover=float(hazards.cover),
        price=hazards.shortage_cost.astype(np.float64),
        stock=hazards.stock.astype(np.float64),
        need=hazards.need.astype(np.float64),
        unit_cost=hazards.unit_cost.astype(np.float64),
        root_at=roots[0],
        root=roots[1],
        root_share=roots[2],
        is_apart=_apart(roots[0], roots[1], hazards.late_item),
        cell_money=hazards.cell_money.astype(np.float64),
        cell_at=_starts(hazards.driver_cell, len(hazards.cell_money)),
        cell_driver=hazards.cell_driver[by_cell],
        demand_driver=hazards.demand_driver,
        demand_item=hazards.demand_item,
        late_driver=hazards.late_driver,
        late_item=hazards.late_item,
        late_units=hazards.late_units.astype(np.float64),
        late_time=hazards.late_time.astype(np.float64),
        spread=hazards.spread.astype(np.float64),
        mixing=np.ascontiguousarray(hazards.mixing, dtype=np.float64),
        factor=float(hazards.factor),
        most_pieces=int(pieces.sum()) + 1,
        most_entries=(int(pieces.sum()) + 1) * max(1, int(np.diff(roots[0]).max(initial=1))),
        most_events=2 * int(per_item.max(initial=1)) + 2,
    )


def _apart(root_at: Integers, root: Integers, late: Integers) -> Booleans:
    """Items whose shortage, from one failure alone, costs the same whatever else is short: they share no sold item."""
    shared = np.bincount(root, minlength=len(root_at) - 1) > 1
    apart = np.ones(len(root_at) - 1, dtype=np.bool_)
    np.logical_and.at(apart, np.repeat(np.arange(len(root_at) - 1), np.diff(root_at)), ~shared[root])
    apart[late] = False
    return apart


def _starts(keys: Integers, count: int) -> Integers:
    """Where the run of each key begins once the rows are sorted by it, `(count + 1,)`."""
    starts = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(keys, minlength=count), out=starts[1:])
    return starts


def _buckets(own: Floats) -> tuple[Integers, Floats, Integers]:
    """Groups that can fail, likeliest first, in runs of like probability, and the greatest of each run."""
    order = np.argsort(-own, kind="stable")
    order = order[own[order] > 0]
    starts, most = [0], list[float]()
    for place, group in enumerate(order.tolist()):
        if not most or own[group] * BUCKET < most[-1]:
            if most:
                starts.append(place)
            most.append(float(own[group]))
    starts.append(len(order))
    return np.array(starts if most else [0], dtype=np.int64), np.array(most), order.astype(np.int64)


def _touches(hazards: Hazards) -> tuple[Integers, Integers, Floats, Floats]:
    """Pairs of a group and an item that its failure concerns: it loses units of it, or books a backup for it, or both.

    A backup's row has no units lost; both are one row.
    """
    n_items = len(hazards.shortage_cost)
    lost = hazards.loss_group * n_items + hazards.loss_item
    backing = hazards.backup_group * n_items + hazards.backup_item
    keys = np.unique(np.concatenate([lost, backing]).astype(np.int64))
    units, saved = np.zeros(len(keys)), np.zeros(len(keys))
    np.add.at(units, np.searchsorted(keys, lost), hazards.loss_units)
    np.add.at(saved, np.searchsorted(keys, lost), hazards.loss_saved)
    return keys // max(n_items, 1), keys % max(n_items, 1), units, saved


def _roots(hazards: Hazards, n_items: int) -> tuple[Integers, Integers, Floats]:
    if hazards.root_item is None or hazards.root is None or hazards.root_share is None:
        return np.arange(n_items + 1), np.arange(n_items), np.ones(n_items)
    order = np.argsort(hazards.root_item, kind="stable")
    return _starts(hazards.root_item, n_items), hazards.root[order], hazards.root_share[order].astype(np.float64)
