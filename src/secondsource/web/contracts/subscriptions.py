"""Calendars that other programs subscribe to, each by a secret address of one person; not for what stands in them.

A calendar program cannot log in: whoever knows the address reads the dates of the team's contracts and of what it
watches, and nothing else. So only a hash of it is kept, it is shown once, its person can take it back, and it ends with
the person's place in the team.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from secondsource.language import _, use_language
from secondsource.web.audit import log
from secondsource.web.contracts.calendar import calendar_lines, file_of
from secondsource.web.contracts.models import Contract, Subscription
from secondsource.web.people import access
from secondsource.web.people.access import acting
from secondsource.web.people.models import Membership, Team

MOST = 5
"""Addresses of one person in one team: one for each calendar program."""


def subscriptions(request: HttpRequest) -> HttpResponse:
    """Show one's calendar addresses in the team; make one."""
    team = access.team(request)
    person = acting(request)
    mine = Subscription.objects.filter(team=team, person=person)
    made = ""
    if request.method == "POST":
        name = request.POST.get("name", "").strip()[:120]
        if not name or mine.count() >= MOST:
            text = _("An address needs a name, and nobody has more than {count}.", count=MOST)
            messages.error(request, str(text))
            return redirect("subscriptions")
        secret = secrets.token_urlsafe(24)
        with transaction.atomic():
            Subscription.objects.create(
                team=team, person=person, name=name, hash=_hash(secret), made_at=datetime.now(UTC)
            )
            log.record("calendar.new", name, team=team, person=person)
        made = request.build_absolute_uri(reverse("calendar_feed", args=[secret]))
    return render(request, "subscriptions.html", {"subscriptions": mine.all(), "made": made})


def subscription_remove(request: HttpRequest, subscription: int) -> HttpResponse:
    """Take an address of one's own back: the calendar that asks there gets nothing any more."""
    team = access.team(request)
    gone = Subscription.objects.filter(team=team, person=acting(request), pk=subscription).first()
    if gone is not None:
        with transaction.atomic():
            log.record("calendar.revoke", gone.name, team=team, person=acting(request))
            gone.delete()
    return redirect("subscriptions")


def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Return the calendar of an address, in its person's language; 404 where the address opens nothing (any more)."""
    now = datetime.now(UTC)
    found = Subscription.objects.filter(hash=_hash(secret)).select_related("person", "team").first()
    if found is None or not found.person.is_active:
        raise Http404
    if not Membership.objects.filter(team=found.team, person=found.person).exists():
        raise Http404
    request.__dict__["access_was_decided"] = True
    Subscription.objects.filter(pk=found.pk).update(read_at=now)
    with use_language(found.person.language or "en"):
        text = file_of(_lines(found.team, now), name=str(_("Contracts of {team}", team=found.team)))
    answer = HttpResponse(text.encode(), content_type="text/calendar; charset=utf-8")
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _lines(team: Team, now: datetime) -> list[str]:
    """The dates of running contracts, and the notice dates of what the team watches in the market."""
    from secondsource.web.market import inbox  # the market knows contracts' calendar, not the other way round

    running = Contract.objects.filter(team=team, state="running").select_related("supplier")
    return [*calendar_lines(running, now), *inbox.calendar_lines(team, now)]


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
