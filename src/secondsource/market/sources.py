"""The publishers by the names that a user gives them, each with its client and its pages; not for what they do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from secondsource.errors import Fault, InvalidInput
from secondsource.language import _
from secondsource.market import lists, ocds_api, packages, prozorro, sample, ted
from secondsource.market.fetch import Client
from secondsource.market.journal import Journal, Page

PUBLISHERS = ("prozorro", "prozorro-contracts", "contracts-finder", "find-a-tender", "ted", "sample")
TABULAR = (".csv", ".tsv", ".xlsx", ".xlsm", ".ods")


def pages(
    journal: Journal,
    name: str,
    *,
    since: datetime | None,
    until: datetime,
    base: str = "",
    private: bool = False,
    columns: dict[str, str] | None = None,
    clock: Callable[[], float] = time.time,
) -> tuple[str, Iterator[Page]]:
    """Return the journal's name of a source and its pages from where the last run stopped.

    Raises
    ------
    InvalidInput
        The source is neither a publisher nor a file, or it lacks the dates or columns that it needs.
    """
    if name == "sample":
        return "sample", sample.pages()
    if name.startswith("prozorro"):
        resource = "contracts" if name.endswith("contracts") else "tenders"
        source = f"prozorro/{resource}"
        client = Client(base or prozorro.HOST, prozorro.MANNERS, private=private)

        def has(id: str, version: str) -> bool:
            return journal.has(source, id, version)

        return source, prozorro.pages(client, journal.position(source), has, clock, resource)
    for publisher in (ocds_api.CONTRACTS_FINDER, ocds_api.FIND_A_TENDER):
        if name == publisher.name:
            client = Client(base or publisher.host, publisher.manners, private=private)
            position = journal.position(name)
            start = _needed(since, name, bool(position))
            return name, ocds_api.pages(client, publisher, position, start, until)
    if name == "ted":
        search = Client(base or ted.SEARCH, ted.MANNERS, private=private)
        notices = Client(base or ted.NOTICES, ted.MANNERS, private=private)
        start = _needed(since, name, False)
        return name, ted.pages(search, notices, journal.position(name), start.date(), until.date())
    return _file(Path(name), columns)


def _needed(since: datetime | None, name: str, resumes: bool) -> datetime:
    if since is None and not resumes:
        raise InvalidInput([Fault("", "", 0, "--since", "", _("{name} needs the first day to read", name=name))])
    return since or datetime.now(UTC) - timedelta(days=1)


def _file(path: Path, columns: dict[str, str] | None) -> tuple[str, Iterator[Page]]:
    if not path.exists():
        known = ", ".join(PUBLISHERS)
        raise InvalidInput(
            [Fault("", "", 0, "", str(path), _("is neither a file nor a publisher: {known}", known=known))]
        )
    source = f"file/{path.name}"
    if path.suffix.lower() not in TABULAR:
        return source, packages.pages(path)
    if columns is None:
        proposed = ", ".join(f'"{meaning}": "{heading}"' for meaning, heading in lists.propose(path).items())
        expected = _(
            "confirm its columns in a JSON file, then name it after --columns: {{{proposed}}}", proposed=proposed
        )
        raise InvalidInput([Fault(path.name, "", 0, "", "", expected)])
    return source, lists.pages(path, columns)
