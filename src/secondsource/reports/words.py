"""A plan in sentences and labels, in the reader's language; not for layout."""

from __future__ import annotations

from decimal import Decimal

from secondsource.language import Message, _, plural
from secondsource.problem.plan import Plan
from secondsource.problem.scenarios import MEASURES as MEASURES
from secondsource.reports.numbers import Unit, money, number, percent
from secondsource.reports.summary import Decision, ExposedAward, FailureEffect, Figure, StandIn, Summary

PARTS = {
    "purchase": _("Purchase"),
    "rebates": _("Rebates"),
    "fixed": _("Fixed costs"),
    "hiring": _("Hiring"),
    "freight": _("Freight"),
    "duty": _("Duty"),
    "interest": _("Interest"),
    "defects": _("Defects"),
    "wages": _("Wages"),
    "switching": _("Switching"),
    "backup_fees": _("Backup fees"),
    "expected_failures": _("Expected failures"),
}

DECISIONS: dict[Decision, Message] = {"make": _("make"), "buy": _("buy"), "both": _("make and buy")}

OWN = _("(own)")

STATUSES = {
    "optimal": _("The best plan"),
    "feasible": _("A plan, not proved best"),
    "infeasible": _("No plan exists"),
    "unbounded": _("No best plan: the cost has no lower limit"),
    "no plan found in time": _("No plan found in the time given"),
}

TABLES = {
    "settings": _("settings"),
    "items": _("items"),
    "bom": _("bill of materials"),
    "sites": _("sites"),
    "suppliers": _("suppliers"),
    "levels": _("levels"),
    "offers": _("offers"),
    "price_breaks": _("price breaks"),
    "packages": _("packages"),
    "package_items": _("package items"),
    "rebates": _("rebates"),
    "lanes": _("lanes"),
    "rates": _("exchange rates"),
    "incumbents": _("incumbents"),
    "rules": _("rules"),
    "roles": _("roles"),
    "staffing": _("staffing"),
}

SMALLEST_GAP = Decimal("0.000001")
"""A gap up to this counts as none: it is what a plan is solved to by default."""


def needs(summary: Summary) -> str:
    """Return what the plan is for: the items that are asked for, with their quantities."""
    return names(tuple(f"{name}, {number(demand)} {unit}".rstrip() for name, demand, unit in summary.demand), "; ")


def status(plan: Plan) -> Message:
    """Return what the plan is: proved best, not proved best, or none at all."""
    if plan.status == "optimal" and plan.proof == "checked":
        return _("The best plan, proved")
    return STATUSES[plan.status]


def total(plan: Plan) -> str:
    """Return the plan's cost to the cent, with its currency; "" where there is none."""
    return "" if plan.cost is None else f"{money(plan.cost)} {plan.currency}"


def horizon(plan: Plan) -> Message:
    """Return what the cost is: a present value over so many years."""
    years = int(plan.settings.get("horizon_years", "1"))
    if Decimal(plan.settings.get("discount_rate", "0")) == 0:
        return plural("over {count} year, everything included", "over {count} years, everything included", years)
    return plural(
        "present value over {count} year, everything included",
        "present value over {count} years, everything included",
        years,
    )


def bound(plan: Plan) -> Message:
    """Return how far the plan can be from the best one, in plain words."""
    if plan.bound is None or plan.gap is None:
        return _("Nothing is proved about how much cheaper another plan could be.")
    if plan.gap <= SMALLEST_GAP:
        return _(
            "No plan that keeps these rules costs less (lower bound {bound} {currency}, gap {gap}).",
            bound=money(plan.bound),
            currency=plan.currency,
            gap=percent(round(plan.gap, 9), 4),
        )
    return _(
        "No plan that keeps these rules costs less than {bound} {currency}; this one is at most {gap} above it.",
        bound=money(plan.bound),
        currency=plan.currency,
        gap=percent(plan.gap, 2),
    )


def proof(plan: Plan) -> Message:
    """Return who vouches for the bound."""
    if plan.bound is None:
        return _("There is no lower bound.")
    if plan.proof == "checked":
        return _("Proved: the lower bound was re-computed from its certificate, without the solver.")
    return _("The lower bound is the solver's word: it was not re-computed without the solver.")


def decisions(summary: Summary) -> list[Message]:
    """Return how many items are made, bought, and both."""
    made, bought, both = (summary.count(decision) for decision in ("make", "buy", "both"))
    found = [
        (made, plural("{count} item made in-house", "{count} items made in-house", made)),
        (bought, plural("{count} item bought", "{count} items bought", bought)),
        (both, plural("{count} item both made and bought", "{count} items both made and bought", both)),
    ]
    return [text for count, text in found if count]


def worst_failure(effect: FailureEffect, unit: Unit) -> Message:
    """Return what the worst single failure would cost."""
    if effect.unpriced:
        return _(
            "The worst single failure is {supplier}: it leaves no {items}, and what that costs has no price.",
            supplier=effect.name,
            items=names(effect.unpriced),
        )
    return _(
        "The worst single failure, {supplier}, would cost {amount} {unit}.",
        supplier=effect.name,
        amount=unit.show(effect.cost),
        unit=unit.name,
    )


def saving(summary: Summary, unit: Unit) -> list[Message]:
    """Return what the awards save against today's suppliers, where the problem names them; else nothing."""
    amount, count = summary.saving, len(summary.compared)
    if amount is None:
        return []
    if amount >= 0:
        return [
            plural(
                "Against today's suppliers, at equal volume, the awards of {count} item save {amount} {unit}.",
                "Against today's suppliers, at equal volume, the awards of {count} items save {amount} {unit}.",
                count,
                amount=unit.show(amount),
                unit=unit.name,
            )
        ]
    return [
        plural(
            "Against today's suppliers, at equal volume, the awards of {count} item cost {amount} {unit} more.",
            "Against today's suppliers, at equal volume, the awards of {count} items cost {amount} {unit} more.",
            count,
            amount=unit.show(-amount),
            unit=unit.name,
        )
    ]


def exposures(summary: Summary) -> Message:
    """Return how many awards nobody could take over, or that all of them have backups."""
    count = len(summary.exposures)
    if not count:
        if not summary.stand_ins:
            return _("No backups are booked.")
        if any(effect.missing for effect in summary.failures):
            return _("Items that opted out of backups, or are covered in part only, would be missing after a failure.")
        return _("Every award that may fail has enough backups.")
    return plural(
        "{count} award has no one, or too few, to take it over.",
        "{count} awards have no one, or too few, to take them over.",
        count,
    )


def names(several: tuple[str, ...], separator: str = ", ", most: int = 3) -> str:
    """Return the first few names, and how many more there are."""
    shown, more = separator.join(several[:most]), len(several) - most
    return shown if more <= 0 else str(_("{names} and {count} more", names=shown, count=more))


def lost_items(effect: FailureEffect, most: int = 3) -> str:
    """Return the items of which units are lost."""
    return names(tuple(name for name, _lost, _covered in effect.lost), most=most)


def taken_over(effect: FailureEffect) -> Message:
    """Return how much of what a failure takes away the backups replace."""
    if not effect.lost:
        return _("nothing is lost")
    if not effect.missing:
        return _("all of it")
    worst = min(effect.lost, key=lambda row: row[2] / row[1])
    if len(effect.missing) == len(effect.lost) and worst[2] == 0 and all(not row[2] for row in effect.lost):
        return _("nothing")
    if worst[2] == 0:
        return _("not {items}", items=names(effect.missing))
    return _("{share} of {item}", share=percent(worst[2] / worst[1]), item=worst[0])


def stands_by(row: StandIn, separator: str = ", ") -> str:
    """Return the backups of a supplier's part, each with the units it has booked."""
    return separator.join(f"{name} ({number(booked)})" for name, booked in row.backups)


def cost_of_failure(effect: FailureEffect, unit: Unit) -> str:
    """Return what one failure costs; where a shortage has no price, it says so."""
    amount = unit.show(effect.cost)
    if not effect.unpriced:
        return amount
    return str(_("{amount} + no price", amount=amount) if effect.cost else _("no price"))


def loss(exposed: ExposedAward, unit: Unit) -> str:
    """Return what one failure costs for want of a backup."""
    return str(_("no price")) if exposed.loss is None else unit.show(exposed.loss)


def basis(plan: Plan) -> list[Message]:
    """Return what the figures rest on: how many are assumed, how many estimated."""
    return [
        plural(
            "{count} figure is marked as an assumption", "{count} figures are marked as assumptions", plan.assumptions
        ),
        plural("{count} freight cost is an estimate", "{count} freight costs are estimates", plan.estimates),
    ]


def limit(measure: str, value: Decimal | None) -> str:
    """Return a limit of a rule in what it measures; "" where there is none."""
    if value is None:
        return ""
    return percent(value) if measure == "share" else number(value, 4)


def place(figure: Figure) -> str:
    """Return where in the problem a figure stands."""
    return f"{TABLES.get(figure.table, figure.table)}: {', '.join(figure.rows)}"
