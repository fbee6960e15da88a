"""The map of flows: places stand where they are, nothing is torn at the date line, and the degrees are written."""

from __future__ import annotations

import re
from datetime import date

import pytest

import secondsource
from secondsource.web.planning import flow_map
from tests.web.conftest import EXAMPLES

BREMEN, OSAKA, SEATTLE = (8.8, 53.1), (135.5, 34.7), (-122.3, 47.6)


def test_the_picture_is_cut_where_nothing_is() -> None:
    view = flow_map._view([OSAKA, SEATTLE])  # over the Pacific: 102 degrees, not the 258 over Europe
    (west, _y), (east, _z) = view.at(*OSAKA), view.at(*SEATTLE)
    assert west == pytest.approx(flow_map.MARGIN) and east == pytest.approx(flow_map.WIDTH - flow_map.MARGIN)
    between = view.at(180, 40)[0]
    assert west < between < east


def test_north_is_up_and_every_place_is_within_the_margins() -> None:
    places = [BREMEN, OSAKA, SEATTLE, (-43.2, -22.9), (151.2, -33.9)]
    view = flow_map._view(places)
    at = [view.at(*place) for place in places]
    assert all(0 <= x <= flow_map.WIDTH and flow_map.MARGIN - 0.1 <= y <= flow_map.HEIGHT - flow_map.MARGIN + 0.1 for x, y in at)  # fmt: skip  # noqa: E501
    assert at[0][1] < at[1][1] < at[4][1]


def test_one_town_is_not_blown_up_to_a_continent() -> None:
    view = flow_map._view([(8.80, 53.10), (8.81, 53.10)])
    assert view.across == flow_map.FINEST
    assert view.at(8.81, 53.10)[0] - view.at(8.80, 53.10)[0] == pytest.approx(0.6)


def test_the_degrees_of_the_graticule_are_those_of_the_places() -> None:
    view = flow_map.View(west=-30.0, south=0.0, across=16.0, up=7.0)  # 60 degrees across, 60 up
    text = flow_map._graticule(view)
    assert re.findall(r">([^<>]+)</text>", text) == ["20°W", "10°W", "0°", "10°E", "20°E", "10°N", "20°N", "30°N", "40°N", "50°N"]  # fmt: skip  # noqa: E501
    assert 'd="M480.0 0V420"' in text  # Greenwich: 30 × 16


def test_ports_in_sight_are_dots_and_others_are_not() -> None:
    sea = flow_map.View(west=5.0, south=50.0, across=60.0, up=60.0)  # Bremerhaven at 8.58 E, 53.55 N
    assert "M" in flow_map._ports(sea)
    desert = flow_map.View(west=5.0, south=21.0, across=200.0, up=200.0)  # the middle of the Sahara
    assert flow_map._ports(desert) == ""


def test_the_phones_map_names_its_sites_and_draws_each_lane_once() -> None:
    problem = secondsource.read(EXAMPLES / "phone", today=date(2026, 11, 24))
    plan = secondsource.plan(problem)
    svg = flow_map.flow_map(plan, problem)
    lanes = {(flow.origin, flow.destination) for flow in plan.flows if flow.origin != flow.destination}
    assert svg.count('class="flow"') == len(lanes) > 3
    assert "Shenzhen" in svg
