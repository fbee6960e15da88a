"""The process that does jobs, one at a time; start as many as there are processors to spare."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

PAUSE = 0.3
"""Seconds between two looks for work."""

log = logging.getLogger("secondsource.worker")


def main() -> None:
    """Do jobs until asked to stop or until the parent process is gone."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secondsource.web.settings")
    import django

    django.setup()
    from django.db import close_old_connections

    from secondsource.web.planning.answering import answer
    from secondsource.web.terms.answering import answer as answer_terms

    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_args: _leave(stop))
    parent = os.getppid()
    kinds: Mapping[str, Callable[..., None]] = {"solve": answer, "terms": answer_terms}
    while not stop.is_set() and os.getppid() == parent:
        close_old_connections()
        if not work_once(kinds):
            time.sleep(PAUSE)


def _leave(stop: threading.Event) -> None:
    """Stop at once: the job's lease runs out and another worker, or this one's next life, does it."""
    stop.set()
    sys.exit(0)


def work_once(kinds: Mapping[str, Callable[..., None]]) -> bool:
    """Do one job if there is one, and return whether there was."""
    from django.db import OperationalError

    from secondsource.web.jobs import lease

    now = datetime.now(UTC)
    try:
        lease.give_up(now)
        job = lease.claim(now)
    except OperationalError as error:  # the database is busy or away: look again
        log.warning("%s", error)
        return False
    if job is None:
        return False
    try:
        kinds[job.kind](job)
    except SystemExit:
        lease.release(job)
        raise
    except lease.Lost:
        log.warning("job %s went to another worker", job.pk)
    except Exception:
        log.exception("job %s failed", job.pk)
        try:
            lease.finish(job, datetime.now(UTC), lambda: None, error="failed")
        except (lease.Lost, OperationalError):
            log.warning("job %s could not be ended: it will be claimed again", job.pk)
    return True


if __name__ == "__main__":
    main()
