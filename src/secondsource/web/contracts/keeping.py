"""What the clock does to contracts: some run on, some end, and their owners are reminded; the scheduler calls it."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from secondsource.language import Message, _, plural, use_language
from secondsource.reports import numbers
from secondsource.web.audit import log
from secondsource.web.contracts.models import Contract, Reminder

BEFORE = (120, 30, 7, 0)
"""Days before a date on which its owner is reminded."""
LATE = 30
"""Days after a date beyond which nobody is reminded of it any more."""


def months_later(day: date, months: int) -> date:
    """Return the same day some months later, the last of the month where it has none.

    >>> months_later(date(2027, 12, 31), 2)
    datetime.date(2028, 2, 29)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def pass_ends(today: date) -> int:
    """Let contracts whose last day is over run on where that was agreed, and end the others; return how many."""
    over = Contract.objects.filter(state="running", ends__lt=today).select_related("team", "supplier")
    for contract in over:
        with transaction.atomic():
            before = contract.ends
            if contract.renews_itself and contract.renewal_months and contract.notice_given_on is None:
                ends = contract.ends
                while ends < today:
                    ends = months_later(ends, contract.renewal_months)
                if not Contract.objects.filter(pk=contract.pk, ends=before, state="running").update(ends=ends):
                    continue
                deed = "contract.renew"
            else:
                if not Contract.objects.filter(pk=contract.pk, state="running").update(state="ended"):
                    continue
                ends, deed = before, "contract.end"
            about = f"{contract.item_name}: {contract.supplier}"
            log.record(deed, about, team=contract.team, person=None, contract=contract.pk, before=before, ends=ends)
    return len(over)


def dates(contract: Contract) -> dict[str, date]:
    """Return the dates of a running contract that someone must act on."""
    found = {"act": contract.act_by, "end": contract.ends}
    if contract.notice_given_on is None:
        found["notice"] = contract.notice_by
    return found


def due_reminders(today: date) -> Iterator[tuple[Contract, str, date, int]]:
    """Yield what is to be reminded of today: each date once, at the nearest of the days before it that has come."""
    running = Contract.objects.filter(state="running").select_related("owner", "supplier", "team")
    for contract in running.prefetch_related("reminders"):
        known = {(each.kind, each.on, each.days) for each in contract.reminders.all()}
        for kind, on in dates(contract).items():
            left = (on - today).days
            days = next((before for before in reversed(BEFORE) if left <= before), None)
            if days is not None and left >= -LATE and (kind, on, days) not in known:
                yield contract, kind, on, days


def text_of(contract: Contract, kind: str, on: date) -> Message:
    """Return what a reminder says."""
    who = {"item": contract.item_name, "supplier": contract.supplier, "day": numbers.day(on)}
    if kind == "act":
        return _("{item}, {supplier}: ask the market again by {day}", **who)
    if kind == "notice":
        return _("{item}, {supplier}: the last day of notice is {day}", **who)
    return _("{item}, {supplier}: the contract ends on {day}", **who)


def remind(now: datetime) -> int:
    """Write to the owners of contracts, and return how many reminders there were.

    A reminder is noted in the transaction that sends it: where the mail server refuses, it is tried again.
    """
    count = 0
    for contract, kind, on, days in list(due_reminders(now.date())):
        owner = contract.owner
        with transaction.atomic():
            _row, is_new = Reminder.objects.get_or_create(
                contract=contract, kind=kind, on=on, days=days, defaults={"sent_at": now}
            )
            if is_new and owner is not None and owner.email and settings.REMINDERS_ARE_SENT:
                with use_language(owner.language or "en"):
                    left = (on - now.date()).days
                    body = plural("{count} day is left.", "{count} days are left.", max(left, 0))
                    subject = str(text_of(contract, kind, on))
                    EmailMessage(subject, f"{subject}\n\n{body}", settings.DEFAULT_FROM_EMAIL, [owner.email]).send()
            count += is_new
    return count
