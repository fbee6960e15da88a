"""Sections 3 and 4 of "What a plan is" for the plain program: backups for every set of failures, and their cost."""

from __future__ import annotations

from itertools import combinations

from .costs import cost_of_award, costs_per_unit
from .linear import Linear, add_up
from .model import Model, failing_groups, is_short, planned_failures
from .tables import Item, Offer, Package

PARTS = ("freight", "duty", "interest", "defects", "wages")


def survive(model: Model) -> None:
    """Demand bookings outside every set of groups that may fail at once, for what is lost in it."""
    p, tables = model.program, model.tables
    for item in tables.items.values():
        if tables.strict and is_short(tables, item):
            p.equal(model.is_needed[item.item], 0)
            for package in tables.packages_of(item.item):
                p.equal(model.taken[package.package], 0)
        failures = planned_failures(tables, item)
        groups = failing_groups(tables, item.item)
        if failures == 0 or not groups:
            continue
        for failing in combinations(groups, min(failures, len(groups))):
            backups = add_up(model.r[o.offer] for o in _standing(model, item, failing))
            lost = add_up(flow for group in failing for _, flow in _lost(model, item, group))
            p.at_least(backups, tables.cover * lost)


def _standing(model: Model, item: Item, failing: tuple[str, ...]) -> list[Offer]:
    """Offers of the item that may deliver a takeover when the groups fail."""
    suppliers = model.tables.suppliers
    return [o for o in model.tables.offers_of(item.item) if suppliers[o.supplier].risk_group not in failing]


def _lost_offers(model: Model, item: Item, group: str) -> list[Offer]:
    return [o for o in model.tables.offers_of(item.item) if _fails(model, o.supplier, group)]


def _lost_packages(model: Model, item: Item, group: str) -> list[Package]:
    return [q for q in model.tables.packages_of(item.item) if _fails(model, q.supplier, group)]


def _fails(model: Model, supplier: str, group: str) -> bool:
    row = model.tables.suppliers[supplier]
    return row.risk_group == group and row.may_fail


def _lost(model: Model, item: Item, group: str) -> list[tuple[str, Linear]]:
    """What of the item is lost when the group fails: to which site, how much."""
    lost = [way for offer in _lost_offers(model, item, group) for way in model.ways(offer.offer)]
    for package in _lost_packages(model, item, group):
        lost.append((item.site, model.taken[package.package] * package.quantities[item.item]))
    return lost


def expected_cost(model: Model) -> Linear:
    """Return the expected cost of single failures, undiscounted."""
    tables, parts = model.tables, []
    for group in sorted({s.risk_group for s in tables.suppliers.values() if s.may_fail}):
        members = [s for s in tables.suppliers.values() if s.may_fail and s.risk_group == group]
        probability = max(s.failure_probability for s in members)
        recovery_share = max(s.recovery_share for s in members)
        if probability * recovery_share == 0:
            continue
        for item in tables.items.values():
            if group not in failing_groups(tables, item.item):
                continue
            lost = add_up(flow for _, flow in _lost(model, item, group))
            shortage_cost = item.shortage_cost or 0.0
            if planned_failures(tables, item) > 0:
                cost = _extra_cost(model, item, group, recovery_share) + shortage_cost * (1 - tables.cover) * lost
            else:
                cost = shortage_cost * lost
            parts.append(probability * recovery_share * cost)
    return add_up(parts)


def _extra_cost(model: Model, item: Item, group: str, recovery_share: float) -> Linear:
    """What the takeover costs beyond what the lost awards would have cost, never below nothing."""
    p, tables = model.program, model.tables
    lost: dict[str, Linear] = {}
    for site, flow in _lost(model, item, group):
        lost[site] = lost.get(site, Linear()) + flow
    backups = _standing(model, item, (group,))
    takeover, leaving = Linear(), {offer.offer: Linear() for offer in backups}
    size = model.need_limit[item.item] + sum(q.quantities[item.item] for q in tables.packages_of(item.item))
    for site, quantity in lost.items():
        arriving = Linear()
        for offer in backups:
            sent = p.quantity(f"{offer.offer} to {site} for {group}", size)
            late = min(1.0, offer.bring_up_days / (365 * tables.years * recovery_share))
            unit_cost = offer.backup_unit_price + sum(costs_per_unit(tables, offer, site).values())
            takeover = takeover + (unit_cost + (item.shortage_cost or 0.0) * late) * sent
            arriving = arriving + sent
            leaving[offer.offer] = leaving[offer.offer] + sent
        p.equal(arriving, tables.cover * quantity)
    for name, sent in leaving.items():
        p.at_most(sent, model.r[name])
    saved = Linear()
    for offer in _lost_offers(model, item, group):
        saved = saved + model.purchase[offer.offer] + add_up(cost_of_award(model, offer, part) for part in PARTS)
    dearest = max((offer.unit_price + offer.backup_unit_price for offer in tables.offers_of(item.item)), default=0.0)
    extra = p.quantity(f"extra cost of {item.item} without {group}", max(1.0, dearest * size), bounded=False)
    p.at_least(extra, takeover - tables.cover * saved)
    return extra
