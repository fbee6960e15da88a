"""EU TED: notices found by its search API, their eForms XML fetched one by one; not for its meaning (`eforms`)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import quote

from secondsource.market.eforms import NoNotice, release_of
from secondsource.market.fetch import Client, FeedStopped, Manners
from secondsource.market.journal import Page, Record, Unreadable

SEARCH, NOTICES = "https://api.ted.europa.eu", "https://ted.europa.eu"
# A bad token answers 500: that is met by beginning the window again, not by patience.
MANNERS = Manners(interval=0.5, pauses={429: 10.0, 502: 60.0, 503: 60.0, 504: 60.0})
LIMIT = 250


def pages(search: Client, notices: Client, position: str, since: date, until: date) -> Iterator[Page]:
    """Return the notices published from `since` to `until`; the API's token is the position within them.

    Dates come as dates: the API takes a malformed one without a word and finds nothing.
    """
    query = f"publication-date>={since:%Y%m%d} AND publication-date<={until:%Y%m%d}"
    state = json.loads(position) if position else {}
    token: str = state.get("token", "") if state.get("query") == query else ""
    restarts = 0
    while True:
        asked: dict[str, Any] = {
            "query": query, "fields": ["publication-number"], "limit": LIMIT, "scope": "ALL",
            "paginationMode": "ITERATION", "onlyLatestVersions": False,
        }  # fmt: skip
        if token:
            asked["iterationNextToken"] = token
        try:
            found = search.get_json("/v3/notices/search", asked)
        except FeedStopped:
            if not token or restarts:
                raise
            token, restarts = "", restarts + 1
            continue
        rows = found.get("notices") or []
        token = str(found.get("iterationNextToken") or "") if rows else ""
        yield _page(
            notices, [str(row["publication-number"]) for row in rows], json.dumps({"query": query, "token": token})
        )
        if not token:
            return


def _page(notices: Client, numbers: list[str], position: str) -> Page:
    records, unreadable = [], []
    for number in numbers:
        answer = notices.get(f"/en/notice/{quote(number)}/xml")
        try:
            if answer.status != 200:
                raise NoNotice(f"answered {answer.status}")
            release = release_of(answer.body)
            records.append(Record(number, str(release["id"]), "eforms", answer.body))
        except NoNotice as error:
            unreadable.append(Unreadable(number, str(error), answer.body))
    return Page(tuple(records), tuple(unreadable), position)
