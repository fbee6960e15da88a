"""What the market's watch does by the clock: looks, digests, messages; not for what people ask for in a page."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib.util import find_spec

from django.core.mail import send_mail
from django.db import transaction
from django.utils import translation

from secondsource.language import _, plural, use_language
from secondsource.market.watch_memory import Card
from secondsource.reports.alert_words import worth_in_words
from secondsource.web.market import access, hooks, needs
from secondsource.web.market.models import Watching
from secondsource.web.people.models import Membership, Team

DIGEST_EVERY = timedelta(days=1)
log = logging.getLogger("secondsource.market")


def tick(now: datetime) -> None:
    """Look where it is asked or the register is another, send digests that are due, post messages."""
    if find_spec("duckdb") is None:
        return  # the workspace runs without the extra `market`
    places = access.places()
    generation = places.current()
    for watching in Watching.objects.select_related("team"):
        if generation is not None and (watching.is_wanted or watching.generation != generation.name):
            look(watching, now, generation.name)
        if watching.has_digest and (watching.digest_at is None or now - watching.digest_at >= DIGEST_EVERY):
            send_digest(watching, now)
    hooks.deliver(now)


def look(watching: Watching, now: datetime, generation: str) -> list[Card]:
    """Look at a team's needs, put what is spoken on its way, and return it."""
    from secondsource.advice.watching import card
    from secondsource.advice.watching import look as look_at

    places, owner = access.places(), f"team-{watching.team_id}"
    access.memory(watching.team).stand(needs.of_contracts(watching.team, now.date()))
    found = look_at(places, now.date(), now, threshold=float(watching.threshold), owner=owner)
    spoken = [card(each) for each in found if each.spoken]
    with transaction.atomic():
        hooks.tell(watching.team, spoken, now)
        watching.looked_at, watching.generation, watching.is_wanted = now, generation, False
        watching.save()
    return spoken


def send_digest(watching: Watching, now: datetime) -> int:
    """Send what was spoken since the last digest to the managers and buyers of a team; return how many got it.

    It is marked as sent after it was: a mail server that is away is asked again at the next tick.
    """
    from secondsource.advice.watching import is_open

    memory = access.memory(watching.team)
    told = memory.told()
    since = watching.digest_at.isoformat() if watching.digest_at else ""
    fresh = {(each.need, each.action) for each in told if each.fact == "spoken" and each.at > since}
    cards = [each for each in memory.inbox() if (each.need, each.action) in fresh and is_open(each, told, now.date())]
    if not cards:
        return 0
    sent = 0
    for member in Membership.objects.filter(team=watching.team, role__in=("manager", "buyer")).select_related("person"):
        if member.person.email and member.person.is_active:
            language = member.person.language or "en"
            with translation.override(language), use_language(language):
                subject, text = digest(watching.team, cards)
                sent += send_mail(subject, text, None, [member.person.email], fail_silently=True)
    watching.digest_at = now
    watching.save(update_fields=["digest_at"])
    return sent


def digest(team: Team, cards: Sequence[Card]) -> tuple[str, str]:
    """Return the subject and text of a digest, in the reader's language."""
    subject = plural("{count} alert of the market for {team}", "{count} alerts of the market for {team}", len(cards),
                     team=team.name)  # fmt: skip
    parts = [
        "\n".join([str(each.title), f"  {worth_in_words(each)}", *(f"  - {reason}" for reason in each.reasons)])
        for each in cards
    ]
    parts.append(str(_("Answer them in the workspace, under Alerts: snooze, dismiss, or done.")))
    return str(subject), "\n\n".join(parts) + "\n"
