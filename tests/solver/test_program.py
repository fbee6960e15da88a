"""Programs as arrays, and what HiGHS makes of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from secondsource.solver.highs import Limits, Progress, solve
from secondsource.solver.program import Program, ProgramBuilder


def knapsack(scale: float = 1.0, money: float = 1.0) -> Program:
    """Three things of weight 3, 4, 5 and worth 4, 5, 6 into a bag of 7, the last divisible; weights in any unit."""
    build = ProgramBuilder()
    whole = build.add_columns("whole", 2, upper=1, whole=True, cost=[-4 * money, -5 * money])
    part = build.add_columns("part", 1, upper=scale, cost=-6 * money / scale, scale=scale)
    (bag,) = build.add_rows("bag", 1, upper=7 * scale, limits=0)
    build.add_entries(np.full(2, bag), whole, np.array([3.0, 4.0]) * scale)
    build.add_entries([bag], part, 5.0)
    return build.build()


def test_entries_of_one_place_add_up_and_zeros_are_dropped() -> None:
    build = ProgramBuilder()
    x = build.add_columns("x", 3)
    rows = build.add_rows("row", 2, upper=[1.0, 2.0])
    build.add_entries(rows[[1, 0, 1, 0]], x[[2, 0, 2, 1]], [1.0, 5.0, 2.0, 0.0])
    build.add_cost(x[[0, 0, 2]], 1.5)
    program = build.build()
    assert program.shape == (2, 3)
    assert program.starts.tolist() == [0, 1, 2]
    assert program.columns.tolist() == [0, 2]
    assert program.values.tolist() == [5.0, 3.0]
    assert program.cost.tolist() == [3.0, 0.0, 1.5]
    assert program.activity(np.array([1.0, 10.0, 2.0])).tolist() == [5.0, 6.0]


def test_rows_and_columns_are_named_after_their_family() -> None:
    build = ProgramBuilder()
    build.add_columns("x", 2)
    build.add_columns("nothing", 0)
    build.add_columns("y", 2)
    build.add_rows("limit", 1)
    program = build.build()
    assert [program.column_name(k) for k in range(4)] == ["x[0]", "x[1]", "y[0]", "y[1]"]
    assert program.row_name(0) == "limit[0]"
    with pytest.raises(IndexError):
        program.row_name(1)


def test_rows_that_limit_the_same_thing_are_one_group_and_can_be_dropped_together() -> None:
    build = ProgramBuilder()
    x = build.add_columns("x", 3, cost=-1.0, upper=10)
    rows = build.add_rows("limit", 3, upper=[1.0, 2.0, 3.0], limits=[7, 4, 7])
    build.add_entries(rows, x, 1.0)
    fixed = build.add_rows("means", 1, upper=5)
    build.add_entries(fixed, x[[1]], 1.0)
    program = build.build()
    assert program.groups == (("limit", 4), ("limit", 7))
    assert program.group.tolist() == [1, 0, 1, -1]
    assert solve(program, Limits()).cost == pytest.approx(-6)
    assert solve(program.without(np.array([False, True])), Limits()).cost == pytest.approx(-10 - 2 - 10)
    assert solve(program.without(np.array([True, True])), Limits()).cost == pytest.approx(-10 - 5 - 10)


@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e6])
@pytest.mark.parametrize("money", [1e-3, 1.0, 1e7])
def test_units_of_goods_and_money_change_nothing(scale: float, money: float) -> None:
    solution = solve(knapsack(scale, money), Limits())
    assert solution.outcome == "optimal" and solution.x is not None
    # 3 + 4 fill the bag: worth 9. With the first alone and 4 / 5 of the last: 4 + 4.8.
    assert solution.cost == pytest.approx(-9 * money, rel=1e-9)
    assert solution.bound == pytest.approx(-9 * money, rel=1e-6)
    assert solution.x / [1, 1, scale] == pytest.approx([1, 1, 0], abs=1e-9)


def test_the_offset_counts_in_cost_and_bound() -> None:
    solution = solve(replace(knapsack(), offset=100.0), Limits())
    assert solution.cost == pytest.approx(91)
    assert solution.bound == pytest.approx(91)


def test_the_point_is_exact_where_the_search_is_not() -> None:
    # y opens 1e6 units for 1 of cost; a search with its tolerance on y would let a unit through for nothing.
    build = ProgramBuilder()
    x = build.add_columns("x", 1, lower=0.5, upper=1e6)
    y = build.add_columns("y", 1, upper=1, cost=1.0, whole=True)
    (row,) = build.add_rows("opens", 1, upper=0)
    build.add_entries([row, row], np.r_[x, y], [1.0, -1e6])
    solution = solve(build.build(), Limits())
    assert solution.x is not None
    assert solution.x[1] == 1.0
    assert solution.cost == pytest.approx(1.0, abs=1e-12)


def test_thrift_shrinks_what_costs_nothing_and_leaves_the_bound_alone() -> None:
    build = ProgramBuilder()
    x = build.add_columns("x", 2, upper=10, cost=[1.0, 0.0])
    (row,) = build.add_rows("together", 1, lower=4)
    build.add_entries([row, row], x, 1.0)
    solution = solve(build.build(), Limits(), thrift=np.array([0.0, 1e-3]))
    assert solution.x == pytest.approx([0, 4])
    assert solution.bound == pytest.approx(0)


def test_what_has_no_point_and_what_has_no_end_is_said() -> None:
    build = ProgramBuilder()
    x = build.add_columns("x", 1, cost=-1.0)
    assert solve(build.build(), Limits()).outcome == "unbounded"
    (row,) = build.add_rows("below nothing", 1, upper=-1)
    build.add_entries([row], x, 1.0)
    answer = solve(build.build(), Limits())
    assert (answer.outcome, answer.x, answer.cost, answer.bound) == ("infeasible", None, None, None)


def market_split() -> Program:
    """Forty subsets must split six lists in half: small, and far beyond what a search finishes in a second."""
    weights = np.random.default_rng(3).integers(1, 100, (6, 40)).astype(float)
    build = ProgramBuilder()
    chosen = build.add_columns("chosen", 40, upper=1, whole=True)
    over = build.add_columns("over", 12, cost=1.0)
    half = np.floor(weights.sum(axis=1) / 2)
    rows = build.add_rows("half", 6, lower=half, upper=half)
    build.add_entries(np.repeat(rows, 40), np.tile(chosen, 6), weights.ravel())
    build.add_entries(np.tile(rows, 2), over, np.repeat([1.0, -1.0], 6))
    return build.build()


def test_a_search_that_runs_out_of_time_has_a_point_a_bound_and_told_its_progress() -> None:
    told: list[Progress] = []
    solution = solve(market_split(), Limits(seconds=1.5), told.append)
    assert solution.outcome == "feasible"
    assert solution.cost is not None and solution.bound is not None
    assert solution.bound <= solution.cost
    assert told and all(0 <= each.seconds <= 10 for each in told)
