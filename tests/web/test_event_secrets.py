"""Nothing of sara's bid is anywhere for anyone else: before the opening not a byte changes, after it no rival sees it.

Generated from the doors: an address that is added is looked at here without a word.
"""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from secondsource.web.api.models import SCOPES
from secondsource.web.bidding.models import Envelope, Letter
from secondsource.web.doors import DOORS
from tests.web.market import Market, market, program_of, watch
from tests.web.test_event_journey import award

__all__ = ["market", "watch"]
pytestmark = pytest.mark.django_db

PRICE, WORDS = "731.337", "Zirkonsecret"
"""What sara bids and writes: neither stands anywhere else."""
TEAM = ("maria", "alice", "fiona", "anton", "bob", "stranger")
CSRF = re.compile(r'csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"|Expires: .*')


def addresses(market: Market) -> list[str]:
    """Every address that is read with GET, about the event where it takes one."""
    project, event = market.world.project.pk, market.event.pk
    line, invitation = market.lines["bracket"].pk, market.invitations["sara"].pk
    supplier = market.invitations["sara"].supplier_id
    values = {"project": project, "event": event, "line": line, "invitation": invitation, "supplier": supplier,
              "table": "offers", "number": 0, "round": 1, "version": 1}  # fmt: skip
    found = []
    for name, door in DOORS.items():
        if "GET" not in door or name.startswith(("account", "mfa")):
            continue
        for given in ({}, *({key: values[key]} for key in values), {"event": event, "line": line},
                      {"project": project, "table": "offers"}, {"project": project, "table": "offers", "number": 0},
                      {"round": 1, "version": 1}, {"round": 1, "version": 2}):  # fmt: skip
            try:
                found.append(reverse(name, kwargs=given))
                break
            except Exception:
                continue
    return found


def readers(market: Market) -> dict[str, Any]:
    """Everybody but sara: browsers and programs."""
    everything = [scope for scope in SCOPES if scope != "bid"]
    found: dict[str, Any] = {name: market.world.client(name) for name in TEAM}
    found["nobody"], found["rival"] = Client(), market.client("rival")
    for name, scopes in (("alice", everything), ("maria", everything), ("rival", ["bid"])):
        key = program_of(market, name, *scopes).key
        found[f"program of {name}"] = Client(headers={"authorization": f"Bearer {key}"})
    return found


def seen(market: Market, clients: dict[str, Any]) -> Iterator[tuple[str, str, int, bytes]]:
    for who, client in clients.items():
        for address in addresses(market):
            answer = client.get(address)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            yield who, address, answer.status_code, content


def plain(content: bytes) -> str:
    """What a page or file says; a workbook is unpacked."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = [packed.read(name) for name in packed.namelist() if "docProps" not in name]
        content = b"\n".join(parts)
    return CSRF.sub("", content.decode("utf-8", "replace"))


def bid_of_sara(market: Market) -> None:
    more = {"note": WORDS, f"o-{market.lines['bracket'].pk}-0-conditions": WORDS}
    market.bid("sara", {"bracket": PRICE, "lid": "5"}, **more)


@pytest.mark.slow
def test_before_the_opening_not_a_byte_changes_for_anybody_else(
    market: Market, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    still = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: still)  # "3 minutes ago" moves by itself
    caplog.set_level(logging.DEBUG)
    market.client("sara")
    clients = readers(market)
    before = {(who, address): (status, plain(body)) for who, address, status, body in seen(market, clients)}
    assert len({address for _who, address in before}) > 30
    bid_of_sara(market)
    market.client("sara").post("/bid/save/", market.typed({"bracket": "cheap"}))  # a fault names what was typed
    for who, address, status, body in seen(market, clients):
        assert (status, plain(body)) == before[who, address], (who, address)
    market.clock.at += timedelta(days=1)  # due, and asked for by one: sealed still
    market.world.client("alice").post(f"/events/{market.event.pk}/open/")
    for who, address, _status, body in seen(market, clients):
        text = plain(body)
        assert PRICE not in text and WORDS not in text, (who, address)
    # Nor in logs of any level. (SQL with its parameters is logged under DEBUG only, which is never on.)
    said = "\n".join(each.getMessage() for each in caplog.records if not each.name.startswith("django.db"))
    assert PRICE not in said and WORDS not in said


def test_a_dump_of_the_database_before_the_opening_shows_that_there_is_a_bid_and_not_what_it_says(
    market: Market,
) -> None:
    bid_of_sara(market)
    if connection.vendor != "sqlite":
        pytest.skip("the dump is taken from SQLite here")
    connection.ensure_connection()
    dump = "\n".join(connection.connection.iterdump())
    assert PRICE not in dump and PRICE.encode().hex() not in dump.lower() and WORDS not in dump
    assert WORDS.encode().hex() not in dump.lower()
    # What whoever reads the database can read: that and when sara bid; with the key's file beside it, everything.
    assert Envelope.objects.filter(invitation=market.invitations["sara"], kind="bid").exists()
    lengths = {len(bytes(each.content)) for each in Envelope.objects.all()}
    assert lengths == {4096 + 12 + 16}  # padded: the length tells nothing


def test_after_opening_and_award_a_rival_finds_no_trace_of_saras_bid(market: Market) -> None:
    bid_of_sara(market)
    market.bid("rival", {"bracket": "8", "lid": "6"})
    market.bid("third", {"bracket": "9", "lid": "7"})
    market.open()
    award(market)
    assert Letter.objects.count() == 3
    rivals = {name: client for name, client in readers(market).items() if "rival" in name or name == "nobody"}
    for who, address, _status, body in seen(market, rivals):
        text = plain(body)
        for trace in ("731.3", "731,3", WORDS, "Sara", "sara"):
            assert trace not in text, (who, address, trace)


def test_a_rival_cannot_reach_the_versions_of_another(market: Market) -> None:
    bid_of_sara(market)
    for version in range(1, 6):
        assert market.client("rival").get(f"/bid/versions/1/{version}/").status_code == 404
    market.bid("rival", {"bracket": "8"})
    assert [each["version"] for each in program_of(market, "rival")("GET", "/bid/receipts").json()] == [2, 1]
