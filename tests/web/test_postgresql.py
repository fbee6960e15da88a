"""The same tests on PostgreSQL: a cluster of its own, in a folder of the test, stopped afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.test_jobs import fifty_jobs

CHECKOUT = Path(__file__).parent.parent.parent
PAGES = ("test_planning.py", "test_audit.py", "test_contracts.py", "test_jobs.py", "test_journey.py", "test_doors.py",
         "test_keeping.py", "test_deliveries.py", "test_states.py", "test_pages.py", "test_terms.py", "test_intake.py",
         "test_subscriptions.py", "test_events.py",
         "test_event_journey.py", "test_event_information.py",
         "test_event_mail.py", "test_api.py")  # fmt: skip
JOURNEYS = ("test_browser_journeys.py", "test_browser.py")

pytestmark = pytest.mark.slow


def binaries() -> Path | None:
    """The folder of PostgreSQL's own programs, the newest where there are several."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: each.parts[4].zfill(3))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The address of an empty database; PostgreSQL refuses to run as root, so root becomes nobody for it."""
    place = binaries()
    if place is None:
        pytest.skip("PostgreSQL is not installed: make system, or on Debian: apt install postgresql")
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'secondsource[postgres]'")
    folder = Path(tempfile.mkdtemp(prefix="secondsource-pg-", dir="/tmp"))  # short: it holds a socket
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
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"  # thrown away afterwards
        run(str(place / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgres://work@/postgres?host={folder}"
        finally:
            run(str(place / "pg_ctl"), "-D", str(data), "-m", "fast", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("files", [PAGES, JOURNEYS], ids=["pages", "journeys"])
def test_the_workspace_holds_on_postgresql(database: str, files: tuple[str, ...]) -> None:
    environment = {**os.environ, "DATABASE_URL": database}
    paths = [str(CHECKOUT / "tests" / "web" / name) for name in files]
    # Kills of workers have a database of their own and follow below; how wide a page is does not hang on the database.
    left_out = "not killed and not wider and not axe"
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-k", left_out, *paths]
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]


def test_fifty_jobs_are_each_done_once_on_postgresql(database: str, tmp_path: Path) -> None:
    fifty_jobs(tmp_path, database)
