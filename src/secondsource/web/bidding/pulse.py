"""Whether the server was there while bids could come in, and more time for all where it was not.

Every process that answers suppliers gives a sign of life every few seconds. A gap is noticed by the first sign after
it, and before any decision about a deadline, so that no bid is refused and no round opened on the strength of a time in
which nobody could bid. A net that is down beyond the server cannot be seen from here: the buyer extends by hand.
"""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

from django.db import DatabaseError, close_old_connections, transaction

from secondsource.language import _
from secondsource.web.bidding import clock
from secondsource.web.bidding.models import Extension, Pulse, Round
from secondsource.web.planning.translate import pack

GAP = timedelta(seconds=60)
"""A silence shorter than this is no outage."""
WINDOW = timedelta(minutes=60)
"""The closing window: before it, bidders have time enough left."""
LEAST = timedelta(minutes=15)
"""Bidders have at least this long once the server is back."""
EVERY = 10.0

log = logging.getLogger("secondsource.pulse")


def extended(deadline: datetime, down: datetime, back: datetime) -> datetime | None:
    """Return the deadline after an outage from `down` to `back`, None where it stays.

    What was lost of the closing window is given back, counted from when the server is there again, at least `LEAST`:
    ``max(deadline, back) + lost``, ``lost = min(back, deadline) − max(down, deadline − WINDOW)``.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    >>> str(extended(noon, noon - timedelta(minutes=40), noon - timedelta(minutes=20)))
    '2026-05-04 12:20:00+00:00'
    >>> str(extended(noon, noon - timedelta(minutes=5), noon + timedelta(minutes=30)))
    '2026-05-04 12:45:00+00:00'
    >>> extended(noon, noon - timedelta(hours=9), noon - timedelta(hours=2)) is None
    True
    """
    lost = min(back, deadline) - max(down, deadline - WINDOW)
    if lost < GAP:
        return None
    return max(max(deadline, back) + lost, back + LEAST)


def notice(now: datetime) -> None:
    """Extend the rounds whose closing window an outage fell into, if there was one until now; once for each outage."""
    last = Pulse.objects.filter(pk=1).values_list("at", flat=True).first()
    if last is not None and now - last >= GAP:
        _after_outage(now)


def beat(now: datetime) -> None:
    """Give a sign of life."""
    notice(now)
    if not Pulse.objects.filter(pk=1, at__lte=now).update(at=now):
        Pulse.objects.get_or_create(pk=1, defaults={"at": now})


@transaction.atomic
def _after_outage(back: datetime) -> None:
    pulse = Pulse.objects.select_for_update().get(pk=1)
    if back - pulse.at < GAP:  # another process was first
        return
    rounds = Round.objects.select_for_update().filter(
        opened_at__isnull=True, event__state="open", deadline__gt=pulse.at, deadline__lt=back + WINDOW
    )
    for round in rounds:
        after = extended(round.deadline, pulse.at, back)
        if after is not None:
            why = pack(_("the server could not be reached; more time for all"))
            Extension.objects.create(round=round, at=back, before=round.deadline, after=after, why=why)
            Round.objects.filter(pk=round.pk).update(deadline=after, asked_by=None, asked_at=None)
    Pulse.objects.filter(pk=1).update(at=back)


def start() -> None:
    """Give signs of life from a thread of this process, as long as it lives."""
    threading.Thread(target=_go_on, daemon=True, name="pulse").start()


def _go_on() -> None:
    pause = threading.Event()
    while True:
        close_old_connections()
        try:
            beat(clock.now())
        except DatabaseError as error:  # busy or away: the next sign counts
            log.warning("%s", error)
        pause.wait(EVERY)
