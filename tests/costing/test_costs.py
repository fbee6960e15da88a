"""Costs of offers per unit, prices by quantity, and freight: figures to check on paper."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from secondsource.costing import parts
from secondsource.costing.costs import Costs, Moving, cost, moving
from secondsource.costing.freight import DETOUR, carriage, estimated_tariff, great_circle_km
from secondsource.costing.prices import purchase
from secondsource.problem.links import NOWHERE, link
from secondsource.problem.read import from_rows
from secondsource.problem.tables import Problem

ZERO = Fraction(0)
KYIV = {"site": "Kyiv", "latitude": 50.45, "longitude": 30.52}
BERLIN = {"site": "Berlin", "latitude": 52.52, "longitude": 13.40}
LIMA = {"site": "Lima", "latitude": -12.05, "longitude": -77.04}


def lamp(*offers: dict[str, Any], **tables: list[dict[str, Any]]) -> Problem:
    """Lamps that Ada offers in several ways: "a", "b", ..."""
    rows = [
        {"offer": "abcdef"[k], "item": "lamp", "supplier": "Ada", "unit_price": 10, **o} for k, o in enumerate(offers)
    ]
    whole: dict[str, list[dict[str, Any]]] = {
        "items": [{"item": "lamp", "demand": 100}],
        "suppliers": [{"supplier": "Ada"}],
        "offers": rows,
        **tables,
    }
    return from_rows(whole, today=date(2026, 2, 1))


def costed(problem: Problem, *, exact: bool = True) -> Costs:
    return cost(problem, link(problem), np.arange(len(problem.offers)), exact)


def moved(problem: Problem, destination: int, *, exact: bool = True) -> Moving:
    """Moving a unit of the first offer to a site."""
    costs = costed(problem, exact=exact)
    return moving(problem, link(problem), costs, np.array([0]), np.array([destination]))


# Parts


def test_a_present_value_counts_the_ends_of_the_years() -> None:
    assert parts.present_value_factor(Fraction(1, 4), 2) == (Fraction(4, 5) + Fraction(16, 25)) / 2


def test_interest_is_earned_where_payment_is_later_than_arrival() -> None:
    assert parts.interest(Fraction(100), Fraction(1, 10), 0, 73) == -2  # 100 × 0.1 × −73 / 365


def test_nothing_is_owed_for_a_share_that_grew() -> None:
    assert parts.switching(Fraction(100), Fraction(1, 2), Fraction(3, 4)) == 0


def test_bring_up_never_lasts_longer_than_the_outage() -> None:
    assert parts.bring_up_shortage(Fraction(10), Fraction(400), 1, Fraction(1)) == 10


def test_what_a_takeover_saves_beyond_its_price_is_not_counted() -> None:
    assert parts.failure_cost(Fraction(80), Fraction(100), Fraction(10), Fraction(1), Fraction(7)) == 0
    # max(0, 80 − 0.5 × 100) + 7 × 0.5 × 10
    assert parts.failure_cost(Fraction(80), Fraction(100), Fraction(10), Fraction(1, 2), Fraction(7)) == 30 + 35


# Prices

BREAKS = [
    {"offer": "a", "from_quantity": 50, "unit_price": 8},
    {"offer": "a", "from_quantity": 20, "unit_price": 9},
]


@pytest.mark.parametrize(
    ("kind", "quantity", "expected"),
    [
        ("all_units", 19, 19 * 10),
        ("all_units", 20, 20 * 9),
        ("all_units", 50, 50 * 8),
        ("incremental", 20, 20 * 10),
        ("incremental", 50, 20 * 10 + 30 * 9),
        ("incremental", 60, 20 * 10 + 30 * 9 + 10 * 8),
        ("all_units", 0, 0),
    ],
)
def test_a_quantity_costs_what_its_breaks_say_whatever_their_order(kind: str, quantity: int, expected: int) -> None:
    pieces = costed(lamp({"price_break_kind": kind}, price_breaks=BREAKS)).segments
    assert purchase(pieces, 0, Fraction(quantity), ZERO) == expected


def test_a_quantity_a_hair_below_a_break_reaches_it_within_the_tolerance() -> None:
    pieces = costed(lamp({}, price_breaks=BREAKS)).segments
    below = 20 - Fraction(1, 10**9)
    assert purchase(pieces, 0, below, Fraction(1, 10**8)) == below * 9
    assert purchase(pieces, 0, below, ZERO) == below * 10


@pytest.mark.parametrize("kind", ["all_units", "incremental"])
def test_a_break_from_nothing_on_replaces_the_offers_price(kind: str) -> None:
    breaks = [{"offer": "a", "from_quantity": 0, "unit_price": 7}]
    pieces = costed(lamp({"price_break_kind": kind}, price_breaks=breaks)).segments
    assert (pieces.start.tolist(), pieces.price.tolist(), pieces.end.tolist()) == ([0], [7], [np.inf])


def test_floats_and_fractions_are_the_same_segments() -> None:
    offers = [{}, {"price_break_kind": "incremental", "currency": "USD"}, {}, {"price_break_kind": "incremental"}]
    breaks = [{**row, "offer": offer} for offer in "adb" for row in BREAKS]
    problem = lamp(*offers, price_breaks=breaks, rates=[{"currency": "USD", "rate": 0.9}])
    exact, floats = costed(problem).segments, costed(problem, exact=False).segments
    assert exact.offer.tolist() == floats.offer.tolist() == [0, 0, 0, 1, 1, 1, 2, 3, 3, 3]
    for name in ("start", "end", "price", "intercept"):
        assert getattr(floats, name).tolist() == pytest.approx([float(v) for v in getattr(exact, name)])


# Units and people


def test_a_unit_costs_price_defects_wages_and_replacements_in_base_currency() -> None:
    problem = lamp(
        {"currency": "USD", "unit_price": 10, "fixed_cost": 50, "backup_fee": 2, "defect_rate": 0.05},
        {"backup_unit_price": 30},
        items=[{"item": "lamp", "demand": 100, "defect_cost": 40}],
        rates=[{"currency": "USD", "rate": 0.5}],
        roles=[
            {
                "supplier": "Ada",
                "role": "fitter",
                "hourly_wage": 20,
                "burden_rate": 0.5,
                "hours_per_year": 1500,
                "hire_cost": 600,
                "ramp_months": 2,
                "attrition_rate": 0.2,
            }
        ],
        staffing=[{"offer": "a", "role": "fitter", "hours": 3}],
    )
    costs = costed(problem)
    assert costs.unit_price.tolist() == [5, 10]
    assert costs.fixed.tolist() == [25, 0]
    assert costs.backup_fee.tolist() == [1, 0]
    assert costs.defects.tolist() == [2, 0]  # 0.05 × 40
    assert costs.wages.tolist() == [90, 0]  # 3 × 20 × 1.5
    assert costs.one_hire.tolist() == [600 + Fraction(2, 12) * 750 * 30]  # half of two months' 250 hours is lost: 4350
    assert costs.replacement.tolist() == [Fraction(3, 1500) * Fraction(1, 5) * 4350, 0]
    assert costs.takeover.tolist() == [5 + 90 + 2, 30]


# Moving


def test_a_lane_is_costed_by_unit_weight_value_and_time() -> None:
    problem = lamp(
        {"payment_days": 3},
        items=[{"item": "lamp", "weight_kg": 4}],
        sites=[{"site": "port"}, {"site": "home"}],
        suppliers=[{"supplier": "Ada", "site": "port"}],
        lanes=[
            {
                "origin": "port",
                "destination": "home",
                "cost_per_unit": 1,
                "cost_per_kg": 0.5,
                "duty_rate": 0.2,
                "days": 76,
            }
        ],
        settings=[{"name": "discount_rate", "value": 0.05}],
    )
    home = moved(problem, 1)
    assert (home.freight[0], home.duty[0]) == (1 + 4 * Fraction(1, 2), 2)
    assert home.interest[0] == Fraction(1, 10)  # 10 × 0.05 × 73 / 365
    assert home.total[0] == Fraction(51, 10)
    assert not home.estimated[0] and not home.unknown[0]
    assert moved(problem, 1, exact=False).total[0] == pytest.approx(5.1)


def test_the_same_site_or_none_costs_nothing_and_an_unknown_way_is_said() -> None:
    sites = [{"site": "port"}, {"site": "home"}]
    problem = lamp({}, sites=sites, suppliers=[{"supplier": "Ada", "site": "port"}])
    for destination, unknown in ((0, False), (1, True)):
        way = moved(problem, destination)
        assert way.total[0] == 0
        assert (bool(way.estimated[0]), bool(way.unknown[0])) == (False, unknown)
    assert moved(lamp({}), NOWHERE).total[0] == 0


def test_great_circles_are_as_long_as_they_are() -> None:
    # A quarter of the meridian through the pole, and half the equator: R × π / 2 and R × π.
    assert float(great_circle_km(0, 0, 90, 0)) == pytest.approx(6371.0088 * np.pi / 2)
    assert float(great_circle_km(0, -90, 0, 90)) == pytest.approx(6371.0088 * np.pi)


def test_the_tariff_goes_by_road_and_then_by_sea() -> None:
    per_kg, days = estimated_tariff(np.array([1000.0, 9000.0]))
    assert per_kg == pytest.approx([0.1, 0.3 + 0.06])  # 0.0001 a road km, 0.00001 a sea km
    assert days.tolist() == [2, 16]  # 1000 / 500; 3000 / 500 + 6000 / 600


def test_ways_without_a_lane_are_estimated_from_coordinates_in_the_base_currency() -> None:
    tables: dict[str, list[dict[str, Any]]] = {
        "items": [{"item": "lamp", "weight_kg": 1000}],
        "sites": [KYIV, BERLIN, LIMA, {"site": "nowhere known"}],
        "suppliers": [{"supplier": "Ada", "site": "Kyiv"}],
    }
    berlin = moved(lamp({}, **tables), 1)
    kilometres = DETOUR * float(great_circle_km(50.45, 30.52, 52.52, 13.40))
    assert bool(berlin.estimated[0])
    assert float(berlin.freight[0]) == pytest.approx(0.1 * kilometres, abs=1e-3)  # about 1565 km: 156.5 EUR
    dollars = [{"name": "currency", "value": "USD"}]
    there = moved(lamp({}, **tables, settings=dollars, rates=[{"currency": "EUR", "rate": 1.25}]), 1)
    assert float(there.freight[0]) == pytest.approx(1.25 * 0.1 * kilometres, abs=1e-3)
    assert bool(moved(lamp({}, **tables), 3).unknown[0])


def test_floats_and_fractions_start_from_the_same_estimate() -> None:
    problem = lamp({}, sites=[KYIV, BERLIN, LIMA], suppliers=[{"supplier": "Ada", "site": "Kyiv"}])
    ways = [
        carriage(problem, link(problem), np.array([0, 0, 1]), np.array([1, 2, 2]), exact) for exact in (True, False)
    ]
    assert [float(v) for v in ways[0].cost_per_kg] == ways[1].cost_per_kg.tolist()
    assert [int(v) for v in ways[0].days] == ways[1].days.tolist()
