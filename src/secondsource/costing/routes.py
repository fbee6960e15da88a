"""How far and how long goods travel by mode, and what they emit; not for what carriage costs.

Sea: the network of searoute, the Northwest Passage shut unless asked for, other passages shut by name. Road and rail:
great circle × a detour that was calibrated on published road distances (docs/methods/landed-cost-of-goods.md shows the
error). Air: great circle + 5 %.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from secondsource.costing.freight import great_circle_km
from secondsource.language import Message, _

KM_PER_NAUTICAL_MILE = 1.852
SEA_KNOTS = 16.0
"""Speed of container ships (porteconomicsmanagement.org, routing options Shanghai - Rotterdam)."""
KM_PER_DAY = {"sea": SEA_KNOTS * KM_PER_NAUTICAL_MILE * 24, "air": 15_000.0, "road": 500.0, "rail": 600.0}
DAYS_AT_ENDS = {"sea": 7.0, "air": 3.0, "road": 1.0, "rail": 4.0}
"""Days at both ends, handling and customs. Assumptions of this project, as are the speeds but that of ships."""
AIR_EXTRA = 1.05
DETOURS = {"europe": 1.21, "north america": 1.15, "asia": 1.13, "elsewhere": 1.30}
"""Road over great circle; the last is not calibrated."""
KG_CO2E_PER_TONNE_KM = {"sea": 0.01536, "road": 0.12631, "rail": 0.03159, "air": 0.57}
"""Sea (deep-sea container ship from 3,000 TEU), road (HGV), rail: Defra conversion factors, direct emissions, as quoted
by modeshiftcentre.org.uk; air (long haul): Defra 2007, Hansard, 4 June 2007. Open Government Licence. Direct emissions
only: the warming by aircraft at height is not in it."""


@dataclass(frozen=True)
class Route:
    """A way: kilometres, days from door to door, kg of CO2 equivalents for one tonne, and how it was found."""

    km: float
    days: float
    co2e_kg_per_tonne: float
    how: Message


class NoRoute(Exception):
    """There is no way by sea with these passages shut."""


def route(
    mode: str,
    origin: tuple[float, float],
    destination: tuple[float, float],
    shut: Iterable[str] = (),
    arctic: bool = False,
    km: float | None = None,
    days: float | None = None,
) -> Route:
    """Return the way between two points (latitude, longitude in degrees) by a mode.

    Parameters
    ----------
    km, days
        Taken instead of the computed ones, where given.

    Raises
    ------
    NoRoute
        Ships find no way.

    >>> round(route("sea", (31.2, 121.8), (52.0, 4.0)).km / KM_PER_NAUTICAL_MILE)  # published: about 10,600
    10546
    """
    if km is not None:
        far, how = km, _("length as given")
    elif mode == "sea":
        far, how = _sea_km(origin, destination, tuple(shut), arctic), _sea_words(tuple(shut))
    else:
        straight = float(great_circle_km(*origin, *destination))
        detour = AIR_EXTRA if mode == "air" else DETOURS[region(*origin)]
        far, how = straight * detour, _("great circle × {detour}", detour=detour)
    long = days if days is not None else float(ceil(far / KM_PER_DAY[mode] + DAYS_AT_ENDS[mode]))
    return Route(far, long, far * KG_CO2E_PER_TONNE_KM[mode], how)


def _sea_words(shut: tuple[str, ...]) -> Message:
    if shut:
        return _("sea lanes (searoute), shut: {passages}", passages=", ".join(shut))
    return _("sea lanes (searoute)")


def _sea_km(
    origin: tuple[float, float], destination: tuple[float, float], shut: tuple[str, ...], arctic: bool
) -> float:
    import searoute

    restrictions = [*([] if arctic else ["northwest"]), *shut]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = searoute.searoute(origin[::-1], destination[::-1], units="km", restrictions=restrictions)
        except Exception as error:  # searoute raises the errors of its graph library, of several kinds
            raise NoRoute(str(error)) from error
    length = float(found.properties["length"]) if found is not None else 0.0
    if not 0 < length < 100_000:
        raise NoRoute
    return length


def region(latitude: float, longitude: float) -> str:
    """Return the region whose detour is used for a place, by its coordinates.

    >>> region(50.45, 30.52), region(34.05, -118.24), region(-33.9, 18.4)
    ('europe', 'north america', 'elsewhere')
    """
    if latitude > 10 and longitude < -30:
        return "north america"
    if latitude > 35 and -30 <= longitude < 60:
        return "europe"
    if latitude > -10 and longitude >= 60:
        return "asia"
    return "elsewhere"
