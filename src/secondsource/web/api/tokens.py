"""Making keys for programs and finding the one that a request carries; not for what they open."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from secondsource.web.api.models import Token
from secondsource.web.bidding.models import Invitation
from secondsource.web.people.models import Person, Team

PREFIX = "sso_"
"""How keys begin, so that one that was left lying about is known for what it is."""


def make(
    *,
    name: str,
    scopes: Sequence[str],
    now: datetime,
    until: datetime,
    team: Team | None = None,
    person: Person | None = None,
    invitation: Invitation | None = None,
) -> str:
    """Return a new key, which is shown once: only its hash is kept."""
    secret = PREFIX + secrets.token_urlsafe(32)
    Token.objects.create(
        name=name[:120], hash=_hash(secret), scopes=list(scopes), made_at=now, until=until,
        team=team, person=person, invitation=invitation,
    )  # fmt: skip
    return secret


def find(secret: str, now: datetime) -> Token | None:
    """Return the key of this secret if it opens something now: a revoked invitation or a person who left closes it."""
    scope = Token.objects.select_related("team", "person", "invitation__event", "invitation__supplier")
    token = scope.filter(hash=_hash(secret)).first()
    if token is None or not token.is_valid(now):
        return None
    if token.invitation is not None:
        return token if token.invitation.revoked_at is None and token.invitation.event.state != "draft" else None
    if token.person is None or not token.person.is_active:
        return None
    return token


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
