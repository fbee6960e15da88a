"""The flows of a plan as arcs between the sites, as an SVG element; there are no coastlines in it."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from html import escape

from secondsource.language import _
from secondsource.problem.plan import Plan
from secondsource.problem.tables import Problem

WIDTH, HEIGHT, MARGIN = 960.0, 420.0, 46.0
THICKEST = 9.0
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def flow_map(plan: Plan, problem: Problem) -> str:
    """Return the map, "" where fewer than two sites that something travels between have coordinates."""
    sites = problem.sites
    places = {
        key: (float(longitude), float(latitude))
        for key, latitude, longitude in zip(sites.site, sites.latitude, sites.longitude, strict=True)
        if latitude is not None and longitude is not None
    }
    names = dict(zip(sites.site, sites.name, strict=True))
    costs: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    items: dict[tuple[str, str], set[str]] = defaultdict(set)
    for flow in plan.flows:
        if flow.origin in places and flow.destination in places and flow.origin != flow.destination:
            costs[flow.origin, flow.destination] += flow.quantity
            items[flow.origin, flow.destination].add(flow.item)
    used = {site for lane in costs for site in lane}
    weight = {site: sum(quantity for lane, quantity in costs.items() if site in lane) for site in used}
    if len(used) < 2:
        return ""
    at = _projected({site: places[site] for site in used})
    most = float(max(costs.values()))
    arcs = "".join(
        _arc(at[origin], at[destination], float(quantity) / most, f"{names.get(origin) or origin} → "
             f"{names.get(destination) or destination}: {', '.join(sorted(items[origin, destination]))}")
        for (origin, destination), quantity in sorted(costs.items(), key=lambda lane: lane[1])
    )  # fmt: skip
    taken: list[Box] = []
    order = sorted(used, key=lambda site: (-weight[site], site))
    points = "".join(_point(at[site], names.get(site) or site, taken) for site in order)
    label = escape(str(_("Map of what travels where")))
    return f'<svg class="map" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{label}">{arcs}{points}</svg>'


def _projected(places: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Where sites stand in the picture: the cut through the widest empty stretch of the globe, so none is torn."""
    longitudes = sorted({longitude for longitude, _latitude in places.values()})
    gaps = [
        ((following - longitude) % 360 or 360, following)
        for longitude, following in zip(longitudes, [*longitudes[1:], longitudes[0]], strict=True)
    ]
    west = max(gaps)[1]
    turned = {site: ((longitude - west) % 360, latitude) for site, (longitude, latitude) in places.items()}
    width = max(x for x, _y in turned.values()) or 1.0
    latitudes = [latitude for _x, latitude in turned.values()]
    low, height = min(latitudes), max(latitudes) - min(latitudes) or 1.0
    return {
        site: (
            MARGIN + x / width * (WIDTH - 2 * MARGIN),
            HEIGHT - MARGIN - (latitude - low) / height * (HEIGHT - 2 * MARGIN),
        )
        for site, (x, latitude) in turned.items()
    }


def _arc(start: tuple[float, float], end: tuple[float, float], share: float, title: str) -> str:
    bend = min(90.0, 0.22 * abs(end[0] - start[0]) + 12)
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 - bend)
    width = 1.2 + (THICKEST - 1.2) * share**0.5
    path = f"M{start[0]:.1f} {start[1]:.1f}Q{middle[0]:.1f} {middle[1]:.1f} {end[0]:.1f} {end[1]:.1f}"
    return f'<path class="flow" d="{path}" stroke-width="{width:.1f}"><title>{escape(title)}</title></path>'


def _point(at: tuple[float, float], name: str, taken: list[Box]) -> str:
    """A site with its name where there is room for it; where there is none, the name shows when one points at it."""
    dot = f'<circle class="site" cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="5"><title>{escape(name)}</title></circle>'
    width = 7.2 * len(name)
    for x, y, anchor in ((9, 4, ""), (-9, 4, "end"), (0, -10, "middle"), (0, 19, "middle")):
        left = at[0] + x - {"": 0, "end": width, "middle": width / 2}[anchor]
        box = (left, at[1] + y - 12, left + width, at[1] + y + 4)
        if box[0] < 2 or box[2] > WIDTH - 2 or any(_overlap(box, other) for other in taken):
            continue
        taken.append(box)
        end = f' text-anchor="{anchor}"' if anchor else ""
        return dot + f'<text class="site" x="{at[0] + x:.1f}" y="{at[1] + y:.1f}"{end}>{escape(name)}</text>'
    return dot


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
