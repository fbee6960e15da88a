"""The costs of a problem's admitted offers per unit, as arrays; not for totals, which need a plan."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from secondsource.arrays import Booleans, Integers
from secondsource.costing import parts
from secondsource.costing.freight import carriage
from secondsource.costing.prices import Segments, segments
from secondsource.problem.links import Links
from secondsource.problem.tables import Problem


@dataclass(frozen=True)
class Costs:
    """What the chosen offers cost, base currency, undiscounted; arrays `(offers,)` of floats or fractions.

    Attributes
    ----------
    rows
        Rows of `problem.offers` that are costed; every other array counts within them.
    factor
        Present value of what falls evenly over the horizon.
    wages
        Per unit; `one_hire` per role `(roles,)`, `replacement` the cost of replacing leavers per unit.
    takeover
        Cost of a unit taken over that does not depend on where it goes: backup price, wages, defects.
    """

    rows: Integers
    exact: bool
    factor: Any
    unit_price: Any
    fixed: Any
    defects: Any
    wages: Any
    replacement: Any
    one_hire: Any
    backup_fee: Any
    takeover: Any
    segments: Segments


@dataclass(frozen=True)
class Moving:
    """Cost of moving one unit of an offer to a destination, base currency, undiscounted; arrays `(pairs,)`."""

    freight: Any
    duty: Any
    interest: Any
    estimated: Booleans
    unknown: Booleans

    @property
    def total(self) -> Any:
        """Freight, duty and interest together."""
        return self.freight + self.duty + self.interest


def cost(problem: Problem, links: Links, rows: Integers, exact: bool = False) -> Costs:
    """Return the costs of the offers in `rows`, in floats to formulate or in fractions to verify."""
    view = "fractions" if exact else "floats"

    def offer(name: str) -> Any:
        return getattr(problem.offers, name).of(rows, exact)

    rate = links.offer_rate.of(rows, exact)
    item = links.offer_item[rows]
    factor = parts.present_value_factor(Fraction(problem.settings.discount_rate), problem.settings.horizon_years)
    defects = parts.defects(offer("defect_rate"), problem.items.defect_cost.of(item, exact))
    wages, replacement, one_hire = _labour(problem, links, rows, view)
    return Costs(
        rows=rows,
        exact=exact,
        factor=factor if exact else float(factor),
        unit_price=offer("unit_price") * rate,
        fixed=offer("fixed_cost") * rate,
        defects=defects,
        wages=wages,
        replacement=replacement,
        one_hire=one_hire,
        backup_fee=offer("backup_fee") * rate,
        takeover=links.offer_backup_price.of(rows, exact) * rate + wages + defects,
        segments=segments(problem, links, rows, exact),
    )


def _labour(problem: Problem, links: Links, rows: Integers, view: str) -> tuple[Any, Any, Any]:
    """Wages and replacements per unit of each offer in `rows`, and the cost of one hire of each role."""
    roles, years = problem.roles, problem.settings.horizon_years
    wage, burden = getattr(roles.hourly_wage, view), getattr(roles.burden_rate, view)
    per_year = getattr(roles.hours_per_year, view)
    pay = parts.hourly_pay(wage, burden)
    hire = parts.one_hire(getattr(roles.hire_cost, view), getattr(roles.ramp_months, view), per_year, wage, burden)
    kind = object if view == "fractions" else np.float64
    zero: Any = Fraction(0) if view == "fractions" else 0.0
    wages, replacement = np.full(len(rows), zero, dtype=kind), np.full(len(rows), zero, dtype=kind)
    place = np.full(len(problem.offers), -1)
    place[rows] = np.arange(len(rows))
    used = np.flatnonzero(place[links.staffing_offer] >= 0)
    role, at = links.staffing_role[used], place[links.staffing_offer[used]]
    hours = getattr(problem.staffing.hours, view)[used]
    np.add.at(wages, at, hours * pay[role])
    persons = parts.people(hours, per_year[role], years)
    leavers = parts.replacements(persons, getattr(roles.attrition_rate, view)[role], years)
    np.add.at(replacement, at, leavers * hire[role])
    return wages, replacement, hire


def moving(problem: Problem, links: Links, costs: Costs, offer: Integers, destination: Integers) -> Moving:
    """Return the cost of moving one unit of each `offer` (within `costs.rows`) to each `destination` (site or -1)."""
    rows = costs.rows[offer]
    way = carriage(problem, links, links.offer_site[rows], destination, costs.exact)
    weight = problem.items.weight_kg.of(links.offer_item[rows], costs.exact)
    discount = Fraction(problem.settings.discount_rate)
    price = costs.unit_price[offer]
    return Moving(
        freight=parts.freight(way.cost_per_unit, way.cost_per_kg, weight),
        duty=parts.duty(price, way.duty_rate),
        interest=parts.interest(
            price,
            discount if costs.exact else float(discount),
            way.days,
            problem.offers.payment_days.of(rows, costs.exact),
        ),
        estimated=way.estimated,
        unknown=way.unknown,
    )
