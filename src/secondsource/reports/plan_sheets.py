"""What stands in each sheet of the plan's workbook, as values; not for writing cells (`plan_workbook`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from secondsource.language import Message, _
from secondsource.optimise.attribution import attribute
from secondsource.problem.plan import PARTS, Award, Failure, Plan
from secondsource.problem.tables import Problem
from secondsource.reports import formulas, words
from secondsource.reports.names import Names, names_of
from secondsource.reports.numbers import percent
from secondsource.reports.summary import Summary

Kind = Literal["text", "long", "wide", "line", "quantity", "money", "price", "percent", "any"]

MOST_INPUTS = 200_000
"""Rows of the sheet of inputs: one a figure, so that it stays within what spreadsheet programs open."""


@dataclass(frozen=True)
class Ratio:
    """A cell that divides one column of its row by another, and the value to show until it is calculated."""

    above: int
    below: int
    value: Decimal


@dataclass(frozen=True)
class Product:
    """A cell that multiplies two columns of its row."""

    one: int
    other: int
    value: Decimal


@dataclass(frozen=True)
class Difference:
    """A cell that takes one column of its row from another."""

    first: int
    less: int
    value: Decimal


@dataclass(frozen=True)
class RowSum:
    """A cell that adds up its row from column `first` to the one before its own."""

    first: int
    value: Decimal


@dataclass(frozen=True)
class Field:
    """A column: its heading, how its cells look, and whether the last row adds it up."""

    heading: Message
    kind: Kind = "text"
    summed: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet that is one table."""

    name: Message
    fields: Sequence[Field]
    rows: Sequence[Sequence[Any]]
    note: Message | None = None


def awards(plan: Plan, problem: Problem) -> Sheet:
    """Return the awards, then the packages taken."""
    names = names_of(problem)
    rows: list[list[Any]] = [_award(award, names) for award in plan.awards]
    contents = problem.package_items
    for taken in plan.packages:
        held = [item for name, item in zip(contents.package, contents.item, strict=True) if name == taken.package]
        held_names = ", ".join(names.item(item) for item in held)
        supplier = [taken.supplier, names.supplier(taken.supplier), _("package")]
        rows.append([", ".join(held), held_names, taken.package, *supplier, None, "", None, None, taken.price])
    fields = [
        Field(_("Item")),
        Field(_("Name"), "long"),
        Field(_("Offer or package")),
        Field(_("Supplier")),
        Field(_("Supplier's name"), "long"),
        Field(_("Make or buy")),
        Field(_("Quantity"), "quantity"),
        Field(_("Unit")),
        Field(_("Share of the need"), "percent"),
        Field(_("Cost per unit"), "price"),
        Field(_("Cost"), "money", summed=True),
    ]
    return Sheet(
        _("Awards"), fields, rows, _("Cost: purchase before rebates, freight, duty, interest, defects, wages.")
    )


def _award(award: Award, names: Names) -> list[Any]:
    decision = words.DECISIONS["make" if award.own else "buy"]
    return [
        *(award.item, names.item(award.item), award.offer, award.supplier, names.supplier(award.supplier), decision),
        *(award.quantity, names.units.get(award.item, ""), award.share, Ratio(10, 6, award.unit_cost), award.cost),
    ]


def backups(plan: Plan, problem: Problem) -> Sheet:
    """Return the capacity booked, and whose loss it covers."""
    names = names_of(problem)
    rows = [
        [
            *(booking.item, names.item(booking.item), booking.offer, booking.supplier),
            *(names.supplier(booking.supplier), booking.quantity, names.units.get(booking.item, "")),
            ", ".join(names.supplier(supplier) for supplier in booking.covers),
        ]
        for booking in plan.backups
    ]
    fields = [
        Field(_("Item")),
        Field(_("Name"), "long"),
        Field(_("Offer")),
        Field(_("Stands by")),
        Field(_("Supplier's name"), "long"),
        Field(_("Units booked"), "quantity"),
        Field(_("Unit")),
        Field(_("Takes over if one of these fails"), "long"),
    ]
    return Sheet(_("Backups"), fields, rows)


def failures(plan: Plan, problem: Problem) -> Sheet:
    """Return what each single failure would do, the worst first."""
    names = names_of(problem)
    rows = [_failure(failure, names) for failure in plan.failures]
    fields = [
        Field(_("Risk group")),
        Field(_("Suppliers"), "long"),
        Field(_("Likelihood"), "percent"),
        Field(_("Part of the horizon lost"), "percent"),
        Field(_("Items hit"), "long"),
        Field(_("Items short after backups"), "long"),
        Field(_("Extra cost over the whole horizon"), "money"),
        Field(_("Cost of one failure"), "money"),
        Field(_("Expected cost in the plan"), "money", summed=True),
        Field(_("Shortages without a price"), "long"),
    ]
    note = _("Cost of one failure = extra cost over the whole horizon × part of the horizon lost.")
    return Sheet(_("Failures"), fields, rows, note)


def _failure(failure: Failure, names: Names) -> list[Any]:
    short = [item for item, lost in failure.lost.items() if lost - failure.covered.get(item, Decimal(0)) > lost / 10**6]
    return [
        failure.group,
        ", ".join(names.supplier(supplier) for supplier in failure.suppliers),
        failure.probability,
        failure.recovery_share,
        ", ".join(names.item(item) for item, lost in failure.lost.items() if lost),
        ", ".join(names.item(item) for item in short),
        failure.extra_cost,
        Product(6, 3, failure.extra_cost * failure.recovery_share),
        failure.expected_cost,
        ", ".join(names.item(item) for item in failure.unpriced),
    ]


def exposures(summary: Summary) -> Sheet:
    """Return the awards that no one, or too few, could take over."""
    rows = [
        [each.item_name, each.supplier_name, each.quantity, each.why, each.spend, each.probability, _loss(each.loss)]
        for each in summary.exposures
    ]
    fields = [
        Field(_("Item"), "long"),
        Field(_("Supplier"), "long"),
        Field(_("Quantity"), "quantity"),
        Field(_("Why"), "long"),
        Field(_("At stake"), "money", summed=True),
        Field(_("Likelihood"), "percent"),
        Field(_("One failure costs"), "money"),
    ]
    return Sheet(_("Exposures"), fields, rows)


def _loss(loss: Decimal | None) -> Any:
    return _("no price") if loss is None else loss


WHY_APART = {
    "purchase": _("packages of several items"),
    "rebates": _("on the whole spend with a supplier"),
    "fixed": _("fixed costs of suppliers"),
    "hiring": _("people are hired by role, not by item"),
}
"""Why a cost part, or some of it, belongs to no single item."""


def cost_by_item(plan: Plan, problem: Problem) -> Sheet:
    """Return the cost parts of each item, then what belongs to no single item; together they are the plan's cost."""
    names, found = names_of(problem), attribute(plan, problem)
    rows: list[list[Any]] = []
    for item, amounts in found.items.items():
        total = sum(amounts.values(), Decimal(0))
        rows.append([item, names.item(item), *(amounts.get(part) for part in PARTS), RowSum(2, total)])
    for part, amount in found.rest.items():
        reason = WHY_APART.get(part, _("not told apart by item"))
        label = f"{words.PARTS[part]}: {reason}"
        alone = (amount if part == column else None for column in PARTS)
        rows.append(["", label, *alone, RowSum(2, amount)])
    parts = [Field(words.PARTS[part], "money", summed=True) for part in PARTS]
    fields = [Field(_("Item")), Field(_("Name, or what belongs to no single item"), "long"), *parts]
    return Sheet(_("Cost by item"), [*fields, Field(_("Total"), "money", summed=True)], rows)


def baseline(summary: Summary, problem: Problem) -> Sheet:
    """Return what today's suppliers would cost and the plan saves, where the problem names them."""
    names = names_of(problem)
    rows = []
    for each in summary.baselines:
        today = ", ".join(f"{names.supplier(one.supplier)} {percent(one.share)} ({one.offer})" for one in each.today)
        saving = None if each.saving is None else Difference(3, 4, each.saving)
        rows.append([each.item, names.item(each.item), today, each.cost, each.awarded, saving, each.why])
    fields = [
        Field(_("Item")),
        Field(_("Name"), "long"),
        Field(_("Suppliers today, by their offers"), "long"),
        Field(_("Baseline"), "money", summed=True),
        Field(_("Awards of the plan"), "money", summed=True),
        Field(_("Saving"), "money", summed=True),
        Field(_("Not compared because"), "long"),
    ]
    return Sheet(_("Baseline and saving"), fields, rows, formulas.SAVING)


def made(plan: Plan) -> Sheet:
    """Return how each figure is made, and from which inputs."""
    rows: list[list[Any]] = [[name, text] for name, text in formulas.FIGURES]
    rows.append([_("Cost of an award"), formulas.AWARD])
    rows += [[words.PARTS[part], formulas.PARTS[part]] for part in PARTS if plan.breakdown.get(part)]
    rows.append([_("Present value"), formulas.PRESENT_VALUE])
    rows.append([_("Saving"), formulas.SAVING])
    note = _("Inputs are named table.column, as in the workbook.")
    return Sheet(_("Formulas"), [Field(_("Figure"), "long"), Field(_("How it is made"), "wide")], rows, note)


def flows(plan: Plan, problem: Problem) -> Sheet:
    """Return what travels from where to where."""
    names = names_of(problem)
    rows = [
        [
            *(flow.item, names.item(flow.item), flow.offer, flow.origin, flow.destination, flow.quantity),
            names.units.get(flow.item, ""),
            Ratio(8, 5, flow.cost / flow.quantity if flow.quantity else Decimal(0)),
            flow.cost,
            _("estimate") if flow.estimated else "",
        ]
        for flow in plan.flows
    ]
    fields = [
        Field(_("Item")),
        Field(_("Name"), "long"),
        Field(_("Offer")),
        Field(_("From")),
        Field(_("To")),
        Field(_("Quantity"), "quantity"),
        Field(_("Unit")),
        Field(_("Cost per unit"), "price"),
        Field(_("Freight, duty and interest"), "money", summed=True),
        Field(_("Freight is")),
    ]
    return Sheet(_("Flows"), fields, rows)


def people(summary: Summary) -> Sheet:
    """Return the people that the plan takes."""
    rows = [
        [
            each.supplier_name,
            each.role,
            each.people,
            each.hires,
            each.replacements,
            RowSum(3, each.hires + each.replacements),
        ]
        for each in summary.people
    ]
    fields = [
        Field(_("Supplier"), "long"),
        Field(_("Role"), "long"),
        Field(_("Needed"), "quantity", summed=True),
        Field(_("To hire"), "quantity", summed=True),
        Field(_("To replace"), "quantity", summed=True),
        Field(_("People to find"), "quantity", summed=True),
    ]
    return Sheet(_("People"), fields, rows)


def warnings(plan: Plan) -> Sheet:
    """Return the warnings and, where there is no plan, what conflicts and the ways out."""
    rows: list[list[Any]] = [[_("conflict"), text, None] for text in plan.conflict]
    rows += [[_("way out"), way.change, way.cost] for way in plan.ways_out]
    rows += [[_("warning"), text, None] for text in plan.warnings]
    fields = [Field(_("Kind")), Field(_("What to know"), "wide"), Field(_("Cost of the best plan then"), "money")]
    return Sheet(_("Warnings"), fields, rows)


def inputs(problem: Problem) -> Sheet:
    """Return every figure that the problem gives, one a row, with the source and note of its row."""
    rows: list[list[Any]] = []
    for row in _given(problem):
        if len(rows) == MOST_INPUTS:
            rows.append(["", "", "", _("and more: see the problem's own files"), "", ""])
            break
        rows.append(row)
    fields = [
        Field(_("Table")),
        Field(_("Row"), "line"),
        Field(_("Column")),
        Field(_("Value"), "any"),
        Field(_("Source"), "line"),
        Field(_("Note"), "line"),
    ]
    return Sheet(_("Inputs"), fields, rows)


def _given(problem: Problem) -> Iterator[list[Any]]:
    for name, value, source, note in problem.given:
        yield [words.TABLES["settings"], name, "value", value, source, note]
    for name, table in problem.tables().items():
        keys = [getattr(table, column) for column in table.key_columns()]
        values = {
            column: (getattr(table, column), spec.default)
            for column, spec in table.columns().items()
            if not spec.key and column not in ("source", "note")
        }
        for row in range(len(table)):
            key = " → ".join(str(cells[row]) for cells in keys)
            source, note = table.source[row], table.note[row]
            given = [
                (column, cells[row]) for column, (cells, empty) in values.items() if cells[row] not in (None, empty)
            ]
            # A row that has nothing but its key is an input too.
            for column, value in given or [("", None)]:
                yield [words.TABLES[name], key, column, value, source, note]
