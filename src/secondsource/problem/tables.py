"""The tables of FORMAT.md as immutable values, one tuple or column of numbers each; not for reading or checking them.

An empty cell is kept as the column's default where FORMAT.md gives one, else as "" (text) or None (the rest): what such
a cell stands for is then decided from other columns in `problem.links`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from secondsource.problem.columns import Column, Numbers, column

Text = tuple[str, ...]
Flags = tuple[bool | None, ...]
Dates = tuple[date | None, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of a problem: equally long columns.

    Attributes
    ----------
    source, note
        Where the row's figures come from, and a remark: kept and shown.
    line
        Row number of each row in the file it came from (the header is 1); 0 where there was no file. Tables that
        differ in nothing else are equal.
    """

    NAME: ClassVar[str] = ""

    source: Text = column("text", "where the figures of the row come from", default="")
    note: Text = column("text", "a remark", default="")
    line: tuple[int, ...] = dataclasses.field(default=(), compare=False)

    def __len__(self) -> int:
        return len(self.line)

    @classmethod
    def columns(cls) -> Mapping[str, Column]:
        """Return the table's columns by name, in the order of FORMAT.md (`source` and `note` last)."""
        own = {f.name: f.metadata["column"] for f in dataclasses.fields(cls) if "column" in f.metadata}
        tail = {name: own.pop(name) for name in ("source", "note")}
        return own | tail

    @classmethod
    def key_columns(cls) -> tuple[str, ...]:
        """Return the names of the columns that together name a row."""
        return tuple(name for name, spec in cls.columns().items() if spec.key)

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Row of each key, for tables with a single key column."""
        (key,) = self.key_columns()
        return {name: row for row, name in enumerate(getattr(self, key))}

    def row(self, index: int) -> dict[str, Any]:
        """Return one row as `{column: value}`."""
        return {name: getattr(self, name)[index] for name in self.columns()}


@dataclass(frozen=True, kw_only=True)
class Items(Table):
    """What is needed: parts, assemblies and services."""

    NAME = "items"

    item: Text = column("text", "short unique name of the part, assembly or service", key=True, required=True)
    name: Text = column("text", "name in full", default="")
    kind: Text = column("text", "part, assembly, service or your own word", default="")
    unit: Text = column("text", "unit in which it is counted", default="")
    category: Text = column("text", "CPV, HS or own code", default="")
    demand: Numbers = column("number", "independent demand over the whole horizon, in units", default=0, low=0)
    site: Text = column("text", "where the independent demand is delivered", default="", refers="sites")
    weight_kg: Numbers = column("number", "weight of one unit, in kg", default=0, low=0)
    min_sources: Numbers = column("whole", "how many suppliers must share the award, at least", default=1, low=0)
    max_sources: Numbers = column("whole", "how many suppliers may share the award, at most", low=0)
    min_share: Numbers = column(
        "number", "least share of the need for one supplier that has an award of it", default=0, low=0, high=1
    )
    max_share: Numbers = column("number", "greatest share of the need for one supplier", default=1, low=0, high=1)
    backups: Numbers = column(
        "whole", "how many suppliers may fail at once without the item failing; 0 opts it out", low=0, high=2
    )
    required_level: Numbers = column(
        "number", "suppliers of a lower level are not admitted", default=0, low=0, high=100
    )
    max_failure_probability: Numbers = column("number", "suppliers more likely to fail are not admitted", low=0, high=1)
    defect_cost: Numbers = column(
        "number", "what one defective unit costs the buyer and its customers", default=0, low=0
    )
    shortage_cost: Numbers = column(
        "number", "what a unit that nobody delivers costs beyond the price then not paid", low=0
    )


@dataclass(frozen=True, kw_only=True)
class Bom(Table):
    """Which items are made of which (bill of materials)."""

    NAME = "bom"

    parent: Text = column("text", "item that is made", key=True, required=True, refers="items")
    child: Text = column("text", "item that goes into it", key=True, required=True, refers="items")
    quantity: Numbers = column("number", "units of the child in one unit of the parent", default=1, above=0)


@dataclass(frozen=True, kw_only=True)
class Sites(Table):
    """Places from which and to which things travel."""

    NAME = "sites"

    site: Text = column("text", "short unique name of the place", key=True, required=True)
    name: Text = column("text", "name in full", default="")
    country: Text = column("country", "country code, ISO 3166 alpha-2", default="")
    latitude: Numbers = column("number", "degrees north", low=-90, high=90)
    longitude: Numbers = column("number", "degrees east", low=-180, high=180)


@dataclass(frozen=True, kw_only=True)
class Suppliers(Table):
    """Contractors, and the own firm's plants and teams."""

    NAME = "suppliers"

    supplier: Text = column("text", "short unique name of the firm, plant or team", key=True, required=True)
    name: Text = column("text", "name in full", default="")
    own: Flags = column("boolean", "true for the own firm's plant or team", default=False)
    site: Text = column("text", "where its offers come from by default", default="", refers="sites")
    fixed_cost: Numbers = column("number", "cost of working with the supplier at all", default=0, low=0)
    capacity: Numbers = column("number", "capacity over awards, packages and booked backups", low=0)
    min_capacity: Numbers = column("number", "least use over awards and packages, once it has one", default=0, low=0)
    level: Numbers = column("number", "assessed qualification", default=100, low=0, high=100)
    failure_probability: Numbers = column("number", "that it fails within the horizon", default=0, low=0, high=1)
    may_fail: Flags = column("boolean", "whether the plan must survive its failure (empty: unless own)")
    recovery_share: Numbers = column("number", "part of the horizon that a failure costs", default=1, low=0, high=1)
    risk_group: Text = column("text", "suppliers of one group fail together (empty: alone)", default="")
    excluded: Flags = column("boolean", "kept for the record, not used", default=False)
    excluded_reason: Text = column("text", "why it is excluded", default="")


@dataclass(frozen=True, kw_only=True)
class Levels(Table):
    """Qualification of suppliers by category, with evidence."""

    NAME = "levels"

    supplier: Text = column("text", "supplier", key=True, required=True, refers="suppliers")
    category: Text = column("text", "items whose category begins so", key=True, required=True)
    level: Numbers = column("number", "assessed level", required=True, low=0, high=100)
    evidence: Text = column("text", "what the level rests on", default="")
    valid_until: Dates = column("date", "last day on which the evidence counts")


@dataclass(frozen=True, kw_only=True)
class Offers(Table):
    """Priced alternatives, each for one item from one supplier; own production is an offer too."""

    NAME = "offers"

    offer: Text = column("text", "short unique name of the offer", key=True, required=True)
    item: Text = column("text", "item offered", required=True, refers="items")
    supplier: Text = column("text", "who offers it", required=True, refers="suppliers")
    site: Text = column("text", "where it is made (empty: the supplier's site)", default="", refers="sites")
    currency: Text = column("currency", "currency of the row's prices (empty: base currency)", default="")
    unit_price: Numbers = column("number", "price of one unit", required=True, low=0)
    fixed_cost: Numbers = column("number", "tooling, transition, qualification of this offer", default=0, low=0)
    capacity: Numbers = column("number", "most units of this offer", low=0)
    min_quantity: Numbers = column("number", "least units, if awarded", default=0, low=0)
    multiple: Numbers = column("number", "awarded in multiples of this quantity", above=0)
    capacity_use: Numbers = column("number", "of the supplier's capacity per unit", default=1, low=0)
    turnkey: Flags = column(
        "boolean", "true: the price includes the BOM children; false: they are bought and delivered to it", default=True
    )
    defect_rate: Numbers = column("number", "share of defective units", default=0, low=0, high=1)
    lead_days: Numbers = column("number", "lead time in days", default=0, low=0)
    payment_days: Numbers = column("number", "days until payment", default=0, low=0)
    backup_fee: Numbers = column("number", "retainer per unit booked as backup", default=0, low=0)
    backup_unit_price: Numbers = column("number", "price of a unit taken over (empty: unit_price)", low=0)
    bring_up_days: Numbers = column("number", "days until a backup delivers", default=0, low=0)
    backup_only: Flags = column("boolean", "true: never awarded, only booked as backup", default=False)
    valid_until: Dates = column("date", "last day on which the offer can be accepted")
    price_break_kind: Text = column(
        "choice",
        "how its price breaks are read",
        default="all_units",
        choices=("all_units", "incremental"),
    )


@dataclass(frozen=True, kw_only=True)
class PriceBreaks(Table):
    """Unit prices from a quantity on, in the offer's currency."""

    NAME = "price_breaks"

    offer: Text = column("text", "offer", key=True, required=True, refers="offers")
    from_quantity: Numbers = column("number", "from this quantity on", key=True, required=True, low=0)
    unit_price: Numbers = column("number", "price of one unit", required=True, low=0)


@dataclass(frozen=True, kw_only=True)
class Packages(Table):
    """All-or-nothing bundles at one price in the base currency, freight included."""

    NAME = "packages"

    package: Text = column("text", "short unique name of the package", key=True, required=True)
    supplier: Text = column("text", "who offers it", required=True, refers="suppliers")
    price: Numbers = column("number", "price of the whole package", required=True, low=0)
    group: Text = column("text", "at most one package of a group is taken", default="")


@dataclass(frozen=True, kw_only=True)
class PackageItems(Table):
    """What a package delivers."""

    NAME = "package_items"

    package: Text = column("text", "package", key=True, required=True, refers="packages")
    item: Text = column("text", "item", key=True, required=True, refers="items")
    quantity: Numbers = column("number", "units delivered", default=1, low=0)
    capacity_use: Numbers = column("number", "of the supplier's capacity per unit", default=1, low=0)


@dataclass(frozen=True, kw_only=True)
class Rebates(Table):
    """Rebates on the whole purchase spend with a supplier."""

    NAME = "rebates"

    supplier: Text = column("text", "supplier", key=True, required=True, refers="suppliers")
    from_spend: Numbers = column("number", "from this spend on, base currency", key=True, required=True, low=0)
    rate: Numbers = column("number", "share of the whole spend given back", required=True, low=0, high=1)


@dataclass(frozen=True, kw_only=True)
class Lanes(Table):
    """What moving things from one site to another costs and takes."""

    NAME = "lanes"

    origin: Text = column("text", "from", key=True, required=True, refers="sites")
    destination: Text = column("text", "to", key=True, required=True, refers="sites")
    cost_per_unit: Numbers = column("number", "freight of one unit", default=0, low=0)
    cost_per_kg: Numbers = column("number", "freight of one kg", default=0, low=0)
    duty_rate: Numbers = column("number", "duty as a share of the purchase value", default=0, low=0)
    days: Numbers = column("number", "days in transit", default=0, low=0)


@dataclass(frozen=True, kw_only=True)
class Rates(Table):
    """Exchange rates."""

    NAME = "rates"

    currency: Text = column("currency", "currency", key=True, required=True)
    rate: Numbers = column("number", "base currency for 1 of it", required=True, above=0)


@dataclass(frozen=True, kw_only=True)
class Incumbents(Table):
    """Today's awards and the cost of taking them away."""

    NAME = "incumbents"

    item: Text = column("text", "item that is no BOM child", key=True, required=True, refers="items")
    supplier: Text = column("text", "who holds it today", key=True, required=True, refers="suppliers")
    share: Numbers = column("number", "share of the demand held today", required=True, above=0, high=1)
    switch_cost: Numbers = column("number", "cost of taking all of it away, pro rata", default=0, low=0)


@dataclass(frozen=True, kw_only=True)
class Rules(Table):
    """Limits that the manager sets."""

    NAME = "rules"

    rule: Text = column("text", "short unique name of the rule", key=True, required=True)
    measure: Text = column(
        "choice", "what is limited", required=True, choices=("share", "quantity", "spend", "suppliers")
    )
    item: Text = column("text", "only these items; several with ;", default="")
    category: Text = column("text", "only categories that begin so; several with ;", default="")
    supplier: Text = column("text", "only these suppliers; several with ;", default="")
    country: Text = column("text", "only offers from these countries; several with ;", default="")
    own: Text = column("text", "true: only own; false: only bought; empty: all", default="")
    low: Numbers = column("number", "at least", low=0)
    high: Numbers = column("number", "at most", low=0)
    owner: Text = column("text", "who answers for the rule", default="")
    reason: Text = column("text", "why it is there", default="")
    expires: Dates = column("date", "last day on which it holds")


@dataclass(frozen=True, kw_only=True)
class Roles(Table):
    """People of suppliers, in-house or on a rate card."""

    NAME = "roles"

    supplier: Text = column("text", "whose people", key=True, required=True, refers="suppliers")
    role: Text = column("text", "what they are", key=True, required=True)
    hourly_wage: Numbers = column("number", "pay of an hour, base currency", required=True, low=0)
    burden_rate: Numbers = column("number", "taxes, benefits, workplace as a share of the wage", default=0, low=0)
    hours_per_year: Numbers = column("number", "productive hours of one person a year", default=1800, above=0)
    in_hand: Numbers = column("number", "people already there", default=0, low=0)
    max_hires: Numbers = column("number", "how many more the labour market gives", low=0)
    hire_cost: Numbers = column("number", "recruiting and training of one person", default=0, low=0)
    ramp_months: Numbers = column("number", "months until fully productive; half of them is lost", default=0, low=0)
    attrition_rate: Numbers = column("number", "share of people who leave per year", default=0, low=0)


@dataclass(frozen=True, kw_only=True)
class Staffing(Table):
    """Work that an offer takes, per unit of the item."""

    NAME = "staffing"

    offer: Text = column("text", "offer", key=True, required=True, refers="offers")
    role: Text = column("text", "role of the offer's supplier", key=True, required=True)
    hours: Numbers = column("number", "hours per unit of the item", required=True, low=0)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What holds for the whole problem (the table `settings`, one row a setting)."""

    currency: str = "EUR"
    as_of: date
    horizon_years: int = 1
    discount_rate: Decimal = Decimal(0)
    failures: int = 1
    strict: bool = False
    separate_backups: bool = False
    cover: Decimal = Decimal(1)


SETTINGS: Mapping[str, Column] = {
    "currency": Column("currency", "base currency, ISO 4217", default="EUR"),
    "as_of": Column("date", "the day that decides what has expired (empty: today)"),
    "horizon_years": Column("whole", "years that the plan covers", default=1, low=1),
    "discount_rate": Column("number", "per year", default=0, low=0),
    "failures": Column("whole", "how many suppliers may fail at once", default=1, low=0, high=2),
    "strict": Column("boolean", "true: an item without enough backups makes the problem infeasible", default=False),
    "separate_backups": Column(
        "boolean", "true: a supplier does not back an item of which it has an award or package", default=False
    ),
    "cover": Column("number", "share of a lost volume that backups take over", default=1, low=0, high=1),
}

TABLES: Mapping[str, type[Table]] = {
    table.NAME: table
    for table in (
        Items,
        Bom,
        Sites,
        Suppliers,
        Levels,
        Offers,
        PriceBreaks,
        Packages,
        PackageItems,
        Rebates,
        Lanes,
        Rates,
        Incumbents,
        Rules,
        Roles,
        Staffing,
    )
}
"""The tables by name, in the order of FORMAT.md (`settings`, a table of names and values, apart)."""

REQUIRED = ("items", "suppliers", "offers")


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What must be decided: every table of FORMAT.md, checked.

    Attributes
    ----------
    given
        The settings that the input itself named, as text, in its order: what a writer writes back.
    sha256
        Digest of the tables' canonical form, so that a plan can name the problem it answers.
    """

    settings: Settings
    items: Items
    bom: Bom
    sites: Sites
    suppliers: Suppliers
    levels: Levels
    offers: Offers
    price_breaks: PriceBreaks
    packages: Packages
    package_items: PackageItems
    rebates: Rebates
    lanes: Lanes
    rates: Rates
    incumbents: Incumbents
    rules: Rules
    roles: Roles
    staffing: Staffing
    given: tuple[tuple[str, str, str, str], ...] = ()
    sha256: str = ""

    def tables(self) -> Mapping[str, Table]:
        """Return the tables by name, `settings` apart."""
        return {name: getattr(self, name) for name in TABLES}
