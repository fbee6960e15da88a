"""The one door to suppliers: of one's own teams, with the right that the request takes."""

from __future__ import annotations

from django.http import HttpRequest

from secondsource.web.people import access
from secondsource.web.suppliers.models import Supplier


def supplier(request: HttpRequest, pk: int) -> Supplier:
    """Return a supplier, or 404, or 403."""
    found: Supplier = access.one(request, Supplier.objects.all(), pk=pk)
    return found
