"""The tables of a quality study: what quality costs, what a defect or a shortage does to customers; not for sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from secondsource.language import _
from secondsource.problem.columns import Column, Numbers, column
from secondsource.problem.sheets import Report
from secondsource.problem.studies.study import GENERAL, Drafts, Form, Settings
from secondsource.problem.tables import Table, Text

CATEGORIES = ("prevention", "appraisal", "internal_failure", "external_failure")


@dataclass(frozen=True, kw_only=True)
class Effects(Table):
    """What one defective or missing unit of an item does."""

    NAME = "items"

    item: Text = column("text", "item, as in a problem", key=True, required=True)
    name: Text = column("text", "name in full", default="")
    units: Numbers = column("number", "units a year", default=0, low=0)
    defect_rate: Numbers = column("number", "share of defective units delivered to us", default=0, low=0, high=1)
    caught_share: Numbers = column(
        "number", "share of the defects that we catch before the customer", default=0, low=0, high=1
    )
    internal_cost: Numbers = column("number", "of a defect caught: rework, scrap, sorting", default=0, low=0)
    warranty_cost: Numbers = column(
        "number", "of a defect that escapes: replacement, repair, handling, recall", default=0, low=0
    )
    lost_probability: Numbers = column(
        "number", "that a customer with an escaped defect is lost", default=0, low=0, high=1
    )
    told_customers: Numbers = column("number", "other customers lost with each one, by what is told", default=0, low=0)
    customer_value: Numbers = column("number", "value of a customer (empty: from margin and retention)", low=0)
    yearly_margin: Numbers = column("number", "margin of a customer in a year", default=0, low=0)
    retention_rate: Numbers = column("number", "share of the customers who stay a year", default=0, low=0, high=1)
    unit_margin: Numbers = column("number", "margin of a unit that is not sold for want of it", default=0, low=0)
    penalty: Numbers = column("number", "penalty for a unit that is not delivered", default=0, low=0)
    late_share: Numbers = column(
        "number", "share of the missing units that are sold later all the same", default=0, low=0, high=1
    )
    lost_when_short: Numbers = column(
        "number", "chance that a customer who does not get it is lost", default=0, low=0, high=1
    )


@dataclass(frozen=True, kw_only=True)
class Ranges(Table):
    """How far a figure of `items` may be off."""

    NAME = "ranges"

    item: Text = column("text", "item", key=True, required=True, refers="items")
    figure: Text = column("text", "column of items", key=True, required=True)
    low: Numbers = column("number", "low value", required=True, low=0)
    high: Numbers = column("number", "high value", required=True, low=0)


@dataclass(frozen=True, kw_only=True)
class QualityCosts(Table):
    """What quality costs a year, by the four kinds."""

    NAME = "quality_costs"

    cost: Text = column("text", "short name of the cost", key=True, required=True)
    category: Text = column("choice", "kind of quality cost", required=True, choices=CATEGORIES)
    amount: Numbers = column("number", "a year", required=True, low=0)


SETTINGS: Mapping[str, Column] = {
    **GENERAL,
    "discount_rate": Column("number", "per year", default=0, low=0),
    "sales": Column("number", "sales a year, to compare with", default=0, low=0),
}
RANGED = frozenset(name for name, spec in Effects.columns().items() if spec.kind == "number") - {"units"}


def _agree(drafts: Drafts, settings: Settings, report: Report) -> None:
    """Note ranges of what is no figure or does not hold the figure, and customers who stay for ever."""
    ranges, items = drafts["ranges"], drafts["items"]
    for row in range(len(ranges)):
        cell = {name: values[row] for name, values in ranges.values.items()}
        if cell["figure"] not in RANGED:
            expected = _("expected one of {choices}", choices=", ".join(sorted(RANGED)))
            ranges.fault(report, row, "figure", expected)
            continue
        base = items.values[cell["figure"]][items.values["item"].index(cell["item"])]
        if cell["figure"] == "retention_rate" and cell["high"] >= 1:
            ranges.fault(report, row, "high", _("customers would stay for ever: expected less than 1"))
        if cell["high"] < cell["low"]:
            ranges.fault(report, row, "high", _("must be above low, {low}", low=cell["low"]))
        elif base is not None and not cell["low"] <= base <= cell["high"]:
            why = _("the figure itself, {base}, must lie between low and high", base=base)
            ranges.fault(report, row, "low", why)
    rate = settings["discount_rate"]
    for row in range(len(items)):
        if items.values["retention_rate"][row] >= 1 + rate and items.values["customer_value"][row] is None:
            items.fault(report, row, "retention_rate", _("customers would stay for ever: expected less than 1"))


TABLES: Mapping[str, type[Table]] = {table.NAME: table for table in (Effects, Ranges, QualityCosts)}
FORM = Form("quality", TABLES, ("items",), SETTINGS, _agree)
