"""Where the workspace keeps its data, and its secret; not for what is kept."""

from __future__ import annotations

import os
import secrets
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

WAL_SAFE_FROM = (3, 51, 3)
"""SQLite before it can corrupt a write-ahead log that two connections check-point at once (sqlite.org/wal.html)."""


def folder() -> Path:
    """Return the folder of the workspace's data, made if need be and closed to other users of the machine."""
    given = os.environ.get("SECONDSOURCE_DATA")
    home = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    path = Path(given) if given else home / "secondsource"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path.resolve()


def secret() -> str:
    """Return the key that signs sessions: of the environment, or of a file that is made on the first start."""
    given = os.environ.get("SECONDSOURCE_SECRET_KEY")
    if given:
        return given
    file = folder() / "secret"
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text("ascii")
    with os.fdopen(descriptor, "w", encoding="ascii") as writing:
        writing.write(secrets.token_urlsafe(50))
    return file.read_text("ascii")


def database(url: str = "") -> dict[str, Any]:
    """Return Django's description of the database at `url`, or of the SQLite file in the data folder.

    >>> database("postgres://anna:s%40fe@db:5433/work")["PASSWORD"]
    's@fe'
    """
    if not url:
        return _sqlite(folder() / "workspace.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(unquote(parts.path)))
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError(f"DATABASE_URL: expected postgres://USER:PASSWORD@HOST:PORT/NAME, not {parts.scheme}://...")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or "") or unquote(parts.query.removeprefix("host=")),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _sqlite(path: Path) -> dict[str, Any]:
    if sqlite3.sqlite_version_info >= WAL_SAFE_FROM:
        pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    else:
        pragmas = "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA;"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        # IMMEDIATE: a transaction that begins by reading and then writes would otherwise fail at once under load.
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas},
    }
