"""Hand cases on the tiny case of 100 lamps: the arithmetic stands beside each assert."""

from __future__ import annotations

import pytest

import secondsource

from .tiny import awards, backups, checked, cost, lamps, money, offer, part, planned, refused

LAMP = {"item": "lamp", "demand": 100}
SHADE = {"item": "shade", "demand": 50}


# Make or buy, prices, limits


def test_making_pays_once_the_volume_carries_the_tooling() -> None:
    shop = {"supplier": "shop", "own": True}
    case = lamps(offer("Ada", 10), offer("shop", 7, fixed_cost=250), suppliers=[shop])
    plan = planned(case)
    assert money(plan.cost) == 100 * 7 + 250  # 950 against 1000
    assert [award.own for award in plan.awards] == [True]
    assert cost({**case, "items": [{"item": "lamp", "demand": 80}]}) == 80 * 10  # 800 against 810


def test_all_units_breaks_reprice_the_whole_award_from_the_break_on() -> None:
    case = lamps(offer("Ada", 10), price_breaks=[{"offer": "Ada", "from_quantity": 100, "unit_price": 8}])
    assert cost(case) == 100 * 8  # just at the break
    assert cost({**case, "items": [{"item": "lamp", "demand": 99}]}) == 99 * 10  # just below


def test_incremental_breaks_reprice_only_what_is_above() -> None:
    ada = offer("Ada", 10, price_break_kind="incremental")
    breaks = [{"offer": "Ada", "from_quantity": 60, "unit_price": 8}]
    assert cost(lamps(ada, price_breaks=breaks)) == 60 * 10 + 40 * 8
    below = lamps(ada, price_breaks=breaks, items=[{"item": "lamp", "demand": 60}])
    assert cost(below) == 60 * 10


def test_an_award_stays_short_of_a_break_at_which_it_becomes_dearer() -> None:
    breaks = [{"offer": "Ada", "from_quantity": 60, "unit_price": 14}]
    # 60 from Ada would cost 840; a trifle less costs 10 each, and Bea delivers the rest: 60 × 10 + 40 × 12.
    assert cost(lamps(offer("Ada", 10), offer("Bea", 12), price_breaks=breaks)) == pytest.approx(1080, abs=1e-3)


def test_a_rising_incremental_price_is_left_where_another_is_cheaper() -> None:
    ada = offer("Ada", 10, price_break_kind="incremental")
    breaks = [{"offer": "Ada", "from_quantity": 60, "unit_price": 14}]
    assert cost(lamps(ada, offer("Bea", 12), price_breaks=breaks)) == 60 * 10 + 40 * 12


def test_a_rebate_counts_all_of_a_rising_incremental_price() -> None:
    ada = offer("Ada", 10, price_break_kind="incremental")
    breaks = [{"offer": "Ada", "from_quantity": 50, "unit_price": 20}]
    rebates = [{"supplier": "Ada", "from_spend": 1500, "rate": 0.5}]
    # 50 × 10 + 50 × 20 = 1500 reaches the rebate with all 100, and with them alone: 750. Bea's would cost 1200.
    assert cost(lamps(ada, offer("Bea", 12), price_breaks=breaks, rebates=rebates)) == 750


def test_multiples_and_least_quantities_are_kept_once_awarded() -> None:
    case = lamps(offer("Ada", 10, multiple=30), offer("Bea", 11, min_quantity=20))
    # 90 from Ada would leave 10 for Bea, below her least; 60 + 40 = 600 + 440.
    assert awards(planned(case)) == {"Ada": 60, "Bea": 40}
    case["offers"][1]["unit_price"] = 10.5
    assert cost(case) == 60 * 10 + 40 * 10.5  # 1020, against 1050 from Bea alone


def test_buying_more_than_the_cheapest_mix_from_one_supplier_earns_its_rebate() -> None:
    offers = [offer("Ada", 10), offer("Bea", 9, item="shade"), offer("Ada", 9.5, item="shade")]
    rebates = [{"supplier": "Ada", "from_spend": 1400, "rate": 0.1}]
    plan = planned(lamps(*offers, items=[LAMP, SHADE], rebates=rebates))
    # All from Ada: 1000 + 475 = 1475, less a tenth: 1327.5; the cheapest prices come to 1000 + 450 = 1450.
    assert money(plan.cost) == 1327.5
    assert part(plan, "rebates") == -147.5


def test_a_package_may_deliver_too_much_and_a_group_gives_only_one() -> None:
    packages = [
        {"package": "both", "supplier": "Ada", "price": 1100, "group": "offer of May"},
        {"package": "lamps", "supplier": "Ada", "price": 700, "group": "offer of May"},
    ]
    contents = [
        {"package": "both", "item": "lamp", "quantity": 120},
        {"package": "both", "item": "shade", "quantity": 40},
        {"package": "lamps", "item": "lamp", "quantity": 100},
    ]
    offers = [offer("Ada", 10), offer("Bea", 9, item="shade")]
    case = lamps(*offers, items=[LAMP, SHADE], packages=packages, package_items=contents)
    plan = planned(case)
    # both: 1100 + 10 shades at 9 = 1190 (20 lamps are thrown away); lamps: 700 + 450 = 1150; none: 1450.
    assert money(plan.cost) == 1150
    case["packages"][0]["price"] = 1000
    assert [taken.package for taken in planned(case).packages] == ["both"]  # 1000 + 90 = 1090; with both of them 1700


def test_a_package_may_bring_what_nobody_needs_and_its_loss_is_backed_all_the_same() -> None:
    offers = [offer("Ada", 5, payment_days=30), offer("Bea", 5)]
    zed = {"supplier": "Zed", "failure_probability": 0.05}
    contents = [{"package": "both", "item": item, "quantity": 50} for item in ("lamp", "shade")]
    case = lamps(
        *offers,
        settings={"failures": 1, "discount_rate": 0.1},
        suppliers=[zed],
        items=[{"item": "lamp"}, SHADE],
        packages=[{"package": "both", "supplier": "Zed", "price": 100}],
        package_items=contents,
    )
    # The package, and one time in twenty 50 lamps from Ada, paid 30 days later: 100 + 0.05 × 50 × 5 ×
    # (1 − 0.1 × 30 / 365), all of it due after a year. Shades have no other source: an exposure.
    assert cost(case) == pytest.approx((100 + 0.05 * 250 * (1 - 3 / 365)) / 1.1, abs=1e-6)


def test_money_of_another_country_is_converted() -> None:
    case = lamps(
        offer("Ada", 10, currency="USD", fixed_cost=20),
        offer("Bea", 9.5),
        settings={"currency": "EUR"},
        rates=[{"currency": "USD", "rate": 0.9}],
    )
    assert cost(case) == pytest.approx((100 * 10 + 20) * 0.9)  # 918 against 950


# Time and moving


def test_what_falls_due_later_is_discounted_and_fixed_costs_are_not() -> None:
    case = lamps(offer("Ada", 10, fixed_cost=50), settings={"horizon_years": 3, "discount_rate": 0.1})
    # a = (1 / 1.1 + 1 / 1.21 + 1 / 1.331) / 3 = (1.21 + 1.1 + 1) / 1.331 / 3 = 3.31 / 3.993
    assert cost(case) == pytest.approx(50 + 1000 * 3.31 / 3.993, abs=1e-6)


def test_freight_duty_interest_and_defects_come_on_top_of_the_price() -> None:
    case = lamps(
        offer("Ada", 10, payment_days=36.5, defect_rate=0.02),
        settings={"discount_rate": 0.25},
        items=[{**LAMP, "site": "home", "weight_kg": 2, "defect_cost": 50}],
        sites=[{"site": "home"}, {"site": "port"}],
        suppliers=[{"supplier": "Ada", "site": "port"}],
        lanes=[
            {
                "origin": "port",
                "destination": "home",
                "cost_per_unit": 1,
                "cost_per_kg": 0.5,
                "duty_rate": 0.1,
                "days": 73,
            }
        ],
    )
    plan = planned(case)
    # a = 1 / 1.25. Freight 1 + 2 × 0.5; duty 10 × 0.1; interest 10 × 0.25 × (73 − 36.5) / 365; defects 0.02 × 50.
    assert part(plan, "freight") == 100 * 2 * 0.8
    assert part(plan, "duty") == 100 * 1 * 0.8
    assert part(plan, "interest") == pytest.approx(100 * 0.25 * 0.8)
    assert part(plan, "defects") == 100 * 1 * 0.8
    assert money(plan.cost) == pytest.approx(100 * (10 + 2 + 1 + 0.25 + 1) * 0.8)


BOM = [
    {"parent": "lamp", "child": "bulb", "quantity": 2},
    {"parent": "bulb", "child": "wire", "quantity": 3},
]


def test_a_lamp_that_is_not_turnkey_needs_its_parts_down_the_whole_tree() -> None:
    offers = [
        offer("Ada", 60),
        offer("shop", 10, turnkey=False),
        offer("shop", 4, item="bulb", turnkey=False),
        offer("Bea", 15, item="bulb"),
        offer("Cem", 2, item="wire"),
    ]
    case = lamps(*offers, items=[LAMP, {"item": "bulb", "demand": 5}, {"item": "wire"}], bom=BOM)
    plan = planned(case)
    # A bulb of the shop: 4 + 3 × 2 = 10; a lamp of the shop: 10 + 2 × 10 = 30 < 60.
    assert money(plan.cost) == 100 * 30 + 5 * 10
    assert awards(plan) == {"shop": 100, "shop bulb": 205, "Cem wire": 615}
    assert {name: float(need) for name, need in plan.needs.items()} == {"lamp": 100, "bulb": 205, "wire": 615}
    case["offers"][4]["unit_price"] = 12  # a bulb of the shop: 40; with Bea's, a lamp costs 10 + 2 × 15 = 40
    assert cost(case) == 100 * 40 + 5 * 15


def test_parts_travel_to_where_the_parent_is_made_and_the_rest_to_where_it_is_needed() -> None:
    case = lamps(
        offer("shop", 10, turnkey=False, site="plant"),
        offer("Bea", 15, item="bulb", site="port"),
        items=[{**LAMP, "site": "home"}, {"item": "bulb", "demand": 5, "site": "home"}],
        bom=BOM[:1],
        sites=[{"site": name} for name in ("home", "plant", "port")],
        lanes=[
            {"origin": "port", "destination": "plant", "cost_per_unit": 1},
            {"origin": "port", "destination": "home", "cost_per_unit": 3},
            {"origin": "plant", "destination": "home", "cost_per_unit": 7},
        ],
    )
    plan = planned(case)
    assert part(plan, "freight") == 200 * 1 + 5 * 3 + 100 * 7
    flows = {(flow.item, flow.origin, flow.destination): float(flow.quantity) for flow in plan.flows}
    assert flows == {
        ("lamp", "plant", "home"): 100,
        ("bulb", "port", "plant"): 200,
        ("bulb", "port", "home"): 5,
    }


# People and incumbents


def test_people_are_paid_hired_and_replaced() -> None:
    role = {"supplier": "team", "role": "engineer", "hourly_wage": 20, "burden_rate": 0.5, "in_hand": 0.5}
    growing = {"hire_cost": 1000, "ramp_months": 6, "attrition_rate": 0.1}
    case = lamps(
        offer("team", 0),
        roles=[{**role, **growing}],
        staffing=[{"offer": "team", "role": "engineer", "hours": 36}],
    )
    plan = planned(case)
    (hire,) = plan.hires
    # 100 × 36 = 3600 hours are 2 people of 1800 hours, 1.5 of them new; 2 × 0.1 leave and are replaced.
    assert (float(hire.people), float(hire.hires), float(hire.replacements)) == (2, 1.5, 0.2)
    assert part(plan, "wages") == 3600 * 20 * 1.5
    # One hire: 1000 + 6 / 12 × 1800 / 2 × 30 = 14500.
    assert part(plan, "hiring") == (1.5 + 0.2) * 14500
    case["roles"][0]["max_hires"] = 1.4
    assert "can hire at most 1.4 more people as engineer" in refused(case)


def test_taking_an_award_away_costs_its_switch_cost_pro_rata() -> None:
    today = [{"item": "lamp", "supplier": "Ada", "share": 0.8, "switch_cost": 400}]
    case = lamps(offer("Ada", 12), offer("Bea", 10, capacity=60), incumbents=today)
    plan = planned(case)
    # A lamp moved from Ada saves 2; of the first 20 none costs anything, of the next 80 each costs 400 / 80 = 5.
    assert awards(plan) == {"Ada": 80, "Bea": 20}
    case["incumbents"][0]["switch_cost"] = 80
    plan = planned(case)  # now 1 each: 60 move, 40 of them are Ada's
    assert part(plan, "switching") == 80 * (0.8 - 0.4) / 0.8
    assert money(plan.cost) == 40 * 12 + 60 * 10 + 40


# Sources, shares, rules, admission


def test_sources_and_shares_are_kept() -> None:
    trio = [offer("Ada", 10), offer("Bea", 11), offer("Cem", 12)]
    two = lamps(*trio, items=[{**LAMP, "min_sources": 2, "min_share": 0.3}])
    assert awards(planned(two)) == {"Ada": 70, "Bea": 30}
    capped = lamps(*trio, items=[{**LAMP, "max_share": 0.4}])
    assert awards(planned(capped)) == {"Ada": 40, "Bea": 40, "Cem": 20}
    capped["items"][0]["max_sources"] = 2  # two of 0.4 each are not 1
    assert refused(capped)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"measure": "share", "supplier": "Ada", "high": 0.25}, 25 * 10 + 75 * 12),
        ({"measure": "quantity", "country": "DE", "low": 40}, 60 * 10 + 40 * 12),
        ({"measure": "spend", "supplier": "Ada", "high": 700}, 70 * 10 + 30 * 12),
        ({"measure": "suppliers", "low": 2}, 1000.0002),  # a millionth of the need goes to Bea: 0.0001 × 2 more
        ({"measure": "share", "own": "true", "low": 0.1}, 90 * 10 + 10 * 20),
        ({"measure": "share", "category": "30.2", "supplier": "Ada", "high": 0}, 1000),  # lamps are 30.12
        ({"measure": "share", "supplier": "Ada", "high": 0, "expires": "2026-01-31"}, 1000),  # over since yesterday
    ],
)
def test_a_rule_limits_what_it_measures(rule: dict[str, object], expected: float) -> None:
    case = lamps(
        offer("Ada", 10, site="Lodz"),
        offer("Bea", 12, site="Bonn"),
        offer("shop", 20),
        items=[{**LAMP, "category": "30.12"}],
        suppliers=[{"supplier": "shop", "own": True}],
        sites=[{"site": "Lodz", "country": "PL"}, {"site": "Bonn", "country": "DE"}],
        lanes=[],
        rules=[{"rule": "board", **rule}],
    )
    assert cost(case) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    "change",
    [
        {"suppliers": [{"supplier": "Ada", "excluded": True, "excluded_reason": "sanctions"}]},
        {"suppliers": [{"supplier": "Ada", "level": 60}], "items": [{**LAMP, "required_level": 61}]},
        {
            "suppliers": [{"supplier": "Ada", "level": 90}],
            "items": [{**LAMP, "required_level": 61, "category": "30.12"}],
            "levels": [
                {"supplier": "Ada", "category": "30", "level": 80},
                {"supplier": "Ada", "category": "30.1", "level": 60},  # the longest match counts
            ],
        },
        {
            "suppliers": [{"supplier": "Ada", "level": 60}],
            "items": [{**LAMP, "required_level": 61, "category": "30.12"}],
            "levels": [{"supplier": "Ada", "category": "30", "level": 80, "valid_until": "2026-01-31"}],
        },
        {
            "suppliers": [{"supplier": "Ada", "failure_probability": 0.06}],
            "items": [{**LAMP, "max_failure_probability": 0.05}],
        },
        {"offers": [offer("Ada", 10, valid_until="2026-01-31"), offer("Bea", 12)]},
    ],
)
def test_who_is_not_admitted_gets_nothing(change: dict[str, list[dict[str, object]]]) -> None:
    case = lamps(offer("Ada", 10), offer("Bea", 12))
    assert cost(case) == 1000
    whole = {name: [*rows, *case[name][len(rows) :]] if name == "suppliers" else rows for name, rows in change.items()}
    assert cost({**case, **whole}) == 1200


def test_a_level_or_offer_still_counts_on_its_last_day() -> None:
    case = lamps(offer("Ada", 10, valid_until="2026-02-01"), offer("Bea", 12))
    assert cost(case) == 1000


# Failures


FAIL_ONE = {"failures": 1}


def test_a_backup_is_booked_for_what_one_failure_loses() -> None:
    case = lamps(offer("Ada", 10), offer("Bea", 12, backup_fee=1), offer("Cem", 13, backup_fee=0.5), settings=FAIL_ONE)
    plan = planned(case)
    assert money(plan.cost) == 100 * 10 + 100 * 0.5
    assert backups(plan) == {"Cem": 100}
    assert plan.backups[0].covers == ("Ada",)


def test_awards_and_backups_share_capacities() -> None:
    case = lamps(
        offer("Ada", 10, backup_fee=1),
        offer("Bea", 12, backup_fee=1, capacity_use=2),
        settings=FAIL_ONE,
        suppliers=[{"supplier": "Ada", "capacity": 100}, {"supplier": "Bea", "capacity": 260}],
    )
    assert awards(planned(case)) == {"Ada": 100}  # Bea is booked for 100: 200 of her 260
    case["suppliers"][1]["capacity"] = 199
    assert refused(case)  # whatever Ada has, she and Bea need 100 units each for awards and backups together
    case["suppliers"].append({"supplier": "Cem"})
    case["offers"].append(offer("Cem", 20, backup_fee=3))
    plan = planned(case)
    # Bea backs 99.5 of Ada's 100 (all of her 199), Cem the rest: 1000 + 99.5 × 1 + 0.5 × 3.
    assert money(plan.cost) == 1000 + 99.5 + 1.5


def test_two_failures_at_once_take_two_backups() -> None:
    offers = [offer("Ada", 10), offer("Bea", 12, backup_fee=1), offer("Cem", 13, backup_fee=2)]
    plan = planned(lamps(*offers, settings={"failures": 2}))
    # Ada fails with Bea, or with Cem: each must have 100 booked.
    assert money(plan.cost) == 1000 + 100 * 1 + 100 * 2
    opted = lamps(*offers, settings={"failures": 2}, items=[{**LAMP, "backups": 0}])
    assert cost(opted) == 1000


def test_a_sole_source_is_an_exposure_and_strict_refuses_it() -> None:
    case = lamps(offer("Ada", 10), settings=FAIL_ONE)
    plan = planned(case)
    assert [(exposure.item, exposure.supplier, float(exposure.quantity)) for exposure in plan.exposures] == [
        ("lamp", "Ada", 100)
    ]
    case["settings"].append({"name": "strict", "value": True})
    assert "strict" in refused(case)
    said = [str(fault) for fault in secondsource.verify(checked(case), plan).faults]
    assert any(fault.startswith("lamp is awarded, though too few risk groups") for fault in said)


def test_partial_cover_pays_for_the_shortage_of_the_rest() -> None:
    case = lamps(
        offer("Ada", 10),
        offer("Bea", 12, backup_fee=1),
        settings={"failures": 1, "cover": 0.6},
        items=[{**LAMP, "shortage_cost": 30}],
        suppliers=[{"supplier": "Ada", "failure_probability": 0.1, "recovery_share": 0.5}],
    )
    plan = planned(case)
    assert backups(plan) == {"Bea": 60}
    # takeover 60 × 12 − 0.6 × saved 1000 = 120; shortage 30 × 0.4 × 100 = 1200; × 0.1 × 0.5.
    assert part(plan, "expected_failures") == pytest.approx(0.05 * (120 + 1200))
    assert money(plan.cost) == pytest.approx(1000 + 60 + 66)


def test_a_member_that_may_not_fail_loses_nothing_and_backs_only_other_groups() -> None:
    group: list[dict[str, object]] = [
        {"supplier": "Ada", "risk_group": "valley"},
        {"supplier": "Bea", "risk_group": "valley", "may_fail": False},
    ]
    offers = [offer("Ada", 10), offer("Bea", 10.5), offer("Cem", 20, backup_fee=2)]
    # Bea loses nothing and needs no backup: 1050. Ada would need Cem's: 1000 + 200, for Bea may not back her group.
    assert awards(planned(lamps(*offers, suppliers=group, settings=FAIL_ONE))) == {"Bea": 100}
    group[1].pop("may_fail")
    assert cost(lamps(*offers, suppliers=group, settings=FAIL_ONE)) == 1200
    group[1]["risk_group"] = "coast"  # now Bea may back Ada, for nothing
    assert cost(lamps(*offers, suppliers=group, settings=FAIL_ONE)) == 1000


def test_separate_backups_keep_a_supplier_with_an_award_from_backing_it() -> None:
    offers = [offer("Ada", 10, capacity=100), offer("Bea", 10.5), offer("Cem", 15, backup_fee=1)]
    items = [{**LAMP, "max_share": 0.5}]
    # Ada and Bea have 50 each; each backs the other for nothing, unless backups are separate.
    assert cost(lamps(*offers, items=items, settings=FAIL_ONE)) == 50 * 10 + 50 * 10.5
    apart = lamps(*offers, items=items, settings={"failures": 1, "separate_backups": True})
    plan = planned(apart)
    assert backups(plan) == {"Cem": 50}  # 50 cover either of them
    assert money(plan.cost) == 1025 + 50


def test_a_takeover_costs_its_price_its_way_and_the_days_until_it_delivers() -> None:
    case = lamps(
        offer("Ada", 10),
        offer("Bea", 50, backup_unit_price=14, bring_up_days=73, site="port"),
        settings={"failures": 1, "horizon_years": 2},
        items=[{**LAMP, "site": "home", "shortage_cost": 40}],
        sites=[{"site": "home"}, {"site": "port"}],
        lanes=[{"origin": "port", "destination": "home", "cost_per_unit": 1}],
        suppliers=[
            {"supplier": "Ada", "site": "home", "failure_probability": 0.1, "recovery_share": 0.5},
            {"supplier": "Bea", "failure_probability": 0.5},
        ],
    )
    plan = planned(case)
    # Bring-up: 40 × 73 / (365 × 2 × 0.5) = 8; a unit 14 + 1 + 8 = 23, saved 10: 0.1 × 0.5 × 100 × 13 = 65.
    assert part(plan, "expected_failures") == pytest.approx(65)
    assert money(plan.cost) == pytest.approx(1065)


def test_without_backups_a_failure_costs_the_shortage() -> None:
    case = lamps(
        offer("Ada", 10),
        offer("Bea", 11),
        items=[{**LAMP, "shortage_cost": 20}],
        suppliers=[{"supplier": "Ada", "failure_probability": 0.1, "recovery_share": 0.4}],
    )
    assert cost(case) == 1000 + 80  # 0.1 × 0.4 × 20 × 100, below Bea's 1100
    case["suppliers"][0]["recovery_share"] = 0.6
    assert awards(planned(case)) == {"Bea": 100}  # 1000 + 120 > 1100
