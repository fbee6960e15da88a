"""Whom to call about what: everything in the register and the contracts that a telephone call would mend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from secondsource.language import Message, _
from secondsource.reports import numbers
from secondsource.web.contracts.models import Contract
from secondsource.web.people.models import Team
from secondsource.web.suppliers.models import Supplier

AHEAD = timedelta(days=60)
"""How long before something runs out it is worth a call."""


@dataclass(frozen=True)
class Call:
    """One reason to call a supplier; `due` is when it was, or will be, too late."""

    supplier: Supplier
    why: Message
    due: date


def calls(team: Team, today: date) -> list[Call]:
    """Return the calls to make, the most urgent first; excluded suppliers are not called."""
    known = Supplier.objects.filter(team=team, is_excluded=False, is_own=False).prefetch_related(
        "contacts", "certificates", "levels", "incidents", "approvals"
    )
    suppliers = {supplier.pk: supplier for supplier in known}
    found = [call for supplier in suppliers.values() for call in _of_register(supplier, today)]
    for contract in Contract.objects.filter(team=team, state="running").prefetch_related("deliveries"):
        if contract.supplier_id in suppliers:
            found += _of_contract(contract, suppliers[contract.supplier_id], today)
    return sorted(found, key=lambda call: (call.due, str(call.supplier)))


def _of_register(supplier: Supplier, today: date) -> Iterator[Call]:
    for certificate in supplier.certificates.all():
        if certificate.valid_until is not None and certificate.valid_until < today + AHEAD:
            text = _("ask for the new {what}: it runs out on {day}", what=certificate.what,
                     day=numbers.day(certificate.valid_until))  # fmt: skip
            yield Call(supplier, text, certificate.valid_until)
    for level in supplier.levels.all():
        if level.valid_until is not None and level.valid_until < today + AHEAD:
            text = _("arrange the next assessment of {category}: the evidence counts until {day}",
                     category=level.category, day=numbers.day(level.valid_until))  # fmt: skip
            yield Call(supplier, text, level.valid_until)
    newest = {approval.category: approval for approval in reversed(supplier.approvals.all())}
    for approval in newest.values():
        if approval.valid_until is not None and approval.verdict != "refused" and approval.valid_until < today + AHEAD:
            text = _("decide again whether it may be used: the approval runs out on {day}",
                     day=numbers.day(approval.valid_until))  # fmt: skip
            yield Call(supplier, text, approval.valid_until)
    for incident in supplier.incidents.all():
        if not incident.settled:
            yield Call(supplier, _("settle: {what}", what=incident.what), incident.on)


def _of_contract(contract: Contract, supplier: Supplier, today: date) -> Iterator[Call]:
    if contract.act_by < today + AHEAD:
        text = _("renew, or tender {item} again: the contract ends on {day}", item=contract.item_name,
                 day=numbers.day(contract.ends))  # fmt: skip
        yield Call(supplier, text, contract.act_by)
    for delivery in contract.deliveries.all():
        if delivery.arrived is None and delivery.due < today:
            text = _("where is the delivery of {item}? It was due on {day}", item=contract.item_name,
                     day=numbers.day(delivery.due))  # fmt: skip
            yield Call(supplier, text, delivery.due)
