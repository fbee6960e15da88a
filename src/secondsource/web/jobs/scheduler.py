"""The process that does what is due by the clock, every ten seconds; not for what people ask for (`worker`)."""

from __future__ import annotations

import logging
import os
import signal
import threading
from datetime import UTC, datetime, timedelta

EVERY = 10.0
UPLOADS_KEPT = timedelta(days=7)

log = logging.getLogger("secondsource.scheduler")


def main() -> None:
    """Tick until asked to stop or until the parent process is gone."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secondsource.web.settings")
    import django

    django.setup()
    from django.db import DatabaseError, close_old_connections

    from secondsource.web.backup import NotRestored

    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_args: stop.set())
    parent = os.getppid()
    while not stop.is_set() and os.getppid() == parent:
        close_old_connections()
        try:
            tick(datetime.now(UTC))
        # Database, disk or mail server away: the next tick does it.
        except (DatabaseError, OSError, NotRestored) as error:
            log.warning("%s", error)
        stop.wait(EVERY)


def tick(now: datetime) -> None:
    """Do what is due; doing it twice does no harm."""
    from django.contrib.sessions.models import Session

    from secondsource.web import keeping as backups
    from secondsource.web.bidding import mail
    from secondsource.web.contracts import keeping
    from secondsource.web.jobs import lease
    from secondsource.web.market import ticking
    from secondsource.web.planning.models import Upload

    lease.give_up(now)
    Upload.objects.filter(made_at__lt=now - UPLOADS_KEPT).delete()
    Session.objects.filter(expire_date__lt=now).delete()
    ticking.tick(now)
    keeping.pass_ends(now.date())
    keeping.remind(now)
    mail.remind(now)
    backups.keep(now)


if __name__ == "__main__":
    main()
