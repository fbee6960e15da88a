"""Leaving today's awards: a case to check on paper, brute force over which items change, and what cannot stay."""

from __future__ import annotations

from itertools import combinations

from secondsource.advice.switching import Switching, switching
from secondsource.solver.highs import Limits
from tests.advice.test_dependence import holds
from tests.optimise.tiny import Rows, checked
from tests.oracles.plain import solve

EXACT = Limits(gap=0.0)

# Today Old has all of three items at 10. New asks 8, 9 and 9.5 for 100 each: 200, 100 and 50 less; leaving Old costs
# 30, 80 and 60.
PRICES, LEAVING = {"a": 8, "b": 9, "c": 9.5}, {"a": 30, "b": 80, "c": 60}


def case() -> Rows:
    offers = [{"offer": f"old {i}", "item": i, "supplier": "Old", "unit_price": 10} for i in PRICES]
    offers += [{"offer": f"new {i}", "item": i, "supplier": "New", "unit_price": price} for i, price in PRICES.items()]
    return {
        "settings": [{"name": "failures", "value": 0}],
        "items": [{"item": item, "demand": 100} for item in PRICES],
        "suppliers": [{"supplier": "Old"}, {"supplier": "New"}],
        "offers": offers,
        "incumbents": [{"item": i, "supplier": "Old", "share": 1, "switch_cost": cost} for i, cost in LEAVING.items()],
    }


def answered(rows: Rows) -> Switching:
    return switching(checked(rows), EXACT)


def test_worth_is_net_of_switching_and_the_best_change_comes_first() -> None:
    found = answered(case())
    assert holds(found.worth, (200 - 30) + (100 - 80), 3000)
    assert [[item for item, _shares in step.items] for step in found.steps] == [["a"], ["a", "b"]]
    assert holds(found.steps[0].worth, 170, 3000) and holds(found.steps[1].worth, 190, 3000)
    assert [float(step.switching) for step in found.steps] == [30, 110]


def test_each_step_is_the_best_choice_of_so_many_items() -> None:
    rows = case()
    found = answered(rows)
    for step in found.steps:
        costs = []
        for changed in combinations(PRICES, step.changes):
            fixed = [
                {"rule": item, "measure": "share", "item": item, "supplier": "Old", "low": 1}
                for item in PRICES
                if item not in changed
            ]
            costs.append(solve({**rows, "rules": fixed}).cost)
        assert holds(step.worth, float(found.today.cost or 0) - min(costs), 3000)


def test_nothing_is_said_to_be_worth_where_nothing_can_be_saved() -> None:
    rows = case()
    rows["offers"] = rows["offers"][:3]
    found = answered(rows)
    assert not found.worth.is_distinguishable
    assert all(not step.worth.is_distinguishable for step in found.steps)


def test_what_cannot_stay_is_named_and_changes_in_every_plan() -> None:
    rows = case()
    rows["offers"][0]["capacity"] = 40
    found = answered(rows)
    assert found.cannot_stay == ("a",)
    # b and c stay: a costs 800 with New and 30 for leaving.
    assert float(found.today.cost or 0) == 800 + 1000 + 1000 + 30
    assert holds(found.worth, 20, 3000)


def test_without_incumbents_there_is_nothing_to_leave() -> None:
    rows = case()
    del rows["incumbents"]
    assert answered(rows).kept == () and answered(rows).steps == ()
