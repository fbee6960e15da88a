"""People, the teams they work in, and their role in each; not for what a role may do (`access`)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models

from secondsource.language import _

ROLES = {
    "manager": _("manager"),
    "buyer": _("buyer"),
    "approver": _("finance approver"),
    "auditor": _("auditor"),
    "reader": _("read-only"),
}


class Team(models.Model):
    """People who work on the same needs; nothing of a team is seen outside it.

    `approval_limit_micro` is the cost, in millionths of the plan's currency, above which a plan takes a second person.
    """

    name = models.CharField(max_length=120)
    approval_limit_micro = models.BigIntegerField(default=100_000_000_000)

    def __str__(self) -> str:
        return self.name


class Person(AbstractUser):
    """Someone who logs in."""

    language = models.CharField(max_length=5, blank=True, default="")

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Membership(models.Model):
    """One person's role in one team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=[(role, role) for role in ROLES])

    class Meta:
        """One role each."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["team", "person"], name="one_role_in_a_team")]
