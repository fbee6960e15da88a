"""The same tests on PostgreSQL: a cluster of its own, in a folder of the test, stopped afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent.parent
FILES = ("test_planning.py", "test_audit.py", "test_contracts.py", "test_jobs.py", "test_journey.py", "test_doors.py",
         "test_keeping.py")  # fmt: skip


def binaries() -> Path | None:
    """The folder of PostgreSQL's own programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    on_path = shutil.which("initdb")
    return found[0].parent if found else Path(on_path).parent if on_path else None


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    """The address of an empty database; PostgreSQL refuses to run as root, so root becomes nobody for it."""
    place = binaries()
    if place is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt install postgresql)")
    folder = Path("/tmp") / f"secondsource-pg-{os.getpid()}"
    folder.mkdir(mode=0o700)
    user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody", "nogroup")
        user = ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]
    data = folder / "data"

    def run(*words: str) -> None:
        done = subprocess.run([*user, *words], capture_output=True, text=True, check=False, cwd="/")
        assert done.returncode == 0, done.stderr

    try:
        run(str(place / "initdb"), "-D", str(data), "-U", "work", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder}"
        run(str(place / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgres://work@/postgres?host={folder}"
        finally:
            run(str(place / "pg_ctl"), "-D", str(data), "-m", "fast", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
def test_the_workspace_holds_on_postgresql(database: str) -> None:
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'secondsource[postgres]'")
    environment = {**os.environ, "DATABASE_URL": database}
    files = [str(CHECKOUT / "tests" / "web" / name) for name in FILES]
    # The kills of workers have a database of their own (SQLite) and were tested before.
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-k", "not killed", *files]
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
