"""The file of scenarios: named variations of a problem, one change a row; not for planning them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from secondsource.language import Message, Number, _, plural
from secondsource.problem.columns import Column
from secondsource.problem.folder import read_table
from secondsource.problem.sheets import Report
from secondsource.problem.side_tables import Rows, check_names, read_side, tables_of
from secondsource.problem.tables import Problem

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
FILTERS = ("item", "category", "supplier", "country", "currency", "rule")
USES: Mapping[str, tuple[str, ...]] = {
    "exclude": FILTERS[:5],
    "cap": FILTERS[:4],
    "price": FILTERS[:5],
    "demand": FILTERS[:2],
    "rate": ("currency",),
    "drop_rule": ("rule",),
    "limit": ("rule",),
    "failures": (),
}
"""Which of these columns each change reads."""


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
    table = _table(path, encoding, report)
    report.close()
    rows = [Variation(**{name: table[name][row] for name in COLUMNS}) for row in range(len(table))]
    for row, each in enumerate(rows):
        _check(each, table, row, problem, report)
    if not rows:
        report.add(path.name, NAME, 0, "", "", _("the table has no row yet: fill in at least one"))
    report.close()
    return tuple(rows)


def _table(path: Path, encoding: str, report: Report) -> Rows:
    """The one table, cells converted; a CSV file may have any name."""
    specs = {NAME: COLUMNS}
    if path.suffix.lower() == ".csv" and path.is_file():
        return tables_of([read_table(path, NAME, encoding, report)], specs, report, path.name)[NAME]
    return read_side(path, specs, report, encoding)[NAME]


def _check(each: Variation, table: Rows, row: int, problem: Problem, report: Report) -> None:
    """Note what a change lacks, what it has no use for, and what the problem does not know."""

    def fault(column: str, value: str, expected: Message) -> None:
        table.fault(report, row, column, value, expected)

    if each.change in NEEDS_VALUE and each.value is None:
        fault("value", "", _("is needed by the change {change}", change=each.change))
    if each.change in NEEDS_RULE and not each.rule:
        fault("rule", "", _("is needed by the change {change}", change=each.change))
    if each.change == "failures" and each.value not in (None, 0, 1, 2):
        fault("value", str(each.value), _("expected 0, 1 or 2"))
    if each.change == "rate" and (not each.currency or each.value == 0):
        fault("currency", each.currency, _("a change of rate needs a currency, and a value above 0"))
    if each.change == "exclude" and not (each.supplier or each.country):
        fault("supplier", "", _("name a supplier or a country to exclude"))
    for column in FILTERS:
        if getattr(each, column) and column not in USES[each.change]:
            fault(column, getattr(each, column), _("is not used by the change {change}", change=each.change))
    for column, (name, known) in _known(each, problem).items():
        check_names(table, column, name, known, report, (row,))


def _known(each: Variation, problem: Problem) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """Where the names of a change's columns must be, and which there are."""
    rates = problem.rates.currency
    quoted = rates if each.change == "rate" else (*rates, problem.settings.currency)
    return {
        "item": ("items", problem.items.item),
        "supplier": ("suppliers", problem.suppliers.supplier),
        "rule": ("rules", problem.rules.rule),
        "currency": ("rates", quoted),
    }


def words_of(cell: str) -> tuple[str, ...]:
    """Return the values of a filter cell, separated by semicolons.

    >>> words_of("CN; VN")
    ('CN', 'VN')
    """
    return tuple(word for part in cell.split(";") if (word := part.strip()))
