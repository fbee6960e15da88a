"""The Prozorro feed: history backwards, then changes forwards for ever; not for what a tender means (`formats`).

The protocol is that of the feed's documentation: a first page from the newest end gives both starts; the offset is
opaque; a later commit may carry an earlier time, so a new run goes back to an offset that is at least a minute old.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from secondsource.market.fetch import Client, FeedStopped, Manners
from secondsource.market.journal import Page, Record, Unreadable

HOST = "https://public-api.prozorro.gov.ua"
MANNERS = Manners(interval=0.1)
LIMIT = 100
COOL_DOWN = 60.0  # seconds in which a late commit may still appear behind an offset


@dataclass(frozen=True)
class Position:
    """Where both crawlers are; `trail` holds (seconds since the epoch, offset) of the last minute and one before it."""

    backward: str | None = ""
    forward: str = ""
    trail: tuple[tuple[float, str], ...] = field(default=())

    def to_text(self) -> str:
        """Return the position as the journal keeps it."""
        return json.dumps({"backward": self.backward, "forward": self.forward, "trail": self.trail})

    @classmethod
    def from_text(cls, text: str) -> Position:
        """Return the position that the journal kept, the beginning for ""."""
        if not text:
            return cls()
        found = json.loads(text)
        return cls(found["backward"], found["forward"], tuple((when, offset) for when, offset in found["trail"]))

    def moved(self, offset: str, now: float) -> Position:
        """Return the position after the forward crawler reached `offset`."""
        trail = [*self.trail, (now, offset)]
        while len(trail) > 1 and trail[1][0] <= now - COOL_DOWN:
            trail.pop(0)
        return replace(self, forward=offset, trail=tuple(trail))

    def resumed(self) -> Position:
        """Return the position from which a new run reads, a minute back where one is known."""
        return replace(self, forward=self.trail[0][1]) if self.trail else self


def pages(
    client: Client, position: str, has: Callable[[str, str], bool], now: Callable[[], float], resource: str = "tenders"
) -> Iterator[Page]:
    """Return what is new since `position`, page by page, until the feed has no more for now.

    Parameters
    ----------
    has
        Whether a version (id, dateModified) is kept already, so that it need not be fetched.
    now
        Seconds since the epoch.
    resource
        `tenders` or `contracts`: what happens to a contract later stands only in the second.
    """
    at = Position.from_text(position).resumed()
    for _restart in range(3):
        try:
            yield from _crawl(client, at, has, now, resource)
            return
        except _OffsetGone:
            at = Position()  # the feed forgot the offset: begin anew; what is kept is not fetched again
    raise FeedStopped(f"{resource}: 404")


class _OffsetGone(Exception):
    """The feed answered 404 to an offset."""


def _crawl(
    client: Client, at: Position, has: Callable[[str, str], bool], now: Callable[[], float], resource: str
) -> Iterator[Page]:
    if not at.forward:
        first = _feed(client, resource, "", descending=True)
        at = replace(at, backward=first["next_page"]["offset"]).moved(first["prev_page"]["offset"], now())
        yield _page(client, resource, first["data"], has, at)
        if not first["data"]:
            at = replace(at, backward=None)
    while at.backward:
        found = _feed(client, resource, at.backward, descending=True)
        at = replace(at, backward=found["next_page"]["offset"] if found["data"] else None)
        yield _page(client, resource, found["data"], has, at)
    while at.forward:
        found = _feed(client, resource, at.forward, descending=False)
        offset = found["next_page"]["offset"] or at.forward
        stuck = offset == at.forward
        at = at.moved(offset, now())
        yield _page(client, resource, found["data"], has, at)
        if not found["data"] or stuck:
            return


def _feed(client: Client, resource: str, offset: str, descending: bool) -> Any:
    words = f"/api/2.5/{resource}?limit={LIMIT}" + ("&descending=1" if descending else "")
    if offset:
        words += f"&offset={quote(offset)}"
    return client.get_json(words, gone=_OffsetGone if offset else None)


def _page(
    client: Client, resource: str, rows: list[dict[str, Any]], has: Callable[[str, str], bool], at: Position
) -> Page:
    """The records behind the rows of a feed page."""
    records, unreadable = [], []
    for row in rows:
        id, version = str(row["id"]), str(row["dateModified"])
        if has(id, version):
            continue
        address = f"/api/2.5/{resource}/{quote(id)}"
        answer = client.get_whole(address)
        try:
            data = json.loads(answer.body)["data"] if answer.status == 200 else None
            if data is None:
                unreadable.append(Unreadable(id, f"answered {answer.status}", answer.body))
                continue
            # The record may have changed since its row was written: its own date is its version.
            version = str(data.get("dateModified") or version)
            records.append(Record(id, version, f"prozorro-{resource}", answer.body))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            unreadable.append(Unreadable(id, f"no record: {error}", answer.body))
    return Page(tuple(records), tuple(unreadable), at.to_text())
