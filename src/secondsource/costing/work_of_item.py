"""An item of a problem as a piece of work, each admitted offer alone being an option; not for sharing it among offers.

On a problem of one item that one supplier must take whole, without backups, the cheapest option's present value is the
plan's cost to the cent: both use the formulas of FORMAT.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from secondsource.costing.admission import admit
from secondsource.costing.costs import Costs, Moving, cost, moving
from secondsource.costing.work import Cost, Option, Role, Work
from secondsource.language import Message, Number, _
from secondsource.problem.cells import plain
from secondsource.problem.links import Links, link
from secondsource.problem.tables import Problem
from secondsource.units import to_micro

ZERO = Fraction(0)


@dataclass(frozen=True)
class ItemWork:
    """The work of an item, why some of its offers are no option, and what the comparison leaves out."""

    work: Work
    left_out: tuple[tuple[str, Message], ...]
    remarks: tuple[Message, ...]


def work_of_item(problem: Problem, item: str, need: Fraction | None = None) -> ItemWork:
    """Return an item as a piece of work, evenly over the horizon, an option per admitted offer.

    Parameters
    ----------
    need
        Units over the horizon; by default `most_needed`.
    """
    links, at = link(problem), problem.items.position[item]
    admitted = admit(problem, links)
    rows = np.array([row for row in admitted.offers if links.offer_item[row] == at], dtype=np.int64)
    years = problem.settings.horizon_years
    own_demand = Fraction(problem.items.demand[at] or 0)
    need = most_needed(problem, links)[at] if need is None else need
    costs = cost(problem, links, rows, exact=True)
    ways = moving(problem, links, costs, np.arange(len(rows)), np.full(len(rows), links.item_site[at]))
    left_out, options = [], []
    for place, row in enumerate(rows.tolist()):
        why = _cannot_alone(problem, links, row, need)
        if why is not None:
            left_out.append((problem.offers.offer[row], why))
        else:
            options.append(_option(problem, links, costs, ways, place, row))
    for (table, row), reason in admitted.reasons.items():
        if table == "offers" and links.offer_item[row] == at:
            left_out.append((problem.offers.offer[row], reason))
    rate = Fraction(problem.settings.discount_rate)
    work = Work((need / years,) * years, rate, ZERO, ZERO, tuple(options))
    remarks = _remarks(problem, links, at, rows)
    if need > own_demand:
        units = Number(f"{to_micro(need).normalize():,f}")
        remarks.append(
            _("For {units} units: where what it goes into is bought complete, fewer are needed.", units=units)
        )
    return ItemWork(work, tuple(left_out), tuple(remarks))


def most_needed(problem: Problem, links: Links) -> list[Fraction]:
    """Return the units of each item that are needed where nothing that can be made of parts is bought complete.

    ``need_i = demand_i + Σ_p quantity_pi × need_p`` over the parents p of which an offer leaves the parts to the buyer.
    """
    open_to_parts = {int(links.offer_item[row]) for row, whole in enumerate(problem.offers.turnkey) if whole is False}
    pulls = [
        (parent, child, Fraction(quantity or 0))
        for parent, child, quantity in zip(
            links.bom_parent.tolist(), links.bom_child.tolist(), problem.bom.quantity, strict=True
        )
        if parent in open_to_parts
    ]
    demand = [Fraction(units or 0) for units in problem.items.demand]
    needs: list[Fraction] = []
    following = demand
    while following != needs:  # one round a level of the bill of materials, which has no circles
        needs, following = following, list(demand)
        for parent, child, quantity in pulls:
            following[child] += quantity * needs[parent]
    return needs


def _remarks(problem: Problem, links: Links, at: int, rows: np.ndarray) -> list[Message]:
    remarks = []
    if links.item_backups[at] > 0:
        remarks.append(_("Backups are not counted here: the plan books them, and charges their fees."))
    if any(problem.offers.turnkey[row] is False for row in rows.tolist()):
        remarks.append(_("Parts that an offer needs from others are not counted here: the plan buys them."))
    if len(problem.packages):
        remarks.append(_("Packages are not counted here: the plan weighs them."))
    return remarks


def _cannot_alone(problem: Problem, links: Links, row: int, need: Fraction) -> Message | None:
    """Why an offer is no way of getting the whole need done; its capacity and people limit it apart from that."""
    offers, suppliers = problem.offers, problem.suppliers
    if offers.backup_only[row]:
        return _("it is a backup only")
    use = Fraction(offers.capacity_use[row] or 0)
    least, multiple = Fraction(offers.min_quantity[row] or 0), offers.multiple[row]
    if need < least or use * need < Fraction(suppliers.min_capacity[int(links.offer_supplier[row])] or 0):
        return _("it asks for more units than the {need} needed", need=plain(to_micro(need)))
    if multiple is not None and need % Fraction(multiple):
        return _("it delivers in multiples of {multiple} only", multiple=plain(multiple))
    return None


def _capacity(problem: Problem, links: Links, row: int) -> Fraction | None:
    """Most units a year: of the offer, and of its supplier alone."""
    offers, limit = problem.offers, problem.suppliers.capacity[int(links.offer_supplier[row])]
    room = [Fraction(most) for most in (offers.capacity[row],) if most is not None]
    use = Fraction(offers.capacity_use[row] or 0)
    if limit is not None and use:
        room.append(Fraction(limit) / use)
    return min(room) / problem.settings.horizon_years if room else None


def _option(problem: Problem, links: Links, costs: Costs, ways: Moving, place: int, row: int) -> Option:
    offers, supplier = problem.offers, int(links.offer_supplier[row])
    own = np.flatnonzero(links.price_break_offer == row).tolist()
    rate = links.offer_rate.fractions[row]
    breaks = [
        (Fraction(problem.price_breaks.from_quantity[k] or 0), Fraction(problem.price_breaks.unit_price[k] or 0) * rate)
        for k in own
    ]
    rebates = [
        (Fraction(problem.rebates.from_spend[k] or 0), Fraction(problem.rebates.rate[k] or 0))
        for k in np.flatnonzero(links.rebate_supplier == supplier).tolist()
    ]
    is_own = bool(problem.suppliers.own[supplier])
    return Option(
        key=offers.offer[row],
        name=problem.suppliers.name[supplier] or problem.suppliers.supplier[supplier],
        kind="make" if is_own else "buy",
        country=links.offer_country[row],
        unit_price=costs.unit_price[place],
        breaks=tuple(sorted(breaks)),
        incremental=offers.price_break_kind[row] == "incremental",
        breaks_by_year=False,
        price_growth=ZERO,
        capacity=_capacity(problem, links, row),
        costs=tuple(_costs(problem, links, costs, ways, place, row)),
        roles=tuple(_roles(problem, links, row)),
        machines=(),
        rebates=tuple(sorted(rebates)),
    )


def _costs(problem: Problem, links: Links, costs: Costs, ways: Moving, place: int, row: int) -> list[Cost]:
    years, item, supplier = problem.settings.horizon_years, int(links.offer_item[row]), int(links.offer_supplier[row])
    suppliers = problem.suppliers
    shortage, risk = problem.items.shortage_cost[item], ZERO
    if shortage is not None and links.supplier_may_fail[supplier]:
        risk = Fraction(suppliers.failure_probability[supplier] or 0) * Fraction(
            suppliers.recovery_share[supplier] or 0
        )
        risk = risk * Fraction(shortage)
    switching = sum(
        (
            Fraction(problem.incumbents.switch_cost[k] or 0)
            for k in range(len(problem.incumbents))
            if links.incumbent_item[k] == item and links.incumbent_supplier[k] != supplier
        ),
        ZERO,
    )
    per_unit = (
        ("freight", "freight", ways.freight[place]),
        ("duty", "freight", ways.duty[place]),
        ("interest", "other", ways.interest[place]),
        ("defects", "quality", costs.defects[place]),
        ("failure", "risk", risk),
    )
    once = (
        ("offer", "transition", costs.fixed[place]),
        ("supplier", "transition", Fraction(suppliers.fixed_cost[supplier] or 0)),
        ("switching", "transition", switching),
    )
    rows = [Cost(name, kind, "per_unit", Fraction(a), 1, years, ZERO, None) for name, kind, a in per_unit]
    rows += [Cost(name, kind, "once", Fraction(a), 0, 0, ZERO, None) for name, kind, a in once]
    return [each for each in rows if each.amount]


def _roles(problem: Problem, links: Links, row: int) -> list[Role]:
    roles, found = problem.roles, []
    for k in np.flatnonzero(links.staffing_offer == row).tolist():
        at = int(links.staffing_role[k])
        most = roles.max_hires[at]

        def figure(name: str, at: int = at) -> Fraction:
            return Fraction(getattr(roles, name)[at] or 0)

        found.append(
            Role(
                name=roles.role[at],
                hours_per_unit=Fraction(problem.staffing.hours[k] or 0),
                hourly_wage=figure("hourly_wage"),
                burden_rate=figure("burden_rate"),
                hours_per_year=figure("hours_per_year"),
                in_hand=figure("in_hand"),
                paid_anyway=False,
                max_hires=None if most is None else Fraction(most),
                hire_cost=figure("hire_cost"),
                ramp_months=figure("ramp_months"),
                attrition_rate=figure("attrition_rate"),
                severance=ZERO,
                growth=ZERO,
                learning=None,
            )
        )
    return found
