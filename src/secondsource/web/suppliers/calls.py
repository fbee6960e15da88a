"""Whom to call about what: everything in the register and the contracts that a telephone call would mend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects

from secondsource.language import Message, _
from secondsource.reports import numbers
from secondsource.web.contracts.models import Contract, Delivery
from secondsource.web.people.models import Team
from secondsource.web.suppliers.models import Approval, Certificate, Incident, Level, Supplier

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
    suppliers = {each.pk: each for each in Supplier.objects.filter(team=team, is_excluded=False, is_own=False)}
    found = [
        Call(suppliers[supplier], why, due)
        for supplier, why, due in (*_of_register(team, today), *_of_contracts(team, today))
        if supplier in suppliers
    ]
    prefetch_related_objects(list({call.supplier.pk: call.supplier for call in found}.values()), "contacts")
    return sorted(found, key=lambda call: (call.due, str(call.supplier)))


def _of_register(team: Team, today: date) -> Iterator[tuple[int, Message, date]]:
    """Supplier, reason and day of what runs out, or is not settled."""
    until = today + AHEAD

    def running_out(model: Any) -> QuerySet[Any]:
        found: QuerySet[Any] = model.objects.filter(supplier__team=team, valid_until__lt=until)
        return found

    for each in running_out(Certificate):
        day = numbers.day(each.valid_until)
        yield each.supplier_id, _("ask for the new {what}: it runs out on {day}", what=each.what, day=day), each.valid_until  # fmt: skip  # noqa: E501
    for each in running_out(Level):
        text = _("arrange the next assessment of {category}: the evidence counts until {day}",
                 category=each.category, day=numbers.day(each.valid_until))  # fmt: skip
        yield each.supplier_id, text, each.valid_until
    newest = {
        (each.supplier_id, each.category): each for each in Approval.objects.filter(supplier__team=team).order_by("pk")
    }
    for each in newest.values():
        if each.valid_until is not None and each.verdict != "refused" and each.valid_until < until:
            text = _("decide again whether it may be used: the approval runs out on {day}",
                     day=numbers.day(each.valid_until))  # fmt: skip
            yield each.supplier_id, text, each.valid_until
    for each in Incident.objects.filter(supplier__team=team, settled=False):
        yield each.supplier_id, _("settle: {what}", what=each.what), each.on


def _of_contracts(team: Team, today: date) -> Iterator[tuple[int, Message, date]]:
    """Supplier, reason and day of contracts that must be renewed, and of deliveries that have not come."""
    for each in due_soon(team, today + AHEAD):
        text = _("renew, or tender {item} again: the contract ends on {day}", item=each.item_name,
                 day=numbers.day(each.ends))  # fmt: skip
        yield each.supplier_id, text, each.act_by
    late = Delivery.objects.filter(contract__team=team, contract__state="running", arrived=None, due__lt=today)
    for supplier, item, due in late.values_list("contract__supplier_id", "contract__item_name", "due"):
        text = _("where is the delivery of {item}? It was due on {day}", item=item, day=numbers.day(due))
        yield supplier, text, due


def due_soon(team: Team, until: date) -> list[Contract]:
    """Return the running contracts about which the market must be asked again before a day."""
    running = Contract.objects.filter(team=team, state="running")
    dates = running.values_list("pk", "ends", "notice_days", "switch_days", "retender_days")
    soon = [pk for pk, *given in dates if Contract.act_day(*given) < until]
    found = []
    for begin in range(0, len(soon), 500):  # databases take so many values at once
        found += running.filter(pk__in=soon[begin : begin + 500])
    return found
