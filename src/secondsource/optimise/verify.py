"""Whether decisions keep every promise of FORMAT.md, in exact arithmetic and without a solver; not for their cost.

Quantities are compared to a millionth of what they are compared with: solvers and other programs round. Whatever is
found is said in the manager's words, with both figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np

from secondsource.costing.admission import Admission, admit
from secondsource.language import Message, Number, _
from secondsource.optimise.account import Account
from secondsource.optimise.decisions import Decisions
from secondsource.optimise.frame import LEAST_AWARD
from secondsource.optimise.rules import Scope, scope
from secondsource.problem.links import Links
from secondsource.problem.scenarios import MEASURES
from secondsource.problem.tables import Problem

TOLERANCE = Fraction(1, 10**6)
ZERO = Fraction(0)


def shown(value: Fraction) -> Number:
    """Return an exact number as people write it: at most six decimals, no trailing zeros.

    >>> str(shown(Fraction(24_000_000))), str(shown(Fraction(1, 200)))
    ('24,000,000', '0.005')
    """
    return Number(f"{float(value):,.6f}".rstrip("0").rstrip(".") or "0")


def broken_promises(
    problem: Problem, links: Links, decisions: Decisions, book: Account, failures: np.ndarray
) -> tuple[Message, ...]:
    """Return what the decisions break, in the order of FORMAT.md; empty for a plan that keeps everything.

    Parameters
    ----------
    book
        The account of the decisions: needs, spend and people are taken from it.
    failures
        How many failures each item is planned for, `(items,)`.
    """
    inspector = _Inspector(problem, links, decisions, book, failures)
    return tuple(inspector.faults())


@dataclass(frozen=True)
class _Delivery:
    supplier: int
    item: int
    quantity: Fraction
    use: Fraction


class _Inspector:
    """Looks at one set of decisions from every side."""

    def __init__(
        self, problem: Problem, links: Links, decisions: Decisions, book: Account, failures: np.ndarray
    ) -> None:
        self.problem, self.links, self.decisions, self.book, self.planned = problem, links, decisions, book, failures
        self.admission: Admission = admit(problem, links)
        self.by_pair: dict[tuple[int, int], Fraction] = defaultdict(Fraction)
        for offer, quantity in decisions.awards.items():
            self.by_pair[int(links.offer_item[offer]), int(links.offer_supplier[offer])] += quantity
        self.deliveries: dict[int, list[_Delivery]] = defaultdict(list)
        table = problem.package_items
        for row, package in enumerate(links.package_item_package.tolist()):
            quantity = Fraction(table.quantity[row] or 0)
            use = quantity * Fraction(table.capacity_use[row] or 0)
            supplier = int(links.package_supplier[package])
            self.deliveries[package].append(_Delivery(supplier, int(links.package_item_item[row]), quantity, use))
        self.taken = [delivery for package in sorted(decisions.packages) for delivery in self.deliveries[package]]
        # Suppliers with an award or booking, and with a package, of each item.
        self.offering: dict[int, set[int]] = defaultdict(set)
        for offer in (*decisions.awards, *decisions.bookings):
            self.offering[int(links.offer_item[offer])].add(int(links.offer_supplier[offer]))
        self.delivering: dict[int, set[int]] = defaultdict(set)
        for delivery in self.taken:
            self.delivering[delivery.item].add(delivery.supplier)

    def faults(self) -> Iterator[Message]:
        """Every broken promise."""
        yield from self._admitted()
        yield from self._quantities()
        yield from self._flows()
        yield from self._needs()
        yield from self._sources()
        yield from self._capacities()
        yield from self._package_groups()
        yield from self._people()
        yield from self._survival()
        for rule in self.admission.rules:
            yield from self._rule(int(rule))

    def _item(self, item: int) -> str:
        return self.problem.items.item[item]

    def _offer(self, offer: int) -> str:
        return self.problem.offers.offer[offer]

    def _supplier(self, supplier: int) -> str:
        return self.problem.suppliers.supplier[supplier]

    def _admitted(self) -> Iterator[Message]:
        offers, packages = set(self.admission.offers.tolist()), set(self.admission.packages.tolist())
        for offer in {**self.decisions.awards, **self.decisions.bookings}:
            if offer not in offers:
                reason = self.admission.reasons["offers", offer]
                yield _("offer {offer} may not be used: {reason}", offer=self._offer(offer), reason=reason)
        for package in self.decisions.packages - packages:
            name, reason = self.problem.packages.package[package], self.admission.reasons["packages", package]
            yield _("package {package} may not be taken: {reason}", package=name, reason=reason)

    def _quantities(self) -> Iterator[Message]:
        table = self.problem.offers
        for offer, quantity in self.decisions.awards.items():
            name, least = self._offer(offer), Fraction(table.min_quantity[offer] or 0)
            need = self.book.needs[int(self.links.offer_item[offer])]
            if table.backup_only[offer] and quantity > 0:
                yield _("offer {offer} is for backup only, yet has an award", offer=name)
            rounding = need * TOLERANCE / 1000
            if quantity < max(least, need * Fraction(LEAST_AWARD)) * (1 - TOLERANCE) - rounding:
                yield _(
                    "the award of offer {offer} is {quantity}, below its least of {least}",
                    offer=name,
                    quantity=shown(quantity),
                    least=shown(max(least, need * Fraction(LEAST_AWARD))),
                )
            multiple = Fraction(table.multiple[offer] or 0)
            if multiple and abs(quantity - round(quantity / multiple) * multiple) > TOLERANCE * quantity:
                yield _(
                    "the award of offer {offer} is {quantity}, not in multiples of {multiple}",
                    offer=name,
                    quantity=shown(quantity),
                    multiple=shown(multiple),
                )
        for offer, quantity in self.decisions.bookings.items():
            if quantity > 0 and not self.links.item_backups[self.links.offer_item[offer]]:
                yield _("offer {offer} is booked as backup of an item that opted out", offer=self._offer(offer))

    def _flows(self) -> Iterator[Message]:
        sent: dict[int, Fraction] = defaultdict(Fraction)
        for (offer, _site), quantity in self.decisions.flows.items():
            sent[offer] += quantity
        for offer in {**self.decisions.awards, **sent}:
            awarded = self.decisions.awards.get(offer, ZERO)
            if abs(sent[offer] - awarded) > TOLERANCE * max(awarded, sent[offer]):
                yield _(
                    "offer {offer} is awarded {awarded}, but {sent} travel from it",
                    offer=self._offer(offer),
                    awarded=shown(awarded),
                    sent=shown(sent[offer]),
                )

    def _needs(self) -> Iterator[Message]:
        """At each destination, arrivals equal the need; packages may relieve the independent demand."""
        wanted: dict[tuple[int, int], Fraction] = defaultdict(Fraction)
        for row, (parent, child) in enumerate(
            zip(self.links.bom_parent.tolist(), self.links.bom_child.tolist(), strict=True)
        ):
            per_unit = Fraction(self.problem.bom.quantity[row] or 0)
            for offer, quantity in self.decisions.awards.items():
                if self.links.offer_item[offer] == parent and not self.problem.offers.turnkey[offer]:
                    wanted[child, int(self.links.offer_site[offer])] += per_unit * quantity
        relief: dict[tuple[int, int], Fraction] = defaultdict(Fraction)
        for delivery in self.taken:
            relief[delivery.item, int(self.links.item_site[delivery.item])] += delivery.quantity
        for item in range(len(self.problem.items)):
            demand = Fraction(self.problem.items.demand[item] or 0)
            here = (item, int(self.links.item_site[item]))
            wanted[here] += demand
            relief[here] = min(relief[here], demand)
        arrived: dict[tuple[int, int], Fraction] = defaultdict(Fraction)
        for (offer, site), quantity in self.decisions.flows.items():
            arrived[int(self.links.offer_item[offer]), site] += quantity
        for key in {**wanted, **arrived}:
            most, least = wanted[key], wanted[key] - relief[key]
            slack = TOLERANCE * max(self.book.needs[key[0]], most)
            if not least - slack <= arrived[key] <= most + slack:
                name = self.problem.sites.site[key[1]] if key[1] >= 0 else "-"
                yield _(
                    "{item} needs {least} to {most} at {site}, but {arrived} arrive",
                    item=self._item(key[0]),
                    least=shown(least),
                    most=shown(most),
                    site=name,
                    arrived=shown(arrived[key]),
                )

    def _sources(self) -> Iterator[Message]:
        table = self.problem.items
        awarded_to: dict[int, set[int]] = defaultdict(set)
        for (item, supplier), quantity in self.by_pair.items():
            if quantity > 0:
                awarded_to[item].add(supplier)
        for item, need in enumerate(self.book.needs):
            awarded = awarded_to[item]
            suppliers = awarded | self.delivering[item]
            least, most = int(table.min_sources[item] or 0), table.max_sources[item]
            if need > 0 and not least <= len(suppliers) <= (len(suppliers) if most is None else most):
                yield _(
                    "{item} has {count} suppliers, outside {least} to {most}",
                    item=self._item(item),
                    count=len(suppliers),
                    least=least,
                    most="-" if most is None else int(most),
                )
            low, high = Fraction(table.min_share[item] or 0), table.max_share[item]
            for supplier in sorted(awarded):
                quantity, slack = self.by_pair[item, supplier], TOLERANCE * need
                if not low * need - slack <= quantity <= Fraction(1 if high is None else high) * need + slack:
                    yield _(
                        "{supplier} has {share} of the need of {item}, outside {low} to {high}",
                        supplier=self._supplier(supplier),
                        share=shown(quantity / need if need else ZERO),
                        item=self._item(item),
                        low=shown(low),
                        high=shown(Fraction(1 if high is None else high)),
                    )

    def _capacities(self) -> Iterator[Message]:
        used: dict[int, Fraction] = defaultdict(Fraction)
        awarded: dict[int, Fraction] = defaultdict(Fraction)
        offers, links = self.problem.offers, self.links
        for offer in {**self.decisions.awards, **self.decisions.bookings}:
            quantity, booked = self.decisions.awards.get(offer, ZERO), self.decisions.bookings.get(offer, ZERO)
            use, supplier = Fraction(offers.capacity_use[offer] or 0), int(links.offer_supplier[offer])
            used[supplier] += use * (quantity + booked)
            awarded[supplier] += use * quantity
            capacity = offers.capacity[offer]
            if capacity is not None and quantity + booked > Fraction(capacity) * (1 + TOLERANCE):
                yield _(
                    "offer {offer} is used for {used}, above its capacity of {capacity}",
                    offer=self._offer(offer),
                    used=shown(quantity + booked),
                    capacity=capacity,
                )
        for delivery in self.taken:
            used[delivery.supplier] += delivery.use
            awarded[delivery.supplier] += delivery.use
        active = {s for (_i, s), q in self.by_pair.items() if q > 0} | {d.supplier for d in self.taken}
        for supplier, use in used.items():
            capacity, least = self.problem.suppliers.capacity[supplier], self.problem.suppliers.min_capacity[supplier]
            if capacity is not None and use > Fraction(capacity) * (1 + TOLERANCE):
                yield _(
                    "{supplier} is used for {used}, above its capacity of {capacity}",
                    supplier=self._supplier(supplier),
                    used=shown(use),
                    capacity=capacity,
                )
            if supplier in active and awarded[supplier] < Fraction(least or 0) * (1 - TOLERANCE):
                yield _(
                    "{supplier} is used for {used}, below its least of {least}",
                    supplier=self._supplier(supplier),
                    used=shown(awarded[supplier]),
                    least=least,
                )

    def _package_groups(self) -> Iterator[Message]:
        groups: dict[str, list[str]] = defaultdict(list)
        for package in sorted(self.decisions.packages):
            group = self.problem.packages.group[package]
            if group:
                groups[group].append(self.problem.packages.package[package])
        for group, names in groups.items():
            if len(names) > 1:
                yield _("packages {names} are both of group {group}", names=", ".join(names), group=group)

    def _people(self) -> Iterator[Message]:
        roles = self.problem.roles
        for role, persons in self.book.people.items():
            most = roles.max_hires[role]
            if most is not None:
                there = Fraction(roles.in_hand[role] or 0) + Fraction(most)
                if persons > there * (1 + TOLERANCE):
                    yield _(
                        "{supplier} needs {people} people as {role}, but can have {there}",
                        supplier=roles.supplier[role],
                        people=shown(persons),
                        role=roles.role[role],
                        there=shown(there),
                    )

    def _survival(self) -> Iterator[Message]:
        """For every set of failing groups, the bookings outside it take over the covered share of what it loses."""
        links, cover = self.links, Fraction(self.problem.settings.cover)
        lost: dict[int, dict[int, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
        for (item, supplier), quantity in self.by_pair.items():
            if links.supplier_may_fail[supplier]:
                lost[item][int(links.supplier_group[supplier])] += quantity
        for delivery in self.taken:
            if links.supplier_may_fail[delivery.supplier]:
                lost[delivery.item][int(links.supplier_group[delivery.supplier])] += delivery.quantity
        booked: dict[int, dict[int, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
        for offer, quantity in self.decisions.bookings.items():
            group = int(links.supplier_group[links.offer_supplier[offer]])
            booked[int(links.offer_item[offer])][group] += quantity
        for item, groups in lost.items():
            yield from self._survives(item, groups, booked[item], cover)
        pairs = self.by_pair.items()
        active = {key for key, q in pairs if q > 0} | {(delivery.item, delivery.supplier) for delivery in self.taken}
        for offer, quantity in self.decisions.bookings.items():
            pair = int(links.offer_item[offer]), int(links.offer_supplier[offer])
            if self.problem.settings.separate_backups and quantity > 0 and pair in active:
                yield _(
                    "{supplier} backs {item}, of which it has an award",
                    supplier=self._supplier(pair[1]),
                    item=self._item(pair[0]),
                )

    def _survives(
        self, item: int, lost: dict[int, Fraction], booked: dict[int, Fraction], cover: Fraction
    ) -> Iterator[Message]:
        """Only groups that lose or back something can make a difference, so only their sets are tried."""
        losing = self._failing_groups(item)
        total = sum(booked.values(), ZERO)
        for failing in combinations(losing, min(int(self.planned[item]), len(losing))):
            gone = cover * sum((lost.get(group, ZERO) for group in failing), ZERO)
            left = total - sum((booked.get(group, ZERO) for group in failing), ZERO)
            if left < gone - TOLERANCE * max(gone, self.book.needs[item]):
                yield _(
                    "should {groups} fail, {item} loses {lost} to be covered, but only {booked} are booked elsewhere",
                    groups=", ".join(self.links.groups[group] for group in failing),
                    item=self._item(item),
                    lost=shown(gone),
                    booked=shown(left),
                )

    def _failing_groups(self, item: int) -> list[int]:
        """Risk groups in which a supplier with an award, booking or package of the item may fail."""
        links = self.links
        suppliers = self.offering[item] | self.delivering[item]
        return sorted({int(links.supplier_group[s]) for s in suppliers if links.supplier_may_fail[s]})

    def _rule(self, rule: int) -> Iterator[Message]:
        table = self.problem.rules
        what = scope(self.problem, self.links, rule)
        value, whole = self._measured(table.measure[rule], what)
        low, high = table.low[rule], table.high[rule]
        slack = TOLERANCE * max(value, whole) if table.measure[rule] != "suppliers" else ZERO
        least, most = Fraction(low or 0) * whole, Fraction(high or 0) * whole
        if (low is not None and value < least - slack) or (high is not None and value > most + slack):
            yield _(
                "rule {rule}: {measure} is {value}, outside {low} to {high}",
                rule=table.rule[rule],
                measure=MEASURES[table.measure[rule]],
                value=shown(value / whole if whole else value),
                low="-" if low is None else shown(Fraction(low)),
                high="-" if high is None else shown(Fraction(high)),
            )

    def _measured(self, measure: str, what: Scope) -> tuple[Fraction, Fraction]:
        """What the rule sums to, and what its limits are a share of (1 unless a share)."""
        links = self.links
        offers = [
            offer
            for offer in self.decisions.awards
            if what.items[links.offer_item[offer]]
            and what.suppliers[links.offer_supplier[offer]]
            and what.country(links.offer_country[offer])
        ]
        fitting = [
            package
            for package in self.decisions.packages
            if what.suppliers[links.package_supplier[package]] and what.country(links.package_country[package])
        ]
        inside = [d for package in fitting for d in self.deliveries[package] if what.items[d.item]]
        if measure == "suppliers":
            active = {int(links.offer_supplier[offer]) for offer in offers} | {d.supplier for d in inside}
            return Fraction(len(active)), Fraction(1)
        if measure == "spend":
            whole = [p for p in fitting if self.deliveries[p] and all(what.items[d.item] for d in self.deliveries[p])]
            prices = sum((Fraction(self.problem.packages.price[p] or 0) for p in whole), ZERO)
            return prices + sum((self.book.purchases[offer] for offer in offers), ZERO), Fraction(1)
        quantity = sum((self.decisions.awards[offer] for offer in offers), ZERO)
        quantity += sum((d.quantity for d in inside), ZERO)
        if measure == "quantity":
            return quantity, Fraction(1)
        everything = sum((q for (item, _s), q in self.by_pair.items() if what.items[item]), ZERO)
        return quantity, everything + sum((d.quantity for d in self.taken if what.items[d.item]), ZERO)
