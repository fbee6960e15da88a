"""Scenarios, the searches for their plans, and the page of a plan; not for the search itself (`answering`)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from secondsource.language import _
from secondsource.problem.tables import Problem
from secondsource.reports import numbers
from secondsource.web.audit import log
from secondsource.web.jobs.models import STATES, Job
from secondsource.web.people.access import acting, may
from secondsource.web.planning import access, answers, changes, tables
from secondsource.web.planning.models import Project, Proposal, Scenario, Solve
from secondsource.web.planning.projects import AS_IT_IS, queue
from secondsource.web.planning.translate import unpack_fault
from secondsource.web.terms.models import KINDS

FREE_SETTINGS = ("failures", "strict", "separate_backups", "cover", "horizon_years", "discount_rate")

MOST_ROWS = 100
"""Rows of each table that a plan's page shows; it says how many more there are, and the workbook has them all."""


def scenario_new(request: HttpRequest, project: int) -> HttpResponse:
    """Make a scenario of what the form asks for, and search its plan."""
    ours = access.project(request, project)
    made = _changes(request)
    if not made:
        messages.error(request, str(_("A scenario changes something: choose what.")))
        return redirect("project", ours.pk)
    return _ask(request, ours, made, request.POST.get("name", "").strip())


def _changes(request: HttpRequest) -> list[dict[str, Any]]:
    """What the form asks for, as changes."""
    made: list[dict[str, Any]] = [
        {"kind": "without", "supplier": key} for key in request.POST.getlist("without") if key
    ]
    made += [{"kind": "drop", "rule": key} for key in request.POST.getlist("drop") if key]
    for name in FREE_SETTINGS:
        if value := request.POST.get(name, "").strip():
            made.append({"kind": "setting", "name": name, "value": value})
    try:
        factor = Decimal(request.POST.get("demand", "").strip().replace(",", ".") or 100) / 100
    except InvalidOperation:
        factor = Decimal(1)
    if factor != 1 and factor.is_finite() and factor > 0:
        made.append({"kind": "demand", "factor": str(factor)})
    return made


def _ask(request: HttpRequest, ours: Project, made: list[dict[str, Any]], name: str = "") -> HttpResponse:
    """Search the plan of these changes: under the scenario that has them already, or under a new one."""
    if ours.head is None:
        messages.error(request, str(_("There is nothing to plan yet: fill in the needs first.")))
        return redirect("project", ours.pk)
    known = {scenario.name: scenario for scenario in Scenario.objects.filter(project=ours)}
    same = next((scenario for scenario in known.values() if scenario.changes == made), None)
    if same is None:
        title = name or ", ".join(str(changes.describe(change)) for change in made)
        base, number = title[:110], 2
        title = base
        while title in known:
            title, number = f"{base} ({number})", number + 1
        same = Scenario.objects.create(project=ours, name=title, changes=made, made_by=acting(request))
        log.record("scenario.new", f"{ours.name}: {title}", team=ours.team, person=acting(request))
    return redirect("solve", queue(ours, same, acting(request)).pk)


def scenario_remove(request: HttpRequest, scenario: int) -> HttpResponse:
    """Remove a scenario and its plans, unless one of them was proposed."""
    given = access.scenario(request, scenario)
    if given.name == AS_IT_IS or Proposal.objects.filter(solve__scenario=given).exists():
        messages.error(request, str(_("This scenario stays: a plan of it was proposed, or the others rest on it.")))
    else:
        given.delete()
    return redirect("project", given.project_id)


def solve_new(request: HttpRequest, scenario: int) -> HttpResponse:
    """Search the best plan of a scenario, with the needs as they are now."""
    given = access.scenario(request, scenario)
    if given.project.head is None:
        messages.error(request, str(_("There is nothing to plan yet: fill in the needs first.")))
        return redirect("project", given.project_id)
    return redirect("solve", queue(given.project, given, acting(request)).pk)


def solve(request: HttpRequest, solve: int) -> HttpResponse:
    """Show a plan, or how far the search for it is, or why there is none."""
    given = access.solve(request, solve)
    content: dict[str, Any] = {"solve": given, "project": given.project, "AS_IT_IS": AS_IT_IS}
    if given.job is not None and given.job.state != "done":
        return render(request, "solving.html", {**content, **_progress(given.job)})
    if given.status == "invalid":
        return render(request, "invalid.html", {**content, "faults": [unpack_fault(fault) for fault in given.faults]})
    found = answers.answer(given)
    content |= {
        "plan": found.plan,
        "MOST_ROWS": MOST_ROWS,
        "may_plan": may(acting(request), "plan", given.project.team),
    }
    if found.summary is None:
        rules = [rule for rule in found.problem.rules.rule if rule]
        ways = [(way, changes.way_out(way.limit, way.key, way.by, rules)) for way in found.plan.ways_out]
        return render(request, "no_plan.html", {**content, "ways": ways})
    from secondsource.web.contracts import concluding  # contracts know plans, not the other way round

    before = answers.parent(given)
    cost = given.cost or Decimal(0)
    content |= {
        "summary": found.summary,
        "unit": numbers.unit_of(cost, given.currency),
        "before": before,
        "difference": None if before is None or before.cost is None else cost - before.cost,
        "proposal": Proposal.objects.filter(solve=given).select_related("proposed_by", "decided_by").first(),
        "may_approve": may(acting(request), "approve", given.project.team),
        "contracts": given.contracts.count(),
        "not_approved": concluding.not_approved(given, datetime.now(UTC).date()),
        "others": Solve.objects.filter(project=given.project, cost_micro__isnull=False).exclude(pk=given.pk).exists(),
        "questions": given.questions.select_related("job").defer("pages", "files")[:30],
        "bidders": _bidders(found.problem),
        "KINDS": KINDS,
        "STATES": STATES,
        "is_old": given.version_id != given.project.head_id,
    }
    return render(request, "plan.html", content)


def _bidders(problem: Problem) -> list[tuple[str, str]]:
    """Suppliers other than ourselves that have an offer, with their names."""
    table, offering = problem.suppliers, set(problem.offers.supplier) | set(problem.packages.supplier)
    rows = zip(table.supplier, table.name, table.own, strict=True)
    return [(key, name or key) for key, name, own in rows if key in offering and not own]


def _progress(job: Job) -> dict[str, Any]:
    share = None
    if job.best and job.bound is not None and job.gap is not None:
        share = max(0.0, min(1.0, 1 - job.gap))
    return {"job": job, "closed": share}


def solve_progress(request: HttpRequest, solve: int) -> HttpResponse:
    """Return the live bar; once the search is over, tell the page to load itself again."""
    given = access.solve(request, solve)
    if given.job is None or given.job.state == "done":
        response = HttpResponse()
        response.headers["HX-Refresh"] = "true"
        return response
    return render(request, "parts/progress.html", {"solve": given, **_progress(given.job)})


def solve_stop(request: HttpRequest, solve: int) -> HttpResponse:
    """Stop a search and use the best plan found; one that has not begun is taken back."""
    given = access.solve(request, solve)
    job = given.job
    if job is not None and job.is_open:
        Job.objects.filter(pk=job.pk, state__in=["waiting", "running"]).update(stop_wanted=True)
        log.record("plan.stop", given.scenario.name, team=given.project.team, person=acting(request), solve=given.pk)
    return redirect("solve", given.pk)


def solve_without(request: HttpRequest, solve: int) -> HttpResponse:
    """Search the best plan without one supplier: what losing it costs."""
    given = access.solve(request, solve)
    supplier = request.POST.get("supplier", "")
    if supplier not in {row.get("supplier") for row in tables.read_table(given.version, "suppliers")}:
        raise Http404
    return _ask(request, given.project, [*given.changes, {"kind": "without", "supplier": supplier}])


def solve_way_out(request: HttpRequest, solve: int) -> HttpResponse:
    """Take one of the ways out of an infeasible problem, as a scenario."""
    given = access.solve(request, solve)
    number = request.POST.get("way", "")
    found = answers.answer(given) if given.status == "infeasible" else None
    if found is None or not number.isdigit() or int(number) >= len(found.plan.ways_out):
        raise Http404
    way = found.plan.ways_out[int(number)]
    change = changes.way_out(way.limit, way.key, way.by, [rule for rule in found.problem.rules.rule if rule])
    if change is None:
        raise Http404
    return _ask(request, given.project, [*given.changes, dict(change)])
