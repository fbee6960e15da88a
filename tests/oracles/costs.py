"""Section 2 of "What a plan is" for the plain program: every cost part, undiscounted, as a sum over quantities."""

from __future__ import annotations

import math
from collections.abc import Iterable

from .linear import Linear, add_up
from .model import Model
from .tables import Lane, Offer, Package, Tables

BELOW = 1 - 1e-7  # a quantity or spend that has not reached a limit is at most this part of it


def costs_per_unit(tables: Tables, offer: Offer, destination: str) -> dict[str, float]:
    """Return what a unit of the offer costs at the site beyond its purchase price, undiscounted."""
    item = tables.items[offer.item]
    lane = tables.lanes.get((offer.site, destination), Lane())
    hours = {role: hours for (name, role), hours in tables.hours.items() if name == offer.offer}
    return {
        "freight": lane.cost_per_unit + lane.cost_per_kg * item.weight_kg,
        "duty": lane.duty_rate * offer.unit_price,
        "interest": tables.rate * (lane.days - offer.payment_days) / 365 * offer.unit_price,
        "defects": offer.defect_rate * item.defect_cost,
        "wages": sum(tables.roles[offer.supplier, role].hourly_cost * h for role, h in hours.items()),
    }


def cost_of_award(model: Model, offer: Offer, part: str) -> Linear:
    """Return one of the costs per unit, summed over the ways that the award goes."""
    ways = model.ways(offer.offer)
    return add_up(costs_per_unit(model.tables, offer, site)[part] * flow for site, flow in ways)


def purchase(model: Model, offer: Offer) -> Linear:
    """Return what the award costs by its price breaks, exactly one stretch of which is chosen."""
    name, most, p = offer.offer, model.most(offer), model.program
    steps = [(0.0, offer.unit_price)] if not offer.breaks or offer.breaks[0][0] > 0 else []
    steps += [step for step in offer.breaks if step[0] <= most]
    if len(steps) == 1:
        return model.x[name] * steps[0][1]
    quantities, chosen, money = [], [], []
    for k, (start, price) in enumerate(steps):
        end = steps[k + 1][0] * BELOW if k + 1 < len(steps) else most
        here = p.choice(f"price {k} of {name}")
        quantity = p.quantity(f"quantity at price {k} of {name}", most)
        p.at_least(quantity, start * here)
        p.at_most(quantity, end * here)
        dearer = 0.0
        if offer.incremental:
            dearer = sum((steps[j + 1][0] - steps[j][0]) * (steps[j][1] - price) for j in range(k))
        quantities.append(quantity)
        chosen.append(here)
        money.append(price * quantity + dearer * here)
    p.equal(model.x[name], add_up(quantities))
    p.equal(model.is_awarded[name], add_up(chosen))
    return add_up(money)


def price_of(model: Model, packages: Iterable[Package]) -> Linear:
    return add_up(model.taken[package.package] * package.price for package in packages)


def rebates(model: Model) -> Linear:
    """Return what the suppliers pay back; exactly one stretch of the spend with each is chosen."""
    p, parts = model.program, []
    for supplier, limits in model.tables.rebates.items():
        spend, most = _spend_with(model, supplier)
        steps = [(0.0, 0.0)] if limits[0][0] > 0 else []
        steps += [step for step in limits if step[0] <= most]
        spent, chosen = [], []
        for k, (start, rate) in enumerate(steps):
            end = steps[k + 1][0] * BELOW if k + 1 < len(steps) else most
            here = p.choice(f"rebate {k} of {supplier}")
            part = p.quantity(f"spend at rebate {k} of {supplier}", most)
            p.at_least(part, start * here)
            p.at_most(part, end * here)
            spent.append(part)
            chosen.append(here)
            parts.append(rate * part)
        p.equal(spend, add_up(spent))
        p.equal(add_up(chosen), 1)
    return add_up(parts)


def _spend_with(model: Model, supplier: str) -> tuple[Linear, float]:
    """Purchase from the supplier, undiscounted, and a limit that it cannot exceed."""
    offers = [offer for offer in model.tables.offers.values() if offer.supplier == supplier]
    packages = [package for package in model.tables.packages.values() if package.supplier == supplier]
    most = sum(package.price for package in packages)
    for offer in offers:
        highest = max([offer.unit_price, *(price for _, price in offer.breaks)])
        most += highest * model.most(offer)
    return add_up(model.purchase[offer.offer] for offer in offers) + price_of(model, packages), most


def fixed_costs(model: Model) -> Linear:
    """Return the fixed costs of offers with an award or a booking, and of their suppliers and those of packages."""
    p, tables, parts = model.program, model.tables, []
    for offer in tables.offers.values():
        if offer.fixed_cost > 0:
            used = p.either(f"used {offer.offer}", [model.is_awarded[offer.offer], model.is_booked[offer.offer]])
            parts.append(used * offer.fixed_cost)
    for supplier in tables.suppliers.values():
        if supplier.fixed_cost > 0:
            offers = [o.offer for o in tables.offers.values() if o.supplier == supplier.supplier]
            choices = [model.is_awarded[o] for o in offers] + [model.is_booked[o] for o in offers]
            choices += [model.taken[q.package] for q in tables.packages.values() if q.supplier == supplier.supplier]
            parts.append(p.either(f"supplier {supplier.supplier}", choices) * supplier.fixed_cost)
    return add_up(parts)


def people(model: Model, supplier: str, role: str) -> Linear:
    """Return how many people of the role the awards keep busy."""
    hours_of_one = model.tables.roles[supplier, role].hours_per_year * model.tables.years
    return add_up(
        model.x[name] * (hours / hours_of_one)
        for (name, staffed), hours in model.tables.hours.items()
        if staffed == role and model.tables.offers[name].supplier == supplier
    )


def hiring(model: Model) -> tuple[Linear, Linear]:
    """Return what new people cost, and what it costs to replace those who leave."""
    new, replaced, p = [], [], model.program
    for (supplier, name), role in model.tables.roles.items():
        busy = people(model, supplier, name)
        hires = p.quantity(f"hires {supplier} {name}", 10.0, bounded=False)
        model.hires[supplier, name] = hires
        p.at_least(hires, busy - role.in_hand)
        if role.max_hires < math.inf:
            p.at_most(hires, role.max_hires)
        new.append(role.cost_of_one_hire * hires)
        replaced.append(role.cost_of_one_hire * role.attrition_rate * model.tables.years * busy)
    return add_up(new), add_up(replaced)


def switching(model: Model) -> Linear:
    """Return what it costs to take volume away from today's suppliers, pro rata."""
    p, tables, parts = model.program, model.tables, []
    for (item, supplier), (share, switch_cost) in tables.incumbents.items():
        lost_share = p.quantity(f"share of {item} taken from {supplier}", share)
        volume = add_up(model.x[o.offer] for o in tables.offers_of(item) if o.supplier == supplier)
        volume = volume + add_up(
            model.taken[q.package] * q.quantities[item] for q in tables.packages_of(item) if q.supplier == supplier
        )
        demand = tables.items[item].demand
        kept = volume * (1 / demand) if demand > 0 else Linear()
        p.at_least(lost_share, share - kept)
        parts.append(lost_share * (switch_cost / share))
    return add_up(parts)
