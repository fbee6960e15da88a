"""The one clock by which deadlines are decided: the server's; not for dates that people enter."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return the instant, in UTC."""
    return datetime.now(UTC)
