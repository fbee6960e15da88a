"""A question about a plan and its page in every language; not for the plan itself (`planning`)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from secondsource.language import _
from secondsource.web.jobs.models import Job
from secondsource.web.people.models import Person
from secondsource.web.planning.models import Solve

KINDS = {
    "dependence": _("Who could dictate terms"),
    "price-to-win": _("What every bid would have to cost"),
    "rules": _("What our rules cost"),
    "frontier": _("What safety costs"),
    "switch": _("Leaving today's awards"),
    "sheet": _("A supplier's sheet"),
}
"""What may be asked, as its button says it."""


class Question(models.Model):
    """What was asked of a plan, and the answer once the job is done: it never changes.

    Attributes
    ----------
    supplier, policy
        Of whose bids alone, and what a supplier's sheet may say; "" for all.
    pages
        The page as HTML by language.
    files
        Its files in base64, by their ending (`pdf`, `xlsx`) and the language.
    """

    TEAM_PATH = "solve__project__team"

    solve = models.ForeignKey(Solve, on_delete=models.CASCADE, related_name="questions")
    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in KINDS])
    supplier = models.CharField(max_length=200, blank=True, default="")
    policy = models.CharField(max_length=10, blank=True, default="")
    asked_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    job = models.OneToOneField(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    pages = models.JSONField(default=dict)
    files = models.JSONField(default=dict)

    class Meta:
        """The newest first."""

        ordering: ClassVar = ["-pk"]

    @property
    def is_answered(self) -> bool:
        """Whether there is a page to show."""
        return bool(self.pages)
