"""From a request for information to a request for quotation with those that were chosen; not for comparing answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from secondsource.language import _
from secondsource.web.audit import log
from secondsource.web.bidding import preparing
from secondsource.web.bidding.models import Event, Invitation, Line, Round
from secondsource.web.bidding.preparing import Impossible
from secondsource.web.people.models import Person


@transaction.atomic
def shortlist(
    event: Event, chosen: Sequence[Invitation], name: str, wall: datetime, person: Person, now: datetime
) -> tuple[Event, list[tuple[Invitation, str]]]:
    """Return a request for quotation that follows on an opened event, and its invitations with their codes.

    It asks for the same items, under the same agreement, whose signatures stay valid, and is not published yet.

    Raises
    ------
    Impossible
        The bids are still sealed, nobody is chosen, or the name or the deadline is refused.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    if event.state != "open" or preparing.current_round(event).opened_at is None:
        raise Impossible(_("Suppliers are chosen after the opening, while the event is running."))
    if not chosen:
        raise Impossible(_("Choose at least one supplier."))
    preparing.refuse_name(event.team, name)
    deadline = preparing.coming(wall, event.time_zone, now)
    lines = list(event.lines.all())
    made = Event.objects.create(
        team=event.team, project=event.project, follows=event, name=name, kind="rfq", about=event.about, nda=event.nda,
        currency=event.currency, rates=event.rates, rates_on=event.rates_on, time_zone=event.time_zone,
        made_by=person, made_at=now,
    )  # fmt: skip
    Round.objects.create(event=made, number=1, deadline=deadline)
    for line in lines:
        line.pk, line.event = None, made
    Line.objects.bulk_create(lines)
    invited = []
    for each in chosen:
        new, code = preparing.invite(made, each.supplier, each.email, each.language, person, now)
        if each.nda_at is not None:
            Invitation.objects.filter(pk=new.pk).update(nda_at=each.nda_at, nda_name=each.nda_name)
        invited.append((new, code))
    log.record(
        "event.shortlist", event, team=event.team, person=person, event=event.pk, follows=made.pk,
        suppliers=[str(each) for each in chosen],
    )  # fmt: skip
    return made, invited
