"""The page of a team's keys for programs, and the description of the interface."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from secondsource.language import _
from secondsource.web.api import tokens
from secondsource.web.api.endpoints import described
from secondsource.web.api.models import SCOPES, Token
from secondsource.web.audit import log
from secondsource.web.bidding import clock
from secondsource.web.people import access
from secondsource.web.people.access import acting

LIVES = (30, 90, 365)
"""Days that a key may work."""
OF_TEAMS = ("events:read", "events:write", "export")


def keys(request: HttpRequest) -> HttpResponse:
    """Show one's own keys in the team."""
    team = access.team(request)
    found = Token.objects.filter(team=team, person=acting(request))
    content = {"keys": found, "scopes": SCOPES, "of_teams": OF_TEAMS, "lives": LIVES, "now": clock.now(), "secret": ""}
    return render(request, "keys.html", content)


def key_new(request: HttpRequest) -> HttpResponse:
    """Make a key that opens what is ticked, as far as one's own role does, and show it once."""
    team = access.team(request)
    post, now = request.POST, clock.now()
    scopes = [scope for scope in OF_TEAMS if post.get(scope)]
    name, days = post.get("name", "").strip()[:120], post.get("days", "")
    if not name or not scopes or days not in map(str, LIVES):
        messages.error(request, str(_("A key needs a name, and something that it opens.")))
        return redirect("keys")
    with transaction.atomic():
        secret = tokens.make(
            name=name, scopes=scopes, now=now, until=now + timedelta(days=int(days)), team=team, person=acting(request)
        )
        log.record("token.new", name, team=team, person=acting(request), scopes=scopes, days=int(days))
    found = Token.objects.filter(team=team, person=acting(request))
    content = {"keys": found, "scopes": SCOPES, "of_teams": OF_TEAMS, "lives": LIVES, "now": now, "secret": secret}
    return render(request, "keys.html", content)


def key_revoke(request: HttpRequest, key: int) -> HttpResponse:
    """Take one of one's own keys back."""
    found: Token = access.one(request, Token.objects.all(), pk=key)
    if found.person_id != acting(request).pk:
        raise Http404
    with transaction.atomic():
        Token.objects.filter(pk=found.pk, revoked_at__isnull=True).update(revoked_at=clock.now())
        log.record("token.revoke", found.name, team=found.team, person=acting(request))
    return redirect("keys")


def interface(request: HttpRequest) -> HttpResponse:
    """Show how programs talk to the workspace: every address, what it takes and gives."""
    schema = described()
    rows = [
        (method.upper(), path, each)
        for path, methods in schema["paths"].items()
        for method, each in methods.items()
    ]  # fmt: skip
    return render(request, "interface.html", {"rows": rows, "about": schema["info"]["description"]})
