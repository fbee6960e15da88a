"""Named variations of a problem, planned as a batch and compared in rows; not for reading their file."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from secondsource.advice.dependence import Told
from secondsource.advice.interval import ZERO, Interval, difference
from secondsource.language import Message
from secondsource.optimise.explain import explain
from secondsource.optimise.replan import stand
from secondsource.problem import change
from secondsource.problem.digest import digest
from secondsource.problem.links import Links, link
from secondsource.problem.plan import Plan
from secondsource.problem.scenarios import Variation, words_of
from secondsource.problem.tables import Problem
from secondsource.solver.highs import Limits

AS_IT_IS = "as it is"
"""Name of the scenario in which nothing is changed."""
MOVED = Decimal("0.0005")
"""Change of a supplier's share of an item that counts as a change."""
MOST_SECONDS = 10.0


@dataclass(frozen=True)
class Moved:
    """An item that a scenario awards otherwise than the baseline.

    Attributes
    ----------
    before, after
        Shares by supplier; packages in full.
    because
        The changes without which the item would be awarded as in the baseline; all where no single one decides.
    """

    item: str
    before: tuple[tuple[str, Decimal], ...]
    after: tuple[tuple[str, Decimal], ...]
    because: tuple[Message, ...]


@dataclass(frozen=True)
class Scenario:
    """What becomes of the plan under some changes.

    Attributes
    ----------
    saving
        Cost of the baseline minus this one's: negative where it costs more.
    covered
        Share of what is awarded, by cost, that someone could take over; None without a plan.
    winners
        Suppliers with an award or package, ourselves included.
    expected_loss, worst_failure
        Of single failures: what they are expected to cost (present value, within the cost), and what the worst costs.
    conflict
        Where there is no plan: what cannot hold together.
    same_needs
        Whether as much is needed as in the baseline: if not, most of the saving is that of the needs.
    """

    name: str
    changes: tuple[Message, ...]
    plan: Plan
    saving: Interval
    covered: Decimal | None
    winners: tuple[str, ...]
    exposures: int
    expected_loss: Decimal | None
    worst_failure: Decimal | None
    moved: tuple[Moved, ...]
    conflict: tuple[Message | str, ...]
    same_needs: bool


@dataclass(frozen=True)
class Comparison:
    """Scenarios beside each other; the first is the problem as it is.

    Attributes
    ----------
    idle
        Scenario and words of each change that nothing in the problem answers to.
    """

    plan: Plan
    baseline: str
    scenarios: tuple[Scenario, ...]
    idle: tuple[tuple[str, Message], ...]
    seconds: float


def compare(
    problem: Problem,
    variations: Sequence[Variation],
    limits: Limits,
    *,
    baseline: str = AS_IT_IS,
    version: str = "",
    told: Told | None = None,
) -> Comparison:
    """Return the scenarios that the variations name, each planned and compared with the baseline.

    Raises
    ------
    KeyError
        No scenario has the baseline's name.
    """
    began = time.monotonic()
    by_name: dict[str, list[Variation]] = {AS_IT_IS: []}
    for each in variations:
        by_name.setdefault(each.scenario, []).append(each)
    plans: dict[tuple[Variation, ...], Plan] = {}

    def planned(changes: Iterable[Variation]) -> Plan:
        key = tuple(changes)
        if key not in plans:
            plans[key] = stand(varied(problem, key), limits, version=version).plan
        return plans[key]

    against = planned(by_name[baseline])
    rows = []
    for number, (name, changes) in enumerate(by_name.items(), 1):
        plan = planned(changes)
        moved = _moved(problem, against, plan, changes, planned) if name != baseline else ()
        rows.append(_scenario(name, problem, changes, plan, against, moved, limits))
        if told is not None:
            told(number, len(by_name))
    idle = tuple((each.scenario, each.words) for each in variations if not _touches(problem, each))
    return Comparison(planned(()), baseline, tuple(rows), idle, time.monotonic() - began)


def _scenario(
    name: str,
    problem: Problem,
    changes: Sequence[Variation],
    plan: Plan,
    against: Plan,
    moved: tuple[Moved, ...],
    limits: Limits,
) -> Scenario:
    has_plan = plan.cost is not None
    seconds = MOST_SECONDS if limits.seconds is None else min(limits.seconds, MOST_SECONDS)
    why = explain(varied(problem, changes), seconds).conflict if plan.status == "infeasible" else ()
    losses = [each.extra_cost * each.recovery_share for each in plan.failures]
    return Scenario(
        name=name,
        changes=tuple(each.words for each in changes),
        plan=plan,
        saving=ZERO if plan is against else difference(against, plan),
        covered=_covered(plan, problem) if has_plan else None,
        winners=_winners(plan),
        exposures=len(plan.exposures),
        expected_loss=plan.breakdown.get("expected_failures") if has_plan else None,
        worst_failure=max(losses, default=Decimal(0)) if has_plan else None,
        moved=moved,
        conflict=why,
        same_needs=not has_plan or plan.needs == against.needs,
    )


def _winners(plan: Plan) -> tuple[str, ...]:
    return tuple(dict.fromkeys([each.supplier for each in plan.awards] + [each.supplier for each in plan.packages]))


def _covered(plan: Plan, problem: Problem) -> Decimal:
    """Share of the cost of awards and packages that is no exposure."""
    exposed = {(each.item, each.supplier) for each in plan.exposures}
    rows = problem.package_items
    delivered = list(zip(rows.package, rows.item, strict=True))
    whole = sum((each.cost for each in plan.awards), Decimal(0)) + sum((p.price for p in plan.packages), Decimal(0))
    lost = sum((each.cost for each in plan.awards if (each.item, each.supplier) in exposed), Decimal(0))
    for taken in plan.packages:
        items = {item for package, item in delivered if package == taken.package}
        if any((item, taken.supplier) in exposed for item in items):
            lost += taken.price
    return 1 - lost / whole if whole else Decimal(1)


def shares(plan: Plan, problem: Problem) -> dict[str, dict[str, Decimal]]:
    """Return the share of each item's need that each supplier delivers, packages in full."""
    found: dict[str, dict[str, Decimal]] = {}
    for award in plan.awards:
        held = found.setdefault(award.item, {})
        held[award.supplier] = held.get(award.supplier, Decimal(0)) + award.share
    taken = {each.package: each.supplier for each in plan.packages}
    rows = problem.package_items
    for package, item, quantity in zip(rows.package, rows.item, rows.quantity, strict=True):
        need = plan.needs.get(item)
        if package in taken and need:
            held = found.setdefault(item, {})
            held[taken[package]] = held.get(taken[package], Decimal(0)) + (quantity or 0) / need
    return found


def _moved(
    problem: Problem, against: Plan, plan: Plan, changes: Sequence[Variation], planned: Any
) -> tuple[Moved, ...]:
    """The items that are awarded otherwise, and because of which changes."""
    if against.cost is None or plan.cost is None:
        return ()
    before, after = shares(against, problem), shares(plan, problem)
    items = [item for item in problem.items.item if _differ(before.get(item, {}), after.get(item, {}))]
    if not items:
        return ()
    decides: dict[str, list[Message]] = {item: [] for item in items}
    for each in changes if len(changes) > 1 else ():
        rest = shares(planned(other for other in changes if other is not each), problem)
        for item in items:
            if not _differ(before.get(item, {}), rest.get(item, {})):
                decides[item].append(each.words)
    every = tuple(each.words for each in changes)
    return tuple(
        Moved(item, _sorted(before.get(item, {})), _sorted(after.get(item, {})), tuple(decides[item]) or every)
        for item in items
    )


def _differ(one: dict[str, Decimal], other: dict[str, Decimal]) -> bool:
    nothing = Decimal(0)
    return any(abs(one.get(name, nothing) - other.get(name, nothing)) > MOVED for name in {*one, *other})


def _sorted(held: dict[str, Decimal]) -> tuple[tuple[str, Decimal], ...]:
    return tuple(sorted(held.items(), key=lambda each: (-each[1], each[0])))


def varied(problem: Problem, changes: Iterable[Variation]) -> Problem:
    """Return the problem with some changes made, one after the other."""
    made = list(changes)
    for number, each in enumerate(made, 1):
        problem = _MAKERS[each.change](problem, each, number)
    return replace(problem, sha256=digest(problem)) if made else problem


def _matching_items(problem: Problem, each: Variation) -> list[bool]:
    items, categories = words_of(each.item), words_of(each.category)
    table = problem.items
    return [
        (not items or item in items) and (not categories or category.startswith(categories))
        for item, category in zip(table.item, table.category, strict=True)
    ]


def _matching_offers(problem: Problem, each: Variation, links: Links) -> list[bool]:
    """The offers that every filter of a change lets through."""
    of_items, suppliers = _matching_items(problem, each), words_of(each.supplier)
    countries, currencies = words_of(each.country.upper()), words_of(each.currency)
    base = problem.settings.currency
    return [
        of_items[int(links.offer_item[row])]
        and (not suppliers or supplier in suppliers)
        and (not countries or links.offer_country[row] in countries)
        and (not currencies or (currency or base) in currencies)
        for row, (supplier, currency) in enumerate(zip(problem.offers.supplier, problem.offers.currency, strict=True))
    ]


def _matching_packages(problem: Problem, each: Variation, links: Links) -> list[bool]:
    """The packages of which supplier, country and every item match; their prices are in the base currency."""
    of_items, suppliers = _matching_items(problem, each), words_of(each.supplier)
    countries, currencies = words_of(each.country.upper()), words_of(each.currency)
    fits = [
        (not suppliers or supplier in suppliers)
        and (not countries or links.package_country[row] in countries)
        and (not currencies or problem.settings.currency in currencies)
        for row, supplier in enumerate(problem.packages.supplier)
    ]
    for package, item in zip(links.package_item_package.tolist(), links.package_item_item.tolist(), strict=True):
        fits[package] = fits[package] and of_items[item]
    return fits


def _touches(problem: Problem, each: Variation) -> bool:
    """Whether anything in the problem answers to a change's filters."""
    if each.change == "demand":
        return any(_matching_items(problem, each))
    if each.change not in ("exclude", "cap", "price"):
        return True
    links = link(problem)
    return any(_matching_offers(problem, each, links)) or any(_matching_packages(problem, each, links))


def _exclude(problem: Problem, each: Variation, number: int) -> Problem:
    links = link(problem)
    offers, packages = _matching_offers(problem, each, links), _matching_packages(problem, each, links)
    return change.without_offers(
        problem, (row for row, gone in enumerate(offers) if gone), (row for row, gone in enumerate(packages) if gone)
    )


def _cap(problem: Problem, each: Variation, number: int) -> Problem:
    rule = {name: getattr(each, name) for name in ("measure", "item", "category", "supplier", "country")}
    rule |= {"rule": f"{each.scenario} ({number})", "high": each.value, "reason": each.note}
    return replace(problem, rules=change.with_rows(problem.rules, [rule]))


def _times(prices: Iterable[Decimal | None], which: Iterable[bool], factor: Decimal) -> list[Decimal | None]:
    both = zip(prices, which, strict=True)
    return [price * factor if here and price is not None else price for price, here in both]


def _price(problem: Problem, each: Variation, number: int) -> Problem:
    """Unit prices, price breaks and takeover prices of offers, and prices of packages, times the value."""
    links, factor = link(problem), each.value or Decimal(0)
    which = _matching_offers(problem, each, links)
    names = {name for name, here in zip(problem.offers.offer, which, strict=True) if here}
    offers = {
        name: _times(getattr(problem.offers, name), which, factor) for name in ("unit_price", "backup_unit_price")
    }
    breaks = _times(problem.price_breaks.unit_price, (name in names for name in problem.price_breaks.offer), factor)
    packages = _times(problem.packages.price, _matching_packages(problem, each, links), factor)
    return replace(
        problem,
        offers=change.with_columns(problem.offers, offers),
        price_breaks=change.with_columns(problem.price_breaks, {"unit_price": breaks}),
        packages=change.with_columns(problem.packages, {"price": packages}),
    )


def _demand(problem: Problem, each: Variation, number: int) -> Problem:
    demand = _times(problem.items.demand, _matching_items(problem, each), each.value or Decimal(0))
    return replace(problem, items=change.with_columns(problem.items, {"demand": demand}))


def _rate(problem: Problem, each: Variation, number: int) -> Problem:
    """The rate of a currency, times the value."""
    named = words_of(each.currency)
    which = [currency in named for currency in problem.rates.currency]
    rates = _times(problem.rates.rate, which, each.value or Decimal(1))
    return replace(problem, rates=change.with_columns(problem.rates, {"rate": rates}))


def _drop_rule(problem: Problem, each: Variation, number: int) -> Problem:
    named = words_of(each.rule)
    return change.without_rules(problem, [row for row, name in enumerate(problem.rules.rule) if name in named])


def _limit(problem: Problem, each: Variation, number: int) -> Problem:
    """The upper limit of a rule, or its lower one where it has no upper one, becomes the value."""
    named, table = words_of(each.rule), problem.rules
    highs, lows = list(table.high), list(table.low)
    for row, name in enumerate(table.rule):
        if name in named:
            side = lows if highs[row] is None else highs
            side[row] = each.value
    return replace(problem, rules=change.with_columns(table, {"high": highs, "low": lows}))


def _failures(problem: Problem, each: Variation, number: int) -> Problem:
    failures = int(each.value or 0)
    given = (*(row for row in problem.given if row[0] != "failures"), ("failures", str(failures), "", ""))
    return replace(problem, settings=replace(problem.settings, failures=failures), given=given)


_MAKERS = {
    "exclude": _exclude,
    "cap": _cap,
    "price": _price,
    "demand": _demand,
    "rate": _rate,
    "drop_rule": _drop_rule,
    "limit": _limit,
    "failures": _failures,
}
"""How each change of a scenario file is made."""
