"""The one door to contracts: of one's own teams, with the right that the request takes."""

from __future__ import annotations

from django.http import HttpRequest

from secondsource.web.contracts.models import PLANS, Contract
from secondsource.web.people import access


def contract(request: HttpRequest, pk: int) -> Contract:
    """Return a contract with its supplier, or 404, or 403."""
    found: Contract = access.one(
        request, Contract.objects.select_related("supplier", "takeover", "solve").defer(*PLANS), pk=pk
    )
    return found
