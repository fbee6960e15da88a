"""The doors to events: for the team as everywhere, and for a bidder by its invitation alone.

A bidder's addresses carry no number: they are about the invitation that the session holds, and about nothing else.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.http import Http404, HttpRequest

from secondsource.web.bidding.models import Event, Inquiry, Invitation, Line
from secondsource.web.people import access

SESSION = "invitation"


def event(request: HttpRequest, pk: int) -> Event:
    """Return an event with its project, or 404, or 403."""
    scope = Event.objects.select_related("project__head", "solve", "made_by").prefetch_related("rounds")
    found: Event = access.one(request, scope, pk=pk)
    return found


def invitation(request: HttpRequest, pk: int) -> Invitation:
    """Return an invitation for the team that made it, or 404, or 403."""
    found: Invitation = access.one(request, Invitation.objects.select_related("event", "supplier"), pk=pk)
    return found


def inquiry(request: HttpRequest, pk: int) -> Inquiry:
    """Return a bidder's question for the team that is asked, or 404, or 403."""
    found: Inquiry = access.one(request, Inquiry.objects.select_related("event"), pk=pk)
    return found


def line(request: HttpRequest, event_pk: int, pk: int) -> Line:
    """Return a line of an event, or 404, or 403."""
    ours = event(request, event_pk)
    found = Line.objects.filter(event=ours, pk=pk).select_related("event__project__head").first()
    if found is None:
        raise Http404
    return found


def new_code() -> tuple[str, str]:
    """Return a code for a link, and the hash of it that is kept."""
    code = secrets.token_urlsafe(24)
    return code, hash_of(code)


def hash_of(code: str) -> str:
    """Return the SHA-256 of a code: it has 192 random bits, so that a slow hash would add nothing."""
    return hashlib.sha256(code.strip().encode()).hexdigest()


def enter(request: HttpRequest, code: str, now: datetime) -> Invitation | None:
    """Use a code up, and return the invitation that the session holds from now on; None where there is none."""
    if not code.strip():
        return None
    found = Invitation.objects.filter(code_hash=hash_of(code), revoked_at__isnull=True, code_until__gt=now).first()
    if found is None:
        return None
    fresh = Invitation.objects.filter(pk=found.pk, code_hash=found.code_hash)
    if not fresh.update(code_hash="", entered_at=found.entered_at or now):
        return None  # somebody else was a moment earlier
    request.session.cycle_key()
    request.session[SESSION] = [found.pk, found.stamp]
    found.refresh_from_db()
    return found


def leave(request: HttpRequest) -> None:
    """Forget the invitation."""
    request.session.pop(SESSION, None)


def held(request: HttpRequest) -> Invitation | None:
    """Return the invitation that the session holds, if it still opens something."""
    kept = request.session.get(SESSION)
    if not isinstance(kept, list) or len(kept) != 2:
        return None
    scope = Invitation.objects.select_related("event", "supplier").prefetch_related("event__rounds")
    return scope.filter(pk=kept[0], stamp=kept[1], revoked_at__isnull=True).exclude(event__state="draft").first()


def bidder(request: HttpRequest) -> Invitation:
    """Return the invitation of whoever asks, or 404."""
    request.__dict__["access_was_decided"] = True
    found = held(request)
    if found is None:
        raise Http404
    request.__dict__["invitation"] = found
    return found
