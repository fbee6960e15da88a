"""The file of scenarios: named variations of a problem, one change a row; not for planning them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from secondsource.language import Message, Number, _, plural
from secondsource.problem.columns import Column
from secondsource.problem.conversion import convert
from secondsource.problem.folder import read_table
from secondsource.problem.grids import WORKBOOKS
from secondsource.problem.nearest import Names
from secondsource.problem.rows import read_json
from secondsource.problem.sheets import Report, Sheet, content, text_of, unreadable
from secondsource.problem.tables import Problem
from secondsource.problem.workbook import read_workbook

NAME = "scenarios"
CHANGES = ("exclude", "cap", "price", "demand", "rate", "drop_rule", "limit", "failures")

COLUMNS: Mapping[str, Column] = {
    "scenario": Column("text", "name of the scenario; rows of one name hold together", required=True),
    "change": Column("choice", "what is changed", required=True, choices=CHANGES),
    "item": Column("text", "only these items; several with ;", default=""),
    "category": Column("text", "only categories that begin so; several with ;", default=""),
    "supplier": Column("text", "only these suppliers; several with ;", default=""),
    "country": Column("text", "only offers from these countries; several with ;", default=""),
    "currency": Column("text", "only offers in these currencies, or whose rate changes; several with ;", default=""),
    "rule": Column("text", "the rule that is dropped or moved", default=""),
    "measure": Column(
        "choice", "what a cap limits", default="share", choices=("share", "quantity", "spend", "suppliers")
    ),
    "value": Column("number", "factor, limit or number of failures", low=0),
    "note": Column("text", "a remark", default=""),
}
NEEDS_VALUE = ("cap", "price", "demand", "rate", "limit", "failures")
NEEDS_RULE = ("drop_rule", "limit")


@dataclass(frozen=True)
class Variation:
    """One change of a scenario: which, of what, by how much; columns as in the file."""

    scenario: str
    change: str
    item: str = ""
    category: str = ""
    supplier: str = ""
    country: str = ""
    currency: str = ""
    rule: str = ""
    measure: str = "share"
    value: Decimal | None = None
    note: str = ""

    @property
    def words(self) -> Message:
        """What the change does, in a few words."""
        what = ", ".join(
            part for part in (self.item, self.category, self.supplier, self.country, self.currency) if part
        )
        template = _WORDS[self.change]
        value = Number("" if self.value is None else f"{self.value:,f}")
        filled = (
            ("what", what or _("all")),
            ("rule", self.rule),
            ("value", value),
            ("measure", MEASURES[self.measure]),
        )
        return replace(template, values=filled, count=int(self.value or 0) if template.plural else 0)


MEASURES = {
    "share": _("share of the quantity"),
    "quantity": _("quantity"),
    "spend": _("spend"),
    "suppliers": _("number of suppliers"),
}
"""What each measure of a rule or cap sums, in words."""

_WORDS: Mapping[str, Message] = {
    "exclude": _("without the offers: {what}"),
    "cap": _("{what}: {measure} at most {value}"),
    "price": _("prices × {value}: {what}"),
    "demand": _("demand × {value}: {what}"),
    "rate": _("rate of {what} × {value}"),
    "drop_rule": _("without rule {rule}"),
    "limit": _("limit of rule {rule} becomes {value}"),
    "failures": plural("{value} failure survived", "{value} failures survived", 1),
}
"""Each change in words."""


def read_scenarios(path: Path, problem: Problem, encoding: str = "utf-8") -> tuple[Variation, ...]:
    """Return the changes in a CSV, Excel, ODS or JSON file with the one table `scenarios`.

    Raises
    ------
    InvalidInput
        With every fault of the file: cells that cannot be read, names that the problem lacks, values that are missing.
    """
    report = Report()
    sheet = _sheet(path, encoding, report)
    columns = _columns(sheet, report)
    report.close()
    count = len(sheet.lines)
    rows = [Variation(**{name: columns[name][row] for name in COLUMNS}) for row in range(count)]
    for row, each in enumerate(rows):
        _check(each, sheet, row, problem, report)
    if not rows:
        report.add(path.name, NAME, 0, "", "", _("the table has no row yet: fill in at least one"))
    report.close()
    return tuple(rows)


def _sheet(path: Path, encoding: str, report: Report) -> Sheet:
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return read_table(path, NAME, encoding, report)
    if suffix in WORKBOOKS:
        found = read_workbook(path, report)
    elif suffix == ".json":
        found = read_json(text_of(content(path), path.name, encoding), path.name, report)
    else:
        raise unreadable(path.name, _("expected .csv, .xlsx, .ods or .json"))
    wanted = [sheet for sheet in found if sheet.table == NAME]
    if not wanted:
        report.add(path.name, NAME, 0, "", "", _("the table is missing"))
        report.close()
    return wanted[0]


def _columns(sheet: Sheet, report: Report) -> dict[str, list[Any]]:
    """The columns converted, those that are not there at their defaults."""
    known = Names(tuple(COLUMNS))
    given = dict(zip(sheet.header, sheet.columns, strict=True))
    for name in given:
        if name not in COLUMNS:
            near = known.nearest(name)
            expected = _("is no column; did you mean {near!r}?", near=near) if near else _("is no column of this table")
            report.add(sheet.place, NAME, 0, name, "", expected)
    found: dict[str, list[Any]] = {}
    for name, spec in COLUMNS.items():
        if name not in given:
            if spec.required:
                report.add(sheet.place, NAME, 0, name, "", _("the column is missing"))
            found[name] = [spec.default] * len(sheet.lines)
            continue
        values, refusals = convert(given[name], name, spec, sheet.decimal_mark)
        for row, expected in refusals:
            report.add(sheet.place, NAME, sheet.lines[row], name, given[name][row], expected)
        found[name] = list(values)
    return found


def _check(each: Variation, sheet: Sheet, row: int, problem: Problem, report: Report) -> None:
    """Note what a change lacks, and what the problem does not know."""

    def fault(column: str, value: str, expected: Message) -> None:
        report.add(sheet.place, NAME, sheet.lines[row], column, value, expected)

    if each.change in NEEDS_VALUE and each.value is None:
        fault("value", "", _("is needed by the change {change}", change=each.change))
    if each.change in NEEDS_RULE and not each.rule:
        fault("rule", "", _("is needed by the change {change}", change=each.change))
    if each.change == "failures" and each.value not in (0, 1, 2):
        fault("value", str(each.value), _("expected 0, 1 or 2"))
    if each.change == "rate" and (not each.currency or not each.value):
        fault("currency", each.currency, _("a change of rate needs a currency, and a value above 0"))
    if each.change == "exclude" and not (each.supplier or each.country):
        fault("supplier", "", _("name a supplier or a country to exclude"))
    tables: Mapping[str, tuple[str, Mapping[str, int]]] = {
        "item": ("items", problem.items.position),
        "supplier": ("suppliers", problem.suppliers.position),
        "rule": ("rules", problem.rules.position),
        "currency": ("rates", problem.rates.position),
    }
    for column, (table, known) in tables.items():
        for name in words_of(getattr(each, column)):
            if name not in known:
                near = Names(tuple(known)).nearest(name)
                text = _("is not in {table}; did you mean {near!r}?", table=table, near=near)
                fault(column, name, text if near else _("is not in {table}", table=table))


def words_of(cell: str) -> tuple[str, ...]:
    """Return the values of a filter cell, separated by semicolons.

    >>> words_of("CN; VN")
    ('CN', 'VN')
    """
    return tuple(word for part in cell.split(";") if (word := part.strip()))
