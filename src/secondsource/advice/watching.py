"""One look at every standing need: findings of the market, their worth, and which are spoken; not for showing them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from secondsource.advice.alerts import LASTING, Alert, Said, alerts, is_spoken, merged
from secondsource.language import Message, _
from secondsource.market.outlook import Outlook, outlook
from secondsource.market.places import Places
from secondsource.market.screening import Screening
from secondsource.market.watch import Finding, findings
from secondsource.market.watch_memory import Card, Told, WatchMemory


@dataclass(frozen=True)
class Weighed:
    """An alert, and whether it is spoken at this look."""

    alert: Alert
    spoken: bool


def look(
    places: Places, today: date, now: datetime, *, threshold: float, threads: int = 2, owner: str = ""
) -> list[Weighed]:
    """Look at every standing need, remember what was seen, and return all alerts, the most valuable first.

    Parameters
    ----------
    threshold
        Money, in each need's own currency: below it an alert is silent.
    owner
        Whose needs, where several teams watch one market.
    """
    memory = WatchMemory(places, owner)
    listed = _listed(places, threads)
    told = memory.told()
    found: list[Weighed] = []
    for need in memory.needs():
        now_shown = outlook(places, need, listed)
        fresh, seen = findings(need, now_shown, memory.seen(need.need), today)
        reasons = merged(_holding(memory.lasting(need.need), now_shown), fresh)
        for alert in alerts(need, reasons, now_shown, today):
            spoken = is_spoken(alert, said_of(told, alert.need, alert.action), threshold, today)
            found.append(Weighed(alert, spoken))
            if spoken:
                worth = alert.worth.expected if alert.worth else 0.0
                kinds = {each.kind for each in alert.reasons}
                memory.tell(alert.need, alert.action, "spoken", now, worth=worth, kinds=kinds)
        memory.remember(need.need, seen, [each for each in fresh if each.kind in LASTING], now)
    found.sort(key=_rank)
    memory.put([card(each) for each in found], now)
    return found


def _holding(lasting: Iterable[Finding], now: Outlook) -> list[Finding]:
    """Earlier findings without those of a list that nobody is on any more: cleared, or gone from it."""
    standings = now.standings or {}

    def holds(each: Finding) -> bool:
        standing = standings.get(each.supplier)
        return not each.figures.get("listed") or (standing is not None and bool(standing.listed))

    return [each for each in lasting if holds(each)]


def title(alert: Alert) -> Message:
    """Return what an alert asks for, in a line."""
    if alert.action == "retender":
        return _("{need}: ask the market anew", need=alert.need)
    if alert.action == "secure":
        return _("{need}: make a second source ready", need=alert.need)
    return _("{need}: look at the backup again", need=alert.need)


def card(each: Weighed) -> Card:
    """Return an alert as the inbox keeps it."""
    alert, worth = each.alert, each.alert.worth
    return Card(
        alert.need, alert.action, title(alert), tuple(reason.said for reason in alert.reasons), alert.basis,
        tuple(dict.fromkeys(reason.supplier for reason in alert.reasons if reason.supplier)),
        tuple(sorted({reason.kind for reason in alert.reasons})),
        worth.expected if worth else None, worth.low if worth else None, worth.high if worth else None,
        alert.currency, alert.pressing, each.spoken,
    )  # fmt: skip


def _rank(each: Weighed) -> tuple[bool, bool, float, str]:
    worth = each.alert.worth.expected if each.alert.worth else 0.0
    return (not each.spoken, not each.alert.pressing, -worth, each.alert.need)


def _listed(places: Places, threads: int) -> dict[str, tuple[str, ...]]:
    """Alerts of screening that are open or confirmed, by supplier."""
    screening = Screening(places)
    found: dict[str, list[str]] = {}
    if screening.lists():
        for each in screening.alerts(threads=threads):
            if each.status != "cleared":
                found.setdefault(each.supplier, []).append(f"{each.on_list}: {each.entry_name}")
    return {supplier: tuple(sorted(each)) for supplier, each in found.items()}


def said_of(told: Iterable[Told], need: str, action: str) -> Said | None:
    """Return what was said of an alert last and what was answered, None where nothing was.

    What somebody answered refers to the alert as it was spoken last before.
    """
    last: Said | None = None
    for each in told:
        if (each.need, each.action) != (need, action):
            continue
        if each.fact == "spoken":
            last = Said(each.worth, each.kinds)
        elif last is not None and each.fact == "snoozed":
            last = Said(last.worth, last.kinds, snoozed=each.until)
        elif last is not None:
            last = Said(last.worth, last.kinds, dismissed=each.fact == "dismissed", done=each.fact == "done")
    return last


def is_open(each: Card, told: Iterable[Told], today: date) -> bool:
    """Return whether an alert of the inbox was spoken and waits for an answer."""
    said = said_of(told, each.need, each.action)
    if said is None:
        return each.spoken
    answered = said.dismissed or said.done
    return not answered and (said.snoozed is None or today >= said.snoozed)
