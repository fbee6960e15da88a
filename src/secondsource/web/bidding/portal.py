"""A bidder's pages: what is asked, its own bid and nobody else's; nothing here knows of other bidders."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from secondsource.errors import Fault, InvalidInput
from secondsource.language import _
from secondsource.web.api import tokens
from secondsource.web.bidding import access, bid, clock, envelope, form, preparing, questions, sheet_reading, sheets
from secondsource.web.bidding.bid import Asked, Bid
from secondsource.web.bidding.models import KINDS, Counter, Inquiry, Invitation, Letter, Round
from secondsource.web.bidding.slips import Slip, slips
from secondsource.web.middleware import LANGUAGE_COOKIE
from secondsource.web.planning.translate import pack, unpack
from secondsource.web.planning.workbooks import EXCEL, attachment

MOST_QUESTIONS = 50
"""Questions of one bidder about an event."""


def enter(request: HttpRequest) -> HttpResponse:
    """Show the field for the code of an invitation (GET), or use the code up (POST)."""
    if request.method != "POST":
        return render(request, "bid_enter.html", {"held": access.held(request)})
    found = access.enter(request, request.POST.get("code", ""), clock.now())
    if found is None:
        messages.error(request, str(_("This code opens nothing: it was used, replaced or taken back. Ask the buyer for a new link.")))  # fmt: skip  # noqa: E501
        return redirect("bid_enter")
    response = redirect("bid")
    if LANGUAGE_COOKIE not in request.COOKIES:
        response.set_cookie(LANGUAGE_COOKIE, found.language, max_age=365 * 24 * 3600, samesite="Lax", httponly=True)
    return response


def leave(request: HttpRequest) -> HttpResponse:
    """Forget the invitation in this browser."""
    access.bidder(request)
    access.leave(request)
    return redirect("bid_enter")


def show(request: HttpRequest) -> HttpResponse:
    """Show the event and the form of the bid."""
    ours = access.bidder(request)
    return _page(request, ours, _newest(ours))


def _newest(ours: Invitation) -> dict[str, Any]:
    """What the form begins with: the newest version of this round, else the bid of an earlier one, else nothing."""
    rounds = list(ours.event.rounds.all())
    found = envelope.own(ours, rounds[-1]) if rounds else None
    if found is not None and found[0].kind != envelope.WITHDRAWAL:
        return found[1]
    standing = envelope.own_standing(ours, rounds)
    return {} if standing is None else standing[1]


def _is_signed(ours: Invitation) -> bool:
    return not ours.event.nda or ours.nda_at is not None


def _page(
    request: HttpRequest, ours: Invitation, raw: dict[str, Any], faults: tuple[Fault, ...] = (), status: int = 200
) -> HttpResponse:
    event, now = ours.event, clock.now()
    if not _is_signed(ours):
        return render(request, "bid_agree.html", {"invitation": ours, "event": event}, status=status)
    round = preparing.current_round(event)
    asked = preparing.asked_of(event)
    receipts = envelope.own_receipts(ours)
    in_round = [each for each in envelope.own_receipts(ours, round) if each.kind != envelope.LATE]
    sent = [each for each in in_round if each.kind != envelope.DRAFT]
    content = {
        "invitation": ours,
        "event": event,
        "round": round,
        "now": now,
        "is_open": event.state == "open" and round.is_open(now) and ours.rounds.filter(pk=round.pk).exists(),
        "lines": [line for line in event.lines.all() if line.is_asked],
        "raw": form.whole(raw, asked),
        "extras": form.extras,
        "offers": form.offers_by_line(raw, asked),
        "pairs_of": form.pairs_of,
        "fields": bid.FIELDS,
        "kinds": KINDS,
        "questions": questions.asked(event),
        "YES_NO": questions.YES_NO,
        "breaks": bid.BREAK_KINDS,
        "faults": faults,
        "receipts": receipts,
        "sent": sent[0] if sent else None,
        "is_unsent": bool(in_round) and in_round[0].kind == envelope.DRAFT,
        "inquiries": [each for each in event.inquiries.all() if each.answered_at or each.invitation_id == ours.pk],
        "counter": Counter.objects.filter(round=round, invitation=ours).first(),
        "extensions": [(each, unpack(each.why)) for each in round.extensions.all()],
        "letter": Letter.objects.filter(invitation=ours).first(),
        "tokens": ours.tokens.filter(revoked_at__isnull=True, until__gt=now),
    }
    return render(request, "bid.html", content, status=status)


def agree(request: HttpRequest) -> HttpResponse:
    """Sign the confidentiality agreement with one's name."""
    ours = access.bidder(request)
    name = request.POST.get("name", "").strip()[:120]
    if not name or not request.POST.get("agreed"):
        messages.error(request, str(_("Write your name and tick that you agree.")))
        return redirect("bid")
    Invitation.objects.filter(pk=ours.pk, nda_at__isnull=True).update(nda_at=clock.now(), nda_name=name)
    return redirect("bid")


def save(request: HttpRequest) -> HttpResponse:
    """Keep what was typed as a draft and go on to look at it, or show everything that is wrong with it."""
    ours = access.bidder(request)
    post, received_at = request.POST, clock.now()
    if not _is_signed(ours):
        return redirect("bid")
    asked = preparing.asked_of(ours.event)
    raw, what = form.raw_of(post, asked), post.get("do", "check")
    if what.startswith(("alternative-", "package")):
        form.add(raw, what)
        return _page(request, ours, raw)
    try:
        found = bid.read(raw, asked)
    except InvalidInput as error:
        return _page(request, ours, raw, error.faults, status=422)
    if not _put(request, ours, bid.plain(found), envelope.DRAFT, "page", received_at):
        return redirect("bid")
    if what == "draft":
        messages.success(request, str(_("The draft is kept. It is not handed in yet.")))
        return redirect("bid")
    return redirect("bid_review")


def _put(
    request: HttpRequest, ours: Invitation, content: dict[str, Any], kind: str, channel: str, received_at: datetime
) -> envelope.Receipt | None:
    """Put a version in, or say why not."""
    round = preparing.current_round(ours.event)
    try:
        return envelope.put(ours, round, content, kind=kind, channel=channel, received_at=received_at)
    except envelope.TooLate as late:
        local = ours.event.local(late.received_at)
        text = _("Too late: this reached us whole at {at} ({zone}); the deadline had passed. It is on record as late and does not count.", at=f"{local:%Y-%m-%d %H:%M:%S}", zone=ours.event.time_zone)  # fmt: skip  # noqa: E501
        messages.error(request, str(text))
    except envelope.NotTaken:
        messages.error(request, str(_("Bids are not taken (any more). Ask the buyer if that surprises you.")))
    return None


def _read(content: dict[str, Any], asked: Asked) -> Bid | None:
    """A version of one's own as a bid; None where it does not answer what is asked now."""
    try:
        return bid.read(content, asked)
    except InvalidInput:
        return None


def _slips(ours: Invitation, given: Bid, asked: Asked) -> list[Slip]:
    earlier = envelope.own_standing(ours, ours.event.rounds.all())
    before = None if earlier is None else _read(earlier[1], asked)
    published = {line.pk: line.target for line in ours.event.lines.all() if line.target is not None}
    for counter in Counter.objects.filter(invitation=ours):
        published |= {int(line): Decimal(price) for line, price in counter.prices.items()}
    rates = {currency: Decimal(rate) for currency, rate in ours.event.rates.items()}
    return slips(given, asked.lines, before, published, rates)


def review(request: HttpRequest) -> HttpResponse:
    """Show one's newest version as it would be handed in, with what looks like a slip."""
    ours = access.bidder(request)
    round, asked = preparing.current_round(ours.event), preparing.asked_of(ours.event)
    newest = envelope.own(ours, round)
    if newest is None or not _is_signed(ours):
        return redirect("bid")
    receipt, content = newest
    try:
        given = bid.read(content, asked)
    except InvalidInput as error:
        return _page(request, ours, content, error.faults)
    lines = {line.pk: line for line in ours.event.lines.all()}
    shown = {
        "invitation": ours,
        "event": ours.event,
        "round": round,
        "receipt": receipt,
        "bid": given,
        "lines": lines,
        "fields": bid.FIELDS,
        "questions": questions.asked(ours.event),
        "defaults": bid.Offer(0, 0, Decimal(0)),
        "missing": [line for pk, line in lines.items() if line.is_asked and pk not in given.covered],
        "slips": _slips(ours, given, asked),
        "notes": [unpack(note) for note in request.session.pop("sheet_notes", [])],
        "is_open": round.is_open(clock.now()),
    }
    return render(request, "bid_review.html", shown)


def send(request: HttpRequest) -> HttpResponse:
    """Hand the version in that was looked at: it counts from now on, in place of what was handed in before."""
    ours = access.bidder(request)
    wanted, received_at = request.POST.get("version", ""), clock.now()
    round, asked = preparing.current_round(ours.event), preparing.asked_of(ours.event)
    found = envelope.own(ours, round, int(wanted)) if wanted.isdigit() and len(wanted) < 9 else None
    given = None if found is None else _read(found[1], asked)
    if found is None or given is None or found[0].kind != envelope.DRAFT:
        messages.error(request, str(_("What is asked for has changed meanwhile: look at your bid again.")))
        return redirect("bid")
    if not given.offers and not given.packages and not any(given.answers):
        messages.error(request, str(_("There is nothing in this bid yet.")))
        return redirect("bid")
    if _slips(ours, given, asked) and not request.POST.get("sure"):
        messages.error(request, str(_("Confirm that the figures in question are meant.")))
        return redirect("bid_review")
    receipt = _put(request, ours, found[1], envelope.BID, found[0].channel, received_at)
    if receipt is not None:
        at = ours.event.local(receipt.received_at)
        text = _("Handed in as version {version} at {at}. Your receipt stands below.", version=receipt.version, at=f"{at:%Y-%m-%d %H:%M:%S}")  # fmt: skip  # noqa: E501
        messages.success(request, str(text))
    return redirect("bid")


def withdraw(request: HttpRequest) -> HttpResponse:
    """Withdraw what was handed in; until the deadline a new version may follow."""
    ours = access.bidder(request)
    if _put(request, ours, {}, envelope.WITHDRAWAL, "page", clock.now()):
        messages.success(request, str(_("Your bid is withdrawn. Until the deadline you may hand in another.")))
    return redirect("bid")


def sheet(request: HttpRequest) -> HttpResponse:
    """Return the workbook to fill in, with what one has already."""
    ours = access.bidder(request)
    if not _is_signed(ours):
        return redirect("bid")
    round = preparing.current_round(ours.event)
    lines = [line for line in ours.event.lines.all() if line.is_asked]
    return attachment(sheets.write(ours.event, round, lines, _newest(ours)), EXCEL, f"{ours.event.name}.xlsx")


def upload(request: HttpRequest) -> HttpResponse:
    """Read a workbook as a draft and go on to look at it, or show everything that is wrong with it."""
    ours = access.bidder(request)
    file, received_at = request.FILES.get("file"), clock.now()
    if file is None or not _is_signed(ours):
        messages.error(request, str(_("Choose the workbook that you filled in.")))
        return redirect("bid")
    name = str(file.name or "")[:120]
    asked = preparing.asked_of(ours.event)
    try:
        if (file.size or 0) > sheet_reading.LARGEST:
            limit = sheet_reading.LARGEST // 2**20
            raise InvalidInput([Fault(name, "", 0, "", "", _("is larger than {limit} MB", limit=limit))])
        reading = sheet_reading.read(file.read(), name, asked, ours.event_id, ours.event.revision)
        found = bid.read(reading.raw, asked, name)
    except InvalidInput as error:
        content = {"invitation": ours, "event": ours.event, "faults": error.faults[:500], "name": name}
        return render(request, "bid_faults.html", content, status=422)
    if not _put(request, ours, bid.plain(found), envelope.DRAFT, "excel", received_at):
        return redirect("bid")
    request.session["sheet_notes"] = [pack(note) for note in reading.notes]
    return redirect("bid_review")


def version(request: HttpRequest, round: int, version: int) -> HttpResponse:
    """Return a version of one's own with its receipt, as a file to keep."""
    ours = access.bidder(request)
    window = Round.objects.filter(event=ours.event, number=round).first()
    found = None if window is None else envelope.own(ours, window, version)
    if found is None:
        raise Http404
    receipt, content = found
    body = {
        "event": ours.event.name,
        "round": round,
        "supplier": str(ours.supplier),
        "version": receipt.version,
        "kind": receipt.kind,
        "channel": receipt.channel,
        "received_at": receipt.received_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "sealed_sha256": receipt.digest,
        "mark": receipt.mark,
        "content": content,
    }
    response = JsonResponse(body, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response.headers["Content-Disposition"] = f'attachment; filename="receipt-{round}-{version}.json"'
    return response


def decline(request: HttpRequest) -> HttpResponse:
    """Say that one will not bid, and why; or take that back."""
    ours = access.bidder(request)
    declined = None if ours.declined_at else clock.now()
    why = request.POST.get("why", "").strip()[:300] if declined else ""
    Invitation.objects.filter(pk=ours.pk).update(declined_at=declined, declined_why=why)
    return redirect("bid")


def ask(request: HttpRequest) -> HttpResponse:
    """Ask the buyer something; the answer goes to all bidders, without one's name."""
    ours = access.bidder(request)
    text = request.POST.get("question", "").strip()[:4000]
    if not text or not _is_signed(ours) or ours.event.state != "open":
        messages.error(request, str(_("Write a question first.")))
    elif Inquiry.objects.filter(invitation=ours).count() >= MOST_QUESTIONS:
        messages.error(request, str(_("You have asked {count} questions: call the buyer.", count=MOST_QUESTIONS)))
    else:
        Inquiry.objects.create(event=ours.event, invitation=ours, question=text, asked_at=clock.now())
        messages.success(request, str(_("Your question is with the buyer. The answer goes to all bidders, without your name.")))  # fmt: skip  # noqa: E501
    return redirect("bid")


def link(request: HttpRequest) -> HttpResponse:
    """Show a new link for coming back later, once."""
    ours = access.bidder(request)
    code = preparing.renew(ours, None, clock.now())
    address = request.build_absolute_uri("/bid/") + "#" + code
    return render(request, "bid_link.html", {"invitation": ours, "event": ours.event, "address": address})


def key(request: HttpRequest) -> HttpResponse:
    """Show a new key for bidding by a program, once; or take the keys back."""
    ours = access.bidder(request)
    if "revoke" in request.POST:
        ours.tokens.filter(revoked_at__isnull=True).update(revoked_at=clock.now())
        return redirect("bid")
    now = clock.now()
    secret = tokens.make(
        name=str(ours.supplier), scopes=["bid"], now=now, until=now + timedelta(days=90), invitation=ours
    )
    return render(request, "bid_key.html", {"invitation": ours, "event": ours.event, "secret": secret})


def letter(request: HttpRequest) -> HttpResponse:
    """Show the letter about the award."""
    ours = access.bidder(request)
    found = Letter.objects.filter(invitation=ours).first()
    if found is None:
        raise Http404
    return render(request, "bid_letter.html", {"invitation": ours, "event": ours.event, "letter": found})
