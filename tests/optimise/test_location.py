"""Location problems planned by deciding suppliers, held against the whole program and exact transport."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import secondsource
from secondsource.optimise import planning
from secondsource.optimise.frame import frame
from secondsource.optimise.location.assign import assign
from secondsource.optimise.location.model import location
from secondsource.optimise.location.proof import certified_bound
from secondsource.optimise.transport import cheapest_transport
from secondsource.problem.plan import Branch, Certificate
from secondsource.problem.plan_json import from_json, to_json

from .test_public_instances import DATA, needs_data, numbers
from .test_public_instances import location as published
from .tiny import Rows, checked


def warehouses(seed: int, suppliers: int = 7, items: int = 12) -> Rows:
    """Linear offers of most suppliers for most items; capacities of all sizes or none; fixed costs; limited shares."""
    draw = random.Random(seed)
    demand = [draw.randint(1, 60) for _ in range(items)]
    offers: list[dict[str, Any]] = []
    for i in range(items):
        for s in draw.sample(range(suppliers), draw.randint(suppliers - 2, suppliers)):
            price = round(draw.uniform(5, 15), 2)
            offers.append({"offer": f"o{i}-{s}", "item": f"i{i}", "supplier": f"s{s}", "unit_price": price})
    limited = draw.random() < 0.8
    return {
        "settings": [{"name": "failures", "value": 0}],
        "items": [
            {"item": f"i{i}", "demand": demand[i], "max_share": draw.choice([1, 1, 1, 0.6])} for i in range(items)
        ],
        "suppliers": [
            {
                "supplier": f"s{s}",
                "fixed_cost": draw.choice([0, draw.randint(50, 900)]),
                "capacity": round(sum(demand) * draw.uniform(0.1, 0.7), 1) if limited and draw.random() < 0.9 else None,
            }
            for s in range(suppliers)
        ],
        "offers": offers,
    }


@pytest.mark.parametrize("seed", range(60))
def test_deciding_suppliers_and_the_whole_program_find_the_same_cost(seed: int) -> None:
    problem = checked(warehouses(seed))
    whole = planning.plan(problem, threads=1, method="whole")
    plan = planning.plan(problem, threads=1, method="suppliers")
    assert plan.status == whole.status
    if whole.cost is None or plan.cost is None:
        return
    assert plan.proof == "checked"
    assert float(plan.cost) == pytest.approx(float(whole.cost), rel=2e-6)
    assert planning.verify(problem, from_json(to_json(plan))).faults == ()


def test_a_problem_with_price_breaks_is_none() -> None:
    rows = warehouses(1)
    assert location(frame(checked(rows))) is not None
    rows["price_breaks"] = [{"offer": rows["offers"][0]["offer"], "from_quantity": 1, "unit_price": 3}]
    assert location(frame(checked(rows))) is None


@pytest.mark.parametrize("column", [{"min_sources": 2}, {"max_sources": 1}])
def test_a_problem_that_counts_sources_is_none(column: dict[str, int]) -> None:
    rows = warehouses(1)
    rows["items"][0].update(column)
    assert location(frame(checked(rows))) is None


@pytest.mark.parametrize("seed", range(40))
def test_items_are_assigned_as_exact_transport_does(seed: int) -> None:
    draw = np.random.default_rng(seed)
    k, n = int(draw.integers(1, 5)), int(draw.integers(1, 9))
    weight = draw.integers(1, 9, n).astype(np.float64)
    capacity = draw.integers(1, 30, k).astype(np.float64)
    unit = draw.integers(1, 30, (k, n))
    cost, shares, price = assign(unit * weight, weight, np.ones((k, n)), capacity, 1e4)
    supplies, demands = ([Fraction(int(v)) for v in side] for side in (capacity, weight))
    least, unmet = cheapest_transport(supplies, demands, [[Fraction(int(v)) for v in row] for row in unit])
    assert np.isfinite(cost) == (unmet == 0)
    if unmet == 0:
        assert cost == pytest.approx(float(least))
        assert shares.sum(axis=0) == pytest.approx(np.ones(n))
        assert (shares @ weight <= capacity + 1e-9).all()
        # The prices prove it: an item pays its price, and what it pays beyond cost is bought back by full capacity.
        gain = np.minimum(unit * weight - price, 0.0)
        bought = 0.0
        for s in range(k):
            left = capacity[s]
            for i in np.argsort(gain[s] / weight):
                bought += gain[s, i] * min(1.0, left / weight[i])
                left -= min(weight[i], left)
        assert price.sum() + bought == pytest.approx(cost)


@pytest.mark.parametrize("seed", range(20))
def test_prices_bound_every_plan_however_they_are_chosen(seed: int) -> None:
    problem = checked(warehouses(seed))
    best = planning.plan(problem, threads=1, method="whole")
    if best.cost is None:
        return
    draw = random.Random(seed)
    for _ in range(10):
        prices = {name: draw.uniform(0, 25) for name in problem.items.item}
        tree = (Branch("s0", 1, 2, -1), Branch("", -1, -1, 0), Branch("", -1, -1, 0))
        bound = certified_bound(frame(problem), Certificate({}, {}, (prices,), tree))
        assert bound is None or float(bound) <= float(best.cost) * (1 + 1e-6)


def test_a_tree_that_leaves_plans_out_proves_nothing() -> None:
    problem = checked(warehouses(3))
    plan = planning.plan(problem, threads=1, method="suppliers")
    certificate = plan.certificate
    assert certificate is not None and planning.verify(problem, plan).faults == ()
    prices = certificate.needs
    leaf = Branch("", -1, -1, 0)
    broken: tuple[tuple[Branch, ...], ...] = (
        (Branch("s0", 1, 1, -1), leaf),  # one branch twice
        (Branch("s0", 1, 7, -1), leaf),  # a branch that is not there
        (Branch("s0", 1, 2, -1), leaf, Branch("s0", 3, 4, -1), leaf, leaf),  # the same supplier again
        (Branch("nobody", 1, 2, -1), leaf, leaf),
        (Branch("", -1, -1, len(prices)),),
        (Branch("s0", 0, 1, -1), leaf),  # in a circle
    )
    for tree in broken:
        claimed = replace(plan, certificate=Certificate({}, {}, prices, tree))
        faults = [str(fault) for fault in planning.verify(problem, claimed).faults]
        assert faults == ["the certificate proves no bound"]


def test_a_bound_above_what_the_tree_proves_is_refused() -> None:
    problem = checked(warehouses(3))
    plan = planning.plan(problem, threads=1, method="suppliers")
    assert plan.bound is not None and plan.cost is not None
    low = tuple({name: 0.9 * price for name, price in prices.items()} for prices in plan.certificate.needs)  # type: ignore[union-attr]
    claimed = replace(plan, certificate=replace(plan.certificate, needs=low))  # type: ignore[type-var]
    faults = [str(fault) for fault in planning.verify(problem, claimed).faults]
    assert len(faults) == 1 and "proves a bound of" in faults[0]


def test_a_listener_stops_the_search_with_a_plan_or_leaves_it_to_the_program() -> None:
    problem = checked(warehouses(5, suppliers=25, items=40))
    plan = planning.plan(problem, threads=1, method="suppliers", progress=lambda now: True)
    assert plan.cost is not None and plan.bound is not None and plan.bound <= plan.cost
    assert planning.verify(problem, plan).faults == ()


@needs_data
@pytest.mark.prove
@pytest.mark.parametrize(("capacity", "best"), [(8000, 19240822.449), (14000, 17160439.013)])
def test_a_thousand_customers_are_planned_at_the_optimum(capacity: int, best: float, tmp_path: Any) -> None:
    text = (DATA / "orlib_cap" / "capa.txt").read_text(encoding="ascii").replace("capacity", str(capacity))
    (tmp_path / "capa.txt").write_text(text, encoding="ascii")
    assert numbers(tmp_path / "capa.txt")[:2] == ["100", "1000"]
    problem = checked(published(tmp_path / "capa.txt", capacitated=True))
    plan = secondsource.plan(problem)
    assert (plan.status, plan.proof) == ("optimal", "checked")
    assert float(plan.cost or 0) == pytest.approx(best, rel=1e-9)
    assert planning.verify(problem, plan).faults == ()
