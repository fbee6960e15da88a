"""A sourcing event with suppliers to play through; the clock is the test's own."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import xlsxwriter
from django.test import Client

from secondsource.problem.workbook import cells_of
from secondsource.web.api import tokens
from secondsource.web.bidding import clock, preparing, sheet_reading
from secondsource.web.bidding.models import Event, Invitation, Line, Round
from secondsource.web.bidding.preparing import Beginning
from secondsource.web.suppliers.models import Supplier
from tests.web.conftest import World

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
"""The deadline; the event is published the day before."""
SUPPLIERS = {"sara": "en", "rival": "ru", "third": "uk"}


class Clock:
    """What the server's clock shows."""

    def __init__(self) -> None:
        self.at = NOON - timedelta(days=1)

    def now(self) -> datetime:
        return self.at


@dataclass
class Market:
    """An event of our team, its lines by item, and the suppliers that are invited."""

    world: World
    clock: Clock
    event: Event
    lines: dict[str, Line]
    invitations: dict[str, Invitation]
    codes: dict[str, str]
    clients: dict[str, Client] = field(default_factory=dict)

    @property
    def round(self) -> Round:
        self.event.refresh_from_db()
        return preparing.current_round(Event.objects.get(pk=self.event.pk))

    def client(self, name: str) -> Client:
        """The browser of a supplier that has entered by its link, or of one of the team."""
        if name not in self.codes:
            return self.world.client(name)
        if name not in self.clients:
            client = Client()
            assert client.post("/bid/", {"code": self.codes[name]}).status_code == 302
            self.clients[name] = client
        return self.clients[name]

    def typed(self, prices: dict[str, str], **more: str) -> dict[str, str]:
        """The form of a bid with these prices by item."""
        found = {"currency": "EUR", "do": "check"}
        found |= {f"o-{self.lines[item].pk}-0-unit_price": price for item, price in prices.items()}
        return found | more

    def bid(self, name: str, prices: dict[str, str], **more: str) -> None:
        """Bid by page: look at it, then hand it in."""
        client = self.client(name)
        answer = client.post("/bid/save/", self.typed(prices, **more))
        assert answer.status_code == 302, answer.content.decode()[:3000]
        page = client.get("/bid/review/").content.decode()
        (version,) = re.findall(r'name="version" value="(\d+)"', page)
        client.post("/bid/send/", {"version": version, "sure": "1"})

    def open(self) -> None:
        """Open the bids, by two people."""
        self.clock.at = max(self.clock.at, self.round.deadline)
        for name in ("alice", "fiona"):
            self.world.client(name).post(f"/events/{self.event.pk}/open/")
        assert self.round.opened_at is not None

    def sheet(self, name: str) -> Grids:
        """The workbook that a supplier downloads, as the cells of its sheets."""
        answer = self.client(name).get("/bid/sheet/")
        return cells_of(answer.content, "bid.xlsx", sheet_reading.LIMITS)

    def upload(self, name: str, grids: Grids) -> Any:
        """Upload a workbook of these cells as a supplier."""
        return self.upload_bytes(name, packed(grids))

    def upload_bytes(self, name: str, content: bytes, called: str = "bid.xlsx") -> Any:
        """Upload a file as a supplier."""
        file = io.BytesIO(content)
        file.name = called
        return self.client(name).post("/bid/upload/", {"file": file})


Grids = dict[str, list[list[Any]]]


def packed(grids: Grids) -> bytes:
    """A workbook of these cells."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"strings_to_formulas": False}) as book:
        for title, rows in grids.items():
            sheet = book.add_worksheet(title)
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(number, place, cell)
                    elif cell is not None:
                        sheet.write(number, place, cell)
    return content.getvalue()


def column(grids: Grids, sheet: str, name: str) -> int:
    """Where a column stands, by its hidden key."""
    return grids[sheet][0].index(name)


class Program:
    """A program with a key."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.client = Client()

    def __call__(self, method: str, path: str, body: Any = None, key: str = "") -> Any:
        headers = {"Authorization": f"Bearer {self.key}"} | ({"Idempotency-Key": key} if key else {})
        content = "" if body is None else json.dumps(body)
        return self.client.generic(method, f"/api/v1{path}", content, "application/json", headers=headers)


def program_of(market: Market, who: str, *scopes: str) -> Program:
    """A program of a supplier, or of one of the team."""
    far = market.clock.at + timedelta(days=30)
    whose: dict[str, Any] = {"team": market.world.team, "person": market.world.people.get(who)}
    if who in market.invitations:
        whose = {"invitation": market.invitations[who]}
    return Program(tokens.make(name="test", scopes=scopes or ["bid"], now=market.clock.at, until=far, **whose))


def begin(world: World, clock_: Clock, **changed: Any) -> Market:
    """An event about the items of the project, published, three suppliers invited."""
    alice, now = world.people["alice"], clock_.at
    given = Beginning("Brackets 2027", "rfq", NOON.replace(tzinfo=None), "UTC", "Steel parts for a year.")
    event = preparing.begin(world.team, world.project, given, alice, now)
    Event.objects.filter(pk=event.pk).update(rates={"EUR": "1", "USD": "0.9"}, **changed)
    invitations, codes = {}, {}
    for name, language in SUPPLIERS.items():
        supplier = Supplier.objects.create(team=world.team, key=name, name=f"{name.title()} GmbH")
        invitations[name], codes[name] = preparing.invite(event, supplier, "", language, alice, now)
    preparing.publish(event, alice, now)
    event.refresh_from_db()
    return Market(world, clock_, event, {line.item: line for line in event.lines.all()}, invitations, codes)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(clock, "now", made.now)
    return made


@pytest.fixture
def market(world: World, watch: Clock) -> Market:
    return begin(world, watch)
