"""Pages of requests: asking, and turning what was asked into an item of a project."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from secondsource.language import _
from secondsource.problem.cells import plain
from secondsource.web.audit import log
from secondsource.web.intake import access, staff
from secondsource.web.intake.models import MEASURES, STATES, Request
from secondsource.web.people import access as people
from secondsource.web.people.access import acting
from secondsource.web.planning import tables
from secondsource.web.planning.models import Project, micro


def requests(request: HttpRequest) -> HttpResponse:
    """Show what was asked for."""
    team = people.team(request)
    found = Request.objects.filter(team=team).select_related("asked_by", "project")
    content = {"requests": sorted(found, key=lambda each: each.state != "open"), "states": STATES, "measures": MEASURES}
    return render(request, "requests.html", content)


def request_new(request: HttpRequest) -> HttpResponse:
    """Ask for something."""
    team = people.team(request)
    what = request.POST.get("what", "").strip()[:300]
    if not what:
        messages.error(request, str(_("Say what is needed.")))
        return redirect("requests")
    measured = _measured(request)
    if measured is None:
        return redirect("requests")
    with transaction.atomic():
        made = Request.objects.create(
            team=team,
            asked_by=acting(request),
            what=what,
            department=request.POST.get("department", "").strip()[:120],
            **measured,
        )
        log.record("intake.new", what, team=team, person=acting(request), request=made.pk)
    messages.success(request, str(_("Your request is with the buyers.")))
    return redirect("requests")


def _measured(request: HttpRequest) -> dict[str, Any] | None:
    """How much of what role, and when, as the form says; None, and says why, where that holds no sense."""
    texts = {name: request.POST.get(name, "").strip() for name in ("amount", "needed_from", "needed_until")}
    try:
        days = {
            name: date.fromisoformat(texts[name]) if texts[name] else None for name in ("needed_from", "needed_until")
        }
    except ValueError:
        messages.error(request, str(_("A day is written as in 2027-05-01.")))
        return None
    since, until = days["needed_from"], days["needed_until"]
    amount, measure = staff.number(texts["amount"]), request.POST.get("measure") or "people"
    is_number = amount is not None and 0 < amount < Decimal("1e9")
    if measure not in MEASURES or (texts["amount"] and not is_number) or (since and until and until < since):
        messages.error(request, str(_("How many is a number above 0, and the last day is not before the first.")))
        return None
    role = request.POST.get("role", "").strip()[:120]
    return {**days, "role": role, "amount_micro": micro(amount), "measure": measure}


def request_one(request: HttpRequest, asked: int) -> HttpResponse:
    """Show a request, and whether own staff could do it."""
    given = access.asked(request, asked)
    people = staff.own_people(given.team)
    roles = list(dict.fromkeys(each.role for each in people))
    content = {
        "asked": given,
        "states": STATES,
        "measures": MEASURES,
        "projects": Project.objects.filter(team=given.team),
        "people": people,
        "roles": roles,
        "role": given.role or staff.likely_role(given.what, roles),
        "verdicts": staff.verdicts(given, people, datetime.now(UTC).date()),
        "amount": "" if given.amount is None else plain(given.amount),
    }
    return render(request, "request.html", content)


def request_measure(request: HttpRequest, asked: int) -> HttpResponse:
    """Say whose work is asked for, how much and when: what the verdict on own staff goes by."""
    given = access.asked(request, asked)
    if given.state != "open":
        return render(request, "refused.html", {"status": 409}, status=409)
    measured = _measured(request)
    if measured is not None:
        for name, value in measured.items():
            setattr(given, name, value)
        with transaction.atomic():
            given.save()
            log.record("intake.measure", given.what, team=given.team, person=acting(request), **measured)
    return redirect("request_one", given.pk)


def request_answer(request: HttpRequest, asked: int) -> HttpResponse:
    """Turn a request into an item of a project, or decline it; what was answered stands."""
    given = access.asked(request, asked)
    if given.state != "open":
        return render(request, "refused.html", {"status": 409}, status=409)
    person = acting(request)
    given.answer = request.POST.get("answer", "").strip()[:4000]
    if "decline" in request.POST:
        if not given.answer:
            messages.error(request, str(_("Say why: whoever asked reads it.")))
            return redirect("request_one", given.pk)
        given.state = "declined"
    else:
        project = Project.objects.filter(team=given.team, pk=request.POST.get("project") or 0).first()
        item, demand = request.POST.get("item", "").strip()[:120], staff.number(request.POST.get("demand", ""))
        rows = [] if project is None else tables.read_table(project.head, "items")
        if project is None or not item or demand is None or demand < 0:
            messages.error(request, str(_("An item takes a project, a short name and how many.")))
            return redirect("request_one", given.pk)
        if item in {row.get("item") for row in rows}:
            messages.error(request, str(_("{item} is in the project already: choose another short name.", item=item)))
            return redirect("request_one", given.pk)
        values = {"item": item, "name": given.what, "demand": plain(demand), "unit": request.POST.get("unit", "")}
        values["note"] = str(_("asked for by {who}", who=given.asked_by or ""))
        cells = [(len(rows), column, text.strip()) for column, text in values.items() if text.strip()]
        what = _("request: {what}", what=given.what)
        tables.edit_cells(project, "items", cells, person, what, base=project.head)
        given.state, given.project, given.item = "planned", project, item
    with transaction.atomic():
        given.save()
        log.record("intake.answer", given.what, team=given.team, person=person, state=given.state)
    return redirect("request_one", given.pk)
