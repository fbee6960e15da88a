"""Awarding an event by an approved plan, and what each bidder is told; nobody is told another bidder's price or name.

A winner reads what it is awarded. A loser reads a debrief computed from the same costs as the comparison, in bands: how
far its landed cost was from the best, and whether something other than price stood in its way. Where fewer than three
competed for an item, a distance would tell the other's price, and is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from secondsource.language import Message, _
from secondsource.web.audit import log
from secondsource.web.bidding import mail
from secondsource.web.bidding.comparing import FEW, Cell, Matrix, compare
from secondsource.web.bidding.models import Event, Invitation, Letter
from secondsource.web.bidding.offers import prefix
from secondsource.web.bidding.preparing import Impossible
from secondsource.web.people.models import Person
from secondsource.web.planning import answers, tables
from secondsource.web.planning.models import Solve
from secondsource.web.planning.translate import pack

BANDS: tuple[tuple[Decimal, Message], ...] = (
    (Decimal("0.05"), _("up to 5 per cent above the best landed cost")),
    (Decimal("0.15"), _("5 to 15 per cent above the best landed cost")),
    (Decimal("0.30"), _("15 to 30 per cent above the best landed cost")),
    (Decimal("Infinity"), _("more than 30 per cent above the best landed cost")),
)


def plans_of(event: Event) -> list[Solve]:
    """Return the plans of the project that could award the event: approved, and made with its bids."""
    found = Solve.objects.filter(project_id=event.project_id, proposal__state="approved").select_related(
        "version", "scenario", "proposal"
    )
    return [solve for solve in found if _has_bids(event, solve)]


def _has_bids(event: Event, solve: Solve) -> bool:
    rows = tables.read_table(solve.version, "offers")
    return any(row.get("offer", "").startswith(prefix(event)) for row in rows)


def awarded(event: Event, solve: Solve) -> dict[str, list[dict[str, str]]]:
    """Return what a plan gives each supplier of what the event asked for: `{supplier: [{item, quantity, ...}]}`."""
    answer = answers.answer(solve)
    found: dict[str, list[dict[str, str]]] = {}
    for award in answer.plan.awards:
        if award.offer.startswith(prefix(event)):
            offer = answer.problem.offers.row(answer.problem.offers.position[award.offer])
            row = {
                "item": award.item,
                "offer": award.offer,
                "quantity": format(award.quantity.normalize() + 0, "f"),
                "unit_price": format(offer["unit_price"], "f"),
                "currency": offer["currency"] or event.currency,
            }
            found.setdefault(award.supplier, []).append(row)
    for package in answer.plan.packages:
        if package.package.startswith(prefix(event)):
            name = package.package.removeprefix(f"{prefix(event)}{package.supplier}-")
            row = {"package": name, "price": format(package.price, "f"), "currency": event.currency}
            found.setdefault(package.supplier, []).append(row)
    return found


def backups_of(event: Event, solve: Solve) -> dict[str, list[dict[str, str]]]:
    """Return what a plan books with each supplier as backup."""
    found: dict[str, list[dict[str, str]]] = {}
    for booking in answers.answer(solve).plan.backups:
        if booking.offer.startswith(prefix(event)):
            quantity = format(booking.quantity.normalize() + 0, "f")
            found.setdefault(booking.supplier, []).append({"item": booking.item, "quantity": quantity})
    return found


@transaction.atomic
def award(event: Event, solve: Solve, person: Person, now: datetime) -> list[Letter]:
    """Award an event by a plan and write every bidder its letter; both stand for ever.

    Raises
    ------
    Impossible
        The plan is not approved, was made without the bids, or the event is not opened or over.
    """
    event = Event.objects.select_for_update(of=("self",)).select_related("project__head", "team").get(pk=event.pk)
    rounds = list(event.rounds.order_by("number"))
    if event.state != "open" or not rounds or rounds[-1].opened_at is None:
        raise Impossible(_("An event is awarded once, after the opening of its last round."))
    if solve.pk not in {each.pk for each in plans_of(event)}:
        raise Impossible(_("Choose an approved plan that was made with the bids of this event."))
    matrix = compare(event, now.date())
    wins, books = awarded(event, solve), backups_of(event, solve)
    made = []
    for each in matrix.found:
        supplier = each.invitation.supplier.key
        content = {
            "awards": wins.get(supplier, []),
            "backups": books.get(supplier, []),
            "lines": []
            if each.bid is None
            else list(debrief(matrix, each.invitation, wins.get(supplier, []), now.date())),
            "is_readable": each.bid is not None,
        }
        kind = "win" if supplier in wins or supplier in books else "debrief"
        made.append(Letter.objects.create(invitation=each.invitation, kind=kind, at=now, content=content))
    mail.decided(event)
    Event.objects.filter(pk=event.pk).update(state="awarded", solve=solve, awarded_at=now)
    log.record(
        "event.award", event, team=event.team, person=person, event=event.pk, solve=solve.pk, suppliers=sorted(wins)
    )
    return made


def debrief(
    matrix: Matrix, invitation: Invitation, wins: list[dict[str, str]], today: date
) -> Iterator[dict[str, Any]]:
    """Yield what a bidder is told of each line that it bid for and did not win."""
    won = {row["item"] for row in wins if "item" in row}
    for row in matrix.rows:
        cell = row.cell(invitation.pk)
        if cell is None or row.line.item in won:
            continue
        yield {"item": row.line.item, "name": str(row.line), "said": [pack(text) for text in _said(cell, row.competing, row.best)]}  # fmt: skip  # noqa: E501


def _said(cell: Cell, competing: int, best: Decimal | None) -> Iterator[Message]:
    if "expired" in cell.marks:
        yield _("Your offer had expired.")
    elif "refused" in cell.marks:
        yield _("Your offer was not admitted: {why}.", why=cell.why)
    elif "backup" in cell.marks:
        yield _("You offered to stand by only.")
    elif competing < FEW or best is None:
        yield _("Fewer than three competed: how far your price was from the best is not told, as it would tell the other's.")  # fmt: skip  # noqa: E501
    elif "best" in cell.marks:
        yield _("Your landed cost was the best; capacity, packages, the loss of a supplier or rules decided otherwise.")
    else:
        distance = cell.landed / best - 1 if best else Decimal("Infinity")
        yield _("Your landed cost was {band}.", band=next(text for limit, text in BANDS if distance <= limit))
    if "short" in cell.marks:
        yield _("Your capacity was below the quantity asked for.")
    if "minimum" in cell.marks:
        yield _("Your smallest quantity was above the need.")
