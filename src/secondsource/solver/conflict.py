"""Why a program has no point: the smallest set of groups of rows that cannot hold together, and what each would give.

The smallest set is found by hitting sets (Ignatiev, Previti, Liffiton, Marques-Silva 2015, "Smallest MUS extraction
with minimal hitting set dualization", CP 2015, doi 10.1007/978-3-319-23219-5_13): every conflict must hit every set of
groups whose relaxation makes the program feasible; the smallest set that hits all those found so far either is a
conflict, or its complement's slacks give a further such set.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from secondsource.arrays import Floats, Integers
from secondsource.errors import SolverFailed
from secondsource.solver.highs import Limits, Solution, solve
from secondsource.solver.program import Program, ProgramBuilder

SLACK = 1e-7
"""Slack, relative to the row's size, that counts as none."""


@dataclass(frozen=True)
class Conflict:
    """Groups that cannot hold together.

    Attributes
    ----------
    groups
        Their numbers in `Program.groups`.
    smallest
        Whether no smaller conflict exists; False where time ran out, and the groups are those that the nearest
        point breaks.
    """

    groups: tuple[int, ...]
    smallest: bool


@dataclass(frozen=True)
class Elastic:
    """A program whose relaxable rows may be broken at a price.

    Attributes
    ----------
    program
        The program with a slack column for each side of each relaxable row, its cost the slack relative to the row.
    slack_row, slack_side
        Row of each slack column, and +1 where it lifts a row up to its lower side, -1 where it lets it over its upper.
    first
        Index of the first slack column.
    """

    program: Program
    slack_row: Integers
    slack_side: Floats
    first: int

    def slacks(self, x: Floats) -> Floats:
        """Return how far each row is broken, below (positive) or above (negative), in the row's units, `(rows,)`."""
        weights = self.slack_side * x[self.first :]
        sums = np.bincount(self.slack_row, weights=weights, minlength=len(self.program.row_lower))
        return sums.astype(np.float64)


def elastic(program: Program) -> Elastic:
    """Return `program` with its relaxable rows made elastic, and no cost but theirs."""
    rows = np.repeat(np.arange(len(program.row_lower)), np.diff(program.starts))
    size = np.zeros(len(program.row_lower))
    np.maximum.at(size, rows, np.abs(program.values * program.scale[program.columns]))
    size = np.where(size > 0, size, 1.0)
    relaxable = program.group >= 0
    low = np.flatnonzero(relaxable & np.isfinite(program.row_lower))
    high = np.flatnonzero(relaxable & np.isfinite(program.row_upper))
    slack_row = np.concatenate([low, high])
    side = np.concatenate([np.ones(len(low)), -np.ones(len(high))])
    n = len(program.cost)
    order = np.argsort(np.concatenate([rows, slack_row]), kind="stable")
    columns = np.concatenate([program.columns, n + np.arange(len(slack_row))])[order]
    values = np.concatenate([program.values, side])[order]
    starts = np.zeros(len(program.row_lower) + 1, dtype=np.int32)
    np.cumsum(np.bincount(np.concatenate([rows, slack_row]), minlength=len(program.row_lower)), out=starts[1:])
    extra = len(slack_row)
    stretched = replace(
        program,
        cost=np.concatenate([np.zeros(n), 1.0 / size[slack_row]]),
        offset=0.0,
        lower=np.concatenate([program.lower, np.zeros(extra)]),
        upper=np.concatenate([program.upper, np.full(extra, np.inf)]),
        scale=np.concatenate([program.scale, size[slack_row]]),
        whole=np.concatenate([program.whole, np.zeros(extra, dtype=np.bool_)]),
        starts=starts,
        columns=columns.astype(np.int32),
        values=values,
    )
    return Elastic(stretched, slack_row, side, n)


def smallest_conflict(program: Program, seconds: float) -> Conflict:
    """Return the smallest set of groups of an infeasible program that cannot hold together."""
    began = time.monotonic()
    stretched = elastic(program)
    found: list[frozenset[int]] = []
    while True:
        kept = _smallest_hitting_set(found)
        left = seconds - (time.monotonic() - began)
        if left <= 0:
            return Conflict(tuple(sorted(found[0])) if found else (), False)
        answer = solve_hard(stretched, kept, Limits(gap=1e-4, seconds=left))
        if answer.outcome == "infeasible":
            return Conflict(tuple(sorted(kept)), True)
        if answer.x is None:
            return Conflict(tuple(sorted(found[0])) if found else (), False)
        broken = broken_groups(stretched, answer.x)
        if not broken:
            return Conflict((), False)
        found.append(broken)


def solve_hard(stretched: Elastic, hard: frozenset[int], limits: Limits) -> Solution:
    """Return the point that breaks the groups outside `hard` the least."""
    program = stretched.program
    fixed = np.isin(program.group[stretched.slack_row], list(hard))
    upper = program.upper.copy()
    upper[stretched.first :][fixed] = 0.0
    return solve(replace(program, upper=upper), limits)


def broken_groups(stretched: Elastic, x: Floats) -> frozenset[int]:
    """Return the groups of which `x` breaks a row."""
    program = stretched.program
    used = x[stretched.first :] > SLACK * program.scale[stretched.first :]
    return frozenset(int(group) for group in program.group[stretched.slack_row[used]])


def relaxed_alone(program: Program, group: int, seconds: float) -> tuple[Floats, Solution] | None:
    """Return by how much the rows of one group must give, all others holding, and the cheapest point then.

    Returns
    -------
    tuple of array and Solution, or None
        How far each row is broken (see `Elastic.slacks`), `(rows,)`, and the point, its cost in the program's own
        money; None where that group alone does not help, or not in time.
    """
    stretched = elastic(program)
    others = frozenset(range(len(program.groups))) - {group}
    return _cheapest_relaxed(
        program, stretched, solve_hard(stretched, others, Limits(gap=1e-6, seconds=seconds)), seconds
    )


def relaxed_together(program: Program, seconds: float) -> tuple[Floats, tuple[int, ...], Solution] | None:
    """Return the nearest point when every group may give: slacks, groups that give, and the cheapest such point."""
    stretched = elastic(program)
    nearest = solve_hard(stretched, frozenset(), Limits(gap=1e-6, seconds=seconds))
    answer = _cheapest_relaxed(program, stretched, nearest, seconds)
    if answer is None or nearest.x is None:
        return None
    return answer[0], tuple(sorted(broken_groups(stretched, nearest.x))), answer[1]


def _cheapest_relaxed(
    program: Program, stretched: Elastic, nearest: Solution, seconds: float
) -> tuple[Floats, Solution] | None:
    """The cheapest point among those that break no row further than the `nearest` one does."""
    if nearest.x is None:
        return None
    upper = stretched.program.upper.copy()
    upper[stretched.first :] = nearest.x[stretched.first :] * (1 + 1e-6)
    money = np.concatenate([program.cost, np.zeros(len(stretched.slack_row))])
    cheapest = solve(
        replace(stretched.program, upper=upper, cost=money, offset=program.offset), Limits(gap=1e-4, seconds=seconds)
    )
    return stretched.slacks(nearest.x if cheapest.x is None else cheapest.x), cheapest


def _smallest_hitting_set(sets: Sequence[frozenset[int]]) -> frozenset[int]:
    """Return a smallest set of numbers that meets every one of `sets`."""
    if not sets:
        return frozenset()
    members = sorted(set().union(*sets))
    build = ProgramBuilder()
    chosen = build.add_columns("chosen", len(members), upper=1, cost=1.0, whole=True)
    rows = build.add_rows("hit", len(sets), lower=1)
    for row, each in zip(rows, sets, strict=True):
        at = np.searchsorted(members, sorted(each))
        build.add_entries(np.full(len(at), row), chosen[at], 1.0)
    x = solve(build.build(), Limits()).x
    if x is None:
        raise SolverFailed("no hitting set")
    return frozenset(member for member, value in zip(members, x, strict=True) if value > 0.5)
