"""Jobs are done once, whatever becomes of their workers."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from secondsource.web.jobs import lease, worker
from secondsource.web.jobs.models import Job
from secondsource.web.planning.models import Solve, Version
from secondsource.web.planning.projects import queue
from tests.web.conftest import EXAMPLES, World

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def job(world: World) -> Job:
    made: Job | None = queue(world.project, world.project.scenarios.get(), world.people["alice"]).job
    assert made is not None
    return made


def test_a_job_is_held_by_one_worker_until_its_lease_runs_out(job: Job) -> None:
    first = lease.claim(NOW)
    assert first == job and lease.claim(NOW) is None
    assert first is not None
    lease.keep(first, NOW + timedelta(seconds=20))
    assert lease.claim(NOW + timedelta(seconds=40)) is None
    assert lease.claim(NOW + timedelta(seconds=51)) == job


def test_a_worker_that_lost_its_job_writes_nothing(job: Job) -> None:
    slow = lease.claim(NOW)
    quick = lease.claim(NOW + timedelta(seconds=31))
    assert slow is not None and quick is not None
    written: list[str] = []
    with pytest.raises(lease.Lost):
        lease.keep(slow, NOW)
    with pytest.raises(lease.Lost):
        lease.finish(slow, NOW, lambda: written.append("slow"))
    lease.finish(quick, NOW, lambda: written.append("quick"))
    with pytest.raises(lease.Lost):
        lease.finish(quick, NOW, lambda: written.append("again"))
    assert written == ["quick"]


def test_a_result_that_cannot_be_written_leaves_the_job_open(job: Job) -> None:
    claimed = lease.claim(NOW)
    assert claimed is not None

    def broken() -> None:
        Solve.objects.update(status="half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        lease.finish(claimed, NOW, broken)
    job.refresh_from_db()
    assert (job.state, Solve.objects.get().status) == ("running", "")


def test_a_job_that_kills_its_workers_is_given_up(job: Job) -> None:
    for claimed in range(lease.MOST_CLAIMS):
        assert lease.give_up(NOW + timedelta(minutes=claimed)) == 0
        assert lease.claim(NOW + timedelta(minutes=claimed)) is not None
    assert lease.give_up(NOW + timedelta(hours=1)) == 1
    job.refresh_from_db()
    assert job.state == "failed"


def test_a_job_that_raises_fails_and_the_worker_goes_on(job: Job) -> None:
    def broken(job: Job) -> None:
        raise RuntimeError

    assert worker.work_once({"solve": broken})
    job.refresh_from_db()
    assert job.state == "failed"
    assert not worker.work_once({"solve": broken})


def test_needs_with_faults_end_the_job_with_the_faults(world: World, job: Job) -> None:
    from secondsource.language import _
    from secondsource.web.planning import tables
    from secondsource.web.planning.answering import answer

    version: Version = tables.replace_tables(
        world.project, {"items": [{"item": "a", "demand": "many"}]}, None, _("x"), base=world.project.head
    )
    Solve.objects.update(version=version)
    claimed = lease.claim(NOW)
    assert claimed is not None
    answer(claimed)
    solve = Solve.objects.get()
    assert solve.status == "invalid" and len(solve.faults) >= 1
    page = world.client("alice").get(f"/plans/{solve.pk}/").content.decode()
    assert "many" in page


JOBS = 50
LONGEST = 400.0

SET_UP = """
import django, sys
django.setup()
from pathlib import Path
from secondsource.web.demo import fill
from secondsource.web.planning.models import Project, Solve
from secondsource.web.jobs.models import Job
import secondsource.web.demo as demo
demo.PROJECTS = {"first-steps": "First steps"}
fill(Path(sys.argv[1]), {name: "x" * 12 for name in demo.PEOPLE})
from secondsource.web.planning.projects import queue
project = Project.objects.get(name="First steps")
for number in range(int(sys.argv[2]) - Job.objects.count()):
    queue(project, project.scenarios.get(), None)
"""

COUNT = """
import django, json
django.setup()
from django.db.models import Count
from secondsource.web.jobs.models import Job
from secondsource.web.planning.models import Solve
states = dict(Job.objects.values_list("state").annotate(Count("pk")))
print(json.dumps([states, Solve.objects.filter(status="optimal").count(), Job.objects.filter(token__gt=1).count()]))
"""


@pytest.mark.slow
def test_fifty_jobs_are_each_done_once_though_workers_are_killed(tmp_path: Path) -> None:
    fifty_jobs(tmp_path, "")


def fifty_jobs(folder: Path, database: str) -> None:
    """Fifty searches by two workers of which one is killed again and again; on SQLite, or in the database named."""
    environment = {
        **os.environ, "SECONDSOURCE_DATA": str(folder), "DATABASE_URL": database, "SECONDSOURCE_LEASE_SECONDS": "4",
        "PYTHONWARNINGS": "ignore",
    }  # fmt: skip
    python = [sys.executable]

    def run(*words: str) -> str:
        done = subprocess.run([*python, *words], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("-m", "django", "migrate", "--verbosity", "0")
    run("-c", SET_UP, str(EXAMPLES), str(JOBS))
    chance = random.Random(20261124)
    workers: list[subprocess.Popen[bytes]] = []
    killed = 0
    states: dict[str, int] = {"waiting": JOBS}
    began = time.monotonic()
    try:
        while True:
            while len(workers) < 2:
                workers.append(subprocess.Popen([*python, "-m", "secondsource.web.jobs.worker"], env=environment))
            # A worker dies once some jobs more are done, however fast the machine is.
            enough = states.get("done", 0) + chance.randint(2, 6)
            while states.get("done", 0) < enough and {"waiting", "running"} & states.keys():
                assert time.monotonic() - began < LONGEST, states
                states, solved, again = json.loads(run("-c", COUNT))
            if not {"waiting", "running"} & states.keys():
                break
            victim = workers.pop(chance.randrange(len(workers)))
            victim.send_signal(signal.SIGKILL)
            victim.wait()
            killed += 1
    finally:
        for each in workers:
            each.kill()
            each.wait()
    print(f"{JOBS} jobs, {killed} workers killed, {again} jobs begun more than once")
    assert states == {"done": JOBS}
    assert solved == JOBS
    assert killed >= 3 and again >= 1
