"""The exact cost of decisions, part by part, and what each failure would do; not for whether they are allowed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from secondsource.arrays import Integers
from secondsource.costing import parts
from secondsource.costing.costs import Costs, Moving, cost, moving
from secondsource.costing.prices import purchase
from secondsource.optimise.decisions import Decisions
from secondsource.optimise.transport import cheapest_transport
from secondsource.problem.links import Links
from secondsource.problem.plan import PARTS
from secondsource.problem.tables import Problem

THRESHOLD = Fraction(1, 10**9)
"""A quantity or spend this little, relatively, below a break or rebate counts as reaching it."""
ZERO = Fraction(0)


@dataclass(frozen=True)
class FailureCost:
    """What the failure of one risk group does to one item.

    Attributes
    ----------
    lost, covered
        Units lost, and units that the booked backups take over.
    extra
        ``e`` of FORMAT.md, and shortages: undiscounted, had it failed for the whole horizon.
    unpriced
        Whether units stay undelivered whose shortage has no price.
    """

    group: int
    item: int
    lost: Fraction
    covered: Fraction
    extra: Fraction
    unpriced: bool


@dataclass(frozen=True)
class Account:
    """What decisions cost, exactly; present value in the base currency.

    Attributes
    ----------
    parts
        The cost parts of FORMAT.md, `rebates` negative.
    needs
        Of each item, units.
    award_costs
        Of each awarded offer: purchase (before rebates), freight, duty, interest, defects and wages.
    flow_costs
        Freight, duty and interest by (offer, destination); `estimated` and `unknown` say which freights are estimates
        or could not be estimated.
    spend
        Purchase with each supplier, undiscounted, before rebates.
    people
        ``P`` of each role.
    """

    parts: Mapping[str, Fraction]
    needs: tuple[Fraction, ...]
    award_costs: Mapping[int, Fraction]
    flow_costs: Mapping[tuple[int, int], Fraction]
    estimated: frozenset[tuple[int, int]]
    unknown: frozenset[tuple[int, int]]
    spend: Mapping[int, Fraction]
    purchases: Mapping[int, Fraction]
    people: Mapping[int, Fraction]
    failures: tuple[FailureCost, ...]

    @property
    def total(self) -> Fraction:
        """The plan's cost."""
        return sum(self.parts.values(), ZERO)


def account(problem: Problem, links: Links, decisions: Decisions, failures: Integers) -> Account:
    """Return what the decisions cost.

    Parameters
    ----------
    failures
        How many failures each item is planned for, `(items,)`: with none, a loss is priced as a shortage.
    """
    return _Book(problem, links, decisions, failures).account()


def needs(problem: Problem, links: Links, decisions: Decisions) -> tuple[Fraction, ...]:
    """Return the need of each item: its demand and what awarded non-turnkey parents need."""
    need = [Fraction(value or 0) for value in problem.items.demand]
    children: dict[int, list[tuple[int, Fraction]]] = defaultdict(list)
    for row, (parent, child) in enumerate(zip(links.bom_parent.tolist(), links.bom_child.tolist(), strict=True)):
        children[parent].append((child, Fraction(problem.bom.quantity[row] or 0)))
    for offer, quantity in decisions.awards.items():
        if not problem.offers.turnkey[offer]:
            for child, per_unit in children[int(links.offer_item[offer])]:
                need[child] += per_unit * quantity
    return tuple(need)


class _Book:
    """Adds up the account of one set of decisions."""

    def __init__(self, problem: Problem, links: Links, decisions: Decisions, failures: Integers) -> None:
        self.problem, self.links, self.decisions, self.planned = problem, links, decisions, failures
        rows = np.array(sorted(set(decisions.awards) | set(decisions.bookings)), dtype=np.int64)
        self.costs: Costs = cost(problem, links, rows, exact=True)
        self.place = {int(row): k for k, row in enumerate(rows)}
        self.flow_keys = sorted(decisions.flows)
        self.flow_move = self._moving(self.flow_keys)
        self.sum: dict[str, Fraction] = dict.fromkeys(PARTS, ZERO)
        self.awards_of: dict[int, list[int]] = defaultdict(list)
        self.bookings_of: dict[int, list[int]] = defaultdict(list)
        self.flows_of: dict[int, list[int]] = defaultdict(list)
        self.takeover_moves: dict[tuple[int, int], Any] = {}
        self.deliveries: dict[int, list[tuple[int, Fraction]]] = defaultdict(list)
        for row, package in enumerate(links.package_item_package.tolist()):
            quantity = Fraction(problem.package_items.quantity[row] or 0)
            self.deliveries[package].append((int(links.package_item_item[row]), quantity))

    def _moving(self, pairs: list[tuple[int, int]]) -> Moving:
        offers = np.array([self.place[offer] for offer, _ in pairs], dtype=np.int64)
        return moving(self.problem, self.links, self.costs, offers, np.array([s for _, s in pairs], dtype=np.int64))

    def account(self) -> Account:
        """Add everything up."""
        factor: Fraction = self.costs.factor
        purchases, award_costs, flow_costs = self._awards(factor)
        spend = self._spend(purchases, factor)
        people = self._people(factor)
        self._fixed()
        self._switching()
        for offer, quantity in self.decisions.bookings.items():
            self.sum["backup_fees"] += factor * quantity * self.costs.backup_fee[self.place[offer]]
        failures = self._failures(factor, purchases)
        move = self.flow_move
        return Account(
            parts=self.sum,
            needs=needs(self.problem, self.links, self.decisions),
            award_costs=award_costs,
            flow_costs=flow_costs,
            estimated=frozenset(key for key, flag in zip(self.flow_keys, move.estimated, strict=True) if flag),
            unknown=frozenset(key for key, flag in zip(self.flow_keys, move.unknown, strict=True) if flag),
            spend=spend,
            purchases=purchases,
            people=people,
            failures=failures,
        )

    def _awards(
        self, factor: Fraction
    ) -> tuple[dict[int, Fraction], dict[int, Fraction], dict[tuple[int, int], Fraction]]:
        """Purchase, defects, wages and movement of the awards."""
        purchases: dict[int, Fraction] = {}
        award_costs: dict[int, Fraction] = {}
        for offer, quantity in self.decisions.awards.items():
            k = self.place[offer]
            purchases[offer] = purchase(self.costs.segments, k, quantity, quantity * THRESHOLD)
            own = {
                "purchase": purchases[offer],
                "defects": quantity * self.costs.defects[k],
                "wages": quantity * self.costs.wages[k],
            }
            for name, amount in own.items():
                self.sum[name] += factor * amount
            award_costs[offer] = factor * sum(own.values(), ZERO)
        flow_costs: dict[tuple[int, int], Fraction] = {}
        move = self.flow_move
        for k, key in enumerate(self.flow_keys):
            quantity = self.decisions.flows[key]
            charges = {"freight": move.freight[k], "duty": move.duty[k], "interest": move.interest[k]}
            for name, each in charges.items():
                self.sum[name] += factor * quantity * each
            flow_costs[key] = factor * quantity * sum(charges.values(), ZERO)
            award_costs[key[0]] = award_costs.get(key[0], ZERO) + flow_costs[key]
        return purchases, award_costs, flow_costs

    def _spend(self, purchases: Mapping[int, Fraction], factor: Fraction) -> dict[int, Fraction]:
        """Packages, and the rebates on all that is bought."""
        spend: dict[int, Fraction] = defaultdict(Fraction)
        for offer, amount in purchases.items():
            spend[int(self.links.offer_supplier[offer])] += amount
        for package in self.decisions.packages:
            price = Fraction(self.problem.packages.price[package] or 0)
            self.sum["purchase"] += factor * price
            spend[int(self.links.package_supplier[package])] += price
        table = self.problem.rebates
        best: dict[int, tuple[Fraction, Fraction]] = {}
        for row, supplier in enumerate(self.links.rebate_supplier.tolist()):
            start, rate = Fraction(table.from_spend[row] or 0), Fraction(table.rate[row] or 0)
            reached = start <= spend[supplier] * (1 + THRESHOLD)
            if reached and (supplier not in best or start >= best[supplier][0]):
                best[supplier] = (start, rate)
        for supplier, (_start, rate) in best.items():
            self.sum["rebates"] -= factor * rate * spend[supplier]
        return dict(spend)

    def _people(self, factor: Fraction) -> dict[int, Fraction]:
        """People of each role; hires at the start, replacements over the horizon."""
        roles, years = self.problem.roles, self.problem.settings.horizon_years
        people: dict[int, Fraction] = defaultdict(Fraction)
        for row, offer in enumerate(self.links.staffing_offer.tolist()):
            role = int(self.links.staffing_role[row])
            hours = Fraction(self.problem.staffing.hours[row] or 0) * self.decisions.awards.get(offer, ZERO)
            if hours:
                people[role] += parts.people(hours, Fraction(roles.hours_per_year[role] or 0), years)
        for role, persons in people.items():
            hires = max(ZERO, persons - Fraction(roles.in_hand[role] or 0))
            left = parts.replacements(persons, Fraction(roles.attrition_rate[role] or 0), years)
            self.sum["hiring"] += (hires + factor * left) * self.costs.one_hire[role]
        return dict(people)

    def _fixed(self) -> None:
        """Fixed costs of the offers and suppliers that are used."""
        suppliers = {int(self.links.package_supplier[package]) for package in self.decisions.packages}
        for offer in self.place:
            if self.decisions.awards.get(offer, ZERO) > 0 or self.decisions.bookings.get(offer, ZERO) > 0:
                self.sum["fixed"] += self.costs.fixed[self.place[offer]]
                suppliers.add(int(self.links.offer_supplier[offer]))
        for supplier in suppliers:
            self.sum["fixed"] += Fraction(self.problem.suppliers.fixed_cost[supplier] or 0)

    def _switching(self) -> None:
        """Volume taken away from incumbents; all of it where nothing is needed any more."""
        table, links = self.problem.incumbents, self.links
        if not len(table):
            return
        volumes: dict[tuple[int, int], Fraction] = defaultdict(Fraction)
        for offer, quantity in self.decisions.awards.items():
            volumes[int(links.offer_item[offer]), int(links.offer_supplier[offer])] += quantity
        for package in self.decisions.packages:
            for delivered, quantity in self.deliveries[package]:
                volumes[int(delivered), int(links.package_supplier[package])] += quantity
        for row in range(len(table)):
            item, supplier = int(links.incumbent_item[row]), int(links.incumbent_supplier[row])
            demand = Fraction(self.problem.items.demand[item] or 0)
            volume = volumes.get((item, supplier), ZERO)
            share = Fraction(table.share[row] or 0)
            new_share = volume / demand if demand else ZERO
            self.sum["switching"] += parts.switching(Fraction(table.switch_cost[row] or 0), share, new_share)

    def _failures(self, factor: Fraction, purchases: Mapping[int, Fraction]) -> tuple[FailureCost, ...]:
        """Each single failure's effect on each item, and the expected cost of all of them."""
        lost = self._lost()
        self._look_up(lost)
        weight: dict[int, Fraction] = {}
        found: list[FailureCost] = []
        items: dict[int, list[int]] = defaultdict(list)
        for group, item in sorted(lost):
            items[group].append(item)
        for group in items:
            probability, recovery = group_risk(self.problem, self.links, group)
            weight[group] = factor * probability * recovery
            for item in items[group]:
                effect = self._failure(group, item, lost[group, item], recovery, purchases)
                found.append(effect)
                self.sum["expected_failures"] += weight[group] * effect.extra
        return tuple(found)

    def _look_up(self, lost: Mapping[tuple[int, int], Mapping[int, Fraction]]) -> None:
        """Note the awards, bookings and flows of each item, and what a takeover's movement costs, once for all."""
        item_of = self.links.offer_item
        for offer in self.decisions.awards:
            self.awards_of[int(item_of[offer])].append(offer)
        for offer in self.decisions.bookings:
            self.bookings_of[int(item_of[offer])].append(offer)
        for k, (offer, _site) in enumerate(self.flow_keys):
            self.flows_of[int(item_of[offer])].append(k)
        pairs = sorted({
            (offer, site)
            for (_group, item), gone in lost.items()
            if self.planned[item]
            for offer in self.bookings_of[item]
            for site in gone
        })  # fmt: skip
        moves: Any = self._moving(pairs).total
        self.takeover_moves = dict(zip(pairs, moves, strict=True))

    def _lost(self) -> dict[tuple[int, int], dict[int, Fraction]]:
        """Units lost by (group, item) and destination site."""
        lost: dict[tuple[int, int], dict[int, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
        links = self.links
        for (offer, site), quantity in self.decisions.flows.items():
            supplier = int(links.offer_supplier[offer])
            if links.supplier_may_fail[supplier]:
                lost[int(links.supplier_group[supplier]), int(links.offer_item[offer])][site] += quantity
        for package in self.decisions.packages:
            supplier = int(links.package_supplier[package])
            if links.supplier_may_fail[supplier]:
                for item, quantity in self.deliveries[package]:
                    lost[int(links.supplier_group[supplier]), item][int(links.item_site[item])] += quantity
        return lost

    def _failure(
        self, group: int, item: int, gone: Mapping[int, Fraction], recovery: Fraction, purchases: Mapping[int, Fraction]
    ) -> FailureCost:
        """One group's failure, one item: the cheapest takeover by its backups outside the group, less what is saved."""
        total = sum(gone.values(), ZERO)
        price = self.problem.items.shortage_cost[item]
        shortage = Fraction(price or 0)
        if not self.planned[item]:
            return FailureCost(group, item, total, ZERO, shortage * total, price is None and total > 0)
        cover = Fraction(self.problem.settings.cover)
        backups = [
            offer
            for offer in self.bookings_of[item]
            if self.links.supplier_group[self.links.offer_supplier[offer]] != group
        ]
        takeover, unmet = self._takeover(backups, gone, shortage, recovery, cover)
        saved = self._saved(group, item, purchases)
        extra = parts.failure_cost(takeover, saved, total, cover, shortage) + shortage * unmet
        return FailureCost(group, item, total, cover * total - unmet, extra, price is None and cover < 1 and total > 0)

    def _takeover(
        self, backups: list[int], gone: Mapping[int, Fraction], shortage: Fraction, recovery: Fraction, cover: Fraction
    ) -> tuple[Fraction, Fraction]:
        """Cost of the cheapest takeover, and the units that the bookings fall short."""
        sites = [site for site, quantity in gone.items() if quantity > 0]
        years = self.problem.settings.horizon_years
        costs: list[list[Fraction]] = []
        for offer in backups:
            days = Fraction(self.problem.offers.bring_up_days[offer] or 0)
            delay = parts.bring_up_shortage(shortage, days, years, recovery) if recovery else ZERO
            base = self.costs.takeover[self.place[offer]] + delay
            costs.append([base + self.takeover_moves[offer, site] for site in sites])
        supplies = [self.decisions.bookings[offer] for offer in backups]
        if not sites:
            return ZERO, ZERO
        return cheapest_transport(supplies, [cover * gone[site] for site in sites], costs)

    def _saved(self, group: int, item: int, purchases: Mapping[int, Fraction]) -> Fraction:
        """Undiscounted variable cost of the item's awards that the failure takes out; packages save nothing."""
        links, saved = self.links, ZERO
        for offer in self.awards_of[item]:
            supplier = links.offer_supplier[offer]
            if links.supplier_group[supplier] == group and links.supplier_may_fail[supplier]:
                k, quantity = self.place[offer], self.decisions.awards[offer]
                saved += purchases[offer] + quantity * (self.costs.defects[k] + self.costs.wages[k])
        for k in self.flows_of[item]:
            offer, site = self.flow_keys[k]
            supplier = links.offer_supplier[offer]
            if links.supplier_group[supplier] == group and links.supplier_may_fail[supplier]:
                move = self.flow_move
                saved += self.decisions.flows[offer, site] * (move.freight[k] + move.duty[k] + move.interest[k])
        return saved


def group_risk(problem: Problem, links: Links, group: int) -> tuple[Fraction, Fraction]:
    """Return the failure probability and recovery share of a risk group: the largest of its suppliers that may fail."""
    members = [s for s in np.flatnonzero(links.supplier_group == group).tolist() if links.supplier_may_fail[s]]
    table = problem.suppliers
    return (
        max((Fraction(table.failure_probability[s] or 0) for s in members), default=ZERO),
        max((Fraction(table.recovery_share[s] or 0) for s in members), default=ZERO),
    )
