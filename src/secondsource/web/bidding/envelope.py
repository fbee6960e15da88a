"""The one door to sealed bids: what is put in, and who may look, when; nothing else touches `Envelope`.

Before a round is opened nobody sees what a bid says but its bidder, and nobody but the bidder sees that there is one.
The rule is kept here by access, and in the database by `sealing`. Encryption to several key holders will replace both
behind the same functions: `put` seals, `own` is the bidder's copy, and `opened` asks for the round to be open.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from secondsource.web.bidding import pulse, sealing
from secondsource.web.bidding.models import Envelope, Event, Invitation, Round

FIRST = "0" * 64
DRAFT, BID, WITHDRAWAL, LATE = "draft", "bid", "withdrawal", "late"
MOST_LATE = 20
"""Late attempts of one bidder in one round that are kept on record."""
MOST_VERSIONS = 2000
"""Versions of one bidder in one round: beyond that it is a machine gone wild."""


class Sealed(Exception):
    """The round is not opened yet."""


class NotTaken(Exception):
    """The bid is not taken: the round is not open to this bidder."""


class TooLate(NotTaken):
    """The whole bid was there only at or after the deadline."""

    def __init__(self, deadline: datetime, received_at: datetime) -> None:
        super().__init__(f"{received_at.isoformat()} is not before {deadline.isoformat()}")
        self.deadline, self.received_at = deadline, received_at


class KeyReused(NotTaken):
    """The sender's key of the request was used for something else before."""


@dataclass(frozen=True)
class Receipt:
    """What a bidder may keep as proof: which version arrived when, the SHA-256 of it as sealed, and our mark."""

    round: int
    version: int
    kind: str
    channel: str
    received_at: datetime
    digest: str
    mark: str
    is_repeated: bool = False


@dataclass(frozen=True)
class Opened:
    """One envelope of an opened round; `content` is None where it could not be read."""

    invitation_id: int
    receipt: Receipt
    content: dict[str, Any] | None


def put(
    invitation: Invitation,
    round: Round,
    content: dict[str, Any],
    *,
    kind: str,
    channel: str,
    received_at: datetime,
    request_key: str | None = None,
    request_digest: str = "",
) -> Receipt:
    """Add a version to what a bidder has handed in, and return its receipt once it is safely stored.

    `received_at` is when the whole body had been read. Whether that was in time is decided under the lock of the event,
    which opening takes too: a bid is either before the opening or refused.

    Raises
    ------
    TooLate
        At the deadline or after it; the attempt is on record.
    KeyReused
        `request_key` came with another body before.
    NotTaken
        The round is not open to the bidder: revoked, not invited, cancelled, a confidentiality agreement not signed.
    """
    pulse.notice(received_at)
    late: TooLate | None = None
    with transaction.atomic():
        event = Event.objects.select_for_update().get(pk=invitation.event_id)
        now_invited = Invitation.objects.get(pk=invitation.pk)
        window = Round.objects.get(pk=round.pk, event=event)
        if request_key is not None:
            before = Envelope.objects.filter(invitation=invitation, request_key=request_key).first()
            if before is not None:
                if before.request_digest != request_digest or before.kind != kind:
                    raise KeyReused(request_key)
                return _receipt(before, event, is_repeated=True)
        if event.state != "open" or now_invited.revoked_at is not None:
            raise NotTaken("closed")
        if event.nda and now_invited.nda_at is None:
            raise NotTaken("not signed")
        if not now_invited.rounds.filter(pk=window.pk).exists():
            raise NotTaken("not invited")
        if not window.is_open(received_at):
            late = TooLate(window.deadline, received_at)
            kind, content, request_key = LATE, {}, None
        known = Envelope.objects.filter(round=window, invitation=invitation)
        if late is None and known.count() >= MOST_VERSIONS:
            raise NotTaken("too many versions")
        if late is None or (window.opened_at is None and known.filter(kind=LATE).count() < MOST_LATE):
            made = _add(event, window, now_invited, content, kind, channel, received_at, request_key, request_digest)
    if late is not None:
        raise late
    return _receipt(made, event)


def _add(
    event: Event,
    round: Round,
    invitation: Invitation,
    content: dict[str, Any],
    kind: str,
    channel: str,
    received_at: datetime,
    request_key: str | None,
    request_digest: str,
) -> Envelope:
    """The next envelope of the event, the chain going on; the event is locked."""
    of_event = Envelope.objects.filter(round__event=event).order_by("-number")
    number, before = of_event.values_list("number", "chain").first() or (0, FIRST)
    ours = Envelope.objects.filter(round=round, invitation=invitation).order_by("-version")
    version = (ours.values_list("version", flat=True).first() or 0) + 1
    made = Envelope(
        round=round,
        invitation=invitation,
        number=number + 1,
        version=version,
        kind=kind,
        channel=channel,
        received_at=received_at.astimezone(UTC),
        key=sealing.fingerprint(),
        request_key=request_key,
        request_digest=request_digest,
    )
    made.content = sealing.sealed(json.dumps(content, ensure_ascii=False).encode(), _context(made, event.pk))
    made.digest = hashlib.sha256(made.content).hexdigest()
    made.chain = _chain(before, made)
    made.save()
    return made


def _context(envelope: Envelope, event: int) -> str:
    """What a content is bound to: it opens nowhere else."""
    return f"{event}/{envelope.round_id}/{envelope.invitation_id}/{envelope.version}/{envelope.kind}"


def _chain(before: str, envelope: Envelope) -> str:
    at = envelope.received_at.astimezone(UTC).isoformat(timespec="microseconds")
    row = [envelope.number, envelope.round_id, envelope.invitation_id, envelope.version, envelope.kind]
    text = json.dumps([*row, envelope.channel, at, envelope.digest], separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()


def _receipt(envelope: Envelope, event: Event, is_repeated: bool = False) -> Receipt:
    at = envelope.received_at.astimezone(UTC).isoformat(timespec="microseconds")
    text = f"{_context(envelope, event.pk)}/{at}/{envelope.digest}"
    return Receipt(
        envelope.round.number,
        envelope.version,
        envelope.kind,
        envelope.channel,
        envelope.received_at,
        envelope.digest,
        sealing.mark(text),
        is_repeated,
    )


def _read(envelope: Envelope, event: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sealing.unsealed(bytes(envelope.content), _context(envelope, event)))
    return found


def own_receipts(invitation: Invitation, round: Round | None = None) -> list[Receipt]:
    """Return the receipts of a bidder, for that bidder: newest first."""
    found = Envelope.objects.filter(invitation=invitation).select_related("round").defer("content").order_by("-pk")
    if round is not None:
        found = found.filter(round=round)
    return [_receipt(each, invitation.event) for each in found]


def own(invitation: Invitation, round: Round, version: int | None = None) -> tuple[Receipt, dict[str, Any]] | None:
    """Return a version that a bidder handed in, for that bidder: the newest draft, bid or withdrawal; None for none."""
    found = (
        Envelope.objects.select_related("round")
        .filter(invitation=invitation, round=round)
        .exclude(kind=LATE)
        .order_by("-version")
    )
    if version is not None:
        found = found.filter(version=version)
    newest = found.first()
    return None if newest is None else (_receipt(newest, invitation.event), _read(newest, invitation.event_id))


def own_standing(invitation: Invitation, rounds: Iterable[Round]) -> tuple[Receipt, dict[str, Any]] | None:
    """Return the bid of a bidder that counts, for that bidder: the newest of the newest round; None if withdrawn."""
    numbers = [round.pk for round in rounds]
    found = Envelope.objects.select_related("round").filter(
        invitation=invitation, round__in=numbers, kind__in=[BID, WITHDRAWAL]
    )
    newest = found.order_by("-round__number", "-version").first()
    if newest is None or newest.kind == WITHDRAWAL:
        return None
    return _receipt(newest, invitation.event), _read(newest, invitation.event_id)


def opened(round: Round) -> list[Opened]:
    """Return every envelope of a round that is opened, drafts left out, in the order of arrival.

    Raises
    ------
    Sealed
        The round is not opened.
    """
    window = Round.objects.select_related("event").get(pk=round.pk)
    if window.opened_at is None:
        raise Sealed
    found = []
    for each in Envelope.objects.select_related("round").filter(round=window).exclude(kind=DRAFT).order_by("number"):
        try:
            content = _read(each, window.event_id)
        except sealing.Unreadable:
            content = None
        found.append(Opened(each.invitation_id, _receipt(each, window.event), content))
    return found


def standing(event: Event) -> dict[int, Opened]:
    """Return the bid that counts of each bidder, by invitation: the newest of the newest opened round with one.

    Raises
    ------
    Sealed
        No round of the event is opened.
    """
    rounds = [round for round in event.rounds.all() if round.opened_at is not None]
    if not rounds:
        raise Sealed
    found: dict[int, Opened] = {}
    for round in sorted(rounds, key=lambda each: each.number):
        for each in opened(round):
            if each.receipt.kind == BID:
                found[each.invitation_id] = each
            elif each.receipt.kind == WITHDRAWAL:
                found.pop(each.invitation_id, None)
    return found


def open_round(round: Round) -> list[dict[str, Any]]:
    """Return what goes on record as a round is opened, envelope by envelope, without what they say.

    The caller has locked the event, has seen two people ask, and sets `opened_at` in the same transaction.
    """
    found = Envelope.objects.filter(round=round).defer("content").order_by("number")
    return [
        {"number": each.number, "supplier": str(each.invitation.supplier), "kind": each.kind, "chain": each.chain}
        for each in found.select_related("invitation__supplier")
    ]


@dataclass(frozen=True)
class Flaw:
    """Where the chain of an event's envelopes does not hold."""

    number: int
    is_missing: bool


def flaws(event: Event) -> Iterator[Flaw]:
    """Yield each place at which envelopes of an event were changed, removed or slipped in."""
    before, number = FIRST, 0
    for each in Envelope.objects.filter(round__event=event).order_by("number").iterator(500):
        if each.number != number + 1:
            yield Flaw(number + 1, is_missing=True)
        if hashlib.sha256(bytes(each.content)).hexdigest() != each.digest or _chain(before, each) != each.chain:
            yield Flaw(each.number, is_missing=False)
        before, number = each.chain, each.number
