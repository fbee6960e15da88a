"""A server that is killed while suppliers bid: what it acknowledged is there once, and nothing is doubled."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PREPARE = """
import django; django.setup()
from datetime import UTC, datetime, timedelta
from django.core.management import call_command
call_command("migrate", verbosity=0)
from secondsource.web.api import tokens
from secondsource.web.bidding.models import Event, Invitation, Line, Round
from secondsource.web.people.models import Team
from secondsource.web.planning.models import Project
from secondsource.web.suppliers.models import Supplier
now = datetime.now(UTC)
team = Team.objects.create(name="Ours")
project = Project.objects.create(team=team, name="Brackets")
event = Event.objects.create(team=team, project=project, name="E", state="open", rates={"EUR": "1"}, made_at=now)
window = Round.objects.create(event=event, number=1, deadline=now + timedelta(days=9))
line = Line.objects.create(event=event, item="bracket", quantity_micro=10**8)
print(line.pk)
for name in ("sara", "rival", "third"):
    supplier = Supplier.objects.create(team=team, key=name)
    invitation = Invitation.objects.create(event=event, supplier=supplier, made_at=now)
    invitation.rounds.set([window])
    print(tokens.make(name=name, scopes=["bid"], now=now, until=now + timedelta(days=9), invitation=invitation))
"""
CHECK = """
import django; django.setup()
from secondsource.web.bidding import envelope
from secondsource.web.bidding.models import Event
print(list(envelope.flaws(Event.objects.get())))
"""


def environment(folder: Path) -> dict[str, str]:
    source = str(Path(__file__).parent.parent.parent / "src")
    kept = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL",)}
    return {**kept, "SECONDSOURCE_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "secondsource.web.settings",
            "PYTHONPATH": source, "PYTHONWARNINGS": "ignore"}  # fmt: skip


def run(folder: Path, code: str) -> list[str]:
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment(folder), capture_output=True, text=True, check=True)
    return done.stdout.split("\n")


class Server:
    """A server that is killed and started again on the same port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "secondsource.web.server", "127.0.0.1", str(self.port)]
        self.process = subprocess.Popen(command, env=environment(self.folder), stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def put(self, token: str, key: str, line: int, price: str) -> Any:
        """The answer to a bid: a receipt, or None where the connection broke."""
        body = json.dumps({"currency": "EUR", "offers": [{"line": line, "unit_price": price}]}).encode()
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key, "Content-Type": "application/json"}
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v1/bid", body, headers, method="PUT")
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code >= 500:
                return None
            raise AssertionError(error.read()) from error
        except (OSError, ValueError, http.client.HTTPException):  # the answer broke off
            return None


@contextmanager
def bidding(server: Server, tokens: list[str], line: int) -> Iterator[tuple[dict[str, Any], threading.Event]]:
    """Three suppliers that bid, each again and again under its key until it has a receipt, then the next."""
    receipts: dict[str, Any] = {}
    stop = threading.Event()

    def supplier(number: int, token: str) -> None:
        count = 0
        while not stop.is_set():
            count += 1
            key = f"order-{number}-{count:05}"
            while key not in receipts:
                receipt = server.put(token, key, line, f"{count % 90 + 1}.{number}5")
                if receipt is not None:
                    receipts[key] = receipt
                else:
                    time.sleep(0.05)  # the server is away

    threads = [threading.Thread(target=supplier, args=given) for given in enumerate(tokens)]
    for thread in threads:
        thread.start()
    try:
        yield receipts, stop
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def proof(folder: Path, kills: int) -> int:
    """Kill as often, by how far the bidders have come; check everything; return how many bids were acknowledged."""
    line, *tokens = [row for row in run(folder, PREPARE) if row]
    server, chance = Server(folder), random.Random(3)
    server.start()
    try:
        with bidding(server, tokens, int(line)) as (receipts, _stop):
            for _kill in range(kills):
                until = len(receipts) + chance.randrange(1, 12)
                while len(receipts) < until:
                    time.sleep(0.001)
                time.sleep(chance.random() / 100)  # anywhere between two acknowledgements
                server.kill()
                server.start()
    finally:
        server.kill()
    with sqlite3.connect(folder / "workspace.sqlite3") as database:
        rows = database.execute("SELECT request_key, version, digest, number FROM bidding_envelope ORDER BY number")
        stored = rows.fetchall()
    by_key = {key: (version, digest) for key, version, digest, _number in stored}
    assert len(by_key) == len(stored)  # nothing doubled
    for key, receipt in receipts.items():
        assert by_key[key] == (receipt["version"], receipt["sealed_sha256"])  # nothing acknowledged is lost
    assert [number for *_row, number in stored] == list(range(1, len(stored) + 1))
    assert run(folder, CHECK)[0] == "[]"
    return len(receipts)


@pytest.mark.slow
def test_no_acknowledged_bid_is_lost_or_doubled_by_fifteen_kills(tmp_path: Path) -> None:
    assert proof(tmp_path, 15) >= 15


@pytest.mark.long
def test_no_acknowledged_bid_is_lost_or_doubled_by_two_hundred_kills(tmp_path: Path) -> None:
    count = proof(tmp_path, 200)
    print(f"{count} bids acknowledged through 200 kills")
    assert count >= 200
