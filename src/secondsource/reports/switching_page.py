"""The page "what leaving today's awards is worth, and which few changes bring it"; not for the awards themselves."""

from __future__ import annotations

from decimal import Decimal

from secondsource.advice.switching import Step, Switching
from secondsource.language import _, plural
from secondsource.problem.tables import Problem
from secondsource.reports import charts
from secondsource.reports.names import Names, names_of
from secondsource.reports.numbers import Unit, percent, unit_of
from secondsource.reports.pages import Cell, Column, Fact, Listing, Page, Words, interval, several

ZERO = Decimal(0)


def switching_page(answer: Switching, problem: Problem, title: str) -> Page:
    """Return the page; `answer` must have a plan."""
    plan, names = answer.plan, names_of(problem)
    unit = unit_of(plan.cost or ZERO, plan.currency)
    amount = interval(answer.worth, unit)
    verdict: Words = _(
        "Leaving today's awards is worth {amount} {unit}, net of switching.", amount=amount, unit=unit.name
    )
    if not answer.kept:
        verdict = _("No item has an incumbent: nothing is held today.")
    elif not answer.worth.is_distinguishable:
        verdict = _("Whether leaving today's awards is worth anything is not distinguishable.")
    elif answer.today.cost is None:
        verdict = _("Today's awards cannot be kept: no plan does.")
    notes = [
        _("Worth: cost of the best plan that keeps today's awards minus that in which so many items change."),
        _("Both plans pay for what they take away from incumbents, so the worth is net of switching."),
    ]
    if answer.cannot_stay:
        items = several([names.item(item) for item in answer.cannot_stay])
        notes.insert(0, _("Today's awards of {items} cannot be kept, so they change in every plan.", items=items))
    return Page(
        name="switch",
        title=title,
        subtitle=_("What leaving today's awards is worth"),
        tone="good",
        verdict=verdict,
        facts=_facts(answer, names, unit),
        listings=(_steps(answer, names, unit), _kept(answer, names)),
        notes=tuple(notes),
        unit=unit,
        plan=plan,
    )


def _facts(answer: Switching, names: Names, unit: Unit) -> tuple[Fact, ...]:
    facts = []
    if answer.kept and answer.today.cost is not None:
        facts.append(Fact(_("Keeping today's awards costs"), f"{unit.show(answer.today.cost)} {unit.name}"))
    if answer.steps and answer.worth.middle.is_finite() and answer.worth.is_distinguishable:
        first = answer.steps[0]
        part = first.worth.middle / answer.worth.middle
        items = several([names.item(item) for item, _shares in first.items if item not in answer.cannot_stay])
        facts.append(Fact(_("The best one change brings"), percent(part), items))
    return tuple(facts)


def _steps(answer: Switching, names: Names, unit: Unit) -> Listing:
    bars = [
        (_count(each), max(0.0, float(each.worth.middle)), str(interval(each.worth, unit)), False)
        for each in answer.steps
        if each.worth.middle.is_finite()
    ]
    return Listing(
        _("Which few changes bring most of it"),
        _("The best plan in which at most so many items change."),
        (
            Column(_("Changes"), "quantity"),
            Column(_("Worth, net"), "money"),
            Column(_("Of all"), "percent"),
            Column(_("Switching cost"), "money"),
            Column(_("What changes"), "long"),
        ),
        tuple(_row(each, answer, names) for each in answer.steps),
        _("There is nothing to change."),
        charts.amounts(bars),
    )


def _count(step: Step) -> str:
    return str(plural("{count} change", "{count} changes", step.changes))


def _row(each: Step, answer: Switching, names: Names) -> tuple[Cell, ...]:
    whole = answer.worth.middle
    part = each.worth.middle / whole if answer.worth.is_distinguishable and whole.is_finite() else None
    return (each.changes, each.worth, part, each.switching, _items(each.items, names))


def _items(items: tuple[tuple[str, tuple[tuple[str, Decimal], ...]], ...], names: Names) -> str:
    texts = []
    for item, shares in items:
        held = several([f"{percent(share)} {names.supplier(supplier)}" for supplier, share in shares], 4)
        texts.append(str(_("{item}: {shares}.", item=names.item(item), shares=held)))
    return " ".join(texts)


def _kept(answer: Switching, names: Names) -> Listing:
    rows = [
        (names.item(item), several([f"{percent(share)} {names.supplier(s)}" for s, share in shares], 6))
        for item, shares in answer.kept
    ]
    return Listing(
        _("Today's awards"),
        _("As the table of incumbents has them."),
        (Column(_("Item")), Column(_("Today"), "long")),
        tuple(rows),
        _("No item has an incumbent."),
    )
