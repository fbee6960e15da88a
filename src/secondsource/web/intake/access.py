"""The one door to requests: of one's own teams, with the right that the request takes."""

from __future__ import annotations

from django.http import HttpRequest

from secondsource.web.intake.models import Request
from secondsource.web.people import access


def asked(request: HttpRequest, pk: int) -> Request:
    """Return a request of a department, or 404, or 403."""
    found: Request = access.one(request, Request.objects.select_related("project", "asked_by"), pk=pk)
    return found
