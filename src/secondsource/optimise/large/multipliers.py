"""Multipliers that price what ties items together, improved step by step; not for plans.

With ``λ_s ≥ 0`` on the capacity of supplier ``s`` and ``μ_o ≥ 0`` on "an award of offer o engages its supplier", the
event falls apart:

    L(λ, μ) = Σ_i φ_i(λ, μ) + min_{v ∈ {0,1}} Σ_s v_s (f_s − λ_s capacity_s − Σ_{o of s} μ_o),   Σ v ≤ most counted

where ``φ_i`` is the cost of the best awards of item ``i`` with ``λ_s use_o`` on every unit and ``μ_o`` on every award.
``L`` never exceeds the cost of a plan. It is concave, and a deflected subgradient method climbs it: its steps follow an
average of the violations, each multiplier in proportion to the money that it prices. The average of the engaged
suppliers says which of them a good plan engages, as in the volume algorithm.

References
----------
P. M. Camerini, L. Fratta and F. Maffioli (1975), "On improving relaxation methods by modified gradient techniques",
Mathematical Programming Study 3, 26–34, doi 10.1007/BFb0120697. F. Barahona and R. Anbil (2000), "The volume algorithm:
producing primal solutions with a subgradient method", Mathematical Programming 87, 385–399, doi 10.1007/s101070050002.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from secondsource.arrays import Booleans, Floats, Integers
from secondsource.optimise.large.event import Event
from secondsource.optimise.large.items import best_awards

NEWEST = 0.6
"""Weight of the newest violations in the average that the steps follow, and (below) in the one that is reported."""
LASTING = 0.05
RENT = 50.0
"""How much longer a step the price of capacity takes than that of engagement, in money: found by trial."""
PATIENCE = 14
"""Steps without gain before the climb aims lower."""


@dataclass(frozen=True)
class Multipliers:
    """Prices of capacity, per capacity unit `(suppliers,)`, and of engagement, per award of each offer `(offers,)`."""

    capacity: Floats
    engagement: Floats


@dataclass(frozen=True)
class Relaxed:
    """The event at given multipliers.

    Attributes
    ----------
    value
        ``L``, in floats: not yet a safe bound.
    items
        ``φ_i``, `(items,)`.
    quantity
        The best awards, `(offers,)`.
    reduced
        What engaging each supplier costs after what its multipliers earn, `(suppliers,)`.
    engaged
        Which suppliers it engages.
    booked
        Capacity units of each supplier that backups take at least, `(suppliers,)`.
    """

    value: float
    items: Floats
    quantity: Floats
    reduced: Floats
    engaged: Booleans
    booked: Floats


@dataclass(frozen=True)
class Climb:
    """Where the climb ended: the best multipliers, ``L`` there, and the average of the engaged suppliers and awards."""

    multipliers: Multipliers
    value: float
    engaged: Floats
    awarded: Floats
    steps: int


def relax(event: Event, at: Multipliers, threads: int = 1, near: Floats | None = None) -> Relaxed:
    """Return the event's relaxation at `at`, faster from the awards `near` of a similar one, `(offers,)`."""
    unit = event.unit + at.capacity[event.supplier] * event.use
    booking, backup = booking_prices(event, at)
    fixed = event.fixed + at.engagement
    costs, quantity = best_awards(event, unit, fixed, near=near, booking=booking, threads=threads)
    earned = np.bincount(event.supplier, weights=at.engagement, minlength=len(event.engagement))
    rent = np.where(
        np.isfinite(event.capacity), at.capacity * np.where(np.isfinite(event.capacity), event.capacity, 0), 0
    )
    reduced = event.engagement - rent - earned
    engaged = engage(event, reduced)
    value = float(costs[:, 0].sum() + reduced[engaged].sum())
    return Relaxed(value, costs[:, 0], quantity[0], reduced, engaged, _booked(event, quantity[0], backup))


def booking_prices(event: Event, at: Multipliers) -> tuple[Floats | None, Integers]:
    """Return what a unit booked costs at least, by item, and which offer that is, -1 for none; None without backups."""
    if event.standby is None:
        return None, np.full(len(event.items), -1)
    return event.standby.cheapest(len(event.items), at.capacity)


def _booked(event: Event, quantity: Floats, backup: Integers) -> Floats:
    """Capacity that the cheapest backup of each item takes of each supplier, `(suppliers,)`."""
    suppliers = len(event.engagement)
    if event.standby is None:
        return np.zeros(suppliers)
    of = np.repeat(np.arange(len(event.offers)), np.diff(event.first_piece))
    held = (event.low <= quantity[of] * (1 + 1e-9)) & (quantity[of] <= event.high * (1 + 1e-9)) & (quantity[of] > 0)
    lines = np.where(held, event.standby.charge + event.standby.slope * quantity[of], 0.0)
    units = np.zeros(len(event.offers))
    np.maximum.at(units, of, lines)
    item = np.repeat(np.arange(len(event.items)), np.diff(event.first))
    by_item = np.bincount(item, weights=units, minlength=len(event.items))
    some = backup >= 0
    who = backup[some]
    use = event.standby.use[who] * by_item[some]
    return np.bincount(event.standby.supplier[who], weights=use, minlength=suppliers).astype(np.float64)


def engage(event: Event, reduced: Floats) -> Booleans:
    """Return the cheapest suppliers to engage: those that cost less than nothing, the counted up to their number."""
    engaged = reduced < 0
    counted = np.flatnonzero(engaged & event.counted)
    if len(counted) > event.most_counted:
        over = counted[np.argsort(reduced[counted], kind="stable")[event.most_counted :]]
        engaged[over] = False
    return np.asarray(engaged)


def first_multipliers(event: Event) -> Multipliers:
    """Engagement spread over the offers of each supplier by the size of the item, and nothing on capacity."""
    value = _money(event)
    total = np.bincount(event.supplier, weights=value, minlength=len(event.engagement))
    weight = value / np.maximum(total[event.supplier], 1e-12)
    return Multipliers(np.zeros(len(event.engagement)), event.engagement[event.supplier] * weight)


def climb(
    event: Event,
    start: Multipliers,
    *,
    target: float | None = None,
    gap: float = 1e-5,
    steps: int = 400,
    aim: float = 0.02,
    deadline: float | None = None,
    threads: int = 1,
    tell: Callable[[float], None] | None = None,
) -> Climb:
    """Return better multipliers.

    Parameters
    ----------
    target
        Cost of a plan, where one is known: the climb aims no higher.
    gap
        Stop where it aims no higher than this share of the value.
    aim
        How much higher, as a share of the value, it aims first; half of that whenever steps get it nowhere.
    deadline
        On `time.monotonic`.
    tell
        Called with every better value.
    """
    known = np.isfinite(event.capacity)
    capacity = np.where(known, np.maximum(event.capacity, 1e-9), 1.0)
    money = _money(event)
    rent = RENT * money.mean()
    best = at = start
    value, failed, step, near = -np.inf, 0, 0, None
    engaged, awarded = np.zeros(len(capacity)), np.zeros(len(money))
    load, award, height = np.zeros(len(capacity)), np.zeros(len(money)), 0.0
    for step in range(1, steps + 1):
        now = relax(event, at, threads, near)
        near = now.quantity
        if not np.isfinite(now.value):  # an item that nobody can deliver as it must be: at no multipliers
            return Climb(best, now.value, engaged, awarded, step)
        taken = (now.quantity > 0).astype(np.float64)
        newest = 1.0 if step == 1 else NEWEST
        load += newest * (_loads(event, now, capacity, known) - load)
        award += newest * (taken - now.engaged[event.supplier] - award)
        lasting = max(1.0 / step, LASTING)
        engaged += lasting * (now.engaged - engaged)
        awarded += lasting * (taken - awarded)
        height = height or aim * abs(now.value)
        failed = 0 if now.value > value + 1e-6 * abs(value) else failed + 1
        if now.value > value:
            value, best = now.value, at
            if tell is not None:
                tell(value)
        if failed > PATIENCE:
            height, failed, at = height / 2, 0, best
        goal = value + height if target is None else min(value + height, target)
        late = deadline is not None and time.monotonic() > deadline
        if late or height < gap * abs(value) or goal <= value:
            break
        # A multiplier of zero that would go below it stays: its violation does not count.
        up = np.where((at.capacity <= 0) & (load < 0), 0.0, load)
        on = np.where((at.engagement <= 0) & (award < 0), 0.0, award)
        size = rent * float(up @ up) + float(money @ (on * on))
        if size <= 0:
            break
        length = (goal - now.value) / size
        at = Multipliers(
            np.maximum(at.capacity + length * rent * up / capacity, 0.0),
            np.maximum(at.engagement + length * money * on, 0.0),
        )
    return Climb(best, value, engaged, awarded, step)


def _money(event: Event) -> Floats:
    """Roughly what all of the item costs from each offer, never nothing, `(offers,)`."""
    dearest = np.maximum(event.factor * event.price[event.first_piece[:-1]] + event.unit, 0.0)
    money = np.repeat(event.need, np.diff(event.first)) * dearest
    return np.asarray(np.maximum(money, 1e-6 * max(float(money.mean()), 1e-9)))


def _loads(event: Event, now: Relaxed, capacity: Floats, known: Booleans) -> Floats:
    """By how much each supplier is used beyond what engaging it allows, as a share of its capacity."""
    used = now.booked + np.bincount(event.supplier, weights=event.use * now.quantity, minlength=len(capacity))
    return np.asarray(np.where(known, used / capacity - now.engaged, 0.0))
