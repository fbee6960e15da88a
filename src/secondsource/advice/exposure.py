"""What could stop us, for how long and at what cost, and how concentrated the plan is; not for how likely it is to."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from secondsource.advice.dependence import SourceSought, one_more
from secondsource.arrays import Booleans, Floats, Integers
from secondsource.language import Message, _
from secondsource.optimise.network import parents_first
from secondsource.optimise.replan import Standing
from secondsource.problem.plan import Plan
from secondsource.risk.concentration import Concentration, concentration
from secondsource.risk.recovery import Impact, SupplyNetwork, Survival
from secondsource.solver.highs import Limits
from secondsource.units import DAYS_PER_YEAR

Told = Callable[[int, int], None]
NEVER = -1


@dataclass(frozen=True)
class ItemExposure:
    """What losing a group's deliveries of one item alone costs until it recovers, and how long we survive that."""

    item: str
    impact: float
    survive_days: float


@dataclass(frozen=True)
class GroupExposure:
    """What the loss of one risk group does to what we sell.

    Attributes
    ----------
    suppliers
        Of the group, with awards, packages or bookings in the plan.
    spend
        What their awards and packages cost in the plan, present value.
    recover_days, survive_days
        Time to recover, and time for which nothing is missing; the latter may be infinite.
    is_exposed
        Whether it takes longer to recover than we survive.
    impact
        Least cost of what customers miss until it recovers, undiscounted.
    index
        Impact as a share of the greatest one (risk exposure index).
    missing
        Units missing by item that is sold.
    items
        The same item by item, the dearest first: which of its deliveries hurts.
    """

    group: str
    suppliers: tuple[str, ...]
    spend: Decimal
    probability: float
    recover_days: float
    survive_days: float
    is_exposed: bool
    impact: float
    index: float
    missing: tuple[tuple[str, float], ...]
    items: tuple[ItemExposure, ...]


@dataclass(frozen=True)
class Concentrated:
    """How concentrated the plan's spend is over suppliers, within one thing of a kind.

    Attributes
    ----------
    kind
        "all", "item", "country" (of the suppliers in it), "tier", or "countries" (spend over countries).
    name
        Item, country code or tier (0: what is sold); "" for all.
    spend
        In it.
    greatest
        Who has most of it, and which share.
    """

    kind: str
    name: str
    spend: Decimal
    figure: Concentration
    greatest: str
    share: float


@dataclass(frozen=True)
class Exposures:
    """What could stop us, the greatest impact first."""

    plan: Plan
    groups: tuple[GroupExposure, ...]
    concentrations: tuple[Concentrated, ...]
    sources: tuple[SourceSought, ...]
    rank_correlation: float | None
    warnings: tuple[Message, ...]
    seconds: float


def exposures(
    base: Standing,
    limits: Limits,
    *,
    stocks: Mapping[str, Decimal] | None = None,
    sources: bool = True,
    told: Told | None = None,
) -> Exposures:
    """Return what the loss of each risk group of a plan costs, and where one more source would help.

    Parameters
    ----------
    stocks
        Units in stock, by item.
    sources
        Also plan one more source of each item whose loss hurts.
    """
    began = time.monotonic()
    plan = base.plan
    if base.decisions is None:
        return Exposures(plan, (), (), (), None, (), time.monotonic() - began)
    network = network_of(base, stocks or {})
    survival = Survival(network)
    groups = [
        group
        for group in sorted(set(network.source_group.tolist()))
        if group != NEVER
        and (losing(network, group) & ~network.source_booked).any()
        and base.frame.group_recovery[group] > 0
    ]
    found = [_exposed(base, network, survival, group) for group in groups]
    most = max((impact.cost for _group, impact, *_rest in found), default=0.0)
    answers = sorted(
        (_answer(base, network, *each, most) for each in found),
        key=lambda each: (-each.impact, -each.spend, each.group),
    )
    hurting = list(dict.fromkeys(item.item for each in answers for item in each.items if item.impact > 0))
    sought = []
    for number, item in enumerate(hurting if sources else [], 1):
        best = one_more(base, item, limits)
        sought += [best] if best is not None else []
        if told is not None:
            told(number, len(hurting))
    priced = base.problem.items.shortage_cost
    without = [
        name for name, demand, price in zip(base.problem.items.item, network.demand, priced, strict=True)
        if demand > 0 and price is None
    ]  # fmt: skip
    return Exposures(
        plan=plan,
        groups=tuple(answers),
        concentrations=tuple(concentrations(base)),
        sources=tuple(sorted(sought, key=lambda each: -each.worth.middle)),
        rank_correlation=rank_correlation([float(each.spend) for each in answers], [each.impact for each in answers]),
        warnings=tuple(
            _("{item}: no shortage_cost, so what customers miss of it costs nothing here.", item=item)
            for item in without
        ),
        seconds=time.monotonic() - began,
    )


def network_of(base: Standing, stocks: Mapping[str, Decimal]) -> SupplyNetwork:
    """Return who delivers what a day under a plan that stands: its awards and packages, and its bookings."""
    problem, links, decisions = base.problem, base.frame.links, base.decisions
    if decisions is None:
        raise ValueError("no decisions: there is no plan")
    days = DAYS_PER_YEAR * problem.settings.horizon_years
    rows: list[tuple[int, int, float, float, bool, bool]] = []

    def source(item: int, supplier: int, units: float, offer: int | None, booked: bool = False) -> None:
        """Note a source; an award of a supplier that may not fail is never lost, its booking is with its group."""
        lost = booked or links.supplier_may_fail[supplier]
        group = int(links.supplier_group[supplier]) if lost else NEVER
        start = float(problem.offers.bring_up_days[offer] or 0) if booked and offer is not None else 0.0
        turnkey = offer is None or bool(problem.offers.turnkey[offer])
        if units > 0:
            rows.append((item, group, units / days, start, turnkey, booked))

    for offer, quantity in decisions.awards.items():
        source(int(links.offer_item[offer]), int(links.offer_supplier[offer]), float(quantity), offer)
    for row, package in enumerate(links.package_item_package.tolist()):
        if package in decisions.packages:
            units = float(problem.package_items.quantity[row] or 0)
            source(int(links.package_item_item[row]), int(links.package_supplier[package]), units, None)
    for offer, quantity in decisions.bookings.items():
        source(int(links.offer_item[offer]), int(links.offer_supplier[offer]), float(quantity), offer, True)
    columns = list(zip(*rows, strict=True)) or [()] * 6
    return SupplyNetwork(
        demand=np.nan_to_num(problem.items.demand.floats) / days,
        shortage_cost=problem.items.shortage_cost.floats,
        stock=np.array([float(stocks.get(item, 0)) for item in problem.items.item]),
        parent=links.bom_parent,
        child=links.bom_child,
        quantity=problem.bom.quantity.floats,
        source_item=np.array(columns[0], dtype=np.int64),
        source_group=np.array(columns[1], dtype=np.int64),
        source_rate=np.array(columns[2], dtype=float),
        source_from=np.array(columns[3], dtype=float),
        source_turnkey=np.array(columns[4], dtype=bool),
        source_booked=np.array(columns[5], dtype=bool),
    )


def losing(network: SupplyNetwork, group: int, item: int | None = None) -> Booleans:
    """Return which sources a group's failure takes out, `(sources,)`: of one item alone where it is named."""
    mine = network.source_group == group
    return np.asarray(mine if item is None else mine & (network.source_item == item))


def _exposed(
    base: Standing, network: SupplyNetwork, survival: Survival, group: int
) -> tuple[int, Impact, float, float, list[ItemExposure]]:
    """A group's impact, times to recover and to survive, and its items."""
    horizon = DAYS_PER_YEAR * base.problem.settings.horizon_years
    recover = float(base.frame.group_recovery[group]) * horizon
    lost = losing(network, group)
    impact, survive = survival.impact(lost, recover), survival.time_to_survive(lost)
    items = sorted(set(network.source_item[lost & ~network.source_booked].tolist()))
    each = []
    for item in items:
        if len(items) == 1:
            one, days = impact, survive
        else:
            only = losing(network, group, item)
            one, days = survival.impact(only, recover), survival.time_to_survive(only)
        each.append(ItemExposure(base.problem.items.item[item], one.cost, days))
    return group, impact, recover, survive, sorted(each, key=lambda found: (-found.impact, found.item))


def _answer(
    base: Standing,
    network: SupplyNetwork,
    group: int,
    impact: Impact,
    recover: float,
    survive: float,
    items: list[ItemExposure],
    most: float,
) -> GroupExposure:
    links, names = base.frame.links, base.problem.suppliers.supplier
    members = [names[s] for s in np.flatnonzero(links.supplier_group == group).tolist() if links.supplier_may_fail[s]]
    spends = _spends(base)
    used = {each.supplier for each in base.plan.backups} | set(spends)
    missing = [(base.problem.items.item[k], float(impact.missing[k])) for k in np.flatnonzero(impact.missing).tolist()]
    return GroupExposure(
        group=links.groups[group],
        suppliers=tuple(name for name in members if name in used),
        spend=sum((spends.get(name, Decimal(0)) for name in members), Decimal(0)),
        probability=float(base.frame.group_probability[group]),
        recover_days=recover,
        survive_days=survive,
        is_exposed=recover > survive,
        impact=impact.cost,
        index=impact.cost / most if most else 0.0,
        missing=tuple(missing),
        items=tuple(items),
    )


def _spends(base: Standing) -> dict[str, Decimal]:
    """What the awards and packages of each supplier cost."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for award in base.plan.awards:
        found[award.supplier] += award.cost
    for package in base.plan.packages:
        found[package.supplier] += package.price
    return dict(found)


def concentrations(base: Standing) -> list[Concentrated]:
    """Return how concentrated the spend is: over all, by item, by tier and over countries; packages over all only."""
    problem, links = base.problem, base.frame.links
    tiers = tiers_of(base)
    by: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for award in base.plan.awards:
        offer = problem.offers.position[award.offer]
        item = int(links.offer_item[offer])
        country = links.offer_country[offer]
        by["all", ""][award.supplier] += award.cost
        by["countries", ""][country] += award.cost
        by["tier", str(tiers[item])][award.supplier] += award.cost
        by["country", country][award.supplier] += award.cost
        by["item", award.item][award.supplier] += award.cost
    for package in base.plan.packages:
        row = problem.packages.position[package.package]
        by["all", ""][package.supplier] += package.price
        by["countries", ""][links.package_country[row]] += package.price
        by["country", links.package_country[row]][package.supplier] += package.price
    order = {"all": 0, "countries": 1, "tier": 2, "country": 3, "item": 4}
    found = []
    for (kind, name), spends in by.items():
        figure = concentration(spends.values())
        if figure is not None:
            total = sum(spends.values(), Decimal(0))
            most = max(spends, key=lambda key: spends[key])
            found.append(Concentrated(kind, name, total, figure, most, float(spends[most] / total)))
    return sorted(found, key=lambda each: (order[each.kind], -each.spend if each.kind != "tier" else 0, each.name))


def tiers_of(base: Standing) -> Integers:
    """Return the tier of each item, `(items,)`: 0 for what goes into nothing else, one more per step down the BOM."""
    problem, links = base.problem, base.frame.links
    tier = np.zeros(len(problem.items), dtype=np.int64)
    for parent in parents_first(problem, links):
        for child in links.bom_child[links.bom_parent == parent].tolist():
            tier[child] = max(tier[child], tier[parent] + 1)
    return tier


def rank_correlation(first: list[float], second: list[float]) -> float | None:
    """Return Spearman's rank correlation; None where there are fewer than three pairs or one side is all the same.

    >>> rank_correlation([1.0, 2.0, 3.0], [9.0, 5.0, 1.0])
    -1.0
    """
    if len(first) < 3 or len(set(first)) == 1 or len(set(second)) == 1:
        return None
    one, other = _ranks(first), _ranks(second)
    return float(round(np.corrcoef(one, other)[0, 1], 12))


def _ranks(values: list[float]) -> Floats:
    array = np.array(values)
    return np.array([((array < value).sum() + (array <= value).sum() + 1) / 2 for value in values])
