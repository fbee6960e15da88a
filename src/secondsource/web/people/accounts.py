"""How log-in differs from allauth's: nobody signs up alone, and who guesses is locked out for a while."""

from __future__ import annotations

import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from secondsource.errors import SecondsourceError
from secondsource.language import Message, _


class ClosedDoor(DefaultAccountAdapter):
    """People are added by their manager."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False."""
        return False


def name_typed(request: HttpRequest, credentials: Any = None) -> str:
    """Return the name (or e-mail) by which someone tries to log in: failures and lock-outs are counted by it."""
    typed = request.POST.get("login", "") if request is not None else ""
    return typed.strip().casefold() or str((credentials or {}).get("username") or "")


def locked_out(request: HttpRequest, credentials: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """Return the page for whoever failed to log in too often."""
    return render(request, "refused.html", {"status": 429}, status=429)


class NotAdmitted(SecondsourceError):
    """A person cannot be let in; says why."""

    def __init__(self, why: Message) -> None:
        super().__init__(str(why))
        self.why = why


def admit(name: str, team: str, role: str) -> str:
    """Let a person into a team (the only one, where none is named), and return the new password.

    Raises
    ------
    NotAdmitted
        There is no such role, the name cannot be one, or it is not clear which team is meant.
    """
    from django.core.exceptions import ValidationError
    from django.db import transaction

    from secondsource.web.audit import log
    from secondsource.web.people.models import ROLES, Membership, Person, Team

    if role not in ROLES:
        raise NotAdmitted(_("{role} is no role: {known}", role=role, known=", ".join(ROLES)))
    teams = list(Team.objects.filter(name=team) if team else Team.objects.all()[:2])
    if not team and len(teams) != 1:
        raise NotAdmitted(_("name the team: --team TEAM"))
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        ours = teams[0] if teams else Team.objects.create(name=team[:120])
        person = Person.objects.filter(username=name).first() or Person(username=name)
        person.set_password(password)
        try:
            person.full_clean(exclude=["password"])
        except ValidationError as error:
            raise NotAdmitted(_("{name} cannot be a name to log in with", name=name)) from error
        person.save()
        Membership.objects.update_or_create(team=ours, person=person, defaults={"role": role})
        log.record("people.add", name, team=ours, person=None, role=role)
    return password
