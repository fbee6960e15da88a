"""A request of a department; not for the item that may come of it."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models

from secondsource.language import _
from secondsource.web.people.models import Person, Team
from secondsource.web.planning.models import Project

MEASURES = {"people": _("people"), "hours": _("hours of work")}
STATES = {"open": _("open"), "planned": _("taken into a project"), "declined": _("declined")}


class Request(models.Model):
    """Something that someone needs, in their own words ("three testers from May").

    Where it is work of people, `role` says of whom, and `amount_micro` how much, in millionths of a person or hour.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="requests")
    asked_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    what = models.CharField(max_length=300)
    department = models.CharField(max_length=120, blank=True, default="")
    needed_from = models.DateField(null=True)
    needed_until = models.DateField(null=True)
    role = models.CharField(max_length=120, blank=True, default="")
    amount_micro = models.BigIntegerField(null=True)
    measure = models.CharField(max_length=10, default="people", choices=[(measure, measure) for measure in MEASURES])
    state = models.CharField(max_length=10, default="open", choices=[(state, state) for state in STATES])
    project = models.ForeignKey(Project, on_delete=models.SET_NULL, null=True, related_name="requests")
    item = models.CharField(max_length=120, blank=True, default="")
    answer = models.TextField(blank=True, default="")

    class Meta:
        """Open ones first, then the newest."""

        ordering: ClassVar = ["-pk"]

    @property
    def amount(self) -> Decimal | None:
        """How many people, or hours of work."""
        return None if self.amount_micro is None else Decimal(self.amount_micro).scaleb(-6)
