"""The pages on scenarios beside each other and on the frontier of cost and exposure; not for planning them."""

from __future__ import annotations

from decimal import Decimal

from secondsource.advice.frontier import Frontier, Point
from secondsource.advice.scenarios import AS_IT_IS, Comparison, Scenario
from secondsource.language import _, listed, plural
from secondsource.problem.tables import Problem
from secondsource.reports import charts
from secondsource.reports.names import Names, names_of
from secondsource.reports.numbers import Unit, number, percent, unit_of
from secondsource.reports.pages import Cell, Column, Fact, Listing, Marked, Page, Words, interval, several

ZERO = Decimal(0)


def scenarios_page(answer: Comparison, problem: Problem, title: str) -> Page:
    """Return the page; `answer` must have a plan as things are."""
    plan, names = answer.plan, names_of(problem)
    unit = unit_of(plan.cost or ZERO, plan.currency)
    without = sum(1 for each in answer.scenarios if each.plan.cost is None)
    verdict: Words = _("Every scenario has a plan.")
    if without:
        verdict = plural("{count} scenario has no plan.", "{count} scenarios have no plan.", without)
    return Page(
        name="scenarios",
        title=title,
        subtitle=_("What if: scenarios beside each other"),
        tone="bad" if without else "good",
        verdict=verdict,
        facts=_facts(answer, unit),
        listings=(_rows(answer, names, unit), _moves(answer, names)),
        notes=(
            _(
                "Saving: cost of the baseline ({name}) minus the scenario's; below zero where it costs more.",
                name=_named(answer.baseline),
            ),
            _("Covered: share of what is awarded, by cost, that someone could take over."),
            _("Because of: the changes without which the item would be awarded as in the baseline."),
            *_on_needs(answer),
            *(
                _("{scenario}: nothing in the problem answers to this change: {change}", scenario=name, change=words)
                for name, words in answer.idle
            ),
        ),
        unit=unit,
        plan=plan,
    )  # fmt: skip


def _named(scenario: str) -> Words:
    return _("as it is") if scenario == AS_IT_IS else scenario


def _on_needs(answer: Comparison) -> list[Words]:
    other = [each.name for each in answer.scenarios if not each.same_needs]
    if not other:
        return []
    return [_("Other needs than the baseline's, so that most of the saving is theirs: {names}.", names=several(other))]


def _facts(answer: Comparison, unit: Unit) -> tuple[Fact, ...]:
    others = [
        each
        for each in answer.scenarios
        if each.name != answer.baseline and each.plan.cost is not None and each.same_needs
    ]
    facts = [Fact(_("Scenarios"), number(len(answer.scenarios)))]
    saving = [each for each in others if each.saving.low > 0]
    dearer = [each for each in others if each.saving.high < 0]
    for label, best, ones in ((_("Saves most"), max, saving), (_("Costs most"), min, dearer)):
        if ones:
            each = best(ones, key=lambda scenario: scenario.saving.middle)
            facts.append(Fact(label, _named(each.name), f"{interval(each.saving, unit)} {unit.name}"))
    return tuple(facts)


def _rows(answer: Comparison, names: Names, unit: Unit) -> Listing:
    bars = [
        (str(_named(each.name)), float(each.plan.cost), unit.show(each.plan.cost), False)
        for each in answer.scenarios
        if each.plan.cost is not None
    ]
    against = next(each for each in answer.scenarios if each.name == answer.baseline)
    return Listing(
        _("The scenarios"),
        _("Total, and what it saves against the baseline, with what would be exposed."),
        (
            Column(_("Scenario")),
            Column(_("Total"), "money"),
            Column(_("Saving"), "money"),
            Column(_("Covered"), "percent"),
            Column(_("Exposures"), "quantity"),
            Column(_("Expected loss"), "money"),
            Column(_("Worst failure"), "money"),
            Column(_("Winners"), "quantity"),
            Column(_("Who comes and goes"), "long"),
            Column(_("What is changed"), "long"),
        ),
        tuple(_row(each, against, names) for each in answer.scenarios),
        _("There is no scenario."),
        charts.amounts(bars),
        (0, 1, 2, 3, 6, 9),
    )


def _row(each: Scenario, against: Scenario, names: Names) -> tuple[Cell, ...]:
    changes, name = listed(each.changes), _named(each.name)
    if each.plan.cost is None:
        why = listed(each.conflict)
        told = _("{changes}. No plan: {why}", changes=changes, why=why) if why else changes
        return (name, Marked(_("no plan")), None, None, None, None, None, None, None, told)
    saving = None if each is against else each.saving
    figures = (each.covered, each.exposures, each.expected_loss, each.worst_failure, len(each.winners))
    return (name, each.plan.cost, saving, *figures, _in_and_out(each, against, names), changes)


def _in_and_out(each: Scenario, against: Scenario, names: Names) -> Words:
    """The suppliers that the scenario has and the baseline has not, and the other way round."""
    come = [names.supplier(name) for name in each.winners if name not in against.winners]
    go = [names.supplier(name) for name in against.winners if name not in each.winners]
    found = [_("in: {names}", names=several(come))] if come else []
    return listed(found + ([_("out: {names}", names=several(go))] if go else []))


def _moves(answer: Comparison, names: Names) -> Listing:
    rows = [
        (_named(scenario.name), names.item(m.item), _held(m.before, names), _held(m.after, names), listed(m.because))
        for scenario in answer.scenarios
        for m in scenario.moved
    ]
    return Listing(
        _("What changes, and because of what"),
        _("Items that are awarded otherwise than in the baseline."),
        (
            Column(_("Scenario")),
            Column(_("Item")),
            Column(_("Baseline")),
            Column(_("Then")),
            Column(_("Because of")),
        ),
        tuple(rows),
        _("No award changes."),
    )


def _held(shares: tuple[tuple[str, Decimal], ...], names: Names) -> Words:
    return several([f"{percent(share)} {names.supplier(supplier)}" for supplier, share in shares], 5)


def frontier_page(answers: tuple[Frontier, ...], title: str) -> Page:
    """Return the page on the cost of safety; the answers must have a plan."""
    plan = answers[0].plan
    unit = unit_of(plan.cost or ZERO, plan.currency)
    return Page(
        name="frontier",
        title=title,
        subtitle=_("What each step of safety costs"),
        tone="good",
        verdict=_("The plan is the cheapest; the points beyond it buy less exposure."),
        facts=tuple(_fact(each, unit) for each in answers if each.points),
        listings=tuple(_points(each, unit) for each in answers),
        notes=(
            _("Each point is the cheapest plan whose exposure keeps to a limit, in even steps down to the least."),
            _("Expected loss: of all single failures, by their likelihood; it is counted within the cost."),
            _("Worst failure: the dearest single failure that may happen, at the prices of shortages and takeovers."),
        ),
        unit=unit,
        plan=plan,
    )  # fmt: skip


def _fact(answer: Frontier, unit: Unit) -> Fact:
    first, last = answer.points[0], answer.points[-1]
    more = interval(last.cost - first.cost, unit)
    label = _("Least expected loss") if answer.exposure == "expected loss" else _("Least worst failure")
    return Fact(label, f"{unit.show(_exposed(answer, last))} {unit.name}", _("for {amount} more", amount=more))


def _exposed(answer: Frontier, point: Point) -> Decimal:
    return point.expected_loss if answer.exposure == "expected loss" else point.worst_failure


def _points(answer: Frontier, unit: Unit) -> Listing:
    expected = answer.exposure == "expected loss"
    heading = _("Cost against expected loss") if expected else _("Cost against the worst failure")
    across = _("Expected loss, {unit}", unit=unit.name) if expected else _("Worst failure, {unit}", unit=unit.name)
    first = answer.points[0] if answer.points else None
    curve = [
        (float(_exposed(answer, point)) / unit.size, float(point.cost.high) / unit.size) for point in answer.points
    ]
    rows = [
        (
            _exposed(answer, point),
            point.cost.high,
            None if point is first or first is None else point.cost - first.cost,
            point.expected_loss,
            point.worst_failure,
            point.suppliers,
        )
        for point in answer.points
    ]
    return Listing(
        heading,
        _("From the plan as it is to the safest: what a lower exposure costs more."),
        (
            Column(_("Exposure"), "money"),
            Column(_("Total"), "money"),
            Column(_("More than the plan"), "money"),
            Column(_("Expected loss"), "money"),
            Column(_("Worst failure"), "money"),
            Column(_("Suppliers"), "quantity"),
        ),
        tuple(rows),
        _("There is no plan."),
        charts.curve(curve, str(across), str(_("Total, {unit}", unit=unit.name))),
    )
