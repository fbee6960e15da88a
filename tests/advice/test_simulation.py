"""What a plan may lose: against the plan's own figures, and what each backup is worth."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secondsource.advice.hazards import hazards_of, mixing
from secondsource.advice.simulation import simulated, without_booking, without_causes
from secondsource.errors import InvalidInput
from secondsource.optimise.replan import stand
from secondsource.problem.read import from_rows
from secondsource.problem.risks import risks_from_rows
from secondsource.problem.tables import Problem
from secondsource.risk.simulate import simulate
from secondsource.solver.highs import Limits
from tests.oracles.generate import random_problem
from tests.risk.test_reliability import TODAY

EXACT = Limits(gap=0.0)


def cases(probability: float = 0.1, fee: float = 0.5, takeover: float = 13, **tables: Any) -> Problem:
    """100 cases from A for 10; B (12) or C (15) stand by; a case that nobody delivers costs 40."""
    rows: dict[str, Any] = {
        "items": [{"item": "case", "demand": 100, "shortage_cost": 40}],
        "suppliers": [
            {"supplier": "A", "failure_probability": probability, "recovery_share": 0.25, "site": "a"},
            {"supplier": "B", "site": "b"},
            {"supplier": "C", "site": "b"},
        ],
        "sites": [{"site": "a", "country": "JP"}, {"site": "b", "country": "DE"}],
        "offers": [
            {"offer": "a", "item": "case", "supplier": "A", "unit_price": 10},
            {
                "offer": "b",
                "item": "case",
                "supplier": "B",
                "unit_price": 12,
                "backup_fee": fee,
                "backup_unit_price": takeover,
            },
            {"offer": "c", "item": "case", "supplier": "C", "unit_price": 15, "backup_fee": 1},
        ],
        "lanes": [{"origin": "a", "destination": "b"}, {"origin": "b", "destination": "a"}],
        **tables,
    }
    return from_rows(rows, today=TODAY)


def test_the_expected_loss_is_the_plans_own_where_failures_come_one_by_one() -> None:
    base = stand(cases(), EXACT)
    found = simulated(base, None, EXACT, trials=200_000)
    assert found.planned == pytest.approx(7.5)
    assert abs(found.expected - found.planned) < 4 * found.standard_error
    assert found.unharmed == pytest.approx(0.9, abs=0.01)
    assert found.independent == found.levels[-1].tail_mean  # no common causes were read


def test_no_disruptions_leave_the_cheapest_sole_source_and_no_loss() -> None:
    """Tomlin's first limit (2006, Management Science 52(5)): without disruptions nobody pays for a second source."""
    sure = cases(probability=0, items=[{"item": "case", "demand": 100, "shortage_cost": 40, "backups": 0}])
    base = stand(sure, EXACT)
    assert [(each.supplier, float(each.quantity)) for each in base.plan.awards] == [("A", 100.0)]
    assert base.plan.backups == ()
    assert simulated(base, None, EXACT, trials=10_000).levels[-1].tail_mean == 0


def test_a_free_flexible_backup_backs_all_of_it() -> None:
    """His second: a backup that costs nothing extra takes everything over, and nothing is lost."""
    base = stand(cases(fee=0, takeover=10), EXACT)
    assert [(each.supplier, float(each.quantity)) for each in base.plan.backups] == [("B", 100.0)]
    found = simulated(base, None, EXACT, trials=20_000)
    assert found.levels[-1].tail_mean == pytest.approx(0, abs=1e-9) and found.shortage_probability == 0


@settings(max_examples=15)
@given(st.integers(0, 2000))
def test_a_backup_is_never_worth_less_than_nothing(seed: int) -> None:
    base = stand(from_rows(random_problem(seed), today=TODAY), EXACT)
    for booking in base.plan.backups[:3]:
        other, value = without_booking(base, base.problem.offers.position[booking.offer], EXACT)
        assert value.low >= 0
        if other.plan.cost is not None and base.plan.cost is not None:
            assert other.plan.cost >= base.plan.cost - abs(base.plan.cost) * Decimal("1e-6")


def test_where_no_other_backup_will_do_the_item_is_planned_without() -> None:
    only = cases(offers=[
        {"offer": "a", "item": "case", "supplier": "A", "unit_price": 10},
        {"offer": "b", "item": "case", "supplier": "B", "unit_price": 12, "backup_fee": 0.5, "backup_unit_price": 13,
         "backup_only": "true"},
    ])  # fmt: skip
    (worth,) = simulated(stand(only, EXACT), None, EXACT, trials=50_000).backups
    # Without: 0.1 × 0.25 × 100 × 40 = 100 of shortages, against 50 of fees and 7.5 of takeovers.
    assert worth.value.is_endless and worth.unprotected is not None
    assert float(worth.unprotected.middle) == pytest.approx(100 - 57.5, abs=1e-4)
    assert worth.tail == pytest.approx(0.25 * 100 * 40 - 75)
    assert worth.shortage == pytest.approx(0.1, abs=0.01)
    assert worth.fee == 50


def test_a_common_cause_makes_the_tail_worse_and_leaves_the_mean_of_each_failure() -> None:
    problem = cases(suppliers=[
        {"supplier": "A", "failure_probability": 0.1, "recovery_share": 0.25, "site": "a"},
        {"supplier": "B", "failure_probability": 0.1, "recovery_share": 0.25, "site": "b"},
        {"supplier": "C", "site": "b"},
    ])  # fmt: skip
    risks = risks_from_rows(
        {"common_causes": [{"cause": "storm", "probability": 0.1, "hits": 0.9, "country": "JP; DE"}]}, problem
    )
    base = stand(problem, EXACT)
    found = simulated(base, risks, EXACT, trials=100_000)
    assert found.levels[-1].tail_mean > found.independent + 100
    hazards = hazards_of(base, risks).hazards
    assert without_causes(hazards).probability == pytest.approx(hazards.probability)
    with_causes, without = (simulate(each, 100_000).failed.mean() for each in (hazards, without_causes(hazards)))
    assert with_causes == pytest.approx(without, rel=0.03)


def test_a_cause_that_reaches_nobody_and_one_that_reaches_too_far_are_told() -> None:
    problem = cases()
    rows = [{"cause": "rust", "probability": 0.5, "supplier": "A"}, {"cause": "frost", "probability": 0.1, "site": "b"}]
    base = stand(problem, EXACT)
    risks = risks_from_rows({"common_causes": [rows[0], {**rows[1], "site": "", "supplier": "C"}]}, problem)
    warnings = [str(each) for each in hazards_of(base, risks).warnings]
    assert any(each.startswith("A:") for each in warnings) and any(each.startswith("frost:") for each in warnings)


@settings(max_examples=10)
@given(st.integers(0, 2000))
def test_the_simulated_loss_is_not_far_above_the_plans_own(seed: int) -> None:
    """The plan adds every item up by itself; of several lacks at once the simulation takes the dearest."""
    base = stand(from_rows(random_problem(seed), today=TODAY), EXACT)
    if base.decisions is None:
        return
    found = simulated(base, None, EXACT, trials=40_000, backups=False)
    together = found.planned + 5 * found.standard_error + 1e-6
    assert found.expected <= together * 1.1


def test_correlations_that_are_singular_still_have_a_root() -> None:
    for matrix in (np.eye(3), np.ones((3, 3)), np.array([[1, -1.0, 0], [-1, 1, 0], [0, 0, 1]])):
        root = mixing(matrix)
        assert root @ root.T == pytest.approx(matrix)
        assert np.triu(root, 1) == pytest.approx(0)


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ({"common_causes": [{"cause": "x", "probability": 1.5, "supplier": "A"}]}, "probability"),
        ({"common_causes": [{"cause": "x", "probability": 0.5, "country": "CN"}]}, "is not in sites"),
        ({"common_causes": [{"cause": "x", "probability": 0.5}]}, "reaches nobody"),
        ({"drivers": [{"driver": "d", "moves": "weather", "spread": 0.1}]}, "moves"),
        ({"drivers": [{"driver": "d", "moves": "currency", "spread": 0.1}]}, "currencies"),
        ({"drivers": [{"driver": "d", "moves": "price", "spread": 0.1, "item": "casse"}]}, "did you mean 'case'?"),
        ({"drivers": [{"driver": "d", "moves": "price", "spread": 0.1}],
          "correlations": [{"first": "d", "second": "d", "correlation": 0.5}]}, "another driver"),
        ({"stocks": [{"item": "case", "quantity": -1}]}, "quantity"),
        ({"stokcs": []}, "did you mean 'stocks'?"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_risks_is_said(tables: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        risks_from_rows(tables, cases())
    assert said in str(refused.value)


def test_correlations_that_contradict_each_other_are_refused() -> None:
    drivers = [{"driver": name, "moves": "price", "spread": 0.1} for name in "abc"]
    pairs = [("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9)]
    rows = [{"first": one, "second": other, "correlation": value} for one, other, value in pairs]
    with pytest.raises(InvalidInput, match="contradict"):
        risks_from_rows({"drivers": drivers, "correlations": rows}, cases())
