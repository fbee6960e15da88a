"""The workspace starts with one command, restarts what dies, and stops cleanly."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from secondsource.web import supervise


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children_of(parent: int) -> dict[int, str]:
    """Process ids and command lines of the direct children."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(parent)], capture_output=True, text=True, check=False
    )
    return {int(line.split(None, 1)[0]): line.split(None, 1)[1] for line in listed.stdout.splitlines()}


@pytest.mark.slow
def test_one_command_starts_the_workspace_and_ctrl_c_stops_all_of_it(tmp_path: Path) -> None:
    port = free_port()
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    environment.pop("SECONDSOURCE_DATA", None)
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-c", "from secondsource.cli import main; raise SystemExit(main())", "serve"]
    log = tmp_path / "log"
    with log.open("w") as writing:
        process = subprocess.Popen(
            [*command, "--data", str(tmp_path / "data"), "--port", str(port)], stderr=writing, env=environment
        )
    try:
        until = time.monotonic() + 120
        while "Ctrl-C" not in log.read_text() and time.monotonic() < until:
            assert process.poll() is None, log.read_text()
            time.sleep(0.3)
        said = log.read_text()
        assert f"http://127.0.0.1:{port}/" in said
        assert set(re.findall(r"^  (\w+) \S+ \w+$", said, re.MULTILINE)) == {"maria", "alice", "fiona", "anton", "bob"}
        assert (tmp_path / "data" / "demo-logins.txt").stat().st_mode & 0o077 == 0
        kinds = children_of(process.pid)
        assert sorted(re.findall(r"secondsource\.web\.(?:jobs\.)?(\w+)", " ".join(kinds.values()))) == [
            "scheduler", "server", "worker",
        ]  # fmt: skip
        victim = next(pid for pid, args in kinds.items() if "worker" in args)
        os.kill(victim, signal.SIGKILL)
        time.sleep(3)
        again = children_of(process.pid)
        assert victim not in again and len(again) == 3
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert "Stopped." in log.read_text()
        assert not any(Path(f"/proc/{pid}").exists() for pid in again)
        with pytest.raises(OSError, match=r"refused|reset"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/alive/", timeout=2)
    finally:
        process.kill()
        process.wait()


def test_a_child_that_keeps_dying_is_started_again_ever_more_slowly() -> None:
    child = supervise.Child("brief", [sys.executable, "-c", "pass"])
    child.start(os.environ)
    waits = []
    for _time in range(3):
        assert child.process is not None
        child.process.wait()
        now = time.monotonic()
        assert child.look(os.environ, now)
        waits.append(round(child.again_at - now, 3))
        assert not child.look(os.environ, child.again_at)
    assert waits == [0.5, 1.0, 2.0]
    if child.process is not None:
        child.process.wait()


def test_a_database_that_is_not_there_is_said_in_one_line() -> None:
    environment = {**supervise.environment_with(None), "DATABASE_URL": "mysql://nobody@localhost/x"}
    with pytest.raises(supervise.NotStarted, match="expected postgres://"):
        supervise.prepare(environment, None)
