"""The page on what could stop us, for how long, at what cost, and what a second source is worth; not for answers."""

from __future__ import annotations

import math
from decimal import Decimal

from secondsource.advice.exposure import Concentrated, Exposures, GroupExposure
from secondsource.language import _, plural
from secondsource.problem.tables import Problem
from secondsource.reports import charts
from secondsource.reports.names import Names, country_name, names_of
from secondsource.reports.network_chart import Hurt, network
from secondsource.reports.numbers import Unit, number, unit_of
from secondsource.reports.pages import Cell, Column, Fact, Listing, Marked, Page, Words, interval, several
from secondsource.reports.summary import summarise

ZERO = Decimal(0)


def exposure_page(answer: Exposures, problem: Problem, title: str) -> Page:
    """Return the page; `answer` must have a plan."""
    plan, names = answer.plan, names_of(problem)
    unit = unit_of(plan.cost or ZERO, plan.currency)
    stopping = [each for each in answer.groups if each.missing]
    sold = list(dict.fromkeys(names.item(item) for each in stopping for item, _units in each.missing))
    verdict: Words = _("No single loss keeps anything from being delivered.")
    if stopping:
        verdict = plural(
            "{count} supplier could stop {items}.",
            "{count} suppliers could stop {items}.",
            len(stopping),
            items=several(sold, 3),
        )
    return Page(
        name="exposure",
        title=title,
        subtitle=_("Who could stop us, for how long, and at what cost"),
        tone="bad" if stopping else "good",
        verdict=verdict,
        facts=_facts(answer, names, unit),
        listings=(
            _groups(answer, names, unit),
            _network(answer, problem, names, unit),
            _sources(answer, names, unit),
            _concentration(answer, names, unit),
        ),
        notes=(*_notes(answer), *answer.warnings),
        unit=unit,
        plan=plan,
    )


def money(value: float) -> Decimal:
    """Return an amount in floats as it is shown."""
    return Decimal(f"{value:.6f}")


def _facts(answer: Exposures, names: Names, unit: Unit) -> tuple[Fact, ...]:
    facts = []
    worst = next((each for each in answer.groups if each.impact > 0), None)
    if worst is not None:
        amount = f"{unit.show(money(worst.impact))} {unit.name}"
        who = several([_named(each, names) for each in answer.groups if each.impact >= worst.impact * (1 - 1e-9)], 3)
        facts.append(Fact(_("Worst loss until recovery"), amount, who))
    exposed = sum(1 for each in answer.groups if each.is_exposed)
    of = _("of {count} that may fail", count=len(answer.groups))
    facts.append(Fact(_("Recover later than we survive"), number(exposed), of))
    best = next((each for each in answer.sources if each.worth.is_distinguishable), None)
    if best is not None:
        note = _("worth {amount} {unit}", amount=interval(best.worth, unit), unit=unit.name)
        facts.append(Fact(_("Find a second source first for"), names.item(best.item), note))
    whole = next((each for each in answer.concentrations if each.kind == "all"), None)
    if whole is not None:
        note = _("{count} by name: the spend is as concentrated as with so few equal ones", count=whole.figure.count)
        facts.append(Fact(_("Suppliers in effect"), number(whole.figure.effective, 1), note))
    return tuple(facts)


def _named(each: GroupExposure, names: Names) -> str:
    return str(several([names.supplier(name) for name in each.suppliers], 3)) or each.group


def _days(value: float) -> Words:
    return _("for good") if math.isinf(value) else number(value, 0 if value >= 10 else 1)


def _groups(answer: Exposures, names: Names, unit: Unit) -> Listing:
    worth = {each.item: each.worth for each in answer.sources}
    rows: list[tuple[Cell, ...]] = []
    tells_what = len({item for each in answer.groups for item, _units in each.missing}) > 1
    for each in answer.groups:
        hurting = [item for item in each.items if item.impact > 0]
        stopped = several([names.item(item) for item, _units in each.missing], 2) if each.missing else ""
        because = several([names.item(item.item) for item in hurting], 3)
        second = worth.get(hurting[0].item) if hurting else None
        who = _named(each, names)
        rows.append(
            (
                Marked(who) if each.missing and each.index > 0.5 else who,
                *([stopped or _("nothing")] if tells_what else []),
                because,
                _days(each.recover_days),
                _days(each.survive_days),
                money(each.impact),
                Decimal(repr(each.probability)),
                Decimal(repr(round(each.index, 6))),
                each.spend,
                second,
            )
        )
    bars = [
        (_named(each, names), each.impact, _bar_note(each, names, unit), each.index > 0.5)
        for each in answer.groups
        if each.impact > 0
    ]
    return Listing(
        _("Who could stop what, for how long, at what cost"),
        _(
            "Each risk group out until it recovers, with what is booked stepping in; the loss is what customers then "
            "miss. The last column: what one more source of the item that hurts would save the plan."
        ),
        (
            Column(_("Supplier")),
            *((Column(_("Stops")),) if tells_what else ()),
            Column(_("For want of")),
            Column(_("Out for, days"), "quantity"),
            Column(_("We survive, days"), "quantity"),
            Column(_("Cost"), "money"),
            Column(_("Likelihood"), "percent"),
            Column(_("Index"), "quantity"),
            Column(_("Spend"), "money"),
            Column(_("Second source is worth"), "money"),
        ),
        tuple(rows),
        _("No supplier of the plan may fail."),
        charts.amounts(bars),
        (0, 2, 3, 4, 5, 9) if tells_what else (0, 1, 2, 3, 4, 8),
    )


def _bar_note(each: GroupExposure, names: Names, unit: Unit) -> str:
    item = next((names.item(item.item) for item in each.items if item.impact > 0), "")
    return f"{unit.show(money(each.impact))} · {item}" if item else unit.show(money(each.impact))


def _network(answer: Exposures, problem: Problem, names: Names, unit: Unit) -> Listing:
    worst: dict[str, tuple[float, str]] = {}
    for each in answer.groups:
        for item in each.items:
            if item.impact > worst.get(item.item, (0.0, ""))[0]:
                worst[item.item] = (item.impact, _named(each, names))
    most = max((impact for impact, _who in worst.values()), default=0.0)
    hurt = {
        item: Hurt(f"{who}: {unit.show(money(impact))}", impact / most if most else 0.0)
        for item, (impact, who) in worst.items()
    }
    ordered = sorted(worst.items(), key=lambda pair: -pair[1][0])
    return Listing(
        _("The network, and where it hurts most"),
        _("The redder a box, the more it costs to lose the supplier named in it, until that supplier recovers."),
        (Column(_("Item")), Column(_("Lost with")), Column(_("Cost"), "money")),
        tuple((names.item(item), who, money(impact)) for item, (impact, who) in ordered),
        _("No loss of a supplier reaches a customer."),
        network(summarise(answer.plan, problem), answer.plan, problem, hurt),
    )


def _sources(answer: Exposures, names: Names, unit: Unit) -> Listing:
    rows = [
        (
            names.item(each.item),
            names.supplier(each.supplier),
            each.worth,
            _("the exposure ends") if each.ends_exposure else "",
        )
        for each in answer.sources
    ]
    return Listing(
        _("What a second source would be worth"),
        _("The plan is solved again with a firm like the one named, at its price, that fails on its own."),
        (Column(_("Item")), Column(_("A second firm like")), Column(_("Saves"), "money"), Column(_("And"))),
        tuple(rows),
        _("No item that hurts has an offer to copy, or sources were not asked about."),
        charts.amounts(
            [
                (names.item(each.item), float(each.worth.middle), str(interval(each.worth, unit)), False)
                for each in answer.sources
                if each.worth.is_distinguishable and each.worth.middle > 0 and not each.worth.is_endless
            ]
        ),
    )


def _concentration(answer: Exposures, names: Names, unit: Unit) -> Listing:
    rows = [
        (
            _within(each, names),
            money(each.figure.index).quantize(Decimal(1)),
            money(each.figure.effective).quantize(Decimal("0.01")),
            each.figure.count,
            country_name(each.greatest) if each.kind == "countries" else names.supplier(each.greatest),
            Decimal(repr(each.share)),
            each.spend,
        )
        for each in answer.concentrations
    ]
    return Listing(
        _("How concentrated the spend is"),
        _("Herfindahl's index (10,000: all with one) and the number of equal shares that would concentrate as much."),
        (
            Column(_("Within")),
            Column(_("Index"), "quantity"),
            Column(_("In effect"), "quantity"),
            Column(_("Count"), "quantity"),
            Column(_("Greatest")),
            Column(_("Its share"), "percent"),
            Column(_("Spend"), "money"),
        ),
        tuple(rows),
        _("Nothing is bought."),
        brief=(0, 1, 2, 4, 5),
    )


def _within(each: Concentrated, names: Names) -> Words:
    if each.kind == "all":
        return _("all suppliers")
    if each.kind == "countries":
        return _("all countries")
    if each.kind == "tier":
        return _("suppliers of tier {tier}", tier=each.name) if each.name != "0" else _("suppliers of what is sold")
    if each.kind == "country":
        return _("suppliers in {country}", country=country_name(each.name))
    return _("suppliers of {item}", item=names.item(each.name))


def _notes(answer: Exposures) -> tuple[Words, ...]:
    notes: list[Words] = [
        _("Cost: the least that customers must miss until the supplier recovers, at shortage_cost; undiscounted."),
        _("We survive: as long as nothing is missing, with stocks and booked backups from their bring-up time on."),
        _("Index: the cost as a share of the greatest one. Tier 0 is what is sold; 1 goes into it, 2 into that."),
    ]
    if answer.rank_correlation is not None:
        notes.append(
            _(
                "Spend and damage rank with a correlation of {figure}: near 0, what we pay a supplier says nothing "
                "about what its loss costs.",
                figure=number(answer.rank_correlation),
            )
        )
    return tuple(notes)
