"""The page "who could dictate terms to us, and what would change that"; not for the answers (`advice.dependence`)."""

from __future__ import annotations

from decimal import Decimal

from secondsource.advice.dependence import Dependence, Dependences, ItemDependence, SourceSought
from secondsource.advice.interval import Interval
from secondsource.language import _, listed, plural
from secondsource.problem.plan import Relaxation
from secondsource.problem.tables import Problem
from secondsource.reports import charts
from secondsource.reports.names import Names, names_of
from secondsource.reports.numbers import Unit, number, unit_of
from secondsource.reports.pages import Cell, Column, Fact, Listing, Marked, Page, Words, interval, several

ZERO = Decimal(0)


def dependence_page(answer: Dependences, problem: Problem, title: str) -> Page:
    """Return the page; `answer` must have a plan."""
    plan, names = answer.plan, names_of(problem)
    unit = unit_of(plan.cost or ZERO, plan.currency)
    held = _held(answer)
    verdict = _("Every supplier of the plan could be replaced.")
    if held:
        verdict = plural(
            "{count} supplier cannot be left out: no plan does without it.",
            "{count} suppliers cannot be left out: no plan does without them.",
            len(held),
        )
    return Page(
        name="dependence",
        title=title,
        subtitle=_("Who could dictate terms to us, and what would change that"),
        tone="bad" if held else "good",
        verdict=verdict,
        facts=_facts(answer, names, unit),
        listings=(_suppliers(answer, names, unit), _sources(answer, names, unit), _items(answer, names)),
        notes=_notes(),
        unit=unit,
        plan=plan,
    )


def _held(answer: Dependences) -> list[Dependence]:
    """Suppliers other than ourselves that no plan does without, not even one without backups."""
    return [each for each in answer.suppliers if not each.own and _amount(each).is_endless]


def _amount(each: Dependence) -> Interval:
    """What its loss for good costs, without backups if nothing else is possible."""
    return each.unprotected if each.unprotected is not None else each.for_good


def _notes() -> tuple[Words, ...]:
    return (
        _("Lost for good: cost of the best plan without the supplier, the market being as it is, minus the plan's."),
        _("Lost tomorrow: one failure of it under this plan, with only what is booked; shortages at their price."),
        _(
            "Amounts are proved from both plans' costs and bounds; where zero lies between the limits, they are not "
            "distinguishable from nothing."
        ),
        _(
            "One more source: a firm like the one named, at its price, place and quality, that fails on its own; what "
            "it would save is what finding and qualifying it may cost."
        ),
    )


def _facts(answer: Dependences, names: Names, unit: Unit) -> tuple[Fact, ...]:
    only = [names.item(each.item) for supplier in answer.suppliers for each in supplier.items if each.is_only_source]
    held = [names.supplier(each.supplier) for each in _held(answer)]
    facts = [Fact(_("Cannot be left out"), number(len(held)), several(held, 3))]
    facts.append(Fact(_("Items with one source"), number(len(only)), several(only, 3)))
    failing = [each for each in answer.suppliers if each.tomorrow is not None]
    if failing:
        worst = max(failing, key=lambda each: each.tomorrow or ZERO)
        amount = f"{unit.show(worst.tomorrow or ZERO)} {unit.name}"
        facts.append(Fact(_("Worst loss tomorrow"), amount, names.supplier(worst.supplier)))
    if answer.sources and answer.sources[0].worth.is_distinguishable:
        best = answer.sources[0]
        note = _("worth {amount} {unit}", amount=interval(best.worth, unit), unit=unit.name)
        facts.append(Fact(_("Search first for"), names.item(best.item), note))
    return tuple(facts)


def _suppliers(answer: Dependences, names: Names, unit: Unit) -> Listing:
    rows = tuple(_supplier_row(each, answer, names, unit) for each in answer.suppliers)
    return Listing(
        _("What losing each supplier costs"),
        _("For good: with the market as it is. Tomorrow: one failure, with only what is booked."),
        (
            Column(_("Supplier")),
            Column(_("Its awards"), "money"),
            Column(_("Lost for good"), "money"),
            Column(_("Lost tomorrow"), "money"),
            Column(_("Likelihood"), "percent"),
            Column(_("What then"), "long"),
        ),
        rows,
        _("The plan has no supplier."),
        _chart(answer, names, unit),
        (0, 2, 3, 5),
    )


def _chart(answer: Dependences, names: Names, unit: Unit) -> str:
    failing = [each for each in answer.suppliers if each.tomorrow]
    failing.sort(key=lambda each: -(each.tomorrow or ZERO))
    rows = [
        (
            names.supplier(each.supplier),
            float(each.tomorrow or 0),
            str(
                _(
                    "{amount} tomorrow · {good} for good",
                    amount=unit.show(each.tomorrow or ZERO),
                    good=_good(each, unit),
                )
            ),
            each.for_good.is_endless,
        )
        for each in failing
    ]
    return charts.amounts(rows)


def _good(each: Dependence, unit: Unit) -> Words:
    if each.for_good.is_endless and not _amount(each).is_endless:
        return _("{amount} unprotected", amount=interval(_amount(each), unit))
    return interval(each.for_good, unit)


def _supplier_row(each: Dependence, answer: Dependences, names: Names, unit: Unit) -> tuple[Cell, ...]:
    good: Cell = Marked(_good(each, unit)) if each.for_good.is_endless else each.for_good
    likelihood = None if each.tomorrow is None else each.probability
    name = names.supplier(each.supplier)
    return (
        _("{supplier} (own)", supplier=name) if each.own else name,
        each.spend or None,
        good,
        each.tomorrow,
        likelihood,
        " ".join(str(words) for words in _what_then(each, answer, names, unit)),
    )


def _what_then(each: Dependence, answer: Dependences, names: Names, unit: Unit) -> list[Words]:
    only = [names.item(item.item) for item in each.items if item.is_only_source]
    found: list[Words] = []
    if only:
        found.append(_("Nobody else may be awarded {items}.", items=several(only)))
    if each.unprotected is not None and not each.unprotected.is_endless:
        items = several([names.item(item.item) for item in each.items])
        found.append(_("With backups as asked, no plan does without it: {why}.", why=listed(each.conflict)))
        found.append(_("Without a backup for {items} one does.", items=items))
    elif each.conflict and not only:
        found.append(_("It cannot be left out: {why}.", why=listed(each.conflict)))
    if each.unprotected is not None and each.unprotected.is_endless and each.way_out is not None:
        found += _way_out(each.way_out, answer, unit)
    if each.less_protected:
        items = several([names.item(item) for item in each.less_protected])
        found.append(_("{items} would survive fewer failures.", items=items))
    if each.missing:
        missing = [f"{number(units)} {names.item(item)}" for item, units in each.missing]
        found.append(_("Tomorrow nobody delivers {missing}.", missing=several(missing)))
    if each.unpriced:
        found.append(_("No price for a shortage of {items}.", items=several([names.item(i) for i in each.unpriced])))
    if each.together_with:
        found.append(_("Fails with {names}.", names=several([names.supplier(s) for s in each.together_with])))
    if each.backs:
        found.append(_("Stands by for {items}.", items=several([names.item(item) for item in each.backs])))
    return found


def _way_out(way: Relaxation, answer: Dependences, unit: Unit) -> list[Words]:
    if way.cost is None:
        return []
    more = way.cost - (answer.plan.cost or ZERO)
    if more >= 0:
        return [_("Cheapest way out: {change}, for {amount} more.", change=way.change, amount=unit.show(more))]
    return [_("Cheapest way out: {change}, which saves {amount}.", change=way.change, amount=unit.show(-more))]


def _sources(answer: Dependences, names: Names, unit: Unit) -> Listing:
    rows = [(names.item(s.item), names.supplier(s.supplier), s.worth, _effect(s)) for s in answer.sources]
    bars = [
        (names.item(s.item), max(0.0, float(s.worth.middle)), str(interval(s.worth, unit)), False)
        for s in answer.sources
        if s.worth.is_distinguishable and s.worth.middle.is_finite()
    ]
    return Listing(
        _("Where one more qualified source would help"),
        _("What a second firm like the one named would save: where to search, and how much the search may cost."),
        (
            Column(_("Item")),
            Column(_("A firm like")),
            Column(_("Worth"), "money"),
            Column(_("What it changes"), "long"),
        ),
        tuple(rows),
        _("Not asked for."),
        charts.amounts(bars),
    )


def _effect(source: SourceSought) -> Words:
    if source.ends_exposure:
        return _("ends the exposure; the backup that this takes is paid in the amount")
    if source.more_protected:
        return _("the item then survives more failures; that is paid in the amount")
    return ""


def _items(answer: Dependences, names: Names) -> Listing:
    rows = [_item_row(supplier, each, names) for supplier in answer.suppliers for each in supplier.items]
    return Listing(
        _("Item by item"),
        _("What it costs if the supplier is lost for this item alone."),
        (
            Column(_("Supplier")),
            Column(_("Item")),
            Column(_("Units"), "quantity"),
            Column(_("Lost for good"), "money"),
            Column(_("Remark"), "long"),
        ),
        tuple(rows),
        _("Not asked for."),
    )


def _item_row(supplier: Dependence, each: ItemDependence, names: Names) -> tuple[Cell, ...]:
    good: Cell = Marked(_("no plan")) if each.for_good.is_endless else each.for_good
    remark: Words = _("the only source") if each.is_only_source else "" if each.quantity else _("backup only")
    return (names.supplier(supplier.supplier), names.item(each.item), each.quantity or None, good, remark)
