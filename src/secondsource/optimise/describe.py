"""Decisions and their account as a plan that people and programs read; not for making or judging it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import numpy as np

from secondsource.costing.freight import TARIFF_CURRENCY, tariff_rate
from secondsource.costing.parts import present_value_factor, replacements
from secondsource.language import Message, _, plural
from secondsource.optimise.account import Account, FailureCost, group_risk
from secondsource.optimise.decisions import Decisions
from secondsource.optimise.frame import Frame
from secondsource.problem.plan import Award, Booking, Exposure, Failure, Flow, Hire, PackageTaken
from secondsource.problem.tables import Problem
from secondsource.units import to_micro

ZERO = Fraction(0)
ASSUMPTION = "assumption:"
QUANTITY_DIGITS = 12


def to_decimal(value: Fraction) -> Decimal:
    """Return a quantity as a decimal: exact where it has at most twelve decimals, else rounded to them."""
    scaled = round(value * 10**QUANTITY_DIGITS)
    return (Decimal(scaled) / Decimal(10**QUANTITY_DIGITS)).normalize() + Decimal(0)


def site_name(problem: Problem, site: int) -> str:
    """Return the name of a site, "" for none."""
    return problem.sites.site[site] if site >= 0 else ""


def awards(frame: Frame, decisions: Decisions, book: Account) -> tuple[Award, ...]:
    """Return the awards by item (in the problem's order), greatest first."""
    problem, links = frame.problem, frame.links
    order = sorted(decisions.awards, key=lambda o: (links.offer_item[o], -decisions.awards[o], o))
    found = []
    for offer in order:
        quantity, cost = decisions.awards[offer], book.award_costs[offer]
        need = book.needs[int(links.offer_item[offer])]
        supplier = int(links.offer_supplier[offer])
        found.append(
            Award(
                item=problem.offers.item[offer],
                offer=problem.offers.offer[offer],
                supplier=problem.offers.supplier[offer],
                own=bool(links.supplier_own[supplier]),
                quantity=to_decimal(quantity),
                share=to_decimal(quantity / need if need else ZERO),
                unit_cost=to_micro(cost / quantity),
                cost=to_micro(cost),
            )
        )
    return tuple(found)


def packages(problem: Problem, decisions: Decisions) -> tuple[PackageTaken, ...]:
    """Return the packages taken."""
    table = problem.packages
    return tuple(
        PackageTaken(table.package[p], table.supplier[p], to_micro(table.price[p] or Decimal(0)))
        for p in sorted(decisions.packages)
    )


def bookings(frame: Frame, decisions: Decisions, book: Account) -> tuple[Booking, ...]:
    """Return the booked backups; each covers the suppliers of its item that may fail in other risk groups."""
    problem, links = frame.problem, frame.links
    losing: dict[int, set[int]] = defaultdict(set)
    for offer in decisions.awards:
        if links.supplier_may_fail[links.offer_supplier[offer]]:
            losing[int(links.offer_item[offer])].add(int(links.offer_supplier[offer]))
    for row, package in enumerate(links.package_item_package.tolist()):
        supplier = int(links.package_supplier[package])
        if package in decisions.packages and links.supplier_may_fail[supplier]:
            losing[int(links.package_item_item[row])].add(supplier)
    found = []
    for offer in sorted(decisions.bookings, key=lambda o: (links.offer_item[o], -decisions.bookings[o], o)):
        group = links.supplier_group[links.offer_supplier[offer]]
        covers = sorted(s for s in losing[int(links.offer_item[offer])] if links.supplier_group[s] != group)
        found.append(
            Booking(
                item=problem.offers.item[offer],
                offer=problem.offers.offer[offer],
                supplier=problem.offers.supplier[offer],
                quantity=to_decimal(decisions.bookings[offer]),
                covers=tuple(problem.suppliers.supplier[s] for s in covers),
            )
        )
    return tuple(found)


def hires(problem: Problem, book: Account) -> tuple[Hire, ...]:
    """Return the people of each role that works."""
    roles, years = problem.roles, problem.settings.horizon_years
    return tuple(
        Hire(
            roles.supplier[role],
            roles.role[role],
            to_decimal(persons),
            to_decimal(max(ZERO, persons - Fraction(roles.in_hand[role] or 0))),
            to_decimal(replacements(persons, Fraction(roles.attrition_rate[role] or 0), years)),
        )
        for role, persons in sorted(book.people.items())
    )


def flows(frame: Frame, decisions: Decisions, book: Account) -> tuple[Flow, ...]:
    """Return what travels from where to where."""
    problem, links = frame.problem, frame.links
    return tuple(
        Flow(
            problem.offers.item[offer],
            problem.offers.offer[offer],
            site_name(problem, int(links.offer_site[offer])),
            site_name(problem, site),
            to_decimal(quantity),
            to_micro(book.flow_costs[offer, site]),
            (offer, site) in book.estimated,
        )
        for (offer, site), quantity in sorted(
            decisions.flows.items(), key=lambda entry: (links.offer_item[entry[0][0]], entry[0])
        )
    )


def exposures(frame: Frame, decisions: Decisions, book: Account) -> tuple[Exposure, ...]:
    """Return the awards and packages that too few could take over, though the item asks for backups."""
    problem, links = frame.problem, frame.links
    found = []
    for effect in book.failures:
        asked, planned = int(links.item_backups[effect.item]), int(frame.failures[effect.item])
        if not asked or planned >= asked or frame.item_groups[effect.item] >= asked + 1 or not effect.lost:
            continue
        why = (
            plural(
                "only {count} risk group offers it, so nobody could take over",
                "only {count} risk groups offer it, so nobody could take over",
                int(frame.item_groups[effect.item]),
            )
            if planned == 0
            else plural(
                "{count} failure is survived, not {asked}: too few risk groups offer it",
                "{count} failures are survived, not {asked}: too few risk groups offer it",
                planned,
                asked=asked,
            )
        )
        for supplier, quantity in _losses(frame, decisions, effect).items():
            name = problem.suppliers.supplier[supplier]
            found.append(Exposure(problem.items.item[effect.item], name, to_decimal(quantity), why))
    return tuple(found)


def _losses(frame: Frame, decisions: Decisions, effect: FailureCost) -> dict[int, Fraction]:
    """Units of the item that each supplier of the failing group loses."""
    links, lost = frame.links, dict[int, Fraction]()
    for offer, quantity in decisions.awards.items():
        supplier = int(links.offer_supplier[offer])
        if links.offer_item[offer] == effect.item and _fails(frame, supplier, effect.group):
            lost[supplier] = lost.get(supplier, ZERO) + quantity
    for row, package in enumerate(links.package_item_package.tolist()):
        supplier = int(links.package_supplier[package])
        taken = package in decisions.packages and links.package_item_item[row] == effect.item
        if taken and _fails(frame, supplier, effect.group):
            quantity = Fraction(frame.problem.package_items.quantity[row] or 0)
            lost[supplier] = lost.get(supplier, ZERO) + quantity
    return lost


def _fails(frame: Frame, supplier: int, group: int) -> bool:
    return bool(frame.links.supplier_may_fail[supplier]) and int(frame.links.supplier_group[supplier]) == group


def failures(frame: Frame, book: Account) -> tuple[Failure, ...]:
    """Return what each single failure of a group with an award would do, the costliest first."""
    problem, links = frame.problem, frame.links
    by_group: dict[int, list[FailureCost]] = defaultdict(list)
    for effect in book.failures:
        if effect.lost:
            by_group[effect.group].append(effect)
    found = []
    for group, effects in by_group.items():
        probability, recovery = group_risk(problem, links, group)
        extra = sum((effect.extra for effect in effects), ZERO)
        factor = present_value_factor(Fraction(problem.settings.discount_rate), problem.settings.horizon_years)
        members = np.flatnonzero((links.supplier_group == group) & links.supplier_may_fail).tolist()
        item = problem.items.item
        found.append(
            Failure(
                group=links.groups[group],
                suppliers=tuple(problem.suppliers.supplier[s] for s in members),
                probability=to_decimal(probability),
                recovery_share=to_decimal(recovery),
                lost={item[effect.item]: to_decimal(effect.lost) for effect in effects},
                covered={item[effect.item]: to_decimal(effect.covered) for effect in effects},
                extra_cost=to_micro(extra),
                expected_cost=to_micro(factor * probability * recovery * extra),
                unpriced=tuple(item[effect.item] for effect in effects if effect.unpriced),
            )
        )
    return tuple(sorted(found, key=lambda failure: (-failure.extra_cost, -len(failure.unpriced), failure.group)))


def warnings(frame: Frame, book: Account | None) -> tuple[Message, ...]:
    """Return what the manager must know beside the plan: what expired, what is estimated or unknown, unpriced risks."""
    problem = frame.problem
    found = list(frame.admission.warnings)
    if book is None:
        return tuple(found)
    for offer, site in sorted(book.estimated):
        found.append(
            _(
                "freight of {item} from {origin} to {destination} is an estimate from coordinates: give a lane",
                item=problem.offers.item[offer],
                origin=site_name(problem, int(frame.links.offer_site[offer])),
                destination=site_name(problem, site),
            )
        )
    if book.estimated and tariff_rate(problem) is None:
        found.append(
            _(
                "the default tariff is in {currency}, for which there is no rate: its figures were taken as {base}",
                currency=TARIFF_CURRENCY,
                base=problem.settings.currency,
            )
        )
    for offer, site in sorted(book.unknown):
        found.append(
            _(
                "no lane and no coordinates: freight of {item} from {origin} to {destination} counts as nothing",
                item=problem.offers.item[offer],
                origin=site_name(problem, int(frame.links.offer_site[offer])) or "-",
                destination=site_name(problem, site) or "-",
            )
        )
    for item in sorted({effect.item for effect in book.failures if effect.unpriced}):
        found.append(
            _(
                "{item}: if its supplier fails, units without a shortage_cost are missing: the risk is not in the cost",
                item=problem.items.item[item],
            )
        )
    return tuple(dict.fromkeys(found))


def assumptions(problem: Problem) -> int:
    """Return how many rows of the problem name an assumption as their source."""
    sources = [source for table in problem.tables().values() for source in table.source]
    sources += [source for _name, _value, source, _note in problem.given]
    return sum(source.strip().lower().startswith(ASSUMPTION) for source in sources)


def needs(problem: Problem, book: Account) -> Mapping[str, Decimal]:
    """Return the need of each item by name."""
    return {name: to_decimal(need) for name, need in zip(problem.items.item, book.needs, strict=True)}
