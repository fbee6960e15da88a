"""The same program handed to other solvers and modelling layers, for `bench_large.py`; not for planning.

Each gets the columns, rows and entries of this project's own program, and the same time, threads and gap.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from secondsource.solver.highs import Limits, solve
from secondsource.solver.program import Program

PEERS = ("HiGHS", "PuLP and CBC", "linopy and HiGHS", "SCIP")
Found = tuple[float | None, float | None]
"""Cost and bound; None for none."""


def by_peer(name: str, program: Program, seconds: float, gap: float) -> Found:
    """Return what a peer finds in `seconds` of solving, two threads where it takes them."""
    solvers = {"HiGHS": _highs, "PuLP and CBC": _pulp, "linopy and HiGHS": _linopy, "SCIP": _scip}
    return solvers[name](program, seconds, gap)


def _highs(program: Program, seconds: float, gap: float) -> Found:
    found = solve(program, Limits(gap, seconds, 2))
    return found.cost, found.bound


def _rows(program: Program) -> Any:
    """Row by row: columns, values, lower, upper."""
    for row in range(len(program.row_lower)):
        at = slice(program.starts[row], program.starts[row + 1])
        yield program.columns[at].tolist(), program.values[at].tolist(), program.row_lower[row], program.row_upper[row]


def _pulp(program: Program, seconds: float, gap: float) -> Found:
    pulp: Any = import_module("pulp")

    model = pulp.LpProblem("event", pulp.LpMinimize)
    columns = [
        pulp.LpVariable(f"x{k}", low, None if np.isinf(up) else up, "Integer" if whole else "Continuous")
        for k, (low, up, whole) in enumerate(zip(program.lower, program.upper, program.whole, strict=True))
    ]
    priced = np.flatnonzero(program.cost).tolist()
    model += pulp.LpAffineExpression([(columns[k], float(program.cost[k])) for k in priced])
    for own, values, low, up in _rows(program):
        entries = [(columns[k], value) for k, value in zip(own, values, strict=True)]
        if low == up:
            model += pulp.LpConstraint(pulp.LpAffineExpression(entries), 0, rhs=low)
            continue
        if np.isfinite(low):
            model += pulp.LpConstraint(pulp.LpAffineExpression(entries), 1, rhs=low)
        if np.isfinite(up):
            model += pulp.LpConstraint(pulp.LpAffineExpression(entries), -1, rhs=up)
    model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=seconds, threads=2, gapRel=gap))
    # CBC's bound is not passed on.
    return (float(pulp.value(model.objective)) if model.sol_status in (1, 2) else None), None


def _linopy(program: Program, seconds: float, gap: float) -> Found:
    linopy, xr = import_module("linopy"), import_module("xarray")

    model = linopy.Model()
    n = len(program.cost)
    place, label = np.full(n, -1), np.full(n, -1)
    for whole in (False, True):
        own = np.flatnonzero(program.whole == whole)
        if not len(own):
            continue
        axis = [np.arange(len(own))]
        lower, upper = (xr.DataArray(part[own], dims="k") for part in (program.lower, program.upper))
        added = model.add_variables(lower=lower, upper=upper, coords=axis, dims=["k"], integer=whole, name=f"x{whole}")
        label[own] = added.labels.values
        place[own] = np.arange(len(own))
    count = np.diff(program.starts)
    for size in np.unique(2 ** np.ceil(np.log2(np.maximum(count, 1)))).astype(int):
        rows = np.flatnonzero((count <= size) & (2 * count > size) & (count > 0))
        if not len(rows):
            continue
        names, values = np.full((len(rows), size), -1), np.full((len(rows), size), np.nan)
        for r, row in enumerate(rows):
            at = slice(program.starts[row], program.starts[row + 1])
            names[r, : count[row]], values[r, : count[row]] = label[program.columns[at]], program.values[at]
        for sign, side in (("=", "both"), (">=", "low"), ("<=", "high")):
            low, up = program.row_lower[rows], program.row_upper[rows]
            some = {
                "both": low == up,
                "low": (low != up) & np.isfinite(low),
                "high": (low != up) & np.isfinite(up),
            }[side]
            if some.any():
                data = xr.Dataset(
                    {"coeffs": (("row", "_term"), values[some]), "vars": (("row", "_term"), names[some])},
                    coords={"row": np.arange(int(some.sum()))},
                )
                right = xr.DataArray((up if side == "high" else low)[some], dims="row", coords={"row": data.row})
                model.add_constraints(linopy.LinearExpression(data, model), sign, right, name=f"c{size}{side}")
    priced = np.flatnonzero(program.cost)
    data = xr.Dataset({"coeffs": (("_term",), program.cost[priced]), "vars": (("_term",), label[priced])})
    model.add_objective(linopy.LinearExpression(data, model))
    model.solve("highs", io_api="direct", time_limit=seconds, threads=2, mip_rel_gap=gap, output_flag=False)
    info = model.solver_model.getInfo()
    cost, bound = info.objective_function_value, info.mip_dual_bound
    return (cost if np.isfinite(cost) and info.primal_solution_status == 2 else None), bound


def _scip(program: Program, seconds: float, gap: float) -> Found:
    pyscipopt: Any = import_module("pyscipopt")

    model = pyscipopt.Model()
    model.hideOutput()
    columns = [
        model.addVar(lb=low, ub=None if np.isinf(up) else up, vtype="I" if whole else "C", obj=cost)
        for low, up, whole, cost in zip(program.lower, program.upper, program.whole, program.cost, strict=True)
    ]
    for own, values, low, up in _rows(program):
        total = pyscipopt.quicksum(columns[k] * value for k, value in zip(own, values, strict=True))
        if low == up:
            model.addCons(total == low)
            continue
        if np.isfinite(low):
            model.addCons(total >= low)
        if np.isfinite(up):
            model.addCons(total <= up)
    model.setParam("limits/time", seconds)
    model.setParam("limits/gap", gap)
    model.optimize()
    bound = model.getDualbound()
    return (model.getObjVal() if model.getNSols() else None), (bound if abs(bound) < 1e19 else None)
