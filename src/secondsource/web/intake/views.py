"""Pages of requests: asking, and turning what was asked into an item of a project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from secondsource.language import _
from secondsource.problem.cells import plain
from secondsource.web.audit import log
from secondsource.web.intake import access
from secondsource.web.intake.models import STATES, Request
from secondsource.web.people import access as people
from secondsource.web.people.access import acting
from secondsource.web.people.models import Team
from secondsource.web.planning import answers, tables
from secondsource.web.planning.models import Project, Solve


def requests(request: HttpRequest) -> HttpResponse:
    """Show what was asked for."""
    team = people.team(request)
    found = Request.objects.filter(team=team).select_related("asked_by", "project")
    content = {"requests": sorted(found, key=lambda each: each.state != "open"), "states": STATES}
    return render(request, "requests.html", content)


def request_new(request: HttpRequest) -> HttpResponse:
    """Ask for something."""
    team = people.team(request)
    what = request.POST.get("what", "").strip()[:300]
    if not what:
        messages.error(request, str(_("Say what is needed.")))
        return redirect("requests")
    with transaction.atomic():
        made = Request.objects.create(
            team=team,
            asked_by=acting(request),
            what=what,
            department=request.POST.get("department", "").strip()[:120],
            needed_from=_day(request.POST.get("needed_from", "")),
        )
        log.record("intake.new", what, team=team, person=acting(request), request=made.pk)
    messages.success(request, str(_("Your request is with the buyers.")))
    return redirect("requests")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class OwnPeople:
    """People of a role of the own firm: in hand, and taken by the newest plan of the project."""

    project: Project
    supplier: str
    role: str
    in_hand: Decimal
    taken: Decimal

    @property
    def free(self) -> Decimal:
        """In hand and not taken."""
        return max(Decimal(0), self.in_hand - self.taken)


def own_people(team: Team) -> list[OwnPeople]:
    """Return the own firm's people in every project that has some, and how many of them its newest plan takes."""
    found = []
    for project in Project.objects.filter(team=team).select_related("head"):
        own = {row.get("supplier") for row in tables.read_table(project.head, "suppliers") if row.get("own") == "true"}
        roles = [row for row in tables.read_table(project.head, "roles") if row.get("supplier") in own]
        if not roles:
            continue
        newest = Solve.objects.filter(project=project, cost_micro__isnull=False, scenario__changes=[]).first()
        hires = answers.answer(newest).plan.hires if newest else ()
        taken = {(hire.supplier, hire.role): hire.people for hire in hires}
        for row in roles:
            key = (row.get("supplier", ""), row.get("role", ""))
            in_hand = _number(row.get("in_hand", "")) or Decimal(0)
            found.append(OwnPeople(project, *key, in_hand, taken.get(key, Decimal(0))))
    return found


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def request_one(request: HttpRequest, asked: int) -> HttpResponse:
    """Show a request, and whether own staff could do it."""
    given = access.asked(request, asked)
    content = {
        "asked": given,
        "states": STATES,
        "projects": Project.objects.filter(team=given.team),
        "people": own_people(given.team),
    }
    return render(request, "request.html", content)


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
        item, demand = request.POST.get("item", "").strip()[:120], _number(request.POST.get("demand", ""))
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
