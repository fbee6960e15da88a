"""Proposing a plan and deciding about it: a second person above the team's limit; not for contracts."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from secondsource.language import _
from secondsource.web.audit import log
from secondsource.web.people.access import acting
from secondsource.web.people.models import Person
from secondsource.web.planning import access
from secondsource.web.planning.models import Proposal, Solve, micro
from secondsource.web.typed import decimal


def propose(request: HttpRequest, solve: int) -> HttpResponse:
    """Propose a plan for approval, with what it cost before; a plan is proposed once."""
    given = access.solve(request, solve)
    if not given.has_plan or Proposal.objects.filter(solve=given).exists():
        return render(request, "refused.html", {"status": 409}, status=409)
    text = request.POST.get("baseline", "").strip()
    try:
        baseline = decimal(text) if text else None
        if baseline is not None and not 0 <= baseline < Decimal("1e12"):
            raise InvalidOperation
    except InvalidOperation:
        messages.error(request, str(_("What it cost before is a number, zero or more, or left out.")))
        return redirect("solve", given.pk)
    with transaction.atomic():
        made = Proposal.objects.create(
            solve=given,
            proposed_by=acting(request),
            reason=request.POST.get("reason", "").strip()[:4000],
            baseline_micro=micro(baseline),
            baseline_source=request.POST.get("baseline_source", "").strip()[:200],
        )
        record("plan.propose", made, acting(request))
    return redirect("solve", given.pk)


def needs_another(proposal: Proposal, person: Person) -> bool:
    """Return whether somebody else must decide: it is one's own proposal, and above the team's limit."""
    limit = proposal.solve.project.team.approval_limit_micro
    return proposal.proposed_by_id == person.pk and (proposal.solve.cost_micro or 0) > limit


def decide(request: HttpRequest, proposal: int) -> HttpResponse:
    """Approve a proposal or send it back; a decision stands."""
    given = access.proposal(request, proposal)
    person = acting(request)
    verdict = request.POST.get("verdict")
    if verdict not in ("approved", "rejected"):
        return render(request, "refused.html", {"status": 400}, status=400)
    if needs_another(given, person):
        messages.error(request, str(_("Above the team's limit somebody else decides about one's own proposal.")))
        return redirect("solve", given.solve_id)
    remark = request.POST.get("remark", "").strip()[:4000]
    with transaction.atomic():
        undecided = Proposal.objects.filter(pk=given.pk, state="proposed")
        if not undecided.update(state=verdict, decided_by=person, decided_at=datetime.now(UTC), remark=remark):
            return render(request, "refused.html", {"status": 409}, status=409)
        given.refresh_from_db()
        record("plan.approve" if verdict == "approved" else "plan.reject", given, person)
    return redirect("solve", given.solve_id)


def record(deed: str, proposal: Proposal, person: Person) -> None:
    """Write the decision record: what was decided about, word for word, beyond what a later page shows."""
    solve: Solve = proposal.solve
    log.record(
        deed,
        f"{solve.project.name}: {solve.scenario.name}",
        team=solve.project.team,
        person=person,
        solve=solve.pk,
        cost=solve.cost,
        bound=solve.bound,
        currency=solve.currency,
        baseline=proposal.baseline,
        saving=proposal.saving,
        reason=proposal.reason,
        remark=proposal.remark,
        limit=proposal.solve.project.team.approval_limit_micro,
    )
