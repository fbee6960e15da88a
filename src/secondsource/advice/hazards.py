"""What may go wrong with a plan, read off the plan itself and the tables of risks; not for simulating it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from secondsource.arrays import Integers
from secondsource.costing.costs import Costs, cost, moving
from secondsource.language import Message, _
from secondsource.optimise.account import Account
from secondsource.optimise.decisions import Decisions
from secondsource.optimise.network import parents_first
from secondsource.optimise.replan import Standing
from secondsource.problem.links import Links
from secondsource.problem.risks import Driver, Risks
from secondsource.problem.tables import Problem
from secondsource.risk.hazards import Hazards
from secondsource.units import DAYS_PER_YEAR

Columns = tuple[Sequence[Any], ...]


@dataclass(frozen=True, eq=False)
class PlanHazards:
    """Hazards of a plan with the names of what they count.

    Attributes
    ----------
    groups
        Name of each risk group in `hazards`: those that hold an award, package or booking of the plan.
    links, decisions, account
        Of the plan that stands.
    warnings
        What a reader must know: causes that reach nobody, groups that fail more often than their table says.
    """

    hazards: Hazards
    groups: tuple[str, ...]
    problem: Problem
    links: Links
    decisions: Decisions
    account: Account
    warnings: tuple[Message, ...]


def hazards_of(base: Standing, risks: Risks | None = None) -> PlanHazards:
    """Return what may go wrong with a plan.

    Parameters
    ----------
    base
        A plan that stands: with decisions.
    risks
        Common causes, drivers and stocks on top of the failures that the problem itself names.
    """
    risks = risks or Risks()
    if base.decisions is None:
        raise ValueError("no decisions: there is no plan")
    problem, links, decisions, book = base.problem, base.frame.links, base.decisions, base.account()
    rows = np.array(sorted(set(decisions.awards) | set(decisions.bookings)), dtype=np.int64)
    costs = cost(problem, links, rows)
    losses = _losses(problem, links, decisions, book, costs.factor)
    backups = _backups(problem, links, decisions, costs)
    used = sorted({group for group, _item in losses} | {int(group) for group in backups[0]})
    place = {group: number for number, group in enumerate(used)}
    groups = np.array(used, dtype=np.int64)
    cause = _causes(problem, links, risks, place)
    need = np.array([float(each) for each in book.needs])
    root_item, root, share = _roots(problem, links, decisions, need)
    keys = list(losses)
    hazards = Hazards(
        probability=base.frame.group_probability[groups],
        outage=base.frame.group_recovery[groups],
        cause_probability=np.array([each.probability for each in risks.causes]),
        hit_cause=_whole(cause[0]),
        hit_group=_whole(cause[1]),
        hit_probability=np.array(cause[2], dtype=float),
        loss_group=_whole([place[group] for group, _item in keys]),
        loss_item=_whole([item for _group, item in keys]),
        loss_units=np.array([losses[key][0] for key in keys], dtype=float),
        loss_saved=np.array([losses[key][1] for key in keys], dtype=float),
        backup_group=_whole([place[int(group)] for group in backups[0]]),
        backup_item=_whole(backups[1]),
        backup_units=np.array(backups[2], dtype=float),
        backup_cost=np.array(backups[3], dtype=float),
        backup_bring_up=np.array(backups[4], dtype=float),
        cover=float(problem.settings.cover),
        shortage_cost=np.nan_to_num(problem.items.shortage_cost.floats),
        stock=np.array([float(risks.stocks.get(item, 0)) for item in problem.items.item]),
        need=need,
        unit_cost=_unit_costs(problem, links, decisions, book, costs.factor),
        root_item=root_item,
        root=root,
        root_share=share,
        **_driven(problem, links, decisions, book, costs, risks),
        factor=costs.factor,
    )
    names = tuple(links.groups[group] for group in used)
    return PlanHazards(hazards, names, problem, links, decisions, book, _warnings(hazards, names, risks, cause[0]))


def _losses(
    problem: Problem, links: Links, decisions: Decisions, book: Account, factor: float
) -> dict[tuple[int, int], tuple[float, float]]:
    """Units lost and money saved over a whole horizon, by (risk group, item)."""
    found: dict[tuple[int, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for offer, quantity in decisions.awards.items():
        supplier = int(links.offer_supplier[offer])
        if links.supplier_may_fail[supplier]:
            cell = found[int(links.supplier_group[supplier]), int(links.offer_item[offer])]
            cell[0] += float(quantity)
            cell[1] += float(book.award_costs[offer]) / factor
    for row, package in enumerate(links.package_item_package.tolist()):
        supplier = int(links.package_supplier[package])
        if package in decisions.packages and links.supplier_may_fail[supplier]:
            cell = found[int(links.supplier_group[supplier]), int(links.package_item_item[row])]
            cell[0] += float(problem.package_items.quantity[row] or 0)
    return {key: (cell[0], cell[1]) for key, cell in found.items()}


def _backups(problem: Problem, links: Links, decisions: Decisions, costs: Costs) -> Columns:
    """Group, item, units, cost per unit and bring-up time of each booking; it delivers to where the awards go."""
    goes: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for (offer, site), quantity in decisions.flows.items():
        goes[int(links.offer_item[offer])][site] += float(quantity)
    for row, package in enumerate(links.package_item_package.tolist()):
        if package in decisions.packages:
            item = int(links.package_item_item[row])
            goes[item][int(links.item_site[item])] += float(problem.package_items.quantity[row] or 0)
    at = {int(row): k for k, row in enumerate(costs.rows)}
    offers = [offer for offer, quantity in sorted(decisions.bookings.items()) if quantity > 0]
    price = []
    for offer in offers:
        item = int(links.offer_item[offer])
        sites = goes[item] or {int(links.item_site[item]): 1.0}
        pairs = np.full(len(sites), at[offer])
        way = moving(problem, links, costs, pairs, _whole(list(sites))).total
        weights = np.array(list(sites.values()))
        price.append(float(costs.takeover[at[offer]] + (way * weights).sum() / weights.sum()))
    horizon = DAYS_PER_YEAR * problem.settings.horizon_years
    return (
        [int(links.supplier_group[links.offer_supplier[offer]]) for offer in offers],
        [int(links.offer_item[offer]) for offer in offers],
        [float(decisions.bookings[offer]) for offer in offers],
        price,
        [float(problem.offers.bring_up_days[offer] or 0) / horizon for offer in offers],
    )


def _causes(problem: Problem, links: Links, risks: Risks, place: dict[int, int]) -> Columns:
    """Which cause hits which group of the plan, and how likely: a group is reached where a supplier of it is."""
    causes, groups, chances = [], [], []
    names, sites = problem.suppliers.supplier, problem.sites
    countries: list[set[str]] = [set() for _name in names]
    for supplier, site in enumerate(links.supplier_site.tolist()):
        if site >= 0:
            countries[supplier].add(sites.country[site])
    for number, cause in enumerate(risks.causes):
        reached = set()
        for supplier, name in enumerate(names):
            group, site = int(links.supplier_group[supplier]), int(links.supplier_site[supplier])
            hit = (
                name in cause.supplier
                or links.groups[group] in cause.risk_group
                or bool(countries[supplier] & set(cause.country))
                or (site >= 0 and sites.site[site] in cause.site)
            )
            if hit and links.supplier_may_fail[supplier] and group in place:
                reached.add(place[group])
        for group in sorted(reached):
            causes.append(number)
            groups.append(group)
            chances.append(cause.hits)
    return causes, groups, chances


def _roots(problem: Problem, links: Links, decisions: Decisions, need: Any) -> tuple[Integers, Integers, Any]:
    """For which sold item each item is needed, and for which share of its need."""
    pulls: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for offer, quantity in decisions.awards.items():
        if not problem.offers.turnkey[offer]:
            parent = int(links.offer_item[offer])
            for row in np.flatnonzero(links.bom_parent == parent).tolist():
                pulls[int(links.bom_child[row])][parent] += float(quantity) * float(problem.bom.quantity[row] or 0)
    found: list[dict[int, float]] = [{} for _item in need]
    # An item is reached after all its parents: `parents_first` lists those that have children, leaves come last.
    parents = parents_first(problem, links)
    for item in [*parents, *sorted(set(range(len(need))) - set(parents))]:
        demand = float(problem.items.demand[item] or 0)
        whole = demand + sum(pulls[item].values())
        if whole <= 0:
            found[item] = {item: 1.0}
            continue
        if demand:
            found[item][item] = demand / whole
        for parent, units in pulls[item].items():
            for root, share in found[parent].items():
                found[item][root] = found[item].get(root, 0.0) + share * units / whole
    triples = [(item, root, share) for item, roots in enumerate(found) for root, share in sorted(roots.items())]
    columns = list(zip(*triples, strict=True))
    return _whole(columns[0]), _whole(columns[1]), np.array(columns[2], dtype=float)


def _unit_costs(problem: Problem, links: Links, decisions: Decisions, book: Account, factor: float) -> Any:
    """Average variable cost of a unit of each item, undiscounted."""
    money, units = np.zeros(len(problem.items)), np.zeros(len(problem.items))
    for offer, quantity in decisions.awards.items():
        money[links.offer_item[offer]] += float(book.award_costs[offer]) / factor
        units[links.offer_item[offer]] += float(quantity)
    return money / np.maximum(units, 1e-12)


def _driven(
    problem: Problem, links: Links, decisions: Decisions, book: Account, costs: Costs, risks: Risks
) -> dict[str, Any]:
    """The columns of `Hazards` that drivers need: what each moves of the plan."""
    if not risks.drivers:
        return {}
    offers = sorted(decisions.awards)
    at = {int(row): k for k, row in enumerate(costs.rows)}
    horizon = DAYS_PER_YEAR * problem.settings.horizon_years
    cells: dict[tuple[int, ...], float] = defaultdict(float)
    late, demand = [], []
    for offer in offers:
        reached = [d for d, driver in enumerate(risks.drivers) if _reaches(driver, offer, problem, links)]
        priced = tuple(d for d in reached if risks.drivers[d].moves in ("price", "currency"))
        worse = tuple(d for d in reached if risks.drivers[d].moves == "defects")
        if priced:
            cells[priced] += float(book.purchases[offer])
        if worse:
            cells[worse] += float(decisions.awards[offer]) * float(costs.defects[at[offer]])
        days = float(problem.offers.lead_days[offer] or 0)
        for d in reached:
            if risks.drivers[d].moves == "lead_days" and days:
                late.append((d, int(links.offer_item[offer]), float(decisions.awards[offer]), days / horizon))
    for d, driver in enumerate(risks.drivers):
        if driver.moves == "demand":
            demand += [
                (d, item)
                for item in range(len(problem.items))
                if problem.items.demand[item] and _is_item(driver, problem, item)
            ]
    pairs = [(cell, d) for cell, drivers in enumerate(cells) for d in drivers]
    spread = np.array([np.sqrt(np.log1p(driver.spread**2)) for driver in risks.drivers])
    return {
        "cell_money": np.array(list(cells.values()), dtype=float),
        "driver_cell": _whole([cell for cell, _d in pairs]),
        "cell_driver": _whole([d for _cell, d in pairs]),
        "demand_driver": _whole([d for d, _item in demand]),
        "demand_item": _whole([item for _d, item in demand]),
        "late_driver": _whole([each[0] for each in late]),
        "late_item": _whole([each[1] for each in late]),
        "late_units": np.array([each[2] for each in late], dtype=float),
        "late_time": np.array([each[3] for each in late], dtype=float),
        "spread": spread,
        "mixing": mixing(risks.correlations),
    }


def mixing(correlations: Any) -> Any:
    """Return a lower triangle M with ``M Mᵀ`` = the correlations, `(drivers, drivers)`; they may be singular."""
    values, vectors = np.linalg.eigh(correlations)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    triangle = np.asarray(np.linalg.qr(root.T, mode="r")).T
    return triangle * np.where(np.diag(triangle) < 0, -1.0, 1.0)


def _is_item(driver: Driver, problem: Problem, item: int) -> bool:
    named = not driver.item or problem.items.item[item] in driver.item
    return named and (not driver.category or problem.items.category[item].startswith(driver.category))


def _reaches(driver: Driver, offer: int, problem: Problem, links: Links) -> bool:
    """Whether a driver moves an offer: every filter that it has must match."""
    currency = problem.offers.currency[offer] or problem.settings.currency
    return (
        _is_item(driver, problem, int(links.offer_item[offer]))
        and (not driver.supplier or problem.offers.supplier[offer] in driver.supplier)
        and (not driver.country or links.offer_country[offer] in driver.country)
        and (not driver.currency or currency in driver.currency)
    )


def _warnings(hazards: Hazards, groups: Sequence[str], risks: Risks, hitting: Sequence[Any]) -> tuple[Message, ...]:
    found = [
        _(
            "{group}: the common causes alone make it fail more often than its failure_probability says: they count.",
            group=groups[group],
        )
        for group in np.flatnonzero(hazards.overdriven).tolist()
    ]
    found += [
        _("{cause}: reaches no supplier of the plan, so it changes nothing.", cause=cause.cause)
        for number, cause in enumerate(risks.causes)
        if number not in set(hitting)
    ]
    return tuple(found)


def _whole(values: Sequence[Any]) -> Integers:
    return np.array(values, dtype=np.int64)
