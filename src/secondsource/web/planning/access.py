"""The one door to projects and what belongs to them: of one's own teams, with the right that the request takes."""

from __future__ import annotations

from django.http import HttpRequest

from secondsource.web.people import access
from secondsource.web.planning.models import Project, Proposal, Scenario, Solve, Upload


def project(request: HttpRequest, pk: int) -> Project:
    """Return a project with its head, or 404, or 403."""
    found: Project = access.one(request, Project.objects.select_related("head"), pk=pk)
    return found


def scenario(request: HttpRequest, pk: int) -> Scenario:
    """Return a scenario, or 404, or 403."""
    found: Scenario = access.one(request, Scenario.objects.select_related("project__head"), pk=pk)
    return found


def upload(request: HttpRequest, pk: int) -> Upload:
    """Return an upload, or 404, or 403."""
    found: Upload = access.one(request, Upload.objects.select_related("project__head"), pk=pk)
    return found


def solve(request: HttpRequest, pk: int) -> Solve:
    """Return a solve with its job, scenario and version, or 404, or 403; its plan, which may be large, when asked."""
    scope = Solve.objects.select_related("project__head", "scenario", "version", "job", "asked_by")
    scope = scope.defer("plan", "texts")
    found: Solve = access.one(request, scope, pk=pk)
    return found


def proposal(request: HttpRequest, pk: int) -> Proposal:
    """Return a proposal, or 404, or 403."""
    found: Proposal = access.one(
        request,
        Proposal.objects.select_related("solve__project__team", "proposed_by").defer("solve__plan", "solve__texts"),
        pk=pk,
    )
    return found
