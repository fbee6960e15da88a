"""Entries of the audit log; they are only ever added."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from secondsource.web.people.models import Person, Team


class Entry(models.Model):
    """One thing that was done.

    `seal` is the SHA-256 of the entry and of the seal before it, so that an entry that is changed, removed or slipped
    in breaks every later seal.
    """

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    deed = models.CharField(max_length=40)
    about = models.CharField(max_length=200)
    details = models.JSONField(default=dict)
    seal = models.CharField(max_length=64)

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-number"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the entry; a stored one is never saved again."""
        if self.pk is not None:
            raise TypeError("entries of the audit log are never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse."""
        raise TypeError("entries of the audit log are never removed")
