"""Alerts posted to other programs: signed, retried, and never to an address inside; not for what an alert is.

Signed as Standard Webhooks say: `webhook-signature: v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body` with
the secret of the hook. The same message has the same `webhook-id` at every attempt, so that a receiver can tell a
repetition.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import secrets
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from secondsource.market.fetch import Manners, Refused, connect
from secondsource.market.watch_memory import Card
from secondsource.web.market.models import Hook, Telling
from secondsource.web.people.models import Team

PREFIX = "whsec_"
PAUSES = tuple(timedelta(seconds=each) for each in (5, 300, 1800, 7200, 18000, 36000, 50400))
"""Between attempts; after the last one a message is given up, and stays on record."""
MANNERS = Manners(timeout=15.0, largest=1 << 16)


def new_secret() -> str:
    """Return a secret for a hook."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signed(secret: str, key: str, now: datetime, body: bytes) -> Mapping[str, str]:
    """Return the headers that prove who sends a message."""
    stamp = str(int(now.timestamp()))
    proof = hmac.new(base64.b64decode(secret.removeprefix(PREFIX)), f"{key}.{stamp}.".encode() + body, hashlib.sha256)
    signature = "v1," + base64.b64encode(proof.digest()).decode()
    return {"webhook-id": key, "webhook-timestamp": stamp, "webhook-signature": signature,
            "Content-Type": "application/json"}  # fmt: skip


def is_address(address: str) -> bool:
    """Return whether a text is an address that may be posted to at all: https, or http, without a password in it."""
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username and parts.port != 0
    except ValueError:
        return False


def tell(team: Team, cards: Iterable[Card], now: datetime) -> int:
    """Put a message for each alert on the way to each of the team's hooks, and return how many there are."""
    bodies = [json.dumps(_content(each, now), ensure_ascii=False) for each in cards]
    made = [
        Telling(hook=hook, key=f"msg_{uuid.uuid4().hex}", body=body, made_at=now, next_at=now)
        for hook in Hook.objects.filter(team=team)
        for body in bodies
    ]
    Telling.objects.bulk_create(made)
    return len(made)


def _content(card: Card, now: datetime) -> dict[str, object]:
    return {
        "type": "alert.spoken",
        "timestamp": now.isoformat(),
        "data": {
            "id": card.id, "need": card.need, "action": card.action, "title": str(card.title),
            "reasons": [str(each) for each in card.reasons], "expected": card.expected, "low": card.low,
            "high": card.high, "currency": card.currency,
        },
    }  # fmt: skip


def deliver(now: datetime, *, private: bool = False, most: int = 20) -> int:
    """Post what is due, and return how much was delivered; each attempt is on record.

    Parameters
    ----------
    private
        True admits addresses that are not public; only for tests.
    """
    done = 0
    for telling in Telling.objects.filter(next_at__lte=now).select_related("hook").order_by("next_at")[:most]:
        error = _post(telling, now, private)
        telling.attempts += 1
        telling.error = error[:300]
        if not error:
            telling.delivered_at, telling.next_at = now, None
            done += 1
        else:
            telling.next_at = now + PAUSES[telling.attempts - 1] if telling.attempts <= len(PAUSES) else None
        telling.save()
    return done


def _post(telling: Telling, now: datetime, private: bool) -> str:
    """Post one message, and return what went wrong, "" for nothing."""
    body = telling.body.encode()
    try:
        with connect(telling.hook.address, MANNERS, private) as (connection, path):
            connection.request("POST", path, body, dict(signed(telling.hook.secret, telling.key, now, body)))
            status = connection.getresponse().status
    except (OSError, http.client.HTTPException, Refused, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return "" if 200 <= status < 300 else f"HTTP {status}"
