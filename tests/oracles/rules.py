"""Section 6 of "What a plan is" for the plain program: limits that the manager sets."""

from __future__ import annotations

import math

from .costs import price_of
from .linear import Linear, add_up
from .model import Model
from .tables import Offer, Package, Rule


def keep_to_rule(model: Model, rule: Rule) -> None:
    """Demand that the rule's measure stays within its limits."""
    measured = {"quantity": _quantity, "share": _quantity, "spend": _spend, "suppliers": _suppliers}
    amount = measured[rule.measure](model, rule)
    whole = _whole_quantity(model, rule) if rule.measure == "share" else Linear({}, 1.0)
    if rule.low > -math.inf:
        model.program.at_least(amount, rule.low * whole)
    if rule.high < math.inf:
        model.program.at_most(amount, rule.high * whole)


def matches_item(model: Model, rule: Rule, item: str) -> bool:
    category = model.tables.items[item].category
    in_category = not rule.categories or any(category.startswith(start) for start in rule.categories)
    return in_category and (not rule.items or item in rule.items)


def _matches(model: Model, rule: Rule, supplier: str, site: str) -> bool:
    return (
        (not rule.suppliers or supplier in rule.suppliers)
        and (not rule.countries or model.tables.countries.get(site, "") in rule.countries)
        and (not rule.own or model.tables.suppliers[supplier].own in rule.own)
    )


def _offers(model: Model, rule: Rule) -> list[Offer]:
    offers = model.tables.offers.values()
    return [o for o in offers if matches_item(model, rule, o.item) and _matches(model, rule, o.supplier, o.site)]


def _packages(model: Model, rule: Rule) -> list[Package]:
    """Packages whose supplier matches; their site is that of the supplier."""
    packages, suppliers = model.tables.packages.values(), model.tables.suppliers
    return [q for q in packages if _matches(model, rule, q.supplier, suppliers[q.supplier].site)]


def _quantity(model: Model, rule: Rule) -> Linear:
    awarded = add_up(model.x[offer.offer] for offer in _offers(model, rule))
    return awarded + add_up(
        model.taken[package.package] * quantity
        for package in _packages(model, rule)
        for item, quantity in package.quantities.items()
        if matches_item(model, rule, item)
    )


def _whole_quantity(model: Model, rule: Rule) -> Linear:
    items = [item for item in model.tables.items if matches_item(model, rule, item)]
    awarded = add_up(model.x[offer.offer] for item in items for offer in model.tables.offers_of(item))
    return awarded + add_up(model.delivered(item) for item in items)


def _spend(model: Model, rule: Rule) -> Linear:
    whole = [q for q in _packages(model, rule) if all(matches_item(model, rule, item) for item in q.quantities)]
    return add_up(model.purchase[offer.offer] for offer in _offers(model, rule)) + price_of(model, whole)


def _suppliers(model: Model, rule: Rule) -> Linear:
    choices: dict[str, list[Linear]] = {}
    for offer in _offers(model, rule):
        choices.setdefault(offer.supplier, []).append(model.is_awarded[offer.offer])
    for package in _packages(model, rule):
        if any(matches_item(model, rule, item) for item in package.quantities):
            choices.setdefault(package.supplier, []).append(model.taken[package.package])
    either = model.program.either
    return add_up(either(f"rule {rule.rule}: {supplier}", found) for supplier, found in choices.items())
