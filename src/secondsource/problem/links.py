"""Which row of which table each key means, as index arrays, with what empty cells stand for; not for calculating."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal

import numpy as np

from secondsource.arrays import Booleans, Integers
from secondsource.problem.columns import Numbers
from secondsource.problem.tables import Problem

NOWHERE = -1
"""Index of a site that is not named."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Links:
    """Row numbers in the tables named, one for each row of the table that names them.

    Arrays are read-only; `offer_item` has shape `(n_offers,)` and holds rows of `items`, and so on. Sites that are
    not named are `NOWHERE` (-1).

    Attributes
    ----------
    item_site
        Where the independent demand of each item goes.
    item_backups
        Failures each item must survive: its `backups`, else the setting `failures`.
    supplier_own, supplier_may_fail
        `may_fail` is, where the cell is empty, true for suppliers that are not own.
    supplier_group
        Index into `groups`: the supplier's `risk_group`, else its own name. A group that is named like a supplier is
        the group of that supplier, where it names no other.
    groups
        Names of the risk groups, in the order in which the suppliers name them.
    offer_site, offer_country
        The offer's site, else its supplier's; its country, "" where there is no site or the site names none.
    offer_rate
        Base currency for 1 of the offer's currency.
    offer_backup_price
        Price of a unit taken over, in the offer's currency: `backup_unit_price`, else `unit_price`.
    package_country
        Country of the site of the package's supplier.
    staffing_role
        Row in `roles` of the role named, of the supplier of the offer named.
    """

    item_site: Integers
    item_backups: Integers
    bom_parent: Integers
    bom_child: Integers
    supplier_site: Integers
    supplier_own: Booleans
    supplier_may_fail: Booleans
    supplier_group: Integers
    groups: tuple[str, ...]
    level_supplier: Integers
    offer_item: Integers
    offer_supplier: Integers
    offer_site: Integers
    offer_country: tuple[str, ...]
    offer_rate: Numbers
    offer_backup_price: Numbers
    price_break_offer: Integers
    package_supplier: Integers
    package_country: tuple[str, ...]
    package_item_package: Integers
    package_item_item: Integers
    rebate_supplier: Integers
    lane_origin: Integers
    lane_destination: Integers
    incumbent_item: Integers
    incumbent_supplier: Integers
    role_supplier: Integers
    staffing_offer: Integers
    staffing_role: Integers

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)


def link(problem: Problem) -> Links:
    """Return the row numbers behind the keys of a checked problem.

    Raises
    ------
    KeyError
        A key that its table lacks: the problem was made by hand and never checked.
    """
    items, suppliers, sites, offers = problem.items, problem.suppliers, problem.sites, problem.offers
    offer_supplier = _rows(offers.supplier, suppliers.position)
    supplier_site = _rows(suppliers.site, sites.position, "")
    own_site = _rows(offers.site, sites.position, "")
    offer_site = np.where(own_site == NOWHERE, supplier_site[offer_supplier], own_site)
    package_supplier = _rows(problem.packages.supplier, suppliers.position)
    group_of, groups = _groups(problem)
    staffing_offer = _rows(problem.staffing.offer, offers.position)
    return Links(
        item_site=_rows(items.site, sites.position, ""),
        item_backups=_whole(problem.settings.failures if n is None else n for n in items.backups),
        bom_parent=_rows(problem.bom.parent, items.position),
        bom_child=_rows(problem.bom.child, items.position),
        supplier_site=supplier_site,
        supplier_own=np.array(suppliers.own, dtype=np.bool_),
        supplier_may_fail=np.array(
            [not own if may is None else may for may, own in zip(suppliers.may_fail, suppliers.own, strict=True)],
            dtype=np.bool_,
        ),
        supplier_group=group_of,
        groups=groups,
        level_supplier=_rows(problem.levels.supplier, suppliers.position),
        offer_item=_rows(offers.item, items.position),
        offer_supplier=offer_supplier,
        offer_site=offer_site,
        offer_country=_countries(sites.country, offer_site),
        offer_rate=_offer_rates(problem),
        offer_backup_price=Numbers(
            [
                price if backup is None else backup
                for price, backup in zip(offers.unit_price, offers.backup_unit_price, strict=True)
            ]
        ),
        price_break_offer=_rows(problem.price_breaks.offer, offers.position),
        package_supplier=package_supplier,
        package_country=_countries(sites.country, supplier_site[package_supplier]),
        package_item_package=_rows(problem.package_items.package, problem.packages.position),
        package_item_item=_rows(problem.package_items.item, items.position),
        rebate_supplier=_rows(problem.rebates.supplier, suppliers.position),
        lane_origin=_rows(problem.lanes.origin, sites.position),
        lane_destination=_rows(problem.lanes.destination, sites.position),
        incumbent_item=_rows(problem.incumbents.item, items.position),
        incumbent_supplier=_rows(problem.incumbents.supplier, suppliers.position),
        role_supplier=_rows(problem.roles.supplier, suppliers.position),
        staffing_offer=staffing_offer,
        staffing_role=_staffing_roles(problem, offer_supplier[staffing_offer]),
    )


def _rows(keys: Sequence[str], position: Mapping[str, int], nowhere: str | None = None) -> Integers:
    """Row of each key; `NOWHERE` where the key is `nowhere`."""
    if nowhere is not None:
        position = {**position, nowhere: NOWHERE}
    return np.fromiter((position[key] for key in keys), dtype=np.int64, count=len(keys))


def _whole(numbers: Iterable[Decimal | int]) -> Integers:
    return np.array([int(n) for n in numbers], dtype=np.int64)


def _groups(problem: Problem) -> tuple[Integers, tuple[str, ...]]:
    """Group of each supplier, and the groups' names."""
    names = [
        group or name for group, name in zip(problem.suppliers.risk_group, problem.suppliers.supplier, strict=True)
    ]
    position = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return _rows(names, position), tuple(position)


def _countries(countries: Sequence[str], sites: Integers) -> tuple[str, ...]:
    return tuple("" if site == NOWHERE else countries[site] for site in sites.tolist())


def _offer_rates(problem: Problem) -> Numbers:
    """Base currency for 1 of each offer's currency."""
    rate_of: dict[str, Decimal | None] = dict(zip(problem.rates.currency, problem.rates.rate, strict=True))
    rate_of[""] = rate_of[problem.settings.currency] = Decimal(1)
    return Numbers([rate_of[currency] for currency in problem.offers.currency])


def _staffing_roles(problem: Problem, suppliers: Integers) -> Integers:
    """Row in `roles` of each row of `staffing`, whose offers come from `suppliers`."""
    names = problem.suppliers.supplier
    position = {key: row for row, key in enumerate(zip(problem.roles.supplier, problem.roles.role, strict=True))}
    return _whole(
        position[names[supplier], role]
        for supplier, role in zip(suppliers.tolist(), problem.staffing.role, strict=True)
    )
