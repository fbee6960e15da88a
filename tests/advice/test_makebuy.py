"""Make or buy: equal to the plan on one item, to brute force for break-even, to other libraries for money over time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, pairwise
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import numpy_financial
import pytest

import secondsource
from secondsource.advice.makebuy import MakeBuy, make_or_buy, make_or_buy_item
from secondsource.advice.study_problem import problem_of_makebuy
from secondsource.costing import capital
from secondsource.costing.breakeven import break_evens
from secondsource.costing.work import cash_flows, in_floats, present_cost
from secondsource.costing.work_of import work_of
from secondsource.costing.work_of_item import work_of_item
from secondsource.errors import InvalidInput
from secondsource.problem.read import from_rows
from secondsource.problem.studies.makebuy import FORM
from secondsource.problem.studies.study import read_study, study_from_rows

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "make-or-buy"
TODAY = date(2026, 1, 1)


@pytest.fixture(scope="module")
def example() -> MakeBuy:
    return make_or_buy(read_study(EXAMPLE, FORM, today=TODAY))


def study(**tables: list[dict[str, Any]]) -> Any:
    return study_from_rows(tables, FORM, today=TODAY)


def one_item(random: Random) -> dict[str, list[dict[str, Any]]]:
    """A problem of one item that one supplier takes whole, with every part of cost that there is."""
    demand = random.randint(50, 400)
    suppliers, offers, breaks, rebates, roles, staffing = [], [], [], [], [], []
    for name in ("team", "beta", "gamma"):
        own = name == "team"
        suppliers.append({
            "supplier": name, "own": own, "site": name, "fixed_cost": random.randint(0, 400),
            "failure_probability": round(random.random() * 0.2, 3), "recovery_share": round(random.random(), 2),
        })  # fmt: skip
        offers.append({
            "offer": f"{name}-offer", "item": "work", "supplier": name, "unit_price": random.randint(5, 60),
            "fixed_cost": random.randint(0, 900), "defect_rate": round(random.random() * 0.1, 3),
            "payment_days": random.choice([0, 30, 60]),
            "price_break_kind": random.choice(["all_units", "incremental"]),
        })  # fmt: skip
        for start in random.sample(range(20, 380), random.randint(0, 3)):
            row = {"offer": f"{name}-offer", "from_quantity": start, "unit_price": random.randint(3, 60)}
            breaks.append(row)
        if random.random() < 0.4:
            rebates.append({"supplier": name, "from_spend": random.randint(500, 6000), "rate": 0.05})
        if own or random.random() < 0.3:
            roles.append({
                "supplier": name, "role": "worker", "hourly_wage": random.randint(10, 40), "burden_rate": 0.25,
                "hours_per_year": 1600, "in_hand": random.choice([0, 0.05, 0.2]), "hire_cost": random.randint(0, 5000),
                "ramp_months": random.randint(0, 6), "attrition_rate": round(random.random() * 0.4, 2),
            })  # fmt: skip
            staffing.append({"offer": f"{name}-offer", "role": "worker", "hours": round(random.random() * 3, 2)})
    lanes = [
        {"origin": name, "destination": "home", "cost_per_unit": random.randint(0, 3), "cost_per_kg": 0.5,
         "duty_rate": round(random.random() * 0.1, 3), "days": random.randint(0, 40)}
        for name in ("team", "beta", "gamma")
    ]  # fmt: skip
    settings = {"failures": 0, "horizon_years": random.randint(1, 5), "discount_rate": random.choice([0, 0.08, 0.12])}
    item = {
        "item": "work", "demand": demand, "site": "home", "weight_kg": 2, "max_sources": 1,
        "defect_cost": random.randint(0, 90), "shortage_cost": random.randint(0, 50),
    }  # fmt: skip
    return {
        "settings": [{"name": name, "value": str(value)} for name, value in settings.items()],
        "items": [item],
        "sites": [{"site": name} for name in ("home", "team", "beta", "gamma")],
        "suppliers": suppliers, "offers": offers, "price_breaks": breaks, "rebates": rebates, "lanes": lanes,
        "roles": roles, "staffing": staffing,
        "incumbents": [{"item": "work", "supplier": "beta", "share": 1, "switch_cost": random.randint(0, 700)}],
    }  # fmt: skip


def lamp_with_bulbs(**assembly: Any) -> Any:
    """100 lamps of two bulbs each; bulbs at 3 from Bea, at 4 from Cem."""
    lamp = {"offer": "lamp-ada", "item": "lamp", "supplier": "Ada", "unit_price": 10, **assembly}
    rows: dict[str, list[dict[str, Any]]] = {
        "items": [{"item": "lamp", "demand": 100}, {"item": "bulb", "demand": 20}, {"item": "shade"}],
        "bom": [{"parent": "lamp", "child": "bulb", "quantity": 2}],
        "suppliers": [{"supplier": name} for name in ("Ada", "Bea", "Cem")],
        "offers": [
            lamp,
            {"offer": "bulb-bea", "item": "bulb", "supplier": "Bea", "unit_price": 3},
            {"offer": "bulb-cem", "item": "bulb", "supplier": "Cem", "unit_price": 4},
            {"offer": "shade-cem", "item": "shade", "supplier": "Cem", "unit_price": 4},
        ],
    }
    return from_rows(rows, today=TODAY)


@pytest.mark.parametrize(("turnkey", "units"), [(False, 20 + 2 * 100), (True, 20)])
def test_a_part_is_asked_about_for_all_units_that_its_assemblies_may_take(turnkey: bool, units: int) -> None:
    answer = make_or_buy_item(lamp_with_bulbs(turnkey=turnkey), "bulb")
    assert answer.best == "bulb-bea" and answer.units == answer.advantage == Decimal(units)
    assert any("fewer are needed" in str(each) for each in answer.remarks) is not turnkey


def test_an_item_of_which_nothing_is_needed_is_refused_in_words() -> None:
    with pytest.raises(InvalidInput, match="nothing of shade is needed") as refused:
        make_or_buy_item(lamp_with_bulbs(), "shade")
    assert [(fault.table, fault.row, fault.column) for fault in refused.value.faults] == [("items", 3, "demand")]


@pytest.mark.parametrize("seed", range(40))
def test_on_one_item_makebuy_and_plan_agree_to_the_cent(seed: int) -> None:
    problem = from_rows(one_item(Random(seed)), today=TODAY)
    plan = secondsource.plan(problem, gap=0.0)
    answer = make_or_buy_item(problem, "work")
    costs = {each.option: each.present_value for each in answer.options}
    assert plan.status == "optimal"
    assert plan.cost is not None
    assert abs(plan.cost - costs[answer.best]) < Decimal("0.005")
    assert abs(plan.cost - costs[plan.awards[0].offer]) < Decimal("0.005")


def test_the_study_written_as_a_problem_costs_the_same(example: MakeBuy) -> None:
    plan = secondsource.plan(from_rows(problem_of_makebuy(example), today=TODAY))
    assert plan.cost is not None
    assert [award.supplier for award in plan.awards] == [example.best]
    assert abs(plan.cost - example.options[0].present_value) < Decimal("0.005")


def test_the_parts_add_up_and_so_does_the_dated_table(example: MakeBuy) -> None:
    for option in example.options:
        assert abs(sum(amount for _kind, amount in option.by_kind) - option.present_value) < Decimal("0.0001")
        flows = [flow for flow in example.flows if flow.option == option.option]
        assert abs(sum(flow.present_value for flow in flows) - option.present_value) < Decimal("0.0001")
        assert {flow.date.year - 2010 == flow.year for flow in flows} == {True}


def test_present_value_and_annual_cost_are_those_of_numpy_financial(example: MakeBuy) -> None:
    rate = float(example.discount_rate)
    for option in example.options:
        flows = np.zeros(example.years + 1)
        for flow in example.flows:
            if flow.option == option.option:
                flows[flow.year] += float(flow.amount)
        assert float(option.present_value) == pytest.approx(numpy_financial.npv(rate, flows), rel=1e-9)
        annual = -numpy_financial.pmt(rate, example.years, float(option.present_value))
        assert float(option.annual_cost) == pytest.approx(annual, rel=1e-9)


def test_money_over_time_is_that_of_numpy_financial_on_a_thousand_random_flows() -> None:
    random = np.random.default_rng(1)
    for _case in range(1000):
        rate, flows = float(random.uniform(0.001, 0.5)), random.normal(0, 1000, random.integers(2, 30))
        years = int(random.integers(1, 40))
        worth = float(random.uniform(1, 1e6))
        assert capital.net_present_value(rate, list(flows)) == pytest.approx(
            numpy_financial.npv(rate, flows), rel=1e-9, abs=1e-9
        )
        assert capital.equivalent_annual_cost(worth, rate, years) == pytest.approx(
            -numpy_financial.pmt(rate, years, worth), rel=1e-9
        )


def test_price_breaks_make_several_break_even_volumes() -> None:
    # Make: 1000 + 8 q. Buy: 10 q below 300, 9 q from 300, 7.50 q from 800. Crossings by hand: 10 q = 1000 + 8 q at 500
    # is beyond 300; 9 q = 1000 + 8 q at 1000 is beyond 800; so buying stays cheaper... with 12 / 9.50 / 7:
    # 12 q = 1000 + 8 q at 250; at 300 it falls to 2850 < 3400; 9.50 q = 1000 + 8 q at 666.67; at 800 to 5600 < 7400.
    given = study(
        options=[{"option": "make", "kind": "make"}, {"option": "buy", "kind": "buy", "unit_price": 12}],
        demand=[{"year": 1, "quantity": 100}],
        price_breaks=[
            {"option": "buy", "from_quantity": 300, "unit_price": 9.5},
            {"option": "buy", "from_quantity": 800, "unit_price": 7},
        ],
        costs=[
            {"option": "make", "cost": "set-up", "kind": "transition", "basis": "once", "amount": 1000},
            {"option": "make", "cost": "unit", "kind": "material", "basis": "per_unit", "amount": 8},
        ],
    )
    found = make_or_buy(given).break_evens
    assert [(round(float(each.units), 4), each.below, each.above, each.how) for each in found] == [
        (250, "buy", "make", "crossing"),
        (300, "make", "buy", "jump"),
        (666.6667, "buy", "make", "crossing"),
        (800, "make", "buy", "jump"),
    ]


def random_study(random: Random, learns: bool) -> Any:
    buy: dict[str, Any] = {"option": "buy", "kind": "buy", "unit_price": random.randint(8, 20)}
    buy |= {"price_break_kind": random.choice(["all_units", "incremental"])}
    buy |= {"breaks_by": random.choice(["horizon", "year"])}
    options: list[dict[str, Any]] = [{"option": "make", "kind": "make"}, buy]
    years = random.randint(1, 3)
    tables: dict[str, list[dict[str, Any]]] = {
        "settings": [{"name": "horizon_years", "value": years}, {"name": "discount_rate", "value": 0.07},
                     {"name": "tax_rate", "value": random.choice([0, 0.3])}],
        "options": options,
        "demand": [{"year": year, "quantity": random.randint(20, 200)} for year in range(1, years + 1)],
        "price_breaks": [{"option": "buy", "from_quantity": start, "unit_price": random.randint(5, 14)}
                         for start in random.sample(range(50, 900), random.randint(0, 3))],
        "costs": [{"option": "make", "cost": "fixed", "kind": "overhead", "basis": "per_year",
                   "amount": random.randint(0, 400)}],
        "people": [{"option": "make", "role": "worker", "hours_per_unit": 0.4, "hourly_wage": 20,
                    "in_hand": random.choice([0, 0.02]), "paid_anyway": random.choice([True, False]),
                    "hours_per_year": 1000, "hire_cost": 300,
                    **({"learning_rate": 0.9, "learning_kind": random.choice(["unit", "cumulative_average"])}
                       if learns else {})}],
        "equipment": [{"option": "make", "equipment": "press", "cost": random.randint(100, 900), "life_years": 2,
                       "capacity": random.randint(100, 400), "residual_value": 20}],
    }  # fmt: skip
    return study(**tables)


@pytest.mark.parametrize("seed", range(30))
def test_every_change_of_the_cheaper_option_on_a_fine_grid_has_its_break_even(seed: int) -> None:
    work = work_of(random_study(Random(seed), learns=seed % 3 == 0))
    make, buy = work.options
    found = break_evens(work, make, buy, Fraction(6))
    scales = np.linspace(0.0013, 5.9987, 1500)
    floats = work_of(random_study(Random(seed), learns=seed % 3 == 0), exact=False)
    left, right = (present_cost(floats, option, scales) for option in floats.options)
    cheaper = np.sign(left - right)
    changes = [(scales[k], scales[k + 1]) for k in np.flatnonzero(cheaper[:-1] * cheaper[1:] < 0)]
    for low, high in changes:
        assert sum(low < each.scale <= high for each in found) % 2 == 1, (low, high, found)
    for each in found:
        if each.how == "crossing":
            at = float(each.scale)
            ends = [present_cost(floats, option, np.array([at])) for option in floats.options]
            assert ends[0][0] == pytest.approx(ends[1][0], rel=1e-6)
    assert all(first.above == second.below for first, second in pairwise(found))


@pytest.mark.parametrize("seed", range(25))
def test_break_evens_of_offers_with_rebates_and_breaks_are_all_found(seed: int) -> None:
    work = work_of_item(from_rows(one_item(Random(seed)), today=TODAY), "work").work
    floats = in_floats(work)
    scales = np.linspace(0.0017, 2.9983, 1200)
    for one, other in combinations(range(len(work.options)), 2):
        found = break_evens(work, work.options[one], work.options[other], Fraction(3))
        costs = [present_cost(floats, floats.options[k], scales) for k in (one, other)]
        cheaper = np.sign(costs[0] - costs[1])
        for k in np.flatnonzero(cheaper[:-1] * cheaper[1:] < 0):
            assert sum(scales[k] < each.scale <= scales[k + 1] for each in found) % 2 == 1


def test_arrays_and_fractions_give_the_same_cost() -> None:
    for seed in range(10):
        given = random_study(Random(seed), learns=True)
        exact, floats = work_of(given), work_of(given, exact=False)
        for one, other in zip(exact.options, floats.options, strict=True):
            for scale in (Fraction(1, 3), Fraction(1), Fraction(7, 2)):
                array = present_cost(floats, other, np.array([float(scale)]))
                assert float(present_cost(exact, one, scale)) == pytest.approx(float(array[0]), rel=1e-9)


def test_a_tax_shield_is_the_tax_rate_times_what_is_written_off() -> None:
    given = study(
        settings=[{"name": "horizon_years", "value": 4}, {"name": "tax_rate", "value": 0.25}],
        options=[{"option": "make", "kind": "make"}],
        demand=[{"year": 1, "quantity": 10}],
        equipment=[{"option": "make", "equipment": "press", "cost": 1000, "life_years": 4, "residual_value": 100}],
    )
    work = work_of(given)
    tax = {flow.year: float(flow.amount) for flow in cash_flows(work, work.options[0]) if flow.kind == "tax"}
    # 250 a year written off saves 62.50; at the end the sale for 100, fully written off, is taxed with 25.
    assert tax == {1: -62.5, 2: -62.5, 3: -62.5, 4: -37.5}


def test_real_and_nominal_give_the_same_present_value_without_tax() -> None:
    rows: dict[str, list[dict[str, Any]]] = {
        "options": [{"option": "buy", "kind": "buy", "unit_price": 7}],
        "demand": [{"year": 1, "quantity": 100}],
    }
    base: list[dict[str, Any]] = [{"name": "horizon_years", "value": 5}, {"name": "discount_rate", "value": 0.06}]
    real = [*base, {"name": "discount_kind", "value": "real"}, {"name": "inflation_rate", "value": 0.04}]
    one, other = (make_or_buy(study(settings=each, **rows)).options[0].present_value for each in (base, real))
    assert abs(one - other) <= Decimal("0.000001")


def test_the_simulation_knows_the_answer_of_a_case_with_a_closed_form() -> None:
    # Buy costs 100; make is uniform in 80..140: cheaper with probability 1/3, EVPI = E[(100 - X)+] = 20^2 / (2 x 60).
    given = study(
        options=[{"option": "make", "kind": "make"}, {"option": "buy", "kind": "buy", "unit_price": 100}],
        demand=[{"year": 1, "quantity": 1}],
        costs=[{"option": "make", "cost": "unit", "kind": "material", "basis": "per_unit", "amount": 110}],
        uncertain=[
            {"table": "costs", "option": "make", "which": "unit", "figure": "amount", "low": 80, "high": 140,
             "distribution": "uniform"},
        ],
    )  # fmt: skip
    found = make_or_buy(given).simulation
    assert found is not None
    chance = {each.option: float(each.is_best) for each in found.chances}
    assert chance["make"] == pytest.approx(1 / 3, abs=0.002)
    assert float(found.everything) == pytest.approx(400 / 120, abs=0.01)
    assert float(found.figures[0][1]) == pytest.approx(400 / 120, abs=0.05)
    assert found.best == "buy"


def test_what_a_figure_is_worth_is_never_more_than_everything_and_the_same_seed_gives_the_same(
    example: MakeBuy,
) -> None:
    found = example.simulation
    assert found is not None
    assert all(worth <= found.everything for _figure, worth in found.figures)
    assert sum(float(each.is_best) for each in found.chances) == pytest.approx(1)
    again = make_or_buy(read_study(EXAMPLE, FORM, today=TODAY)).simulation
    assert again == found


def test_the_tornado_moves_one_figure_and_names_the_one_that_turns_the_decision(example: MakeBuy) -> None:
    assert example.tornado[0].figure == "contract / unit_price"
    turning = {each.figure for each in example.tornado if min(each.at_low, each.at_high) < 0}
    assert "contract / unit_price" in turning
    flat = next(each for each in example.tornado if each.figure.startswith("home"))
    assert flat.at_low == flat.at_high == example.advantage


def test_an_option_without_the_capacity_is_shown_and_not_chosen() -> None:
    answer = make_or_buy(
        study(
            options=[
                {"option": "small", "kind": "buy", "unit_price": 1, "capacity": 99},
                {"option": "large", "kind": "buy", "unit_price": 2},
            ],
            demand=[{"year": 1, "quantity": 100}],
        )
    )
    assert answer.best == "large"
    assert [str(each.cannot) for each in answer.options if each.cannot] == [
        "it can deliver 99 units a year, of the 100 needed"
    ]
    assert [(float(each.low), each.option) for each in answer.regions] == [(0, "small"), (99, "large")]
