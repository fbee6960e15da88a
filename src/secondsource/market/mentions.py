"""How a record's party becomes a mention; not for which firm it is."""

from __future__ import annotations

import hashlib

from secondsource.market.identifiers import canonical
from secondsource.market.scoring import Mention

ROLES = ("supplier", "tenderer", "listed")


def mention(
    name: str, scheme: str | None, number: str | None, country: str | None, region: str | None, locality: str | None
) -> Mention:
    """Return the mention of a party; its key is made of what the party says, the same in every run."""
    identifier = canonical(scheme or "", number or "")
    fields = (" ".join(name.split()), identifier, country or "", region or "", locality or "")
    return Mention(hashlib.sha256("\x1f".join(fields).encode()).hexdigest()[:12], *fields)
