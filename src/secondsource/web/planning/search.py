"""The search for one plan, in a process of its own that knows no database: asked and answered in lines of JSON.

On stdin: one line with the question, then perhaps `stop`; the end of stdin means that the worker is gone, and so is
the search. On stdout: `{"progress": [seconds, bound, best, gap]}`, at last `{"plan": ...}` or `{"faults": ...}`.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from datetime import date
from typing import Any

import secondsource
from secondsource.errors import InvalidInput
from secondsource.language import use_language
from secondsource.solver.highs import Progress
from secondsource.web.planning.translate import pack_fault, pack_plan, problem_of


def main() -> None:
    """Answer the question on stdin."""
    asked = json.loads(sys.stdin.readline())
    stop = threading.Event()
    threading.Thread(target=_listen, args=(stop,), daemon=True).start()

    def progress(now: Progress) -> bool:
        _say({"progress": [now.seconds, now.bound, now.best, now.gap]})
        return stop.is_set() and now.best is not None

    with use_language("en"):
        try:
            problem = problem_of(asked["tables"], date.fromisoformat(asked["today"]))
            plan = secondsource.plan(problem, time_limit=asked["seconds"], progress=progress, threads=2)
        except InvalidInput as error:
            _say({"faults": [pack_fault(fault) for fault in error.faults]})
        else:
            packed = pack_plan(plan)
            cost = None if plan.cost is None else str(plan.cost)
            bound = None if plan.bound is None else str(plan.bound)
            _say({**packed, "status": plan.status, "currency": plan.currency, "cost": cost, "bound": bound})
    sys.stdout.flush()
    os._exit(0)  # the thread that listens may still be waiting


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _listen(stop: threading.Event) -> None:
    for line in sys.stdin:
        if line.strip() == "stop":
            stop.set()
    os._exit(3)


if __name__ == "__main__":
    main()
