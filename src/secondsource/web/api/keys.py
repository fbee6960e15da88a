"""Pages on which people make keys for programs, and who a request with such a key comes from; not for what it opens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from secondsource.language import _
from secondsource.web.api import tokens as secrets
from secondsource.web.api.models import SCOPES, Token
from secondsource.web.audit import log
from secondsource.web.people import access
from secondsource.web.people.access import acting
from secondsource.web.people.models import Membership

PREFIX = "/api/"
"""Addresses for programs: a key opens them and nothing else does, so a page of another site cannot use a log-in."""
MOST_TOKENS = 20
KEPT = timedelta(days=365)
OF_PEOPLE = tuple(scope for scope in SCOPES if scope != "bid")
"""What a key of a person can open."""


class Programs:
    """Say who a request of a program comes from, by its key; the log-in of a browser counts for nothing there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        if request.path.startswith(PREFIX):
            user: Any = _person(request) or AnonymousUser()
            request.user = user
            request.__dict__["_dont_enforce_csrf_checks"] = True
        return self.get_response(request)


def _person(request: HttpRequest) -> Any:
    """The person of the request's key, in the key's team only; None without a valid one."""
    scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
    token = secrets.find(key.strip(), datetime.now(UTC)) if scheme.casefold() == "bearer" else None
    if token is None or token.person is None:
        return None
    membership = Membership.objects.filter(person=token.person, team=token.team_id).select_related("team").first()
    if membership is None:
        return None
    request.__dict__["scopes"] = frozenset(token.scopes)
    token.person.__dict__["_memberships"] = {membership.team_id: membership}
    return token.person


def require(request: HttpRequest, scope: str) -> None:
    """Refuse a request whose key does not open this.

    Raises
    ------
    PermissionDenied
        The key was made for other things.
    """
    if scope not in request.__dict__.get("scopes", ()):
        raise PermissionDenied


def keys(request: HttpRequest) -> HttpResponse:
    """Show one's keys in the team; make one."""
    team = access.team(request)
    person, now = acting(request), datetime.now(UTC)
    mine = Token.objects.filter(person=person, team=team, revoked_at=None)
    made = ""
    if request.method == "POST":
        name = request.POST.get("name", "").strip()[:120]
        scopes = [scope for scope in OF_PEOPLE if scope in request.POST.getlist("scope")]
        if not name or not scopes or mine.count() >= MOST_TOKENS:
            text = _("A key needs a name and something to open, and nobody has more than {count}.", count=MOST_TOKENS)
            messages.error(request, str(text))
            return redirect("keys")
        made = secrets.make(name=name, scopes=scopes, now=now, until=now + KEPT, team=team, person=person)
        log.record("token.new", name, team=team, person=person, scopes=scopes)
    content = {"keys": mine, "made": made, "scopes": {scope: SCOPES[scope] for scope in OF_PEOPLE}, "now": now}
    return render(request, "keys.html", content)


def key_remove(request: HttpRequest, token: int) -> HttpResponse:
    """Take a key of one's own away."""
    team = access.team(request)
    gone = Token.objects.filter(person=acting(request), team=team, pk=token, revoked_at=None).first()
    if gone is not None:
        log.record("token.revoke", gone.name, team=team, person=acting(request))
        Token.objects.filter(pk=gone.pk).update(revoked_at=datetime.now(UTC))
    return redirect("keys")
