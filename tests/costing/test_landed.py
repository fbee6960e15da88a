"""Landed cost: published examples, Incoterms that agree with each other, lanes within 3 % of published ones, rates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest

from secondsource.advice.landed import Landed, landed_costs, lanes_of
from secondsource.costing.currencies import NoRate, rate_on
from secondsource.costing.incoterms import SELLER_PAYS, duty_basis
from secondsource.costing.landed import customs_values, safety_stock
from secondsource.costing.routes import KM_PER_NAUTICAL_MILE, NoRoute, route
from secondsource.errors import InvalidInput
from secondsource.problem.read import from_rows
from secondsource.problem.studies.landed import FORM, INCOTERMS, LEGS
from secondsource.problem.studies.study import study_from_rows

TODAY = date(2024, 1, 15)
PLACES = {
    "Shanghai": (31.2, 121.8), "Rotterdam": (52.0, 4.0), "Singapore": (1.25, 103.8), "Hamburg": (53.9, 8.7),
    "New York": (40.6, -74.03), "San Francisco": (37.8, -122.42), "Yokohama": (35.43, 139.65),
    "Colombo": (6.95, 79.85), "Jeddah": (21.48, 39.15), "Constanta": (44.17, 28.67), "Seattle": (47.6, -122.35),
    "Busan": (35.1, 129.05), "Hong Kong": (22.3, 114.17),
}  # fmt: skip
LANES = [
    # from, to, shut, nautical miles as published, where
    ("Shanghai", "Rotterdam", (), 10_600, "porteconomicsmanagement.org, routing options Shanghai - Rotterdam"),
    ("Shanghai", "Rotterdam", ("suez",), 13_800, "the same, Cape route"),
    ("Hamburg", "Singapore", (), 8_377, "studyboard0.blogspot.com, Suez Canal, March 2021"),
    ("Hamburg", "Singapore", ("suez",), 11_864, "the same, via the Cape of Good Hope"),
    ("Jeddah", "Constanta", (), 1_698, "seapace.com, Influences of the Suez Canal on World Trade"),
    ("Jeddah", "Constanta", ("suez",), 11_771, "the same, via the Cape of Good Hope"),
    ("New York", "Colombo", (), 8_604, "NGA Pub. 151, quoted by grokipedia.com, Distances between ports"),
    ("New York", "San Francisco", (), 5_262, "Johnson's report on the Panama Canal, in Bishop (wikisource)"),
    ("New York", "San Francisco", ("panama",), 13_135, "the same, by the Straits of Magellan"),
    ("San Francisco", "Yokohama", (), 4_536, "U.S. Hydrographic Office, in Merry, Nicaragua Canal (clyx.com)"),
    ("San Francisco", "Hong Kong", (), 6_060, "the same"),
    ("Seattle", "Busan", (), 4_616, "frozenheads.net, log of the Hanjin Baltimore"),
]  # fmt: skip


@pytest.mark.parametrize(("origin", "destination", "shut", "published", "source"), LANES)
def test_a_lane_is_within_3_percent_of_its_published_length(
    origin: str, destination: str, shut: tuple[str, ...], published: int, source: str
) -> None:
    found = route("sea", PLACES[origin], PLACES[destination], shut).km / KM_PER_NAUTICAL_MILE
    assert abs(found / published - 1) <= 0.03, (found, source)


def test_no_ship_takes_the_arctic_unless_asked() -> None:
    usual = route("sea", PLACES["Yokohama"], PLACES["Rotterdam"]).km
    arctic = route("sea", PLACES["Yokohama"], PLACES["Rotterdam"], arctic=True).km
    assert usual / KM_PER_NAUTICAL_MILE > 11_000
    assert arctic < usual


def test_a_port_shut_in_on_every_side_has_no_way() -> None:
    with pytest.raises(NoRoute):
        route("sea", PLACES["Constanta"], PLACES["Rotterdam"], ("bosporus",))


@pytest.mark.parametrize(
    ("origin", "destination", "published", "error"),
    [
        # ya.ru, Moscow - Belgrade: 2,199 km by road; tsukishimaortho.jp, Moscow - Kyiv: 860 km by Google Maps;
        # drivebestway.com, Chicago - Los Angeles: 2,015 miles; 666how.com says 2,091 for the same: they contradict.
        ((55.75, 37.62), (44.82, 20.46), 2199, 0.07),
        ((55.75, 37.62), (50.45, 30.52), 860, 0.08),
        ((41.88, -87.63), (34.05, -118.24), 3243, 0.01),
        ((41.88, -87.63), (34.05, -118.24), 3365, 0.05),
        ((39.90, 116.40), (31.23, 121.47), 1200, 0.02),
    ],
)
def test_roads_are_off_by_no_more_than_the_page_says(
    origin: tuple[float, float], destination: tuple[float, float], published: float, error: float
) -> None:
    assert abs(route("road", origin, destination).km / published - 1) <= error


def landed(price: float, **changes: Any) -> Landed:
    charges = changes.pop("charges", [])
    rates = changes.pop("rates", [])
    rate = changes.pop("discount_rate", 0)
    good = {
        "good": "x", "incoterm": "FOB", "unit_price": price, "quantity": 1, "origin": "a", "destination": "b",
        "mode": "sea", "km": 1, "days": 0, "vat_recoverable": False,
    } | changes  # fmt: skip
    sites = [{"site": "a", "country": "CN"}, {"site": "b", "country": changes.pop("country", "DE")}]
    good.pop("country", None)
    rows = {
        "goods": [good], "charges": [{"good": "x", **each} for each in charges], "sites": sites, "rates": rates,
        "settings": [{"name": "discount_rate", "value": rate}],
    }  # fmt: skip
    return landed_costs(study_from_rows(rows, FORM, today=TODAY))


def parts(found: Landed) -> dict[str, float]:
    return {name: float(amount) for name, amount in found.goods[0].parts}


def test_2000_units_of_8000_cost_11_726_at_the_door() -> None:
    # tools.gera.services, landed cost calculator: CIF 9,300; duty 372; VAT about 1,934; total 11,726; 5.86 a unit.
    found = landed(
        8000,
        duty_rate=0.04,
        vat_rate=0.20,
        charges=[
            {"leg": "main_carriage", "per_shipment": 1200},
            {"leg": "insurance", "per_shipment": 100},
            {"leg": "import_clearance", "per_shipment": 120},
        ],
    )
    good = found.goods[0]
    assert float(good.cif) == 9300
    assert parts(found)["duty"] == 372
    assert round(parts(found)["vat"]) == 1934
    assert round(good.total) == 11_726
    assert round(good.total / 2000, 2) == Decimal("5.86")


def test_a_shipment_of_12_000_costs_18_451_44() -> None:
    # dutytrade.com, landed cost calculator: insurance 41.40 (0.3 % of FOB and freight), CIF 13,841.40, duty 4,360.04
    # (31.5 %), other fees 250: 18,451.44; 18.45 a unit of 1,000.
    found = landed(
        12_000,
        duty_rate=0.315,
        insurance_rate=0.003,
        insured_share=1,
        customs_value="CIF",
        charges=[
            {"leg": "main_carriage", "per_shipment": 1800},
            {"leg": "import_clearance", "per_shipment": 250},
        ],
    )
    good = found.goods[0]
    assert parts(found)["insurance"] == 41.40
    assert float(good.cif) == 13_841.40
    assert round(parts(found)["duty"], 2) == 4360.04
    assert round(good.total, 2) == Decimal("18451.44")
    assert round(good.total / 1000, 2) == Decimal("18.45")


def test_customs_see_10_000_on_fob_and_11_000_on_cif() -> None:
    # docs.dutify.com, What is customs value: goods 10,000, shipping 800, insurance 200.
    charges = [{"leg": "main_carriage", "per_unit": 800}, {"leg": "insurance", "per_unit": 200}]
    good = landed(10_000, charges=charges).goods[0]
    assert (float(good.fob), float(good.cif)) == (10_000, 11_000)


def test_a_safety_stock_of_153_94_gallons_and_of_198_units() -> None:
    # ja3.jsfiddle.net 16251922: z 1.28, 30 a day, sd 3, 7 days, sd 4: 153.94; mfgcalcs.com: z 1.65, sd 40, 9: 198.
    from statistics import NormalDist

    assert round(safety_stock(NormalDist().cdf(1.28), 30, 3, 7, 4), 2) == 153.94
    assert round(safety_stock(NormalDist().cdf(1.65), 0, 40, 9, 0), 6) == 198
    assert round(safety_stock(NormalDist().cdf(0.83), 0, 40, 9, 0), 1) == 99.6


def test_duty_is_on_fob_in_the_united_states_and_on_cif_in_germany() -> None:
    charges = [{"leg": "main_carriage", "per_unit": 10}]
    assert parts(landed(100, duty_rate=0.1, charges=charges, country="US"))["duty"] == 10
    assert parts(landed(100, duty_rate=0.1, charges=charges))["duty"] == 11
    assert {country: duty_basis(country) for country in ("US", "CA", "AU", "GB", "CN", "UA")} == {
        "US": "FOB", "CA": "FOB", "AU": "FOB", "GB": "CIF", "CN": "CIF", "UA": "CIF",
    }  # fmt: skip


@pytest.mark.parametrize("basis", ["CIF", "FOB"])
@pytest.mark.parametrize("incoterm", INCOTERMS)
@pytest.mark.parametrize("has_premium", [True, False])
def test_the_same_trade_under_every_incoterm_has_the_same_customs_values_and_the_same_cost(
    incoterm: str, basis: str, has_premium: bool
) -> None:
    # Goods worth 100 on board; each leg costs its number. Whoever pays, the buyer ends up with the same.
    legs = {leg: Fraction(number) for number, leg in enumerate(LEGS, 1) if leg != "insurance" or has_premium}
    duty, share = Fraction(1, 10), Fraction(2, 100)
    bare = Fraction(100) - sum(legs[leg] for leg in LEGS[:4])
    premium = legs.get("insurance", share * (100 + legs["main_carriage"]))
    cif = 100 + legs["main_carriage"] + premium
    paid = duty * (cif if basis == "CIF" else 100)
    costs = {**legs, "insurance": premium}
    inside = sum((each for leg, each in costs.items() if SELLER_PAYS[incoterm][leg]), Fraction(0))
    price = bare + inside + (paid if incoterm == "DDP" else 0)
    seen = customs_values(price, incoterm, legs, basis, duty, Fraction(0), share, Fraction(1))
    assert (seen.fob, seen.cif, seen.duty) == (Fraction(100), cif, paid)


def test_who_pays_grows_along_the_rules() -> None:
    # The seller of each rule of a family pays what the one before it pays, and more.
    for family in (["EXW", "FCA", "CPT", "CIP", "DAP", "DPU"], ["EXW", "FCA", "FAS", "CFR", "CIF"], ["DAP", "DDP"]):
        counts = [{leg for leg in LEGS if SELLER_PAYS[rule][leg]} for rule in family]
        assert all(less <= more for less, more in pairwise(counts)), family
    assert not any(SELLER_PAYS["EXW"].values())
    assert SELLER_PAYS["DPU"]["unloading"]
    assert [rule for rule in INCOTERMS if SELLER_PAYS[rule]["import_clearance"]] == ["DDP"]


def test_vat_that_comes_back_costs_only_the_interest() -> None:
    assert parts(landed(100, vat_rate=0.19))["vat"] == 19
    back = landed(100, vat_rate=0.19, vat_recoverable=True, vat_days=73, discount_rate=0.10)
    assert parts(back)["vat"] == pytest.approx(19 * 0.10 * 73 / 365)


def test_time_in_transit_is_charged_as_a_plan_does() -> None:
    found = landed(100, days=103, payment_days=30, discount_rate=0.25)
    assert parts(found)["interest"] == pytest.approx(100 * 0.25 * 73 / 365)


def test_a_leg_that_nobody_priced_is_said_and_not_hidden() -> None:
    assert landed(100).goods[0].unpriced == LEGS[4:]
    assert landed(100, incoterm="DPU").goods[0].unpriced == ("import_clearance",)


def test_the_rate_is_that_of_the_day_and_a_missing_one_is_an_error() -> None:
    assert float(1 / rate_on("USD", "EUR", date(2024, 1, 15)).rate) == pytest.approx(1.0945)
    sunday = rate_on("USD", "EUR", date(2024, 1, 14))
    assert sunday.day == date(2024, 1, 12)
    assert rate_on("EUR", "USD", date(2024, 1, 15)).rate * rate_on("USD", "EUR", date(2024, 1, 15)).rate == 1
    for currency in ("UAH", "VND", "TWD"):
        with pytest.raises(NoRate, match=f"quotes no {currency}"):
            rate_on(currency, "EUR", date(2024, 1, 15))
    with pytest.raises(NoRate, match="no rate of the European Central Bank for USD on 2090"):
        rate_on("USD", "EUR", date(2090, 1, 1))
    own = [("UAH", date(2024, 1, 1), Fraction(1, 42)), ("UAH", date(2024, 2, 1), Fraction(1, 41))]
    assert rate_on("UAH", "EUR", date(2024, 1, 15), own).rate == Fraction(1, 42)
    with pytest.raises(NoRate):
        rate_on("UAH", "EUR", date(2023, 12, 31), own)


def test_all_missing_rates_come_at_once_with_their_rows() -> None:
    with pytest.raises(InvalidInput) as caught:
        landed(100, currency="VND", charges=[{"leg": "main_carriage", "per_unit": 1, "currency": "TWD"}])
    assert [(fault.table, fault.row, fault.value) for fault in caught.value.faults] == [
        ("goods", 1, "VND"), ("charges", 1, "TWD"),
    ]  # fmt: skip


def test_a_plan_with_the_lanes_written_charges_the_landed_cost() -> None:
    import secondsource

    found = landed(
        100, currency="USD", duty_rate=0.05, vat_rate=0.2, days=40, payment_days=10, discount_rate=0.1,
        charges=[{"leg": "main_carriage", "per_unit": 7, "currency": "USD"}],
    )  # fmt: skip
    tables = lanes_of(found)
    problem = from_rows({
        "settings": [{"name": "failures", "value": "0"}, {"name": "discount_rate", "value": "0.1"}],
        "sites": [{"site": "a"}, {"site": "b"}],
        "items": [{"item": "x", "demand": 1, "site": "b"}],
        "suppliers": [{"supplier": "s", "site": "a"}],
        "offers": [{"offer": "o", "item": "x", "supplier": "s", "unit_price": 100, "currency": "USD"}
                   | {"payment_days": 10}],
        **tables,
    }, today=TODAY)  # fmt: skip
    plan = secondsource.plan(problem)
    assert plan.cost is not None
    assert float(plan.cost) * 1.1 == pytest.approx(float(found.goods[0].total), abs=1e-4)
