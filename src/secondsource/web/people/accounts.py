"""How log-in differs from allauth's: nobody signs up alone, and who guesses is locked out for a while."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class ClosedDoor(DefaultAccountAdapter):
    """People are added by their manager."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False."""
        return False


def name_typed(request: HttpRequest, credentials: Any = None) -> str:
    """Return the name (or e-mail) by which someone tries to log in: failures and lock-outs are counted by it."""
    typed = request.POST.get("login", "") if request is not None else ""
    return typed.strip().casefold() or str((credentials or {}).get("username") or "")


def locked_out(request: HttpRequest, credentials: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """Return the page for whoever failed to log in too often."""
    return render(request, "refused.html", {"status": 429}, status=429)
