"""The price at which a losing bid enters the best plan, and that above which a winning one loses; not for sending.

Both are the factor on all prices of a bid at which two plans cost the same: one that gives it more, one that gives it
less. From the plans on both sides the factor at which they break even is taken, the best plan is found there, and it
replaces one of the two, until the best plan there costs no less than they do (Dinkelbach 1967, "On nonlinear
fractional programming", doi 10.1287/mnsc.13.7.492; every step is a plan, a handful is enough).
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import numpy as np

from secondsource.advice.dependence import Told
from secondsource.advice.interval import FLOATS, INFINITY, Interval
from secondsource.language import Message, _
from secondsource.optimise.account import account
from secondsource.optimise.decisions import Decisions
from secondsource.optimise.replan import Standing, stand
from secondsource.optimise.verify import broken_promises
from secondsource.problem import change
from secondsource.problem.links import link
from secondsource.problem.plan import Plan
from secondsource.problem.tables import Problem
from secondsource.solver.highs import Limits

Kind = Literal["offer", "package"]
STEPS = 12
"""Plans that the search of one price may take."""
FAR = (Fraction(2), Fraction(10), Fraction(100))
"""Factors at which a winner is expected to lose volume, if any price makes it."""
WIDTH = Fraction(1, 10_000)
"""Factors so near to each other end a search by halves."""
DIGITS = Decimal("1e-12")
ALIKE = Fraction(1, 10**7)
"""Share of a cost within which two plans cost the same while the search goes on: the rest is in the interval."""


@dataclass(frozen=True)
class Bid:
    """An offer or package, by its row."""

    kind: Kind
    row: int


@dataclass(frozen=True)
class PriceToWin:
    """Where a bid stands, and which price would change that.

    Attributes
    ----------
    items
        What it offers.
    price
        Its unit price (of a package, its price) in `currency`; with price breaks, that of the first units.
    quantity
        Units that the plan awards it (1 for a package that is taken).
    threshold
        Losing: the price at which it enters the best plan. Winning: the price above which it loses volume. None where
        no price does that; the endless interval where no price is too high.
    factor
        The same as a factor on all its prices.
    quantity_then
        Units that it has on the other side of the threshold.
    bids
        How many suppliers bid for the item (of a package, for the item with the fewest).
    why
        Why there is no such price; "" otherwise.
    """

    bid: str
    kind: Kind
    supplier: str
    items: tuple[str, ...]
    currency: str
    price: Decimal
    quantity: Decimal
    threshold: Interval | None
    factor: Interval | None
    quantity_then: Decimal | None
    bids: int
    why: Message | str = ""

    @property
    def wins(self) -> bool:
        """Whether the plan awards it anything."""
        return self.quantity > 0


@dataclass(frozen=True)
class PricesToWin:
    """Where each bid stands."""

    plan: Plan
    bids: tuple[PriceToWin, ...]
    seconds: float


def prices_to_win(
    problem: Problem,
    limits: Limits,
    *,
    suppliers: Iterable[str] = (),
    items: Iterable[str] = (),
    version: str = "",
    told: Told | None = None,
) -> PricesToWin:
    """Return the price to win of each losing bid, and the price to lose of each winning one; not of our own plants.

    Parameters
    ----------
    suppliers, items
        Only bids of these suppliers and for these items; all where empty.
    """
    began = time.monotonic()
    base = stand(problem, limits, version=version)
    if base.decisions is None:
        return PricesToWin(base.plan, (), time.monotonic() - began)
    wanted, named = set(suppliers), set(items)
    bids = [
        bid
        for bid in _bids(base)
        if (not wanted or _supplier(problem, bid) in wanted) and (not named or named & set(_items(problem, bid)))
    ]
    found = []
    for number, bid in enumerate(bids, 1):
        found.append(_price(base, bid, limits))
        if told is not None:
            told(number, len(bids))
    order = {name: place for place, name in enumerate(problem.items.item)}
    found.sort(key=lambda each: (min(order[item] for item in each.items), -each.quantity, each.price, each.bid))
    return PricesToWin(base.plan, tuple(found), time.monotonic() - began)


def _bids(base: Standing) -> list[Bid]:
    """Admitted bids of others that can be awarded, of items that are needed."""
    net, links = base.frame.network, base.frame.links
    open_to = net.awardable & ~links.supplier_own[net.supplier] & (net.need_max[net.item] > 0)
    bids = [Bid("offer", int(row)) for row in net.offers[open_to]]
    return bids + [Bid("package", int(row)) for row in net.packages[~links.supplier_own[net.package_supplier]]]


def _supplier(problem: Problem, bid: Bid) -> str:
    return problem.offers.supplier[bid.row] if bid.kind == "offer" else problem.packages.supplier[bid.row]


def _items(problem: Problem, bid: Bid) -> tuple[str, ...]:
    if bid.kind == "offer":
        return (problem.offers.item[bid.row],)
    name, rows = problem.packages.package[bid.row], problem.package_items
    return tuple(item for package, item in zip(rows.package, rows.item, strict=True) if package == name)


def at_factor(problem: Problem, bid: Bid, factor: Decimal) -> Problem:
    """Return the problem with all prices of a bid multiplied; a `backup_unit_price` of its own stays as it is."""

    def scaled(prices: Iterable[Decimal | None], which: Iterable[bool]) -> list[Decimal | None]:
        both = zip(prices, which, strict=True)
        return [price * factor if price is not None and here else price for price, here in both]

    if bid.kind == "package":
        prices = scaled(problem.packages.price, (row == bid.row for row in range(len(problem.packages))))
        return replace(problem, packages=change.with_columns(problem.packages, {"price": prices}), sha256="")
    name = problem.offers.offer[bid.row]
    unit = scaled(problem.offers.unit_price, (row == bid.row for row in range(len(problem.offers))))
    breaks = scaled(problem.price_breaks.unit_price, (offer == name for offer in problem.price_breaks.offer))
    return replace(
        problem,
        offers=change.with_columns(problem.offers, {"unit_price": unit}),
        price_breaks=change.with_columns(problem.price_breaks, {"unit_price": breaks}),
        sha256="",
    )


def _volume(decisions: Decisions, bid: Bid) -> Fraction:
    """Units of the bid that are awarded."""
    if bid.kind == "package":
        return Fraction(bid.row in decisions.packages)
    return decisions.awards.get(bid.row, Fraction(0))


class _Search:
    """The factor at which a bid's volume changes, between two plans."""

    def __init__(self, base: Standing, bid: Bid, limits: Limits) -> None:
        self.base, self.bid, self.limits = base, bid, limits
        self.more = self.less = base.decisions or Decisions({}, {}, frozenset(), {})
        self.now = _volume(self.more, bid)
        measures = base.problem.rules.measure
        self.limits_spend = any(measures[rule] == "spend" for rule in base.frame.admission.rules)

    def cost(self, decisions: Decisions, factor: Fraction) -> Fraction:
        """Return what decisions cost, exactly, with the bid's prices at a factor."""
        problem = at_factor(self.base.problem, self.bid, _decimal(factor))
        return account(problem, link(problem), decisions, self.base.frame.failures).total

    def best(self, factor: Fraction) -> Standing:
        """Return the best plan with the bid's prices at a factor."""
        problem = at_factor(self.base.problem, self.bid, _decimal(factor))
        return stand(problem, self.limits, start=self.base.point, near=self.base, version=self.base.plan.version)

    def break_even(self, more: Decisions, less: Decisions, low: Fraction, high: Fraction) -> Fraction:
        """Return the factor from `low` to `high` at which the plan with more volume stops being the cheaper one."""

        def excess(factor: Fraction) -> Fraction:
            return self.cost(more, factor) - self.cost(less, factor)

        at_low, at_high = excess(low), excess(high)
        for _step in range(60):
            if at_low >= 0 or at_high <= 0 or at_low == at_high:
                break
            middle = _rounded(low - at_low * (high - low) / (at_high - at_low))
            here = excess(middle)
            if abs(here) <= ALIKE / 1000 * abs(self.cost(less, middle)) or not low < middle < high:
                return middle
            if here < 0:
                low, at_low = middle, here
            else:
                high, at_high = middle, here
        return low if at_low >= 0 else high

    def run(self, more: Decisions, less: Decisions, low: Fraction, high: Fraction) -> Interval:
        """Return between what the factor lies at which the volume changes.

        `more` is best at the factor `low`, `less` at `high`; afterwards they are the plans on both sides.
        """
        open_bound = Fraction(0)
        factor = high
        for _step in range(STEPS):
            factor = self.break_even(more, less, low, high)
            if self.limits_spend and not (self.allows(more, factor) and self.allows(less, factor)):
                return self._halved(more, less, low, high)
            found = self.best(factor)
            cost = self.cost(more, factor)
            if found.decisions is None or found.plan.cost is None:
                break
            bound = Fraction(found.plan.bound) if found.plan.bound is not None else Fraction(0)
            open_bound = max(Fraction(0), cost - bound)
            if cost - self.cost(found.decisions, factor) <= ALIKE * abs(cost):
                break
            if self._has_more(found.decisions):
                more, low = found.decisions, factor
            else:
                less, high = found.decisions, factor
        self.more, self.less = more, less
        return self._sure(more, less, factor, open_bound)

    def allows(self, decisions: Decisions, factor: Fraction) -> bool:
        """Return whether decisions keep to the rules on spend with the bid's prices at a factor."""
        problem = at_factor(self.base.problem, self.bid, _decimal(factor))
        links, failures = link(problem), self.base.frame.failures
        book = account(problem, links, decisions, failures)
        return not broken_promises(problem, links, decisions, book, failures)

    def _halved(self, more: Decisions, less: Decisions, low: Fraction, high: Fraction) -> Interval:
        """Halve the way between two factors: where prices decide what a rule on spend allows, nothing breaks even."""
        while high - low > WIDTH:
            middle = _rounded((low + high) / 2)
            found = self.best(middle).decisions
            if found is None or not self._has_more(found):
                less, high = found or less, middle
            else:
                more, low = found, middle
        self.more, self.less = more, less
        return Interval(_decimal(low), _decimal(high))

    def _has_more(self, found: Decisions) -> bool:
        """Whether a plan gives the bid more than the threshold leaves it: anything to a loser, all to a winner."""
        volume, now = _volume(found, self.bid), self.now
        return volume >= now * (1 - ALIKE) if now else volume > 0

    def _sure(self, more: Decisions, less: Decisions, factor: Fraction, open_bound: Fraction) -> Interval:
        """The factors between which the change lies: what is not proved, over what the factor moves the two apart."""
        step = Fraction(1, 1000)
        apart = (
            self.cost(more, factor + step) - self.cost(less, factor + step)
            - self.cost(more, factor) + self.cost(less, factor)
        ) / step  # fmt: skip
        if apart <= 0:
            return Interval(Decimal(0), INFINITY)
        plan = self.base.plan
        rounding = Fraction(FLOATS) * abs(Fraction(plan.cost or 0))
        gap = Fraction(plan.cost or 0) - Fraction(plan.bound if plan.bound is not None else 0) + rounding
        found = open_bound + rounding
        below, above = (found, gap) if self.now else (gap, found)
        return Interval(_decimal(factor - below / apart), _decimal(factor + above / apart))


def _price(base: Standing, bid: Bid, limits: Limits) -> PriceToWin:
    """Where one bid stands."""
    problem, search = base.problem, _Search(base, bid, limits)
    now = search.now
    row = bid.row
    is_offer = bid.kind == "offer"
    price = (problem.offers.unit_price[row] if is_offer else problem.packages.price[row]) or Decimal(0)
    blank = PriceToWin(
        bid=problem.offers.offer[row] if is_offer else problem.packages.package[row],
        kind=bid.kind,
        supplier=_supplier(problem, bid),
        items=_items(problem, bid),
        currency=(problem.offers.currency[row] if is_offer else "") or problem.settings.currency,
        price=price,
        quantity=_quantity(now),
        threshold=None,
        factor=None,
        quantity_then=None,
        bids=min((_bidders(base, item) for item in _items(problem, bid)), default=0),
    )
    if price == 0:
        return replace(blank, why=_("its price is 0: a factor changes nothing"))
    if now > 0:
        far = next((found for factor in FAR if (found := _moved(search, now, factor)) is not None), None)
        if far is None:
            endless = Interval(INFINITY, INFINITY)
            return replace(blank, threshold=endless, factor=endless, why=_("no price is too high: it is not replaced"))
        sure = search.run(search.more, far[0], Fraction(1), far[1])
        then = _volume(search.less, bid)
    else:
        free = search.best(Fraction(0))
        if free.decisions is None or _volume(free.decisions, bid) == 0:
            return replace(blank, why=_("not even at a price of 0: its other costs or a limit keep it out"))
        sure = search.run(free.decisions, search.less, Fraction(0), Fraction(1))
        then = _volume(search.more, bid)
    return replace(blank, factor=sure, threshold=sure.times(price), quantity_then=_quantity(then))


def _moved(search: _Search, now: Fraction, factor: Fraction) -> tuple[Decisions, Fraction] | None:
    """The best plan at a factor, if the bid has less volume in it; None if not."""
    found = search.best(factor).decisions
    return (found, factor) if found is not None and _volume(found, search.bid) < now * (1 - ALIKE) else None


def _bidders(base: Standing, item: str) -> int:
    """How many suppliers, others than ourselves, have an admitted bid for an item."""
    net, links = base.frame.network, base.frame.links
    row = base.problem.items.position[item]
    offering = net.supplier[(net.item == row) & net.awardable]
    packing = net.package_supplier[net.delivery_package[net.delivery_item == row]]
    both = np.unique(np.concatenate([offering, packing]))
    return int((~links.supplier_own[both]).sum())


def _quantity(volume: Fraction) -> Decimal:
    return (Decimal(volume.numerator) / Decimal(volume.denominator)).quantize(Decimal("0.000001"))


def _decimal(factor: Fraction) -> Decimal:
    return (Decimal(factor.numerator) / Decimal(factor.denominator)).quantize(DIGITS)


def _rounded(factor: Fraction) -> Fraction:
    return Fraction(_decimal(factor))
