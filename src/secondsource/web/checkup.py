"""Whether this machine and this workspace are in order: what `doctor` says; mends nothing."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sqlite3
import stat
import sys
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from secondsource.language import FOLDER, Message, _, plural

Verdict = Literal["good", "remark", "bad"]
FREE_SPACE = 1024**3
"""Bytes below which a disk is said to be nearly full."""
WAITING = timedelta(minutes=10)
"""A job that waits longer has no worker."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, how it is, and what to do where it is not good."""

    what: Message | str
    verdict: Verdict
    how: Message | str
    way_out: Message | str | None = None


def machine() -> Iterator[Finding]:
    """Yield what holds without a workspace: Python, the solver, languages, packages of the extras."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", "good" if sys.version_info >= (3, 11) else "bad", version)
    yield _solver()
    missing = [code for code in ("ru", "uk") if not (FOLDER / code / "LC_MESSAGES" / "secondsource.mo").exists()]
    if missing:
        yield Finding(_("Languages"), "bad", _("not compiled: {names}", names=", ".join(missing)),
                      _("make translations in a checkout, or install the package anew"))  # fmt: skip
    else:
        yield Finding(_("Languages"), "good", "en, ru, uk")
    for extra, packages in EXTRAS.items():
        absent = [name for name in packages if importlib.util.find_spec(name) is None]
        how = _("not installed: {names}", names=", ".join(absent)) if absent else _("installed")
        way = _("pip install 'secondsource[{extra}]', if it is wanted", extra=extra) if absent else None
        yield Finding(_("extra {name}", name=extra), "remark" if absent else "good", how, way)


EXTRAS = {
    "web": ("django", "uvicorn", "allauth", "axes", "rules", "whitenoise", "django_htmx", "ninja", "cryptography"),
    "postgres": ("psycopg",),
    "market": ("duckdb", "splink", "tantivy"),
}


def _solver() -> Finding:
    """Plan a need of one bolt: from reading to proof."""
    import secondsource
    from secondsource.problem.read import from_rows

    given = from_rows(
        {
            "items": [{"item": "bolt", "demand": "2", "backups": "0"}],
            "suppliers": [{"supplier": "acme"}],
            "offers": [{"offer": "one", "item": "bolt", "supplier": "acme", "unit_price": "3"}],
        },
        today=datetime.now(UTC).date(),
    )
    found = secondsource.plan(given)
    if found.status == "optimal" and found.cost == 6:
        return Finding(_("Solver"), "good", _("two bolts at 3 cost 6, proved"))
    return Finding(_("Solver"), "bad", _("two bolts at 3 cost {cost} ({status})", cost=found.cost, status=found.status))


def workspace() -> Iterator[Finding]:
    """Yield what holds of the workspace whose place the environment names; Django is set up."""
    from secondsource.web import store

    yield from _place(store.folder())
    if sqlite3.sqlite_version_info < store.WAL_SAFE_FROM and not os.environ.get("DATABASE_URL"):
        yield Finding("SQLite", "good", _("{version}: with a rollback journal, its write-ahead log is not yet sound",
                                             version=sqlite3.sqlite_version))  # fmt: skip
    broken = yield from _database()
    if not broken:
        yield from _content()
        yield _backups(datetime.now(UTC))


def _place(folder: Path) -> Iterator[Finding]:
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & 0o077:
        yield Finding(_("Data folder"), "bad", _("{folder} is open to other users of this machine", folder=folder),
                      f"chmod 700 {folder}")  # fmt: skip
    else:
        yield Finding(_("Data folder"), "good", _("{folder}, for its owner only", folder=folder))
    free = shutil.disk_usage(folder).free
    how = _("{count} GB free", count=round(free / 1024**3, 1))
    way = None if free > FREE_SPACE else _("make room: a full disk stops every change")
    yield Finding(_("Disk"), "good" if free > FREE_SPACE else "bad", how, way)


def _database() -> Generator[Finding, None, bool]:
    """Yields findings; returns whether the database cannot be asked further."""
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
        fresh = not executor.loader.applied_migrations
    except DatabaseError as error:
        why = str(error).strip().splitlines()[0]
        yield Finding(_("Database"), "bad", _("cannot be asked: {why}", why=why), _("is DATABASE_URL right, and does the server run?"))  # fmt: skip  # noqa: E501
        return True
    if fresh:
        yield Finding(_("Database"), "remark", _("{vendor}, still empty", vendor=connection.vendor), _("secondsource serve fills it"))  # fmt: skip  # noqa: E501
        return True
    if pending:
        text = plural("{vendor}: {count} schema change is due", "{vendor}: {count} schema changes are due",
                      len(pending), vendor=connection.vendor)  # fmt: skip
        yield Finding(_("Database"), "bad", text, _("back it up, then start the workspace: it brings it up to date"))
        return True
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check(1)")
            said = str(cursor.fetchone()[0])
            cursor.execute("PRAGMA foreign_key_check")
            loose = cursor.fetchone()
        if said != "ok" or loose is not None:
            yield Finding(_("Database"), "bad", _("damaged: {what}", what=said if said != "ok" else str(loose[0])),
                          _("stop the workspace and restore the last backup into a new folder"))  # fmt: skip
            return True
    yield Finding(_("Database"), "good", _("{vendor}, up to date and whole", vendor=connection.vendor))
    return False


def _content() -> Iterator[Finding]:
    from django.conf import settings

    from secondsource.web.audit import log
    from secondsource.web.jobs.models import Job
    from secondsource.web.people.models import Membership

    wrong = next(log.broken(), None)
    count, _seal = log.last_seal()
    if wrong is not None:
        yield Finding(_("Audit log"), "bad", _("entry {number} {what}", number=wrong.number, what=wrong.what),
                      _("compare with the last backup: somebody changed the database by hand"))  # fmt: skip
    else:
        yield Finding(_("Audit log"), "good", plural("{count} entry, unbroken", "{count} entries, unbroken", count))
    managers = Membership.objects.filter(role="manager", person__is_active=True).count()
    yield Finding(_("People"), "good" if managers else "bad",
                  plural("{count} manager", "{count} managers", managers),
                  None if managers else "secondsource workspace person NAME --team TEAM --role manager")  # fmt: skip
    now = datetime.now(UTC)
    late = Job.objects.filter(state="waiting", asked_at__lt=now - WAITING).count()
    failed = Job.objects.filter(state="failed", ended_at__gt=now - timedelta(days=7)).count()
    if late:
        yield Finding(_("Jobs"), "bad", plural("{count} waits for a worker", "{count} wait for a worker", late),
                      _("does `serve` run? --workers sets how many"))  # fmt: skip
    elif failed:
        yield Finding(_("Jobs"), "remark", plural("{count} failed this week", "{count} failed this week", failed),
                      _("the log of the workers says why"))  # fmt: skip
    else:
        yield Finding(_("Jobs"), "good", _("none waits too long, none failed within a week"))
    dummy = "dummy" in settings.EMAIL_BACKEND
    how = _("none: reminders are shown, not sent") if dummy else settings.EMAIL_HOST
    yield Finding(_("Mail"), "remark" if dummy else "good", how, _("SECONDSOURCE_EMAIL_HOST names a server") if dummy else None)  # fmt: skip  # noqa: E501


def _backups(now: datetime) -> Finding:
    """How old the newest backup of the scheduler is, and whether it can be read."""
    from secondsource.web import backup, keeping

    where, there = keeping.folder(), keeping.backups()
    elsewhere = _("secondsource workspace backup FILE.zip, and keep the file on another machine")
    if not keeping.kept():
        return Finding(
            _("Backups"), "remark", _("none are made by themselves (SECONDSOURCE_BACKUPS_KEPT is 0)"), elsewhere
        )
    if not there:
        return Finding(_("Backups"), "remark", _("none yet in {folder}", folder=where), _("the scheduler of `serve` makes one a day"))  # fmt: skip  # noqa: E501
    age = now - there[0][0]
    try:
        backup.look(there[0][1])
    except backup.NotRestored as error:
        return Finding(_("Backups"), "bad", f"{there[0][1]}: {error.why}", elsewhere)
    hours = max(0, int(age.total_seconds() // 3600))
    how = plural(
        "{count} in {folder}, the newest {hours} h old and whole",
        "{count} in {folder}, the newest {hours} h old and whole",
        len(there), folder=where, hours=hours,
    )  # fmt: skip
    if age > keeping.STALE:
        return Finding(
            _("Backups"), "bad", how, _("does `serve` run, and is there room? its log says why none was made")
        )
    return Finding(_("Backups"), "good", how)
