"""The interface for programs: keys and scopes, bidding, running events, repetitions, OCDS, answers to nonsense."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from secondsource.web.api.models import Token
from secondsource.web.bidding.models import Envelope, Event, Invitation
from secondsource.web.people.models import Membership
from tests.web.market import NOON, Clock, Market, market, program_of, watch
from tests.web.test_event_journey import award, bid_and_open

__all__ = ["market", "watch"]
pytestmark = pytest.mark.django_db


def bid_of(market: Market, price: str = "7.50") -> dict[str, Any]:
    return {"currency": "EUR", "offers": [{"line": market.lines["bracket"].pk, "unit_price": price}]}


def test_a_bid_is_handed_in_once_however_often_it_is_sent(market: Market) -> None:
    sara = program_of(market, "sara")
    asked = sara("GET", "/bid/event").json()
    assert [line["item"] for line in asked["lines"]] == ["bracket", "lid"] and asked["is_open"]
    first = sara("PUT", "/bid", bid_of(market), "order-0001")
    again = sara("PUT", "/bid", bid_of(market), "order-0001")
    assert first.status_code == again.status_code == 201 and first.json() == again.json()
    other = sara("PUT", "/bid", bid_of(market, "7.40"), "order-0001")
    assert other.status_code == 409 and other.headers["Content-Type"] == "application/problem+json"
    assert Envelope.objects.count() == 1
    assert sara("GET", "/bid").json()["offers"][0]["unit_price"] == "7.5"
    assert [each["kind"] for each in sara("GET", "/bid/receipts").json()] == ["bid"]
    assert sara("DELETE", "/bid", key="order-0002").json()["kind"] == "withdrawal"
    assert sara("GET", "/bid").status_code == 404


def test_a_bid_that_was_acknowledged_is_acknowledged_again_after_the_deadline(market: Market, watch: Clock) -> None:
    sara = program_of(market, "sara")
    first = sara("PUT", "/bid", bid_of(market), "order-0001").json()
    watch.at = NOON + timedelta(hours=1)
    assert sara("PUT", "/bid", bid_of(market), "order-0001").json() == first
    late = sara("PUT", "/bid", bid_of(market), "order-0002")
    assert late.status_code == 409 and "too late" in late.json()["detail"]


def test_what_does_not_fit_is_named_and_nothing_is_stored(market: Market) -> None:
    sara = program_of(market, "sara")
    body = {"currency": "GBP", "offers": [{"line": 0, "unit_price": "1"}]}
    answer = sara("PUT", "/bid", body, "order-0001")
    assert answer.status_code == 409
    assert {fault["where"] for fault in answer.json()["faults"]} == {"Currency", "offers 1 line"}
    assert sara("PUT", "/bid", bid_of(market) | {"ofers": []}, "order-0001").status_code == 422
    assert sara("PUT", "/bid", bid_of(market, "NaN"), "order-0001").status_code == 422
    assert sara("PUT", "/bid", bid_of(market)).status_code == 422  # without a key of the request
    assert Envelope.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [("[" * 100_000, 400), ("{", 400), ('{"currency": NaN}', 422), ("9" * 100_000, 400), ("\ud800", 400), ("", 422)],
)
def test_what_is_no_json_is_a_problem_of_the_sender(market: Market, body: str, status: int) -> None:
    program = program_of(market, "sara")
    headers = {"Authorization": f"Bearer {program.key}", "Idempotency-Key": "order-0001"}
    content = body.encode("utf-8", "surrogatepass")
    answer = Client().generic("PUT", "/api/v1/bid", content, "application/json", headers=headers)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")


def test_a_key_opens_its_scopes_and_its_own_event_only(market: Market) -> None:
    sara, alice = program_of(market, "sara"), program_of(market, "alice", "events:read")
    bob, stranger = (
        program_of(market, "bob", "events:write", "events:read"),
        program_of(market, "stranger", "events:read"),
    )
    event = f"/events/{market.event.pk}"
    assert sara("GET", event).status_code == 403 and alice("GET", "/bid/event").status_code == 403
    assert alice("GET", event).status_code == 200 and alice("POST", f"{event}/publish").status_code == 403
    assert bob("POST", f"{event}/opening").status_code == 403  # the scope is there, the role is not
    assert alice("GET", f"{event}/ocds").status_code == 403
    # A key of a person in a team that the person is not of opens nothing.
    assert stranger("GET", event).status_code == 403
    assert Client().get(f"/api/v1{event}").status_code == 401
    sara.key = "sso_guessed"
    assert sara("GET", "/bid/event").status_code == 401


@pytest.mark.parametrize("end", ["revoked", "run out", "invitation", "left", "inactive"])
def test_a_key_ends_with_what_it_stands_for(market: Market, watch: Clock, end: str) -> None:
    who = "sara" if end == "invitation" else "alice"
    program = program_of(market, who, "bid" if who == "sara" else "events:read")
    path = "/bid/event" if who == "sara" else "/events"
    assert program("GET", path).status_code == 200
    if end == "revoked":
        Token.objects.update(revoked_at=watch.at)
    elif end == "run out":
        watch.at += timedelta(days=30)
    elif end == "invitation":
        Invitation.objects.filter(pk=market.invitations["sara"].pk).update(revoked_at=watch.at)
    elif end == "left":
        Membership.objects.filter(person=market.world.people["alice"]).delete()
    else:
        market.world.people["alice"].is_active = False
        market.world.people["alice"].save()
    assert program("GET", path).status_code in (401, 403)


def test_an_event_is_run_by_programs_of_two_people(market: Market, watch: Clock) -> None:
    alice = program_of(market, "alice", "events:read", "events:write")
    fiona = program_of(market, "fiona", "events:read", "events:write")
    body = {"name": "By program", "project": market.world.project.pk, "deadline": "2026-11-26T12:00"}
    made = alice("POST", "/events", body, "begin-0001")
    assert made.status_code == 201 and alice("POST", "/events", body, "begin-0001").json() == made.json()
    assert Event.objects.filter(name="By program").count() == 1
    path = f"/events/{made.json()['id']}"
    code = alice("POST", f"{path}/invitations", {"supplier": "sara"}).json()["code"]
    assert alice("POST", f"{path}/publish").json()["state"] == "open"
    assert Client().post("/bid/", {"code": code}).status_code == 302
    assert alice("GET", f"{path}/bids").status_code == 409
    watch.at = NOON + timedelta(days=1)
    assert alice("POST", f"{path}/opening").json() == {"is_open": False}
    assert alice("POST", f"{path}/opening").status_code == 409
    assert fiona("POST", f"{path}/opening").json() == {"is_open": True}
    assert alice("GET", f"{path}/bids").json() == []


def test_opened_bids_come_as_they_were_typed(market: Market) -> None:
    program_of(market, "sara")("PUT", "/bid", bid_of(market, "7.123456"), "order-0001")
    alice = program_of(market, "alice", "events:read")
    assert alice("GET", f"/events/{market.event.pk}/bids").status_code == 409
    market.open()
    (bid,) = alice("GET", f"/events/{market.event.pk}/bids").json()
    assert bid["supplier"] == "sara" and bid["content"]["offers"][0]["unit_price"] == "7.123456"


def test_a_bidder_makes_a_key_on_its_page(market: Market) -> None:
    page = market.client("sara").post("/bid/key/").content.decode()
    (secret,) = set(re.findall(r"sso_[A-Za-z0-9_-]{43}", page))
    program = program_of(market, "sara")
    program.key = secret
    assert program("PUT", "/bid", bid_of(market), "order-0001").status_code == 201
    market.client("sara").post("/bid/key/", {"revoke": "1"})
    assert program("GET", "/bid").status_code == 401


# OCDS


CURRENCY = {"type": "string", "pattern": "^[A-Z]{3}$"}
AMOUNT = {"type": "object", "required": ["amount", "currency"], "additionalProperties": False,
          "properties": {"amount": {"type": "number"}, "currency": CURRENCY}}  # fmt: skip
DATE = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
ORGANISATION = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
}
ITEMS = {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["id"], "properties": {
    "id": {"type": "string"}, "description": {"type": "string"}, "quantity": {"type": "number"},
    "unit": {"type": "object", "properties": {"name": {"type": "string"}, "value": AMOUNT}}}}}  # fmt: skip
PERIOD = {"type": "object", "properties": {"startDate": DATE, "endDate": DATE}}


def part(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": {"id": {"type": "string"}, **properties}}


def listed(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "uniqueItems": True, "items": of}


RELEASE = part(
    ["ocid", "id", "date", "tag", "initiationType"],
    ocid={"type": "string", "minLength": 1}, date=DATE, initiationType={"enum": ["tender"]},
    tag=listed({"enum": ["tender", "tenderCancellation", "award", "contract"]}),
    parties=listed(part(["id", "name", "roles"], roles=listed(
        {"enum": ["buyer", "procuringEntity", "supplier", "tenderer"]}))),
    buyer=ORGANISATION,
    tender=part(["id"], status={"enum": ["planned", "active", "complete", "cancelled"]},
                procurementMethod={"enum": ["open", "selective", "limited", "direct"]},
                submissionMethod=listed({"enum": ["electronicSubmission"]}), tenderPeriod=PERIOD,
                items=ITEMS, numberOfTenderers={"type": "integer"}, tenderers=listed(ORGANISATION)),
    bids={"type": "object", "properties": {"details": listed(part(
        ["id", "status"], date=DATE, value=AMOUNT, tenderers=listed(ORGANISATION),
        status={"enum": ["invited", "pending", "valid", "disqualified", "withdrawn"]}))}},
    awards=listed(part(["id"], status={"enum": ["pending", "active", "cancelled", "unsuccessful"]}, date=DATE,
                       value=AMOUNT, suppliers=listed(ORGANISATION), items=ITEMS)),
    contracts=listed(part(["id", "awardID"], awardID={"type": "string"}, period=PERIOD, value=AMOUNT, items=ITEMS,
                          status={"enum": ["pending", "active", "cancelled", "terminated"]})),
)  # fmt: skip
"""What OCDS 1.1 asks of the fields that we write, from its reference pages: the schema itself is in no package here."""
PACKAGE = part(
    ["uri", "version", "publishedDate", "publisher", "releases"],
    version={"const": "1.1"}, publishedDate=DATE, publisher=part(["name"]), releases=listed(RELEASE),
)  # fmt: skip


OFFICIAL = os.environ.get("OCDS_RELEASE_SCHEMA", "")
"""The official schema of a release: the source distribution of ocdsmerge has it, of version 1.1.4."""


@pytest.fixture(scope="module")
def official() -> Any:
    if not OFFICIAL:
        pytest.skip("OCDS_RELEASE_SCHEMA names no file: the official schema is in no package here")
    schema = json.loads(Path(OFFICIAL).read_text(encoding="utf-8"))
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())


def test_every_stage_of_an_event_holds_by_the_official_schema_of_ocds(market: Market, official: Any) -> None:
    program = program_of(market, "alice", "export")

    def stands() -> list[str]:
        found = program("GET", f"/events/{market.event.pk}/ocds").json()
        (release,) = found["releases"]
        faults = [f"{list(each.absolute_path)}: {each.message[:200]}" for each in official.iter_errors(release)]
        assert not faults, faults
        return list(release["tag"])

    Event.objects.filter(pk=market.event.pk).update(state="draft", published_at=None)
    assert stands() == ["tender"]
    Event.objects.filter(pk=market.event.pk).update(state="cancelled")
    assert stands() == ["tenderCancellation"]
    Event.objects.filter(pk=market.event.pk).update(state="open", published_at=market.clock.at)
    bid_and_open(market)
    assert stands() == ["tender"]
    solve = award(market)
    assert stands() == ["tender", "award"]
    market.world.client("alice").post(
        f"/plans/{solve.pk}/conclude/",
        {"starts": "2027-01-01", "ends": "2027-12-31", "notice_days": "90", "retender_days": "60", "switch_days": "3"},
    )
    assert stands() == ["tender", "award", "contract"]


def test_ocds_says_nothing_of_bids_before_the_opening_and_all_stages_after(market: Market) -> None:
    program = program_of(market, "alice", "export")
    path = f"/events/{market.event.pk}/ocds"
    before = program("GET", path)
    market.bid("sara", {"bracket": "7", "lid": "5"})
    assert program("GET", path).content == before.content  # to the byte
    jsonschema.validate(before.json(), PACKAGE)
    bid_and_open(market)
    opened = program("GET", path).json()
    jsonschema.validate(opened, PACKAGE)
    (release,) = opened["releases"]
    assert release["tag"] == ["tender"] and release["tender"]["numberOfTenderers"] == 3
    values = {each["tenderers"][0]["name"]: each["value"] for each in release["bids"]["details"]}
    assert values["Rival GmbH"] == {"amount": 1300.0, "currency": "USD"}  # 100 × 10 + 60 × 5
    solve = award(market)
    market.world.client("alice").post(
        f"/plans/{solve.pk}/conclude/",
        {"starts": "2027-01-01", "ends": "2027-12-31", "notice_days": "90", "retender_days": "60", "switch_days": "3"},
    )
    done = program("GET", path).json()
    jsonschema.validate(done, PACKAGE)
    (release,) = done["releases"]
    assert release["tender"]["status"] == "complete" and {"award", "contract"} < set(release["tag"])
    awards = {each["id"] for each in release["awards"]}
    assert {each["awardID"] for each in release["contracts"]} <= awards


# Nonsense


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """The test's own connection stays open, which the end of a request would close, as Django's own client sees to."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.slow
@pytest.mark.usefixtures("kept_connection")
@pytest.mark.parametrize("who", ["sara", "alice"])
def test_schemathesis_finds_no_failure(market: Market, who: str) -> None:
    scopes = ["bid"] if who == "sara" else ["events:read", "events:write", "export"]
    program = program_of(market, who, *scopes)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    mine = "/api/v1/bid" if who == "sara" else "/api/v1/events"
    operations = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    operations = [each for each in operations if each.path.startswith(mine)]
    assert len(operations) == (5 if who == "sara" else 9)
    for operation in operations:
        strategy = operation.as_strategy(generation_mode=GenerationMode.POSITIVE) | operation.as_strategy(
            generation_mode=GenerationMode.NEGATIVE
        )

        @given(case=strategy)
        @settings(max_examples=80, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        def answers_as_described(case: Any) -> None:
            case.call_and_validate(headers={"Authorization": f"Bearer {program.key}"})

        answers_as_described()
