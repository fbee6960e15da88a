"""Contracts, the agreements that back them, and what was delivered; quantities and money in whole millionths."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar

from django.db import models

from secondsource.language import _
from secondsource.web.people.models import Person, Team
from secondsource.web.planning.models import Solve
from secondsource.web.suppliers.models import Supplier

STATES = {"running": _("running"), "failed": _("failed"), "ended": _("ended")}

PLANS = ("solve__plan", "solve__texts", "takeover__plan", "takeover__texts")
"""What a contract's plans hold, which may be large: `answers` reads it once and keeps it."""


class Contract(models.Model):
    """One award, as it was concluded.

    Attributes
    ----------
    notice_days
        Before the end, by which notice must be given.
    retender_days, switch_days
        What asking the market again takes, and what moving to another supplier takes.
    renews_itself, renewal_months, notice_given_on
        Without notice it runs on for so many months each time.
    index_share_micro, index_base_micro, index_now_micro, index_cap_micro
        Share of the price that follows the index, the index when the price was agreed and now, and the largest change
        of the price either way, all in millionths (`terms.indexed_price`).
    service_target_micro
        Share of deliveries that are to come in time and in full.
    late_rate_micro, late_cap_micro
        Penalty for each day late and at most, as shares of the delivery's value.
    takeover
        The search for a plan without the supplier, once it failed.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="contracts")
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="contracts")
    solve = models.ForeignKey(Solve, on_delete=models.PROTECT, null=True, related_name="contracts")
    item = models.CharField(max_length=120)
    item_name = models.CharField(max_length=200)
    unit = models.CharField(max_length=40, blank=True, default="")
    quantity_micro = models.BigIntegerField()
    unit_price_micro = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    starts = models.DateField()
    ends = models.DateField()
    notice_days = models.PositiveSmallIntegerField(default=90)
    retender_days = models.PositiveSmallIntegerField(default=60)
    switch_days = models.PositiveSmallIntegerField(default=30)
    renews_itself = models.BooleanField(default=False)
    renewal_months = models.PositiveSmallIntegerField(default=12)
    notice_given_on = models.DateField(null=True)
    index_name = models.CharField(max_length=120, blank=True, default="")
    index_share_micro = models.BigIntegerField(default=0)
    index_base_micro = models.BigIntegerField(null=True)
    index_now_micro = models.BigIntegerField(null=True)
    index_cap_micro = models.BigIntegerField(null=True)
    service_target_micro = models.BigIntegerField(null=True)
    late_rate_micro = models.BigIntegerField(null=True)
    late_cap_micro = models.BigIntegerField(null=True)
    terms = models.TextField(blank=True, default="")
    indexation = models.CharField(max_length=300, blank=True, default="")
    service_level = models.CharField(max_length=300, blank=True, default="")
    penalty = models.CharField(max_length=300, blank=True, default="")
    owner = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, default="running", choices=[(state, state) for state in STATES])
    failed_on = models.DateField(null=True)
    takeover = models.ForeignKey(Solve, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        """The first to end comes first."""

        ordering: ClassVar = ["ends", "item_name"]

    @property
    def quantity(self) -> Decimal:
        """Units over the term."""
        return Decimal(self.quantity_micro).scaleb(-6)

    @property
    def unit_price(self) -> Decimal:
        """Price of one unit, in `currency`."""
        return Decimal(self.unit_price_micro).scaleb(-6)

    @property
    def value(self) -> Decimal:
        """Quantity × unit price."""
        return self.quantity * self.unit_price

    @property
    def notice_by(self) -> date:
        """The last day on which notice can be given."""
        return self.ends - timedelta(days=self.notice_days)

    @property
    def act_by(self) -> date:
        """The day on which asking the market again must begin.

        The answer must be there before notice is given, and before the switch begins:
        ``ends − max(notice_days, switch_days) − retender_days``.
        """
        return self.act_day(self.ends, self.notice_days, self.switch_days, self.retender_days)

    @staticmethod
    def act_day(ends: date, notice_days: int, switch_days: int, retender_days: int) -> date:
        """Return `act_by` of these figures."""
        return ends - timedelta(days=max(notice_days, switch_days) + retender_days)


class Backup(models.Model):
    """Who takes over when a contract's supplier fails, how much, and how ready they are."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="backups")
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="backs")
    quantity_micro = models.BigIntegerField()
    bring_up_days = models.PositiveSmallIntegerField(default=0)
    confirmed_on = models.DateField(null=True)

    class Meta:
        """The largest first."""

        ordering: ClassVar = ["-quantity_micro"]

    @property
    def quantity(self) -> Decimal:
        """Units booked, over the term."""
        return Decimal(self.quantity_micro).scaleb(-6)


class Delivery(models.Model):
    """What was due, and what came."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="deliveries")
    reference = models.CharField(max_length=60, blank=True, default="")
    due = models.DateField()
    arrived = models.DateField(null=True)
    ordered_micro = models.BigIntegerField()
    delivered_micro = models.BigIntegerField(default=0)
    defective_micro = models.BigIntegerField(default=0)
    note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        """Newest first; a reference stands for one delivery of a contract, however often it is sent."""

        ordering: ClassVar = ["-due", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contract", "reference"], condition=~models.Q(reference=""), name="delivery_reference"
            )
        ]

    @property
    def ordered(self) -> Decimal:
        """Units ordered."""
        return Decimal(self.ordered_micro).scaleb(-6)

    @property
    def delivered(self) -> Decimal:
        """Units delivered."""
        return Decimal(self.delivered_micro).scaleb(-6)

    @property
    def defective(self) -> Decimal:
        """Units of them that were defective."""
        return Decimal(self.defective_micro).scaleb(-6)


class Reminder(models.Model):
    """That someone was reminded of a date of a contract, so many days before it; once."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=10)
    on = models.DateField()
    days = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()

    class Meta:
        """Once each."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contract", "kind", "on", "days"], name="one_reminder_each")
        ]


class Subscription(models.Model):
    """A secret address under which a calendar program of one person reads the team's dates; only its hash is kept."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="subscriptions")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="subscriptions")
    name = models.CharField(max_length=120)
    hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-pk"]
