"""The Prozorro feed is read whole and once, whatever its server does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from secondsource.market import prozorro
from secondsource.market.fetch import Client, FeedStopped, Manners, Refused
from secondsource.market.ingest import keep
from secondsource.market.journal import Journal, Kept
from tests.market.publisher import Answer, Feed, as_json, serving

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PATIENT = Manners()


class Clock:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_000_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def read(feed: Feed, journal: Journal, clock: Clock | None = None) -> Kept:
    clock = clock or Clock()
    source = "prozorro/tenders"
    with serving(feed) as (address, _):
        client = Client(address, PATIENT, private=True, sleep=clock.sleep, clock=clock)
        found = prozorro.pages(client, journal.position(source), lambda i, v: journal.has(source, i, v), clock)
        return keep(journal, source, found, lambda: NOW)


def ids(journal: Journal) -> list[str]:
    return [record.id for _source, record in journal.records()]


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.sqlite")


HISTORY = [(float(when), f"t{when:03d}") for when in range(250)]


def test_history_and_changes_arrive_once_each(journal: Journal) -> None:
    assert read(Feed(HISTORY), journal) == Kept(new=250)
    assert ids(journal) == [id for _, id in HISTORY]
    assert read(Feed([*HISTORY, (300.0, "t300")]), journal).new == 1
    assert len(ids(journal)) == 251


def test_equal_times_across_the_edge_of_a_page_are_neither_lost_nor_doubled(journal: Journal) -> None:
    feed = Feed([(5.0, f"t{k:03d}") for k in range(230)] + [(9.0, "last")])
    assert read(feed, journal) == Kept(new=231)


def test_a_burst_of_429_is_met_with_growing_pauses(journal: Journal) -> None:
    clock = Clock()
    busy = Feed(HISTORY[:3], lambda path, times: as_json({}, 429) if "t001" in path and times <= 4 else None)
    assert read(busy, journal, clock).new == 3
    assert clock.slept == [10.0, 20.0, 40.0, 80.0]


def test_a_412_is_asked_again_with_the_cookie_that_came_with_it(journal: Journal) -> None:
    def script(path: str, words: dict[str, str], headers: dict[str, str], body: bytes) -> Answer:
        if "SERVER_ID=abc" not in headers.get("Cookie", ""):
            return 412, {"Set-Cookie": "SERVER_ID=abc; path=/"}, b""
        return Feed(HISTORY[:2])(path, words, headers, body)

    with serving(script) as (address, seen):
        client = Client(address, PATIENT, private=True, sleep=lambda _: None)
        found = prozorro.pages(client, "", lambda i, v: False, lambda: 0.0)
        assert keep(journal, "p", found, lambda: NOW).new == 2
        assert seen[0] == seen[1]


def test_a_forgotten_offset_begins_anew_without_doubling(journal: Journal) -> None:
    read(Feed(HISTORY), journal)
    feed = Feed([*HISTORY, (400.0, "new")])
    feed.offsets_gone = {prozorro.Position.from_text(journal.position("prozorro/tenders")).resumed().forward}
    assert read(feed, journal).new == 1
    assert len(ids(journal)) == 251


def test_a_cut_off_page_is_asked_for_again(journal: Journal) -> None:
    def cut(path: str, times: int) -> Answer | None:
        return (200, {"Content-Length": "500"}, b'{"data": [') if "t001" in path and times == 1 else None

    def invalid(path: str, times: int) -> Answer | None:
        return (200, {}, b'{"data": [') if "tenders?" in path and times == 1 else None

    assert read(Feed(HISTORY[:3], cut), journal).new == 3
    assert read(Feed(HISTORY[:5], invalid), journal).new == 2


def test_a_record_that_stays_broken_goes_into_quarantine_and_the_rest_is_read(journal: Journal) -> None:
    def broken(path: str, times: int) -> Answer | None:
        if "t001" in path:
            return 200, {}, b'{"data": {"id": "t0'
        return as_json({"status": "error"}, 410) if "t002" in path else None

    assert read(Feed(HISTORY[:5], broken), journal) == Kept(new=3, quarantined=2)
    reasons = [each.reason for _, each in journal.quarantined()]
    assert reasons[0].startswith("no record: ")
    assert reasons[1] == "answered 410"
    assert journal.quarantined()[0][1].body == b'{"data": {"id": "t0'


def test_a_later_commit_with_an_earlier_time_is_found_by_the_next_run(journal: Journal) -> None:
    clock = Clock()
    feed = Feed(HISTORY[:10])
    read(feed, journal, clock)
    feed.changes.append((20.0, "on-time"))
    read(feed, journal, clock)
    clock.now += 30
    feed.changes.append((15.0, "late"))  # committed after, stamped before what was read last
    assert read(feed, journal, clock).new == 1
    assert "late" in ids(journal)


def test_a_publisher_that_never_recovers_stops_the_run_and_keeps_what_came(journal: Journal) -> None:
    feed = Feed(HISTORY, lambda path, times: as_json({}, 503) if "t120" in path else None)
    with pytest.raises(FeedStopped, match="8 times, last with 503"):
        read(feed, journal)
    assert len(ids(journal)) == 100
    assert read(Feed(HISTORY), journal).new == 150


def test_an_answer_that_is_too_large_is_refused() -> None:
    with serving(lambda *_: (200, {}, b"x" * 2000)) as (address, _):
        client = Client(address, Manners(largest=1000), private=True)
        with pytest.raises(Refused, match="larger than 1000 bytes"):
            client.get("/")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "169.254.169.254", "10.0.0.1", "[::1]", "[::ffff:10.0.0.1]", "0x7f.1"]
)
def test_an_address_that_is_not_public_is_refused(host: str) -> None:
    with pytest.raises(Refused, match="not a public address"):
        Client(f"http://{host}:1", Manners(attempts=1)).get("/")


def test_a_link_to_another_host_and_a_redirect_are_not_followed() -> None:
    def script(path: str, *_: object) -> Answer:
        return (302, {"Location": "http://169.254.169.254/"}, b"") if path == "/away" else as_json({})

    with serving(script) as (address, seen):
        client = Client(address, Manners(), private=True)
        with pytest.raises(Refused, match="leaves"):
            client.get("http://example.org/x")
        assert client.get("/away").status == 302
        assert seen == ["/away"]


PROGRAM = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from secondsource.market import prozorro
from secondsource.market.fetch import Client, Manners
from secondsource.market.ingest import keep
from secondsource.market.journal import Journal
journal, source = Journal(Path(sys.argv[2])), "prozorro/tenders"
client = Client(sys.argv[1], Manners(), private=True)
pages = prozorro.pages(client, journal.position(source), lambda i, v: journal.has(source, i, v), time.time)
keep(journal, source, pages, lambda: datetime.now(UTC))
"""


@pytest.mark.slow
def test_killed_again_and_again_a_run_ends_with_every_record_once(tmp_path: Path) -> None:
    """The server kills its reader at requests just before, at and after the edge of a page, where it writes."""
    points = [37, 99, 101, 102, 103, 101, 102, 150, 203, 204]  # requests of each run before it is killed
    pauses = [0.0, 0.0, 0.0, 0.001, 0.002, 0.004, 0.006, 0.0, 0.003, 0.008]  # seconds that it may go on after that
    running: list[subprocess.Popen[bytes]] = []
    asked = 0

    def kill(_path: str, _times: int) -> Answer | None:
        nonlocal asked
        asked += 1
        if running and asked == points[len(running) - 1]:
            process = running[-1]
            threading.Timer(pauses[len(running) - 1], process.send_signal, (signal.SIGKILL,)).start()
            if not pauses[len(running) - 1]:
                process.wait()
        return None

    feed = Feed([(float(k // 3), f"t{k:04d}") for k in range(3000)], kill)
    path = tmp_path / "journal.sqlite"
    with serving(feed) as (address, _):
        command = [sys.executable, "-c", PROGRAM, address, str(path)]
        for _point in points:
            asked = 0
            running.append(subprocess.Popen(command, env=os.environ))
            assert running[-1].wait(timeout=120) == -signal.SIGKILL
        kept = len(ids(Journal(path)))
        assert 0 < kept < 3000  # killed in the middle, with something to go on from
        running.clear()
        subprocess.run(command, check=True, timeout=120)
    journal = Journal(path)
    assert sorted(ids(journal)) == sorted(id for _, id in feed.changes)
    bodies = [json.loads(record.body)["data"]["id"] for _, record in journal.records()]
    assert bodies == ids(journal)
