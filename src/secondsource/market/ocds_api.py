"""Publishers of OCDS release packages with a link to the next: the two of the UK; not for files (`packages`)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from secondsource.market.fetch import Client, Manners
from secondsource.market.journal import Page
from secondsource.market.packages import releases_of


@dataclass(frozen=True)
class Publisher:
    """One publisher's address, words, window and manners."""

    name: str
    host: str
    path: str
    since: str
    until: str
    window: timedelta
    manners: Manners


# Contracts Finder answers 403, not 429, to who asks too often, and then wants five minutes of quiet.
CONTRACTS_FINDER = Publisher(
    "contracts-finder", "https://www.contractsfinder.service.gov.uk", "/Published/Notices/OCDS/Search",
    "publishedFrom", "publishedTo", timedelta(days=15),
    Manners(interval=1.0, pauses={403: 300.0, 429: 300.0, 500: 5.0, 502: 60.0, 503: 60.0, 504: 60.0}),
)  # fmt: skip
# Find a Tender admits 12 requests in two minutes, and loses releases in windows longer than six hours.
FIND_A_TENDER = Publisher(
    "find-a-tender", "https://www.find-tender.service.gov.uk", "/api/1.0/ocdsReleasePackages",
    "updatedFrom", "updatedTo", timedelta(hours=6),
    Manners(interval=10.0, pauses={429: 120.0, 500: 5.0, 502: 60.0, 503: 60.0, 504: 60.0}),
)  # fmt: skip


def pages(client: Client, publisher: Publisher, position: str, since: datetime, until: datetime) -> Iterator[Page]:
    """Return the releases from `since` to `until` (UTC), window by window; a position goes on where it was.

    The end of a window is kept as the position, so that the next run begins there.
    """
    state = json.loads(position) if position else {"from": since.isoformat(), "next": ""}
    start, following = datetime.fromisoformat(state["from"]), state["next"]
    while start < until or following:
        end = min(start + publisher.window, until) if not following else datetime.fromisoformat(state["to"])
        words = {publisher.since: _plain(start), publisher.until: _plain(end), "limit": 100}
        address = following or f"{publisher.path}?{urlencode(words)}"
        while address:
            package = client.get_json(address)
            records, unreadable = releases_of(package, address)
            links = package.get("links") if isinstance(package, dict) else None
            address = str((links or {}).get("next") or "")
            state = {"from": (start if address else end).isoformat(), "to": end.isoformat(), "next": address}
            yield Page(records, unreadable, json.dumps(state))
        start, following = end, ""


def _plain(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%S")
