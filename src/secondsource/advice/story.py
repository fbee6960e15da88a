"""A plan told as a story: where its money goes by country and maker, and when making at home or abroad would pay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from secondsource.costing.breakeven import break_evens
from secondsource.costing.work import Option, Work, present_cost
from secondsource.costing.work_of_item import work_of_item
from secondsource.problem.links import Links, link
from secondsource.problem.plan import Plan
from secondsource.problem.tables import Problem
from secondsource.units import to_micro

Place = Literal["home", "abroad", "bought"]
"""Made by own people where the demand is, made by own people elsewhere, bought."""
ZERO = Fraction(0)
MOST = 100
"""A figure that would have to be so many times what it is turns nothing."""


@dataclass(frozen=True)
class Money:
    """What goes to one maker in one country: its items, money, share of all that is awarded, and that per unit."""

    country: str
    maker: str
    own: bool
    items: tuple[str, ...]
    cost: Decimal
    share: Decimal
    per_unit: Decimal


@dataclass(frozen=True)
class Way:
    """The cheapest option of one kind for an item: its offer, maker, country, and cost of a unit at `units`."""

    place: Place
    offer: str
    maker: str
    country: str
    unit_cost: Decimal


@dataclass(frozen=True)
class Turn:
    """A figure at which making and buying cost the same, the others as they are.

    Attributes
    ----------
    figure
        `hours`, `wage`, `price` (people on the rate card of a bought unit included) or `volume`.
    now, then
        Its value, and the value at which the cheaper of the two changes; for `volume` units over the horizon. None
        where making is dearer even at zero hours or pay.
    pays_above
        Whether making is cheaper above `then`, and not below it.
    """

    item: str
    place: Place
    made: str
    bought: str
    figure: str
    now: Decimal
    then: Decimal | None
    pays_above: bool


@dataclass(frozen=True)
class Decision:
    """One item that could be made or bought: each way at the same number of units, and what would turn it."""

    item: str
    name: str
    unit: str
    units: Decimal
    ways: tuple[Way, ...]
    cheapest: Place
    awarded: tuple[tuple[str, Decimal], ...]
    turns: tuple[Turn, ...]


@dataclass(frozen=True)
class Story:
    """The story of a plan.

    Attributes
    ----------
    home
        Country where the demand is.
    product, units
        What the amounts per unit are of: the item with independent demand, where there is one only, and how many.
    money
        By country and maker, dearest first; of awards and packages, before what belongs to the whole plan.
    countries
        Country, money, share.
    """

    plan: Plan
    home: str
    product: str
    units: Decimal
    money: tuple[Money, ...]
    countries: tuple[tuple[str, Decimal, Decimal], ...]
    decisions: tuple[Decision, ...]


def story(problem: Problem, plan: Plan) -> Story:
    """Return the story of a plan that has a cost."""
    links = link(problem)
    home = _home(problem, links)
    product, units = _product(problem)
    money = _money(problem, links, plan, units)
    whole = sum((each.cost for each in money), Decimal(0)) or Decimal(1)
    by_country: dict[str, Decimal] = defaultdict(Decimal)
    for each in money:
        by_country[each.country] += each.cost
    countries = sorted(by_country.items(), key=lambda row: -row[1])
    decisions = (_decision(problem, links, plan, row, home) for row in range(len(problem.items)))
    return Story(
        plan=plan,
        home=home,
        product=product,
        units=to_micro(units),
        money=tuple(money),
        countries=tuple((country, cost, to_micro(Fraction(cost) / Fraction(whole))) for country, cost in countries),
        decisions=tuple(each for each in decisions if each is not None),
    )


def _home(problem: Problem, links: Links) -> str:
    """The country of the greatest demand; "" where no site says."""
    found: dict[str, Fraction] = defaultdict(Fraction)
    for row in range(len(problem.items)):
        site = int(links.item_site[row])
        if site >= 0 and problem.items.demand[row]:
            found[problem.sites.country[site]] += 1
    return max(found, key=lambda country: found[country], default="")


def _product(problem: Problem) -> tuple[str, Fraction]:
    """The item that all others go into, and its demand; of several, none, and the sum of demands of one unit."""
    parents = set(problem.bom.parent)
    made = [row for row in range(len(problem.items)) if problem.items.demand[row]]
    tops = [row for row in made if problem.items.item[row] in parents] or made
    if len(tops) == 1:
        return problem.items.item[tops[0]], Fraction(problem.items.demand[tops[0]] or 0)
    if len({problem.items.unit[row] for row in tops}) == 1:
        return "", sum((Fraction(problem.items.demand[row] or 0) for row in tops), ZERO)
    return "", ZERO


def _money(problem: Problem, links: Links, plan: Plan, units: Fraction) -> list[Money]:
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    items: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for award in plan.awards:
        country = links.offer_country[problem.offers.position[award.offer]]
        sums[country, award.supplier] += award.cost
        items[country, award.supplier][award.item] = None
    for package in plan.packages:
        row = problem.packages.position[package.package]
        key = (links.package_country[row], package.supplier)
        sums[key] += package.price
        items[key][package.package] = None
    whole = sum(sums.values(), Decimal(0)) or Decimal(1)
    found = [
        Money(
            country=country,
            maker=supplier,
            own=bool(problem.suppliers.own[problem.suppliers.position[supplier]]),
            items=tuple(items[country, supplier]),
            cost=cost,
            share=to_micro(Fraction(cost) / Fraction(whole)),
            per_unit=to_micro(Fraction(cost) / units) if units else Decimal(0),
        )
        for (country, supplier), cost in sums.items()
    ]
    return sorted(found, key=lambda each: -each.cost)


def _decision(problem: Problem, links: Links, plan: Plan, row: int, home: str) -> Decision | None:
    """What making and buying an item cost; None where nobody of one's own offers it, or nobody else does."""
    item = problem.items.item[row]
    need = sum((Fraction(award.quantity) for award in plan.awards if award.item == item), ZERO)
    if not need:
        return None
    given = work_of_item(problem, item, need=need)
    by_place: dict[Place, list[Option]] = defaultdict(list)
    for option in given.work.options:
        place: Place = "bought" if option.kind == "buy" else "home" if option.country == home else "abroad"
        by_place[place].append(option)
    if "bought" not in by_place or len(by_place) < 2:
        return None
    scale = _common_scale(given.work, [option for options in by_place.values() for option in options])
    best = {
        place: min(options, key=lambda option: present_cost(given.work, option, scale))
        for place, options in by_place.items()
    }
    units = scale * sum(given.work.quantities, ZERO)
    ways = [
        Way(place, best[place].key, best[place].name, best[place].country,
            to_micro(Fraction(present_cost(given.work, best[place], scale)) / units))
        for place in ("home", "abroad", "bought") if place in best
    ]  # fmt: skip
    awarded: dict[str, Decimal] = defaultdict(Decimal)
    for award in plan.awards:
        if award.item == item:
            awarded[award.supplier] += award.share
    turns = [
        turn
        for place in ("home", "abroad")
        if place in best
        for turn in _turns(given.work, item, place, best[place], best["bought"], scale)
    ]
    return Decision(
        item=item,
        name=problem.items.name[row] or item,
        unit=problem.items.unit[row],
        units=to_micro(units),
        ways=tuple(ways),
        cheapest=min(ways, key=lambda way: way.unit_cost).place,
        awarded=tuple(sorted(awarded.items(), key=lambda pair: -pair[1])),
        turns=tuple(turns),
    )


def _common_scale(work: Work, options: list[Option]) -> Fraction:
    """The largest share of the need, up to all of it, that every option can deliver."""
    most = max(work.quantities)
    room = [Fraction(option.capacity) / most for option in options if option.capacity is not None and most]
    return Fraction(min([Fraction(1), *(each for each in room if each > 0)]))


def _turns(work: Work, item: str, place: Place, made: Option, bought: Option, scale: Fraction) -> list[Turn]:
    """Hours, wage, price and volume at which the two cost the same."""

    def hours(factor: Fraction) -> Fraction:
        roles = tuple(replace(role, hours_per_unit=role.hours_per_unit * factor) for role in made.roles)
        return _difference(work, replace(made, roles=roles), bought, scale)

    def wage(factor: Fraction) -> Fraction:
        roles = tuple(replace(role, hourly_wage=role.hourly_wage * factor) for role in made.roles)
        return _difference(work, replace(made, roles=roles), bought, scale)

    def price(factor: Fraction) -> Fraction:
        breaks = tuple((start, each * factor) for start, each in bought.breaks)
        roles = tuple(replace(role, hourly_wage=role.hourly_wage * factor) for role in bought.roles)
        changed = replace(bought, unit_price=bought.unit_price * factor, breaks=breaks, roles=roles)
        return _difference(work, made, changed, scale)

    found = []
    own_hours = sum((role.hours_per_unit for role in made.roles), ZERO)
    own_wage = made.roles[0].hourly_wage if made.roles else ZERO
    tried: list[tuple[str, Fraction, Callable[[Fraction], Fraction]]] = [
        ("hours", own_hours, hours), ("wage", own_wage, wage), ("price", _price(bought), price),
    ]  # fmt: skip
    for figure, now, difference in tried:
        if not now:
            continue
        factor = _root(difference)
        is_hopeless = figure != "price" and difference(ZERO) > 0
        if factor is not None or is_hopeless:
            turned = None if factor is None else to_micro(now * factor)
            found.append(Turn(item, place, made.name, bought.name, figure, to_micro(now), turned, figure == "price"))
    whole = sum(work.quantities, ZERO)
    for each in break_evens(work, made, bought, Fraction(3)):
        then = to_micro(each.scale * whole)
        found.append(
            Turn(item, place, made.name, bought.name, "volume", to_micro(scale * whole), then, each.above == made.key)
        )
    return found


def _price(bought: Option) -> Fraction:
    """What a bought unit is charged: its price, and the people on the supplier's rate card."""
    people = sum((role.hours_per_unit * role.hourly_wage * (1 + role.burden_rate) for role in bought.roles), ZERO)
    return Fraction(bought.unit_price + people)


def _difference(work: Work, made: Option, bought: Option, scale: Fraction) -> Fraction:
    return Fraction(present_cost(work, made, scale)) - Fraction(present_cost(work, bought, scale))


def _root(difference: Callable[[Fraction], Fraction]) -> Fraction | None:
    """The factor above 0 at which a difference is zero, bisected between 0 and `MOST`; None where it keeps its sign."""
    low, high = Fraction(0), Fraction(MOST)
    at_low, at_high = difference(low), difference(high)
    if at_low * at_high >= 0:
        return None
    for _step in range(60):
        middle = (low + high) / 2
        if difference(middle) * at_low > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
