"""What has changed for a standing need since the last look: five kinds of finding; not for their worth (`advice`).

A first look only learns who is there. A newcomer and a supplier that got worse are found once; prices, dates and stale
evidence are found at every look while they last. Whether to speak of them again is not decided here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from secondsource.language import Message, _, plural
from secondsource.market.needs import Need
from secondsource.market.outlook import Candidate, Level, Outlook, Standing, level

Kind = Literal["newcomer", "worse", "price", "notice", "stale"]
YEAR = timedelta(days=365)
STALE = timedelta(days=730)  # a backup of which nothing was seen for so long
CONCENTRATED = 0.5  # share of one buyer from which a supplier depends on it
MOVED = 0.03  # change of the level below which a price is the same
STANDARD_ERRORS = 2.0


@dataclass(frozen=True)
class Finding:
    """One thing that changed, in words and figures.

    Attributes
    ----------
    figures
        newcomer: `awards`. worse: `before`, `after` (probabilities of failure), `listed` (1 where screening asks).
        price: `change` (share). notice: `days` left. stale: `days` without a sign.
    """

    kind: Kind
    need: str
    supplier: str
    said: Message
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """What was known of a need at the last look."""

    looked: date | None = None
    fitting: frozenset[str] = frozenset()
    standings: tuple[Standing, ...] = ()
    failure: Mapping[str, float] = field(default_factory=dict)


def findings(need: Need, now: Outlook, seen: Seen, today: date) -> tuple[list[Finding], Seen]:
    """Return what has changed for a need since it was last looked at, and what is known of it now."""
    standings = now.standings or {}
    found: list[Finding] = []
    if seen.looked is not None:
        found += [_newcomer(need, each) for each in now.candidates
                  if each.supplier not in seen.fitting and each.supplier != need.supplier]  # fmt: skip
    before = {each.supplier: each for each in seen.standings}
    for id, standing in standings.items():
        if id in before or standing.listed:
            found += _worse(need, before.get(id, replace(standing, listed=())), standing, now, seen)
    moved = price_move(need, now, today)
    if moved is not None:
        found.append(_moved(need, moved[0]))
    found += _notice(need, today)
    found += [each for id in need.backups if id in standings for each in _stale(need, standings[id], today)]
    known = Seen(
        today, seen.fitting | {each.supplier for each in now.candidates}, tuple(standings.values()),
        {id: now.failure_probability(each) for id, each in standings.items()},
    )  # fmt: skip
    return found, known


def levels(need: Need, now: Outlook, today: date) -> tuple[Level, Level] | None:
    """Return where comparable prices stood when today's price was agreed and where they stand, None where unknown.

    Both windows are a year; where a price was agreed less than a year ago, the year before it and the time since.
    """
    if need.priced_on is None:
        return None
    then = level(now.prices, need.priced_on - YEAR, need.priced_on)
    recent = level(now.prices, max(need.priced_on, today - YEAR), today)
    return (then, recent) if then is not None and recent is not None else None


def price_move(need: Need, now: Outlook, today: date) -> tuple[float, float] | None:
    """Return by what share the price level moved since today's price was agreed, and its error; None for no move.

    A move is at least `MOVED`, and more than `STANDARD_ERRORS` of the difference of both levels.
    """
    both = levels(need, now, today)
    if both is None:
        return None
    change = both[1].centre - both[0].centre
    error = (both[0].error ** 2 + both[1].error ** 2) ** 0.5
    return (change, error) if abs(change) >= MOVED and abs(change) > STANDARD_ERRORS * error else None


def _newcomer(need: Need, candidate: Candidate) -> Finding:
    said = plural("{name} is new among those that fit: {count} award, last on {last}.",
                  "{name} is new among those that fit: {count} awards, last on {last}.",
                  candidate.awards, name=candidate.name, last=candidate.last or "–")  # fmt: skip
    return Finding("newcomer", need.need, candidate.supplier, said, {"awards": float(candidate.awards)})


def _worse(need: Need, before: Standing, after: Standing, now: Outlook, seen: Seen) -> list[Finding]:
    said: list[Message] = []
    if after.failures > before.failures:
        count = after.failures - before.failures
        said.append(plural("{count} more contract ended early or was paid short.",
                           "{count} more contracts ended early or were paid short.", count))  # fmt: skip
    if after.disqualified > before.disqualified:
        count = after.disqualified - before.disqualified
        said.append(plural("{count} more bid was disqualified.", "{count} more bids were disqualified.", count))
    if after.largest_buyer >= CONCENTRATED > before.largest_buyer:
        said.append(_("One buyer now gives {share} of its awards.", share=f"{after.largest_buyer:.0%}"))
    listed = sorted(set(after.listed) - set(before.listed))
    old = seen.failure.get(after.supplier, now.failure_probability(before))
    figures = {"before": old, "after": now.failure_probability(after), "contracts": float(after.contracts)}
    found = [Finding("worse", need.need, after.supplier, _("{name}: {what}", name=after.name, what=each), figures)
             for each in said]  # fmt: skip
    if listed:
        on = _("{name} may be on a list: {lists}.", name=after.name, lists="; ".join(listed))
        found.append(Finding("worse", need.need, after.supplier, on, {**figures, "listed": 1.0}))
    return found


def _moved(need: Need, change: float) -> Finding:
    share = f"{abs(change):.0%}"
    if change < 0:
        said = _("Comparable prices are {share} lower than when today's was agreed.", share=share)
    else:
        said = _("Comparable prices are {share} higher than when today's was agreed.", share=share)
    return Finding("price", need.need, "", said, {"change": change})


def _notice(need: Need, today: date) -> list[Finding]:
    if need.notice is None or not need.is_open(today) or today > need.notice:
        return []
    days = (need.notice - today).days
    said = plural("Notice is due by {day}, in {count} day.", "Notice is due by {day}, in {count} days.", days,
                  day=need.notice.isoformat())  # fmt: skip
    return [Finding("notice", need.need, need.supplier, said, {"days": float(days)})]


def _stale(need: Need, standing: Standing, today: date) -> list[Finding]:
    last = date.fromisoformat(standing.last) if standing.last else None
    if last is not None and today - last < STALE:
        return []
    if last is None:
        said = _("Of the backup {name} the records show no delivery.", name=standing.name)
        return [Finding("stale", need.need, standing.supplier, said, {"days": float(2 * STALE.days)})]
    said = _("Of the backup {name} nothing was seen since {last}.", name=standing.name, last=last.isoformat())
    return [Finding("stale", need.need, standing.supplier, said, {"days": float((today - last).days)})]
