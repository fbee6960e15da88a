"""Server, workers and scheduler as children that are started again when they end; knows nothing of what they do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 60.0
"""Seconds that the first page may take."""
GOODBYE = 8.0
"""Seconds that children have to stop."""
BACK_OFF = (0.5, 1.0, 2.0, 5.0, 15.0)
"""Seconds before a child is started again, the more often it ended within a minute the longer."""


class NotStarted(Exception):
    """The workspace could not be started; says why."""


@dataclass
class Child:
    """A process that is kept alive."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    ends: list[float] = field(default_factory=list)
    again_at: float = 0.0

    def start(self, environment: Mapping[str, str]) -> None:
        """Start the process."""
        self.process = subprocess.Popen(self.command, env=dict(environment))  # noqa: S603  our own commands

    def look(self, environment: Mapping[str, str], now: float) -> bool:
        """Start it again if it ended, and return whether it had."""
        if self.process is not None and self.process.poll() is not None:
            self.process = None
            self.ends = [end for end in self.ends if now - end < 60] + [now]
            self.again_at = now + BACK_OFF[min(len(self.ends), len(BACK_OFF)) - 1]
            return True
        if self.process is None and now >= self.again_at:
            self.start(environment)
        return False


def prepare(environment: Mapping[str, str], examples: Path | None) -> list[str]:
    """Bring the database up to date, fill an empty one with demonstration data, and return the log-ins as lines.

    Raises
    ------
    NotStarted
        With what the database said.
    """
    _run([sys.executable, "-m", "django", "migrate", "--no-input", "--verbosity", "0"], environment)
    if examples is None:
        return []
    return _run([sys.executable, "-m", "secondsource.web.demo", str(examples)], environment).splitlines()


def _run(command: Sequence[str], environment: Mapping[str, str]) -> str:
    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise NotStarted(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else str(done.returncode))
    return done.stdout


def children(host: str, port: int, workers: int) -> list[Child]:
    """Return the processes of a workspace."""
    python = (sys.executable, "-m")
    return [
        Child("server", (*python, "secondsource.web.server", host, str(port))),
        *(Child(f"worker {number}", (*python, "secondsource.web.jobs.worker")) for number in range(1, workers + 1)),
        Child("scheduler", (*python, "secondsource.web.jobs.scheduler")),
    ]


def run(
    kept: Sequence[Child], environment: Mapping[str, str], address: str, ready: Callable[[], None],
    ended: Callable[[str], None],
) -> None:  # fmt: skip
    """Keep the children alive until SIGINT or SIGTERM, then stop them all; `ready` is called once a page is served.

    Raises
    ------
    NotStarted
        No page was served in time.
    """
    stopping: list[int] = []
    before = {name: signal.signal(name, lambda number, _frame: stopping.append(number)) for name in
              (signal.SIGINT, signal.SIGTERM)}  # fmt: skip
    try:
        for child in kept:
            child.start(environment)
        is_ready = False
        began = time.monotonic()
        while not stopping:
            for child in kept:
                if child.look(environment, time.monotonic()):
                    ended(child.name)
            if not is_ready and _answers(f"{address}alive/"):
                is_ready = True
                ready()
            if not is_ready and time.monotonic() - began > PATIENCE:
                raise NotStarted(address)
            time.sleep(0.2)
    finally:
        _stop(kept)
        for name, handler in before.items():
            signal.signal(name, handler)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310  our own server
            return bool(answer.status == 200)
    except OSError:
        return False


def _stop(kept: Sequence[Child]) -> None:
    """Ask every child to stop, wait, and end those that did not."""
    alive = [child.process for child in kept if child.process is not None and child.process.poll() is None]
    for process in alive:
        process.terminate()
    until = time.monotonic() + GOODBYE
    for process in alive:
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def environment_with(data: Path | None) -> dict[str, str]:
    """Return the environment of the children."""
    found = {**os.environ, "DJANGO_SETTINGS_MODULE": "secondsource.web.settings"}
    if data is not None:
        found["SECONDSOURCE_DATA"] = str(data.resolve())
    return found


def set_up(data: Path | None) -> None:
    """Set Django up in this process, for the workspace in a folder."""
    os.environ.update(environment_with(data))
    import django

    django.setup()
