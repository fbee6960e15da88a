"""Preparing and running an event: lines, dates, rounds, invitations, answers; not for bids or pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction

from secondsource.language import Message, _
from secondsource.web.audit import log
from secondsource.web.bidding import access, envelope, mail, pulse
from secondsource.web.bidding.bid import Asked
from secondsource.web.bidding.models import Counter, Event, Extension, Inquiry, Invitation, Line, Round
from secondsource.web.bidding.numbers import Refused, number
from secondsource.web.people.models import Person, Team
from secondsource.web.planning import tables
from secondsource.web.planning.models import Project, micro
from secondsource.web.planning.translate import pack
from secondsource.web.suppliers.models import Supplier

LINK_LIVES = timedelta(days=60)
"""How long the code of an invitation can be used."""


class Impossible(Exception):
    """What was asked cannot be done now; the message says why and what to do instead."""

    def __init__(self, why: Message) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(frozen=True)
class Beginning:
    """What an event begins with. `deadline` is as people of `time_zone` read it on the wall, without a zone."""

    name: str
    kind: str
    deadline: datetime
    time_zone: str
    about: str = ""


def instant(wall: datetime, time_zone: str) -> datetime:
    """Return the instant of a wall-clock time in a zone.

    >>> str(instant(datetime(2026, 7, 1, 12), "Europe/Berlin"))
    '2026-07-01 10:00:00+00:00'

    Raises
    ------
    Impossible
        There is no such zone, or the hour does not exist or exists twice there: clocks change in it.
    """
    if time_zone not in available_timezones():
        raise Impossible(_("{zone} is no time zone such as Europe/Berlin.", zone=time_zone[:60]))
    zone = ZoneInfo(time_zone)
    first, second = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        raise Impossible(_("The clocks are changed in that hour in {zone}: choose another one.", zone=time_zone))
    return first.astimezone(UTC)


def coming(wall: datetime, time_zone: str, now: datetime) -> datetime:
    """Return the instant of a deadline that is still to come.

    Raises
    ------
    Impossible
        It is past, or not an instant.
    """
    deadline = instant(wall, time_zone)
    if deadline <= now:
        raise Impossible(_("The deadline is past already."))
    return deadline


def refuse_name(team: Team, name: str) -> None:
    """Raise `Impossible` where a new event may not be called so: it has no name, or that of another event."""
    if not name:
        raise Impossible(_("An event needs a name."))
    if Event.objects.filter(team=team, name=name).exists():
        raise Impossible(_("There is an event of this name already."))


@transaction.atomic
def begin(team: Team, project: Project, given: Beginning, person: Person, now: datetime) -> Event:
    """Return a new event about the items of a project that are needed, nothing of it published yet.

    Raises
    ------
    Impossible
        The name is missing or taken, or the deadline is past.
    """
    refuse_name(team, given.name)
    deadline = coming(given.deadline, given.time_zone, now)
    settings = {row.get("name"): row.get("value", "") for row in tables.read_table(project.head, "settings")}
    currency = settings.get("currency") or "EUR"
    rates = {
        row["currency"]: row["rate"]
        for row in tables.read_table(project.head, "rates")
        if row.get("currency") and row.get("rate")
    }
    made = Event.objects.create(
        team=team,
        project=project,
        name=given.name,
        kind=given.kind,
        about=given.about,
        currency=currency,
        rates={currency: "1", **rates},
        rates_on=_day(settings.get("as_of", "")) or now.date(),
        time_zone=given.time_zone,
        made_by=person,
        made_at=now,
    )
    Round.objects.create(event=made, number=1, deadline=deadline)
    take_lines(made)
    log.record("event.new", made, team=team, person=person, event=made.pk)
    return made


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def needs_of(project: Project) -> dict[str, Decimal]:
    """Return how much of each item is needed: independent demand, and what goes into it by the bill of materials."""
    items = tables.read_table(project.head, "items")
    demand = {row["item"]: _amount(row.get("demand", ""), Decimal(0)) for row in items if row.get("item")}
    children: dict[str, list[tuple[str, Decimal]]] = {}
    waits: dict[str, int] = dict.fromkeys(demand, 0)
    for row in tables.read_table(project.head, "bom"):
        if row.get("parent") in demand and row.get("child") in demand:
            children.setdefault(row["parent"], []).append((row["child"], _amount(row.get("quantity", ""), Decimal(1))))
            waits[row["child"]] += 1
    ready = [item for item, count in waits.items() if count == 0]
    while ready:
        item = ready.pop()
        for child, quantity in children.get(item, []):
            demand[child] += demand[item] * quantity
            waits[child] -= 1
            if waits[child] == 0:
                ready.append(child)
    return demand


def _amount(text: str, other: Decimal) -> Decimal:
    try:
        return number(text) if text else other
    except Refused:
        return other


def take_lines(event: Event) -> None:
    """Take the items of the project over that are needed and not in the event yet, lots by category."""
    needs = needs_of(event.project)
    known = set(event.lines.values_list("item", flat=True))
    Line.objects.bulk_create(
        Line(
            event=event,
            item=row["item"],
            name=row.get("name", "")[:200],
            unit=row.get("unit", "")[:40],
            lot=row.get("category", "")[:120],
            site=row.get("site", "")[:120],
            quantity_micro=micro(needs[row["item"]]),
        )
        for row in tables.read_table(event.project.head, "items")
        if row.get("item") and row["item"] not in known and needs[row["item"]] > 0
    )


@transaction.atomic
def edit_lines(event: Event, given: Mapping[int, Mapping[str, str]], person: Person) -> None:
    """Change what is asked for: `{line: {"quantity", "lot", "target", "asked"}}`; once published, a new revision.

    Raises
    ------
    Impossible
        A number is none, or the event is over.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    if event.state not in ("draft", "open") or event.rounds.filter(opened_at__isnull=False).exists():
        raise Impossible(_("What is asked for is not changed after the opening."))
    changed = False
    for line in event.lines.all():
        row = given.get(line.pk)
        if row is None:
            continue
        try:
            quantity = number(row.get("quantity", ""))
            target = number(row["target"]) if row.get("target", "").strip() else None
        except Refused as error:
            raise Impossible(_("{item}: {expected}", item=line.item, expected=error.expected)) from error
        before = (line.quantity_micro, line.lot, line.target_micro, line.is_asked)
        line.quantity_micro, line.target_micro = micro(quantity), micro(target)
        line.lot, line.is_asked = row.get("lot", "").strip()[:120], bool(row.get("asked")) and quantity > 0
        if before != (line.quantity_micro, line.lot, line.target_micro, line.is_asked):
            line.save()
            changed = True
    if changed and event.state == "open":
        Event.objects.filter(pk=event.pk).update(revision=event.revision + 1)
        log.record("event.edit", event, team=event.team, person=person, event=event.pk, revision=event.revision + 1)


@transaction.atomic
def publish(event: Event, person: Person, now: datetime) -> None:
    """Publish an event: from now on its invitations open it.

    Raises
    ------
    Impossible
        There is nothing to ask for, or the deadline is past.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    if event.state != "draft":
        raise Impossible(_("The event is published already."))
    if not event.lines.filter(is_asked=True).exists():
        raise Impossible(_("The event asks for nothing: choose items."))
    if not event.rounds.filter(deadline__gt=now).exists():
        raise Impossible(_("The deadline is past already."))
    Event.objects.filter(pk=event.pk).update(state="open", published_at=now)
    log.record("event.publish", event, team=event.team, person=person, event=event.pk)


@transaction.atomic
def extend(round: Round, wall: datetime, why: str, person: Person, now: datetime) -> None:
    """Move a deadline that is not past yet to a later one, for all.

    Raises
    ------
    Impossible
        It is past, or the new one is not later.
    """
    event = Event.objects.select_for_update().get(pk=round.event_id)
    window = Round.objects.get(pk=round.pk)
    after = instant(wall, event.time_zone)
    if event.state not in ("draft", "open") or not window.is_open(now):
        raise Impossible(_("The deadline is past: ask in a further round."))
    if after <= window.deadline:
        raise Impossible(_("A deadline is only moved to a later one."))
    Extension.objects.create(
        round=window, at=now, before=window.deadline, after=after, person=person, why=pack(why.strip()[:300])
    )
    Round.objects.filter(pk=window.pk).update(deadline=after)
    mail.moved(window, after, why.strip()[:300])
    log.record("event.extend", event, team=event.team, person=person, event=event.pk, deadline=after, why=why)


@transaction.atomic
def cancel(event: Event, why: str, person: Person) -> None:
    """Call an event off, with a reason that its bidders read; sealed bids stay sealed."""
    if not why.strip():
        raise Impossible(_("Calling an event off needs a reason: the bidders read it."))
    event = Event.objects.select_for_update().get(pk=event.pk)
    if event.state not in ("draft", "open"):
        raise Impossible(_("The event is over already."))
    Event.objects.filter(pk=event.pk).update(state="cancelled", cancelled_why=why.strip())
    mail.cancelled(event, why.strip())
    log.record("event.cancel", event, team=event.team, person=person, event=event.pk, why=why)


@transaction.atomic
def invite(
    event: Event, supplier: Supplier, email: str, language: str, person: Person, now: datetime
) -> tuple[Invitation, str]:
    """Return the invitation of a supplier and the code for its link, which is shown once and kept nowhere.

    Raises
    ------
    Impossible
        It is invited already, excluded, or the event is over.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    if event.state not in ("draft", "open"):
        raise Impossible(_("The event is over already."))
    if supplier.is_excluded:
        raise Impossible(_("{supplier} is excluded: {reason}", supplier=supplier, reason=supplier.excluded_reason))
    if Invitation.objects.filter(event=event, supplier=supplier).exists():
        raise Impossible(_("{supplier} is invited already.", supplier=supplier))
    code, kept = access.new_code()
    made = Invitation.objects.create(
        event=event, supplier=supplier, email=email, language=language, made_at=now,
        code_hash=kept, code_until=now + LINK_LIVES,
    )  # fmt: skip
    made.rounds.set(event.rounds.filter(opened_at__isnull=True))
    log.record("event.invite", f"{event}: {supplier}", team=event.team, person=person, event=event.pk)
    return made, code


@transaction.atomic
def renew(invitation: Invitation, person: Person | None, now: datetime) -> str:
    """Return a new code for an invitation; the one before, if unused, opens nothing any more.

    What an earlier code opened stays open when the bidder itself asks (no `person`), and is closed when the team does.
    """
    code, kept = access.new_code()
    stamp = invitation.stamp + (1 if person is not None else 0)
    Invitation.objects.filter(pk=invitation.pk).update(
        code_hash=kept, code_until=now + LINK_LIVES, stamp=stamp, revoked_at=None
    )
    if person is not None:
        event = invitation.event
        log.record("event.invite", f"{event}: {invitation}", team=event.team, person=person, event=event.pk)
    return code


@transaction.atomic
def revoke(invitation: Invitation, person: Person, now: datetime) -> None:
    """Take an invitation back: its link and whatever it opened are closed at once; what came stays on record."""
    Event.objects.select_for_update().get(pk=invitation.event_id)
    Invitation.objects.filter(pk=invitation.pk).update(code_hash="", revoked_at=now, stamp=invitation.stamp + 1)
    event = invitation.event
    log.record("event.revoke", f"{event}: {invitation}", team=event.team, person=person, event=event.pk)


@transaction.atomic
def answer(inquiry: Inquiry, text: str, person: Person, now: datetime) -> None:
    """Answer a bidder's question, to all."""
    if not text.strip():
        raise Impossible(_("Write the answer first."))
    Inquiry.objects.filter(pk=inquiry.pk).update(answer=text.strip(), answered_at=now, answered_by=person)
    event = inquiry.event
    mail.answered(event)
    log.record("event.answer", event, team=event.team, person=person, event=event.pk, inquiry=inquiry.pk)


def open_bids(round: Round, person: Person, now: datetime) -> bool:
    """Ask for the opening of a round, or open it where somebody else has asked; return whether it is open now.

    Raises
    ------
    Impossible
        The deadline is not past yet, or the same person asks twice.
    """
    pulse.notice(now)  # before the transaction: what it moves stays moved, whatever is answered here
    return _open(round, person, now)


@transaction.atomic
def _open(round: Round, person: Person, now: datetime) -> bool:
    event = Event.objects.select_for_update().get(pk=round.event_id)
    window = Round.objects.get(pk=round.pk)
    if window.opened_at is not None:
        return True
    if event.state != "open":
        raise Impossible(_("The event is not running."))
    if now < window.deadline:
        raise Impossible(_("Bids are opened after the deadline, not before."))
    if window.asked_by_id is None:
        Round.objects.filter(pk=window.pk).update(asked_by=person, asked_at=now)
        log.record("event.ask-opening", event, team=event.team, person=person, event=event.pk, round=window.number)
        return False
    if window.asked_by_id == person.pk:
        raise Impossible(_("Bids are opened by two people: somebody else must confirm."))
    seals = envelope.open_round(window)
    Round.objects.filter(pk=window.pk).update(opened_by=person, opened_at=now)
    log.record(
        "event.open", event, team=event.team, person=person, event=event.pk, round=window.number, envelopes=seals
    )
    return True


@transaction.atomic
def further_round(
    event: Event, wall: datetime, chosen: Iterable[Invitation], counters: Mapping[int, tuple[str, dict[str, str]]],
    person: Person, now: datetime,
) -> Round:  # fmt: skip
    """Return a further round for chosen bidders, with what each is asked: `{invitation: (text, {line: price})}`.

    Raises
    ------
    Impossible
        The round before is not opened, the deadline is past, or nobody is chosen.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    last = event.rounds.order_by("-number").first()
    if event.state != "open" or last is None or last.opened_at is None:
        raise Impossible(_("A further round begins after the opening of the one before."))
    deadline, invited = coming(wall, event.time_zone, now), list(chosen)
    if not invited:
        raise Impossible(_("Choose who is asked again."))
    made = Round.objects.create(event=event, number=last.number + 1, deadline=deadline)
    for each in invited:
        each.rounds.add(made)
        text, prices = counters.get(each.pk, ("", {}))
        if text or prices:
            Counter.objects.create(round=made, invitation=each, text=text, prices=prices, made_by=person, made_at=now)
    log.record(
        "event.round", event, team=event.team, person=person, event=event.pk, round=made.number,
        suppliers=[str(each) for each in invited],
    )  # fmt: skip
    return made


def asked_of(event: Event) -> Asked:
    """Return what a bid for an event is read against."""
    lines = list(event.lines.filter(is_asked=True))
    return Asked(
        {line.pk: line.item for line in lines},
        {line.pk: line.quantity for line in lines},
        tuple(event.rates),
        tuple(event.questions),
    )


def current_round(event: Event) -> Round:
    """Return the newest round of an event."""
    return max(event.rounds.all(), key=lambda each: each.number)
