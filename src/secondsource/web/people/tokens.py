"""Keys for programs: making them, taking them away, and who a request with one comes from; not for what it may do."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from secondsource.language import _
from secondsource.web.audit import log
from secondsource.web.people import access
from secondsource.web.people.access import acting
from secondsource.web.people.models import Membership, Token

PREFIX = "/api/"
"""Addresses for programs: a key opens them and nothing else does, so a page of another site cannot use a log-in."""
MOST_TOKENS = 20


def digest(key: str) -> str:
    """Return what is kept of a key; keys are random, so that a plain digest does."""
    return hashlib.sha256(key.encode()).hexdigest()


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
    if scheme.casefold() != "bearer" or not key:
        return None
    token = Token.objects.filter(digest=digest(key.strip())).select_related("person").first()
    if token is None or not token.person.is_active:
        return None
    membership = Membership.objects.filter(person=token.person, team=token.team_id).select_related("team").first()
    if membership is None:
        return None
    today = datetime.now(UTC).date()
    if token.used_on != today:
        Token.objects.filter(pk=token.pk).update(used_on=today)
    token.person.__dict__["_memberships"] = {membership.team_id: membership}
    return token.person


def tokens(request: HttpRequest) -> HttpResponse:
    """Show one's keys in the team; make one."""
    team = access.team(request)
    person = acting(request)
    mine = Token.objects.filter(person=person, team=team)
    made = ""
    if request.method == "POST":
        name = request.POST.get("name", "").strip()[:120]
        if not name or mine.count() >= MOST_TOKENS:
            text = _("A key needs a name, and nobody has more than {count}.", count=MOST_TOKENS)
            messages.error(request, str(text))
            return redirect("tokens")
        made = f"ss_{secrets.token_urlsafe(32)}"
        Token.objects.create(person=person, team=team, name=name, digest=digest(made))
        log.record("token.new", name, team=team, person=person)
    return render(request, "tokens.html", {"tokens": mine, "made": made})


def token_remove(request: HttpRequest, token: int) -> HttpResponse:
    """Take a key of one's own away."""
    team = access.team(request)
    gone = Token.objects.filter(person=acting(request), team=team, pk=token).first()
    if gone is not None:
        log.record("token.remove", gone.name, team=team, person=acting(request))
        gone.delete()
    return redirect("tokens")
