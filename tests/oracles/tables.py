"""Typed rows of a valid problem with the defaults of the format filled in, for the plain program; it checks nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

Row = Mapping[str, object]
Rows = Mapping[str, Sequence[Row]]


def text(row: Row, column: str, default: str = "") -> str:
    value = row.get(column)
    return default if value is None or str(value).strip() == "" else str(value).strip()


def number(row: Row, column: str, default: float = 0.0) -> float:
    found = text(row, column)
    return float(found) if found else default


def truth(row: Row, column: str, default: bool = False) -> bool:
    found = text(row, column).lower()
    return found in ("true", "yes", "1", "1.0") if found else default


def is_past(row: Row, column: str, today: date) -> bool:
    """A day named as the last one still counts."""
    found = text(row, column)
    return bool(found) and date.fromisoformat(found[:10]) < today


@dataclass(frozen=True)
class Item:
    item: str
    category: str
    demand: float
    site: str
    weight_kg: float
    min_sources: float
    max_sources: float
    min_share: float
    max_share: float
    backups: int
    required_level: float
    max_failure_probability: float
    defect_cost: float
    shortage_cost: float | None


@dataclass(frozen=True)
class Supplier:
    supplier: str
    own: bool
    site: str
    fixed_cost: float
    capacity: float
    min_capacity: float
    failure_probability: float
    may_fail: bool
    recovery_share: float
    risk_group: str


@dataclass(frozen=True)
class Offer:
    """An admitted offer; all money is in the base currency."""

    offer: str
    item: str
    supplier: str
    site: str
    unit_price: float
    fixed_cost: float
    capacity: float
    min_quantity: float
    multiple: float
    capacity_use: float
    turnkey: bool
    defect_rate: float
    payment_days: float
    backup_fee: float
    backup_unit_price: float
    bring_up_days: float
    backup_only: bool
    incremental: bool
    breaks: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Package:
    package: str
    supplier: str
    price: float
    group: str
    quantities: dict[str, float]
    capacity_needed: float


@dataclass(frozen=True)
class Lane:
    cost_per_unit: float = 0.0
    cost_per_kg: float = 0.0
    duty_rate: float = 0.0
    days: float = 0.0


@dataclass(frozen=True)
class Role:
    hourly_cost: float
    hours_per_year: float
    in_hand: float
    max_hires: float
    cost_of_one_hire: float
    attrition_rate: float


@dataclass(frozen=True)
class Rule:
    """A limit that has not expired; an empty filter lets everything through."""

    rule: str
    measure: str
    items: frozenset[str]
    categories: frozenset[str]
    suppliers: frozenset[str]
    countries: frozenset[str]
    own: frozenset[bool]
    low: float
    high: float


@dataclass(frozen=True)
class Tables:
    """The problem: names to rows. Offers and packages are those that may be used at all."""

    years: int
    rate: float
    strict: bool
    separate_backups: bool
    cover: float
    items: dict[str, Item]
    suppliers: dict[str, Supplier]
    offers: dict[str, Offer]
    packages: dict[str, Package]
    bom: dict[tuple[str, str], float]
    countries: dict[str, str]
    lanes: dict[tuple[str, str], Lane]
    rebates: dict[str, list[tuple[float, float]]]
    incumbents: dict[tuple[str, str], tuple[float, float]]
    rules: list[Rule]
    roles: dict[tuple[str, str], Role]
    hours: dict[tuple[str, str], float] = field(default_factory=dict)

    def offers_of(self, item: str) -> list[Offer]:
        return [offer for offer in self.offers.values() if offer.item == item]

    def packages_of(self, item: str) -> list[Package]:
        return [package for package in self.packages.values() if item in package.quantities]

    def parents_first(self) -> list[str]:
        """Names of the items so that each stands after all its parents."""
        order: list[str] = []
        while len(order) < len(self.items):
            for item in self.items:
                parents = [parent for parent, child in self.bom if child == item]
                if item not in order and all(parent in order for parent in parents):
                    order.append(item)
        return order


def read(problem: Rows) -> Tables:
    """Return the typed tables of a valid problem."""
    settings = {text(row, "name"): row for row in problem.get("settings", ())}
    setting = {name: {name: row.get("value")} for name, row in settings.items()}
    as_of = text(setting.get("as_of", {}), "as_of")
    today = date.fromisoformat(as_of[:10]) if as_of else datetime.now().astimezone().date()
    failures = int(number(setting.get("failures", {}), "failures", 1))
    items = {text(row, "item"): _item(row, failures) for row in problem["items"]}
    suppliers = {text(row, "supplier"): _supplier(row) for row in problem["suppliers"]}
    admitted = {
        (item.item, text(row, "supplier"))
        for item in items.values()
        for row in problem["suppliers"]
        if _is_admitted(item, row, problem, today)
    }
    offers = _offers(problem, suppliers, admitted, today)
    packages = _packages(problem, admitted)
    return Tables(
        years=int(number(setting.get("horizon_years", {}), "horizon_years", 1)),
        rate=number(setting.get("discount_rate", {}), "discount_rate"),
        strict=truth(setting.get("strict", {}), "strict"),
        separate_backups=truth(setting.get("separate_backups", {}), "separate_backups"),
        cover=number(setting.get("cover", {}), "cover", 1.0),
        items=items,
        suppliers=suppliers,
        offers=offers,
        packages=packages,
        bom={(text(r, "parent"), text(r, "child")): number(r, "quantity", 1.0) for r in problem.get("bom", ())},
        countries={text(row, "site"): text(row, "country") for row in problem.get("sites", ())},
        lanes={(text(row, "origin"), text(row, "destination")): _lane(row) for row in problem.get("lanes", ())},
        rebates=_rebates(problem),
        incumbents={
            (text(r, "item"), text(r, "supplier")): (number(r, "share"), number(r, "switch_cost"))
            for r in problem.get("incumbents", ())
        },
        rules=[_rule(row) for row in problem.get("rules", ()) if not is_past(row, "expires", today)],
        roles={(text(row, "supplier"), text(row, "role")): _role(row) for row in problem.get("roles", ())},
        hours={
            (text(row, "offer"), text(row, "role")): number(row, "hours")
            for row in problem.get("staffing", ())
            if text(row, "offer") in offers
        },
    )


def _item(row: Row, failures: int) -> Item:
    return Item(
        item=text(row, "item"),
        category=text(row, "category"),
        demand=number(row, "demand"),
        site=text(row, "site"),
        weight_kg=number(row, "weight_kg"),
        min_sources=number(row, "min_sources", 1),
        max_sources=number(row, "max_sources", math.inf),
        min_share=number(row, "min_share"),
        max_share=number(row, "max_share", 1),
        backups=int(number(row, "backups", failures)),
        required_level=number(row, "required_level"),
        max_failure_probability=number(row, "max_failure_probability", 1),
        defect_cost=number(row, "defect_cost"),
        shortage_cost=number(row, "shortage_cost") if text(row, "shortage_cost") else None,
    )


def _supplier(row: Row) -> Supplier:
    own = truth(row, "own")
    return Supplier(
        supplier=text(row, "supplier"),
        own=own,
        site=text(row, "site"),
        fixed_cost=number(row, "fixed_cost"),
        capacity=number(row, "capacity", math.inf),
        min_capacity=number(row, "min_capacity"),
        failure_probability=number(row, "failure_probability"),
        may_fail=truth(row, "may_fail", not own),
        recovery_share=number(row, "recovery_share", 1),
        risk_group=text(row, "risk_group", text(row, "supplier")),
    )


def _is_admitted(item: Item, supplier: Row, problem: Rows, today: date) -> bool:
    """Whether the supplier may have awards, backups or packages of the item."""
    level, longest = number(supplier, "level", 100), -1
    for row in problem.get("levels", ()):
        category = text(row, "category")
        if (
            text(row, "supplier") == text(supplier, "supplier")
            and item.category.startswith(category)
            and not is_past(row, "valid_until", today)
            and len(category) > longest
        ):
            level, longest = number(row, "level"), len(category)
    return (
        not truth(supplier, "excluded")
        and level >= item.required_level
        and number(supplier, "failure_probability") <= item.max_failure_probability
    )


def _offers(
    problem: Rows, suppliers: dict[str, Supplier], admitted: set[tuple[str, str]], today: date
) -> dict[str, Offer]:
    to_base = {text(row, "currency"): number(row, "rate") for row in problem.get("rates", ())}
    base = [text(row, "value") for row in problem.get("settings", ()) if text(row, "name") == "currency"]
    to_base[base[0] if base and base[0] else "EUR"] = 1.0
    offers = {}
    for row in problem["offers"]:
        name, item, supplier = text(row, "offer"), text(row, "item"), text(row, "supplier")
        if (item, supplier) not in admitted or is_past(row, "valid_until", today):
            continue
        currency = text(row, "currency")
        rate = to_base[currency] if currency else 1.0
        breaks = [
            (number(other, "from_quantity"), number(other, "unit_price") * rate)
            for other in problem.get("price_breaks", ())
            if text(other, "offer") == name
        ]
        unit_price = number(row, "unit_price")
        offers[name] = Offer(
            offer=name,
            item=item,
            supplier=supplier,
            site=text(row, "site", suppliers[supplier].site),
            unit_price=unit_price * rate,
            fixed_cost=number(row, "fixed_cost") * rate,
            capacity=number(row, "capacity", math.inf),
            min_quantity=number(row, "min_quantity"),
            multiple=number(row, "multiple"),
            capacity_use=number(row, "capacity_use", 1),
            turnkey=truth(row, "turnkey", True),
            defect_rate=number(row, "defect_rate"),
            payment_days=number(row, "payment_days"),
            backup_fee=number(row, "backup_fee") * rate,
            backup_unit_price=number(row, "backup_unit_price", unit_price) * rate,
            bring_up_days=number(row, "bring_up_days"),
            backup_only=truth(row, "backup_only"),
            incremental=text(row, "price_break_kind", "all_units") == "incremental",
            breaks=tuple(sorted(breaks)),
        )
    return offers


def _packages(problem: Rows, admitted: set[tuple[str, str]]) -> dict[str, Package]:
    packages = {}
    for row in problem.get("packages", ()):
        name, supplier = text(row, "package"), text(row, "supplier")
        contents = [other for other in problem.get("package_items", ()) if text(other, "package") == name]
        if all((text(other, "item"), supplier) in admitted for other in contents):
            packages[name] = Package(
                package=name,
                supplier=supplier,
                price=number(row, "price"),
                group=text(row, "group"),
                quantities={text(other, "item"): number(other, "quantity", 1) for other in contents},
                capacity_needed=sum(number(o, "quantity", 1) * number(o, "capacity_use", 1) for o in contents),
            )
    return packages


def _lane(row: Row) -> Lane:
    return Lane(number(row, "cost_per_unit"), number(row, "cost_per_kg"), number(row, "duty_rate"), number(row, "days"))


def _rebates(problem: Rows) -> dict[str, list[tuple[float, float]]]:
    rebates: dict[str, list[tuple[float, float]]] = {}
    for row in problem.get("rebates", ()):
        rebates.setdefault(text(row, "supplier"), []).append((number(row, "from_spend"), number(row, "rate")))
    return {supplier: sorted(limits) for supplier, limits in rebates.items()}


def _role(row: Row) -> Role:
    hourly_cost = number(row, "hourly_wage") * (1 + number(row, "burden_rate"))
    hours_per_year = number(row, "hours_per_year", 1800)
    lost_in_ramp_up = number(row, "ramp_months") / 12 * hours_per_year / 2
    return Role(
        hourly_cost=hourly_cost,
        hours_per_year=hours_per_year,
        in_hand=number(row, "in_hand"),
        max_hires=number(row, "max_hires", math.inf),
        cost_of_one_hire=number(row, "hire_cost") + lost_in_ramp_up * hourly_cost,
        attrition_rate=number(row, "attrition_rate"),
    )


def _rule(row: Row) -> Rule:
    def values(column: str) -> frozenset[str]:
        return frozenset(part.strip() for part in text(row, column).split(";") if part.strip())

    return Rule(
        rule=text(row, "rule"),
        measure=text(row, "measure"),
        items=values("item"),
        categories=values("category"),
        suppliers=values("supplier"),
        countries=values("country"),
        own=frozenset(truth({"own": value}, "own") for value in values("own")),
        low=number(row, "low", -math.inf),
        high=number(row, "high", math.inf),
    )
