"""What bidders are written by e-mail, each in its language; not for what the team is told.

Nothing here looks at bids: a reminder goes to every bidder that has not declined, whether it has bid or not, so that
the mail server's log does not tell either. Mail that is not taken is not lost: all of it stands on the bidder's page.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation

from secondsource.language import Message, _, use_language
from secondsource.web.bidding.models import Event, Invitation, Round

REMINDED = timedelta(hours=24)
"""How long before a deadline bidders are reminded of it, once."""

log = logging.getLogger("secondsource.mail")

Text = Callable[[Invitation], tuple[Message, Message]]


def is_on() -> bool:
    """Return whether a mail server is named."""
    return "dummy" not in settings.EMAIL_BACKEND


def send(invitation: Invitation, text: Text) -> bool:
    """Write to a bidder in its language; return whether a mail server took it."""
    if not invitation.email or not is_on():
        return False
    with translation.override(invitation.language), use_language(invitation.language):
        subject, body = (str(part) for part in text(invitation))
    try:
        return bool(EmailMessage(" ".join(subject.split()), body, None, [invitation.email]).send())
    except (OSError, SMTPException) as error:
        log.warning("mail to an invited supplier was not taken: %s", error)
        return False


def tell(invitations: Iterable[Invitation], text: Text) -> None:
    """Write to bidders once what is being done is kept; those that declined or were taken back are left out."""
    chosen = [each for each in invitations if each.email and not each.revoked_at and not each.declined_at]
    if chosen and is_on():
        transaction.on_commit(lambda: [send(each, text) for each in chosen] and None)


def _of(event: Event) -> list[Invitation]:
    return list(Invitation.objects.filter(event=event).select_related("event", "supplier"))


def _until(event: Event, at: datetime) -> str:
    return f"{event.local(at):%Y-%m-%d %H:%M} ({event.time_zone})"


def invited(invitation: Invitation, address: str, deadline: datetime) -> tuple[Message, Message]:
    """Return the subject and the text of an invitation with its link."""
    event = invitation.event
    until = f"{event.local(deadline):%Y-%m-%d %H:%M}"
    subject = _("Invitation to bid: {event}", event=event.name)
    return subject, _("Good day,\n\nwe invite {supplier} to bid for “{event}” until {deadline} ({zone}).\n\nThe link opens it once; press the button on the page:\n{address}\n\nPlease do not pass it on.", supplier=invitation.supplier, event=event.name, deadline=until, zone=event.time_zone, address=address)  # fmt: skip  # noqa: E501


def moved(round: Round, after: datetime, why: str) -> None:
    """Tell the bidders of a round that its deadline was moved."""
    event = round.event

    def text(_each: Invitation) -> tuple[Message, Message]:
        subject = _("Later deadline: {event}", event=event.name)
        return subject, _("Good day,\n\nthe deadline of “{event}” was moved for all bidders to {deadline}.\n{why}\n\nWhat you have handed in stays valid; you may change it until then.", event=event.name, deadline=_until(event, after), why=why)  # fmt: skip  # noqa: E501

    tell(Invitation.objects.filter(rounds=round).select_related("event", "supplier"), text)


def cancelled(event: Event, why: str) -> None:
    """Tell the bidders of an event that it was called off; if it was never published, they know nothing of it."""

    def text(_each: Invitation) -> tuple[Message, Message]:
        subject = _("Called off: {event}", event=event.name)
        return subject, _("Good day,\n\n“{event}” was called off: {why}\n\nSealed bids stay sealed.", event=event.name, why=why)  # fmt: skip  # noqa: E501

    if event.published_at is not None:
        tell(_of(event), text)


def decided(event: Event) -> None:
    """Tell everybody that got a letter that it stands on its page; the letter itself is read there alone."""

    def text(_each: Invitation) -> tuple[Message, Message]:
        subject = _("Decided: {event}", event=event.name)
        return subject, _("Good day,\n\n“{event}” is decided. The letter to you stands on your page of the event. If your link was used, ask the buyer for a new one.", event=event.name)  # fmt: skip  # noqa: E501

    tell([each for each in _of(event) if hasattr(each, "letter")], text)


def answered(event: Event) -> None:
    """Tell all bidders that a question was answered; who asked stays unnamed."""

    def text(_each: Invitation) -> tuple[Message, Message]:
        subject = _("A question was answered: {event}", event=event.name)
        return subject, _("Good day,\n\na bidder's question about “{event}” was answered. The answer stands on your page of the event, as on everybody's.", event=event.name)  # fmt: skip  # noqa: E501

    tell(_of(event), text)


def remind(now: datetime) -> int:
    """Remind bidders of deadlines that are near, each round once; return how many mails were taken."""
    due = Round.objects.filter(
        event__state="open", opened_at__isnull=True, reminded_at__isnull=True,
        deadline__gt=now, deadline__lte=now + REMINDED,
    ).select_related("event")  # fmt: skip
    sent = 0
    for round in due if is_on() else ():
        if Round.objects.filter(pk=round.pk, reminded_at__isnull=True).update(reminded_at=now):
            chosen = Invitation.objects.filter(rounds=round, revoked_at__isnull=True, declined_at__isnull=True)
            sent += sum(send(each, _reminder(round)) for each in chosen.select_related("event", "supplier"))
    return sent


def _reminder(round: Round) -> Text:
    event = round.event

    def text(_each: Invitation) -> tuple[Message, Message]:
        subject = _("Reminder: {event} ends soon", event=event.name)
        return subject, _("Good day,\n\nbids for “{event}” are taken until {deadline}. Every bidder gets this reminder: if you have handed in, nothing is left to do.", event=event.name, deadline=_until(event, round.deadline))  # fmt: skip  # noqa: E501

    return text
