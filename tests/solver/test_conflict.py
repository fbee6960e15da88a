"""The smallest conflict of a program, held against every subset of its groups."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from secondsource.solver.conflict import relaxed_alone, relaxed_together, smallest_conflict
from secondsource.solver.highs import Limits, solve
from secondsource.solver.program import Program, ProgramBuilder

SECONDS = 60.0


def random_program(seed: int) -> Program:
    """Up to seven limits on four quantities, one of them whole, most of which cannot hold together."""
    random = np.random.default_rng(seed)
    build = ProgramBuilder()
    x = build.add_columns("x", 4, upper=10, cost=[1.0, 2.0, 3.0, 4.0], whole=[False, False, False, True])
    for limit in range(int(random.integers(3, 8))):
        entries = random.integers(-3, 4, 4).astype(float)
        side = float(random.integers(-12, 13))
        low, high = (side, np.inf) if random.random() < 0.5 else (-np.inf, side)
        (row,) = build.add_rows("limit", 1, lower=low, upper=high, limits=limit)
        build.add_entries(np.full(4, row), x, entries)
    return build.build()


def holds(program: Program, groups: tuple[int, ...]) -> bool:
    """Whether the groups can hold together."""
    others = np.ones(len(program.groups), dtype=np.bool_)
    others[list(groups)] = False
    return solve(program.without(others), Limits()).outcome != "infeasible"


def size_of_smallest(program: Program) -> int:
    """How many groups the smallest conflict has, by trying all."""
    count = len(program.groups)
    return next(
        size
        for size in range(1, count + 1)
        if any(not holds(program, each) for each in combinations(range(count), size))
    )


@pytest.mark.parametrize("first", range(0, 120, 40))
def test_the_conflict_found_is_a_conflict_and_none_is_smaller(first: int) -> None:
    tried = 0
    for seed in range(first, first + 40):
        program = random_program(seed)
        if holds(program, tuple(range(len(program.groups)))):
            continue
        tried += 1
        conflict = smallest_conflict(program, SECONDS)
        assert conflict.smallest
        assert not holds(program, conflict.groups), seed
        assert len(conflict.groups) == size_of_smallest(program), seed
    assert tried > 5


def shelf(low: float, high: float) -> Program:
    """Two boards of at least `low` together on a shelf of `high`; the first costs 1 a metre, the second 5."""
    build = ProgramBuilder()
    x = build.add_columns("board", 2, cost=[1.0, 5.0], upper=100)
    (need,) = build.add_rows("need", 1, lower=low, limits=0)
    (shelf_row,) = build.add_rows("shelf", 1, upper=high, limits=0)
    (first,) = build.add_rows("first", 1, upper=2, limits=0)
    build.add_entries([need, need, shelf_row, shelf_row, first], x[[0, 1, 0, 1, 0]], 1.0)
    return build.build()


def test_a_limit_gives_by_no_more_than_it_must_and_then_the_plan_is_the_cheapest() -> None:
    program = shelf(low=10, high=7)
    assert smallest_conflict(program, SECONDS).groups == (0, 1)
    answer = relaxed_alone(program, program.groups.index(("shelf", 0)), SECONDS)
    assert answer is not None
    slacks, cheapest = answer
    assert slacks == pytest.approx([0, -3, 0], rel=2e-6)
    assert cheapest.cost == pytest.approx(2 * 1 + 8 * 5, rel=1e-5)
    assert relaxed_alone(program, program.groups.index(("first", 0)), SECONDS) is None


def test_where_no_single_limit_helps_several_give_together() -> None:
    build = ProgramBuilder()
    x = build.add_columns("x", 2, upper=10)
    rows = build.add_rows("low", 2, lower=[4.0, 6.0], limits=[0, 1])
    tops = build.add_rows("high", 2, upper=[3.0, 4.0], limits=[0, 1])
    build.add_entries(np.r_[rows, tops], np.r_[x, x], 1.0)
    program = build.build()
    assert all(relaxed_alone(program, group, SECONDS) is None for group in range(4))
    answer = relaxed_together(program, SECONDS)
    assert answer is not None
    slacks, groups, _cheapest = answer
    assert len(groups) == 2
    assert np.abs(slacks[[0, 2]]).sum() == pytest.approx(1, abs=1e-5)
    assert np.abs(slacks[[1, 3]]).sum() == pytest.approx(2, abs=1e-5)
