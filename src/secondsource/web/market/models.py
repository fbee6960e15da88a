"""What a team watches the market for, and to whom alerts are told; the watch itself is remembered by the market."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from secondsource.web.people.models import Person, Team


class Watching(models.Model):
    """How a team's watch goes.

    Attributes
    ----------
    threshold
        Money below which an alert is silent, in each need's own currency, whole.
    is_wanted
        Somebody asked for a look; the scheduler takes it.
    generation
        Of the register that was looked at last.
    digest_at
        When the last digest was sent.
    """

    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="watching")
    threshold = models.PositiveIntegerField(default=1000)
    has_digest = models.BooleanField(default=True)
    is_wanted = models.BooleanField(default=False)
    generation = models.CharField(max_length=20, blank=True, default="")
    looked_at = models.DateTimeField(null=True)
    digest_at = models.DateTimeField(null=True)


class Hook(models.Model):
    """An address that alerts are posted to, signed with its secret (Standard Webhooks)."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="hooks")
    address = models.URLField(max_length=500)
    secret = models.CharField(max_length=80)
    made_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        """An address is told once."""

        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["team", "address"], name="a_hook_is_told_once")]


class Telling(models.Model):
    """One message to one hook, and how its delivery goes; `next_at` is empty once it is over."""

    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, related_name="tellings")
    key = models.CharField(max_length=60, unique=True)
    body = models.TextField()
    made_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-pk"]
