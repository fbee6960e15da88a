"""The best plan by a plain and slow program, written from the published format alone: one big mixed-integer program.

It judges the optimiser of the project on small problems. It is not for use, and it explains nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from . import costs, failures, rules
from .linear import Linear, Point, add_up
from .model import Model, is_short
from .tables import Rows, read


@dataclass(frozen=True)
class Outcome:
    """The best plan, or that there is none; money is a present value in the base currency."""

    status: str
    cost: float = math.nan
    awards: dict[str, float] = field(default_factory=dict)
    backups: dict[str, float] = field(default_factory=dict)
    packages: set[str] = field(default_factory=set)
    hires: dict[tuple[str, str], float] = field(default_factory=dict)
    flows: list[dict[str, object]] = field(default_factory=list)
    exposures: list[dict[str, object]] = field(default_factory=list)
    parts: dict[str, float] = field(default_factory=dict)

    def plan(self) -> dict[str, object]:
        """Return the plan in the published JSON form, as far as someone needs it to check the plan."""
        return {
            "status": self.status,
            "cost": self.cost,
            "breakdown": dict(self.parts),
            "awards": [{"offer": offer, "quantity": quantity} for offer, quantity in self.awards.items()],
            "backups": [{"offer": offer, "quantity": quantity} for offer, quantity in self.backups.items()],
            "packages": [{"package": package} for package in sorted(self.packages)],
            "flows": [dict(flow) for flow in self.flows],
            "exposures": [dict(exposure) for exposure in self.exposures],
        }


def solve(problem: Rows) -> Outcome:
    """Return the cheapest plan of a valid small problem, proved by the solver to a relative 1e-9.

    Raises
    ------
    Undecided
        if the solver contradicts itself.
    """
    tables = read(problem)
    model = Model(tables)
    for offer in tables.offers.values():
        model.purchase[offer.offer] = costs.purchase(model, offer)
    for rule in tables.rules:
        rules.keep_to_rule(model, rule)
    failures.survive(model)
    parts = _parts(model)
    model.program.cost = add_up(parts.values())
    point = model.program.best()
    return Outcome("infeasible") if point is None else _outcome(model, parts, point)


def _parts(model: Model) -> dict[str, Linear]:
    """The cost parts as present values: what falls evenly on the years counts with the factor `evenly`."""
    tables = model.tables
    evenly = sum((1 + tables.rate) ** -year for year in range(1, tables.years + 1)) / tables.years
    offers = list(tables.offers.values())
    hired, replaced = costs.hiring(model)
    bought = add_up(model.purchase.values()) + costs.price_of(model, tables.packages.values())

    def over_awards(part: str) -> Linear:
        return evenly * add_up(costs.cost_of_award(model, offer, part) for offer in offers)

    return {
        "purchase": evenly * bought,
        "rebates": -evenly * costs.rebates(model),
        "fixed": costs.fixed_costs(model),
        "hiring": hired + evenly * replaced,
        "freight": over_awards("freight"),
        "duty": over_awards("duty"),
        "interest": over_awards("interest"),
        "defects": over_awards("defects"),
        "wages": over_awards("wages"),
        "switching": costs.switching(model),
        "backup_fees": evenly * add_up(offer.backup_fee * model.r[offer.offer] for offer in offers),
        "expected_failures": evenly * failures.expected_cost(model),
    }


def _outcome(model: Model, parts: dict[str, Linear], point: Point) -> Outcome:
    tables = model.tables
    awards = {name: point.value(model.x[name]) for name in tables.offers if point.value(model.is_awarded[name]) > 0.5}
    booked = {name: point.value(quantity) for name, quantity in model.r.items()}
    backups = {n: q for n, q in booked.items() if q > 1e-9 * max(1.0, model.need_limit[tables.offers[n].item])}
    flows: list[dict[str, object]] = []
    for name in awards:
        offer = tables.offers[name]
        arriving: dict[str, float] = {}
        for site, flow in model.ways(name):
            arriving[site] = arriving.get(site, 0.0) + point.value(flow)
        for site, quantity in arriving.items():
            if quantity > 0:
                row = {"item": offer.item, "offer": name, "origin": offer.site, "destination": site}
                flows.append({**row, "quantity": quantity})
    return Outcome(
        status="optimal",
        cost=point.cost,
        awards=awards,
        backups=backups,
        packages={name for name, taken in model.taken.items() if point.value(taken) > 0.5},
        hires={key: hires for key, quantity in model.hires.items() if (hires := point.value(quantity)) > 1e-9},
        flows=flows,
        exposures=_exposures(model, point),
        parts={name: point.value(part) for name, part in parts.items()},
    )


def _exposures(model: Model, point: Point) -> list[dict[str, object]]:
    """Awards and packages that may fail, of items whose offers come from too few groups."""
    tables, exposures = model.tables, []
    for item in tables.items.values():
        for supplier in tables.suppliers.values():
            chosen = [choice for choice in model.sources(supplier.supplier, item.item) if point.value(choice) > 0.5]
            if not chosen or not supplier.may_fail or not is_short(tables, item):
                continue
            volume = add_up(model.x[o.offer] for o in tables.offers_of(item.item) if o.supplier == supplier.supplier)
            for package in tables.packages_of(item.item):
                if package.supplier == supplier.supplier:
                    volume = volume + model.taken[package.package] * package.quantities[item.item]
            exposures.append({"item": item.item, "supplier": supplier.supplier, "quantity": point.value(volume)})
    return exposures
