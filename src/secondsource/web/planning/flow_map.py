"""The flows of a plan as arcs between the sites, as an SVG element.

There are no coastlines in it: no outlines of land under a free licence come with the packages that we use. The sea
ports of searoute, as faint dots, show where land meets water, and a graticule with degrees the rest.
"""

from __future__ import annotations

import importlib.resources
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from html import escape

from secondsource.language import _
from secondsource.problem.plan import Plan
from secondsource.problem.tables import Problem

WIDTH, HEIGHT, MARGIN = 960.0, 420.0, 46.0
THICKEST = 9.0
FINEST = 60.0
"""Pixels of a degree at most: sites of one town are not drawn as if they lay far apart."""
STEPS = (1, 2, 5, 10, 15, 30, 60)
"""Degrees between two lines of the graticule."""
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
    view = _view([places[site] for site in used])
    at = {site: view.at(*places[site]) for site in used}
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
    drawn = f"{_graticule(view)}{_ports(view)}{arcs}{points}"
    return f'<svg class="map" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{label}">{drawn}</svg>'


@dataclass(frozen=True)
class View:
    """What of the globe the picture shows: degrees of its left edge and bottom, and pixels of a degree each way."""

    west: float
    south: float
    across: float
    up: float

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Return where a place stands in the picture, which begins at its left edge and goes round the globe."""
        return (longitude - self.west) % 360 * self.across, HEIGHT - (latitude - self.south) * self.up


def _view(places: list[tuple[float, float]]) -> View:
    """The part of the globe that holds the places: cut through the widest empty stretch, so that none is torn.

    Equirectangular, true to scale at the middle latitude: a degree up is ``1 / cos(latitude)`` of a degree across.
    """
    longitudes = sorted({longitude for longitude, _latitude in places})
    gaps = [
        ((following - longitude) % 360 or 360, following)
        for longitude, following in zip(longitudes, [*longitudes[1:], longitudes[0]], strict=True)
    ]
    west = max(gaps)[1]
    width = max((longitude - west) % 360 for longitude, _latitude in places)
    latitudes = [latitude for _longitude, latitude in places]
    low, height = min(latitudes), max(latitudes) - min(latitudes)
    stretch = 1 / max(0.3, math.cos(math.radians(low + height / 2)))
    across = min(
        FINEST,
        (WIDTH - 2 * MARGIN) / max(width, 1e-9),
        (HEIGHT - 2 * MARGIN) / max(height * stretch, 1e-9),
    )
    across = max(across, WIDTH / 360)  # never more than once round
    up = min(across * stretch, (HEIGHT - 2 * MARGIN) / max(height, 1e-9))
    return View(west - (WIDTH / across - width) / 2, low - (HEIGHT / up - height) / 2, across, up)


def _graticule(view: View) -> str:
    """Meridians and parallels, with their degrees at the edge."""
    step = next((each for each in STEPS if each * view.across >= 90), STEPS[-1])
    lines = []
    for number in range(math.ceil(view.west / step), math.floor((view.west + WIDTH / view.across) / step) + 1):
        x = (number * step - view.west) * view.across
        longitude = (number * step + 180) % 360 - 180
        lines.append(f'<path class="grid" d="M{x:.1f} 0V{HEIGHT:g}"/>')
        if 12 < x < WIDTH - 40:
            lines.append(
                f'<text class="grid" x="{x + 3:.1f}" y="{HEIGHT - 5:g}">{_degrees(longitude, "E", "W")}</text>'
            )
    for number in range(math.ceil(view.south / step), math.floor((view.south + HEIGHT / view.up) / step) + 1):
        latitude = number * step
        y = HEIGHT - (latitude - view.south) * view.up
        if abs(latitude) < 90:
            lines.append(f'<path class="grid" d="M0 {y:.1f}H{WIDTH:g}"/>')
        if abs(latitude) < 90 and 16 < y < HEIGHT - 20:
            lines.append(f'<text class="grid" x="4" y="{y - 3:.1f}">{_degrees(latitude, "N", "S")}</text>')
    return f'<g aria-hidden="true">{"".join(lines)}</g>'


def _degrees(value: int, above: str, below: str) -> str:
    return f"{abs(value)}°{above if value > 0 else below if value < 0 else ''}"


def _ports(view: View) -> str:
    """The sea ports within the picture, as dots of one path."""
    dots = {(round(x), round(y)) for x, y in _seen(view, _sea_ports())}
    path = "".join(f"M{x} {y}h0" for x, y in sorted(dots))
    return f'<path class="ports" aria-hidden="true" d="{path}"/>' if path else ""


def _seen(view: View, places: Iterable[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    for place in places:
        x, y = view.at(*place)
        if 0 <= x <= WIDTH and 0 <= y <= HEIGHT:
            yield x, y


@lru_cache(maxsize=1)
def _sea_ports() -> tuple[tuple[float, float], ...]:
    """Longitude and latitude of the ports that searoute knows (Apache License 2.0)."""
    text = (importlib.resources.files("searoute") / "data" / "ports.geojson").read_text("utf-8")
    found = (port["geometry"]["coordinates"] for port in json.loads(text)["features"])
    return tuple((float(longitude), float(latitude)) for longitude, latitude, *_rest in found)


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
