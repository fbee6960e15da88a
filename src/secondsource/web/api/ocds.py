"""An event as an OCDS 1.1 release package (with the bid extension); sealed bids are not in it, not even their number.

Open Contracting Data Standard 1.1.5, standard.open-contracting.org; extension `bids` 1.1.5. Amounts are JSON numbers,
as the standard asks: exact values stand in the interface's own answers.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from secondsource.web.bidding import letters
from secondsource.web.bidding.bid import Bid
from secondsource.web.bidding.models import Event, Line
from secondsource.web.bidding.offers import Received, received
from secondsource.web.contracts.models import Contract

PREFIX = "ocds-secondsource"
"""An unregistered prefix; whoever publishes registers one with the Open Contracting Partnership and puts it here."""
BIDS = "https://extensions.open-contracting.org/en/extensions/bids/v1.1.5/extension.json"


def package(event: Event, host: str) -> dict[str, Any]:
    """Return the release package of an event."""
    address = f"{host}api/v1/events/{event.pk}/ocds"
    release = _release(event)
    return {
        "uri": address,
        "version": "1.1",
        "extensions": [BIDS],
        "publishedDate": release["date"],
        "publisher": {"name": event.team.name},
        "releases": [release],
    }


def _date(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _amount(value: Decimal, currency: str) -> dict[str, Any]:
    return {"amount": float(value), "currency": currency}


def _release(event: Event) -> dict[str, Any]:
    rounds = list(event.rounds.order_by("number"))
    opened = [each for each in rounds if each.opened_at is not None]
    found = received(event) if opened else []
    contracts = list(Contract.objects.filter(solve=event.solve).select_related("supplier")) if event.solve_id else []
    lines = {line.item: line for line in event.lines.all() if line.is_asked}
    moments = [event.made_at, event.published_at, event.awarded_at, *(each.opened_at for each in opened)]
    latest = max(at for at in moments if at is not None)
    buyer = {"id": f"team-{event.team_id}", "name": event.team.name}
    suppliers = {each.invitation.supplier.pk: each.invitation.supplier for each in found}
    suppliers |= {each.supplier_id: each.supplier for each in contracts}
    # The standard's list of tags is closed and knows none for bids: they are part of what is said of the tender.
    tags = ["tender"] if event.state != "cancelled" else ["tenderCancellation"]
    if event.solve_id:
        tags.append("award")
    if contracts:
        tags.append("contract")
    release: dict[str, Any] = {
        "ocid": f"{PREFIX}-{event.pk}",
        "id": f"{event.pk}-{latest.astimezone(UTC):%Y%m%dT%H%M%S}-{len(contracts)}",
        "date": _date(latest),
        "tag": tags,
        "initiationType": "tender",
        "language": "en",
        "parties": [
            {**buyer, "roles": ["buyer", "procuringEntity"]},
            *({**_party(each), "roles": ["tenderer", "supplier"]} for each in suppliers.values()),
        ],
        "buyer": buyer,
        "tender": _tender(event, buyer, rounds[-1].deadline, lines, found if opened else None),
    }
    if found:
        release["bids"] = {"details": [_bid(event, each) for each in found if each.bid is not None]}
    if event.solve_id and event.solve is not None:
        release["awards"] = list(_awards(event, lines, suppliers))
    if contracts:
        release["contracts"] = [_contract(each, event) for each in contracts]
    return release


def _party(supplier: Any) -> dict[str, Any]:
    return {"id": f"supplier-{supplier.pk}", "name": str(supplier)}


def _item(line: Line, quantity: Decimal, price: dict[str, Any] | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {"id": line.item, "description": str(line), "quantity": float(quantity)}
    if line.unit or price is not None:
        found["unit"] = {key: value for key, value in (("name", line.unit), ("value", price)) if value}
    return found


def _tender(
    event: Event, buyer: dict[str, Any], deadline: datetime, lines: dict[str, Line], found: list[Received] | None
) -> dict[str, Any]:
    status = {"draft": "planned", "open": "active", "awarded": "complete", "cancelled": "cancelled"}[event.state]
    tender: dict[str, Any] = {
        "id": f"event-{event.pk}",
        "title": event.name,
        "status": status,
        "procurementMethod": "selective",
        "procuringEntity": buyer,
        "submissionMethod": ["electronicSubmission"],
        "tenderPeriod": {"endDate": _date(deadline)},
        "items": [_item(line, line.quantity) for line in lines.values()],
    }
    if event.about:
        tender["description"] = event.about
    if event.published_at is not None:
        tender["tenderPeriod"]["startDate"] = _date(event.published_at)
    if found is not None:
        tender["numberOfTenderers"] = len(found)
        tender["tenderers"] = [_party(each.invitation.supplier) for each in found]
    return tender


def _bid(event: Event, each: Received) -> dict[str, Any]:
    given: Bid | None = each.bid
    lines = {line.pk: line for line in event.lines.all()}
    if given is None:
        raise ValueError("an unreadable bid has no release")
    total = sum(
        (offer.price_at(lines[offer.line].quantity) * lines[offer.line].quantity
         for offer in given.offers if not offer.alternative), Decimal(0),
    )  # fmt: skip
    return {
        "id": f"bid-{each.invitation.pk}-{each.receipt.round}-{each.receipt.version}",
        "date": _date(each.receipt.received_at),
        "status": "valid",
        "tenderers": [_party(each.invitation.supplier)],
        "value": _amount(total, given.currency),
    }


def _awards(event: Event, lines: dict[str, Line], suppliers: dict[int, Any]) -> Any:
    by_key = {supplier.key: supplier for supplier in suppliers.values()}
    assert event.solve is not None and event.awarded_at is not None  # noqa: S101  for the type checker
    for key, rows in letters.awarded(event, event.solve).items():
        given = [row for row in rows if "item" in row]
        if key not in by_key or not given:
            continue
        total = sum((Decimal(row["quantity"]) * Decimal(row["unit_price"]) for row in given), Decimal(0))
        yield {
            "id": f"award-{event.pk}-{by_key[key].pk}",
            "title": event.name,
            "status": "active",
            "date": _date(event.awarded_at),
            "value": _amount(total, given[0]["currency"]),
            "suppliers": [_party(by_key[key])],
            "items": [
                _item(
                    lines[row["item"]], Decimal(row["quantity"]), _amount(Decimal(row["unit_price"]), row["currency"])
                )
                for row in given
                if row["item"] in lines
            ],
        }


def _contract(contract: Contract, event: Event) -> dict[str, Any]:
    starts, ends = f"{contract.starts.isoformat()}T00:00:00Z", f"{contract.ends.isoformat()}T23:59:59Z"
    item = {"id": contract.item, "description": contract.item_name, "quantity": float(contract.quantity)}
    return {
        "id": f"contract-{contract.pk}",
        "awardID": f"award-{event.pk}-{contract.supplier_id}",
        "title": contract.item_name,
        "status": {"running": "active", "ended": "terminated"}.get(contract.state, "terminated"),
        "period": {"startDate": starts, "endDate": ends},
        "value": _amount(contract.value, contract.currency),
        "items": [item],
    }
