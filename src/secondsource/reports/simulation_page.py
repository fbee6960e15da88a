"""The page on what a plan may lose, how likely, and which backups earn their fee; not for the trials."""

from __future__ import annotations

from decimal import Decimal

from secondsource.advice.simulation import TAIL, BackupWorth, Simulation
from secondsource.language import _, plural
from secondsource.problem.tables import Problem
from secondsource.reports import charts, risk_charts
from secondsource.reports.names import Names, names_of
from secondsource.reports.numbers import Unit, number, percent, unit_of
from secondsource.reports.pages import Cell, Column, Fact, Listing, Page, Words, several

ZERO = Decimal(0)


def simulation_page(answer: Simulation, problem: Problem, title: str) -> Page:
    """Return the page; `answer` must have a plan."""
    plan, names = answer.plan, names_of(problem)
    unit = unit_of(plan.cost or ZERO, plan.currency)
    idle = [each for each in answer.backups if _verdict_kind(each) == "idle"]
    verdict: Words = _("No backup is paid for nothing.")
    if not answer.backups:
        verdict = _("No backup is judged here.")
    elif idle:
        verdict = plural(
            "{count} backup costs something and removes nothing.",
            "{count} backups cost something and remove nothing.",
            len(idle),
        )
    return Page(
        name="simulation",
        title=title,
        subtitle=_("What this plan may lose, and which backups earn their fee"),
        tone="warn" if idle else "good",
        verdict=verdict,
        facts=_facts(answer, unit),
        listings=(_losses(answer, unit), _backups(answer, names, unit)),
        notes=(*_notes(answer), *answer.warnings),
        unit=unit,
        plan=plan,
    )


def money(value: float) -> Decimal:
    """Return an amount that was simulated, to a millionth."""
    return Decimal(f"{value:.6f}")


def _facts(answer: Simulation, unit: Unit) -> tuple[Fact, ...]:
    tail = answer.levels[-1]
    error = _("± {error} (standard error)", error=unit.show(money(answer.standard_error)))
    alone: Words = ""
    if answer.causes:
        amount = unit.show(money(answer.independent))
        alone = _("{amount} if the same suppliers failed independently", amount=amount)
    return (
        Fact(_("Expected loss"), f"{unit.show(money(answer.expected))} {unit.name}", error),
        Fact(_("Mean of the worst hundredth"), f"{unit.show(money(tail.tail_mean))} {unit.name}", alone),
        Fact(_("Something is missing"), percent(answer.shortage_probability), _("of all courses that events may take")),
        Fact(_("Nothing is lost"), percent(answer.unharmed), _("of all courses that events may take")),
    )


def _losses(answer: Simulation, unit: Unit) -> Listing:
    rows = [
        (
            _("one in {count}", count=number(1 / (1 - each.level), 0)),
            money(each.value_at_risk),
            money(each.tail_mean),
            money(each.tail_error),
        )
        for each in answer.levels
    ]
    curve = [(p, loss / unit.size) for p, loss in answer.curve]
    marks = [
        (
            1 - each.level,
            each.value_at_risk / unit.size,
            str(_("one in {count}", count=number(1 / (1 - each.level), 0))),
        )
        for each in answer.levels
    ]
    return Listing(
        _("How bad it may become"),
        _("Beyond the plan's cost: takeovers, shortages, dearer purchases. The curve: how likely a loss is exceeded."),
        (
            Column(_("How often")),
            Column(_("Loses at least"), "money"),
            Column(_("Then on average"), "money"),
            Column(_("Standard error"), "money"),
        ),
        tuple(rows),
        _("Nothing was simulated."),
        risk_charts.losses(
            curve, marks, str(_("Loss, {unit}", unit=unit.name)), str(_("Probability that it is exceeded"))
        ),
    )


def _verdict_kind(each: BackupWorth) -> str:
    """Whether a backup pays for itself, is an insurance, or removes nothing."""
    other = each.value if each.unprotected is None else each.unprotected
    if other.middle > 0:
        return "earns"
    return "insures" if each.tail > 0 else "idle"


def _verdict(each: BackupWorth, unit: Unit) -> Words:
    kind = _verdict_kind(each)
    if kind == "earns":
        other = each.value if each.unprotected is None else each.unprotected
        amount = unit.show(other.middle)
        if each.unprotected is not None:
            return _("earns its fee: without any backup the plan costs {amount} more", amount=amount)
        if each.replaced_by:
            return _("earns its fee: the next best costs {amount} more", amount=amount)
        return _("earns its fee: doing without it costs {amount} more", amount=amount)
    if kind == "insures":
        return _(
            "insurance: costs {price}, takes {tail} out of the worst hundredth",
            price=unit.show(each.price),
            tail=unit.show(money(each.tail)),
        )
    return _("removes nothing that was simulated")


def _backups(answer: Simulation, names: Names, unit: Unit) -> Listing:
    rows: list[tuple[Cell, ...]] = []
    bars = []
    for each in answer.backups:
        other = each.value if each.unprotected is None else each.unprotected
        instead: Words = _("nobody: unprotected") if each.unprotected is not None else _("the others that are booked")
        if each.replaced_by:
            instead = several([names.supplier(name) for name in each.replaced_by], 3)
        label = f"{names.supplier(each.supplier)}: {names.item(each.item)}"
        rows.append(
            (
                names.item(each.item),
                names.supplier(each.supplier),
                each.fee,
                other,
                money(each.tail),
                instead,
                _verdict(each, unit),
            )
        )
        if each.tail > 0:
            bars.append(
                (
                    label,
                    each.tail,
                    str(_("{tail} for a fee of {fee}", tail=unit.show(money(each.tail)), fee=unit.show(each.fee))),
                    False,
                )
            )
    return Listing(
        _("Which backup earns its fee"),
        _(
            "The plan is solved again without each, and both are simulated with the same course of events. The chart: "
            "what each takes out of the mean of the worst hundredth."
        ),
        (
            Column(_("Item")),
            Column(_("Backup")),
            Column(_("Fee"), "money"),
            Column(_("Without it costs more"), "money"),
            Column(_("Worst hundredth removed"), "money"),
            Column(_("Instead")),
            Column(_("Verdict")),
        ),
        tuple(rows),
        _("The plan books no backups, or they were not asked about."),
        charts.amounts(bars),
        (0, 1, 2, 3, 4),
    )


def _notes(answer: Simulation) -> tuple[Words, ...]:
    return (
        _(
            "{trials} trials, seed {seed}: the same seed gives the same figures with any number of workers.",
            trials=number(answer.trials, 0),
            seed=answer.seed,
        ),
        _(
            "{causes} common causes and {drivers} drivers were read. A supplier fails as often as its "
            "failure_probability says; common causes only decide together with whom.",
            causes=answer.causes,
            drivers=answer.drivers,
        ),
        _(
            "Of several items that one sold item lacks at a time, the dearest lack counts, not the sum; the plan's "
            "own expected cost of failures ({planned}) counts each item alone.",
            planned=number(Decimal(f"{answer.planned:.2f}")),
        ),
        _("Worst hundredth: the mean of the worst {share} of all courses of events.", share=percent(1 - TAIL)),
        _(
            "Where another plan gives the same protection without a backup, what it costs more is never below zero. "
            "Where nobody can take its place, the item then has no backup at all: below zero, the plan pays for the "
            "protection."
        ),
    )
