"""The page that tells a plan: where the money goes, and when making at home or abroad pays; not for plans."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from secondsource.advice.story import Decision, Story, Turn
from secondsource.language import Message, _, plural
from secondsource.problem.tables import Problem
from secondsource.reports import charts
from secondsource.reports.names import Names, country_name, names_of
from secondsource.reports.numbers import Unit, number, percent, price, unit_of
from secondsource.reports.pages import Cell, Column, Fact, Listing, Marked, Page, Words, several

ZERO = Decimal(0)
PLACES: Mapping[str, Message] = {
    "home": _("made at home"), "abroad": _("made abroad"), "bought": _("bought"),
}  # fmt: skip
FIGURES: Mapping[str, Message] = {
    "hours": _("hours of own work in a unit"),
    "wage": _("own pay of an hour"),
    "price": _("price of the bought unit"),
    "volume": _("units needed"),
}


def story_page(told: Story, problem: Problem, title: str) -> Page:
    """Return the page of a story; its plan must have a cost."""
    names, cost = names_of(problem), told.plan.cost or ZERO
    unit = unit_of(cost, told.plan.currency)
    return Page(
        name="story",
        title=title,
        subtitle=_("Where the money goes, and when making it oneself pays"),
        tone="good",
        verdict=_verdict(told, names),
        facts=_facts(told, names, unit),
        listings=(_countries(told, names, unit), _makers(told, names, unit), _ways(told, names), _turns(told, names)),
        notes=(
            _("Money is what the plan awards: purchase, freight, duty, wages and the rest of each award, present value;"
              " what belongs to the whole plan, such as the expected cost of failures, is in the plan's report."),
            _("Home is the country of the demand; made abroad is made by own people elsewhere."),
            _("The ways are compared at the same number of units, each alone: freight, duty, hiring, defects and the"
              " chance of failure are in, backups and the parts that go into the item are not."),
            _("The price of a bought unit holds the people on the supplier's rate card too."),
        ),
        unit=unit,
        plan=told.plan,
    )  # fmt: skip


def _verdict(told: Story, names: Names) -> Words:
    if not told.money:
        return _("Nothing is awarded: there is no money to follow.")
    first = told.money[0]
    said = _("{maker} in {country} gets most: {share} of the money awarded.", maker=names.supplier(first.maker),
             country=country_name(first.country), share=percent(first.share))  # fmt: skip
    own = [each for each in told.decisions if each.cheapest != "bought"]
    if not told.decisions:
        return said
    makes = plural("Of {all} items that could be made oneself, {count} is cheapest so.",
                   "Of {all} items that could be made oneself, {count} are cheapest so.",
                   len(own), all=len(told.decisions))  # fmt: skip
    return f"{said} {makes}"


def _facts(told: Story, names: Names, unit: Unit) -> tuple[Fact, ...]:
    facts = []
    for country, cost, share in told.countries[:3]:
        facts.append(Fact(country_name(country), percent(share), f"{unit.show(cost)} {unit.name}"))
    abroad = sum((share for country, _cost, share in told.countries if country != told.home), ZERO)
    if told.home:
        facts.append(Fact(_("Abroad, seen from {country}", country=country_name(told.home)), percent(abroad), ""))
    return tuple(facts)


def _per_unit(told: Story, names: Names) -> tuple[Column, ...]:
    if not told.units:
        return ()
    what = names.item(told.product) if told.product else _("a unit")
    return (Column(_("For {what}, {currency}", what=what, currency=told.plan.currency), "price"),)


def _countries(told: Story, names: Names, unit: Unit) -> Listing:
    rows: list[tuple[Cell, ...]] = []
    for country, cost, share in told.countries:
        makers = sum(each.country == country for each in told.money)
        each_unit = (sum((m.per_unit for m in told.money if m.country == country), ZERO),) if told.units else ()
        rows.append((country_name(country), makers, cost, share, *each_unit))
    bars = [
        (country_name(country), float(cost), f"{unit.show(cost)} · {percent(share, fixed=True)}", False)
        for country, cost, share in told.countries
    ]
    return Listing(
        _("By country"),
        _("Where what the plan awards is made."),
        (
            Column(_("Country")),
            Column(_("Makers"), "quantity"),
            Column(_("Money"), "money"),
            Column(_("Share"), "percent"),
            *_per_unit(told, names),
        ),
        tuple(rows),
        _("The plan awards nothing."),
        chart=charts.amounts(bars),
    )


def _makers(told: Story, names: Names, unit: Unit) -> Listing:
    rows: list[tuple[Cell, ...]] = [
        (
            names.supplier(each.maker),
            country_name(each.country),
            several([names.item(item) for item in each.items], 3),
            each.cost,
            each.share,
            *((each.per_unit,) if told.units else ()),
        )
        for each in told.money
    ]
    bars = [
        (
            names.supplier(each.maker),
            float(each.cost),
            f"{unit.show(each.cost)} · {percent(each.share, fixed=True)}",
            False,
        )
        for each in told.money
    ]
    return Listing(
        _("By maker"),
        _("Who gets it, and for what."),
        (
            Column(_("Maker")),
            Column(_("Country")),
            Column(_("Items"), "long"),
            Column(_("Money"), "money"),
            Column(_("Share"), "percent"),
            *_per_unit(told, names),
        ),
        tuple(rows),
        _("The plan awards nothing."),
        chart=charts.amounts(bars),
        brief=(0, 1, 3, 4),
    )


def _ways(told: Story, names: Names) -> Listing:
    rows: list[tuple[Cell, ...]] = []
    for each in told.decisions:
        costs = {way.place: way for way in each.ways}
        cells: list[Cell] = []
        for place in PLACES:
            way = costs.get(place)  # type: ignore[call-overload]
            cells.append("" if way is None else f"{price(way.unit_cost)} ({way.maker})")
        plan = ", ".join(f"{names.supplier(who)} {percent(share)}" for who, share in each.awarded)
        rows.append((each.name, each.units, *cells, PLACES[each.cheapest], plan))
    return Listing(
        _("Made or bought"),
        _("Present value of a unit by the cheapest offer of each way, {currency}, and what the plan does.",
          currency=told.plan.currency),
        (
            Column(_("Item")),
            Column(_("Units"), "quantity"),
            Column(_("At home")),
            Column(_("Abroad")),
            Column(_("Bought")),
            Column(_("Cheapest")),
            Column(_("In the plan"), "long"),
        ),
        tuple(rows),
        _("No item could be both made and bought."),
        brief=(0, 2, 3, 4, 5),
    )  # fmt: skip


def _turns(told: Story, names: Names) -> Listing:
    rows = [_turn(each, turn) for each in told.decisions for turn in each.turns]
    return Listing(
        _("When making it oneself pays"),
        _("One figure at a time, the others as they are; red where it does not pay today."),
        (
            Column(_("Item")),
            Column(_("Making")),
            Column(_("Which figure")),
            Column(_("Today")),
            Column(_("Making pays")),
        ),
        tuple(rows),
        _("No single figure would turn any item."),
    )


def _turn(each: Decision, turn: Turn) -> tuple[Cell, ...]:
    shown = number if turn.figure in ("volume", "hours") else price
    if turn.then is None:
        said: Cell = _("not even at none")
        turns = "–"
    else:
        turns = shown(turn.then)
        pays = turn.now >= turn.then if turn.pays_above else turn.now <= turn.then
        words = _("above {value}", value=turns) if turn.pays_above else _("below {value}", value=turns)
        said = words if pays else Marked(words)
    return (each.name, PLACES[turn.place], FIGURES[turn.figure], shown(turn.now), said)
