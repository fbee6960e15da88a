"""The page of the audit log."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from secondsource.web.audit import log
from secondsource.web.audit.models import Entry
from secondsource.web.people import access


def show(request: HttpRequest) -> HttpResponse:
    """Show what was done in the team, newest first; a check of the whole chain on demand."""
    ours = access.team(request)
    entries = Entry.objects.filter(team=ours).select_related("person")
    page = Paginator(entries, 100).get_page(request.GET.get("page"))
    findings = list(log.broken()) if "check" in request.GET else None
    count, last = log.last_seal()
    content = {"page": page, "findings": findings, "count": count, "last": last, "deeds": log.DEEDS}
    return render(request, "log.html", content)
