"""A given plan held against its problem: every broken constraint in words, and every cost part recomputed.

Written from the published format alone, in exact numbers and without a solver. A comparison forgives a millionth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from .book import ONE, ZERO, Book, Cells, exact, limit, word, yes
from .recount import cost_parts, people_in, purchase_of

TOLERANCE = Fraction(1, 10**6)


@dataclass(frozen=True)
class Verdict:
    """What is broken, in words, and what the plan really costs."""

    broken: list[str]
    parts: dict[str, float]
    cost: float
    exposures: set[tuple[str, str]]


def evaluate(problem: Mapping[str, Sequence[Cells]], plan: Mapping[str, Any]) -> Verdict:
    """Return the verdict on a plan in the published JSON form, whose flows also name the `offer` that ships.

    A cost, a breakdown or exposures that the plan states are compared with the recomputed ones.
    """
    book = Book(problem, plan)
    broken = list(book.unknown)
    for check in (_admission, _offer_limits, _packages, _flows, _balance, _capacities, _people, _sources, _shares):
        broken += check(book)
    broken += _bookings(book) + _survival(book) + _rules(book)
    parts = cost_parts(book)
    cost = sum(parts.values(), ZERO)
    exposures = _exposures(book)
    if book.strict:
        broken += [f"strict: item {item} is exposed" for item in book.items if _is_short_of_backups(book, item)]
    broken += _statements(plan, parts, cost, exposures)
    return Verdict(broken, {name: float(money) for name, money in parts.items()}, float(cost), exposures)


def _above(amount: Fraction, most: Fraction, scale: Fraction = ZERO) -> bool:
    return amount - most > TOLERANCE * max(abs(amount), abs(most), scale)


def _differ(one: Fraction, other: Fraction, scale: Fraction = ZERO) -> bool:
    return _above(one, other, scale) or _above(other, one, scale)


def _admission(book: Book) -> list[str]:
    broken = []
    for offer in [*book.x, *book.r]:
        row, item, supplier = book.offers[offer], book.item_of(offer), book.supplier_of(offer)
        if book.is_over(row, "valid_until"):
            broken.append(f"offer {offer} has expired")
        refusal = book.refusal(item, supplier)
        if refusal is not None:
            broken.append(f"offer {offer}: supplier {supplier} {refusal}")
    for package in book.taken:
        for item in book.contents(package):
            refusal = book.refusal(item, book.seller(package))
            if refusal is not None:
                broken.append(f"package {package}: supplier {book.seller(package)} {refusal} (item {item})")
    return broken


def _offer_limits(book: Book) -> list[str]:
    broken = []
    for offer, quantity in book.x.items():
        row, need = book.offers[offer], book.need(book.item_of(offer))
        if quantity < 0:
            broken.append(f"offer {offer}: a negative award")
        if yes(row, "backup_only", False):
            broken.append(f"offer {offer} is for backup only, but has an award")
        if _above(exact(row, "min_quantity"), quantity):
            broken.append(f"offer {offer}: {float(quantity)} is below its minimum quantity")
        # A billionth of the need is forgiven: the comparison is with a millionth of it.
        if quantity < need * (TOLERANCE - Fraction(1, 10**9)):
            broken.append(f"offer {offer}: {float(quantity)} is below a millionth of the need")
        multiple = exact(row, "multiple")
        if multiple and _differ(quantity, multiple * round(quantity / multiple)):
            broken.append(f"offer {offer}: {float(quantity)} is no multiple of {float(multiple)}")
    for offer in {*book.x, *book.r}:
        most = limit(book.offers[offer], "capacity")
        if most is not None and _above(book.x.get(offer, ZERO) + book.r.get(offer, ZERO), most):
            broken.append(f"offer {offer}: award and booking exceed its capacity")
    return broken


def _packages(book: Book) -> list[str]:
    groups = [word(book.packages[package], "group") for package in book.taken]
    return [f"packages: more than one of group {g}" for g in {*groups} if g is not None and groups.count(g) > 1]


def _flows(book: Book) -> list[str]:
    """What an offer sends is what it was awarded."""
    broken = []
    for offer in {*book.x, *book.sent}:
        scale = book.need(book.item_of(offer))
        ways = list(book.sent.get(offer, {}).values())
        if _differ(sum(ways, ZERO), book.x.get(offer, ZERO), scale):
            broken.append(f"offer {offer}: its flows do not add up to its award")
        if any(quantity < -TOLERANCE * scale for quantity in ways):
            broken.append(f"offer {offer}: a negative flow")
    return broken


def _balance(book: Book) -> list[str]:
    """What arrives at each site is what is needed there; packages may leave less to bring."""
    broken = []
    for item, row in book.items.items():
        needed, scale = book.need_at(item), book.need(item)
        arriving: dict[str | None, Fraction] = {}
        for offer, ways in book.sent.items():
            if book.item_of(offer) == item:
                for site, quantity in ways.items():
                    arriving[site] = arriving.get(site, ZERO) + quantity
        demand, home = exact(row, "demand"), word(row, "site")
        for site in {*needed, *arriving, home}:
            low = high = needed.get(site, ZERO)
            if site == home:
                high += demand
                low += max(ZERO, demand - book.delivered(item))
            here = arriving.get(site, ZERO)
            if _above(low, here, scale) or _above(here, high, scale):
                wanted = f"{float(low)} to {float(high)}"
                broken.append(f"item {item} at site {site}: {float(here)} arrives, needed is {wanted}")
    return broken


def _capacities(book: Book) -> list[str]:
    broken = []
    for supplier, row in book.suppliers.items():
        awarded = booked = ZERO
        offers = [offer for offer in book.offers if book.supplier_of(offer) == supplier]
        for offer in offers:
            use = exact(book.offers[offer], "capacity_use", 1)
            awarded += use * book.x.get(offer, ZERO)
            booked += use * book.r.get(offer, ZERO)
        packages = [package for package in book.taken if book.seller(package) == supplier]
        for (package, _), content in book.package_items.items():
            if package in packages:
                awarded += exact(content, "capacity_use", 1) * exact(content, "quantity", 1)
        most = limit(row, "capacity")
        if most is not None and _above(awarded + booked, most):
            broken.append(f"supplier {supplier}: {float(awarded + booked)} exceeds its capacity {float(most)}")
        if (packages or any(offer in book.x for offer in offers)) and _above(exact(row, "min_capacity"), awarded):
            broken.append(f"supplier {supplier}: {float(awarded)} is below its min_capacity")
    return broken


def _people(book: Book) -> list[str]:
    broken = []
    for (supplier, role), row in book.roles.items():
        most = limit(row, "max_hires")
        if most is not None and _above(people_in(book, supplier, role), exact(row, "in_hand") + most):
            broken.append(f"role {role} of {supplier}: more people are needed than there are and can be hired")
    return broken


def _sellers(book: Book, item: str) -> set[str]:
    """Suppliers with an award or package of the item."""
    sellers = {book.supplier_of(offer) for offer in book.x if book.item_of(offer) == item}
    return sellers | {book.seller(package) for package in book.taken if item in book.contents(package)}


def _sources(book: Book) -> list[str]:
    broken = []
    for item, row in book.items.items():
        count, most = len(_sellers(book, item)), limit(row, "max_sources")
        if book.need(item) > 0 and count < exact(row, "min_sources", 1):
            broken.append(f"item {item}: {count} suppliers are too few")
        if book.need(item) > 0 and most is not None and count > most:
            broken.append(f"item {item}: {count} suppliers are too many")
    return broken


def _shares(book: Book) -> list[str]:
    broken = []
    for item, row in book.items.items():
        need = book.need(item)
        awarded: dict[str, Fraction] = {}
        for offer, quantity in book.x.items():
            if book.item_of(offer) == item:
                supplier = book.supplier_of(offer)
                awarded[supplier] = awarded.get(supplier, ZERO) + quantity
        for supplier, quantity in awarded.items():
            if _above(exact(row, "min_share") * need, quantity, need):
                broken.append(f"item {item}: the share of {supplier} is too small")
            if _above(quantity, exact(row, "max_share", 1) * need, need):
                broken.append(f"item {item}: the share of {supplier} is too large")
    return broken


def _bookings(book: Book) -> list[str]:
    broken = []
    for offer, quantity in book.r.items():
        item, supplier = book.item_of(offer), book.supplier_of(offer)
        if quantity < 0:
            broken.append(f"offer {offer}: a negative booking")
        if book.asked(item) == 0:
            broken.append(f"offer {offer}: item {item} has opted out of backups")
        if book.separate_backups and supplier in _sellers(book, item):
            broken.append(f"offer {offer}: {supplier} has an award or package of {item} and backs it too")
    return broken


def _survival(book: Book) -> list[str]:
    broken = []
    for item in book.items:
        groups, failures = book.failing(item), book.planned(item)
        if not failures or not groups:
            continue
        for failing in combinations(groups, min(failures, len(groups))):
            lost = sum((book.lost_quantity(item, group) for group in failing), ZERO)
            ready = ZERO
            for offer, quantity in book.r.items():
                if book.item_of(offer) == item and book.group(book.supplier_of(offer)) not in failing:
                    ready += quantity
            if _above(book.cover * lost, ready, book.need(item)):
                lack = f"{float(book.cover * lost)} is to be taken over, {float(ready)} is booked"
                broken.append(f"item {item} when {', '.join(failing)} fail: {lack}")
    return broken


def _is_short_of_backups(book: Book, item: str) -> bool:
    """Whether an item that is needed, or that a package brings, survives fewer failures than were asked for."""
    is_short = book.planned(item) < book.asked(item) and bool(book.failing(item))
    return is_short and (book.need(item) > 0 or book.delivered(item) > 0)


def _exposures(book: Book) -> set[tuple[str, str]]:
    """Items that survive fewer failures than were asked for, with their suppliers that may fail."""
    short = [item for item in book.items if _is_short_of_backups(book, item)]
    return {(item, seller) for item in short for seller in _sellers(book, item) if book.may_fail(seller)}


def _rules(book: Book) -> list[str]:
    broken = []
    for name, rule in book.rules.items():
        if book.is_over(rule, "expires"):
            continue
        measure = word(rule, "measure")
        amount, whole = measured(book, rule, str(measure))
        low, high = limit(rule, "low"), limit(rule, "high")
        if low is not None and _above(low * whole, amount, whole if measure == "share" else ZERO):
            broken.append(f"rule {name}: {measure} {float(amount)} of {float(whole)} is below {float(low)}")
        if high is not None and _above(amount, high * whole, whole if measure == "share" else ZERO):
            broken.append(f"rule {name}: {measure} {float(amount)} of {float(whole)} is above {float(high)}")
    return broken


def measured(book: Book, rule: Cells, measure: str) -> tuple[Fraction, Fraction]:
    """What the rule limits, and the whole of which its limits are parts (1 but for shares)."""
    items = {item for item in book.items if _item_matches(book, rule, item)}
    offers = [
        o for o in book.x if book.item_of(o) in items and _matches(book, rule, book.supplier_of(o), book.site_of(o))
    ]
    sites = {package: word(book.suppliers[book.seller(package)], "site") for package in book.taken}
    packages = [p for p in book.taken if items & {*book.contents(p)} and _matches(book, rule, book.seller(p), sites[p])]
    if measure == "suppliers":
        sellers = {book.supplier_of(offer) for offer in offers} | {book.seller(package) for package in packages}
        return Fraction(len(sellers)), ONE
    if measure == "spend":
        spend = sum((purchase_of(book, offer) for offer in offers), ZERO)
        whole_packages = [package for package in packages if items >= {*book.contents(package)}]
        return spend + sum((exact(book.packages[package], "price") for package in whole_packages), ZERO), ONE
    amount = sum((book.x[offer] for offer in offers), ZERO)
    for package in packages:
        amount += sum((quantity for item, quantity in book.contents(package).items() if item in items), ZERO)
    if measure == "quantity":
        return amount, ONE
    whole = sum((quantity for offer, quantity in book.x.items() if book.item_of(offer) in items), ZERO)
    return amount, whole + sum((book.delivered(item) for item in items), ZERO)


def _wanted(rule: Cells, column: str) -> list[str]:
    return [value.strip() for value in (word(rule, column) or "").split(";") if value.strip()]


def _item_matches(book: Book, rule: Cells, item: str) -> bool:
    category, starts = word(book.items[item], "category") or "", _wanted(rule, "category")
    return item in (_wanted(rule, "item") or [item]) and (not starts or category.startswith(tuple(starts)))


def _matches(book: Book, rule: Cells, supplier: str, site: str | None) -> bool:
    country = word(book.sites.get(site, {}), "country")
    countries, owns = _wanted(rule, "country"), _wanted(rule, "own")
    own_or_not = {yes({"own": value}, "own", False) for value in owns}
    return (
        supplier in (_wanted(rule, "supplier") or [supplier])
        and (not countries or country in countries)
        and (not owns or book.own(supplier) in own_or_not)
    )


def _statements(
    plan: Mapping[str, Any], parts: dict[str, Fraction], cost: Fraction, exposures: set[tuple[str, str]]
) -> list[str]:
    """What the plan says of itself, held against what was recomputed."""
    broken = []
    if plan.get("cost") is not None and _differ(exact(plan, "cost"), cost):
        broken.append(f"the stated cost {plan['cost']} is {float(cost)}")
    stated = plan.get("breakdown") or {}
    for name, money in parts.items():
        if stated and _differ(exact(stated, name), money, abs(cost)):
            broken.append(f"the stated {name} {stated.get(name)} is {float(money)}")
    if plan.get("exposures") is not None:
        said = {(str(word(row, "item")), str(word(row, "supplier"))) for row in plan["exposures"]}
        if said != exposures:
            broken.append(f"the stated exposures {sorted(said)} are {sorted(exposures)}")
    return broken
