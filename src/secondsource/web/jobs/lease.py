"""Claiming jobs, keeping them, and finishing them once; not for what a job does.

The promises: a job is held by one worker at a time as far as clocks agree; whoever holds the last token writes the one
result; a job whose worker died is claimed again after its lease.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from secondsource.web.jobs.models import Job

MOST_CLAIMS = 5
"""Claims after which a job is given up: it may be what kills its workers."""


class Lost(Exception):
    """The lease ran out and someone else has the job."""


def claim(now: datetime) -> Job | None:
    """Return the oldest job that nobody holds, now held by the caller, or None."""
    free = Q(state="waiting") | Q(state="running", leased_until__lt=now)
    for job in Job.objects.filter(free).order_by("asked_at")[:5]:
        # The condition on the token is the fence: of two workers that saw the same row, one changes it.
        taken = Job.objects.filter(free, pk=job.pk, token=job.token).update(
            state="running",
            token=job.token + 1,
            leased_until=now + timedelta(seconds=settings.LEASE_SECONDS),
            began_at=job.began_at or now,
        )
        if taken:
            job.refresh_from_db()
            return job
    return None


def keep(job: Job, now: datetime) -> bool:
    """Move the lease on, write down how far the job is, and return whether someone wants it to stop.

    Raises
    ------
    Lost
        The job is no longer the caller's.
    """
    mine = Job.objects.filter(pk=job.pk, token=job.token, state="running")
    until = now + timedelta(seconds=settings.LEASE_SECONDS)
    if not mine.update(leased_until=until, seconds=job.seconds, bound=job.bound, best=job.best, gap=job.gap):
        raise Lost
    return bool(Job.objects.filter(pk=job.pk).values_list("stop_wanted", flat=True).first())


def finish(job: Job, now: datetime, write: Callable[[], None], *, error: str = "") -> None:
    """Write the result and end the job, both or neither.

    Raises
    ------
    Lost
        The job is no longer the caller's: nothing was written.
    """
    state = "failed" if error else "done"
    with transaction.atomic():
        mine = Job.objects.filter(pk=job.pk, token=job.token, state="running")
        if not mine.update(state=state, ended_at=now, leased_until=None, error=error):
            raise Lost
        write()


def release(job: Job) -> None:
    """Let another worker have the job at once."""
    Job.objects.filter(pk=job.pk, token=job.token, state="running").update(state="waiting", leased_until=None)


def give_up(now: datetime) -> int:
    """Fail the jobs that were claimed too often, and return how many."""
    return int(
        Job.objects.filter(state="running", leased_until__lt=now, token__gte=MOST_CLAIMS).update(
            state="failed", ended_at=now, error="claims"
        )
    )
