"""Sourcing events and all that belongs to them; not for what a bid says, which only `envelope` opens.

Quantities and money are whole millionths; instants are UTC, and an event's `time_zone` says how they are shown.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.db import models

from secondsource.language import _
from secondsource.web.people.models import Person, Team
from secondsource.web.planning.models import Project, Solve
from secondsource.web.suppliers.models import Supplier

KINDS = {"rfq": _("request for quotation"), "rfi": _("request for information")}
STATES = {
    "draft": _("being prepared"),
    "open": _("published"),
    "awarded": _("awarded"),
    "cancelled": _("cancelled"),
}


class Event(models.Model):
    """One run of asking the market, about items of a project.

    Attributes
    ----------
    rates, rates_on
        Units of `currency` for 1 of each currency that may be bid in, as text, and the day they are of: fixed and
        published with the event, so that every bid is converted alike.
    nda
        What a supplier must agree to before it sees the event, "" for nothing.
    questions
        What every bidder is asked, in order, as it was typed (`questions.parse`).
    follows
        The request for information whose shortlist this one asks.
    revision
        Counts the changes of what is asked for since it was published.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="events")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="events")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=3, default="rfq", choices=[(kind, kind) for kind in KINDS])
    about = models.TextField(blank=True, default="")
    nda = models.TextField(blank=True, default="")
    questions = models.JSONField(default=list)
    currency = models.CharField(max_length=3, default="EUR")
    rates = models.JSONField(default=dict)
    rates_on = models.DateField(null=True)
    time_zone = models.CharField(max_length=60, default="UTC")
    state = models.CharField(max_length=10, default="draft", choices=[(state, state) for state in STATES])
    revision = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    cancelled_why = models.TextField(blank=True, default="")
    solve = models.ForeignKey(Solve, on_delete=models.PROTECT, null=True, related_name="+")
    awarded_at = models.DateTimeField(null=True)
    follows = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="followers")

    class Meta:
        """Newest first; names are unique within a team."""

        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["team", "name"], name="event_name_in_team")]

    def __str__(self) -> str:
        return self.name

    def local(self, at: datetime) -> datetime:
        """Return an instant as the event's time zone shows it."""
        return at.astimezone(ZoneInfo(self.time_zone))


class Line(models.Model):
    """An item that is asked for, in a lot ("" for none); `target_micro` is a price that the buyer publishes."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="lines")
    lot = models.CharField(max_length=120, blank=True, default="")
    item = models.CharField(max_length=120)
    name = models.CharField(max_length=200, blank=True, default="")
    unit = models.CharField(max_length=40, blank=True, default="")
    quantity_micro = models.BigIntegerField()
    site = models.CharField(max_length=120, blank=True, default="")
    target_micro = models.BigIntegerField(null=True)
    is_asked = models.BooleanField(default=True)

    class Meta:
        """By lot, in the order in which they were taken over."""

        ordering: ClassVar = ["lot", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "item"], name="one_line_an_item")]

    def __str__(self) -> str:
        return self.name or self.item

    @property
    def quantity(self) -> Decimal:
        """Units that are asked for."""
        return Decimal(self.quantity_micro).scaleb(-6)

    @property
    def target(self) -> Decimal | None:
        """The price that the buyer published, in the event's currency."""
        return None if self.target_micro is None else Decimal(self.target_micro).scaleb(-6)


class Round(models.Model):
    """One window for bids. It is open before `deadline`, then due; opened by two people, one after the other."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    deadline = models.DateTimeField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        """One after the other."""

        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "number"], name="round_number")]

    def is_open(self, now: datetime) -> bool:
        """Return whether bids are taken."""
        return self.opened_at is None and now < self.deadline


class Extension(models.Model):
    """A deadline that was moved, for all, and why; rows are only ever added."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="extensions")
    at = models.DateTimeField()
    before = models.DateTimeField()
    after = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    why = models.JSONField(default=dict)

    class Meta:
        """In order."""

        ordering: ClassVar = ["pk"]


class Invitation(models.Model):
    """A supplier that is asked. Of the code in its link only the SHA-256 is kept; `stamp` ends what a link opened.

    `rounds` are those that it may bid in.
    """

    TEAM_PATH = "event__team"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="invitations")
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    rounds = models.ManyToManyField(Round, related_name="invitations")
    email = models.EmailField(blank=True, default="")
    language = models.CharField(max_length=5, default="en")
    code_hash = models.CharField(max_length=64, blank=True, default="")
    code_until = models.DateTimeField(null=True)
    stamp = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    entered_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    declined_why = models.CharField(max_length=300, blank=True, default="")
    nda_name = models.CharField(max_length=120, blank=True, default="")
    nda_at = models.DateTimeField(null=True)

    class Meta:
        """A supplier is invited once."""

        ordering: ClassVar = ["supplier__name", "supplier__key"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "supplier"], name="invited_once")]

    def __str__(self) -> str:
        return str(self.supplier)


class Inquiry(models.Model):
    """A question of a bidder; the answer goes to all, without its name."""

    TEAM_PATH = "event__team"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="inquiries")
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="inquiries")
    question = models.TextField()
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        """In order."""

        ordering: ClassVar = ["pk"]


class Envelope(models.Model):
    """One version of a bid, sealed: a draft, a bid or a withdrawal. Rows are only ever added, by `envelope` alone.

    Attributes
    ----------
    number
        Counts the envelopes of the event without a gap, assigned under the lock of its round; no supplier sees it.
    version
        Counts those of one invitation in one round.
    content, key
        What it says, encrypted, and the fingerprint of the key (`sealing`).
    digest, chain
        SHA-256 of `content`, and of that, the rest of the row and the chain before it.
    request_key, request_digest
        The sender's own key of the request and the SHA-256 of what it sent: a repetition adds nothing.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="envelopes")
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="envelopes")
    number = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    channel = models.CharField(max_length=10)
    received_at = models.DateTimeField()
    content = models.BinaryField()
    key = models.CharField(max_length=16)
    digest = models.CharField(max_length=64)
    chain = models.CharField(max_length=64)
    request_key = models.CharField(max_length=100, null=True)
    request_digest = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        """In order."""

        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "invitation", "version"], name="envelope_version"),
            models.UniqueConstraint(fields=["invitation", "request_key"], name="request_taken_once"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the envelope; a stored one is never saved again."""
        if self.pk is not None:
            raise TypeError("envelopes are never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse."""
        raise TypeError("envelopes are never removed")


class Counter(models.Model):
    """What the buyer asks of one bidder in a further round: a text, and prices by line (`{line: price}`)."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="counters")
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="counters")
    text = models.TextField(blank=True, default="")
    prices = models.JSONField(default=dict)
    made_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()


class Letter(models.Model):
    """What a bidder was told at the award: `win` or `debrief`, its content as `letters` wrote it; never changed."""

    invitation = models.OneToOneField(Invitation, on_delete=models.CASCADE, related_name="letter")
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()
    content = models.JSONField()


class Pulse(models.Model):
    """When a process that answers suppliers last gave a sign of life; one row."""

    at = models.DateTimeField()
