"""Who could dictate terms: what losing each supplier costs, and where one more source would help; not for prices.

Losing a supplier *for good* is the best plan without it, with the market as it is, beside the plan that stands. Losing
it *tomorrow* is its failure under the plan that stands, with only what is booked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np

from secondsource.advice.interval import Interval, difference
from secondsource.arrays import Booleans
from secondsource.language import Message
from secondsource.optimise.explain import explain
from secondsource.optimise.replan import Standing, stand, without_offers
from secondsource.problem import change
from secondsource.problem.plan import Failure, Plan, Relaxation
from secondsource.problem.tables import Problem, Table
from secondsource.solver.highs import Limits

MOST_SECONDS = 20.0
"""For finding out why there is no plan without a supplier."""

Told = Callable[[int, int], None]
"""Called with how many questions are answered, of how many."""


@dataclass(frozen=True)
class ItemDependence:
    """What losing a supplier for one item alone costs.

    Attributes
    ----------
    quantity
        Units that the plan awards it, packages included.
    for_good
        Cost of the best plan in which it has no part of the item, minus the plan's.
    is_only_source
        Whether nobody else is admitted to the item.
    """

    item: str
    quantity: Decimal
    for_good: Interval
    is_only_source: bool


@dataclass(frozen=True)
class Dependence:
    """What losing one supplier costs.

    Attributes
    ----------
    spend
        What its awards and packages cost in the plan, present value.
    backs
        Items that it is booked as backup for.
    for_good
        Cost of the best plan without it minus the plan's: what it could ask for.
    less_protected
        Items that survive fewer failures once it is gone: that is not in the amount.
    conflict, way_out
        Where no plan does without it: what cannot hold together then, and the cheapest single change that helps, its
        cost that of the plan then made.
    unprotected
        Where no plan does without it: what losing it costs if the items that it delivers or backs need no backups.
    tomorrow
        What one failure of its risk group costs with only what is booked: undiscounted; None where the plan is not
        asked to survive it (it may not fail, or holds no award).
    missing
        Units that nobody would deliver tomorrow, by item, over the time that the failure lasts.
    unpriced
        Items of these that have no `shortage_cost`, so that their loss is in no amount.
    probability
        That its risk group fails within the horizon.
    together_with
        Other suppliers of its risk group, which fail with it.
    """

    supplier: str
    own: bool
    spend: Decimal
    backs: tuple[str, ...]
    for_good: Interval
    less_protected: tuple[str, ...]
    conflict: tuple[Message | str, ...]
    way_out: Relaxation | None
    unprotected: Interval | None
    tomorrow: Decimal | None
    missing: tuple[tuple[str, Decimal], ...]
    unpriced: tuple[str, ...]
    probability: Decimal
    together_with: tuple[str, ...]
    items: tuple[ItemDependence, ...]


@dataclass(frozen=True)
class SourceSought:
    """What one more qualified source of an item would be worth.

    Attributes
    ----------
    like
        The offer that the newcomer is taken to match in every column, from a firm that fails alone.
    worth
        Cost of the plan minus that of the best plan with the newcomer.
    ends_exposure
        Whether an exposure of the plan ends with it.
    more_protected
        Whether the item then survives more failures: backups for that are paid in the amount.
    """

    item: str
    like: str
    supplier: str
    worth: Interval
    ends_exposure: bool
    more_protected: bool


@dataclass(frozen=True)
class Dependences:
    """Who could dictate terms to us, and what would change that; the costliest loss first."""

    plan: Plan
    suppliers: tuple[Dependence, ...]
    sources: tuple[SourceSought, ...]
    seconds: float


def dependences(
    problem: Problem, limits: Limits, *, per_item: bool = True, version: str = "", told: Told | None = None
) -> Dependences:
    """Return what losing each supplier of the best plan costs, and what one more source of each item is worth.

    Parameters
    ----------
    limits
        Of each plan.
    per_item
        Also lose each supplier for one item at a time, and look for one more source of each item.
    """
    began = time.monotonic()
    base = stand(problem, limits, version=version)
    if base.decisions is None:
        return Dependences(base.plan, (), (), time.monotonic() - began)
    suppliers = _suppliers_of(base.plan)
    items = [name for name, need in base.plan.needs.items() if need] if per_item else []
    count = len(suppliers) + len(items)

    def counted(answers: Iterator[Any], before: int) -> Iterator[Any]:
        for number, each in enumerate(answers, before + 1):
            if told is not None:
                told(number, count)
            yield each

    lost = list(counted((_dependence(base, name, limits, per_item) for name in suppliers), 0))
    sought = list(counted((one_more(base, item, limits) for item in items), len(suppliers)))
    return Dependences(
        base.plan,
        tuple(sorted(lost, key=_rank)),
        tuple(sorted((each for each in sought if each), key=lambda each: (-each.worth.middle, not each.ends_exposure))),
        time.monotonic() - began,
    )


def _rank(each: Dependence) -> tuple[Decimal, Decimal, Decimal, str]:
    """The costliest loss first; what we own, and cannot lose to a rival, last among equals."""
    without = each.for_good if each.unprotected is None else each.unprotected
    own = Decimal(1) if each.own else Decimal(0)
    return -without.middle, own, -(each.tomorrow or Decimal(0)), each.supplier


def _suppliers_of(plan: Plan) -> list[str]:
    """Every supplier with an award, a package or a booking."""
    names = [each.supplier for each in plan.awards] + [each.supplier for each in plan.packages]
    return list(dict.fromkeys(names + [each.supplier for each in plan.backups]))


def _dependence(base: Standing, supplier: str, limits: Limits, per_item: bool) -> Dependence:
    problem, plan = base.problem, base.plan
    row = problem.suppliers.position[supplier]
    offers = base.frame.links.offer_supplier == row
    packages = base.frame.links.package_supplier == row
    alone = lose(base, offers, packages, limits)
    group = base.frame.links.groups[int(base.frame.links.supplier_group[row])]
    failure = next((each for each in plan.failures if each.group == group and supplier in each.suppliers), None)
    missing = () if failure is None else _missing(failure)
    impossible = alone.plan.status == "infeasible"
    why = explain(change.without_suppliers(problem, [supplier]), _seconds(limits)) if impossible else None
    return Dependence(
        supplier=supplier,
        own=bool(base.frame.links.supplier_own[row]),
        spend=sum((each.cost for each in plan.awards if each.supplier == supplier), Decimal(0))
        + sum((each.price for each in plan.packages if each.supplier == supplier), Decimal(0)),
        backs=tuple(dict.fromkeys(each.item for each in plan.backups if each.supplier == supplier)),
        for_good=difference(alone.plan, plan),
        less_protected=_less_protected(base, alone),
        conflict=() if why is None else why.conflict,
        way_out=None if why is None else next((way for way in why.ways_out if way.cost is not None), None),
        unprotected=_unprotected(base, supplier, limits) if impossible else None,
        tomorrow=None if failure is None else failure.extra_cost * failure.recovery_share,
        missing=missing,
        unpriced=() if failure is None else failure.unpriced,
        probability=Decimal(0) if failure is None else failure.probability,
        together_with=() if failure is None else tuple(each for each in failure.suppliers if each != supplier),
        items=tuple(_per_item(base, row, alone.plan, limits)) if per_item else (),
    )


def lose(base: Standing, offers: Booleans, packages: Booleans, limits: Limits) -> Standing:
    """Return the best plan that uses none of some offers and packages, with the market as it is otherwise.

    Parameters
    ----------
    offers, packages
        Which of the problem's rows are gone, `(offers,)` and `(packages,)`.
    """
    found = without_offers(base, offers, packages, limits)
    if found is not None:
        return found
    gone = (np.flatnonzero(offers).tolist(), np.flatnonzero(packages).tolist())
    return stand(change.without_offers(base.problem, *gone), limits, near=base, version=base.plan.version)


def _unprotected(base: Standing, supplier: str, limits: Limits) -> Interval:
    """What losing the supplier costs if the items that it delivers or backs need no backups."""
    touched = _quantities(base, supplier)
    items = base.problem.items
    backups = [Decimal(0) if name in touched else was for name, was in zip(items.item, items.backups, strict=True)]
    problem = change.without_suppliers(base.problem, [supplier])
    problem = replace(problem, items=change.with_columns(items, {"backups": backups}))
    return difference(stand(problem, limits, near=base, version=base.plan.version).plan, base.plan)


def _seconds(limits: Limits) -> float:
    """Seconds in which to find out why there is no plan."""
    return MOST_SECONDS if limits.seconds is None else min(limits.seconds, MOST_SECONDS)


def _missing(failure: Failure) -> tuple[tuple[str, Decimal], ...]:
    """Units that nobody takes over, over the time that the failure lasts."""
    short = ((item, lost - failure.covered.get(item, Decimal(0))) for item, lost in failure.lost.items())
    return tuple((item, units * failure.recovery_share) for item, units in short if units > 0)


def _less_protected(base: Standing, other: Standing) -> tuple[str, ...]:
    """Needed items that the other plan guards against fewer failures."""
    if other.decisions is None:
        return ()
    fewer = other.frame.failures < base.frame.failures
    names = base.problem.items.item
    return tuple(name for name, less in zip(names, fewer, strict=True) if less and other.plan.needs.get(name))


def _per_item(base: Standing, supplier: int, without: Plan, limits: Limits) -> Iterator[ItemDependence]:
    """What losing the supplier for each item costs of which it has an award, package or booking."""
    links, net, problem = base.frame.links, base.frame.network, base.problem
    name = problem.suppliers.supplier[supplier]
    quantities = _quantities(base, name)
    offered = set(links.offer_item[links.offer_supplier == supplier].tolist())
    offered |= set(links.package_item_item[links.package_supplier[links.package_item_package] == supplier].tolist())
    for item, quantity in quantities.items():
        row = problem.items.position[item]
        others = bool(((net.item == row) & (net.supplier != supplier) & net.awardable).any()) or bool(
            ((net.delivery_item == row) & (net.package_supplier[net.delivery_package] != supplier)).any()
        )
        if len(offered) == 1:
            yield ItemDependence(item, quantity, difference(without, base.plan), not others)
            continue
        delivering = links.package_item_package[links.package_item_item == row]
        packages = np.isin(np.arange(len(problem.packages)), delivering) & (links.package_supplier == supplier)
        offers = (links.offer_supplier == supplier) & (links.offer_item == row)
        found = lose(base, offers, packages, limits)
        yield ItemDependence(item, quantity, difference(found.plan, base.plan), not others)


def _quantities(base: Standing, supplier: str) -> dict[str, Decimal]:
    """Units of each item that the supplier delivers or (0 units) is booked for."""
    found: dict[str, Decimal] = {}
    for award in base.plan.awards:
        if award.supplier == supplier:
            found[award.item] = found.get(award.item, Decimal(0)) + award.quantity
    taken = {each.package for each in base.plan.packages if each.supplier == supplier}
    rows = base.problem.package_items
    for package, item, quantity in zip(rows.package, rows.item, rows.quantity, strict=True):
        if package in taken:
            found[item] = found.get(item, Decimal(0)) + (quantity or 0)
    for booking in base.plan.backups:
        if booking.supplier == supplier:
            found.setdefault(booking.item, Decimal(0))
    return found


def one_more(base: Standing, item: str, limits: Limits) -> SourceSought | None:
    """What a newcomer like the item's cheapest bought offer would be worth; None where nothing is bought."""
    offer = _cheapest(base, item)
    if offer is None:
        return None
    problem = base.problem
    found = stand(with_twin(problem, offer), limits, near=base, version=base.plan.version)
    row = problem.items.position[item]
    exposed = {each.item for each in base.plan.exposures} - {each.item for each in found.plan.exposures}
    return SourceSought(
        item=item,
        like=problem.offers.offer[offer],
        supplier=problem.offers.supplier[offer],
        worth=difference(base.plan, found.plan),
        ends_exposure=item in exposed,
        more_protected=bool(found.frame.failures[row] > base.frame.failures[row]),
    )


def _cheapest(base: Standing, item: str) -> int | None:
    """Row of the bought offer with the lowest cost per unit in the plan, else of the lowest price offered."""
    rows = base.problem.offers.position
    awarded = [(each.unit_cost, rows[each.offer]) for each in base.plan.awards if each.item == item and not each.own]
    if awarded:
        return min(awarded)[1]
    net, links = base.frame.network, base.frame.links
    bought = net.awardable & (net.item == base.problem.items.position[item]) & ~links.supplier_own[net.supplier]
    prices = base.frame.costs.unit_price
    places = np.flatnonzero(bought)
    return int(net.offers[places[np.argmin(prices[places])]]) if len(places) else None


def with_twin(problem: Problem, offer: int) -> Problem:
    """Return the problem with a second firm that makes the same offer: same price, place, quality and capacity.

    The firm is like the first in every column, but fails alone.
    """
    supplier = problem.offers.supplier[offer]
    twin = _unused(supplier, problem.suppliers.supplier)
    name = problem.offers.offer[offer]
    second = _unused(name, problem.offers.offer)
    firm = problem.suppliers.row(problem.suppliers.position[supplier]) | {"supplier": twin, "risk_group": twin}
    firm |= {"capacity": problem.suppliers.capacity[problem.suppliers.position[supplier]]}
    return replace(
        problem,
        suppliers=change.with_rows(problem.suppliers, [firm]),
        levels=_copied(problem.levels, "supplier", supplier, twin),
        roles=_copied(problem.roles, "supplier", supplier, twin),
        offers=change.with_rows(problem.offers, [problem.offers.row(offer) | {"offer": second, "supplier": twin}]),
        price_breaks=_copied(problem.price_breaks, "offer", name, second),
        staffing=_copied(problem.staffing, "offer", name, second),
        sha256="",
    )


def _copied(table: Any, column: str, name: str, second: str) -> Any:
    """The table with the rows of `name` once more under the name `second`."""
    given: Table = table
    keys = getattr(given, column)
    rows = [given.row(row) | {column: second} for row in range(len(given)) if keys[row] == name]
    return change.with_rows(given, rows)


def _unused(name: str, names: tuple[str, ...]) -> str:
    """A name like `name` that is not among `names`."""
    second = f"{name} (another)"
    while second in names:
        second += "'"
    return second
