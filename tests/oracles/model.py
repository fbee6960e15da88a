"""What the plain program decides, and sections 1 and 5 of "What a plan is".

Needs, awards, flows, bookings, capacities, sources and shares; what they cost is said elsewhere.
"""

from __future__ import annotations

import math

from .linear import Linear, Program, add_up
from .tables import Item, Offer, Tables

SMALLEST_AWARD = 1e-6  # of the item's need


def need_limits(tables: Tables) -> dict[str, float]:
    """Return what each item may need at most: its demand, and all that its non-turnkey parents could need."""
    limits: dict[str, float] = {}
    for item in tables.parents_first():
        limits[item] = tables.items[item].demand
        for (parent, child), quantity in tables.bom.items():
            if child == item:
                offers = [o for o in tables.offers_of(parent) if not o.turnkey and not o.backup_only]
                capacity = sum(min(o.capacity, limits[parent]) for o in offers)
                limits[item] += quantity * min(limits[parent], capacity)
    return limits


def planned_failures(tables: Tables, item: Item) -> int:
    """Return how many failures at once the item is planned for: no more than the groups of its offers allow."""
    groups = {tables.suppliers[offer.supplier].risk_group for offer in tables.offers_of(item.item)}
    return max(0, min(item.backups, len(groups) - 1))


def failing_groups(tables: Tables, item: str) -> list[str]:
    """Return the groups in which a supplier with an offer or package of the item may fail."""
    sellers = [o.supplier for o in tables.offers_of(item)] + [p.supplier for p in tables.packages_of(item)]
    return sorted({tables.suppliers[s].risk_group for s in sellers if tables.suppliers[s].may_fail})


def is_short(tables: Tables, item: Item) -> bool:
    """Whether the item's offers come from too few groups for the failures that were asked for."""
    return bool(failing_groups(tables, item.item)) and planned_failures(tables, item) < item.backups


class Model:
    """The quantities of a plan and the rows that bind them."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.program = Program()
        self.need_limit = need_limits(tables)
        self.need: dict[str, Linear] = {}
        self.is_needed: dict[str, Linear] = {}
        self.x: dict[str, Linear] = {}
        self.is_awarded: dict[str, Linear] = {}
        self.r: dict[str, Linear] = {}
        self.is_booked: dict[str, Linear] = {}
        self.taken: dict[str, Linear] = {}
        # Flows go from an offer to the offer of a parent, or to "" for the independent demand.
        self.flow: dict[tuple[str, str], Linear] = {}
        self.purchase: dict[str, Linear] = {}
        self.hires: dict[tuple[str, str], Linear] = {}
        self._take_packages()
        self._award()
        self._send()
        self._book()
        self._keep_to_capacities()
        self._keep_to_sources_and_shares()

    def most(self, offer: Offer) -> float:
        """The most that the offer could be awarded."""
        return 0.0 if offer.backup_only else min(self.need_limit[offer.item], offer.capacity)

    def parent_offers(self, item: str) -> list[tuple[Offer, float]]:
        """Non-turnkey offers of the item's parents, and how many of the item one unit of each needs."""
        return [
            (offer, quantity)
            for (parent, child), quantity in self.tables.bom.items()
            for offer in self.tables.offers_of(parent)
            if child == item and not offer.turnkey
        ]

    def delivered(self, item: str) -> Linear:
        """What packages bring of the item."""
        return add_up(self.taken[p.package] * p.quantities[item] for p in self.tables.packages_of(item))

    def ways(self, offer: str) -> list[tuple[str, Linear]]:
        """Where the offer's award goes: sites (some more than once) and flows."""
        item = self.tables.items[self.tables.offers[offer].item]
        return [
            (self.tables.offers[target].site if target else item.site, flow)
            for (source, target), flow in self.flow.items()
            if source == offer
        ]

    def sources(self, supplier: str, item: str) -> list[Linear]:
        """The choices that make the supplier one of the item's sources."""
        awards = [self.is_awarded[o.offer] for o in self.tables.offers_of(item) if o.supplier == supplier]
        return awards + [self.taken[p.package] for p in self.tables.packages_of(item) if p.supplier == supplier]

    def _take_packages(self) -> None:
        packages = list(self.tables.packages.values())
        for package in packages:
            self.taken[package.package] = self.program.choice(f"taken {package.package}")
        for group in sorted({package.group for package in packages if package.group}):
            self.program.at_most(add_up(self.taken[p.package] for p in packages if p.group == group), 1)

    def _award(self) -> None:
        """Needs from the top of the bill of materials down, and what each offer gets of them."""
        for name in self.tables.parents_first():
            item = self.tables.items[name]
            parents = self.parent_offers(name)
            self.need[name] = item.demand + add_up(quantity * self.x[offer.offer] for offer, quantity in parents)
            if item.demand > 0:
                self.is_needed[name] = Linear({}, 1.0)
            else:
                choices = [self.is_awarded[offer.offer] for offer, _ in parents]
                self.is_needed[name] = self.program.either(f"needed {name}", choices)
            for offer in self.tables.offers_of(name):
                self._award_to(offer)

    def _award_to(self, offer: Offer) -> None:
        p, name, most = self.program, offer.offer, self.most(offer)
        x = self.x[name] = p.quantity(f"x {name}", most)
        awarded = self.is_awarded[name] = p.choice(f"awarded {name}")
        p.at_most(awarded, self.is_needed[offer.item])
        p.at_most(x, most * awarded)
        p.at_least(x, offer.min_quantity * awarded)
        slack = SMALLEST_AWARD * self.need_limit[offer.item] * (1 - awarded)
        p.at_least(x, SMALLEST_AWARD * self.need[offer.item] - slack)
        if most == 0:
            p.equal(awarded, 0)
        if offer.multiple > 0:
            lots = p.count(f"lots {name}", math.floor(most / offer.multiple + 1e-9))
            p.equal(x, offer.multiple * lots)

    def _send(self) -> None:
        """Every award goes to where it is needed; packages may leave less to bring, and what is over is thrown away."""
        p = self.program
        for item in self.tables.items.values():
            parents, offers = self.parent_offers(item.item), self.tables.offers_of(item.item)
            targets = [("", item.demand)] + [(o.offer, q * self.need_limit[o.item]) for o, q in parents]
            for offer in offers:
                for target, limit in targets:
                    self.flow[offer.offer, target] = p.quantity(f"flow {offer.offer} to {target}", limit)
                p.equal(self.x[offer.offer], add_up(self.flow[offer.offer, target] for target, _ in targets))
            for parent, quantity in parents:
                arriving = add_up(self.flow[offer.offer, parent.offer] for offer in offers)
                p.equal(arriving, quantity * self.x[parent.offer])
            arriving = add_up(self.flow[offer.offer, ""] for offer in offers)
            p.at_most(arriving, item.demand)
            p.at_least(arriving, item.demand - self.delivered(item.item))

    def _book(self) -> None:
        """Bookings; more than all that could be lost is never worth booking."""
        p, tables = self.program, self.tables
        for offer in tables.offers.values():
            item = tables.items[offer.item]
            lost = self.need_limit[item.item] + sum(q.quantities[item.item] for q in tables.packages_of(item.item))
            limit = min(tables.cover * lost, offer.capacity) if planned_failures(tables, item) > 0 else 0.0
            self.r[offer.offer] = p.quantity(f"r {offer.offer}", limit)
            booked = self.is_booked[offer.offer] = p.choice(f"booked {offer.offer}")
            p.at_most(self.r[offer.offer], limit * booked)
            if tables.separate_backups:
                for source in self.sources(offer.supplier, offer.item):
                    p.at_most(booked + source, 1)

    def _keep_to_capacities(self) -> None:
        p = self.program
        for offer in self.tables.offers.values():
            if offer.capacity < math.inf:
                p.at_most(self.x[offer.offer] + self.r[offer.offer], offer.capacity)
        for supplier in self.tables.suppliers.values():
            offers = [o for o in self.tables.offers.values() if o.supplier == supplier.supplier]
            packages = [q for q in self.tables.packages.values() if q.supplier == supplier.supplier]
            working = add_up(o.capacity_use * self.x[o.offer] for o in offers)
            working = working + add_up(q.capacity_needed * self.taken[q.package] for q in packages)
            standing_by = add_up(o.capacity_use * self.r[o.offer] for o in offers)
            if supplier.capacity < math.inf:
                p.at_most(working + standing_by, supplier.capacity)
            if supplier.min_capacity > 0:
                for choice in [self.is_awarded[o.offer] for o in offers] + [self.taken[q.package] for q in packages]:
                    p.at_least(working, supplier.min_capacity * choice)

    def _keep_to_sources_and_shares(self) -> None:
        p = self.program
        for item in self.tables.items.values():
            need, limit = self.need[item.item], self.need_limit[item.item]
            is_source = []
            for supplier in self.tables.suppliers:
                choices = self.sources(supplier, item.item)
                if not choices:
                    continue
                is_source.append(p.either(f"source {supplier} of {item.item}", choices))
                offers = [o for o in self.tables.offers_of(item.item) if o.supplier == supplier]
                awarded = add_up(self.x[o.offer] for o in offers)
                p.at_most(awarded, item.max_share * need)
                for offer in offers:
                    no_award = 1 - self.is_awarded[offer.offer]
                    p.at_least(awarded, item.min_share * need - item.min_share * limit * no_award)
            p.at_least(add_up(is_source), item.min_sources * self.is_needed[item.item])
            if item.max_sources < math.inf:
                unneeded = 1 - self.is_needed[item.item]
                p.at_most(add_up(is_source), item.max_sources + len(is_source) * unneeded)
