"""Writing the audit log and checking its chain of seals; not for showing it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from secondsource.language import Message, _
from secondsource.web.audit.models import Entry
from secondsource.web.people.models import Person, Team

FIRST = "0" * 64
LOCK = 7_215_001
"""Number of PostgreSQL's advisory lock: one writer at a time, so that the chain has no fork."""

DEEDS = {
    "people.add": _("added a person"),
    "people.role": _("changed a role"),
    "people.limit": _("changed the approval limit"),
    "needs.new": _("began a project"),
    "needs.edit": _("changed the needs"),
    "needs.import": _("took over a file"),
    "needs.back": _("went back to an earlier version"),
    "scenario.new": _("made a scenario"),
    "plan.ask": _("asked for a plan"),
    "plan.stop": _("stopped a search"),
    "terms.ask": _("asked about a plan"),
    "terms.sent": _("sent a supplier its sheet"),
    "plan.propose": _("proposed a plan"),
    "plan.approve": _("approved a plan"),
    "plan.reject": _("sent a plan back"),
    "supplier.new": _("entered a supplier"),
    "supplier.edit": _("changed a supplier"),
    "supplier.exclude": _("excluded a supplier"),
    "supplier.readmit": _("took a supplier back"),
    "contract.new": _("concluded contracts"),
    "contract.edit": _("changed a contract"),
    "contract.fail": _("reported a failure"),
    "contract.renew": _("let a contract run on"),
    "contract.end": _("ended a contract"),
    "contract.notice": _("gave notice"),
    "supplier.approve": _("decided about a supplier"),
    "token.new": _("made a key for programs"),
    "delivery.new": _("entered a delivery"),
    "event.new": _("began a sourcing event"),
    "event.edit": _("changed a sourcing event"),
    "event.publish": _("published a sourcing event"),
    "event.invite": _("invited a supplier to bid"),
    "event.revoke": _("took an invitation to bid back"),
    "event.answer": _("answered a bidder's question to all"),
    "event.extend": _("moved a deadline for all"),
    "event.ask-opening": _("asked for bids to be opened"),
    "event.open": _("opened bids"),
    "event.round": _("began a further round"),
    "event.shortlist": _("shortlisted suppliers for a request for quotation"),
    "event.offers": _("took bids into a project"),
    "event.award": _("awarded a sourcing event"),
    "event.cancel": _("called a sourcing event off"),
    "token.revoke": _("took a key for programs back"),
    "supplier.screen": _("judged whether a supplier is on a list"),
    "hook.new": _("had alerts posted to an address"),
    "hook.remove": _("had alerts posted to an address no more"),
    "intake.new": _("asked for something"),
    "intake.measure": _("said how much a request is about"),
    "intake.answer": _("answered a request"),
    "calendar.new": _("made a calendar link"),
    "calendar.revoke": _("took a calendar link back"),
}


def record(
    deed: str, about: object, *, team: Team | None, person: Person | None, now: datetime | None = None, **details: Any
) -> Entry:
    """Add an entry within the transaction of what it records, and return it."""
    if deed not in DEEDS:
        raise KeyError(deed)
    with transaction.atomic():
        if connection.vendor == "postgresql":  # SQLite has one writer anyway
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        last = Entry.objects.order_by("-number").values_list("number", "seal").first() or (0, FIRST)
        entry = Entry(
            number=last[0] + 1,
            at=(now or datetime.now(UTC)).astimezone(UTC),
            team=team,
            person=person,
            deed=deed,
            about=str(about)[:200],
            details=json.loads(json.dumps(details, default=str)),
        )
        entry.seal = seal(last[1], entry)
        entry.save()
    return entry


def seal(before: str, entry: Entry) -> str:
    """Return the seal of an entry that follows the seal `before`: ``SHA-256(before, canonical JSON of the entry)``."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    content = [entry.number, at, entry.team_id, entry.person_id, entry.deed, entry.about, entry.details]
    text = json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()


@dataclass(frozen=True)
class Finding:
    """What is wrong with the log, and at which entry."""

    number: int
    what: Message


def broken() -> Iterator[Finding]:
    """Yield each entry at which the chain does not hold; nothing where the log is whole.

    The end of the log cannot vouch for itself: whoever cuts off the last entries leaves a whole chain. Keep the last
    seal elsewhere (`last_seal`) and compare.
    """
    before, number = FIRST, 0
    for entry in Entry.objects.order_by("number").iterator(2000):
        if entry.number != number + 1:
            yield Finding(number + 1, _("is missing"))
        if entry.seal != seal(before, entry):
            yield Finding(entry.number, _("does not match its seal: it, or what was before it, was changed"))
        before, number = entry.seal, entry.number


def last_seal() -> tuple[int, str]:
    """Return the number of entries and the seal of the last one."""
    return Entry.objects.order_by("-number").values_list("number", "seal").first() or (0, FIRST)
