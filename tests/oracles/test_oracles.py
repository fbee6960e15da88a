"""The judge is judged: hand cases for the plain program and the evaluator, and their agreement on random problems."""

from __future__ import annotations

import json
from copy import deepcopy
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from .evaluate import evaluate
from .generate import Problem, random_problem
from .linear import Linear, Program, add_up
from .plain import Outcome, solve
from .recount import cheapest_delivery

SETTINGS = {"failures": 0}


def problem(
    items: list[dict[str, Any]],
    offers: list[dict[str, Any]],
    suppliers: list[dict[str, Any]] | None = None,
    settings: dict[str, Any] | None = None,
    **tables: list[dict[str, Any]],
) -> Problem:
    """A problem in short: suppliers come from the offers, no failures are planned for unless the settings say so."""
    known = {row["supplier"]: row for row in suppliers or []}
    names = sorted({row["supplier"] for row in offers} | set(known))
    return {
        "settings": [{"name": name, "value": value} for name, value in {**SETTINGS, **(settings or {})}.items()],
        "items": items,
        "suppliers": [known.get(name, {"supplier": name}) for name in names],
        "offers": [{"offer": f"{row['item']} from {row['supplier']}", **row} for row in offers],
        **tables,
    }


def offer(item: str, supplier: str, unit_price: float | str, **columns: Any) -> dict[str, Any]:
    return {"item": item, "supplier": supplier, "unit_price": unit_price, **columns}


def judged(case: Problem) -> Outcome:
    """The plain program's plan, which the evaluator must accept at the same cost."""
    outcome = solve(case)
    assert outcome.status == "optimal"
    verdict = evaluate(case, outcome.plan())
    assert verdict.broken == []
    assert verdict.cost == pytest.approx(outcome.cost, rel=1e-9)
    assert sum(outcome.parts.values()) == pytest.approx(outcome.cost, rel=1e-9)
    return outcome


LAMP = [{"item": "lamp", "demand": 100}]


def test_the_cheaper_offer_wins_up_to_its_capacity() -> None:
    outcome = judged(problem(LAMP, [offer("lamp", "S1", 10, capacity=70), offer("lamp", "S2", "12")]))
    assert outcome.awards == pytest.approx({"lamp from S1": 70, "lamp from S2": 30})
    assert outcome.cost == pytest.approx(70 * 10 + 30 * 12)


def test_there_is_no_plan_where_capacities_fall_short() -> None:
    assert solve(problem(LAMP, [offer("lamp", "S1", 10, capacity=99)])).status == "infeasible"


@pytest.mark.parametrize(
    ("kind", "need", "cost"),
    [
        ("all_units", 60, 60 * 8),  # below S2's 60 * 9 = 540
        ("all_units", 49, 49 * 9),  # the break is not reached: 490 from S1
        ("incremental", 60, 60 * 9),  # 50 * 10 + 10 * 8 = 580 from S1
        ("incremental", 150, 50 * 10 + 100 * 8),  # 1300 against 150 * 9 = 1350
    ],
)
def test_price_breaks_hold_for_all_units_or_for_those_beyond(kind: str, need: float, cost: float) -> None:
    case = problem(
        [{"item": "lamp", "demand": need}],
        [offer("lamp", "S1", 10, price_break_kind=kind), offer("lamp", "S2", 9)],
        price_breaks=[{"offer": "lamp from S1", "from_quantity": 50, "unit_price": 8}],
    )
    assert judged(case).cost == pytest.approx(cost)


def test_a_price_that_rises_holds_from_its_quantity_on() -> None:
    breaks = [{"offer": "lamp from S1", "from_quantity": 50, "unit_price": 12}]
    alone = problem([{"item": "lamp", "demand": 50}], [offer("lamp", "S1", 10)], price_breaks=breaks)
    assert judged(alone).cost == pytest.approx(50 * 12)  # exactly 50 is "from 50 on"
    beside = problem([{"item": "lamp", "demand": 50}], [offer("lamp", "S1", 10), offer("lamp", "S2", 11)])
    # A trifle goes to S2, and the rest stays just below 50: as near to 500 as one likes.
    assert judged({**beside, "price_breaks": breaks}).cost == pytest.approx(500, abs=1e-3)


def test_multiples_and_minimum_quantities_hold_once_awarded() -> None:
    case = problem([{"item": "lamp", "demand": 95}], [offer("lamp", "S1", 10, multiple=10), offer("lamp", "S2", 12)])
    assert judged(case).cost == pytest.approx(90 * 10 + 5 * 12)
    case["offers"][1]["min_quantity"] = 20
    assert judged(case).cost == pytest.approx(70 * 10 + 25 * 12)


def test_one_package_of_a_group_is_taken_and_what_is_over_is_thrown_away() -> None:
    names = {"both": 1500, "lamps": 700, "shades": 600}
    contents = [("both", "lamp", 120), ("both", "shade", 50), ("lamps", "lamp", 100), ("shades", "shade", 50)]
    case = problem(
        [{"item": "lamp", "demand": 100}, {"item": "shade", "demand": 50}],
        [offer("lamp", "S1", 10), offer("shade", "S1", 20)],
        packages=[{"package": p, "supplier": "S1", "price": price, "group": "g"} for p, price in names.items()],
        package_items=[{"package": p, "item": item, "quantity": quantity} for p, item, quantity in contents],
    )
    # both: 1500; lamps: 700 + 50 * 20 = 1700; shades: 600 + 100 * 10 = 1600; none: 2000.
    assert judged(case).cost == pytest.approx(1500)
    for row in case["packages"]:
        row["group"] = None
    assert judged(case).packages == {"lamps", "shades"}  # 1300


def test_a_rebate_is_paid_on_the_whole_spend_once_it_is_reached() -> None:
    rebates = [{"supplier": "S1", "from_spend": 1000, "rate": 0.1}]
    offers = [offer("lamp", "S1", 10), offer("lamp", "S2", 9.5)]
    outcome = judged(problem(LAMP, offers, rebates=rebates))
    assert outcome.parts["rebates"] == pytest.approx(-100)
    assert outcome.cost == pytest.approx(900)  # against 950 from S2
    fewer = problem([{"item": "lamp", "demand": 99}], offers, rebates=rebates)
    assert judged(fewer).cost == pytest.approx(99 * 9.5)  # 990 earn nothing


def test_people_are_hired_paid_and_replaced() -> None:
    role = {"hourly_wage": 20, "burden_rate": 0.5, "in_hand": 0.5, "hire_cost": 1000, "ramp_months": 6}
    case = problem(
        [{"item": "code", "demand": 360}],
        [offer("code", "team", 0)],
        roles=[{"supplier": "team", "role": "engineer", "attrition_rate": 0.1, **role}],
        staffing=[{"offer": "code from team", "role": "engineer", "hours": 10}],
    )
    outcome = judged(case)
    # 360 * 10 / 1800 = 2 people, 1.5 of them new. One hire: 1000 + 6 / 12 * 1800 / 2 * 30 = 14500.
    assert outcome.hires == pytest.approx({("team", "engineer"): 1.5})
    assert outcome.parts["wages"] == pytest.approx(3600 * 30)
    assert outcome.parts["hiring"] == pytest.approx(1.5 * 14500 + 2 * 0.1 * 14500)
    case["roles"][0]["max_hires"] = 1.4
    assert solve(case).status == "infeasible"


def test_a_unit_pays_freight_duty_interest_and_defects() -> None:
    case = problem(
        [{"item": "lamp", "demand": 100, "site": "home", "weight_kg": 2, "defect_cost": 50}],
        [offer("lamp", "S1", 10, site="port", defect_rate=0.02)],
        settings={"discount_rate": 0.1, "horizon_years": 2},
        sites=[{"site": "home"}, {"site": "port"}],
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
    case["offers"][0] |= {"payment_days": 36.5, "fixed_cost": 50}
    # a = (1 / 1.1 + 1 / 1.21) / 2 = 2.1 / 2.42. Freight 1 + 2 * 0.5; duty 1; interest 0.1 * 36.5 / 365 * 10; defects 1.
    per_unit = 10 + 2 + 1 + 0.1 + 1
    assert judged(case).cost == pytest.approx(50 + 100 * per_unit * 2.1 / 2.42)


def test_parts_are_bought_for_a_parent_that_is_not_turnkey() -> None:
    case = problem(
        [{"item": "lamp", "demand": 10}, {"item": "bulb", "demand": 5, "site": "shop"}],
        [
            offer("lamp", "S1", 100),
            offer("lamp", "S2", 60, turnkey=False, site="plant"),
            offer("bulb", "S3", 15, site="shop"),
        ],
        bom=[{"parent": "lamp", "child": "bulb", "quantity": 2}],
        sites=[{"site": "plant"}, {"site": "shop"}],
        lanes=[{"origin": "shop", "destination": "plant", "cost_per_unit": 3}],
    )
    outcome = judged(case)
    # 60 + 2 * (15 + 3) = 96 beats 100; five bulbs more stay in the shop.
    assert outcome.cost == pytest.approx(10 * 96 + 5 * 15)
    assert {(flow["offer"], flow["destination"], flow["quantity"]) for flow in outcome.flows} == {
        ("lamp from S2", "", 10),
        ("bulb from S3", "plant", 20),
        ("bulb from S3", "shop", 5),
    }
    case["lanes"][0]["cost_per_unit"] = 6  # 60 + 2 * 21 = 102
    assert judged(case).cost == pytest.approx(10 * 100 + 5 * 15)


def test_foreign_money_is_converted() -> None:
    offers = [offer("lamp", "S1", 10, currency="USD", fixed_cost=20), offer("lamp", "S2", 9.5)]
    case = problem(LAMP, offers, settings={"currency": "EUR"}, rates=[{"currency": "USD", "rate": 0.9}])
    assert judged(case).cost == pytest.approx((100 * 10 + 20) * 0.9)


def test_switching_costs_what_is_taken_away_pro_rata() -> None:
    today = [{"item": "lamp", "supplier": "S1", "share": 0.5, "switch_cost": 300}]
    offers = [offer("lamp", "S1", 12), offer("lamp", "S2", 10)]
    # Half to S1 costs 100 more and saves 300; a unit less than half saves 2 and costs 300 / 50 = 6.
    assert judged(problem(LAMP, offers, incumbents=today)).cost == pytest.approx(50 * 12 + 50 * 10)
    today[0]["switch_cost"] = 90  # now 90 / 50 = 1.8 a unit
    assert judged(problem(LAMP, offers, incumbents=today)).cost == pytest.approx(1000 + 90)


@pytest.mark.parametrize(
    ("rule", "cost"),
    [
        ({"measure": "share", "supplier": "S1", "high": 0.6}, 60 * 10 + 40 * 12),
        ({"measure": "share", "own": "yes", "low": 0.1}, 90 * 10 + 10 * 15),
        ({"measure": "quantity", "country": "PL; DE", "low": 30}, 70 * 10 + 30 * 12),
        ({"measure": "spend", "item": "lamp", "supplier": "S1; S2", "high": 900}, 90 * 10 + 10 * 15),
        ({"measure": "suppliers", "category": "31", "low": 2}, 1000 + 1e-4 * 2),  # a millionth of the need at 12
        ({"measure": "suppliers", "category": "32", "low": 1}, None),
        ({"measure": "share", "supplier": "S1", "high": 0, "expires": "2025-12-31"}, 100 * 10),
    ],
)
def test_a_rule_limits_what_it_filters(rule: dict[str, Any], cost: float | None) -> None:
    case = problem(
        [{**LAMP[0], "category": "31.5"}],
        [offer("lamp", "S1", 10, site="Ningbo"), offer("lamp", "S2", 12, site="Lodz"), offer("lamp", "S3", 15)],
        suppliers=[{"supplier": "S3", "own": "true"}],
        settings={"as_of": "2026-01-01"},
        sites=[{"site": "Ningbo", "country": "CN"}, {"site": "Lodz", "country": "PL"}],
        rules=[{"rule": "r", **rule}],
    )
    if cost is None:
        assert solve(case).status == "infeasible"
    else:
        assert judged(case).cost == pytest.approx(cost, rel=1e-9)


@pytest.mark.parametrize(
    ("demands", "cost"),
    [
        ({"min_sources": 2, "min_share": 0.2}, 80 * 10 + 20 * 12),
        ({"max_share": 0.7}, 70 * 10 + 30 * 12),
        ({"max_sources": 1, "max_share": 0.7}, None),
    ],
)
def test_sources_and_shares_are_kept(demands: dict[str, float], cost: float | None) -> None:
    case = problem([{**LAMP[0], **demands}], [offer("lamp", "S1", 10), offer("lamp", "S2", 12)])
    if cost is None:
        assert solve(case).status == "infeasible"
    else:
        assert judged(case).cost == pytest.approx(cost)


@pytest.mark.parametrize(
    ("supplier", "item", "price"),
    [
        ({"excluded": "yes"}, {}, 12),
        ({"level": 40}, {"required_level": 50}, 10),  # the audit of 31.2 says 60
        ({"level": 90}, {"required_level": 65}, 12),  # and that is not enough
        ({"level": 90}, {"required_level": 65, "category": "32"}, 10),  # no audit there
        ({"failure_probability": 0.2}, {"max_failure_probability": 0.1}, 12),
        ({"failure_probability": 0.1}, {"max_failure_probability": 0.1}, 10),
    ],
)
def test_suppliers_are_admitted_by_level_and_reliability(
    supplier: dict[str, Any], item: dict[str, Any], price: float
) -> None:
    levels = [("31.25", 10, "2025-01-01"), ("31.2", 60, None), ("31", 70, None)]
    case = problem(
        [{**LAMP[0], "category": "31.25", **item}],
        [offer("lamp", "S1", 10), offer("lamp", "S2", 12), offer("lamp", "S3", 1, valid_until="2025-12-31")],
        suppliers=[{"supplier": "S1", **supplier}],
        settings={"as_of": "2026-01-01"},
        levels=[{"supplier": "S1", "category": c, "level": v, "valid_until": until} for c, v, until in levels],
    )
    assert judged(case).cost == pytest.approx(100 * price)


def risky(settings: dict[str, Any], **item: Any) -> Problem:
    """S1 is cheap and fails with 10 %; S2 and S3 can back it."""
    return problem(
        [{**LAMP[0], **item}],
        [offer("lamp", "S1", 10), offer("lamp", "S2", 12, backup_fee=1), offer("lamp", "S3", 14, backup_fee=1.5)],
        suppliers=[{"supplier": "S1", "failure_probability": 0.1}],
        settings=settings,
    )


def test_a_backup_is_booked_for_what_a_failure_takes_away() -> None:
    outcome = judged(risky({"failures": 1}))
    # 1000, the fee of 100, and 10 % of the 200 that a takeover costs more.
    assert outcome.backups == pytest.approx({"lamp from S2": 100})
    assert outcome.cost == pytest.approx(1000 + 100 + 0.1 * (1200 - 1000))


def test_two_failures_need_a_backup_outside_every_pair() -> None:
    outcome = judged(risky({"failures": 2}))
    # Without S1 and S2 only S3 is left, without S1 and S3 only S2: both are booked in full.
    assert outcome.backups == pytest.approx({"lamp from S2": 100, "lamp from S3": 100})
    assert outcome.cost == pytest.approx(1000 + 100 + 150 + 0.1 * 200)


def test_too_few_groups_are_an_exposure_and_no_plan_where_it_is_strict() -> None:
    case = risky({"failures": 2})
    for row in case["suppliers"][1:]:
        row["risk_group"] = "Ningbo"
    outcome = judged(case)
    assert outcome.cost == pytest.approx(1000 + 100 + 0.1 * 200)  # planned for one failure
    assert outcome.exposures == [{"item": "lamp", "supplier": "S1", "quantity": pytest.approx(100)}]
    case["settings"].append({"name": "strict", "value": "true"})
    assert solve(case).status == "infeasible"


def test_a_group_fails_together_and_its_safe_members_do_not_back_it() -> None:
    case = risky({"failures": 1})
    case["suppliers"][0]["risk_group"] = case["suppliers"][1]["risk_group"] = "Ningbo"
    case["suppliers"][1]["may_fail"] = "no"
    # S2 loses nothing and needs no backup: 1200. S1 would need S3: 1000 + 150 + 10 % of 400.
    assert judged(case).cost == pytest.approx(1000 + 150 + 0.1 * 400)
    case["offers"][2]["backup_fee"] = 3
    assert judged(case).cost == pytest.approx(1200)


def test_what_is_not_covered_is_short_and_a_slow_takeover_is_late() -> None:
    case = risky({"failures": 1, "cover": 0.5}, shortage_cost=4)
    # 50 booked; a failure costs max(0, 50 * 12 - 0.5 * 1000) + 4 * 0.5 * 100 = 300.
    assert judged(case).cost == pytest.approx(1000 + 50 + 0.1 * 300)
    case["offers"][1]["bring_up_days"] = 36.5
    case["suppliers"][0]["recovery_share"] = 0.5
    # 36.5 / (365 * 0.5) = 0.2 of the time 4 a unit: 40 more, and all of it for half of the horizon.
    assert judged(case).cost == pytest.approx(1000 + 50 + 0.1 * 0.5 * 340)


def test_an_item_that_opts_out_pays_for_its_shortages() -> None:
    outcome = judged(risky({"failures": 1}, backups=0, shortage_cost=15))
    assert outcome.backups == {}
    assert outcome.cost == pytest.approx(1000 + 0.1 * 15 * 100)  # against 1200 from S2
    assert judged(risky({"failures": 1}, backups=0, shortage_cost=30)).cost == pytest.approx(1200)


def test_a_takeover_goes_where_the_lost_volume_went() -> None:
    case = problem(
        [{"item": "lamp", "demand": 30, "site": "shop"}, {"item": "bulb", "demand": 10, "site": "shop"}],
        [
            offer("lamp", "S1", 50, turnkey=False, site="plant"),
            offer("bulb", "S2", 5, backup_fee=9),
            offer("bulb", "S3", 9, site="plant", capacity=25, backup_unit_price=6),
            offer("bulb", "S4", 9, site="shop", backup_unit_price=6),
        ],
        suppliers=[{"supplier": "S2", "failure_probability": 0.1}],
        settings={"failures": 1},
        bom=[{"parent": "lamp", "child": "bulb"}],
        sites=[{"site": "plant"}, {"site": "shop"}],
        lanes=[
            {"origin": "shop", "destination": "plant", "cost_per_unit": 2},
            {"origin": "plant", "destination": "shop", "cost_per_unit": 2},
        ],
    )
    case["items"][0]["backups"] = 0
    # 40 bulbs of S2 fail. To the plant 25 at 6 from S3 and 5 at 6 + 2 from S4; to the shop 10 at 6 from S4.
    takeover = 25 * 6 + 5 * 8 + 10 * 6
    lamps = 30 * (50 + 2)  # they go from the plant to the shop
    assert judged(case).cost == pytest.approx(lamps + 40 * 5 + 0.1 * (takeover - 40 * 5))


def test_the_cheapest_delivery_is_that_of_a_linear_program() -> None:
    random = Random(1)
    for _ in range(40):
        ready = {name: Fraction(random.randint(1, 9)) for name in "pqr"}
        wanted: dict[str | None, Fraction] = {site: Fraction(random.randint(0, 6)) for site in ("x", "y", None)}
        prices = {(name, site): Fraction(random.randint(-2, 20)) for name in ready for site in wanted}
        program = Program()
        sent = {way: program.quantity(str(way), 9) for way in prices}
        for name, quantity in ready.items():
            program.at_most(add_up(sent[name, site] for site in wanted), float(quantity))
        for site, quantity in wanted.items():
            program.equal(add_up(sent[name, site] for name in ready), float(quantity))
        program.cost = add_up(float(price) * sent[way] for way, price in prices.items())
        point = program.best()
        cost, missing = cheapest_delivery(ready, wanted, prices)
        assert missing == max(Fraction(0), sum(wanted.values()) - sum(ready.values()))
        assert (point is None) == (missing > 0)
        assert point is None or cost == pytest.approx(point.cost)


def test_awards_packages_and_bookings_share_a_suppliers_capacity() -> None:
    case = risky({"failures": 1})
    case["offers"].pop()
    case["offers"][1]["capacity_use"] = 0.5
    case["suppliers"][1]["capacity"] = 50  # just enough to back a hundred
    assert judged(case).cost == pytest.approx(1120)
    case["suppliers"][1]["capacity"] = 49  # what S2 delivers and what it backs are always 100 together
    assert solve(case).status == "infeasible"


def test_a_supplier_backs_the_item_it_has_an_award_of_unless_that_is_forbidden() -> None:
    case = risky({"failures": 1}, max_share=0.5)
    case["offers"].pop()
    case["offers"][0]["backup_fee"] = 1
    # 50 each, and each backs the other: 600 + 500, fees of 50 + 50, and 10 % of 50 * 12 - 50 * 10.
    assert judged(case).cost == pytest.approx(1100 + 100 + 0.1 * 100)
    case["settings"].append({"name": "separate_backups", "value": "yes"})
    assert solve(case).status == "infeasible"


def test_fixed_costs_and_least_volumes_come_with_an_award() -> None:
    case = problem(LAMP, [offer("lamp", "S1", 10, capacity=90), offer("lamp", "S2", 10, fixed_cost=30)])
    case["suppliers"] = [{"supplier": "S1", "fixed_cost": 20}, {"supplier": "S2", "min_capacity": 95}]
    assert judged(case).cost == pytest.approx(1000 + 30)  # 5 from S1 and 95 from S2 would fit too, and cost 20 more
    case["suppliers"][1]["min_capacity"] = 101
    assert solve(case).status == "infeasible"


def test_a_real_plan_is_refused_when_anything_is_changed() -> None:
    case = risky({"failures": 1})
    plan = solve(case).plan()

    def broken(**changes: Any) -> str:
        return "; ".join(evaluate(case, {**deepcopy(plan), **changes}).broken)

    def awards(offer_name: str, quantity: float) -> dict[str, Any]:
        return {
            "awards": [{"offer": offer_name, "quantity": quantity}],
            "flows": [{"offer": offer_name, "destination": None, "quantity": quantity}],
        }

    assert broken() == ""
    assert "99.0 arrives" in broken(**awards("lamp from S1", 99))
    assert "101.0 arrives" in broken(**awards("lamp from S1", 101))
    assert "flows do not add up" in broken(flows=[])
    assert "when S1 fail: 100.0 is to be taken over, 99.9 is booked" in broken(
        backups=[{"offer": "lamp from S2", "quantity": 99.9}]
    )
    assert "when S2 fail" in broken(**awards("lamp from S2", 100))  # it cannot back itself
    assert "the stated cost 1119 is 1120.0" in broken(cost=1119)
    assert "no offer 'lamp from S9'" in broken(backups=[{"offer": "lamp from S9", "quantity": 1}])
    assert "stated exposures" in broken(exposures=[{"item": "lamp", "supplier": "S1"}])


@pytest.mark.parametrize(
    ("table", "name", "change", "words"),
    [
        ("items", "lamp", {"min_sources": 2}, "too few"),
        ("items", "lamp", {"max_share": 0.9}, "too large"),
        ("items", "lamp", {"backups": 0}, "opted out"),
        ("items", "lamp", {"demand": 100.001}, "arrives"),
        ("suppliers", "S1", {"excluded": True}, "is excluded"),
        ("suppliers", "S1", {"capacity": 99.9}, "exceeds its capacity"),
        ("suppliers", "S1", {"min_capacity": 100.1}, "below its min_capacity"),
        ("suppliers", "S2", {"capacity": 99}, "exceeds its capacity"),
        ("suppliers", "S2", {"level": 3}, "below the required level"),
        ("offers", "lamp from S1", {"min_quantity": 101}, "minimum quantity"),
        ("offers", "lamp from S1", {"multiple": 30}, "no multiple"),
        ("offers", "lamp from S1", {"backup_only": True}, "backup only"),
        ("offers", "lamp from S2", {"capacity": 99}, "exceed its capacity"),
        ("offers", "lamp from S2", {"valid_until": "2001-01-01"}, "expired"),
    ],
)
def test_a_plan_is_held_against_every_limit(table: str, name: str, change: dict[str, Any], words: str) -> None:
    case = risky({"failures": 1}, required_level=5)
    plan = solve(case).plan()
    key = {"items": "item", "suppliers": "supplier", "offers": "offer"}[table]
    next(row for row in case[table] if row[key] == name).update(change)
    assert words in "; ".join(evaluate(case, plan).broken)


def test_the_program_rounds_whole_numbers_and_notices_contradictions() -> None:
    program = Program()
    lots, quantity = program.count("lots", 10), program.quantity("quantity", 1e6)
    program.equal(quantity, 250.0 * lots)
    program.at_least(quantity, 601)
    program.cost = 3 * quantity + 7
    point = program.best()
    assert point is not None
    assert point.values == {"lots": 3.0, "quantity": pytest.approx(750)}
    assert point.cost == pytest.approx(3 * 750 + 7)
    program.at_most(quantity - 2 * Linear({"lots": 1.0}), 700)  # 750 - 6 is too much, and fewer lots too few
    assert program.best() is None


@pytest.mark.prove
@pytest.mark.parametrize("first_seed", range(0, 90, 30))
def test_the_evaluator_accepts_the_plain_programs_plans_at_their_cost(first_seed: int) -> None:
    with_plan = 0
    for seed in range(first_seed, first_seed + 30):
        case = random_problem(seed)
        outcome = solve(case)
        if outcome.status == "optimal":
            with_plan += 1
            verdict = evaluate(case, json.loads(json.dumps(outcome.plan())))
            assert verdict.broken == [], seed
            assert verdict.cost == pytest.approx(outcome.cost, rel=1e-7), seed
    assert with_plan >= 15


@pytest.mark.prove
def test_no_neighbour_of_the_best_plan_is_cheaper() -> None:
    allowed = 0
    for seed in range(100, 140):
        case = random_problem(seed)
        outcome = solve(case)
        for neighbour in neighbours(case, outcome, Random(seed), 25) if outcome.status == "optimal" else []:
            verdict = evaluate(case, neighbour)
            if not verdict.broken:
                allowed += 1
                assert verdict.cost >= outcome.cost - 2e-6 * abs(outcome.cost), seed
    assert allowed > 100


def neighbours(case: Problem, outcome: Outcome, random: Random, count: int) -> list[dict[str, Any]]:
    """Plans near to the given one: some of an award or of a booking is moved to another offer of the item."""
    of_item = {row["offer"]: row["item"] for row in case["offers"]}
    found = []
    for _ in range(count):
        awards, backups, flows = dict(outcome.awards), dict(outcome.backups), deepcopy(outcome.flows)
        for amounts in random.choice([(awards,), (backups,), (awards, backups)]):
            if not amounts:
                continue
            source, part = random.choice(sorted(amounts)), random.choice([1.0, 0.5, 0.1, 0.001])
            target = random.choice([name for name in of_item if of_item[name] == of_item[source]])
            moved = part * amounts[source]
            amounts[source] -= moved
            if amounts is awards or random.random() < 0.7:
                amounts[target] = amounts.get(target, 0.0) + moved
            if amounts is awards:
                for flow in [flow for flow in flows if flow["offer"] == source]:
                    there = float(str(flow["quantity"])) * part
                    flow["quantity"] = float(str(flow["quantity"])) - there
                    flows.append({"offer": target, "destination": flow["destination"], "quantity": there})
        plan = outcome.plan() | {"cost": None, "breakdown": None, "exposures": None, "flows": flows}
        plan["awards"] = [{"offer": name, "quantity": quantity} for name, quantity in awards.items() if quantity]
        plan["backups"] = [{"offer": name, "quantity": quantity} for name, quantity in backups.items()]
        found.append(plan)
    return found
