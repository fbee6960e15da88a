"""The core measured: reading and checking, building the arrays, and 37 published instances beside two peers.

Peers are plain HiGHS (the same model written straight into its arrays, solved with its default settings) and linopy
(the same model through its expressions, solved by the same HiGHS); both solve to the gap of 1e-6 that we use, on one
thread. The machine and its load stand above the tables.

    python benchmarks/bench_core.py [FOLDER]     FOLDER: where OR-Library's cap*.txt are
"""

from __future__ import annotations

import contextlib
import io
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import highspy
import linopy
import numpy as np
import xarray

import secondsource
from secondsource.optimise.formulate import formulate
from secondsource.optimise.frame import frame
from secondsource.problem.tables import Problem

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.optimise.test_public_instances import CAP_OPTIMA, location, numbers  # noqa: E402
from tests.optimise.tiny import checked  # noqa: E402

RUNS = 3
CAP = ROOT.parent / "shared" / "data" / "optimisation" / "orlib_cap"
ITEMS, PER_ITEM, SUPPLIERS = 2000, 15, 200


def seconds(run: Callable[[], Any], runs: int = RUNS) -> float:
    """The median time of `run`."""
    times = []
    for _run in range(runs):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def event(folder: Path) -> Path:
    """A folder of CSV files: 2,000 items with 15 offers each, a price break for every second, one failure."""
    chance = np.random.default_rng(1)
    value = chance.lognormal(3, 1, ITEMS)
    tables = {
        "settings": ["name,value", "failures,1"],
        "items": ["item,demand", *(f"i{i},{100 + i % 900}" for i in range(ITEMS))],
        "suppliers": ["supplier,fixed_cost", *(f"s{s},{1000 + 10 * s}" for s in range(SUPPLIERS))],
        "offers": ["offer,item,supplier,unit_price,backup_fee"],
        "price_breaks": ["offer,from_quantity,unit_price"],
    }
    for i in range(ITEMS):
        for s in chance.choice(SUPPLIERS, PER_ITEM, replace=False):
            price = value[i] * chance.uniform(0.8, 1.2)
            tables["offers"].append(f"i{i} s{s},i{i},s{s},{price:.4f},{price * 0.02:.4f}")
            if s % 2:
                tables["price_breaks"].append(f"i{i} s{s},{50 + i % 450},{price * 0.96:.4f}")
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def reading() -> None:
    """Print how long reading with checking, the frame and the arrays of 30,000 offers take."""
    with tempfile.TemporaryDirectory() as where:
        folder = event(Path(where))
        problem: Problem = secondsource.read(folder)
        read = seconds(lambda: secondsource.read(folder))
    program = formulate(problem).program
    print(
        f"\n{len(problem.offers):,} offers for {ITEMS:,} items, {len(problem.price_breaks):,} price breaks, failures 1"
    )
    print(f"  read and check (CSV folder)       {read:8.2f} s")
    print(f"  link, admit, cost                 {seconds(lambda: frame(problem)):8.2f} s")
    rows, columns = program.shape
    size = f"{rows:,} rows, {columns:,} columns, {len(program.values):,} entries"
    print(f"  all of it and the arrays          {seconds(lambda: formulate(problem)):8.2f} s   {size}")


def figures(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Capacities, fixed costs, demands, and total costs of customers from warehouses, `(customers, warehouses)`."""
    words = iter(numbers(path))
    warehouses, customers = int(next(words)), int(next(words))
    head = np.array([[float(next(words)), float(next(words))] for _ in range(warehouses)])
    body = np.array([[float(next(words)) for _ in range(warehouses + 1)] for _ in range(customers)])
    return head[:, 0], head[:, 1], body[:, 0], body[:, 1:]


def plain_highs(path: Path) -> float:
    """Solve the textbook model (shares, opened; strong links) on HiGHS as it comes; return its cost."""
    capacity, fixed, demand, cost = figures(path)
    n, m = cost.shape
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = n * m + m, n + m + n * m
    lp.col_cost_ = np.concatenate([cost.ravel(), fixed])
    lp.col_lower_, lp.col_upper_ = np.zeros(n * m + m), np.ones(n * m + m)
    lp.row_lower_ = np.concatenate([np.ones(n), np.full(m + n * m, -np.inf)])
    lp.row_upper_ = np.concatenate([np.ones(n), np.zeros(m + n * m)])
    share = np.arange(n * m).reshape(n, m)
    opened = n * m + np.arange(m)
    serve: list[tuple[Any, Any]] = [(row, 1.0) for row in share]
    hold = [(np.append(share[:, w], opened[w]), np.append(demand, -capacity[w])) for w in range(m)]
    pairs = [(share[c, w], opened[w]) for c in range(n) for w in range(m)]
    link = [(np.array(pair), np.array([1.0, -1.0])) for pair in pairs]
    rows = [(columns, np.full(len(columns), values)) for columns, values in [*serve, *hold, *link]]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0, *(len(columns) for columns, _values in rows)])
    lp.a_matrix_.index_ = np.concatenate([columns for columns, _values in rows])
    lp.a_matrix_.value_ = np.concatenate([values for _columns, values in rows])
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in {"output_flag": False, "mip_rel_gap": 1e-6, "threads": 1}.items():
        highs.setOptionValue(name, value)
    highs.passModel(lp)
    whole = opened.astype(np.int32)
    highs.changeColsIntegrality(m, whole, np.full(m, int(highspy.HighsVarType.kInteger), dtype=np.uint8))
    highs.resetGlobalScheduler(True)
    highs.run()
    return float(highs.getInfo().objective_function_value)


def with_linopy(path: Path) -> float:
    """Solve the same model written with linopy; return its cost."""
    capacity, fixed, demand, cost = figures(path)
    places = [("c", np.arange(cost.shape[0])), ("w", np.arange(cost.shape[1]))]
    model = linopy.Model()
    share = model.add_variables(lower=0, upper=1, coords=places)
    opened = model.add_variables(binary=True, coords=places[1:])
    model.add_constraints(share.sum("w") == 1)
    sizes, demands = xarray.DataArray(capacity, places[1:]), xarray.DataArray(demand, places[:1])
    model.add_constraints((demands * share).sum("c") - sizes * opened <= 0)
    model.add_constraints(share - opened <= 0)
    opening = (xarray.DataArray(fixed, places[1:]) * opened).sum()
    model.add_objective((xarray.DataArray(cost, places) * share).sum() + opening)
    with contextlib.redirect_stdout(io.StringIO()):
        model.solve("highs", io_api="direct", output_flag=False, mip_rel_gap=1e-6, threads=1)
    return float(str(model.objective.value))


def ours(path: Path) -> float:
    """Plan the instance from its rows, as a user would: check, cost, formulate, solve twice, verify, describe."""
    plan = secondsource.plan(checked(location(path, capacitated=True)), threads=1)
    return float(plan.cost or 0)


def instances(folder: Path) -> None:
    """Print the times of the 37 files, and the greatest deviation from the published optima."""
    makers = {"secondsource": ours, "plain HiGHS": plain_highs, "linopy": with_linopy}
    times: dict[str, list[float]] = {name: [] for name in makers}
    worst = dict.fromkeys(makers, 0.0)
    print(f"\n{len(CAP_OPTIMA)} OR-Library cap instances, gap 1e-6, one thread; seconds, one run each")
    print(f"  {'':8}" + "".join(f"{name:>16}" for name in makers))
    for instance, optimum in CAP_OPTIMA.items():
        path = folder / f"{instance}.txt"
        for name, make in makers.items():
            began = time.perf_counter()
            cost = make(path)
            times[name].append(time.perf_counter() - began)
            worst[name] = max(worst[name], abs(cost - optimum) / optimum)
        print(f"  {instance:8}" + "".join(f"{values[-1]:16.2f}" for values in times.values()))
    print(f"  {'all':8}" + "".join(f"{sum(values):16.2f}" for values in times.values()))
    print(f"  {'median':8}" + "".join(f"{statistics.median(values):16.2f}" for values in times.values()))
    print(f"  {'off by':8}" + "".join(f"{value:16.1e}" for value in worst.values()))


def main() -> None:
    """Print every table."""
    load = os.getloadavg()[0]
    print(f"{time.strftime('%Y-%m-%d')}, {platform.machine()}, {os.cpu_count()} cores, load {load:.1f}")
    print(f"Python {platform.python_version()}, numpy {np.__version__}, HiGHS {version('highspy')}, ", end="")
    print(f"linopy {linopy.__version__}, secondsource {secondsource.__version__}")
    reading()
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else CAP
    if folder.is_dir():
        instances(folder)
    else:
        print(f"\nThe OR-Library instances are not in {folder}: their table is left out.")


if __name__ == "__main__":
    main()
