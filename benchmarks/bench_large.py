"""Large events item by item beside the whole program and four peers, and a what-if from a plan beside one from nothing.

    python benchmarks/bench_large.py [--seconds 60] [--seed 1] [--no-peers] [ITEMSxSUPPLIERSxWINNERS ...]

Each solve runs in a process of its own, two threads, the kernels compiled beforehand; wall and user processor seconds
of planning alone, without reading. "whole" is this project's own program through arrays, in stages where they help;
the peers get the same program, and the same seconds once it is built. A peer that is not installed is called missing.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

SIZES = ("500x100x30", "2000x200x60")


def solve(folder: Path, method: str, seconds: float, gap: float) -> dict[str, Any]:
    """Plan in this process and return what to report."""
    import secondsource
    from secondsource.optimise import planning
    from secondsource.problem.plan_json import from_json, to_json

    problem = secondsource.read(folder)
    like = None
    if method.startswith("what-if"):
        kept = folder / "plan.json"
        before = from_json(kept.read_text(encoding="utf-8"))
        largest = before.awards[0].supplier
        excluded = tuple(name == largest or bool(out) for name, out in _excluded(problem))
        problem = replace(problem, suppliers=replace(problem.suppliers, excluded=excluded))
        like = before if method == "what-if warm" else None
    wall, cpu = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_utime
    chosen: planning.Method = "whole" if method == "whole" else "items"
    plan = planning.plan(problem, gap=gap, time_limit=seconds, threads=2, method=chosen, like=like)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    if method == "items" and plan.cost is not None:
        (folder / "plan.json").write_text(to_json(plan), encoding="utf-8")
    return {
        "method": method,
        "wall": time.monotonic() - wall,
        "user": usage.ru_utime - cpu,
        "memory": usage.ru_maxrss / 1024,
        "status": plan.status,
        "proof": plan.proof,
        "cost": None if plan.cost is None else float(plan.cost),
        "bound": None if plan.bound is None else float(plan.bound),
        "gap": None if plan.gap is None else float(plan.gap),
    }


def peer(folder: Path, name: str, seconds: float, gap: float) -> dict[str, Any]:
    """Solve the event's program with a peer in this process and return what to report."""
    import secondsource
    from benchmarks.peers import by_peer
    from secondsource.optimise.formulate import formulate

    program = formulate(secondsource.read(folder)).program
    wall, cpu = time.monotonic(), _used()
    found: dict[str, Any] = {
        "method": name,
        "status": "",
        "proof": "its word",
        "cost": None,
        "bound": None,
        "gap": None,
    }
    try:
        found["cost"], found["bound"] = by_peer(name, program, seconds, gap)
    except ImportError as missing:
        found["proof"] = f"missing: {missing.name}"
    if found["cost"] and found["bound"] is not None:
        found["gap"] = (found["cost"] - found["bound"]) / abs(found["cost"])
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return found | {"wall": time.monotonic() - wall, "user": _used() - cpu, "memory": memory / 1024}


def _used() -> float:
    """User processor seconds of this process and those that it started."""
    return sum(resource.getrusage(who).ru_utime for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _excluded(problem: Any) -> list[tuple[str, Any]]:
    table = problem.suppliers
    return list(zip(table.supplier, table.excluded, strict=True))


def run(folder: Path, method: str, seconds: float, gap: float) -> dict[str, Any]:
    """Plan in a process of its own."""
    command = [sys.executable, __file__, "--one", str(folder), method, str(seconds), str(gap)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def line(size: str, found: dict[str, Any]) -> str:
    """One line of the table."""
    gap = "none" if found["gap"] is None else f"{100 * found['gap']:.3f} %"
    cost = "no plan" if found["cost"] is None else f"{found['cost']:,.0f}"
    bound = "none" if found["bound"] is None else f"{found['bound']:,.0f}"
    times = f"{found['wall']:.1f} | {found['user']:.1f} | {found['memory']:.0f}"
    return f"| {size} | {found['method']} | {times} | {cost} | {bound} | {gap} | {found['proof']} |"


def main() -> None:
    """Write the table."""
    if sys.argv[1:2] == ["--one"]:
        place, method, seconds, gap = sys.argv[2:6]
        from benchmarks.peers import PEERS

        one = peer if method in PEERS else solve
        print(json.dumps(one(Path(place), method, float(seconds), float(gap))))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", default=SIZES)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-peers", action="store_true")
    asked = parser.parse_args()
    from benchmarks.event import write_event
    from benchmarks.peers import PEERS

    print("| event | method | wall s | user s | MB | cost | bound | gap | proof |")
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as work:
        warm_up = write_event(Path(work, "small"), items=20, suppliers=12, winners=8)
        run(warm_up, "items", 30.0, 1e-3)
        for size in asked.sizes:
            items, suppliers, winners = map(int, size.split("x"))
            folder = Path(work, size)
            write_event(folder, items=items, suppliers=suppliers, winners=winners, seed=asked.seed)
            by_items = run(folder, "items", asked.seconds, 1e-4)
            print(line(size, by_items), flush=True)
            for other in ("whole", *(() if asked.no_peers else PEERS)):
                print(line(size, run(folder, other, asked.seconds, 1e-4)), flush=True)
            if by_items["cost"] is None:
                continue  # there is nothing to ask "what if" of
            cold = run(folder, "what-if cold", asked.seconds, 1e-4)
            print(line(size, cold), flush=True)
            # The warm one is stopped where the cold one ended.
            print(line(size, run(folder, "what-if warm", asked.seconds, max(cold["gap"] or 0.0, 1e-4))), flush=True)


if __name__ == "__main__":
    main()
