"""Pages of the register: the list, one supplier, and the calls to make."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Model, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from secondsource.language import _, plural
from secondsource.problem.codes import COUNTRIES
from secondsource.web.audit import log
from secondsource.web.contracts import scorecards
from secondsource.web.contracts.models import Contract, Delivery
from secondsource.web.people import access as people
from secondsource.web.people.access import acting
from secondsource.web.planning import access as planning
from secondsource.web.planning import tables
from secondsource.web.planning.models import Project
from secondsource.web.suppliers import access, translate
from secondsource.web.suppliers.calls import calls as calls_of
from secondsource.web.suppliers.models import (
    VERDICTS,
    Approval,
    Certificate,
    Contact,
    Incident,
    Level,
    Site,
    Supplier,
    standing,
)

PARTS: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "site": (Site, ("name", "country", "address", "what")),
    "contact": (Contact, ("name", "role", "phone", "email")),
    "certificate": (Certificate, ("what", "body", "number", "valid_until")),
    "level": (Level, ("category", "level", "evidence", "valid_until")),
    "incident": (Incident, ("on", "what", "settled")),
}
"""What a supplier's page lists, and the fields of each."""


def today() -> date:
    """Return the day, as the server counts it."""
    return datetime.now(UTC).date()


def suppliers(request: HttpRequest) -> HttpResponse:
    """Show the register, or the suppliers in it whose name, key or category has what is searched."""
    team = people.team(request)
    found = Supplier.objects.filter(team=team).prefetch_related("levels", "certificates", "approvals", "sites")
    asked = request.GET.get("q", "").strip()
    if asked:
        wanted = Q(name__icontains=asked) | Q(key__icontains=asked) | Q(levels__category__startswith=asked)
        found = found.filter(wanted).distinct()
    content = {
        "suppliers": found[:1000],
        "asked": asked,
        "standing": lambda each: standing(each, "", today()),
        "VERDICTS": {**VERDICTS, "expired": _("approval has run out")},
        "today": today(),
        "calls": len(calls_of(team, today())),
        "projects": Project.objects.filter(team=team, head__isnull=False),
    }
    return render(request, "suppliers.html", content)


def supplier_new(request: HttpRequest) -> HttpResponse:
    """Enter a supplier."""
    team = people.team(request)
    key = request.POST.get("key", "").strip()[:120]
    if not key:
        messages.error(request, str(_("A supplier needs a short name.")))
        return redirect("suppliers")
    try:
        with transaction.atomic():
            made = Supplier.objects.create(team=team, key=key, name=request.POST.get("name", "").strip()[:200])
            log.record("supplier.new", made, team=team, person=acting(request))
    except IntegrityError:
        messages.error(request, str(_("{key} is in the register already.", key=key)))
        return redirect("suppliers")
    return redirect("supplier", made.pk)


def supplier(request: HttpRequest, supplier: int) -> HttpResponse:
    """Show a supplier."""
    ours = access.supplier(request, supplier)
    deliveries = list(Delivery.objects.filter(contract__supplier=ours))
    content = {
        "supplier": ours,
        "today": today(),
        "VERDICTS": VERDICTS,
        "approvals": ours.approvals.select_related("decided_by"),
        "contracts": Contract.objects.filter(supplier=ours),
        "quarters": scorecards.by_quarter(deliveries, today()),
        "score": scorecards.score(deliveries, today()),
        "calls": [call for call in calls_of(ours.team, today()) if call.supplier.pk == ours.pk],
    }
    return render(request, "supplier.html", content)


def supplier_edit(request: HttpRequest, supplier: int) -> HttpResponse:
    """Change what is known of a supplier as a whole."""
    ours = access.supplier(request, supplier)
    country = request.POST.get("country", "").strip().upper()
    if country and country not in COUNTRIES:
        messages.error(request, str(_("{country} is no country code such as DE.", country=country)))
        return redirect("supplier", ours.pk)
    ours.name, ours.country = request.POST.get("name", "").strip()[:200], country
    ours.note = request.POST.get("note", "").strip()
    with transaction.atomic():
        ours.save()
        log.record("supplier.edit", ours, team=ours.team, person=acting(request))
    return redirect("supplier", ours.pk)


def supplier_exclude(request: HttpRequest, supplier: int) -> HttpResponse:
    """Exclude a supplier, with the reason and the way back; or take it back."""
    ours = access.supplier(request, supplier)
    if ours.is_excluded:
        ours.is_excluded, ours.excluded_by, ours.excluded_on = False, None, None
        deed = "supplier.readmit"
    else:
        ours.excluded_reason = request.POST.get("reason", "").strip()
        ours.way_back = request.POST.get("way_back", "").strip()
        if not ours.excluded_reason:
            messages.error(request, str(_("An exclusion needs a reason.")))
            return redirect("supplier", ours.pk)
        ours.is_excluded, ours.excluded_by, ours.excluded_on = True, acting(request), today()
        deed = "supplier.exclude"
    with transaction.atomic():
        ours.save()
        log.record(deed, ours, team=ours.team, person=acting(request), reason=ours.excluded_reason)
    return redirect("supplier", ours.pk)


def supplier_part(request: HttpRequest, supplier: int, part: str) -> HttpResponse:
    """Add a contact, certificate, level or incident; with `remove`, take one away."""
    ours = access.supplier(request, supplier)
    if part not in PARTS:
        return render(request, "refused.html", {"status": 404}, status=404)
    kind, names = PARTS[part]
    rows: Any = kind._default_manager
    with transaction.atomic():
        if request.POST.get("remove", "").isdigit():
            rows.filter(supplier=ours, pk=request.POST["remove"]).delete()
        elif part == "incident" and request.POST.get("settle", "").isdigit():
            how = request.POST.get("settled", "").strip()[:300]
            if not how:
                messages.error(request, str(_("Say how it was settled.")))
                return redirect("supplier", ours.pk)
            rows.filter(supplier=ours, pk=request.POST["settle"]).update(settled=how)
        else:
            try:
                _add(rows, ours, part, {name: request.POST.get(name, "").strip() for name in names})
            except (ValidationError, ValueError):
                messages.error(request, str(_("That is not complete: look at the dates, numbers and addresses.")))
                return redirect("supplier", ours.pk)
        log.record("supplier.edit", ours, team=ours.team, person=acting(request), part=part)
    return redirect("supplier", ours.pk)


def _add(rows: Any, ours: Supplier, part: str, given: dict[str, Any]) -> None:
    """Store a part; a level replaces that of the same category."""
    for name in ("valid_until", "on"):
        if name in given:
            given[name] = date.fromisoformat(given[name]) if given[name] or name == "on" else None
    if given.get("email"):
        validate_email(given["email"])
    if given.get("country"):
        given["country"] = given["country"].upper()
        if given["country"] not in COUNTRIES:
            raise ValueError(given["country"])
    first = next(iter(PARTS[part][1]))
    if not given[first] or (part == "incident" and not given["what"]):
        raise ValueError(first)
    if part != "level":
        made = rows.model(supplier=ours, **given)
        made.full_clean(exclude=["supplier"])
        made.save()
        return
    given["level"] = int(given["level"])
    if not 0 <= given["level"] <= 100:
        raise ValueError("level")
    rows.update_or_create(supplier=ours, category=given.pop("category")[:120], defaults=given)


def supplier_approve(request: HttpRequest, supplier: int) -> HttpResponse:
    """Decide whether a supplier may be used for a category; a decision is added, never changed."""
    ours = access.supplier(request, supplier)
    verdict, reason = request.POST.get("verdict", ""), request.POST.get("reason", "").strip()[:300]
    until = request.POST.get("valid_until", "")
    try:
        valid_until = date.fromisoformat(until) if until else None
        if verdict not in VERDICTS or (verdict != "approved" and not reason):
            raise ValueError(verdict)
    except ValueError:
        messages.error(request, str(_("A decision that is not a plain approval needs its reason; a date is a day.")))
        return redirect("supplier", ours.pk)
    category = request.POST.get("category", "").strip()[:120]
    with transaction.atomic():
        Approval.objects.create(
            supplier=ours, category=category, verdict=verdict, reason=reason, valid_until=valid_until,
            decided_by=acting(request), decided_on=today(),
        )  # fmt: skip
        log.record("supplier.approve", ours, team=ours.team, person=acting(request), category=category,
                   verdict=verdict, reason=reason)  # fmt: skip
    return redirect("supplier", ours.pk)


def calls(request: HttpRequest) -> HttpResponse:
    """Show whom to call about what."""
    team = people.team(request)
    return render(request, "calls.html", {"calls": calls_of(team, today()), "today": today()})


def suppliers_from(request: HttpRequest, project: int) -> HttpResponse:
    """Enter a project's suppliers into the register."""
    ours = planning.project(request, project)
    count = translate.from_project(ours)
    text = plural("{count} supplier entered from {project}.", "{count} suppliers entered from {project}.", count,
                  project=ours.name)  # fmt: skip
    messages.success(request, str(text))
    return redirect("suppliers")


def suppliers_into(request: HttpRequest, project: int) -> HttpResponse:
    """Write levels and exclusions of the register into a project's tables, as a new version."""
    ours = planning.project(request, project)
    try:
        version = translate.into_project(ours, acting(request))
    except tables.Stale:
        messages.error(request, str(_("Someone else has just changed the needs: try again.")))
        return redirect("project", ours.pk)
    if version is None:
        messages.success(request, str(_("{project} says already what the register says.", project=ours.name)))
    else:
        messages.success(request, str(_("{project} now says what the register says; Undo takes it back.", project=ours.name)))  # fmt: skip  # noqa: E501
    return redirect("project", ours.pk)
