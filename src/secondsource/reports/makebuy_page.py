"""The page "make or buy": what each option costs, from which volume, how surely; not for the answers."""

from __future__ import annotations

from decimal import Decimal

from secondsource.advice.makebuy import MakeBuy, OptionCost, Region
from secondsource.language import _
from secondsource.reports import charts
from secondsource.reports.names import country_name
from secondsource.reports.numbers import Unit, day, number, percent, price, unit_of
from secondsource.reports.pages import Cell, Column, Fact, Listing, Marked, Page, Words
from secondsource.reports.study_page import KINDS, frame, sources_listing

ZERO = Decimal(0)
MANY = 1000


def makebuy_page(answer: MakeBuy, title: str, version: str) -> Page:
    """Return the page of a make-or-buy answer."""
    names = {each.option: each.name for each in answer.options}
    largest = max((abs(each.present_value) for each in answer.options), default=ZERO)
    unit = unit_of(largest, answer.currency)
    listings = [
        _options(answer, unit),
        _parts(answer, names, unit),
        _regions(answer, names),
        _break_evens(answer, names),
    ]
    if answer.tornado:
        listings.append(_tornado(answer, names, unit))
    if answer.simulation is not None:
        listings += [_chances(answer, names), _information(answer)]
    listings += [_flows(answer, names), _left_out(answer, names), sources_listing(answer.sources)]
    return Page(
        name="makebuy",
        title=title,
        subtitle=_("Make or buy: {what}", what=answer.title) if answer.title else _("Make or buy"),
        tone="good" if answer.best else "bad",
        verdict=_verdict(answer, names, unit),
        facts=_facts(answer, names, unit),
        listings=tuple(listings),
        notes=(
            _("Present value: every flow of the table below, discounted to the first day; costs are above zero."),
            _("Annual cost: the equal sum a year that is worth the present value over the horizon."),
            _("A break-even is a crossing, where both cost the same, or a jump, such as a price break or one more"
              " machine; price breaks make several."),
            *answer.remarks,
        ),
        unit=unit,
        plan=frame(answer.currency, answer.as_of, version, answer.sha256),
    )  # fmt: skip


def _verdict(answer: MakeBuy, names: dict[str, str], unit: Unit) -> Words:
    if not answer.best:
        return _("No option can take the whole work.")
    best = next(each for each in answer.options if each.option == answer.best)
    said = (
        _("Make it: {option}.", option=best.name) if best.kind == "make" else _("Buy it: {option}.", option=best.name)
    )
    if not answer.next_best:
        return said
    amount = f"{unit.show(answer.advantage)} {unit.name}"
    than = _("It costs {amount} less than {other}.", amount=amount, other=names[answer.next_best])
    return f"{said} {than}"


def _facts(answer: MakeBuy, names: dict[str, str], unit: Unit) -> tuple[Fact, ...]:
    facts = []
    for each in answer.options[:3]:
        note = _(
            "{amount} a {unit}", amount=f"{price(each.unit_cost)} {answer.currency}", unit=answer.unit or _("unit")
        )
        facts.append(Fact(each.name, f"{unit.show(each.present_value)} {unit.name}", note))
    if answer.simulation is not None:
        found = answer.simulation
        sure = next(each for each in found.chances if each.option == found.best)
        facts.append(Fact(_("How surely"), percent(sure.is_best), names[found.best]))
        worth = f"{unit.show(found.everything)} {unit.name}"
        facts.append(Fact(_("Worth knowing more"), worth, _("at most, before choosing")))
    return tuple(facts)


def _options(answer: MakeBuy, unit: Unit) -> Listing:
    shown = [each for each in answer.options if each.present_value > 0]
    rows = [
        (each.name, float(each.present_value), f"{unit.show(each.present_value)}", each.cannot is not None)
        for each in shown
    ]
    return Listing(
        _("What each way costs"),
        _("Present value over the horizon, the equal sum a year, and that sum for each unit."),
        (
            Column(_("Option")),
            Column(_("Kind")),
            Column(_("Country")),
            Column(_("Present value"), "money"),
            Column(_("A year"), "money"),
            Column(_("A unit, {currency}", currency=answer.currency), "price"),
            Column(_("Remark"), "long"),
        ),
        tuple(_option(each) for each in answer.options),
        _("There is no option."),
        chart=charts.amounts(rows),
        brief=(0, 1, 3, 5),
    )


def _option(each: OptionCost) -> tuple[Cell, ...]:
    kind = _("make") if each.kind == "make" else _("buy")
    remark: list[str] = [] if each.cannot is None else [str(each.cannot)]
    remark += [
        str(
            _("{what}: {share} of it is idle, for {cost} a year", what=what, share=percent(share), cost=number(cost, 0))
        )
        for what, share, cost in each.idle
    ]
    country = country_name(each.country) if each.country else ""
    words = "; ".join(remark)
    said: Cell = Marked(words) if each.cannot is not None else words
    return (each.name, kind, country, each.present_value, each.annual_cost, each.unit_cost, said)


def _parts(answer: MakeBuy, names: dict[str, str], unit: Unit) -> Listing:
    kinds = [kind for kind in KINDS if any(kind in dict(each.by_kind) for each in answer.options)]
    columns = tuple(Column(each.name, "money") for each in answer.options)
    rows: list[tuple[Cell, ...]] = [
        (KINDS[kind], *(dict(each.by_kind).get(kind) for each in answer.options)) for kind in kinds
    ]
    rows.append((_("Total"), *(each.present_value for each in answer.options)))
    return Listing(
        _("Where the money goes"),
        _("The same present values by cost part."),
        (Column(_("Part")), *columns),
        tuple(rows),
        _("Nothing costs anything."),
    )


def _regions(answer: MakeBuy, names: dict[str, str]) -> Listing:
    lines = [(names[key], [(float(x), float(y)) for x, y in points]) for key, points in answer.curves]
    across = str(_("Units over the horizon"))
    up = str(_("Annual cost of a unit, {currency}", currency=answer.currency))
    return Listing(
        _("Who is cheapest at which volume"),
        _("Units over the horizon of {years} years, all years in proportion; needed are {units}.",
          years=answer.years, units=number(answer.units, 0)),
        (Column(_("From, units"), "quantity"), Column(_("Up to, units"), "quantity"), Column(_("Cheapest"))),
        tuple(_region(each, names) for each in answer.regions),
        _("No option can deliver."),
        chart=charts.lines(lines, across, up),
    )  # fmt: skip


def _units(units: Decimal) -> Decimal:
    """Units as they are shown: whole ones where there are many."""
    return units.quantize(Decimal(1)) if units >= MANY else units


def _region(each: Region, names: dict[str, str]) -> tuple[Cell, ...]:
    high: Cell = _("and more") if each.high is None else _units(each.high)
    return (_units(each.low), high, names[each.option])


def _break_evens(answer: MakeBuy, names: dict[str, str]) -> Listing:
    how = {"crossing": _("both cost the same"), "jump": _("a cost jumps")}
    rows = [
        (_units(each.units), each.scale, names[each.below], names[each.above], how[each.how])
        for each in answer.break_evens
    ]
    return Listing(
        _("All break-even volumes"),
        _("Between every two options, up to ten times the units needed."),
        (
            Column(_("Units"), "quantity"),
            Column(_("Of those needed"), "percent"),
            Column(_("Cheaper below")),
            Column(_("Cheaper above")),
            Column(_("How")),
        ),
        tuple(rows),
        _("None: the same option is cheaper at every volume."),
    )


def _tornado(answer: MakeBuy, names: dict[str, str], unit: Unit) -> Listing:
    head = _("{other} minus {best}", other=names[answer.next_best], best=names[answer.best])
    rows: list[tuple[Cell, ...]] = []
    for each in answer.tornado:
        turns = min(each.at_low, each.at_high) < 0
        said: Cell = Marked(_("turns the decision")) if turns else ""
        rows.append((each.figure, each.low_value, each.high_value, each.at_low, each.at_high, said))
    bars = [(each.figure, float(each.at_low), float(each.at_high)) for each in answer.tornado]
    return Listing(
        _("What the decision hangs on"),
        _("The advantage, {what}, with one figure at a time at its low and high value (one time in ten it is lower,"
          " or higher); below zero the decision turns.", what=head),
        (
            Column(_("Uncertain figure")),
            Column(_("Low"), "price"),
            Column(_("High"), "price"),
            Column(_("Advantage at low"), "money"),
            Column(_("Advantage at high"), "money"),
            Column(_("Remark")),
        ),
        tuple(rows),
        _("Nothing is uncertain."),
        chart=charts.tornado(bars, float(answer.advantage), unit),
    )  # fmt: skip


def _chances(answer: MakeBuy, names: dict[str, str]) -> Listing:
    found = answer.simulation
    assert found is not None  # noqa: S101
    rows = [
        (names[each.option], each.is_best, each.mean, each.low, each.middle, each.high)
        for each in sorted(found.chances, key=lambda each: each.mean)
    ]
    return Listing(
        _("How surely"),
        _("{count} samples of all uncertain figures together (scrambled Sobol sets, seed {seed}).",
          count=number(found.samples, 0), seed=found.seed),
        (
            Column(_("Option")),
            Column(_("Cheapest in"), "percent"),
            Column(_("Mean"), "money"),
            Column(_("1 in 10 below"), "money"),
            Column(_("Median"), "money"),
            Column(_("1 in 10 above"), "money"),
        ),
        tuple(rows),
        _("Nothing is uncertain."),
    )  # fmt: skip


def _information(answer: MakeBuy) -> Listing:
    found = answer.simulation
    assert found is not None  # noqa: S101
    everything = (_("everything"), found.everything)
    return Listing(
        _("What it is worth to know more"),
        _("The most that a study of the figure can be worth before choosing; the estimate for a single figure is a"
          " little high, never low."),
        (Column(_("Uncertain figure")), Column(_("Worth"), "money")),
        (everything, *found.figures),
        _("Nothing is uncertain."),
    )  # fmt: skip


def _flows(answer: MakeBuy, names: dict[str, str]) -> Listing:
    rows = [
        (
            names[each.option],
            day(each.date),
            KINDS[each.kind],
            each.what,
            each.amount,
            each.discount_factor,
            each.present_value,
        )
        for each in answer.flows
    ]
    return Listing(
        _("Dated cash flows"),
        _("Everything above is read off this table."),
        (
            Column(_("Option")),
            Column(_("Date")),
            Column(_("Part")),
            Column(_("What")),
            Column(_("Amount"), "money"),
            Column(_("Discount factor"), "price"),
            Column(_("Present value"), "money"),
        ),
        tuple(rows),
        _("Nothing costs anything."),
        brief=(0, 1, 2, 4, 6),
    )


def _left_out(answer: MakeBuy, names: dict[str, str]) -> Listing:
    rows = [(names.get(each.option, each.option), each.what, each.amount, each.why) for each in answer.left_out]
    return Listing(
        _("Left out, and why"),
        _("What does not count in the decision."),
        (Column(_("Option")), Column(_("What")), Column(_("Amount"), "price"), Column(_("Why"), "long")),
        tuple(rows),
        _("Nothing was left out."),
    )
