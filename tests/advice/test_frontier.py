"""The frontier of cost and exposure: a case to check on paper, and properties."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secondsource.advice.frontier import Exposure, Frontier, frontier
from secondsource.solver.highs import Limits
from tests.optimise.tiny import Rows, checked, lamps, offer
from tests.oracles.generate import random_problem

EXACT = Limits(gap=0.0)


def case() -> Rows:
    """100 lamps without backups: Ada 10 fails with 0.1, Bea 10.5 with 0.2, Cem 12 never; a missing lamp costs 20."""
    rows = lamps(
        offer("Ada", 10),
        offer("Bea", "10.5"),
        offer("Cem", 12),
        items=[{"item": "lamp", "demand": 100, "shortage_cost": 4, "backups": 0}],
        suppliers=[
            {"supplier": "Ada", "failure_probability": "0.1"},
            {"supplier": "Bea", "failure_probability": "0.2"},
            {"supplier": "Cem"},
        ],
    )
    return rows


def drawn(exposure: Exposure, steps: int = 3) -> Frontier:
    return frontier(checked(case()), EXACT, exposure, steps=steps)


def test_less_expected_loss_is_bought_from_the_one_that_does_not_fail() -> None:
    # All with Ada: 1000 + 0.1 × 100 × 4 = 1040. Half as much loss: 50 with Cem, 500 + 600 + 20. None: 1200.
    points = [(float(p.expected_loss), float(p.cost.high)) for p in drawn("expected loss").points]
    assert points == [
        pytest.approx((40, 1040)),
        pytest.approx((20, 1120), rel=1e-5),
        pytest.approx((0, 1200), abs=1e-3),
    ]


def test_a_smaller_worst_failure_is_bought_by_spreading() -> None:
    # All with Ada loses 400; at most 200: 50 with Ada and 50 with Bea, 500 + 525 + 0.1 × 200 + 0.2 × 200 = 1085, which
    # is cheaper than 50 with Cem (1120).
    points = [(float(p.worst_failure), float(p.cost.high)) for p in drawn("worst failure").points]
    assert points[:2] == [pytest.approx((400, 1040)), pytest.approx((200, 1085), rel=1e-5)]
    assert points[2] == pytest.approx((0, 1200), abs=1e-2)


@settings(max_examples=15)
@given(st.integers(0, 9_999), st.sampled_from(["expected loss", "worst failure"]))
def test_less_exposure_never_costs_less_and_each_point_keeps_to_its_limit(seed: int, exposure: Exposure) -> None:
    points = frontier(checked(random_problem(seed)), EXACT, exposure, steps=3).points
    for before, after in pairwise(points):
        assert after.limit is not None
        kept = after.expected_loss if exposure == "expected loss" else after.worst_failure
        assert float(kept) <= float(after.limit) * (1 + 1e-5) + 1e-3
        assert float(after.cost.high) >= float(before.cost.low) - 1e-6 * abs(float(before.cost.low)) - 1e-4
