"""Linear programs that grow, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from secondsource.solver.linear import GrowingProgram


def test_a_column_that_joins_lowers_the_cost_and_the_prices_follow() -> None:
    # One row, x = 1: the only column costs 10; a second one costs 4.
    program = GrowingProgram(np.ones(1), np.ones(1), money=10.0)
    one, nought = np.ones(1), np.zeros(1, dtype=np.int64)
    program.add_columns(np.array([10.0]), nought, nought, one)
    assert program.cost() == pytest.approx(10.0)
    assert program.point().price.tolist() == pytest.approx([10.0])
    program.add_columns(np.array([4.0]), nought, nought, one, limit=0.25)
    assert program.cost() == pytest.approx(0.25 * 4 + 0.75 * 10)
    now = program.point()
    assert now.x.tolist() == pytest.approx([0.75, 0.25]) and now.reduced.tolist() == pytest.approx([0.0, -6.0])
    program.limit(np.array([1]), np.inf)
    assert program.cost() == pytest.approx(4.0)


def test_what_fits_nowhere_costs_infinitely_much() -> None:
    program = GrowingProgram(np.ones(1), np.ones(1), money=1.0)
    nought = np.zeros(1, dtype=np.int64)
    program.add_columns(np.ones(1), nought, nought, np.ones(1), limit=0.5)
    assert program.cost() == np.inf
