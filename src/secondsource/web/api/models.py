"""Keys for programs: of a person in a team, or of a bidder's invitation; not for what they open."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models

from secondsource.language import _
from secondsource.web.bidding.models import Invitation
from secondsource.web.people.models import Person, Team

SCOPES = {
    "events:read": _("see sourcing events, and their bids once they are opened"),
    "events:write": _("begin, publish and run sourcing events"),
    "deliveries": _("see contracts, see and enter deliveries"),
    "export": _("export events, awards and contracts (OCDS)"),
    "bid": _("bid, for the one event of the invitation"),
}


class Token(models.Model):
    """A key; only its SHA-256 is kept. It opens `scopes`, of a team as `person` or of one `invitation`."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, related_name="tokens")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="tokens")
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, null=True, related_name="tokens")
    name = models.CharField(max_length=120)
    hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar = ["-pk"]

    def is_valid(self, now: datetime) -> bool:
        """Return whether it still opens something."""
        return self.revoked_at is None and now < self.until


class Done(models.Model):
    """A request of a team's token that was carried out: repeated under the same key, it is answered alike."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="done")
    request_key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        """A key of a request is used once."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["token", "request_key"], name="done_once")]
