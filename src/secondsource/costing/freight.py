"""What moving a unit from site to site costs and takes: by lane, else estimated from coordinates; not for routes.

The estimate is a stop-gap that every report marks as one: great circle × a detour factor, at a default tariff. Up to
`ROAD_KM` the goods go by road, beyond that the rest by sea. The tariff is an assumption of this project, not a measured
figure: 0.10 EUR per tonne-km by road, 0.01 EUR per tonne-km by sea. A lane replaces it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from secondsource.arrays import Booleans, Floats, Integers
from secondsource.problem.links import NOWHERE, Links
from secondsource.problem.tables import Problem

EARTH_RADIUS_KM = 6371.0088
"""Mean radius (IUGG 1980)."""
DETOUR = 1.3
"""Way travelled over great circle."""
ROAD_KM = 3000.0
ROAD_EUR_PER_KG_KM = 0.0001
SEA_EUR_PER_KG_KM = 0.00001
ROAD_KM_PER_DAY = 500.0
SEA_KM_PER_DAY = 600.0
TARIFF_CURRENCY = "EUR"


@dataclass(frozen=True)
class Carriage:
    """Moving one unit, for pairs of an offer and a destination; every array has shape `(pairs,)`.

    Attributes
    ----------
    cost_per_unit, cost_per_kg
        Base currency, floats or fractions.
    duty_rate, days
        Share of the unit price; days in transit.
    estimated
        Costed from coordinates.
    unknown
        Two different sites without a lane of which one has no coordinates: costs nothing, and must be warned of.
    """

    cost_per_unit: Any
    cost_per_kg: Any
    duty_rate: Any
    days: Any
    estimated: Booleans
    unknown: Booleans


def great_circle_km(latitude: Any, longitude: Any, to_latitude: Any, to_longitude: Any) -> Floats:
    """Return the great-circle distance in km between points in degrees (haversine).

    >>> round(float(great_circle_km(50.45, 30.52, 52.52, 13.40)))  # Kyiv - Berlin
    1205
    """
    phi, theta = np.radians(latitude), np.radians(to_latitude)
    half = (
        np.sin((theta - phi) / 2) ** 2
        + np.cos(phi) * np.cos(theta) * np.sin(np.radians(np.asarray(to_longitude) - np.asarray(longitude)) / 2) ** 2
    )
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0))))


def estimated_tariff(kilometres: Floats) -> tuple[Floats, Floats]:
    """Return EUR per kg and days for a way of so many `kilometres` (great circle × detour).

    ``EUR/kg = 0.0001 × min(km, 3000) + 0.00001 × max(0, km − 3000)``;
    ``days = min(km, 3000) / 500 + max(0, km − 3000) / 600``, whole days.
    """
    road, sea = np.minimum(kilometres, ROAD_KM), np.maximum(0.0, kilometres - ROAD_KM)
    days = np.ceil(road / ROAD_KM_PER_DAY + sea / SEA_KM_PER_DAY)
    return ROAD_EUR_PER_KG_KM * road + SEA_EUR_PER_KG_KM * sea, days


def tariff_rate(problem: Problem) -> Fraction | None:
    """Return the base currency for 1 EUR, in which the default tariff is stated; None where no rate says so."""
    if problem.settings.currency == TARIFF_CURRENCY:
        return Fraction(1)
    at = problem.rates.position.get(TARIFF_CURRENCY)
    rate = None if at is None else problem.rates.rate[at]
    return None if rate is None else Fraction(rate)


def carriage(problem: Problem, links: Links, origin: Integers, destination: Integers, exact: bool) -> Carriage:
    """Return what moving a unit from each `origin` to each `destination` (rows of `sites`, -1 for none) costs.

    A lane holds where there is one; else the same site, or none named at all, costs nothing; else it is estimated.
    Estimates are rounded to a millionth, so that floats and fractions start from the same figure.
    """
    view = "fractions" if exact else "floats"
    width = len(problem.sites) + 1
    lanes = {
        int(o) * width + int(d): row
        for row, (o, d) in enumerate(zip(links.lane_origin, links.lane_destination, strict=True))
    }
    keys = (origin * width + destination).tolist()
    lane = np.array(
        [lanes.get(k, -1) if o >= 0 and d >= 0 else -1 for k, o, d in zip(keys, origin, destination, strict=True)],
        dtype=np.int64,
    )
    has_lane = lane >= 0
    different = (origin != destination) & ~has_lane
    known = np.isfinite(problem.sites.latitude.floats) & np.isfinite(problem.sites.longitude.floats)
    known = np.append(known, False)  # NOWHERE, index -1
    estimated = different & known[origin] & known[destination]
    parts: dict[str, Any] = {}
    zero: Any = Fraction(0) if exact else 0.0
    for name in ("cost_per_unit", "cost_per_kg", "duty_rate", "days"):
        values = np.full(len(lane), zero, dtype=object if exact else np.float64)
        values[has_lane] = getattr(getattr(problem.lanes, name), view)[lane[has_lane]]
        parts[name] = values
    if estimated.any():
        per_kg, days = _estimate(problem, origin[estimated], destination[estimated])
        parts["cost_per_kg"][estimated] = [
            Fraction(round(v * 1_000_000), 1_000_000) if exact else round(v, 6) for v in per_kg
        ]
        parts["days"][estimated] = [Fraction(int(d)) if exact else d for d in days]
    return Carriage(estimated=estimated, unknown=different & ~estimated, **parts)


def _estimate(problem: Problem, origin: Integers, destination: Integers) -> tuple[list[float], list[float]]:
    """Base currency per kg and days between sites with coordinates."""
    latitude, longitude = problem.sites.latitude.floats, problem.sites.longitude.floats
    way = DETOUR * great_circle_km(latitude[origin], longitude[origin], latitude[destination], longitude[destination])
    per_kg, days = estimated_tariff(way)
    rate = tariff_rate(problem)
    return list(per_kg * float(1 if rate is None else rate)), list(days)


__all__ = ["NOWHERE", "Carriage", "carriage", "estimated_tariff", "great_circle_km", "tariff_rate"]
