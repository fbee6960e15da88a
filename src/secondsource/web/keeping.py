"""Backups that the scheduler makes by itself: one a day, the newest few kept; not for what is in them (`backup`)."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from secondsource.web import backup, store

EVERY = timedelta(days=1)
STALE = timedelta(days=2)
"""An age of the newest backup that `doctor` calls bad."""
KEPT = 7
PATTERN = "workspace-*.zip"
NAME = "workspace-%Y%m%dT%H%M%SZ.zip"


def folder() -> Path:
    """Return the folder of the backups: SECONDSOURCE_BACKUPS, or `backups` in the data folder."""
    given = os.environ.get("SECONDSOURCE_BACKUPS")
    return Path(given) if given else store.folder() / "backups"


def kept() -> int:
    """Return how many backups are kept: SECONDSOURCE_BACKUPS_KEPT, 0 for none made at all."""
    given = os.environ.get("SECONDSOURCE_BACKUPS_KEPT", "")
    return int(given) if given.isdigit() else KEPT


def backups() -> list[tuple[datetime, Path]]:
    """Return the backups in the folder with their moments, the newest first; other files are not looked at."""
    found = []
    for path in folder().glob(PATTERN):
        try:
            found.append((datetime.strptime(path.name, NAME).replace(tzinfo=UTC), path))
        except ValueError:  # somebody's own copy
            continue
    return sorted(found, reverse=True)


def keep(now: datetime) -> Path | None:
    """Make the day's backup if it is due, remove those beyond the number that is kept, and return the new one.

    Raises
    ------
    OSError
        The folder cannot be written; older backups stay.
    """
    most = kept()
    there = backups()
    if most == 0 or (there and now - there[0][0] < EVERY):
        return None
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    made = folder() / now.astimezone(UTC).strftime(NAME)
    backup.save(made)
    backup.look(made)  # read back before an older one goes
    for _moment, old in backups()[most:]:
        old.unlink(missing_ok=True)
    return made
