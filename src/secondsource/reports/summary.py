"""What a manager asks of a plan, as values: per item, supplier, backup and failure; not for words or layout."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from secondsource.language import Message
from secondsource.optimise.baseline import ItemBaseline, baseline
from secondsource.optimise.describe import ASSUMPTION
from secondsource.problem.plan import PARTS, Award, Booking, Exposure, Failure, Hire, Plan
from secondsource.problem.tables import Problem

Decision = Literal["make", "buy", "both"]
ZERO = Decimal(0)
ROUNDING = Decimal("0.000001")


@dataclass(frozen=True)
class Source:
    """One supplier's part of an item.

    Attributes
    ----------
    package
        The package that delivers it; "" for an award.
    quantity, share
        Units over the horizon, and of the item's need (0..1).
    cost
        Present value in base currency; None for a package of several items, whose price has no parts.
    """

    supplier: str
    name: str
    own: bool
    package: str
    quantity: Decimal
    share: Decimal
    cost: Decimal | None


@dataclass(frozen=True)
class ItemDecision:
    """Make or buy one item, and from whom (largest share first); `cost` adds up the sources that have one."""

    item: str
    name: str
    unit: str
    decision: Decision
    need: Decimal
    sources: tuple[Source, ...]
    cost: Decimal


@dataclass(frozen=True)
class SupplierTotal:
    """What the awards and packages of a supplier cost together (without fixed costs and rebates)."""

    supplier: str
    name: str
    own: bool
    cost: Decimal


@dataclass(frozen=True)
class CountryTotal:
    """What the awards and packages from a country cost together; `country` is its ISO code, "" where none is named."""

    country: str
    cost: Decimal


@dataclass(frozen=True)
class StandIn:
    """Who takes over one supplier's part of an item: (name, units booked), largest first."""

    item: str
    item_name: str
    supplier: str
    supplier_name: str
    quantity: Decimal
    backups: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True)
class FailureEffect:
    """What one failure of the risk group `name` would do.

    Attributes
    ----------
    lost
        Item names with units lost and units that backups take over, were it lost for the whole horizon.
    extra_cost
        Had it failed for the whole horizon, undiscounted, base currency.
    cost
        Of one failure: `extra_cost × recovery_share`.
    unpriced
        Names of the items of which units are missing and whose shortage has no price: `cost` leaves them out.
    """

    name: str
    probability: Decimal
    recovery_share: Decimal
    lost: tuple[tuple[str, Decimal, Decimal], ...]
    extra_cost: Decimal
    cost: Decimal
    expected_cost: Decimal
    unpriced: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the items of which something is lost that no backup takes over, beyond what rounding leaves."""
        return tuple(name for name, lost, covered in self.lost if lost - covered > lost * ROUNDING)


@dataclass(frozen=True)
class ExposedAward:
    """An exposure in money.

    Attributes
    ----------
    spend
        What the supplier's awards of the item cost: the business at stake.
    probability
        That the supplier's group fails within the horizon.
    loss
        What one failure costs for want of a backup: missing units × `shortage_cost` × recovery share; None where the
        item's shortage has no price.
    """

    item_name: str
    supplier_name: str
    quantity: Decimal
    why: Message | str
    spend: Decimal
    probability: Decimal
    loss: Decimal | None


@dataclass(frozen=True)
class People:
    """People of a role of a supplier: needed, of them newly hired, and replaced as they leave."""

    supplier_name: str
    role: str
    people: Decimal
    hires: Decimal
    replacements: Decimal


@dataclass(frozen=True)
class Figure:
    """Rows of a table of the problem whose figures have the same source and note."""

    table: str
    rows: tuple[str, ...]
    source: str
    note: str


@dataclass(frozen=True)
class Summary:
    """A plan as a manager reads it, the largest first in each part.

    Attributes
    ----------
    demand
        What is asked for, in the order of the problem: (item name, independent demand, unit).
    assumptions
        The rows whose source is an assumption, one by one.
    sources
        All other rows that name a source or carry a note.
    baselines
        What today's suppliers would cost, by item, where the problem names them.
    """

    demand: tuple[tuple[str, Decimal, str], ...]
    items: tuple[ItemDecision, ...]
    suppliers: tuple[SupplierTotal, ...]
    countries: tuple[CountryTotal, ...]
    packages: tuple[tuple[str, str, Decimal], ...]
    stand_ins: tuple[StandIn, ...]
    parts: tuple[tuple[str, Decimal], ...]
    failures: tuple[FailureEffect, ...]
    exposures: tuple[ExposedAward, ...]
    people: tuple[People, ...]
    assumptions: tuple[Figure, ...]
    sources: tuple[Figure, ...]
    baselines: tuple[ItemBaseline, ...]

    @property
    def compared(self) -> tuple[ItemBaseline, ...]:
        """The baselines that compare with the plan's awards."""
        return tuple(each for each in self.baselines if each.saving is not None)

    @property
    def saving(self) -> Decimal | None:
        """What the plan's awards save against the baselines that compare; None where none does."""
        savings = [each.saving for each in self.baselines if each.saving is not None]
        return sum(savings, ZERO) if savings else None

    def count(self, decision: Decision) -> int:
        """Return for how many items the plan decides so."""
        return sum(1 for item in self.items if item.decision == decision)


def summarise(plan: Plan, problem: Problem) -> Summary:
    """Return what a manager asks of `plan`, which answers `problem`."""
    names = _Names(problem)
    figures = _figures(problem)
    return Summary(
        demand=_demand(problem, names),
        items=_items(plan, problem, names),
        suppliers=_suppliers(plan, names),
        countries=_countries(plan, problem),
        packages=tuple(
            (taken.package, names.supplier(taken.supplier), taken.price)
            for taken in sorted(plan.packages, key=lambda taken: -taken.price)
        ),
        stand_ins=_stand_ins(plan, problem, names),
        parts=tuple((part, plan.breakdown[part]) for part in PARTS if plan.breakdown.get(part)),
        failures=tuple(
            sorted((_effect(failure, names) for failure in plan.failures), key=lambda f: (not f.unpriced, -f.cost))
        ),
        exposures=_exposures(plan, problem, names),
        people=tuple(_people(hire, names) for hire in sorted(plan.hires, key=lambda hire: -hire.people)),
        assumptions=tuple(figure for figure in figures if _is_assumption(figure)),
        sources=_together(figure for figure in figures if not _is_assumption(figure)),
        baselines=baseline(plan, problem),
    )


class _Names:
    """Names in full where the tables give them, else the keys."""

    def __init__(self, problem: Problem) -> None:
        self._items = dict(zip(problem.items.item, problem.items.name, strict=True))
        self._suppliers = dict(zip(problem.suppliers.supplier, problem.suppliers.name, strict=True))
        self.units = dict(zip(problem.items.item, problem.items.unit, strict=True))
        self.own = {key: bool(own) for key, own in zip(problem.suppliers.supplier, problem.suppliers.own, strict=True)}

    def item(self, key: str) -> str:
        return self._items.get(key) or key

    def supplier(self, key: str) -> str:
        return self._suppliers.get(key) or key


def _demand(problem: Problem, names: _Names) -> tuple[tuple[str, Decimal, str], ...]:
    items = problem.items
    return tuple(
        (names.item(item), demand, unit)
        for item, demand, unit in zip(items.item, items.demand, items.unit, strict=True)
        if demand
    )


def _delivered(plan: Plan, problem: Problem) -> list[tuple[str, str, str, Decimal, Decimal | None]]:
    """Item, supplier, package, quantity and price (of packages of one item only) of what taken packages deliver."""
    contents: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
    rows = problem.package_items
    for package, item, quantity in zip(rows.package, rows.item, rows.quantity, strict=True):
        contents[package].append((item, quantity or ZERO))
    return [
        (item, taken.supplier, taken.package, quantity, taken.price if len(contents[taken.package]) == 1 else None)
        for taken in plan.packages
        for item, quantity in contents[taken.package]
    ]


def _items(plan: Plan, problem: Problem, names: _Names) -> tuple[ItemDecision, ...]:
    awards: dict[str, dict[str, list[Award]]] = defaultdict(lambda: defaultdict(list))
    for award in plan.awards:
        awards[award.item][award.supplier].append(award)
    sources: dict[str, list[Source]] = defaultdict(list)
    for item, by_supplier in awards.items():
        for supplier, given in by_supplier.items():
            quantity, cost = sum((a.quantity for a in given), ZERO), sum((a.cost for a in given), ZERO)
            share = sum((a.share for a in given), ZERO)
            sources[item].append(Source(supplier, names.supplier(supplier), given[0].own, "", quantity, share, cost))
    for item, supplier, package, quantity, price in _delivered(plan, problem):
        need = plan.needs.get(item, ZERO)
        share = quantity / need if need else ZERO
        own = names.own.get(supplier, False)
        sources[item].append(Source(supplier, names.supplier(supplier), own, package, quantity, share, price))
    decisions = [_decision(item, found, plan.needs, names) for item, found in sources.items()]
    return tuple(sorted(decisions, key=lambda each: -each.cost))


def _decision(item: str, sources: list[Source], needs: Mapping[str, Decimal], names: _Names) -> ItemDecision:
    kinds = {source.own for source in sources}
    decision: Decision = "both" if len(kinds) == 2 else "make" if True in kinds else "buy"
    return ItemDecision(
        item,
        names.item(item),
        names.units.get(item, ""),
        decision,
        needs.get(item, sum((source.quantity for source in sources), ZERO)),
        tuple(sorted(sources, key=lambda source: -source.share)),
        sum((source.cost for source in sources if source.cost is not None), ZERO),
    )


def _suppliers(plan: Plan, names: _Names) -> tuple[SupplierTotal, ...]:
    costs: dict[str, Decimal] = defaultdict(Decimal)
    for award in plan.awards:
        costs[award.supplier] += award.cost
    for taken in plan.packages:
        costs[taken.supplier] += taken.price
    totals = [SupplierTotal(key, names.supplier(key), names.own.get(key, False), cost) for key, cost in costs.items()]
    return tuple(sorted(totals, key=lambda total: -total.cost))


def _countries(plan: Plan, problem: Problem) -> tuple[CountryTotal, ...]:
    """By the country of the offer's site, else of its supplier's."""
    countries = dict(zip(problem.sites.site, problem.sites.country, strict=True))
    homes = dict(zip(problem.suppliers.supplier, problem.suppliers.site, strict=True))
    sites = dict(zip(problem.offers.offer, problem.offers.site, strict=True))
    costs: dict[str, Decimal] = defaultdict(Decimal)
    for award in plan.awards:
        site = sites.get(award.offer) or homes.get(award.supplier, "")
        costs[countries.get(site, "")] += award.cost
    for taken in plan.packages:
        costs[countries.get(homes.get(taken.supplier, ""), "")] += taken.price
    return tuple(sorted((CountryTotal(*each) for each in costs.items()), key=lambda total: -total.cost))


def _stand_ins(plan: Plan, problem: Problem, names: _Names) -> tuple[StandIn, ...]:
    lost: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    weight: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for award in plan.awards:
        lost[award.item, award.supplier] += award.quantity
        weight[award.item, award.supplier] += award.cost
    for item, supplier, _package, quantity, price in _delivered(plan, problem):
        lost[item, supplier] += quantity
        weight[item, supplier] += price or ZERO
    booked: dict[str, list[Booking]] = defaultdict(list)
    for booking in plan.backups:
        booked[booking.item].append(booking)
    rows = []
    for (item, supplier), quantity in lost.items():
        takers: dict[str, Decimal] = defaultdict(Decimal)
        for booking in booked[item]:
            if supplier in booking.covers:
                takers[names.supplier(booking.supplier)] += booking.quantity
        if takers:
            ordered = tuple(sorted(takers.items(), key=lambda taker: -taker[1]))
            rows.append(StandIn(item, names.item(item), supplier, names.supplier(supplier), quantity, ordered))
    return tuple(sorted(rows, key=lambda row: -weight[row.item, row.supplier]))


def _effect(failure: Failure, names: _Names) -> FailureEffect:
    suppliers = [names.supplier(supplier) for supplier in failure.suppliers]
    together = ", ".join(suppliers)
    name = together if len(suppliers) == 1 or not together else f"{failure.group}: {together}"
    return FailureEffect(
        name or failure.group,
        failure.probability,
        failure.recovery_share,
        tuple((names.item(item), lost, failure.covered.get(item, ZERO)) for item, lost in failure.lost.items() if lost),
        failure.extra_cost,
        failure.extra_cost * failure.recovery_share,
        failure.expected_cost,
        tuple(names.item(item) for item in failure.unpriced),
    )


def _exposures(plan: Plan, problem: Problem, names: _Names) -> tuple[ExposedAward, ...]:
    spend: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for award in plan.awards:
        spend[award.item, award.supplier] += award.cost
    for item, supplier, _package, _quantity, price in _delivered(plan, problem):
        spend[item, supplier] += price or ZERO
    failures = {supplier: failure for failure in plan.failures for supplier in failure.suppliers}
    found = []
    for exposure in plan.exposures:
        failure = failures.get(exposure.supplier)
        shortage = problem.items.shortage_cost[problem.items.position[exposure.item]]
        loss = None if failure is None or shortage is None else _loss(exposure, failure, shortage)
        found.append(
            ExposedAward(
                names.item(exposure.item),
                names.supplier(exposure.supplier),
                exposure.quantity,
                exposure.why,
                spend[exposure.item, exposure.supplier],
                ZERO if failure is None else failure.probability,
                loss,
            )
        )
    return tuple(sorted(found, key=lambda each: -each.spend))


def _loss(exposure: Exposure, failure: Failure, shortage_cost: Decimal) -> Decimal:
    """What one failure costs for want of a backup: `missing units × shortage_cost × recovery_share`."""
    missing = failure.lost.get(exposure.item, ZERO) - failure.covered.get(exposure.item, ZERO)
    return min(missing, exposure.quantity) * shortage_cost * failure.recovery_share


def _people(hire: Hire, names: _Names) -> People:
    return People(names.supplier(hire.supplier), hire.role, hire.people, hire.hires, hire.replacements)


def _figures(problem: Problem) -> tuple[Figure, ...]:
    """Every row, settings included, that names a source or carries a note."""
    found = [
        Figure("settings", (name,), source, note) for name, _value, source, note in problem.given if source or note
    ]
    for name, table in problem.tables().items():
        keys = [getattr(table, column) for column in table.key_columns()]
        for row, (source, note) in enumerate(zip(table.source, table.note, strict=True)):
            if source or note:
                found.append(Figure(name, (" → ".join(str(key[row]) for key in keys),), source, note))
    return tuple(found)


def _is_assumption(figure: Figure) -> bool:
    return figure.source.strip().lower().startswith(ASSUMPTION)


def _together(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """The figures with those of one table, source and note made one."""
    rows: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for figure in figures:
        rows[figure.table, figure.source, figure.note] += figure.rows
    return tuple(Figure(table, tuple(keys), source, note) for (table, source, note), keys in rows.items())
