"""Pages of discovery: search the market, read what speaks for a firm, enter it into the register, invite it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from secondsource.errors import InvalidInput
from secondsource.language import _
from secondsource.market import extra
from secondsource.problem.codes import COUNTRIES
from secondsource.web.audit import log
from secondsource.web.bidding.models import Event
from secondsource.web.market import access
from secondsource.web.people import access as people
from secondsource.web.people.access import acting
from secondsource.web.suppliers.models import Supplier

STATUSES = {"new": _("to be judged"), "changed": _("changed since it was judged"), "cleared": _("somebody else"),
            "confirmed": _("the same")}  # fmt: skip
FILTERS = ("category", "country", "region")


def _has_register() -> bool:
    try:
        extra.require()
    except InvalidInput:
        return False
    return access.places().current() is not None


def market(request: HttpRequest) -> HttpResponse:
    """Show who could do what is searched, each with what speaks for it, and how much of the market is unseen."""
    team = people.team(request)
    asked = request.GET.get("q", "").strip()[:300]
    filters = {name: request.GET.get(name, "").strip()[:60] for name in FILTERS}
    content: dict[str, Any] = {"asked": asked, **filters, "hits": [], "unseen": None, "known": {},
                               "has_register": _has_register(), "folder": access.places().folder}  # fmt: skip
    if content["has_register"] and (asked or any(filters.values())):
        from secondsource.market.search import search
        from secondsource.market.unseen import told_by, unseen

        content["hits"] = search(access.places().published(), asked, **filters, limit=30)
        if content["hits"]:
            content["unseen"] = unseen(told_by(access.places(), asked, filters["category"], filters["country"])).said()
        keys = [each.supplier for each in content["hits"]]
        known = Supplier.objects.filter(team=team, key__in=keys).values_list("key", "pk")
        content["known"] = dict(known)
    return render(request, "market.html", content)


def firm(request: HttpRequest, firm: str) -> HttpResponse:
    """Show what the records say about a firm, and the ways to enter and to invite it."""
    team = people.team(request)
    content: dict[str, Any] = {"has_register": _has_register(), "page": None, "folder": access.places().folder}
    if content["has_register"]:
        content["page"] = _evidence(firm)
        ours = Supplier.objects.filter(team=team, key=content["page"].supplier).first()
        content["ours"] = ours
        content["statuses"] = STATUSES
        content["screened"] = _screened(content["page"]) if "screen" in request.GET else None
        content["has_lists"] = bool(_screening().lists())
        content["events"] = Event.objects.filter(team=team, state__in=("draft", "open")) if ours else []
    return render(request, "firm.html", content)


def _evidence(firm: str) -> Any:
    from secondsource.market.evidence import evidence

    try:
        return evidence(access.places(), firm)
    except InvalidInput as error:
        raise Http404 from error


def _screening() -> Any:
    from secondsource.market.screening import Screening  # needs the extra `market`

    return Screening(access.places())


def _screened(page: Any) -> list[Any]:
    """Who of the lists a firm may be, by all its names and numbers."""
    rows = [(page.supplier, str(row["name"]), row["identifier"] or "", row["country"] or "") for row in page.names]
    found: list[Any] = _screening().alerts_of(rows)
    return found


def firm_verdict(request: HttpRequest, firm: str, alert: str) -> HttpResponse:
    """Clear or confirm that a firm is an entry of a list, or take that back; a dated fact."""
    team = people.team(request)
    verdict: Any = request.POST.get("verdict", "")
    found = next((each for each in _screened(_evidence(firm)) if each.id == alert), None) if _has_register() else None
    if found is None:
        raise Http404
    if verdict not in ("cleared", "confirmed", "undone"):
        return render(request, "refused.html", {"status": 400}, status=400)
    why = request.POST.get("why", "").strip()[:300]
    _screening().judge(found, verdict, str(acting(request)), datetime.now(UTC), why)
    log.record("supplier.screen", None, team=team, person=acting(request), supplier=found.supplier,
               entry=f"{found.on_list}: {found.entry_name}", verdict=verdict)  # fmt: skip
    return redirect(f"{reverse('market_firm', args=(found.supplier,))}?screen=1")


def firm_enter(request: HttpRequest, firm: str) -> HttpResponse:
    """Enter a firm into the team's register, with where it comes from; one that is there already is shown."""
    team = people.team(request)
    if not _has_register():
        messages.error(request, str(_("There is no register of the market yet.")))
        return redirect("market")
    page = _evidence(firm)
    row = page.names[0]
    country = str(row["country"] or "").upper()
    numbers = sorted({each["identifier"] for each in page.names if each["identifier"]})
    note = str(_("From the market, {id}: {count} deliveries on record. {numbers}", id=page.supplier,
                 count=len(page.deliveries), numbers=", ".join(numbers)))  # fmt: skip
    with transaction.atomic():
        made, is_new = Supplier.objects.get_or_create(
            team=team, key=page.supplier,
            defaults={"name": str(row["name"])[:200], "country": country if country in COUNTRIES else "", "note": note},
        )  # fmt: skip
        if is_new:
            log.record("supplier.new", made, team=team, person=acting(request), market=page.supplier)
    if is_new:
        messages.success(
            request, str(_("{name} is in the register now. It can be invited to an event here.", name=made))
        )
    return redirect("market_firm", page.supplier)
