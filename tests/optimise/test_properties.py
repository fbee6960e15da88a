"""What must hold for every problem: properties over random problems, and plans with one thing changed in them."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from math import inf
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import secondsource
from secondsource.problem.plan import Exposure, Hire, Plan
from tests.oracles.generate import random_problem

from .tiny import Rows, checked, lamps, offer, planned

EXAMPLES = settings(max_examples=40)
SEEDS = st.integers(min_value=0, max_value=9_999)
RELATIVE = 5e-6
"""Two plans may each lie a millionth above the best; a few more for quantities just short of a break."""


def least_cost(rows: Rows) -> float:
    """The cost of the best plan, infinite where there is none."""
    plan = secondsource.plan(checked(rows), threads=1)
    assert plan.status in ("optimal", "infeasible")
    return inf if plan.cost is None else float(plan.cost)


def no_dearer(one: float, other: float) -> bool:
    """Whether `one` costs no more than `other`, rounding aside."""
    return one <= other + RELATIVE * abs(other) + 1e-4 if other < inf else True


@EXAMPLES
@given(SEEDS, st.integers(0, 99))
def test_one_more_offer_never_costs_more(seed: int, which: int) -> None:
    rows = random_problem(seed)
    # Leaving out an offer is the other way round. An item with fewer risk groups is planned for fewer failures, and
    # one without a price for its shortage is then cheaper: FORMAT.md, "What a plan is", 3 and 4. So nothing may fail.
    rows["settings"] = [row for row in rows["settings"] if row["name"] != "failures"] + [
        {"name": "failures", "value": 0}
    ]
    for item in rows["items"]:
        item["backups"] = 0
    fewer = deepcopy(rows)
    gone = fewer["offers"].pop(which % len(fewer["offers"]))["offer"]
    for table in ("price_breaks", "staffing"):
        if table in fewer:
            fewer[table] = [row for row in fewer[table] if row["offer"] != gone]
    assert no_dearer(least_cost(rows), least_cost(fewer))


@EXAMPLES
@given(SEEDS, st.sampled_from(["share", "quantity", "spend", "suppliers"]), st.integers(0, 99), st.booleans())
def test_one_more_rule_never_costs_less(seed: int, measure: str, which: int, least: bool) -> None:
    rows = random_problem(seed)
    supplier = rows["suppliers"][which % len(rows["suppliers"])]["supplier"]
    limit = {"share": 0.3, "quantity": 20, "spend": 500, "suppliers": 1}[measure]
    rule = {"rule": "one more", "measure": measure, "supplier": supplier, "low" if least else "high": limit}
    assert no_dearer(least_cost(rows), least_cost({**rows, "rules": [*rows.get("rules", ()), rule]}))


@EXAMPLES
@given(SEEDS)
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    rows = random_problem(seed)
    mixed = {table: Random(seed + 1).sample(lines, len(lines)) for table, lines in rows.items()}
    one, other = least_cost(rows), least_cost(mixed)
    assert no_dearer(one, other) and no_dearer(other, one)


MONEY = {
    "items": ("defect_cost", "shortage_cost"),
    "suppliers": ("fixed_cost",),
    "offers": ("unit_price", "fixed_cost", "backup_fee", "backup_unit_price"),
    "price_breaks": ("unit_price",),
    "packages": ("price",),
    "rebates": ("from_spend",),
    "lanes": ("cost_per_unit", "cost_per_kg"),
    "incumbents": ("switch_cost",),
    "roles": ("hourly_wage", "hire_cost"),
}
"""Columns that hold money; so do the limits of rules on spend."""


def dearer(rows: Rows, factor: int) -> Rows:
    """The problem with all money multiplied."""
    scaled = deepcopy(rows)
    columns = [(row, name) for table, names in MONEY.items() for row in scaled.get(table, ()) for name in names]
    columns += [(row, name) for row in scaled.get("rules", ()) if row["measure"] == "spend" for name in ("low", "high")]
    for row, name in columns:
        if row.get(name) not in (None, ""):
            row[name] = Decimal(str(row[name])) * factor
    return scaled


@EXAMPLES
@given(SEEDS, st.sampled_from([7, 1000]))
def test_when_all_money_is_multiplied_so_is_the_cost(seed: int, factor: int) -> None:
    rows = random_problem(seed)
    once, scaled = least_cost(rows), least_cost(dearer(rows, factor)) / factor
    assert no_dearer(once, scaled) and no_dearer(scaled, once)


@EXAMPLES
@given(SEEDS, st.sampled_from(["failure_probability", "recovery_share"]), st.integers(0, 99))
def test_more_risk_never_lowers_the_cost(seed: int, column: str, which: int) -> None:
    rows = random_problem(seed)
    riskier = deepcopy(rows)
    supplier = riskier["suppliers"][which % len(riskier["suppliers"])]
    value = supplier.get(column)
    known = Decimal(str(value)) if value not in (None, "") else Decimal(column == "recovery_share")
    supplier[column] = (1 + known) / 2
    assert no_dearer(least_cost(rows), least_cost(riskier))


# A plan with one thing changed in it is refused.


CASE = lamps(
    offer("Ada", 10, capacity=80),
    offer("Bea", 12, backup_fee=1, multiple=5),
    offer("Cem", 15, backup_fee=2),
    offer("Dov", 9),
    settings={"failures": 1},
    suppliers=[
        {"supplier": "Ada"},
        {"supplier": "Bea"},
        {"supplier": "Cem", "capacity": 100},
        {"supplier": "Dov", "excluded": True},
    ],
    items=[{"item": "lamp", "demand": 100, "min_share": 0.1}],
)
"""Ada 80, Bea 20; Cem is booked for Bea's 20, and Bea for the 60 that Ada's 80 need beside them."""


def moved(plan: Plan, quantities: dict[str, int]) -> Plan:
    """The plan with other awards, and flows to match."""
    awards = tuple(replace(award, quantity=Decimal(quantities[award.offer])) for award in plan.awards)
    flows = tuple(replace(flow, quantity=Decimal(quantities[flow.offer])) for flow in plan.flows)
    return replace(plan, awards=awards, flows=flows)


def given_to(plan: Plan, name: str) -> Plan:
    """The plan with Bea's award given to another supplier, whose offers are named after it."""
    awards = tuple(replace(a, offer=name, supplier=name) if a.offer == "Bea" else a for a in plan.awards)
    flows = tuple(replace(flow, offer=name) if flow.offer == "Bea" else flow for flow in plan.flows)
    return replace(plan, awards=awards, flows=flows)


def booked(plan: Plan, **quantities: int) -> Plan:
    """The plan with other quantities booked."""
    return replace(plan, backups=tuple(replace(b, quantity=Decimal(quantities[b.offer])) for b in plan.backups))


TAMPERINGS: dict[str, tuple[Callable[[Plan], Plan], str]] = {
    "too little": (lambda plan: moved(plan, {"Ada": 75, "Bea": 20}), "lamp needs 100 to 100"),
    "too much": (lambda plan: moved(plan, {"Ada": 80, "Bea": 25}), "lamp needs 100 to 100"),
    "above a capacity": (lambda plan: moved(plan, {"Ada": 85, "Bea": 15}), "above its capacity of 80"),
    "no multiple": (lambda plan: moved(plan, {"Ada": 78, "Bea": 22}), "not in multiples of 5"),
    "below a share": (lambda plan: moved(plan, {"Ada": 95, "Bea": 5}), "outside 0.1 to"),
    "excluded": (lambda plan: given_to(plan, "Dov"), "Dov is excluded"),
    "another way": (lambda plan: replace(plan, flows=plan.flows[:1]), "but 0 travel from it"),
    "no backups": (lambda plan: replace(plan, backups=()), "but only 0 are booked elsewhere"),
    "backup dropped": (lambda plan: replace(plan, backups=plan.backups[:1]), "are booked elsewhere"),
    "backup too small": (lambda plan: booked(plan, Bea=59, Cem=20), "but only"),
    "backup above a capacity": (lambda plan: booked(plan, Bea=60, Cem=101), "above its capacity of 100"),
    "two cents less": (
        lambda plan: replace(plan, cost=(plan.cost or Decimal(0)) - Decimal("0.02")),
        "the plan says that it costs",
    ),
    "a part misstated": (
        lambda plan: replace(plan, breakdown={**plan.breakdown, "backup_fees": Decimal(0)}),
        "backup_fees is",
    ),
    "bound above the cost": (lambda plan: replace(plan, bound=(plan.cost or Decimal(0)) + 1), "lies above the cost"),
    "a share misstated": (
        lambda plan: replace(plan, awards=(replace(plan.awards[0], share=Decimal("0.5")), *plan.awards[1:])),
        "is 0.8 of the need, not 0.5",
    ),
    "said to be our own": (
        lambda plan: replace(plan, awards=(replace(plan.awards[0], own=True), *plan.awards[1:])),
        "wrong on whether Ada is our own",
    ),
    "the gap misstated": (lambda plan: replace(plan, gap=Decimal("0.5")), "the gap is 0, not 0.5"),
    "called infeasible": (lambda plan: replace(plan, status="infeasible"), "but decides something"),
    "an exposure invented": (
        lambda plan: replace(plan, exposures=(Exposure("lamp", "Ada", Decimal(80), "no backup"),)),
        "Ada is no exposure of lamp",
    ),
    "an award of another supplier": (
        lambda plan: replace(plan, awards=(replace(plan.awards[0], supplier="Cem"), *plan.awards[1:])),
        "awards Ada, supplier is Ada, not Cem",
    ),
    "an award's cost misstated": (
        lambda plan: replace(plan, awards=(replace(plan.awards[0], cost=Decimal(700)), *plan.awards[1:])),
        "awards Ada, cost is 800.000000, not 700",
    ),
    "a backup that covers its own supplier": (
        lambda plan: replace(plan, backups=(replace(plan.backups[0], covers=("Ada", "Bea")), *plan.backups[1:])),
        "the backup of offer Bea does not cover Bea",
    ),
    "people invented": (
        lambda plan: replace(plan, hires=(Hire("Ada", "tester", Decimal(1), Decimal(1), Decimal(0)),)),
        "hires Ada, tester: nothing in the plan comes to it",
    ),
    "a need misstated": (lambda plan: replace(plan, needs={"lamp": Decimal(90)}), "needs lamp is 100, not 90"),
    "a failure left out": (
        lambda plan: replace(plan, failures=plan.failures[1:]),
        "the plan leaves it out",
    ),
    "a failure that costs nothing": (
        lambda plan: replace(plan, failures=(replace(plan.failures[0], lost={"lamp": Decimal(1)}),)),
        "not 1",
    ),
    "another discount rate": (
        lambda plan: replace(plan, settings={**plan.settings, "discount_rate": "0.5"}),
        "discount_rate is 0, not 0.5",
    ),
    "another currency": (lambda plan: replace(plan, currency="USD"), "currency is EUR, not USD"),
    "another problem": (lambda plan: replace(plan, problem_sha256="0" * 64), "made for another problem"),
}


def test_the_plan_that_is_tampered_with_is_sound_to_begin_with() -> None:
    plan = planned(CASE)
    assert {award.offer: int(award.quantity) for award in plan.awards} == {"Ada": 80, "Bea": 20}
    assert {booking.offer: int(booking.quantity) for booking in plan.backups} == {"Bea": 60, "Cem": 20}
    assert plan.cost == 80 * 10 + 20 * 12 + 60 * 1 + 20 * 2


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_plan_that_was_tampered_with_is_refused(name: str) -> None:
    tamper, said = TAMPERINGS[name]
    faults = [str(fault) for fault in secondsource.verify(checked(CASE), tamper(planned(CASE))).faults]
    assert any(said in fault for fault in faults), faults


def test_a_plan_that_names_what_the_problem_lacks_is_invalid() -> None:
    stranger: Any = given_to(planned(CASE), "Eve")
    with pytest.raises(secondsource.InvalidInput, match="Eve"):
        secondsource.verify(checked(CASE), stranger)
