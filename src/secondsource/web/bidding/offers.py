"""Opened bids as rows of the project's tables, so that the plan awards them; not for comparing them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from secondsource.errors import InvalidInput
from secondsource.language import _
from secondsource.problem.cells import plain
from secondsource.web.audit import log
from secondsource.web.bidding import bid as bids
from secondsource.web.bidding import envelope
from secondsource.web.bidding.bid import Asked, Bid, Offer
from secondsource.web.bidding.models import Event, Invitation, Line
from secondsource.web.people.models import Person
from secondsource.web.planning import tables
from secondsource.web.planning.translate import Rows


@dataclass(frozen=True)
class Received:
    """A bid that counts, of whom, and when it came; `bid` is None where it could not be read."""

    invitation: Invitation
    receipt: envelope.Receipt
    bid: Bid | None


def received(event: Event) -> list[Received]:
    """Return the bids of an event that count, by supplier.

    A line that is not asked for any more is left out of a bid, the rest counts.

    Raises
    ------
    Sealed
        No round is opened.
    """
    standing = envelope.standing(event)
    lines = {line.pk: line for line in event.lines.all()}
    asked = Asked(
        {pk: line.item for pk, line in lines.items()},
        {pk: line.quantity for pk, line in lines.items()},
        tuple(event.rates),
        tuple(event.questions),
    )
    gone = {pk for pk, line in lines.items() if not line.is_asked}
    found = []
    for invitation in Invitation.objects.filter(event=event, pk__in=standing).select_related("supplier"):
        opened = standing[invitation.pk]
        found.append(Received(invitation, opened.receipt, _still_asked(opened.content, asked, gone)))
    return found


def _still_asked(content: dict[str, Any] | None, asked: Asked, gone: set[int]) -> Bid | None:
    try:
        given = None if content is None else bids.read(content, asked)
    except InvalidInput:
        return None
    if given is None or not gone:
        return given
    offers = tuple(offer for offer in given.offers if offer.line not in gone)
    packages = tuple(each for each in given.packages if not gone & {line for line, _quantity in each.lines})
    return Bid(given.currency, given.valid_until, given.capacity, given.note, given.answers, offers, packages)


def prefix(event: Event) -> str:
    """Return how the keys of an event's offers begin."""
    return f"e{event.pk}-"


def offer_key(event: Event, supplier: str, item: str, alternative: int) -> str:
    """Return the key of an offer in the project's tables."""
    return f"{prefix(event)}{supplier}-{item}" + (f"-{alternative}" if alternative else "")


def rows_of(event: Event, found: list[Received], given: Mapping[str, Rows]) -> dict[str, Rows]:
    """Return the tables of a project with the bids in place of what their bidders offered for these items before.

    Offers of others stand as they are, own production among them. Bids are converted at the rates that were published
    with the event; a bid's own capacity and rates take the place of what the tables have.
    """
    lines = {line.pk: line for line in event.lines.all()}
    asked = {line.item for line in lines.values() if line.is_asked}
    bidders = {each.invitation.supplier.key for each in found}
    made = {name: [dict(row) for row in rows] for name, rows in given.items()}
    gone = {
        row.get("offer", "")
        for row in made.get("offers", [])
        if row.get("offer", "").startswith(prefix(event))
        or (row.get("supplier") in bidders and row.get("item") in asked)
    }
    for name in ("offers", "price_breaks", "staffing"):
        made[name] = [row for row in made.get(name, []) if row.get("offer", "") not in gone]
    packages = {row["package"] for row in made.get("packages", []) if row.get("package", "").startswith(prefix(event))}
    for name in ("packages", "package_items"):
        made[name] = [row for row in made.get(name, []) if row.get("package") not in packages]
    _rates(event, made)
    for each in found:
        if each.bid is not None:
            _supplier(event, each, made)
            for offer in each.bid.offers:
                _offer(event, each, each.bid, offer, lines[offer.line], made)
            _packages(event, each, each.bid, lines, made)
    return {name: rows for name, rows in made.items() if rows or name in given}


def _rates(event: Event, made: dict[str, Rows]) -> None:
    source = f"published with the event {event.name}, {event.rates_on or ''}".strip(", ")
    known = {row.get("currency"): row for row in made.setdefault("rates", [])}
    for currency, rate in event.rates.items():
        if currency == event.currency:
            continue
        if currency in known:
            known[currency].update(rate=rate, source=source)
        else:
            made["rates"].append({"currency": currency, "rate": rate, "source": source})


def _source(event: Event, each: Received) -> str:
    at = each.receipt.received_at
    return f"bid: {event.name}, round {each.receipt.round}, version {each.receipt.version}, {at:%Y-%m-%d %H:%M} UTC"


def _supplier(event: Event, each: Received, made: dict[str, Rows]) -> None:
    supplier = each.invitation.supplier
    rows = made.setdefault("suppliers", [])
    row = next((row for row in rows if row.get("supplier") == supplier.key), None)
    if row is None:
        row = {"supplier": supplier.key, "name": supplier.name or supplier.key}
        rows.append(row)
    if each.bid is not None and each.bid.capacity is not None:
        row["capacity"] = plain(each.bid.capacity)


def _offer(event: Event, each: Received, given: Bid, offer: Offer, line: Line, made: dict[str, Rows]) -> None:
    key = offer_key(event, each.invitation.supplier.key, line.item, offer.alternative)
    values: dict[str, object] = {
        "offer": key, "item": line.item, "supplier": each.invitation.supplier.key, "currency": given.currency,
        "unit_price": offer.unit_price, "fixed_cost": offer.fixed_cost, "capacity": offer.capacity,
        "min_quantity": offer.min_quantity, "multiple": offer.multiple, "defect_rate": offer.defect_rate,
        "lead_days": offer.lead_days, "payment_days": offer.payment_days, "backup_fee": offer.backup_fee,
        "backup_unit_price": offer.backup_unit_price, "bring_up_days": offer.bring_up_days,
        "backup_only": offer.backup_only or None, "valid_until": given.valid_until,
        "price_break_kind": offer.break_kind if offer.breaks else None,
        "source": _source(event, each), "note": offer.conditions,
    }  # fmt: skip
    empty = (None, "", Decimal(0))
    kept = {name: plain(value) for name, value in values.items() if value not in empty or name == "unit_price"}
    made.setdefault("offers", []).append(kept)
    made.setdefault("price_breaks", []).extend(
        {"offer": key, "from_quantity": plain(start), "unit_price": plain(price)} for start, price in offer.breaks
    )


def _packages(event: Event, each: Received, given: Bid, lines: Mapping[int, Line], made: dict[str, Rows]) -> None:
    rate = Decimal(event.rates.get(given.currency, "1"))
    for package in given.packages:
        key = f"{prefix(event)}{each.invitation.supplier.key}-{package.name}"
        price = plain(package.price * rate)
        row = {"package": key, "supplier": each.invitation.supplier.key, "price": price, "source": _source(event, each)}
        made.setdefault("packages", []).append(row)
        made.setdefault("package_items", []).extend(
            {"package": key, "item": lines[line].item, "quantity": plain(quantity)} for line, quantity in package.lines
        )


@transaction.atomic
def into_project(event: Event, person: Person) -> int:
    """Make the opened bids the project's offers, in a version of their own; return how many bids there are.

    Raises
    ------
    Sealed
        No round is opened.
    Stale
        Somebody else is changing the project.
    """
    found = [each for each in received(event) if each.bid is not None]
    project = event.project
    made = rows_of(event, found, tables.read(project.head))
    what = _("bids of {event}", event=event.name)
    version = tables.replace_tables(project, made, person, what, base=project.head)
    log.record(
        "event.offers", event, team=event.team, person=person, event=event.pk, version=version.number, bids=len(found)
    )
    return len(found)
