"""Demonstration events: one takes bids, one waits to be opened, one is awarded; made as people make them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import secondsource
from secondsource.language import _
from secondsource.web.bidding import bid as bids
from secondsource.web.bidding import envelope, letters, offers, preparing
from secondsource.web.bidding.models import Event, Inquiry, Invitation, Round
from secondsource.web.bidding.preparing import Beginning
from secondsource.web.jobs import lease
from secondsource.web.people.models import Person, Team
from secondsource.web.planning import tables
from secondsource.web.planning.answering import answer
from secondsource.web.planning.models import Project, Proposal, Solve
from secondsource.web.planning.projects import begin, queue
from secondsource.web.planning.translate import rows_of
from secondsource.web.suppliers.models import Supplier

ZONE = "Europe/Berlin"
BIDDERS = {"bolt": ("Bolt & Rivet GmbH", "en"), "dnipro": ("Дніпро Метал", "uk"), "volga": ("Волга Деталь", "ru")}


def awarded(team: Team, examples: Path, now: datetime) -> None:
    """Make an event about the brackets of the first steps, from the invitation to the letters.

    Its plan is found at once: nothing else may wait for a worker yet.
    """
    alice, fiona = Person.objects.get(username="alice"), Person.objects.get(username="fiona")
    for key, (name, _language) in BIDDERS.items():
        Supplier.objects.create(team=team, key=key, name=name)
    problem = secondsource.read(examples / "first-steps", today=now.date())
    project = begin(team, "Brackets", alice)
    what = _("taken over from {file}", file="examples/first-steps")
    tables.replace_tables(project, rows_of(problem), alice, what, base=None)
    event = _event(team, project, "Brackets and lids", alice, now - timedelta(days=30), now - timedelta(days=10))
    _bid_for(event, Decimal("0.7"), now - timedelta(days=12))
    for person in (alice, fiona):
        preparing.open_bids(Round.objects.get(event=event), person, now - timedelta(days=9))
    event = Event.objects.select_related("project__head", "team").get(pk=event.pk)
    offers.into_project(event, alice)
    project.refresh_from_db()
    solve = queue(project, project.scenarios.get(), alice)
    job = lease.claim(datetime.now(UTC))
    if job is None:
        raise RuntimeError("the job that was just queued is gone")
    answer(job)
    Proposal.objects.create(
        solve=solve, proposed_by=alice, state="approved", decided_by=fiona, decided_at=now,
        reason="The cheapest plan that survives the loss of any one supplier.",
    )  # fmt: skip
    letters.award(event, Solve.objects.get(pk=solve.pk), fiona, now)


def running(team: Team, project: Project, now: datetime) -> None:
    """Make an event of a project that takes bids, and one whose bids wait to be opened."""
    alice = Person.objects.get(username="alice")
    event = _event(team, project, "Phone parts 2027", alice, now, now + timedelta(days=9))
    asker = Invitation.objects.filter(event=event).first()
    if asker is not None:
        asked = "May parts be packed in returnable boxes?"
        question = Inquiry.objects.create(event=event, invitation=asker, question=asked, asked_at=now)
        preparing.answer(question, "Yes, at your cost; we return them empty.", alice, now)
    due = _event(team, project, "Phone parts, pilot run", alice, now - timedelta(days=8), now - timedelta(hours=1))
    _bid_for(due, Decimal(1), now - timedelta(days=1))


def _event(team: Team, project: Project, name: str, person: Person, began: datetime, deadline: datetime) -> Event:
    """An event that is published, its bidders invited."""
    wall = deadline.replace(tzinfo=None, second=0, microsecond=0)
    given = Beginning(name, "rfq", wall, "UTC", "Prices delivered ex works; drawings on request.")
    event = preparing.begin(team, project, given, person, began)
    Event.objects.filter(pk=event.pk).update(time_zone=ZONE)
    for key, (_name, language) in BIDDERS.items():
        supplier = Supplier.objects.get(team=team, key=key)
        preparing.invite(event, supplier, f"sales@{key}.example.org", language, person, began)
    preparing.publish(event, person, began)
    return Event.objects.get(pk=event.pk)


def _bid_for(event: Event, factor: Decimal, at: datetime) -> None:
    """A bid of every bidder, made up from the project's own prices, each a little different."""
    prices: dict[str, Decimal] = {}
    for row in tables.read_table(event.project.head, "offers"):
        if row.get("currency") in (None, "", event.currency):
            prices.setdefault(row["item"], Decimal(row["unit_price"]))
    lines = list(event.lines.all())
    asked = preparing.asked_of(event)
    for number, invitation in enumerate(Invitation.objects.filter(event=event)):
        rows: list[dict[str, Any]] = []
        for place, line in enumerate(lines):
            if (place + number) % 7 == 6:  # nobody offers everything
                continue
            share = Decimal(100 + (place * 7 + number * 5) % 17 - 6) / 100
            price = (prices.get(line.item, Decimal(10)) * share * factor).quantize(Decimal("0.01"))
            row = {"line": line.pk, "unit_price": str(max(price, Decimal("0.01"))), "lead_days": str(20 + 10 * number)}
            if number == 1:
                row |= {"backup_fee": str((price / 20).quantize(Decimal("0.01"))), "bring_up_days": "14"}
            rows.append(row)
        content = {"currency": event.currency, "offers": rows, "valid_until": str((at + timedelta(days=120)).date())}
        plain = bids.plain(bids.read(content, asked))
        round = preparing.current_round(event)
        envelope.put(invitation, round, plain, kind=envelope.BID, channel="page", received_at=at)
