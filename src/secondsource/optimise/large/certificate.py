"""The bound that multipliers prove, safe against rounding, and its certificate; not for finding multipliers.

For any ``λ, μ ≥ 0`` no plan costs less than ``L(λ, μ)`` (see `multipliers`). The suppliers' part of ``L`` is summed in
fractions. The items' part is found by search in floats, whose every cost is a sum of a few dozen products: its error is
below 1e-13 of the money handled, and ten times that is taken off.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from secondsource.arrays import Floats
from secondsource.optimise.frame import Frame
from secondsource.optimise.large.event import Event, event, is_event
from secondsource.optimise.large.items import best_awards
from secondsource.optimise.large.multipliers import Multipliers, booking_prices
from secondsource.problem.plan import Certificate

ROUNDING = 1e-12
"""Share of the money handled by which floats may err, taken off every item's cost: ten times what they do."""


def safe_bound(frame: Frame, the_event: Event, at: Multipliers, threads: int = 1) -> Fraction | None:
    """Return a bound on the cost of every plan of the frame's problem; None where the multipliers prove nothing."""
    prices = np.concatenate([at.capacity, at.engagement])
    unlimited = ~np.isfinite(the_event.capacity)
    if not np.isfinite(prices).all() or (prices < 0).any() or at.capacity[unlimited].any():
        return None
    unit = the_event.unit + at.capacity[the_event.supplier] * the_event.use
    booking, _backup = booking_prices(the_event, at)
    costs, _quantity = best_awards(the_event, unit, the_event.fixed + at.engagement, booking=booking, threads=threads)
    if not np.isfinite(costs).all():
        return None
    items = sum(map(Fraction, costs[:, 0].tolist()), Fraction(0))
    return items - Fraction(ROUNDING * float(_handled(the_event, unit, at).sum())) + _suppliers(frame, the_event, at)


def _handled(the_event: Event, unit: Floats, at: Multipliers) -> Floats:
    """The greatest sums of money that the search handles, by offer, `(offers,)`."""
    of = np.repeat(np.arange(len(the_event.offers)), np.diff(the_event.first_piece))
    slope = np.abs(unit)[of] + np.abs(the_event.factor[of] * the_event.price)
    fixed = np.abs(the_event.fixed) + at.engagement
    booking, _backup = booking_prices(the_event, at)
    if booking is not None:
        most_booked = np.abs(np.repeat(booking * the_event.need, np.diff(the_event.first)))
        fixed = fixed + most_booked
    money = slope * the_event.high + np.abs(the_event.factor[of] * the_event.intercept) + fixed[of]
    most = np.zeros(len(the_event.offers))
    np.maximum.at(most, of, money)
    return most


def _suppliers(frame: Frame, the_event: Event, at: Multipliers) -> Fraction:
    """``min Σ_s v_s (f_s − λ_s capacity_s − Σ μ_o)`` over at most as many counted suppliers as the rule allows."""
    table = frame.problem.suppliers
    reduced = [Fraction(cost or 0) for cost in table.fixed_cost]
    for supplier, capacity in enumerate(table.capacity):
        if capacity is not None:
            reduced[supplier] -= Fraction(float(at.capacity[supplier])) * Fraction(capacity)
    for offer in np.flatnonzero(at.engagement).tolist():
        reduced[int(the_event.supplier[offer])] -= Fraction(float(at.engagement[offer]))
    counted = sorted(cost for cost, is_counted in zip(reduced, the_event.counted, strict=True) if is_counted)
    others = [cost for cost, is_counted in zip(reduced, the_event.counted, strict=True) if not is_counted]
    return sum((cost for cost in [*counted[: the_event.most_counted], *others] if cost < 0), Fraction(0))


def certify(frame: Frame, the_event: Event, at: Multipliers) -> Certificate:
    """Return the certificate that lets anyone compute the bound of these multipliers again."""
    suppliers, offers = frame.problem.suppliers.supplier, frame.problem.offers.offer
    capacity = {suppliers[s]: float(at.capacity[s]) for s in np.flatnonzero(at.capacity).tolist()}
    rows = frame.network.offers[the_event.offers]
    engagement = {offers[rows[o]]: float(at.engagement[o]) for o in np.flatnonzero(at.engagement).tolist()}
    return Certificate(capacity, engagement)


def certified_bound(frame: Frame, certificate: Certificate) -> Fraction | None:
    """Return the bound that a plan's certificate proves, computed anew without a solver; None where it proves none."""
    if not is_event(frame):
        return None
    the_event = event(frame)
    return safe_bound(frame, the_event, multipliers(frame, the_event, certificate))


def multipliers(frame: Frame, the_event: Event, certificate: Certificate) -> Multipliers:
    """Return the multipliers that a certificate names; names that the problem does not have are passed over."""
    capacity = _spread(certificate.capacity, frame.problem.suppliers.supplier)
    by_row = _spread(certificate.engagement, frame.problem.offers.offer)
    return Multipliers(capacity, by_row[frame.network.offers[the_event.offers]])


def _spread(prices: Mapping[str, float], names: tuple[str, ...]) -> Floats:
    """Prices by name as an array over all names, zero where there is none."""
    return np.array([prices.get(name, 0.0) for name in names], dtype=np.float64)
