"""The tables of a make-or-buy study: one piece of work and the ways of getting it done; not for their cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from secondsource.language import _
from secondsource.problem.columns import Column, Numbers, column
from secondsource.problem.nearest import Names
from secondsource.problem.sheets import Report
from secondsource.problem.studies.study import GENERAL, Drafts, Form, Settings
from secondsource.problem.tables import Flags, Table, Text

MOST_YEARS = 60
COST_KINDS = (
    "material", "labour", "overhead", "opportunity", "transition", "dual_running", "contract_management", "freight",
    "quality", "risk", "exit", "taking_back", "income", "other",
)  # fmt: skip
"""What a cost row is; `income` is subtracted."""
BASES = ("per_unit", "per_year", "once", "share_of_purchase")
LEARNING_KINDS = ("cumulative_average", "unit")
DEPRECIATIONS = ("straight_line", "sum_of_years", "declining_balance")
DISTRIBUTIONS = ("triangular", "uniform", "normal", "lognormal")
UNCERTAIN: Mapping[str, tuple[str, ...]] = {
    "demand": ("quantity",),
    "options": ("unit_price",),
    "costs": ("amount", "learning_rate"),
    "people": ("hours_per_unit", "hourly_wage", "attrition_rate", "hire_cost", "ramp_months", "learning_rate"),
    "equipment": ("cost", "residual_value", "running_cost"),
    "settings": ("discount_rate", "tax_rate"),
}
"""Which columns may be uncertain: of all rows of an option, or of one that `which` names."""


@dataclass(frozen=True, kw_only=True)
class Demand(Table):
    """Units needed in each year; a year without a row needs what the year before it does."""

    NAME = "demand"

    year: Numbers = column("whole", "year, 1 for the first", key=True, required=True, low=1, high=MOST_YEARS)
    quantity: Numbers = column("number", "units needed in that year", required=True, low=0)


@dataclass(frozen=True, kw_only=True)
class Options(Table):
    """Ways of getting the work done."""

    NAME = "options"

    option: Text = column("text", "short unique name of the way of doing it", key=True, required=True)
    name: Text = column("text", "name in full", default="")
    kind: Text = column("choice", "who does it", required=True, choices=("make", "buy"))
    country: Text = column("country", "country code, ISO 3166 alpha-2", default="")
    unit_price: Numbers = column("number", "purchase price of one unit", default=0, low=0)
    price_break_kind: Text = column(
        "choice", "how its price breaks are read", default="all_units", choices=("all_units", "incremental")
    )
    breaks_by: Text = column(
        "choice", "whether breaks are reached by the whole horizon's quantity or by a year's", default="horizon",
        choices=("horizon", "year"),
    )  # fmt: skip
    price_growth: Numbers = column("number", "growth of the purchase price per year", default=0, low=-1)
    capacity: Numbers = column("number", "most units a year", low=0)


@dataclass(frozen=True, kw_only=True)
class Breaks(Table):
    """Unit prices from a quantity on."""

    NAME = "price_breaks"

    option: Text = column("text", "option", key=True, required=True, refers="options")
    from_quantity: Numbers = column("number", "from this quantity on", key=True, required=True, low=0)
    unit_price: Numbers = column("number", "price of one unit", required=True, low=0)


@dataclass(frozen=True, kw_only=True)
class Costs(Table):
    """Everything that an option costs besides purchase, people and equipment; or brings, where it is an income."""

    NAME = "costs"

    option: Text = column("text", "option", key=True, required=True, refers="options")
    cost: Text = column("text", "short name of the cost", key=True, required=True)
    kind: Text = column("choice", "what it is", required=True, choices=COST_KINDS)
    basis: Text = column("choice", "what the amount is for", required=True, choices=BASES)
    amount: Numbers = column("number", "amount, or share of the purchase", required=True, low=0)
    from_year: Numbers = column("whole", "first year (empty: 1; for once: the start, 0)", low=0, high=MOST_YEARS)
    to_year: Numbers = column("whole", "last year (empty: the horizon; for once: the same)", low=0, high=MOST_YEARS)
    growth_rate: Numbers = column("number", "growth of the amount per year", default=0, low=-1)
    avoidable: Flags = column(
        "boolean", "false: it stays whatever is decided, and is left out (sunk, or overhead that remains)", default=True
    )
    learning_rate: Numbers = column("number", "cost left after each doubling of the units made", above=0, high=1)
    learning_kind: Text = column("choice", "what the learning rate is about", default="", choices=LEARNING_KINDS)
    learned_units: Numbers = column("number", "units made before the first year", default=0, low=0)


@dataclass(frozen=True, kw_only=True)
class People(Table):
    """Own people who do the work."""

    NAME = "people"

    option: Text = column("text", "option", key=True, required=True, refers="options")
    role: Text = column("text", "what they are", key=True, required=True)
    hours_per_unit: Numbers = column("number", "hours of work for one unit", required=True, low=0)
    hourly_wage: Numbers = column("number", "pay of an hour", required=True, low=0)
    burden_rate: Numbers = column("number", "taxes, benefits, workplace as a share of the wage", default=0, low=0)
    hours_per_year: Numbers = column("number", "productive hours of one person a year", default=1800, above=0)
    in_hand: Numbers = column("number", "people already there", default=0, low=0)
    paid_anyway: Flags = column("boolean", "true: people in hand are paid even when they have no work", default=False)
    max_hires: Numbers = column("number", "how many more the labour market gives", low=0)
    hire_cost: Numbers = column("number", "recruiting and training of one person", default=0, low=0)
    ramp_months: Numbers = column("number", "months until fully productive; half of them is lost", default=0, low=0)
    attrition_rate: Numbers = column("number", "share of people who leave per year", default=0, low=0)
    severance: Numbers = column("number", "cost of letting one person go", default=0, low=0)
    wage_growth: Numbers = column("number", "growth of pay per year", default=0, low=-1)
    learning_rate: Numbers = column("number", "hours left after each doubling of the units made", above=0, high=1)
    learning_kind: Text = column("choice", "what the learning rate is about", default="", choices=LEARNING_KINDS)
    learned_units: Numbers = column("number", "units made before the first year", default=0, low=0)


@dataclass(frozen=True, kw_only=True)
class Equipment(Table):
    """Machines, rooms and software that are bought."""

    NAME = "equipment"

    option: Text = column("text", "option", key=True, required=True, refers="options")
    equipment: Text = column("text", "what is bought", key=True, required=True)
    cost: Numbers = column("number", "price of one", required=True, low=0)
    year: Numbers = column("whole", "end of the year in which it is bought; 0 is the start", default=0, low=0)
    life_years: Numbers = column("whole", "years until it must be replaced", required=True, low=1, high=MOST_YEARS)
    capacity: Numbers = column("number", "units a year that one makes (empty: one is enough)", above=0)
    depreciation: Text = column("choice", "how its cost is written off", default="straight_line", choices=DEPRECIATIONS)
    salvage: Numbers = column("number", "book value at the end of its life", default=0, low=0)
    residual_value: Numbers = column("number", "what one sells for at the end of the horizon", default=0, low=0)
    running_cost: Numbers = column("number", "of one per year: upkeep, energy, rent", default=0, low=0)


@dataclass(frozen=True, kw_only=True)
class Uncertain(Table):
    """Figures that are not known for certain, and how far they may be off."""

    NAME = "uncertain"

    table: Text = column("choice", "table of the figure", key=True, required=True, choices=tuple(UNCERTAIN))
    option: Text = column("text", "option (empty: all, for demand and settings)", key=True, default="")
    which: Text = column("text", "its cost, role or equipment (empty: the option itself)", key=True, default="")
    figure: Text = column("text", "its column; the name, for a setting", key=True, required=True)
    low: Numbers = column("number", "low value, or factor for demand", required=True)
    high: Numbers = column("number", "high value, or factor for demand", required=True)
    distribution: Text = column(
        "choice",
        "triangular, uniform: low and high are the ends; normal, lognormal: one time in ten it is below, or above",
        default="triangular",
        choices=DISTRIBUTIONS,
    )
    group: Text = column("text", "figures of one group move together (empty: alone)", default="")


SETTINGS: Mapping[str, Column] = {
    **GENERAL,
    "unit": Column("text", "unit in which the work is counted", default=""),
    "horizon_years": Column("whole", "years that are looked at", default=1, low=1, high=MOST_YEARS),
    "discount_rate": Column("number", "per year", default=0, low=0),
    "discount_kind": Column(
        "choice", "nominal, or real: inflation is then added to it", default="nominal", choices=("nominal", "real")
    ),
    "inflation_rate": Column("number", "growth of all prices per year where the rate is real", default=0, low=-1),
    "tax_rate": Column("number", "on profit; 0 leaves tax out", default=0, low=0, high=1),
}

KEYS = {"options": "", "costs": "cost", "people": "role", "equipment": "equipment"}


def _agree(drafts: Drafts, settings: Settings, report: Report) -> None:
    """Note learning rates without a kind, years out of order, price breaks of what is not bought, unknown figures."""
    for name in ("costs", "people"):
        draft = drafts[name]
        for row in range(len(draft)):
            if draft.values["learning_rate"][row] is not None and not draft.values["learning_kind"][row]:
                expected = _("say which: {choices}; the two differ widely", choices=", ".join(LEARNING_KINDS))
                draft.fault(report, row, "learning_kind", expected)
    costs = drafts["costs"]
    for row in range(len(costs)):
        first, last = costs.values["from_year"][row], costs.values["to_year"][row]
        if first is not None and last is not None and last < first:
            costs.fault(report, row, "to_year", _("is before from_year, {year}", year=first))
        if costs.values["learning_rate"][row] is not None and costs.values["basis"][row] != "per_unit":
            costs.fault(report, row, "learning_rate", _("only what is per_unit is learned"))
    _check_years(drafts, settings, report)
    if not any(drafts["demand"].values["quantity"]):
        report.add(drafts["demand"].place, "demand", 0, "quantity", "", _("nothing is needed in any year"))
    if drafts["demand"].values["year"] and min(drafts["demand"].values["year"]) > 1:
        drafts["demand"].fault(report, 0, "year", _("year 1 is missing"))
    _check_uncertain(drafts, report)


def _check_years(drafts: Drafts, settings: Settings, report: Report) -> None:
    """Note what falls after the horizon: it would be left out without a word."""
    years = settings["horizon_years"]
    for table, name, last in (
        ("demand", "year", years), ("costs", "from_year", years), ("equipment", "year", years - 1),
    ):  # fmt: skip
        for row, year in enumerate(drafts[table].values[name]):
            if year is not None and year > last:
                drafts[table].fault(report, row, name, _("is after the horizon, year {years}", years=years))


def _check_uncertain(drafts: Drafts, report: Report) -> None:
    uncertain = drafts["uncertain"]
    for row in range(len(uncertain)):
        cell = {name: values[row] for name, values in uncertain.values.items()}
        table, allowed = cell["table"], UNCERTAIN[cell["table"]]
        if cell["figure"] not in allowed:
            near = Names(allowed).nearest(cell["figure"])
            expected = _("expected one of {choices}", choices=", ".join(allowed))
            if near:
                expected = _("is no uncertain column of {table}; did you mean {near!r}?", table=table, near=near)
            uncertain.fault(report, row, "figure", expected)
        if not cell["high"] > cell["low"]:
            uncertain.fault(report, row, "high", _("must be above low, {low}", low=cell["low"]))
        if cell["distribution"] == "lognormal" and cell["low"] <= 0:
            uncertain.fault(report, row, "low", _("a lognormal figure is above zero"))
        if table in KEYS:
            _check_row(row, cell, drafts, report)
        base = _base(cell, drafts)
        if base is not None and not cell["low"] <= base <= cell["high"]:
            uncertain.fault(
                report, row, "low", _("the figure itself, {base}, must lie between low and high", base=base)
            )


def _base(cell: Mapping[str, Any], drafts: Drafts) -> Any:
    """What the study says of a figure; None where it says nothing, or there is no such figure."""
    if cell["table"] == "demand":
        return 1
    if cell["table"] not in KEYS or cell["figure"] not in UNCERTAIN[cell["table"]]:
        return None
    values, key = drafts[cell["table"]].values, KEYS[cell["table"]]
    for row, option in enumerate(values["option"]):
        if option == cell["option"] and (not key or values[key][row] == cell["which"]):
            return values[cell["figure"]][row]
    return None


def _check_row(row: int, cell: Mapping[str, str], drafts: Drafts, report: Report) -> None:
    """Note an option, cost, role or equipment that there is not."""
    draft, key = drafts[cell["table"]], KEYS[cell["table"]]
    options = draft.values["option"]
    own = drafts["uncertain"]
    if cell["option"] not in options:
        near = Names(options).nearest(cell["option"])
        expected = _("is not in {table}; did you mean {near!r}?", table=cell["table"], near=near)
        own.fault(report, row, "option", expected if near else _("is not in {table}", table=cell["table"]))
    elif key:
        names = [n for o, n in zip(options, draft.values[key], strict=True) if o == cell["option"]]
        if cell["which"] not in names:
            near = Names(names).nearest(cell["which"])
            expected = _("is not in {table}; did you mean {near!r}?", table=cell["table"], near=near)
            own.fault(report, row, "which", expected if near else _("is not in {table}", table=cell["table"]))


TABLES: Mapping[str, type[Table]] = {
    table.NAME: table for table in (Options, Demand, Breaks, Costs, People, Equipment, Uncertain)
}
FORM = Form("makebuy", TABLES, ("options", "demand"), SETTINGS, _agree)
