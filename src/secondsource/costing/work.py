"""A piece of work and the ways of getting it done, as numbers, and the dated cash flows of each; not for choosing.

The cash-flow table is the only model: present value, annual cost, break-even volumes, sensitivity and simulation are
all read off it. Every formula takes fractions (exact) or float arrays of shape `(samples,)` alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np

from secondsource.costing import capital, learning, parts
from secondsource.costing.capital import Number


@dataclass(frozen=True)
class Flow:
    """Money at the end of a year (0: the start); a cost is above zero, what comes in below.

    Attributes
    ----------
    kind
        Cost part, such as `purchase`, `wages`, `hiring`, `equipment`, `tax`, or the kind of a row of `costs`.
    what
        The row that it is for.
    deductible
        Whether it lowers the profit that is taxed, in the same year.
    """

    year: int
    kind: str
    what: str
    amount: Number
    deductible: bool = True


@dataclass(frozen=True)
class Learning:
    """How cost falls with units made: rate and kind as in `learning`, and units made before the first year."""

    rate: Number
    kind: learning.Kind
    before: Number

    def units(self, done: Number, more: Number) -> Number:
        """Return to how many first units the next `more` come, where `done` are made since the start."""
        first = self.before + done
        return learning.total(first + more, self.rate, self.kind) - learning.total(first, self.rate, self.kind)


@dataclass(frozen=True)
class Cost:
    """A row of `costs`; `first` and `last` year; once: both the same."""

    name: str
    kind: str
    basis: str
    amount: Number
    first: int
    last: int
    growth: Number
    learning: Learning | None


@dataclass(frozen=True)
class Role:
    """A row of `people`, names as there."""

    name: str
    hours_per_unit: Number
    hourly_wage: Number
    burden_rate: Number
    hours_per_year: Number
    in_hand: Number
    paid_anyway: bool
    max_hires: Number | None
    hire_cost: Number
    ramp_months: Number
    attrition_rate: Number
    severance: Number
    growth: Number
    learning: Learning | None


@dataclass(frozen=True)
class Machine:
    """A row of `equipment`, names as there."""

    name: str
    cost: Number
    year: int
    life: int
    capacity: Number | None
    method: capital.Depreciation
    salvage: Number
    residual_value: Number
    running_cost: Number


@dataclass(frozen=True)
class Option:
    """One way of getting the work done; `breaks` are (from quantity, unit price) in ascending order,
    `rebates` (from spend, share given back of the whole spend).
    """

    key: str
    name: str
    kind: str
    country: str
    unit_price: Number
    breaks: tuple[tuple[Number, Number], ...]
    incremental: bool
    breaks_by_year: bool
    price_growth: Number
    capacity: Number | None
    costs: tuple[Cost, ...]
    roles: tuple[Role, ...]
    machines: tuple[Machine, ...]
    rebates: tuple[tuple[Number, Number], ...] = ()


@dataclass(frozen=True)
class Work:
    """What all options share: units needed in each year, nominal discount rate, inflation, tax."""

    quantities: tuple[Number, ...]
    discount_rate: Number
    inflation: Number
    tax_rate: Number
    options: tuple[Option, ...]

    @property
    def years(self) -> int:
        """The horizon."""
        return len(self.quantities)

    def level(self, growth: Number, year: int) -> Number:
        """Return what 1 of today costs at the end of a year: own growth from the second year on, and inflation."""
        return (1 + growth) ** max(0, year - 1) * (1 + self.inflation) ** year


def in_floats(value: Any) -> Any:
    """Return a value of this module (`Work`, `Option`, ...) with its fractions as floats: for arrays of scales."""
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, tuple):
        return tuple(in_floats(each) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: in_floats(getattr(value, each.name)) for each in fields(value)})
    return value


def cash_flows(work: Work, option: Option, scale: Number = 1) -> tuple[Flow, ...]:
    """Return the flows of an option at `scale` times the units needed, in the order of years, tax last of each year."""
    quantities = [scale * quantity for quantity in work.quantities]
    flows = [
        *_purchase(work, option, quantities),
        *(flow for cost in option.costs for flow in _cost(work, cost, quantities)),
        *(flow for role in option.roles for flow in _role(work, role, quantities)),
    ]
    flows += _shares(work, option, flows)
    equipment, written_off = _equipment(work, option, quantities)
    flows += equipment
    flows += _tax(work, flows, written_off)
    return tuple(sorted(flows, key=lambda flow: (flow.year, flow.kind == "tax")))


def present_value(work: Work, flows: Sequence[Flow]) -> Number:
    """Return ``Σ amount / (1 + r)^year``: what an option costs, seen from the start."""
    by_year: dict[int, Number] = defaultdict(int)
    for flow in flows:
        by_year[flow.year] = by_year[flow.year] + flow.amount
    last = max(by_year, default=0)
    return capital.net_present_value(work.discount_rate, [by_year[year] for year in range(last + 1)])


def present_cost(work: Work, option: Option, scale: Number = 1) -> Number:
    """Return the present value of an option's costs at `scale` times the units needed."""
    return present_value(work, cash_flows(work, option, scale))


def purchase_cost(quantity: Number, option: Option) -> Number:
    """Return what a quantity costs under the option's price breaks, before growth of prices."""
    if option.incremental:
        result, before = option.unit_price * quantity, option.unit_price
        for start, price in option.breaks:
            result = result + (price - before) * at_least_zero(quantity - start)
            before = price
        return result
    result = option.unit_price * quantity
    for start, price in option.breaks:
        result = where(quantity >= start, price * quantity, result)
    return result


def _rebated(spend: Number, option: Option) -> Number:
    """The spend less the highest rebate that it reaches."""
    result = spend
    for start, share in option.rebates:
        result = where(spend >= start, spend * (1 - share), result)
    return result


def _purchase(work: Work, option: Option, quantities: list[Number]) -> Iterator[Flow]:
    """Purchase of each year: by the horizon's average price, as a plan counts, or by each year's own quantity."""
    if not option.breaks and not np.any(np.asarray(option.unit_price) != 0):
        return
    whole = sum(quantities)
    each = whole + where(whole == 0, 1, 0)
    for year, quantity in enumerate(quantities, 1):
        if option.breaks_by_year or not (option.breaks or option.rebates):
            paid = purchase_cost(quantity, option)
        else:
            paid = _rebated(purchase_cost(whole, option), option) * quantity / each
        yield Flow(year, "purchase", "", paid * work.level(option.price_growth, year))


def _cost(work: Work, cost: Cost, quantities: list[Number]) -> Iterator[Flow]:
    """A row of `costs`, shares of the purchase apart."""
    sign = -1 if cost.kind == "income" else 1
    if cost.basis == "share_of_purchase":
        return
    done = quantities[0] * 0
    for year in range(cost.first, min(cost.last, work.years) + 1):
        amount = sign * cost.amount * work.level(cost.growth, year)
        if cost.basis == "per_unit":
            quantity = quantities[year - 1] if year else 0
            units = quantity if cost.learning is None else cost.learning.units(done, quantity)
            done = done + quantity
            amount = amount * units
        yield Flow(year, cost.kind, cost.name, amount)


def _shares(work: Work, option: Option, flows: Sequence[Flow]) -> list[Flow]:
    """Costs that are a share of each year's purchase, such as contract management."""
    bought = [flow for flow in flows if flow.kind == "purchase"]
    return [
        Flow(flow.year, cost.kind, cost.name, (-1 if cost.kind == "income" else 1) * cost.amount * flow.amount)
        for cost in option.costs
        if cost.basis == "share_of_purchase"
        for flow in bought
        if cost.first <= flow.year <= cost.last
    ]


def people_needed(role: Role, quantities: Sequence[Number]) -> list[Number]:
    """Return the people of a role that each year takes: ``hours / hours per year``, less with learning."""
    done, people = quantities[0] * 0, []
    for quantity in quantities:
        units = quantity if role.learning is None else role.learning.units(done, quantity)
        done = done + quantity
        people.append(units * role.hours_per_unit / role.hours_per_year)
    return people


def _role(work: Work, role: Role, quantities: list[Number]) -> Iterator[Flow]:
    """Wages, hires at the start of a year, leavers replaced in it, people let go, people paid without work."""
    pay = parts.hourly_pay(role.hourly_wage, role.burden_rate)
    one_hire = parts.one_hire(role.hire_cost, role.ramp_months, role.hours_per_year, role.hourly_wage, role.burden_rate)
    there = role.in_hand
    for year, people in enumerate(people_needed(role, quantities), 1):
        then, now = work.level(role.growth, year), work.level(role.growth, year - 1)
        yield Flow(year - 1, "hiring", role.name, at_least_zero(people - there) * one_hire * now)
        if role.paid_anyway:
            there = people + at_least_zero(there - people)
            yield Flow(year, "idle", role.name, (there - people) * role.hours_per_year * pay * then)
        else:
            yield Flow(year - 1, "severance", role.name, at_least_zero(there - people) * role.severance * now)
            there = people
        yield Flow(year, "wages", role.name, people * role.hours_per_year * pay * then)
        yield Flow(year, "replacement", role.name, people * role.attrition_rate * one_hire * then)


def machines_needed(machine: Machine, quantities: Sequence[Number]) -> Number:
    """Return how many are bought: enough for the largest year from its purchase on, whole ones."""
    largest = quantities[min(machine.year, len(quantities) - 1)]
    for quantity in quantities[machine.year :]:
        largest = largest + at_least_zero(quantity - largest)
    if machine.capacity is None:
        return where(largest > 0, 1, 0)
    return whole_above(largest / machine.capacity)


def _equipment(work: Work, option: Option, quantities: list[Number]) -> tuple[list[Flow], dict[int, Number]]:
    """Purchase, upkeep and sale of equipment, and what is written off in each year (for tax)."""
    flows: list[Flow] = []
    written_off: dict[int, Number] = defaultdict(int)
    for machine in option.machines:
        count = machines_needed(machine, quantities)
        schedule = capital.depreciation(machine.cost, machine.salvage, machine.life, machine.method)
        for bought in range(machine.year, work.years, machine.life):
            level = work.level(0, bought)
            flows.append(Flow(bought, "equipment", machine.name, count * machine.cost * level, deductible=False))
            book = machine.cost * level
            for year, part in enumerate(schedule[: work.years - bought], bought + 1):
                written_off[year] = written_off[year] + count * part * level
                book = book - part * level
            end = min(bought + machine.life, work.years)
            is_last = bought + machine.life >= work.years
            proceeds = machine.residual_value * work.level(0, end) if is_last else book
            flows.append(Flow(end, "residual", machine.name, -count * proceeds, deductible=False))
            written_off[end] = written_off[end] - count * (proceeds - book)
        for year in range(machine.year + 1, work.years + 1):
            amount = count * machine.running_cost * work.level(0, year)
            flows.append(Flow(year, "running", machine.name, amount))
    return flows, written_off


def _tax(work: Work, flows: Sequence[Flow], written_off: Mapping[int, Number]) -> list[Flow]:
    """The tax that costs and depreciation save in each year: ``−tax rate × (deductible + written off)``."""
    if isinstance(work.tax_rate, Fraction) and work.tax_rate == 0:
        return []
    base: dict[int, Number] = defaultdict(int, written_off)
    for flow in flows:
        if flow.deductible:
            base[flow.year] = base[flow.year] + flow.amount
    return [Flow(year, "tax", "", -work.tax_rate * amount, deductible=False) for year, amount in sorted(base.items())]


def at_least_zero(number: Number) -> Number:
    """Return the number, 0 where it is below zero."""
    return max(number, number * 0) if isinstance(number, Fraction | int) else np.maximum(number, 0.0)


def where(condition: Any, yes: Number, no: Number) -> Number:
    """Return `yes` or `no`, entry by entry for arrays."""
    return np.where(condition, yes, no) if isinstance(condition, np.ndarray) else (yes if condition else no)


def whole_above(number: Number) -> Number:
    """Return the least whole number that is not below it."""
    return Fraction(ceil(number)) if isinstance(number, Fraction | int) else np.ceil(number)
