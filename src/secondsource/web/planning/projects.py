"""Pages of a project as a whole: its tables, faults, versions and bill of materials; not for single tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from secondsource.language import Message, _, plural
from secondsource.reports import words
from secondsource.web.audit import log
from secondsource.web.jobs.models import Job
from secondsource.web.people import access as people
from secondsource.web.people.access import acting
from secondsource.web.people.models import Person, Team
from secondsource.web.planning import access, checking, tables
from secondsource.web.planning.models import Project, Proposal, Scenario, Solve, Version
from secondsource.web.planning.translate import TABLE_NAMES, Rows, unpack

SOON_DAYS = 120
AS_IT_IS = "as it is"
"""Name of the scenario that changes nothing; shown translated."""


def home(request: HttpRequest) -> HttpResponse:
    """Show the team's projects, what is being solved, and what waits for someone."""
    team = people.team(request)
    latest = Solve.objects.filter(cost_micro__isnull=False).select_related("scenario").order_by("-pk")
    latest = latest.defer("plan", "texts", "faults", "changes")
    projects = (
        Project.objects.filter(team=team)
        .select_related("head__made_by")
        .prefetch_related(Prefetch("solves", queryset=latest, to_attr="answers"))
    )
    open_solves = Solve.objects.filter(project__team=team, job__state__in=["waiting", "running"])
    waiting = Proposal.objects.filter(solve__project__team=team, state="proposed")
    content = {
        "projects": projects,
        "running": open_solves.select_related("job", "project", "scenario").defer("plan", "texts").order_by("pk"),
        "AS_IT_IS": AS_IT_IS,
        "todo": _todo(team, datetime.now(UTC).date()),
        "proposals": waiting.select_related("solve__project", "solve__scenario", "proposed_by").defer(
            "solve__plan", "solve__texts"
        ),
    }
    return render(request, "home.html", content)


def _todo(team: Team, today: date) -> list[tuple[str, Message]]:
    """What waits for somebody: the page where it is done, and what it is."""
    from secondsource.web.contracts.models import Contract  # contracts know plans, not the other way round
    from secondsource.web.intake.models import Request
    from secondsource.web.suppliers.calls import calls

    asked = Request.objects.filter(team=team, state="open").count()
    due = len(calls(team, today))
    dates = Contract.objects.filter(team=team, state="running").values_list(
        "ends", "notice_days", "switch_days", "retender_days"
    )
    soon = sum((Contract.act_day(*given) - today).days <= SOON_DAYS for given in dates)
    failed = Contract.objects.filter(team=team, state="failed").count()
    found = [
        ("contracts", failed, plural("{count} contract has failed", "{count} contracts have failed", failed)),
        (
            "contracts",
            soon,
            plural("{count} contract to renew or tender", "{count} contracts to renew or tender", soon),
        ),
        ("requests", asked, plural("{count} request to answer", "{count} requests to answer", asked)),
        ("calls", due, plural("{count} call to make", "{count} calls to make", due)),
    ]
    return [(name, text) for name, count, text in found if count]


def project_new(request: HttpRequest) -> HttpResponse:
    """Begin a project."""
    team = people.team(request)
    name = request.POST.get("name", "").strip()[:120]
    if not name:
        messages.error(request, str(_("A project needs a name.")))
        return redirect("home")
    try:
        made = begin(team, name, acting(request))
    except IntegrityError:
        messages.error(request, str(_("There is a project of this name already.")))
        return redirect("home")
    return redirect("project", made.pk)


@transaction.atomic
def begin(team: Team, name: str, person: Person | None) -> Project:
    """Return a new project, empty but for the scenario that changes nothing."""
    made = Project.objects.create(team=team, name=name)
    Scenario.objects.create(project=made, name=AS_IT_IS, made_by=person)
    log.record("needs.new", name, team=team, person=person, project=made.pk)
    return made


def project(request: HttpRequest, project: int) -> HttpResponse:
    """Show a project: what is needed, scenarios of it, and the plans that answer them."""
    ours = access.project(request, project)
    counts = tables.counts(ours.head)
    solves = Solve.objects.filter(project=ours).select_related("job", "version", "asked_by").defer("plan", "texts")
    scenarios = (
        Scenario.objects.filter(project=ours)
        .select_related("made_by")
        .prefetch_related(Prefetch("solves", queryset=solves.order_by("-pk"), to_attr="answers"))
    )
    content = {
        "project": ours,
        "counts": counts,
        "names": words.TABLES,
        "scenarios": list(scenarios),
        "AS_IT_IS": AS_IT_IS,
        "describe": _describe,
        "rules": [row["rule"] for row in tables.read_table(ours.head, "rules") if row.get("rule")],
        "suppliers": [
            (row["supplier"], row.get("name") or row["supplier"])
            for row in tables.read_table(ours.head, "suppliers")
            if row.get("supplier")
        ][:500],
        "redo": _undone(ours),
    }
    return render(request, "project.html", content)


def _describe(change: Any) -> object:
    from secondsource.web.planning.changes import describe

    return describe(change)


def _undone(ours: Project) -> Version | None:
    """The version that undo left last, if nothing was changed since."""
    return Version.objects.filter(project=ours, parent=ours.head).order_by("-number").first()


def faults(request: HttpRequest, project: int) -> HttpResponse:
    """Show every fault of the needs as they are now (part of the project's page, loaded after it)."""
    ours = access.project(request, project)
    found = [] if ours.head is None else checking.faults_of(ours.head, datetime.now(UTC).date())
    content = {"project": ours, "faults": found, "count": ours.head.fault_count if ours.head else 0}
    return render(request, "parts/faults.html", content)


def versions(request: HttpRequest, project: int) -> HttpResponse:
    """Show every version, the newest first."""
    ours = access.project(request, project)
    found = Version.objects.filter(project=ours).select_related("made_by").defer("faults", "tables")[:200]
    return render(request, "versions.html", {"project": ours, "versions": found, "unpack": unpack})


def version_restore(request: HttpRequest, project: int, version: int) -> HttpResponse:
    """Go back (or forward) to a version."""
    ours = access.project(request, project)
    wanted = Version.objects.filter(project=ours, pk=version).first()
    if wanted is None:
        raise Http404
    tables.go_to(ours, wanted, acting(request))
    messages.success(request, str(_("The needs are as in version {number} again.", number=wanted.number)))
    return redirect("project", ours.pk)


def undo(request: HttpRequest, project: int) -> HttpResponse:
    """Take the last edit back."""
    ours = access.project(request, project)
    if ours.head is not None and ours.head.parent is not None:
        tables.go_to(ours, ours.head.parent, acting(request))
    return _back(request, ours)


def redo(request: HttpRequest, project: int) -> HttpResponse:
    """Make the edit again that was taken back last."""
    ours = access.project(request, project)
    undone = _undone(ours)
    if undone is not None:
        tables.go_to(ours, undone, acting(request))
    return _back(request, ours)


def _back(request: HttpRequest, ours: Project) -> HttpResponse:
    table = request.POST.get("table", "")
    return redirect("table", ours.pk, table) if table in TABLE_NAMES else redirect("project", ours.pk)


@dataclass(frozen=True)
class Node:
    """An item of the bill of materials under its parent: `quantity` per unit of it, `total` in all."""

    item: str
    name: str
    unit: str
    quantity: Decimal
    total: Decimal
    children: tuple[Node, ...]


MOST_NODES = 300
"""Items that a tree shows: beyond that it is the table that one wants."""


def tree(items: Rows, bom: Rows) -> list[Node]:
    """Return the items that go into nothing, each with what goes into it; a cycle is cut where it closes."""
    known = {row["item"]: row for row in items if row.get("item")}
    parts: dict[str, list[tuple[str, Decimal]]] = {}
    for row in bom:
        if row.get("parent") and row.get("child"):
            parts.setdefault(row["parent"], []).append((row["child"], _number(row.get("quantity", ""), Decimal(1))))
    inside = {child for children in parts.values() for child, _quantity in children}
    left = [MOST_NODES]

    def node(item: str, quantity: Decimal, total: Decimal, above: frozenset[str]) -> Node:
        left[0] -= 1
        row = known.get(item, {})
        children = [] if item in above or left[0] <= 0 else parts.get(item, [])
        return Node(
            item,
            row.get("name", ""),
            row.get("unit", ""),
            quantity,
            total,
            tuple(node(child, each, total * each, above | {item}) for child, each in children if left[0] > 0),
        )

    return [
        node(item, Decimal(1), _number(row.get("demand", ""), Decimal(0)), frozenset())
        for item, row in known.items()
        if item not in inside and left[0] > 0
    ]


def _number(text: str, default: Decimal) -> Decimal:
    try:
        return Decimal(text) if text else default
    except InvalidOperation:
        return default


def _size(nodes: Iterable[Node]) -> int:
    return sum(1 + _size(node.children) for node in nodes)


def bom(request: HttpRequest, project: int) -> HttpResponse:
    """Show what is made of what, as a tree."""
    ours = access.project(request, project)
    roots = tree(tables.read_table(ours.head, "items"), tables.read_table(ours.head, "bom"))
    made = [root for root in roots if root.children]
    content = {"project": ours, "roots": made, "others": len(roots) - len(made), "is_cut": _size(made) >= MOST_NODES}
    return render(request, "bom.html", content)


def queue(ours: Project, scenario: Scenario, person: Person | None) -> Solve:
    """Return a new question about a scenario of the needs as they are, with the job that will answer it."""
    if ours.head is None:
        raise ValueError("asked about needs that are empty")
    with transaction.atomic():
        solve = Solve.objects.create(
            project=ours, scenario=scenario, version=ours.head, changes=scenario.changes, asked_by=person
        )
        solve.job = Job.objects.create(team=ours.team, asked_by=person, kind="solve", about=solve.pk)
        solve.save(update_fields=["job"])
        log.record("plan.ask", f"{ours.name}: {scenario.name}", team=ours.team, person=person, solve=solve.pk)
    return solve
