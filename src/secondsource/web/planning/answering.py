"""A solve from question to answer, as a worker does it; the search itself runs in a process of its own (`search`)."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from secondsource.errors import InvalidInput
from secondsource.web.jobs import lease
from secondsource.web.jobs.models import Job
from secondsource.web.planning import changes, tables
from secondsource.web.planning.models import Solve, micro
from secondsource.web.planning.translate import pack_fault, question

SECONDS = 300.0
"""Time after which a search ends with the best plan found."""
HEARTBEAT = 1.0
SEARCH = "secondsource.web.planning.search"


def answer(job: Job) -> None:
    """Find the plan that a job asks for and write it.

    Raises
    ------
    lease.Lost
        Someone else has the job: the search is ended and nothing is written.
    """
    solve = Solve.objects.select_related("version").get(pk=job.about)
    try:
        given = changes.apply(tables.read(solve.version), solve.changes)
    except InvalidInput as error:
        _write(job, solve, {"faults": [pack_fault(fault) for fault in error.faults]})
        return
    found = search(job, question(given, solve.asked_at.date(), SECONDS), SEARCH)
    if found is None:
        lease.finish(job, datetime.now(UTC), lambda: None, error="search")
    else:
        _write(job, solve, found)


def search(job: Job, asked: str, module: str) -> dict[str, Any] | None:
    """Return the last line that a search says, or None where it ended without one; the lease is kept meanwhile.

    Parameters
    ----------
    asked
        The question, as one line of JSON.
    module
        The program that answers it.
    """
    command = [sys.executable, "-m", module]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the search was started without pipes")
        lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=_read, args=(process.stdout, lines), daemon=True).start()
        found: dict[str, Any] | None = None
        try:
            process.stdin.write(asked + "\n")
            process.stdin.flush()
            while True:
                try:
                    line = lines.get(timeout=HEARTBEAT)
                except queue.Empty:
                    line = ""
                if line is None:
                    return found
                said = json.loads(line) if line else {}
                if "progress" in said:
                    job.seconds, job.bound, job.best, job.gap = said["progress"]
                elif said:
                    found = said
                if lease.keep(job, datetime.now(UTC)):
                    process.stdin.write("stop\n")
                    process.stdin.flush()
        except BrokenPipeError:
            return found
        finally:
            process.kill()


def _read(stream: Any, lines: queue.Queue[str | None]) -> None:
    for line in stream:
        lines.put(line)
    lines.put(None)


def _write(job: Job, solve: Solve, found: dict[str, Any]) -> None:
    """Store the answer and end the job in one transaction."""
    if "faults" in found:
        values: dict[str, Any] = {"status": "invalid", "faults": found["faults"]}
    else:
        values = {
            "status": found["status"],
            "currency": found["currency"],
            "cost_micro": None if found["cost"] is None else micro(Decimal(found["cost"])),
            "bound_micro": None if found["bound"] is None else micro(Decimal(found["bound"])),
            "plan": found["plan"],
            "texts": {**found["texts"], "ways": found["ways"]},
        }
    lease.finish(job, datetime.now(UTC), lambda: Solve.objects.filter(pk=solve.pk).update(**values) and None)
