"""Published location instances planned by deciding suppliers, beside the whole program.

    python benchmarks/bench_location.py [--repeats 5] [--whole 60] [--data FOLDER]

The 37 OR-Library problems cap41 to cap134 and the four of capa; uncapacitated M* with `--uncapacitated`.
Seconds of `plan` alone, verification of each plan apart; the data lie beside the checkout.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import secondsource
from tests.optimise.test_public_instances import CAP_OPTIMA, DATA, listed, location
from tests.optimise.tiny import checked

CAPACITIES = (8000, 10000, 12000, 14000)


def timed(problem: Any, **options: Any) -> tuple[float, Any]:
    """Seconds of planning and the plan."""
    from secondsource.optimise import planning

    began = time.monotonic()
    plan = planning.plan(problem, **options)
    return time.monotonic() - began, plan


def small(data: Path, repeats: int, whole: float) -> None:
    """The 37 small ones: the sum of the seconds, run by run."""
    problems = {name: checked(location(data / "orlib_cap" / f"{name}.txt", capacitated=True)) for name in CAP_OPTIMA}
    sums: dict[str, list[float]] = {"first run in this process": [], "by suppliers": [], "whole program": []}
    for run in range(repeats + 1):
        found = {name: timed(problem) for name, problem in problems.items()}
        sums["by suppliers" if run else "first run in this process"].append(sum(s for s, _ in found.values()))
        right = sum(abs(float(p.cost) / CAP_OPTIMA[name] - 1) < 1e-6 for name, (_, p) in found.items())
        proved = sum(p.status == "optimal" and p.proof == "checked" for _, p in found.values())
        print(f"cap41-cap134, run {run}: {right} optima, {proved} proved and checked", flush=True)
    if whole:
        sums["whole program"].append(sum(timed(problem, method="whole")[0] for problem in problems.values()))
    for method, seconds in sums.items():
        if seconds:
            print(f"| cap41-cap134, sum of 37 | {method} | {statistics.median(seconds):.2f} |", flush=True)


def capa(data: Path, repeats: int, whole: float) -> None:
    """The four large ones."""
    text = (data / "orlib_cap" / "capa.txt").read_text(encoding="ascii")
    for capacity in CAPACITIES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "capa.txt")
            path.write_text(text.replace("capacity", str(capacity)), encoding="ascii")
            problem = checked(location(path, capacitated=True))
        runs = [timed(problem) for _ in range(repeats)]
        report(f"capa {capacity}", "by suppliers", problem, runs)
        if whole:
            report(f"capa {capacity}", "whole program", problem, [timed(problem, method="whole", time_limit=whole)])


def uncapacitated(data: Path, whole: float) -> None:
    """Kratica's M*."""
    optima = {key.upper(): value for (key,), value in listed(data / "ufl_M" / "optimal.txt", 1).items()}
    for path in sorted((data / "ufl_M").glob("Kcap*.txt")):
        problem = checked(location(path, capacitated=False))
        report(f"{path.stem} ({optima[path.stem.upper()]})", "by suppliers", problem, [timed(problem, time_limit=100)])
        if whole:
            report(path.stem, "whole program", problem, [timed(problem, method="whole", time_limit=whole)])


def report(name: str, method: str, problem: Any, runs: list[tuple[float, Any]]) -> None:
    """One line of the table."""
    plan = runs[-1][1]
    began = time.monotonic()
    faults = secondsource.verify(problem, plan).faults if plan.cost is not None else ()
    check = time.monotonic() - began
    gap = "none" if plan.gap is None else f"{100 * plan.gap:.5f} %"
    seconds = statistics.median(s for s, _ in runs)
    checks = f"{check:.2f}, {len(faults)} faults"
    print(f"| {name} | {method} | {seconds:.2f} | {plan.cost} | {gap} | {plan.proof} | {checks} |", flush=True)


def main() -> None:
    """Write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--whole", type=float, default=0.0)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--uncapacitated", action="store_true")
    asked = parser.parse_args()
    small(asked.data, asked.repeats, asked.whole)
    capa(asked.data, asked.repeats, asked.whole)
    if asked.uncapacitated:
        uncapacitated(asked.data, asked.whole)


if __name__ == "__main__":
    main()
