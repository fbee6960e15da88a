"""Market histories that are made up, and watchers on them: what each catches in money, and how often it speaks."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from secondsource.advice.alerts import Said, alerts, is_spoken, merged
from secondsource.market.needs import Need
from secondsource.market.outlook import Candidate, Outlook, Price
from secondsource.market.watch import Finding, Seen, findings

BEGIN, MONTHS, MONTH = date(2018, 1, 1), 96, timedelta(days=30)
BEFORE = 24  # months of history before the first need is bought
TERM = 24


@dataclass(frozen=True)
class History:
    """One category over eight years: logarithm of the level by month, prices paid, and when firms came.

    A price is the level, what its specification adds (lasting), and luck: the lowest of the bids.
    """

    levels: tuple[float, ...]
    prices: tuple[Price, ...]
    arrivals: tuple[tuple[int, Candidate], ...]
    own: float
    bid_spread: float
    seed: int

    def day(self, month: int) -> date:
        return BEGIN + month * MONTH

    def outlook(self, month: int) -> Outlook:
        today = self.day(month)
        return Outlook(
            tuple(each for each in self.prices if each.day <= today),
            tuple(each for when, each in self.arrivals if when <= month),
            {}, 3.0, self.bid_spread,
        )  # fmt: skip

    def event(self, month: int, attempt: int = 0) -> float:
        """What a new event for the own need ends at in this month; the same however often it is asked."""
        luck = random.Random(f"{self.seed} {month} {attempt}")
        return math.exp(self.levels[month] + self.own + _lowest_of(luck, 3, self.bid_spread))


def _lowest_of(chance: random.Random, bids: int, spread: float) -> float:
    return min(chance.gauss(0, spread) for _ in range(bids))


def history(seed: int, drift: float = 0.0, specification: float = 0.15, bid_spread: float = 0.12) -> History:
    chance = random.Random(seed)
    level, levels = math.log(100), []
    prices: list[Price] = []
    arrivals = [(0, Candidate(f"F{k}", f"Firm {k}", 3, "")) for k in range(6)]
    for month in range(MONTHS):
        level += chance.gauss(drift, 0.012)
        if chance.random() < 0.02:
            level += chance.choice((-0.12, 0.1))
        if chance.random() < 0.06:
            arrivals.append((month, Candidate(f"N{month}", f"Newcomer {month}", 1, str(BEGIN + month * MONTH))))
            level -= 0.01
        levels.append(level)
        for k in range(chance.randint(1, 5)):
            paid = level + chance.gauss(0, specification) + _lowest_of(chance, 3, bid_spread)
            prices.append(Price(BEGIN + month * MONTH - timedelta(days=5 * k), math.exp(paid), f"F{k}"))
    own = chance.gauss(0, specification)
    return History(tuple(levels), tuple(prices), tuple(arrivals), own, bid_spread, seed)


def first_need(past: History, scale: float = 1.0) -> Need:
    """The need as it is bought in month `BEFORE`, for two years."""
    return Need(
        "n", category="1", supplier="F0", unit_price=past.event(BEFORE, -1), unit="u", volume=2_000 * scale,
        priced_on=past.day(BEFORE), ends=past.day(BEFORE + TERM), notice_days=60, lead_days=120, term_years=2.0,
        event_cost=12_000.0, switch_cost=10_000.0,
    )  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """How often a watcher spoke, how many events followed, and what they saved net of their cost."""

    alerts: int = 0
    events: int = 0
    saved: float = 0.0

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(self.alerts + other.alerts, self.events + other.events, self.saved + other.saved)


Watcher = Callable[[Need, Sequence[Finding], Outlook, date, Said | None], tuple[int, Said | None]]


def ours(threshold: float) -> Watcher:
    """Our watch: alerts above a threshold, each once."""

    def speak(need: Need, found: Sequence[Finding], now: Outlook, today: date, said: Said | None
              ) -> tuple[int, Said | None]:  # fmt: skip
        alert = next(iter(alerts(need, found, now, today)), None)
        if alert is None or not is_spoken(alert, said, threshold, today):
            return 0, said
        worth = alert.worth.expected if alert.worth else 0.0
        return 1, Said(worth, frozenset(each.kind for each in alert.reasons))

    return speak


def naive(need: Need, found: Sequence[Finding], now: Outlook, today: date, said: Said | None
          ) -> tuple[int, Said | None]:  # fmt: skip
    """Speaks of each finding when it comes: a newcomer, a price that moved, a notice date."""
    told = said.kinds if said else frozenset()
    keys = {f"{each.kind} {each.supplier}" for each in found}
    return len(keys - told), Said(0.0, told | keys)


def at_every_notice(need: Need, found: Sequence[Finding], now: Outlook, today: date, said: Said | None
                    ) -> tuple[int, Said | None]:  # fmt: skip
    """A calendar: speaks once before each notice date."""
    due = any(each.kind == "notice" for each in found)
    return int(due and said is None), Said() if due else said


def follow(past: History, watcher: Watcher, scale: float = 1.0) -> Outcome:
    """Follow a watcher month by month; an alert while the contract is open leads to an event, once a contract.

    An event's outcome is taken where it beats today's price by more than switching costs; else today's supplier stays.
    What was agreed holds for two years; a contract that nobody ends renews itself at its price.
    """
    need, seen, said = first_need(past, scale), Seen(), None
    lasting: list[Finding] = []
    total, acted = Outcome(), False
    for month in range(BEFORE, MONTHS):
        today = past.day(month)
        if need.ends is not None and today >= need.ends:  # a new term begins
            need, acted, said = replace(need, ends=today + TERM * MONTH), False, None
        now = past.outlook(month)
        fresh, seen = findings(need, now, seen, today)
        reasons = merged(lasting, fresh)
        lasting = [each for each in reasons if each.kind == "newcomer"]
        count, said = watcher(need, reasons, now, today, said)
        total += Outcome(alerts=count)
        if count and not acted and need.is_open(today) and need.notice is not None and today <= need.notice:
            price, units = past.event(month), need.volume * need.term_years
            gain = ((need.unit_price or 0.0) - price) * units - need.switch_cost
            total += Outcome(events=1, saved=max(0.0, gain) - need.event_cost)
            acted, lasting = True, []
            if gain > 0:
                need = replace(need, unit_price=price, priced_on=today)
    return total


def best_possible(past: History, scale: float = 1.0) -> Outcome:
    """Events where, and only where, they turn out to pay: nobody can know that before."""

    def knows(need: Need, found: Sequence[Finding], now: Outlook, today: date, said: Said | None
              ) -> tuple[int, Said | None]:  # fmt: skip
        month = (today - BEGIN) // MONTH
        if not need.is_open(today) or need.notice is None or today > need.notice:
            return 0, said
        gain = ((need.unit_price or 0.0) - past.event(month)) * need.volume * need.term_years - need.switch_cost
        return int(gain > need.event_cost), said

    return follow(past, knows, scale)
