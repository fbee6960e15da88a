"""Pages of the team and its people, and the pages for what is refused; not for log-in (allauth)."""

from __future__ import annotations

import secrets
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from secondsource.language import _
from secondsource.reports import numbers
from secondsource.web.audit import log
from secondsource.web.middleware import LANGUAGE_COOKIE
from secondsource.web.people import access
from secondsource.web.people.access import acting
from secondsource.web.people.models import ROLES, Membership, Person


def alive(request: HttpRequest) -> HttpResponse:
    """Say that the server and its database answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


def language(request: HttpRequest) -> HttpResponse:
    """Remember the language that the reader chose and go back to the page."""
    code = request.POST.get("language", "")
    code = code if code in dict(settings.LANGUAGES) else ""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = redirect(back)
    person: Any = request.user
    if person.is_authenticated:
        Person.objects.filter(pk=person.pk).update(language=code)
    response.set_cookie(LANGUAGE_COOKIE, code, max_age=365 * 24 * 3600, samesite="Lax", httponly=True)
    return response


def choose_team(request: HttpRequest) -> HttpResponse:
    """Work in another of one's teams."""
    person: Any = request.user
    wanted = request.POST.get("team", "")
    if not wanted.isdigit() or int(wanted) not in access.memberships(person):
        raise Http404
    request.session["team"] = int(wanted)
    return redirect("home")


def team(request: HttpRequest) -> HttpResponse:
    """Show the people of the team."""
    ours = access.team(request)
    members = Membership.objects.filter(team=ours).select_related("person").order_by("person__username")
    return render(request, "team.html", {"team": ours, "members": members, "limit": _limit(ours.approval_limit_micro)})


def _limit(micro: int) -> Decimal:
    return Decimal(micro).scaleb(-6)


def person_add(request: HttpRequest) -> HttpResponse:
    """Add a person to the team, with a password to hand over."""
    ours = access.team(request)
    name, email = request.POST.get("username", "").strip(), request.POST.get("email", "").strip()
    role = request.POST.get("role", "")
    if not name or role not in ROLES:
        messages.error(request, str(_("A person needs a name to log in with, and a role.")))
        return redirect("team")
    password = secrets.token_urlsafe(12)
    try:
        with transaction.atomic():
            person = Person.objects.create_user(name, email, password)
            person.full_clean(exclude=["password"])
            validate_password(password, person)
            Membership.objects.create(team=ours, person=person, role=role)
            log.record("people.add", name, team=ours, person=acting(request), role=role)
    except (IntegrityError, ValidationError):
        messages.error(request, str(_("{name} cannot be added: the name is taken, or has other signs than letters, digits and @.+-_", name=name)))  # fmt: skip  # noqa: E501
        return redirect("team")
    text = _("{name} can log in with the password {password} (shown this once).", name=name, password=password)
    messages.success(request, str(text))
    return redirect("team")


def person_role(request: HttpRequest, person: int) -> HttpResponse:
    """Give a person of the team another role, or none any more."""
    ours = access.team(request)
    membership = Membership.objects.filter(team=ours, person_id=person).select_related("person").first()
    if membership is None:
        raise Http404
    role = request.POST.get("role", "")
    if membership.person_id == request.user.pk:
        messages.error(request, str(_("Nobody changes their own role.")))
        return redirect("team")
    with transaction.atomic():
        if role in ROLES:
            membership.role = role
            membership.save()
        else:
            membership.delete()
        log.record("people.role", membership.person.username, team=ours, person=acting(request), role=role)
    return redirect("team")


def team_limit(request: HttpRequest) -> HttpResponse:
    """Set the cost above which a plan takes a second person."""
    ours = access.team(request)
    try:
        limit = Decimal(request.POST.get("limit", "").replace(" ", "").replace(",", "."))
        if not 0 <= limit < Decimal("1e12"):
            raise InvalidOperation
    except InvalidOperation:
        messages.error(request, str(_("The limit is a number, zero or more.")))
        return redirect("team")
    with transaction.atomic():
        ours.approval_limit_micro = int(limit.scaleb(6))
        ours.save()
        log.record("people.limit", numbers.number(limit), team=ours, person=acting(request))
    return redirect("team")


def refused_400(request: HttpRequest, exception: object = None) -> HttpResponse:
    """Say that the request cannot be read."""
    return render(request, "refused.html", {"status": 400}, status=400)


def refused_403(request: HttpRequest, exception: object = None) -> HttpResponse:
    """Say that the role does not open this."""
    return render(request, "refused.html", {"status": 403}, status=403)


def refused_404(request: HttpRequest, exception: object = None) -> HttpResponse:
    """Say that there is nothing here."""
    return render(request, "refused.html", {"status": 404}, status=404)


def refused_500(request: HttpRequest) -> HttpResponse:
    """Say that it is our fault."""
    return render(request, "refused.html", {"status": 500}, status=500)
