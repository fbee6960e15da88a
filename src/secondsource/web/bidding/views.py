"""The buyer's pages of events up to the opening: the list, one event, what is asked, invitations, questions, rounds."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation

from secondsource.language import Message, _, use_language
from secondsource.web.bidding import access, clock, mail, preparing
from secondsource.web.bidding.models import KINDS, STATES, Counter, Event, Extension, Invitation, Line, Round
from secondsource.web.bidding.numbers import Refused, number
from secondsource.web.bidding.preparing import Beginning, Impossible
from secondsource.web.people import access as people
from secondsource.web.people.access import acting
from secondsource.web.planning.models import Project
from secondsource.web.planning.translate import unpack
from secondsource.web.suppliers.models import Supplier

ZONES = ("UTC", "Europe/Berlin", "Europe/Kyiv", "Europe/London", "Europe/Warsaw", "Asia/Shanghai", "Asia/Kolkata",
         "America/New_York", "America/Los_Angeles")  # fmt: skip
"""Suggested; any zone of the IANA list can be typed."""


def events(request: HttpRequest) -> HttpResponse:
    """Show the team's sourcing events."""
    team = people.team(request)
    found = Event.objects.filter(team=team).select_related("project").prefetch_related("rounds", "followers")
    found = found.annotate(invited=Count("invitations", filter=Q(invitations__revoked_at__isnull=True), distinct=True))
    content = {
        "events": [(each, stage(each, clock.now()), preparing.current_round(each)) for each in found],
        "projects": Project.objects.filter(team=team, head__isnull=False),
        "kinds": KINDS,
        "zones": ZONES,
    }
    return render(request, "events.html", content)


def stage(event: Event, now: datetime) -> tuple[str, Message]:
    """Return where an event stands: a class for its tag, and words."""
    if event.state != "open":
        return {"draft": "", "awarded": "good", "cancelled": "bad"}[event.state], STATES[event.state]
    round = preparing.current_round(event)
    if round.opened_at is not None:
        if any(each.follows_id for each in event.followers.all()):
            return "good", _("suppliers are shortlisted")
        return "good", _("opened, to be compared")
    if round.is_open(now):
        return "busy", _("bids are taken")
    if round.asked_by_id:
        return "warn", _("due: one of two has asked for the opening")
    return "warn", _("due: to be opened")


def wall(text: str) -> datetime:
    """Return a wall-clock time as a form sends it, or say that it is none."""
    try:
        return datetime.fromisoformat(text.strip()[:25]).replace(tzinfo=None)
    except ValueError as error:
        raise Impossible(_("The deadline is a date and a time such as 2026-12-31 12:00.")) from error


def event_new(request: HttpRequest) -> HttpResponse:
    """Begin an event about the items of a project."""
    team = people.team(request)
    post = request.POST
    project = (
        Project.objects.filter(team=team, pk=post["project"]).first() if post.get("project", "").isdigit() else None
    )
    try:
        if project is None or project.head is None:
            raise Impossible(_("Choose a project with items."))
        given = Beginning(
            name=post.get("name", "").strip()[:120],
            kind=post.get("kind", "rfq") if post.get("kind") in KINDS else "rfq",
            deadline=wall(post.get("deadline", "")),
            time_zone=post.get("time_zone", "").strip(),
            about=post.get("about", "").strip()[:20_000],
        )
        made = preparing.begin(team, project, given, acting(request), clock.now())
    except Impossible as error:
        messages.error(request, str(error.why))
        return redirect("events")
    return redirect("event", made.pk)


def event(request: HttpRequest, event: int) -> HttpResponse:
    """Show an event to the team: what is asked, who is invited, what was asked back; nothing of sealed bids."""
    ours = access.event(request, event)
    now = clock.now()
    rounds = list(
        Round.objects.filter(event=ours).select_related("asked_by", "opened_by").prefetch_related("invitations")
    )
    invitations = list(Invitation.objects.filter(event=ours).select_related("supplier").prefetch_related("rounds"))
    invited = {each.supplier_id for each in invitations}
    extensions = Extension.objects.filter(round__event=ours).select_related("round", "person")
    content = {
        "event": ours,
        "stage": stage(ours, now),
        "now": now,
        "rounds": rounds,
        "round": rounds[-1],
        "lines": list(Line.objects.filter(event=ours)),
        "invitations": invitations,
        "others": Supplier.objects.filter(team=ours.team, is_excluded=False, is_own=False).exclude(pk__in=invited)[
            :500
        ],
        "inquiries": ours.inquiries.select_related("answered_by"),
        "extensions": [(each, unpack(each.why)) for each in extensions],
        "counters": Counter.objects.filter(round__event=ours).select_related("round", "invitation__supplier"),
        "letters": Invitation.objects.filter(event=ours, letter__isnull=False).select_related("supplier", "letter"),
        "kinds": KINDS,
        "languages": settings.LANGUAGES,
        "sends_mail": mail.is_on(),
        "followers": list(ours.followers.all()),
    }
    return render(request, "event.html", content)


def _back(
    request: HttpRequest, ours: Event, error: Impossible | None = None, done: Message | None = None
) -> HttpResponse:
    if error is not None:
        messages.error(request, str(error.why))
    elif done is not None:
        messages.success(request, str(done))
    return redirect("event", ours.pk)


def event_edit(request: HttpRequest, event: int) -> HttpResponse:
    """Change what an event says of itself; once published, only more may be said."""
    ours = access.event(request, event)
    post = request.POST
    questions = [each.strip()[:500] for each in post.get("questions", "").splitlines() if each.strip()][:50]
    nda = post.get("nda", "").strip()[:50_000]
    if ours.state != "draft" and (nda != ours.nda.strip() or questions != ours.questions):
        return _back(
            request, ours, Impossible(_("Questions and the confidentiality agreement stay as they were published."))
        )
    Event.objects.filter(pk=ours.pk).update(about=post.get("about", "").strip()[:20_000], nda=nda, questions=questions)
    return _back(request, ours, done=_("Saved."))


def event_lines(request: HttpRequest, event: int) -> HttpResponse:
    """Change quantities, lots and published prices of the items that are asked for."""
    ours = access.event(request, event)
    given: dict[int, dict[str, str]] = {}
    for name, text in request.POST.items():
        line, _minus, field = name.partition("-")
        if line.isdigit() and field in ("quantity", "lot", "target", "asked"):
            given.setdefault(int(line), {})[field] = text
    try:
        preparing.edit_lines(ours, given, acting(request))
    except Impossible as error:
        return _back(request, ours, error)
    return _back(request, ours, done=_("Saved. Whoever has a workbook of an earlier revision can still use it."))


def event_publish(request: HttpRequest, event: int) -> HttpResponse:
    """Publish an event."""
    ours = access.event(request, event)
    try:
        preparing.publish(ours, acting(request), clock.now())
    except Impossible as error:
        return _back(request, ours, error)
    return _back(request, ours, done=_("Published. The links of the invitations open the event now."))


def event_extend(request: HttpRequest, event: int) -> HttpResponse:
    """Move the deadline of the round that is running, for all."""
    ours = access.event(request, event)
    try:
        until, why = wall(request.POST.get("deadline", "")), request.POST.get("why", "")
        preparing.extend(preparing.current_round(ours), until, why, acting(request), clock.now())
    except Impossible as error:
        return _back(request, ours, error)
    return _back(request, ours, done=_("The deadline is moved, for all bidders."))


def event_cancel(request: HttpRequest, event: int) -> HttpResponse:
    """Call an event off."""
    ours = access.event(request, event)
    try:
        preparing.cancel(ours, request.POST.get("why", ""), acting(request))
    except Impossible as error:
        return _back(request, ours, error)
    return _back(request, ours, done=_("The event is called off. Sealed bids stay sealed."))


def event_invite(request: HttpRequest, event: int) -> HttpResponse:
    """Invite a supplier, and show the link once (it is e-mailed too where a mail server is named)."""
    ours = access.event(request, event)
    post = request.POST
    wanted = post.get("supplier", "")
    supplier = Supplier.objects.filter(team=ours.team, pk=wanted).first() if wanted.isdigit() else None
    email, language = post.get("email", "").strip(), post.get("language", "")
    try:
        if supplier is None:
            raise Impossible(_("Choose a supplier of the register."))
        if email:
            validate_email(email)
        language = language if language in dict(settings.LANGUAGES) else "en"
        made, code = preparing.invite(ours, supplier, email, language, acting(request), clock.now())
    except ValidationError:
        return _back(request, ours, Impossible(_("{email} is no e-mail address.", email=email[:80])))
    except Impossible as error:
        return _back(request, ours, error)
    return _link(request, made, code)


def _link(request: HttpRequest, invitation: Invitation, code: str) -> HttpResponse:
    """The link, shown once: after this page nobody can read it again, not even we."""
    address = request.build_absolute_uri("/bid/") + "#" + code
    deadline = preparing.current_round(invitation.event).deadline
    is_sent = mail.send(invitation, lambda each: mail.invited(each, address, deadline))
    with translation.override(invitation.language), use_language(invitation.language):
        subject, text = (str(part) for part in mail.invited(invitation, address, deadline))
    content = {
        "event": invitation.event,
        "invitation": invitation,
        "address": address,
        "subject": subject,
        "text": text,
        "is_sent": is_sent,
    }
    return render(request, "invited.html", content)


def invitation_renew(request: HttpRequest, invitation: int) -> HttpResponse:
    """Make a new link for an invitation; the one before opens nothing any more."""
    ours = access.invitation(request, invitation)
    if ours.event.state not in ("draft", "open", "awarded"):
        return _back(request, ours.event, Impossible(_("The event is over already.")))
    code = preparing.renew(ours, acting(request), clock.now())
    return _link(request, ours, code)


def invitation_revoke(request: HttpRequest, invitation: int) -> HttpResponse:
    """Take an invitation back."""
    ours = access.invitation(request, invitation)
    preparing.revoke(ours, acting(request), clock.now())
    return _back(request, ours.event, done=_("The invitation of {supplier} is taken back.", supplier=ours.supplier))


def inquiry_answer(request: HttpRequest, inquiry: int) -> HttpResponse:
    """Answer a bidder's question, to all."""
    ours = access.inquiry(request, inquiry)
    try:
        preparing.answer(ours, request.POST.get("answer", "")[:10_000], acting(request), clock.now())
    except Impossible as error:
        return _back(request, ours.event, error)
    return _back(request, ours.event, done=_("The answer stands on every bidder's page."))


def event_open(request: HttpRequest, event: int) -> HttpResponse:
    """Ask for the opening of the bids, or confirm it as the second person."""
    ours = access.event(request, event)
    try:
        is_open = preparing.open_bids(preparing.current_round(ours), acting(request), clock.now())
    except Impossible as error:
        return _back(request, ours, error)
    if is_open:
        return redirect("event_matrix", ours.pk)
    return _back(request, ours, done=_("Somebody else must confirm: bids are opened by two people."))


def event_round(request: HttpRequest, event: int) -> HttpResponse:
    """Ask chosen bidders again, with what each is asked for."""
    ours = access.event(request, event)
    post = request.POST
    chosen = [each for each in ours.invitations.filter(revoked_at__isnull=True) if post.get(f"i{each.pk}")]
    lines = {line.pk: line for line in ours.lines.all()}
    counters: dict[int, tuple[str, dict[str, str]]] = {}
    try:
        for each in chosen:
            prices = {}
            for pk, line in lines.items():
                text = post.get(f"i{each.pk}-l{pk}", "").strip()
                if text:
                    try:
                        prices[str(pk)] = format(number(text), "f")
                    except Refused as error:
                        raise Impossible(_("{item}: {expected}", item=line.item, expected=error.expected)) from error
            counters[each.pk] = (post.get(f"i{each.pk}-text", "").strip()[:4000], prices)
        until = wall(post.get("deadline", ""))
        made = preparing.further_round(ours, until, chosen, counters, acting(request), clock.now())
    except Impossible as error:
        return _back(request, ours, error)
    return _back(request, ours, done=_("Round {number} is open.", number=made.number))
