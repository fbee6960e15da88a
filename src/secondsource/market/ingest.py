"""The loop that keeps what connectors bring, page by page; not for how each publisher is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from secondsource.market.formats import NoRelease, release_of
from secondsource.market.journal import Journal, Kept, Page, Unreadable


def keep(
    journal: Journal,
    source: str,
    pages: Iterable[Page],
    now: Callable[[], datetime],
    progress: Callable[[Kept], None] | None = None,
    seen: Callable[[Page], None] | None = None,
) -> Kept:
    """Keep pages one by one as they come, and return how many records were new.

    Each page and the position after it are one transaction: wherever the process dies, the next run goes on after the
    last page that was kept. What cannot be read as a release goes into quarantine with the reason, and reading goes on.
    `seen` gets the new records of each page once it is kept (`fresh.keeper` makes it searchable).
    """
    total = Kept()
    for page in pages:
        readable = _readable(page)
        new = journal.unknown(source, readable.records) if seen is not None else ()
        total += journal.append(source, readable, now())
        if seen is not None:
            seen(replace(readable, records=new))
        if progress is not None:
            progress(total)
    return total


def _readable(page: Page) -> Page:
    records, unreadable = [], list(page.unreadable)
    for record in page.records:
        try:
            release = release_of(record)
            if not isinstance(release.get("parties") or [], list):
                raise NoRelease("no release: its parties are no list")
        except NoRelease as error:
            unreadable.append(Unreadable(f"{record.id} {record.version}", str(error), record.body))
        else:
            records.append(record)
    return replace(page, records=tuple(records), unreadable=tuple(unreadable))
