"""The page that describes the interface for programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from secondsource.web.api.endpoints import described


def interface(request: HttpRequest) -> HttpResponse:
    """Show how programs talk to the workspace: every address, what it takes and gives."""
    schema = described()
    rows = [
        (method.upper(), path, each) for path, methods in schema["paths"].items() for method, each in methods.items()
    ]
    return render(request, "interface.html", {"rows": rows, "about": schema["info"]["description"]})
