"""Further questions about a plan: asking them, and the part of the plan's page that shows the answer."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from secondsource.reports import numbers
from secondsource.web.audit import log
from secondsource.web.jobs.models import Job
from secondsource.web.people.access import acting, may
from secondsource.web.planning import access, answers
from secondsource.web.planning.models import Solve, Study
from secondsource.web.planning.studies import unpack_dependences


def study_new(request: HttpRequest, solve: int) -> HttpResponse:
    """Ask what losing each supplier of a plan costs; again, where the last search failed."""
    given = access.solve(request, solve)
    if not given.has_plan:
        return render(request, "refused.html", {"status": 409}, status=409)
    try:
        with transaction.atomic():
            Study.objects.filter(solve=given, kind="dependence", job__state="failed").delete()
            made = Study.objects.create(solve=given, kind="dependence", asked_by=acting(request))
            team = given.project.team
            made.job = Job.objects.create(team=team, asked_by=acting(request), kind="dependence", about=made.pk)
            made.save(update_fields=["job"])
            about = f"{given.project.name}: {given.scenario.name}"
            log.record("plan.study", about, team=team, person=acting(request), solve=given.pk)
    except IntegrityError:  # asked already: it is shown
        pass
    return redirect(f"/plans/{given.pk}/#dependence")


def study(request: HttpRequest, solve: int) -> HttpResponse:
    """Show what losing each supplier costs, or how far the search for it is (part of the plan's page)."""
    given = access.solve(request, solve)
    return render(request, "parts/dependence.html", shown(request, given))


def shown(request: HttpRequest, given: Solve) -> dict[str, Any]:
    """Return what the part shows."""
    found = Study.objects.filter(solve=given, kind="dependence").select_related("job").first()
    content: dict[str, Any] = {"solve": given, "study": found, "lines": [], "job": found.job if found else None}
    content["may_plan"] = may(acting(request), "plan", given.project.team)
    if found is not None and found.answer is not None:
        problem = answers.answer(given).problem
        names = dict(zip(problem.suppliers.supplier, problem.suppliers.name, strict=True))
        items = dict(zip(problem.items.item, problem.items.name, strict=True))
        content["lines"] = unpack_dependences(found.answer, names, items)
        content["unit"] = numbers.unit_of(given.cost, given.currency) if given.cost is not None else None
    return content
