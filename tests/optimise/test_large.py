"""Large events planned item by item, held against the whole program, brute force and the certificate's own claims."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

import secondsource
from secondsource.optimise import planning
from secondsource.optimise.frame import frame
from secondsource.optimise.large.certificate import certified_bound, safe_bound
from secondsource.optimise.large.event import event, is_event, is_plain
from secondsource.optimise.large.items import best_awards
from secondsource.optimise.large.multipliers import Multipliers, first_multipliers
from secondsource.optimise.large.planning import plan_by_items
from secondsource.problem.plan import Certificate, Plan
from secondsource.problem.plan_json import from_json, to_json
from secondsource.solver.highs import Limits
from tests.oracles.generate import random_problem
from tests.oracles.plain import solve

from .tiny import checked

Rows = dict[str, list[dict[str, Any]]]


def small_event(seed: int, items: int = 6, suppliers: int = 5) -> Rows:
    """A sourcing event of the shape of the large ones: breaks, least quantities, capacities, few winners."""
    draw = random.Random(seed)
    offers: list[dict[str, Any]] = []
    breaks: list[dict[str, Any]] = []
    for i in range(items):
        for s in draw.sample(range(suppliers), draw.randint(3, suppliers)):
            price = round(draw.uniform(8, 14), 2)
            offers.append({"offer": f"o{i}-{s}", "item": f"i{i}", "supplier": f"s{s}", "unit_price": price})
            offers[-1]["min_quantity"] = draw.choice([0, 0, 7.5, 20])
            offers[-1]["price_break_kind"] = draw.choice(["all_units", "incremental"])
            offers[-1]["fixed_cost"] = draw.choice([0, 0, 30])
            for start in sorted(draw.sample(range(5, 90), draw.randint(0, 2))):
                price = round(price * draw.uniform(0.85, 1.02), 2)
                breaks.append({"offer": offers[-1]["offer"], "from_quantity": start + 0.37, "unit_price": price})
    return {
        "settings": [{"name": "failures", "value": 0}],
        "items": [
            {
                "item": f"i{i}",
                "demand": draw.randint(20, 90),
                "min_sources": draw.choice([1, 2]),
                "max_share": draw.choice([0.7, 1]),
                "max_sources": draw.choice([None, 2, 3]),
                "min_share": draw.choice([0, 0, 0.1]),
            }
            for i in range(items)
        ],
        "suppliers": [
            {"supplier": f"s{s}", "fixed_cost": draw.randint(20, 400), "capacity": draw.choice([None, 60 * items])}
            for s in range(suppliers)
        ],
        "offers": offers,
        "price_breaks": breaks,
        "rules": [{"rule": "winners", "measure": "suppliers", "high": max(2, suppliers - 2)}],
    }


@pytest.mark.parametrize("seed", range(12))
def test_items_and_whole_program_agree_on_small_events(seed: int) -> None:
    problem = checked(small_event(seed))
    whole = planning.plan(problem, threads=1, method="whole")
    by_items = planning.plan(problem, threads=1, method="items")
    if whole.status == "infeasible":
        assert by_items.status == "infeasible"
        return
    assert by_items.status in ("optimal", "feasible") and whole.cost is not None and whole.bound is not None
    assert by_items.cost is not None and by_items.bound is not None
    assert by_items.bound <= whole.cost * Decimal("1.0000011")  # a bound on every plan, so on the best one
    assert by_items.cost >= whole.bound * Decimal("0.999999")
    assert planning.verify(problem, by_items).faults == ()


def agree(rows: Rows) -> Plan:
    """The plan item by item, which must cost what the whole program's does, and keep every promise."""
    problem = checked(rows)
    whole = planning.plan(problem, threads=1, method="whole")
    plan = planning.plan(problem, threads=1, method="items")
    assert plan.status == whole.status
    if whole.cost is not None and plan.cost is not None:
        assert float(plan.cost) == pytest.approx(float(whole.cost), rel=3e-6, abs=1e-6)
        assert planning.verify(problem, plan).faults == ()
    return plan


@pytest.mark.parametrize("seed", range(40))
def test_both_ways_find_the_same_cost_whatever_a_problem_asks_for(seed: int) -> None:
    agree(random_problem(seed))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40, 340))
def test_both_ways_find_the_same_cost_on_hundreds_of_problems(seed: int) -> None:
    agree(random_problem(seed))


@pytest.mark.parametrize("seed", range(6))
def test_backups_are_planned_for_as_the_whole_program_does(seed: int) -> None:
    rows = small_event(seed, items=4)
    draw = random.Random(seed)
    rows["settings"] = [{"name": "failures", "value": 1}]
    for supplier in rows["suppliers"]:
        supplier["failure_probability"] = draw.choice([0.01, 0.05, 0.2])
        supplier["capacity"] = None
    for offer in rows["offers"]:
        offer["backup_fee"] = round(draw.uniform(0.05, 0.4), 2)
    agree(rows)


@pytest.mark.parametrize("seed", range(8))
def test_each_item_costs_what_enumeration_on_a_fine_grid_cannot_beat(seed: int) -> None:
    given = frame(checked(small_event(seed, items=3)))
    the_event = event(given)
    costs, quantity = best_awards(the_event, the_event.unit, the_event.fixed)
    for i in range(3):
        at, stop = the_event.first[i], the_event.first[i + 1]
        if not np.isfinite(costs[i, 0]):
            assert best_on_grid(the_event, i) == np.inf
            continue
        assert sum(quantity[0, at:stop]) == pytest.approx(the_event.need[i])
        assert best_on_grid(the_event, i) >= costs[i, 0] - 1e-9
        exact = sum(offer_cost(the_event, o, quantity[0, o]) for o in range(at, stop) if quantity[0, o] > 0)
        assert exact == pytest.approx(costs[i, 0])


def offer_cost(the_event: Any, offer: int, quantity: float) -> float:
    """What a quantity of one offer costs, read off its pieces."""
    pieces = range(the_event.first_piece[offer], the_event.first_piece[offer + 1])
    return float(the_event.fixed[offer] + the_event.unit[offer] * quantity) + min(
        (
            float(the_event.factor[offer] * (the_event.intercept[k] + the_event.price[k] * quantity))
            for k in pieces
            if the_event.low[k] - 1e-9 <= quantity <= the_event.high[k] + 1e-9
        ),
        default=float("inf"),
    )


def best_on_grid(the_event: Any, i: int) -> float:
    """The cheapest of all ways to share the need in twelfths, or with all but one award on a corner."""
    offers = range(the_event.first[i], the_event.first[i + 1])
    need, best = the_event.need[i], float("inf")
    corners = {
        o: sorted(
            {0.0}
            | {float(the_event.low[k]) for k in range(the_event.first_piece[o], the_event.first_piece[o + 1])}
            | {float(the_event.high[k]) for k in range(the_event.first_piece[o], the_event.first_piece[o + 1])}
        )
        for o in offers
    }
    for free in offers:
        others = [o for o in offers if o != free]
        for shares in itertools.product(*([*corners[o], need / 12, need / 2] for o in others)):
            rest = need - sum(shares)
            awards = {o: q for o, q in zip(others, shares, strict=True) if q > 0} | (
                {free: rest} if rest > 1e-9 else {}
            )
            if rest > -1e-9 and the_event.least_sources[i] <= len(awards) <= the_event.most_sources[i]:
                best = min(best, sum(offer_cost(the_event, o, q) for o, q in awards.items()))
    return best


@pytest.mark.parametrize("seed", range(60))
def test_no_multipliers_ever_prove_more_than_the_oracle_s_best_plan_costs(seed: int) -> None:
    rows = random_problem(seed)
    given = frame(checked(rows))
    if not is_event(given):
        assert not is_plain(given)
        return
    best = solve(rows)
    if best.status != "optimal":
        return
    the_event = event(given)
    draw = np.random.default_rng(seed)
    for scale in (0.0, 0.3, 3.0):
        first = first_multipliers(the_event)
        capacity = np.where(np.isfinite(the_event.capacity), scale * draw.random(len(the_event.capacity)), 0.0)
        bound = safe_bound(given, the_event, Multipliers(capacity, scale * first.engagement))
        assert bound is not None and float(bound) <= best.cost * (1 + 1e-6) + 1e-6


def planned(seed: int = 3) -> tuple[Any, Plan]:
    problem = checked(small_event(seed))
    return problem, from_json(to_json(planning.plan(problem, threads=1, method="items")))


def test_a_certificate_survives_the_plan_s_json_and_proves_its_bound() -> None:
    problem, plan = planned()
    assert plan.proof == "checked" and plan.certificate is not None
    verdict = secondsource.verify(problem, plan)
    assert verdict.faults == () and verdict.proof == "checked"


@pytest.mark.parametrize("seed", [0, 5, 8])
def test_a_what_if_from_a_plan_agrees_with_the_whole_program(seed: int) -> None:
    rows = small_event(seed)
    before = planning.plan(checked(rows), threads=1, method="items")
    rows["suppliers"][0]["excluded"] = True
    rows["offers"][3]["unit_price"] = 7.77
    problem = checked(rows)
    whole = planning.plan(problem, threads=1, method="whole")
    after = planning.plan(problem, threads=1, method="items", like=before)
    assert whole.cost is not None and after.cost is not None and after.bound is not None and whole.bound is not None
    assert after.bound <= whole.cost * Decimal("1.0000011") and after.cost >= whole.bound * Decimal("0.999999")
    assert planning.verify(problem, after).faults == ()


def test_a_bound_above_what_its_certificate_proves_is_found_out() -> None:
    problem, plan = planned()
    assert plan.bound is not None and plan.cost is not None
    boast = replace(plan, bound=min(plan.bound + Decimal("0.01"), plan.cost))
    verdict = planning.verify(problem, boast)
    assert verdict.proof == "solver" and any("the certificate proves a bound of" in str(f) for f in verdict.faults)


@pytest.mark.parametrize("price", [-1.0, float("nan"), float("inf")])
def test_a_certificate_of_impossible_prices_proves_nothing(price: float) -> None:
    problem, plan = planned()
    verdict = planning.verify(problem, replace(plan, certificate=Certificate({"s0": price}, {})))
    assert [str(fault) for fault in verdict.faults] == ["the certificate proves no bound"]


def test_a_plan_that_says_checked_without_a_certificate_is_found_out() -> None:
    problem, plan = planned()
    verdict = planning.verify(problem, replace(plan, certificate=None))
    assert [str(f) for f in verdict.faults] == ["the plan says that its bound is checked, but has no certificate"]


def test_where_time_ends_without_a_plan_the_bound_found_so_far_is_told_and_can_be_checked() -> None:
    problem = checked(small_event(3))
    whole = planning.plan(problem, threads=1, method="whole")
    early = plan_by_items(problem, Limits(seconds=0.0), None)
    assert early is not None
    given, solution, decisions, certificate = early
    assert solution.outcome == "nothing in time" and decisions is None
    assert certificate is not None and solution.bound is not None and whole.cost is not None
    assert 0 < solution.bound <= whole.cost
    assert float(certified_bound(given, certificate) or 0) == pytest.approx(solution.bound, abs=1e-5)


def two_levels(seed: int, turnkey: bool) -> Rows:
    """A small event in which two assemblies take the other items; where `turnkey`, one of them may be bought whole."""
    rows = small_event(seed)
    draw = random.Random(seed)
    for item in rows["items"][2:]:
        item["demand"] = draw.choice([0, 0, 10])
    rows["bom"] = [
        {"parent": f"i{k % 2}", "child": f"i{k}", "quantity": draw.choice([1, 2])} for k in range(2, len(rows["items"]))
    ]
    for offer in rows["offers"]:
        offer["turnkey"] = offer["item"] not in ("i0", "i1") or (
            turnkey and offer["item"] == "i1" and draw.random() < 0.5
        )
    return rows


@pytest.mark.parametrize("seed", range(12))
def test_parts_of_what_is_always_assembled_are_planned_alone(seed: int) -> None:
    problem = checked(two_levels(seed, turnkey=False))
    given = frame(problem)
    assert is_event(given) and not given.network.depends.any()
    # Where limits are kept apart to be explained, parts still follow their assemblies.
    assert frame(problem, tight=False).network.depends.any()
    agree(two_levels(seed, turnkey=False))


@pytest.mark.parametrize("seed", range(12))
def test_parts_of_what_may_be_bought_whole_follow_their_assemblies(seed: int) -> None:
    rows = two_levels(seed, turnkey=True)
    given = frame(checked(rows))
    kinds = {bool(offer["turnkey"]) for offer in rows["offers"] if offer["item"] == "i1"}
    parts = {row["child"] for row in rows["bom"] if row["parent"] == "i1"} if kinds == {True, False} else set()
    follows = given.network.depends
    assert {name for name, some in zip(given.problem.items.item, follows, strict=True) if some} == parts
    agree(rows)
