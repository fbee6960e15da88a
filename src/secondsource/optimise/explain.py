"""Why no plan exists, in the manager's words, and the cheapest ways out; not for finding plans."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

import numpy as np

from secondsource.arrays import Floats
from secondsource.language import Message, Number, _, listed, plural
from secondsource.optimise.formulate import Formulation, formulate
from secondsource.optimise.verify import shown
from secondsource.problem.plan import Relaxation
from secondsource.problem.scenarios import MEASURES
from secondsource.problem.tables import Problem
from secondsource.solver.conflict import relaxed_alone, relaxed_together, smallest_conflict
from secondsource.units import to_micro


@dataclass(frozen=True)
class Explanation:
    """Why no plan exists.

    Attributes
    ----------
    conflict
        The demands, limits and rules that cannot hold together.
    smallest
        Whether that is the smallest such set (else: what the nearest plan breaks, time being up).
    ways_out
        Single changes that make a plan possible, cheapest first, shortages included; those without a cost, and
        shortages that have no price, last.
    """

    conflict: tuple[Message, ...]
    smallest: bool
    ways_out: tuple[Relaxation, ...]


def explain(problem: Problem, seconds: float = 60.0) -> Explanation:
    """Return why an infeasible problem has no plan."""
    began = time.monotonic()
    formulation = formulate(problem, tight=False)
    program = formulation.program
    conflict = smallest_conflict(program, seconds)
    ways: list[Relaxation] = []
    unpriced: list[Relaxation] = []
    for group in conflict.groups:
        left = seconds - (time.monotonic() - began)
        answer = relaxed_alone(program, group, left) if left > 0 else None
        if answer is None:
            continue
        slacks, cheapest = answer
        family, number = program.groups[group]
        amount = _greatest(slacks, program.group == group)
        missing = None if family != "need" else _shortage(formulation, number, amount)
        cost = None if cheapest.cost is None else to_micro(Fraction(cheapest.cost) + (missing or 0))
        key = _key(formulation, family, number)
        way = Relaxation(_change(formulation, family, number, amount), cost, family, key, to_micro(Fraction(amount)))
        (unpriced if family == "need" and missing is None else ways).append(way)
    if conflict.groups and not ways and not unpriced:
        ways = _together(formulation, seconds - (time.monotonic() - began))
    ways.sort(key=lambda way: (way.cost is None, way.cost or 0))
    # What is simply not delivered looks cheap only because nobody said what a missing unit costs: it comes last.
    ways += unpriced
    messages = tuple(_claim(formulation, *program.groups[group]) for group in conflict.groups)
    return Explanation(messages, conflict.smallest, tuple(ways))


def _shortage(formulation: Formulation, item: int, amount: float) -> Fraction | None:
    """Present value of what the undelivered units cost beyond their price; None where the item does not say."""
    price = formulation.frame.problem.items.shortage_cost[item]
    return None if price is None else Fraction(price) * Fraction(amount) * Fraction(formulation.frame.costs.factor)


def _together(formulation: Formulation, seconds: float) -> list[Relaxation]:
    """The way out where no single change is enough: the fewest and smallest changes together."""
    program = formulation.program
    answer = relaxed_together(program, seconds) if seconds > 0 else None
    if answer is None:
        return []
    slacks, groups, cheapest = answer
    changes = [
        _change(formulation, *program.groups[group], _greatest(slacks, program.group == group)) for group in groups
    ]
    cost = None if cheapest.cost is None else to_micro(Fraction(cheapest.cost))
    return [Relaxation(_("together: {changes}", changes=listed(changes)), cost)]


def _number(value: object) -> Number | str:
    """A limit as people write it, without trailing zeros."""
    return shown(Fraction(value)) if isinstance(value, Decimal | int) else str(value)


def _greatest(slacks: Floats, rows: np.ndarray) -> float:
    """The greatest amount by which one of the rows must give."""
    return float(np.abs(slacks[rows]).max(initial=0.0))


def _readable(amount: float) -> float:
    """An amount to six digits; the least award, a millionth of what is needed, is not worth a decimal of its own."""
    whole = round(amount)
    return float(whole) if whole and abs(amount - whole) <= 1e-5 * whole else float(f"{amount:.6g}")


def _claim(formulation: Formulation, family: str, number: int) -> Message:
    """What a group of rows demands, in the manager's words."""
    problem = formulation.frame.problem
    if family == "need":
        return _need(formulation, number)
    if family in _OF_ITEM:
        items = problem.items
        values = {
            "min_sources": items.min_sources[number],
            "max_sources": items.max_sources[number],
            "min_share": items.min_share[number],
            "max_share": items.max_share[number],
            "survive": int(formulation.frame.failures[number]),
            "strict": int(formulation.frame.links.item_backups[number]),
        }
        limit = values.get(family, "")
        filled = (("item", items.item[number]), ("limit", _number(limit)))
        return replace(_OF_ITEM[family], values=filled, count=int(limit or 0))
    if family in _OF_OFFER:
        limit = getattr(problem.offers, {"offer_capacity": "capacity"}.get(family, family))[number]
        return _(_OF_OFFER[family].template, offer=problem.offers.offer[number], limit=_number(limit))
    if family in _OF_SUPPLIER:
        limit = getattr(problem.suppliers, {"supplier_capacity": "capacity"}.get(family, family))[number]
        return _(_OF_SUPPLIER[family].template, supplier=problem.suppliers.supplier[number], limit=_number(limit))
    if family == "max_hires":
        roles = problem.roles
        return _(
            "{supplier} can hire at most {limit} more people as {role}",
            supplier=roles.supplier[number], limit=_number(roles.max_hires[number]), role=roles.role[number],
        )  # fmt: skip
    if family == "package_group":
        return _("only one package of group {group} may be taken", group=problem.packages.group[number])
    return _rule(problem, number)


_OF_ITEM = {
    "min_sources": plural(
        "{item} must have at least {limit} supplier", "{item} must have at least {limit} suppliers", 1
    ),
    "max_sources": plural("{item} may have at most {limit} supplier", "{item} may have at most {limit} suppliers", 1),
    "min_share": _("a supplier that has an award of {item} must have at least the share {limit} of it"),
    "max_share": _("a supplier may have at most the share {limit} of {item}"),
    "survive": plural(
        "{item} must survive the failure of {limit} supplier, with backups booked",
        "{item} must survive the failure of {limit} suppliers, with backups booked",
        1,
    ),
    "strict": plural(
        "{item} must survive the failure of {limit} supplier, and too few could back it (strict)",
        "{item} must survive the failure of {limit} suppliers, and too few could back it (strict)",
        1,
    ),
    "separate_backups": _("a supplier with an award of {item} may not back it"),
}
_OF_OFFER = {
    "offer_capacity": _("offer {offer} has a capacity of {limit}"),
    "min_quantity": _("offer {offer} asks for at least {limit}"),
    "multiple": _("offer {offer} comes in multiples of {limit}"),
}
_OF_SUPPLIER = {
    "supplier_capacity": _("{supplier} has a capacity of {limit}"),
    "min_capacity": _("{supplier} must be used for at least {limit}, once it has an award"),
}


def _need(formulation: Formulation, item: int) -> Message:
    """What an item needs, and, where nothing is admitted for it, why not."""
    frame = formulation.frame
    items, net = frame.problem.items, frame.network
    name, demand = items.item[item], _number(items.demand[item] or 0)
    if (net.awardable & (net.item == item)).any() or (net.delivery_item == item).any():
        if net.depends[item]:
            return _("{item} is needed: {demand} of its own, and what its assemblies take", item=name, demand=demand)
        return _("{item} is needed: {demand}", item=name, demand=demand)
    offers = frame.problem.offers
    reasons = [
        _("{offer}: {reason}", offer=offers.offer[row], reason=reason)
        for (table, row), reason in frame.admission.reasons.items()
        if table == "offers" and offers.item[row] == name
    ]
    why = listed(reasons) if reasons else _("there is none")
    return _("{item} is needed: {demand}, and no offer may be awarded ({why})", item=name, demand=demand, why=why)


def _rule(problem: Problem, number: int) -> Message:
    """A rule with its limits and its owner."""
    table = problem.rules
    low, high = table.low[number], table.high[number]
    if low is None:
        limits = _("at most {high}", high=_number(high))
    elif high is None:
        limits = _("at least {low}", low=_number(low))
    else:
        limits = _("from {low} to {high}", low=_number(low), high=_number(high))
    measure = MEASURES[table.measure[number]]
    if table.owner[number]:
        return _(
            "rule {rule} of {owner}: {measure} {limits}",
            rule=table.rule[number], owner=table.owner[number], measure=measure, limits=limits,
        )  # fmt: skip
    return _("rule {rule}: {measure} {limits}", rule=table.rule[number], measure=measure, limits=limits)


def _change(formulation: Formulation, family: str, number: int, amount: float) -> Message:
    """The change that lets a group of rows give by `amount`."""
    problem, by = formulation.frame.problem, shown(Fraction(_readable(amount)))
    items, offers, suppliers = problem.items.item, problem.offers.offer, problem.suppliers.supplier
    if family == "need":
        return _("deliver {by} fewer units of {item}", by=by, item=items[number])
    if family in ("min_sources", "max_sources"):
        return _("move the limit on the suppliers of {item} by {by}", by=by, item=items[number])
    if family in ("min_share", "max_share"):
        return _("let a supplier's award of {item} pass its limit by {by} units", by=by, item=items[number])
    if family == "survive":
        return _("book {by} fewer units of backup for {item}", by=by, item=items[number])
    if family == "strict":
        return _("accept {item} as an exposure (strict: false)", item=items[number])
    if family == "separate_backups":
        return _("let a supplier with an award of {item} back it too", item=items[number])
    if family == "offer_capacity":
        return _("raise the capacity of offer {offer} by {by}", by=by, offer=offers[number])
    if family == "min_quantity":
        return _("lower the least quantity of offer {offer} by {by}", by=by, offer=offers[number])
    if family == "multiple":
        return _("let the award of offer {offer} miss its multiple by {by}", by=by, offer=offers[number])
    if family == "supplier_capacity":
        return _("raise the capacity of {supplier} by {by}", by=by, supplier=suppliers[number])
    if family == "min_capacity":
        return _("lower the least use of {supplier} by {by}", by=by, supplier=suppliers[number])
    if family == "max_hires":
        roles = problem.roles
        return _(
            "hire {by} more people as {role} at {supplier}",
            by=by,
            role=roles.role[number],
            supplier=roles.supplier[number],
        )
    if family == "package_group":
        return _("take more than one package of group {group}", group=problem.packages.group[number])
    return _(
        "move the limit of rule {rule} by {by}", by=_rule_amount(problem, number, by), rule=problem.rules.rule[number]
    )


def _key(formulation: Formulation, family: str, number: int) -> str:
    """Key of the row of the problem whose limit a group of rows is; "" where it takes more than one column."""
    problem = formulation.frame.problem
    if family == "need" or family in _OF_ITEM:
        return problem.items.item[number]
    if family in _OF_OFFER:
        return problem.offers.offer[number]
    if family in _OF_SUPPLIER:
        return problem.suppliers.supplier[number]
    return "" if family in ("max_hires", "package_group") else problem.rules.rule[number]


def _rule_amount(problem: Problem, number: int, by: Number) -> Message | Number:
    """By how much a rule gives, in what it measures: a share is broken by so many units of the whole."""
    measure = problem.rules.measure[number]
    if measure in ("share", "quantity"):
        return _("{by} units", by=by)
    return _("{by} {currency}", by=by, currency=problem.settings.currency) if measure == "spend" else by
