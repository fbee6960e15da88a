"""What today's suppliers would cost for the same volume, and what a plan saves against them; not for keeping them.

The baseline of an item is its demand at the shares that its incumbents have today, each at the best price of its own
offers for that volume. It is counted as awards are (purchase before rebates, freight, duty, interest, defects and
wages, in present value), so that the saving is the baseline less what the plan's awards of the item cost. Fixed costs,
hiring, switching, fees of backups and expected failures stand in the plan's cost parts, and are in neither.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from secondsource.language import Message, _
from secondsource.optimise.account import account
from secondsource.optimise.decisions import Decisions
from secondsource.problem.links import Links, link
from secondsource.problem.plan import Plan
from secondsource.problem.tables import Problem
from secondsource.units import to_micro

LEAST_SHARE = Fraction(999, 1000)
"""Shares of today's suppliers that add up to this much are the whole: thirds are written as 0.333."""


@dataclass(frozen=True)
class Today:
    """What one of today's suppliers would cost: its share (0..1), its offer, and present value in base currency."""

    supplier: str
    share: Decimal
    offer: str
    cost: Decimal


@dataclass(frozen=True)
class ItemBaseline:
    """One item that has incumbents.

    Attributes
    ----------
    today
        Its suppliers of today; empty where they cannot be priced.
    cost, awarded
        Baseline and the plan's awards, base currency, present value, equal volume; None where they do not compare.
    why
        Why they do not compare; "" where they do.
    """

    item: str
    today: tuple[Today, ...]
    cost: Decimal | None
    awarded: Decimal | None
    why: Message | str = ""

    @property
    def saving(self) -> Decimal | None:
        """Baseline less awards; below zero where the plan pays more for the item than today's suppliers would ask."""
        return None if self.cost is None or self.awarded is None else self.cost - self.awarded


def baseline(plan: Plan, problem: Problem) -> tuple[ItemBaseline, ...]:
    """Return the baseline of each item that has incumbents, in the order of the problem; empty where none has."""
    if not len(problem.incumbents):
        return ()
    links = link(problem)
    held: dict[int, dict[int, Fraction]] = defaultdict(dict)
    rows = zip(links.incumbent_item.tolist(), links.incumbent_supplier.tolist(), strict=True)
    for row, (item, supplier) in enumerate(rows):
        held[item][supplier] = Fraction(problem.incumbents.share[row] or 0)
    prices = _prices(problem, links, held)
    return tuple(_item(plan, problem, links, item, held[item], prices) for item in sorted(held))


def _prices(
    problem: Problem, links: Links, held: Mapping[int, Mapping[int, Fraction]]
) -> Mapping[tuple[int, int], tuple[int, Fraction]]:
    """The cheapest offer of each incumbent of an item, and what its share would cost."""
    awards: dict[int, Fraction] = {}
    for offer, (item, supplier) in enumerate(
        zip(links.offer_item.tolist(), links.offer_supplier.tolist(), strict=True)
    ):
        share = held.get(item, {}).get(supplier)
        if share and not problem.offers.backup_only[offer]:
            awards[offer] = share * Fraction(problem.items.demand[item] or 0)
    flows = {(offer, int(links.item_site[links.offer_item[offer]])): units for offer, units in awards.items()}
    decisions = Decisions(awards, {}, frozenset(), flows)
    costs = account(problem, links, decisions, np.zeros(len(problem.items), dtype=np.int64)).award_costs
    found: dict[tuple[int, int], tuple[int, Fraction]] = {}
    for offer in awards:
        key = int(links.offer_item[offer]), int(links.offer_supplier[offer])
        if key not in found or costs[offer] < found[key][1]:
            found[key] = offer, costs[offer]
    return found


def _item(
    plan: Plan,
    problem: Problem,
    links: Links,
    item: int,
    shares: Mapping[int, Fraction],
    prices: Mapping[tuple[int, int], tuple[int, Fraction]],
) -> ItemBaseline:
    name = problem.items.item[item]
    unpriced = [problem.suppliers.supplier[supplier] for supplier in shares if (item, supplier) not in prices]
    if unpriced:
        return ItemBaseline(name, (), None, None, _("no offer of {suppliers}", suppliers=", ".join(unpriced)))
    today = tuple(
        Today(
            problem.suppliers.supplier[supplier],
            to_micro(share),
            problem.offers.offer[prices[item, supplier][0]],
            to_micro(prices[item, supplier][1]),
        )
        for supplier, share in shares.items()
    )
    why = _difference(plan, problem, links, item, shares, [prices[item, supplier][0] for supplier in shares])
    if why:
        return ItemBaseline(name, today, None, None, why)
    awarded = sum((award.cost for award in plan.awards if award.item == name), Decimal(0))
    return ItemBaseline(name, today, sum((each.cost for each in today), Decimal(0)), awarded)


def _difference(
    plan: Plan, problem: Problem, links: Links, item: int, shares: Mapping[int, Fraction], offers: Sequence[int]
) -> Message | str:
    """Why today's awards and the plan's do not compare; "" where they do."""
    name = problem.items.item[item]
    total = sum(shares.values(), Fraction(0))
    if total < LEAST_SHARE:
        percent = round(total * 100)
        return _("who has the rest of it is not said: today's suppliers have {percent} %", percent=percent)
    taken = {package.package for package in plan.packages}
    contents = zip(problem.package_items.package, problem.package_items.item, strict=True)
    if any(package in taken and held == name for package, held in contents):
        return _("a package delivers some of it, at one price for all that it holds")
    awarded = [problem.offers.position[award.offer] for award in plan.awards if award.item == name]
    has_parts = item in links.bom_parent
    if has_parts and len({problem.offers.turnkey[offer] for offer in (*offers, *awarded)}) > 1:
        return _("some of these offers include the parts, and others do not")
    return ""
