"""The cost parts of a plan by item, so that a report can add them up; not for the plan's total, which `account` makes.

Purchase, freight, duty, interest, defects and wages belong to the item of the award, fixed costs and fees of an offer
to its item, switching costs and expected failures to the item that they are about. What belongs to no single item
stays apart: packages of several items, fixed costs of suppliers, hiring, and rebates on the whole spend.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from secondsource.costing import parts
from secondsource.costing.costs import cost, moving
from secondsource.errors import InvalidInput
from secondsource.optimise.account import Account, account, group_risk
from secondsource.optimise.decisions import Decisions, read_plan
from secondsource.optimise.frame import Frame, frame
from secondsource.problem.plan import PARTS, Plan
from secondsource.problem.tables import Problem
from secondsource.units import to_micro

ZERO = Fraction(0)
MICRO = Decimal("0.000001")

Charge = tuple[int, str, Fraction]
"""Row of the item, cost part, amount."""


@dataclass(frozen=True)
class Attribution:
    """The cost parts of a plan by item; base currency, present value, to a millionth.

    Attributes
    ----------
    items
        Amounts by item and part, in the order of the problem; only what is not zero.
    rest
        By part, what belongs to no single item. Together with `items` it adds up to the plan's breakdown exactly.
    """

    items: Mapping[str, Mapping[str, Decimal]]
    rest: Mapping[str, Decimal]


def attribute(plan: Plan, problem: Problem) -> Attribution:
    """Return the plan's cost parts by item.

    A plan that names what the problem does not have, or of whose awards it cannot be told where they go, is not told
    apart: all of its cost is in `rest`.
    """
    exact: dict[int, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for item, part, amount in _charges(plan, problem):
        exact[item][part] += amount
    cells = {(item, part): to_micro(amount) for item in sorted(exact) for part, amount in exact[item].items() if amount}
    rest: dict[str, Decimal] = {}
    for part in PARTS:
        places = [key for key in cells if key[1] == part]
        left = plan.breakdown.get(part, Decimal(0)) - sum((cells[key] for key in places), Decimal(0))
        if places and abs(left) <= MICRO * (len(places) + 1):
            # What rounding to a millionth left over goes where it is felt least.
            cells[max(places, key=lambda key: abs(cells[key]))] += left
            left = Decimal(0)
        if left:
            rest[part] = left
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for (item, part), rounded in cells.items():
        found[problem.items.item[item]][part] = rounded
    return Attribution(found, rest)


def _charges(plan: Plan, problem: Problem) -> Iterator[Charge]:
    given = frame(problem)
    try:
        decisions = read_plan(problem, given.links, plan)
    except InvalidInput:
        return
    if any(offer not in decisions.awards for offer, _site in decisions.flows):
        return
    book = account(problem, given.links, decisions, given.failures)
    yield from _offers(given, decisions, book)
    yield from _packages(given, decisions)
    yield from _switching(given, decisions)
    factor = parts.present_value_factor(Fraction(problem.settings.discount_rate), problem.settings.horizon_years)
    for effect in book.failures:
        probability, recovery = group_risk(problem, given.links, effect.group)
        yield effect.item, "expected_failures", factor * probability * recovery * effect.extra


def _offers(given: Frame, decisions: Decisions, book: Account) -> Iterator[Charge]:
    """What the awards, their flows and the bookings cost."""
    problem, links = given.problem, given.links
    rows = np.array(sorted({*decisions.awards, *decisions.bookings}), dtype=np.int64)
    costs = cost(problem, links, rows, exact=True)
    place = {int(row): k for k, row in enumerate(rows)}
    factor: Fraction = costs.factor
    for offer, k in place.items():
        item = int(links.offer_item[offer])
        awarded, booked = decisions.awards.get(offer, ZERO), decisions.bookings.get(offer, ZERO)
        if awarded > 0 or booked > 0:
            yield item, "fixed", costs.fixed[k]
        yield item, "backup_fees", factor * booked * costs.backup_fee[k]
        if offer in decisions.awards:
            yield item, "purchase", factor * book.purchases[offer]
            yield item, "defects", factor * awarded * costs.defects[k]
            yield item, "wages", factor * awarded * costs.wages[k]
    flows = sorted(decisions.flows)
    senders = np.array([place[offer] for offer, _site in flows], dtype=np.int64)
    move = moving(problem, links, costs, senders, np.array([site for _offer, site in flows], dtype=np.int64))
    for k, key in enumerate(flows):
        item, units = int(links.offer_item[key[0]]), factor * decisions.flows[key]
        yield item, "freight", units * move.freight[k]
        yield item, "duty", units * move.duty[k]
        yield item, "interest", units * move.interest[k]


def _packages(given: Frame, decisions: Decisions) -> Iterator[Charge]:
    """The prices of the packages that hold one item only."""
    problem, links = given.problem, given.links
    factor = parts.present_value_factor(Fraction(problem.settings.discount_rate), problem.settings.horizon_years)
    for package in sorted(decisions.packages):
        contents = links.package_item_item[links.package_item_package == package].tolist()
        if len(set(contents)) == 1:
            yield contents[0], "purchase", factor * Fraction(problem.packages.price[package] or 0)


def _switching(given: Frame, decisions: Decisions) -> Iterator[Charge]:
    """Volume taken away from the incumbents of each item."""
    problem, links = given.problem, given.links
    volume: dict[tuple[int, int], Fraction] = defaultdict(Fraction)
    for offer, quantity in decisions.awards.items():
        volume[int(links.offer_item[offer]), int(links.offer_supplier[offer])] += quantity
    for row, package in enumerate(links.package_item_package.tolist()):
        if package in decisions.packages:
            delivered = int(links.package_item_item[row]), int(links.package_supplier[package])
            volume[delivered] += Fraction(problem.package_items.quantity[row] or 0)
    table = problem.incumbents
    for row, (item, supplier) in enumerate(
        zip(links.incumbent_item.tolist(), links.incumbent_supplier.tolist(), strict=True)
    ):
        demand = Fraction(problem.items.demand[item] or 0)
        now = volume[item, supplier] / demand if demand else ZERO
        held, dear = Fraction(table.share[row] or 0), Fraction(table.switch_cost[row] or 0)
        yield item, "switching", parts.switching(dear, held, now)
