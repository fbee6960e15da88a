"""Pages of contracts: the board, one contract, its deliveries, its failure, and the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from secondsource.language import _, plural
from secondsource.web.audit import log
from secondsource.web.contracts import access, concluding, scorecards
from secondsource.web.contracts.board import board, staleness
from secondsource.web.contracts.calendar import calendar
from secondsource.web.contracts.models import STATES, Backup, Contract, Delivery
from secondsource.web.people import access as people
from secondsource.web.people.access import acting
from secondsource.web.planning import access as planning
from secondsource.web.planning.models import Proposal, micro
from secondsource.web.planning.workbooks import attachment

TEXTS = ("terms", "indexation", "service_level", "penalty")
DAYS = ("notice_days", "retender_days", "switch_days")
MOST_DAYS = 3650


def today() -> date:
    """Return the day, as the server counts it."""
    return datetime.now(UTC).date()


def contracts(request: HttpRequest) -> HttpResponse:
    """Show the dependency board, and what is due."""
    team = people.team(request)
    ours = Contract.objects.filter(team=team)
    due = sorted(ours.filter(state="running").select_related("supplier"), key=lambda each: each.act_by)[:12]
    content = {"rows": board(ours, today()), "due": due, "today": today(), "states": STATES}
    return render(request, "contracts.html", content)


def conclude(request: HttpRequest, solve: int) -> HttpResponse:
    """Make contracts of an approved plan, once."""
    given = planning.solve(request, solve)
    approved = Proposal.objects.filter(solve=given, state="approved").exists()
    if not approved or Contract.objects.filter(solve=given).exists():
        return render(request, "refused.html", {"status": 409}, status=409)
    try:
        starts, ends = (date.fromisoformat(request.POST.get(name, "")) for name in ("starts", "ends"))
        days = [int(request.POST.get(name, "")) for name in DAYS]
        if ends <= starts or not all(0 <= number <= MOST_DAYS for number in days):
            raise ValueError
    except ValueError:
        messages.error(request, str(_("A contract needs a first and a later last day, and its days as whole numbers.")))
        return redirect("solve", given.pk)
    made = concluding.conclude(given, concluding.Terms(starts, ends, *days), acting(request))
    text = plural("{count} contract is concluded.", "{count} contracts are concluded.", len(made))
    messages.success(request, str(text))
    return redirect("contracts")


def contract(request: HttpRequest, contract: int) -> HttpResponse:
    """Show a contract, who backs it, and how it is kept."""
    ours = access.contract(request, contract)
    deliveries = list(ours.deliveries.all())
    backups = list(ours.backups.select_related("supplier").prefetch_related(
        "supplier__contacts", "supplier__levels", "supplier__certificates"))  # fmt: skip
    content = {
        "contract": ours,
        "states": STATES,
        "backups": [(backup, staleness(backup, today())) for backup in backups],
        "deliveries": deliveries[:100],
        "quarters": scorecards.by_quarter(deliveries, today()),
        "score": scorecards.score(deliveries, today()),
        "today": today(),
    }
    return render(request, "contract.html", content)


def contract_edit(request: HttpRequest, contract: int) -> HttpResponse:
    """Change a contract's terms."""
    ours = access.contract(request, contract)
    try:
        ours.starts, ours.ends = (date.fromisoformat(request.POST.get(name, "")) for name in ("starts", "ends"))
        days = [int(request.POST.get(name, "")) for name in DAYS]
        if ours.ends <= ours.starts or not all(0 <= number <= MOST_DAYS for number in days):
            raise ValueError
    except ValueError:
        messages.error(request, str(_("A contract needs a first and a later last day, and its days as whole numbers.")))
        return redirect("contract", ours.pk)
    ours.notice_days, ours.retender_days, ours.switch_days = days
    ours.renews_itself = "renews_itself" in request.POST
    for name in TEXTS:
        limit = 4000 if name == "terms" else 300
        setattr(ours, name, request.POST.get(name, "").strip()[:limit])
    with transaction.atomic():
        ours.save()
        log.record("contract.edit", f"{ours.item_name}: {ours.supplier}", team=ours.team, person=acting(request))
    messages.success(request, str(_("Saved.")))
    return redirect("contract", ours.pk)


def backup_confirm(request: HttpRequest, contract: int, backup: int) -> HttpResponse:
    """Note that a backup has confirmed today that it stands by."""
    ours = access.contract(request, contract)
    if not Backup.objects.filter(contract=ours, pk=backup).update(confirmed_on=today()):
        raise Http404
    log.record("contract.edit", f"{ours.item_name}: {ours.supplier}", team=ours.team, person=acting(request),
               confirmed=backup)  # fmt: skip
    return redirect("contract", ours.pk)


def delivery_new(request: HttpRequest, contract: int) -> HttpResponse:
    """Enter a delivery."""
    ours = access.contract(request, contract)
    try:
        due = date.fromisoformat(request.POST.get("due", ""))
        arrived = date.fromisoformat(request.POST["arrived"]) if request.POST.get("arrived") else None
        ordered, delivered, defective = (
            _quantity(request.POST.get(n, "")) for n in ("ordered", "delivered", "defective")
        )
        if not ordered or defective > delivered:
            raise ValueError
    except (ValueError, InvalidOperation):
        text = _("A delivery needs a day and a quantity; no more can be defective than came.")
        messages.error(request, str(text))
        return redirect("contract", ours.pk)
    with transaction.atomic():
        Delivery.objects.create(
            contract=ours, due=due, arrived=arrived, ordered_micro=micro(ordered), delivered_micro=micro(delivered),
            defective_micro=micro(defective), note=request.POST.get("note", "").strip()[:300],
        )  # fmt: skip
        log.record(
            "delivery.new", f"{ours.item_name}: {ours.supplier}", team=ours.team, person=acting(request), due=due
        )
    return redirect("contract", ours.pk)


def _quantity(text: str) -> Decimal:
    """A quantity as people write it; nothing is zero."""
    value = Decimal(text.strip().replace(" ", "").replace("\xa0", "").replace(",", ".") or 0)
    if not value.is_finite() or not 0 <= value < Decimal("1e12"):
        raise ValueError(text)
    return value


def contract_fail(request: HttpRequest, contract: int) -> HttpResponse:
    """Note that the supplier failed, and plan the takeover."""
    ours = access.contract(request, contract)
    if ours.state != "running":
        return render(request, "refused.html", {"status": 409}, status=409)
    concluding.fail(ours, today(), acting(request))
    return redirect("contract", ours.pk)


def contracts_calendar(request: HttpRequest) -> HttpResponse:
    """Return the dates of all running contracts as a calendar file."""
    team = people.team(request)
    running = Contract.objects.filter(team=team, state="running").select_related("supplier")
    text = calendar(running, datetime.now(UTC))
    return attachment(text.encode(), "text/calendar; charset=utf-8", "contracts.ics")
