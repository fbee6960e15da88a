"""Reads files one after the other and says how each went: a process of its own, its memory limited and measured."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from secondsource.errors import InvalidInput
from secondsource.problem.grids import read_grids
from secondsource.problem.matching import propose
from secondsource.problem.read import read
from secondsource.reports.annotate import write_annotated

MOST_BYTES = 6_000_000_000


def peak() -> int:
    """Most bytes that the process had in memory since `forget_peak`."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def outcome(path: Path) -> dict[str, object]:
    """What came of reading a file, of proposing a mapping for it, and of marking its faults."""
    forget_peak()
    start = time.monotonic()
    found: dict[str, object] = {"file": path.name, "error": "", "faults": 0}
    try:
        read(path, today=date(2026, 1, 1))
    except InvalidInput as error:
        found |= {"error": str(error)[:20_000], "faults": len(error.faults)}
        mark(path, error)
    found |= {"seconds": time.monotonic() - start, "bytes": peak()}
    return found


def mark(path: Path, error: InvalidInput) -> None:
    """Go on with the file as the commands would."""
    try:
        grids = read_grids(path)
    except InvalidInput:
        return
    propose(grids).to_json()
    if sum(len(grid.rows) for grid in grids) < 1000:
        with tempfile.TemporaryDirectory() as folder:
            write_annotated(grids, error.faults, Path(folder) / "marked.xlsx")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    for name in sys.stdin:
        print(name.strip(), file=sys.stderr, flush=True)
        print(json.dumps(outcome(Path(name.strip()))), flush=True)
