"""The inbox of alerts, what is watched, and to whom it is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from secondsource.errors import InvalidInput
from secondsource.language import _
from secondsource.reports.alert_words import worth_in_words
from secondsource.web.audit import log
from secondsource.web.contracts.calendar import day_event, file_of
from secondsource.web.market import access, hooks, needs
from secondsource.web.market.models import Hook, Telling
from secondsource.web.people import access as people
from secondsource.web.people.access import acting
from secondsource.web.people.models import Team

ANSWERS = {"snoozed": _("snoozed"), "dismissed": _("dismissed"), "done": _("done")}


def alerts(request: HttpRequest) -> HttpResponse:
    """Show the alerts that are open, the most valuable first; those that are silent below."""
    team = people.team(request)
    memory, today = access.memory(team), datetime.now(UTC).date()
    told, cards = memory.told(), memory.inbox()
    cards.sort(key=lambda each: (not each.pressing, -(each.expected or 0)))
    shown = [(each, worth_in_words(each)) for each in cards if _is_open(each, told, today)]
    open_ids = {each.id for each, _worth in shown}
    content = {
        "open": shown,
        "silent": [(each, worth_in_words(each)) for each in cards if each.id not in open_ids],
        "needs": memory.needs(),
        "watching": access.watching(team),
        "has_register": access.places().current() is not None,
        "hooks": Hook.objects.filter(team=team),
        "tellings": Telling.objects.filter(hook__team=team).select_related("hook")[:10],
        "answered": [each for each in reversed(told) if each.fact != "spoken"][:10],
        "answers": ANSWERS,
    }
    return render(request, "alerts.html", content)


def _is_open(card: Any, told: Any, today: date) -> bool:
    from secondsource.advice.watching import is_open  # needs the extra `market`; without it there are no cards

    return is_open(card, told, today)


def alert_answer(request: HttpRequest, alert: str) -> HttpResponse:
    """Snooze an alert, dismiss it, or say that it is done."""
    team = people.team(request)
    memory, now = access.memory(team), datetime.now(UTC)
    card = next((each for each in memory.inbox() if each.id == alert), None)
    answer: Any = request.POST.get("answer", "")
    if card is None:
        raise Http404
    days = request.POST.get("days", "30")
    if answer not in ANSWERS or not days.isdigit() or not 0 < int(days) <= 3650:
        return render(request, "refused.html", {"status": 400}, status=400)
    until = now.date() + timedelta(days=int(days)) if answer == "snoozed" else None
    memory.tell(card.need, card.action, answer, now, until=until, by=str(acting(request)),
                why=request.POST.get("why", "").strip()[:300])  # fmt: skip
    return redirect("alerts")


def alerts_look(request: HttpRequest) -> HttpResponse:
    """Ask for a look at every need; the scheduler takes it within seconds."""
    watching = access.watching(people.team(request))
    threshold = request.POST.get("threshold", "")
    if threshold.isdigit() and int(threshold) < 2**31:
        watching.threshold = int(threshold)
        watching.has_digest = "digest" in request.POST
    watching.is_wanted = True
    watching.save()
    messages.success(request, str(_("The market is looked at now; reload this page in a moment.")))
    return redirect("alerts")


def need_new(request: HttpRequest) -> HttpResponse:
    """Watch a need."""
    memory = access.memory(people.team(request))
    try:
        memory.stand([needs.of_form(request.POST)])
    except InvalidInput as error:
        for fault in error.faults:
            messages.error(request, str(fault))
        return redirect("alerts")
    return alerts_look(request)


def need_remove(request: HttpRequest) -> HttpResponse:
    """Watch a need no more."""
    if not access.memory(people.team(request)).withdraw(request.POST.get("need", "")):
        messages.error(request, str(_("That need is not watched.")))
    return redirect("alerts")


def hook_new(request: HttpRequest) -> HttpResponse:
    """Post alerts to an address from now on; its secret is shown to the manager."""
    team = people.team(request)
    address = request.POST.get("address", "").strip()[:500]
    if not hooks.is_address(address):
        messages.error(request, str(_("That is no address such as https://example.org/alerts.")))
        return redirect("alerts")
    try:
        with transaction.atomic():
            made = Hook.objects.create(team=team, address=address, secret=hooks.new_secret(), made_by=acting(request),
                                       made_at=datetime.now(UTC))  # fmt: skip
            log.record("hook.new", made, team=team, person=acting(request), address=address)
    except IntegrityError:
        messages.error(request, str(_("That address is told already.")))
    return redirect("alerts")


def hook_remove(request: HttpRequest, hook: int) -> HttpResponse:
    """Post to an address no more."""
    ours = access.hook(request, hook)
    with transaction.atomic():
        log.record("hook.remove", ours, team=ours.team, person=acting(request), address=ours.address)
        ours.delete()
    return redirect("alerts")


def alerts_calendar(request: HttpRequest) -> HttpResponse:
    """Hand out the notice dates of what is watched as a calendar."""
    text = file_of(calendar_lines(people.team(request), datetime.now(UTC)))
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="market.ics"'
    return answer


def calendar_lines(team: Team, now: datetime) -> list[str]:
    """Return the events of what a team watches: when to ask the market anew, and the last day of notice."""
    memory = access.memory(team)
    by_need = {each.need: worth_in_words(each) for each in memory.inbox() if each.action == "retender"}
    lines: list[str] = []
    for each in memory.needs():
        if each.notice is not None:
            begin: date = each.notice - timedelta(days=each.lead_days)
            worth = by_need.get(each.need, "")
            lines += day_event(f"need-{each.need}-begin", begin, _("Ask the market anew: {need}. {worth}",
                                                                   need=each.need, worth=worth), now)  # fmt: skip
            lines += day_event(f"need-{each.need}-notice", each.notice, _("Last day of notice: {need}", need=each.need),
                               now)  # fmt: skip
    return lines
