"""Suppliers that the team knows, and what is known of them; not for offers, which belong to a project."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models

from secondsource.language import _
from secondsource.web.people.models import Person, Team


class Supplier(models.Model):
    """A firm, or an own plant or team. `key` is what the tables of projects call it."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="suppliers")
    key = models.CharField(max_length=120)
    name = models.CharField(max_length=200, blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="")
    is_own = models.BooleanField(default=False)
    note = models.TextField(blank=True, default="")
    is_excluded = models.BooleanField(default=False)
    excluded_reason = models.TextField(blank=True, default="")
    way_back = models.TextField(blank=True, default="")
    excluded_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    excluded_on = models.DateField(null=True)

    class Meta:
        """Keys are unique within a team."""

        ordering: ClassVar = ["name", "key"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["team", "key"], name="supplier_key_in_team")]

    def __str__(self) -> str:
        return self.name or self.key


class Site(models.Model):
    """A place where a supplier works."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="sites")
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, blank=True, default="")
    address = models.CharField(max_length=300, blank=True, default="")
    what = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        """By name."""

        ordering: ClassVar = ["name"]


class Contact(models.Model):
    """Someone to call."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=120, blank=True, default="")
    phone = models.CharField(max_length=60, blank=True, default="")
    email = models.EmailField(blank=True, default="")


class Certificate(models.Model):
    """What a body certified, under which number, until when."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="certificates")
    what = models.CharField(max_length=120)
    body = models.CharField(max_length=120, blank=True, default="")
    number = models.CharField(max_length=120, blank=True, default="")
    valid_until = models.DateField(null=True)

    class Meta:
        """The first to expire comes first."""

        ordering: ClassVar = ["valid_until", "what"]

    def is_valid(self, today: date) -> bool:
        """Return whether it still counts."""
        return self.valid_until is None or self.valid_until >= today


class Level(models.Model):
    """How good a supplier is at a category, 0..100, what that rests on, and until when."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="levels")
    category = models.CharField(max_length=120)
    level = models.PositiveSmallIntegerField()
    evidence = models.CharField(max_length=300, blank=True, default="")
    valid_until = models.DateField(null=True)

    class Meta:
        """One level for each category."""

        ordering: ClassVar = ["category"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["supplier", "category"], name="one_level_a_category")]

    def is_valid(self, today: date) -> bool:
        """Return whether its evidence still counts."""
        return self.valid_until is None or self.valid_until >= today


class Incident(models.Model):
    """Something that went wrong; `settled` says how it ended, "" while it is open."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="incidents")
    on = models.DateField()
    what = models.CharField(max_length=300)
    settled = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-on", "-pk"]


VERDICTS = {"approved": _("approved"), "conditional": _("approved on a condition"), "refused": _("not approved")}


class Approval(models.Model):
    """A decision whether a supplier may be used for a category; dated, and never changed: a later one takes its place.

    `category` is the beginning of a code, "" for everything.
    """

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="approvals")
    category = models.CharField(max_length=120, blank=True, default="")
    verdict = models.CharField(max_length=12, choices=[(verdict, verdict) for verdict in VERDICTS])
    reason = models.CharField(max_length=300, blank=True, default="")
    decided_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_on = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-pk"]


def standing(supplier: Supplier, category: str, today: date) -> str:
    """Return what was decided last about a supplier for a category: a verdict, "expired" or "" for nothing.

    Of the decisions about beginnings of the category, the longest beginning counts, of those the newest decision.
    """
    about = [each for each in supplier.approvals.all() if category.startswith(each.category)]
    if not about:
        return ""
    longest = max(len(each.category) for each in about)
    last = max((each for each in about if len(each.category) == longest), key=lambda each: each.pk)
    if last.verdict != "refused" and last.valid_until is not None and last.valid_until < today:
        return "expired"
    return last.verdict
