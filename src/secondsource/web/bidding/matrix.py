"""The buyer's pages after the opening: bids side by side, one item in parts, into the project, the award, letters."""

from __future__ import annotations

import functools
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from secondsource.errors import InvalidInput
from secondsource.language import _, plural
from secondsource.web.bidding import (
    access,
    bid,
    clock,
    comparing,
    envelope,
    letters,
    mail,
    offers,
    preparing,
    questions,
    shortlisting,
    views,
)
from secondsource.web.bidding.models import Event, Invitation, Letter
from secondsource.web.bidding.preparing import Impossible
from secondsource.web.people.access import acting
from secondsource.web.planning import tables


def show(request: HttpRequest, event: int) -> HttpResponse:
    """Show the opened bids, items by suppliers, on landed cost in the event's currency; 409 while they are sealed."""
    ours = access.event(request, event)
    return _shown(request, ours, "event_matrix.html", {})


def _shown(request: HttpRequest, ours: Event, template: str, more: dict[str, object]) -> HttpResponse:
    try:
        matrix = comparing.compare(ours, clock.now().date())
    except envelope.Sealed:
        return render(request, "event_sealed.html", {"event": ours}, status=409)
    except InvalidInput as error:
        content = {"event": ours, "faults": error.faults[:50]}
        return render(request, "event_sealed.html", content, status=409)
    content = {
        "event": ours,
        "matrix": matrix,
        "marks": comparing.MARKS,
        "parts": comparing.PARTS,
        "fields": bid.FIELDS,
        "defaults": bid.Offer(0, 0, Decimal(0)),
        "answers": _answers(ours, matrix),
        "round": preparing.current_round(ours),
        "others": _others(ours),
        "flaws": list(envelope.flaws(ours)),
        "plans": letters.plans_of(ours) if ours.state == "open" else [],
        "today": clock.now().date(),
    }
    return render(request, template, {**content, **more})


def _answers(ours: Event, matrix: comparing.Matrix) -> list[tuple[questions.Question, list[Any]]]:
    """What each bidder answered to each question, in the order of the matrix; "" for nothing."""
    asked = questions.asked(ours)
    given = [each.bid.answers if each.bid is not None else () for each in matrix.found]
    padded = [(*row, *[""] * (len(asked) - len(row))) for row in given]
    return [(each, [each.shown(row[place]) for row in padded]) for place, each in enumerate(asked)]


def _others(ours: Event) -> list[tuple[Invitation, envelope.Receipt]]:
    """What came too late or was withdrawn, for the record."""
    names = {each.pk: each for each in Invitation.objects.filter(event=ours).select_related("supplier")}
    rounds = [each for each in ours.rounds.all() if each.opened_at is not None]
    return [
        (names[each.invitation_id], each.receipt)
        for round in rounds
        for each in envelope.opened(round)
        if each.receipt.kind != envelope.BID
    ]


def line(request: HttpRequest, event: int, line: int) -> HttpResponse:
    """Show one item: what every number of the comparison consists of, and all terms of every offer."""
    ours = access.line(request, event, line)
    whole = Event.objects.select_related("project__head").prefetch_related("rounds").get(pk=ours.event_id)
    return _shown(request, whole, "event_line.html", {"line": ours})


def into(request: HttpRequest, event: int) -> HttpResponse:
    """Make the opened bids the project's offers."""
    ours = access.event(request, event)
    try:
        count = offers.into_project(ours, acting(request))
    except envelope.Sealed:
        return render(request, "event_sealed.html", {"event": ours}, status=409)
    except tables.Stale:
        messages.error(request, str(_("Someone else has just changed the needs: try again.")))
        return redirect("event_matrix", ours.pk)
    text = plural("{count} bid is in the project as offers: plan it again.", "{count} bids are in the project as offers: plan it again.", count)  # fmt: skip  # noqa: E501
    messages.success(request, str(text))
    return redirect("project", ours.project_id)


def shortlist(request: HttpRequest, event: int) -> HttpResponse:
    """Begin a request for quotation with the bidders that are chosen, and show their links, once."""
    ours = access.event(request, event)
    post = request.POST
    chosen = [each for each in ours.invitations.select_related("supplier") if post.get(f"i{each.pk}")]
    try:
        wall = views.wall(post.get("deadline", ""))
        name = post.get("name", "").strip()[:120]
        made, invited = shortlisting.shortlist(ours, chosen, name, wall, acting(request), clock.now())
    except Impossible as error:
        messages.error(request, str(error.why))
        return redirect("event_matrix", ours.pk)
    links = [(each, request.build_absolute_uri("/bid/") + "#" + code) for each, code in invited]
    deadline = preparing.current_round(made).deadline
    text = functools.partial(mail.invited, deadline=deadline)
    shown = [(each, at, mail.send(each, functools.partial(text, address=at))) for each, at in links]
    return render(request, "shortlisted.html", {"event": made, "before": ours, "links": shown})


def award(request: HttpRequest, event: int) -> HttpResponse:
    """Award the event by an approved plan, and write the letters."""
    ours = access.event(request, event)
    wanted = request.POST.get("plan", "")
    plans = {str(each.pk): each for each in letters.plans_of(ours)}
    try:
        if wanted not in plans:
            raise Impossible(_("Choose an approved plan that was made with the bids of this event."))
        made = letters.award(ours, plans[wanted], acting(request), clock.now())
    except Impossible as error:
        messages.error(request, str(error.why))
        return redirect("event", ours.pk)
    except envelope.Sealed:
        return render(request, "event_sealed.html", {"event": ours}, status=409)
    text = plural("Awarded; {count} letter is written.", "Awarded; {count} letters are written.", len(made))
    messages.success(request, str(text))
    return redirect("event", ours.pk)


def letter(request: HttpRequest, invitation: int) -> HttpResponse:
    """Show the letter that a bidder reads."""
    ours = access.invitation(request, invitation)
    found = Letter.objects.filter(invitation=ours).first()
    if found is None:
        raise Http404
    return render(request, "event_letter.html", {"event": ours.event, "invitation": ours, "letter": found})
