"""What findings of the watch are worth in money, and whether to speak of them; not for finding them (`market.watch`).

Findings of one need that ask for the same action are one alert. The action `retender` is valued as an option: after an
event today's supplier can still be kept, so that a dear outcome costs the event and nothing more.

    ln P ~ N(m, v)      price to win of a new event, per unit
    m = l₁ + ρ (ln p − l₀) + ln(g(b + k) / g(b)),       v = s² (1 − ρ²) + e₁² + ρ² e₀²
    g(n) = E[exp(σ Z₍₁:ₙ₎)]                             the lowest of n bids against one
    value = V · E[(K − P)⁺] − C,                        K = p − S / V
    E[(K − P)⁺] = K Φ(d) − exp(m + v/2) Φ(d − √v),      d = (ln K − m) / √v

p today's price, l₀, l₁ the levels of comparable prices when it was agreed and now (logarithms, errors e₀, e₁), s their
spread, ρ the share of that spread that lasts because specifications differ, b bidders of today, k newcomers, σ the
spread of bids, V units over the term of the new contract, S switching, C the event.

References: the option to exchange: Margrabe (1978), doi:10.1111/j.1540-6261.1978.tb03397.x; order statistics: David and
Nagaraja (2003), ch. 2.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist
from typing import Literal

import numpy as np

from secondsource.language import Message, _
from secondsource.market.needs import Need
from secondsource.market.outlook import Outlook, level
from secondsource.market.watch import YEAR, Finding, levels

Action = Literal["retender", "secure", "requalify"]
SPECIFICATION = 0.5  # ρ: share of the spread of comparable prices that is specification, not competition
VANISHES = 0.15  # share of firms that are no longer there a year after the last sign of them
VANISHES_RANGE = (0.05, 0.30)  # within which that share is taken to lie
LASTING = ("newcomer", "worse")  # kinds of findings that happen once and go on counting
INTERVAL = 0.8  # of an alert's value
AGAIN = 1.5  # an alert that was spoken is spoken again when it is worth so many times more
_NORMAL = NormalDist()


@dataclass(frozen=True)
class Worth:
    """Money over the term of the new contract: expected, and the interval that holds it with probability `INTERVAL`."""

    expected: float
    low: float
    high: float


@dataclass(frozen=True)
class Alert:
    """Something to do about a need, why, and what it is worth.

    Attributes
    ----------
    worth
        None where the market shows too little to say.
    basis
        How the figure comes about, in words.
    pressing
        Spoken whatever it is worth: a supplier in use that may be on a list, a notice date that nothing can value.
    """

    need: str
    action: Action
    reasons: tuple[Finding, ...]
    worth: Worth | None
    currency: str
    basis: tuple[Message, ...]
    pressing: bool = False


@dataclass(frozen=True)
class Said:
    """What was said of an alert last, and what somebody answered.

    Attributes
    ----------
    worth, kinds
        The expected worth and the kinds of reasons when it was spoken.
    snoozed
        Silent until this day.
    dismissed
        Not worth it, somebody said: silent until it is worth twice as much, or another kind of reason comes.
    done
        Acted on: silent in the same way.
    """

    worth: float = 0.0
    kinds: frozenset[str] = frozenset()
    snoozed: date | None = None
    dismissed: bool = False
    done: bool = False


def alerts(need: Need, found: Sequence[Finding], now: Outlook, today: date) -> list[Alert]:
    """Return the alerts that findings of one need amount to, each with its worth."""
    result = []
    buying = tuple(each for each in found if each.kind in ("newcomer", "price", "notice"))
    if buying and need.is_open(today):
        result.append(_retender(need, buying, now, today))
    worse = tuple(each for each in found if each.kind == "worse")
    if worse:
        result.append(_secure(need, worse))
    stale = tuple(each for each in found if each.kind == "stale")
    if stale:
        result.append(_requalify(need, stale, now))
    return result


def is_spoken(alert: Alert, said: Said | None, threshold: float, today: date) -> bool:
    """Return whether an alert is worth a person's attention today.

    Parameters
    ----------
    threshold
        Money; below it an alert is silent, unless it is pressing.
    """
    kinds = {each.kind for each in alert.reasons}
    worth = alert.worth.expected if alert.worth is not None else 0.0
    if not alert.pressing and worth < threshold:
        return False
    if said is None:
        return True
    if said.snoozed is not None and today < said.snoozed:
        return False
    if said.snoozed is not None:
        return True
    return bool(kinds - said.kinds) or (
        not alert.pressing and worth >= (2.0 if said.dismissed or said.done else AGAIN) * said.worth
    )


# ---- a new event ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PriceToWin:
    """The price to win of a new event: `ln P ~ N(mean, variance)`, and of how many comparable prices."""

    mean: float
    variance: float
    count: int

    @property
    def expected(self) -> float:
        """The mean price."""
        return math.exp(self.mean + self.variance / 2)

    def quantile(self, share: float) -> float:
        """Return the price below which the event ends with probability `share`."""
        return math.exp(self.mean + math.sqrt(self.variance) * _NORMAL.inv_cdf(share))


def price_to_win(need: Need, now: Outlook, newcomers: int, today: date) -> PriceToWin | None:
    """Return what a new event would be expected to end at, None where there are too few comparable prices."""
    both = levels(need, now, today)
    share, own, error = SPECIFICATION, 0.0, 0.0
    if both is None:
        recent = level(now.prices, today - YEAR, today)
        if recent is None:
            return None
        share = 0.0  # nothing says how today's price stood to the others when it was agreed
    else:
        then, recent = both
        own = math.log(need.unit_price or 1.0) - then.centre
        error = then.error
    crowd = math.log(_lowest(now.bidders + newcomers, now.bid_spread) / _lowest(now.bidders, now.bid_spread))
    variance = recent.spread**2 * (1 - share**2) + recent.error**2 + (share * error) ** 2
    return PriceToWin(recent.centre + share * own + crowd, variance, recent.count)


def _lowest(bidders: float, spread: float) -> float:
    """The expected lowest of `bidders` bids against one: `∫ exp(σ z) n φ(z) (1 − Φ(z))^(n − 1) dz`.

    >>> round(_lowest(1, 0.1), 3), round(_lowest(3, 0.1), 3)
    (1.005, 0.921)
    """
    z = np.linspace(-8.0, 8.0, 3201)
    density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    above = np.array([0.5 * math.erfc(each / math.sqrt(2)) for each in z])
    weight = bidders * density * above ** (bidders - 1)
    return float(np.trapezoid(np.exp(spread * z) * weight, z) / np.trapezoid(weight, z))


def worth_of_event(need: Need, expected: PriceToWin) -> Worth:
    """Return what a new event is worth over the term of its contract, less its cost, switching and risk."""
    units = need.volume * need.term_years
    if units <= 0 or need.unit_price is None:
        return Worth(-need.event_cost, -need.event_cost, -need.event_cost)
    strike = need.unit_price - need.switch_cost / units
    if strike <= 0:
        return Worth(-need.event_cost, -need.event_cost, -need.event_cost)
    deviation = math.sqrt(expected.variance)
    d = (math.log(strike) - expected.mean) / deviation
    option = strike * _NORMAL.cdf(d) - expected.expected * _NORMAL.cdf(d - deviation)
    tail = (1 - INTERVAL) / 2
    low, high = (max(0.0, strike - expected.quantile(share)) * units - need.event_cost for share in (1 - tail, tail))
    return Worth(units * option - need.event_cost, low, high)


def _retender(need: Need, found: tuple[Finding, ...], now: Outlook, today: date) -> Alert:
    newcomers = sum(each.kind == "newcomer" for each in found)
    expected = price_to_win(need, now, newcomers, today) if need.unit_price else None
    has_notice = any(each.kind == "notice" for each in found)
    if expected is None:
        basis: tuple[Message, ...] = (_("Too few comparable prices to say what an event would save."),)
        return Alert(need.need, "retender", found, None, need.currency, basis, pressing=has_notice)
    tail = (1 - INTERVAL) / 2
    prices = {"today": f"{need.unit_price:,.2f}", "expected": f"{expected.expected:,.2f}",
              "low": f"{expected.quantile(tail):,.2f}", "high": f"{expected.quantile(1 - tail):,.2f}",
              "count": expected.count, "currency": need.currency}  # fmt: skip
    basis = (
        _("Today {today} {currency} a unit; a new event is expected to end at {expected} ({low} to {high}), by {count} "
          "comparable prices.", **prices),
        _("Less the event ({event}) and switching ({switch}); if it ends dear, today's supplier stays.",
          event=f"{need.event_cost:,.0f}", switch=f"{need.switch_cost:,.0f}"),
    )  # fmt: skip
    return Alert(need.need, "retender", found, worth_of_event(need, expected), need.currency, basis)


# ---- a supplier in use, and a backup -------------------------------------------------------------------------------


def _secure(need: Need, found: tuple[Finding, ...]) -> Alert:
    """What a second source would be worth: what the supplier's failure costs, times how much likelier it is now."""
    by_supplier = {each.supplier: each.figures for each in found}
    listed = any(each.figures.get("listed") for each in found)
    lost = 0.0
    variance = 0.0
    for figures in by_supplier.values():
        lost += max(0.0, figures["after"] - figures["before"])
        variance += figures["after"] * (1 - figures["after"]) / (figures.get("contracts", 0.0) + 11)
    cost = need.failure()
    if listed:
        basis = _("If it is on the list, its contract has to end, which costs {cost}. Say whether it is: "
                  "secondsource market screen.", cost=f"{cost:,.0f}")  # fmt: skip
        return Alert(need.need, "secure", found, None, need.currency, (basis,), pressing=True)
    reach = _NORMAL.inv_cdf(0.5 + INTERVAL / 2) * math.sqrt(variance)
    worth = Worth(cost * lost, cost * max(0.0, lost - reach), cost * min(1.0, lost + reach))
    basis = _("A failure costs {cost}; it is {points} points likelier than it was.",
              cost=f"{cost:,.0f}", points=f"{100 * lost:.1f}")  # fmt: skip
    return Alert(need.need, "secure", found, worth, need.currency, (basis,))


def _requalify(need: Need, found: tuple[Finding, ...], now: Outlook) -> Alert:
    """What looking at the backup again is worth: both fail, and nobody knew: `q · (1 − (1 − h)^years) · cost`."""
    standing = (now.standings or {}).get(need.supplier)
    fails = now.failure_probability(standing) if standing else now.failure_rate
    days = [each.figures["days"] for each in found]
    expected, low, high = (fails * need.failure() * _absent(days, rate) for rate in (VANISHES, *VANISHES_RANGE))
    basis = _("With probability {fails} the supplier fails, and with {absent} the backup is not there any more.",
              fails=f"{fails:.1%}", absent=f"{_absent(days, VANISHES):.0%}")  # fmt: skip
    return Alert(need.need, "requalify", found, Worth(expected, low, high), need.currency, (basis,))


def _absent(days: Sequence[float], rate: float) -> float:
    """The probability that every backup is gone, each without a sign for so many days."""
    return math.prod(1.0 - math.pow(1 - rate, each / 365) for each in days)


def merged(before: Iterable[Finding], fresh: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the reasons that hold now: what happened before and goes on counting, and what is found now.

    Newcomers and suppliers that got worse go on counting; prices, dates and stale evidence are seen anew at each look.
    """
    found: dict[tuple[str, str, str], Finding] = {}
    for each in (*(each for each in before if each.kind in LASTING), *fresh):
        what = each.said.template + str(dict(each.said.values).get("what", "")) if each.kind == "worse" else ""
        found[each.kind, each.supplier, what] = each
    return tuple(found.values())
