"""The addresses of the interface for programs; what they do is done by the services that the pages call too."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Header, NinjaAPI, Status
from ninja.security import HttpBearer

from secondsource.errors import InvalidInput
from secondsource.web.api import ocds, tokens
from secondsource.web.api.models import Done, Token
from secondsource.web.api.problems import KIND, Problem, ProblemOut, install
from secondsource.web.api.schemas import (
    AskedOut,
    AwardOut,
    BidIn,
    BidOut,
    EventIn,
    EventOut,
    InvitedOut,
    InviteIn,
    OpeningOut,
    ReceiptOut,
)
from secondsource.web.bidding import bid as bids
from secondsource.web.bidding import clock, envelope, letters, numbers, preparing
from secondsource.web.bidding.models import Counter, Event, Invitation
from secondsource.web.bidding.preparing import Beginning, Impossible
from secondsource.web.people.access import may
from secondsource.web.planning.models import Project
from secondsource.web.suppliers.models import Supplier

KEY = r"^[A-Za-z0-9_-]{8,100}$"
REQUEST_KEY: Any = Header(..., alias="Idempotency-Key", pattern=KEY)  # type: ignore[type-arg]


class Key(HttpBearer):
    """The key of a request, `Authorization: Bearer ...`; never in an address, where logs would keep it."""

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        """Return the key, if it opens something."""
        request.__dict__["access_was_decided"] = True
        return tokens.find(token, clock.now())


api = NinjaAPI(
    title="secondsource",
    version="1",
    description=(
        "Sourcing events for programs: bidding under seal, and running events. Numbers are texts, so that no digit "
        "is lost. What cannot be done is answered as `application/problem+json`. A request with an `Idempotency-Key` "
        "may be repeated: it is carried out once."
    ),
    urls_namespace="api",
    auth=Key(),
    docs_url=None,
    openapi_url=None,
)
install(api)

FAILS = {status: ProblemOut for status in (400, 401, 403, 404, 409, 413, 422)}


def _opened_by(request: HttpRequest, scope: str) -> Token:
    token: Token = request.auth
    if scope not in token.scopes:
        raise Problem(403, f"the key has not the scope {scope}")
    return token


def _bidder(request: HttpRequest) -> Invitation:
    invitation = _opened_by(request, "bid").invitation
    if invitation is None:
        raise Problem(403)
    if invitation.event.nda and invitation.nda_at is None:
        raise Problem(403, "the confidentiality agreement of the event is not signed yet: sign it on its page")
    return invitation


def _acting(request: HttpRequest, scope: str, right: str) -> Token:
    token = _opened_by(request, scope)
    if token.person is None or token.team is None or not may(token.person, right, token.team):
        raise Problem(403)
    return token


def _event(request: HttpRequest, event: int, scope: str, right: str) -> tuple[Event, Token]:
    token = _acting(request, scope, right)
    scope_ = Event.objects.select_related("project__head", "team", "solve").prefetch_related("rounds")
    found = scope_.filter(team=token.team, pk=event).first()
    if found is None:
        raise Problem(404)
    return found, token


def _once(request: HttpRequest, key: str, act: Callable[[], tuple[int, Any]]) -> HttpResponse:
    """Carry an act out, or answer as when it was carried out under the same key."""
    token: Token = request.auth
    asked = hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.body).hexdigest()
    try:
        with transaction.atomic():
            before = Done.objects.filter(token=token, request_key=key).first()
            if before is None:
                status, body = act()
                before = Done.objects.create(
                    token=token, request_key=key, digest=asked, status=status, body=body, at=clock.now()
                )
    except IntegrityError as error:
        raise Problem(409, "the same key is being used by another request now") from error
    except Impossible as error:
        raise Problem(409, error.why) from error
    if before.digest != asked:
        raise Problem(409, "this Idempotency-Key was used for another request")
    return JsonResponse(before.body, status=before.status, safe=False)


def _receipt(receipt: envelope.Receipt) -> dict[str, Any]:
    return {
        "round": receipt.round,
        "version": receipt.version,
        "kind": receipt.kind,
        "channel": receipt.channel,
        "received_at": receipt.received_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "sealed_sha256": receipt.digest,
        "mark": receipt.mark,
    }


def _shown(event: Event) -> dict[str, Any]:
    round = preparing.current_round(event)
    return {
        "id": event.pk, "name": event.name, "kind": event.kind, "state": event.state, "project": event.project_id,
        "round": round.number, "deadline": round.deadline.isoformat(), "currency": event.currency,
        "opened_at": round.opened_at.isoformat() if round.opened_at else None, "revision": event.revision,
    }  # fmt: skip


# A bidder's side.


@api.get(
    "/bid/event", response={200: AskedOut, **FAILS}, url_name="bid_event", tags=["bidding"], summary="What is asked"
)
def bid_event(request: HttpRequest) -> Any:
    """The event of the invitation: items, deadline, currencies, questions, and what the buyer asks of you."""
    ours = _bidder(request)
    event, round = ours.event, preparing.current_round(ours.event)
    counter = Counter.objects.filter(round=round, invitation=ours).first()
    is_open = event.state == "open" and round.is_open(clock.now()) and ours.rounds.filter(pk=round.pk).exists()
    return {
        "event": event.name, "about": event.about, "round": round.number, "deadline": round.deadline,
        "is_open": is_open, "currencies": list(event.rates), "questions": event.questions, "revision": event.revision,
        "lines": [
            {"line": line.pk, "lot": line.lot, "item": line.item, "name": line.name, "unit": line.unit,
             "quantity": format(line.quantity.normalize() + 0, "f"),
             "published_price": None if line.target is None else format(line.target.normalize() + 0, "f")}
            for line in event.lines.filter(is_asked=True)
        ],
        "counter_offers": {} if counter is None else counter.prices,
    }  # fmt: skip


@api.get("/bid", response={200: BidIn, **FAILS}, url_name="bid_own", tags=["bidding"], summary="Your bid that counts",
         exclude_unset=True)  # fmt: skip
def bid_own(request: HttpRequest) -> Any:
    """Your bid as it counts now, of this round or an earlier one."""
    ours = _bidder(request)
    found = envelope.own_standing(ours, ours.event.rounds.all())
    if found is None:
        raise Problem(404, "there is no bid of yours")
    content = dict(found[1])
    content["packages"] = [
        {**each, "lines": [{"line": line, "quantity": quantity} for line, quantity in each["lines"]]}
        for each in content.get("packages", ())
    ]
    return JsonResponse(content)


@api.put("/bid", response={201: ReceiptOut, **FAILS}, url_name="bid_own", tags=["bidding"], summary="Hand a bid in")
def bid_put(request: HttpRequest, bid: BidIn, idempotency_key: str = REQUEST_KEY) -> Any:
    """Hand a whole bid in, sealed; it takes the place of the one before. Repeated under its key it is taken once."""
    received_at = clock.now()  # the whole body has been read
    ours = _bidder(request)
    raw = bid.model_dump()
    raw["packages"] = [
        {**each, "lines": [[line["line"], line["quantity"]] for line in each["lines"]]} for each in raw["packages"]
    ]
    try:
        found = bids.read(raw, preparing.asked_of(ours.event))
    except InvalidInput as error:
        raise Problem(409, "the bid does not fit what is asked", _faults(error)) from error
    return _put(request, ours, bids.plain(found), envelope.BID, received_at, idempotency_key)


@api.delete(
    "/bid", response={201: ReceiptOut, **FAILS}, url_name="bid_own", tags=["bidding"], summary="Withdraw your bid"
)
def bid_withdraw(request: HttpRequest, idempotency_key: str = REQUEST_KEY) -> Any:
    """Withdraw your bid; until the deadline another may follow."""
    received_at = clock.now()
    return _put(request, _bidder(request), {}, envelope.WITHDRAWAL, received_at, idempotency_key)


def _put(
    request: HttpRequest, ours: Invitation, content: dict[str, Any], kind: str, received_at: datetime, key: str
) -> HttpResponse:
    sent = json.dumps([kind, content], sort_keys=True)
    try:
        receipt = envelope.put(
            ours, preparing.current_round(ours.event), content, kind=kind, channel="api", received_at=received_at,
            request_key=key, request_digest=hashlib.sha256(sent.encode()).hexdigest(),
        )  # fmt: skip
    except envelope.TooLate as late:
        text = (
            f"too late: received whole at {late.received_at.isoformat()}, the deadline was {late.deadline.isoformat()}"
        )
        raise Problem(409, text) from late
    except envelope.KeyReused as error:
        raise Problem(409, "this Idempotency-Key was used for another request") from error
    except envelope.NotTaken as error:
        raise Problem(409, f"bids are not taken: {error}") from error
    return JsonResponse(_receipt(receipt), status=201)


def _faults(error: InvalidInput) -> list[dict[str, str]]:
    return [
        {"where": " ".join(filter(None, (fault.table, str(fault.row or ""), fault.column))), "value": fault.value,
         "expected": str(fault.expected)}
        for fault in error.faults[:500]
    ]  # fmt: skip


@api.get("/bid/receipts", response={200: list[ReceiptOut], **FAILS}, url_name="bid_receipts", tags=["bidding"],
         summary="Your receipts")  # fmt: skip
def bid_receipts(request: HttpRequest) -> Any:
    """Everything that was received of you, the newest first."""
    return [_receipt(each) for each in envelope.own_receipts(_bidder(request))]


# The buyer's side.


@api.get("/events", response={200: list[EventOut], **FAILS}, url_name="events", tags=["events"], summary="Events")
def events(request: HttpRequest) -> Any:
    """The team's events, the newest first."""
    token = _acting(request, "events:read", "see")
    found = Event.objects.filter(team=token.team).prefetch_related("rounds")[:1000]
    return [_shown(each) for each in found]


@api.post("/events", response={201: EventOut, **FAILS}, url_name="events", tags=["events"], summary="Begin an event")
def event_new(request: HttpRequest, event: EventIn, idempotency_key: str = REQUEST_KEY) -> Any:
    """Begin an event about the items of a project."""
    token = _acting(request, "events:write", "plan")

    def act() -> tuple[int, Any]:
        project = Project.objects.filter(team=token.team, pk=event.project, head__isnull=False).first()
        if project is None:
            raise Problem(404, "there is no such project with items")
        try:
            name, about = numbers.text(event.name, 120), numbers.text(event.about, 20_000)
        except numbers.Refused as error:
            raise Problem(409, error.expected) from error
        deadline = datetime.fromisoformat(event.deadline)
        given = Beginning(name, event.kind, deadline, event.time_zone, about)
        made = preparing.begin(token.team, project, given, token.person, clock.now())
        return 201, _shown(made)

    return _once(request, idempotency_key, act)


@api.get("/events/{event}", response={200: EventOut, **FAILS}, url_name="event", tags=["events"], summary="One event")
def event(request: HttpRequest, event: int) -> Any:
    """An event; nothing of sealed bids."""
    return _shown(_event(request, event, "events:read", "see")[0])


@api.post("/events/{event}/publish", response={200: EventOut, **FAILS}, url_name="event_publish", tags=["events"],
          summary="Publish")  # fmt: skip
def event_publish(request: HttpRequest, event: int) -> Any:
    """Publish an event; its invitations open it from now on."""
    ours, token = _event(request, event, "events:write", "plan")
    try:
        preparing.publish(ours, token.person, clock.now())
    except Impossible as error:
        raise Problem(409, error.why) from error
    return _shown(_event(request, event, "events:write", "plan")[0])


@api.post("/events/{event}/invitations", response={201: InvitedOut, **FAILS}, url_name="event_invite", tags=["events"],
          summary="Invite")  # fmt: skip
def event_invite(request: HttpRequest, event: int, whom: InviteIn) -> Any:
    """Invite a supplier; the code for its link is told this once, and a repetition is refused."""
    ours, token = _event(request, event, "events:write", "plan")
    supplier = Supplier.objects.filter(team=token.team, key=whom.supplier.replace("\0", "")).first()
    if supplier is None:
        raise Problem(404, "there is no such supplier in the register")
    try:
        _made, code = preparing.invite(ours, supplier, "", whom.language, token.person, clock.now())
    except Impossible as error:
        raise Problem(409, error.why) from error
    return Status(201, {"supplier": supplier.key, "code": code})


@api.post("/events/{event}/opening", response={200: OpeningOut, **FAILS}, url_name="event_open", tags=["events"],
          summary="Ask for, or confirm, the opening")  # fmt: skip
def event_open(request: HttpRequest, event: int) -> Any:
    """Ask for the opening after the deadline, or confirm it as a second person."""
    ours, token = _event(request, event, "events:write", "open")
    try:
        is_open = preparing.open_bids(preparing.current_round(ours), token.person, clock.now())
    except Impossible as error:
        raise Problem(409, error.why) from error
    return {"is_open": is_open}


@api.get("/events/{event}/bids", response={200: list[BidOut], **FAILS}, url_name="event_bids", tags=["events"],
         summary="Opened bids")  # fmt: skip
def event_bids(request: HttpRequest, event: int) -> Any:
    """The bids that count, once two people have opened them; 409 before."""
    ours = _event(request, event, "events:read", "see")[0]
    try:
        standing = envelope.standing(ours)
    except envelope.Sealed as error:
        raise Problem(409, "bids are sealed until two people open them") from error
    names = {each.pk: each.supplier.key for each in ours.invitations.select_related("supplier")}
    return [
        {"supplier": names[pk], "receipt": _receipt(each.receipt), "content": each.content}
        for pk, each in standing.items()
    ]


@api.get("/events/{event}/awards", response={200: list[AwardOut], **FAILS}, url_name="event_awards", tags=["events"],
         summary="Awards")  # fmt: skip
def event_awards(request: HttpRequest, event: int) -> Any:
    """What was awarded, packages left out; empty before."""
    ours = _event(request, event, "events:read", "see")[0]
    found = {} if ours.solve is None else letters.awarded(ours, ours.solve)
    return [{"supplier": key, **row} for key, rows in found.items() for row in rows if "item" in row]


@api.get("/events/{event}/ocds", response={200: dict[str, Any], **FAILS}, url_name="event_ocds", tags=["events"],
         summary="OCDS release package")  # fmt: skip
def event_ocds(request: HttpRequest, event: int) -> Any:
    """The event, its bids once they are opened, awards and contracts, by the Open Contracting Data Standard 1.1."""
    ours = _event(request, event, "export", "see")[0]
    return ocds.package(ours, request.build_absolute_uri("/"))


def described() -> dict[str, Any]:
    """Return the description of the interface (OpenAPI 3.1): failures come as problems."""
    schema = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")))
    for methods in schema["paths"].values():
        for operation in methods.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400 and "content" in response:
                    response["content"] = {KIND: response["content"]["application/json"]}
    return schema


def description(request: HttpRequest) -> HttpResponse:
    """Return the description of the interface."""
    return JsonResponse(described())
