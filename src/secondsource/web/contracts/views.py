"""Pages of contracts: the board, one contract, its deliveries, its failure, and the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from secondsource.language import _, current_language, plural
from secondsource.problem.cells import plain
from secondsource.web.audit import log
from secondsource.web.contracts import access, concluding, scorecards, terms
from secondsource.web.contracts.board import MOST_ROWS, board, plan_without, staleness
from secondsource.web.contracts.calendar import calendar
from secondsource.web.contracts.models import STATES, Backup, Contract, Delivery
from secondsource.web.people import access as people
from secondsource.web.people.access import acting
from secondsource.web.planning import access as planning
from secondsource.web.planning.models import Proposal, micro
from secondsource.web.planning.workbooks import attachment
from secondsource.web.typed import decimal

TEXTS = {"terms": 4000, "indexation": 300, "service_level": 300, "penalty": 300, "index_name": 120}
DAYS = ("notice_days", "retender_days", "switch_days")
PERCENTS = ("index_share", "index_cap", "service_target", "late_rate", "late_cap")
INDICES = ("index_base", "index_now")
MOST_DAYS = 3650


def today() -> date:
    """Return the day, as the server counts it."""
    return datetime.now(UTC).date()


def contracts(request: HttpRequest) -> HttpResponse:
    """Show the dependency board, and what is due."""
    team = people.team(request)
    ours = Contract.objects.filter(team=team)
    dates = ours.filter(state="running").values_list("pk", "ends", "notice_days", "switch_days", "retender_days")
    first = sorted((Contract.act_day(*given), pk) for pk, *given in dates)[:12]
    due = ours.filter(pk__in=[pk for _day, pk in first]).select_related("supplier")
    pages = max(1, -(-ours.exclude(state="ended").count() // MOST_ROWS))
    asked = request.GET.get("page", "1")
    page = min(max(int(asked), 1), pages) if asked.isdecimal() and len(asked) < 7 else 1
    content = {
        "rows": board(ours, today(), (page - 1) * MOST_ROWS),
        "page": page,
        "pages": pages,
        "due": sorted(due, key=lambda each: (each.act_by, each.pk)),
        "today": today(),
        "states": STATES,
    }
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
    override = request.POST.get("override", "").strip()[:1000]
    if concluding.not_approved(given, today()) and not override:
        messages.error(request, str(_("Some suppliers are not approved for what they are to deliver: say why they are used.")))  # fmt: skip  # noqa: E501
        return redirect("solve", given.pk)
    made = concluding.conclude(given, concluding.Terms(starts, ends, *days), acting(request), override)
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
        "rebuilt": plan_without(ours) if ours.state == "failed" else None,
        "deliveries": deliveries[:100],
        "quarters": scorecards.by_quarter(deliveries, today()),
        "score": scorecards.score(deliveries, today()),
        "price_now": terms.indexed_price(ours),
        "claims": terms.claims(ours, deliveries, today()),
        "penalty": lambda each: terms.penalty(ours, each, today()),
        "percents": {name: _percent(getattr(ours, f"{name}_micro")) for name in PERCENTS},
        "indices": {name: _plain_number(getattr(ours, f"{name}_micro")) for name in INDICES},
        "target": terms.share(ours.service_target_micro),
        "today": today(),
    }
    return render(request, "contract.html", content)


def _percent(micros: int | None) -> str:
    """A share as its field shows it, in percent."""
    return "" if micros is None else _plain_number(micros * 100)


def _plain_number(micros: int | None) -> str:
    return "" if micros is None else plain(Decimal(micros).scaleb(-6)).replace(".", "," if current_language() != "en" else ".")  # fmt: skip  # noqa: E501


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
    if not _figures(request, ours):
        return redirect("contract", ours.pk)
    for name, limit in TEXTS.items():
        setattr(ours, name, request.POST.get(name, "").strip()[:limit])
    with transaction.atomic():
        ours.save()
        log.record("contract.edit", f"{ours.item_name}: {ours.supplier}", team=ours.team, person=acting(request))
    messages.success(request, str(_("Saved.")))
    return redirect("contract", ours.pk)


def _figures(request: HttpRequest, ours: Contract) -> bool:
    """Take over indexation, service level and penalties; False, and says why, where a figure is none."""
    try:
        months = int(request.POST.get("renewal_months") or ours.renewal_months)
        given = {name: _figure(request.POST.get(name, "")) for name in (*PERCENTS, *INDICES)}
        if not 0 <= months <= 120 or any(value is not None and value > 100 for name, value in given.items()
                                         if name in PERCENTS) or given["index_base"] == 0:  # fmt: skip
            raise ValueError
    except (ValueError, InvalidOperation):
        messages.error(request, str(_("Shares are numbers of percent from 0 to 100, indices numbers above 0, months a whole number.")))  # fmt: skip  # noqa: E501
        return False
    ours.renewal_months = months
    for name, value in given.items():
        part = value / 100 if name in PERCENTS and value is not None else value
        setattr(ours, f"{name}_micro", micro(part))
    ours.index_share_micro = ours.index_share_micro or 0
    return True


def _figure(text: str) -> Decimal | None:
    """A number as people write it, None for nothing."""
    return _quantity(text) if text.strip() else None


def contract_notice(request: HttpRequest, contract: int) -> HttpResponse:
    """Note that notice was given today: the contract ends and does not run on."""
    ours = access.contract(request, contract)
    if ours.state != "running" or ours.notice_given_on is not None:
        return render(request, "refused.html", {"status": 409}, status=409)
    with transaction.atomic():
        Contract.objects.filter(pk=ours.pk).update(notice_given_on=today())
        about = f"{ours.item_name}: {ours.supplier}"
        log.record("contract.notice", about, team=ours.team, person=acting(request), ends=ours.ends)
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
    value = decimal(text.strip() or "0")
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
