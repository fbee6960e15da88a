"""From tables to a piece of work with its options: a make-or-buy study, or an item of a problem; not for flows."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from secondsource.arrays import Floats
from secondsource.costing.capital import Number, nominal_rate
from secondsource.costing.work import Cost, Learning, Machine, Option, Role, Work
from secondsource.problem.studies.study import Study

Figure = tuple[str, str, str, str]
"""Table, option, row and column of a figure, as the table `uncertain` names it."""
Changed = Mapping[Figure, Any]
"""Figures that are taken to be others than the study says; for demand, a factor."""


def work_of(study: Study, changed: Changed | None = None, exact: bool = True) -> Work:
    """Return the work of a make-or-buy study, with `changed` figures in place of its own.

    Parameters
    ----------
    exact
        Fractions; else floats, which may be mixed with arrays of shape `(samples,)`.
    """
    read = _Reader(study, changed or {}, exact)
    quantities = [read.number(quantity) for quantity in yearly(study)]
    factor = (changed or {}).get(("demand", "", "", "quantity"))
    if factor is not None:
        quantities = [quantity * factor for quantity in quantities]
    rate, inflation = read.setting("discount_rate"), read.setting("inflation_rate")
    real = study.settings["discount_kind"] == "real"
    return Work(
        tuple(quantities),
        nominal_rate(rate, inflation) if real else rate,
        inflation if real else read.number(0),
        read.setting("tax_rate"),
        tuple(read.option(row) for row in range(len(study["options"]))),
    )


def yearly(study: Study) -> list[Any]:
    """Return the units needed in each year of the horizon, as the study says."""
    demand = study["demand"]
    known = {int(year): quantity for year, quantity in zip(demand.year, demand.quantity, strict=True)}
    quantities, last = [], known[1]
    for year in range(1, int(study.settings["horizon_years"]) + 1):
        last = known.get(year, last)
        quantities.append(last)
    return quantities


class _Reader:
    """Rows as values, each figure looked up among the changed ones first."""

    def __init__(self, study: Study, changed: Changed, exact: bool) -> None:
        self.study, self.changed, self.exact = study, changed, exact

    def number(self, value: Any) -> Number:
        return Fraction(value) if self.exact else float(value)

    def setting(self, name: str) -> Number:
        return self.figure("settings", "", "", name, self.study.settings[name])

    def figure(self, table: str, option: str, row: str, column: str, value: Any) -> Number:
        found = self.changed.get((table, option, row, column))
        return self.number(value) if found is None else found

    def factor(self, figure: Figure, value: Any) -> Number:
        """By how much a changed price is higher: its price breaks move with it."""
        found = self.changed.get(figure)
        return self.number(1) if found is None or not value else found / self.number(value)

    def option(self, row: int) -> Option:
        study, options = self.study, self.study["options"]
        key = options.option[row]
        breaks, capacity = study["price_breaks"], options.capacity[row]
        price = self.figure("options", key, "", "unit_price", options.unit_price[row])
        factor = self.factor(("options", key, "", "unit_price"), options.unit_price[row])
        own = [
            (self.number(breaks.from_quantity[k]), self.number(breaks.unit_price[k]) * factor)
            for k in range(len(breaks))
            if breaks.option[k] == key
        ]
        return Option(
            key=key,
            name=options.name[row] or key,
            kind=options.kind[row],
            country=options.country[row],
            unit_price=price,
            breaks=tuple(sorted(own, key=lambda each: each[0])),
            incremental=options.price_break_kind[row] == "incremental",
            breaks_by_year=options.breaks_by[row] == "year",
            price_growth=self.number(options.price_growth[row]),
            capacity=None if capacity is None else self.number(capacity),
            costs=tuple(self.cost(k) for k in _rows(study["costs"], key) if study["costs"].avoidable[k]),
            roles=tuple(self.role(k) for k in _rows(study["people"], key)),
            machines=tuple(self.machine(k) for k in _rows(study["equipment"], key)),
        )

    def learning(self, table: str, name: str, row: int) -> Learning | None:
        rows = self.study[table]
        rate = rows.learning_rate[row]
        if rate is None:
            return None
        figure = self.figure(table, rows.option[row], name, "learning_rate", rate)
        return Learning(figure, rows.learning_kind[row], self.number(rows.learned_units[row]))

    def cost(self, row: int) -> Cost:
        costs, years = self.study["costs"], int(self.study.settings["horizon_years"])
        option, name, basis = costs.option[row], costs.cost[row], costs.basis[row]
        once = basis == "once"
        first = int(costs.from_year[row] if costs.from_year[row] is not None else 0 if once else 1)
        last = int(costs.to_year[row] if costs.to_year[row] is not None else first if once else years)
        if not once:
            first = max(first, 1)
        return Cost(
            name,
            costs.kind[row],
            basis,
            self.figure("costs", option, name, "amount", costs.amount[row]),
            first,
            last,
            self.number(costs.growth_rate[row]),
            self.learning("costs", name, row),
        )

    def role(self, row: int) -> Role:
        people = self.study["people"]
        option, name, most = people.option[row], people.role[row], people.max_hires[row]

        def figure(column: str) -> Number:
            return self.figure("people", option, name, column, getattr(people, column)[row])

        return Role(
            name=name,
            paid_anyway=bool(people.paid_anyway[row]),
            max_hires=None if most is None else self.number(most),
            growth=self.number(people.wage_growth[row]),
            learning=self.learning("people", name, row),
            **{column: figure(column) for column in ROLE_FIGURES},
        )

    def machine(self, row: int) -> Machine:
        rows = self.study["equipment"]
        option, name, capacity = rows.option[row], rows.equipment[row], rows.capacity[row]

        def figure(column: str) -> Number:
            return self.figure("equipment", option, name, column, getattr(rows, column)[row])

        return Machine(
            name=name,
            cost=figure("cost"),
            year=int(rows.year[row]),
            life=int(rows.life_years[row]),
            capacity=None if capacity is None else self.number(capacity),
            method=rows.depreciation[row],
            salvage=self.number(rows.salvage[row]),
            residual_value=figure("residual_value"),
            running_cost=figure("running_cost"),
        )


ROLE_FIGURES = (
    "hours_per_unit", "hourly_wage", "burden_rate", "hours_per_year", "in_hand", "hire_cost", "ramp_months",
    "attrition_rate", "severance",
)  # fmt: skip


def _rows(table: Any, option: str) -> list[int]:
    return [row for row in range(len(table)) if table.option[row] == option]


def base_value(study: Study, figure: Figure) -> Any:
    """Return what the study says of a figure: the number in its cell, 1 for the factor of demand."""
    table, option, row, column = figure
    if table == "demand":
        return 1
    if table == "settings":
        return study.settings[column]
    rows, key = study[table], {"options": "", "costs": "cost", "people": "role", "equipment": "equipment"}[table]
    for k in _rows(rows, option):
        if not key or getattr(rows, key)[k] == row:
            return getattr(rows, column)[k]
    return None


def as_floats(values: Any) -> Floats:
    """Return a number or an array of them as floats."""
    import numpy as np

    return np.asarray(values, dtype=np.float64)
