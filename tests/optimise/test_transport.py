"""The cheapest transport in exact numbers, held against a linear program."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog

from secondsource.optimise.transport import cheapest_transport


def by_linear_program(supplies: list[int], demands: list[int], costs: list[list[int]]) -> float:
    """Least cost of moving as much as can be moved."""
    n, m = len(supplies), len(demands)
    rows = [[float(k // m == i) for k in range(n * m)] for i in range(n)]
    columns = [[float(k % m == j) for k in range(n * m)] for j in range(m)]
    moved = min(sum(supplies), sum(demands))
    answer = linprog(
        np.ravel(costs),
        A_ub=np.array(rows + columns),
        b_ub=np.array(supplies + demands),
        A_eq=np.ones((1, n * m)),
        b_eq=[moved],
    )
    assert answer.status == 0 and answer.fun is not None
    return answer.fun


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_transport_costs_what_a_linear_program_says(first: int) -> None:
    for seed in range(first, first + 50):
        random = np.random.default_rng(seed)
        n, m = int(random.integers(1, 6)), int(random.integers(1, 5))
        supplies: list[int] = random.integers(0, 20, n).tolist()
        demands: list[int] = random.integers(0, 20, m).tolist()
        costs: list[list[int]] = random.integers(-5, 30, (n, m)).tolist()  # interest may make a way earn money
        exact = [[Fraction(each) for each in row] for row in costs]
        total, unmet = cheapest_transport([*map(Fraction, supplies)], [*map(Fraction, demands)], exact)
        assert unmet == max(0, sum(demands) - sum(supplies)), seed
        assert float(total) == pytest.approx(by_linear_program(supplies, demands, costs), abs=1e-6), seed


def test_a_later_demand_pushes_an_earlier_one_to_another_supply() -> None:
    # Cheapest first would send the first supply to the first demand; the second demand can hardly do without it.
    costs = [[Fraction(1), Fraction(2)], [Fraction(3), Fraction(100)]]
    five = [Fraction(5), Fraction(5)]
    assert cheapest_transport(five, five, costs) == (Fraction(5 * 3 + 5 * 2), Fraction(0))


def test_thirds_stay_thirds() -> None:
    third = Fraction(1, 3)
    assert cheapest_transport([third, third], [Fraction(1, 2)], [[third], [third]]) == (Fraction(1, 6), Fraction(0))
