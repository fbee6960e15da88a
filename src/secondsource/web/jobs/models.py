"""A job as a row: what to do, who has it, how far it is."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from secondsource.language import _
from secondsource.web.people.models import Person, Team

STATES = {
    "waiting": _("waiting"),
    "running": _("running"),
    "done": _("done"),
    "failed": _("failed"),
}


class Job(models.Model):
    """Work for a worker.

    A worker that claims a job raises `token` and holds it until `leased_until`, which it moves on while it works. Only
    the holder of the last token may write the result, so a worker that was thought dead and wakes up changes nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="jobs")
    asked_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=20)
    about = models.PositiveBigIntegerField()
    state = models.CharField(max_length=10, default="waiting", choices=[(state, state) for state in STATES])
    asked_at = models.DateTimeField(auto_now_add=True)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    token = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    stop_wanted = models.BooleanField(default=False)
    seconds = models.FloatField(null=True)
    bound = models.FloatField(null=True)
    best = models.FloatField(null=True)
    gap = models.FloatField(null=True)
    error = models.TextField(blank=True, default="")

    class Meta:
        """What workers look for."""

        indexes: ClassVar = [models.Index(fields=["state", "asked_at"], name="next_job")]

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.state in ("waiting", "running")
